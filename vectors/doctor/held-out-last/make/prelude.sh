# What every shell has: a PKCE pair, and a command shown as it stands in a terminal.
NEXT=http://127.0.0.1:8000/callback
V=Zq3mT7vR1xKc9WbN5yHdP0sLf8GjA2uEoI6tQwXzM4n
challenge() { printf %s "$1" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '='; }
authorize_url() { echo "$T/oauth2/authorize?client_id=${1:-dev-public}&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=${2:-openid%20read%20offline_access}&state=x8Gd0pQ&code_challenge=$(challenge $V)&code_challenge_method=S256"; }
code() { curl -s -o /dev/null -w '%{redirect_url}' "$(authorize_url "$@")" | sed 's/.*[?&]code=\([^&]*\).*/\1/'; }
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
tokens() { curl -s "$T/oauth2/token" -d grant_type=authorization_code -d client_id=dev-public -d redirect_uri=$NEXT -d "code=$(code)" -d code_verifier=$V; }
typed() { local shown; eval "shown=\"\$ ${1//\"/\\\"}\""; echo "$shown"; eval "$1"; }
