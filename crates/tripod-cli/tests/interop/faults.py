"""Python's clients and curl meet faults of the provider, each of which fails by itself as it likes.

Each case is printed as a line of JSON: the fault, who met it, and what could be seen of it."""

import json
import os
import re
import subprocess
import sys
import warnings
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.integrations.requests_client import OAuth1Session as AuthlibOAuth1
from authlib.integrations.requests_client import OAuth2Session as Authlib
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth1Session, OAuth2Session

import jwt as pyjwt
import requests
from seen import seen

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
warnings.simplefilter("ignore", DeprecationWarning)

PROVIDER = os.environ["TRIPOD_PROVIDER"]
AUTHORIZE, TOKEN = f"{PROVIDER}/oauth2/authorize", f"{PROVIDER}/oauth2/token"
DEVICE, JWKS = f"{PROVIDER}/oauth2/device_authorization", f"{PROVIDER}/oauth2/jwks"
REQUEST_TOKEN, ACCESS_TOKEN = f"{PROVIDER}/oauth1/request_token", f"{PROVIDER}/oauth1/access_token"
ME = f"{PROVIDER}/api/me"
RESOURCE = os.environ["TRIPOD_RESOURCE"]
CALLBACK = "http://127.0.0.1:8123/callback"
CLIENT, SECRET = "dev-client", "dev-client-secret"
CONSUMER = ("dev-consumer", "dev-consumer-secret")
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def say(fault, client, evidence, **known):
    print(json.dumps({"fault": fault, "client": client, "evidence": evidence, "known": known}), flush=True)


def ask(fault):
    return {"X-Tripod-Fault": fault}


def requests_oauthlib(scope="read write"):
    return OAuth2Session(CLIENT, redirect_uri=CALLBACK, scope=scope.split())


def authlib(scope="read write"):
    return Authlib(CLIENT, SECRET, redirect_uri=CALLBACK, scope=scope)


def authorization(scope):
    return {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "scope": scope,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "af0ifjsldkj",
    }


def code(scope="read write"):
    """Everything is approved, so that the answer is there at once."""
    answer = requests.get(AUTHORIZE, params=authorization(scope), allow_redirects=False)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def redeem(oauth, fault=None, **more):
    more.setdefault("code", code(" ".join(oauth.scope) if isinstance(oauth.scope, list) else oauth.scope))
    if isinstance(oauth, OAuth2Session):
        more["client_secret"] = SECRET
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    headers.update(ask(fault) if fault else {})
    return oauth.fetch_token(TOKEN, code_verifier=VERIFIER, headers=headers, **more)


def logged_in(oauth):
    oauth.token = redeem(oauth)
    return oauth


def refresh(oauth, fault):
    token = oauth.token["refresh_token"]
    if isinstance(oauth, OAuth2Session):
        headers = {"Accept": "application/json", **ask(fault)}
        return oauth.refresh_token(TOKEN, token, auth=(CLIENT, SECRET), headers=headers)
    return oauth.refresh_token(TOKEN, refresh_token=token, headers=ask(fault))


def tokens():
    for fault, make in (("expired-token", requests_oauthlib), ("revoked-token", authlib), ("scope-cut=read", authlib)):
        oauth = logged_in(make())
        say(fault, make.__name__, seen(lambda: oauth.get(ME, headers=ask(fault))))
    oauth = logged_in(requests_oauthlib("openid read"))
    for fault in ("wrong-audience", "expired-token"):
        say(fault, "curl", curl("-H", f"Authorization: Bearer {oauth.token['access_token']}", ME, fault=fault))
        oauth.token = redeem(oauth)


def redirects():
    oauth = logged_in(requests_oauthlib())
    say("redirect", "requests_oauthlib", seen(lambda: oauth.get(ME, headers=ask("redirect"))))
    token = oauth.token["access_token"]
    say("redirect", "curl", curl("-L", "-H", f"Authorization: Bearer {token}", ME, fault="redirect"))


def refresh_tokens():
    for fault, make in (("dead-refresh-token", requests_oauthlib), ("reused-refresh-token", authlib)):
        oauth = logged_in(make())
        say(fault, make.__name__, seen(lambda: refresh(oauth, fault)))


def codes():
    for fault, make in (
        ("expired-code", requests_oauthlib),
        ("expired-code", authlib),
        ("used-code", authlib),
        ("used-code", requests_oauthlib),
        ("redirect-mismatch", requests_oauthlib),
        ("scope-cut", requests_oauthlib),
        ("unknown-client", authlib),
        ("unknown-client", requests_oauthlib),
        ("html-answer", requests_oauthlib),
        ("html-answer=403", authlib),
        ("drop", requests_oauthlib),
        ("half-answer", authlib),
        ("status=429", authlib),
        ("status=500", requests_oauthlib),
        ("status=502", authlib),
        ("status-200", requests_oauthlib),
    ):
        oauth = make()
        say(fault, make.__name__, seen(lambda: redeem(oauth, fault)))


def answers_that_do_not_arrive():
    oauth = requests_oauthlib()
    slow = lambda: redeem(oauth, "delay=3s", timeout=0.5)
    say("delay=3s", "requests_oauthlib", seen(slow))

    # As clients do that try again whatever a connection breaks at.
    def twice():
        grant = code()
        try:
            redeem(oauth, "lost-answer", code=grant)
        except requests.ConnectionError:
            redeem(oauth, code=grant)

    say("lost-answer", "requests_oauthlib", seen(twice))
    form = urlencode({"grant_type": "client_credentials", "scope": "read"})
    post = ("-u", f"{CLIENT}:{SECRET}", "-d", form)
    say("drop", "curl", curl(*post, TOKEN, fault="drop"))
    say("half-answer", "curl", curl(JWKS, fault="half-answer"))
    say("delay=3s", "curl", curl("-m", "0.5", *post, TOKEN, fault="delay=3s"))
    say("status=429", "curl", curl(ME, fault="status=429"))


