What people do in JavaScript. The expectations were written down before anything was explained.

#### openid-client-issuer
#: made: localhost is configured and the issuer is 127.0.0.1
#: expected: oauth2/issuer/mismatch
import * as client from "openid-client";
await client.discovery(new URL(it.T.replace("127.0.0.1", "localhost")), "dev-public", undefined, client.None(), { execute: [client.allowInsecureRequests] });

#### openid-client-http
#: made: openid-client wants https
#: expected: oauth2/redirect-uri/insecure-transport
import * as client from "openid-client";
await client.discovery(new URL(it.T), "dev-public");

#### openid-client-state
#: made: the state that is expected is that of another tab
#: expected: oauth2/callback/state-mismatch
import * as client from "openid-client";
const config = await client.discovery(new URL(it.T), "dev-public", undefined, client.None(), { execute: [client.allowInsecureRequests] });
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const url = client.buildAuthorizationUrl(config, { redirect_uri: it.NEXT, scope: "openid", state: client.randomState(), code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256" });
await client.authorizationCodeGrant(config, await it.visit(url), { pkceCodeVerifier, expectedState: client.randomState() });

#### openid-client-nonce
#: made: the nonce that is expected is that of another tab
#: expected: oauth2/id-token/nonce
import * as client from "openid-client";
const config = await client.discovery(new URL(it.T), "dev-public", undefined, client.None(), { execute: [client.allowInsecureRequests] });
const pkceCodeVerifier = client.randomPKCECodeVerifier(), state = client.randomState();
const url = client.buildAuthorizationUrl(config, { redirect_uri: it.NEXT, scope: "openid", state, nonce: client.randomNonce(), code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256" });
await client.authorizationCodeGrant(config, await it.visit(url), { pkceCodeVerifier, expectedState: state, expectedNonce: client.randomNonce() });

#### openid-client-verifier
#: made: the verifier is made anew for the token request
#: expected: oauth2/pkce/verification-failed
import * as client from "openid-client";
const config = await client.discovery(new URL(it.T), "dev-public", undefined, client.None(), { execute: [client.allowInsecureRequests] });
const url = client.buildAuthorizationUrl(config, { redirect_uri: it.NEXT, scope: "openid", code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()), code_challenge_method: "S256" });
await client.authorizationCodeGrant(config, await it.visit(url), { pkceCodeVerifier: client.randomPKCECodeVerifier(), idTokenExpected: true });

#### openid-client-wrong-secret
#: made: a wrong secret at oidc-provider; what node prints
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: secrets: not-the-secret-at-all
import * as client from "openid-client";
const config = await client.discovery(new URL(it.OIDC), "machine", "not-the-secret-at-all", undefined, { execute: [client.allowInsecureRequests] });
await client.clientCredentialsGrant(config);

#### openid-client-refresh-unknown
#: made: a refresh token of another environment
#: expected: oauth2/token-request/invalid-grant oauth2/refresh/refused
import * as client from "openid-client";
const config = await client.discovery(new URL(it.OIDC), "native", undefined, client.None(), { execute: [client.allowInsecureRequests] });
await client.refreshTokenGrant(config, "AbCdEfGh1234567890IjKlMnOp");

#### oauth4webapi-no-code
#: made: the callback has lost its query
#: expected: oauth2/callback/no-code
import * as oauth from "oauth4webapi";
const as = { issuer: it.OIDC, token_endpoint: `${it.OIDC}/token` }, client = { client_id: "native" };
const parameters = oauth.validateAuthResponse(as, client, new URL(it.NEXT), oauth.expectNoState);
await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), parameters, it.NEXT, oauth.generateRandomCodeVerifier(), { [oauth.allowInsecureRequests]: true });

#### oauth4webapi-iss-missing
#: made: the server says that it sends iss, and the program lost it on the way
#: expected: oauth2/callback/issuer-mismatch
import * as oauth from "oauth4webapi";
const as = { issuer: it.T, authorization_response_iss_parameter_supported: true }, client = { client_id: "dev-public" };
oauth.validateAuthResponse(as, client, new URL(`${it.NEXT}?code=SplxlOBeZQQYbYS6WxSbIA`), oauth.expectNoState);

#### oauth4webapi-dpop-nonce
#: made: the server wants a nonce in the proof, and the program does not try again
#: expected: oauth2/dpop/nonce-required
import * as oauth from "oauth4webapi";
const options = { [oauth.allowInsecureRequests]: true };
const as = await oauth.processDiscoveryResponse(new URL(it.OIDC), await oauth.discoveryRequest(new URL(it.OIDC), options));
const client = { client_id: "bound" }, verifier = oauth.generateRandomCodeVerifier();
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair("ES256"));
const parameters = oauth.validateAuthResponse({ issuer: it.OIDC }, client, new URL(`${it.NEXT}?code=SplxlOBeZQQYbYS6WxSbIA-Spl&iss=${it.OIDC}`), oauth.expectNoState);
const response = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), parameters, it.NEXT, verifier, { ...options, DPoP });
await oauth.processAuthorizationCodeResponse(as, client, response);

