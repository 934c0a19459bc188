// oauth-1.0a, openid-client and simple-oauth2, run into one mistake each.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const require = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const OAuth = require('oauth-1.0a');
const { AuthorizationCode, ClientCredentials } = require('simple-oauth2');
const esm = (name) => import(pathToFileURL(require.resolve(name)).href);
const oidc = await esm('openid-client');
const jose = await esm('jose');

const CORPUS = path.resolve(import.meta.dirname, '..');
const now = Math.floor(Date.now() / 1000);
const PORT = 8767, BASE = `http://127.0.0.1:${PORT}`;
let seen = [], answer = () => [200, {}, {}];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    const pairs = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) pairs.push([request.rawHeaders[i], request.rawHeaders[i + 1]]);
    const asked = { method: request.method, target: request.url, headers: pairs, body };
    let [status, headers, text] = answer(asked);
    if (typeof text === 'object') { headers = { 'Content-Type': 'application/json', ...headers }; text = JSON.stringify(text); }
    headers = { Date: new Date().toUTCString(), ...headers };
    seen.push({ asked, status, headers: Object.entries(headers), text });
    response.writeHead(status, headers).end(text);
  });
}).listen(PORT, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

const lines = (pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join('\n');
const kept = ([name]) => !/^(connection|content-length|accept-|sec-|user-agent)/i.test(name);
const asHttp = () => seen.map(({ asked, status, headers, text }) =>
  `${asked.method} ${asked.target} HTTP/1.1\n${lines(asked.headers.filter(kept))}\n\n${asked.body}\nHTTP/1.1 ${status} Answer\n${lines(headers)}\n\n${text}\n`).join('\n');
const asTrace = () => JSON.stringify({ exchanges: seen.map(({ asked, status, headers, text }) => ({
  request: { method: asked.method, uri: BASE + asked.target, headers: asked.headers, body: asked.body },
  response: { status, headers, body: text } })) }, null, 1);

let count = 0;
function write(name, evidence, expected, made, known, secrets, healthy) {
  const folder = path.join(CORPUS, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder);
  // Where the libraries lie on this machine is nobody's business.
  const shown = evidence.replaceAll(process.env.NODE_PATH, '/home/user/app/node_modules').replaceAll(import.meta.dirname, '/home/user/app');
  fs.writeFileSync(path.join(folder, 'evidence'), shown);
  const value = { expected: [expected].flat(), made, secrets, now, ...(known && { known }), ...(healthy && { healthy }) };
  fs.writeFileSync(path.join(folder, 'case.json'), JSON.stringify(value, null, 1) + '\n');
  count += 1;
}

// ---- oauth-1.0a
const SECRET = 'kd94hf93k423kf44-cs', TOKEN = { key: 'nnch734d00sl2jdk', secret: 'pfkkdhi9sl3r4s00-ts' };
const KNOWN = { consumer_secret: SECRET, token_secret: TOKEN.secret };
const sha1 = (base, key) => crypto.createHmac('sha1', key).update(base).digest('base64');
const signer = (options = {}) => new OAuth({ consumer: { key: 'dpf43f3p2l4k3l03', secret: SECRET }, signature_method: 'HMAC-SHA1', hash_function: sha1, ...options });
const S = 'oauth1/signature/';
const tumblr = () => [401, {}, { meta: { status: 401, msg: 'Unauthorized' }, errors: [{ title: 'Unauthorized', code: 1016, detail: 'oauth_signature does not match expected value' }] }];
const x = () => [401, {}, { errors: [{ code: 32, message: 'Could not authenticate you.' }] }];
const fine = () => [200, {}, { ok: true }];

async function signed(name, expected, made, { url = BASE + '/1.1/statuses?count=5&q=two%20words', method = 'GET', data, body, type, oauth = signer(), token = TOKEN, sign = url, as = method, refuse = tumblr, known = KNOWN, healthy, twice, edit = (h) => h } = {}) {
  seen = []; answer = refuse;
  const header = edit(oauth.toHeader(oauth.authorize({ url: sign, method: as, data }, token)).Authorization);
  const headers = { Authorization: header, ...(body !== undefined && { 'Content-Type': type ?? 'application/x-www-form-urlencoded' }) };
  for (let i = 0; i < (twice ? 2 : 1); i += 1) await fetch(url, { method, headers, body });
  write('oauth1-js-' + name, count % 2 ? asHttp() : asTrace(), expected, made, known, [SECRET, TOKEN.secret], healthy);
}
const form = 'status=Hello%20Ladies%20%2B%20Gentlemen&trim=1', fields = { status: 'Hello Ladies + Gentlemen', trim: '1' };
await signed('right', S + 'mismatch', 'nothing is wrong', { refuse: fine, healthy: true });
await signed('right-form', S + 'mismatch', 'nothing is wrong', { method: 'POST', url: BASE + '/update', data: fields, body: form, refuse: fine, healthy: true });
await signed('data-forgotten', S + 'body-parameters-left-out', 'data was not given to authorize()', { method: 'POST', url: BASE + '/update', body: form });
await signed('json-as-data', S + 'body-wrongly-included', 'the JSON body was given as data', { method: 'POST', url: BASE + '/update', data: fields, body: JSON.stringify(fields), type: 'application/json', refuse: x });
await signed('hex', S + 'encoding', "digest('hex')", { oauth: signer({ hash_function: (b, k) => crypto.createHmac('sha1', k).update(b).digest('hex') }) });
await signed('base64url', S + 'encoding', "digest('base64url')", { oauth: signer({ hash_function: (b, k) => crypto.createHmac('sha1', k).update(b).digest('base64url') }) });
await signed('sha256', S + 'other-hash', 'SHA-256 in hash_function, HMAC-SHA1 in the options', { oauth: signer({ hash_function: (b, k) => crypto.createHmac('sha256', k).update(b).digest('base64') }) });
await signed('last-ampersand', S + 'key-separator', 'last_ampersand: false', { oauth: signer({ last_ampersand: false }), token: null, known: { consumer_secret: SECRET } });
await signed('token-secret-missing', S + 'token-secret-left-out', 'the token was given without its secret', { token: { key: TOKEN.key } });
await signed('token-not-given', [S + 'mismatch', S + 'token-secret-left-out', S + 'parameter-left-out'], 'no token was given at all: the signature is right for a two-legged request', { token: null, refuse: x });
await signed('secrets-swapped', S + 'secrets-swapped', 'swapped', { oauth: signer({ consumer: { key: 'dpf43f3p2l4k3l03', secret: TOKEN.secret } }), token: { key: TOKEN.key, secret: SECRET } });
await signed('newline', S + 'stray-characters-in-secret', 'readFileSync without trim', { oauth: signer({ consumer: { key: 'dpf43f3p2l4k3l03', secret: SECRET + '\n' } }), refuse: x });
await signed('https', S + 'other-scheme', 'signed for https', { sign: (BASE + '/1.1/statuses?count=5&q=two%20words').replace('http:', 'https:') });
await signed('method', S + 'method', 'signed for GET, sent as POST', { method: 'POST', as: 'GET' });
await signed('query-by-client', S + 'query-parameters-left-out', 'params were given to the HTTP client alone', { sign: BASE + '/1.1/statuses' });
const script = signer(); script.percentEncode = encodeURIComponent;
await signed('encode-uri-component', S + 'reserved-characters-raw', 'percentEncode replaced', { oauth: script, url: BASE + "/s?q=" + encodeURIComponent("it's (fine)!").replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase()) });
const milliseconds = signer(); milliseconds.getTimeStamp = () => Date.now();
await signed('milliseconds', 'oauth1/timestamp/malformed', 'Date.now()', { oauth: milliseconds, refuse: () => [401, {}, 'oauth_problem=timestamp_refused'] });
const late = signer(); late.getTimeStamp = () => now - 86400;
await signed('clock', 'oauth1/timestamp/refused', 'a day behind', { oauth: late, refuse: x });
let calls = 0;
await signed('retried', 'oauth1/nonce/used', 'the header was kept for the retry', { twice: true, refuse: () => (calls++ ? [401, { 'Content-Type': 'application/x-www-form-urlencoded' }, 'oauth_problem=nonce_used'] : [503, {}, 'busy']) });
await signed('unsorted-array', S + 'duplicates-dropped', 'an array became its last value', { url: BASE + '/s?tag=a&tag=b', sign: BASE + '/s?tag=b' });
await signed('without-secrets', S + 'mismatch', 'the mistake cannot be seen without the secrets', { oauth: signer({ consumer: { key: 'dpf43f3p2l4k3l03', secret: 'a-secret-of-another-app' } }), known: undefined });

// ---- openid-client
const { publicKey, privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
const CLIENT = 'web-app', CSECRET = 's3cr3t-9fK2xPq7LmZt', ACCESS = '2YotnFZFEjr1zCsicMWpAA', CODE = 'SplxlOBeZQQYbYS6WxSbIA';
const metadata = { issuer: BASE, authorization_endpoint: BASE + '/authorize', token_endpoint: BASE + '/token', jwks_uri: BASE + '/jwks',
  response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] };
const idToken = (claims = {}, key = privateKey, header = {}) => new jose.SignJWT({ iss: BASE, sub: 'alice', aud: CLIENT, iat: now, exp: now + 600, nonce: 'n-0S6_WzA2Mj', ...claims })
  .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key);
