"""Clients of requests-oauthlib and Authlib against a provider made of oauthlib, and against the
answers that large providers give, each with one real mistake."""

import base64
import contextlib
import hashlib
import io
import json
import logging
import os
import time
import traceback
import urllib.parse

import requests
from authlib.integrations.requests_client import OAuth2Session as Authlib
from authlib.jose import JsonWebKey, jwt
from oauthlib.oauth2 import RequestValidator, WebApplicationServer
from requests_oauthlib import OAuth2Session

import wire

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

server = wire.Server(8766)
BASE = server.origin
CLIENT, SECRET = "web-app", "s3cr3t-9fK2xPq7LmZt"
REDIRECT = "https://app.example/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CODE = "SplxlOBeZQQYbYS6WxSbIA"
ACCESS, REFRESH = "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA"
SECRETS = [SECRET, CODE, ACCESS, REFRESH, VERIFIER]


class Validator(RequestValidator):
    def __init__(self):
        self.codes, self.basic_only = {}, False
        self.refresh = {REFRESH}

    def validate_client_id(self, client_id, request, *a, **k):
        request.client = type("Client", (), {"client_id": client_id})()
        return client_id == CLIENT

    def validate_redirect_uri(self, client_id, redirect_uri, request, *a, **k):
        return redirect_uri == REDIRECT

    def get_default_redirect_uri(self, *a, **k):
        return REDIRECT

    def validate_scopes(self, client_id, scopes, *a, **k):
        return set(scopes) <= {"read", "write", "openid", "offline_access"}

    def get_default_scopes(self, *a, **k):
        return ["read"]

    def validate_response_type(self, client_id, response_type, *a, **k):
        return response_type == "code"

    def save_authorization_code(self, client_id, code, request, *a, **k):
        self.codes[code["code"]] = (request.redirect_uri, request.code_challenge, request.code_challenge_method)

    def authenticate_client(self, request, *a, **k):
        scheme, _, encoded = (request.headers.get("Authorization") or "").partition(" ")
        if scheme == "Basic":
            # RFC 6749 §2.3.1: both were form-encoded.
            name, _, password = base64.b64decode(encoded).decode().partition(":")
            name, password = urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(password)
        else:
            if self.basic_only:
                return False
            name, password = request.client_id, request.client_secret
        request.client = type("Client", (), {"client_id": name})()
        return (name, password) == (CLIENT, self.secret)

    secret = SECRET

    def authenticate_client_id(self, client_id, request, *a, **k):
        return False

    def validate_code(self, client_id, code, client, request, *a, **k):
        if code not in self.codes:
            return False
        _, request.code_challenge, request.code_challenge_method = self.codes[code]
        request.scopes, request.user = ["read"], "alice"
        return True

    def confirm_redirect_uri(self, client_id, code, redirect_uri, *a, **k):
        return self.codes[code][0] == redirect_uri

    def get_code_challenge(self, code, request):
        return self.codes[code][1]

    def get_code_challenge_method(self, code, request):
        return self.codes[code][2]

    def is_pkce_required(self, client_id, request):
        return False

    def invalidate_authorization_code(self, client_id, code, *a, **k):
        self.codes.pop(code)

    def validate_grant_type(self, *a, **k):
        return True

    def save_bearer_token(self, token, *a, **k):
        token["access_token"] = ACCESS
        if "refresh_token" in token:
            token["refresh_token"] = "new-" + REFRESH
            self.refresh = {"new-" + REFRESH}

    def validate_refresh_token(self, token, client, request, *a, **k):
        return token in self.refresh

    def get_original_scopes(self, *a, **k):
        return ["read"]

    def rotate_refresh_token(self, request):
        return True


validator = Validator()
provider = WebApplicationServer(validator)


def oauthlib(request):
    """The provider: /authorize answers with the redirect at once, /token is oauthlib's."""
    uri, headers = wire.url(request), {k.title(): v for k, v in request["headers"]}
    try:
        if request["target"].startswith("/authorize"):
            scopes, credentials = provider.validate_authorization_request(uri, request["method"], request["body"], headers)
            h, b, status = provider.create_authorization_response(uri, request["method"], request["body"], headers, scopes, {"user": "alice"})
        else:
            h, b, status = provider.create_token_response(uri, request["method"], request["body"], headers)
    except Exception as error:  # the fatal ones, which are shown to the user
        return 400, {"Content-Type": "application/json"}, json.dumps({"error": error.error, "error_description": error.description})
    h.pop("Content-Length", None)
    return status, dict(h), b or ""


forms = ["http", "har", "trace", "debug"]
count = 0


