"""What the servers on Flask have in common: their pages, and how they are served."""

import json
from html import escape

from flask import Response
from werkzeug.serving import WSGIRequestHandler, make_server


def consent(fields=()):
    """Asks the user; what was asked for comes back with the decision."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields
    )
    buttons = "".join(
        f'<button name="decision" value="{decision}">{decision}</button>' for decision in ("allow", "deny")
    )
    return page(f'<form method="post">{hidden}{buttons}</form>')


def ask_for_code():
    return page('<form method="post"><input name="user_code"></form>')


def outcome(text):
    return page(f'<p id="outcome">{escape(text)}</p>')


def page(body):
    return Response(f"<!DOCTYPE html><title>A server</title>{body}", content_type="text/html; charset=utf-8")


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        pass


def serve(app):
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    print(json.dumps({"issuer": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    server.serve_forever()
