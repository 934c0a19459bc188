"""requests-oauthlib as an OAuth 2 client, through the real pages."""

import os
from urllib.parse import parse_qs, urlsplit

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback

from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError
from requests_oauthlib import OAuth2Session

from browser import Browser

PROVIDER = os.environ["TRIPOD_PROVIDER"]
TOKEN = f"{PROVIDER}/oauth2/token"
CALLBACK = "http://127.0.0.1:8123/callback"


def log_in(client_id="dev-public", secret=None, scope=("read", "write"), **more):
    oauth = OAuth2Session(
        client_id, redirect_uri=CALLBACK, scope=list(scope), pkce="S256", **more
    )
    url, _ = oauth.authorization_url(f"{PROVIDER}/oauth2/authorize")
    target = Browser(PROVIDER).decide(url)
    assert target.startswith(CALLBACK + "?"), target
    assert parse_qs(urlsplit(target).query)["iss"] == [PROVIDER], target
    public = {} if secret else {"include_client_id": True}
    token = oauth.fetch_token(
        TOKEN, authorization_response=target, client_secret=secret, **public
    )
    return oauth, token, target


def both_clients_log_in_and_call():
    for client_id, secret in (("dev-public", None), ("dev-client", "dev-client-secret")):
        oauth, token, _ = log_in(client_id, secret)
        assert token["token_type"].lower() == "bearer" and token["refresh_token"], token
        me = oauth.get(f"{PROVIDER}/api/me")
        assert me.status_code == 200 and me.json()["username"] == "alice", me.text


def a_refresh_rotates():
    oauth, token, _ = log_in()
    fresh = oauth.refresh_token(TOKEN, client_id="dev-public")
    assert fresh["access_token"] != token["access_token"]
    assert fresh["refresh_token"] != token["refresh_token"]
    assert oauth.get(f"{PROVIDER}/api/me").status_code == 200


def a_code_is_redeemed_once():
    oauth, token, target = log_in()
    code = parse_qs(urlsplit(target).query)["code"][0]
    again = OAuth2Session("dev-public", redirect_uri=CALLBACK)
    try:
        again.fetch_token(
            TOKEN,
            code=code,
            include_client_id=True,
            code_verifier=oauth._code_verifier,
        )
    except InvalidGrantError:
        # RFC 6749 §4.1.2: what the code gave is revoked.
        assert oauth.get(f"{PROVIDER}/api/me").status_code == 401
        return
    raise AssertionError("the code was redeemed twice")


def a_denial_arrives():
    oauth = OAuth2Session("dev-public", redirect_uri=CALLBACK, scope=["read"], pkce="S256")
    url, _ = oauth.authorization_url(f"{PROVIDER}/oauth2/authorize")
    target = Browser(PROVIDER).decide(url, "deny")
    try:
        oauth.fetch_token(TOKEN, authorization_response=target)
    except AccessDeniedError:
        return
    raise AssertionError(target)


def a_client_acts_for_itself():
    oauth = OAuth2Session(client=BackendApplicationClient("dev-client", scope=["read"]))
    token = oauth.fetch_token(TOKEN, client_id="dev-client", client_secret="dev-client-secret")
    assert "refresh_token" not in token, token
    assert oauth.get(f"{PROVIDER}/api/me").status_code in (200, 403)


def a_missing_scope_is_named():
    oauth, _, _ = log_in(scope=("read",))
    echo = oauth.post(f"{PROVIDER}/api/echo", data={"a": "1"})
    assert echo.status_code == 403, echo.text
    assert 'error="insufficient_scope"' in echo.headers["www-authenticate"], echo.headers


TESTS = (
    both_clients_log_in_and_call,
    a_refresh_rotates,
    a_code_is_redeemed_once,
    a_denial_arrives,
    a_client_acts_for_itself,
    a_missing_scope_is_named,
)

if __name__ == "__main__":
    for test in TESTS:
        test()
        print("ok", test.__name__.replace("_", " "))
