# curl goes through both protocols; whatever it gets, head and body, is written down.

set -eu
ask() { curl -sS -i --max-time 20 "$@"; echo; }
oauth2=$TRIPOD_PROVIDER/oauth2

ask "$oauth2/jwks"
ask "$TRIPOD_PROVIDER/.well-known/openid-configuration"
ask -u dev-client:dev-client-secret -d grant_type=client_credentials -d scope=read "$oauth2/token"
ask -d client_id=dev-public -d scope=read "$oauth2/device_authorization"

# The challenge is that of RFC 7636 appendix B.
query='response_type=code&client_id=dev-client&redirect_uri=http://127.0.0.1/callback&scope=openid+read'
query="$query&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
sent=$(ask "$oauth2/authorize?$query")
echo "$sent"
code=$(echo "$sent" | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')
ask -u dev-client:dev-client-secret -d grant_type=authorization_code -d "code=$code" \
  -d redirect_uri=http://127.0.0.1/callback \
  -d code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk "$oauth2/token"

# PLAINTEXT is a signature that curl can write; on loopback it is accepted.
signed='oauth_consumer_key="dev-consumer", oauth_nonce="a", oauth_timestamp="1795262400"'
signed="$signed, oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"dev-consumer-secret%26\""
ask -X POST -H "Authorization: OAuth $signed, oauth_callback=\"oob\"" \
  "$TRIPOD_PROVIDER/oauth1/request_token"
ask "$TRIPOD_PROVIDER/api/me"
