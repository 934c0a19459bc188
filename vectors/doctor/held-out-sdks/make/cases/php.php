PHP: the oauth extension of PECL, Guzzle, and the cURL extension.

#### php-pecl-magento-newline
#: expected: oauth1/signature/stray-characters-in-secret
#: certain: oauth1/signature/stray-characters-in-secret
#: made: the consumer secret was read by file_get_contents with its line break; PECL oauth with enableDebug; a stub with Magento's answer
#: known: {"consumer_secret": "q9w8e7r6t5y4u3i2o1p0a9s8d7f6g5h4", "token_secret": "zm1xn2cb3v4lk5jh6gf7ds8aq9we0rt1"}
#: after: Integration is activated in Admin > System > Integrations and I copied all four values. PHP 8.2, Magento 2.4.6.
#< shop.example /rest/V1/products/* 401 application/json;charset=utf-8
#| {"message":"The signature is invalid. Verify and try again."}
file_put_contents('secret.txt', "q9w8e7r6t5y4u3i2o1p0a9s8d7f6g5h4\n");
$oauth = new OAuth('0d1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h', file_get_contents('secret.txt'), OAUTH_SIG_METHOD_HMACSHA256, OAUTH_AUTH_TYPE_AUTHORIZATION);
$oauth->setToken('6kxq3n0vb1yt7cr2wzp9msd5fgh8j4la', 'zm1xn2cb3v4lk5jh6gf7ds8aq9we0rt1');
$oauth->enableDebug();
try {
    $oauth->fetch('https://shop.example/rest/V1/products/24-MB01', null, OAUTH_HTTP_METHOD_GET, ['Accept' => 'application/json']);
} catch (OAuthException $e) {
    echo $e->getMessage(), "\n";
    print_r($oauth->debugInfo);
}

#### php-pecl-flickr-debug-sbs
#: expected: oauth1/signature/base-strings-differ oauth1/signature/other-scheme
#: certain: oauth1/signature/base-strings-differ oauth1/signature/other-scheme
#: made: the server takes itself for http behind a proxy; PECL oauth with enableDebug; a stub that shows its base string as Flickr does
#: before: upload to our gallery (flickr-compatible API, moved behind the new load balancer yesterday) stopped working:
#< photos.example /services/rest 401 text/plain
#| oauth_problem=signature_invalid&debug_sbs={BASE_STRING}
$o = new OAuth('653e7a6ecc1d528c516cc8f92cf98611', '8d3f0a1b2c4e5f67', OAUTH_SIG_METHOD_HMACSHA1, OAUTH_AUTH_TYPE_AUTHORIZATION);
$o->setToken('72157720838481103-1c7e1df1a4b2c3d4', 'a5b6c7d8e9f00112');
$o->enableDebug();
try { $o->fetch('https://photos.example/services/rest?method=flickr.test.login&format=json'); }
catch (OAuthException $e) { echo $e, "\n\n", $o->getLastResponse(), "\n"; print_r($o->debugInfo); }

#### php-pecl-fetch-fine
#: expected: none
#: healthy: 1
#: made: nothing is wrong; PECL oauth with enableDebug reads a resource; a stub
#< api.tumblr.com /v2/user/info 200 application/json;charset=utf-8
#| {"meta":{"status":200,"msg":"OK"},"response":{"user":{"name":"derekg","likes":263,"following":4}}}
$o = new OAuth('tumblrConsumerKeyOfMine0000000000', 'tumblrConsumerSecretOfMine', OAUTH_SIG_METHOD_HMACSHA1, OAUTH_AUTH_TYPE_AUTHORIZATION);
$o->setToken('nnch734d00sl2jdk', 'pfkkdhi9sl3r4s00');
$o->enableDebug();
$o->fetch('https://api.tumblr.com/v2/user/info');
echo json_encode($o->getLastResponseInfo()), "\n";
print_r($o->debugInfo);

