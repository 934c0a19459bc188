Python: SDKs of vendors, google-auth, msal, tweepy, spotipy, flask-dance, social-auth, aiohttp, python-jose, rauth, praw.

#### py-google-auth-jwt-clock
#: expected: oauth2/assertion/clock
#: certain: oauth2/assertion/clock
#: made: the clock of a Raspberry Pi is two hours behind; google-auth with a service account; a stub with Google's answer
#: faketime: -2h
#: tail: 1
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.transport.requests import Request
from google.oauth2 import service_account
pem = rsa.generate_private_key(65537, 2048).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
info = {"client_email": "bot@proj.iam.gserviceaccount.com", "private_key": pem, "token_uri": "https://oauth2.googleapis.com/token"}
service_account.Credentials.from_service_account_info(info, scopes=["https://www.googleapis.com/auth/drive"]).refresh(Request())

#### py-google-auth-jwt-signature
#: expected: oauth2/assertion/signature
#: certain: oauth2/assertion/signature
#: made: the key of the service account was deleted; google-auth; a stub with Google's answer
#: wrap: actions
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {"error":"invalid_grant","error_description":"Invalid JWT Signature."}
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account
pem = rsa.generate_private_key(65537, 2048).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
info = {"client_email": "bot@proj.iam.gserviceaccount.com", "private_key": pem, "token_uri": "https://oauth2.googleapis.com/token"}
AuthorizedSession(service_account.Credentials.from_service_account_info(info, scopes=["https://www.googleapis.com/auth/drive"])).get("https://www.googleapis.com/drive/v3/files")

#### py-google-flow-code-escaped
#: expected: oauth2/code/altered
#: made: the code was copied from the address bar with %2F; google-auth-oauthlib; a stub with Google's answer
#: tail: 8
#: before: I paste the code by hand (copied from the browser's address bar, http://localhost/?state=...&code=4%2F0AanRRrsy7HVs9QkLoXp2TgWc4DeMZb1&scope=...):\n\nflow.fetch_token(code="4%2F0AanRRrsy7HVs9QkLoXp2TgWc4DeMZb1")
#: secrets: 4%2F0AanRRrsy7HVs9QkLoXp2TgWc4DeMZb1
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {"error":"invalid_grant","error_description":"Malformed auth code."}
from google_auth_oauthlib.flow import Flow
config = {"web": {"client_id": "1.apps.googleusercontent.com", "client_secret": "s", "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token"}}
flow = Flow.from_client_config(config, ["openid"], redirect_uri="http://localhost")
flow.fetch_token(code="4%2F0AanRRrsy7HVs9QkLoXp2TgWc4DeMZb1")

#### py-google-id-token-early
#: expected: oauth2/id-token/clock
#: certain: oauth2/id-token/clock
#: made: the clock of the API's machine is behind; google.oauth2.id_token; a stub with Google's certificates
#: tail: 3
#: wrap: compose
#< www.googleapis.com /oauth2/v1/certs 200 application/json
#| {"k1":"PLACEHOLDER"}
import datetime, time
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt
key = rsa.generate_private_key(65537, 2048)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "g")])
day = datetime.timedelta(days=2)
certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1).not_valid_before(datetime.datetime.utcnow() - day).not_valid_after(datetime.datetime.utcnow() + day).sign(key, hashes.SHA256())
signer = crypt.RSASigner.from_string(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()), "k1")
now = int(time.time()) + 14
token = jwt.encode(signer, {"iss": "https://accounts.google.com", "aud": "web.apps.googleusercontent.com", "sub": "1", "iat": now, "exp": now + 3600})
jwt.decode(token, {"k1": certificate.public_bytes(serialization.Encoding.PEM)}, audience="web.apps.googleusercontent.com")

#### py-google-id-token-audience
#: expected: oauth2/id-token/audience
#: certain: oauth2/id-token/audience
#: made: the Android app's client id where the backend expects the web one; google.auth.jwt; no server
#: tail: 1
#: before: verify_oauth2_token on my backend, token comes from the Android app (Sign in with Google)
import datetime, time
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt
key = rsa.generate_private_key(65537, 2048)
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "g")])
day = datetime.timedelta(days=2)
certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1).not_valid_before(datetime.datetime.utcnow() - day).not_valid_after(datetime.datetime.utcnow() + day).sign(key, hashes.SHA256())
signer = crypt.RSASigner.from_string(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()), "k1")
now = int(time.time())
token = jwt.encode(signer, {"iss": "https://accounts.google.com", "aud": "407408718192-android.apps.googleusercontent.com", "sub": "1", "iat": now, "exp": now + 3600})
jwt.decode(token, {"k1": certificate.public_bytes(serialization.Encoding.PEM)}, audience="407408718192-web.apps.googleusercontent.com")

