#### py-httpx-oauth-okta-refresh
#: secrets: kq3Zr8vT1xW5yB7nD2mF4gH6jL9pS0uA
#: expected: oauth2/refresh/refused oauth2/token-request/failed
#: made: an Okta refresh token after its idle time; httpx-oauth, which hides the body; stub
#: serve: POST https://acme.okta.com/oauth2/default/v1/token 400
#| {"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}
import asyncio
from httpx_oauth.oauth2 import BaseOAuth2
client = BaseOAuth2("0oa1b2c3d4E5f6G7h8", "pD3kZ7Qw-1xYvB9nM2sL5tR8uJ4eH6gF0aC", "https://acme.okta.com/oauth2/default/v1/authorize",
                    "https://acme.okta.com/oauth2/default/v1/token", refresh_token_endpoint="https://acme.okta.com/oauth2/default/v1/token", name="okta")
asyncio.run(client.refresh_token("kq3Zr8vT1xW5yB7nD2mF4gH6jL9pS0uA"))
#### py-uvicorn-entra-declined
#: expected: oauth2/authorization/consent-missing oauth2/authorization/access-denied
#: certain: oauth2/authorization/consent-missing oauth2/authorization/access-denied
#: made: the user pressed Cancel on Entra's consent page; FastAPI with httpx-oauth's callback, access log of uvicorn alone
#: only: INFO
import sys, threading, time, httpx, uvicorn
from fastapi import Depends, FastAPI
from httpx_oauth.clients.microsoft import MicrosoftGraphOAuth2
from httpx_oauth.integrations.fastapi import OAuth2AuthorizeCallback
app = FastAPI()
client = MicrosoftGraphOAuth2("b0d5f1a2-1111-4c5d-8e9f-000011112222", "x")
@app.get("/auth/microsoft/callback")
async def callback(it=Depends(OAuth2AuthorizeCallback(client, redirect_url="http://localhost:8000/auth/microsoft/callback"))):
    return "ok"
import logging.config
config = dict(uvicorn.config.LOGGING_CONFIG)
config["handlers"]["access"]["stream"] = config["handlers"]["default"]["stream"] = "ext://sys.stdout"
server = uvicorn.Server(uvicorn.Config(app, port=8000, log_config=config))
threading.Thread(target=server.run, daemon=True).start()
time.sleep(1)
httpx.get("http://127.0.0.1:8000/auth/microsoft/callback?error=access_denied&error_subcode=cancel&state=Zx81&error_description=AADSTS65004%3a+User+declined+to+consent+to+access+the+app.+Trace+ID%3a+0d1e2f30-4152-4637-8495-a6b7c8d9e0f1+Correlation+ID%3a+1f0e9d8c-7b6a-4594-8372-615f4e3d2c1b+Timestamp%3a+2026-11-21+20%3a58%3a11Z&error_uri=https%3a%2f%2flogin.microsoftonline.com%2ferror%3fcode%3d65004")
server.should_exit = True
time.sleep(0.5)
#### py-aioauth-tumblr
#: expected: oauth1/request/failed
#: made: a consumer secret of another app; aioauth-client TumblrClient, which hides the body; stub
#: serve: POST https://www.tumblr.com/oauth/request_token 401 text/html
#| oauth_signature does not match expected value
#: serve: GET https://www.tumblr.com/oauth/request_token 401 text/html
#| oauth_signature does not match expected value
import asyncio, logging
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s:%(name)s:%(message)s")
logging.getLogger("asyncio").setLevel(logging.INFO); logging.getLogger("httpcore").setLevel(logging.INFO)
from aioauth_client import TumblrClient
client = TumblrClient(consumer_key="oVnYJ6kq3Zr8vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM", consumer_secret="wrongone")
try:
    asyncio.run(client.get_request_token())
except Exception as e:
    logging.exception("cannot start the login: %r", getattr(e, "args", e))
