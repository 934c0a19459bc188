#### node-request-promise-reddit
#: expected: oauth2/client-authentication/refused
#: made: the secret of another app on Reddit; request-promise; stub with Reddit's answer
#: serve: POST https://www.reddit.com/api/v1/access_token 401
#|{"message": "Unauthorized", "error": 401}
#: replace: "?authorization"?: .* => authorization: 'Basic XXXXXXXX',
const rp = require("request-promise");
rp({ method: "POST", uri: "https://www.reddit.com/api/v1/access_token", auth: { user: "p-jcoLKBynTLew", pass: "gko_LXELoV07ZBNUXrvWZfzE3aI" }, ca: require("fs").readFileSync("/etc/ssl/certs/ca-certificates.crt"),
     form: { grant_type: "password", username: "reddit_bot", password: "snoo" }, headers: { "User-Agent": "bot/0.1" }, json: true })
  .then(console.log)
  .catch((e) => { delete e.response; delete e.options.ca; e.options.form.password = "XXXX"; e.options.auth = "XXXX"; console.log(e.name + ": " + e.message, "\n", e.options); });

#### node-isomorphic-fetch-page
#: expected: oauth2/token-answer/not-json
#: made: the address of the login page in place of the token URL; isomorphic-fetch (node-fetch 2); stub that answers with a page
#: serve: POST https://login.example.com/oauth2/authorize 200 text/html;charset=UTF-8
#|<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action="/login" method="post"></form></body></html>
const { Headers } = require("node-fetch");
require("isomorphic-fetch");
const nf = require("node-fetch");
(async () => {
  const res = await nf("https://login.example.com/oauth2/authorize", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "x" }) });
  const { access_token } = await res.json();
})();

#### node-simple-get-name
#: expected: network/name-unknown
#: certain: network/name-unknown
#: made: the name of a container is used from the laptop; simple-get; none
#: tail: 14
const get = require("simple-get");
get.concat({ method: "POST", url: "http://keycloak-svc:8080/realms/shop/protocol/openid-connect/token", form: { grant_type: "client_credentials", client_id: "shop" } }, (error, res, data) => {
  if (error) throw error;
  console.log(data.toString());
});

#### node-okta-pkce
#: expected: oauth2/pkce/verification-failed
#: certain: oauth2/pkce/verification-failed
#: made: the verifier of an earlier attempt lies in the storage; okta-auth-js; stub with Okta's answer
#: serve: GET https://dev-133337.okta.com/oauth2/default/.well-known/openid-configuration 200
#|{"issuer":"https://dev-133337.okta.com/oauth2/default","authorization_endpoint":"https://dev-133337.okta.com/oauth2/default/v1/authorize","token_endpoint":"https://dev-133337.okta.com/oauth2/default/v1/token","jwks_uri":"https://dev-133337.okta.com/oauth2/default/v1/keys"}
#: serve: POST https://dev-133337.okta.com/oauth2/default/v1/token 400
#|{"error":"invalid_grant","error_description":"PKCE verification failed."}
const { OktaAuth } = require("@okta/okta-auth-js");
const auth = new OktaAuth({ issuer: "https://dev-133337.okta.com/oauth2/default", clientId: "0oa1x2y3z4AbCdEfG5d7", redirectUri: "http://localhost:8080/login/callback" });
auth.token.exchangeCodeForTokens({ authorizationCode: "kqN3vB2mXz8LcWpYt5RdSg", codeVerifier: "f3b7c1d9e5a8f3b7c1d9e5a8f3b7c1d9e5a8f3b7c1d9", scopes: ["openid"] })
  .then(console.log, (e) => { console.log("Uncaught (in promise)", e.toString()); const { xhr, resp, ...rest } = e; console.log(rest); });

#### node-auth0-audience
#: expected: oauth2/request/target
#: certain: oauth2/request/target
#: made: the audience is no API of this tenant (a slash is missing); auth0 for node, version 3; stub with Auth0's answer
#: serve: POST https://acme.eu.auth0.com/oauth/token 403
#|{"error":"access_denied","error_description":"Service not enabled within domain: https://acme.eu.auth0.com/api/v2"}
#: prefix: compose worker-1
const { AuthenticationClient } = require("auth0");
const auth0 = new AuthenticationClient({ domain: "acme.eu.auth0.com", clientId: "JrOcQ9Yb2nPzX4sTfVg7hKmW1LdEaU3i", clientSecret: "n8Wq" });
auth0.clientCredentialsGrant({ audience: "https://acme.eu.auth0.com/api/v2" }).then(console.log, (e) => { console.error(e.stack); });

