What people do with curl. The expectations were written down before anything was explained.

#### curl-v-wrong-secret
#: made: a wrong secret; curl -v without the command line, so that no body is shown
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: secrets: not-the-secret-at-all
curl -v -u dev-client:not-the-secret-at-all -d grant_type=client_credentials "$T/oauth2/token"

#### curl-v-wrong-secret-typed
#: made: a wrong secret; with the command line
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: secrets: not-the-secret-at-all
typed 'curl -v -u dev-client:not-the-secret-at-all -d grant_type=client_credentials $T/oauth2/token'

#### curl-v-json
#: made: the token request is JSON; only the head shows
#: expected: oauth2/token-request/not-a-form
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret --json '{"grant_type":"client_credentials"}' "$T/oauth2/token"

#### curl-v-json-oidc-provider
#: made: the token request is JSON; another server
#: expected: oauth2/token-request/not-a-form
#: secrets: machine-secret
typed 'curl -v -H "Content-Type: application/json" -d "{\"grant_type\":\"client_credentials\",\"client_id\":\"machine\",\"client_secret\":\"machine-secret\"}" $OIDC/token'

#### curl-v-get-token
#: made: GET with everything in the query
#: expected: oauth2/token-request/not-post oauth2/token-request/not-a-form
#: secrets: dev-client-secret
curl -v "$T/oauth2/token?grant_type=client_credentials&client_id=dev-client&client_secret=dev-client-secret"

#### curl-v-query-post-authlib
#: made: POST with everything in the query
#: expected: oauth2/token-request/not-a-form
#: secrets: s%2Bcret%3A%25%26
curl -v -X POST "$AUTHLIB/token?grant_type=client_credentials&client_id=post&client_secret=s%2Bcret%3A%25%26"

#### curl-v-no-token
#: made: the API is called without a token
#: expected: oauth2/resource/no-token
curl -v "$T/api/me"

#### curl-v-no-token-authlib
#: made: the API is called without a token; another server
#: expected: oauth2/resource/no-token
curl -v "$AUTHLIB/api/me"

#### curl-v-empty-variable
#: made: the variable that should hold the token is not set
#: expected: oauth2/resource/authorization-malformed
curl -v -H "Authorization: Bearer $ACCES_TOKEN" "$T/api/me"

#### curl-v-no-scheme
#: made: the token stands in the header without Bearer
#: expected: oauth2/resource/authorization-malformed
TOKEN=$(tokens | member access_token)
curl -v -H "Authorization: $TOKEN" "$AUTHLIB/api/me"

#### curl-i-wrong-token
#: made: a token that was never issued; only the answer
#: expected: oauth2/access-token/invalid
curl -i -H "Authorization: Bearer 8f2c1f0b3d6a49d5a7e1b0c2d3e4f5a6" "$AUTHLIB/api/me"

#### curl-v-scope
#: made: the token may read, and userinfo wants openid
#: expected: oauth2/scope/insufficient
TOKEN=$(curl -s -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=read "$T/oauth2/token" | member access_token)
curl -v -H "Authorization: Bearer $TOKEN" "$T/oauth2/userinfo"

#### curl-v-wrong-path
#: made: /token where the endpoint is /oauth2/token
#: expected: oauth2/token-answer/wrong-url
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d grant_type=client_credentials "$T/token"

#### curl-v-password-grant
#: made: the password grant, which nobody offers
#: expected: oauth2/token-request/unsupported-grant-type
#: secrets: machine-secret hunter2-and-more
curl -v -d client_id=machine -d client_secret=machine-secret -d grant_type=password -d username=alice -d password=hunter2-and-more "$OIDC/token"

#### curl-v-basic-for-post
#: made: Basic where client_secret_post is registered; the body is not shown
#: expected: oauth2/client-authentication/wrong-method oauth2/client-authentication/refused
#: secrets: s+cret:%&
curl -v -u 'post:s+cret:%&' -d grant_type=client_credentials "$AUTHLIB/token"

#### curl-v-raw-basic
#: made: curl does not form-encode a secret with reserved characters
#: known: {"client_id": "confidential", "client_secret": "se cret:+%&~"}
#: expected: oauth2/client-authentication/basic-encoding
curl -v -u 'confidential:se cret:+%&~' -d grant_type=authorization_code -d code=Vd1rQk1cWmVw5qZJ8n0pT2xY -d redirect_uri=http://127.0.0.1:1/callback "$OIDC/token"

