// oauth4webapi, which checks each answer by the letter, as a client through the real pages.

import * as oauth from "oauth4webapi";

import { Browser, assert, run } from "./browser.mjs";

const PROVIDER = process.env.TRIPOD_PROVIDER;
const CALLBACK = "http://[::1]:8123/callback";
const INSECURE = { [oauth.allowInsecureRequests]: true }; // loopback

const issuer = new URL(PROVIDER);
const discover = async (algorithm) =>
  oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...INSECURE }));

const CLIENT = { client_id: "dev-client" };
const authenticate = oauth.ClientSecretBasic("dev-client-secret");

const logIn = async (server, options = {}) => {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const parameters = new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: "openid email read",
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    max_age: "300",
  });
  let url = new URL(server.authorization_endpoint);
  if (options.DPoP) {
    const answer = await oauth.pushedAuthorizationRequest(server, CLIENT, authenticate, parameters, { ...INSECURE, ...options });
    const pushed = await oauth.processPushedAuthorizationResponse(server, CLIENT, answer);
    url.search = new URLSearchParams({ client_id: CLIENT.client_id, request_uri: pushed.request_uri });
  } else url.search = parameters;
  const target = await new Browser(PROVIDER).decide(url);
  const checked = oauth.validateAuthResponse(server, CLIENT, target, state); // RFC 9207 too
  const answer = await oauth.authorizationCodeGrantRequest(
    server, CLIENT, authenticate, checked, CALLBACK, verifier, { ...INSECURE, ...options });
  const expected = { expectedNonce: nonce, maxAge: 300, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, CLIENT, answer, expected);
  await oauth.validateApplicationLevelSignature(server, answer, INSECURE);
  return tokens;
};

const call = async (tokens, options) => {
  const answer = await oauth.protectedResourceRequest(
    tokens.access_token, "GET", new URL(`${PROVIDER}/api/me?a=b`), undefined, undefined, { ...INSECURE, ...options });
  assert(answer.status === 200, answer.status);
};

async function bothKindsOfMetadataAreSound() {
  const [openid, plain] = [await discover("oidc"), await discover("oauth2")];
  for (const name of ["token_endpoint", "authorization_endpoint", "jwks_uri", "introspection_endpoint"])
    assert(openid[name] === plain[name], name);
}

async function aUserLogsIn() {
  const server = await discover();
  const tokens = await logIn(server);
  await call(tokens);
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const answer = await oauth.userInfoRequest(server, CLIENT, tokens.access_token, INSECURE);
  await oauth.processUserInfoResponse(server, CLIENT, claims.sub, answer);
}

async function tokensAreBoundToAKey() {
  const server = await discover();
  const DPoP = oauth.DPoP(CLIENT, await oauth.generateKeyPair("ES256"));
  const tokens = await logIn(server, { DPoP });
  await call(tokens, { DPoP });
  const answer = await oauth.refreshTokenGrantRequest(
    server, CLIENT, authenticate, tokens.refresh_token, { DPoP, ...INSECURE });
  const fresh = await oauth.processRefreshTokenResponse(server, CLIENT, answer);
  await call(fresh, { DPoP });
}

async function tokensAreIntrospectedAndRevoked() {
  const server = await discover();
  const asked = await oauth.clientCredentialsGrantRequest(
    server, CLIENT, authenticate, { scope: "read" }, INSECURE);
  const tokens = await oauth.processClientCredentialsResponse(server, CLIENT, asked);
  const active = async () => {
    const answer = await oauth.introspectionRequest(server, CLIENT, authenticate, tokens.access_token, INSECURE);
    return (await oauth.processIntrospectionResponse(server, CLIENT, answer)).active;
  };
  assert(await active());
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, CLIENT, authenticate, tokens.access_token, INSECURE));
  assert(!(await active()));
}

async function aDeviceWaitsForItsUser() {
  const server = await discover();
  const asked = await oauth.deviceAuthorizationRequest(server, CLIENT, authenticate, { scope: "read" }, INSECURE);
  const codes = await oauth.processDeviceAuthorizationResponse(server, CLIENT, asked);
  await new Browser(PROVIDER).decide(codes.verification_uri_complete, "allow", codes.user_code);
  const answer = await oauth.deviceCodeGrantRequest(server, CLIENT, authenticate, codes.device_code, INSECURE);
  await call(await oauth.processDeviceCodeResponse(server, CLIENT, answer));
}

async function aClientRegisters() {
  const server = await discover();
  const metadata = { redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" };
  const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, INSECURE);
  const registered = await oauth.processDynamicClientRegistrationResponse(answer);
  assert(registered.client_id, registered);
}

async function theResourceDescribesItself() {
  const answer = await fetch(`${PROVIDER}/api/me`);
  assert(answer.status === 401);
  const told = /resource_metadata="([^"]+)"/.exec(answer.headers.get("www-authenticate"));
  const described = await (await fetch(told[1])).json();
  assert(described.authorization_servers.includes(PROVIDER), described);
}

await run([
  bothKindsOfMetadataAreSound, aUserLogsIn, tokensAreBoundToAKey, tokensAreIntrospectedAndRevoked,
  aDeviceWaitsForItsUser, aClientRegisters, theResourceDescribesItself,
]);
