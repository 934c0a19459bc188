use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::GrantType;
use tripod_provider::config::{AccessTokenFormat, ResourceServer};

use super::flow::{TOKEN, claims, introspect, is_active, scope};
use crate::fixture::{CLIENT, Fixture, ISSUER, PUBLIC, SECRET, confidential};

const API: &str = "https://api.example/";
const JWT_API: &str = "https://jwt.example/";

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

async fn with_resources() -> Fixture {
    Fixture::with(|config| {
        let mut jwt = ResourceServer::new(Resource::parse(JWT_API).unwrap());
        jwt.format = AccessTokenFormat::Jwt;
        let opaque = ResourceServer::new(Resource::parse(API).unwrap());
        config.resources = vec![opaque, jwt];
    })
    .await
}

#[tokio::test]
async fn a_client_gets_a_token_for_itself_and_no_refresh_token() {
    let fixture = Fixture::new().await;
    let answer = fixture
        .post_as_client(TOKEN, &[GRANT, ("scope", "write")])
        .await;
    answer.assert_ok();
    // RFC 6749 §5.1.
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("content-type"), "application/json");
    let json = answer.json();
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["expires_in"], 3600);
    assert_eq!(json["scope"], "write");
    // RFC 6749 §4.4.3: a refresh token SHOULD NOT be included.
    assert!(json["refresh_token"].is_null() && json["id_token"].is_null());
    let token = introspect(&fixture, &answer.member("access_token")).await;
    assert_eq!(token.member("sub"), CLIENT);
    assert_eq!(token.member("client_id"), CLIENT);
    assert_eq!(token.member("scope"), "write");
}

#[tokio::test]
async fn a_token_expires() {
    let fixture = Fixture::new().await;
    let answer = fixture.post_as_client(TOKEN, &[GRANT]).await;
    let token = answer.member("access_token");
    fixture.turn(3599);
    assert!(is_active(&fixture, &token).await);
    fixture.turn(1);
    assert!(!is_active(&fixture, &token).await);
}

#[tokio::test]
async fn a_public_client_has_no_credentials() {
    let fixture = Fixture::new().await;
    let answer = fixture.post(TOKEN, &[GRANT, ("client_id", PUBLIC)]).await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn a_scope_that_is_unknown_or_a_user_s_is_refused() {
    let fixture = Fixture::new().await;
    for scope in [
        "delete",
        "read delete",
        "openid",
        "read offline_access",
        "\"",
        "a\\b",
    ] {
        let answer = fixture
            .post_as_client(TOKEN, &[GRANT, ("scope", scope)])
            .await;
        answer.assert_error(400, "invalid_scope");
    }
}

#[tokio::test]
async fn a_client_gets_no_more_than_it_registered() {
    let fixture = Fixture::new().await;
    let mut client = confidential("reader");
    client.metadata.scope = Some(scope("read"));
    fixture.add_client(client).await;
    let ask = |scope| {
        let fixture = fixture.clone();
        async move {
            let form = [GRANT, ("scope", scope)];
            fixture.post_as("reader", SECRET, TOKEN, &form).await
        }
    };
    ask("read").await.assert_ok();
    ask("write").await.assert_error(400, "invalid_scope");
    ask("read write").await.assert_error(400, "invalid_scope");
}

#[tokio::test]
async fn a_client_uses_the_grants_it_registered() {
    let fixture = Fixture::new().await;
    let mut client = confidential("web");
    client.metadata.grant_types = vec![GrantType::AuthorizationCode];
    fixture.add_client(client).await;
    let answer = fixture.post_as("web", SECRET, TOKEN, &[GRANT]).await;
    answer.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn a_grant_that_is_off_or_unknown_is_not_supported() {
    let fixture = Fixture::with(|config| config.grants = vec![GrantType::RefreshToken]).await;
    for grant in [
        "client_credentials",
        "password",
        "implicit",
        "urn:x:y",
        "CLIENT_CREDENTIALS",
    ] {
        let form = [
            ("grant_type", grant),
            ("username", "alice"),
            ("password", "alice-password"),
        ];
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "unsupported_grant_type");
    }
    let answer = fixture.post_as_client(TOKEN, &[("scope", "read")]).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_token_is_for_the_resources_that_were_asked_for() {
    let fixture = with_resources().await;
    let form = [GRANT, ("resource", API), ("resource", ISSUER)];
    let answer = fixture.post_as_client(TOKEN, &form).await;
    answer.assert_ok();
    let token = introspect(&fixture, &answer.member("access_token")).await;
    assert_eq!(token.json()["aud"], serde_json::json!([API, ISSUER]));
}

#[tokio::test]
async fn a_resource_that_is_unknown_or_of_another_form_is_refused() {
    let fixture = with_resources().await;
    for resources in [
        &["https://other.example/"][..],
        &[API, "https://other.example/"],
        &["https://api.example/#part"],
        &["api"],
        &[API, JWT_API],
    ] {
        let mut form = vec![GRANT];
        form.extend(resources.iter().map(|uri| ("resource", *uri)));
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_target");
    }
}

#[tokio::test]
async fn a_resource_that_takes_jwts_gets_one() {
    let fixture = with_resources().await;
    let answer = fixture
        .post_as_client(TOKEN, &[GRANT, ("resource", JWT_API)])
        .await;
    answer.assert_ok();
    let token = answer.member("access_token");
    let claims = claims(&token);
    // RFC 9068 §2.2.
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], JWT_API);
    assert_eq!(claims["sub"], CLIENT);
    assert_eq!(claims["client_id"], CLIENT);
    assert_eq!(claims["scope"], "read");
    assert!(claims["jti"].is_string() && claims["iat"].is_number());
    let answer = introspect(&fixture, &token).await;
    assert_eq!(answer.member("sub"), CLIENT);
    fixture.turn(3600);
    assert!(!is_active(&fixture, &token).await);
}
