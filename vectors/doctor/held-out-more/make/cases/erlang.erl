#### erlang-unknown-ca
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: the identity provider has a certificate of the company's CA; httpc with verify_peer; stub
#: tls: sso.corp.example untrusted
#: serve: GET https://sso.corp.example/realms/main/.well-known/openid-configuration 200
-mode(compile).
main(_) ->
    logger:set_primary_config(level, none),
    inets:start(), ssl:start(),
    Ssl = [{ssl, [{verify, verify_peer}, {cacertfile, "/etc/ssl/certs/ca-certificates.crt"}]}],
    io:format("~p~n", [httpc:request(get, {"https://sso.corp.example/realms/main/.well-known/openid-configuration", []}, Ssl, [])]).
#### erlang-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; httpc's answer of a token endpoint, as the shell shows it; stub
#: serve: POST https://id.twitch.tv/oauth2/token 200
#| {"access_token":"jostpf5q0uzmxmkba9iyug38kjtgh","expires_in":5011271,"token_type":"bearer"}
-mode(compile).
main(_) ->
    inets:start(), ssl:start(),
    Ssl = [{ssl, [{verify, verify_peer}, {cacertfile, "/etc/ssl/certs/ca-certificates.crt"}]}],
    io:format("5> httpc:request(post, {\"https://id.twitch.tv/oauth2/token\", [], \"application/x-www-form-urlencoded\", Body}, [], []).~n~p~n", [httpc:request(post, {"https://id.twitch.tv/oauth2/token", [], "application/x-www-form-urlencoded", "grant_type=client_credentials"}, Ssl, [])]).
#### erlang-google-slow-down
#: expected: oauth2/device/slow-down
#: certain: oauth2/device/slow-down
#: made: the device asks every second; httpc in an error report of logger; Google's answer from a stub
#: serve: POST https://oauth2.googleapis.com/token 403
#| {
#|   "error": "slow_down",
#|   "error_description": "Forbidden"
#| }
-mode(compile).
main(_) ->
    inets:start(), ssl:start(),
    Ssl = [{ssl, [{verify, verify_peer}, {cacertfile, "/etc/ssl/certs/ca-certificates.crt"}]}],
    {ok, {{_, Status, _}, _, Body}} = httpc:request(post, {"https://oauth2.googleapis.com/token", [], "application/x-www-form-urlencoded", "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"}, Ssl, [{body_format, binary}]),
    logger:error(#{what => token_poll_failed, attempt => 4, status => Status, body => Body}),
    timer:sleep(300).
