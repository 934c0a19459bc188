node: passport, oauth, got, node-fetch, googleapis, Slack, octokit, twitter-api-v2, msal-node, Auth.js, express-jwt and others.

#### node-oauth-github-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: a stale code; the package oauth, which sees no error in an answer with status 200; a stub with GitHub's answer
#: wrap: compose
#< github.com /login/oauth/access_token 200 application/x-www-form-urlencoded;charset=utf-8
#| error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps%2Ftroubleshooting-oauth-app-access-token-request-errors%2F%23bad-verification-code
import oauth from "oauth";
const client = new oauth.OAuth2("Iv1.8a61f9b3a7aba766", "s", "https://github.com", "/login/oauth/authorize", "/login/oauth/access_token");
client.getOAuthAccessToken("9f2c1e0b7d", { redirect_uri: "http://localhost:3000/cb" }, (error, access, refresh, results) => console.log("callback:", { error, access, refresh, results }));

#### node-passport-hydra-method
#: expected: oauth2/client-authentication/wrong-method
#: certain: oauth2/client-authentication/wrong-method
#: made: passport sends the secret in the body, the client is registered for the header; passport-oauth2; a stub with Ory Hydra's answer
#< hydra.example /oauth2/token 401 application/json;charset=utf-8
#| {"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept 'client_secret_post'."}
import express from "express";
import passport from "passport";
import { Strategy } from "passport-oauth2";

passport.use(new Strategy({ authorizationURL: "https://hydra.example/oauth2/auth", tokenURL: "https://hydra.example/oauth2/token", clientID: "web", clientSecret: "s", callbackURL: "http://localhost:3000/cb" }, (a, r, p, done) => done(null, p)));
const app = express();
app.use(passport.initialize());
app.get("/cb", passport.authenticate("oauth2", { session: false }));
app.use((error, request, response, next) => { console.error(error); response.sendStatus(500); });
const server = app.listen(3000, async () => { await fetch("http://127.0.0.1:3000/cb?code=ory_ac_x"); server.close(); process.exit(); });

#### node-oauth-okta-secret
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: an old secret; the package oauth; a stub with Okta's answer
#: colour: 1
#< dev-123456.okta.com /oauth2/default/v1/token 401 application/json
#| {"error":"invalid_client","error_description":"The client secret supplied for a confidential client is invalid."}
import oauth from "oauth";
const client = new oauth.OAuth2("0oa1b2c3d4E5f6G7h8i9", "old-secret", "https://dev-123456.okta.com", "/oauth2/default/v1/authorize", "/oauth2/default/v1/token");
client.getOAuthAccessToken("", { grant_type: "client_credentials", scope: "orders.read" }, (error) => console.dir(error));

#### node-passport-state-log
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: login began on localhost and came back on 127.0.0.1, so the session is another; passport-oauth2 with express-session; no server
#: wrap: pm2
import express from "express";
import session from "express-session";
import passport from "passport";
import { Strategy } from "passport-oauth2";

passport.use(new Strategy({ authorizationURL: "https://sso.example/authorize", tokenURL: "https://sso.example/token", clientID: "web", clientSecret: "s", callbackURL: "http://127.0.0.1:3000/cb", state: true }, (a, r, p, done) => done(null, p)));
const app = express();
app.use(session({ secret: "cat", resave: false, saveUninitialized: true }), passport.initialize());
app.get("/cb", (request, response, next) => passport.authenticate("oauth2", { session: false }, (error, user, info, status) => {
  console.log("login failed", { url: request.url, user, info, status });
  response.sendStatus(status ?? 500);
})(request, response, next));
const server = app.listen(3000, async () => { await fetch("http://127.0.0.1:3000/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=Kx3vJq0dGmY2nVbT8sLw1e"); server.close(); process.exit(); });