const config = (extra = {}, auth) => {
  const made = new oidc.Configuration({ ...metadata, ...extra }, CLIENT, CSECRET, auth);
  oidc.allowInsecureRequests(made);
  return made;
};
const callback = new URL(`https://app.example/cb?code=${CODE}&state=af0ifjsldkj`);
const checks = { expectedState: 'af0ifjsldkj', expectedNonce: 'n-0S6_WzA2Mj' };
const grant = (made = config(), url = callback, asked = checks) => oidc.authorizationCodeGrant(made, url, asked);
const routes = (token) => (asked) => (asked.target.startsWith('/jwks') ? [200, {}, { keys: [jwk] }] : asked.target.startsWith('/.well-known') ? [200, {}, metadata] : token);
const refused = (error, text, status = 400) => routes([status, {}, { error, error_description: text }]);
const SECRETS = [CSECRET, ACCESS, CODE];

async function oauth2(name, steps, reply, { http: expectedHttp, log: expectedLog, made, known, secrets = SECRETS, healthy }) {
  seen = []; answer = reply;
  let printed = '';
  try { await steps(); } catch (error) { printed = util.inspect(error, { depth: 6 }); }
  if (expectedLog) {
    if (!printed) throw new Error(name + ' did not fail');
    write('oauth2-js-log-' + name, printed + '\n', expectedLog, made + '; what was printed alone', undefined, secrets);
  }
  if (expectedHttp && seen.length) write('oauth2-js-' + name, count % 2 ? asHttp() : asTrace(), expectedHttp, made, known, secrets, healthy);
}
const G = 'oauth2/';
const tokens = async (claims, key, header) => routes([200, {}, { access_token: ACCESS, token_type: 'Bearer', expires_in: 600, id_token: await idToken(claims, key, header) }]);
await oauth2('right', () => grant(), await tokens(), { http: 'none', made: 'nothing is wrong', healthy: true, known: { client_id: CLIENT, issuer: BASE } });
await oauth2('discovery-slash', () => oidc.discovery(new URL(BASE + '/'), CLIENT, CSECRET, undefined, { execute: [oidc.allowInsecureRequests] }),
  () => [200, {}, { ...metadata, issuer: BASE + '/tenant' }], { http: G + 'issuer/mismatch', log: G + 'issuer/mismatch', made: 'the metadata name another issuer' });
