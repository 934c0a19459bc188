#### r-httr-request-token
#: expected: oauth1/request/failed
#: made: consumer key and secret of a suspended app; httr's oauth1.0_token, which hides the body; stub
#: serve: POST https://api.twitter.com/oauth/request_token 401
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
library(httr)
app <- oauth_app("twitter", key = "xvz1evFS4wEEPTGEFPHBogXvz", secret = "x")
oauth1.0_token(oauth_endpoints("twitter"), app)
#### r-httr2-okta-secret
#: expected: oauth2/client-authentication/wrong-secret
#: made: a secret that was replaced; httr2's client credentials; Okta's answer from a stub
#: serve: POST https://acme.okta.com/oauth2/default/v1/token 401
#| {"error":"invalid_client","error_description":"The client secret supplied for a confidential client is invalid."}
library(httr2)
client <- oauth_client("0oa1b2c3d4E5f6G7h8", "https://acme.okta.com/oauth2/default/v1/token", secret = "x", name = "reports")
request("https://api.acme.example/reports") |> req_oauth_client_credentials(client) |> req_perform()
#### r-httr-verbose-reddit
#: expected: oauth2/client-authentication/wrong-method oauth2/client-authentication/missing
#: made: id and secret in the body, where Reddit wants the header; httr with verbose(); Reddit's answer from a stub
#: serve: POST https://www.reddit.com/api/v1/access_token 401
#| {"message": "Unauthorized", "error": 401}
library(httr)
r <- POST("https://www.reddit.com/api/v1/access_token", body = list(grant_type = "password", username = "acme_bot", password = "XXX", client_id = "Zk3rT8vQ1x0W5r", client_secret = "n0t-4-r34l-s3cr3t-0f-r3dd1t"), encode = "form", user_agent("r:acme:0.1"), verbose(data_out = TRUE))
content(r)
#### r-gargle-scopes
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: a token for drive.file reads a spreadsheet; gargle's response_process; Google's answer from a stub
#: serve: GET https://sheets.googleapis.com/v4/spreadsheets/1BxiMVs0XRA5 403 application/json; charset=UTF-8
#| {
#|   "error": {
#|     "code": 403,
#|     "message": "Request had insufficient authentication scopes.",
#|     "status": "PERMISSION_DENIED",
#|     "details": [
#|       {
#|         "@type": "type.googleapis.com/google.rpc.ErrorInfo",
#|         "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
#|         "domain": "googleapis.com",
#|         "metadata": {
#|           "service": "sheets.googleapis.com",
#|           "method": "google.apps.sheets.v4.SpreadsheetsService.GetSpreadsheet"
#|         }
#|       }
#|     ]
#|   }
#| }
library(gargle)
response_process(httr::GET("https://sheets.googleapis.com/v4/spreadsheets/1BxiMVs0XRA5", httr::add_headers(Authorization = "Bearer ya29.x")))
#### r-woocommerce-other-hash
#: expected: oauth1/signature/other-hash
#: certain: oauth1/signature/other-hash
#: made: HMAC-SHA256 is computed, HMAC-SHA1 is named; httr with openssl; WooCommerce's answer from a stub
#: known: {"consumer_secret": "cs_8f1e2d3c4b5a69788796a5b4c3d2e1f08f1e2d3c"}
#: serve: GET http://shop.acme.example/wp-json/wc/v3/orders 401
#| {"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match.","data":{"status":401}}
library(httr)
url <- "http://shop.acme.example/wp-json/wc/v3/orders"
p <- list(oauth_consumer_key = "ck_0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c", oauth_nonce = paste0("n", as.integer(Sys.time()), "q"), oauth_signature_method = "HMAC-SHA1", oauth_timestamp = as.character(as.integer(Sys.time())), oauth_version = "1.0")
enc <- function(x) curl::curl_escape(x)
base <- paste("GET", enc(url), enc(paste(names(p), p, sep = "=", collapse = "&")), sep = "&")
p$oauth_signature <- openssl::base64_encode(openssl::sha256(charToRaw(base), key = "cs_8f1e2d3c4b5a69788796a5b4c3d2e1f08f1e2d3c&"))
r <- GET(url, query = p)
cat("GET", r$url, "\n", r$status_code, "\n", content(r, "text", encoding = "UTF-8"), "\n")
#### r-httr-print-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; print of httr's response of GitHub's /user (from a stub)
#: serve: GET https://api.github.com/user 200 application/json; charset=utf-8
#+ X-OAuth-Scopes: read:user, repo
#+ X-RateLimit-Remaining: 4987
#| {"login":"octocat","id":583231,"type":"User"}
library(httr)
r <- GET("https://api.github.com/user", add_headers(Authorization = "token XXX"))
print(r)
str(headers(r)[c("x-oauth-scopes", "x-ratelimit-remaining")])
#### r-httr2-entra-tenant
#: expected: oauth2/entra/tenant
#: certain: oauth2/entra/tenant
#: made: the name of the tenant has a typing mistake; httr2's client credentials; Entra's answer from a stub
#: serve: POST https://login.microsoftonline.com/acme.onmicrosft.com/oauth2/v2.0/token 400
#| {"error":"invalid_request","error_description":"AADSTS90002: Tenant 'acme.onmicrosft.com' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant. Trace ID: 0d1e2f30-4152-4637-8495-a6b7c8d9e0f1","error_codes":[90002]}
library(httr2)
client <- oauth_client("b0d5f1a2-1111-4c5d-8e9f-000011112222", "https://login.microsoftonline.com/acme.onmicrosft.com/oauth2/v2.0/token", secret = "x", name = "reports")
request("https://graph.microsoft.com/v1.0/users") |> req_oauth_client_credentials(client, scope = "https://graph.microsoft.com/.default") |> req_perform()
