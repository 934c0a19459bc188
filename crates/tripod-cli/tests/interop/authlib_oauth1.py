"""Authlib as an OAuth 1.0a client, through the real pages."""

import os

from authlib.integrations.requests_client import OAuth1Session

from browser import Browser

PROVIDER = os.environ["TRIPOD_PROVIDER"]
CALLBACK = "http://127.0.0.1:8123/callback"


def session(method):
    if method == "RSA-SHA1":
        with open(os.environ["TRIPOD_RSA_KEY"]) as key:
            consumer = {"client_id": "rsa-consumer", "rsa_key": key.read()}
    else:
        consumer = {"client_id": "dev-consumer", "client_secret": "dev-consumer-secret"}
    return OAuth1Session(**consumer, signature_method=method, redirect_uri=CALLBACK)


def every_method_logs_in_and_calls():
    for method in ("HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"):
        oauth = session(method)
        oauth.fetch_request_token(f"{PROVIDER}/oauth1/request_token")
        url = oauth.create_authorization_url(f"{PROVIDER}/oauth1/authorize")
        oauth.parse_authorization_response(Browser(PROVIDER).decide(url))
        oauth.fetch_access_token(f"{PROVIDER}/oauth1/access_token")
        me = oauth.get(f"{PROVIDER}/api/me?x=1&x=%20")
        assert me.status_code == 200 and me.json()["username"] == "alice", (method, me.text)
        echo = oauth.post(f"{PROVIDER}/api/echo", data={"status": "Hello ☃ + %"})
        assert echo.status_code == 200, (method, echo.text)


if __name__ == "__main__":
    every_method_logs_in_and_calls()
    print("ok every method logs in and calls")
