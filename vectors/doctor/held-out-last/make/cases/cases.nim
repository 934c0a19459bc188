#### nim-tripod-refresh-reused
#: expected: oauth2/refresh/reused oauth2/refresh/rotated-token-not-kept
#: certain: oauth2/refresh/reused
#: made: the refresh token is read from the config file each time, and the new one never written; Nim's httpclient; tripod
import httpclient, json, os, strutils, uri, osproc
let t = getEnv("T")
let c = newHttpClient(maxRedirects = 0)
c.headers = newHttpHeaders({"Content-Type": "application/x-www-form-urlencoded"})
proc token(body: string): JsonNode =
  let r = c.request(t & "/oauth2/token", HttpPost, body)
  if r.code != Http200: raise newException(HttpRequestError, "token endpoint: " & r.status & "\n" & r.body)
  parseJson(r.body)
let verifier = "Zq3mT7vR1xKc9WbN5yHdP0sLf8GjA2uEoI6tQwXzM4n"
let challenge = execProcess("printf %s " & verifier & " | openssl dgst -sha256 -binary | basenc --base64url | tr -d '=\n'").strip
let asked = c.get(t & "/oauth2/authorize?client_id=dev-public&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=read%20offline_access&state=s&code_challenge_method=S256&code_challenge=" & challenge)
let code = asked.headers["location"].split("code=")[1].split("&")[0]
let first = token("grant_type=authorization_code&client_id=dev-public&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code=" & code & "&code_verifier=" & verifier)
for hour in 1 .. 2:
  echo "refreshing, hour ", hour
  if hour == 2: c.headers["X-Tripod-Fault"] = "reused-refresh-token"
  discard token("grant_type=refresh_token&client_id=dev-public&refresh_token=" & first["refresh_token"].getStr)

#### nim-fitbit-refresh
#: expected: oauth2/refresh/refused oauth2/refresh/reused
#: certain: oauth2/refresh/refused
#: made: the refresh token was used by the other machine; Nim's httpclient; stub with Fitbit's answer
#: serve: POST https://api.fitbit.com/oauth2/token 400
#|{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid: 8f3c0b7d9e1a. Visit https://dev.fitbit.com/docs/oauth2 for more information on the Fitbit Web API authorization process."}],"success":false}
import httpclient, net
let c = newHttpClient(sslContext = newContext(caFile = "/etc/ssl/certs/ca-certificates.crt"))
c.headers = newHttpHeaders({"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic MjI5QjJEOnM="})
let r = c.request("https://api.fitbit.com/oauth2/token", HttpPost, "grant_type=refresh_token&refresh_token=8f3c0b7d9e1a")
echo "[sleep-sync] refresh -> ", r.status
echo "[sleep-sync] ", r.body
