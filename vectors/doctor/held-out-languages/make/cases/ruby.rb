#### ruby-oauth2-github-secret
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the secret of another app; Sinatra-like script with the oauth2 gem, uncaught exception; GitHub's answer (status 200)
#: serve: POST https://github.com/login/oauth/access_token 200 application/x-www-form-urlencoded; charset=utf-8
#|error=incorrect_client_credentials&error_description=The+client_id+and%2For+client_secret+passed+are+incorrect.&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps%2Ftroubleshooting-oauth-app-access-token-request-errors%2F%23incorrect-client-credentials
require "oauth2"
client = OAuth2::Client.new("Iv1.8a61f9b3a7aba766", "0f3e94f7c1e1b2d7cf2a6b5e3a1d0c9f8e7b6a51",
  site: "https://github.com", authorize_url: "/login/oauth/authorize", token_url: "/login/oauth/access_token")
token = client.auth_code.get_token("9c1d7a2f4e8b6035d1ac", redirect_uri: "http://localhost:4567/callback")
puts token.token
#### ruby-omniauth-github-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the callback's URL opened from history hours later; OmniAuth with a GitHub strategy, its log line in docker compose; GitHub's answer
#: prefix: compose web-1
#: serve: POST https://github.com/login/oauth/access_token 200 application/json; charset=utf-8
#|{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired.","error_uri":"https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"}
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
class GitHub < OmniAuth::Strategies::OAuth2
  option :name, "github"
  option :client_options, site: "https://api.github.com", authorize_url: "https://github.com/login/oauth/authorize", token_url: "https://github.com/login/oauth/access_token"
end
app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a" * 64
  use GitHub, "Iv1.8a61f9b3a7aba766", "0f3e94f7c1e1b2d7cf2a6b5e3a1d0c9f8e7b6a51"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
browser = Rack::MockRequest.new(app)
begun = browser.get("/auth/github", "HTTP_HOST" => "app.example.com")
state = begun["Location"][/state=([^&]+)/, 1]
browser.get("/auth/github/callback?code=f1b0e2d9c8a7&state=#{state}", "HTTP_HOST" => "app.example.com", "HTTP_COOKIE" => begun["Set-Cookie"].split(";").first)
#### ruby-omniauth-csrf
#: expected: oauth2/callback/state-mismatch
#: certain: oauth2/callback/state-mismatch
#: made: the login begins on localhost and comes back to 127.0.0.1, so that the session cookie is missing; OmniAuth's log in a question; no server
#<Devise + omniauth-google-oauth2, Rails 7.0. In production it works, on my laptop I always end up on the login page and
#<the development log has this:
#<
#>
#>I've already added the callback to the Google console. What am I missing??
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
OmniAuth.config.allowed_request_methods = [:get]
OmniAuth.config.silence_get_warning = true
class Google < OmniAuth::Strategies::OAuth2
  option :name, "google_oauth2"
  option :client_options, site: "https://oauth2.googleapis.com", authorize_url: "https://accounts.google.com/o/oauth2/auth", token_url: "/token"
end
app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a" * 64
  use Google, "407408718192.apps.googleusercontent.com", "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"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
browser = Rack::MockRequest.new(app)
begun = browser.get("/auth/google_oauth2", "HTTP_HOST" => "localhost:3000")
state = begun["Location"][/state=([^&]+)/, 1]
browser.get("/auth/google_oauth2/callback?state=#{state}&code=4%2F0AeaYSHB7c2", "HTTP_HOST" => "127.0.0.1:3000")
#### ruby-omniauth-denied
#: expected: oauth2/authorization/access-denied
#: certain: oauth2/authorization/access-denied
#: made: the user pressed Cancel; OmniAuth with a Facebook strategy, its log with Rails' tags; Facebook's callback
#: prefix: [production] [7f3c1a92-5b0e-4b1f-9c57-2d1f0a6be841]
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
OmniAuth.config.on_failure = ->(env) { OmniAuth::FailureEndpoint.call(env) }
class Facebook < OmniAuth::Strategies::OAuth2
  option :name, "facebook"
  option :client_options, site: "https://graph.facebook.com/v19.0", authorize_url: "https://www.facebook.com/v19.0/dialog/oauth", token_url: "oauth/access_token"
  option :provider_ignores_state, true