def run(name, steps, expected, made, answer=oauthlib, known=None, secrets=SECRETS, form=None, healthy=False, log=False):
    """Runs a client; writes what the server saw, and for some what the program printed."""
    global count
    server.seen.clear()
    server.answer = answer
    printed = io.StringIO()
    try:
        steps()
    except BaseException:
        traceback.print_exc(file=printed)
    seen = list(server.seen)
    if log:
        assert printed.getvalue(), name
        wire.write("oauth2-log-" + name, printed.getvalue(), log if isinstance(log, (str, tuple)) else expected,
                   made + "; the traceback alone", None, secrets)
        count += 1
    if seen:
        count += 1
        form = form or forms[count % len(forms)]
        wire.write("oauth2-" + name, wire.FORMS[form](seen), expected, made, known, secrets, healthy)


def authorize(**changes):
    """Follows the browser as far as the redirect, and returns the URL of the callback."""
    parameters = {"response_type": "code", "client_id": CLIENT, "redirect_uri": REDIRECT, "scope": "read", "state": "af0ifjsldkj-state"}
    parameters.update(changes)
    parameters = {k: v for k, v in parameters.items() if v is not None}
    answer = requests.get(BASE + "/authorize?" + urllib.parse.urlencode(parameters), allow_redirects=False)
    return answer.headers.get("Location", "")


def code_of(callback):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query)).get("code")


def redeem(callback, redirect=REDIRECT, secret=SECRET, client=CLIENT, url="/token", **more):
    session = OAuth2Session(client, redirect_uri=redirect, state="af0ifjsldkj-state")
    return session.fetch_token(BASE + url, authorization_response=callback, client_secret=secret, **more)


S256 = dict(code_challenge=CHALLENGE, code_challenge_method="S256")
G = "oauth2/"

# Nothing wrong.
run("right-code", lambda: redeem(authorize()), "none", "nothing is wrong", healthy=True)
run("right-pkce", lambda: redeem(authorize(**S256), code_verifier=VERIFIER), "none", "nothing is wrong", healthy=True)
run("right-authlib", lambda: Authlib(CLIENT, SECRET, redirect_uri=REDIRECT, state="af0ifjsldkj-state").fetch_token(
    BASE + "/token", authorization_response=authorize()), "none", "nothing is wrong", healthy=True)
validator.refresh = {REFRESH}
run("right-refresh", lambda: OAuth2Session(CLIENT).refresh_token(BASE + "/token", REFRESH, auth=(CLIENT, SECRET)), "none", "nothing is wrong", healthy=True)

# Redirect URIs.
for name, uri in [("slash", REDIRECT + "/"), ("http", REDIRECT.replace("https", "http")), ("port", "https://app.example:8443/callback"),
                  ("host", "https://www.app.example/callback"), ("path", "https://app.example/oauth/callback")]:
    run("redirect-" + name, lambda: authorize(redirect_uri=uri), G + "redirect-uri/mismatch", f"registered is {REDIRECT}, sent {uri}", known={"redirect_uri": REDIRECT})
run("redirect-unknown", lambda: authorize(redirect_uri="http://127.0.0.1:5000/cb"), G + "redirect-uri/mismatch", "not registered; oauthlib says so")
run("redirect-differs", lambda: redeem(authorize(), redirect=REDIRECT + "/"), G + "redirect-uri/differs-in-token-request", "slash added in the token request", log=G + "redirect-uri/mismatch")
run("redirect-differs-scheme", lambda: redeem(authorize(), redirect=REDIRECT.replace("https", "http")), G + "redirect-uri/differs-in-token-request", "app behind a proxy")
# Codes.
def twice():
    callback = authorize()
    redeem(callback)
    redeem(callback)
run("code-twice", twice, G + "code/used-twice", "the callback ran twice", log=G + "token-request/invalid-grant")
def probe():
    validator.basic_only, callback = True, authorize()
    try:
        with contextlib.suppress(Exception):
            redeem(callback, auth=False, include_client_id=True)
        validator.codes.pop(code_of(callback))
        redeem(callback)
    finally:
        validator.basic_only = False
run("code-probed", probe, G + "code/used-twice", "the library tried the body first, then the header")
def encoded():
    callback = authorize()
    code = code_of(callback)
    slashed = code[:10] + "/" + code[10:]
    validator.codes[slashed] = validator.codes.pop(code)
    requests.post(BASE + "/token", auth=(CLIENT, SECRET), data={"grant_type": "authorization_code", "code": slashed.replace("/", "%2F"), "redirect_uri": REDIRECT})
run("code-encoded", encoded, G + "code/altered", "%2F was not decoded")
run("code-cut", lambda: redeem(code=code_of(authorize())[:-3], callback=None), G + "code/altered", "the end is missing")
# PKCE.
run("pkce-other-attempt", lambda: redeem(authorize(**S256), code_verifier=VERIFIER[::-1]), G + "pkce/verifier-of-another-attempt", "verifier of another tab")
run("pkce-missing", lambda: redeem(authorize(**S256)), G + "pkce/verifier-missing", "verifier not sent", log=True)
run("pkce-padded", lambda: redeem(authorize(code_challenge=CHALLENGE + "=", code_challenge_method="S256"), code_verifier=VERIFIER), G + "pkce/challenge-malformed", "padding left")
digest = hashlib.sha256(VERIFIER.encode())
run("pkce-hex", lambda: redeem(authorize(code_challenge=digest.hexdigest(), code_challenge_method="S256"), code_verifier=VERIFIER), G + "pkce/challenge-malformed", "hexdigest")
run("pkce-standard", lambda: redeem(authorize(code_challenge=base64.b64encode(digest.digest()).decode().rstrip("="), code_challenge_method="S256"), code_verifier=VERIFIER),
    G + "pkce/challenge-malformed", "b64encode in place of urlsafe_b64encode")
