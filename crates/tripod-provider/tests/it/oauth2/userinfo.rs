use axum::body::Body;
use http::Request;
use http::header::AUTHORIZATION;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::resource::Resource;
use tripod_provider::artefact::User;
use tripod_provider::config::ResourceServer;
use tripod_provider::store::Changes;

use super::flow::{
    TOKEN, add_code, dpop_key, other_key, post_with_proof, redeem, redemption, scope, tokens,
};
use crate::fixture::{ALICE, Answer, Fixture, ISSUER, post};

const PATH: &str = "/oauth2/userinfo";

async fn get(fixture: &Fixture, authorization: &str) -> Answer {
    let request = Request::get(PATH).header(AUTHORIZATION, authorization);
    fixture.send(request.body(Body::empty()).unwrap()).await
}

/// Asserts that it is refused as resources refuse (RFC 6750 §3).
#[track_caller]
fn assert_challenged(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    let mut challenges = answer.headers.get_all("www-authenticate").iter();
    let found = challenges.any(|it| it.to_str().unwrap().contains(&format!("error=\"{error}\"")));
    assert!(found, "{:?}", answer.headers);
}

#[tokio::test]
async fn a_user_is_told_of_as_far_as_was_allowed() {
    let fixture = Fixture::new().await;
    let told = async |scope| {
        let token = tokens(&fixture, scope).await.member("access_token");
        fixture.turn(1);
        let answer = get(&fixture, &format!("Bearer {token}")).await;
        answer.assert_ok();
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.json()
    };
    assert_eq!(told("openid").await, serde_json::json!({ "sub": ALICE }));
    let json = told("openid profile").await;
    assert_eq!(json["name"], "alice Example");
    assert_eq!(json["preferred_username"], "alice");
    assert!(json["email"].is_null());
    let json = told("openid email").await;
    assert_eq!(json["email"], "alice@example.org");
    assert_eq!(json["email_verified"], true);
    assert!(json["name"].is_null());
}

#[tokio::test]
async fn claims_are_told_that_were_asked_for_by_name() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| {
        code.scope = scope("openid");
        code.claims =
            Some(serde_json::json!({"userinfo": {"email": null}, "id_token": {"name": null}}));
    })
    .await;
    let token = redeem(&fixture, "code").await.member("access_token");
    let json = get(&fixture, &format!("Bearer {token}")).await.json();
    assert_eq!(json["email"], "alice@example.org");
    assert!(json["name"].is_null());
}

#[tokio::test]
async fn the_token_may_stand_in_the_body_and_never_in_the_query() {
    let fixture = Fixture::new().await;
    let token = tokens(&fixture, "openid").await.member("access_token");
    fixture
        .post(PATH, &[("access_token", &token)])
        .await
        .assert_ok();
    let answer = fixture.get(&format!("{PATH}?access_token={token}")).await;
    answer.assert_error(400, "invalid_request");
    let mut both = post(PATH, &[("access_token", &token)]);
    let value = format!("Bearer {token}").parse().unwrap();
    both.headers_mut().insert(AUTHORIZATION, value);
    fixture
        .send(both)
        .await
        .assert_error(400, "invalid_request");
}

#[tokio::test]
async fn what_is_no_good_token_is_refused() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "openid").await;
    let revoked = super::flow::tokens(&fixture, "openid email")
        .await
        .member("access_token");
    let form = [("token", &*revoked)];
    fixture
        .post_as_client("/oauth2/revoke", &form)
        .await
        .assert_ok();
    for token in [
        "unknown",
        &revoked,
        &tokens.member("refresh_token"),
        &tokens.member("id_token"),
        "eyJhbGciOiJub25lIn0.e30.",
    ] {
        let answer = get(&fixture, &format!("Bearer {token}")).await;
        assert_challenged(&answer, 401, "invalid_token");
    }
    let token = tokens.member("access_token");
    fixture.turn(3600);
    assert_challenged(
        &get(&fixture, &format!("Bearer {token}")).await,
        401,
        "invalid_token",
    );
}

