// oidc-provider at port 4100.
import { Provider } from "oidc-provider";

const client = (client_id, more) => ({ client_id, client_secret: "kC9vN3rT6yLmPq81", redirect_uris: ["https://app.example/callback"], ...more });
new Provider("http://localhost:4100", {
  clients: [
    client("basic-app"),
    client("machine", { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }),
    client("dpop-app", { grant_types: ["client_credentials"], redirect_uris: [], response_types: [], dpop_bound_access_tokens: true }),
  ],
  features: { clientCredentials: { enabled: true }, dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true } },
  scopes: ["openid", "offline_access", "read"],
}).listen(4100, "127.0.0.1");
