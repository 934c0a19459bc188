// oidc-provider with its in-memory adapter and its pages for development, on a free port.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const CODE = "authorization_code";
const DEVICE = "urn:ietf:params:oauth:grant-type:device_code";

const native = (client_id, more) => ({
  client_id,
  application_type: "native",
  token_endpoint_auth_method: "none",
  grant_types: [CODE, "refresh_token", DEVICE],
  redirect_uris: ["http://127.0.0.1/callback", "http://[::1]/callback"],
  ...more,
});

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    native("native"),
    native("short-lived"),
    native("pushing", { require_pushed_authorization_requests: true }),
    native("bound", { dpop_bound_access_tokens: true }),
    native("confidential", {
      application_type: "web",
      token_endpoint_auth_method: "client_secret_basic",
      client_secret: "se cret:+%&~",
      redirect_uris: ["http://127.0.0.1:1/callback"],
    }),
    native("machine", {
      token_endpoint_auth_method: "client_secret_post",
      client_secret: "machine-secret",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    }),
  ],
  cookies: { keys: ["of no importance"] },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: createHash("sha256").update("of no importance").digest(),
      requireNonce: () => true,
    },
  },
  rotateRefreshToken: true,
  scopes: ["openid", "offline_access", "read"],
  ttl: { AccessToken: (_context, _token, client) => (client.clientId === "short-lived" ? 3 : 3600) },
});

const handle = provider.callback();
server.on("request", async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname !== "/forget") return handle(request, response);
  // One access token is over before its time; revoking it would take back the refresh token, too.
  const token = await provider.AccessToken.find(searchParams.get("token"));
  await token.destroy();
  response.end();
});
console.log(JSON.stringify({ issuer }));