#### curl-redirect-slash-oidc-provider
#: made: a slash too many at the end of the redirect URI
#: known: {"redirect_uri": "http://127.0.0.1:1/callback"}
#: expected: oauth2/redirect-uri/mismatch
curl -v "$OIDC/auth?client_id=confidential&response_type=code&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback%2F"

#### curl-redirect-localhost
#: made: localhost where 127.0.0.1 is registered
#: expected: oauth2/redirect-uri/mismatch
curl -v "$T/oauth2/authorize?client_id=dev-public&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fcallback&scope=read&code_challenge=$(challenge $V)&code_challenge_method=S256"

#### curl-location-no-pkce
#: made: no code_challenge; nothing but the URL to which the browser was sent
#: expected: oauth2/pkce/required
curl -s -o /dev/null -w '%{redirect_url}\n' "$OIDC/auth?client_id=native&response_type=code&scope=openid&state=kjh23&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback"

#### curl-i-no-pkce-authlib
#: made: neither a challenge nor a verifier; another server, which says so when the code is redeemed, and its answer alone
#: expected: oauth2/pkce/required oauth2/pkce/verifier-missing
URL="$AUTHLIB/authorize?client_id=native&response_type=code&scope=read&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback"
CODE=$(allow "$URL" | sed 's/.*code=\([^&]*\).*/\1/')
curl -i -d client_id=native -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT "$AUTHLIB/token"

#### curl-trace-wrong-verifier
#: made: the verifier of another attempt; --trace-ascii shows the body
#: expected: oauth2/pkce/verification-failed oauth2/pkce/verifier-of-another-attempt
URL="$AUTHLIB/authorize?client_id=native&response_type=code&scope=read&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=$(challenge $V)&code_challenge_method=S256"
CODE=$(allow "$URL" | sed 's/.*code=\([^&]*\).*/\1/')
curl -s --trace-ascii - -d client_id=native -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT -d code_verifier=fffffffffffffffff0123456789aaaaaaaaaaaaaaaaaaaaa "$AUTHLIB/token"

#### curl-trace-code-twice
#: made: the code is redeemed twice, as a reload does
#: expected: oauth2/code/used-twice
CODE=$(code)
for _ in 1 2; do curl -s --trace-ascii - -d client_id=dev-public -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT -d code_verifier=$V "$T/oauth2/token"; done

#### curl-v-code-second-time
#: made: the code was redeemed before; curl -v of the second time alone
#: expected: oauth2/token-request/invalid-grant oauth2/code/expired-or-unknown oauth2/code/used-twice
CODE=$(code)
R="curl -v -d client_id=dev-public -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT -d code_verifier=$V $T/oauth2/token"
$R >/dev/null 2>&1; $R

#### curl-redirect-differs
#: made: authorization and token request have other ports in the redirect URI
#: expected: oauth2/redirect-uri/differs-in-token-request
URL=$(authorize_url)
curl -sv -o /dev/null "$URL" 2>&1 | tee got; CODE=$(sed -n 's/.*[?&]code=\([^&]*\).*/\1/p' got | head -1)
typed 'curl -sv -d client_id=dev-public -d grant_type=authorization_code -d code=$CODE -d redirect_uri=http://127.0.0.1:8080/callback -d code_verifier=$V $T/oauth2/token'

#### curl-v-no-verifier
#: made: code_verifier is forgotten; the command line shows what was sent
#: expected: oauth2/pkce/verifier-missing
CODE=$(code)
typed 'curl -v -d client_id=dev-public -d grant_type=authorization_code -d code=$CODE -d redirect_uri=http://127.0.0.1:8000/callback $T/oauth2/token'

#### curl-refresh-reused
#: made: the same refresh token twice
#: expected: oauth2/refresh/reused oauth2/refresh/rotated-token-not-kept
URL="$AUTHLIB/authorize?client_id=native&response_type=code&scope=read&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=$(challenge $V)&code_challenge_method=S256"
CODE=$(allow "$URL" | sed 's/.*code=\([^&]*\).*/\1/')
REFRESH=$(curl -s -d client_id=native -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT -d code_verifier=$V "$AUTHLIB/token" | sed 's/.*"refresh_token": "\([^"]*\)".*/\1/')
for _ in 1 2; do typed 'curl -s -i -d client_id=native -d grant_type=refresh_token -d refresh_token=$REFRESH $AUTHLIB/token'; echo; done

