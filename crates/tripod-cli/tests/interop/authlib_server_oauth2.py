"""An OAuth 2 server that Authlib makes of Flask, with a token endpoint more for each oddity."""

import time
from types import SimpleNamespace

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from authlib.oauth2.rfc9207 import IssuerParameter
from flask import Flask, jsonify, request

from flask_server import ask_for_code, consent, outcome, serve
from oddities import odd

ALICE = SimpleNamespace(get_user_id=lambda: "alice", id="alice")
DEVICE_CODE = DeviceCodeGrant.GRANT_TYPE

app = Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True


class Client(ClientMixin):
    """A native application, or with a secret one on a server."""

    def __init__(self, name, method="none", secret=None):
        self.name, self.method, self.secret = name, method, secret

    def get_client_id(self):
        return self.name

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope or ""

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.startswith(("http://127.0.0.1:", "http://[::1]:"))

    def check_client_secret(self, client_secret):
        return self.secret == client_secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.method

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return True


class Token(TokenMixin):
    def __init__(self, client, user, token):
        self.client, self.user, self.token = client, user, token
        self.over_at = time.time() + token["expires_in"]
        self.is_over = self.is_spent = False

    def check_client(self, client):
        return self.client is client

    def get_scope(self):
        return self.token.get("scope", "")

    def get_expires_in(self):
        return self.token["expires_in"]

    def is_expired(self):
        return time.time() > self.over_at

    def is_revoked(self):
        return self.is_over

    def get_user(self):
        return self.user

    def get_client(self):
        return self.client


CLIENTS = {
    client.name: client
    for client in (
        Client("native"),
        Client("short-lived"),
        Client("basic", "client_secret_basic", "s+cret:%&"),
        Client("post", "client_secret_post", "s+cret:%&"),
    )
}
ACCESS, REFRESH, CODES, DEVICES, DECISIONS = {}, {}, {}, {}, {}


def save_token(token, request):
    if request.client.name == "short-lived":
        token["expires_in"] = 3
    kept = Token(request.client, request.user, dict(token))
    ACCESS[token["access_token"]] = kept
    if "refresh_token" in token:
        REFRESH[token["refresh_token"]] = kept


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def save_authorization_code(self, code, request):
        redirect_uri, scope = request.payload.redirect_uri, request.payload.scope
        CODES[code] = SimpleNamespace(
            code=code,
            client=request.client,
            get_redirect_uri=lambda: redirect_uri,
            get_scope=lambda: scope,
            code_challenge=request.payload.data.get("code_challenge"),
            code_challenge_method=request.payload.data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code, client):
        found = CODES.get(code)
        return found if found and found.client is client else None

    def delete_authorization_code(self, authorization_code):
        del CODES[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return ALICE


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = REFRESH.get(refresh_token)
        return None if found is None or found.is_spent else found

    def authenticate_user(self, refresh_token):
        return refresh_token.user

    def revoke_old_credential(self, refresh_token):
        refresh_token.is_spent = refresh_token.is_over = True


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class DeviceGrant(DeviceCodeGrant):
    def query_device_credential(self, device_code):
        return DEVICES.get(device_code)

    def query_user_grant(self, user_code):
        return DECISIONS.get(user_code)

    def should_slow_down(self, credential):
        return False


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    INTERVAL = 1

    def get_verification_uri(self):
        return f"{request.host_url}device"

    def save_device_credential(self, client_id, scope, data):
        kept = DeviceCredentialDict(data, client_id=client_id, scope=scope)
        DEVICES[data["device_code"]] = kept


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["none"]

    def query_token(self, token_string, token_type_hint):
        return ACCESS.get(token_string)

    def revoke_token(self, token, request):
        token.is_over = True


class Issuer(IssuerParameter):
    def get_issuer(self):
        return request.host_url.rstrip("/")


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return ACCESS.get(token_string)


server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)
server.register_extension(lambda server: Issuer()(server))
server.register_grant(AuthorizationCodeGrant, [CodeChallenge(required=True)])
for grant in (RefreshTokenGrant, ClientCredentialsGrant, DeviceGrant):
    server.register_grant(grant)
for endpoint in (DeviceEndpoint, Revocation):
    server.register_endpoint(endpoint)
require_oauth = ResourceProtector()
require_oauth.register_token_validator(Validator())


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    issuer = request.host_url.rstrip("/")
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        device_authorization_endpoint=f"{issuer}/device_authorization",
        revocation_endpoint=f"{issuer}/revoke",
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token", "client_credentials", DEVICE_CODE],
        token_endpoint_auth_methods_supported=["none", "client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported=["S256"],
        authorization_response_iss_parameter_supported=True,
    )


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    try:
        grant = server.get_consent_grant(end_user=ALICE)
    except OAuth2Error as error:
        return outcome(str(error)), 400
    if request.method == "GET":
        return consent()
    user = ALICE if request.form["decision"] == "allow" else None
    return server.create_authorization_response(grant_user=user, grant=grant)


@app.route("/device", methods=["GET", "POST"])
def device():
    if request.method == "GET":
        return ask_for_code()
    user_code = request.form["user_code"]
    if "decision" not in request.form:
        return consent([("user_code", user_code)])
    DECISIONS[user_code] = ALICE, request.form["decision"] == "allow"
    return outcome("The device was told")


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/odd/<oddity>/token")
def odd_token(oddity):
    return odd(oddity, server.create_token_response())


@app.post("/device_authorization")
def device_authorization():
    return server.create_endpoint_response(DeviceEndpoint.ENDPOINT_NAME)


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response(Revocation.ENDPOINT_NAME)


@app.route("/api/me", methods=["GET", "POST"])
@require_oauth()
def me():
    user = current_token.user
    return jsonify(username=user.get_user_id() if user else None, scope=current_token.get_scope())


if __name__ == "__main__":
    serve(app)
