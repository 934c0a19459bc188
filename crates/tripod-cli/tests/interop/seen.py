"""What a client of `requests` saw: the exchanges as they were on the wire, and the traceback."""

import traceback
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter

_messages = None
_send = HTTPAdapter.send


def _shown(headers):
    """The headers, without those that tell that something was on purpose."""
    text = lambda value: value.decode() if isinstance(value, bytes) else value
    shown = {text(name): text(value) for name, value in headers.items()}
    return [f"{name}: {value}" for name, value in shown.items() if not name.lower().startswith("x-tripod-")]


def _recording(self, request, **options):
    response = None
    url = urlsplit(request.url)
    body = request.body or ""
    body = body.decode() if isinstance(body, bytes) else body
    target = url.path + (f"?{url.query}" if url.query else "")
    head = [f"{request.method} {target} HTTP/1.1", f"Host: {url.netloc}", *_shown(request.headers), "", body]
    if _messages is not None:
        _messages.append("\n".join(head).rstrip() + "\n")
    response = _send(self, request, **options)
    head = [f"HTTP/1.1 {response.status_code} {response.reason}", *_shown(response.headers), ""]
    if _messages is not None:
        _messages.append("\n".join(head))
        _messages[-1] += "\n" + response.content.decode() + "\n"
    return response


HTTPAdapter.send = _recording


def seen(step):
    """Runs a step that is to fail, and returns what can be seen of that."""
    global _messages
    _messages = []
    try:
        answer = step()
        if hasattr(answer, "raise_for_status"):
            answer.raise_for_status()
    except (Exception, Warning):
        _messages.append(traceback.format_exc(limit=3))
    finally:
        messages, _messages = _messages, None
    return "\n".join(messages)
