// What every program has: where the servers are, and a user who says yes at once.

export const { T, AUTHLIB, AUTHLIB1, OAUTHLIB1, OIDC } = process.env;
export const NEXT = "http://127.0.0.1:8000/callback";

export async function visit(url) {
  let answer = await fetch(url, { redirect: "manual" });
  if (answer.status === 200) answer = await fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams({ decision: "allow" }) });
  return new URL(answer.headers.get("location"));
}