#### py-requests-netrc
#: secrets: hunter2-of-old
#: expected: oauth2/resource/authorization-malformed oauth2/resource/no-token
#: made: requests replaces the Bearer by what ~/.netrc has for the host; http.client's debug output; stub
#: serve: GET https://api.figshare.example/v2/account 401
#+ WWW-Authenticate: Bearer realm="api"
#| {"message":"Authentication required","code":401}
import os
open(os.path.expanduser("~/.netrc"), "w").write("machine api.figshare.example login me password hunter2-of-old\n")
os.chmod(os.path.expanduser("~/.netrc"), 0o600)
import http.client, requests
http.client.HTTPConnection.debuglevel = 1
r = requests.get("https://api.figshare.example/v2/account", headers={"Authorization": "Bearer 9d8c7b6a5f4e3d2c1b0a"})
print(r.status_code, r.text)
#> my code:
#> ```python
#> r = requests.get("https://api.figshare.example/v2/account", headers={"Authorization": "Bearer XXX"})
#> ```
#> The same token works with curl!
#### py-urllib3-refused
#: expected: network/refused
#: certain: network/refused
#: made: inside a container, localhost is not the host; urllib3, logged as JSON by structlog; nobody listens
#: prefix: compose worker-1
import structlog, urllib3
structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])
log = structlog.get_logger(service="worker")
log.info("refreshing token", provider="keycloak")
try:
    urllib3.PoolManager(retries=2).request("POST", "http://localhost:8180/realms/main/protocol/openid-connect/token", fields={"grant_type": "client_credentials"})
except Exception:
    log.exception("token refresh failed", attempt=3)
#### py-authlib-starlette-state
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: login begun on localhost, callback on 127.0.0.1; Authlib's Starlette client, tail of the traceback; no server
#: tail: 9
import traceback
from starlette.applications import Starlette
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route
from starlette.testclient import TestClient
from authlib.integrations.starlette_client import OAuth
oauth = OAuth()
oauth.register("gitlab", client_id="a", client_secret="b", authorize_url="https://gitlab.com/oauth/authorize", access_token_url="https://gitlab.com/oauth/token")
async def callback(request):
    return await oauth.gitlab.authorize_access_token(request)
app = Starlette(routes=[Route("/auth", callback)])
app.add_middleware(SessionMiddleware, secret_key="x")
try:
    TestClient(app).get("/auth?code=4a1b&state=u3LwGgqkUcTkEkSg8Zc9W0")
except Exception:
    traceback.print_exc()
#### py-fastapi-not-authenticated
#: expected: oauth2/resource/no-token
#: certain: oauth2/resource/no-token
#: made: the token is sent as ?token=; FastAPI's OAuth2PasswordBearer, the answer as curl -i shows it
from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer
from fastapi.testclient import TestClient
from prelude import shown
app = FastAPI()
@app.get("/users/me")
async def me(token=Depends(OAuth2PasswordBearer(tokenUrl="token"))):
    return token
