//! The answer does not come as it was meant.

use std::time::Duration;

use http::StatusCode;

use super::{asking, broken, get, provider, token_asking};
use crate::fixture::{CLIENT, SECRET, basic, post};
use crate::oauth2::flow::{self, TOKEN, redemption};

#[tokio::test]
async fn something_before_the_provider_answers() {
    let fixture = provider().await;
    for status in [429, 500, 502] {
        let answer = token_asking(&fixture, &format!("status={status}")).await;
        assert_eq!(answer.status.as_u16(), status);
        answer.assert_fired("status");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("retry-after").is_empty(), status != 429);
    }
}

#[tokio::test]
async fn a_refusal_has_status_200() {
    let fixture = provider().await;
    let answer = token_asking(&fixture, "status-200").await;
    answer.assert_error(200, "invalid_client");
    answer.assert_fired("status-200");
}

#[tokio::test]
async fn an_answer_is_a_form_or_a_page_or_has_text_for_a_number() {
    let fixture = provider().await;
    let answer = token_asking(&fixture, "form-answer").await;
    assert!(
        answer.text().contains("token_type=Bearer"),
        "{}",
        answer.text()
    );
    assert_eq!(
        answer.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    let answer = token_asking(&fixture, "html-answer").await;
    answer.assert_ok();
    assert!(answer.text().starts_with("<html>"));
    let answer = token_asking(&fixture, "html-answer=403").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let answer = token_asking(&fixture, "expires-in-text").await;
    assert_eq!(answer.json()["expires_in"], "3600");
    answer.assert_fired("expires-in-text");
}

#[tokio::test]
async fn a_request_is_carried_out_and_its_answer_lost() {
    let fixture = provider().await;
    flow::add_code(&fixture, "code", |_| {}).await;
    let mut request = post(TOKEN, &redemption("code"));
    let authorization = basic(CLIENT, SECRET).parse().unwrap();
    request.headers_mut().insert("authorization", authorization);
    assert!(
        broken(&fixture, asking("lost-answer", request))
            .await
            .is_empty()
    );
    flow::redeem(&fixture, "code")
        .await
        .assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_can_be_repeated() {
    let fixture = provider().await;
    let given = flow::tokens(&fixture, "read").await;
    let token = given.member("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let mut request = post(TOKEN, &form);
    let authorization = basic(CLIENT, SECRET).parse().unwrap();
    request.headers_mut().insert("authorization", authorization);
    broken(&fixture, asking("lost-answer", request)).await;
    flow::refresh(&fixture, &token).await.assert_ok();
}

#[tokio::test]
async fn the_connection_breaks_before_the_request_is_looked_at() {
    let fixture = provider().await;
    flow::add_code(&fixture, "code", |_| {}).await;
    let request = asking("drop", post(TOKEN, &redemption("code")));
    assert!(broken(&fixture, request).await.is_empty());
    flow::redeem(&fixture, "code").await.assert_ok();
}

#[tokio::test]
async fn an_answer_comes_by_half() {
    let fixture = provider().await;
    let whole = fixture.get("/oauth2/jwks").await;
    let request = asking("half-answer", get("/oauth2/jwks", "x"));
    let half = broken(&fixture, request).await;
    assert_eq!(half, &whole.body[..whole.body.len() / 2]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_takes_longer() {
    let fixture = provider().await;
    let begun = tokio::time::Instant::now();
    token_asking(&fixture, "delay=1500ms").await.assert_ok();
    assert!(begun.elapsed() >= Duration::from_millis(1500));
}

#[tokio::test]
async fn a_redirect_leads_to_another_origin_once() {
    let fixture = provider().await;
    let fault = "redirect=https://www.id.example";
    let answer = fixture.send(asking(fault, get("/api/me?a=b", "x"))).await;
    assert_eq!(answer.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(
        answer.header("location"),
        "https://www.id.example/api/me?a=b"
    );
    answer.assert_fired("redirect");
    let mut there = get("/api/me?a=b", "x");
    let host = "www.id.example".parse().unwrap();
    there.headers_mut().insert("host", host);
    let answer = fixture.send(asking(fault, there)).await;
    answer.assert_error(401, "invalid_token");
    answer.assert_fired("");
}
