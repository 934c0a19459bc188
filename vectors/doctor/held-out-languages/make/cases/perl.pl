#### perl-net-oauth-swapped
#: expected: oauth1/signature/secrets-swapped
#: certain: oauth1/signature/secrets-swapped oauth1/signature/mismatch
#: made: consumer secret and token secret in each other's place; Net::OAuth with LWP, request and response dumped; BrickLink's answer (status 200)
#: known: {"consumer_secret": "7C1A3F0E5B9D4826A1E0D7F3C2B85649", "token_secret": "E04B9D1C7A2F48569B3E0F1D8C7A6253"}
#: serve: GET https://api.bricklink.com/api/store/v1/orders 200 application/json;charset=UTF-8
#|{"meta":{"description":"SIGNATURE_INVALID: Invalid signature","message":"BAD_OAUTH_REQUEST","code":401},"data":{}}
use strict; use LWP::UserAgent; use Net::OAuth;
my $url = "https://api.bricklink.com/api/store/v1/orders";
my %q = (direction => "in", status => "pending,updated");
my $request = Net::OAuth->request("protected resource")->new(
    consumer_key => "5D2E8F1A0C7B4963B8E1F0A2D3C46579", consumer_secret => "E04B9D1C7A2F48569B3E0F1D8C7A6253",
    token => "A93C0E7D1F5B4268", token_secret => "7C1A3F0E5B9D4826A1E0D7F3C2B85649", extra_params => \%q,
    request_url => $url, request_method => "GET", signature_method => "HMAC-SHA1", timestamp => time, nonce => "k3v9x0a7q1");
$request->sign;
my $response = LWP::UserAgent->new->get("$url?direction=in&status=pending%2Cupdated", Authorization => $request->to_authorization_header);
print $response->request->as_string, "\n", $response->as_string;
#### perl-net-oauth-milliseconds
#: expected: oauth1/timestamp/malformed
#: certain: oauth1/timestamp/malformed oauth1/timestamp/refused
#: made: the timestamp is in milliseconds; Net::OAuth with LWP, request and response dumped; X's answer
#: serve: GET https://api.twitter.com/1.1/account/verify_credentials.json 401 application/json; charset=utf-8
#+ x-connection-hash: 3b1f6a0d9c
#|{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}
use strict; use LWP::UserAgent; use Net::OAuth; use Time::HiRes;
my $url = "https://api.twitter.com/1.1/account/verify_credentials.json";
my $request = Net::OAuth->request("protected resource")->new(
    consumer_key => "xvz1evFS4wEEPTGEFPHBog", consumer_secret => "k", token => "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", token_secret => "L",
    request_url => $url, request_method => "GET", signature_method => "HMAC-SHA1", timestamp => int(Time::HiRes::time() * 1000), nonce => "k3v9x0a7q1");
