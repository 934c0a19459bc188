#### httpie-json-token
#: expected: oauth2/token-request/not-a-form
#: certain: oauth2/token-request/not-a-form
#: made: HTTPie sends JSON by default; http -v; Keycloak's answer
#: serve: POST https://sso.acme.example/realms/acme/protocol/openid-connect/token 400
#+ Cache-Control: no-store
#|{"error":"invalid_request","error_description":"Missing form parameter: grant_type"}
echo '$ http -v POST https://sso.acme.example/realms/acme/protocol/openid-connect/token grant_type=client_credentials client_id=exporter client_secret=XXXXX'
http --ignore-stdin -v --pretty=format POST https://sso.acme.example/realms/acme/protocol/openid-connect/token grant_type=client_credentials client_id=exporter client_secret=XXXXX
#### httpie-follow-header-lost
#: expected: oauth2/resource/authorization-lost-on-redirect
#: certain: oauth2/resource/authorization-lost-on-redirect
#: made: the API redirects to another host, and HTTPie does not take the header along; http --follow --all -v with colours; an API's answer
#: serve: GET https://www.acme-ledger.example/api/v1/accounts 301 text/html
#+ Location: https://api.acme-ledger.example/api/v1/accounts
#: serve: GET https://api.acme-ledger.example/api/v1/accounts 401
#|{"detail":"Authentication credentials were not provided."}
http --ignore-stdin --follow --all -v --pretty=all --style=auto -A bearer -a 3f9c0b7e1d2a4c5f8e6b https://www.acme-ledger.example/api/v1/accounts
#### httpie-auth0-grant
#: expected: oauth2/client/unauthorized
#: certain: oauth2/client/unauthorized
#: made: the application is a single-page one, without client credentials; http with headers; Auth0's answer
#: serve: POST https://acme.eu.auth0.com/oauth/token 403
#+ cache-control: no-store
#+ x-auth0-requestid: 3f1c0b9e7d
#|{"error":"unauthorized_client","error_description":"Grant type 'client_credentials' not allowed for the client.","error_uri":"https://auth0.com/docs/clients/client-grant-types"}
http --ignore-stdin --pretty=format --print=hb POST https://acme.eu.auth0.com/oauth/token grant_type=client_credentials client_id=q8fij2iug0CmgPLfTfG1tZGdTQyGaTUA client_secret=x audience=https://api.acme.example/
#### w3m-keycloak-page
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: https became http behind a proxy; the authorization page by w3m, below its address; Keycloak's page
#: serve: GET https://sso.acme.example/realms/acme/protocol/openid-connect/auth 400 text/html; charset=utf-8
#|<!DOCTYPE html><html><head><title>Sign in to acme</title></head><body><div id="kc-header">ACME</div><h1 id="kc-page-title">We are sorry...</h1><div id="kc-error-message"><p class="instruction">Invalid parameter: redirect_uri</p></div></body></html>
url='https://sso.acme.example/realms/acme/protocol/openid-connect/auth?client_id=grafana&redirect_uri=http%3A%2F%2Fgrafana.acme.example%2Flogin%2Fgeneric_oauth&response_type=code&scope=openid+email+profile&state=9yqZ0'
echo "$url"; echo
w3m -dump "$url"
#### w3m-google-mismatch
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: the redirect URI has another port than the registered one; Google's page by w3m, in a question
#: serve: GET https://accounts.google.com/signin/oauth/error/v2 200 text/html; charset=utf-8
#|<html><head><title>Error 400: redirect_uri_mismatch</title></head><body><h1>Access blocked: This app's request is invalid</h1><p>me@gmail.com</p><p>You can't sign in because this app sent an invalid request. You can try again later, or contact the <a href="#">developer</a> about this issue. <a href="#">Learn more about this error</a></p><p>If you are a developer of this app, see <a href="#">error details</a>.</p><p>Error 400: redirect_uri_mismatch</p><hr><p>You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy.</p><p>If you're the app developer, register the redirect URI in the Google Cloud Console.</p><p>Request details: redirect_uri=http://localhost:8501/oauth2callback flowName=GeneralOAuthFlow</p></body></html>
#<I get this page when I click "Sign in with Google" in my Streamlit app:
#<
#>
#>Is my app not verified, or what does it mean?
w3m -dump -cols 100 'https://accounts.google.com/signin/oauth/error/v2?authError=ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2g'
#### wget-insufficient-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the token may read, and the call wants more; wget -S; Okta's answer
#: serve: GET https://acme.okta.com/api/v1/users 403
#+ WWW-Authenticate: Bearer authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.users.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/users"
#+ x-okta-request-id: ZsPq0c
#|{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorLink":"E0000006","errorId":"oaeN0","errorCauses":[]}
wget -S -O - --header "Authorization: Bearer eyJ" 'https://acme.okta.com/api/v1/users?limit=25'
#### wget-empty-variable
#: expected: oauth2/resource/authorization-malformed oauth2/resource/no-token oauth2/request/placeholder
#: certain: oauth2/resource/authorization-malformed oauth2/resource/no-token
#: made: the variable with the token is not set; wget --debug; an API's answer
#: serve: GET https://api.fleet.example/v3/vehicles 401
#|{"status":401,"message":"Unauthorized"}
wget --debug -O vehicles.json --header "Authorization: Bearer $FLEET_TOKEN" https://api.fleet.example/v3/vehicles
#### wget-too-many
#: expected: oauth2/server/too-many-requests
#: certain: oauth2/server/too-many-requests
#: made: a loop asks for a token before every call; wget -S; a stub as Spotify
#: serve: POST https://accounts.spotify.com/api/token 429 text/plain
#+ retry-after: 38
#|Too many requests
wget -S -O token.json --header "Authorization: Basic Y2xpZW50OnNlY3JldA==" --post-data grant_type=client_credentials https://accounts.spotify.com/api/token
#### wget-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; wget -S calls an API with a token; the server that Authlib makes of Flask
code=$(curl -s -o /dev/null -w '%{redirect_url}' -d decision=allow "$AUTHLIB/authorize?client_id=native&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&state=s&code_challenge=$(challenge $V)&code_challenge_method=S256" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
token=$(curl -s "$AUTHLIB/token" -d grant_type=authorization_code -d client_id=native -d redirect_uri=$NEXT -d code=$code -d code_verifier=$V | sed 's/.*"access_token": "\([^"]*\)".*/\1/')
wget -S -O - --header "Authorization: Bearer $token" "$AUTHLIB/api/me"
#### httpie-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; HTTPie as a form, -v with colours; Tripod
http --ignore-stdin -v --form --pretty=all --style=auto -a dev-client:dev-client-secret POST $T/oauth2/token grant_type=client_credentials scope=read
#### curl-basic-wrapped
#: expected: oauth2/client-authentication/basic-malformed
#: certain: oauth2/client-authentication/basic-malformed
#: made: base64 breaks its output into lines of 76 characters; curl -v; nginx' answer
#: secrets: SXg0T3k2QWs4TXoxQnEzVHY1UGo3Tmw5UmM=
#: known: {"client_secret": "p0vK2xYb7Qm9Zt4Lr6Wn1Hs8Jd3Fg5Ca0Eu2Ix4Oy6Ak8Mz1Bq3Tv5Pj7Nl9Rc"}
#: serve: POST https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer 400 text/html
#|<html><head><title>400 Bad Request</title></head><body><center><h1>400 Bad Request</h1></center><hr><center>nginx</center></body></html>
#: only: ^(>|<|\w|\$)
typed 'curl -sv https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer -H "Authorization: Basic $(echo -n ABqk3Lx9rTz0PmVw7cYn:p0vK2xYb7Qm9Zt4Lr6Wn1Hs8Jd3Fg5Ca0Eu2Ix4Oy6Ak8Mz1Bq3Tv5Pj7Nl9Rc | base64)" -d grant_type=refresh_token -d refresh_token=RT1-41-H0-1773214567mxq2w' 2>&1 | cat
#### curl-cognito-no-secret
#: expected: oauth2/client-authentication/missing oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the app client has a secret, and none is sent; the command and its answer; Cognito's answer
#: serve: POST https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token 400
#|{"error":"invalid_client"}
typed 'curl -s https://acme.auth.eu-central-1.amazoncognito.com/oauth2/token -d grant_type=authorization_code -d client_id=3n4b5urk1ft4fl3mg5e62d9ado -d redirect_uri=https://app.acme.example/cb -d code=AUTHORIZATION_CODE_REMOVED'
#### curl-x-no-verifier
#: expected: oauth2/pkce/verifier-missing
#: certain: oauth2/pkce/verifier-missing
#: made: code_verifier is left out; curl -i; X's answer
#: serve: POST https://api.x.com/2/oauth2/token 400 application/json;charset=utf-8
#+ x-transaction-id: 3f1c0b9e7d2a
#|{"error":"invalid_request","error_description":"Missing required parameter [code_verifier]."}
curl -s -i https://api.x.com/2/oauth2/token -d grant_type=authorization_code -d client_id=x -d redirect_uri=http://127.0.0.1 -d code=x
#### curl-challenge-hex
#: expected: oauth2/pkce/challenge-malformed
#: certain: oauth2/pkce/challenge-malformed
#: made: the challenge is made of the digest in hexadecimal; the URL, the callback and the command, typed by hand; the server that Authlib makes of Flask
bad=$(printf %s "$V" | sha256sum | cut -d' ' -f1 | tr -d '\n' | base64 -w0 | tr '+/' '-_' | tr -d '=')
url="$AUTHLIB/authorize?client_id=native&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&state=s&code_challenge=$bad&code_challenge_method=S256"
back=$(curl -s -o /dev/null -w '%{redirect_url}' -d decision=allow "$url")
code=$(echo "$back" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
echo "1. open in browser: $url"
echo "2. redirected to: $back"
typed 'curl -s $AUTHLIB/token -d grant_type=authorization_code -d client_id=native -d redirect_uri=$NEXT -d code=$code -d code_verifier=$V'
#### curl-body-slack-revoked
#: expected: oauth2/access-token/revoked
#: certain: oauth2/access-token/revoked
#: made: the workspace removed the app; curl --oauth2-bearer, the body alone; Slack's answer
#: serve: POST https://slack.com/api/chat.postMessage 200 application/json; charset=utf-8
#|{"ok":false,"error":"token_revoked"}
curl -s --oauth2-bearer xoxb-1 https://slack.com/api/chat.postMessage -d channel=C1 -d text=hi
#### curl-body-google-api-off
#: expected: oauth2/resource/forbidden
#: certain: oauth2/resource/forbidden
#: made: the Drive API is not enabled in the project; curl --oauth2-bearer, the body alone; Google's answer
#: serve: GET https://www.googleapis.com/drive/v3/files 403 application/json; charset=UTF-8
#|{
#|  "error": {
#|    "code": 403,
#|    "message": "Google Drive API has not been used in project 407408718192 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=407408718192 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
#|    "errors": [
#|      {
#|        "message": "Google Drive API has not been used in project 407408718192 before or it is disabled.",
#|        "domain": "usageLimits",
#|        "reason": "accessNotConfigured",
#|        "extendedHelp": "https://console.developers.google.com"
#|      }
#|    ],
#|    "status": "PERMISSION_DENIED"
#|  }
#|}
curl -s --oauth2-bearer ya29.1 https://www.googleapis.com/drive/v3/files
#### curl-body-salesforce-session
#: expected: oauth2/access-token/expired oauth2/access-token/invalid
#: made: the session of the access token is over; curl --oauth2-bearer, the body alone; Salesforce's answer
#: serve: GET https://acme.my.salesforce.com/services/data/v59.0/query 401 application/json;charset=UTF-8
#|[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]
curl -s --oauth2-bearer '00D5g!AQ' 'https://acme.my.salesforce.com/services/data/v59.0/query?q=SELECT+Id+FROM+Account'
#### curl-body-hubspot-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the code was cut by a copy; curl, the body alone; HubSpot's answer
#: serve: POST https://api.hubapi.com/oauth/v1/token 400 application/json;charset=utf-8
#|{"status":"BAD_AUTH_CODE","message":"missing or unknown auth code","correlationId":"8c1f0b4e-62ad-4e0b-a1d5-2b9e7c6f3d10"}
curl -s https://api.hubapi.com/oauth/v1/token -d grant_type=authorization_code -d code=x
#### curl-body-dropbox-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: a short-lived access token of yesterday; curl --oauth2-bearer, the body alone; Dropbox' answer
#: serve: POST https://api.dropboxapi.com/2/files/list_folder 401
#|{"error_summary": "expired_access_token/...", "error": {".tag": "expired_access_token"}}
curl -s --oauth2-bearer sl.1 https://api.dropboxapi.com/2/files/list_folder -H 'Content-Type: application/json' -d '{"path":""}'
#### curl-atlassian-refresh
#: expected: oauth2/refresh/refused oauth2/refresh/expired
#: certain: oauth2/refresh/refused
#: made: the rotating refresh token was not used for ninety days; the command with blanked values and its answer; Atlassian's answer
#: serve: POST https://auth.atlassian.com/oauth/token 403
#|{"error":"unauthorized_client","error_description":"refresh_token is invalid"}
echo "curl -X POST https://auth.atlassian.com/oauth/token -H 'Content-Type: application/json' -d '{\"grant_type\":\"refresh_token\",\"client_id\":\"***\",\"client_secret\":\"***\",\"refresh_token\":\"***\"}'"
curl -s -X POST https://auth.atlassian.com/oauth/token -H 'Content-Type: application/json' -d '{"grant_type":"refresh_token"}'
#### curl-azure-login-tenant
#: expected: oauth2/entra/tenant
#: certain: oauth2/entra/tenant
#: made: the app is registered in another tenant; curl in a GitHub workflow's step; Entra's answer
#: prefix: actions
#: serve: POST https://login.microsoftonline.com/5d1c0f9e-7b2a-4c3d-8e4f-0a1b2c3d4e5f/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier '2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214' was not found in the directory 'Contoso GmbH'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant. Trace ID: 1f0c Correlation ID: 9b2e Timestamp: 2026-11-21 20:31:44Z","error_codes":[700016],"timestamp":"2026-11-21 20:31:44Z"}
echo '##[group]Run TOKEN=$(curl -fsS --fail-with-body "https://login.microsoftonline.com/$TENANT/oauth2/v2.0/token" -d grant_type=client_credentials -d client_id=$APP -d client_secret=*** -d scope=https://management.azure.com/.default)'
echo 'shell: /usr/bin/bash -e {0}'; echo '##[endgroup]'
curl -sS --fail-with-body https://login.microsoftonline.com/5d1c0f9e-7b2a-4c3d-8e4f-0a1b2c3d4e5f/oauth2/v2.0/token -d grant_type=client_credentials
echo; echo '##[error]Process completed with exit code 22.'
#### curl-device-disabled
#: expected: oauth2/client/unauthorized
#: certain: oauth2/client/unauthorized
#: made: the device flow is not enabled for the app; curl; GitHub's answer
#: serve: POST https://github.com/login/device/code 400 application/json; charset=utf-8
#|{"error":"device_flow_disabled","error_description":"Device Flow must be explicitly enabled for this App","error_uri":"https://docs.github.com"}
typed 'curl -s -H "Accept: application/json" https://github.com/login/device/code -d client_id=Iv1.8a61f9b3a7aba766 -d scope=repo'
#### newman-variable
#: expected: oauth2/request/placeholder
#: certain: oauth2/request/placeholder
#: made: the environment with the variable was not chosen; newman --verbose, whose console shows the request; an API's answer
#: serve: GET https://api.acme.example/v1/orders 401
#+ WWW-Authenticate: Bearer error="invalid_token", error_description="The access token is malformed"
#|{"error":"invalid_token","error_description":"The access token is malformed"}
cat > orders.json <<'END'
{"info":{"name":"Orders","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"List orders","request":{"method":"GET","header":[{"key":"Authorization","value":"Bearer {{access_token}}"}],"url":"https://api.acme.example/v1/orders"},
"event":[{"listen":"test","script":{"exec":["console.log(pm.request.headers.toObject()); console.log(pm.response.code, pm.response.text()); pm.test('status is 200', () => pm.response.to.have.status(200))"]}}]}]}
END
newman run orders.json --color off --disable-unicode
#### newman-doorkeeper-client
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the secret of another environment; newman with colours; Doorkeeper's answer (GitLab)
#: serve: POST https://gitlab.acme.example/oauth/token 401 application/json; charset=utf-8
#+ WWW-Authenticate: Bearer realm="Doorkeeper", error="invalid_client", error_description="Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
#|{"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."}
cat > token.json <<'END'
{"info":{"name":"GitLab","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"Token","request":{"method":"POST","body":{"mode":"urlencoded","urlencoded":[{"key":"grant_type","value":"authorization_code"},{"key":"client_id","value":"6f1e"},{"key":"client_secret","value":"gloas"},{"key":"code","value":"b7"}]},"url":"https://gitlab.acme.example/oauth/token"},
"event":[{"listen":"test","script":{"exec":["const answer = pm.response.json(); console.log(answer); pm.test('got a token', () => pm.expect(answer).to.have.property('access_token'))"]}}]}]}
END
newman run token.json --color on
#### newman-oauth1-old-stamp
#: expected: oauth1/timestamp/refused
#: certain: oauth1/timestamp/refused
#: made: the timestamp of the documentation's example is filled in by hand; Postman's OAuth 1 helper in newman, its console; FatSecret's answer
#: serve: GET https://platform.fatsecret.com/rest/server.api 200 text/xml; charset=utf-8
#|<?xml version="1.0" encoding="utf-8" ?>
#|<error xmlns="http://platform.fatsecret.com/api/1.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://platform.fatsecret.com/api/1.0/ http://platform.fatsecret.com/api/1.0/fatsecret.xsd">
#|  <code>6</code>
#|  <message>Invalid/expired timestamp: %TS%</message>
#|</error>
cat > food.json <<'END'
{"info":{"name":"FatSecret","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"foods.search","request":{"method":"GET","auth":{"type":"oauth1","oauth1":[{"key":"consumerKey","value":"4c1f0b9e7d2a4b8c9e6f5a3d2c1b0f8e"},{"key":"consumerSecret","value":"s"},{"key":"signatureMethod","value":"HMAC-SHA1"},{"key":"timestamp","value":"1245126631"},{"key":"nonce","value":"abc"},{"key":"version","value":"1.0"},{"key":"addParamsToHeader","value":true}]},"url":"https://platform.fatsecret.com/rest/server.api?method=foods.search&search_expression=toast"},
"event":[{"listen":"test","script":{"exec":["console.log(pm.request.headers.get('Authorization')); console.log(pm.response.text())"]}}]}]}
END
newman run food.json --color off --disable-unicode
#### newman-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; newman asks for a token and calls an API; Tripod
cat > fine.json <<END
{"info":{"name":"Fine","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"Token","request":{"method":"POST","auth":{"type":"basic","basic":[{"key":"username","value":"dev-client"},{"key":"password","value":"dev-client-secret"}]},"body":{"mode":"urlencoded","urlencoded":[{"key":"grant_type","value":"client_credentials"},{"key":"scope","value":"read"}]},"url":"$T/oauth2/token"},
"event":[{"listen":"test","script":{"exec":["pm.collectionVariables.set('t', pm.response.json().access_token); pm.test('200', () => pm.response.to.have.status(200))"]}}]},
{"name":"Echo","request":{"method":"GET","auth":{"type":"bearer","bearer":[{"key":"token","value":"{{t}}"}]},"url":"$T/api/echo"},"event":[{"listen":"test","script":{"exec":["pm.test('200', () => pm.response.to.have.status(200))"]}}]}]}
END
newman run fine.json --color off
#### newman-assertion-alone
#: expected: none
#: healthy: true
#: made: a test of an API fails for its content; newman, the failures' table alone; a stub
#: serve: GET https://api.acme.example/v1/orders/17 200
#|{"id":17,"state":"shipped"}
#: tail: 12
cat > order.json <<'END'
{"info":{"name":"Orders (OAuth2)","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[{"name":"Order 17","request":{"method":"GET","auth":{"type":"bearer","bearer":[{"key":"token","value":"eyJx"}]},"url":"https://api.acme.example/v1/orders/17"},
"event":[{"listen":"test","script":{"exec":["pm.test('is open', () => pm.expect(pm.response.json().state).to.eql('open'))"]}}]}]}
END
newman run order.json --color off --disable-unicode
#### curl-fine-discovery
#: expected: none
#: healthy: true
#: made: nothing is wrong; curl -i of the metadata; Tripod
curl -s -i $T/.well-known/openid-configuration
#### curl-fine-introspection
#: expected: none
#: healthy: true
#: secrets: dev-client-secret
#: made: nothing is wrong; curl asks whether a token is active, and it is; Tripod
token=$(curl -s -u dev-client:dev-client-secret $T/oauth2/token -d grant_type=client_credentials -d scope=read | member access_token)
typed 'curl -s -u dev-client:dev-client-secret $T/oauth2/introspect -d token=$token'
#### httpie-tripod-scope-commas
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: scopes are separated by commas; HTTPie as a form, -v; Tripod
http --ignore-stdin -v --form --pretty=format -a dev-client:dev-client-secret POST $T/oauth2/token grant_type=client_credentials scope=read,write
#### wget-tripod-get
#: expected: oauth2/token-request/not-post
#: certain: oauth2/token-request/not-post
#: secrets: dev-client-secret
#: made: parameters are put into the URL, and GET asks for a token; wget -S; Tripod
wget -S -O - "$T/oauth2/token?grant_type=client_credentials&client_id=dev-client&client_secret=dev-client-secret"
#### curl-tripod-wrong-redirect
#: expected: oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/differs-in-token-request
#: made: the token request has localhost for 127.0.0.1; curl in a script with set -x; Tripod
code=$(code)
curl() { command curl "$@"; }
( PS4='+ '; set -x; command curl -s "$T/oauth2/token" -d grant_type=authorization_code -d client_id=dev-public -d redirect_uri=http://localhost:8000/callback -d "code=$code" -d code_verifier=$V ) 2>&1
#### httpie-entra-secret-id
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: the id of the secret was copied in place of its value; HTTPie as a form; Entra's answer
#: serve: POST https://login.microsoftonline.com/8d1c7a54-0c0e-4f7e-9b41-5f0c2b1de7a3/oauth2/v2.0/token 401 application/json; charset=utf-8
#+ x-ms-request-id: 4f1c2a90-6b7d-4f0e-8a35-9d2c1e7b3a00
#|{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214'. Trace ID: 4f1c2a90-6b7d-4f0e-8a35-9d2c1e7b3a00 Correlation ID: 0b9e1d7c-2f4a-46c8-b0a1-77d5c3e9f812 Timestamp: 2026-11-21 20:14:03Z","error_codes":[7000215],"timestamp":"2026-11-21 20:14:03Z","error_uri":"https://login.microsoftonline.com/error?code=7000215"}
http --ignore-stdin --form --pretty=format --print=Bhb POST https://login.microsoftonline.com/8d1c7a54-0c0e-4f7e-9b41-5f0c2b1de7a3/oauth2/v2.0/token grant_type=client_credentials client_id=2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214 client_secret=c1d2e3f4-5a6b-4c7d-8e9f-0a1b2c3d4e5f scope=https://graph.microsoft.com/.default
#### w3m-google-unknown-client
#: expected: oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/unknown-client
#: made: the client was deleted in the console; Google's page by w3m
#: serve: GET https://accounts.google.com/signin/oauth/error/v2 200 text/html; charset=utf-8
#|<html><head><title>Error 401: invalid_client</title></head><body><h1>Access blocked: Authorization Error</h1><p>me@gmail.com</p><p>The OAuth client was not found.</p><p>If you are a developer of this app, see <a href="#">error details</a>.</p><p>Error 401: invalid_client</p></body></html>
w3m -dump -cols 100 'https://accounts.google.com/signin/oauth/error/v2?authError=Cg5pbnZhbGlkX2NsaWVudA'
