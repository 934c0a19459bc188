#### go-x-oauth2-entra-redeemed
#: expected: oauth2/code/used-twice
#: certain: oauth2/code/used-twice
#: made: the callback's handler ran twice; golang.org/x/oauth2, the log of a web server; Entra's answer
#: prefix: k8s
#: serve: POST https://login.microsoftonline.com/common/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"invalid_grant","error_description":"AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token. Trace ID: 0f8e6c1a-94b2-4d7b-a0f5-3c1d2b9e7a00 Correlation ID: 6e2f9a41-5c3b-4e0d-8f17-a2b4c6d8e0f1 Timestamp: 2026-11-21 20:31:44Z","error_codes":[54005],"timestamp":"2026-11-21 20:31:44Z"}
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/microsoft"
)

func main() {
	c := &oauth2.Config{ClientID: "2f9a0c6e", ClientSecret: "Q~x8Q", Endpoint: microsoft.AzureADEndpoint("common"), RedirectURL: "https://app.example.com/cb"}
	log.Println("GET /cb 302")
	_, err := c.Exchange(context.Background(), "0.AXoAVKx8")
	log.Printf("GET /cb 500: exchanging code: %v", err)
}

#### go-x-oauth2-keycloak-code
#: expected: oauth2/code/expired-or-unknown
#: certain: oauth2/code/expired-or-unknown
#: made: the code was redeemed after its minute; golang.org/x/oauth2, log.Fatal; Keycloak's answer
#: serve: POST https://sso.acme.example/realms/acme/protocol/openid-connect/token 400
#|{"error":"invalid_grant","error_description":"Code not valid"}
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2"
)

func main() {
	c := &oauth2.Config{ClientID: "grafana", ClientSecret: "x", RedirectURL: "https://grafana.acme.example/login/generic_oauth",
		Endpoint: oauth2.Endpoint{TokenURL: "https://sso.acme.example/realms/acme/protocol/openid-connect/token"}}
	if _, err := c.Exchange(context.Background(), "8c2b.1f0c.77"); err != nil {
		log.Fatal(err)
	}
}

#### go-x-oauth2-xero-grant
#: expected: oauth2/token-request/invalid-grant
#: certain: oauth2/token-request/invalid-grant
#: made: a refresh token of more than sixty days; golang.org/x/oauth2, a line of logfmt without the URL's grant; Xero's answer
#: serve: POST https://identity.xero.com/connect/token 400
#|{"error":"invalid_grant"}
package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/oauth2"
)

func main() {
	c := &oauth2.Config{ClientID: "5F1E", ClientSecret: "x", Endpoint: oauth2.Endpoint{TokenURL: "https://identity.xero.com/connect/token", AuthStyle: oauth2.AuthStyleInHeader}}
	_, err := c.TokenSource(context.Background(), &oauth2.Token{RefreshToken: "b1"}).Token()
	fmt.Printf("time=%s level=error component=sync tenant=\"Demo Company (UK)\" msg=\"xero: giving up\" err=%q\n", time.Now().UTC().Format(time.RFC3339), err)
}

#### go-context-canceled
#: expected: oauth2/refresh/context-canceled
#: made: the token source was made with the context of the login request; golang.org/x/oauth2, a JSON log line; nobody
#: hosts: oauth2.example-accounting.com
package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"golang.org/x/oauth2"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	c := &oauth2.Config{ClientID: "5F1E", ClientSecret: "x", Endpoint: oauth2.Endpoint{TokenURL: "https://oauth2.example-accounting.com/token", AuthStyle: oauth2.AuthStyleInHeader}}
	tokens := c.TokenSource(ctx, &oauth2.Token{AccessToken: "a", RefreshToken: "r", Expiry: time.Now().Add(-time.Minute)})
	cancel() // the handler has returned
	_, err := tokens.Token()
	json.NewEncoder(os.Stdout).Encode(map[string]any{"ts": time.Now().Unix(), "level": "error", "logger": "invoices.poller", "caller": "poller/poller.go:88", "msg": "refreshing the token failed", "attempt": 1, "error": err.Error()})
}