print("$ curl -i 'http://localhost:8000/users/me?token=$TOKEN'")
shown(TestClient(app).get("/users/me?token=x"))
#### py-fastapi-not-validated
#: expected: oauth2/access-token/invalid
#: made: a token signed by the key before the restart; FastAPI with the code of its tutorial; body and status alone
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from fastapi.testclient import TestClient
app = FastAPI()
@app.get("/users/me")
async def me(token=Depends(OAuth2PasswordBearer(tokenUrl="token"))):
    try:
        return jwt.decode(token, "new-key-of-this-run-0123456789abcdef", ["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Could not validate credentials", {"WWW-Authenticate": "Bearer"})
r = TestClient(app).get("/users/me", headers={"Authorization": "Bearer " + jwt.encode({"sub": "johndoe"}, "old-key-of-the-last-run-0123456789abcd")})
print("GET /users/me ->", r.status_code, dict(r.headers))
print(r.text)
#### py-dot-unknown-client
#: expected: oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/unknown-client
#: made: the application was made in the database of staging; django-oauth-toolkit, its own log at DEBUG
from dot import client
c, app = client()
c.post("/o/token/", {"grant_type": "client_credentials", "client_id": "Yb3kQ0vJr8sT2uX5zA7cE1gI4mO6pL9nD", "client_secret": "abc"})
#### py-dot-wrong-secret
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: the hashed secret was copied from the admin page; django-oauth-toolkit, its own log at DEBUG
import base64
from dot import client
c, app = client()
basic = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
c.post("/o/token/", {"grant_type": "client_credentials"}, headers={"Authorization": "Basic " + basic})
#### py-dot-pkce
#: expected: oauth2/pkce/required
#: certain: oauth2/pkce/required
#: made: no code_challenge, which django-oauth-toolkit 2 and later wants; the address that the browser ends at
from dot import client
c, app = client(user=True)
r = c.get("/o/authorize/", {"response_type": "code", "client_id": app.client_id, "redirect_uri": "https://app.example/cb", "scope": "read", "state": "q81"})
print("after the upgrade of django-oauth-toolkit to 2.x our login ends here:\n")
print(r.headers.get("Location") or r.content.decode()[:300])
#### py-drf-scope
#: expected: oauth2/scope/insufficient oauth2/resource/forbidden
#: made: the token has scope read, the view wants write; Django REST framework with TokenHasScope
from dot import client
c, app = client()
from oauth2_provider.models import AccessToken
from django.utils import timezone
AccessToken.objects.create(token="3f9a", application=app, scope="read", expires=timezone.now() + timezone.timedelta(hours=1))
r = c.get("/api/things", headers={"Authorization": "Bearer 3f9a"})
print(r.status_code, r.content.decode())
#### py-pyjwt-immature
#: expected: oauth2/id-token/clock network/clock
#: made: the clock of the machine is three minutes slow; PyJWT in a Django-like traceback; no server
import logging, time, traceback
import jwt
from prelude import key, pem
k = key()
it = jwt.encode({"sub": "1", "aud": "web", "iss": "https://accounts.example.org", "iat": int(time.time()) + 180, "exp": int(time.time()) + 3780}, pem(k), "RS256")
logging.basicConfig(format="[%(asctime)s] %(levelname)s in auth: %(message)s", level=20)
try:
    jwt.decode(it, k.public_key(), ["RS256"], audience="web")
except jwt.InvalidTokenError:
    logging.exception("login with the ID token failed")
#### py-pyjwt-algorithm
#: expected: oauth2/jwt/algorithm
#: certain: oauth2/jwt/algorithm
#: made: the issuer signs by RS256, the API expects HS256; PyJWT; no server
import jwt
from prelude import key, token
it = token(key(), sub="auth0|5f7c8ec7c33c6c004bbafe82", aud="https://api.example.com")
jwt.decode(it, "client-secret", algorithms=["HS256"], audience="https://api.example.com")
#### py-pyjwk-unknown-key
#: expected: oauth2/jwt/unknown-key
#: certain: oauth2/jwt/unknown-key
#: made: a token of another realm; PyJWKClient; its keys from a stub
#: serve: GET https://sso.example.org/realms/main/protocol/openid-connect/certs 200
#| {"keys":[{"kid":"Zk3rT","kty":"RSA","alg":"RS256","use":"sig","n":"xjlCRBqkQ0m2pB6p5kk2nYwV3e3bM1oTgR4yKcVbG0v9VdJYpYcQm4wq1nG9lJbN4r0x8pVZ6H7sZQw3T1uYkQ","e":"AQAB"}]}
import jwt
from prelude import key, token
it = token(key(), kid="JdS6W1vJgIx0mZ5B1vKx3Vd4aUQh7E8T", sub="1", aud="account")
client = jwt.PyJWKClient("https://sso.example.org/realms/main/protocol/openid-connect/certs")
client.get_signing_key_from_jwt(it)
#### py-pyjwt-audience
#: expected: oauth2/resource/wrong-audience oauth2/id-token/audience
#: made: the token is for Microsoft Graph, the API wants its own; PyJWT below Starlette's authentication backend
#: tail: 7
import jwt
from prelude import key, token
k = key()
it = token(k, sub="1", aud="00000003-0000-0000-c000-000000000000")
def verify_access_token(it):
    return jwt.decode(it, k.public_key(), algorithms=["RS256"], audience="api://b0d5f1a2-1111-4c5d-8e9f-000011112222")
verify_access_token(it)
#### py-boto3-sso
#: expected: oauth2/refresh/refused oauth2/refresh/expired setup/login-over oauth2/access-token/expired
#: made: the SSO session of AWS ended over the weekend; boto3; AWS' answer from a stub
#: serve: POST https://oidc.us-east-1.amazonaws.com/token 400 application/json
#| {"error":"invalid_grant","error_description":"Invalid refresh token provided"}
#: tail: 6
import hashlib, json, os, pathlib
home = pathlib.Path.home()
(home / ".aws/sso/cache").mkdir(parents=True)
(home / ".aws/config").write_text("[profile dev]\nsso_session=acme\nsso_account_id=111122223333\nsso_role_name=Dev\nregion=us-east-1\n[sso-session acme]\nsso_region=us-east-1\nsso_start_url=https://acme.awsapps.com/start\nsso_registration_scopes=sso:account:access\n")
name = hashlib.sha1(b"acme").hexdigest()
(home / f".aws/sso/cache/{name}.json").write_text(json.dumps({"startUrl": "https://acme.awsapps.com/start", "region": "us-east-1", "accessToken": "aoaAAAA", "expiresAt": "2026-11-20T20:00:00Z", "clientId": "c", "clientSecret": "s", "registrationExpiresAt": "2027-11-20T20:00:00Z", "refreshToken": "aorAAAA"}))
import boto3
boto3.Session(profile_name="dev").client("s3").list_buckets()
#### py-boto3-cognito-hash
#: expected: oauth2/client-authentication/missing
#: made: no SECRET_HASH though the app client has a secret; boto3 cognito-idp; AWS' answer from a stub
#: serve: POST https://cognito-idp.eu-west-1.amazonaws.com/ 400 application/x-amz-json-1.1
#+ x-amzn-ErrorType: NotAuthorizedException:
#| {"__type":"NotAuthorizedException","message":"Client 3n4b5urk1ft4fl3mg5e62d9ado is configured with secret but SECRET_HASH was not received"}
import os
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y")
import boto3
boto3.client("cognito-idp", region_name="eu-west-1").initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId="3n4b5urk1ft4fl3mg5e62d9ado", AuthParameters={"USERNAME": "u", "PASSWORD": "p"})
#### py-gcloud-rapt
#: expected: oauth2/refresh/google-expired-or-revoked oauth2/authorization/interaction-required
#: made: Workspace asks for a new login (invalid_rapt); google-cloud-storage; Google's answer from a stub
#: serve: POST https://oauth2.googleapis.com/token 400
#| {
#|   "error": "invalid_grant",
#|   "error_description": "reauth related error (invalid_rapt)",
#|   "error_uri": "https://support.google.com/a/answer/9368756",
#|   "error_subtype": "invalid_rapt"
#| }
#: tail: 14
import json, os
open("adc.json", "w").write(json.dumps({"type": "authorized_user", "client_id": "764086051850-6qr4p6gpi6hn506pt8ejuq83di341hur.apps.googleusercontent.com", "client_secret": "d-FL95Q19q7MQmFpd7hHD0Ty", "refresh_token": "1//0gAbCdEf"}))
os.environ["GOOGLE_APPLICATION_CREDENTIALS"] = "adc.json"
from google.cloud import storage
list(storage.Client(project="acme-prod").list_buckets())
#### py-gcloud-no-credentials
#: expected: setup/not-logged-in setup/invalid none
#: made: no application default credentials on this machine; google-cloud-storage
#: tail: 5
import os
os.environ["NO_GCE_CHECK"] = "True"
from google.cloud import storage
storage.Client()
#### py-firebase-audience
#: expected: oauth2/id-token/audience
#: certain: oauth2/id-token/audience
#: made: the service account of another project verifies the ID token; firebase-admin; no server
#: tail: 3
import firebase_admin
from firebase_admin import auth, credentials
from prelude import key, service_account, token
firebase_admin.initialize_app(credentials.Certificate(service_account("sa.json")))
auth.verify_id_token(token(key(), kid="d1", iss="https://securetoken.google.com/acme-dev", aud="acme-dev", sub="Xk2"))
#### py-firebase-service-account-key
#: expected: oauth2/assertion/signature
#: certain: oauth2/assertion/signature
#: made: the key of the service account was deleted; firebase-admin (Firestore-less: user management); Google's answer from a stub
#: serve: POST https://oauth2.googleapis.com/token 400
#| {"error":"invalid_grant","error_description":"Invalid JWT Signature."}
#: tail: 4
#: prefix: k8s
import firebase_admin
from firebase_admin import auth, credentials
from prelude import service_account
firebase_admin.initialize_app(credentials.Certificate(service_account("sa.json")))
auth.get_user("Xk2")
#### py-notion-token
#: expected: oauth2/access-token/invalid
#: made: the token of a removed integration; notion-client; Notion's answer from a stub
#: serve: GET https://api.notion.com/v1/users 401
#| {"object":"error","status":401,"code":"unauthorized","message":"API token is invalid.","request_id":"6a1a6b1c-1f0e-4d3c-9b2a-8f7e6d5c4b3a"}
import logging
from notion_client import Client
logging.basicConfig(level=20)
Client(auth="ntn_000000000000000000000000000000000000000000").users.list()
#### py-dropbox-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the token was made before files.metadata.read was ticked; dropbox; Dropbox' answer from a stub
#: serve: POST https://api.dropboxapi.com/2/files/list_folder 401
#+ x-dropbox-request-id: 9b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e
#| {"error_summary": "missing_scope/..", "error": {".tag": "missing_scope", "required_scope": "files.metadata.read"}}
#: tail: 1
import dropbox
from dropbox import Dropbox
dropbox.session.TRUSTED_CERT_FILE = "x"
import dropbox.dropbox_client
d = Dropbox("sl.BXyZ0123456789", ca_certs="/etc/ssl/certs/ca-certificates.crt")
d.files_list_folder("")
#### py-boxsdk-refresh
#: expected: oauth2/refresh/expired
#: certain: oauth2/refresh/expired
#: made: a Box refresh token after sixty days; boxsdk; Box' answer from a stub
#: serve: POST https://api.box.com/oauth2/token 400
#+ Strict-Transport-Security: max-age=31536000
#| {"error":"invalid_grant","error_description":"Refresh token has expired"}
#: tail: 9
from boxsdk import Client, OAuth2
Client(OAuth2("i", "s", access_token="T9cE5asGnuyYCCqIZFoWjFHvNbvVqHjl", refresh_token="J7rxTiWOHMoSC1isKZKBZWizoRXjkQzig5C6jFgCVJ9bUnsUfGMinKBDLZWP9BgR")).auth.refresh("T9cE5asGnuyYCCqIZFoWjFHvNbvVqHjl")
#### py-mastodon-revoked
#: expected: oauth2/access-token/revoked
#: certain: oauth2/access-token/revoked
#: made: the user removed the app in the settings; Mastodon.py; Mastodon's answer from a stub
#: serve: GET https://mastodon.example/api/v1/accounts/verify_credentials 401
#| {"error":"The access token was revoked"}
#: tail: 3
from mastodon import Mastodon
m = Mastodon(access_token="ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0", api_base_url="https://mastodon.example", version_check_mode="none")
m.account_verify_credentials()
#### py-mastodon-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: a token of scope read posts a status; Mastodon.py in a GitHub Action; Mastodon's answer from a stub
#: serve: POST https://mastodon.example/api/v1/statuses 403
#| {"error":"This action is outside the authorized scopes"}
#: prefix: actions
#: tail: 4
from mastodon import Mastodon
m = Mastodon(access_token="ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0", api_base_url="https://mastodon.example", version_check_mode="none")
m.status_post("Hello")
#### py-garth-exchange
#: expected: oauth1/request/failed oauth1/token/rejected
#: made: Garmin does not accept the stored OAuth 1 token any more; garth; Garmin's bare 401 from a stub
#: serve: GET https://thegarth.s3.amazonaws.com/oauth_consumer.json 200
#| {"consumer_key":"fc3e99d2-118c-44b8-8ae3-03370dde24c0","consumer_secret":"E08WAR897WEy2knn7aFBrvegVAf0AFdWBBF"}
#: serve: POST https://connectapi.garmin.com/oauth-service/oauth/exchange/user/2.0 401
#| {}
#: tail: 22
import garth
from garth.auth_tokens import OAuth1Token
garth.client.configure(oauth1_token=OAuth1Token(oauth_token="8f1e", oauth_token_secret="x", domain="garmin.com"), domain="garmin.com")
garth.client.refresh_oauth2()
#### py-shopify-approval
#: expected: oauth2/scope/insufficient
#: made: the app was not granted read_orders; ShopifyAPI; Shopify's answer from a stub
#: serve: GET https://acme-test.myshopify.com/admin/api/2024-10/orders.json 403
#| {"errors":"[API] This action requires merchant approval for read_orders scope."}
#: tail: 3
import shopify
shopify.ShopifyResource.activate_session(shopify.Session("acme-test.myshopify.com", "2024-10", "shpat_0123456789abcdef0123456789abcdef"))
shopify.Order.find()
#### py-hubspot-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: the access token was kept for a day; hubspot-api-client; HubSpot's answer from a stub
#: serve: GET https://api.hubapi.com/crm/v3/objects/contacts 401
#+ CF-RAY: 8e61f0a2bd3c1e0b-FRA
#| {"status":"error","message":"The OAuth token used to make this call expired 19 hour(s) ago.","correlationId":"0f1d2c3b-4a59-4687-9a6b-5c4d3e2f1a0b","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-11-21T01:20:00.000Z"]}}
#: tail: 6
import hubspot
hubspot.Client.create(access_token="CJ-X4dD1MBIPAQEAQAAAAQ").crm.contacts.basic_api.get_page(limit=1)
#### py-discord-login
#: secrets: q8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3
#: expected: oauth2/access-token/invalid
#: made: the client secret stands where the token of the bot belongs; discord.py; Discord's answer from a stub
#: serve: GET https://discord.com/api/v10/users/@me 401
#| {"message": "401: Unauthorized", "code": 0}
import discord
discord.Client(intents=discord.Intents.default()).run("q8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3")
#### py-mozilla-oidc-state
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: the session cookie was lost between login and callback; mozilla-django-oidc, Django's log
from dot import client
c, app = client()
c.get("/oidc/callback/?code=2c1b&state=kq3Zr8vT1xW5yB7nD2mF")
c.session.save() if hasattr(c, "session") else None
s = c.session; s["oidc_states"] = {"otherstate": {"nonce": None, "added_on": 1}}; s.save()
c.cookies["sessionid"] = s.session_key
c.get("/oidc/callback/?code=2c1b&state=kq3Zr8vT1xW5yB7nD2mF")
#### py-structlog-keycloak-refresh
#: expected: oauth2/refresh/expired oauth2/refresh/refused
#: made: the SSO session was idle for longer than thirty minutes; httpx with structlog's console colours; Keycloak's answer from a stub
#: serve: POST https://sso.example.org/realms/main/protocol/openid-connect/token 400
#| {"error":"invalid_grant","error_description":"Token is not active"}
import httpx, structlog
structlog.configure(processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="%H:%M:%S"), structlog.dev.ConsoleRenderer(colors=True)])
log = structlog.get_logger()
log.info("session.resume", user=4711)
r = httpx.post("https://sso.example.org/realms/main/protocol/openid-connect/token", data={"grant_type": "refresh_token", "refresh_token": "x", "client_id": "portal"})
log.error("session.refresh_failed", status=r.status_code, body=r.json(), grant_type="refresh_token")
#### py-json-logger-429
#: expected: oauth2/server/too-many-requests
#: certain: oauth2/server/too-many-requests
#: made: a new token for every call; requests, logged as JSON by python-json-logger; stub
#: serve: POST https://accounts.spotify.com/api/token 429 text/plain
#+ Retry-After: 3418
#| Too many requests
import logging, requests
from pythonjsonlogger import jsonlogger
h = logging.StreamHandler()
h.setFormatter(jsonlogger.JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
logging.basicConfig(handlers=[h], level=20)
try:
    requests.post("https://accounts.spotify.com/api/token", data={"grant_type": "client_credentials"}, auth=("a", "b")).raise_for_status()
except requests.HTTPError:
    logging.getLogger("playlist").exception("sync aborted")
#### py-aiohttp-tls-name
#: expected: network/tls-name
#: certain: network/tls-name
#: made: the load balancer has the certificate of another name; aiohttp; stub
#: tls: auth.partner.example othername
#: serve: POST https://auth.partner.example/oauth/token 200
#: tail: 1
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as s:
        await s.post("https://auth.partner.example/oauth/token", data={"grant_type": "client_credentials"})
asyncio.run(main())
#### py-mwoauth-callback
#: expected: oauth1/callback/not-approved
#: made: the consumer of the wiki has no prefix callback; mwoauth; MediaWiki's answer from a stub
#: serve: GET https://meta.wikimedia.org/w/index.php 200
#| {"error":"mwoauth-oauth-exception","message":"An error occurred in the OAuth protocol: oauth_callback must be set, and must be set to \"oob\" (case-sensitive), or the configured callback must be a prefix of the supplied callback."}
#: serve: POST https://meta.wikimedia.org/w/index.php 200
#| {"error":"mwoauth-oauth-exception","message":"An error occurred in the OAuth protocol: oauth_callback must be set, and must be set to \"oob\" (case-sensitive), or the configured callback must be a prefix of the supplied callback."}
#: tail: 2
from mwoauth import ConsumerToken, Handshaker
Handshaker("https://meta.wikimedia.org/w/index.php", ConsumerToken("aa11bb22cc33", "x"), callback="http://localhost:5000/oauth-callback").initiate()
#### py-starlette-500
#: expected: none
#: healthy: true
#: made: SessionMiddleware was forgotten (a mistake of the app, in no call of OAuth); Starlette's traceback
#: tail: 4
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
async def account(request):
    return request.session["user"]
TestClient(Starlette(routes=[Route("/account", account)])).get("/account")
#### py-loguru-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; httpx with loguru against tripod
import base64, os, httpx, sys
from loguru import logger
logger.remove(); logger.add(sys.stdout, format="{time:YYYY-MM-DD HH:mm:ss.SSS} | {level: <8} | {name}:{function}:{line} - {message}")
T = os.environ["T"]
r = httpx.post(T + "/oauth2/token", data={"grant_type": "client_credentials", "scope": "read"}, auth=("dev-client", "dev-client-secret"))
it = r.json()
logger.info("token endpoint answered {} with {} valid for {} s, scope {}", r.status_code, it["token_type"], it["expires_in"], it.get("scope"))
r = httpx.get(T + "/api/me", headers={"Authorization": "Bearer " + it["access_token"]})
logger.success("GET /api/me {} {}", r.status_code, r.text)
#### py-tokenize-trap
#: expected: none
#: healthy: true
#: made: a file with an open bracket; Python's tokenizer, whose error speaks of tokens; nothing to do with OAuth
import io, tokenize
list(tokenize.generate_tokens(io.StringIO("grant = (\n").readline))
#### py-tripod-dpop-htu
#: expected: oauth2/dpop/proof-for-another-request
#: certain: oauth2/dpop/proof-for-another-request
#: made: htu of the proof is the URL of the token endpoint, sent to the API; httpx with PyJWT, against tripod
import base64, hashlib, json, os, time, uuid, httpx, jwt
from cryptography.hazmat.primitives.asymmetric import ec
T = os.environ["T"]
k = ec.generate_private_key(ec.SECP256R1())
public = {n: v for n, v in json.loads(jwt.algorithms.ECAlgorithm.to_jwk(k.public_key())).items() if n in ("kty", "crv", "x", "y")}
def proof(method, url, access=None):
    claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": int(time.time())}
    if access:
        claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()).rstrip(b"=").decode()
    return jwt.encode(claims, k, "ES256", {"typ": "dpop+jwt", "jwk": public})
