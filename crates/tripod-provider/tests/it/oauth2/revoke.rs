use super::flow::{TOKEN, is_active, redeem, refresh, tokens};
use crate::fixture::{Answer, CLIENT, Fixture, PUBLIC, SECRET, confidential};

const PATH: &str = "/oauth2/revoke";

async fn revoke(fixture: &Fixture, token: &str) -> Answer {
    fixture.post_as_client(PATH, &[("token", token)]).await
}

#[tokio::test]
async fn an_access_token_is_taken_back_alone() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "read").await;
    let token = tokens.member("access_token");
    revoke(&fixture, &token).await.assert_ok();
    assert!(!is_active(&fixture, &token).await);
    refresh(&fixture, &tokens.member("refresh_token"))
        .await
        .assert_ok();
}

#[tokio::test]
async fn with_a_refresh_token_goes_its_whole_grant() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    revoke(&fixture, &second.member("refresh_token"))
        .await
        .assert_ok();
    // RFC 7009 §2.1.
    for answer in [&first, &second] {
        assert!(!is_active(&fixture, &answer.member("access_token")).await);
        let refreshed = refresh(&fixture, &answer.member("refresh_token")).await;
        refreshed.assert_error(400, "invalid_grant");
    }
    let code = format!("code for read at {}", fixture.now());
    redeem(&fixture, &code)
        .await
        .assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_used_refresh_token_takes_back_as_much() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    revoke(&fixture, &first.member("refresh_token"))
        .await
        .assert_ok();
    assert!(!is_active(&fixture, &second.member("access_token")).await);
}

#[tokio::test]
async fn what_is_no_token_is_taken_back_all_the_same() {
    let fixture = Fixture::new().await;
    // RFC 7009 §2.2: invalid tokens do not cause an error response.
    for token in ["unknown", "a.b.c", "\u{7f}"] {
        revoke(&fixture, token).await.assert_ok();
    }
    let token = tokens(&fixture, "read").await.member("access_token");
    for hint in ["refresh_token", "odd"] {
        let form = [("token", &*token), ("token_type_hint", hint)];
        fixture.post_as_client(PATH, &form).await.assert_ok();
    }
    assert!(!is_active(&fixture, &token).await);
    revoke(&fixture, "")
        .await
        .assert_error(400, "invalid_request");
}

#[tokio::test]
async fn nobody_takes_back_what_is_another_s() {
    let fixture = Fixture::new().await;
    fixture.add_client(confidential("other")).await;
    let tokens = tokens(&fixture, "read").await;
    for name in ["access_token", "refresh_token"] {
        let token = tokens.member(name);
        let form = [("token", &*token)];
        let foreign = fixture.post_as("other", SECRET, PATH, &form).await;
        foreign.assert_error(400, "invalid_grant");
        let form = [("token", &*token), ("client_id", PUBLIC)];
        fixture
            .post(PATH, &form)
            .await
            .assert_error(400, "invalid_grant");
        let wrong = fixture
            .post_as(CLIENT, "wrong", PATH, &[("token", &token)])
            .await;
        wrong.assert_error(401, "invalid_client");
        let nobody = fixture.post(PATH, &[("token", &token)]).await;
        nobody.assert_error(401, "invalid_client");
        assert!(is_active(&fixture, &token).await);
    }
}

#[tokio::test]
async fn a_jwt_cannot_be_taken_back() {
    let fixture = Fixture::with(super::token_exchange::with_jwt_resource).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", super::token_exchange::JWT_API),
    ];
    let token = fixture
        .post_as_client(TOKEN, &form)
        .await
        .member("access_token");
    // RFC 7009 §2.2.1.
    revoke(&fixture, &token)
        .await
        .assert_error(400, "unsupported_token_type");
}
