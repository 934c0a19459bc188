# What every shell has: a PKCE pair, and a user who says yes at once.
NEXT=http://127.0.0.1:8000/callback
V=0c1b2a39485766758493a2b1c0d1e2f3a4b5c6d7e8f90a1b
challenge() { printf %s "$1" | openssl dgst -sha256 -binary | base64 | tr '+/' '-_' | tr -d '='; }
authorize_url() { echo "$T/oauth2/authorize?client_id=${1:-dev-public}&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&scope=${2:-openid%20read%20offline_access}&state=af0ifjsldkj&code_challenge=$(challenge $V)&code_challenge_method=S256"; }
code() { curl -s -o /dev/null -w '%{redirect_url}' "$(authorize_url "$@")" | sed 's/.*[?&]code=\([^&]*\).*/\1/'; }
member() { sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
tokens() { curl -s "$T/oauth2/token" -d grant_type=authorization_code -d client_id=dev-public -d redirect_uri=$NEXT -d "code=$(code)" -d code_verifier=$V; }
allow() { curl -s -o /dev/null -w '%{redirect_url}' -d decision=allow "$1"; }
# Shows the command as it stands in a terminal, with the variables filled in, and runs it.
typed() { local shown; eval "shown=\"\$ ${1//\"/\\\"}\""; echo "$shown"; eval "$1"; }
# The text of a page as chromium shows it, below the address.
page() { node --experimental-websocket "$MAKE/page.mjs" "$1" "$PWD/profile" 2>&1; }