#### py-msal-secret-expired
#: expected: oauth2/client-authentication/secret-expired
#: certain: oauth2/client-authentication/secret-expired
#: made: the secret is older than two years; msal, the answer printed; a stub with Entra's answer
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/contoso/v2.0","authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize","device_authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/devicecode"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 401 application/json;charset=utf-8
#| {"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app '6731de76-14a6-49ae-97bc-6eba6914391e' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds. Trace ID: 2f0a5f3f-3a4c-4d8e-9a6f-8c8b6e9a1c00 Correlation ID: 9a2c7f0c-54b1-4b8b-9f3d-7f1f0d5a6e10 Timestamp: 2026-11-21 21:15:00Z","error_codes":[7000222],"timestamp":"2026-11-21 21:15:00Z","trace_id":"2f0a5f3f-3a4c-4d8e-9a6f-8c8b6e9a1c00","correlation_id":"9a2c7f0c-54b1-4b8b-9f3d-7f1f0d5a6e10","error_uri":"https://login.microsoftonline.com/error?code=7000222"}
import msal
app = msal.ConfidentialClientApplication("6731de76-14a6-49ae-97bc-6eba6914391e", client_credential="x8Q~old", authority="https://login.microsoftonline.com/contoso", instance_discovery=False)
print(app.acquire_token_for_client(scopes=["https://graph.microsoft.com/.default"]))

#### py-msal-consent
#: expected: oauth2/authorization/consent-missing
#: certain: oauth2/authorization/consent-missing
#: made: nobody consented; msal with username and password, KeyError; a stub with Entra's answer
#: wrap: journald
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/contoso/v2.0","authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize","device_authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/devicecode"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 400 application/json;charset=utf-8
#| {"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented to use the application with ID '6731de76-14a6-49ae-97bc-6eba6914391e' named 'reports'. Send an interactive authorization request for this user and resource. Trace ID: 2f0a5f3f-3a4c-4d8e-9a6f-8c8b6e9a1c00 Correlation ID: 9a2c7f0c-54b1-4b8b-9f3d-7f1f0d5a6e10 Timestamp: 2026-11-21 21:15:00Z","error_codes":[65001],"suberror":"consent_required"}
import msal
app = msal.PublicClientApplication("6731de76-14a6-49ae-97bc-6eba6914391e", authority="https://login.microsoftonline.com/contoso", instance_discovery=False)
result = app.acquire_token_by_refresh_token("0.ARoA", scopes=["User.Read"])
if "access_token" not in result:
    print("token acquisition failed:", result.get("error"), result.get("error_description"))
print(result["access_token"])

#### py-msal-log-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; msal at DEBUG takes the token from its cache; a stub with Entra's answer
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/contoso/v2.0","authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize","device_authorization_endpoint":"https://login.microsoftonline.com/contoso/oauth2/v2.0/devicecode"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 200 application/json;charset=utf-8
#| {"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0eXAiOiJKV1Qi.opaque.here"}
import logging, sys, msal
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(asctime)s %(name)s %(levelname)s %(message)s")
app = msal.ConfidentialClientApplication("6731de76-14a6-49ae-97bc-6eba6914391e", client_credential="x8Q~good", authority="https://login.microsoftonline.com/contoso", instance_discovery=False)
for _ in range(2):
    app.acquire_token_for_client(scopes=["https://graph.microsoft.com/.default"])
print("ok")

#### py-tweepy-request-token-32
#: expected: oauth1/signature/mismatch oauth1/consumer-key/unknown
#: made: a wrong consumer secret; tweepy's OAuth1UserHandler; a stub with X's answer
#: tail: 7
#< api.twitter.com /oauth/request_token 401 application/json;charset=utf-8
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
import tweepy
auth = tweepy.OAuth1UserHandler("consumerKey", "consumerSecret", callback="https://app.example/cb")
print(auth.get_authorization_url())

#### py-tweepy-453
#: expected: oauth2/resource/forbidden oauth1/token/permission-denied
#: made: the plan of the app has no access to this endpoint; tweepy; a stub with X's answer
#: tail: 2
#< api.twitter.com /1.1/* 403 application/json;charset=utf-8
#| {"errors":[{"message":"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level. You can learn more here: https://developer.x.com/en/portal/product","code":453}]}
import tweepy
tweepy.API(tweepy.OAuth1UserHandler("a", "b", "c", "d")).update_status("hello")

#### py-spotipy-localhost
#: expected: oauth2/redirect-uri/localhost-refused
#: certain: oauth2/redirect-uri/localhost-refused
#: made: the redirect URI names localhost; the URL of spotipy, fetched; a stub with Spotify's answer
#< accounts.spotify.com /authorize 400 text/html;charset=utf-8
#| INVALID_CLIENT: Insecure redirect URI
import requests, spotipy
url = spotipy.SpotifyOAuth("5fe01282e44241328a84e7c5cc169165", "s", "http://localhost:8888/callback", scope="user-library-read").get_authorize_url()
print(url)
print(requests.get(url).text)