#### node-twitter-app-permissions
#: expected: oauth1/token/permission-denied
#: certain: oauth1/token/permission-denied
#: made: the app is read-only; twitter-api-v2; a stub with X's answer
#: redact: oauth_consumer_key="([^"]+)" oauth_token="([^"]+)"
#< api.twitter.com /2/tweets 403 application/problem+json
#| {"title":"Forbidden","status":403,"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.twitter.com/2/problems/oauth1-permissions"}
#< api.x.com /2/tweets 403 application/problem+json
#| {"title":"Forbidden","status":403,"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.twitter.com/2/problems/oauth1-permissions"}
import { TwitterApi } from "twitter-api-v2";
const client = new TwitterApi({ appKey: "a1", appSecret: "b2", accessToken: "c3", accessSecret: "d4" });
try { await client.v2.tweet("hello"); } catch (error) { const { request, response, ...rest } = error; console.error(error.stack, rest); }

#### node-twitter-token-89
#: expected: oauth1/token/rejected
#: certain: oauth1/token/rejected
#: made: the user revoked the app; twitter-api-v2; a stub with X's answer
#: before: My bot posts with twitter-api-v2 since 2022, since this morning:
#< api.twitter.com /1.1/* 401 application/json;charset=utf-8
#| {"errors":[{"code":89,"message":"Invalid or expired token."}]}
#< api.x.com /1.1/* 401 application/json;charset=utf-8
#| {"errors":[{"code":89,"message":"Invalid or expired token."}]}
import { TwitterApi } from "twitter-api-v2";
const client = new TwitterApi({ appKey: "a1", appSecret: "b2", accessToken: "c3", accessSecret: "d4" });
client.v1.verifyCredentials().catch((error) => { console.error(String(error)); console.error(error.data); });

#### node-twitter-pkce
#: expected: oauth2/pkce/verification-failed
#: certain: oauth2/pkce/verification-failed
#: made: the verifier of the login before; twitter-api-v2; a stub with X's answer
#< api.twitter.com /2/oauth2/token 400 application/json;charset=UTF-8
#| {"error":"invalid_request","error_description":"Value passed for the code verifier did not match the code challenge."}
#< api.x.com /2/oauth2/token 400 application/json;charset=UTF-8
#| {"error":"invalid_request","error_description":"Value passed for the code verifier did not match the code challenge."}
import { TwitterApi } from "twitter-api-v2";
const client = new TwitterApi({ clientId: "S0xU", clientSecret: "s" });
try { await client.loginWithOAuth2({ code: "eUdF", codeVerifier: "v".repeat(43), redirectUri: "https://app.example/x" }); } catch (error) { console.error(error.message, JSON.stringify(error.data)); }

#### node-googleapis-no-refresh
#: expected: oauth2/refresh/none-issued
#: certain: oauth2/refresh/none-issued
#: made: access_type=offline was not asked for, an hour later; google-auth-library; no server
import { OAuth2Client } from "google-auth-library";
const auth = new OAuth2Client("1234.apps.googleusercontent.com", "s", "https://app.example/cb");
auth.setCredentials({ access_token: "ya29.a0", expiry_date: Date.now() - 60000 });
await auth.request({ url: "https://www.googleapis.com/calendar/v3/users/me/calendarList" });

#### node-googleapis-scopes
#: expected: oauth2/scope/insufficient
#: made: only calendar.readonly was granted; googleapis; a stub with Google's answer
#: wrap: journald
#: head: 20
#< www.googleapis.com /calendar/v3/* 403 application/json;charset=UTF-8 | WWW-Authenticate: Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/calendar.events"
#| {"error":{"code":403,"message":"Request had insufficient authentication scopes.","errors":[{"message":"Insufficient Permission","domain":"global","reason":"insufficientPermissions"}],"status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT","domain":"googleapis.com","metadata":{"service":"calendar-json.googleapis.com","method":"calendar.v3.Events.Insert"}}]}}
import { google } from "googleapis";
const auth = new google.auth.OAuth2("1234.apps.googleusercontent.com", "s");
auth.setCredentials({ access_token: "ya29.a0AfB_byC" });
await google.calendar({ version: "v3", auth }).events.insert({ calendarId: "primary", requestBody: { summary: "x" } });

