"""An OAuth 1 server that oauthlib makes of Flask: every signature method there is."""

import sys
from pathlib import Path
from urllib.parse import parse_qs

from flask import Flask, Response, jsonify, request
from oauthlib.oauth1 import OAuth1Error, RequestValidator, WebApplicationServer

import keys
from flask_server import consent, outcome, serve

keys.make(Path(sys.argv[1]))
PUBLIC_KEY = Path(sys.argv[1], "public.pem").read_text()


class Validator(RequestValidator):
    """The rules of oauthlib as they are, but for TLS; what it remembers is in memory."""

    enforce_ssl = False
    dummy_client = dummy_request_token = dummy_access_token = "dummy"

    def __init__(self):
        super().__init__()
        self.temporary, self.tokens, self.nonces = {}, {}, set()

    def validate_client_key(self, client_key, request):
        return client_key in ("consumerOfTheTests0001", "rsaConsumerOfTheTests1")

    def get_client_secret(self, client_key, request):
        return "consumer-secret"

    def get_rsa_key(self, client_key, request):
        return PUBLIC_KEY

    def validate_timestamp_and_nonce(
        self, client_key, timestamp, nonce, request, request_token=None, access_token=None
    ):
        used = client_key, timestamp, nonce, request_token, access_token
        is_new = used not in self.nonces
        self.nonces.add(used)
        return is_new

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return []

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return True

    def save_request_token(self, token, request):
        callback = request.redirect_uri
        self.temporary[token["oauth_token"]] = {**token, "client": request.client_key, "callback": callback}

    def verify_request_token(self, token, request):
        return token in self.temporary

    def validate_request_token(self, client_key, token, request):
        return self.temporary.get(token, {}).get("client") == client_key

    def get_request_token_secret(self, client_key, token, request):
        return self.temporary.get(token, {}).get("oauth_token_secret", "dummy")

    def get_redirect_uri(self, token, request):
        return self.temporary[token]["callback"]

    def save_verifier(self, token, verifier, request):
        self.temporary[token].update(verifier)

    def validate_verifier(self, client_key, token, verifier, request):
        return self.temporary.get(token, {}).get("oauth_verifier") == verifier

    def invalidate_request_token(self, client_key, request_token, request):
        del self.temporary[request_token]

    def save_access_token(self, token, request):
        self.tokens[token["oauth_token"]] = {**token, "client": request.client_key}

    def validate_access_token(self, client_key, token, request):
        return self.tokens.get(token, {}).get("client") == client_key

    def get_access_token_secret(self, client_key, token, request):
        return self.tokens.get(token, {}).get("oauth_token_secret", "dummy")


app = Flask(__name__)
server = WebApplicationServer(Validator())


def asked():
    body = request.get_data(as_text=True, cache=True)
    return request.url, request.method, body, dict(request.headers)


def answer(headers, body, status):
    return Response(body or "", status, headers)


@app.post("/request_token")
def request_token():
    return answer(*server.create_request_token_response(*asked()))


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    try:
        server.get_realms_and_credentials(request.url)
        if request.method == "GET":
            return consent()
        if request.form["decision"] == "deny":
            return outcome("nothing was allowed")
        headers, body, status = server.create_authorization_response(request.url)
    except OAuth1Error as error:
        return outcome(str(error)), 400
    if status == 200:
        return outcome(parse_qs(body)["oauth_verifier"][0])
    return answer(headers, body, status)


@app.post("/access_token")
def access_token():
    return answer(*server.create_access_token_response(*asked()))


@app.route("/api/me", methods=["GET", "POST"])
def me():
    is_valid, _ = server.validate_protected_resource_request(*asked())
    if not is_valid:
        return Response("refused", 401, {"WWW-Authenticate": "OAuth"})
    return jsonify(username="alice", form=request.form.to_dict(), query=request.args.to_dict())


if __name__ == "__main__":
    serve(app)