end
app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a" * 64
  use Facebook, "1408172936", "5c1f0b2e9d8a7c6b5a4f3e2d1c0b9a87"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
Rack::MockRequest.new(app).get("/auth/facebook/callback?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied&state=1c2b3a", "HTTP_HOST" => "app.example.com")
#### ruby-oauth-unauthorized
#: expected: oauth1/request/failed
#: made: a wrong consumer secret; OmniAuth's OAuth 1 strategy on the oauth gem, which shows the status alone; X's answer
#: serve: POST https://api.twitter.com/oauth/request_token 401 application/json;charset=utf-8
#+ www-authenticate: OAuth realm="https://api.twitter.com"
#|{"errors":[{"code":32,"message":"Could not authenticate you."}]}
require "oauth"
consumer = OAuth::Consumer.new("xvz1evFS4wEEPTGEFPHBog", "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg", site: "https://api.twitter.com")
begin
  request_token = consumer.get_request_token(oauth_callback: "https://app.example.com/auth/twitter/callback")
rescue => e
  puts "#{e.class} (#{e.message}):"
  puts e.backtrace
end
#### ruby-oauth-newline-in-secret
#: expected: oauth1/signature/stray-characters-in-secret
#: certain: oauth1/signature/stray-characters-in-secret oauth1/signature/mismatch
#: made: the consumer secret read by File.read with its line break; the oauth gem with debug output of Net::HTTP; Tumblr's answer
#: known: {"consumer_secret": "q9CzrWWUuX9wLVG8FGpQdDxCDiCqWfLBZ8PPb1mY4t9S3p0Xkz"}
#: serve: POST https://www.tumblr.com/oauth/request_token 401 text/plain
#|oauth_signature does not match expected value
require "oauth"
File.write("consumer_secret.txt", "q9CzrWWUuX9wLVG8FGpQdDxCDiCqWfLBZ8PPb1mY4t9S3p0Xkz\n")
secret = File.read("consumer_secret.txt")
consumer = OAuth::Consumer.new("zMlW5nbLSTQGzSKnl9d4ztGJNpvcRUkHyJxLbbtxHY", secret, site: "https://www.tumblr.com")
consumer.http.set_debug_output($stdout)
begin
  consumer.get_request_token(oauth_callback: "http://127.0.0.1:4567/callback")
rescue OAuth::Unauthorized => e
  puts e.message
end
#### ruby-simple-oauth-form-not-signed
#: expected: oauth1/signature/body-parameters-left-out
#: certain: oauth1/signature/body-parameters-left-out oauth1/signature/mismatch
#: made: simple_oauth is given no parameters although Faraday posts a form; Faraday's logger with headers and bodies; X's answer
#: known: {"consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw", "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"}
#: serve: POST https://api.twitter.com/1.1/statuses/update.json 401 application/json;charset=utf-8
#|{"errors":[{"code":32,"message":"Could not authenticate you."}]}
require "faraday"
require "simple_oauth"
keys = { consumer_key: "xvz1evFS4wEEPTGEFPHBog", consumer_secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
         token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", token_secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE" }
