use tripod_oauth1::placement::Placement;

use super::*;
use crate::oauth1::assert_problem;

/// A service that answers with its body, behind a guard.
fn copying(guard: Guard) -> Router {
    let copy = async |caller: Caller, body: Bytes| {
        assert_eq!(caller.user.as_deref(), Some(ALICE));
        body
    };
    Router::new().route("/copy", axum::routing::post(copy).layer(guard))
}

#[tokio::test]
async fn what_the_signature_covers_is_handed_on_as_it_came() {
    let fixture = oauth1::ready().await;
    let token = oauth1::token(&fixture).await;
    let router = copying(Guard::local(&fixture.provider));
    let plain = Signing::with_token(&token);
    let hashed = Signing {
        body_hash: true,
        ..plain.clone()
    };
    let in_form = Signing {
        placement: Placement::Body,
        ..plain.clone()
    };
    let json = |text: &str| {
        let request = Request::post("/copy").header("content-type", "application/json");
        request.body(text.as_bytes().to_vec()).unwrap()
    };
    let long = "x".repeat(200_000);
    for (signing, request) in [
        (&plain, form("/copy", "a=1&b=%20&a=2")),
        (&plain, form("/copy", "")),
        (&plain, json("{}")),
        // What is not signed is not read, however long it is.
        (&plain, json(&long)),
        (&hashed, json("{}")),
        (&hashed, json("")),
        (&in_form, form("/copy", "a=1")),
    ] {
        let body = request.body().clone();
        let request = signing.sign(&fixture, request, &[]);
        let answer = send_to(&router, request).await;
        answer.assert_ok();
        let handed_on = answer.body.starts_with(&body);
        assert!(handed_on, "{:?}", answer.body);
    }
    let request = hashed.sign(&fixture, json(&long), &[]);
    assert_eq!(send_to(&router, request).await.status, 413);
}

#[tokio::test]
async fn a_form_that_was_changed_is_refused() {
    let fixture = oauth1::ready().await;
    let token = oauth1::token(&fixture).await;
    let router = copying(Guard::local(&fixture.provider));
    let request = Signing::with_token(&token).sign(&fixture, form("/copy", "a=1"), &[]);
    let changed = request.map(|_| Body::from("a=2"));
    assert_problem(&send_to(&router, changed).await, 401, "signature_invalid");
}

#[tokio::test]
async fn a_scope_that_is_missing_is_said_to_be() {
    let fixture = Fixture::new().await;
    let mut reader = oauth1::consumer(&fixture.provider, oauth1::KEY);
    reader.metadata.scope = Some(Scope::parse("read").unwrap());
    fixture.add_client(reader).await;
    let token = oauth1::token(&fixture).await;
    let signing = Signing::with_token(&token);
    let request = signing.sign(&fixture, form("/api/echo", "a=1"), &[]);
    let answer = fixture.send(request).await;
    assert_problem(&answer, 403, "additional_authorization_required");
}

#[tokio::test]
async fn a_plain_form_hears_by_what_to_come() {
    let fixture = oauth1::ready().await;
    let answer = fixture.post("/api/echo", &[("a", "b")]).await;
    assert_eq!(answer.status, 401);
    assert_eq!(challenges(&answer).len(), 2);
}

/// Nested deeply, the service still sees what the client signed.
#[tokio::test]
async fn the_whole_path_is_signed() {
    let fixture = oauth1::ready().await;
    let token = oauth1::token(&fixture).await;
    let guard = Guard::local(&fixture.provider).scopes(["read"]).unwrap();
    let inner = Router::new().route("/photos", photos().layer(guard));
    let router = Router::new().nest("/v1", Router::new().nest("/all", inner));
    let path = empty(Method::GET, "/v1/all/photos?a=b");
    let request = Signing::with_token(&token).sign(&fixture, path, &[]);
    let answer = send_to(&router, request).await;
    assert_eq!(answer.text(), format!("Some({ALICE:?}) OAuth1"));
    let request = Signing::with_token(&token).sign(&fixture, empty(Method::GET, "/photos"), &[]);
    let (parts, body) = request.into_parts();
    let mut moved = Request::from_parts(parts, body);
    *moved.uri_mut() = "/v1/all/photos".parse().unwrap();
    assert_eq!(send_to(&router, moved).await.status, 401);
}

/// Likewise where the issuer has a path, which is a part of every address.
#[tokio::test]
async fn a_provider_beneath_a_path_verifies_with_it() {
    let fixture = Fixture::with(|config| {
        let issuer = "https://id.example/tenant";
        config.issuer = tripod_oauth2::metadata::Issuer::parse(issuer).unwrap();
    })
    .await;
    let consumer = oauth1::consumer(&fixture.provider, oauth1::KEY);
    fixture.add_client(consumer).await;
    let added = [("oauth_callback", oauth1::CALLBACK)];
    let request = empty(Method::POST, "/tenant/oauth1/request_token");
    let request = Signing::new().sign(&fixture, request, &added);
    fixture.send(request).await.assert_ok();

    let token = issue(&fixture, |token| token.jkt = Some(THUMBPRINT.to_owned())).await;
    let proven_at = |uri: &str| {
        let proof = proof(&fixture, "GET", uri, &token);
        proven("/tenant/api/echo", &token, &proof)
    };
    let answer = fixture
        .send(proven_at("https://id.example/tenant/api/echo"))
        .await;
    assert_eq!(answer.member("path"), "/tenant/api/echo");
    let answer = fixture.send(proven_at("https://id.example/api/echo")).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_token_for_a_realm_is_good_in_no_other() {
    let fixture = oauth1::ready().await;
    let signing = Signing {
        realm: Some("Photos"),
        ..Signing::new()
    };
    let token = oauth1::token_by(&fixture, &signing).await;
    let at = async |guard: Guard| {
        let router = Router::new().route("/photos", photos().layer(guard));
        let photos = empty(Method::GET, "/photos");
        let request = Signing::with_token(&token).sign(&fixture, photos, &[]);
        send_to(&router, request).await
    };
    at(Guard::local(&fixture.provider)).await.assert_ok();
    at(Guard::local(&fixture.provider).realm("Photos"))
        .await
        .assert_ok();
    let answer = at(Guard::local(&fixture.provider).realm("Mail")).await;
    assert_problem(&answer, 401, "token_rejected");
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("OAuth realm=\"Mail\""), "{challenge}");
}

/// A consumer signs without a token only if it may have client credentials in OAuth 2.
#[tokio::test]
async fn two_legs_are_for_consumers_that_may() {
    let fixture = oauth1::ready().await;
    let mut may = oauth1::consumer(&fixture.provider, "two-legged");
    may.metadata.grant_types = vec![tripod_oauth2::token::GrantType::ClientCredentials];
    fixture.add_client(may).await;
    let me = |key: &str| {
        let mut signing = Signing::new();
        signing.client.identifier = key.to_owned();
        signing.sign(&fixture, empty(Method::GET, "/api/me"), &[])
    };
    let answer = fixture.send(me("two-legged")).await;
    answer.assert_ok();
    assert_eq!(answer.member("sub"), "two-legged");
    let answer = fixture.send(me(oauth1::KEY)).await;
    assert_problem(&answer, 400, "parameter_absent");
}

#[tokio::test]
async fn without_a_guard_nobody_is_the_caller() {
    let router = Router::new().route("/photos", photos());
    let request = empty(Method::GET, "/photos").map(Body::from);
    assert_eq!(send_to(&router, request).await.status, 401);
}
