"""A server on a socket that keeps every octet, and the ways to write down what it saw."""

import base64
import json
import pathlib
import re
import shutil
import socketserver
import threading

CORPUS = pathlib.Path(__file__).resolve().parent.parent
DATE = "Sat, 21 Nov 2026 12:00:00 GMT"
NOW = 1795262400


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            head += line
        text = head.decode("latin-1")
        length = 0
        for line in text.split("\r\n"):
            if line.lower().startswith("content-length:"):
                length = int(line.split(":")[1])
        body = self.rfile.read(length)
        request = parse(text, body)
        status, headers, answer = self.server.answer(request)
        if isinstance(answer, (dict, list)):
            headers = {"Content-Type": "application/json", **headers}
            answer = json.dumps(answer)
        headers = {"Date": DATE, **headers}
        response = {"status": status, "headers": list(headers.items()), "body": answer}
        self.server.seen.append({"request": request, "response": response})
        lines = [f"HTTP/1.1 {status} Answer"] + [f"{k}: {v}" for k, v in headers.items()]
        octets = answer.encode()
        lines += [f"Content-Length: {len(octets)}", "Connection: close", "", ""]
        self.wfile.write("\r\n".join(lines).encode() + octets)


def parse(text, body):
    first, *rest = text.strip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in rest]
    return {"method": method, "target": target, "headers": headers, "body": body.decode("utf-8", "replace")}


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=8765):
        super().__init__(("127.0.0.1", port), Handler)
        self.seen = []
        self.answer = lambda request: (200, {}, {})
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{port}"


def header(message, name):
    return next((v for k, v in message["headers"] if k.lower() == name.lower()), "")


KEPT = ("host", "authorization", "content-type", "dpop", "accept")


def as_http(seen):
    parts = []
    for exchange in seen:
        request, response = exchange["request"], exchange.get("response")
        if request:
            lines = [f"{request['method']} {request['target']} HTTP/1.1"]
            lines += [f"{k}: {v}" for k, v in request["headers"] if k.lower() in KEPT]
            parts.append("\n".join(lines) + "\n\n" + request["body"])
        if response:
            lines = [f"HTTP/1.1 {response['status']} Answer"]
            lines += [f"{k}: {v}" for k, v in response["headers"]]
            parts.append("\n".join(lines) + "\n\n" + response["body"])
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def url(request):
    if "://" in request["target"]:
        return request["target"]
    return "http://" + header(request, "host") + request["target"]


def as_har(seen):
    """Between noise, as in a browser."""
    noise = {
        "request": {"method": "GET", "url": "https://cdn.example/app.js", "headers": []},
        "response": {"status": 200, "headers": [], "content": {"text": "1"}},
    }
    entries = [noise] * 3
    for exchange in seen:
        request, response = exchange["request"], exchange["response"]
        pairs = lambda m: [{"name": k, "value": v} for k, v in m["headers"]]
        entry = {"request": {"method": request["method"], "url": url(request), "headers": pairs(request)}}
        if request["body"]:
            entry["request"]["postData"] = {"mimeType": header(request, "content-type"), "text": request["body"]}
        entry["response"] = {"status": response["status"], "headers": pairs(response),
                             "content": {"text": base64.b64encode(response["body"].encode()).decode(), "encoding": "base64"}}
        entries += [entry, noise]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)


def as_trace(seen):
    return json.dumps({"exchanges": [{
        "request": {"method": e["request"]["method"], "uri": url(e["request"]),
                    "headers": e["request"]["headers"], "body": e["request"]["body"]},
        "response": e["response"]} for e in seen]}, indent=1)


def as_debug(seen):
    """As `http.client` prints with `debuglevel` 1."""
    lines = []
    for e in seen:
        request, response = e["request"], e["response"]
        head = "\r\n".join([f"{request['method']} {request['target']} HTTP/1.1"]
                           + [f"{k}: {v}" for k, v in request["headers"]] + ["", ""])
        lines.append(f"send: {head.encode()!r}")
        if request["body"]:
            lines.append(f"send: {request['body'].encode()!r}")
        lines.append("reply: " + repr("HTTP/1.1 %d Answer\r\n" % response["status"]))
        lines += [f"header: {k}: {v}" for k, v in response["headers"]]
        lines.append(response["body"])
    return "\n".join(lines)


FORMS = {"http": as_http, "har": as_har, "trace": as_trace, "debug": as_debug}


def write(name, evidence, expected, made, known=None, secrets=(), healthy=False, now=NOW):
    """`expected` is the code, or several where the mistake has several names, or `none`."""
    folder = CORPUS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    # Where the libraries lie on this machine is nobody's business.
    evidence = re.sub(r'"/[^"]*/(site-packages|lib/python3[.0-9]*)/', r'"/usr/lib/python3/\1/', evidence)
    evidence = evidence.replace(str(CORPUS / "make") + "/", "/home/user/app/")
    (folder / "evidence").write_text(evidence)
    case = {"expected": [expected] if isinstance(expected, str) else list(expected), "made": made,
            "secrets": sorted(set(secrets)), "now": now}
    if known:
        case["known"] = known
    if healthy:
        case["healthy"] = True
    (folder / "case.json").write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n")