url = "https://api.twitter.com/1.1/statuses/update.json"
http = Faraday.new { |f| f.request :url_encoded; f.response :logger, Logger.new($stdout), bodies: true; f.adapter :net_http }
http.post(url, { status: "Deployed v2.4.1 (green)", trim_user: true }, "Authorization" => SimpleOAuth::Header.new(:post, url, {}, keys).to_s)
#### ruby-simple-oauth-permission
#: expected: oauth1/token/permission-denied
#: certain: oauth1/token/permission-denied
#: made: an app with read permission posts; Faraday and simple_oauth, the raised body in a Sidekiq log; X's answer
#: serve: POST https://api.twitter.com/2/tweets 403 application/json; charset=utf-8
#|{"title":"Forbidden","status":403,"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.twitter.com/2/problems/oauth1-permissions"}
require "faraday"
require "simple_oauth"
url = "https://api.twitter.com/2/tweets"
keys = { consumer_key: "xvz1evFS4wEEPTGEFPHBog", consumer_secret: "k", token: "370773112-GmHx", token_secret: "L" }
log = Logger.new($stdout, formatter: ->(level, at, _, text) { "#{at.utc.iso8601(3)} pid=1 tid=1a3k class=TweetJob jid=4b2e6f0cf0b8d1 elapsed=0.412 #{level}: #{text}\n" })
require "time"
http = Faraday.new { |f| f.adapter :net_http }
answer = http.post(url, { text: "hi" }.to_json, "Content-Type" => "application/json", "Authorization" => SimpleOAuth::Header.new(:post, url, {}, keys).to_s)
log.info("start")
log.error("POST #{url} -> #{answer.status} #{answer.body}") unless answer.success?
log.info("fail")
#### ruby-oauth-clock-behind
#: expected: oauth1/timestamp/refused
#: certain: oauth1/timestamp/refused
#: made: the clock of the machine is 22 minutes behind; the oauth gem, request and answer printed; Yelp's answer
#: faketime: -22m
#: serve: GET https://api.yelp.com/v2/search 400 application/json; charset=UTF-8
#|{"error": {"text": "Expired timestamp: given %TS% and now %NOW% has a greater difference than threshold 300", "id": "INVALID_TIMESTAMP"}}
require "oauth"
consumer = OAuth::Consumer.new("vxKwwcR_NMQ7WaEiQBK_CA", "33QCvh5bIF5jIHR5klQr7RtBDhQ", site: "https://api.yelp.com")
token = OAuth::AccessToken.new(consumer, "bqkZiXVpLMb4fg6jGWuOPJdQOlvRUJ3T", "GCZBjEm8mSPoUXgD3XvFJxnUuF4")
answer = token.get("/v2/search?term=coffee&location=Cologne")
puts "Yelp search failed: #{answer.code} #{answer.message}"
answer.each_header { |k, v| puts "  #{k}: #{v}" }
puts answer.body
#### ruby-rails-log-denied-twitter
#: expected: oauth1/authorization/refused
#: certain: oauth1/authorization/refused
#: made: the user said no at Twitter; a Rack application with its access log; Twitter's callback
require "rack"
app = Rack::Builder.new do
  use Rack::CommonLogger, $stdout
  run ->(env) { [302, { "Location" => "/auth/failure?message=session_expired&strategy=twitter" }, []] }
end
Rack::MockRequest.new(app).get("/auth/twitter", "REMOTE_ADDR" => "203.0.113.9", "HTTP_VERSION" => "HTTP/1.1", "SERVER_PROTOCOL" => "HTTP/1.1")
Rack::MockRequest.new(app).get("/auth/twitter/callback?denied=8ldIZyxQeVrFZXFOZH5tAwj6vzJYuLQpl0WUEYtWc", "REMOTE_ADDR" => "203.0.113.9", "HTTP_VERSION" => "HTTP/1.1", "SERVER_PROTOCOL" => "HTTP/1.1")
#### ruby-signet-google-revoked
#: expected: oauth2/refresh/google-expired-or-revoked
#: certain: oauth2/refresh/google-expired-or-revoked
#: made: the refresh token of an app in testing is over; Signet, uncaught exception; Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400 application/json; charset=utf-8
#|{
#|  "error": "invalid_grant",
#|  "error_description": "Token has been expired or revoked."
#|}
require "signet/oauth_2/client"
auth = Signet::OAuth2::Client.new(token_credential_uri: "https://oauth2.googleapis.com/token",
  client_id: "407408718192.apps.googleusercontent.com", client_secret: "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",
  refresh_token: "1//03xV9sKq2mT4cCgYIARAAGAMSNwF-L9IrWbYq0Zr1uJd")