#### node-slack-missing-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the bot lacks a scope; @slack/web-api; a stub with Slack's answer
#< slack.com /api/conversations.list 200 application/json;charset=utf-8 | x-oauth-scopes: chat:write | x-accepted-oauth-scopes: channels:read,groups:read,mpim:read,im:read,read
#| {"ok":false,"error":"missing_scope","needed":"channels:read","provided":"chat:write"}
import { WebClient } from "@slack/web-api";
await new WebClient("xoxb-1-2-abc").conversations.list();

#### node-slack-token-revoked-log
#: expected: oauth2/access-token/revoked
#: certain: oauth2/access-token/revoked
#: made: the app was removed from the workspace; @slack/web-api at DEBUG; a stub with Slack's answer
#< slack.com /api/chat.postMessage 200 application/json;charset=utf-8
#| {"ok":false,"error":"token_revoked"}
import { WebClient, LogLevel } from "@slack/web-api";
await new WebClient("xoxb-1-2-abc", { logLevel: LogLevel.DEBUG }).chat.postMessage({ channel: "C1", text: "deployed" }).catch((error) => console.log("[notify] slack:", error.message));

#### node-octokit-integration
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: a workflow without `permissions: issues: write`; octokit in GitHub Actions; a stub with GitHub's answer
#: wrap: actions
#: colour: 1
#< api.github.com /repos/* 403 application/json;charset=utf-8
#| {"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest/issues/comments#create-an-issue-comment","status":"403"}
import { Octokit } from "octokit";
await new Octokit({ auth: "ghs_16C7e42F292c6912E7710c838347Ae178B4a" }).rest.issues.createComment({ owner: "octo", repo: "app", issue_number: 3, body: "Preview ready" });

#### node-msal-secret-id
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: the id of the secret was pasted for its value; msal-node; a stub with Entra's answer
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0","authorization_endpoint":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/authorize","jwks_uri":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/v2.0/keys"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 401 application/json;charset=utf-8
#| {"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '1b730954-1685-4b74-9bfd-dac224a7b894'. Trace ID: 4c3b7a9d-6b0c-4b5f-9d53-5d3f1f9a5d00 Correlation ID: 0b7b0a52-2e4d-4a3f-8a0a-5f6a1c2d3e4f Timestamp: 2026-11-21 21:10:00Z","error_codes":[7000215],"timestamp":"2026-11-21 21:10:00Z","trace_id":"4c3b7a9d-6b0c-4b5f-9d53-5d3f1f9a5d00","correlation_id":"0b7b0a52-2e4d-4a3f-8a0a-5f6a1c2d3e4f","error_uri":"https://login.microsoftonline.com/error?code=7000215"}
import * as msal from "@azure/msal-node";
const app = new msal.ConfidentialClientApplication({ auth: { clientId: "1b730954-1685-4b74-9bfd-dac224a7b894", authority: "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47", clientSecret: "3a1f6a52-9a6f-4c0a-8a44-0c2d9f6f7b1e" } });
await app.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] });

#### node-msal-spa-code
#: expected: oauth2/entra/spa-platform
#: certain: oauth2/entra/spa-platform
#: made: the redirect URI is registered under SPA, the code is redeemed by a server; msal-node; a stub with Entra's answer
#: wrap: compose
#: before: express + msal-node sample, after sign in:
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/{tenantid}/v2.0","authorization_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/authorize","jwks_uri":"https://login.microsoftonline.com/common/discovery/v2.0/keys"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 400 application/json;charset=utf-8
#| {"error":"invalid_request","error_description":"AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests. Trace ID: 9e1f2a3b-1c2d-4e5f-8a9b-0c1d2e3f4a00 Correlation ID: 6f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8 Timestamp: 2026-11-21 21:10:00Z","error_codes":[9002327]}
import * as msal from "@azure/msal-node";
const app = new msal.ConfidentialClientApplication({ auth: { clientId: "1b730954-1685-4b74-9bfd-dac224a7b894", authority: "https://login.microsoftonline.com/common", clientSecret: "x8Q~abc" } });
try { await app.acquireTokenByCode({ code: "0.AX", scopes: ["user.read"], redirectUri: "http://localhost:3000/redirect" }); } catch (error) { console.log(error); }