#### go-oidc-issuer
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: the provider is asked by its internal name in the cluster; coreos/go-oidc, klog's format; Keycloak's metadata
#: serve: GET http://keycloak.auth.svc/realms/acme/.well-known/openid-configuration 200
#|{"issuer":"https://sso.acme.example/realms/acme","authorization_endpoint":"https://sso.acme.example/realms/acme/protocol/openid-connect/auth","token_endpoint":"https://sso.acme.example/realms/acme/protocol/openid-connect/token","jwks_uri":"https://sso.acme.example/realms/acme/protocol/openid-connect/certs"}
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-oidc"
)

func main() {
	_, err := oidc.NewProvider(context.Background(), "http://keycloak.auth.svc/realms/acme")
	fmt.Printf("I%s       1 main.go:61] starting oauth2 proxy\n", time.Now().Format("0102 15:04:05.000000"))
	fmt.Printf("F%s       1 main.go:74] Failed to initialise OIDC provider: %v\n", time.Now().Format("0102 15:04:05.000000"), err)
}

#### go-oidc-old-keycloak-path
#: expected: oauth2/issuer/no-metadata
#: certain: oauth2/issuer/no-metadata
#: made: the issuer is configured as before Keycloak 17, with /auth; coreos/go-oidc, log.Fatal; Keycloak's answer
#: serve: GET https://sso.acme.example/auth/realms/acme/.well-known/openid-configuration 404
#|{"error":"Unable to find matching target resource method"}
package main

import (
	"context"
	"log"

	"github.com/coreos/go-oidc"
)

func main() {
	_, err := oidc.NewProvider(context.Background(), "https://sso.acme.example/auth/realms/acme")
	if err != nil {
		log.Fatalf("oidc: provider https://sso.acme.example/auth/realms/acme: %v", err)
	}
}

#### go-oidc-audience
#: expected: oauth2/id-token/audience
#: certain: oauth2/id-token/audience
#: made: the token of Keycloak's account client is verified for another; coreos/go-oidc, a line of docker compose; a token of one's own
#: prefix: compose gateway-1
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"log"
	"time"

	"github.com/coreos/go-oidc"
	"github.com/golang-jwt/jwt"
)

type keys struct{}

func (keys) VerifySignature(ctx context.Context, raw string) ([]byte, error) { return nil, nil }

func main() {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	raw, _ := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"iss": "https://sso.acme.example/realms/acme", "aud": "account", "sub": "f:1", "iat": time.Now().Unix(), "exp": time.Now().Unix() + 300}).SignedString(key)
	_, err := oidc.NewVerifier("https://sso.acme.example/realms/acme", keys{}, &oidc.Config{ClientID: "orders-api"}).Verify(context.Background(), raw)
	log.Printf("[auth] 401 GET /orders: verifying id token: %v", err)
}

#### go-tls-expired
#: expected: network/tls-expired
#: certain: network/tls-expired
#: made: the certificate of the provider ended three days ago; golang.org/x/oauth2, log.Fatal; a stub with TLS
#: tls: id.partner.example expired
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	c := clientcredentials.Config{ClientID: "a", ClientSecret: "b", TokenURL: "https://id.partner.example/oauth2/token"}
	if _, err := c.Token(context.Background()); err != nil {
		log.Fatalf("token: %v", err)
	}
}

#### go-http-behind-https
#: expected: network/tls
#: certain: network/tls
#: made: https is spoken to a port for http; golang.org/x/oauth2, log.Fatal; a stub without TLS
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	c := clientcredentials.Config{ClientID: "a", ClientSecret: "b", TokenURL: "https://localhost:80/oauth2/token"}
	if _, err := c.Token(context.Background()); err != nil {
		log.Fatalf("cannot authenticate against the local IdP: %v", err)
	}
}

#### go-jira-consumer
#: expected: oauth1/consumer-key/unknown
#: certain: oauth1/consumer-key/unknown
#: made: the application link of another environment; mrjones/oauth, log.Fatal; Jira's answer
#: serve: POST https://jira.acme.example/plugins/servlet/oauth/request-token 401 text/plain
#+ WWW-Authenticate: OAuth realm="https%3A%2F%2Fjira.acme.example"
#|oauth_problem=consumer_key_unknown
package main