auth.refresh!
#### ruby-signet-code-percent
#: expected: oauth2/code/altered
#: made: the code was copied from the address bar, still percent-encoded; Signet in a question; Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400 application/json; charset=utf-8
#|{
#|  "error": "invalid_grant",
#|  "error_description": "Malformed auth code."
#|}
#: only: Signet|Server message|error
#<I am trying the Google Sheets quickstart in Ruby. After the consent page my browser shows
#<http://localhost/?code=4%2F0AeanS0bR7mUqJ4dX9tLw2Vc8KzPfHy5Nn1oGaQ3iEsTrWuYxBvCkMhDj6ZlFpSg0&scope=https://www.googleapis.com/auth/spreadsheets.readonly
#<and I put the code into this script:
#<
#<{program}
#<
#<but all I get is
#<
require "signet/oauth_2/client"

auth = Signet::OAuth2::Client.new(
  token_credential_uri: "https://oauth2.googleapis.com/token",
  client_id: "407408718192.apps.googleusercontent.com",
  client_secret: ENV["GOOGLE_CLIENT_SECRET"] || "x",
  redirect_uri: "http://localhost"
)
auth.code = "4%2F0AeanS0bR7mUqJ4dX9tLw2Vc8KzPfHy5Nn1oGaQ3iEsTrWuYxBvCkMhDj6ZlFpSg0"
auth.fetch_access_token!
#### ruby-signet-service-account-key
#: expected: oauth2/assertion/signature
#: certain: oauth2/assertion/signature
#: made: the private key of a service account was deleted in the console; Signet, exception in a JSON log; Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400 application/json; charset=utf-8
#|{"error":"invalid_grant","error_description":"Invalid JWT Signature."}
require "signet/oauth_2/client"
require "time"
auth = Signet::OAuth2::Client.new(token_credential_uri: "https://oauth2.googleapis.com/token", audience: "https://oauth2.googleapis.com/token",
  issuer: "sync@acme-prod-291014.iam.gserviceaccount.com", scope: "https://www.googleapis.com/auth/drive.readonly", signing_key: OpenSSL::PKey::RSA.new(2048))
begin
  auth.fetch_access_token!
rescue => e
  puts({ timestamp: Time.now.utc.iso8601(6), level: "error", application: "nightly-sync", pid: 17, message: "Drive sync failed",
         exception: { name: e.class.name, message: e.message, stack_trace: e.backtrace.first(3) } }.to_json)
end
#### ruby-faraday-status-alone
#: expected: oauth2/resource/no-challenge doctor/unexplained doctor/too-little-evidence
#: made: an API answers 401, and Faraday's raise_error shows the status alone; uncaught exception; a stub
#: serve: GET https://api.acme.example/v2/invoices 401 application/json
#|{"message":"Unauthorized"}
require "faraday"
http = Faraday.new("https://api.acme.example") { |f| f.response :raise_error; f.adapter :net_http }
http.get("/v2/invoices", nil, "Authorization" => "Bearer tok")
#### ruby-rack-oauth2-linkedin
#: expected: oauth2/token-request/invalid-grant oauth2/code/expired-or-unknown oauth2/redirect-uri/differs-in-token-request
#: made: the code was redeemed with another redirect URI; rack-oauth2; LinkedIn's answer, which leaves three causes open
#: tail: 3
#: serve: POST https://www.linkedin.com/oauth/v2/accessToken 400 application/json
#|{"error":"invalid_request","error_description":"Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists"}
require "rack/oauth2"
client = Rack::OAuth2::Client.new(identifier: "77q3xw0b4i8h2t", secret: "nZ4dXk1oQp7sVt2c", redirect_uri: "https://app.example.com/oauth/linkedin",
  host: "www.linkedin.com", authorization_endpoint: "/oauth/v2/authorization", token_endpoint: "/oauth/v2/accessToken")