r = httpx.post(T + "/oauth2/token", data={"grant_type": "client_credentials", "scope": "read"}, auth=("dev-client", "dev-client-secret"), headers={"DPoP": proof("POST", T + "/oauth2/token")})
access = r.json()["access_token"]
r = httpx.get(T + "/api/me", headers={"Authorization": "DPoP " + access, "DPoP": proof("GET", T + "/oauth2/token", access)})
print("> GET", r.request.url)
for n, v in r.request.headers.items(): print(">", f"{n}: {v}")
print("< HTTP/1.1", r.status_code, r.reason_phrase)
for n, v in r.headers.items(): print("<", f"{n}: {v}")
print(r.text)
#### py-dot-redirect
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: a slash at the end of the redirect URI; the page of django-oauth-toolkit, as text
import re
from dot import client
c, app = client(user=True)
r = c.get("/o/authorize/", {"response_type": "code", "client_id": app.client_id, "redirect_uri": "https://app.example/cb/", "scope": "read", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"})
print("GET", r.request["PATH_INFO"] + "?" + r.request["QUERY_STRING"], r.status_code)
print("\n".join(l.strip() for l in re.sub(r"(?s)<style.*?</style>|<[^>]*>", "\n", r.content.decode()).split("\n") if l.strip()))
#### py-pyjwt-opaque
#: expected: oauth2/access-token/opaque
#: made: no audience was asked for, so Auth0's access token is opaque; PyJWT in Flask's log; no server
#: tail: 6
import flask, jwt
app = flask.Flask("api")
@app.get("/orders")
def orders():
    return jwt.decode(flask.request.headers["Authorization"].removeprefix("Bearer "), "x", algorithms=["RS256"], audience="https://api.example.com")
app.test_client().get("/orders", headers={"Authorization": "Bearer Zk3rT8vQ1x0W5r9wL2m7nB4dF6gH8jK0"})
#### py-tripod-dpop-old
#: expected: oauth2/dpop/time
#: certain: oauth2/dpop/time
#: made: one proof is kept for the whole day; httpx with PyJWT against tripod
import json, os, time, httpx, jwt
from cryptography.hazmat.primitives.asymmetric import ec
T = os.environ["T"]
k = ec.generate_private_key(ec.SECP256R1())
public = {n: v for n, v in json.loads(jwt.algorithms.ECAlgorithm.to_jwk(k.public_key())).items() if n in ("kty", "crv", "x", "y")}
proof = jwt.encode({"jti": "a1b2c3d4e5f6a7b8", "htm": "POST", "htu": T + "/oauth2/token", "iat": int(time.time()) - 5400}, k, "ES256", {"typ": "dpop+jwt", "jwk": public})
r = httpx.post(T + "/oauth2/token", data={"grant_type": "client_credentials"}, auth=("dev-client", "dev-client-secret"), headers={"DPoP": proof})
print("POST", r.request.url, "\nDPoP:", proof, "\n\n", r.status_code, {n: v for n, v in r.json().items() if n == "error"})
