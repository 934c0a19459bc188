//! Programs in browsers ask for faults, and hear of them: what CORS lets through, in development alone.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use tower::ServiceExt as _;

use super::{asking, get, provider, provider_with, token_asking};
use crate::fixture::{Answer, Fixture};
use crate::oauth2::flow::{self, TOKEN};

const ORIGIN: &str = "https://app.example";

/// Asks what a program may send, as a browser does.
async fn preflight(fixture: &Fixture, method: &Method, path: &str) -> Answer {
    fixture.send(asked_beforehand(method, path)).await
}

fn asked_beforehand(method: &Method, path: &str) -> Request<Body> {
    let request = Request::options(path)
        .header("origin", ORIGIN)
        .header("access-control-request-method", method.as_str())
        .header(
            "access-control-request-headers",
            "authorization,dpop,x-tripod-fault",
        );
    request.body(Body::empty()).unwrap()
}

/// Tells whether a list in a header field has a member.
fn lists(answer: &Answer, field: &str, member: &str) -> bool {
    let fields = answer.headers.get_all(field).iter();
    let mut members = fields.flat_map(|it| it.to_str().unwrap().split(','));
    members.any(|it| it.trim() == member)
}

#[tokio::test]
async fn a_browser_lets_a_program_ask_for_a_fault() {
    let fixture = provider().await;
    for (method, path) in [
        (Method::POST, TOKEN),
        (Method::GET, "/oauth2/userinfo"),
        (Method::GET, "/api/me"),
        (Method::POST, "/api/echo"),
    ] {
        let answer = preflight(&fixture, &method, path).await;
        answer.assert_ok();
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        for name in ["authorization", "dpop", "x-tripod-fault"] {
            let is_allowed = lists(&answer, "access-control-allow-headers", name);
            assert!(is_allowed, "{name} at {path}");
        }
        let methods = "access-control-allow-methods";
        let is_allowed = lists(&answer, methods, method.as_str()) || lists(&answer, methods, "*");
        assert!(is_allowed, "{method} at {path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test]
async fn a_program_in_a_browser_reads_what_was_on_purpose() {
    let fixture = provider().await;
    let token = flow::tokens(&fixture, "read").await.member("access_token");
    for fault in ["expired-token", "status=502", "no-such-fault", "delay=0"] {
        let answer = fixture.send(asking(fault, get("/api/me", &token))).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{fault}");
        for name in ["x-tripod-fault-fired", "www-authenticate", "dpop-nonce"] {
            let is_exposed = lists(&answer, "access-control-expose-headers", name);
            assert!(is_exposed, "{name} with {fault}");
        }
    }
    let path = "/.well-known/oauth-protected-resource";
    let answer = fixture.send(asking("delay=0", get(path, "x"))).await;
    assert!(lists(
        &answer,
        "access-control-expose-headers",
        "x-tripod-fault-fired"
    ));
}

#[tokio::test]
async fn what_no_browser_may_call_is_not_shared_because_it_fails() {
    let fixture = provider().await;
    for path in ["/oauth2/introspect", "/oauth2/authorize", "/sign-in"] {
        let answer = fixture.send(asking("status=502", get(path, "x"))).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_preflight_is_no_request_that_a_fault_concerns() {
    let fixture = provider_with(&["status=502,every=2,endpoint=api"]).await;
    let router = fixture.provider.router();
    let mut heard = Vec::new();
    for _ in 0..4 {
        for request in [
            asked_beforehand(&Method::GET, "/api/me"),
            get("/api/me", "x"),
        ] {
            let answer = router.clone().oneshot(request).await.unwrap();
            heard.push(answer.status().as_u16());
        }
    }
    assert_eq!(heard, [200, 401, 200, 502, 200, 401, 200, 502]);
}

#[tokio::test]
async fn without_development_no_browser_hears_of_faults() {
    let fixture = Fixture::new().await;
    let answer = preflight(&fixture, &Method::POST, TOKEN).await;
    let is_allowed = |name| lists(&answer, "access-control-allow-headers", name);
    assert!(is_allowed("dpop") && !is_allowed("x-tripod-fault"));
    let answer = token_asking(&fixture, "status=502").await;
    assert!(!lists(
        &answer,
        "access-control-expose-headers",
        "x-tripod-fault-fired"
    ));
    for path in ["/api/me", "/api/echo"] {
        let answer = preflight(&fixture, &Method::GET, path).await;
        assert!(!answer.status.is_success(), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}