await oauth2('state', () => grant(config(), new URL(`https://app.example/cb?code=${CODE}&state=zzz`)), routes([200, {}, {}]), { log: G + 'callback/state-mismatch', made: 'another state came back' });
await oauth2('denied', () => grant(config(), new URL('https://app.example/cb?error=access_denied&error_description=no&state=af0ifjsldkj')), routes([200, {}, {}]), { log: G + 'authorization/access-denied', made: 'the user said no' });
await oauth2('no-code', () => grant(config(), new URL('https://app.example/cb?state=af0ifjsldkj')), routes([400, {}, { error: 'invalid_request', error_description: 'code is missing' }]), { log: [G + 'callback/no-code', G + 'request/parameter-missing', G + 'request/invalid'], made: 'no code in the callback' });
await oauth2('aud', () => grant(), await tokens({ aud: 'other-app' }), { http: G + 'id-token/audience', log: G + 'id-token/audience', made: 'ID token for another client', known: { client_id: CLIENT } });
await oauth2('iss', () => grant(), await tokens({ iss: BASE + '/' }), { http: G + 'issuer/mismatch', log: G + 'issuer/mismatch', made: 'slash at the end of iss', known: { issuer: BASE } });
await oauth2('nonce', () => grant(), await tokens({ nonce: 'another' }), { log: G + 'id-token/nonce', made: 'nonce of another login' });
await oauth2('exp', () => grant(), await tokens({ iat: now - 7200, exp: now - 3600 }), { http: G + 'jwt/expired', log: G + 'jwt/expired', made: 'the clock of the issuer is two hours behind' });
await oauth2('iat', () => grant(), await tokens({ iat: now + 3600, exp: now + 7200, nbf: now + 3600 }), { http: G + 'id-token/clock', log: G + 'id-token/clock', made: 'the clock of the issuer is ahead' });
await oauth2('alg', () => grant(), routes([200, {}, { access_token: ACCESS, token_type: 'Bearer', id_token: await new jose.SignJWT({ iss: BASE, sub: 'a', aud: CLIENT, iat: now, exp: now + 600 }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CSECRET.repeat(2))) }]),
  { log: G + 'jwt/algorithm', made: 'ID token signed by HS256' });
