//! When faults fire.

use axum::body::Body;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use super::{asking, get, provider, provider_with, token_asking};
use crate::fixture::Fixture;

#[tokio::test]
async fn without_development_nobody_is_asked_for_a_fault() {
    let fixture = Fixture::new().await;
    let answer = token_asking(&fixture, "status=502").await;
    answer.assert_ok();
    answer.assert_fired("");
    token_asking(&fixture, "no such fault").await.assert_ok();
}

#[tokio::test]
async fn a_request_without_faults_is_answered_as_ever() {
    let (plain, dev) = (Fixture::new().await, provider().await);
    for path in [
        "/oauth2/jwks",
        "/.well-known/oauth-protected-resource",
        "/.well-known/openid-configuration",
    ] {
        let (mut plain, mut dev) = (plain.get(path).await, dev.get(path).await);
        assert_eq!(plain.status, dev.status, "{path}");
        // Programs in browsers may read there what was on purpose.
        for answer in [&mut plain, &mut dev] {
            answer.headers.remove("access-control-expose-headers");
        }
        assert_eq!(plain.headers, dev.headers, "{path}");
    }
}

#[tokio::test]
async fn a_fault_that_nobody_knows_is_refused_with_what_comes_nearest() {
    let fixture = provider().await;
    let answer = token_asking(&fixture, "expird-token").await;
    answer.assert_error(400, "invalid_request");
    let told = answer.member("error_description");
    assert!(told.contains("did you mean `expired-token`"), "{told}");
}

#[tokio::test]
async fn a_fault_fires_at_each_nth_request_that_it_concerns() {
    let fixture = provider_with(&["status=502,every=3,endpoint=jwks"]).await;
    let router = fixture.provider.router();
    let mut heard = Vec::new();
    for _ in 0..7 {
        for path in ["/api/me", "/oauth2/jwks"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            heard.push(answer.status().as_u16());
        }
    }
    let (ok, bad) = ([401, 200], [401, 502]);
    assert_eq!(heard, [ok, ok, bad, ok, ok, bad, ok].concat());
}

#[tokio::test]
async fn several_faults_fire_together() {
    let fixture = provider().await;
    let answer = token_asking(&fixture, "expires-in-text; form-answer").await;
    answer.assert_fired("expires-in-text, form-answer");
    assert!(answer.text().contains("expires_in=3600"));
    let request = asking("delay=1ms", asking("status=503", get("/api/me", "x")));
    let answer = fixture.send(request).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "2");
}

#[tokio::test]
async fn a_fault_that_finds_nothing_to_act_upon_does_not_fire() {
    let fixture = provider().await;
    for fault in [
        "used-code",
        "expired-code",
        "dead-refresh-token",
        "slow-down",
        "nonce-used",
        "keys-rotated",
        "expired-token,endpoint=api",
        "dpop-nonce",
        "base-string",
        "scope-cut=profile",
    ] {
        let answer = token_asking(&fixture, fault).await;
        answer.assert_ok();
        answer.assert_fired("");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_as_ever() {
    let fixture = provider().await;
    let limit = fixture.provider.config().limits.body;
    let request = Request::post("/oauth2/token").body(Body::from(vec![b'a'; limit + 1]));
    let answer = fixture.send(asking("delay=0", request.unwrap())).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