#### php-curl-google-token-redirect
#: expected: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/mismatch oauth2/redirect-uri/differs-in-token-request
#: made: redirect_uri in the exchange lacks /callback; PHP cURL; a stub with Google's answer
#: before: Trying to exchange the code I get from Google for a token, here is the script:\n\n{CODE}\n\nand this is what I get
#: secrets: 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 4/0AX4XfWjQmZtR8oKc2Yp1sVn5uHdB7eLgT3xFiA
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {
#|   "error": "redirect_uri_mismatch",
#|   "error_description": "Bad Request"
#| }
$ch = curl_init('https://oauth2.googleapis.com/token');
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => true, CURLOPT_POSTFIELDS => http_build_query([
    'client_id' => '407408718192.apps.googleusercontent.com',
    'client_secret' => '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',
    'code' => '4/0AX4XfWjQmZtR8oKc2Yp1sVn5uHdB7eLgT3xFiA',
    'redirect_uri' => 'https://app.example/google',
    'grant_type' => 'authorization_code'])]);
var_dump(json_decode(curl_exec($ch), true));

#### php-guzzle-hubspot-client-id
#: expected: oauth2/client-authentication/unknown-client
#: certain: oauth2/client-authentication/unknown-client
#: made: the client id of a deleted HubSpot app; Guzzle; a stub with HubSpot's answer
#: wrap: compose
#< api.hubapi.com /oauth/v1/token 400 application/json;charset=utf-8
#| {"status":"BAD_CLIENT_ID","message":"missing or unknown client id","correlationId":"8a1f2c3d-7c1b-4c58-9a51-2f0f6c3f7d11"}
require '/usr/share/php/GuzzleHttp/autoload.php';
$client = new GuzzleHttp\Client(['base_uri' => 'https://api.hubapi.com']);
$response = $client->post('/oauth/v1/token', ['form_params' => [
    'grant_type' => 'refresh_token', 'client_id' => 'a61e7c2b-4a4c-4ff5-9d0e-3f1b3b4d0c77', 'client_secret' => 'c0ffee00-1111-2222-3333-444455556666', 'refresh_token' => 'na1-6f2e-4a7b-9c3d']]);

#### php-curl-json-body
#: expected: oauth2/token-request/not-a-form
#: certain: oauth2/token-request/not-a-form
#: made: the token request is JSON; PHP cURL with CURLOPT_VERBOSE; @node-oauth/oauth2-server
#: secrets: wH7kQ2mZ9sT4xB1v
$ch = curl_init('http://localhost:4000/oauth/token');
curl_setopt($ch, CURLOPT_VERBOSE, true);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_HTTPHEADER, ['Content-Type: application/json']);
curl_setopt($ch, CURLOPT_POSTFIELDS, json_encode(['grant_type' => 'refresh_token', 'refresh_token' => '8c2f5d0a61b9', 'client_id' => 'webapp', 'client_secret' => 'wH7kQ2mZ9sT4xB1v']));
echo curl_exec($ch), "\n";

#### php-undefined-access-token
#: expected: oauth2/token-request/invalid-grant
#: certain: oauth2/token-request/invalid-grant
#: made: a page is reloaded, the code goes out twice, Google says Bad Request; PHP cURL; a stub with Google's answer
#: file: google-callback.php
#< oauth2.googleapis.com /token 400 application/json;charset=utf-8
#| {
#|   "error": "invalid_grant",
#|   "error_description": "Bad Request"
#| }
$ch = curl_init('https://oauth2.googleapis.com/token');
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => 1, CURLOPT_POSTFIELDS => http_build_query(['code' => '4/0Adeu5BW', 'client_id' => 'x', 'client_secret' => 'y', 'grant_type' => 'authorization_code', 'redirect_uri' => 'https://app.example/cb'])]);
$data = json_decode(curl_exec($ch), true);
error_reporting(E_ALL);
print_r($data);
$_SESSION['token'] = $data['access_token'];