#### node-fetch-html
#: expected: oauth2/token-answer/not-json
#: certain: oauth2/token-answer/not-json
#: made: the token URL is that of the login page; node-fetch; a stub
#: fence: 1
#: after: `await res.json()` is the line after the POST to the token endpoint.
#< accounts.zoho.example /oauth/v2/auth 200 text/html;charset=utf-8
#| <!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>
import fetch from "node-fetch";
const res = await fetch("https://accounts.zoho.example/oauth/v2/auth", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "1000.abc" }) });
const token = await res.json();

#### node-got-400-alone
#: expected: oauth2/token-request/failed doctor/unexplained doctor/too-little-evidence
#: made: a wrong code, but got prints the status alone; got; a stub
#: only: HTTPError
#: before: got throws this when I POST to https://www.strava.com/oauth/token
#< www.strava.com /oauth/token 400 application/json;charset=utf-8
#| {"message":"Bad Request","errors":[{"resource":"RequestToken","field":"code","code":"invalid"}]}
import got from "got";
await got.post("https://www.strava.com/oauth/token", { form: { client_id: 1, client_secret: "s", code: "c", grant_type: "authorization_code" } });

#### node-got-strava-scope
#: expected: oauth2/scope/insufficient
#: made: the user unticked the private activities; got; a stub with Strava's answer
#< www.strava.com /api/v3/* 401 application/json;charset=utf-8
#| {"message":"Authorization Error","errors":[{"resource":"AccessToken","field":"activity:read_permission","code":"missing"}]}
import got from "got";
const response = await got("https://www.strava.com/api/v3/athlete/activities", { headers: { authorization: "Bearer 83ebeabdec09f6670863766f792ead24d61fe3f9" }, throwHttpErrors: false });
console.log(response.statusCode, response.headers, response.body);

#### node-got-auth0-secret
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: made: a wrong secret, for which Auth0 answers access_denied; got; a stub with Auth0's answer
#: before: machine to machine (client_credentials) against Auth0, nobody has to consent to anything here??
#< acme.eu.auth0.com /oauth/token 401 application/json
#| {"error":"access_denied","error_description":"Unauthorized"}
import got from "got";
try {
  await got.post("https://acme.eu.auth0.com/oauth/token", { json: { grant_type: "client_credentials", client_id: "kTz6", client_secret: "no", audience: "https://api.acme.example" } });
} catch (error) { console.error(`POST ${error.options.url} grant_type=client_credentials -> ${error.response.statusCode}: ${error.response.body}`); }

#### node-authjs-state-cookie
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: the callback came without the state cookie; @auth/core; a stub that is not asked
#< auth.example /.well-known/openid-configuration 200 application/json
#| {"issuer":"https://auth.example","authorization_endpoint":"https://auth.example/authorize","token_endpoint":"https://auth.example/token","userinfo_endpoint":"https://auth.example/me","jwks_uri":"https://auth.example/jwks"}
import { Auth } from "@auth/core";
const options = { trustHost: true, secret: "x".repeat(32), basePath: "/api/auth", providers: [{ id: "acme", name: "Acme", type: "oidc", issuer: "https://auth.example", clientId: "web", clientSecret: "s", checks: ["state"] }] };
await Auth(new Request("https://app.example/api/auth/callback/acme?code=abc&state=eyJhbGciOiJkaXIifQ"), options);