$request->sign;
my $response = LWP::UserAgent->new->get($url, Authorization => $request->to_authorization_header);
print $response->request->as_string, "\n", $response->as_string;
#### perl-netsuite-login
#: expected: oauth1/netsuite/invalid-login
#: certain: oauth1/netsuite/invalid-login
#: made: the token's role was changed; WWW::OAuth with HTTP::Tiny, the body alone; NetSuite's answer to REST
#: serve: GET https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/107 401 application/vnd.oracle.resource+json; type=error; charset=UTF-8
#|{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.","o:errorCode":"INVALID_LOGIN"}]}
use strict; use HTTP::Tiny; use WWW::OAuth; use HTTP::Request;
my $url = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/107";
my $request = HTTP::Request->new(GET => $url);
WWW::OAuth->new(client_id => "c", client_secret => "s", token => "t", token_secret => "u")->authenticate($request);
my $answer = HTTP::Tiny->new->get($url, { headers => { Authorization => $request->header("Authorization") } });
print $answer->{content}, "\n";
#### perl-oauth2-keys-for-oauth1
#: expected: oauth1/consumer-key/oauth2-credentials
#: made: X's OAuth 2 client id and secret as consumer key and secret; WWW::OAuth with HTTP::Tiny, a question; X's answer
#: serve: POST https://api.twitter.com/oauth/request_token 401 application/json; charset=utf-8
#|{"errors":[{"code":32,"message":"Could not authenticate you."}]}
#<Hello, I am getting 401 for the very first step (request_token) of 3-legged OAuth. I double checked that I copied ID and
#<secret from "Keys and tokens" of my app in the developer portal. Output of my script:
#<
#>
#>Perl 5.36, WWW::OAuth 1.000.
use strict; use HTTP::Tiny; use WWW::OAuth; use HTTP::Request;
my $url = "https://api.twitter.com/oauth/request_token";
my $request = HTTP::Request->new(POST => $url);
WWW::OAuth->new(client_id => "aWJ4Q0d2S0pXY1R5N0hMa1BzM246MTpjaQ", client_secret => "9nQx0oZcE4kVt2LrUw8yBfHj1MaSgDp6Ri7XlKsYvTqNmCbOuJ")->authenticate($request, { oauth_callback => "http://127.0.0.1:3000/cb" });
print "POST $url\nAuthorization: ", $request->header("Authorization"), "\n\n";
my $answer = HTTP::Tiny->new->post($url, { headers => { Authorization => $request->header("Authorization") } });
print "$answer->{status} $answer->{reason}\n$answer->{content}\n";
#### perl-mojo-entra-spa
#: expected: oauth2/entra/spa-platform
#: certain: oauth2/entra/spa-platform
#: made: the redirect URI was registered for a single-page application; Mojo::UserAgent with MOJO_CLIENT_DEBUG; Entra's answer
#: serve: POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"invalid_request","error_description":"AADSTS9002327: Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests. Trace ID: 7b0de9a2-3f70-4c1d-86f8-9a51c4de0b00 Correlation ID: 50b9a6c4-7f03-4a0e-a9d3-6bb2f4f0c3d1 Timestamp: 2026-11-21 20:31:44Z","error_codes":[9002327],"timestamp":"2026-11-21 20:31:44Z","trace_id":"7b0de9a2-3f70-4c1d-86f8-9a51c4de0b00","correlation_id":"50b9a6c4-7f03-4a0e-a9d3-6bb2f4f0c3d1"}
BEGIN { $ENV{MOJO_CLIENT_DEBUG} = 1 }
use Mojo::UserAgent;
my $tx = Mojo::UserAgent->new->post("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", form => {
    grant_type => "authorization_code", client_id => "2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214", redirect_uri => "http://localhost:3000/login",
    code => "0.AXoAVKx8jQ4Mfk-bQV8MKx3no2wMmi-xdzhKnVMOahuM8hQCAbc", code_verifier => "Zq3mT7vR1xKc9WbN5yHdP0sLf8GjA2uEoI6tQwXzM4n", scope => "openid User.Read" });
die $tx->res->error->{message} if $tx->res->is_error;
#### perl-quickbooks-wrong-token
#: expected: oauth2/refresh/other-client
#: certain: oauth2/refresh/other-client
#: made: the access token was stored where the refresh token belongs; LWP, a cron mail; Intuit's answer
#: serve: POST https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer 400 application/json;charset=utf-8
#|{"error_description":"Incorrect Token type or clientID","error":"invalid_grant"}
#<From: root@books.acme.example (Cron Daemon)
#<Subject: Cron <books@books> /home/me/app/nightly
#<
use strict; use LWP::UserAgent;
my $answer = LWP::UserAgent->new->post("https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer", { grant_type => "refresh_token", refresh_token => "eyJ" }, Authorization => "Basic QUI6Q0Q=");
die "QuickBooks refresh: ", $answer->status_line, " ", $answer->decoded_content, "\n" unless $answer->is_success;
#### perl-debug-sbs-http
#: expected: oauth1/signature/base-strings-differ oauth1/signature/other-scheme
#: certain: oauth1/signature/base-strings-differ oauth1/signature/other-scheme oauth1/signature/mismatch
#: made: the server behind a proxy takes itself to be called by http; Net::OAuth with LWP, request and response dumped; the answer of PHP's servers with debug_sbs
#: serve: GET https://photos.acme.example/api/oauth/request_token 401 text/html; charset=UTF-8
#|oauth_problem=signature_invalid&debug_sbs=%SBS-HTTP-QUOTED%
use strict; use LWP::UserAgent; use Net::OAuth; $Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;
my $url = "https://photos.acme.example/api/oauth/request_token";
my $request = Net::OAuth->request("request token")->new(
    consumer_key => "653e7a6ecc1d528c516cc8f92cf98611", consumer_secret => "s", callback => "oob",
    request_url => $url, request_method => "GET", signature_method => "HMAC-SHA1", timestamp => time, nonce => "95613465");