#### php-guzzle-curl-60
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: Keycloak of a company with a certificate of its own; Guzzle; a stub whose certificate nobody trusts
#: head: 6
#: wrap: journald
#< keycloak.corp.example /realms/intranet/* 200 application/json
#| {}
require '/usr/share/php/GuzzleHttp/autoload.php';
$client = new GuzzleHttp\Client();
$client->post('https://keycloak.corp.example/realms/intranet/protocol/openid-connect/token', ['form_params' => ['grant_type' => 'client_credentials']]);

#### php-curl-shopify-code
#: expected: oauth2/code/used-twice oauth2/code/expired-or-unknown
#: made: the callback ran twice; PHP cURL; a stub with Shopify's answer
#: before: Shopify app install, /auth/callback prints
#< my-store.myshopify.com /admin/oauth/access_token 400 application/json;charset=utf-8 | X-Request-Id: 7b1c7b6a-9a0f-4e0c-a4f5-9d0f5a1f5e1c-1700000000
#| {"error":"invalid_request","error_description":"The authorization code was not found or was already used"}
$ch = curl_init('https://my-store.myshopify.com/admin/oauth/access_token');
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => 1, CURLOPT_HEADER => 1, CURLOPT_POSTFIELDS => ['client_id' => 'abc', 'client_secret' => 'shpss_1', 'code' => 'fd2c0f3e2f']]);
echo curl_exec($ch);

#### php-curl-facebook-redirect
#: expected: oauth2/redirect-uri/differs-in-token-request
#: certain: oauth2/redirect-uri/differs-in-token-request
#: made: redirect_uri of the exchange lacks a slash; PHP file_get_contents; a stub with Facebook's answer
#< graph.facebook.com /v19.0/oauth/access_token 400 application/json;charset=UTF-8 | WWW-Authenticate: OAuth "Facebook Platform" "invalid_code" "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request"
#| {"error":{"message":"Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request","type":"OAuthException","code":100,"error_subcode":36008,"fbtrace_id":"AbXw8nQvq4r0y9D2v5r1K3c"}}
$url = 'https://graph.facebook.com/v19.0/oauth/access_token?' . http_build_query(['client_id' => '1234567890', 'redirect_uri' => 'https://app.example/fb', 'client_secret' => 'e1b2', 'code' => 'AQB3']);
echo file_get_contents($url, false, stream_context_create(['http' => ['ignore_errors' => true]])), "\n";

#### php-curl-linkedin-vague
#: expected: oauth2/redirect-uri/differs-in-token-request oauth2/code/expired-or-unknown oauth2/pkce/verification-failed oauth2/token-request/invalid-grant
#: made: the redirect URI of the exchange is http for https; PHP cURL; a stub with LinkedIn's answer
#: redact: "(WPL_AP1[^"]*)"
#< www.linkedin.com /oauth/v2/accessToken 400 application/json
#| {"error":"invalid_request","error_description":"Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists"}
$ch = curl_init('https://www.linkedin.com/oauth/v2/accessToken');
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => 1, CURLOPT_POSTFIELDS => http_build_query(['grant_type' => 'authorization_code', 'code' => 'AQTx', 'redirect_uri' => 'http://app.example/li', 'client_id' => '77', 'client_secret' => 'WPL_AP1.x'])]);
$body = curl_exec($ch);
echo 'HTTP ' . curl_getinfo($ch, CURLINFO_HTTP_CODE) . PHP_EOL . $body . PHP_EOL;

#### php-curl-two-methods
#: expected: oauth2/client-authentication/two-methods
#: certain: oauth2/client-authentication/two-methods
#: secrets: kC9vN3rT6yLmPq81
#: made: CURLOPT_USERPWD and client_secret in the body; PHP cURL with CURLOPT_VERBOSE; oidc-provider
$ch = curl_init('http://localhost:4100/token');
curl_setopt($ch, CURLOPT_VERBOSE, true);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_USERPWD, 'machine:kC9vN3rT6yLmPq81');
curl_setopt($ch, CURLOPT_POSTFIELDS, 'grant_type=client_credentials&client_id=machine&client_secret=kC9vN3rT6yLmPq81');
echo curl_exec($ch), "\n";