run("pkce-plain-as-s256", lambda: redeem(authorize(code_challenge=VERIFIER, code_challenge_method="S256"), code_verifier=VERIFIER), G + "pkce/method-mismatch", "plain, named S256")
run("pkce-no-method", lambda: redeem(authorize(code_challenge=CHALLENGE), code_verifier=VERIFIER), G + "pkce/method-mismatch", "S256 without its name")
newline = base64.urlsafe_b64encode(hashlib.sha256((VERIFIER + "\n").encode()).digest()).decode().rstrip("=")
run("pkce-echo", lambda: redeem(authorize(code_challenge=newline, code_challenge_method="S256"), code_verifier=VERIFIER), G + "pkce/verifier-altered", "echo without -n")
# The client.
KNOWN = {"client_id": CLIENT, "client_secret": SECRET}
run("secret-other", lambda: redeem(authorize(), secret="another-secret-a1b2c3"), G + "client-authentication/other-secret", "another secret", known=KNOWN, secrets=SECRETS + ["another-secret-a1b2c3"],
    log=G + "client-authentication/refused")
run("secret-newline", lambda: redeem(authorize(), secret=SECRET + "\n"), G + "client-authentication/stray-characters", "newline", known=KNOWN)
run("secret-quotes", lambda: redeem(authorize(), secret=f'"{SECRET}"'), G + "client-authentication/stray-characters", "quotes", known=KNOWN)
run("secret-cut", lambda: redeem(authorize(), secret=SECRET[:-4]), G + "client-authentication/other-secret", "cut", known=KNOWN)
run("secret-swapped", lambda: redeem(authorize(), secret=CLIENT, client=SECRET), G + "client-authentication/secrets-swapped", "swapped", known=KNOWN)
run("secret-in-body-newline", lambda: redeem(authorize(), secret=SECRET + "\r\n", include_client_id=True, auth=False), G + "client-authentication/stray-characters", "CR LF in the body", known=KNOWN)
special = "p+s/ecret=9fK2xPq7%2B"
validator.secret = special
run("secret-raw-basic", lambda: redeem(authorize(), secret=special), G + "client-authentication/basic-encoding", "requests-oauthlib does not encode; the server decodes",
    known={"client_id": CLIENT, "client_secret": special}, secrets=SECRETS + [special])
run("secret-raw-basic-unknown", lambda: redeem(authorize(), secret=special), G + "client-authentication/basic-encoding", "the same, the secret is not given", secrets=SECRETS + [special])
validator.secret = SECRET
def no_authentication():
    requests.post(BASE + "/token", data={"grant_type": "authorization_code", "code": code_of(authorize()), "redirect_uri": REDIRECT, "client_id": CLIENT})
# Chromium leaves `Authorization` out of archives, so from one alone that cannot be known.
run("secret-missing", no_authentication, [G + "client-authentication/missing", G + "client-authentication/refused"], "no authentication at all")
run("secret-placeholder", lambda: redeem(authorize(), client="${CLIENT_ID}", include_client_id=True), G + "request/placeholder", "variable not set")
grant = {"grant_type": "authorization_code", "code": CODE, "redirect_uri": REDIRECT}
metadata = {"issuer": BASE, "token_endpoint": BASE + "/token", "token_endpoint_auth_methods_supported": ["client_secret_basic"]}
def from_metadata(request):
    return (200, {}, metadata) if ".well-known" in request["target"] else oauthlib(request)
def wrong_method():
    requests.get(BASE + "/.well-known/oauth-authorization-server")
    validator.basic_only = True
    requests.post(BASE + "/token", data={**grant, "client_id": CLIENT, "client_secret": SECRET})
    validator.basic_only = False
run("method-not-supported", wrong_method, G + "client-authentication/wrong-method", "post, and the metadata list basic alone", answer=from_metadata)
# The request.
def post(**arguments):
    return requests.post(BASE + "/token", auth=(CLIENT, SECRET), **arguments)