client.authorization_code = "AQT1vXj9k0pRz3sMfW8yLbHc5eUo7nGd2aQiKxVtYm4JwZr6BlPuCgDhEfSn"
begin
  client.access_token!(:body)
rescue Rack::OAuth2::Client::Error => e
  puts "Completed 500 Internal Server Error in 431ms (ActiveRecord: 0.0ms | Allocations: 8123)", "", "#{e.class} (#{e.message}):"
end
#### ruby-jwt-invalid-iat
#: expected: oauth2/id-token/clock
#: made: the clock of a container is 90 seconds behind, so that a fresh ID token is of the future; the jwt gem as omniauth-google-oauth2 uses it, Puma's log; a token of one's own
#: faketime: -90s
require "jwt"
key = "a" * 32
token = JWT.encode({ iss: "https://accounts.google.com", aud: "407408718192.apps.googleusercontent.com", sub: "110169484474386276334", iat: Time.now.to_i + 90, exp: Time.now.to_i + 3690 }, key, "HS256")
begin
  JWT.decode(token, key, true, verify_iss: true, iss: ["accounts.google.com", "https://accounts.google.com"], verify_iat: true, algorithm: "HS256")
rescue => e
  puts "E, [#{Time.now.strftime('%Y-%m-%dT%H:%M:%S.%6N')} #31]  ERROR -- omniauth: (google_oauth2) Authentication failure! #{e.class}: #{e.class}, #{e.message}"
end
#### ruby-jwt-expired
#: expected: oauth2/jwt/expired
#: certain: oauth2/jwt/expired
#: made: an API is called with an access token of yesterday; the jwt gem, uncaught exception; a token of one's own
require "jwt"
key = OpenSSL::PKey::RSA.new(2048)
token = JWT.encode({ iss: "https://acme.eu.auth0.com/", aud: "https://api.acme.example", exp: Time.now.to_i - 86_400 }, key, "RS256")
def current_user(token, key)
  JWT.decode(token, key.public_key, true, algorithm: "RS256", aud: "https://api.acme.example", verify_aud: true).first
end
current_user(token, key)
#### ruby-tls-company-ca
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: the provider's certificate is by the company's own authority; the oauth2 gem in a rake task; a stub with TLS
#: tls: sso.corp.acme.example untrusted
#: only: rror
require "oauth2"
client = OAuth2::Client.new("reporting", "b2f9c1", site: "https://sso.corp.acme.example", token_url: "/auth/realms/acme/protocol/openid-connect/token")
client.client_credentials.get_token
#### ruby-read-timeout
#: expected: network/timeout
#: certain: network/timeout
#: made: the token endpoint hangs; the oauth2 gem, uncaught exception; a stub
#: serve: POST https://login.acme.example/oauth/token hang
require "oauth2"
client = OAuth2::Client.new("reporting", "b2f9c1", site: "https://login.acme.example", connection_opts: { request: { timeout: 1, open_timeout: 1 } })
client.client_credentials.get_token(scope: "reports:read")
#### ruby-refused-in-container
#: expected: network/refused
#: certain: network/refused
#: made: localhost inside of a container; OmniAuth's log in docker compose; nothing listens
#: prefix: compose app-1
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
class Keycloak < OmniAuth::Strategies::OAuth2
  option :name, "keycloak"
  option :client_options, site: "http://localhost:8080", token_url: "/realms/app/protocol/openid-connect/token"
  option :provider_ignores_state, true
end
app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a" * 64
  use Keycloak, "web", "9d1e7f"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
