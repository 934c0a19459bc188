//! Requests that nobody honest sends: whatever they are, the answer is no 5xx.

use axum::body::Body;
use http::{HeaderValue, Method, Request};
use tower::ServiceExt as _;

use crate::fixture::{CLIENT, Fixture, PUBLIC, SECRET};

const PATHS: [&str; 26] = [
    "/",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource",
    "/.well-known/openid-configuration",
    "/api/echo",
    "/api/me",
    "/device",
    "/healthz",
    "/metrics",
    "/no/such/place",
    "/oauth1/access_token",
    "/oauth1/authorize",
    "/oauth1/request_token",
    "/oauth2/authorize",
    "/oauth2/device_authorization",
    "/oauth2/introspect",
    "/oauth2/jwks",
    "/oauth2/logout",
    "/oauth2/par",
    "/oauth2/register",
    "/oauth2/register/client",
    "/oauth2/revoke",
    "/oauth2/token",
    "/oauth2/userinfo",
    "/readyz",
    "/sign-in",
];

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
];

/// Queries, and forms, that are odd in one way each.
const PARAMETERS: [&str; 30] = [
    "",
    "&&&=&=&",
    "%",
    "%FF%FE",
    "a=%00",
    "a=1&a=2",
    "client_id=",
    "client_id=client&client_id=public",
    "client_id=%0d%0aX:%20y",
    "client_id=client&redirect_uri=javascript:alert(1)&response_type=code",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=code&scope=%22",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=none+code+token",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=code&max_age=-1",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=code&prompt=none+login",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=code&claims=%7B",
    "client_id=client&redirect_uri=https://client.example/cb&response_type=code\
     &code_challenge=x&code_challenge_method=S256&state=%0d%0a&nonce=%00&request=a.b.c",
    "client_id=client&request_uri=urn:ietf:params:oauth:request_uri:nothing",
    "client_id=client&request_uri=http://169.254.169.254/latest",
    "grant_type=",
    "grant_type=authorization_code&code=%00&redirect_uri=x&code_verifier=y",
    "grant_type=refresh_token&refresh_token=x&scope=%5c",
    "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x",
    "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=e30.e30.",
    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=x\
     &subject_token_type=urn:ietf:params:oauth:token-type:access_token",
    "grant_type=client_credentials&resource=%3A%3A&resource=&scope=read",
    "token=x&token_type_hint=nonsense",
    "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer\
     &client_assertion=eyJhbGciOiJub25lIn0.e30.",
    "oauth_consumer_key=client&oauth_signature_method=PLAINTEXT&oauth_signature=%26\
     &oauth_timestamp=99999999999999999999&oauth_nonce=&oauth_callback=oob&oauth_version=9",
    "oauth_token=x&oauth_verifier=%FF&decision=allow&username=a&password=b&user_code=%20",
    "id_token_hint=e30.e30.e30&post_logout_redirect_uri=//evil.example&logout_hint=%00",
];

/// Header fields that are odd in one way each.
const FIELDS: [(&str, &[u8]); 22] = [
    ("accept", b"*/*"),
    ("authorization", b""),
    ("authorization", b"Basic"),
    ("authorization", b"Basic ::::"),
    ("authorization", b"Basic //8="),
    ("authorization", b"Basic Og=="),
    ("authorization", b"Bearer"),
    ("authorization", b"Bearer \xff\xfe"),
    ("authorization", b"Bearer e30.e30.e30"),
    ("authorization", b"DPoP a.b.c"),
    ("authorization", b"OAuth"),
    ("authorization", b"OAuth oauth_token=\"%\", oauth_nonce=\"\\\"\","),
    ("authorization", b"OAuth realm=\"\xc3\xa4\", oauth_consumer_key=\"client\", oauth_signature_method=\"HMAC-SHA1\", oauth_signature=\"x\", oauth_timestamp=\"-1\", oauth_nonce=\"n\", oauth_callback=\"//\""),
    ("content-type", b"application/json; charset=\xff"),
    ("content-type", b"multipart/form-data"),
    ("cookie", b"__Host-session=\xff; session=; ;;=;"),
    ("dpop", b"e30.e30.e30"),
    ("host", b"evil.example:99999999"),
    ("origin", b"null"),
    ("sec-fetch-site", b"cross-site"),
    ("x-forwarded-for", b"::::, 1.2.3.4.5, \xff"),
    ("accept-language", b"\xff"),
];

