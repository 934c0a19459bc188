#### curl-stripe-code-twice
#: expected: oauth2/code/used-twice
#: certain: oauth2/code/used-twice
#: made: the callback page was reloaded; curl --fail-with-body; stub with Stripe's answer
#: serve: POST https://connect.stripe.com/oauth/token 400
#|{
#|  "error": "invalid_grant",
#|  "error_description": "This authorization code has already been used. All tokens issued with this code have been revoked."
#|}
echo '$ curl --fail-with-body -sS https://connect.stripe.com/oauth/token -d client_secret=$STRIPE_KEY -d code=$CODE -d grant_type=authorization_code'
curl --fail-with-body -sS https://connect.stripe.com/oauth/token -d client_secret=sk_test_x -d code=ac_123 -d grant_type=authorization_code 2>&1

#### git-github-token-gone
#: expected: oauth2/access-token/invalid
#: made: the token in the remote's URL has expired; git over https; stub with GitHub's answer
#: serve: GET https://github.com/acme/shop.git/info/refs 401 text/plain
#+ WWW-Authenticate: Basic realm="GitHub"
#|Invalid username or token. Password authentication is not supported for Git operations.
#: prefix: actions
echo 'Run git push "https://x-access-token:***@github.com/acme/shop.git" HEAD:main'
git init -q . 2>/dev/null; GIT_TERMINAL_PROMPT=0 git ls-remote "https://x-access-token:ghs_16C7e42F292c6912E7710c838347Ae178B4a@github.com/acme/shop.git"
echo '##[error]Process completed with exit code 128.'

#### git-push-workflow-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the OAuth token has repo alone, and the push touches a workflow; git push; stub that speaks as GitHub does
#: serve: GET https://github.com/acme/shop.git/info/refs 200 application/x-git-receive-pack-advertisement
#|%PKT{# service=git-receive-pack}0000%PKT{0000000000000000000000000000000000000000 capabilities^{}%NUL%report-status object-format=sha1}0000
#: serve: POST https://github.com/acme/shop.git/git-receive-pack 200 application/x-git-receive-pack-result
#|%PKT{unpack ok}%PKT{ng refs/heads/main refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope}0000
rm -rf shop; git init -q -b main shop; cd shop; git -c user.name=me -c user.email=me@example.com commit -q --allow-empty -m ci
echo '$ git push origin main'
git push https://x:y@github.com/acme/shop.git main

#### gh-needs-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: gh's token lacks admin:org; gh api; stub with GitHub's answer and headers
#: serve: GET https://api.github.com/orgs/acme/actions/runners 403
#+ X-OAuth-Scopes: gist, read:org, repo
#+ X-Accepted-OAuth-Scopes: admin:org
#|{"message":"Must have admin rights to Repository.","documentation_url":"https://docs.github.com/rest/reference/actions"}
echo '$ gh api /orgs/acme/actions/runners'
GH_TOKEN=gho_16C7e42F292c6912E7710c838347Ae178B4a gh api /orgs/acme/actions/runners

#### rclone-dropbox-revoked
#: expected: oauth2/refresh/revoked
#: certain: oauth2/refresh/revoked
#: made: the user unlinked rclone in Dropbox; rclone; stub with Dropbox's answer
#: serve: POST https://api.dropboxapi.com/1/oauth2/token 400
#|{"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"}
#: serve: POST https://api.dropboxapi.com/oauth2/token 400
#|{"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"}
mkdir -p .config; printf '[box]\ntype = dropbox\ntoken = {"access_token":"sl.B","token_type":"bearer","refresh_token":"Xy12","expiry":"2024-01-01T00:00:00Z"}\n' > rclone.conf
rclone --config rclone.conf --retries 1 --low-level-retries 1 lsd box: 2>&1

#### lynx-intuit-redirect
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: localhost is registered under the keys of development alone; lynx shows the page; stub with Intuit's page
#: serve: GET https://appcenter.intuit.com/connect/oauth2 400 text/html
#|<html><head><title>Intuit</title></head><body><h2>Sorry, but &quot;Books Sync&quot; didn't connect</h2><p>Something's not quite right. Please contact the app's developer.</p><hr><p>App developer: The redirect_uri query parameter value is invalid. Make sure it is listed in the Redirect URIs section on your app's keys tab and matches exactly.</p></body></html>
lynx -dump -nolist 'https://appcenter.intuit.com/connect/oauth2?client_id=ABxYz&scope=com.intuit.quickbooks.accounting&response_type=code&state=k2v9&redirect_uri=http://localhost:8000/callback'

#### curl-facebook-redirect
#: expected: oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/differs-in-token-request
#: made: the redirect URI of the token request lacks the slash of the dialog's; curl, the body alone; stub with Facebook's answer
#: serve: GET https://graph.facebook.com/v19.0/oauth/access_token 400
#|{"error":{"message":"Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request","type":"OAuthException","code":100,"error_subcode":36008,"fbtrace_id":"AbCdEfGhIjKlMnOpQrStUvW"}}
curl -s 'https://graph.facebook.com/v19.0/oauth/access_token?client_id=1&redirect_uri=https://a.example/fb&client_secret=s&code=AQD'; echo