#### node-authjs-issuer
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: Keycloak in a container names its inner address; @auth/core; a stub
#: wrap: k8s
#< tenant.auth.example /realms/shop/.well-known/openid-configuration 200 application/json
#| {"issuer":"http://keycloak:8080/realms/shop","authorization_endpoint":"https://tenant.auth.example/authorize","token_endpoint":"https://tenant.auth.example/token","userinfo_endpoint":"https://tenant.auth.example/me","jwks_uri":"https://tenant.auth.example/jwks"}
import { Auth } from "@auth/core";
const options = { trustHost: true, secret: "x".repeat(32), basePath: "/api/auth", providers: [{ id: "acme", name: "Acme", type: "oidc", issuer: "https://tenant.auth.example/realms/shop", clientId: "web", clientSecret: "s", checks: ["none"] }] };
await Auth(new Request("https://app.example/api/auth/callback/acme?code=abc"), options);

#### node-express-bearer-audience
#: expected: oauth2/resource/wrong-audience
#: certain: oauth2/resource/wrong-audience
#: made: the token is for another API; express-oauth2-jwt-bearer; a stub with a JWKS
#: cut: 6 3
#< login.api.example /.well-known/openid-configuration 200 application/json
#| {"issuer":"https://login.api.example/","jwks_uri":"https://login.api.example/jwks"}
import express from "express";
import { auth } from "express-oauth2-jwt-bearer";
import jwt from "jsonwebtoken";
import crypto from "node:crypto";
const secret = crypto.randomBytes(32).toString("hex");
const app = express();
app.get("/orders", auth({ audience: "https://orders.example", issuer: "https://login.api.example/", secret, tokenSigningAlg: "HS256" }), (request, response) => response.send("ok"));
app.use((error, request, response, next) => { console.error(error); response.sendStatus(401); });
const server = app.listen(3000, async () => {
  const token = jwt.sign({ scope: "read" }, secret, { audience: "https://billing.example", issuer: "https://login.api.example/", subject: "u1", expiresIn: 600 });
  await fetch("http://127.0.0.1:3000/orders", { headers: { authorization: `Bearer ${token}` } });
  server.close(); process.exit();
});

#### node-express-jwt-none
#: expected: oauth2/resource/no-token
#: certain: oauth2/resource/no-token
#: made: the frontend forgot the header; express-jwt, its default error page; no server
import express from "express";
import { expressjwt } from "express-jwt";
const app = express();
app.use(expressjwt({ secret: "shhhh", algorithms: ["HS256"] }));
const server = app.listen(3000, async () => { const answer = await fetch("http://127.0.0.1:3000/api/profile"); console.log(answer.status, (await answer.text()).replace(/[^]*<pre>|<\/pre>[^]*/g, "")); server.close(); process.exit(); });

#### node-jwks-rsa-kid
#: expected: oauth2/jwt/unknown-key
#: certain: oauth2/jwt/unknown-key
#: made: the realm was made anew, its old tokens name a key that is gone; jwks-rsa; a stub with a JWKS
#: wrap: k8s
#< id.corp.example /jwks 200 application/json
#| {"keys":[{"kty":"RSA","kid":"new-2026","use":"sig","alg":"RS256","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB"}]}
import jwksRsa from "jwks-rsa";
const client = jwksRsa({ jwksUri: "https://id.corp.example/jwks", cache: true });
await client.getSigningKey("old-2025").catch((error) => console.error("401", error));

#### node-express-jwt-malformed
#: expected: oauth2/access-token/opaque
#: made: the access token is opaque, as no audience was asked for; express-jwt; no server
#: before: React SPA with Auth0 (getAccessTokenSilently) calling my Express API. Console of the API:
import express from "express";
import { expressjwt } from "express-jwt";
const app = express();
app.use(expressjwt({ secret: "shhhh", algorithms: ["HS256"] }));
const server = app.listen(3000, async () => { await fetch("http://127.0.0.1:3000/api", { headers: { authorization: "Bearer vX3k9aLq0PzR7sYt" } }); setTimeout(() => process.exit(), 300); });

