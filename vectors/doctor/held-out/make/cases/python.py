What people do in Python. The expectations were written down before anything was explained.

#### requests-oauthlib-1-wrong-secret
#: made: a wrong consumer secret; the traceback
#: expected: oauth1/signature/mismatch
#: secrets: not-the-consumer-secret
from requests_oauthlib import OAuth1Session
session = OAuth1Session("dev-consumer", client_secret="not-the-consumer-secret", callback_uri="oob")
session.fetch_request_token(f"{T}/oauth1/request_token")

#### requests-oauthlib-1-unknown-consumer
#: made: a consumer key that Authlib's server does not know; the traceback
#: expected: oauth1/consumer-key/unknown
#: secrets: consumer-secret
from requests_oauthlib import OAuth1Session
session = OAuth1Session("consumerOfSomebodyElse", client_secret="consumer-secret", callback_uri="oob")
session.fetch_request_token(f"{AUTHLIB1}/request_token")

#### oauthlib-1-debug-log
#: made: the consumer secret has a space at its end; the log of oauthlib at DEBUG shows the base string, then the traceback
#: known: {"consumer_secret": "dev-consumer-secret"}
#: expected: oauth1/signature/stray-characters-in-secret oauth1/signature/mismatch
import logging
logging.basicConfig(level=logging.DEBUG)
from requests_oauthlib import OAuth1Session
session = OAuth1Session("dev-consumer", client_secret="dev-consumer-secret ", callback_uri="oob")
session.fetch_request_token(f"{T}/oauth1/request_token")

#### requests-oauthlib-1-no-callback
#: made: callback_uri is left out
#: expected: oauth1/request/parameter-missing oauth1/callback/not-approved
from requests_oauthlib import OAuth1Session
session = OAuth1Session("dev-consumer", client_secret="dev-consumer-secret")
session.fetch_request_token(f"{T}/oauth1/request_token")

#### requests-oauthlib-1-no-verifier
#: made: the verifier is not handed over
#: expected: oauth1/verifier/invalid
from requests_oauthlib import OAuth1Session
session = OAuth1Session("dev-consumer", client_secret="dev-consumer-secret", callback_uri="oob")
session.fetch_request_token(f"{T}/oauth1/request_token")
session.fetch_access_token(f"{T}/oauth1/access_token")

#### requests-oauthlib-1-wrong-verifier
#: made: a verifier that was typed wrongly
#: expected: oauth1/verifier/invalid
from requests_oauthlib import OAuth1Session
session = OAuth1Session("consumerOfTheTests0001", client_secret="consumer-secret", callback_uri="oob")
session.fetch_request_token(f"{AUTHLIB1}/request_token")
import requests
requests.post(session.authorization_url(f"{AUTHLIB1}/authorize"), data={"decision": "allow"})
session._client.client.verifier = "834091"
session.fetch_access_token(f"{AUTHLIB1}/access_token")

#### requests-1-no-token-secret
#: made: the token secret is not given to the call; http.client prints what is sent
#: expected: oauth1/signature/token-secret-left-out
import http.client, re, requests
from requests_oauthlib import OAuth1, OAuth1Session
session = OAuth1Session("consumerOfTheTests0001", client_secret="consumer-secret", callback_uri="oob")
session.fetch_request_token(f"{OAUTHLIB1}/request_token")
page = requests.post(session.authorization_url(f"{OAUTHLIB1}/authorize"), data={"decision": "allow"}).text
token = session.fetch_access_token(f"{OAUTHLIB1}/access_token", verifier=re.search('outcome">([^<]+)', page)[1])
http.client.HTTPConnection.debuglevel = 1
auth = OAuth1("consumerOfTheTests0001", "consumer-secret", resource_owner_key=token["oauth_token"])
print(requests.get(f"{OAUTHLIB1}/api/me?include=email&page=2", auth=auth).text)
open("known", "w").write('{"consumer_secret": "consumer-secret", "token_secret": "%s"}' % token["oauth_token_secret"])