const BODIES: [&[u8]; 8] = [
    b"",
    b"{}",
    b"[[[[[[[[[[[[[[[[",
    b"{\"redirect_uris\":[1],\"jwks\":{\"keys\":[{}]}}",
    b"{\"redirect_uris\":\"a\",\"grant_types\":[\"\xff\"]}",
    b"{\"client_name\":\"\\ud800\",\"redirect_uris\":[\"https://a.example/\"]}",
    b"null",
    b"\x00\xff\xfe",
];

async fn ask(fixture: &Fixture, request: Request<Body>, what: &str) {
    let answer = fixture.provider.router().oneshot(request).await.unwrap();
    assert!(
        !answer.status().is_server_error(),
        "{}: {what}",
        answer.status()
    );
}

fn request(method: &str, uri: &str) -> http::request::Builder {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    Request::builder().method(method).uri(uri)
}

async fn fixture() -> Fixture {
    Fixture::with(|config| {
        config.limits.attempts = None;
        config.registration = tripod_provider::config::Registration::Open;
    })
    .await
}

/// Who asks: nobody, a client by each method, or somebody in between.
fn credentials() -> [Option<String>; 3] {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    let basic = |pair: String| Some(format!("Basic {}", BASE64_STANDARD.encode(pair)));
    [
        None,
        basic(format!("{CLIENT}:{SECRET}")),
        basic(format!("{PUBLIC}:")),
    ]
}

#[tokio::test]
async fn no_method_is_too_much_for_any_path() {
    let fixture = fixture().await;
    for path in PATHS {
        for method in METHODS {
            let what = format!("{method} {path}");
            ask(
                &fixture,
                request(method, path).body(Body::empty()).unwrap(),
                &what,
            )
            .await;
        }
    }
}

#[tokio::test]
async fn no_parameters_are_too_much() {
    let fixture = fixture().await;
    for path in PATHS {
        for parameters in PARAMETERS {
            let query = format!("{path}?{parameters}");
            let what = format!("GET {query}");
            ask(
                &fixture,
                request("GET", &query).body(Body::empty()).unwrap(),
                &what,
            )
            .await;
            for authorization in credentials() {
                let mut builder = request("POST", path)
                    .header("content-type", "application/x-www-form-urlencoded");
                if let Some(authorization) = &authorization {
                    builder = builder.header("authorization", authorization);
                }
                let what = format!("POST {path} {authorization:?} {parameters}");
                ask(
                    &fixture,
                    builder.body(Body::from(parameters)).unwrap(),
                    &what,
                )
                .await;
            }
        }
    }
}

#[tokio::test]
async fn no_header_field_is_too_much() {
    let fixture = fixture().await;
    for path in PATHS {
        for (name, value) in FIELDS {
            for method in ["GET", "POST", "OPTIONS"] {
                let value = HeaderValue::from_bytes(value).unwrap();
                let what = format!("{method} {path} {name}: {value:?}");
                let odd = request(method, path).header(name, value);
                ask(&fixture, odd.body(Body::empty()).unwrap(), &what).await;
            }
        }
    }
}

#[tokio::test]
async fn no_body_is_too_much() {
    let fixture = fixture().await;
    for path in PATHS {
        for body in BODIES {
            for media_type in ["application/json", "application/x-www-form-urlencoded"] {
                for method in ["POST", "PUT"] {
                    let what = format!("{method} {path} {media_type} {}", body.escape_ascii());
                    let odd = request(method, path).header("content-type", media_type);
                    ask(&fixture, odd.body(Body::from(body)).unwrap(), &what).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn no_length_is_too_much() {
    let fixture = fixture().await;
    let long = "a".repeat(100_000);
    let many = "a=b&".repeat(5_000);
    let deep = "[".repeat(60_000);
    for path in PATHS {
        for body in [&long, &many, &deep] {
            for media_type in ["application/json", "application/x-www-form-urlencoded"] {
                let odd = request("POST", path).header("content-type", media_type);
                ask(&fixture, odd.body(Body::from(body.clone())).unwrap(), path).await;
            }
        }
        for scheme in ["Basic", "Bearer", "DPoP", "OAuth"] {
            let odd = request("GET", path).header("authorization", format!("{scheme} {long}"));
            ask(&fixture, odd.body(Body::empty()).unwrap(), path).await;
        }
        let query = format!("{path}?{}", &many[..20_000]);
        ask(
            &fixture,
            request("GET", &query).body(Body::empty()).unwrap(),
            path,
        )
        .await;
    }
}