#### py-spotipy-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: playlist-modify-public was not asked for; spotipy; a stub with Spotify's answer
#: tail: 2
#: wrap: pm2
#< api.spotify.com /v1/* 403 application/json;charset=utf-8
#| {"error":{"status":403,"message":"Insufficient client scope"}}
import spotipy
spotipy.Spotify(auth="BQC1").user_playlist_create("bob", "Road trip")

#### py-pygithub-bad-credentials
#: expected: oauth2/access-token/invalid
#: certain: oauth2/access-token/invalid
#: secrets: gho_16C7e42F292c6912E7710c838347Ae178B4a
#: made: the token was regenerated; PyGithub; a stub with GitHub's answer
#: cut: 4 4
#< api.github.com /user 401 application/json;charset=utf-8
#| {"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}
import github
print(github.Github(auth=github.Auth.Token("gho_16C7e42F292c6912E7710c838347Ae178B4a")).get_user().login)

#### py-pygithub-rate-limit
#: expected: oauth2/server/too-many-requests
#: certain: oauth2/server/too-many-requests
#: made: sixty calls in an hour without a token; PyGithub; a stub with GitHub's answer
#: tail: 1
#< api.github.com /repos/* 403 application/json;charset=utf-8 | X-RateLimit-Limit: 60 | X-RateLimit-Remaining: 0 | X-RateLimit-Reset: {NOW}
#| {"message":"API rate limit exceeded for 203.0.113.7. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)","documentation_url":"https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting"}
import github
github.Github(retry=None).get_repo("octo/app")

#### py-flask-dance-callback
#: expected: oauth1/callback/not-approved
#: certain: oauth1/callback/not-approved
#: made: the callback URL is not in the app's list; flask-dance, the log of Flask; a stub with X's answer
#: tail: 3
#< api.twitter.com /oauth/request_token 403 text/xml;charset=utf-8
#| <?xml version='1.0' encoding='UTF-8'?><errors><error code="415">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>
import os
from flask import Flask
from flask_dance.consumer import OAuth1ConsumerBlueprint
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
app = Flask(__name__)
app.secret_key = "x"
app.register_blueprint(OAuth1ConsumerBlueprint("twitter", __name__, client_key="key", client_secret="secret", base_url="https://api.twitter.com/1.1/", request_token_url="https://api.twitter.com/oauth/request_token", access_token_url="https://api.twitter.com/oauth/access_token", authorization_url="https://api.twitter.com/oauth/authorize"), url_prefix="/login")
app.test_client().get("/login/twitter")

#### py-flask-dance-github-credentials
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/refused
#: made: the secret of another app; flask-dance; a stub with GitHub's answer
#: tail: 5
#< github.com /login/oauth/access_token 200 application/json;charset=utf-8
#| {"error":"incorrect_client_credentials","error_description":"The client_id and/or client_secret passed are incorrect.","error_uri":"https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials"}
import os
from flask import Flask
from flask_dance.contrib.github import make_github_blueprint
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
app = Flask(__name__)
app.secret_key = "x"
app.testing = True
app.register_blueprint(make_github_blueprint("key", "secret"), url_prefix="/login")
client = app.test_client()
state = client.get("/login/github").headers["location"].split("state=")[1].split("&")[0]
client.get("/login/github/authorized?code=abc&state=" + state)

#### py-aiohttp-github-form
#: expected: oauth2/token-answer/form-encoded
#: certain: oauth2/token-answer/form-encoded
#: made: no Accept header, so GitHub answers a form; aiohttp; a stub with GitHub's answer
#: tail: 4
#< github.com /login/oauth/access_token 200 application/x-www-form-urlencoded;charset=utf-8
#| access_token=gho_16C7e42F292c6912E7710c838347Ae178B4a&scope=repo%2Cgist&token_type=bearer
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.post("https://github.com/login/oauth/access_token", data={"client_id": "a", "client_secret": "b", "code": "c"}) as response:
            print(await response.json())
asyncio.run(main())