#### requests-1-signed-https
#: made: behind a proxy: https is signed and http is what arrives
#: known: {"consumer_secret": "dev-consumer-secret"}
#: expected: oauth1/signature/other-scheme
import http.client, requests
from oauthlib.oauth1 import Client
client = Client("dev-consumer", client_secret="dev-consumer-secret", callback_uri="oob")
_, headers, _ = client.sign(f"{T}/oauth1/request_token".replace("http:", "https:"), http_method="POST")
http.client.HTTPConnection.debuglevel = 1
print(requests.post(f"{T}/oauth1/request_token", headers=headers).text)

#### requests-1-header-again
#: made: a retry sends the same signed header again
#: expected: oauth1/nonce/used
import http.client, requests
from oauthlib.oauth1 import Client
client = Client("consumerOfTheTests0001", client_secret="consumer-secret", callback_uri="oob")
_, headers, _ = client.sign(f"{AUTHLIB1}/request_token", http_method="POST")
http.client.HTTPConnection.debuglevel = 1
for attempt in range(2):
    answer = requests.post(f"{AUTHLIB1}/request_token", headers=headers)
    print(attempt, answer.status_code, answer.text)

#### requests-1-old-header
#: made: the clock of the client is an hour slow
#: expected: oauth1/timestamp/refused
import http.client, time, requests
from oauthlib.oauth1 import Client
client = Client("dev-consumer", client_secret="dev-consumer-secret", callback_uri="oob", timestamp=str(int(time.time()) - 3600))
_, headers, _ = client.sign(f"{T}/oauth1/request_token", http_method="POST")
http.client.HTTPConnection.debuglevel = 1
print(requests.post(f"{T}/oauth1/request_token", headers=headers).text)

#### requests-1-form-not-signed
#: made: the form is added after signing
#: known: {"consumer_secret": "consumer-secret"}
#: expected: oauth1/signature/body-parameters-left-out
import http.client, requests
from oauthlib.oauth1 import Client
client = Client("consumerOfTheTests0001", client_secret="consumer-secret", callback_uri="oob")
_, headers, _ = client.sign(f"{OAUTHLIB1}/request_token", http_method="POST")
http.client.HTTPConnection.debuglevel = 1
answer = requests.post(f"{OAUTHLIB1}/request_token", headers=headers, data={"scope": "read write", "lang": "de"})
print(answer.status_code, answer.text)

#### requests-oauthlib-2-http
#: made: oauthlib wants https; the traceback
#: expected: oauth2/redirect-uri/insecure-transport
# OAUTHLIB_INSECURE_TRANSPORT is not set.
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-client", redirect_uri=NEXT)
session.fetch_token(f"{T}/oauth2/token", code="SplxlOBeZQQYbYS6WxSbIA", client_secret="dev-client-secret")

#### requests-oauthlib-2-state
#: made: the session that kept the state is another one
#: expected: oauth2/callback/state-mismatch
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-client", redirect_uri=NEXT, scope=["read"], pkce="S256")
url, _ = session.authorization_url(f"{T}/oauth2/authorize")
back = visit(url)
OAuth2Session("dev-client", redirect_uri=NEXT, state="of-another-tab").fetch_token(
    f"{T}/oauth2/token", authorization_response=back, client_secret="dev-client-secret")

#### requests-oauthlib-2-favicon
#: made: the browser's request for the icon is taken for the callback
#: expected: oauth2/callback/no-code
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-client", redirect_uri=NEXT)
session.fetch_token(f"{T}/oauth2/token", authorization_response="http://127.0.0.1:8000/favicon.ico", client_secret="dev-client-secret")