#### node-woocommerce-signature
#: expected: oauth1/signature/mismatch oauth1/signature/other-host
#: certain: oauth1/signature/mismatch
#: made: the shop redirects to www, so the host signed is another; @woocommerce/woocommerce-rest-api over http; a stub with WooCommerce's answer
#< shop.store.example /wp-json/wc/v3/products 401 application/json;charset=UTF-8
#| {"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match.","data":{"status":401}}
import woo from "@woocommerce/woocommerce-rest-api";
const api = new woo.default({ url: "http://shop.store.example", consumerKey: "ck_1", consumerSecret: "cs_2", version: "wc/v3" });
await api.get("products").catch((error) => console.log(error.response.status, error.response.data));

#### node-request-token-secret
#: expected: oauth1/signature/token-secret-left-out
#: certain: oauth1/signature/token-secret-left-out
#: made: the option is called token_secret, the program says tokenSecret; request; a stub with Trello's answer
#: known: {"consumer_secret": "f3a9d0c17be24c5f8e6a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60", "token_secret": "0b1a2c3d4e5f60718293a4b5c6d7e8f9"}
#< trello.com /1/members/me 401 text/plain;charset=utf-8
#| invalid signature
import request from "request";
request.get({ url: "https://trello.com/1/members/me?fields=username", oauth: { consumer_key: "1a2b3c4d5e6f708192a3b4c5d6e7f809", consumer_secret: "f3a9d0c17be24c5f8e6a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60", token: "9c1f5b7e3a2d4c6f8e0b1a3d5c7f9e2b4d6a8c0e1f3b5d7a9c2e4f6b8d0a1c3e", tokenSecret: "0b1a2c3d4e5f60718293a4b5c6d7e8f9" } }, (error, response, body) => {
  const sent = response.request;
  console.log(`\n${sent.method} ${sent.path} HTTP/1.1\nHost: ${sent.host}\nAuthorization: ${sent.headers.Authorization}\n\nHTTP/1.1 ${response.statusCode}\n\n${body}`);
});

#### node-grant-no-code
#: expected: oauth2/callback/no-code
#: certain: oauth2/callback/no-code
#: made: the user opened the callback by a bookmark; grant on express; no server
import express from "express";
import session from "express-session";
import grant from "grant";
const app = express();
app.use(session({ secret: "grant", saveUninitialized: true, resave: false }));
app.use(grant.express({ defaults: { origin: "http://127.0.0.1:3000", transport: "querystring" }, google: { key: "1234.apps.googleusercontent.com", secret: "s", scope: ["openid"], callback: "/done" } }));
app.get("/done", (request, response) => response.json(request.query));
const server = app.listen(3000, async () => {
  const first = await fetch("http://127.0.0.1:3000/connect/google", { redirect: "manual" });
  const cookie = first.headers.get("set-cookie").split(";")[0];
  const back = await fetch("http://127.0.0.1:3000/connect/google/callback", { headers: { cookie }, redirect: "manual" });
  console.log("GET /connect/google/callback", back.status, back.headers.get("location"));
  server.close(); process.exit();
});

#### node-superagent-twitch
#: expected: oauth2/client-authentication/wrong-secret
#: certain: oauth2/client-authentication/wrong-secret
#: made: a wrong secret; superagent; a stub with Twitch's answer
#< id.twitch.tv /oauth2/token 403 application/json;charset=utf-8
#| {"status":403,"message":"invalid client secret"}
import superagent from "superagent";
await superagent.post("https://id.twitch.tv/oauth2/token").type("form").send({ client_id: "hof5gwx0su6owfnys0yan9c87zr6t", client_secret: "no", grant_type: "client_credentials" }).catch((error) => console.error(error.message, error.response.text));

#### node-undici-enotfound
#: expected: network/name-unknown
#: certain: network/name-unknown
#: made: a typo in the host of Cognito's domain; fetch of node; no server
#: colour: 1
await fetch("https://acme-login.auth.eu-west-1.amazoncognito.con/oauth2/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials" }) });

