# curl goes through both protocols; whatever it gets, head and body, is written down.

set -eu
ask() { curl -sS -i --max-time 20 "$@"; echo; }
oauth2=$TRIPOD_PROVIDER/oauth2

ask "$oauth2/jwks"
ask "$TRIPOD_PROVIDER/.well-known/openid-configuration"
ask -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=read "$oauth2/token"
ask -d client_id=dev-public -d scope=read "$oauth2/device_authorization"

member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# The challenge is that of RFC 7636 appendix B.
log_in() {
  query="response_type=code&client_id=$1&redirect_uri=http://127.0.0.1/callback&scope=openid+read+offline_access"
  query="$query&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
  sent=$(ask "$oauth2/authorize?$query")
  echo "$sent"
  code=$(echo "$sent" | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')
  ask -u "$1:$2" -d grant_type=authorization_code -d "code=$code" \
    -d redirect_uri=http://127.0.0.1/callback \
    -d code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk "$oauth2/token"
}
log_in dev-client dev-client-secret

# A client whose ID tokens are signed by ES256.
registered=$(ask -H 'Content-Type: application/json' -d '{"redirect_uris": ["http://127.0.0.1/callback"],
  "grant_types": ["authorization_code", "refresh_token"], "id_token_signed_response_alg": "ES256"}' "$oauth2/register")
echo "$registered"
client=$(echo "$registered" | member client_id)
secret=$(echo "$registered" | member client_secret)
given=$(log_in "$client" "$secret")
echo "$given"
token=$(echo "$given" | member access_token)
ask -H "Authorization: Bearer $token" "$oauth2/userinfo"
ask -H "Authorization: Bearer $token" "$TRIPOD_PROVIDER/api/me"
ask -u dev-client:dev-client-secret -d "token=$token" "$oauth2/introspect"
refresh=$(echo "$given" | member refresh_token)
ask -u "$client:$secret" -d grant_type=refresh_token -d "refresh_token=$refresh" "$oauth2/token"
ask -u dev-client:typo -d grant_type=client_credentials "$oauth2/token"
ask "$TRIPOD_PROVIDER/sign-in"
ask "$TRIPOD_PROVIDER/dev/explain"

# PLAINTEXT is a signature that curl can write; on loopback it is accepted.
signed='oauth_consumer_key="dev-consumer", oauth_nonce="a", oauth_timestamp="1795262400"'
signed="$signed, oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"dev-consumer-secret%26\""
ask -X POST -H "Authorization: OAuth $signed, oauth_callback=\"oob\"" \
  "$TRIPOD_PROVIDER/oauth1/request_token"
ask "$TRIPOD_PROVIDER/api/me"