#[tokio::test]
async fn who_shows_nothing_is_told_how_and_no_more() {
    let fixture = Fixture::new().await;
    let answer = fixture.get(PATH).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"userinfo\""
    );
    assert_eq!(get(&fixture, "Basic YTpi").await.status, 401);
}

#[tokio::test]
async fn a_token_without_openid_or_without_a_user_is_not_enough() {
    let fixture = Fixture::new().await;
    let token = tokens(&fixture, "read").await.member("access_token");
    let answer = get(&fixture, &format!("Bearer {token}")).await;
    assert_challenged(&answer, 403, "insufficient_scope");
    let form = [("grant_type", "client_credentials")];
    let token = fixture
        .post_as_client(TOKEN, &form)
        .await
        .member("access_token");
    let answer = get(&fixture, &format!("Bearer {token}")).await;
    assert_challenged(&answer, 403, "insufficient_scope");
}

#[tokio::test]
async fn a_token_that_is_for_others_is_not_for_us() {
    const API: &str = "https://api.example/";
    let fixture = Fixture::with(|config| {
        config.resources = vec![ResourceServer::new(Resource::parse(API).unwrap())];
    })
    .await;
    for (code, resources, status) in [
        ("for another", vec![API], 401),
        ("for both", vec![API, ISSUER], 200),
        ("for us", vec![ISSUER], 200),
    ] {
        add_code(&fixture, code, |code| {
            code.scope = scope("openid");
            code.resources = resources.into_iter().map(str::to_owned).collect();
        })
        .await;
        let token = redeem(&fixture, code).await.member("access_token");
        let answer = get(&fixture, &format!("Bearer {token}")).await;
        assert_eq!(answer.status.as_u16(), status, "{code}");
    }
}

#[tokio::test]
async fn nothing_is_told_of_a_user_who_is_gone() {
    let fixture = Fixture::new().await;
    let token = tokens(&fixture, "openid").await.member("access_token");
    let store = fixture.provider.store();
    let alice = store
        .load::<User>(User::handle("alice"))
        .await
        .unwrap()
        .unwrap();
    fixture.apply(Changes::new().remove(&alice)).await;
    assert_challenged(
        &get(&fixture, &format!("Bearer {token}")).await,
        401,
        "invalid_token",
    );
}

async fn get_with_proof(fixture: &Fixture, token: &str, scheme: &str, key: &SigningKey) -> Answer {
    let target = format!("{ISSUER}{PATH}");
    let mut random = fixture.provider.random();
    let proof = Proof::new("GET", &target, fixture.now(), &mut random).unwrap();
    let proof = proof.for_token(&token.into()).encode(key).unwrap();
    let request = Request::get(PATH)
        .header(AUTHORIZATION, format!("{scheme} {token}"))
        .header("dpop", proof.expose());
    fixture.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_comes_with_a_proof_of_it() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| code.scope = scope("openid")).await;
    let (key, other) = (dpop_key(), other_key());
    let token = post_with_proof(&fixture, &redemption("code"), &key).await;
    let token = token.member("access_token");
    get_with_proof(&fixture, &token, "DPoP", &key)
        .await
        .assert_ok();
    let stolen = get_with_proof(&fixture, &token, "DPoP", &other).await;
    assert_challenged(&stolen, 401, "invalid_dpop_proof");
    // RFC 9449 §7.2: not as a bearer token, with or without a proof.
    let bearer = get_with_proof(&fixture, &token, "Bearer", &key).await;
    assert_challenged(&bearer, 401, "invalid_token");
    let bearer = get(&fixture, &format!("Bearer {token}")).await;
    assert_challenged(&bearer, 401, "invalid_token");
    let without = get(&fixture, &format!("DPoP {token}")).await;
    assert_challenged(&without, 401, "invalid_dpop_proof");
    let unbound = tokens(&fixture, "openid").await.member("access_token");
    let unbound = get_with_proof(&fixture, &unbound, "DPoP", &key).await;
    assert_challenged(&unbound, 401, "invalid_token");
}
