#### elixir-discord-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: scopes joined by commas; Elixir with :httpc, inspected; Discord's answer from a stub
#: serve: POST https://discord.com/api/oauth2/token 400
#| {"error": "invalid_scope", "error_description": "The requested scope is invalid, unknown, or malformed."}
:inets.start(); :ssl.start()
ssl = [ssl: [verify: :verify_peer, cacertfile: ~c"/etc/ssl/certs/ca-certificates.crt", customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]]]
body = URI.encode_query(grant_type: "client_credentials", scope: "identify,connections")
IO.inspect(:httpc.request(:post, {~c"https://discord.com/api/oauth2/token", [], ~c"application/x-www-form-urlencoded", body}, ssl, []))
#### elixir-nxdomain
#: expected: network/name-unknown
#: certain: network/name-unknown
#: made: the name of a service in another Kubernetes namespace; Elixir with :httpc, Logger; nothing there
:inets.start()
require Logger
Logger.configure_backend(:console, format: "$time $metadata[$level] $message\n", metadata: [:module])
case :httpc.request(:post, {~c"http://keycloak.auth.svc.cluster.local:8080/realms/shop/protocol/openid-connect/token", [], ~c"application/x-www-form-urlencoded", "grant_type=client_credentials"}, [], []) do
  {:error, reason} -> Logger.error("token refresh failed: #{inspect(reason)}")
end
Process.sleep(200)
#### elixir-genserver-auth0-refresh
#: expected: oauth2/refresh/refused oauth2/refresh/revoked oauth2/refresh/reused
#: made: an old refresh token with rotation on; a GenServer that crashes on Auth0's answer (from a stub)
#: serve: POST https://acme.eu.auth0.com/oauth/token 403
#| {"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}
:inets.start(); :ssl.start()
defmodule TokenKeeper do
  use GenServer
  def init(s), do: {:ok, s, {:continue, :refresh}}
  def handle_continue(:refresh, _state) do
    ssl = [ssl: [verify: :verify_peer, cacertfile: ~c"/etc/ssl/certs/ca-certificates.crt", customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]]]
    {:ok, {{_, 200, _}, _, body}} = :httpc.request(:post, {~c"https://acme.eu.auth0.com/oauth/token", [], ~c"application/x-www-form-urlencoded", "grant_type=refresh_token&refresh_token=v1.M"}, ssl, body_format: :binary)
    {:noreply, body}
  end
end
Process.flag(:trap_exit, true)
{:ok, _} = GenServer.start_link(TokenKeeper, %{client: "web"}, name: TokenKeeper)
Process.sleep(1500)
#### elixir-timeout
#: expected: network/timeout
#: certain: network/timeout
#: made: the userinfo endpoint hangs; :httpc with a timeout, the warning of the app; stub
#: serve: GET https://api.partner.example/userinfo hang
:inets.start(); :ssl.start()
require Logger
ssl = [timeout: 1000, ssl: [verify: :verify_peer, cacertfile: ~c"/etc/ssl/certs/ca-certificates.crt", customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]]]
r = :httpc.request(:get, {~c"https://api.partner.example/userinfo", [{~c"authorization", ~c"Bearer 8f1e2d3c4b5a"}]}, ssl, [])
Logger.warn("GET https://api.partner.example/userinfo -> #{inspect(r)}, giving up")
Process.sleep(200)
#### elixir-pkce-encode64
#: expected: oauth2/pkce/challenge-malformed
#: certain: oauth2/pkce/challenge-malformed
#: made: Base.encode64 in place of Base.url_encode64(padding: false); :httpc against tripod
#: known: {"code_verifier": "Zk3rT8vQ1x0W5r9wL2m7nB4dF6gH8jK0pS2uA5cE7iM"}
:inets.start()
t = System.get_env("T")
verifier = "Zk3rT8vQ1x0W5r9wL2m7nB4dF6gH8jK0pS2uA5cE7iM"
challenge = Base.encode64(:crypto.hash(:sha256, verifier))
url = t <> "/oauth2/authorize?" <> URI.encode_query(response_type: "code", client_id: "dev-client", redirect_uri: "http://127.0.0.1:4000/callback", scope: "read", state: "s7", code_challenge: challenge, code_challenge_method: "S256")
IO.puts("redirecting to " <> url)
{:ok, {{_, status, _}, headers, _}} = :httpc.request(:get, {to_charlist(url), []}, [autoredirect: false], [])
location = to_string(:proplists.get_value(~c"location", headers, ~c""))
IO.puts("#{status} location: #{location}")
with %{"code" => code} <- URI.decode_query(URI.parse(location).query || "") do
  body = URI.encode_query(grant_type: "authorization_code", code: code, redirect_uri: "http://127.0.0.1:4000/callback", code_verifier: verifier)
  IO.inspect(:httpc.request(:post, {to_charlist(t <> "/oauth2/token"), [{~c"authorization", ~c"Basic " ++ :base64.encode_to_string("dev-client:dev-client-secret")}], ~c"application/x-www-form-urlencoded", body}, [], body_format: :binary))
