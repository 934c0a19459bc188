#### c-liboauth-no-token-secret
#: expected: oauth1/signature/token-secret-left-out
#: certain: oauth1/signature/token-secret-left-out oauth1/signature/mismatch
#: made: NULL for the token's secret; liboauth signs the URL's query, libcurl is verbose; an answer as Discogs'
#: known: {"consumer_secret": "TlPqXJeKcPQbzkwQzFvLkyLh", "token_secret": "vJmVnQqOzSbpXwzhLTfKgXkDrCyAeW"}
#: serve: GET https://api.discogs.com/oauth/identity 401
#+ WWW-Authenticate: OAuth realm="https://api.discogs.com"
#|{"message": "Invalid signature."}
#include <curl/curl.h>
#include <oauth.h>
#include <stdio.h>
int main(void) {
    char *url = oauth_sign_url2("https://api.discogs.com/oauth/identity", NULL, OA_HMAC, "GET", "abcdVpYqLkxTzXqHWbRm", "TlPqXJeKcPQbzkwQzFvLkyLh", "qRtUwYzXbNmKlJhGfDsA", NULL);
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "CrateDigger/0.3");
    curl_easy_perform(c);
    return 0;
}
#### c-liboauth-signed-get
#: expected: oauth1/signature/method
#: certain: oauth1/signature/method oauth1/signature/mismatch
#: made: signed as GET, sent as PUT; liboauth makes the header's parameters, libcurl is verbose; WooCommerce's answer
#: known: {"consumer_secret": "cs_6b1e0f9a7c2d4e8b5f3a1c0d9e7f6a5b4c3d2e1f"}
#: serve: PUT http://shop.acme.example/wp-json/wc/v3/products/794 401 application/json; charset=UTF-8
#+ X-Robots-Tag: noindex
#+ Link: <http://shop.acme.example/wp-json/>; rel="https://api.w.org/"
#|{"code":"woocommerce_rest_authentication_error","message":"Invalid signature - provided signature does not match.","data":{"status":401}}
#include <curl/curl.h>
#include <oauth.h>
#include <stdio.h>
int main(void) {
    char *url = oauth_sign_url2("http://shop.acme.example/wp-json/wc/v3/products/794", NULL, OA_HMAC, NULL, "ck_0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b", "cs_6b1e0f9a7c2d4e8b5f3a1c0d9e7f6a5b4c3d2e1f", NULL, NULL);
    CURL *c = curl_easy_init();
    struct curl_slist *h = curl_slist_append(NULL, "Content-Type: application/json");
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, "{\"regular_price\":\"24.54\"}");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_perform(c);
    return 0;
}
#### c-null-token
#: expected: oauth2/request/placeholder
#: certain: oauth2/request/placeholder
#: made: the token is NULL, which printf writes as (null); libcurl is verbose; an API's answer
#: serve: GET https://api.meters.example/v1/readings 401
#+ WWW-Authenticate: Bearer realm="meters", error="invalid_token"
#|{"error":"invalid_token"}
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char line[256];
    snprintf(line, sizeof line, "Authorization: Bearer %s", getenv("METERS_TOKEN"));
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, "https://api.meters.example/v1/readings");
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, curl_slist_append(NULL, line));
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_perform(c);
    return 0;
}
#### c-certificate-name
#: expected: network/tls-name
#: certain: network/tls-name
#: made: the load balancer answers with another certificate; libcurl with an error buffer; a stub with TLS
#: tls: tokens.int.acme.example othername
#include <curl/curl.h>
#include <stdio.h>
int main(void) {
    char why[CURL_ERROR_SIZE] = "";
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, "https://tokens.int.acme.example/oauth2/v1/token");
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, "grant_type=client_credentials&scope=mail.send");
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
    CURLcode code = curl_easy_perform(c);
    if (code != CURLE_OK) fprintf(stderr, "mailrelay: cannot fetch XOAUTH2 token: (%d) %s\n", code, why);
    return 0;
}
#### c-liboauth-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; liboauth's signed query for temporary credentials, libcurl is verbose; Tripod
#include <curl/curl.h>
#include <oauth.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    char at[128], *body = NULL;
    snprintf(at, sizeof at, "%s/oauth1/request_token?oauth_callback=oob", getenv("T"));
    char *url = oauth_sign_url2(at, NULL, OA_HMAC, "POST", "dev-consumer", "dev-consumer-secret", NULL, NULL);
    CURL *c = curl_easy_init();
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_perform(c);
    return 0;
}