#### requests-oauthlib-2-scope-changed
#: made: the server joins scopes by commas
#: expected: oauth2/scope/changed
from requests_oauthlib import OAuth2Session
session = OAuth2Session("native", redirect_uri=NEXT, scope=["read", "write"], pkce="S256")
url, _ = session.authorization_url(f"{AUTHLIB}/authorize")
session.fetch_token(f"{AUTHLIB}/odd/scope-with-commas/token", authorization_response=visit(url), include_client_id=True)

#### requests-oauthlib-2-page
#: made: the token URL answers a page with status 200
#: expected: oauth2/token-answer/no-access-token oauth2/token-answer/not-json
from requests_oauthlib import OAuth2Session
session = OAuth2Session("native", redirect_uri=NEXT, scope=["read"], pkce="S256")
url, _ = session.authorization_url(f"{AUTHLIB}/authorize")
session.fetch_token(f"{AUTHLIB}/odd/page/token", authorization_response=visit(url), include_client_id=True)

#### authlib-2-page
#: made: the token URL answers a page; Authlib's own client
#: expected: oauth2/token-answer/not-json
from authlib.integrations.requests_client import OAuth2Session
session = OAuth2Session("native", redirect_uri=NEXT, scope="read", code_challenge_method="S256", token_endpoint_auth_method="none")
verifier = "0c1b2a39485766758493a2b1c0d1e2f3a4b5c6d7e8f90a1b"
url, state = session.create_authorization_url(f"{AUTHLIB}/authorize", code_verifier=verifier)
print(session.fetch_token(f"{AUTHLIB}/odd/page/token", authorization_response=visit(url), code_verifier=verifier, state=state))

#### requests-debug-error-200
#: made: the error comes with status 200, and the program looks for access_token alone
#: expected: oauth2/token-answer/error-with-status-200 oauth2/token-request/invalid-grant
import http.client, requests
from authlib.integrations.requests_client import OAuth2Session
verifier = "0c1b2a39485766758493a2b1c0d1e2f3a4b5c6d7e8f90a1b"
session = OAuth2Session("native", redirect_uri=NEXT, scope="read", code_challenge_method="S256")
url, _ = session.create_authorization_url(f"{AUTHLIB}/authorize", code_verifier=verifier)
code = visit(url).split("code=")[1].split("&")[0]
http.client.HTTPConnection.debuglevel = 1
answer = requests.post(f"{AUTHLIB}/odd/error-with-status-200/token", data={
    "grant_type": "authorization_code", "client_id": "native", "code": code, "redirect_uri": NEXT, "code_verifier": verifier})
print(answer.text)
print(answer.json()["access_token"])

#### requests-oauthlib-2-expired
#: made: the token that was kept is over, and nobody refreshes it
#: expected: oauth2/access-token/expired
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-client", token={"access_token": "kept-token-of-alice", "token_type": "Bearer", "expires_in": -30})
print(session.get(f"{T}/api/me").json())

#### requests-oauthlib-2-token-updated
#: made: auto refresh without a function that keeps the new token
#: expected: oauth2/refresh/update-not-handled
from requests_oauthlib import OAuth2Session
session = OAuth2Session("native", redirect_uri=NEXT, scope=["read"], pkce="S256")
url, _ = session.authorization_url(f"{AUTHLIB}/authorize")
token = session.fetch_token(f"{AUTHLIB}/token", authorization_response=visit(url), include_client_id=True)
token["expires_in"] = token["expires_at"] = -30
later = OAuth2Session("native", token=token, auto_refresh_url=f"{AUTHLIB}/token", auto_refresh_kwargs={"client_id": "native"})
print(later.get(f"{AUTHLIB}/api/me").json())

#### authlib-2-wrong-secret
#: made: a wrong secret; Authlib's traceback
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: secrets: not-the-secret-at-all
from authlib.integrations.requests_client import OAuth2Session
OAuth2Session("dev-client", "not-the-secret-at-all", scope="read").fetch_token(f"{T}/oauth2/token", grant_type="client_credentials")

