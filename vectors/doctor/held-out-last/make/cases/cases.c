#### libsoup-scope
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the token was asked for read alone; libsoup 3 with SoupLogger; stub
#: serve: POST https://cloud.example.org/api/v2/notes 403
#+ WWW-Authenticate: Bearer realm="notes", error="insufficient_scope", scope="notes.write"
#|{"error":"insufficient_scope"}
#include <libsoup/soup.h>
int main(void) {
  GError *error = NULL;
  SoupSession *session = soup_session_new();
  SoupLogger *logger = soup_logger_new(SOUP_LOGGER_LOG_BODY);
  soup_session_add_feature(session, SOUP_SESSION_FEATURE(logger));
  SoupMessage *msg = soup_message_new("POST", "https://cloud.example.org/api/v2/notes");
  soup_message_headers_append(soup_message_get_request_headers(msg), "Authorization", "Bearer 8Zk2Jq7Lw0Xt");
  GBytes *bytes = g_bytes_new_static("{\"text\":\"milk\"}", 15);
  soup_message_set_request_body_from_bytes(msg, "application/json", bytes);
  GBytes *answer = soup_session_send_and_read(session, msg, NULL, &error);
  if (error) g_printerr("%s\n", error->message);
}

#### librest-headers-alone
#: expected: oauth2/token-request/failed doctor/body-not-shown
#: made: the desktop's online account was not used for weeks; librest's RestOAuth2Proxy; stub that answers invalid_grant, which REST_DEBUG does not show
#: serve: POST https://gitlab.example.org/oauth/token 400
#|{"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."}
#include <rest/rest.h>
int main(void) {
  GError *error = NULL;
  g_setenv("REST_DEBUG", "all", TRUE);
  RestOAuth2Proxy *proxy = rest_oauth2_proxy_new("https://gitlab.example.org/oauth/authorize", "https://gitlab.example.org/oauth/token",
                                                 "http://127.0.0.1:8899", "5f2a1c7e83c6", "gloas-1c6a5b2f9d10", "https://gitlab.example.org/api/v4");
  rest_oauth2_proxy_set_refresh_token(proxy, "0d4e8c1b7a");
  if (!rest_oauth2_proxy_refresh_access_token(proxy, &error))
    g_printerr("** (gnome-issues:2131): WARNING **: refresh: %s (%s, %d)\n", error ? error->message : "(null)", error ? g_quark_to_string(error->domain) : "", error ? error->code : 0);
}