#### node-cognito-refresh
#: expected: oauth2/refresh/expired
#: certain: oauth2/refresh/expired
#: made: the app was closed for more than thirty days; amazon-cognito-identity-js; stub with Cognito's answer
#: serve: POST https://cognito-idp.us-east-1.amazonaws.com/ 400 application/x-amz-json-1.1
#+ x-amzn-ErrorType: NotAuthorizedException:
#+ x-amzn-ErrorMessage: Refresh Token has expired
#|{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}
const { CognitoUserPool, CognitoUser, CognitoRefreshToken } = require("amazon-cognito-identity-js");
const pool = new CognitoUserPool({ UserPoolId: "us-east-1_aB3dE5fG7", ClientId: "5h7k2m9p4q6r8s1t3v5w7x9z2b" });
new CognitoUser({ Username: "alice", Pool: pool }).refreshSession(new CognitoRefreshToken({ RefreshToken: "eyJjdHki" }), (e, s) => { console.log("refresh failed", e || s); });

#### node-express-jwt-slash
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: the slash at the end of Auth0's issuer is missing; express-jwt behind express; token of its own
#: tail: 6
const { expressjwt } = require("express-jwt");
const fs = require("fs"), crypto = require("crypto"), jwt = require("jsonwebtoken");
const key = fs.readFileSync(process.env.JWT_KEY);
const token = jwt.sign({ iss: "https://acme.eu.auth0.com/", aud: "https://api.acme.com", sub: "auth0|1" }, key, { algorithm: "RS256", expiresIn: 3600 });
const check = expressjwt({ secret: crypto.createPublicKey(key).export({ type: "spki", format: "pem" }), algorithms: ["RS256"], audience: "https://api.acme.com", issuer: "https://acme.eu.auth0.com" });
check({ headers: { authorization: "Bearer " + token }, method: "GET" }, {}, (e) => { console.error(e.stack); });

#### node-jwks-rsa-unknown-kid
#: expected: oauth2/jwt/unknown-key
#: certain: oauth2/jwt/unknown-key
#: made: the token is of the staging tenant, the keys are production's; jsonwebtoken with jwks-rsa; stub with one key
#: serve: GET https://acme.eu.auth0.com/.well-known/jwks.json 200
#|{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"N0ZGNUFDQjQ5","e":"AQAB","n":"%JWKS%"}]}
#: prefix: [api]
const jwksClient = require("jwks-rsa"), fs = require("fs"), jwt = require("jsonwebtoken");
const token = jwt.sign({ iss: "https://acme.eu.auth0.com/", aud: "api" }, fs.readFileSync(process.env.JWT_KEY), { algorithm: "RS256", expiresIn: 3600, keyid: "pQ7vXk1TzR4mYb9W" });
const client = jwksClient({ jwksUri: "https://acme.eu.auth0.com/.well-known/jwks.json", cache: true });
const getKey = (header, callback) => client.getSigningKey(header.kid, (e, key) => callback(e, key && key.getPublicKey()));
jwt.verify(token, getKey, (e, decoded) => { console.error(e); });

