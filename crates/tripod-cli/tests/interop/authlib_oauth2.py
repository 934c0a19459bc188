"""Authlib as an OAuth 2 and OpenID Connect client, through the real pages."""

import os
import time

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet

import requests
from browser import Browser

PROVIDER = os.environ["TRIPOD_PROVIDER"]
METADATA = requests.get(f"{PROVIDER}/.well-known/openid-configuration").json()
TOKEN = METADATA["token_endpoint"]
CALLBACK = "http://127.0.0.1:8123/callback"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def session(method="client_secret_basic", client_id="dev-client", secret="dev-client-secret", **more):
    more.setdefault("scope", "openid profile read")
    return OAuth2Session(
        client_id,
        secret,
        token_endpoint_auth_method=method,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        **more,
    )


def log_in(oauth):
    verifier = "a" * 20 + "B" * 23
    url, _ = oauth.create_authorization_url(
        METADATA["authorization_endpoint"], code_verifier=verifier, nonce="n-0S6_WzA2Mj"
    )
    target = Browser(PROVIDER).decide(url)
    return oauth.fetch_token(TOKEN, authorization_response=target, code_verifier=verifier)


def an_id_token_is_verified():
    token = log_in(session())
    keys = KeySet.import_key_set(requests.get(METADATA["jwks_uri"]).json())
    algorithms = METADATA["id_token_signing_alg_values_supported"]
    claims = jwt.decode(token["id_token"], keys, algorithms=algorithms).claims
    assert claims["iss"] == PROVIDER and claims["nonce"] == "n-0S6_WzA2Mj", claims
    assert claims["aud"] in ("dev-client", ["dev-client"]), claims
    assert claims["exp"] > time.time() > claims["iat"] - 5
    userinfo = requests.get(
        METADATA["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {token['access_token']}"},
    ).json()
    assert userinfo["sub"] == claims["sub"], userinfo


def tokens_are_refreshed_introspected_and_revoked():
    oauth = session(scope="openid offline_access read")
    token = log_in(oauth)
    fresh = oauth.refresh_token(TOKEN, refresh_token=token["refresh_token"])
    ask = lambda: oauth.introspect_token(
        METADATA["introspection_endpoint"], token=fresh["access_token"]
    ).json()
    told = ask()
    assert told["active"] and told["client_id"] == "dev-client", told
    revoked = oauth.revoke_token(
        METADATA["revocation_endpoint"], token=fresh["access_token"]
    )
    assert revoked.status_code == 200, revoked.text
    assert ask() == {"active": False}


def clients_authenticate_by_every_method():
    with open(os.environ["TRIPOD_RSA_KEY"]) as key:
        private_key = key.read()
    for client_id, secret, method in (
        ("dev-client", "dev-client-secret", "client_secret_basic"),
        ("post-client", os.environ["TRIPOD_POST_SECRET"], "client_secret_post"),
        ("jwt-client", os.environ["TRIPOD_JWT_SECRET"], ClientSecretJWT(TOKEN)),
        ("key-client", private_key, PrivateKeyJWT(TOKEN)),
    ):
        oauth = OAuth2Session(client_id, secret, scope="read")
        if not isinstance(method, str):
            oauth.register_client_auth_method(method)
            method = method.name
        oauth.token_endpoint_auth_method = method
        token = oauth.fetch_token(TOKEN, grant_type="client_credentials")
        assert token["access_token"], (client_id, token)


def a_device_waits_for_its_user():
    oauth = session(client_id="dev-public", secret=None, method="none", scope="read")
    asked = requests.post(
        METADATA["device_authorization_endpoint"],
        data={"client_id": "dev-public", "scope": "read"},
    ).json()
    poll = lambda: oauth.fetch_token(
        TOKEN,
        grant_type=DEVICE_CODE,
        device_code=asked["device_code"],
    )
    try:
        poll()
        raise AssertionError("tokens without a user")
    except OAuthError as waiting:
        assert waiting.error == "authorization_pending", waiting
    page = Browser(PROVIDER).device(asked["verification_uri"], asked["user_code"])
    assert page.outcome, page.text
    time.sleep(asked["interval"])
    assert poll()["access_token"]


def a_wrong_secret_is_refused():
    try:
        session(secret="wrong").fetch_token(TOKEN, grant_type="client_credentials")
    except OAuthError as refused:
        assert refused.error == "invalid_client", refused
        return
    raise AssertionError("a token was given out")


TESTS = (
    an_id_token_is_verified,
    tokens_are_refreshed_introspected_and_revoked,
    clients_authenticate_by_every_method,
    a_device_waits_for_its_user,
    a_wrong_secret_is_refused,
)

if __name__ == "__main__":
    for test in TESTS:
        test()
        print("ok", test.__name__.replace("_", " "))