#### curl-i-refresh-unknown
#: made: a refresh token of another server; the answer alone
#: expected: oauth2/token-request/invalid-grant oauth2/refresh/refused
curl -i -d client_id=native -d grant_type=refresh_token -d refresh_token=AbCdEfGh1234567890IjKlMnOp "$AUTHLIB/token"

#### curl-v-carriage-return
#: made: the secret was read from a file with Windows line ends
#: expected: oauth2/client-authentication/stray-characters
#: secrets: dev-client-secret
SECRET=$(printf 'dev-client-secret\r\n')
curl -v -u "dev-client:$SECRET" -d grant_type=client_credentials "$T/oauth2/token"

#### header-basic-newline
#: made: echo without -n before base64; one header is all there is
#: expected: oauth2/client-authentication/stray-characters
#: secrets: dev-client-secret
echo "Authorization: Basic $(echo dev-client:dev-client-secret | base64)"

#### curl-v-swapped
#: made: id and secret in each other's place
#: known: {"client_id": "dev-client", "client_secret": "dev-client-secret"}
#: expected: oauth2/client-authentication/secrets-swapped
curl -v -u dev-client-secret:dev-client -d grant_type=client_credentials "$T/oauth2/token"

#### curl-v-single-quotes
#: made: single quotes keep the shell from filling the variables in
#: expected: oauth2/request/placeholder
curl -v -u '${CLIENT_ID}:${CLIENT_SECRET}' -d grant_type=client_credentials "$T/oauth2/token"

#### curl-typed-two-methods
#: made: Basic and the body both hold the credentials
#: expected: oauth2/client-authentication/two-methods
#: secrets: machine-secret
typed 'curl -v -u machine:machine-secret -d client_id=machine -d client_secret=machine-secret -d grant_type=client_credentials $OIDC/token'

#### curl-i-device-pending
#: made: polling before the user is done; the answer alone
#: expected: oauth2/device/authorization-pending
DEVICE=$(curl -s -d client_id=native -d scope=openid "$OIDC/device/auth" | member device_code)
curl -i -d client_id=native -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d device_code=$DEVICE "$OIDC/token"

#### curl-v-scope-unknown
#: made: a scope that does not exist
#: expected: oauth2/scope/invalid
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=reed "$T/oauth2/token"

#### curl-v-grant-not-allowed
#: made: the client is not registered for this grant
#: expected: oauth2/client/unauthorized
#: secrets: machine-secret
curl -v -d client_id=machine -d client_secret=machine-secret -d grant_type=refresh_token -d refresh_token=AbCdEfGh1234567890IjKlMnOp "$OIDC/token"

#### curl-v-id-token
#: made: the ID token is sent to the API
#: expected: oauth2/access-token/id-token-sent
TOKEN=$(tokens | member id_token)
curl -v -H "Authorization: Bearer $TOKEN" "$T/api/me"

#### curl-v-revoked
#: made: the token is revoked, and used; both are shown
#: expected: oauth2/access-token/revoked oauth2/access-token/invalid
#: secrets: dev-client-secret
TOKEN=$(curl -s -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=read "$T/oauth2/token" | member access_token)
typed 'curl -s -i -u dev-client:dev-client-secret -d token=$TOKEN $T/oauth2/revoke'
typed 'curl -s -i -H "Authorization: Bearer $TOKEN" $T/api/me'

#### curl-v-expired-authlib
#: made: a token that lives three seconds is used after four; the server says "expired, revoked, malformed, or …"
#: expected: oauth2/access-token/invalid oauth2/access-token/expired
URL="$AUTHLIB/authorize?client_id=short-lived&response_type=code&scope=read&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=$(challenge $V)&code_challenge_method=S256"
CODE=$(allow "$URL" | sed 's/.*code=\([^&]*\).*/\1/')
TOKEN=$(curl -s -d client_id=short-lived -d grant_type=authorization_code -d code=$CODE -d redirect_uri=$NEXT -d code_verifier=$V "$AUTHLIB/token" | sed 's/.*"access_token": "\([^"]*\)".*/\1/')
sleep 4
curl -v -H "Authorization: Bearer $TOKEN" "$AUTHLIB/api/me"