import (
	"log"

	"github.com/mrjones/oauth"
)

func main() {
	c := oauth.NewConsumer("releasebot-staging", "s", oauth.ServiceProvider{RequestTokenUrl: "https://jira.acme.example/plugins/servlet/oauth/request-token", HttpMethod: "POST"})
	if _, _, err := c.GetRequestTokenAndUrl("oob"); err != nil {
		log.Fatal(err)
	}
}

#### go-x-callback
#: expected: oauth1/callback/not-approved
#: certain: oauth1/callback/not-approved
#: made: the callback is not registered at X; mrjones/oauth, an issue's text; X's answer, XML
#: serve: POST https://api.twitter.com/oauth/request_token 403 application/xml; charset=utf-8
#|<?xml version="1.0" encoding="UTF-8"?><errors><error code="415">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>
#<### Describe the bug
#<Login with Twitter stopped working since we moved to the new domain.
#<
#<### Logs
#<```
#>```
#>### Version
#>v0.9.2 (docker)
package main

import (
	"log"

	"github.com/mrjones/oauth"
)

func main() {
	c := oauth.NewConsumer("xvz1evFS4wEEPTGEFPHBog", "s", oauth.ServiceProvider{RequestTokenUrl: "https://api.twitter.com/oauth/request_token", HttpMethod: "POST"})
	if _, _, err := c.GetRequestTokenAndUrl("https://new.example.org/auth/callback"); err != nil {
		log.Println("twitter: begin auth:", err)
	}
}

#### go-github-integration
#: expected: oauth2/scope/insufficient
#: certain: oauth2/scope/insufficient
#: made: the workflow's GITHUB_TOKEN lacks a permission; google/go-github, in GitHub Actions' log; GitHub's answer
#: prefix: actions
#: serve: GET https://api.github.com/repos/acme/shop/actions/runners 403 application/json; charset=utf-8
#+ X-Accepted-GitHub-Permissions: administration=read
#|{"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest/actions/self-hosted-runners#list-self-hosted-runners-for-a-repository","status":"403"}
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/google/go-github/github"
	"golang.org/x/oauth2"
)

func main() {
	client := github.NewClient(oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "ghs_x"})))
	fmt.Println("##[group]Run ./runner-report\n##[endgroup]")
	_, _, err := client.Actions.ListRunners(context.Background(), "acme", "shop", nil)
	if err != nil {
		fmt.Println("##[error]", err)
		fmt.Println("##[error]Process completed with exit code 1.")
		os.Exit(1)
	}
}

#### go-doorkeeper-expired
#: expected: oauth2/access-token/expired
#: certain: oauth2/access-token/expired
#: made: a stored access token is older than two hours; golang.org/x/oauth2 with a static token, response dumped; Doorkeeper's answer (GitLab)
#: serve: GET https://gitlab.acme.example/api/v4/projects 401 application/json
#+ Www-Authenticate: Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="Token is expired. You can either do re-authorization or token refresh."
#+ X-Request-Id: 01JD7V8QW3K9
#|{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}
package main

import (
	"context"
	"fmt"
	"net/http/httputil"

	"golang.org/x/oauth2"
)

func main() {
	client := oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "5d1c0f9e8a7b"}))
	answer, _ := client.Get("https://gitlab.acme.example/api/v4/projects?membership=true")
	text, _ := httputil.DumpResponse(answer, true)
	fmt.Printf("GET %s\n%s\n", answer.Request.URL, text)
}

#### go-google-jwt-day
#: expected: oauth2/assertion/clock
#: certain: oauth2/assertion/clock
#: made: the assertion is made to live for a day; golang.org/x/oauth2/jwt, log.Fatal; Google's answer
#: serve: POST https://oauth2.googleapis.com/token 400 application/json; charset=utf-8
#|{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."}
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log"
	"time"

	"golang.org/x/oauth2/jwt"
)

