#### apache-oidc-secret
#: expected: oauth2/client-authentication/refused
#: made: OIDCClientSecret of another client; mod_auth_openidc's error log; the provider's answer from a stub
#: serve: POST https://login.partner.example/token 401
#| {"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."}
cat >own.conf <<'X'
OIDCProviderIssuer https://login.partner.example
OIDCProviderAuthorizationEndpoint https://login.partner.example/auth
OIDCProviderTokenEndpoint https://login.partner.example/token
OIDCProviderJwksUri https://login.partner.example/jwks
OIDCClientID wiki
OIDCClientSecret abc
OIDCRedirectURI http://localhost:8081/redirect_uri
OIDCCryptoPassphrase x
<Location />
AuthType openid-connect
Require valid-user
</Location>
X
httpd own.conf
state=$(curl -s -o /dev/null -c jar -w '%{redirect_url}' http://localhost:8081/ | sed 's/.*[?&]state=\([^&]*\).*/\1/')
curl -s -o /dev/null -b jar "http://localhost:8081/redirect_uri?code=4a1b&state=$state"
kill $APACHE; wait $APACHE 2>/dev/null
grep auth_openidc log
#### apache-oidc-state
#: expected: oauth2/callback/state-mismatch
#: made: the state cookie did not come back (http behind https); mod_auth_openidc's error log; no provider needed
cat >own.conf <<'X'
OIDCProviderIssuer https://login.partner.example
OIDCProviderAuthorizationEndpoint https://login.partner.example/auth
OIDCProviderTokenEndpoint https://login.partner.example/token
OIDCProviderJwksUri https://login.partner.example/jwks
OIDCClientID wiki
OIDCClientSecret abc
OIDCRedirectURI http://localhost:8081/redirect_uri
OIDCCryptoPassphrase x
<Location />
AuthType openid-connect
Require valid-user
</Location>
X
httpd own.conf
state=$(curl -s -o /dev/null -w '%{redirect_url}' http://localhost:8081/ | sed 's/.*[?&]state=\([^&]*\).*/\1/')
curl -s -o /dev/null "http://localhost:8081/redirect_uri?code=4a1b&state=$state"
kill $APACHE; wait $APACHE 2>/dev/null
grep auth_openidc log
#### apache-oidc-metadata-404
#: expected: oauth2/issuer/no-metadata
#: made: the metadata URL lacks the realm; mod_auth_openidc's error log; stub
#: serve: GET https://login.partner.example/realms/.well-known/openid-configuration 404
#| {"error":"HTTP 404 Not Found"}
cat >own.conf <<'X'
OIDCProviderMetadataURL https://login.partner.example/realms/.well-known/openid-configuration
OIDCClientID wiki
OIDCClientSecret abc
OIDCRedirectURI http://localhost:8081/redirect_uri
OIDCCryptoPassphrase x
<Location />
AuthType openid-connect
Require valid-user
</Location>
X
httpd own.conf
curl -s -o /dev/null http://localhost:8081/
kill $APACHE; wait $APACHE 2>/dev/null
grep auth_openidc log
#### nginx-access-invalid-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: the client scope "groups" is not assigned in Keycloak; nginx' access log of the callback
cat >nginx.conf <<X
daemon off; pid $PWD/pid; error_log stderr crit; worker_processes 1; user root;
events {}
http { access_log $PWD/access combined; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s;
 server { listen 127.0.0.1:8082; location / { return 200 "ok"; } location /oauth2/callback { return 500; } } }
X
nginx -e stderr -c $PWD/nginx.conf & N=$!
until_open 8082
curl -s -o /dev/null -A 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' http://127.0.0.1:8082/
curl -s -o /dev/null -A 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' 'http://127.0.0.1:8082/oauth2/callback?error=invalid_scope&error_description=Invalid+scopes%3A+openid+email+groups&state=Q2hV%3A%2F&iss=https%3A%2F%2Fsso.example.org%2Frealms%2Fmain'
curl -s -o /dev/null -A 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' http://127.0.0.1:8082/favicon.ico
kill $N; wait $N 2>/dev/null
cat access
#### nginx-too-big-header
#: expected: none oauth2/server/unavailable
#: healthy: true
#: made: the session cookie is larger than proxy_buffer_size; nginx' error log of a callback
cat >nginx.conf <<X
daemon off; pid $PWD/pid; error_log $PWD/error error; worker_processes 1; user root;
events {}
http { access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s;
 server { listen 127.0.0.1:8082; server_name app.example.org; location / { proxy_pass http://127.0.0.1:8083; } } }
X
node -e 'require("http").createServer((q,s)=>{s.setHeader("Set-Cookie","_oauth2_proxy="+"x".repeat(9000));s.end("ok")}).listen(8083)' & U=$!
nginx -e stderr -c $PWD/nginx.conf & N=$!
until_open 8082; until_open 8083
curl -s -o /dev/null -H 'Host: app.example.org' 'http://127.0.0.1:8082/oauth2/callback?code=7c1a9b2e&state=Q2hV'
kill $N $U; wait 2>/dev/null
cat error
#### ab-non-2xx
#: expected: none
#: healthy: true
#: made: ApacheBench counts refusals and says nothing about them; against tripod
ab -q -n 20 -c 2 -H 'Authorization: Bearer XXX' $T/api/me 2>&1
#### rclone-onedrive-expired
#: expected: oauth2/refresh/entra-ended
#: certain: oauth2/refresh/entra-ended
#: made: the remote was not used for ninety days; rclone; Entra's answer from a stub
#: serve: POST https://login.microsoftonline.com/common/oauth2/v2.0/token 400
#| {"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-05-02T08:11:43.2280000Z and was inactive for 90.00:00:00. Trace ID: 0d1e2f30-4152-4637-8495-a6b7c8d9e0f1 Correlation ID: 1f0e9d8c-7b6a-4594-8372-615f4e3d2c1b Timestamp: 2026-11-21 20:41:02Z","error_codes":[700082],"timestamp":"2026-11-21 20:41:02Z","trace_id":"0d1e2f30-4152-4637-8495-a6b7c8d9e0f1","correlation_id":"1f0e9d8c-7b6a-4594-8372-615f4e3d2c1b","error_uri":"https://login.microsoftonline.com/error?code=700082"}
cat >r.conf <<'X'
[od]
type = onedrive
drive_id = b!x
drive_type = business
token = {"access_token":"x","token_type":"Bearer","refresh_token":"0.AS8A","expiry":"2026-05-02T09:11:43Z"}
X
rclone --config r.conf --retries 1 --low-level-retries 1 lsd od: 2>&1
#### rclone-drive-empty-token
#: expected: setup/not-logged-in oauth2/resource/no-token oauth2/refresh/none-issued
#: made: `rclone config` was broken off before the login; rclone
printf '[gd]\ntype = drive\nscope = drive.readonly\n' >r.conf
rclone --config r.conf --retries 1 lsd gd: 2>&1
#### chromium-cors-token
#: expected: none network/failed
#: made: a page asks the token endpoint of a server that answers without CORS headers; Chromium's console; stub
#: serve: POST https://dev-84120.okta.com/oauth2/default/v1/token 200
#| {"token_type":"Bearer"}
cat >index.html <<'X'
<script>
fetch("https://dev-84120.okta.com/oauth2/default/v1/token", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "x" }) })
  .catch((e) => console.error("login failed", e.name + ": " + e.message));
</script>
X
page http://localhost:3000/
grep -o 'CONSOLE.*' log
#### chromium-entra-cross-origin
#: expected: oauth2/entra/spa-platform
#: certain: oauth2/entra/spa-platform
#: made: the redirect URI is registered under "Web"; a page redeems the code; Chromium's console; Entra's answer from a stub
#: serve: POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token 400 application/json; charset=utf-8
#+ Access-Control-Allow-Origin: *
#| {"error":"invalid_request","error_description":"AADSTS9002326: Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: 'http://localhost:3000'. Trace ID: 0d1e2f30-4152-4637-8495-a6b7c8d9e0f1 Correlation ID: 1f0e9d8c-7b6a-4594-8372-615f4e3d2c1b Timestamp: 2026-11-21 20:58:11Z","error_codes":[9002326]}
cat >index.html <<'X'
<script>
fetch("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "x" }) })
  .then(async (r) => { if (!r.ok) throw new Error(r.status + " " + (await r.text()).slice(0, 230)); })
  .catch((e) => console.error("[auth]", String(e)));
</script>
X
page http://localhost:3000/
grep -o 'CONSOLE.*' log
#### chromium-msal-silent
#: expected: oauth2/authorization/interaction-required
#: certain: oauth2/authorization/interaction-required
#: made: ssoSilent with nobody signed in; @azure/msal-browser in Chromium; Entra's page from a stub
#: serve: GET https://login.microsoftonline.com/7d1f0c3e-52b4-4a86-9f0e-1b2c3d4e5f60/oauth2/v2.0/authorize 200 text/html
#| <script>var q = new URLSearchParams(location.search); location.replace(q.get("redirect_uri") + "#error=login_required&error_description=" + encodeURIComponent("AADSTS50058: A silent sign-in request was sent but no user is signed in. The cookies used to represent the user's session were not sent in the request to Azure AD. Trace ID: 0d1e2f30-4152-4637-8495-a6b7c8d9e0f1 Timestamp: 2026-11-21 20:58:11Z") + "&state=" + encodeURIComponent(q.get("state")));</script>
cp node_modules/@azure/msal-browser/lib/msal-browser.min.js .
echo '<html></html>' >blank.html
cat >index.html <<'X'
<body><script src="/msal-browser.min.js"></script>
<script>
const T = "https://login.microsoftonline.com/7d1f0c3e-52b4-4a86-9f0e-1b2c3d4e5f60/";
const pca = new msal.PublicClientApplication({ auth: { clientId: "b0d5f1a2-1111-4c5d-8e9f-000011112222", authority: T, redirectUri: "http://localhost:3000/blank.html", knownAuthorities: ["login.microsoftonline.com"],
  authorityMetadata: JSON.stringify({ authorization_endpoint: T + "oauth2/v2.0/authorize", token_endpoint: T + "oauth2/v2.0/token", issuer: T + "v2.0", jwks_uri: T + "discovery/v2.0/keys", end_session_endpoint: T + "oauth2/v2.0/logout" }) } });
(async () => { await pca.initialize(); await pca.ssoSilent({ loginHint: "alice@acme.example", scopes: ["User.Read"] }); })()
  .catch((e) => console.error(e.name + ": " + e.message));
</script>
X
page http://localhost:3000/
grep -o 'CONSOLE.*' log
#### chromium-callback-refused
#: expected: oauth2/redirect-uri/loopback-unreachable network/refused
#: made: the command-line program has ended before the browser came back; the text of Chromium's error page
chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" --no-first-run --disable-background-networking --remote-debugging-port=9333 --remote-allow-origins='*' about:blank >/dev/null 2>&1 & C=$!
until_open 9333
node -e '
const { WebSocket } = require("undici");
(async () => {
  const tab = (await (await fetch("http://127.0.0.1:9333/json")).json()).find((t) => t.type === "page");
  const ws = new WebSocket(tab.webSocketDebuggerUrl);
  let n = 0; const waiting = {};
  ws.onmessage = (m) => { const d = JSON.parse(m.data); if (d.id) waiting[d.id](d.result); };
  const call = (method, params = {}) => new Promise((f) => { waiting[++n] = f; ws.send(JSON.stringify({ id: n, method, params })); });
  await new Promise((f) => { ws.onopen = f; });
  await call("Page.enable");
  await call("Page.navigate", { url: "http://localhost:8976/oauth/callback?code=Zk3rT8vQ&state=b7" });
  await new Promise((f) => setTimeout(f, 2500));
  const r = await call("Runtime.evaluate", { expression: "document.body.innerText" });
  console.log("http://localhost:8976/oauth/callback?code=XXX&state=b7\n\n" + r.result.value);
  process.exit(0);
})();'
kill $C; wait $C 2>/dev/null; rm -rf profile
#### chromium-zoom-redirect
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: the address of a preview deployment is not on Zoom's list; the page as Chromium's --dump-dom has it; stub
#: serve: GET https://zoom.us/oauth/authorize 400 text/html
#| <html><body><div class="error-content"><h1>Invalid redirect: https://preview-17.app.example/zoom/callback (4,700)</h1></div></body></html>
timeout 40 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" --ignore-certificate-errors --no-first-run --disable-background-networking --dump-dom 'https://zoom.us/oauth/authorize?response_type=code&client_id=Zk3rT8vQ1x0W5r9wL2m7nB&redirect_uri=https%3A%2F%2Fpreview-17.app.example%2Fzoom%2Fcallback' 2>/dev/null | sed 's/<[^>]*>//g'; rm -rf profile
#### chromium-spotify-localhost
#: expected: oauth2/redirect-uri/localhost-refused
#: certain: oauth2/redirect-uri/localhost-refused
#: made: http://localhost:8888/callback at Spotify; the page as Chromium's --dump-dom has it; stub
#: serve: GET https://accounts.spotify.com/authorize 400 text/html
#| INVALID_CLIENT: Insecure redirect URI
timeout 40 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" --ignore-certificate-errors --no-first-run --disable-background-networking --dump-dom 'https://accounts.spotify.com/authorize?client_id=5f3c2b1a0d9e8f7c6b5a4d3c2b1a0f9e&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A8888%2Fcallback' 2>/dev/null; rm -rf profile