#### curl-L-header-lost
#: made: a redirect to another host, at which curl drops the header
#: expected: oauth2/resource/authorization-lost-on-redirect
TOKEN=$(tokens | member access_token)
curl -v -L -H "Authorization: Bearer $TOKEN" "$FRONT/api/me"

#### curl-oauth1-header-unquoted
#: made: the header has neither quotes nor commas
#: expected: oauth1/request/header-malformed oauth1/request/no-authentication-data oauth1/request/parameter-missing
curl -v -H "Authorization: OAuth oauth_consumer_key=dev-consumer&oauth_token=&oauth_signature_method=PLAINTEXT&oauth_signature=dev-consumer-secret%26&oauth_timestamp=$(date +%s)&oauth_nonce=a1b2c3" -X POST "$T/oauth1/request_token"

#### curl-token-html
#: made: the token URL is that of a page for people
#: expected: oauth2/token-answer/not-json oauth2/token-answer/wrong-url oauth2/token-request/not-post
#: secrets: dev-client-secret
typed 'curl -s -i -L -u dev-client:dev-client-secret -d grant_type=client_credentials $T/device'

#### url-authorize-comma-scopes
#: made: the scopes are joined by commas; the answer is the error in the callback
#: expected: oauth2/scope/invalid
curl -s -o /dev/null -w '%{redirect_url}\n' "$T/oauth2/authorize?client_id=dev-public&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=openid,read&state=af0ifjsldkj&code_challenge=$(challenge $V)&code_challenge_method=S256"

#### curl-v-response-type-token
#: made: the implicit flow, which is not offered
#: expected: oauth2/authorization/unsupported-response-type
curl -v "$T/oauth2/authorize?client_id=dev-public&response_type=token&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=read&state=1"

#### curl-v-fine-client-credentials
#: made: nothing; a token is issued
#: healthy: yes
#: expected: none
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=read "$T/oauth2/token"

#### curl-v-fine-api
#: made: nothing; the API answers
#: healthy: yes
#: expected: none
TOKEN=$(tokens | member access_token)
curl -v -H "Authorization: Bearer $TOKEN" "$T/api/me"

#### curl-v-fine-device
#: made: nothing; a device gets its codes
#: healthy: yes
#: expected: none
typed 'curl -v -d client_id=native -d scope=openid $OIDC/device/auth'

#### curl-v-fine-callback
#: made: nothing; the user is sent back with a code
#: healthy: yes
#: expected: none
curl -v "$(authorize_url)"

#### url-fine-authorize
#: made: nothing; an authorization URL
#: healthy: yes
#: expected: none
authorize_url dev-public openid%20read

#### curl-v-refused-connection
#: made: no server there
#: healthy: yes
#: expected: none oauth2/server/unavailable network/refused
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d grant_type=client_credentials http://127.0.0.1:9/oauth2/token

#### curl-v-not-tls
#: made: https towards a port that speaks http
#: healthy: yes
#: expected: none network/tls
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d grant_type=client_credentials "${T/http:/https:}/oauth2/token"

#### curl-v-no-discovery
#: made: discovery of OpenID at a server that knows RFC 8414 alone; the catalogue has no code for it
#: healthy: yes
#: expected: none
curl -v "$AUTHLIB/.well-known/openid-configuration"

#### curl-v-head-alone
#: made: the answer's body went to a file: the 400 says no word
#: healthy: yes
#: expected: none oauth2/token-request/failed
curl -v -s -o /dev/null -d client_id=native -d grant_type=refresh_token -d refresh_token=AbCdEfGh1234567890IjKlMnOp "$AUTHLIB/token"

#### curl-v-introspect-inactive
#: made: a token is asked about and is not active; asking was right, and why it is over is not said
#: healthy: yes
#: expected: none oauth2/access-token/invalid oauth2/access-token/expired
#: secrets: dev-client-secret
curl -v -u dev-client:dev-client-secret -d token=AbCdEfGh1234567890IjKlMnOp "$T/oauth2/introspect"
