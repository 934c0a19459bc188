#### py-oauth2client-google-dead
#: expected: oauth2/refresh/google-expired-or-revoked
#: certain: oauth2/refresh/google-expired-or-revoked
#: made: a stored refresh token that Google ended; oauth2client with httplib2; stub with Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400
#|{
#|  "error": "invalid_grant",
#|  "error_description": "Token has been expired or revoked."
#|}
#: prefix: journald sheets-sync
import httplib2
from oauth2client.client import OAuth2Credentials

credentials = OAuth2Credentials(None, "407408718192.apps.googleusercontent.com", "d-FL95Q19q7MQmFpd7hHD0Ty",
                                "1//0gx7UQ2zLw9cPCgYIARAAGBASNwF-L9Irh", None, "https://oauth2.googleapis.com/token", "sync/1.0")
http = credentials.authorize(httplib2.Http())
print(http.request("https://sheets.googleapis.com/v4/spreadsheets/1BxiMVs0XRA5nFMdKvBdBZjg"))

#### py-launchpadlib-unknown-token
#: expected: oauth1/token/rejected
#: certain: oauth1/token/rejected
#: made: a token that was removed on launchpad.net; launchpadlib (OAuth 1 PLAINTEXT); stub with Launchpad's answer
#: serve: GET https://api.launchpad.net/devel/ 401 text/plain
#+ Www-Authenticate: OAuth realm="https://api.launchpad.net"
#|Unknown access token (WlDSBCgqcq5BsLgzwPL8).
#: tail: 12
from launchpadlib.launchpad import Launchpad
from launchpadlib.credentials import Credentials, AccessToken

credentials = Credentials("ppa-copy")
credentials.access_token = AccessToken("WlDSBCgqcq5BsLgzwPL8", "hR2PMBvcTtWbnCwPNQF9mzsm2VRlX0f9Z7mHqBtKbJt2")
lp = Launchpad(credentials, None, None, service_root="production", version="devel")
print(lp.me.name)

#### py-twython-token
#: expected: oauth1/token/rejected
#: certain: oauth1/token/rejected
#: made: access token regenerated on the developer portal; twython; stub with X's answer
#: serve: GET https://api.twitter.com/1.1/account/verify_credentials.json 401
#|{"errors":[{"code":89,"message":"Invalid or expired token."}]}
#<Hi, my bot worked for two years and now I get this every time it starts:
#<
from twython import Twython

twitter = Twython("xvz1evFS4wEEPTGEFPHBog", "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg",
                  "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE")
print(twitter.verify_credentials())

#### py-flickrapi-signature
#: expected: oauth1/signature/secrets-differ oauth1/signature/mismatch
#: certain: oauth1/signature/mismatch oauth1/signature/secrets-differ
#: made: one character of the secret is missing; flickrapi with logging; stub with Flickr's answer and its debug_sbs
#: serve: GET https://www.flickr.com/services/oauth/request_token 401 text/plain;charset=utf-8
#|oauth_problem=signature_invalid&debug_sbs=%SBS%
#: serve: POST https://www.flickr.com/services/oauth/request_token 401 text/plain;charset=utf-8
#|oauth_problem=signature_invalid&debug_sbs=%SBS%
import logging
logging.basicConfig(level=logging.DEBUG)
import flickrapi

flickr = flickrapi.FlickrAPI("653e7a6ecc1d528c516cc8f92cf98611", "83d5c3b5e4a0c5a", format="parsed-json", store_token=False)
flickr.get_request_token(oauth_callback="http://localhost:9000/cb")

#### py-requests-oauth2client-refused
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the secret of another stage; requests_oauth2client; oidc-provider
#: tail: 14
import os
from requests_oauth2client import OAuth2Client

client = OAuth2Client(token_endpoint=os.environ["OIDC"] + "/token", client_id="machine", client_secret="machine-secret-of-staging", testing=True)
print(client.client_credentials(scope="read"))

#### py-authlib-httpx-keycloak-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the callback page was reloaded after lunch; Authlib's AsyncOAuth2Client on httpx; stub with Keycloak's answer
#: serve: POST https://sso.example.org/realms/main/protocol/openid-connect/token 400
#|{"error":"invalid_grant","error_description":"Code not valid"}
#: prefix: compose web-1
import asyncio
from authlib.integrations.httpx_client import AsyncOAuth2Client