grant = {"grant_type": "authorization_code", "code": CODE, "redirect_uri": REDIRECT}
run("json-body", lambda: post(json=grant), G + "token-request/not-a-form", "json= in place of data=")
run("multipart-body", lambda: post(files={k: (None, v) for k, v in grant.items()}), G + "token-request/not-a-form", "files= in place of data=")
run("text-body", lambda: post(data=urllib.parse.urlencode(grant), headers={"Content-Type": "text/plain"}), G + "token-request/not-a-form", "no content type", answer=lambda r: (400, {}, {"error": "unsupported_grant_type"}))
run("query-parameters", lambda: post(params=grant), G + "token-request/not-a-form", "params= in place of data=")
run("no-grant-type", lambda: post(data={"code": CODE}), G + "request/parameter-missing", "no grant_type")
run("no-code", lambda: post(data={"grant_type": "authorization_code", "redirect_uri": REDIRECT}), G + "request/parameter-missing", "no code")
run("no-refresh-token", lambda: post(data={"grant_type": "refresh_token"}), G + "request/parameter-missing", "no refresh token")
run("unknown-grant", lambda: post(data={"grant_type": "magic"}), G + "token-request/unsupported-grant-type", "grant type does not exist")
run("scope-unknown", lambda: authorize(scope="read admin"), G + "scope/invalid", "scope does not exist")
run("response-type", lambda: authorize(response_type="token"), G + "authorization/unsupported-response-type", "implicit flow")
run("no-response-type", lambda: authorize(response_type=None), G + "request/parameter-missing", "no response_type")
# Refresh.
def rotate():
    validator.refresh = {REFRESH}
    session = OAuth2Session(CLIENT)
    session.refresh_token(BASE + "/token", REFRESH, auth=(CLIENT, SECRET))
    OAuth2Session(CLIENT).refresh_token(BASE + "/token", REFRESH, auth=(CLIENT, SECRET))
run("rotated-not-kept", rotate, G + "refresh/rotated-token-not-kept", "the old token again after a restart", log=(G + "token-request/invalid-grant", G + "refresh/refused"))
# The callback.
run("state-other", lambda: OAuth2Session(CLIENT, redirect_uri=REDIRECT, state="af0ifjsldkj-state").fetch_token(
    BASE + "/token", authorization_response=authorize().replace("af0ifjsldkj", "zzzifjsldkj"), client_secret=SECRET), "none", "the request alone shows nothing wrong",
    log=G + "callback/state-mismatch", healthy=True)
run("code-missing", lambda: redeem("https://app.example/callback?foo=bar&state=af0ifjsldkj-state"), "none", "x", log=G + "callback/no-code")
os.environ.pop("OAUTHLIB_INSECURE_TRANSPORT")
run("insecure", lambda: redeem("http://127.0.0.1:5000/callback?code=" + CODE + "&state=af0ifjsldkj-state"), "none", "callback over http", log=G + "redirect-uri/insecure-transport")
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
run("scope-changed", lambda: OAuth2Session(CLIENT, redirect_uri=REDIRECT, scope=["email", "openid"]).fetch_token(BASE + "/token", code=CODE, client_secret=SECRET, scope="email openid"),
    "none", "the server writes scopes at length", answer=lambda r: (200, {}, {"access_token": ACCESS, "token_type": "Bearer", "scope": "openid https://www.googleapis.com/auth/userinfo.email"}),
    log=G + "scope/changed", healthy=True)
run("token-expired-locally", lambda: OAuth2Session(CLIENT, token={"access_token": ACCESS, "token_type": "Bearer", "expires_in": -30, "expires_at": 1}).get(BASE + "/me"),
    "none", "expired by its own clock", log=G + "access-token/expired")

# What large providers answer. The texts are in the sources that the catalogue names.
def fetch():
    OAuth2Session(CLIENT, redirect_uri=REDIRECT).fetch_token(BASE + "/token", code=CODE, client_secret=SECRET)
def authlib_fetch():
    Authlib(CLIENT, SECRET, redirect_uri=REDIRECT).fetch_token(BASE + "/token", code=CODE, grant_type="authorization_code")
def refresh():
    OAuth2Session(CLIENT).refresh_token(BASE + "/token", REFRESH, auth=(CLIENT, SECRET))
def call():
    OAuth2Session(CLIENT, token={"access_token": ACCESS, "token_type": "Bearer"}).get(BASE + "/v1/items").raise_for_status()
def said(error, description, status=400):
    return lambda request: (status, {}, {"error": error, "error_description": description})
def entra(text, error="invalid_grant", status=400):
    return said(error, text + "\r\nTrace ID: 0b6f5c1e-0000\r\nTimestamp: 2026-11-21 12:00:00Z", status)