#### php-curl-auth-lost
#: expected: oauth2/resource/authorization-lost-on-redirect
#: certain: oauth2/resource/authorization-lost-on-redirect
#: made: the API redirects from http to https and the header is not sent along; PHP cURL with CURLOPT_FOLLOWLOCATION and CURLOPT_VERBOSE; a stub
#: with: XXXXXXXXXXXXXXXXXXXXXXXX
#: redact: Bearer.([0-9a-f]{20,})
#: before: Postman works with the same token. In PHP:
#< api.crm.example /v2/contacts/ 401 application/json | WWW-Authenticate: Bearer realm="api"
#| {"detail":"Authentication credentials were not provided."}
#< api.crm.example /v2/contacts 301 text/html | Location: https://api.crm.example/v2/contacts/
#|
$ch = curl_init('http://api.crm.example/v2/contacts');
curl_setopt($ch, CURLOPT_VERBOSE, true);
curl_setopt($ch, CURLOPT_FOLLOWLOCATION, true);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_HTTPHEADER, ['Authorization: Bearer 9f8e7d6c5b4a39281706f5e4d3c2b1a0']);
echo curl_exec($ch), "\n";

#### php-call-on-null
#: expected: none
#: healthy: 1
#: made: a bug of the program that has nothing to do with OAuth's exchange; PHP; no server
#: file: UserRepository.php
error_reporting(E_ALL);
class UserRepository {
    private ?PDO $db = null;
    public function byEmail(string $email) { return $this->db->prepare('SELECT * FROM users WHERE email = ?')->execute([$email]); }
}
class LoginController { public function finish(array $profile) { return (new UserRepository)->byEmail($profile['email']); } }
(new LoginController)->finish(['email' => 'bob@example.org', 'token_valid' => true]);

#### php-builtin-server-denied
#: expected: oauth2/authorization/access-denied
#: certain: oauth2/authorization/access-denied
#: made: the user said no at GitHub; the log of PHP's built-in server
#: only: callback
file_put_contents('github-callback.php', '<?php header("Location: /login"); http_response_code(302);');
$server = proc_open('exec php -S 127.0.0.1:8000', [1 => ['file', 'log', 'w'], 2 => ['file', 'log', 'a']], $pipes);
usleep(700000);
$ch = curl_init('http://127.0.0.1:8000/github-callback.php?error=access_denied&error_description=The+user+has+denied+your+application+access.&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps%2Ftroubleshooting-authorization-request-errors%2F%23access-denied&state=ab23f0');
curl_setopt($ch, CURLOPT_RETURNTRANSFER, 1);
curl_exec($ch);
usleep(200000);
proc_terminate($server);
echo file_get_contents('log');

#### php-guzzle-tripod-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: scopes joined by commas; Guzzle; tripod serve --dev
#: secrets: dev-client-secret
#: head: 4
require '/usr/share/php/GuzzleHttp/autoload.php';
$client = new GuzzleHttp\Client();
$client->post('http://127.0.0.1:9090/oauth2/token', ['auth' => ['dev-client', 'dev-client-secret'], 'form_params' => ['grant_type' => 'client_credentials', 'scope' => 'read,write']]);

#### php-guzzle-shopify-key
#: expected: oauth2/access-token/invalid
#: certain: oauth2/access-token/invalid
#: made: the token of an uninstalled app; Guzzle; a stub with Shopify's answer
#: wrap: actions
#: head: 5
#< my-store.myshopify.com /admin/api/* 401 application/json;charset=utf-8
#| {"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}
require '/usr/share/php/GuzzleHttp/autoload.php';
(new GuzzleHttp\Client())->get('https://my-store.myshopify.com/admin/api/2024-04/orders.json', ['headers' => ['X-Shopify-Access-Token' => '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']]);

