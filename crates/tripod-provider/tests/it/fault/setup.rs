//! The provider is another for a request.

use axum::body::Body;
use http::{Method, Request};
use tripod_core::parameters::Parameters;
use tripod_oauth2::jose::compact::Compact;

use super::{asking, get, post_asking, provider, provider_of_both, token_asking};
use crate::fixture::{Answer, CLIENT, Fixture, ISSUER, REDIRECT_URI, SECRET, basic, form, post};
use crate::oauth1::{self, Signing, assert_problem, empty};
use crate::oauth2::flow::{CHALLENGE, TOKEN, add_code, claims, dpop_key, proof, redemption, scope};

/// Redeems a code for an ID token.
async fn log_in(fixture: &Fixture, fault: &str) -> Answer {
    add_code(fixture, fault, |code| code.scope = scope("openid")).await;
    let answer = post_asking(fixture, fault, TOKEN, &redemption(fault)).await;
    answer.assert_ok();
    answer.assert_fired(fault.split('=').next().unwrap());
    answer
}

fn authorize(fault: &str) -> Request<Body> {
    let query = form(&[
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read write"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let request = Request::get(format!("/oauth2/authorize?{query}"));
    asking(fault, request.body(Body::empty()).unwrap())
}

#[tokio::test]
async fn an_id_token_names_another_issuer_key_or_algorithm() {
    let fixture = provider().await;
    let of = |answer: &Answer| answer.member("id_token");
    let header = |token: &str| Compact::parse(token).unwrap().header().clone();

    let issuer = of(&log_in(&fixture, "wrong-iss").await);
    assert_eq!(claims(&issuer)["iss"], "https://other-issuer.example");
    let issuer = of(&log_in(&fixture, "wrong-iss=https://id.example/").await);
    assert_eq!(claims(&issuer)["iss"], "https://id.example/");
    let key = of(&log_in(&fixture, "wrong-kid=other").await);
    assert_eq!(header(&key).key_id(), Some("other"));
    assert_eq!(claims(&key)["iss"], ISSUER);
    let algorithm = of(&log_in(&fixture, "wrong-alg").await);
    assert_eq!(header(&algorithm).algorithm(), "ES256");
    fixture.get("/oauth2/jwks").await.assert_ok();
}

#[tokio::test]
async fn metadata_and_redirects_name_another_issuer_where_that_is_asked() {
    let fixture = provider().await;
    let path = "/.well-known/openid-configuration";
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = fixture.send(asking("wrong-iss", request)).await;
    assert_eq!(answer.member("issuer"), "https://other-issuer.example");
    assert_eq!(fixture.get(path).await.member("issuer"), ISSUER);
    let answer = fixture.send(authorize("wrong-iss")).await;
    let location = answer.header("location");
    assert!(
        location.contains("iss=https%3A%2F%2Fother-issuer.example"),
        "{location}"
    );
}

#[tokio::test]
async fn nobody_knows_the_client() {
    let fixture = provider_of_both().await;
    token_asking(&fixture, "unknown-client")
        .await
        .assert_error(401, "invalid_client");
    token_asking(&fixture, "unknown-client,endpoint=token")
        .await
        .assert_fired("unknown-client");
    let request = empty(Method::POST, oauth1::REQUEST_TOKEN);
    let signed = Signing::new().sign(&fixture, request, &[("oauth_callback", "oob")]);
    let answer = fixture.send(asking("unknown-client", signed)).await;
    assert_problem(&answer, 401, "consumer_key_unknown");
    let answer = fixture.send(authorize("unknown-client")).await;
    assert_eq!(answer.status.as_u16(), 400);
    token_asking(&fixture, "delay=0").await.assert_ok();
}

#[tokio::test]
async fn the_client_registered_another_redirect_uri() {
    let fixture = provider_of_both().await;
    let answer = fixture.send(authorize("redirect-mismatch")).await;
    assert_eq!(answer.status.as_u16(), 400);
    assert!(answer.header("location").is_empty());
    answer.assert_fired("redirect-mismatch");

    add_code(&fixture, "code", |_| {}).await;
    let answer = post_asking(&fixture, "redirect-mismatch", TOKEN, &redemption("code")).await;
    answer.assert_error(400, "invalid_grant");

    let request = empty(Method::POST, oauth1::REQUEST_TOKEN);
    let added = [("oauth_callback", oauth1::CALLBACK)];
    let signed = Signing::new().sign(&fixture, request, &added);
    let answer = fixture.send(asking("redirect-mismatch", signed)).await;
    assert_problem(&answer, 400, "parameter_rejected");
}

#[tokio::test]
async fn a_scope_is_cut_where_it_is_asked_for() {
    let fixture = provider().await;
    let answer = fixture.send(authorize("scope-cut")).await;
    let location = answer.header("location");
    let (_, query) = location.split_once('?').unwrap();
    let query = Parameters::parse(query.as_bytes()).unwrap();
    let code = query.single("code").unwrap().unwrap();
    let answer = fixture.post_as_client(TOKEN, &redemption(code)).await;
    assert_eq!(answer.member("scope"), "read");
}

#[tokio::test]
async fn the_clock_is_off() {
    let fixture = provider_of_both().await;
    add_code(&fixture, "code", |code| code.scope = scope("openid")).await;
    let fault = "clock-skew=-600";
    let answer = post_asking(&fixture, fault, TOKEN, &redemption("code")).await;
    answer.assert_fired("clock-skew");
    let iat = claims(&answer.member("id_token"))["iat"].as_i64();
    assert_eq!(iat, Some(fixture.now().as_unix() - 600));
    assert_eq!(answer.header("date"), "Tue, 14 Nov 2023 22:03:20 GMT");

    let request = empty(Method::POST, oauth1::REQUEST_TOKEN);
    let signed = Signing::new().sign(&fixture, request, &[("oauth_callback", "oob")]);
    let answer = fixture.send(asking("clock-skew=3600", signed)).await;
    assert_problem(&answer, 401, "timestamp_refused");
    assert!(answer.text().contains("oauth_acceptable_timestamps"));
}

#[tokio::test]
async fn the_base_string_is_told_where_a_signature_is_refused() {
    let fixture = provider_of_both().await;
    let token = oauth1::token(&fixture).await;
    let signed = || {
        let request = empty(Method::GET, "/api/me?a=b");
        Signing::with_token(&token).sign(&fixture, request, &[])
    };
    let answer = fixture.send(asking("base-string", signed())).await;
    answer.assert_ok();
    answer.assert_fired("");
    let fault = "base-string=http://backend:8080";
    let answer = fixture.send(asking(fault, signed())).await;
    answer.assert_fired("base-string");
    let told = Parameters::parse(&answer.body).unwrap();
    let base_string = told.single("debug_sbs").unwrap().unwrap();
    assert!(base_string.starts_with("GET&http%3A%2F%2Fbackend%3A8080%2Fapi%2Fme&a%3Db%26"));
}

#[tokio::test]
async fn a_proof_needs_a_nonce() {
    let fixture = provider().await;
    let key = dpop_key();
    let send = async |nonce: Option<&str>| {
        let mut proof = proof(&fixture, &key);
        proof.nonce = nonce.map(|nonce| nonce.parse().unwrap());
        let proof = proof.encode(&key).unwrap();
        let mut request = post(TOKEN, &[("grant_type", "client_credentials")]);
        let headers = request.headers_mut();
        headers.insert("authorization", basic(CLIENT, SECRET).parse().unwrap());
        headers.insert("dpop", proof.expose().parse().unwrap());
        fixture.send(asking("dpop-nonce", request)).await
    };
    let answer = send(None).await;
    answer.assert_error(400, "use_dpop_nonce");
    answer.assert_fired("dpop-nonce");
    send(Some(answer.header("dpop-nonce"))).await.assert_ok();
}

#[tokio::test]
async fn what_a_fault_counted_is_counted_by_the_provider() {
    let fixture = provider().await;
    token_asking(&fixture, "unknown-client").await;
    fixture.send(get("/api/me", "x")).await;
    let counted = fixture.provider.metrics().to_text();
    assert!(counted.contains("error=\"invalid_client\""), "{counted}");
}
