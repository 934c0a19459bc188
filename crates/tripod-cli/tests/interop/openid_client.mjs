// openid-client as an OpenID Connect client, through the real pages.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import * as client from "openid-client";

import { Browser, assert, refused, run } from "./browser.mjs";

const PROVIDER = process.env.TRIPOD_PROVIDER;
const CALLBACK = "http://127.0.0.1:8123/callback";
const INSECURE = { execute: [client.allowInsecureRequests] }; // loopback

const discover = (id = "dev-client", authentication = client.ClientSecretBasic("dev-client-secret"), metadata) =>
  client.discovery(new URL(PROVIDER), id, metadata, authentication, INSECURE);

const logIn = async (config, more = {}, { dpop, push, browser = new Browser(PROVIDER) } = {}) => {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope: "openid profile email read write",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  };
  const url = push
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP: dpop })
    : client.buildAuthorizationUrl(config, parameters);
  const target = await browser.decide(url, more.decision);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, target, checks, undefined, { DPoP: dpop });
  return { tokens, checks, target, browser };
};

const me = async (config, token, options) => {
  const answer = await client.fetchProtectedResource(
    config, token, new URL(`${PROVIDER}/api/me`), "GET", undefined, undefined, options);
  assert(answer.status === 200, answer.status);
  return answer.json();
};

async function aUserLogsIn() {
  const config = await discover();
  const { tokens } = await logIn(config);
  const claims = tokens.claims();
  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert(info.email && info.preferred_username === "alice", info);
  assert((await me(config, tokens.access_token)).username === "alice");
}

async function aPublicClientLogsIn() {
  const config = await discover("dev-public", client.None());
  const { tokens } = await logIn(config);
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert(fresh.refresh_token !== tokens.refresh_token, "rotated");
  await me(config, fresh.access_token);
}

async function aCodeIsRedeemedOnce() {
  const config = await discover();
  const { target, checks, tokens } = await logIn(config);
  await refused("invalid_grant", () => client.authorizationCodeGrant(config, target, checks));
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert(told.active === false, told);
}

async function aRequestIsPushed() {
  const config = await discover();
  await logIn(config, {}, { push: true });
}

async function tokensAreBoundToAKey() {
  for (const [id, authentication] of [["dev-client", undefined], ["dev-public", client.None()]]) {
    const config = await discover(id, authentication);
    const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
    const { tokens } = await logIn(config, {}, { dpop, push: true });
    assert(tokens.token_type === "dpop", tokens.token_type);
    await me(config, tokens.access_token, { DPoP: dpop });
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: dpop });
    await me(config, fresh.access_token, { DPoP: dpop });
    const stolen = await fetch(`${PROVIDER}/api/me`, { headers: { authorization: `Bearer ${fresh.access_token}` } });
    assert(stolen.status === 401, stolen.status);
  }
}

async function aDeviceWaitsForItsUser() {
  const config = await discover("dev-public", client.None());
  const asked = await client.initiateDeviceAuthorization(config, { scope: "openid read" });
  const browser = new Browser(PROVIDER);
  const [tokens] = await Promise.all([
    client.pollDeviceAuthorizationGrant(config, asked),
    browser.decide(asked.verification_uri, "allow", asked.user_code),
  ]);
  await me(config, tokens.access_token);
  const another = await client.initiateDeviceAuthorization(config, { scope: "read" });
  await browser.decide(another.verification_uri_complete, "deny", another.user_code);
  await refused("access_denied", () => client.pollDeviceAuthorizationGrant(config, another));
}

async function aClientActsForItself() {
  const config = await discover();
  const tokens = await client.clientCredentialsGrant(config, { scope: "read" });
  assert(!tokens.refresh_token, "no refresh token is due");
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert(told.active && told.client_id === "dev-client", told);
  await client.tokenRevocation(config, tokens.access_token);
  assert(!(await client.tokenIntrospection(config, tokens.access_token)).active);
}

async function clientsAuthenticateByEveryMethod() {
  const pem = readFileSync(process.env.TRIPOD_RSA_KEY, "utf8");
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  for (const [id, authentication] of [
    ["post-client", client.ClientSecretPost(process.env.TRIPOD_POST_SECRET)],
    ["jwt-client", client.ClientSecretJwt(process.env.TRIPOD_JWT_SECRET)],
    ["key-client", client.PrivateKeyJwt(key)],
  ]) {
    const config = await discover(id, authentication);
    const tokens = await client.clientCredentialsGrant(config, { scope: "read" });
    assert(tokens.access_token, id);
  }
}

async function aClientRegisters() {
  const metadata = {
    redirect_uris: [CALLBACK],
    client_name: "Registered",
    scope: "openid read",
    token_endpoint_auth_method: "client_secret_post", // what openid-client does unless told otherwise
  };
  const config = await client.dynamicClientRegistration(new URL(PROVIDER), metadata, undefined, INSECURE);
  const { tokens } = await logIn(config, { scope: "openid read" });
  await me(config, tokens.access_token);
}

async function tokensAreExchanged() {
  const config = await discover();
  const { tokens } = await logIn(config);
  const exchanged = await client.genericGrantRequest(
    config, "urn:ietf:params:oauth:grant-type:token-exchange",
    {
      subject_token: tokens.access_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      scope: "read",
    });
  assert((await me(config, exchanged.access_token)).username === "alice");
}

async function promptNoneIsKept() {
  const config = await discover();
  await refused("login_required", () => logIn(config, { prompt: "none" }));
  const { browser } = await logIn(config);
  await logIn(config, { prompt: "none" }, { browser });
}

async function aDenialArrives() {
  const config = await discover();
  await refused("access_denied", () => logIn(config, { prompt: "consent", decision: "deny" }));
}

async function aUserSignsOut() {
  const config = await discover();
  const { tokens, browser } = await logIn(config);
  const url = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token });
  const page = await browser.open(String(url));
  assert(page.status === 200 || page.left, page.status);
  for (const form of page.forms ?? []) await browser.submit(page, form, Object.fromEntries(form.buttons));
  await refused("login_required", () => logIn(config, { prompt: "none" }, { browser }));
}

await run([
  aUserLogsIn, aPublicClientLogsIn, aCodeIsRedeemedOnce, aRequestIsPushed, tokensAreBoundToAKey,
  aClientActsForItself, clientsAuthenticateByEveryMethod, aClientRegisters, tokensAreExchanged,
  promptNoneIsKept, aDenialArrives, aUserSignsOut, aDeviceWaitsForItsUser,
]);
