What people see in a browser. The expectations were written down before anything was explained.

#### browser-nothing-listens
#: made: the user comes back to a port at which nothing listens; the text of the browser's page
#: expected: oauth2/redirect-uri/loopback-unreachable
page 'http://127.0.0.1:8000/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj'

#### browser-redirect-unregistered
#: made: another path than the one registered; the text of the server's page
#: expected: oauth2/redirect-uri/mismatch
page "$OIDC/auth?client_id=confidential&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback"

#### browser-redirect-unregistered-here
#: made: another path than the one registered; the text of our page
#: expected: oauth2/redirect-uri/mismatch
page "$T/oauth2/authorize?client_id=dev-public&response_type=code&scope=read&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code_challenge=$(challenge $V)&code_challenge_method=S256"

#### browser-unknown-client
#: made: a client id that nobody knows; the text of the server's page
#: expected: oauth2/client-authentication/unknown-client
page "$OIDC/auth?client_id=my-app-staging&response_type=code&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback"

#### browser-unknown-client-here
#: made: a client id that nobody knows; the text of our page
#: expected: oauth2/client-authentication/unknown-client
page "$T/oauth2/authorize?client_id=my-app-staging&response_type=code&scope=read&redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fcallback&code_challenge=$(challenge $V)&code_challenge_method=S256"

#### browser-oauth1-unknown-token
#: made: the page of OAuth 1 is opened a second time, with a token that is over; the text of the page
#: expected: oauth1/token/rejected
page "$T/oauth1/authorize?oauth_token=AbCdEfGh1234567890IjKlMnOp"