async def main():
    async with AsyncOAuth2Client("portal", "0Hq3V8sPzXw2LkJd7TnYcRb5MfGa9EuI", redirect_uri="https://portal.example.org/cb") as client:
        token = await client.fetch_token("https://sso.example.org/realms/main/protocol/openid-connect/token",
            authorization_response="https://portal.example.org/cb?state=k2&session_state=77ab&code=5c9d1f0e-18e1-4b4d-a2ac-6b8a7ac1d7c2.77ab.9f")
        print(token)

asyncio.run(main())

#### py-niquests-box-invalid
#: expected: oauth2/access-token/invalid
#: certain: oauth2/access-token/invalid
#: made: a developer token of Box of yesterday; niquests; stub with Box's answer
#: serve: GET https://api.box.com/2.0/users/me 401
#+ WWW-Authenticate: Bearer realm="Service", error="invalid_token", error_description="The access token provided is invalid."
#: tail: 4
#>
#>r.headers says
#>{'WWW-Authenticate': 'Bearer realm="Service", error="invalid_token", error_description="The access token provided is invalid."'}
import niquests

r = niquests.get("https://api.box.com/2.0/users/me", headers={"Authorization": "Bearer Z8yQmPq2Xc4tVn0bR6wKj1LsD9fGhT3e"})
r.raise_for_status()

#### py-pycurl-spotify-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: the token of an hour ago; pycurl with VERBOSE; stub with Spotify's answer
#: serve: GET https://api.spotify.com/v1/me/player 401
#+ WWW-Authenticate: Bearer realm="spotify", error="invalid_token", error_description="The access token expired"
#|{
#|  "error": {
#|    "status": 401,
#|    "message": "The access token expired"
#|  }
#|}
import pycurl, sys
sys.stdout.reconfigure(line_buffering=True)
c = pycurl.Curl()
c.setopt(c.URL, "https://api.spotify.com/v1/me/player")
c.setopt(c.CAINFO, "/etc/ssl/certs/ca-certificates.crt")
c.setopt(c.VERBOSE, True)
c.setopt(c.HTTPHEADER, ["Authorization: Bearer BQDt8xN2rLkq5vZ1mYw0PjHs7CfRb4TgEuKo9aQdXiVn3B6"])
c.setopt(c.WRITEFUNCTION, lambda data: sys.stdout.write(data.decode()) and None)
c.perform()

#### py-oauthenticator-github-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the user pressed back and logged in again with the old URL; JupyterHub's oauthenticator; stub with GitHub's answer
#: serve: POST https://github.com/login/oauth/access_token 200
#|{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired.","error_uri":"https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"}
#: tail: 16
import asyncio
from oauthenticator.github import GitHubOAuthenticator
from tornado.httpclient import AsyncHTTPClient

async def main():
    it = GitHubOAuthenticator(client_id="Iv1.8a61f9b3a7aba766", client_secret="3c9b1f0dd8a4e6c1b7a5903f2ee1c0d96a4b8f17",
                              oauth_callback_url="https://hub.example.edu/hub/oauth_callback")
    params = {"code": "1f4e3a9c0b7d2e6f8a5b", "grant_type": "authorization_code", "redirect_uri": it.oauth_callback_url}
    print(await it.get_token_info(None, params))

asyncio.run(main())

#### py-tornado-token-404
#: expected: oauth2/token-answer/wrong-url
#: made: the token URL lacks /oauth2; tornado's AsyncHTTPClient; nginx
#: hosts: id.example.com
#: tail: 3
#<Getting the token fails for me:
#<
#<```python
#<resp = await AsyncHTTPClient().fetch("https://id.example.com/v1/token", method="POST", body=urlencode(
#<    {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}))
#<```
import asyncio
from urllib.parse import urlencode
from tornado.httpclient import AsyncHTTPClient