$request->sign;
my $response = LWP::UserAgent->new->get($url, Authorization => $request->to_authorization_header);
print $response->request->as_string, "\n", $response->as_string;
#### perl-hydra-method
#: expected: oauth2/client-authentication/wrong-method
#: certain: oauth2/client-authentication/wrong-method
#: made: Net::OAuth2 sends the secret in the body, the client is registered for the header; the response dumped; Ory Hydra's answer
#: serve: POST https://hydra.acme.example/oauth2/token 401 application/json;charset=UTF-8
#+ Cache-Control: no-store
#|{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept 'client_secret_post'."}
use strict; use LWP::UserAgent;
my $response = LWP::UserAgent->new->post("https://hydra.acme.example/oauth2/token", { grant_type => "client_credentials", client_id => "3f1c-cron", client_secret => "s3cr3t" });
print $response->as_string;
#### perl-name-typo
#: expected: network/name-unknown
#: certain: network/name-unknown
#: made: the host is mistyped; LWP; nobody
use strict; use LWP::UserAgent;
my $answer = LWP::UserAgent->new->post("https://login.microsoftonlne.com/common/oauth2/v2.0/token", { grant_type => "client_credentials", client_id => "2f9a", client_secret => "x", scope => "https://graph.microsoft.com/.default" });
die "Can't get token: " . $answer->status_line . "\n" . $answer->content if $answer->is_error;
#### perl-no-refresh-token
#: expected: oauth2/refresh/none-issued
#: certain: oauth2/refresh/none-issued
#: made: nobody asked for offline access, and the access token is over; LWP::Authen::OAuth2 with Google; nobody
#: serve: GET https://www.googleapis.com/drive/v3/files 401
#|{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.","status":"UNAUTHENTICATED"}}
use strict; use LWP::Authen::OAuth2;
my $ua = LWP::Authen::OAuth2->new(service_provider => "Google", client_id => "407408718192.apps.googleusercontent.com", client_secret => "x", redirect_uri => "http://127.0.0.1/",
    token_string => '{"access_token":"ya29.A0ARrdaM","token_type":"Bearer","expires_in":3599,"create_time":' . (time - 7200) . ',"_class":"LWP::Authen::OAuth2::AccessToken::Bearer"}');
$ua->refresh_access_token;
print $ua->get("https://www.googleapis.com/drive/v3/files")->status_line, "\n";
#### perl-json-page
#: expected: oauth2/token-answer/not-json
#: made: the token URL leads to a single-page application that answers 200 to everything; LWP and JSON::PP, uncaught exception; a stub
#: serve: POST https://erp.acme.example/oauth/token 200 text/html; charset=utf-8
#|<!DOCTYPE html>
#|<html lang="en"><head><meta charset="utf-8"><title>ERP</title><script type="module" src="/assets/index-4f1c.js"></script></head><body><div id="root"></div></body></html>
use strict; use LWP::UserAgent; use JSON::PP;
my $ua = LWP::UserAgent->new;
sub fetch_token {
    my $answer = $ua->post("https://erp.acme.example/oauth/token", { grant_type => "client_credentials", client_id => "a", client_secret => "b" });
    return JSON::PP->new->decode($answer->decoded_content)->{access_token};
}
my $token = fetch_token();
#### perl-nonce-again
#: expected: oauth1/nonce/used
#: certain: oauth1/nonce/used
#: made: a retry sends the same signed header once more; Net::OAuth with LWP, both answers dumped; Schoology's answer
#: serve: GET https://api.schoology.com/v1/users/me 502 text/html
#|<html><body><h1>502 Bad Gateway</h1></body></html>
#: serve: GET https://api.schoology.com/v1/users/me 401 text/html; charset=utf-8
#|Duplicate timestamp/nonce combination, possible replay attack.  Request rejected.
use strict; use LWP::UserAgent; use Net::OAuth;
my $url = "https://api.schoology.com/v1/users/me";
my $request = Net::OAuth->request("protected resource")->new(consumer_key => "6d1e5f0c9a", consumer_secret => "s", token => "", token_secret => "",
    request_url => $url, request_method => "GET", signature_method => "PLAINTEXT", timestamp => time, nonce => "b7c1f0a95e");
$request->sign;
my $ua = LWP::UserAgent->new;
for my $try (1 .. 2) {
    my $response = $ua->get($url, Authorization => $request->to_authorization_header);
    print "try $try: ", $response->status_line, "\n", $response->content, "\n";
    last if $response->is_success;
}
#### perl-request-token-1.0
#: expected: oauth1/request/parameter-missing
#: certain: oauth1/request/parameter-missing
#: made: Net::OAuth in its default version 1.0 sends no oauth_callback; with LWP, the status and the body; the server that Authlib makes of Flask
use strict; use LWP::UserAgent; use Net::OAuth;
my $url = "$ENV{AUTHLIB1}/request_token";
my $request = Net::OAuth->request("request token")->new(consumer_key => "consumer", consumer_secret => "consumer-secret",
    request_url => $url, request_method => "POST", signature_method => "HMAC-SHA1", timestamp => time, nonce => "b7c1f0a95e");