#### php-pecl-schoology-nonce
#: expected: oauth1/nonce/used
#: certain: oauth1/nonce/used
#: made: the nonce is a constant of the program; PECL oauth with setNonce; a stub with Schoology's answer
#< api.schoology.com /v1/users/me 401 text/plain;charset=utf-8
#| Duplicate timestamp/nonce combination, possible replay attack. Request rejected.
$o = new OAuth('c5b6', '8e9f', OAUTH_SIG_METHOD_HMACSHA1, OAUTH_AUTH_TYPE_AUTHORIZATION);
$o->setToken('t', 's');
$o->setNonce('4572616e48616d6d65724c61686176');
try { $o->fetch('https://api.schoology.com/v1/users/me'); } catch (OAuthException $e) { printf("%s (%d)\n%s\n", $e->getMessage(), $e->getCode(), $e->lastResponse); }

#### php-pecl-tripod-verifier
#: expected: oauth1/verifier/invalid
#: certain: oauth1/verifier/invalid
#: made: the verifier was not handed over; PECL oauth; tripod serve --dev
$o = new OAuth('dev-consumer', 'dev-consumer-secret', OAUTH_SIG_METHOD_HMACSHA1, OAUTH_AUTH_TYPE_AUTHORIZATION);
$t = $o->getRequestToken('http://127.0.0.1:9090/oauth1/request_token', 'http://127.0.0.1:8000/callback');
file_get_contents('http://127.0.0.1:9090/oauth1/authorize?oauth_token=' . urlencode($t['oauth_token']), false, stream_context_create(['http' => ['follow_location' => 0]]));
$o->setToken($t['oauth_token'], $t['oauth_token_secret']);
try { $o->getAccessToken('http://127.0.0.1:9090/oauth1/access_token', '', '1234567'); } catch (OAuthException $e) { echo $e->getMessage(), "\n", $e->lastResponse, "\n"; }

#### php-hubspot-refresh
#: expected: oauth2/refresh/refused oauth2/refresh/expired oauth2/refresh/revoked
#: made: the user uninstalled the app; the body alone, by PHP cURL; a stub with HubSpot's answer
#< api.hubapi.com /oauth/v1/token 400 application/json;charset=utf-8
#| {"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token","correlationId":"0b5b2a7e-7a6f-4c3b-8f1d-6b2f3f2a9c11"}
$ch = curl_init('https://api.hubapi.com/oauth/v1/token');
curl_setopt_array($ch, [CURLOPT_RETURNTRANSFER => 1, CURLOPT_POSTFIELDS => 'grant_type=refresh_token']);
echo curl_exec($ch), "\n";

#### php-guzzle-doorkeeper-client
#: expected: oauth2/client-authentication/refused
#: certain: oauth2/client-authentication/refused
#: made: the secret of the staging application; Guzzle in a log line; a stub with Doorkeeper's answer
#: wrap: journald
#< mastodon.example /oauth/token 401 application/json;charset=utf-8 | WWW-Authenticate: Bearer realm="Doorkeeper", error="invalid_client", error_description="Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
#| {"error":"invalid_client","error_description":"Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."}
require '/usr/share/php/GuzzleHttp/autoload.php';
try { (new GuzzleHttp\Client())->post('https://mastodon.example/oauth/token', ['form_params' => ['grant_type' => 'authorization_code', 'code' => 'x', 'client_id' => 'a', 'client_secret' => 'b']]); }
catch (GuzzleHttp\Exception\BadResponseException $e) { echo json_encode(['channel' => 'oauth', 'level' => 'ERROR', 'context' => ['status' => $e->getResponse()->getStatusCode(), 'body' => (string) $e->getResponse()->getBody()]]), "\n"; }