#### py-jose-entra-template
#: expected: oauth2/issuer/entra-template
#: certain: oauth2/issuer/entra-template
#: made: the issuer is taken from the metadata of /common as it is; python-jose; no server
#: tail: 12
import time
from jose import jwt
ISSUER = "https://login.microsoftonline.com/{tenantid}/v2.0"   # from .well-known/openid-configuration of /common
token = jwt.encode({"iss": "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "tid": "9188040d-6c67-4c5b-b112-36a304b66dad", "exp": time.time() + 600}, "k", "HS256")
try:
    jwt.decode(token, "k", issuer=ISSUER)
except Exception as error:
    print("expected iss:", ISSUER)
    print("token iss:   ", jwt.get_unverified_claims(token)["iss"])
    raise

#### py-jose-keycloak-audience
#: expected: oauth2/resource/wrong-audience
#: certain: oauth2/resource/wrong-audience
#: made: Keycloak puts account into aud; python-jose; no server
#: tail: 1
#: before: FastAPI resource server, bearer tokens come from Keycloak. My API checks `audience="orders-api"`, jwt.io shows `"aud": "account"` in the access token.
import time
from jose import jwt
jwt.decode(jwt.encode({"aud": "account", "exp": time.time() + 600}, "k", "HS256"), "k", audience="orders-api")

#### py-rauth-jira-consumer
#: expected: oauth1/consumer-key/unknown
#: certain: oauth1/consumer-key/unknown
#: made: the application link has another consumer key; rauth; a stub with Jira's answer
#: tail: 2
#< jira.corp-tools.example /plugins/servlet/oauth/request-token 401 application/x-www-form-urlencoded | WWW-Authenticate: OAuth realm="https%3A%2F%2Fjira.corp-tools.example"
#| oauth_problem=consumer_key_unknown
from rauth import OAuth1Service
base = "https://jira.corp-tools.example/plugins/servlet/oauth/"
OAuth1Service("OauthKey", "secret", request_token_url=base + "request-token", access_token_url=base + "access-token", authorize_url=base + "authorize").get_request_token(params={"oauth_callback": "oob"})

#### py-rauth-netsuite
#: expected: oauth1/netsuite/invalid-login
#: certain: oauth1/netsuite/invalid-login
#: made: the role of the token was taken away; rauth; a stub with NetSuite's answer
#< 1234567-sb1.suitetalk.api.netsuite.com /services/rest/record/v1/customer/107 401 application/vnd.oracle.resource+json;charset=UTF-8 | WWW-Authenticate: OAuth realm="1234567_SB1", error="token_rejected", error_description="Invalid login attempt."
#| {"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.","o:errorCode":"INVALID_LOGIN"}]}
from rauth import OAuth1Session
print(OAuth1Session("ck", "cs", "t", "ts").get("https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/107", params={"fields": "id"}).text)

#### py-rauth-box-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the code waited for longer than thirty seconds; rauth; a stub with Box's answer
#: tail: 1
#< api.box.com /oauth2/token 400 application/json
#| {"error":"invalid_grant","error_description":"The authorization code has expired"}
import json
from rauth import OAuth2Service
OAuth2Service("id", "secret", access_token_url="https://api.box.com/oauth2/token", authorize_url="https://account.box.com/api/oauth2/authorize").get_access_token(data={"code": "x", "grant_type": "authorization_code"}, decoder=lambda b: json.loads(b))

#### py-praw-401
#: expected: oauth2/client-authentication/refused oauth2/token-request/failed
#: made: a wrong client secret; praw; a stub with Reddit's answer
#: cut: 2 12
#< www.reddit.com /api/v1/access_token 401 application/json;charset=UTF-8
#| {"message": "Unauthorized", "error": 401}
import praw
reddit = praw.Reddit(client_id="abc", client_secret="no", user_agent="bot by u/me", username="me", password="pw", check_for_updates=False)
print(reddit.user.me())

#### py-praw-script-only
#: expected: oauth2/client/unauthorized
#: certain: oauth2/client/unauthorized
#: made: the app is of type web, the program logs in by password; praw; a stub with Reddit's answer
#: tail: 1
#< www.reddit.com /api/v1/access_token 200 application/json;charset=UTF-8
#| {"error":"unauthorized_client","error_description":"Only script apps may use password auth"}
import praw
reddit = praw.Reddit(client_id="abc", client_secret="no", user_agent="bot by u/me", username="me", password="pw", check_for_updates=False)
print(reddit.user.me())

#### py-salesforce-client-id
#: expected: oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/unknown-client
#: made: the consumer key of a connected app in another org; simple-salesforce; a stub with Salesforce's answer
#: tail: 1
#: wrap: k8s
#< test.salesforce.com /services/oauth2/token 400 application/json;charset=UTF-8
#| {"error":"invalid_client_id","error_description":"client identifier invalid"}
from simple_salesforce import Salesforce
Salesforce(username="bob@acme.example", password="pw", consumer_key="3MVG9", consumer_secret="x", domain="test")

#### py-salesforce-session
#: expected: oauth2/access-token/expired oauth2/access-token/invalid
#: made: the session timed out over night; simple-salesforce; a stub with Salesforce's answer
#: tail: 1
#< acme.my.salesforce.com /services/data/* 401 application/json;charset=UTF-8
#| [{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]
from simple_salesforce import Salesforce
Salesforce(instance="acme.my.salesforce.com", session_id="00D1!AQ").query("SELECT Id FROM Account")

#### py-xero-token-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: thirty minutes are over; aiohttp with a JSON log line; a stub with Xero's answer
#< api.xero.com /connections 401 application/json
#| {"Type":null,"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: token expired at {ISO}","Instance":"2b1f1c5e-0d7c-4cd1-9f6e-7f5d9c3b8a10","Extensions":{}}
import aiohttp, asyncio, json
async def main():
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer eyJhbGciOi"}) as session:
        async with session.get("https://api.xero.com/connections") as response:
            print(json.dumps({"level": "error", "msg": "xero call failed", "tenant": "acme", "status": response.status, "body": await response.text()}))
asyncio.run(main())

#### py-intuit-client
#: expected: oauth2/refresh/other-client
#: certain: oauth2/refresh/other-client
#: made: development keys with a production token; intuit-oauth; a stub with Intuit's answer
#: tail: 2
#< developer.intuit.com /.well-known/openid_sandbox_configuration* 200 application/json
#| {"issuer":"https://oauth.platform.intuit.com/op/v1","authorization_endpoint":"https://appcenter.intuit.com/connect/oauth2","token_endpoint":"https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer","userinfo_endpoint":"https://sandbox-accounts.platform.intuit.com/v1/openid_connect/userinfo","revocation_endpoint":"https://developer.api.intuit.com/v2/oauth2/tokens/revoke","jwks_uri":"https://oauth.platform.intuit.com/op/v1/jwks"}
#< oauth.platform.intuit.com /oauth2/v1/tokens/bearer 400 application/json;charset=UTF-8 | intuit_tid: 1-6560a1b2-3c4d5e6f7a8b9c0d1e2f3a4b
#| {"error_description":"Incorrect Token type or clientID","error":"invalid_grant"}
from intuitlib.client import AuthClient
AuthClient("ABdev", "secret", "https://app.example/cb", "sandbox").refresh("AB11704")

#### py-atlassian-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: write:jira-work was not asked for; atlassian-python-api; a stub with Atlassian's answer
#: tail: 2
#< api.atlassian.com /ex/jira/* 401 application/json;charset=UTF-8
#| {"code":401,"message":"Unauthorized; scope does not match"}
from atlassian import Jira
import requests
try:
    Jira(url="https://api.atlassian.com/ex/jira/11223344-a1b2", oauth2={"client_id": "x", "token": {"access_token": "eyJ", "token_type": "Bearer"}}).issue("ABC-1")
except requests.HTTPError as error:
    print(error, error.response.text)

#### py-stripe-code-twice
#: expected: oauth2/code/used-twice
#: certain: oauth2/code/used-twice
#: made: the return URL was opened twice; stripe; a stub with Stripe's answer
#: tail: 1
#< connect.stripe.com /oauth/token 400 application/json
#| {"error":"invalid_grant","error_description":"This authorization code has already been used. All tokens issued with this code have been revoked."}
import stripe
stripe.api_key, stripe.ca_bundle_path = "sk_test_x", "/etc/ssl/certs/ca-certificates.crt"
stripe.OAuth.token(grant_type="authorization_code", code="ac_123")

#### py-keycloak-realm-path
#: expected: oauth2/token-answer/wrong-url
#: certain: oauth2/token-answer/wrong-url
#: made: server_url has /auth of old with a Keycloak of today; python-keycloak; a stub with Keycloak's answer
#: tail: 1
#< kc.public.example /auth/* 404 application/json
#| {"error":"Unable to find matching target resource method","error_description":"For more on this error consult the server log."}
from keycloak import KeycloakOpenID
client = KeycloakOpenID(server_url="https://kc.public.example/auth/", realm_name="master", client_id="web", client_secret_key="s")
import requests
answer = requests.post("https://kc.public.example/auth/realms/master/protocol/openid-connect/token", data={"grant_type": "client_credentials"})
print("POST", answer.url, answer.status_code, answer.text)

#### py-keycloak-secret
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: the secret was regenerated; python-keycloak; a stub with Keycloak's answer
#: tail: 1
#: wrap: compose
#< kc.public.example /realms/shop/.well-known/openid-configuration 200 application/json
#| {"issuer":"https://kc.public.example/realms/shop","token_endpoint":"https://kc.public.example/realms/shop/protocol/openid-connect/token"}
#< kc.public.example /realms/shop/protocol/openid-connect/token 401 application/json
#| {"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}
from keycloak import KeycloakOpenID
KeycloakOpenID(server_url="https://kc.public.example/", realm_name="shop", client_id="web", client_secret_key="s").token(grant_type="client_credentials")

#### py-keycloak-session
#: expected: oauth2/refresh/expired
#: certain: oauth2/refresh/expired
#: made: the SSO session idled out; python-keycloak; a stub with Keycloak's answer
#: cut: 2 3
#< kc.public.example /realms/shop/.well-known/openid-configuration 200 application/json
#| {"issuer":"https://kc.public.example/realms/shop","token_endpoint":"https://kc.public.example/realms/shop/protocol/openid-connect/token"}
#< kc.public.example /realms/shop/protocol/openid-connect/token 400 application/json
#| {"error":"invalid_grant","error_description":"Session not active"}
from keycloak import KeycloakOpenID
KeycloakOpenID(server_url="https://kc.public.example/", realm_name="shop", client_id="web", client_secret_key="s").refresh_token("eyJ")

#### py-social-key-none
#: expected: oauth2/request/placeholder
#: made: SOCIAL_AUTH_GITHUB_KEY is not set; social-auth-core, the URL that it makes; no server
from social_core.backends.github import GithubOAuth2
class Strategy:
    def setting(self, name, default=None, backend=None): return default
    def get_setting(self, name): raise KeyError(name)
    def absolute_uri(self, path=None): return "https://app.example" + (path or "")
    def request_data(self, merge=True): return {}
    def random_string(self, length=32, chars=""): return "Kx3vJq0dGmY2nVbT8sLw1eRf"
    def session_set(self, *a): pass
    def session_get(self, *a): return None
    def request_host(self): return "app.example"
    def build_absolute_uri(self, path=None): return "https://app.example" + (path or "")
    def get_pipeline(self, backend=None): return ()
from urllib.parse import urlencode
import types
backend = GithubOAuth2(Strategy(), "/complete/github/")
backend.get_key_and_secret = types.MethodType(lambda self: (str(None), None), backend)
backend.STATE_PARAMETER = backend.REDIRECT_STATE = False
print(backend.auth_url())

#### py-cognito-url
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: a slash at the end; the address where the browser ended, by aiohttp; a stub with Cognito's answer
#< acme.auth.eu-west-1.amazoncognito.com /oauth2/authorize 302 text/html | Location: https://acme.auth.eu-west-1.amazoncognito.com/error?error=redirect_mismatch&client_id=1example23456789
#|
#< acme.auth.eu-west-1.amazoncognito.com /error 400 text/html
#| <html><head><title>Error</title></head><body><div>An error was encountered with the requested page.</div></body></html>
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get("https://acme.auth.eu-west-1.amazoncognito.com/oauth2/authorize", params={"client_id": "1example23456789", "response_type": "code", "redirect_uri": "https://app.example/callback/"}) as response:
            print(response.url)
asyncio.run(main())

#### py-aiohttp-access-log-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: a scope that is not defined; the access log of aiohttp's server; Okta's callback
#: only: callback
import aiohttp, asyncio, logging
from aiohttp import web
logging.basicConfig(level=logging.INFO)
async def callback(request): raise web.HTTPFound("/login")
async def main():
    app = web.Application()
    app.router.add_get("/authorization-code/callback", callback)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 8085).start()
    async with aiohttp.ClientSession() as session:
        async with session.get("http://127.0.0.1:8085/authorization-code/callback?state=u5Zb1p&error=invalid_scope&error_description=One+or+more+scopes+are+not+configured+for+the+authorization+server+resource.", allow_redirects=False): pass
    await asyncio.sleep(0.2)
asyncio.run(main())

#### py-fitbit-refresh
#: expected: oauth2/refresh/reused oauth2/refresh/refused oauth2/refresh/expired
#: made: two cron jobs refreshed with the same token; aiohttp; a stub with Fitbit's answer
#: redact: invalid:.([0-9a-f]{20,})
#: with: XXX
#: before: Works for 8 hours after login, then:
#< api.fitbit.com /oauth2/token 400 application/json;charset=utf-8
#| {"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid: 5f1d3c2b4a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff001. Visit https://dev.fitbit.com/docs/oauth2 for more information on the Fitbit Web API authorization process."}],"success":false}
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.post("https://api.fitbit.com/oauth2/token", data={"grant_type": "refresh_token", "refresh_token": "5f"}) as response:
            print(response.status, await response.text())
asyncio.run(main())

#### py-zoho-invalid-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the code of the self client is older than its minutes; urllib of Python; a stub with Zoho's answer
#< accounts.zoho.eu /oauth/v2/token 200 application/json;charset=UTF-8
#| {"error":"invalid_code"}
import urllib.request
with urllib.request.urlopen("https://accounts.zoho.eu/oauth/v2/token", b"grant_type=authorization_code&client_id=1000.X&client_secret=s&code=1000.y") as answer:
    print(answer.status, answer.reason)
    print(answer.headers)
    print(answer.read().decode())

#### py-amazon-sp-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: a token of two hours ago; urllib of Python; a stub with the Selling Partner API's answer
#< sellingpartnerapi-eu.amazon.com /orders/v0/orders 403 application/json
#| {
#|   "errors": [
#|     {
#|       "message": "Access to requested resource is denied.",
#|       "code": "Unauthorized",
#|       "details": "The access token you provided has expired."
#|     }
#|   ]
#| }
import urllib.request, urllib.error
try:
    urllib.request.urlopen(urllib.request.Request("https://sellingpartnerapi-eu.amazon.com/orders/v0/orders?MarketplaceIds=A1", headers={"x-amz-access-token": "Atza|IQEB"}))
except urllib.error.HTTPError as error:
    print(error)
    print(error.read().decode())

#### py-spotipy-timeout
#: expected: network/timeout
#: certain: network/timeout
#: made: a firewall swallows the call; spotipy; a stub that does not answer
#: tail: 1
#< accounts.spotify.com /api/token 0 -
#|
import spotipy
spotipy.SpotifyClientCredentials("a", "b", requests_timeout=1).get_access_token()

#### py-auth0-target
#: expected: oauth2/request/target
#: certain: oauth2/request/target
#: made: the audience has a slash too many; http.client of Python; a stub with Auth0's answer
#< acme.eu.auth0.com /oauth/token 403 application/json
#| {"error":"access_denied","error_description":"Service not found: https://api.acme.example/"}
import http.client, json, ssl
connection = http.client.HTTPSConnection("acme.eu.auth0.com", context=ssl.create_default_context())
connection.request("POST", "/oauth/token", json.dumps({"client_id": "kTz6", "client_secret": "s", "audience": "https://api.acme.example/", "grant_type": "client_credentials"}), {"content-type": "application/json"})
print(connection.getresponse().read().decode("utf-8"))

#### py-keycloak-pkce-log
#: expected: oauth2/pkce/required
#: certain: oauth2/pkce/required
#: made: the client of Keycloak wants PKCE, social-auth does not send it; the log of a Flask server; Keycloak's callback
#: only: callback
import logging, threading, time, urllib.request
from flask import Flask
app = Flask("portal")
@app.route("/complete/keycloak/callback")
def callback(): return "failed", 400
threading.Thread(target=lambda: app.run(port=5055), daemon=True).start()
time.sleep(1)
try: urllib.request.urlopen("http://127.0.0.1:5055/complete/keycloak/callback?error=invalid_request&error_description=Missing+parameter%3A+code_challenge_method&state=4c1b&iss=https%3A%2F%2Fkc.public.example%2Frealms%2Fshop")
except Exception: time.sleep(0.3)

#### py-google-flow-scope
#: expected: oauth2/scope/changed
#: certain: oauth2/scope/changed
#: made: Google adds openid and spells scopes out; google-auth-oauthlib; a stub with Google's answer
#: tail: 2
#< oauth2.googleapis.com /token 200 application/json;charset=utf-8
#| {"access_token":"ya29.a0","expires_in":3599,"scope":"openid https://www.googleapis.com/auth/userinfo.email","token_type":"Bearer"}
from google_auth_oauthlib.flow import Flow
config = {"web": {"client_id": "1.apps.googleusercontent.com", "client_secret": "s", "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token"}}
Flow.from_client_config(config, ["email", "openid"], redirect_uri="https://app.example/cb").fetch_token(code="4/0A")

#### py-slack-redirect
#: expected: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: made: redirect_uri was given to authorize and left out of oauth.v2.access; slack_sdk; a stub with Slack's answer
#: tail: 2
#< slack.com /api/oauth.v2.access 200 application/json;charset=utf-8
#| {"ok":false,"error":"bad_redirect_uri"}
from slack_sdk import WebClient
WebClient().oauth_v2_access(client_id="1.2", client_secret="s", code="c")

#### py-tripod-refresh-reused
#: expected: oauth2/refresh/reused
#: certain: oauth2/refresh/reused
#: made: two workers refresh with the same token; rauth; tripod serve --dev with a fault
#: tail: 1
import json, requests
from rauth import OAuth2Service
base = "http://127.0.0.1:9090/oauth2/"
location = requests.get(base + "authorize", params={"client_id": "dev-public", "response_type": "code", "redirect_uri": "http://127.0.0.1:8000/callback", "scope": "read offline_access", "state": "s1", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}, allow_redirects=False).headers["location"]
code = location.split("code=")[1].split("&")[0]
first = requests.post(base + "token", data={"client_id": "dev-public", "grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:8000/callback", "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}).json()
service = OAuth2Service("dev-public", "", access_token_url=base + "token")
service.get_access_token("POST", data={"client_id": "dev-public", "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}, headers={"X-Tripod-Fault": "reused-refresh-token"}, decoder=json.loads)

#### py-tripod-api-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: the token has expired; aiohttp raise_for_status with headers; tripod serve --dev with a fault
#: tail: 1
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.post("http://127.0.0.1:9090/oauth2/token", data={"grant_type": "client_credentials"}, auth=aiohttp.BasicAuth("dev-client", "dev-client-secret")) as response:
            token = (await response.json())["access_token"]
        async with session.get("http://127.0.0.1:9090/api/me", headers={"Authorization": "Bearer " + token, "X-Tripod-Fault": "expired-token"}) as response:
            print(response.status, response.headers["WWW-Authenticate"])
asyncio.run(main())

#### py-import-error
#: expected: none
#: healthy: 1
#: made: a package is too old; Python; no server
from oauthlib.oauth2 import BackendApplicationClients

#### py-urllib3-log-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; google-auth at DEBUG; a stub with Google's answer
#< oauth2.googleapis.com /token 200 application/json;charset=utf-8
#| {"access_token":"ya29.a0","expires_in":3599,"token_type":"Bearer"}
#< www.googleapis.com /drive/v3/files 200 application/json
#| {"files":[]}
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.credentials import Credentials
credentials = Credentials(None, refresh_token="1//0g", token_uri="https://oauth2.googleapis.com/token", client_id="1.apps.googleusercontent.com", client_secret="s")
print(AuthorizedSession(credentials).get("https://www.googleapis.com/drive/v3/files").json())

#### py-token-answer-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong, the user asks what the fields mean; slack_sdk; a stub with Slack's answer
#: after: is `authed_user` supposed to be without a token if I only ask for bot scopes?
#< slack.com /api/oauth.v2.access 200 application/json;charset=utf-8
#| {"ok":true,"access_token":"xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy","token_type":"bot","scope":"commands,incoming-webhook","bot_user_id":"U0KRQLJ9H","app_id":"A0KRD7HC3","team":{"name":"Slack Softball Team","id":"T9TK3CUKW"},"authed_user":{"id":"U1234"}}
import json
from slack_sdk import WebClient
print(json.dumps(WebClient().oauth_v2_access(client_id="1.2", client_secret="s", code="c").data, indent=2))

#### py-callback-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; the log of a Flask server; Google's callback
#: only: callback
import threading, time, urllib.request
from flask import Flask
app = Flask("portal")
@app.route("/google/callback")
def callback(): return "welcome"
threading.Thread(target=lambda: app.run(port=5056), daemon=True).start()
time.sleep(1)
urllib.request.urlopen("http://127.0.0.1:5056/google/callback?state=Qm9yZWQ&code=4%2F0AanRRrtT9nVxQ2LwKcYbHsZ1MpUeG&scope=email+openid&authuser=0&prompt=none")
time.sleep(0.3)

#### py-django-db-error
#: expected: none
#: healthy: 1
#: made: the table of sessions is missing; sqlite3 of Python; no server
#: wrap: journald
import sqlite3
def load_session(key): return sqlite3.connect(":memory:").execute("SELECT data FROM oauth_session WHERE key = ?", (key,)).fetchone()
load_session("abc")

#### py-msal-tenant
#: expected: oauth2/entra/tenant oauth2/issuer/no-metadata
#: made: a typo in the tenant; msal; a stub with Entra's answer
#: tail: 2
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 400 application/json;charset=utf-8
#| {"error":"invalid_tenant","error_description":"AADSTS90002: Tenant 'contso.onmicrosoft.com' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant. Trace ID: 2f0a5f3f-3a4c-4d8e-9a6f-8c8b6e9a1c00 Correlation ID: 9a2c7f0c-54b1-4b8b-9f3d-7f1f0d5a6e10 Timestamp: 2026-11-21 21:15:00Z","error_codes":[90002]}
import msal
app = msal.ConfidentialClientApplication("6731de76-14a6-49ae-97bc-6eba6914391e", client_credential="x8Q~x", authority="https://login.microsoftonline.com/contso.onmicrosoft.com", instance_discovery=False)
print(app.acquire_token_for_client(scopes=["https://graph.microsoft.com/.default"]))

#### py-google-policy-page
#: expected: oauth2/authorization/google-policy
#: certain: oauth2/authorization/google-policy
#: made: an old script with the out-of-band redirect; the text of Google's page; a stub with Google's page
#< accounts.google.com /o/oauth2/auth 400 text/html;charset=utf-8
#| <html><body><h1>Access blocked: Authorization Error</h1><p>alice@example.com</p><p>You can’t sign in to this app because it doesn’t comply with Google’s OAuth 2.0 policy for keeping apps secure.</p><p>You can let the app developer know that this app doesn’t comply with one or more Google validation rules.</p><p>Learn more about this error</p><p>If you are a developer of this app, see error details.</p><p>Error 400: invalid_request</p></body></html>
import re, requests
from google_auth_oauthlib.flow import Flow
config = {"installed": {"client_id": "1.apps.googleusercontent.com", "client_secret": "s", "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": "https://oauth2.googleapis.com/token"}}
url = Flow.from_client_config(config, ["openid"], redirect_uri="urn:ietf:wg:oauth:2.0:oob").authorization_url()[0]
page = requests.get(url)
page.encoding = "utf-8"
print(re.sub(r"<[^>]+>", "\n", page.text).replace("\n\n", "\n").strip())

#### py-jose-expired
#: expected: oauth2/jwt/expired oauth2/access-token/expired
#: certain: oauth2/jwt/expired oauth2/access-token/expired
#: made: the tab was open over night; python-jose in a FastAPI log; no server
#: tail: 1
#: wrap: compose
import time
from jose import jwt
jwt.decode(jwt.encode({"sub": "alice", "exp": time.time() - 3600}, "k", "HS256"), "k")

#### py-jwt-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong, a token that is good for an hour; python-jose; no server
import time
from jose import jwt
print(jwt.encode({"iss": "https://login.example.com/", "aud": "https://api.example.com", "sub": "alice", "scope": "read", "iat": int(time.time()), "exp": int(time.time()) + 3600}, "k" * 32, "HS256"))
