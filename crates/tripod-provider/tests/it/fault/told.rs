//! What a refusal tells of what became of a token or a code: all of it to developers alone.

use super::{develop, get, jwt};
use crate::fixture::{Answer, Fixture, ISSUER};
use crate::oauth2::flow::{self, add_code, redeem, tokens};

fn description(answer: &Answer) -> String {
    let in_body = answer.member("error_description");
    // The doctor's words come behind.
    in_body.split(" -- ").next().unwrap().to_owned()
}

/// What is heard of codes, refresh tokens and access tokens that are no good any more.
async fn heard(fixture: &Fixture) -> Vec<String> {
    add_code(fixture, "used", |_| {}).await;
    redeem(fixture, "used").await.assert_ok();
    let mut heard = vec![description(&redeem(fixture, "used").await)];
    add_code(fixture, "late", |_| {}).await;
    let given = tokens(fixture, "read").await;
    let (refresh, access) = (given.member("refresh_token"), given.member("access_token"));
    flow::refresh(fixture, &refresh).await.assert_ok();
    fixture.turn(11);
    heard.push(description(&flow::refresh(fixture, &refresh).await));
    heard.push(description(&flow::refresh(fixture, &refresh).await));
    heard.push(description(&fixture.send(get("/api/me", &access)).await));
    let access = tokens(fixture, "read").await.member("access_token");
    fixture.turn(3600);
    heard.push(description(&redeem(fixture, "late").await));
    heard.push(description(&fixture.send(get("/api/me", &access)).await));
    heard
}

/// What is heard of an access token that is a JWT, where it is used.
async fn heard_of_jwt(fixture: &Fixture) -> [String; 2] {
    let token = jwt::token(fixture, ISSUER).await;
    fixture.turn(3600 + 31);
    [
        description(&fixture.send(get("/api/me", &token)).await),
        challenge(&fixture.send(get("/oauth2/userinfo", &token)).await),
    ]
}

/// Userinfo tells it in the challenge alone (RFC 6750 §3).
fn challenge(answer: &Answer) -> String {
    let told = answer.header("www-authenticate");
    let (_, description) = told.split_once("error_description=\"").unwrap();
    description
        .split(['"', '-'])
        .next()
        .unwrap()
        .trim()
        .to_owned()
}

#[tokio::test]
async fn developers_hear_of_a_jwt_that_its_time_is_over() {
    let developed = heard_of_jwt(&jwt::provider().await).await;
    let due = ["the token has expired", "the access token has expired"];
    assert_eq!(developed, due);
    let guarded = heard_of_jwt(&Fixture::with(jwt::resources).await).await;
    let due = [
        "the token is unknown, expired or revoked",
        "the access token is unknown, expired, or not for this endpoint",
    ];
    assert_eq!(guarded, due);
}

#[tokio::test]
async fn developers_hear_what_became_of_a_token() {
    let fixture = Fixture::with(develop).await;
    assert_eq!(
        heard(&fixture).await,
        [
            "the code has already been used",
            "the refresh token has been used before",
            "the refresh token is unknown, or was revoked",
            "the token is unknown, or was revoked",
            "the code has expired",
            "the token has expired",
        ]
    );
}

#[tokio::test]
async fn others_are_left_to_guess() {
    let fixture = Fixture::new().await;
    let code = "the code is unknown, expired, used, or another client's";
    let refresh = "the refresh token is unknown, expired, used, or another client's";
    let access = "the token is unknown, expired or revoked";
    let due = [code, refresh, refresh, access, code, access];
    assert_eq!(heard(&fixture).await, due);
}