#### node-passport-azure-ad-audience
#: expected: oauth2/resource/wrong-audience
#: certain: oauth2/resource/wrong-audience
#: made: the SPA asked for a token for Graph and sends it to its own API; passport-azure-ad's BearerStrategy and its log; stub with Entra's metadata
#: serve: GET https://login.microsoftonline.com/5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1/v2.0/.well-known/openid-configuration 200
#|{"issuer":"https://login.microsoftonline.com/5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1/v2.0","authorization_endpoint":"https://login.microsoftonline.com/a","token_endpoint":"https://login.microsoftonline.com/t","jwks_uri":"https://login.microsoftonline.com/5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1/discovery/v2.0/keys","id_token_signing_alg_values_supported":["RS256"]}
#: serve: GET https://login.microsoftonline.com/5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1/discovery/v2.0/keys 200
#|{"keys":[{"kty":"RSA","use":"sig","kid":"mXk1TzR4","e":"AQAB","n":"%JWKS%"}]}
#: only: Bearer Strategy.*(fail|audience|error|401)
const { BearerStrategy } = require("passport-azure-ad"), fs = require("fs"), jwt = require("jsonwebtoken");
const tid = "5d1e8b0b-2c5e-4c0a-9a2e-0b4ad8f3c9d1";
const token = jwt.sign({ iss: `https://login.microsoftonline.com/${tid}/v2.0`, aud: "00000003-0000-0000-c000-000000000000", tid, scp: "User.Read" }, fs.readFileSync(process.env.JWT_KEY), { algorithm: "RS256", expiresIn: 3600, keyid: "mXk1TzR4" });
const strategy = new BearerStrategy({ identityMetadata: `https://login.microsoftonline.com/${tid}/v2.0/.well-known/openid-configuration`, clientID: "1f4a1b7e-3c0a-4b69-9d0a-0c2b4ad8f111", loggingLevel: "info", loggingNoPII: false }, (t, done) => done(null, t));
strategy.fail = (challenge) => console.log("401", challenge);
strategy.error = console.log;
strategy.success = console.log;
strategy.authenticate({ headers: { authorization: "Bearer " + token }, query: {}, body: {} }, {});

#### node-apollo-hasura-expired
#: expected: oauth2/jwt/expired oauth2/access-token/expired
#: certain: oauth2/jwt/expired oauth2/access-token/expired
#: made: the tab was open for a day; an error link of Apollo Client; stub with Hasura's answer
#: serve: POST https://hasura.example.com/v1/graphql 200
#|{"errors":[{"extensions":{"path":"$","code":"invalid-jwt"},"message":"Could not verify JWT: JWTExpired"}]}
const { ApolloClient, InMemoryCache, gql, HttpLink, from } = require("@apollo/client/core");
const { onError } = require("@apollo/client/link/error");
const link = onError(({ graphQLErrors, networkError }) => {
  graphQLErrors?.forEach(({ message, locations, path, extensions }) => console.log(`[GraphQL error]: Message: ${message}, Location: ${locations}, Path: ${path}`, extensions));
  if (networkError) console.log(`[Network error]: ${networkError}`);
});
new ApolloClient({ cache: new InMemoryCache(), link: from([link, new HttpLink({ uri: "https://hasura.example.com/v1/graphql", fetch, headers: { authorization: "Bearer x" } })]) })
  .query({ query: gql`query { orders { id } }` }).catch((e) => console.log(e.stack.split("\n").slice(0, 6).join("\n")));

#### node-google-auth-no-refresh
#: expected: oauth2/refresh/none-issued
#: certain: oauth2/refresh/none-issued
#: made: the first login did not ask for offline access; google-auth-library; none
#: hosts: oauth2.googleapis.com
const { OAuth2Client } = require("google-auth-library");
const client = new OAuth2Client("407408718192.apps.googleusercontent.com", "d-FL95Q19q7MQmFpd7hHD0Ty", "http://localhost:3000/oauth2callback");
client.setCredentials({ access_token: "ya29.a0AfH6SMBx3fQw8", expiry_date: Date.now() - 1000 });
client.request({ url: "https://www.googleapis.com/calendar/v3/calendars/primary/events" }).catch((e) => { console.error(e); });

#### node-gaxios-redirect
#: expected: oauth2/redirect-uri/differs-in-token-request oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/differs-in-token-request oauth2/redirect-uri/mismatch
#: made: the code came to the page's popup (postmessage), and the server names another redirect URI; google-auth-library with gaxios; stub with Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400
#|{
#|  "error": "redirect_uri_mismatch",
#|  "error_description": "Bad Request"
#|}
#: head: 44
const { OAuth2Client } = require("google-auth-library");
const client = new OAuth2Client("407408718192.apps.googleusercontent.com", "d-FL95Q19q7MQmFpd7hHD0Ty", "http://localhost:3000");
client.getToken("4/0AY0e-g7xYzQw1").catch((e) => { console.error(e); });