Rack::MockRequest.new(app).get("/auth/keycloak/callback?code=1f0b.2c1d.77aa&state=88", "HTTP_HOST" => "localhost:3000")
#### ruby-oauth2-subpath
#: expected: oauth2/token-answer/wrong-url
#: certain: oauth2/token-answer/wrong-url
#: made: the host serves GitLab below /gitlab, and the gem asks at the default /oauth/token; the oauth2 gem; nginx' page 404
#: hosts: git.acme.example
require "oauth2"
client = OAuth2::Client.new("6f1e0b2d9a", "gloas-91", site: "https://git.acme.example")
begin
  client.auth_code.get_token("b7e1f9c2", redirect_uri: "https://ci.acme.example/authorize")
rescue OAuth2::Error => e
  $stderr.puts "woodpecker-sync: #{e.class}: #{e.response.status} from POST #{client.token_url}"
  $stderr.puts e.message
end
#### ruby-shopify-code
#: expected: oauth2/code/expired-or-unknown oauth2/code/used-twice
#: made: the callback page was reloaded; Faraday, the raised exception's body in a log line; Shopify's answer
#: serve: POST https://quickstart-77.myshopify.com/admin/oauth/access_token 400 application/json; charset=utf-8
#|{"error":"invalid_request","error_description":"The authorization code was not found or was already used"}
require "faraday"
http = Faraday.new("https://quickstart-77.myshopify.com") { |f| f.request :url_encoded; f.adapter :net_http }
answer = http.post("/admin/oauth/access_token", client_id: "1ce8", client_secret: "shpss_1", code: "1f0c")
Logger.new($stdout, progname: "ShopifyApp").error("token exchange with #{http.url_prefix.host} failed (#{answer.status}): #{answer.body}")
#### ruby-entra-secret-expired
#: expected: oauth2/client-authentication/secret-expired
#: certain: oauth2/client-authentication/secret-expired
#: made: the secret of the app ended; the oauth2 gem below OmniAuth, its log in journald; Entra's answer
#: prefix: journald portal
#: serve: POST https://login.microsoftonline.com/8d1c7a54-0c0e-4f7e-9b41-5f0c2b1de7a3/oauth2/v2.0/token 401 application/json; charset=utf-8
#|{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app '2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds. Trace ID: 4f1c2a90-6b7d-4f0e-8a35-9d2c1e7b3a00 Correlation ID: 0b9e1d7c-2f4a-46c8-b0a1-77d5c3e9f812 Timestamp: 2026-11-21 20:14:03Z","error_codes":[7000222],"timestamp":"2026-11-21 20:14:03Z","trace_id":"4f1c2a90-6b7d-4f0e-8a35-9d2c1e7b3a00","correlation_id":"0b9e1d7c-2f4a-46c8-b0a1-77d5c3e9f812","error_uri":"https://login.microsoftonline.com/error?code=7000222"}
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
class Entra < OmniAuth::Strategies::OAuth2
  option :name, "entra_id"
  option :client_options, site: "https://login.microsoftonline.com", token_url: "/8d1c7a54-0c0e-4f7e-9b41-5f0c2b1de7a3/oauth2/v2.0/token"
  option :provider_ignores_state, true
end
app = Rack::Builder.new do
  use Rack::Session::Cookie, secret: "a" * 64
  use Entra, "2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214", "Q~x8Q"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