$request->sign;
my $response = LWP::UserAgent->new->post($url, Authorization => $request->to_authorization_header);
die "no request token: ", $response->status_line, "\n", $response->content, "\n" unless $response->is_success;
#### perl-fine-dump
#: expected: none
#: healthy: true
#: made: nothing is wrong; Net::OAuth gets temporary credentials, request and response dumped; Tripod
use strict; use LWP::UserAgent; use Net::OAuth; $Net::OAuth::PROTOCOL_VERSION = Net::OAuth::PROTOCOL_VERSION_1_0A;
my $url = "$ENV{T}/oauth1/request_token";
my $request = Net::OAuth->request("request token")->new(consumer_key => "dev-consumer", consumer_secret => "dev-consumer-secret", callback => "http://127.0.0.1/callback",
    request_url => $url, request_method => "POST", signature_method => "HMAC-SHA256", timestamp => time, nonce => "b7c1f0a95e41");
$request->sign;
my $response = LWP::UserAgent->new->post($url, Authorization => $request->to_authorization_header);
print $response->request->as_string, "\n", $response->as_string, "\n";
#### perl-server-503
#: expected: oauth2/server/unavailable
#: certain: oauth2/server/unavailable
#: made: the provider is in maintenance; LWP, one line of a syslog; a stub in front of it
#: prefix: journald sync-contacts
#: serve: POST https://api.acme-crm.example/oauth/token 503 text/html
#+ Retry-After: 120
#|<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>
use strict; use LWP::UserAgent;
my $answer = LWP::UserAgent->new->post("https://api.acme-crm.example/oauth/token", { grant_type => "refresh_token", refresh_token => "x" });
print "refresh failed, ", $answer->status_line, ": ", $answer->content, "\n";
#### perl-refresh-not-written-back
#: expected: oauth2/refresh/rotated-token-not-kept
#: certain: oauth2/refresh/rotated-token-not-kept
#: made: the new refresh token was not written back; LWP, a log of two refreshes with tokens; the server that Authlib makes of Flask
use strict; use LWP::UserAgent; use JSON::PP; use Digest::SHA "sha256"; use MIME::Base64 "encode_base64url";
my $ua = LWP::UserAgent->new(requests_redirectable => []);
my ($to, $verifier) = ("http://127.0.0.1:8000/callback", "Zq3mT7vR1xKc9WbN5yHdP0sLf8GjA2uEoI6tQwXzM4n");
my $url = URI->new("$ENV{AUTHLIB}/authorize");
$url->query_form(client_id => "native", response_type => "code", redirect_uri => $to, state => "s", code_challenge => encode_base64url(sha256($verifier)), code_challenge_method => "S256");
my ($code) = $ua->post($url, { decision => "allow" })->header("Location") =~ /code=([^&]+)/;
my $tokens = decode_json($ua->post("$ENV{AUTHLIB}/token", { grant_type => "authorization_code", client_id => "native", redirect_uri => $to, code => $code, code_verifier => $verifier })->content);
for my $day ("Fri", "Sat") {
    my $answer = $ua->post("$ENV{AUTHLIB}/token", { grant_type => "refresh_token", client_id => "native", refresh_token => $tokens->{refresh_token} });
    print "[$day 03:00:01] POST $ENV{AUTHLIB}/token\n[$day 03:00:01] > ", $answer->request->content, "\n[$day 03:00:01] < ", $answer->status_line, "\n[$day 03:00:01] < ", $answer->content, "\n";
}
#### perl-vague
#: expected: none
#: healthy: true
#: made: nothing can be known; a line of a program that swallows its errors; LWP; a stub
#: serve: GET https://crm.acme.example/login 200 text/html
#|<p>Something went wrong. Please try again later.</p>
use strict; use LWP::UserAgent;
my $page = LWP::UserAgent->new->get("https://crm.acme.example/login")->content;
$page =~ s/<[^>]+>//g;
print "Login with your company account: $page\n";
#### perl-entra-consent
#: expected: oauth2/authorization/consent-missing
#: certain: oauth2/authorization/consent-missing
#: made: a scope was added after the users had consented; LWP with a line of Log::Log4perl's usual layout; Entra's answer
#: serve: POST https://login.microsoftonline.com/organizations/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented to use the application with ID '2f9a0c6e-77b1-4a38-9d53-0e6a1b8cf214' named 'Mail Archive'. Send an interactive authorization request for this user and resource. Trace ID: 1f0c Correlation ID: 9b2e Timestamp: 2026-11-21 20:31:44Z","error_codes":[65001],"timestamp":"2026-11-21 20:31:44Z","suberror":"consent_required"}
use strict; use LWP::UserAgent; use POSIX "strftime";
my $answer = LWP::UserAgent->new->post("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", { grant_type => "refresh_token", client_id => "2f9a", refresh_token => "0.A", scope => "https://outlook.office.com/IMAP.AccessAsUser.All offline_access" });
print strftime("%Y/%m/%d %H:%M:%S", gmtime), " ERROR> Imap.pm:212 Archive::Imap::token - mailbox 17 skipped: ", $answer->content, "\n" if $answer->is_error;