func main() {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	c := jwt.Config{Email: "sync@acme-prod-291014.iam.gserviceaccount.com", TokenURL: "https://oauth2.googleapis.com/token", Expires: 24 * time.Hour,
		PrivateKey: pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})}
	if _, err := c.Client(context.Background()).Get("https://www.googleapis.com/calendar/v3/users/me/calendarList"); err != nil {
		log.Fatalf("Unable to retrieve calendars: %v", err)
	}
}

#### go-slack-no-token
#: expected: oauth2/token-answer/no-access-token
#: certain: oauth2/token-answer/no-access-token
#: made: Slack refuses the redirect URI with status 200 and ok:false; golang.org/x/oauth2 hides the body; Slack's answer
#: serve: POST https://slack.com/api/oauth.v2.access 200 application/json; charset=utf-8
#|{"ok":false,"error":"bad_redirect_uri"}
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2"
)

func main() {
	c := &oauth2.Config{ClientID: "2164.8213", ClientSecret: "x", RedirectURL: "https://bot.acme.example/slack/cb", Endpoint: oauth2.Endpoint{TokenURL: "https://slack.com/api/oauth.v2.access", AuthStyle: oauth2.AuthStyleInParams}}
	if _, err := c.Exchange(context.Background(), "2164.99"); err != nil {
		log.Println("slack install failed:", err)
	}
}

#### go-entra-default-scope
#: expected: oauth2/scope/invalid
#: certain: oauth2/scope/invalid
#: made: client credentials with a delegated scope in place of /.default; golang.org/x/oauth2/clientcredentials, log.Fatal; Entra's answer
#: serve: POST https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token 400 application/json; charset=utf-8
#|{"error":"invalid_scope","error_description":"AADSTS1002012: The provided value for scope https://graph.microsoft.com/User.Read.All is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI). Trace ID: 3c0b Correlation ID: 77d0 Timestamp: 2026-11-21 20:31:44Z","error_codes":[1002012],"timestamp":"2026-11-21 20:31:44Z"}
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/oauth2/microsoft"
)

func main() {
	c := clientcredentials.Config{ClientID: "2f9a", ClientSecret: "x", TokenURL: microsoft.AzureADEndpoint("contoso.onmicrosoft.com").TokenURL, Scopes: []string{"https://graph.microsoft.com/User.Read.All"}}
	if _, err := c.Token(context.Background()); err != nil {
		log.Fatal(err)
	}
}

#### go-graph-audience
#: expected: oauth2/resource/wrong-audience
#: certain: oauth2/resource/wrong-audience
#: made: a token for one's own API is sent to Microsoft Graph; net/http, the body alone; Graph's answer
#: serve: GET https://graph.microsoft.com/v1.0/me 401
#|{"error":{"code":"InvalidAuthenticationToken","message":"Access token validation failure. Invalid audience.","innerError":{"date":"2026-11-21T20:31:44","request-id":"b0c1d2e3-0f1a-4b2c-8d3e-4f5a6b7c8d9e","client-request-id":"b0c1d2e3-0f1a-4b2c-8d3e-4f5a6b7c8d9e"}}}
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	r, _ := http.NewRequest("GET", "https://graph.microsoft.com/v1.0/me", nil)
	r.Header.Set("Authorization", "Bearer eyJ")
	answer, _ := http.DefaultClient.Do(r)
	io.Copy(os.Stdout, answer.Body)
}

#### go-secret-encoded
#: expected: oauth2/client-authentication/basic-encoding
#: made: the secret has reserved characters, which x/oauth2 form-encodes and the server does not decode; the exchange dumped by a transport; a stub
#: known: {"client_secret": "kX7+/pQ==vT2%9m"}
#: serve: POST https://idp.partner.example/connect/token 401 application/json;charset=UTF-8
#|{"error":"invalid_client"}
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httputil"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type dump struct{}

func (dump) RoundTrip(r *http.Request) (*http.Response, error) {
	text, _ := httputil.DumpRequestOut(r, true)
	fmt.Printf("%s\n\n", text)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		text, _ = httputil.DumpResponse(answer, true)
		fmt.Printf("%s\n\n", text)
	}
	return answer, err
}