#### authlib-2-state
#: made: the state is another one; Authlib's traceback
#: expected: oauth2/callback/state-mismatch
from authlib.integrations.requests_client import OAuth2Session
session = OAuth2Session("dev-public", redirect_uri=NEXT, state="of-another-tab", token_endpoint_auth_method="none")
session.fetch_token(f"{T}/oauth2/token", authorization_response=f"{NEXT}?code=SplxlOBeZQQYbYS6WxSbIA&state=xyzxyz")

#### httpx-basic-secret
#: made: Authlib on httpx posts the secret where the client is registered for Basic
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-method
#: secrets: s+cret:%&
from authlib.integrations.httpx_client import OAuth2Client
with OAuth2Client("basic", "s+cret:%&", token_endpoint_auth_method="client_secret_post") as client:
    print(client.fetch_token(f"{AUTHLIB}/token", grant_type="client_credentials"))

#### requests-debug-json
#: made: requests.post(json=…) at the token endpoint; http.client prints what is sent
#: expected: oauth2/token-request/not-a-form
#: secrets: s+cret:%&
import http.client, requests
http.client.HTTPConnection.debuglevel = 1
answer = requests.post(f"{AUTHLIB}/token", json={"grant_type": "client_credentials", "client_id": "post", "client_secret": "s+cret:%&"})
print(answer.text)

#### requests-dump-none-token
#: made: os.environ.get("TOKEN") is None, and an f-string makes it a word
#: expected: oauth2/request/placeholder oauth2/resource/authorization-malformed
import http.client, os, requests
http.client.HTTPConnection.debuglevel = 1
print(requests.get(f"{T}/api/me", headers={"Authorization": f"Bearer {os.environ.get('MY_TOKEN')}"}).text)