GITHUB = {"Content-Type": "application/json"}
vendor = [
    ("github-code", fetch, lambda r: (200, GITHUB, {"error": "bad_verification_code", "error_description": "The code passed is incorrect or expired."}), "code/expired-or-unknown", True),
    ("github-secret", fetch, lambda r: (200, GITHUB, {"error": "incorrect_client_credentials", "error_description": "The client_id and/or client_secret passed are incorrect."}), "client-authentication/refused", True),
    ("github-redirect", fetch, lambda r: (200, GITHUB, {"error": "redirect_uri_mismatch", "error_description": "The redirect_uri MUST match the registered callback URL for this application."}), "redirect-uri/mismatch", True),
    ("slack-code", fetch, lambda r: (200, GITHUB, {"ok": False, "error": "invalid_code"}), "code/expired-or-unknown", False),
    ("entra-redirect", fetch, entra("AADSTS50011: The redirect URI 'https://app.example/callback' specified in the request does not match the redirect URIs configured for the application 'web-app'."), "redirect-uri/mismatch", True),
    ("entra-redeemed", fetch, entra("AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."), "code/used-twice", True),
    ("entra-secret", fetch, entra("AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'web-app'.", "invalid_client", 401), "client-authentication/wrong-secret", True),
    ("entra-secret-expired", fetch, entra("AADSTS7000222: The provided client secret keys for app 'web-app' are expired.", "invalid_client", 401), "client-authentication/secret-expired", True),
    ("entra-public", fetch, entra("AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", "invalid_client", 401), "client-authentication/missing", False),
    ("entra-public-secret", fetch, entra("AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", "invalid_client", 401), "client-authentication/public-client-sends-secret", False),
    ("entra-spa", fetch, entra("AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.", "invalid_request"), "entra/spa-platform", True),
    ("entra-tenant", fetch, entra("AADSTS700016: Application with identifier 'web-app' was not found in the directory 'Contoso'.", "unauthorized_client"), "entra/tenant", False),
    ("entra-consent", refresh, entra("AADSTS65001: The user or administrator has not consented to use the application with ID 'web-app'."), "authorization/consent-missing", True),
    ("entra-scope-missing", fetch, entra("AADSTS900144: The request body must contain the following parameter: 'scope'.", "invalid_request"), "request/parameter-missing", True),
    ("entra-inactive", refresh, entra("AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-01 and was inactive for 90.00:00:00."), "refresh/entra-ended", True),
    ("entra-password", refresh, entra("AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed."), "refresh/entra-ended", False),
    ("google-code", fetch, said("invalid_grant", "Malformed auth code."), "code/altered", False),
    ("google-refresh", refresh, said("invalid_grant", "Token has been expired or revoked."), "refresh/google-expired-or-revoked", True),
    ("google-rapt", refresh, lambda r: (400, {}, {"error": "invalid_grant", "error_description": "reauth related error (invalid_rapt)", "error_subtype": "invalid_rapt"}), "refresh/google-expired-or-revoked", False),
    ("google-client", fetch, said("invalid_client", "The OAuth client was not found.", 401), "client-authentication/unknown-client", True),
    ("google-secret", fetch, said("invalid_client", "Unauthorized", 401), "client-authentication/refused", False),
    ("google-redirect", fetch, said("redirect_uri_mismatch", "Bad Request"), "redirect-uri/mismatch", True),
    ("keycloak-pkce", fetch, said("invalid_grant", "PKCE verification failed"), "pkce/verification-failed", True),
    ("keycloak-verifier", fetch, said("invalid_grant", "PKCE code verifier not specified"), "pkce/verifier-missing", False),
    ("keycloak-client", fetch, said("invalid_client", "Invalid client or Invalid client credentials", 401), "client-authentication/wrong-secret", False),
    ("keycloak-session", refresh, said("invalid_grant", "Session not active"), "refresh/expired", True),
    ("keycloak-stale", refresh, said("invalid_grant", "Stale token"), "refresh/reused", False),
    ("keycloak-reuse", refresh, said("invalid_grant", "Maximum allowed refresh token reuse exceeded"), "refresh/reused", True),
    ("keycloak-unauthorized", fetch, said("unauthorized_client", "Client not enabled to retrieve service account", 401), "client/unauthorized", False),
    ("auth0-refresh", refresh, said("invalid_grant", "Unknown or invalid refresh token.", 403), "refresh/reused", True),
    ("auth0-audience", fetch, said("access_denied", "Service not found: https://api.example/v1", 403), ("request/target", "authorization/access-denied"), False),
    ("hydra-pkce", fetch, said("invalid_request", "The request is missing a required parameter. Clients must include a code_challenge when performing the authorize code flow, but it is missing."), "pkce/required", False),
    ("intuit", refresh, said("invalid_grant", "Incorrect Token type or clientID"), "refresh/other-client", True),
    ("salesforce", refresh, said("invalid_grant", "expired access/refresh token"), "refresh/salesforce", True),
    ("oidc-provider-json", fetch, said("invalid_request", "only application/x-www-form-urlencoded content-type bodies are supported on POST /token"), "token-request/not-a-form", True),
    ("ory-method", fetch, said("invalid_client", "Client authentication failed. The OAuth 2.0 Client supports only client_secret_post authentication method.", 401), "client-authentication/wrong-method", False),
    ("okta-redirect", fetch, said("invalid_grant", "The redirect_uri does not match the redirect URI specified in the authorization request."), ("redirect-uri/mismatch", "redirect-uri/differs-in-token-request"), True),
    ("device-pending", fetch, said("authorization_pending", "The authorization request is still pending"), "device/authorization-pending", True),
    ("device-slow", fetch, said("slow_down", "Polling too often"), "device/slow-down", False),
    ("device-expired", fetch, said("expired_token", "The device_code has expired"), "device/expired", False),
    ("denied", fetch, said("access_denied", "The user denied the request"), "authorization/access-denied", True),
    ("assertion-clock", fetch, said("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."), "assertion/clock", True),
    ("html-login", fetch, lambda r: (200, {"Content-Type": "text/html"}, "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>"), "token-answer/not-json", ("oauth2/token-answer/no-access-token",)),
    ("html-502", fetch, lambda r: (502, {"Content-Type": "text/html"}, "<html><body><h1>502 Bad Gateway</h1></body></html>"), "server/unavailable", ("oauth2/token-answer/no-access-token",)),
    ("wrong-url", fetch, lambda r: (404, {"Content-Type": "text/html"}, "<html><body>Not Found</body></html>"), "token-answer/wrong-url", False),
    ("empty-answer", fetch, lambda r: (200, {"Content-Type": "application/json"}, ""), "token-answer/no-access-token", True),
    ("own-dialect-200", fetch, lambda r: (200, {}, {"error": "E1234", "message": "no"}), "token-answer/error-with-status-200", False),
    ("rate-limit", fetch, lambda r: (429, {"Retry-After": "30"}, {"message": "Too Many Requests"}), "server/too-many-requests", False),
    ("token-type", authlib_fetch, said("invalid_grant", "authorization code has expired"), "code/expired-or-unknown", True),
    ("authlib-client", authlib_fetch, said("invalid_client", "bad client", 401), "client-authentication/refused", True),
    ("bearer-expired", call, lambda r: (401, {"WWW-Authenticate": 'Bearer realm="api", error="invalid_token", error_description="The access token expired"'}, ""), "access-token/expired", False),
    ("bearer-invalid", call, lambda r: (401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}, ""), "access-token/invalid", False),
    ("bearer-revoked", call, lambda r: (401, {"WWW-Authenticate": 'Bearer error="invalid_token", error_description="The access token was revoked"'}, {"error": "token_revoked"}), "access-token/revoked", False),
    ("bearer-scope", call, lambda r: (403, {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="items.write"'}, ""), "scope/insufficient", False),
    ("google-scope", call, lambda r: (403, {}, {"error": {"code": 403, "message": "Request had insufficient authentication scopes.", "status": "PERMISSION_DENIED", "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}), "scope/insufficient", False),
    ("google-401", call, lambda r: (401, {}, {"error": {"code": 401, "message": "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.", "status": "UNAUTHENTICATED"}}), "access-token/invalid", False),
    ("github-401", call, lambda r: (401, {}, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}), "access-token/invalid", False),
    ("graph-audience", call, lambda r: (401, {}, {"error": {"code": "InvalidAuthenticationToken", "message": "Access token validation failure. Invalid audience."}}), "resource/wrong-audience", False),
    ("auth0-malformed", call, lambda r: (401, {}, {"error": "UnauthorizedError", "message": "jwt malformed"}), "access-token/opaque", False),
    ("silent-401", call, lambda r: (401, {}, ""), "resource/no-challenge", False),
    ("forbidden", call, lambda r: (403, {}, {"message": "Forbidden"}), "resource/forbidden", False),
    ("dpop-nonce", call, lambda r: (401, {"WWW-Authenticate": 'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"', "DPoP-Nonce": "eyJ7S_zG.eyJH0-Z.HX4w-7v"}, ""), "dpop/nonce-required", False),
    ("issuer-keycloak", call, lambda r: (401, {}, {"error": "invalid_token", "error_description": "Invalid token issuer. Expected 'http://localhost:8180/realms/myrealm', but was 'http://keycloak:8180/realms/myrealm'"}), "issuer/mismatch", False),
    ("unknown-kid", call, lambda r: (401, {}, {"message": "Unable to find a signing key that matches: 'k-2026'"}), "jwt/unknown-key", False),
]
for name, steps, answer, expected, log in vendor:
    expected = tuple(G + e for e in expected) if isinstance(expected, tuple) else G + expected
    run("vendor-" + name, steps, expected, "the provider answers so", answer=answer, log=log)

# Calls of an API.
def bearer(value):
    return lambda: requests.get(BASE + "/v1/items", headers={"Authorization": value})
refuse = lambda r: (401, {"WWW-Authenticate": "Bearer"}, "")
run("bearer-undefined", bearer("Bearer undefined"), G + "request/placeholder", "variable not set", answer=refuse)
run("bearer-twice", bearer("Bearer Bearer " + ACCESS), G + "resource/authorization-malformed", "scheme twice", answer=refuse)
run("bearer-quotes", bearer(f'Bearer "{ACCESS}"'), G + "resource/authorization-malformed", "quotes", answer=refuse)
run("bearer-no-scheme", bearer(ACCESS), G + "resource/authorization-malformed", "no scheme", answer=refuse)
run("bearer-missing", lambda: requests.get(BASE + "/v1/items"), G + "resource/no-token", "no header", answer=refuse)
run("redirected", lambda: requests.get(BASE + "/v1/items", headers={"Authorization": "Bearer " + ACCESS}), G + "resource/authorization-lost-on-redirect", "the API moved to another host",
    answer=lambda r: (301, {"Location": "http://localhost:8766/v1/items/"}, "") if not r["target"].endswith("/") else refuse(r))
key = JsonWebKey.generate_key("RSA", 2048, {"kid": "k1"}, is_private=True)
other = JsonWebKey.generate_key("RSA", 2048, {"kid": "k1"}, is_private=True)
jwks = lambda *keys: json.dumps({"keys": [{**k.as_dict(is_private=False), "kid": "k1"} for k in keys]})
claims = {"iss": "https://issuer.example/", "sub": "alice", "aud": "https://api.example", "iat": wire.NOW - 600, "exp": wire.NOW + 3000, "scope": "read"}
def token(key=key, kid="k1", header=None, **changes):
    payload = {k: v for k, v in {**claims, **changes}.items() if v is not None}
    return jwt.encode({"alg": "RS256", "kid": kid, **(header or {})}, payload, key).decode()
def alone(name, text, expected, made, known=None, healthy=False):
    global count
    count += 1
    wire.write("oauth2-" + name, text + "\n", expected, made, known, [text], healthy)
alone("jwt-right", token(), "none", "nothing is wrong", {"issuer": "https://issuer.example/", "audience": "https://api.example", "jwks": jwks(key)}, healthy=True)
alone("jwt-unknown", token(), "none", "nothing can be known", healthy=True)
alone("jwt-expired", token(exp=wire.NOW - 60), G + "jwt/expired", "expired a minute ago")
alone("jwt-issuer-slash", token(), G + "issuer/mismatch", "no slash in the configuration", {"issuer": "https://issuer.example"})
alone("jwt-audience", token(), G + "resource/wrong-audience", "another API", {"audience": "https://other.example"})
renamed = JsonWebKey.import_key({**key.as_dict(is_private=True), "kid": "k2"})
alone("jwt-kid", token(key=renamed, kid="k2"), G + "jwt/unknown-key", "keys rotated", {"jwks": jwks(key)})
alone("jwt-signature", token(key=other), G + "jwt/signature", "another key of the same name", {"jwks": jwks(key)})
alone("jwt-future", token(iat=wire.NOW + 900, exp=wire.NOW + 3600), G + "id-token/clock", "clock of the issuer ahead")
run("jwt-call-expired", bearer("Bearer " + token(exp=wire.NOW - 7200)), G + "access-token/expired", "expired two hours ago", answer=refuse)
run("jwt-call-right", bearer("Bearer " + token()), "none", "nothing is wrong", answer=lambda r: (200, {}, {"items": []}), healthy=True)
run("id-token-sent", bearer("Bearer " + token(scope=None, nonce="n-0S6_WzA2Mj", at_hash="x", aud=CLIENT)), G + "access-token/id-token-sent", "the ID token was sent", answer=refuse)
run("dpop-as-bearer", bearer("Bearer " + token(cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})), G + "dpop/bearer-scheme", "bound token sent as Bearer", answer=refuse)
# Assertions, made by Authlib.
def assert_client(**changes):
    payload = {"iss": CLIENT, "sub": CLIENT, "aud": BASE + "/token", "iat": wire.NOW, "exp": wire.NOW + 300, "jti": "a1"}
    payload = {k: v for k, v in {**payload, **changes}.items() if v is not None}
    assertion = jwt.encode({"alg": "RS256", "kid": "k1"}, payload, key).decode()
    kind = changes.pop("kind", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    return lambda: requests.post(BASE + "/token", data={"grant_type": "client_credentials", "client_id": CLIENT, "client_assertion": assertion, "client_assertion_type": kind})
bad_client = said("invalid_client", "Client authentication failed", 401)
run("assertion-audience", assert_client(aud="https://other.example/token"), G + "assertion/claims", "another server", answer=bad_client)
run("assertion-subject", assert_client(sub="alice"), G + "assertion/claims", "sub is the user", answer=bad_client)
run("assertion-no-exp", assert_client(exp=None), G + "assertion/claims", "no exp", answer=bad_client)
run("assertion-expired", assert_client(iat=wire.NOW - 900, exp=wire.NOW - 600), G + "assertion/clock", "clock behind", answer=bad_client)
run("assertion-future", assert_client(iat=wire.NOW + 900, exp=wire.NOW + 1200), G + "assertion/clock", "clock ahead", answer=bad_client)
run("assertion-day", assert_client(exp=wire.NOW + 86400), G + "assertion/clock", "a day long", answer=bad_client)
# DPoP.
ec = JsonWebKey.generate_key("EC", "P-256", is_private=True)
def dpop(ath=True, header=None, url=BASE + "/v1/items", **changes):
    access = token(cnf={"jkt": ec.thumbprint()})
    payload = {"jti": "j1", "htm": "GET", "htu": url, "iat": wire.NOW}
    if ath:
        payload["ath"] = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()).decode().rstrip("=")
    payload.update(changes)
    proof = jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": ec.as_dict(is_private=False), **(header or {})}, payload, ec).decode()
    return lambda: requests.get(BASE + "/v1/items", headers={"Authorization": "DPoP " + access, "DPoP": proof})
bad_proof = lambda r: (401, {"WWW-Authenticate": 'DPoP error="invalid_dpop_proof"'}, "")
run("dpop-right", dpop(), "none", "nothing is wrong", answer=lambda r: (200, {}, {}), healthy=True)
run("dpop-htu", dpop(url="https://api.internal/v1/items"), G + "dpop/proof-for-another-request", "host behind the proxy", answer=bad_proof)
run("dpop-htm", dpop(htm="POST"), G + "dpop/proof-for-another-request", "another method", answer=bad_proof)
run("dpop-no-ath", dpop(ath=False), G + "dpop/access-token-hash", "no ath", answer=bad_proof)
run("dpop-typ", dpop(header={"typ": "JWT"}), G + "dpop/proof-malformed", "typ JWT", answer=bad_proof)
run("dpop-old", dpop(iat=wire.NOW - 3600), G + "dpop/time", "clock behind", answer=bad_proof)
# Scopes and refresh tokens.
granted = lambda **more: lambda r: (200, {}, {"access_token": ACCESS, "token_type": "Bearer", **more})
run("scope-cut", lambda: requests.post(BASE + "/token", auth=(CLIENT, SECRET), data={**grant, "scope": "read write"}), G + "scope/not-granted", "user unticked write", answer=granted(scope="read"))
run("no-offline", lambda: requests.post(BASE + "/token", auth=(CLIENT, SECRET), data={**grant, "scope": "openid offline_access"}), G + "refresh/none-issued", "no refresh token", answer=granted(scope="openid"))
# URLs.
for name, url, expected, known in [
    ("denied", REDIRECT + "?error=access_denied&error_description=The+user+denied+the+request&state=x", G + "authorization/access-denied", None),
    ("aadsts50011", REDIRECT + "?error=invalid_request&error_description=AADSTS50011%3a+The+redirect+URI+specified+in+the+request+does+not+match", G + "redirect-uri/mismatch", None),
    ("invalid-scope", REDIRECT + "#error=invalid_scope&error_description=Unknown+scope%3A+foo", G + "scope/invalid", None),
    ("state", REDIRECT + "?code=" + CODE + "&state=zzzifjsldkj-state", G + "callback/state-mismatch", {"state": "af0ifjsldkj-state"}),
    ("issuer", REDIRECT + "?code=" + CODE + "&state=x&iss=https%3A%2F%2Fissuer.example%2F", G + "callback/issuer-mismatch", {"issuer": "https://issuer.example"}),
    ("login-required", REDIRECT + "?error=login_required&state=x", G + "authorization/interaction-required", None),
]:
    alone("url-" + name, url, expected, "a callback", known)
alone("url-right", REDIRECT + "?code=" + CODE + "&state=xyz", "none", "nothing is wrong", healthy=True)
alone("url-authorize-right", BASE + "/authorize?response_type=code&client_id=web-app&redirect_uri=" + urllib.parse.quote(REDIRECT) + "&state=xyz&code_challenge=" + CHALLENGE + "&code_challenge_method=S256", "none", "nothing is wrong", healthy=True)
# Nothing can be known.
for name, text in [
    ("words", "it does not work any more since yesterday"),
    ("documentation", "If the server answers AADSTS50011, register the redirect URI. See https://learn.microsoft.com/ for redirect_uri_mismatch and invalid_client."),
    ("header-bearer", "Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA"),
    ("header-basic", "Authorization: Basic d2ViLWFwcDpzM2NyM3QtOWZLMnhQcTdMbVp0"),
    ("token-answer", '{"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA"}'),
    ("article", '{"title": "How to fix redirect_uri_mismatch", "body": "The refresh token has expired. invalid_grant means many things."}'),
    ("curl", "curl -H 'Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA' https://api.example/me"),
    ("log", "INFO started\nINFO listening on 0.0.0.0:8080\nINFO GET /health 200\n"),
]:
    count += 1
    expected = ("none",) if name != "documentation" else ("none", G + "redirect-uri/mismatch")
    wire.write("oauth2-unknown-" + name, text + "\n", expected, "nothing can be known", None,
               [s for s in SECRETS if s in text], healthy=True)
docs = lambda r: (200, {}, {"items": [{"error_code": "AADSTS50011", "text": "redirect_uri_mismatch: the access token expired, invalid_grant"}]})
run("right-documentation-api", bearer("Bearer " + ACCESS), "none", "an API that serves a list of errors", answer=docs, healthy=True)
server.shutdown()
print(count, "cases of OAuth 2")
