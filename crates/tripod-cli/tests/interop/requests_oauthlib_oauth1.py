"""requests-oauthlib as an OAuth 1.0a client, through the real pages."""

import os
import sys

from oauthlib.oauth1 import (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_HMAC_SHA512,
    SIGNATURE_PLAINTEXT,
    SIGNATURE_RSA_SHA1,
    SIGNATURE_RSA_SHA256,
    SIGNATURE_RSA_SHA512,
    SIGNATURE_TYPE_AUTH_HEADER,
    SIGNATURE_TYPE_BODY,
    SIGNATURE_TYPE_QUERY,
)
from requests_oauthlib import OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

from browser import Browser

PROVIDER = os.environ["TRIPOD_PROVIDER"]
CALLBACK = "http://127.0.0.1:8123/callback"
RSA = (SIGNATURE_RSA_SHA1, SIGNATURE_RSA_SHA256, SIGNATURE_RSA_SHA512)
METHODS = (
    SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256,
    SIGNATURE_HMAC_SHA512,
    SIGNATURE_PLAINTEXT,
    *RSA,
)


def session(method=SIGNATURE_HMAC_SHA1, callback=CALLBACK, **more):
    if method in RSA:
        with open(os.environ["TRIPOD_RSA_KEY"]) as key:
            more.update(rsa_key=key.read())
        consumer = {"client_key": "rsa-consumer"}
    else:
        consumer = {"client_key": "dev-consumer", "client_secret": "dev-consumer-secret"}
    return OAuth1Session(
        **consumer, signature_method=method, callback_uri=callback, **more
    )


def log_in(oauth, browser=None):
    oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    url = oauth.authorization_url(f"{PROVIDER}/oauth1/authorize")
    target = (browser or Browser(PROVIDER)).decide(url)
    assert target.startswith(CALLBACK + "?"), target
    oauth.parse_authorization_response(target)
    return oauth.fetch_access_token(f"{PROVIDER}/oauth1/access_token")


def every_method_logs_in_and_calls():
    for method in METHODS:
        oauth = session(method)
        log_in(oauth)
        me = oauth.get(f"{PROVIDER}/api/me")
        assert me.status_code == 200 and me.json()["username"] == "alice", (method, me.text)


def every_placement_calls():
    for place in (SIGNATURE_TYPE_AUTH_HEADER, SIGNATURE_TYPE_QUERY, SIGNATURE_TYPE_BODY):
        oauth = session(signature_type=place)
        log_in(oauth)
        echo = oauth.post(f"{PROVIDER}/api/echo", data={"a b": "ü&=+ %41", "empty": ""})
        assert echo.status_code == 200, (place, echo.text)


def queries_of_any_kind_are_covered():
    oauth = session()
    log_in(oauth)
    for query in ("a=1&a=2&b=", "q=%E2%98%83+x", "c%40=a%2Fb&z", "x=%2B&x=+"):
        echo = oauth.get(f"{PROVIDER}/api/echo?{query}")
        assert echo.status_code == 200, (query, echo.text)


def json_bodies_are_not_covered():
    oauth = session()
    log_in(oauth)
    echo = oauth.post(f"{PROVIDER}/api/echo", json={"a": [1, 2]})
    assert echo.status_code == 200, echo.text


def a_verifier_is_typed_in():
    oauth = session(callback="oob")
    oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    url = oauth.authorization_url(f"{PROVIDER}/oauth1/authorize")
    page = Browser(PROVIDER).decide(url)
    import re

    typed = max(re.findall(r"[A-Za-z0-9-]{6,}", page.outcome), key=lambda word: sum(c.isdigit() for c in word))
    oauth._client.client.verifier = typed
    oauth.fetch_access_token(f"{PROVIDER}/oauth1/access_token")
    assert oauth.get(f"{PROVIDER}/api/me").status_code == 200


def refused(oauth, problem):
    try:
        oauth.fetch_access_token(f"{PROVIDER}/oauth1/access_token")
    except TokenRequestDenied as denied:
        assert problem in denied.response.text, denied.response.text
        assert "OAuth" in denied.response.headers["www-authenticate"]
        return
    raise AssertionError("the access token was given out")


def a_wrong_verifier_is_refused():
    oauth = session()
    oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    url = oauth.authorization_url(f"{PROVIDER}/oauth1/authorize")
    Browser(PROVIDER).decide(url)
    oauth._client.client.verifier = "made-up"
    refused(oauth, "oauth_problem=verifier_invalid")


def what_nobody_allowed_is_refused():
    oauth = session()
    oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    oauth._client.client.verifier = "made-up"
    refused(oauth, "oauth_problem=permission_unknown")


def a_denial_arrives():
    oauth = session()
    oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    url = oauth.authorization_url(f"{PROVIDER}/oauth1/authorize")
    target = Browser(PROVIDER).decide(url, "deny")
    assert not isinstance(target, str) or "oauth_verifier" not in target, target
    oauth._client.client.verifier = "made-up"
    refused(oauth, "oauth_problem=permission_denied")


def a_wrong_secret_is_refused():
    oauth = OAuth1Session("dev-consumer", "wrong", callback_uri=CALLBACK)
    try:
        oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
    except TokenRequestDenied as denied:
        assert denied.status_code == 401 and "signature_invalid" in denied.response.text
        return
    raise AssertionError("a request token was given out")


def a_revoked_token_is_refused():
    oauth, browser = session(), Browser(PROVIDER)
    log_in(oauth, browser)
    assert oauth.get(f"{PROVIDER}/api/me").status_code == 200
    home = browser.open(PROVIDER + "/")
    forms = [form for form in home.forms if "revoke" in form["action"]]
    assert forms, home.text
    for form in forms:
        home = browser.submit(home, form, **dict(form["buttons"]))
    me = oauth.get(f"{PROVIDER}/api/me")
    assert me.status_code == 401 and "OAuth" in me.headers["www-authenticate"], me.text


TESTS = (
    every_method_logs_in_and_calls,
    every_placement_calls,
    queries_of_any_kind_are_covered,
    json_bodies_are_not_covered,
    a_verifier_is_typed_in,
    a_wrong_verifier_is_refused,
    what_nobody_allowed_is_refused,
    a_denial_arrives,
    a_wrong_secret_is_refused,
    a_revoked_token_is_refused,
)

if __name__ == "__main__":
    for test in TESTS:
        test()
        print("ok", test.__name__.replace("_", " "))
    sys.exit(0)