#### curl-tiktok-refresh
#: expected: oauth2/refresh/refused oauth2/refresh/expired
#: certain: oauth2/refresh/refused
#: made: the refresh token is a year old; curl; stub with TikTok's answer
#: serve: POST https://open.tiktokapis.com/v2/oauth/token/ 200
#|{"error":"invalid_grant","error_description":"Refresh token is invalid or expired.","log_id":"202611212207145D3A1B0C9E8F7A6B5C4D"}
#: replace: (client_secret=)\S+ => \1XXXX
set -x
curl -s https://open.tiktokapis.com/v2/oauth/token/ -d client_key=aw1x2y3z -d client_secret=0Kq8 -d grant_type=refresh_token -d refresh_token=rft.old

#### curl-zoho-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the grant token of Zoho's console is older than its ten minutes; curl; stub with Zoho's answer
#: serve: POST https://accounts.zoho.com/oauth/v2/token 200 application/json;charset=UTF-8
#|{"error":"invalid_code"}
#<I generated the grant token in the self client of the API console, then
#<
echo '$ curl -X POST "https://accounts.zoho.com/oauth/v2/token" -d client_id=1000.XXXX -d client_secret=XXXX -d grant_type=authorization_code -d code=1000.XXXX'
curl -s -X POST https://accounts.zoho.com/oauth/v2/token -d client_id=1000.A -d grant_type=authorization_code -d code=1000.b; echo

#### openssl-api-expired
#: expected: network/tls-expired
#: certain: network/tls-expired
#: made: the renewal of the certificate failed; openssl s_client; stub
#: tls: auth.acme.example expired
#: replace: (?s)-----BEGIN.*?END CERTIFICATE----- => -----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----
#<token requests started failing this morning, our admin asked for this:
echo | openssl s_client -connect auth.acme.example:443 -servername auth.acme.example -CAfile /etc/ssl/certs/ca-certificates.crt 2>&1 | grep -v '^    [0-9a-f]\{4\} -' | head -70

#### openssl-fine
#: expected: none
#: healthy: yes
#: made: nothing is wrong with TLS; openssl s_client; stub
#: head: 8
#: hosts: login.acme.example
#: replace: (?s)-----BEGIN.*?END CERTIFICATE----- => -----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----
echo | openssl s_client -brief -connect login.acme.example:443 -servername login.acme.example -CAfile /etc/ssl/certs/ca-certificates.crt 2>&1

#### wget2-fine
#: expected: none
#: healthy: yes
#: made: nothing is wrong: the metadata is fetched; wget2; tripod
wget2 -q -O - -S $T/.well-known/oauth-authorization-server 2>&1 | head -c 900

#### aria2-forbidden
#: expected: oauth2/resource/forbidden
#: made: the token may read, but the release is of a private repository of others; aria2c; stub
#: serve: GET https://nexus.acme.example/repository/raw/app-1.4.tar.gz 403 text/html
#|<html><body>Forbidden</body></html>
aria2c --async-dns=false --console-log-level=notice --summary-interval=0 --ca-certificate=/etc/ssl/certs/ca-certificates.crt --header='Authorization: Bearer NpmToken.4f2c' https://nexus.acme.example/repository/raw/app-1.4.tar.gz 2>&1

#### curl-tripod-pkce-newline
#: known: {"code_verifier": "Zq3mT7vR1xKc9WbN5yHdP0sLf8GjA2uEoI6tQwXzM4n"}
#: expected: oauth2/pkce/verifier-altered
#: certain: oauth2/pkce/verifier-altered
#: replace: ( yield the `code_challenge` by S256).*?" => \1 ..."
#: made: the challenge was made with echo, so that the newline went into the hash; curl; tripod
C=$(echo $V | openssl dgst -sha256 -binary | basenc --base64url | tr -d =)
echo "\$ V=$V"
echo '$ C=$(echo $V | openssl dgst -sha256 -binary | basenc --base64url | tr -d =)'
echo '$ xdg-open "'"$T/oauth2/authorize?response_type=code&client_id=dev-public&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=read&state=a1b2c3&code_challenge=$C&code_challenge_method=S256"'"'
R=$(curl -s -o /dev/null -w '%{redirect_url}' "$T/oauth2/authorize?response_type=code&client_id=dev-public&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=read&state=a1b2c3&code_challenge=$C&code_challenge_method=S256")
echo "# browser went to $R"
CODE=$(echo "$R" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
echo "\$ curl -s $T/oauth2/token -d grant_type=authorization_code -d client_id=dev-public -d redirect_uri=$NEXT -d code=$CODE -d code_verifier=\$V"
curl -s $T/oauth2/token -d grant_type=authorization_code -d client_id=dev-public -d redirect_uri=$NEXT -d code=$CODE -d code_verifier=$V


#### lynx-oidc-provider-redirect
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: localhost in place of 127.0.0.1; lynx; oidc-provider
echo "opened $OIDC/auth?client_id=native&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fcallback&scope=openid&state=q1&code_challenge=$(challenge $V)&code_challenge_method=S256"
curl -s -H 'Accept: text/html' "$OIDC/auth?client_id=native&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fcallback&scope=openid&state=q1&code_challenge=$(challenge $V)&code_challenge_method=S256" > page.html
lynx -dump -nolist page.html
