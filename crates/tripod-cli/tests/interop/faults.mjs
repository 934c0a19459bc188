// Clients in JavaScript meet faults of the provider, and check each answer by the letter.
//
// Each case is printed as a line of JSON: the fault, who met it, and what could be seen of it.

import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

import { seen, watching } from "./seen.mjs";

const PROVIDER = process.env.TRIPOD_PROVIDER;
const CALLBACK = "http://[::1]:8123/callback";
const CLIENT = { client_id: "dev-client", id_token_signed_response_alg: "RS256" };
const SECRET = "dev-client-secret";
const authenticate = oauth.ClientSecretBasic(SECRET);

const say = (fault, client, evidence, known = {}) =>
  console.log(JSON.stringify({ fault, client, evidence, known }));

const asking = (fault) => (fault ? { "X-Tripod-Fault": fault } : {});
const options = (fault) => ({ [oauth.allowInsecureRequests]: true, [oauth.customFetch]: watching(asking(fault)) });

const discover = async (fault) => {
  const issuer = new URL(PROVIDER);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options(fault)));
};
const server = await discover();

/** Sends the browser, for whom everything is allowed; returns what it brings back. */
const authorized = async (scope, fault) => {
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = await watching(asking(fault))(url, { redirect: "manual" });
  const back = new URL(answer.headers.get("location"));
  return { verifier, checked: oauth.validateAuthResponse(server, CLIENT, back, oauth.expectNoState) };
};

const redeem = async (scope, fault, more = {}) => {
  const { verifier, checked } = await authorized(scope);
  const answer = await oauth.authorizationCodeGrantRequest(
    server, CLIENT, authenticate, checked, CALLBACK, verifier, { ...options(fault), ...more });
  return { answer, tokens: await oauth.processAuthorizationCodeResponse(server, CLIENT, answer) };
};

const logIn = async (fault) => {
  const { answer } = await redeem("openid read", fault);
  // It keeps keys with the metadata: here they are fetched now, when they may have been replaced.
  await oauth.validateApplicationLevelSignature({ ...server }, answer, options());
};

const call = (tokens, fault, more = {}) =>
  oauth.protectedResourceRequest(tokens.access_token, "GET", new URL(`${PROVIDER}/api/me`), undefined, undefined, {
    ...options(fault),
    ...more,
  });

for (const fault of ["wrong-iss", "wrong-alg", "wrong-kid", "keys-rotated", "clock-skew=-7200"])
  say(fault, "oauth4webapi", await seen(() => logIn(fault)), { issuer: PROVIDER, client_id: CLIENT.client_id });

say("wrong-iss,endpoint=metadata", "oauth4webapi", await seen(() => discover("wrong-iss")), { issuer: PROVIDER });
say("wrong-iss,endpoint=authorize", "oauth4webapi", await seen(() => authorized("read", "wrong-iss")), { issuer: PROVIDER });

for (const fault of ["form-answer", "html-answer", "expires-in-text", "status-200", "drop", "half-answer", "unknown-client"])
  say(fault, "oauth4webapi", await seen(() => redeem("read", fault)));

// openid-client is told to go by the same provider.
{
  const execute = [openid.allowInsecureRequests];
  const make = async (fault) => {
    const found = await openid.discovery(new URL(PROVIDER), CLIENT.client_id, SECRET, openid.ClientSecretBasic(SECRET), { execute });
    found[openid.customFetch] = watching(asking(fault));
    return found;
  };
  for (const fault of ["expired-code", "expires-in-text", "status=502", "status=429", "scope-cut"]) {
    const { verifier, checked } = await authorized("read write");
    const back = new URL(`${CALLBACK}?${checked}`);
    const client = await make(fault);
    const exchange = async () => {
      const tokens = await openid.authorizationCodeGrant(client, back, { pkceCodeVerifier: verifier });
      if (tokens.scope !== "read write") throw new Error(`granted: ${tokens.scope}`);
    };
    say(fault, "openid-client", await seen(exchange), { scope: "read write" });
  }
  const client = await make("slow-down");
  const begun = await openid.initiateDeviceAuthorization(await make(), { scope: "read" });
  const asks = openid.genericGrantRequest(client, "urn:ietf:params:oauth:grant-type:device_code", {
    device_code: begun.device_code,
  });
  say("slow-down", "openid-client", await seen(() => asks));
}

// Keys that tokens are bound to.
{
  const key = await oauth.generateKeyPair("ES256");
  const proven = () => ({ DPoP: oauth.DPoP(CLIENT, key) });
  say("dpop-nonce", "oauth4webapi", await seen(() => redeem("read", "dpop-nonce", proven())));
  const { tokens } = await redeem("read", undefined, proven());
  say("dpop-nonce,endpoint=api", "oauth4webapi", await seen(() => call(tokens, "dpop-nonce", proven())));
  say("nonce-used", "oauth4webapi", await seen(() => call(tokens, "nonce-used", proven())));
  say("expired-token", "oauth4webapi", await seen(() => call(tokens, "expired-token", proven())));
}

// A resource that takes JWTs, and asks nobody about them.
{
  const resource = process.env.TRIPOD_RESOURCE;
  const called = async (fault) => {
    const form = new URLSearchParams({ scope: "read", resource });
    const answer = await oauth.clientCredentialsGrantRequest(server, CLIENT, authenticate, form, options(fault));
    const tokens = await oauth.processClientCredentialsResponse(server, CLIENT, answer);
    const request = new Request(resource, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
    await oauth.validateJwtAccessToken({ ...server }, request, resource, options());
  };
  await called();
  for (const fault of ["expired-token,endpoint=token", "wrong-audience,endpoint=token"])
    say(fault, "oauth4webapi", await seen(() => called(fault)));
}