#### jwt-expired
#: made: a JWT whose time is over; the JWT alone
#: expected: oauth2/jwt/expired oauth2/access-token/expired
import time, jwt
print(jwt.encode({"iss": "https://id.example.com", "sub": "alice", "aud": "https://api.example.com", "scope": "read",
                  "iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}, "an-hmac-key-of-thirty-two-octets", algorithm="HS256"))

#### pyjwt-expired
#: made: PyJWT is given a token that is over
#: expected: oauth2/jwt/expired oauth2/access-token/expired
import time, jwt
KEY = "an-hmac-key-of-thirty-two-octets"
token = jwt.encode({"sub": "alice", "exp": int(time.time()) - 60}, KEY, algorithm="HS256")
jwt.decode(token, KEY, algorithms=["HS256"])

#### joserfc-expired
#: made: joserfc is given a token that is over; it says expired_token, as a device's code does
#: expected: oauth2/jwt/expired oauth2/access-token/expired
import time
from joserfc import jwt
from joserfc.jwk import OctKey
key = OctKey.import_key("an-hmac-key-of-thirty-two-octets")
token = jwt.decode(jwt.encode({"alg": "HS256"}, {"sub": "alice", "exp": int(time.time()) - 60}, key), key)
jwt.JWTClaimsRegistry().validate(token.claims)

#### pyjwt-audience
#: made: the API looks for its own name, and the token is an ID token of the client
#: expected: oauth2/resource/wrong-audience oauth2/id-token/audience
import requests, jwt
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-public", redirect_uri=NEXT, scope=["openid"], pkce="S256")
url, _ = session.authorization_url(f"{T}/oauth2/authorize")
token = session.fetch_token(f"{T}/oauth2/token", authorization_response=visit(url), include_client_id=True)
key = jwt.PyJWKClient(f"{T}/oauth2/jwks").get_signing_key_from_jwt(token["id_token"])
jwt.decode(token["id_token"], key.key, algorithms=["RS256"], audience="https://api.example.com", issuer=T)

#### pyjwt-issuer
#: made: the issuer is configured with a slash at its end
#: expected: oauth2/issuer/mismatch
import requests, jwt
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-public", redirect_uri=NEXT, scope=["openid"], pkce="S256")
url, _ = session.authorization_url(f"{T}/oauth2/authorize")
token = session.fetch_token(f"{T}/oauth2/token", authorization_response=visit(url), include_client_id=True)
key = jwt.PyJWKClient(f"{T}/oauth2/jwks").get_signing_key_from_jwt(token["id_token"])
jwt.decode(token["id_token"], key.key, algorithms=["RS256"], audience="dev-public", issuer=f"{T}/")

#### pyjwt-not-yet
#: made: the clock of the issuer is a minute ahead
#: expected: oauth2/id-token/clock
import time, jwt
KEY = "an-hmac-key-of-thirty-two-octets"
token = jwt.encode({"sub": "alice", "iat": int(time.time()) + 60, "exp": int(time.time()) + 600}, KEY, algorithm="HS256")
jwt.decode(token, KEY, algorithms=["HS256"])

#### pyjwt-signature
#: made: another key
#: expected: oauth2/jwt/signature
import jwt
token = jwt.encode({"sub": "alice"}, "an-hmac-key-of-thirty-two-octets", algorithm="HS256")
jwt.decode(token, "another-key-of-thirty-two-octets", algorithms=["HS256"])

#### pyjwt-unknown-key
#: made: a token of another issuer is looked up in the keys of this one
#: expected: oauth2/jwt/unknown-key
import jwt
token = jwt.encode({"sub": "alice"}, "an-hmac-key-of-thirty-two-octets", algorithm="HS256", headers={"kid": "2019-key"})
jwt.PyJWKClient(f"{T}/oauth2/jwks").get_signing_key_from_jwt(token)

#### pyjwt-opaque
#: made: the access token is no JWT
#: expected: oauth2/access-token/opaque
import jwt, requests
token = requests.post(f"{AUTHLIB}/token", auth=("basic", "s+cret:%&"), data={"grant_type": "client_credentials"}).json()
jwt.decode(token.get("access_token", "3jTuUZxhnyOEH9zBPxIhKr8CNSdrIAUTFA"), options={"verify_signature": False})

#### pyjwt-algorithm
#: made: the token is RS256 and the program expects HS256
#: expected: oauth2/jwt/algorithm
import jwt
from requests_oauthlib import OAuth2Session
session = OAuth2Session("dev-public", redirect_uri=NEXT, scope=["openid"], pkce="S256")
url, _ = session.authorization_url(f"{T}/oauth2/authorize")
token = session.fetch_token(f"{T}/oauth2/token", authorization_response=visit(url), include_client_id=True)
jwt.decode(token["id_token"], "an-hmac-key-of-thirty-two-octets", algorithms=["HS256"], audience="dev-public")

#### flask-log-denied
#: made: the user says no; the access log of the app is all there is
#: expected: oauth2/authorization/access-denied
import threading, requests
from flask import Flask
from werkzeug.serving import make_server
app = Flask(__name__)
app.get("/callback")(lambda: "No code")
server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"{AUTHLIB}/authorize?client_id=native&response_type=code&scope=read&state=f3a9&redirect_uri=http%3A%2F%2F127.0.0.1%3A{server.server_port}%2Fcallback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
import logging
logging.basicConfig(level=logging.INFO)
requests.post(url, data={"decision": "deny"})

#### har-code-twice
#: made: the app redeems the code again when the page is loaded again; a HAR of the four exchanges
#: expected: oauth2/code/used-twice
import datetime, json, sys, requests
from urllib.parse import urlsplit, parse_qsl
entries = []
def keep(answer, *_, **__):
    request = answer.request
    pairs = lambda headers: [{"name": name, "value": value} for name, value in headers.items()]
    entry = {"startedDateTime": datetime.datetime.now(datetime.timezone.utc).isoformat(), "time": 12.5,
             "request": {"method": request.method, "url": request.url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(request.headers),
                         "queryString": [{"name": k, "value": v} for k, v in parse_qsl(urlsplit(request.url).query)], "headersSize": -1, "bodySize": len(request.body or "")},
             "response": {"status": answer.status_code, "statusText": answer.reason, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(answer.headers),
                          "content": {"size": len(answer.content), "mimeType": answer.headers.get("Content-Type", ""), "text": answer.text},
                          "redirectURL": answer.headers.get("Location", ""), "headersSize": -1, "bodySize": -1},
             "cache": {}, "timings": {"send": 1, "wait": 10, "receive": 1.5}}
    if request.body:
        entry["request"]["postData"] = {"mimeType": request.headers["Content-Type"], "text": request.body,
                                        "params": [{"name": k, "value": v} for k, v in parse_qsl(request.body)]}
    entries.append(entry)
session = requests.Session()
session.hooks["response"].append(keep)
session.get(f"{T}/.well-known/openid-configuration")
back = session.get(f"{T}/oauth2/authorize?client_id=dev-public&response_type=code&scope=read&state=f3a9&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", allow_redirects=False).headers["Location"]
code = back.split("code=")[1].split("&")[0]
for _ in range(2):
    session.post(f"{T}/oauth2/token", data={"grant_type": "authorization_code", "client_id": "dev-public", "code": code, "redirect_uri": NEXT,
                                            "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})
session.get(f"{T}/")
json.dump({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}}, sys.stdout, indent=2)

#### har-fine-login
#: made: nothing; a HAR of a login that works, among pages
#: healthy: yes
#: expected: none
import datetime, json, sys, requests
from urllib.parse import urlsplit, parse_qsl
entries = []
def keep(answer, *_, **__):
    request = answer.request
    pairs = lambda headers: [{"name": name, "value": value} for name, value in headers.items()]
    entry = {"startedDateTime": datetime.datetime.now(datetime.timezone.utc).isoformat(), "time": 12.5,
             "request": {"method": request.method, "url": request.url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(request.headers), "queryString": []},
             "response": {"status": answer.status_code, "statusText": answer.reason, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(answer.headers),
                          "content": {"size": len(answer.content), "mimeType": answer.headers.get("Content-Type", ""), "text": answer.text}, "redirectURL": ""}}
    if request.body:
        entry["request"]["postData"] = {"mimeType": request.headers["Content-Type"], "text": request.body}
    entries.append(entry)
session = requests.Session()
session.hooks["response"].append(keep)
session.get(f"{T}/")
back = session.get(f"{T}/oauth2/authorize?client_id=dev-public&response_type=code&scope=read&state=f3a9&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", allow_redirects=False).headers["Location"]
code = back.split("code=")[1].split("&")[0]
token = session.post(f"{T}/oauth2/token", data={"grant_type": "authorization_code", "client_id": "dev-public", "code": code, "redirect_uri": NEXT,
                                                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}).json()
session.get(f"{T}/api/me", headers={"Authorization": f"Bearer {token['access_token']}"})
session.get(f"{T}/favicon.ico")
json.dump({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}}, sys.stdout, indent=2)

#### har-without-bodies
#: made: the browser kept no bodies; the token request was refused with 400, and nothing says why
#: healthy: yes
#: expected: none oauth2/token-request/failed
import json, sys, requests
answer = requests.post(f"{T}/oauth2/token", data={"grant_type": "authorization_code", "client_id": "dev-public", "code": "SplxlOBeZQQYbYS6WxSbIA", "redirect_uri": NEXT,
                                                  "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})
pairs = lambda headers: [{"name": name, "value": value} for name, value in headers.items()]
entry = {"startedDateTime": "2026-11-21T18:00:00.000Z", "time": 9.1,
         "request": {"method": "POST", "url": answer.url, "httpVersion": "HTTP/1.1", "headers": pairs(answer.request.headers), "bodySize": 151},
         "response": {"status": answer.status_code, "statusText": answer.reason, "httpVersion": "HTTP/1.1", "headers": pairs(answer.headers), "content": {"size": 0, "mimeType": "application/json"}}}
json.dump({"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "145.0"}, "entries": [entry]}}, sys.stdout, indent=2)

#### flask-log-fine-callback
#: made: nothing; the access log of a callback that works
#: healthy: yes
#: expected: none
import logging, threading, requests
from flask import Flask
from werkzeug.serving import make_server
logging.basicConfig(level=logging.INFO)
app = Flask(__name__)
app.get("/callback")(lambda: "Welcome")
server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
requests.get(f"{T}/oauth2/authorize?client_id=dev-public&response_type=code&scope=read&state=f3a9&redirect_uri=http%3A%2F%2F127.0.0.1%3A{server.server_port}%2Fcallback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256")

#### httpx-raise-for-status
#: made: a wrong secret, and a program that throws the answer away: it says 401 and no more
#: healthy: yes
#: expected: none oauth2/token-request/failed oauth2/client-authentication/refused
#: secrets: not-the-secret-at-all
import httpx
httpx.post(f"{T}/oauth2/token", auth=("dev-client", "not-the-secret-at-all"), data={"grant_type": "client_credentials"}).raise_for_status()

#### requests-raise-for-status
#: made: a code that was never issued, and a program that throws the answer away: it says 400 and no more
#: healthy: yes
#: expected: none oauth2/token-request/failed
import requests
requests.post(f"{T}/oauth2/token", data={"grant_type": "authorization_code", "client_id": "dev-public", "code": "SplxlOBeZQQYbYS6WxSbIA"}).raise_for_status()

#### requests-key-error
#: made: any refusal at all, and a program that looks for access_token alone
#: healthy: yes
#: expected: none oauth2/token-answer/no-access-token
import requests
print(requests.post(f"{T}/oauth2/token", data={"grant_type": "client_credentials", "client_id": "dev-public"}).json()["access_token"])

#### urllib3-debug-log
#: made: a wrong secret; the log of urllib3 has the status and no word of why
#: healthy: yes
#: expected: none oauth2/token-request/failed oauth2/client-authentication/refused
import logging, requests
logging.basicConfig(level=logging.DEBUG)
requests.post(f"{T}/oauth2/token", auth=("dev-client", "not-the-secret-at-all"), data={"grant_type": "client_credentials"})

#### requests-connection-refused
#: made: no server there
#: healthy: yes
#: expected: none oauth2/server/unavailable network/refused
import requests
requests.post("http://127.0.0.1:9/oauth2/token", data={"grant_type": "client_credentials"})

#### requests-1-fine
#: made: nothing; temporary credentials are issued
#: healthy: yes
#: expected: none
import http.client
from requests_oauthlib import OAuth1Session
http.client.HTTPConnection.debuglevel = 1
session = OAuth1Session("consumerOfTheTests0001", client_secret="consumer-secret", callback_uri="oob")
print(session.fetch_request_token(f"{OAUTHLIB1}/request_token"))

#### header-oauth1-alone
#: made: nothing that shows; a signed header without its request or secrets
#: healthy: yes
#: expected: none
from oauthlib.oauth1 import Client
client = Client("dev-consumer", client_secret="dev-consumer-secret", resource_owner_key="a-token-of-alice", resource_owner_secret="a-token-secret-of-alice")
print("Authorization:", client.sign("https://api.example.com/1/photos?size=large")[1]["Authorization"])

#### jwt-fine
#: made: nothing; a token that is good for an hour
#: healthy: yes
#: expected: none
import time, jwt
print(jwt.encode({"iss": "https://id.example.com", "sub": "alice", "aud": "https://api.example.com", "scope": "read",
                  "iat": int(time.time()), "exp": int(time.time()) + 3600}, "an-hmac-key-of-thirty-two-octets", algorithm="HS256"))
