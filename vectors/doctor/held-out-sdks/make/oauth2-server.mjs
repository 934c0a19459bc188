// @node-oauth/oauth2-server on express, with one client, at port 4000.
import express from "express";
import OAuth2Server from "@node-oauth/oauth2-server";

const codes = new Map(), tokens = new Map();
const model = {
  getClient: async (id, secret) => (id === "webapp" && (secret === null || secret === undefined || secret === "wH7kQ2mZ9sT4xB1v") ? { id, grants: ["authorization_code", "refresh_token"], redirectUris: ["http://localhost:3000/callback"] } : null),
  saveAuthorizationCode: async (code, client, user) => { codes.set(code.authorizationCode, { ...code, client, user }); return { ...code, client, user }; },
  getAuthorizationCode: async (code) => codes.get(code),
  revokeAuthorizationCode: async (code) => codes.delete(code.authorizationCode),
  saveToken: async (token, client, user) => { const all = { ...token, client, user }; tokens.set(token.accessToken, all); tokens.set(token.refreshToken, all); return all; },
  getAccessToken: async (token) => tokens.get(token),
  getRefreshToken: async (token) => tokens.get(token),
  revokeToken: async (token) => tokens.delete(token.refreshToken),
  verifyScope: async () => false,
};
const oauth = new OAuth2Server({ model });
const app = express();
app.use(express.json(), express.urlencoded({ extended: false }));
const wrap = (step) => async (request, response) => {
  const answer = new OAuth2Server.Response(response);
  try {
    await step(new OAuth2Server.Request(request), answer);
    response.set(answer.headers).status(answer.status).send(answer.body);
  } catch (error) {
    response.set(answer.headers).status(error.code || 500).json({ error: error.name, error_description: error.message });
  }
};
app.get("/oauth/authorize", wrap((request, response) => oauth.authorize(request, response, { authenticateHandler: { handle: () => ({ id: 1 }) } })));
app.post("/oauth/token", wrap((request, response) => oauth.token(request, response)));
app.get("/api/me", wrap(async (request, response) => { await oauth.authenticate(request, response); response.body = { name: "alice" }; }));
app.listen(4000, "127.0.0.1");