def devices():
    for fault in ("slow-down", "expired-code"):
        oauth = Authlib("dev-public", token_endpoint_auth_method="none", scope="read")
        begun = requests.post(DEVICE, data={"client_id": "dev-public", "scope": "read"}).json()
        poll = lambda: oauth.fetch_token(
            TOKEN, grant_type=DEVICE_CODE, device_code=begun["device_code"], headers=ask(fault)
        )
        say(fault, "authlib device", seen(poll))


def browsers():
    url = f"{AUTHORIZE}?{urlencode(authorization('read'))}"
    say("redirect-mismatch", "curl", curl(url, fault="redirect-mismatch"))
    say("unknown-client", "curl", curl(url, fault="unknown-client"))


def id_tokens():
    def checked(fault):
        token = redeem(authlib("openid"), fault)
        keys = KeySet.import_key_set(requests.get(JWKS).json())
        claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": PROVIDER}, aud={"essential": True, "value": CLIENT}
        ).validate(claims)

    for fault in ("wrong-iss", "wrong-kid", "wrong-alg", "keys-rotated"):
        say(fault, "joserfc", seen(lambda: checked(fault)), issuer=PROVIDER, client_id=CLIENT)


def access_tokens_for_others():
    """Of a resource that takes JWTs, and asks nobody about them."""

    def given(fault):
        form = {"grant_type": "client_credentials", "scope": "read", "resource": RESOURCE}
        answer = requests.post(TOKEN, data=form, auth=(CLIENT, SECRET), headers=ask(fault)).json()
        return answer["access_token"], requests.get(JWKS).json()

    def by_pyjwt(fault):
        token, keys = given(fault)
        named = {key.key_id: key for key in pyjwt.PyJWKSet.from_dict(keys).keys}
        key = named[pyjwt.get_unverified_header(token)["kid"]]
        pyjwt.decode(token, key, algorithms=["RS256"], audience=RESOURCE, issuer=PROVIDER)

    def by_joserfc(fault):
        token, keys = given(fault)
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims
        required = {"iss": PROVIDER, "aud": RESOURCE}
        jwt.JWTClaimsRegistry(**{name: {"essential": True, "value": it} for name, it in required.items()}).validate(claims)

    for client, check in (("PyJWT", by_pyjwt), ("joserfc", by_joserfc)):
        check("delay=0")
        for fault in ("expired-token,endpoint=token", "wrong-audience,endpoint=token"):
            say(fault, client, seen(lambda: check(fault)))


def consumer(fault=None, **more):
    oauth = OAuth1Session(CONSUMER[0], client_secret=CONSUMER[1], callback_uri=CALLBACK, **more)
    oauth.headers.update(ask(fault) if fault else {})
    return oauth


def approved(oauth):
    url = oauth.authorization_url(f"{PROVIDER}/oauth1/authorize")
    answer = requests.get(url, allow_redirects=False)
    oauth.parse_authorization_response(answer.headers["location"])
    return oauth


def with_token():
    oauth = consumer()
    oauth.fetch_request_token(REQUEST_TOKEN)
    return approved(oauth).fetch_access_token(ACCESS_TOKEN)


def oauth1():
    secrets = {"consumer_secret": CONSUMER[1]}
    for fault in ("unknown-client", "nonce-used", "clock-skew=3600", "clock-skew=-3600", "redirect-mismatch"):
        oauth = consumer(fault)
        say(fault, "requests_oauthlib OAuth 1", seen(lambda: oauth.fetch_request_token(REQUEST_TOKEN)), **secrets)
    for fault in ("expired-code", "used-code"):
        oauth = consumer()
        oauth.fetch_request_token(REQUEST_TOKEN)
        approved(oauth).headers.update(ask(fault))
        say(fault, "requests_oauthlib OAuth 1", seen(lambda: oauth.fetch_access_token(ACCESS_TOKEN)), **secrets)
    backend = PROVIDER.replace("127.0.0.1", "backend.internal")
    for fault in ("expired-token", "revoked-token", "scope-cut=read", f"base-string={backend}", "nonce-used"):
        token = with_token()
        oauth = AuthlibOAuth1(*CONSUMER, token=token["oauth_token"], token_secret=token["oauth_token_secret"])
        known = {**secrets, "token_secret": token["oauth_token_secret"]}
        evidence = seen(lambda: oauth.get(f"{ME}?a=b", headers=ask(fault)))
        say(re.sub("=http.*", "", fault), "authlib OAuth 1", evidence, **known)


def curl(*arguments, fault):
    """What `curl -v` writes, without what tells that it was on purpose."""
    command = ["curl", "-sSv", "--max-redirs", "2", *arguments, "-H", f"X-Tripod-Fault: {fault}"]
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = ran.stdout.decode()
    return "".join(line for line in text.splitlines(True) if "x-tripod-" not in line.lower())


CASES = (
    tokens,
    redirects,
    refresh_tokens,
    codes,
    answers_that_do_not_arrive,
    devices,
    browsers,
    id_tokens,
    access_tokens_for_others,
    oauth1,
)

if __name__ == "__main__":
    for case in CASES:
        try:
            case()
        except Exception as error:
            sys.exit(f"{case.__name__}: {error!r}")
