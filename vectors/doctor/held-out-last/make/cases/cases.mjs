#### node-oauth4webapi-issuer
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: the container is asked by its inner name, and says its outer one; oauth4webapi; stub with Keycloak's metadata
#: serve: GET https://keycloak.internal/realms/shop/.well-known/openid-configuration 200
#|{"issuer":"https://sso.shop.example/realms/shop","authorization_endpoint":"https://sso.shop.example/realms/shop/protocol/openid-connect/auth","token_endpoint":"https://sso.shop.example/realms/shop/protocol/openid-connect/token"}
import * as oauth from "oauth4webapi";
const issuer = new URL("https://keycloak.internal/realms/shop");
await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));

#### node-oauth4webapi-state
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: two tabs log in at once, and the cookie holds the state of the second; oauth4webapi; none
#: tail: 30
import * as oauth from "oauth4webapi";
const as = { issuer: "https://id.example.com" };
oauth.validateAuthResponse(as, { client_id: "web" }, new URL("https://app.example.com/cb?code=8Jk2mQ&state=pQ7vXk1TzR4mYb9W"), "Zt2nLc8VwE5sHd3K");

#### node-oauth4webapi-dpop
#: expected: oauth2/dpop/nonce-required
#: certain: oauth2/dpop/nonce-required
#: made: the answer that wants a nonce is taken for a failure; oauth4webapi; oidc-provider
#: tail: 26
import * as oauth from "oauth4webapi";
const issuer = new URL(process.env.OIDC);
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { [oauth.allowInsecureRequests]: true }));
const client = { client_id: "machine" };
const keys = await oauth.generateKeyPair("ES256");
const answer = await oauth.clientCredentialsGrantRequest(as, client, oauth.ClientSecretPost("machine-secret"), new URLSearchParams({ scope: "read" }), { DPoP: oauth.DPoP(client, keys), [oauth.allowInsecureRequests]: true });
console.log(await oauth.processClientCredentialsResponse(as, client, answer));

#### node-oauth4webapi-pkce-required
#: expected: oauth2/pkce/required
#: certain: oauth2/pkce/required
#: made: the authorization request has no challenge; oauth4webapi reads the callback; oidc-provider
#: tail: 26
import * as oauth from "oauth4webapi";
const asked = new URL(process.env.OIDC + "/auth");
asked.search = new URLSearchParams({ client_id: "native", response_type: "code", redirect_uri: "http://127.0.0.1:8123/callback", scope: "openid", state: "k2v9" });
const came = await fetch(asked, { redirect: "manual" });
console.log("callback:", came.headers.get("location"));
oauth.validateAuthResponse({ issuer: process.env.OIDC, authorization_response_iss_parameter_supported: true }, { client_id: "native" }, new URL(came.headers.get("location")), "k2v9");