Rack::MockRequest.new(app).get("/auth/entra_id/callback?code=0.AXoA&state=88", "HTTP_HOST" => "portal.acme.example")
#### ruby-webrick-redirect-mismatch
#: expected: oauth2/redirect-uri/mismatch
#: certain: oauth2/redirect-uri/mismatch
#: made: port 4567 is registered, 9292 was sent; the access log of WEBrick's loopback server; GitHub's callback
require "webrick"
require "net/http"
server = WEBrick::HTTPServer.new(Port: 9292, BindAddress: "127.0.0.1", Logger: WEBrick::Log.new($stdout), AccessLog: [[$stdout, WEBrick::AccessLog::COMMON_LOG_FORMAT]])
server.mount_proc("/callback") { |req, res| res.status = 500 }
Thread.new { server.start }
sleep 0.3
Net::HTTP.get_response(URI("http://127.0.0.1:9292/callback?error=redirect_uri_mismatch&error_description=The+redirect_uri+MUST+match+the+registered+callback+URL+for+this+application.&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps%2Ftroubleshooting-authorization-request-errors%2F%23redirect-uri-mismatch&state=Vq0x"))
server.shutdown
#### ruby-oauth2-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; the oauth2 gem's client_credentials and a call with Faraday's logger; Tripod
require "oauth2"
client = OAuth2::Client.new("dev-client", "dev-client-secret", site: ENV["T"], token_url: "/oauth2/token", auth_scheme: :basic_auth) do |f|
  f.request :url_encoded
  f.response :logger, Logger.new($stdout)
  f.adapter :net_http
end
token = client.client_credentials.get_token(scope: "read")
puts token.get("/api/echo").status
#### ruby-unrelated
#: expected: none
#: healthy: true
#: made: a bug of the application after a login that went well; Ruby's uncaught exception below two lines of log; nobody
log = Logger.new($stdout)
log.info("(github) Request phase initiated.")
log.info("(github) Callback phase initiated.")
log.info("User 4711 signed in via github")
class Dashboard
  def initialize(user) = @projects = user[:projects]
  def open_count = @projects.count { |p| p[:state] == "open" }
end
puts Dashboard.new({ id: 4711 }).open_count
#### ruby-tripod-wrong-verifier
#: expected: oauth2/pkce/verification-failed oauth2/pkce/verifier-of-another-attempt
#: certain: oauth2/pkce/verification-failed oauth2/pkce/verifier-of-another-attempt
#: made: two logins in one session, the later one's verifier is sent with the earlier one's code; the oauth2 gem; Tripod
#: tail: 20
require "oauth2"
require "securerandom"
require "digest"
require "base64"
require "net/http"
client = OAuth2::Client.new("dev-public", nil, site: ENV["T"], authorize_url: "/oauth2/authorize", token_url: "/oauth2/token")
session = {}
begin_login = lambda do
  session[:verifier] = SecureRandom.urlsafe_base64(32)
  client.auth_code.authorize_url(redirect_uri: "http://127.0.0.1:9292/callback", scope: "read", state: SecureRandom.hex(8), code_challenge_method: "S256",
    code_challenge: Base64.urlsafe_encode64(Digest::SHA256.digest(session[:verifier]), padding: false))
end
first = begin_login.call
begin_login.call
code = Net::HTTP.get_response(URI(first))["Location"][/code=([^&]+)/, 1]
client.auth_code.get_token(code, redirect_uri: "http://127.0.0.1:9292/callback", code_verifier: session[:verifier])
#### ruby-tripod-oauth1-host
#: expected: oauth1/signature/other-host
#: certain: oauth1/signature/other-host oauth1/signature/mismatch
#: made: the client signs for localhost, as is configured, and calls 127.0.0.1; simple_oauth with Net::HTTP debug output; Tripod
#: known: {"consumer_secret": "dev-consumer-secret"}
require "simple_oauth"
require "net/http"
at = URI("#{ENV["T"]}/oauth1/request_token")
header = SimpleOAuth::Header.new(:post, "http://localhost:9090/oauth1/request_token", {}, consumer_key: "dev-consumer", consumer_secret: "dev-consumer-secret", callback: "http://127.0.0.1/callback")
Net::HTTP.start(at.host, at.port) do |http|
  answer = http.post(at.path, "", "Authorization" => header.to_s)
  puts "POST #{at}", "Authorization: #{header}", "", "#{answer.code} #{answer.message}"
  answer.each_header { |k, v| puts "#{k}: #{v}" }
  puts answer.body
