use http::header::AUTHORIZATION;

use super::flow::{TOKEN, introspect, refresh, tokens};
use crate::fixture::{ALICE, CLIENT, Fixture, ISSUER, PUBLIC, SECRET, confidential, post};

const PATH: &str = "/oauth2/introspect";

/// A provider with a resource server that may ask about everything, and a client that may not.
async fn with_resource_server() -> Fixture {
    let fixture = Fixture::new().await;
    let mut api = confidential("api");
    api.introspects = true;
    fixture.add_client(api).await;
    fixture.add_client(confidential("other")).await;
    fixture
}

#[tokio::test]
async fn a_resource_server_learns_what_a_token_is_good_for() {
    let fixture = with_resource_server().await;
    let tokens = tokens(&fixture, "read").await;
    let form = [("token", &*tokens.member("access_token"))];
    let answer = fixture.post_as("api", SECRET, PATH, &form).await;
    answer.assert_ok();
    assert_eq!(answer.header("cache-control"), "no-store");
    let json = answer.json();
    assert_eq!(json["active"], true);
    assert_eq!(json["sub"], ALICE);
    assert_eq!(json["client_id"], CLIENT);
    assert_eq!(json["scope"], "read");
    assert_eq!(json["iss"], ISSUER);
    assert_eq!(json["token_type"], "Bearer");
    let exp = fixture.now().as_unix() + 3600;
    assert_eq!(json["exp"], exp);
}

#[tokio::test]
async fn who_does_not_authenticate_learns_nothing() {
    let fixture = with_resource_server().await;
    let token = tokens(&fixture, "read").await.member("access_token");
    for token in [&*token, "unknown"] {
        let answer = fixture.post(PATH, &[("token", token)]).await;
        answer.assert_error(401, "invalid_client");
        let form = [("token", token), ("client_id", PUBLIC)];
        fixture
            .post(PATH, &form)
            .await
            .assert_error(401, "invalid_client");
        let answer = fixture
            .post_as("api", "wrong", PATH, &[("token", token)])
            .await;
        answer.assert_error(401, "invalid_client");
        let mut bearer = post(PATH, &[("token", token)]);
        let value = format!("Bearer {token}").parse().unwrap();
        bearer.headers_mut().insert(AUTHORIZATION, value);
        fixture
            .send(bearer)
            .await
            .assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn whatever_is_not_good_is_answered_the_same() {
    let fixture = with_resource_server().await;
    let first = tokens(&fixture, "read").await;
    let revoked = first.member("access_token");
    let used = first.member("refresh_token");
    refresh(&fixture, &used).await.assert_ok();
    let form = [("token", &*revoked)];
    fixture
        .post_as_client("/oauth2/revoke", &form)
        .await
        .assert_ok();
    for token in [
        "unknown",
        &revoked,
        &used,
        "a.b.c",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
        &"a".repeat(10_000),
        "\u{0}",
    ] {
        let answer = introspect(&fixture, token).await;
        // RFC 7662 §2.2: nothing but that it is not active.
        assert_eq!(answer.text(), r#"{"active":false}"#);
    }
}

#[tokio::test]
async fn a_client_learns_of_its_own_tokens_alone() {
    let fixture = with_resource_server().await;
    let tokens = tokens(&fixture, "read").await;
    for name in ["access_token", "refresh_token"] {
        let token = tokens.member(name);
        assert_eq!(introspect(&fixture, &token).await.json()["active"], true);
        let foreign = fixture
            .post_as("other", SECRET, PATH, &[("token", &token)])
            .await;
        assert_eq!(foreign.text(), r#"{"active":false}"#);
    }
    // No resource ever sees a refresh token.
    let form = [("token", &*tokens.member("refresh_token"))];
    let answer = fixture.post_as("api", SECRET, PATH, &form).await;
    assert_eq!(answer.text(), r#"{"active":false}"#);
}

#[tokio::test]
async fn a_hint_is_a_hint() {
    let fixture = with_resource_server().await;
    let tokens = tokens(&fixture, "read").await;
    for name in ["access_token", "refresh_token"] {
        for hint in ["access_token", "refresh_token", "odd"] {
            let token = tokens.member(name);
            let form = [("token", &*token), ("token_type_hint", hint)];
            let answer = fixture.post_as_client(PATH, &form).await;
            assert_eq!(answer.json()["active"], true, "{name} {hint}");
        }
    }
}

#[tokio::test]
async fn a_request_without_a_token_is_none() {
    let fixture = Fixture::new().await;
    for form in [&[][..], &[("token", "")], &[("token", "a"), ("token", "b")]] {
        let answer = fixture.post_as_client(PATH, form).await;
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_token_that_another_server_signed_is_not_good() {
    let fixture = Fixture::with(super::token_exchange::with_jwt_resource).await;
    let foreign = Fixture::empty(
        std::sync::Arc::new(tripod_provider::storage::Memory::new()),
        super::token_exchange::with_jwt_resource,
    );
    foreign.add_client(confidential(CLIENT)).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", super::token_exchange::JWT_API),
    ];
    let ours = fixture
        .post_as_client(TOKEN, &form)
        .await
        .member("access_token");
    let theirs = foreign
        .post_as_client(TOKEN, &form)
        .await
        .member("access_token");
    assert_eq!(introspect(&fixture, &ours).await.json()["active"], true);
    assert_eq!(
        introspect(&fixture, &theirs).await.text(),
        r#"{"active":false}"#
    );
    // An ID token is signed by the same keys, and is no access token.
    let id_token = tokens(&fixture, "openid").await.member("id_token");
    assert_eq!(
        introspect(&fixture, &id_token).await.text(),
        r#"{"active":false}"#
    );
}

/// A JWT cannot be taken back; whoever asks about it hears all the same that its user is kept out.
#[tokio::test]
async fn a_jwt_for_a_user_who_is_kept_out_is_not_good() {
    let fixture = Fixture::with(super::token_exchange::with_jwt_resource).await;
    super::flow::add_code(&fixture, "code", |code| {
        code.resources = vec![super::token_exchange::JWT_API.to_owned()];
    })
    .await;
    let answer = super::flow::redeem(&fixture, "code").await;
    let token = answer.member("access_token");
    assert_eq!(introspect(&fixture, &token).await.json()["active"], true);
    fixture.keep_alice_out().await;
    assert_eq!(
        introspect(&fixture, &token).await.text(),
        r#"{"active":false}"#
    );
}

/// RFC 7592 §2.3: nor is a JWT of a client that was removed.
#[tokio::test]
async fn a_jwt_of_a_client_that_was_removed_is_not_good() {
    let fixture = Fixture::with(super::token_exchange::with_jwt_resource).await;
    let mut api = confidential("api");
    api.introspects = true;
    fixture.add_client(api).await;
    let mut leaving = confidential("leaving");
    leaving.metadata.grant_types = vec![tripod_oauth2::token::GrantType::ClientCredentials];
    fixture.add_client(leaving).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", super::token_exchange::JWT_API),
    ];
    let answer = fixture
        .post_as("leaving", SECRET, "/oauth2/token", &form)
        .await;
    let token = answer.member("access_token");
    assert!(token.contains('.'), "{token}");
    let form = [("token", token.as_str())];
    let answer = fixture.post_as("api", SECRET, PATH, &form).await;
    assert_eq!(answer.json()["active"], true);
    fixture.remove_client("leaving").await;
    let answer = fixture.post_as("api", SECRET, PATH, &form).await;
    assert_eq!(answer.text(), r#"{"active":false}"#);
}
