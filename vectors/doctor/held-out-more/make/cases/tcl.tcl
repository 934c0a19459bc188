#### tcl-oauth-newline
#: expected: oauth1/signature/stray-characters-in-secret
#: certain: oauth1/signature/stray-characters-in-secret
#: made: the consumer secret is read from a file together with its line break; tcllib's oauth; X's answer from a stub
#: known: {"consumer_secret": "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX", "token_secret": "Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3"}
#: serve: GET https://api.twitter.com/1.1/statuses/home_timeline.json 401
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
package require http
package require tls
package require oauth
::tls::init -cafile /etc/ssl/certs/ca-certificates.crt
http::register https 443 [list ::tls::socket -autoservername 1]
set f [open secret.txt w]; puts $f "nb8Zr3vT1xW5yB7nD2mF4gH6jL9pS0uA3cE8iK1oM5qR7tV9wX"; close $f
set f [open secret.txt]; set secret [read $f]; close $f
oauth::config -consumerkey xvz1evFS4wEEPTGEFPHBogXvz -consumersecret $secret -accesstoken 370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb -accesstokensecret Xw9vT7rQ5mO1kI8eC3aU0sP9lJ6hG4fM2dN7bY5xW1vT3
set url "https://api.twitter.com/1.1/statuses/home_timeline.json"
set header [oauth::header "$url"]
puts "GET $url\n$header"
set t [http::geturl "$url" -headers $header]
puts "[http::code $t]\n[http::data $t]"
#### tcl-tumblr-vague
#: expected: none
#: healthy: true
#: made: the user shows the status alone; Tcl's http; stub
#: serve: GET https://api.tumblr.com/v2/user/info 401
#| {"meta":{"status":401,"msg":"Unauthorized"}}
package require http
package require tls
::tls::init -cafile /etc/ssl/certs/ca-certificates.crt
http::register https 443 [list ::tls::socket -autoservername 1]
set t [http::geturl https://api.tumblr.com/v2/user/info]
puts "oops: [http::ncode $t] ([http::status $t])"
#### tcl-grant-type
#: expected: oauth2/token-request/unsupported-grant-type
#: certain: oauth2/token-request/unsupported-grant-type
#: made: grant_type is written "client-credentials"; Tcl's http against oidc-provider
package require http
set t [http::geturl $env(OIDC)/token -query [http::formatQuery grant_type client-credentials client_id machine client_secret machine-secret]]
puts "[http::code $t]\n[http::data $t]"