end
#### ruby-omniauth-pkce-required
#: expected: oauth2/pkce/required
#: certain: oauth2/pkce/required
#: made: the client demands PKCE, and the strategy's option pkce is not set; OmniAuth's log; Keycloak's callback
require "omniauth-oauth2"
require "rack"
OmniAuth.config.logger = Logger.new($stdout)
class Keycloak < OmniAuth::Strategies::OAuth2
  option :name, "keycloak"
  option :client_options, site: "https://sso.acme.example", token_url: "/realms/app/protocol/openid-connect/token"
  option :provider_ignores_state, true
end
app = Rack::Builder.new do
  use Rack::CommonLogger, $stdout
  use Rack::Session::Cookie, secret: "a" * 64
  use Keycloak, "web", "9d1e7f"
  run ->(env) { [302, { "Location" => "/login" }, []] }
end
Rack::MockRequest.new(app).get("/auth/keycloak/callback?error=invalid_request&error_description=Missing+parameter%3A+code_challenge_method&state=9f3c1a&iss=https%3A%2F%2Fsso.acme.example%2Frealms%2Fapp", "HTTP_HOST" => "app.acme.example", "REMOTE_ADDR" => "203.0.113.9", "HTTP_VERSION" => "HTTP/1.1", "SERVER_PROTOCOL" => "HTTP/1.1")
#### ruby-jwt-opaque
#: expected: oauth2/access-token/opaque
#: made: no audience was asked for, so that Auth0's access token is opaque; the jwt gem in a question with code; nobody
#<Rails API + Auth0. My React client logs in fine and sends the access token as Bearer, but the API can't decode it.
#<
#<```ruby
#<JWT.decode(token, nil, true, algorithms: ["RS256"], iss: "https://acme.eu.auth0.com/", verify_iss: true, jwks: jwks)
#<```
#<
#<This is what I see in the console. The token looks short to me (32 characters), is that normal?
#<
require "jwt"
begin
  JWT.decode("kV3nQ0xZ7tYb2LmPr9WcHs5DfJg8AuEo", nil, true, algorithms: ["RS256"], iss: "https://acme.eu.auth0.com/", verify_iss: true, jwks: { keys: [] })
rescue => e
  puts "#{e.class}: #{e.message}", e.backtrace.first(4).map { |line| "  from #{line}" }
end
#### ruby-jwt-unknown-kid
#: expected: oauth2/jwt/unknown-key
#: certain: oauth2/jwt/unknown-key
#: made: the keys were cached before the issuer rotated them; the jwt gem, a line of Rails' log; a token of one's own
require "jwt"
old, new = 2.times.map { OpenSSL::PKey::RSA.new(2048) }
token = JWT.encode({ sub: "1", exp: Time.now.to_i + 300 }, new, "RS256", kid: "rNf8Yk2026-11")
jwks = { keys: [JWT::JWK.new(old.public_key, "aQ7xLm2026-05").export] }
begin
  JWT.decode(token, nil, true, algorithms: ["RS256"], jwks: jwks)
rescue JWT::DecodeError => e
  Logger.new($stdout).warn("[ApiAuthentication] rejected bearer token: #{e.class.name} #{e.message}")
end
#### ruby-jwt-other-key
#: expected: oauth2/jwt/signature
#: certain: oauth2/jwt/signature
#: made: the public key of the staging realm verifies tokens of production; the jwt gem, uncaught exception; a token of one's own
#: tail: 6
require "jwt"
staging, production = 2.times.map { OpenSSL::PKey::RSA.new(2048) }
token = JWT.encode({ iss: "https://sso.acme.example/realms/acme", exp: Time.now.to_i + 300 }, production, "RS256")
begin
  JWT.decode(token, staging.public_key, true, algorithm: "RS256")
rescue => e
  puts "#{e.class} (#{e.message}):", "", "app/middleware/bearer.rb:22:in `call'"
end
