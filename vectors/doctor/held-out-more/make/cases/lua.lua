#### lua-json-body
#: expected: oauth2/token-request/not-a-form oauth2/request/parameter-missing
#: made: cjson.encode of the parameters; luasec's https.request; Keycloak's answer from a stub
#: serve: POST https://sso.example.org/realms/main/protocol/openid-connect/token 400
#| {"error":"invalid_request","error_description":"Missing form parameter: grant_type"}
#< Hi, I'm trying to get a token from Keycloak 24 in Lua and it can't see my grant_type:
#<
#< ```lua
#< {program}
#< ```
#<
#< Output:
local https, ltn12, cjson = require "ssl.https", require "ltn12", require "cjson"
local body, out = cjson.encode{grant_type = "client_credentials", client_id = "robot", client_secret = os.getenv("SECRET") or "XXX"}, {}
local _, code, headers = https.request{url = "https://sso.example.org/realms/main/protocol/openid-connect/token", method = "POST",
  headers = {["content-type"] = "application/json", ["content-length"] = #body}, source = ltn12.source.string(body), sink = ltn12.sink.table(out)}
print(code, table.concat(out))
#### lua-oauth1-lower-case
#: expected: oauth1/signature/lower-case-escapes
#: certain: oauth1/signature/lower-case-escapes
#: made: ("%%%02x"):format in the encoder; luaossl and luasec; X's answer from a stub
#: known: {"consumer_secret": "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX", "token_secret": "Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3"}
#: serve: GET https://api.twitter.com/1.1/account/verify_credentials.json 401
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
local https, ltn12, hmac, mime = require "ssl.https", require "ltn12", require "openssl.hmac", require "mime"
local function enc(s) return (s:gsub("[^%w%-%._~]", function(c) return ("%%%02x"):format(c:byte()) end)) end
local url = "https://api.twitter.com/1.1/account/verify_credentials.json"
local p = {{"oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBogXvz"}, {"oauth_nonce", "n" .. os.time() .. "l"}, {"oauth_signature_method", "HMAC-SHA1"}, {"oauth_timestamp", tostring(os.time())}, {"oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"}, {"oauth_version", "1.0"}}
local q = {}
for i, v in ipairs(p) do q[i] = v[1] .. "=" .. enc(v[2]) end
local base = "GET&" .. enc(url) .. "&" .. enc(table.concat(q, "&"))
local key = "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX&Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3"
p[#p + 1] = {"oauth_signature", mime.b64(hmac.new(key, "sha1"):final(base)) .. ""}
local h = {}
for i, v in ipairs(p) do h[i] = ('%s="%s"'):format(v[1], enc(v[2])) end
local header, out = "OAuth " .. table.concat(h, ", "), {}
print("GET " .. url); print("Authorization: " .. header)
local _, code = https.request{url = url, headers = {authorization = header}, sink = ltn12.sink.table(out)}
print(code, table.concat(out))
#### lua-attempt-to-index
#: expected: none
#: healthy: true
#: made: a variable is nil; Lua, a file called oauth.lua; says nothing about a call
local f = io.open("oauth.lua", "w")
f:write("local M = {}\nfunction M.load(session)\n  return session.user.name\nend\nreturn M\n")
f:close()
require("oauth").load({})
#### lua-two-methods
#: expected: oauth2/client-authentication/two-methods
#: certain: oauth2/client-authentication/two-methods
#: made: id and secret stand in the URL's userinfo (so in the header) and in the body; LuaSocket against oidc-provider
local http, ltn12 = require "socket.http", require "ltn12"
local body, out = "grant_type=client_credentials&client_id=machine&client_secret=machine-secret", {}
local _, code, headers = http.request{url = os.getenv("OIDC"):gsub("//", "//machine:machine%%-secret@") .. "/token", method = "POST",
  headers = {["content-type"] = "application/x-www-form-urlencoded", ["content-length"] = #body}, source = ltn12.source.string(body), sink = ltn12.sink.table(out)}
print(code, table.concat(out))
#### lua-sec-verify
#: expected: network/tls-untrusted network/tls-expired network/tls
#: made: nobody renewed the certificate; luasec, which says no more than that it did not verify; stub
#: tls: login.partner.example expired
#: serve: POST https://login.partner.example/oauth/token 200
local https, ltn12 = require "ssl.https", require "ltn12"
local body = "grant_type=client_credentials"
local ok, err = https.request{url = "https://login.partner.example/oauth/token", method = "POST", verify = "peer", cafile = "/etc/ssl/certs/ca-certificates.crt",
  headers = {["content-type"] = "application/x-www-form-urlencoded", ["content-length"] = #body}, source = ltn12.source.string(body)}
io.stderr:write("[error] token request to https://login.partner.example/oauth/token: ", tostring(err), "\n")