const basic = (accept) => (asked) => {
  const header = asked.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const joined = Buffer.from(header.slice(6), 'base64').toString();
  return joined === accept ? [200, {}, { access_token: ACCESS, token_type: 'Bearer' }] : [401, {}, { error: 'invalid_client', error_description: 'Client authentication failed' }];
};
const SPECIAL = 'p+s/ecret=9fK2xPq7:$';
const special = new oidc.Configuration(metadata, CLIENT, SPECIAL, oidc.ClientSecretBasic(SPECIAL));
oidc.allowInsecureRequests(special);
await oauth2('basic-encoded', () => oidc.clientCredentialsGrant(special), basic(`${CLIENT}:${SPECIAL}`), { http: G + 'client-authentication/basic-encoding', log: G + 'client-authentication/refused', made: 'openid-client encodes, the server does not decode', known: { client_id: CLIENT, client_secret: SPECIAL }, secrets: [SPECIAL] });
await oauth2('html', () => grant(), () => [200, { 'Content-Type': 'text/html' }, '<html><title>Sign in</title></html>'], { http: G + 'token-answer/not-json', log: [G + 'token-answer/not-json'], made: 'a login page' });
await oauth2('no-access-token', () => grant(), routes([200, {}, { token: ACCESS, token_type: 'Bearer' }]), { log: G + 'token-answer/no-access-token', made: 'the answer names the token otherwise' });
await oauth2('expired-code', () => grant(), refused('invalid_grant', 'authorization code has expired'), { http: G + 'code/expired-or-unknown', log: G + 'code/expired-or-unknown', made: 'the user took too long' });
await oauth2('pkce', () => grant(), refused('invalid_grant', 'code_verifier is required'), { http: G + 'pkce/verifier-missing', log: G + 'pkce/verifier-missing', made: 'verifier lost with the session' });
await oauth2('refresh', () => oidc.refreshTokenGrant(config(), 'tGzv3JOkF0XG5Qx2TlKWIA'), refused('invalid_grant', 'grant request is invalid'), { http: [G + 'refresh/refused', G + 'token-request/invalid-grant'], log: G + 'token-request/invalid-grant', made: 'a refresh token of yesterday', secrets: [...SECRETS, 'tGzv3JOkF0XG5Qx2TlKWIA'] });
await oauth2('device', () => oidc.initiateDeviceAuthorization(config({ device_authorization_endpoint: BASE + '/device' }), { scope: 'a' }), refused('unauthorized_client', 'device_code is not allowed for this client'), { http: G + 'client/unauthorized', log: G + 'client/unauthorized', made: 'grant not allowed for the client' });
await oauth2('scope', () => oidc.fetchProtectedResource(config(), ACCESS, new URL(BASE + '/items'), 'GET'), () => [403, { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="write"' }, ''], { http: G + 'scope/insufficient', made: 'scope write is missing', log: G + 'scope/insufficient' });

// ---- simple-oauth2
const simple = (options = {}, auth = {}, secret = CSECRET) => new AuthorizationCode({ client: { id: CLIENT, secret }, auth: { tokenHost: BASE, tokenPath: '/token', ...auth }, options });
const get = (client) => client.getToken({ code: CODE, redirect_uri: 'https://app.example/cb' });
await oauth2('simple-right', () => get(simple()), routes([200, {}, { access_token: ACCESS, token_type: 'Bearer', expires_in: 600 }]), { http: 'none', made: 'nothing is wrong', healthy: true });
await oauth2('simple-json', () => get(simple({ bodyFormat: 'json' })), refused('unsupported_grant_type', ''), { http: G + 'token-request/not-a-form', log: G + 'token-request/unsupported-grant-type', made: "bodyFormat: 'json'" });
await oauth2('simple-path', () => get(simple({}, { tokenPath: '/oauth/tokens' })), () => [404, { 'Content-Type': 'application/json' }, '{"message":"Not Found"}'], { http: G + 'token-answer/wrong-url', made: 'wrong tokenPath' });
await oauth2('simple-loose', () => get(simple({ credentialsEncodingMode: 'loose' }, {}, SPECIAL)), basic(`${CLIENT}:${encodeURIComponent(SPECIAL)}`), { http: G + 'client-authentication/basic-encoding', log: G + 'client-authentication/refused', made: 'loose encoding, the server decodes', known: { client_id: CLIENT, client_secret: SPECIAL }, secrets: [SPECIAL] });
await oauth2('simple-secret', () => new ClientCredentials({ client: { id: CLIENT, secret: CSECRET + ' ' }, auth: { tokenHost: BASE, tokenPath: '/token' } }).getToken({}), basic(`${CLIENT}:${CSECRET}`), { http: G + 'client-authentication/stray-characters', made: 'a space behind the secret', known: { client_id: CLIENT, client_secret: CSECRET } });
await oauth2('simple-html', () => get(simple()), () => [200, { 'Content-Type': 'text/html' }, '<!DOCTYPE html><html></html>'], { http: G + 'token-answer/not-json', made: 'a login page' });
await oauth2('simple-twice', async () => { const one = simple(); await get(one); await get(one); }, (() => { let n = 0; return () => (n++ ? [400, {}, { error: 'invalid_grant', error_description: 'code is invalid' }] : [200, {}, { access_token: ACCESS, token_type: 'Bearer' }]); })(), { http: G + 'code/used-twice', made: 'the route ran twice' });
await oauth2('simple-slack', () => get(simple()), () => [200, {}, { ok: false, error: 'bad_redirect_uri' }], { http: G + 'redirect-uri/mismatch', made: 'another redirect URI, at Slack' });
server.close();
console.log(count, 'cases of JavaScript');
process.exit(0);