func main() {
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Transport: dump{}})
	c := clientcredentials.Config{ClientID: "orders-sync", ClientSecret: "kX7+/pQ==vT2%9m", TokenURL: "https://idp.partner.example/connect/token", AuthStyle: oauth2.AuthStyleInHeader}
	if _, err := c.Token(ctx); err != nil {
		log.SetFlags(0)
		log.Println(err)
	}
}

#### go-connection-reset
#: expected: network/closed
#: certain: network/closed
#: made: a middlebox resets the connection; golang.org/x/oauth2, log with a file and line; a stub
#: serve: POST http://idp.legacy.example/as/token.oauth2 reset
#: replace: \d+\.\d+\.\d+\.\d+:(\d+)->127.0.0.1:80 => 10.12.0.7:\1->10.12.4.20:80
package main

import (
	"context"
	"log"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lshortfile)
	c := clientcredentials.Config{ClientID: "a", ClientSecret: "b", TokenURL: "http://idp.legacy.example/as/token.oauth2"}
	_, err := c.Token(context.Background())
	log.Print("could not obtain a token: ", err)
}

#### go-fine-dump
#: expected: none
#: healthy: true
#: made: nothing is wrong; client credentials and a call by golang.org/x/oauth2, dumped by a transport; Tripod
package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type dump struct{}

func (dump) RoundTrip(r *http.Request) (*http.Response, error) {
	text, _ := httputil.DumpRequestOut(r, true)
	fmt.Printf("---- request\n%s\n", text)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		text, _ = httputil.DumpResponse(answer, true)
		fmt.Printf("---- response\n%s\n", text)
	}
	return answer, err
}

func main() {
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Transport: dump{}})
	c := clientcredentials.Config{ClientID: "dev-client", ClientSecret: "dev-client-secret", TokenURL: os.Getenv("T") + "/oauth2/token", Scopes: []string{"read"}}
	c.Client(ctx).Get(os.Getenv("T") + "/api/echo")
}

#### go-unrelated-panic
#: expected: none
#: healthy: true
#: made: a nil map in the program that serves a callback; Go's panic; nobody
package main

import "fmt"

type session struct{ values map[string]string }

func (s *session) remember(user string) { s.values["user"] = user }

func callback(code string) {
	s := &session{}
	fmt.Println("2026/11/21 20:31:44 oauth: logged in as octocat")
	s.remember("octocat")
}

func main() { callback("x") }

#### go-cli-device-expired
#: expected: oauth2/device/expired
#: certain: oauth2/device/expired
#: made: the user did not finish in fifteen minutes; cli/oauth, a command line's output; GitHub's answer
#: serve: POST https://github.com/login/device/code 200 application/x-www-form-urlencoded; charset=utf-8
#|device_code=3584d83530557fdd1f46af8289938c8ef79f9dc5&expires_in=899&interval=1&user_code=WDJB-MJHT&verification_uri=https%3A%2F%2Fgithub.com%2Flogin%2Fdevice
#: serve: POST https://github.com/login/oauth/access_token 200 application/x-www-form-urlencoded; charset=utf-8
#|error=authorization_pending&error_description=The+authorization+request+is+still+pending.
#: serve: POST https://github.com/login/oauth/access_token 200 application/x-www-form-urlencoded; charset=utf-8
#|error=expired_token&error_description=The+%60device_code%60+has+expired.
package main

import (
	"fmt"
	"net/http"
	"os"

	"github.com/cli/oauth/device"
)

func main() {
	code, err := device.RequestCode(http.DefaultClient, "https://github.com/login/device/code", "178c6fc778ccc68e1d6a", []string{"repo", "read:org"})
	if err != nil {
		panic(err)
	}
	fmt.Printf("! First copy your one-time code: %s\n- Open %s\n", code.UserCode, code.VerificationURI)
	if _, err = device.PollToken(http.DefaultClient, "https://github.com/login/oauth/access_token", "178c6fc778ccc68e1d6a", code); err != nil {
		fmt.Println("failed to authenticate via web browser:", err)
		os.Exit(1)
	}
}