async def main():
    resp = await AsyncHTTPClient().fetch("https://id.example.com/v1/token", method="POST", ca_certs="/etc/ssl/certs/ca-certificates.crt",
        body=urlencode({"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}))

asyncio.run(main())

#### py-treq-company-ca
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: the proxy of the company signs with its own authority; twisted's treq; stub
#: tls: login.salesforce.com untrusted
#: hosts: login.salesforce.com
from twisted.internet import task
import treq

async def main(reactor):
    answer = await treq.post("https://login.salesforce.com/services/oauth2/token", {"grant_type": "client_credentials"})
    print(await answer.text())

task.react(lambda r: __import__("twisted.internet.defer").internet.defer.ensureDeferred(main(r)))

#### py-scrapy-header-lost
#: expected: oauth2/resource/authorization-lost-on-redirect
#: made: the API lives on another host now and redirects, where Scrapy drops the header; scrapy's log; stub
#: serve: GET https://example.com/api/v1/orders 301 text/html
#+ Location: https://api.example.com/v1/orders
#: serve: GET https://api.example.com/v1/orders 401
#|{"detail":"Authentication credentials were not provided."}
#: only: DEBUG: (Redirecting|Crawled)|INFO: Ignoring|orders
#>
#>The spider is
#>
#>    def start_requests(self):
#>        yield scrapy.Request("https://example.com/api/v1/orders", headers={"Authorization": "Bearer " + TOKEN})
#>
#>The token is fine, curl with -H against api.example.com works.
import scrapy
from scrapy.crawler import CrawlerProcess

class Orders(scrapy.Spider):
    name = "orders"

    def start_requests(self):
        yield scrapy.Request("https://example.com/api/v1/orders", headers={"Authorization": "Bearer abc"})

    async def start(self):
        for r in self.start_requests():
            yield r

process = CrawlerProcess({"ROBOTSTXT_OBEY": False, "TELNETCONSOLE_ENABLED": False})
process.crawl(Orders)
process.start()

#### py-pandas-no-token
#: expected: oauth2/resource/no-token
#: made: the token is given to another function than the one that calls; pandas.read_json; stub
#: serve: GET https://api.example.com/v2/report 401
#+ WWW-Authenticate: Bearer
#|{"detail":"Not authenticated"}
#<    $ curl -si https://api.example.com/v2/report | head -8
import pandas as pd, subprocess
print(subprocess.run("curl -si https://api.example.com/v2/report | sed 's/^/    /'", shell=True, capture_output=True, text=True).stdout, flush=True)
df = pd.read_json("https://api.example.com/v2/report", orient="records")

#### py-databricks-client
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the secret of a service principal was deleted; databricks-sdk; stub with Databricks' answer
#: serve: GET https://dbc-a1b2345c-d6e7.cloud.databricks.com/.well-known/databricks-config 200
#|{"oidc_endpoint":"https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc","workspace_id":"984752964297111","cloud":"aws"}
#: serve: GET https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc/.well-known/oauth-authorization-server 200
#|{"issuer":"https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc","authorization_endpoint":"https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc/v1/authorize","token_endpoint":"https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc/v1/token"}
#: serve: POST https://dbc-a1b2345c-d6e7.cloud.databricks.com/oidc/v1/token 401
#|{"error":"invalid_client","error_id":"9a5d3cf5-6a0e-4be8-93c5-9f3d2c3b8fc6","error_description":"Client authentication failed"}
#: tail: 6
from databricks.sdk import WorkspaceClient

w = WorkspaceClient(host="https://dbc-a1b2345c-d6e7.cloud.databricks.com", client_id="5f2a1c7e-83c6-4b0a-9c55-1c6a5b2f9d10",
                    client_secret="dose3f1a9c7b5d2e4f60718293a4b5c6d7e8", auth_type="oauth-m2m")
print(w.current_user.me())

#### py-linkedin-revoked
#: expected: oauth2/access-token/revoked
#: certain: oauth2/access-token/revoked
#: made: the member removed the app; linkedin-api-client; stub with LinkedIn's answer
#: serve: GET https://api.linkedin.com/rest/me 401
#|{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN","message":"The token used in the request has been revoked by the user"}
#: serve: GET https://api.linkedin.com/v2/me 401
#|{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN","message":"The token used in the request has been revoked by the user"}
from linkedin_api.clients.restli.client import RestliClient

answer = RestliClient().get(resource_path="/me", access_token="AQXdSP_W41_UPs5ioT_t8HESyODB4FqbkJ8LrV_5mff4gPODzOYR")
print(answer.status_code, answer.response.text)

#### py-paypal-client
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: live credentials against the sandbox; paypalrestsdk; stub with PayPal's answer
#: serve: POST https://api.sandbox.paypal.com/v1/oauth2/token 401
#|{"error":"invalid_client","error_description":"Client Authentication failed"}
#: tail: 8
import paypalrestsdk
paypalrestsdk.configure({"mode": "sandbox", "client_id": "AQkquBDf1zctJOWGKWUEtKXm6qVhueUEMvXO", "client_secret": "EL1tVxAjhT7cJimnz5-Nsx9k2reTKSVfErNQ"})
print(paypalrestsdk.Payment.all({"count": 1}))

#### py-asana-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: an access token is kept longer than its hour; asana 5; stub with Asana's answer
#: serve: GET https://app.asana.com/api/1.0/users/me 401
#|{"errors":[{"message":"The bearer token has expired. If you have a refresh token, please use it to request a new bearer token, or allow the user to re-authenticate."}]}
#: tail: 6
import asana
configuration = asana.Configuration()
configuration.ssl_ca_cert = "/etc/ssl/certs/ca-certificates.crt"
configuration.access_token = "2/12020033/1199999:7d0c2f7b9c4f4d0c8b8f0f2f5b8a"
print(asana.UsersApi(asana.ApiClient(configuration)).get_user("me", {}))

#### py-pydrive2-deleted-client
#: expected: oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/unknown-client
#: made: somebody deleted the OAuth client in the Google console; pydrive2; stub with Google's answer
#: serve: POST https://oauth2.googleapis.com/token 401
#|{
#|  "error": "deleted_client",
#|  "error_description": "The OAuth client was deleted."
#|}
#: tail: 9
import json
from pydrive2.auth import GoogleAuth
from oauth2client.client import OAuth2Credentials

gauth = GoogleAuth(settings={"client_config_backend": "settings", "save_credentials": False, "get_refresh_token": True, "oauth_scope": ["https://www.googleapis.com/auth/drive"],
    "client_config": {"client_id": "407408718192.apps.googleusercontent.com", "client_secret": "d-FL95Q19q7MQmFpd7hHD0Ty", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
                      "token_uri": "https://oauth2.googleapis.com/token", "revoke_uri": "https://oauth2.googleapis.com/revoke", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}})
gauth.credentials = OAuth2Credentials("ya29.a", "407408718192.apps.googleusercontent.com", "d-FL95Q19q7MQmFpd7hHD0Ty", "1//0gx7UQ2zLw9cPCgYIARAAGBASNwF-L9Irh", None, "https://oauth2.googleapis.com/token", "x")
gauth.Refresh()

#### py-o365-inactive
#: expected: oauth2/refresh/entra-ended
#: certain: oauth2/refresh/entra-ended
#: made: the mail script did not run for a quarter; msal as O365 calls it; stub with Entra's answer
#: serve: GET https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration 200
#|{"token_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/token","authorization_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/authorize","device_authorization_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/devicecode","issuer":"https://login.microsoftonline.com/{tenantid}/v2.0"}
#: serve: POST https://login.microsoftonline.com/common/oauth2/v2.0/token 400
#|{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-07-30T07:12:44.1234567Z and was inactive for 90.00:00:00. Trace ID: 2f6b1d0e-5f2c-4d0b-9d35-95d1f0e52a00 Correlation ID: 0a4f5c7e-1d3b-4a68-8f7c-2f63e4b7d9a1 Timestamp: 2026-11-21 22:10:01Z","error_codes":[700082],"timestamp":"2026-11-21 22:10:01Z","trace_id":"2f6b1d0e-5f2c-4d0b-9d35-95d1f0e52a00","correlation_id":"0a4f5c7e-1d3b-4a68-8f7c-2f63e4b7d9a1","error_uri":"https://login.microsoftonline.com/error?code=700082"}
#: only: AADSTS
import msal
app = msal.ConfidentialClientApplication("1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111", client_credential="9aF8Q~x2mVb0kLr7", authority="https://login.microsoftonline.com/common", instance_discovery=False)
result = app.acquire_token_by_refresh_token("0.AXkA1RefreshOfSummer", scopes=["https://graph.microsoft.com/Mail.Read"])
print("WARNING:O365.connection:refresh failed:", result.get("error"), result.get("error_description"))

#### py-exchangelib-tenant
#: expected: oauth2/entra/tenant
#: certain: oauth2/entra/tenant
#: made: the app is registered in another tenant; exchangelib; stub with Entra's answer
#: serve: POST https://login.microsoftonline.com/5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1/oauth2/v2.0/token 400
#|{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier '1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111' was not found in the directory 'Fabrikam'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant. Trace ID: 8e0d6a4c-24b6-4fc4-8c1d-a8a1d3a33c00 Correlation ID: 1f5e9bb5-3cf4-4f2e-9c64-6d3a2b5e31d7 Timestamp: 2026-11-21 22:10:05Z","error_codes":[700016],"timestamp":"2026-11-21 22:10:05Z","trace_id":"8e0d6a4c-24b6-4fc4-8c1d-a8a1d3a33c00","correlation_id":"1f5e9bb5-3cf4-4f2e-9c64-6d3a2b5e31d7"}
#: tail: 12
from exchangelib import OAuth2Credentials, Configuration, Account, DELEGATE, Identity, OAUTH2, Build, Version
from exchangelib.version import EXCHANGE_O365
credentials = OAuth2Credentials(client_id="1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111", client_secret="9aF8Q~x2mVb0kLr7", tenant_id="5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1", identity=Identity(primary_smtp_address="me@fabrikam.example"))
account = Account("me@fabrikam.example", config=Configuration(server="outlook.office365.com", credentials=credentials, auth_type=OAUTH2, version=Version(build=EXCHANGE_O365)), access_type=DELEGATE)
print(account.inbox.total_count)

#### py-smtplib-gmail-xoauth2
#: expected: oauth2/access-token/invalid oauth2/scope/insufficient oauth2/access-token/expired
#: made: an access token of yesterday is sent to Gmail's SMTP server; smtplib with debuglevel; stub that speaks as Gmail does
#: hosts: smtp.gmail.com
#: mail: 220 smtp.gmail.com ESMTP 5b1f17b1804b1-gsmtp;;ehlo|250-smtp.gmail.com at your service|250-SIZE 35882577|250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH|250 ENHANCEDSTATUSCODES;;auth|334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==;;|535-5.7.8 Username and Password not accepted. For more information, go to|535 5.7.8  https://support.google.com/mail/?p=BadCredentials 5b1f17b1804b1-gsmtp
#: tail: 22
import base64, smtplib, ssl
auth = "user=me@gmail.com\1auth=Bearer ya29.a0AfH6SMBx3fQw8\1\1"
server = smtplib.SMTP_SSL("smtp.gmail.com", 465, local_hostname="laptop")
server.set_debuglevel(1)
server.ehlo()
code, answer = server.docmd("AUTH", "XOAUTH2 " + base64.b64encode(auth.encode()).decode())
print(base64.b64decode(answer))
code, answer = server.docmd("")
raise smtplib.SMTPAuthenticationError(code, answer)

#### py-imaplib-office-xoauth2
#: expected: oauth2/access-token/invalid doctor/unexplained
#: made: the token was asked for Graph, not for outlook.office.com; imaplib; stub that speaks as Exchange Online does
#: hosts: outlook.office365.com
#: mail: * OK The Microsoft Exchange IMAP4 service is ready.;;capability|* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+|TAG OK CAPABILITY completed.;;authenticate|+ ;;dXNlcj|IPNH1 NO AUTHENTICATE failed.
#: replace: XMAIL =>
#: only: .
#<I'm switching our ticket importer from basic auth to OAuth2. Getting the token from Azure works (I see eyJ0eXAi...), but then:
#<
import imaplib, re
imaplib.Int2AP = lambda n: b"IPNH" if False else b"IPNH"
imap = imaplib.IMAP4_SSL("outlook.office365.com")
imap.tagpre = b"IPNH"; imap.tagnum = 1
imap.authenticate("XOAUTH2", lambda _: b"user=support@example.com\1auth=Bearer eyJ0eXAi\1\1")

#### py-kubernetes-unauthorized
#: expected: oauth2/resource/no-challenge oauth2/access-token/invalid
#: made: the ID token in the kubeconfig is over; kubernetes client; stub with the API server's answer
#: serve: GET https://k8s.example.com/api/v1/namespaces/default/pods 401
#+ Audit-Id: 0d1a1f3e-8df7-4a35-8ec9-20b2e9c8ed05
#+ Cache-Control: no-cache, private
#|{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}
#: tail: 8
from kubernetes import client
configuration = client.Configuration(host="https://k8s.example.com")
configuration.ssl_ca_cert = "/etc/ssl/certs/ca-certificates.crt"
configuration.api_key = {"authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}
print(client.CoreV1Api(client.ApiClient(configuration)).list_namespaced_pod("default"))

#### py-kubernetes-not-found
#: expected: none
#: healthy: yes
#: made: nothing of OAuth: a deployment of that name does not exist; kubernetes client; stub with the API server's answer
#: serve: GET https://k8s.example.com/apis/apps/v1/namespaces/shop/deployments/chekout 404
#|{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"deployments.apps \"chekout\" not found","reason":"NotFound","details":{"name":"chekout","group":"apps","kind":"deployments"},"code":404}
#: prefix: actions
from kubernetes import client
configuration = client.Configuration(host="https://k8s.example.com")
configuration.ssl_ca_cert = "/etc/ssl/certs/ca-certificates.crt"
configuration.api_key = {"authorization": "Bearer x"}
print(client.AppsV1Api(client.ApiClient(configuration)).read_namespaced_deployment("chekout", "shop"))

#### py-scrapy-fine
#: expected: none
#: healthy: yes
#: made: nothing is wrong: a crawl with a bearer token, whose log the user pastes whole; scrapy; stub
#: serve: GET https://api.example.com/v1/items 200
#|{"items":[{"id":1,"name":"Kettle"},{"id":2,"name":"Toaster"}]}
import scrapy
from scrapy.crawler import CrawlerProcess

class Items(scrapy.Spider):
    name = "items"

    async def start(self):
        yield scrapy.Request("https://api.example.com/v1/items", headers={"Authorization": "Bearer abc"})

    def parse(self, response):
        yield from response.json()["items"]

process = CrawlerProcess({"TELNETCONSOLE_ENABLED": False})
process.crawl(Items)
process.start()

#### py-pandas-unrelated
#: expected: none
#: healthy: yes
#: made: nothing of OAuth: the JSON has no such column; pandas.read_json with a token; stub
#: serve: GET https://api.example.com/v2/report 200
#|[{"day":"2026-11-20","amount":12.5}]
#: tail: 12
import pandas as pd
df = pd.read_json("https://api.example.com/v2/report", storage_options={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
print(df["date"])

#### py-authlib-httpx-fine
#: expected: none
#: healthy: yes
#: made: nothing is wrong: a token is fetched and refreshed; Authlib's httpx client with httpx's log; Authlib server
import logging, os
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
from authlib.integrations.httpx_client import OAuth2Client
client = OAuth2Client("post", "s+cret:%&", token_endpoint_auth_method="client_secret_post")
token = client.fetch_token(os.environ["AUTHLIB"] + "/token", grant_type="client_credentials")
logging.info("token of type %s for %s s", token["token_type"], token["expires_in"])
print(client.get(os.environ["AUTHLIB"] + "/api/me").text)

#### py-httplib2-key-as-secret
#: expected: oauth1/signature/identifier-as-secret
#: certain: oauth1/signature/identifier-as-secret
#: made: the consumer key was pasted twice, as key and as secret; httplib2 with oauthlib's signature; stub with Discogs' answer
#: serve: GET https://api.discogs.com/oauth/identity 401
#|{"message": "Invalid signature. Expected signature base string: %SBS%"}
#: known: {"consumer_secret": "mQvZrTnYpLxKcWbJdHgSfAeUiOoPqRtX", "token_secret": "pUvTnIeRwZkQhBxGsOmLdJyAfCtVnKuXwEaYbDcF"}
import httplib2, oauthlib.oauth1
httplib2.debuglevel = 1
client = oauthlib.oauth1.Client("WnfgdmGYxVbLNXkLJzQu", "WnfgdmGYxVbLNXkLJzQu", "KDqZbTiAcxvOlYyEjdQmRsTuVwXyZaBc", "pUvTnIeRwZkQhBxGsOmLdJyAfCtVnKuXwEaYbDcF")
uri, headers, _ = client.sign("https://api.discogs.com/oauth/identity")
response, body = httplib2.Http().request(uri, headers={**headers, "User-Agent": "shelf/0.3"})
print(response.status, body)

#### py-httplib2-quoted-secret
#: expected: oauth2/client-authentication/stray-characters
#: certain: oauth2/client-authentication/stray-characters
#: made: docker's --env-file keeps the quotes around the secret; httplib2 with debuglevel; Authlib server
#: known: {"client_id": "post", "client_secret": "s+cret:%&"}
#: secrets: s+cret:%&
import httplib2, os
from urllib.parse import urlencode
os.environ["CLIENT_SECRET"] = '"s+cret:%&"'
httplib2.debuglevel = 1
response, body = httplib2.Http().request(os.environ["AUTHLIB"] + "/token", "POST", headers={"Content-Type": "application/x-www-form-urlencoded"},
    body=urlencode({"grant_type": "client_credentials", "client_id": "post", "client_secret": os.environ["CLIENT_SECRET"]}))
print(body.decode())

#### py-niquests-consent
#: expected: oauth2/authorization/consent-missing
#: certain: oauth2/authorization/consent-missing
#: made: a scope was added to the code, and nobody consented to it; niquests; stub with Entra's answer
#: serve: POST https://login.microsoftonline.com/common/oauth2/v2.0/token 400
#|{"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented to use the application with ID '1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111' named 'Timesheets'. Send an interactive authorization request for this user and resource. Trace ID: 2f6b1d0e-5f2c-4d0b-9d35-95d1f0e52a00 Correlation ID: 0a4f5c7e-1d3b-4a68-8f7c-2f63e4b7d9a1 Timestamp: 2026-11-21 22:10:01Z","error_codes":[65001],"timestamp":"2026-11-21 22:10:01Z","suberror":"consent_required"}
#: replace: AADSTS65001: => AADSTS65001:
import json, logging
logging.basicConfig(format='{"ts":"%(asctime)s","level":"%(levelname)s","logger":"%(name)s","message":%(message)s}', level=logging.INFO)
import niquests
r = niquests.post("https://login.microsoftonline.com/common/oauth2/v2.0/token", data={"grant_type": "refresh_token", "client_id": "1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111", "refresh_token": "0.A", "scope": "Calendars.ReadWrite"})
if not r.ok:
    logging.getLogger("timesheets.graph").error(json.dumps("token refresh failed: %s %s" % (r.status_code, r.text)))

#### py-tornado-invalid-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: the scope is written read-api in place of read_api; tornado's access log of the callback; none (GitLab's words)
#: only: GET /oauth
import asyncio, logging
from tornado import httpclient, web, log
log.enable_pretty_logging()

class Callback(web.RequestHandler):
    def get(self):
        self.set_status(400)

async def main():
    web.Application([("/oauth_callback", Callback)]).listen(8765, "127.0.0.1")
    await httpclient.AsyncHTTPClient().fetch("http://127.0.0.1:8765/oauth_callback?error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.&state=eyJuZXh0IjoiIn0", raise_error=False)

asyncio.run(main())

#### py-tornado-unavailable
#: expected: oauth2/server/unavailable
#: made: the identity provider is being restarted; tornado's AsyncHTTPClient; stub that answers 503
#: serve: POST https://id.example.com/v1/token 503 text/html
#|<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>
#: prefix: compose hub-1
#: tail: 5
import asyncio
from tornado.httpclient import AsyncHTTPClient

async def main():
    await AsyncHTTPClient().fetch("https://id.example.com/v1/token", method="POST", ca_certs="/etc/ssl/certs/ca-certificates.crt", body="grant_type=client_credentials")

asyncio.run(main())
