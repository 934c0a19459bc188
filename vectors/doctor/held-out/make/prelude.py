"""What every program has: where the servers are, and a user who says yes at once."""

import os

import requests as _requests

T, AUTHLIB, AUTHLIB1, OAUTHLIB1, OIDC = (os.environ[name] for name in "T AUTHLIB AUTHLIB1 OAUTHLIB1 OIDC".split())
NEXT = "http://127.0.0.1:8000/callback"


def visit(url):
    """Returns where the browser is sent."""
    answer = _requests.get(url, allow_redirects=False)
    if "Location" not in answer.headers:
        answer = _requests.post(url, data={"decision": "allow"}, allow_redirects=False)
    return answer.headers["Location"]
