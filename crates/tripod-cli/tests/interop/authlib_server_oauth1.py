"""An OAuth 1 server that Authlib makes of Flask: HMAC-SHA1, RSA-SHA1 and PLAINTEXT."""

import sys
from pathlib import Path
from types import SimpleNamespace

from authlib.integrations.flask_oauth1 import (
    AuthorizationServer,
    ResourceProtector,
    current_credential,
    register_temporary_credential_hooks,
)
from authlib.oauth1 import ClientMixin, TokenCredentialMixin
from authlib.oauth1.errors import OAuth1Error
from flask import Flask, jsonify, request

import keys
from flask_server import consent, outcome, serve

keys.make(Path(sys.argv[1]))
PUBLIC_KEY = Path(sys.argv[1], "public.pem").read_text()

app = Flask(__name__)
app.config["OAUTH1_SUPPORTED_SIGNATURE_METHODS"] = ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"]


class Client(ClientMixin):
    def get_default_redirect_uri(self):
        return f"{request.host_url}oob"

    def get_client_secret(self):
        return "consumer-secret"

    def get_rsa_public_key(self):
        return PUBLIC_KEY


class Token(TokenCredentialMixin):
    def __init__(self, token, user):
        self.token, self.user = token, user

    def get_oauth_token(self):
        return self.token["oauth_token"]

    def get_oauth_token_secret(self):
        return self.token["oauth_token_secret"]


class Cache(dict):
    def set(self, key, value, timeout):
        self[key] = value

    def delete(self, key):
        self.pop(key, None)


CLIENTS = {name: Client() for name in ("consumerOfTheTests0001", "rsaConsumerOfTheTests1")}
TOKENS, NONCES = {}, set()


def exists_nonce(*used):
    is_known = used in NONCES
    NONCES.add(used)
    return is_known


def create_token_credential(token, temporary):
    return TOKENS.setdefault(token["oauth_token"], Token(token, temporary["user_id"]))


server = AuthorizationServer(app, query_client=CLIENTS.get)
register_temporary_credential_hooks(server, Cache())
server.register_hook("exists_nonce", exists_nonce)
server.register_hook("create_token_credential", create_token_credential)
require_oauth = ResourceProtector(
    app,
    query_client=CLIENTS.get,
    query_token=lambda _client, token: TOKENS.get(token),
    exists_nonce=exists_nonce,
)


@app.post("/request_token")
def request_token():
    return server.create_temporary_credentials_response()


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    try:
        server.check_authorization_request()
    except OAuth1Error as error:
        return outcome(error.error), 400
    if request.method == "GET":
        return consent()
    is_allowed = request.form["decision"] == "allow"
    user = SimpleNamespace(get_user_id=lambda: "alice")
    return server.create_authorization_response(grant_user=user if is_allowed else None)


@app.get("/oob")
def oob():
    return outcome(request.args.get("oauth_verifier", "nothing was allowed"))


@app.post("/access_token")
def access_token():
    return server.create_token_response()


@app.route("/api/me", methods=["GET", "POST"])
@require_oauth()
def me():
    return jsonify(username=current_credential.user, form=request.form.to_dict(), query=request.args.to_dict())


if __name__ == "__main__":
    serve(app)
