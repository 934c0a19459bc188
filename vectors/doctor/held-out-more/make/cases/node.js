#### node-openid-client5-issuer
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: the issuer is configured with a slash at its end; openid-client 5, callback against tripod
const { Issuer, generators } = require("openid-client");
(async () => {
  const T = process.env.T;
  const found = await Issuer.discover(T);
  const issuer = new Issuer({ ...found.metadata, issuer: T + "/", authorization_response_iss_parameter_supported: false });
  const client = new issuer.Client({ client_id: "dev-client", client_secret: "dev-client-secret", redirect_uris: ["http://127.0.0.1:3000/callback"], id_token_signed_response_alg: process.env.ALG || "RS256" });
  const code_verifier = generators.codeVerifier(), state = "s", nonce = "n";
  const url = client.authorizationUrl({ scope: "openid", code_challenge: generators.codeChallenge(code_verifier), code_challenge_method: "S256", state, nonce });
  const back = (await fetch(url, { redirect: "manual" })).headers.get("location");
  const params = client.callbackParams(back);
  delete params.iss;
  try {
    await client.callback("http://127.0.0.1:3000/callback", params, { code_verifier, state, nonce });
  } catch (e) { console.error(e.stack); }
})();
#### node-openid-client5-clock
#: expected: oauth2/jwt/expired oauth2/id-token/clock network/clock
#: certain: oauth2/jwt/expired oauth2/id-token/clock network/clock
#: made: the machine's clock is three hours fast; openid-client 5, callback against tripod
const now = Date.now; Date.now = () => now() + 3 * 3600000;
const { Issuer, generators } = require("openid-client");
(async () => {
  const issuer = await Issuer.discover(process.env.T);
  const client = new issuer.Client({ client_id: "dev-client", client_secret: "dev-client-secret", redirect_uris: ["http://127.0.0.1:3000/callback"] });
  const code_verifier = generators.codeVerifier(), state = "s", nonce = "n";
  const url = client.authorizationUrl({ scope: "openid", code_challenge: generators.codeChallenge(code_verifier), code_challenge_method: "S256", state, nonce });
  const params = client.callbackParams((await fetch(url, { redirect: "manual" })).headers.get("location"));
  await client.callback("http://127.0.0.1:3000/callback", params, { code_verifier, state, nonce }).catch((e) => console.log("[auth] callback failed:", e.name, "-", e.message));
})();
#### node-openid-client5-discovery
#: expected: oauth2/issuer/no-metadata
#: made: Keycloak 17 and later have no /auth before /realms; openid-client 5 with winston's JSON; stub
#: serve: GET https://sso.example.org/auth/realms/main/.well-known/openid-configuration 404
#| {"error":"Unable to find matching target resource method","error_description":"For more on this error consult the server log at the debug level."}
const { Issuer } = require("openid-client");
const winston = require("winston");
const log = winston.createLogger({ format: winston.format.combine(winston.format.timestamp(), winston.format.errors({ stack: true }), winston.format.json()), transports: [new winston.transports.Console()], defaultMeta: { service: "portal-bff" } });
log.info("starting", { node: "20", env: "production" });
Issuer.discover("https://sso.example.org/auth/realms/main").catch((e) => log.error(e));
#### node-express-openid-state
#: expected: oauth2/callback/state-mismatch
#: made: the transaction cookie did not come back (SameSite, http); express-openid-connect behind express' error page; stub metadata
#: serve: GET https://acme.eu.auth0.com/.well-known/openid-configuration 200
#| {"issuer":"https://acme.eu.auth0.com/","authorization_endpoint":"https://acme.eu.auth0.com/authorize","token_endpoint":"https://acme.eu.auth0.com/oauth/token","jwks_uri":"https://acme.eu.auth0.com/.well-known/jwks.json","response_types_supported":["code","id_token"],"response_modes_supported":["query","form_post"],"id_token_signing_alg_values_supported":["RS256"],"subject_types_supported":["public"]}
const express = require("express");
const { auth } = require("express-openid-connect");
const app = express();
app.use(auth({ authRequired: false, issuerBaseURL: "https://acme.eu.auth0.com", baseURL: "http://localhost:3000", clientID: "k3ZrvT1xW5yB7nD2mF4gH6jL9pS0uA3c", clientSecret: "x", secret: "0123456789abcdef0123456789abcdef", authorizationParams: { response_type: "code" } }));
const server = app.listen(3000, async () => {
  await fetch("http://localhost:3000/callback?code=q1w2e3&state=eyJyZXR1cm5UbyI6Ii8ifQ").then((r) => r.text());
  setTimeout(() => process.exit(0), 500);
});
#### node-passport-google
#: expected: oauth2/client-authentication/wrong-secret oauth2/client-authentication/refused
#: made: the secret of another Google client; passport-google-oauth20 under express; Google's answer from a stub
#: serve: POST https://www.googleapis.com/oauth2/v4/token 401
#| {
#|   "error": "invalid_client",
#|   "error_description": "Unauthorized"
#| }
const express = require("express"), passport = require("passport");
const { Strategy } = require("passport-google-oauth20");
passport.use(new Strategy({ clientID: "1062-abc.apps.googleusercontent.com", clientSecret: "GOCSPX-0123456789abcdefghijklmnopqr", callbackURL: "http://localhost:3001/cb" }, (a, b, c, d) => d(null, {})));
const app = express();
app.get("/cb", passport.authenticate("google", { session: false }));
app.use((e, q, s, n) => { console.error(e); s.end(); });
const server = app.listen(3001, async () => { await fetch("http://localhost:3001/cb?code=4%2F0Ab"); server.close(); process.exit(0); });
#### node-keycloak-connect-iss
#: expected: oauth2/issuer/mismatch
#: made: Keycloak is seen as localhost by the browser and as keycloak by the API; keycloak-connect's grant manager; no server
const Token = require("keycloak-connect/middleware/auth-utils/token.js");
const GrantManager = require("keycloak-connect/middleware/auth-utils/grant-manager.js");
const Config = require("keycloak-connect/middleware/auth-utils/config.js");
const jwt = require("jsonwebtoken");
const T = Token.default || Token, G = GrantManager.default || GrantManager, C = Config.default || Config;
const config = new C({ realm: "shop", "auth-server-url": "http://keycloak:8080/", resource: "shop-api", "bearer-only": true });
const now = Math.floor(Date.now() / 1000);
const token = new T(jwt.sign({ iss: "http://localhost:8080/realms/shop", typ: "Bearer", azp: "shop-web", aud: "account", iat: now, exp: now + 300, sub: "1" }, "x", { keyid: "k" }), "shop-api");
new G(config).validateToken(token, "Bearer").catch((e) => console.log("Could not validate grant:", e));
#### node-keycloak-connect-401
#: expected: oauth2/client-authentication/refused
#: made: the secret in keycloak.json is that of another realm; keycloak-connect, which hides the body; stub
#: serve: POST http://keycloak:80/realms/shop/protocol/openid-connect/token 401
#| {"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}
#: hosts: keycloak
const GrantManager = require("keycloak-connect/middleware/auth-utils/grant-manager.js");
const Config = require("keycloak-connect/middleware/auth-utils/config.js");
const G = GrantManager.default || GrantManager, C = Config.default || Config;
const config = new C({ realm: "shop", "auth-server-url": "http://keycloak/", resource: "shop-web", credentials: { secret: "2f1b" } });
new G(config).obtainFromCode({ session: { auth_redirect_uri: "http://localhost:3000/?auth_callback=1" } }, "7c1a.9b2e.4f3d", undefined, undefined).catch((e) => { console.error("Could not obtain grant code:", e); process.exit(1); });
#### node-googleapis39-no-token
#: expected: oauth2/resource/no-token setup/not-logged-in
#: made: setCredentials was never called; googleapis 39; nothing is sent
const { google } = require("googleapis");
const auth = new google.auth.OAuth2("1062-abc.apps.googleusercontent.com", "GOCSPX-x", "http://localhost:3000/cb");
google.calendar({ version: "v3", auth }).events.list({ calendarId: "primary" }, (e) => { console.log("The API returned an error: " + e); });
#### node-jira-client-token
#: expected: oauth1/token/rejected
#: certain: oauth1/token/rejected
#: made: the user took the access of the app back in Jira; jira-client (OAuth 1, RSA-SHA1); Jira's answer from a stub
#: serve: GET https://jira.acme.example/rest/api/2/issue/OPS-17 401 text/plain
#+ WWW-Authenticate: OAuth realm="https%3A%2F%2Fjira.acme.example", oauth_problem="token_rejected"
#| oauth_problem=token_rejected
const JiraApi = require("jira-client");
const { privateKey } = require("crypto").generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
const jira = new JiraApi({ protocol: "https", host: "jira.acme.example", apiVersion: "2", oauth: { consumer_key: "ops-bot", consumer_secret: privateKey, access_token: "Zk3v8sQ1x0T5r9wL2m7n", access_token_secret: "s", signature_method: "RSA-SHA1" } });
jira.findIssue("OPS-17").catch((e) => console.log(String(e)));
#### node-disconnect-consumer
#: secrets: uVwXyZaBcDeFgHiJkLmNoPqRsTuVwXyZ
#: expected: oauth1/consumer-key/unknown
#: certain: oauth1/consumer-key/unknown
#: made: the key of a deleted app; disconnect (Discogs, signature PLAINTEXT); Discogs' answer from a stub
#: serve: GET https://api.discogs.com/oauth/request_token 401
#| {"message": "Invalid consumer token. Please register an app before making requests."}
const { Client } = require("disconnect");
new Client("VinylShelf/0.3").oauth && new Client("VinylShelf/0.3").oauth();
const Discogs = require("disconnect").Client;
const oAuth = new Discogs("VinylShelf/0.3").oauth();
oAuth.getRequestToken("aBcDeFgHiJkLmNoPqRsT", "uVwXyZaBcDeFgHiJkLmNoPqRsTuVwXyZ", "http://localhost:3000/cb", (err, data) => { console.log(err, data); });
#### node-flickr-permission
#: expected: oauth1/token/permission-denied
#: made: the token was granted with perms=read; flickr-sdk; Flickr's answer from a stub
#: serve: POST https://api.flickr.com/services/rest 200
#| {"stat":"fail","code":99,"message":"Insufficient permissions. Method requires write privileges; read granted."}
#: serve: GET https://api.flickr.com/services/rest 200
#| {"stat":"fail","code":99,"message":"Insufficient permissions. Method requires write privileges; read granted."}
(async () => {
  const sdk = await import("flickr-sdk");
  const { flickr } = sdk.createFlickr({ consumerKey: "8f1e2d3c4b5a69788796a5b4c3d2e1f0", consumerSecret: "0f1e2d3c4b5a6978", oauthToken: "72157720000000000-0123456789abcdef", oauthTokenSecret: "0123456789abcdef" });
  await flickr("flickr.photos.setMeta", { photo_id: "5", title: "x", description: "y" });
})().catch((e) => console.error(e));
#### node-undici-timeout
#: expected: network/timeout
#: certain: network/timeout
#: made: the token endpoint of a partner hangs; undici with a headersTimeout; stub
#: serve: POST https://auth.partner.example/connect/token hang
const { request } = require("undici");
request("https://auth.partner.example/connect/token", { method: "POST", headersTimeout: 1500, body: "grant_type=client_credentials", headers: { "content-type": "application/x-www-form-urlencoded" } }).catch((e) => { console.error("token refresh:", e); });
#### node-fetch-plain-port
#: expected: network/tls
#: certain: network/tls
#: made: https towards the plain port of a Keycloak in development; Node's fetch
#: hosts: keycloak
fetch("https://keycloak:80/realms/dev/.well-known/openid-configuration").catch((e) => { console.error(e); });
#### node-ky-503
#: expected: oauth2/server/unavailable
#: made: Figma is down; ky; stub
#: serve: POST https://api.figma.com/v1/oauth/token 503 text/html
#| <html><head><title>503 Service Temporarily Unavailable</title></head></html>
import("ky").then(async ({ default: ky }) => {
  await ky.post("https://api.figma.com/v1/oauth/token", { retry: 0, body: new URLSearchParams({ grant_type: "authorization_code" }) });
}).catch((e) => { console.error(`${e.name}: ${e.message}`); });
#### node-needle-json
#: expected: oauth2/token-request/not-a-form
#: certain: oauth2/token-request/not-a-form
#: made: {json: true} for the token request; needle, against oidc-provider
const needle = require("needle");
needle("post", process.env.OIDC + "/token", { grant_type: "client_credentials", client_id: "machine", client_secret: "machine-secret" }, { json: true })
  .then((r) => console.log(r.statusCode, r.body));