end
#### elixir-oauth1-url-encode64
#: expected: oauth1/signature/encoding
#: certain: oauth1/signature/encoding
#: made: Base.url_encode64 for the signature; an own OAuth 1 signer with :httpc; Magento's answer from a stub
#: known: {"consumer_secret": "kq3zr8vt1xw5yb7nd2mf4gh6jl9ps0ua", "token_secret": "3cE8iK1oM5qR7tV9wXnb8Zr3vT1xW5yB"}
#: serve: GET https://shop.acme.example/rest/V1/products/24-MB01 401
#| {"message":"The signature is invalid. Verify and try again."}
:inets.start(); :ssl.start()
url = "https://shop.acme.example/rest/V1/products/24-MB01"
enc = &URI.encode(&1, fn c -> URI.char_unreserved?(c) end)
sign = fn nonce ->
  p = [oauth_consumer_key: "ck7f1e", oauth_nonce: nonce, oauth_signature_method: "HMAC-SHA256", oauth_timestamp: to_string(System.os_time(:second)), oauth_token: "tk9a2b", oauth_version: "1.0"]
  base = Enum.join(["GET", enc.(url), enc.(Enum.map_join(p, "&", fn {k, v} -> "#{k}=#{v}" end))], "&")
  {p, Base.url_encode64(:crypto.mac(:hmac, :sha256, "kq3zr8vt1xw5yb7nd2mf4gh6jl9ps0ua&3cE8iK1oM5qR7tV9wXnb8Zr3vT1xW5yB", base))}
end
# a digest in which the alphabets differ
{p, s} = Stream.map(1..500, &sign.("n#{&1}x#{System.os_time()}")) |> Enum.find(fn {_, s} -> String.contains?(s, ["-", "_"]) end)
header = "OAuth " <> Enum.map_join(p ++ [oauth_signature: s], ", ", fn {k, v} -> ~s(#{k}="#{enc.(v)}") end)
IO.puts("GET #{url}\nauthorization: #{header}\n")
ssl = [ssl: [verify: :verify_peer, cacertfile: ~c"/etc/ssl/certs/ca-certificates.crt", customize_hostname_check: [match_fun: :public_key.pkix_verify_hostname_match_fun(:https)]]]
{:ok, {{_, status, reason}, _, body}} = :httpc.request(:get, {to_charlist(url), [{~c"authorization", to_charlist(header)}]}, ssl, [])
IO.puts("#{status} #{reason}\n#{body}")
#### elixir-unrelated
#: expected: none
#: healthy: true
#: made: a pattern does not match; Elixir, a module that is called Auth; nothing to do with OAuth's calls
defmodule Shop.Auth.Roles do
  def rank(:admin), do: 1
  def rank(:editor), do: 2
end
Shop.Auth.Roles.rank(:viewer)
