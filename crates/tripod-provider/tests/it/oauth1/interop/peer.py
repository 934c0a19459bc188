"""Walks the three legs as requests-oauthlib and Authlib walk them.

Arguments: the address of the provider, and the file with the private RSA key. Whoever started this
reads a line with the request token where the user has to decide, and writes one with the address
that the browser is sent back to.
"""

import json
import sys

import requests
from authlib.integrations.requests_client import OAuth1Session as AuthlibSession
from requests_oauthlib import OAuth1Session as OauthlibSession
from requests_oauthlib.oauth1_session import TokenRequestDenied

BASE = sys.argv[1]
with open(sys.argv[2]) as file:
    RSA_KEY = file.read()
KEY = "consumer"
SECRET = "a-consumer-secret-of-as-many-characters-as-usual"
CALLBACK = "http://127.0.0.1:50123/back"

REQUEST_TOKEN = BASE + "/oauth1/request_token?scope=read%20write"
ACCESS_TOKEN = BASE + "/oauth1/access_token"
ME = BASE + "/api/me"
ECHO = BASE + "/api/echo"


def approved(token):
    print(json.dumps({"authorize": token}), flush=True)
    return json.loads(sys.stdin.readline())["callback"]


def oauthlib_session(method, placement, secret=SECRET):
    return OauthlibSession(
        KEY,
        client_secret=secret,
        callback_uri=CALLBACK,
        signature_method=method,
        signature_type=placement,
        rsa_key=RSA_KEY if method.startswith("RSA") else None,
    )


def authlib_session(method, placement):
    return AuthlibSession(
        KEY,
        SECRET,
        redirect_uri=CALLBACK,
        signature_method=method,
        signature_type=placement,
        rsa_key=RSA_KEY if method.startswith("RSA") else None,
    )


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def walk(session):
    temporary = session.fetch_request_token(REQUEST_TOKEN)
    equal(temporary["oauth_callback_confirmed"], "true")
    session.parse_authorization_response(approved(temporary["oauth_token"]))
    token = session.fetch_access_token(ACCESS_TOKEN)
    assert token["oauth_token"] and token["oauth_token_secret"]
    return session


def call(session, in_body):
    if not in_body:
        me = session.get(ME, params={"a": "b c", "d": "ü&="})
        equal(me.status_code, 200)
        equal(me.json()["username"], "alice")
        equal(me.json()["protocol"], "oauth1")
        posted = session.post(ECHO, json={"a": 1})
        equal(json.loads(posted.json()["body"]), {"a": 1})
    posted = session.post(ECHO, data={"a b": "ü+&=", "e": ""})
    equal(posted.status_code, 200)
    assert "a+b=%C3%BC%2B%26%3D" in posted.json()["body"], posted.text


def refusals():
    try:
        oauthlib_session("HMAC-SHA1", "AUTH_HEADER", "wrong").fetch_request_token(REQUEST_TOKEN)
        raise AssertionError("a wrong secret was accepted")
    except TokenRequestDenied as denied:
        equal(denied.status_code, 401)
        equal(denied.response.text, "oauth_problem=signature_invalid")

    session = walk(oauthlib_session("HMAC-SHA1", "AUTH_HEADER"))
    prepared = session.prepare_request(requests.Request("GET", ME))
    equal(session.send(prepared).status_code, 200)
    replayed = session.send(prepared)
    equal(replayed.status_code, 401)
    equal(replayed.text, "oauth_problem=nonce_used")


def main():
    walked = 0
    methods = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"]
    methods += ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"]
    for method in methods:
        for placement in ["AUTH_HEADER", "QUERY", "BODY"]:
            call(walk(oauthlib_session(method, placement)), placement == "BODY")
            walked += 1
    for method in ["HMAC-SHA1", "PLAINTEXT", "RSA-SHA1"]:
        for placement in ["HEADER", "QUERY"]:
            call(walk(authlib_session(method, placement)), False)
            walked += 1
    refusals()
    print(json.dumps({"walked": walked}), flush=True)


main()