#### oauth4webapi-page
#: made: the token endpoint answers a page
#: expected: oauth2/token-answer/not-json
import * as oauth from "oauth4webapi";
const as = { issuer: it.T, token_endpoint: `${it.T}/device` }, client = { client_id: "dev-client" };
const response = await oauth.clientCredentialsGrantRequest(as, client, oauth.ClientSecretPost("dev-client-secret"), {}, { [oauth.allowInsecureRequests]: true });
console.error(response.status, response.headers.get("content-type"));
await oauth.processClientCredentialsResponse(as, client, new Response(await (await fetch(`${it.T}/`)).text(), { headers: { "content-type": "text/html" } }));

#### oauth-1.0a-data-forgotten
#: made: authorize() is not given the form; request and answer as the program prints them
#: known: {"consumer_secret": "dev-consumer-secret"}
#: expected: oauth1/signature/body-parameters-left-out
import OAuth from "oauth-1.0a";
import { createHmac } from "node:crypto";
const oauth = new OAuth({ consumer: { key: "dev-consumer", secret: "dev-consumer-secret" }, signature_method: "HMAC-SHA1", hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64") });
const url = `${it.T}/oauth1/request_token`, body = "scope=read%20write&lang=de";
const headers = { ...oauth.toHeader(oauth.authorize({ url, method: "POST", data: { oauth_callback: "oob" } })), "Content-Type": "application/x-www-form-urlencoded" };
console.log(`POST ${url}`);
for (const [name, value] of Object.entries(headers)) console.log(`${name}: ${value}`);
console.log(`\n${body}\n`);
const answer = await fetch(url, { method: "POST", headers, body });
console.log(`HTTP/1.1 ${answer.status} ${answer.statusText}\n${[...answer.headers].map((pair) => pair.join(": ")).join("\n")}\n\n${await answer.text()}`);

#### oauth-1.0a-token-missing
#: made: the token is not given to authorize(), so that a call to the API has none
#: expected: oauth1/request/parameter-missing oauth1/token/rejected
import OAuth from "oauth-1.0a";
import { createHmac } from "node:crypto";
const oauth = new OAuth({ consumer: { key: "consumerOfTheTests0001", secret: "consumer-secret" }, signature_method: "HMAC-SHA1", hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64") });
const url = `${it.AUTHLIB1}/api/me`;
const answer = await fetch(url, { headers: oauth.toHeader(oauth.authorize({ url, method: "GET" })) });
console.log(answer.status, answer.headers, await answer.text());

#### simple-oauth2-wrong-secret
#: made: a wrong secret; what node prints
#: expected: oauth2/client-authentication/refused oauth2/client-authentication/wrong-secret
#: secrets: not-the-secret-at-all
import { ClientCredentials } from "simple-oauth2";
const client = new ClientCredentials({ client: { id: "dev-client", secret: "not-the-secret-at-all" }, auth: { tokenHost: it.T, tokenPath: "/oauth2/token" } });
await client.getToken({ scope: "read" });

#### simple-oauth2-default-path
#: made: simple-oauth2 asks at /oauth/token unless told otherwise, and says of the 404 that it is no JSON
#: expected: oauth2/token-answer/wrong-url oauth2/token-answer/not-json
#: secrets: dev-client-secret
import { ClientCredentials } from "simple-oauth2";
const client = new ClientCredentials({ client: { id: "dev-client", secret: "dev-client-secret" }, auth: { tokenHost: it.T } });
await client.getToken({ scope: "read" });

#### axios-json
#: made: axios sends an object as JSON; what console.error prints of the error
#: expected: oauth2/token-request/not-a-form
#: secrets: machine-secret
import axios from "axios";
await axios.post(`${it.OIDC}/token`, { grant_type: "client_credentials", client_id: "machine", client_secret: "machine-secret" }).catch((error) => console.error(error));

#### axios-undefined
#: made: the token is not there yet
#: expected: oauth2/request/placeholder oauth2/resource/authorization-malformed
import axios from "axios";
const token = {};
await axios.get(`${it.T}/api/me`, { headers: { Authorization: `Bearer ${token.access_token}` } }).catch((error) => console.error(error.response.status, error.response.data, error.config.headers));

#### axios-invalid-grant
#: made: a code that is over; the program prints the answer alone
#: expected: oauth2/token-request/invalid-grant oauth2/code/expired-or-unknown
import axios from "axios";
await axios.post(`${it.OIDC}/token`, new URLSearchParams({ grant_type: "authorization_code", client_id: "native", code: "SplxlOBeZQQYbYS6WxSbIA", redirect_uri: it.NEXT, code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" })).catch((error) => console.error("Login failed:", error.response.data));

#### fetch-page
#: made: JSON is read from a page
#: expected: oauth2/token-answer/not-json
const answer = await fetch(`${it.T}/device`);
console.log((await answer.json()).access_token);

#### jose-audience
#: made: the API expects its own name, and the token is for the client
#: expected: oauth2/resource/wrong-audience oauth2/id-token/audience
import { SignJWT, jwtVerify } from "jose";
const key = new TextEncoder().encode("an-hmac-key-of-thirty-two-octets");
const token = await new SignJWT({ scope: "read" }).setProtectedHeader({ alg: "HS256" }).setAudience("dev-client").setExpirationTime("1h").sign(key);
await jwtVerify(token, key, { audience: "https://api.example.com" });

#### jose-expired
#: made: the token is over
#: expected: oauth2/jwt/expired oauth2/access-token/expired
import { SignJWT, jwtVerify } from "jose";
const key = new TextEncoder().encode("an-hmac-key-of-thirty-two-octets");
await jwtVerify(await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("-1h").sign(key), key);

#### jose-unknown-key
#: made: a token of another issuer is looked up in the keys of this one
#: expected: oauth2/jwt/unknown-key
import { SignJWT, createRemoteJWKSet, generateKeyPair, jwtVerify } from "jose";
const { privateKey } = await generateKeyPair("RS256");
const token = await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: "RS256", kid: "of-another-realm" }).sign(privateKey);
await jwtVerify(token, createRemoteJWKSet(new URL(`${it.T}/oauth2/jwks`)));

#### jose-signature
#: made: another key
#: expected: oauth2/jwt/signature
import { SignJWT, generateKeyPair, jwtVerify } from "jose";
const { privateKey } = await generateKeyPair("ES256"), { publicKey } = await generateKeyPair("ES256");
await jwtVerify(await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: "ES256" }).sign(privateKey), publicKey);

#### jose-issuer
#: made: the issuer has a slash at its end
#: expected: oauth2/issuer/mismatch
import { SignJWT, jwtVerify } from "jose";
const key = new TextEncoder().encode("an-hmac-key-of-thirty-two-octets");
const token = await new SignJWT({ sub: "alice" }).setProtectedHeader({ alg: "HS256" }).setIssuer("https://tenant.eu.auth.example/").sign(key);
await jwtVerify(token, key, { issuer: "https://tenant.eu.auth.example" });

#### fetch-refused-connection
#: made: no server there
#: healthy: yes
#: expected: none oauth2/server/unavailable network/refused
await fetch("http://127.0.0.1:9/oauth2/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials" }) });

#### axios-status-alone
#: made: the message of the error is all that was kept: a status and no word of why
#: healthy: yes
#: expected: none oauth2/token-request/failed
import axios from "axios";
await axios.post(`${it.OIDC}/token`, new URLSearchParams({ grant_type: "client_credentials", client_id: "machine", client_secret: "x" })).catch((error) => console.error("token request:", error.message));

#### openid-client-fine
#: made: nothing; the tokens are printed
#: healthy: yes
#: expected: none
import * as client from "openid-client";
const config = await client.discovery(new URL(it.T), "dev-public", undefined, client.None(), { execute: [client.allowInsecureRequests] });
const pkceCodeVerifier = client.randomPKCECodeVerifier(), expectedState = client.randomState();
const url = client.buildAuthorizationUrl(config, { redirect_uri: it.NEXT, scope: "openid read", state: expectedState, code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: "S256" });
console.log(await client.authorizationCodeGrant(config, await it.visit(url), { pkceCodeVerifier, expectedState }));