#### node-pino-keycloak-redirect
#: expected: oauth2/redirect-uri/differs-in-token-request
#: made: the token request has the URL of the API in place of that of the page; axios 0.27 with pino; Keycloak's answer from a stub
#: serve: POST https://sso.example.org/realms/main/protocol/openid-connect/token 400
#| {"error":"invalid_grant","error_description":"Incorrect redirect_uri"}
#: replace: (client_secret=)[\w-]+ => \1XXX
const axios = require("axios"), pino = require("pino")({ base: { app: "bff" } });
pino.info({ path: "/auth/callback" }, "exchanging code");
axios.post("https://sso.example.org/realms/main/protocol/openid-connect/token", new URLSearchParams({ grant_type: "authorization_code", code: "7c1a9b2e", redirect_uri: "https://api.example.org/auth/callback", client_id: "portal", client_secret: "2f1b3c4d-5e6f" }).toString())
  .catch((e) => pino.error({ err: { type: e.name, message: e.message, config: { url: e.config.url, data: e.config.data }, response: { status: e.response.status, data: e.response.data } } }, "login failed"));
#### node-winston-salesforce-consumer
#: expected: oauth2/authorization/consent-missing
#: made: JWT bearer flow for a user who never approved the connected app; node-fetch 2 with winston; Salesforce's answer from a stub
#: serve: POST https://login.salesforce.com/services/oauth2/token 400
#| {"error":"invalid_grant","error_description":"user hasn't approved this consumer"}
#: prefix: journald crm-sync
const fetch = require("node-fetch"), winston = require("winston"), jwt = require("jsonwebtoken");
const log = winston.createLogger({ level: "debug", format: winston.format.combine(winston.format.colorize(), winston.format.simple()), transports: [new winston.transports.Console()] });
const now = Math.floor(Date.now() / 1000);
(async () => {
  log.debug("requesting token for sync@acme.example (urn:ietf:params:oauth:grant-type:jwt-bearer)");
  const r = await fetch("https://login.salesforce.com/services/oauth2/token", { method: "POST", body: new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: jwt.sign({ iss: "3MVG9", sub: "sync@acme.example", aud: "https://login.salesforce.com", exp: now + 180 }, "x") }) });
  log.error(`salesforce login failed: ${r.status} ${await r.text()}`);
})();
#### node-bunyan-github-app
#: expected: oauth2/assertion/clock
#: certain: oauth2/assertion/clock
#: made: the JWT of a GitHub App lives for an hour; jose with node-fetch and bunyan; GitHub's answer from a stub
#: serve: POST https://api.github.com/app/installations/4711/access_tokens 401
#| {"message":"'Expiration time' claim ('exp') is too far in the future","documentation_url":"https://docs.github.com/rest","status":"401"}
const fetch = require("node-fetch"), log = require("bunyan").createLogger({ name: "release-bot" });
(async () => {
  const r = await fetch("https://api.github.com/app/installations/4711/access_tokens", { method: "POST", headers: { Accept: "application/vnd.github+json" } });
  log.error({ status: r.status, url: r.url, body: await r.json() }, "could not get an installation token");
})();
#### node-oauth-1.0a-json
#: expected: oauth1/signature/body-wrongly-included
#: certain: oauth1/signature/body-wrongly-included
#: made: the JSON of the tweet is given to oauth-1.0a as data; axios 0.27; X's answer from a stub
#: known: {"consumer_secret": "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX", "token_secret": "Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3"}
#: serve: POST https://api.twitter.com/2/tweets 401 application/problem+json
#| {"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}
const axios = require("axios"), crypto = require("crypto"), OAuth = require("oauth-1.0a");
const oauth = OAuth({ consumer: { key: "xvz1evFS4wEEPTGEFPHBogXvz", secret: "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX" }, signature_method: "HMAC-SHA1", hash_function: (b, k) => crypto.createHmac("sha1", k).update(b).digest("base64") });
const token = { key: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", secret: "Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3" };
const request = { url: "https://api.twitter.com/2/tweets", method: "POST", data: { text: "Hello!" } };
const headers = oauth.toHeader(oauth.authorize(request, token));
axios.post(request.url, request.data, { headers }).catch((e) => {
  console.log(`POST ${request.url}`);
  console.log("request headers:", e.config.headers);
  console.log("request body:", e.config.data);
  console.log("response:", e.response.status, JSON.stringify(e.response.data));
});
#### node-axios-carriage-return
#: expected: oauth2/client-authentication/stray-characters
#: certain: oauth2/client-authentication/stray-characters
#: made: the .env file has Windows line ends, so a \r sticks to the secret; axios 0.27 against tripod
#: known: {"client_id": "dev-client", "client_secret": "dev-client-secret"}
const axios = require("axios");
const secret = "CLIENT_ID=dev-client\r\nCLIENT_SECRET=dev-client-secret\r\n".split("\n")[1].split("=")[1];
axios.post(process.env.T + "/oauth2/token", "grant_type=client_credentials", { headers: { Authorization: "Basic " + Buffer.from("dev-client:" + secret).toString("base64") } })
  .catch((e) => console.log(JSON.stringify({ url: e.config.url, method: e.config.method, headers: e.config.headers, data: e.config.data, status: e.response.status, error: e.response.data.error })));
#### node-jose-dpop-bearer
#: expected: oauth2/dpop/bearer-scheme
#: made: axios' default header sends the bound token as Bearer; jose 4 against tripod
const jose = require("jose"), crypto = require("crypto");
(async () => {
  const T = process.env.T, { privateKey, publicKey } = await jose.generateKeyPair("ES256");
  const jwk = await jose.exportJWK(publicKey);
  const proof = await new jose.SignJWT({ htm: "POST", htu: T + "/oauth2/token", jti: crypto.randomUUID() }).setProtectedHeader({ alg: "ES256", typ: "dpop+jwt", jwk }).setIssuedAt().sign(privateKey);
  const t = await (await fetch(T + "/oauth2/token", { method: "POST", headers: { DPoP: proof, Authorization: "Basic " + btoa("dev-client:dev-client-secret") }, body: new URLSearchParams({ grant_type: "client_credentials", scope: "read" }) })).json();
  console.log("token:", { ...t, access_token: t.access_token.slice(0, 6) + "..." });
  const r = await fetch(T + "/api/me", { headers: { Authorization: "Bearer " + t.access_token } });
  console.log("GET /api/me", "Authorization: Bearer " + t.access_token.slice(0, 6) + "...", "->", r.status, r.headers.get("www-authenticate").slice(0, 60) + "...");
})();
#### node-tokenset-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; console.log of openid-client 5's TokenSet and of its claims, against tripod
const { Issuer, generators } = require("openid-client");
(async () => {
  const issuer = await Issuer.discover(process.env.T);
  const client = new issuer.Client({ client_id: "dev-client", client_secret: "dev-client-secret", redirect_uris: ["http://127.0.0.1:3000/callback"] });
  const code_verifier = generators.codeVerifier(), state = "s", nonce = "n";
  const url = client.authorizationUrl({ scope: "openid profile", code_challenge: generators.codeChallenge(code_verifier), code_challenge_method: "S256", state, nonce });
  const params = client.callbackParams((await fetch(url, { redirect: "manual" })).headers.get("location"));
  const set = await client.callback("http://127.0.0.1:3000/callback", params, { code_verifier, state, nonce });
  console.log("received and validated tokens %j", set);
  console.log("validated ID Token claims %j", set.claims());
})();
#### node-unexpected-token-trap
#: expected: none
#: healthy: true
#: made: an ES module is loaded by require; Node's SyntaxError, which speaks of a token
require("fs").writeFileSync(__dirname + "/oauth-config.js", "export const scopes = ['read'];\n");
require("child_process").spawnSync("node", ["--no-experimental-detect-module", "--no-experimental-require-module", "-e", "require('./oauth-config.js')"], { stdio: "inherit", cwd: __dirname });
#### node-pino-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; pino's lines of a login and of a call, Google's answers from a stub
#: serve: POST https://oauth2.googleapis.com/token 200
#| {"access_token":"ya29.a0AfB_byC","expires_in":3599,"scope":"openid https://www.googleapis.com/auth/userinfo.email","token_type":"Bearer"}
const pino = require("pino")({ name: "gateway" });
(async () => {
  const r = await fetch("https://oauth2.googleapis.com/token", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code" }) });
  const t = await r.json();
  pino.info({ req: { method: "POST", url: r.url }, res: { statusCode: r.status }, responseTime: 143 }, "request completed");
  pino.info({ scope: t.scope, expires_in: t.expires_in, user: "a***@example.com" }, "login succeeded");
  pino.info({ req: { method: "GET", url: "/api/calendars" }, res: { statusCode: 200 }, responseTime: 31 }, "request completed");
})();
#### node-code-twice
#: expected: oauth2/code/used-twice
#: made: the callback page is rendered twice (React's strict mode); fetch with pino, against tripod, whose text is not logged
const pino = require("pino")({ base: null });
(async () => {
  const T = process.env.T, verifier = "Zk3rT8vQ1x0W5r9wL2m7nB4dF6gH8jK0pS2uA5cE7iM";
  const challenge = require("crypto").createHash("sha256").update(verifier).digest("base64url");
  const a = await fetch(T + "/oauth2/authorize?" + new URLSearchParams({ response_type: "code", client_id: "dev-client", redirect_uri: "http://127.0.0.1:3000/callback", scope: "read", state: "s", code_challenge: challenge, code_challenge_method: "S256" }), { redirect: "manual" });
  const code = new URL(a.headers.get("location")).searchParams.get("code");
  for (let i = 0; i < 2; i++) {
    const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: "http://127.0.0.1:3000/callback", code_verifier: verifier });
    const r = await fetch(T + "/oauth2/token", { method: "POST", body, headers: { Authorization: "Basic " + btoa("dev-client:dev-client-secret") } });
    const it = await r.json();
    pino[r.ok ? "info" : "error"]({ method: "POST", url: T + "/oauth2/token", body: String(body), status: r.status, error: it.error }, r.ok ? "token" : "token request failed");
  }
})();
#### node-supabase-reused
#: expected: oauth2/refresh/reused
#: certain: oauth2/refresh/reused
#: made: two tabs refresh at once; @supabase/auth-js; Supabase's answer from a stub
#: serve: POST https://abcdefghijkl.supabase.co/auth/v1/token 400
#+ x-supabase-api-version: 2024-01-01
#| {"code":"refresh_token_already_used","message":"Invalid Refresh Token: Already Used"}
const { GoTrueClient } = require("@supabase/auth-js");
const auth = new GoTrueClient({ url: "https://abcdefghijkl.supabase.co/auth/v1", autoRefreshToken: false, persistSession: false });
auth.refreshSession({ refresh_token: "Zk3rT8vQ1x0W" }).then(({ error }) => { console.error(error); });
#### node-discord-undefined
#: expected: oauth2/request/placeholder
#: made: DISCORD_CLIENT_ID is not set, so JavaScript writes undefined; Node's fetch; Discord's answer from a stub
#: serve: GET https://discord.com/oauth2/authorize 400
#| {"client_id": ["Value \"undefined\" is not snowflake."]}
const url = "https://discord.com/oauth2/authorize?" + new URLSearchParams({ client_id: process.env.DISCORD_CLIENT_ID, response_type: "code", redirect_uri: "https://bot.example/callback", scope: "identify guilds" });
fetch(url).then(async (r) => console.log("Redirecting to", url, "\n->", r.status, await r.text()));