#### node-got-socket-hang-up
#: expected: network/closed
#: certain: network/closed
#: made: http for a port that speaks https; got; a stub that closes
#< idp.internal.example /* 1 -
#|
import got from "got";
await got.post("http://idp.internal.example/oauth2/token", { form: { grant_type: "client_credentials" }, retry: { limit: 0 } });

#### node-device-pending
#: expected: oauth2/device/authorization-pending
#: certain: oauth2/device/authorization-pending
#: made: nobody has entered the code yet, and the program takes that for an error; got; a stub with Google's answer
#< oauth2.googleapis.com /token 428 application/json;charset=utf-8
#| {
#|   "error": "authorization_pending",
#|   "error_description": "Precondition Required"
#| }
import got from "got";
const response = await got.post("https://oauth2.googleapis.com/token", { form: { client_id: "1", client_secret: "s", device_code: "AH-1", grant_type: "urn:ietf:params:oauth:grant-type:device_code" }, throwHttpErrors: false });
if (!response.ok) throw new Error(`device login failed: ${response.statusCode} ${response.body}`);

#### node-dpop-nonce
#: expected: oauth2/dpop/nonce-required
#: certain: oauth2/dpop/nonce-required
#: made: the client does not repeat with the nonce; fetch of node with a proof of its own; oidc-provider
import { generateKeyPairSync, sign, randomUUID } from "node:crypto";
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const input = `${b64({ typ: "dpop+jwt", alg: "ES256", jwk: publicKey.export({ format: "jwk" }) })}.${b64({ jti: randomUUID(), htm: "POST", htu: "http://localhost:4100/token", iat: Math.floor(Date.now() / 1000) })}`;
const proof = `${input}.${sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
const response = await fetch("http://localhost:4100/token", { method: "POST", headers: { DPoP: proof, Authorization: "Basic " + Buffer.from("dpop-app:kC9vN3rT6yLmPq81").toString("base64") }, body: new URLSearchParams({ grant_type: "client_credentials" }) });
console.log(response.status, Object.fromEntries(response.headers), await response.text());

#### node-oauth2-server-bad-secret
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/refused
#: made: a wrong secret; undici's fetch; @node-oauth/oauth2-server
#: wrap: quote
const response = await fetch("http://localhost:4000/oauth/token", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "1f2e", client_id: "webapp", client_secret: "nope", redirect_uri: "http://localhost:3000/callback" }) });
console.log(await response.json());

#### node-tripod-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; got with a log of its own; tripod serve --dev
#: secrets: dev-client-secret
import got from "got";
const log = { hooks: { beforeRequest: [(o) => console.log("->", o.method, o.url.href, o.body ?? "")], afterResponse: [(r) => { console.log("<-", r.statusCode, r.headers["content-type"], r.body); return r; }] } };
const token = await got.post("http://127.0.0.1:9090/oauth2/token", { ...log, form: { grant_type: "client_credentials", scope: "read" }, username: "dev-client", password: "dev-client-secret" }).json();
await got("http://127.0.0.1:9090/api/me", { ...log, throwHttpErrors: false, headers: { authorization: `Bearer ${token.access_token}` } });

#### node-vague
#: expected: none
#: healthy: 1
#: made: the program says nothing; express; no server
#: wrap: pm2
import express from "express";
const app = express();
app.get("/login/callback", async (request, response) => { try { await Promise.reject(new Error("x")); } catch { console.error("Something went wrong while signing you in. Please try again."); response.sendStatus(500); } });
const server = app.listen(3000, async () => { console.log("listening on 3000"); await fetch("http://127.0.0.1:3000/login/callback"); server.close(); process.exit(); });

#### node-module-missing
#: expected: none
#: healthy: 1
#: made: a package is not installed; node; no server
import passport from "passport-google-oauth20";

#### node-id-token-sent
#: expected: oauth2/access-token/id-token-sent
#: made: the ID token is sent to the API; got with a log of its own, express-oauth2-jwt-bearer; no other server
import crypto from "node:crypto";
import express from "express";
import { auth } from "express-oauth2-jwt-bearer";
import got from "got";
import jwt from "jsonwebtoken";
const secret = crypto.randomBytes(32).toString("hex");
const app = express();
app.get("/orders", auth({ audience: "https://orders.example", issuer: "https://acme.eu.auth0.com/", secret, tokenSigningAlg: "HS256" }), (request, response) => response.send("ok"));
app.use((error, request, response, next) => response.set(error.headers).sendStatus(error.status));
app.listen(3000, async () => {
  const token = jwt.sign({ nonce: "n-0S6_WzA2Mj", at_hash: "77QmUPtjPfzWtF2AnpK9RQ", email: "alice@example.com", email_verified: true, name: "Alice" }, secret, { audience: "kTz6WbQ1XcVbN", issuer: "https://acme.eu.auth0.com/", subject: "auth0|5f7c", expiresIn: 36000 });
  const response = await got("http://localhost:3000/orders", { headers: { authorization: `Bearer ${token}` }, throwHttpErrors: false });
  console.log("GET /orders HTTP/1.1\nHost: localhost:3000\nAuthorization: " + response.request.options.headers.authorization + "\n");
  console.log("HTTP/1.1 " + response.statusCode + " Unauthorized\nWWW-Authenticate: " + response.headers["www-authenticate"] + "\n\n" + response.body);
  process.exit();
});

#### node-msal-mfa
#: expected: oauth2/authorization/interaction-required
#: certain: oauth2/authorization/interaction-required
#: made: an administrator turned on multi-factor authentication; msal-node; a stub with Entra's answer
#: head: 8
#< login.microsoftonline.com /*/v2.0/.well-known/openid-configuration 200 application/json
#| {"token_endpoint":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token","issuer":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0","authorization_endpoint":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/authorize","jwks_uri":"https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/v2.0/keys"}
#< login.microsoftonline.com /*/oauth2/v2.0/token 400 application/json;charset=utf-8
#| {"error":"interaction_required","error_description":"AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'. Trace ID: 4c3b7a9d-6b0c-4b5f-9d53-5d3f1f9a5d00 Correlation ID: 0b7b0a52-2e4d-4a3f-8a0a-5f6a1c2d3e4f Timestamp: 2026-11-21 21:10:00Z","error_codes":[50076],"timestamp":"2026-11-21 21:10:00Z","trace_id":"4c3b7a9d-6b0c-4b5f-9d53-5d3f1f9a5d00","correlation_id":"0b7b0a52-2e4d-4a3f-8a0a-5f6a1c2d3e4f","suberror":"basic_action"}
import * as msal from "@azure/msal-node";
const app = new msal.ConfidentialClientApplication({ auth: { clientId: "1b730954-1685-4b74-9bfd-dac224a7b894", authority: "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47", clientSecret: "x8Q~abc" } });
await app.acquireTokenByRefreshToken({ refreshToken: "0.AR", scopes: ["user.read"] }).catch((error) => console.error(error.stack));

#### node-keycloak-page
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: the redirect URI is not among the valid ones; the page of Keycloak, its text by superagent; a stub with Keycloak's page
#< kc.public.example /realms/shop/protocol/openid-connect/auth 400 text/html;charset=utf-8
#| <!DOCTYPE html><html class="login-pf"><head><title>Sign in to shop</title></head><body><div id="kc-header">shop</div><h1 id="kc-page-title">We are sorry...</h1><div id="kc-error-message"><p class="instruction">Invalid parameter: redirect_uri</p></div></body></html>
import superagent from "superagent";
const page = await superagent.get("https://kc.public.example/realms/shop/protocol/openid-connect/auth").query({ client_id: "web", redirect_uri: "http://localhost:5173/", response_type: "code", scope: "openid" }).ok(() => true);
console.log(page.text.replace(/<title>.*<\/title>/, "").replace(/<[^>]+>/g, "\n").replace(/\n+/g, "\n").trim());