#### node-dropbox-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the app lacks files.content.write; dropbox for node; stub with Dropbox's answer
#: serve: POST https://content.dropboxapi.com/2/files/upload 401
#|{"error_summary": "missing_scope/...", "error": {".tag": "missing_scope", "required_scope": "files.content.write"}}
const { Dropbox } = require("dropbox");
new Dropbox({ accessToken: "sl.BxYz0" }).filesUpload({ path: "/a.txt", contents: "hello" }).catch((e) => { console.error(e); });

#### node-notion-token
#: expected: oauth2/access-token/invalid
#: certain: oauth2/access-token/invalid
#: made: the token of an integration that was removed; @notionhq/client; stub with Notion's answer
#: serve: GET https://api.notion.com/v1/users/me 401
#|{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid.","request_id":"6f0d0f2a-9e2a-4c0e-a3c4-1b0dd2c5c3e8"}
#: tail: 30
const { Client } = require("@notionhq/client");
new Client({ auth: "ntn_3561XXXXXXXX" }).users.me({}).then(console.log);

#### node-hubspot-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: nobody refreshes HubSpot's token; @hubspot/api-client; stub with HubSpot's answer
#: serve: GET https://api.hubapi.com/crm/v3/objects/contacts 401
#|{"status":"error","message":"The OAuth token used to make this call expired 12 hour(s) ago.","correlationId":"b9f0c1b2-2c3f-4c7f-9d13-7c2a2d4f9b1e","category":"EXPIRED_AUTHENTICATION"}
#: head: 12
const { Client } = require("@hubspot/api-client");
new Client({ accessToken: "CJ" }).crm.contacts.basicApi.getPage(1).catch((e) => { console.error(e); });

#### node-xero-tenant
#: expected: oauth2/resource/forbidden
#: certain: oauth2/resource/forbidden
#: made: the tenant id is that of an organisation that was disconnected; xero-node; stub with Xero's answer
#: serve: GET https://api.xero.com/api.xro/2.0/Organisation 403
#|{"Type":null,"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful","Instance":"7b9a1c2f-2c3e-4c7f-9d13-7c2a2d4f9b1e","Extensions":{}}
#: head: 30
const { XeroClient } = require("xero-node");
const xero = new XeroClient({ clientId: "a", clientSecret: "b" });
xero.setTokenSet({ access_token: "eyJhbGciOiJub25lIn0.e30.", expires_at: 9e9 });
xero.accountingApi.getOrganisations("2f1c9d0e-4e2b-4f7a-8a39-5d6c7b8a9f01").catch((e) => { console.log(typeof e === "string" ? JSON.stringify(JSON.parse(e).response.body, null, 2) : e); });

#### node-intuit-refresh
#: expected: oauth2/refresh/other-client oauth2/refresh/refused
#: certain: oauth2/refresh/other-client
#: made: keys of development with a token of production; intuit-oauth; stub with Intuit's answer
#: serve: POST https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer 400
#|{"error_description":"Incorrect Token type or clientID","error":"invalid_grant"}
const OAuthClient = require("intuit-oauth");
const client = new OAuthClient({ clientId: "ABxYz", clientSecret: "s", environment: "sandbox", redirectUri: "http://localhost:8000/callback" });
client.refreshUsingToken("AB11725000000abcdefghijklmnop").catch((e) => { console.error("The error message is :" + e.originalMessage, e.intuit_tid); console.error(e); });

#### node-jsforce-refresh
#: expected: oauth2/refresh/salesforce
#: certain: oauth2/refresh/salesforce
#: made: the sixth login of the same user ended the grant of the first; jsforce; stub with Salesforce's answer
#: serve: GET https://acme.my.salesforce.com/services/data/v42.0/query 401
#|[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]
#: serve: GET https://acme.my.salesforce.com/services/data/v58.0/query 401
#|[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]
#: serve: GET https://acme.my.salesforce.com/services/data/v50.0/query 401
#|[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]
#: serve: POST https://login.salesforce.com/services/oauth2/token 400
#|{"error":"invalid_grant","error_description":"expired access/refresh token"}
const jsforce = require("jsforce");
const conn = new jsforce.Connection({ version: "58.0", oauth2: { clientId: "3MVG9", clientSecret: "1", redirectUri: "https://app.acme.com/cb" }, instanceUrl: "https://acme.my.salesforce.com", accessToken: "00Dx!AQ", refreshToken: "5Aep861" });
conn.query("SELECT Id FROM Account").then(console.log, (e) => { console.error(e); });

