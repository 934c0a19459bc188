// oidc-provider with its in-memory adapter: one client, opaque tokens, introspection.

import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "bench",
      client_secret: "bench-secret-of-no-importance-whatever-0001",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    },
  ],
  scopes: ["read"],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
  },
});
createServer(provider.callback()).listen(Number(port), "127.0.0.1");