#### node-slack-bad-redirect
#: expected: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: made: the redirect URI of development is sent with the code; simple-get; stub with Slack's answer
#: serve: POST https://slack.com/api/oauth.v2.access 200 application/json; charset=utf-8
#|{"ok":false,"error":"bad_redirect_uri"}
#: prefix: k8s
const get = require("simple-get");
get.concat({ method: "POST", url: "https://slack.com/api/oauth.v2.access", form: { code: "1234.5678.abc", client_id: "11.22", client_secret: "s", redirect_uri: "http://localhost:3000/slack/oauth" }, json: true }, (e, res, data) => {
  console.log(JSON.stringify({ level: "error", msg: "slack install failed", status: res.statusCode, body: data }));
});

#### node-fine-gaxios-refresh
#: expected: none
#: healthy: yes
#: made: nothing is wrong: a token was refreshed, and the event says which; google-auth-library; stub with Google's answer
#: serve: POST https://oauth2.googleapis.com/token 200
#|{"access_token":"ya29.a0AfH6SMBx3fQw8","expires_in":3599,"scope":"https://www.googleapis.com/auth/calendar.readonly","token_type":"Bearer"}
#: serve: GET https://www.googleapis.com/calendar/v3/users/me/calendarList 200
#|{"kind":"calendar#calendarList","items":[]}
const { OAuth2Client } = require("google-auth-library");
const client = new OAuth2Client("407408718192.apps.googleusercontent.com", "d-FL95Q19q7MQmFpd7hHD0Ty");
client.on("tokens", (t) => { const { access_token, ...rest } = t; console.log("[tokens]", { access_token: "ya29...", ...rest }); });
client.setCredentials({ refresh_token: "1//0g", expiry_date: 1 });
client.request({ url: "https://www.googleapis.com/calendar/v3/users/me/calendarList" }).then((r) => console.log(r.status, r.data));

#### node-unrelated-type-error
#: expected: none
#: healthy: yes
#: made: nothing of OAuth: a bug after the login; passport with express-session; none
const app = require("express")();
const passport = require("passport");
passport.serializeUser((user, done) => done(null, user.profile.id));
try { passport.serializeUser({ id: 7, provider: "google" }, {}, (e) => { throw e; }); } catch (e) { console.error(e); }

#### node-vague
#: expected: none
#: healthy: yes
#: made: nothing can be known: the app hides what happened; oauth4webapi's caller; none
#: prefix: 2026-11-21T09:14:55.120Z app[web.1]:
console.log("POST /auth/login 500 31.442 ms - 21");
console.log("Something went wrong!");

#### node-fetch-reset
#: expected: network/closed
#: certain: network/closed
#: made: the firewall resets connections to new hosts; node-fetch 2 as isomorphic-fetch brings it; stub that resets
#: serve: POST https://www.linkedin.com/oauth/v2/accessToken reset
#: prefix: journald crm-sync
const fetch = require("node-fetch");
fetch("https://www.linkedin.com/oauth/v2/accessToken", { method: "POST", body: new URLSearchParams({ grant_type: "authorization_code", code: "x" }) }).catch((e) => { console.error(e); });

#### node-jsonwebtoken-not-active
#: expected: oauth2/id-token/clock network/clock
#: certain: oauth2/id-token/clock
#: made: the clock of the virtual machine stood still over the weekend; jsonwebtoken; token of its own
const jwt = require("jsonwebtoken"), fs = require("fs"), crypto = require("crypto");
const key = fs.readFileSync(process.env.JWT_KEY), now = Math.floor(Date.now() / 1000);
const token = jwt.sign({ iss: "https://sso.example.org/realms/main", aud: "portal", nbf: now + 5400, iat: now + 5400, exp: now + 9000 }, key, { algorithm: "RS256" });
jwt.verify(token, crypto.createPublicKey(key), (e) => { console.error("id_token rejected:", e); });
