//! What is stored becomes so.

use tripod_oauth1::credentials::Credentials;
use tripod_oauth2::device::UserCode;
use tripod_provider::artefact::{DeviceGrant, UserCodeLink};

use super::{asking, get, post_asking, provider, provider_of_both, token_asking};
use crate::fixture::{Answer, CLIENT, Fixture, SECRET, basic, post};
use crate::oauth1::{self, Signing, assert_problem, empty};
use crate::oauth2::flow::{
    self, TOKEN, add_code, claims, dpop_key, is_active, proof, redemption, scope, tokens,
};

async fn call(fixture: &Fixture, path: &str, token: &str, fault: &str) -> Answer {
    let answer = fixture.send(asking(fault, get(path, token))).await;
    answer.assert_fired(fault.split('=').next().unwrap());
    answer
}

#[tokio::test]
async fn a_token_expires_is_revoked_or_is_for_others() {
    let fixture = provider().await;
    for fault in ["expired-token", "revoked-token", "wrong-audience"] {
        for path in ["/api/me", "/oauth2/userinfo"] {
            let token = tokens(&fixture, "openid read").await.member("access_token");
            fixture.send(get(path, &token)).await.assert_ok();
            let answer = call(&fixture, path, &token, fault).await;
            // It stays so.
            let again = fixture.send(get(path, &token)).await;
            for answer in [answer, again] {
                assert_eq!(answer.status.as_u16(), 401, "{fault} {path}");
                let challenge = answer.header("www-authenticate");
                assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
            }
            fixture.turn(1);
        }
    }
}

#[tokio::test]
async fn a_token_that_is_for_others_says_for_whom() {
    let fixture = provider().await;
    let token = tokens(&fixture, "openid read").await.member("access_token");
    call(&fixture, "/api/me", &token, "wrong-audience=urn:x").await;
    let token = flow::introspect(&fixture, &token).await;
    assert_eq!(token.member("aud"), "urn:x");
}

#[tokio::test]
async fn what_was_just_given_is_good_for_nothing() {
    let fixture = provider().await;
    for fault in ["expired-token", "revoked-token"] {
        let answer = token_asking(&fixture, fault).await;
        answer.assert_ok();
        answer.assert_fired(fault);
        let token = answer.member("access_token");
        assert!(!is_active(&fixture, &token).await, "{fault}");
    }
}

#[tokio::test]
async fn a_scope_is_cut() {
    let fixture = provider().await;
    let answer = token_asking(&fixture, "scope-cut").await;
    answer.assert_fired("scope-cut");
    assert_eq!(answer.member("scope"), "read");

    add_code(&fixture, "code", |code| code.scope = scope("read write")).await;
    let answer = post_asking(&fixture, "scope-cut=read", TOKEN, &redemption("code")).await;
    answer.assert_ok();
    assert_eq!(answer.member("scope"), "write");

    let given = tokens(&fixture, "read write").await;
    let refresh = given.member("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    let answer = post_asking(&fixture, "scope-cut=write", TOKEN, &form).await;
    answer.assert_ok();
    assert_eq!(answer.member("scope"), "read");

    let token = answer.member("access_token");
    let answer = call(&fixture, "/api/me", &token, "scope-cut=read").await;
    answer.assert_error(403, "insufficient_scope");
}

#[tokio::test]
async fn a_refresh_token_is_dead_or_was_used() {
    let fixture = provider().await;
    for (fault, survives) in [
        ("dead-refresh-token", true),
        ("reused-refresh-token", false),
    ] {
        let given = tokens(&fixture, "read").await;
        let (refresh, access) = (given.member("refresh_token"), given.member("access_token"));
        let form = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
        let answer = post_asking(&fixture, fault, TOKEN, &form).await;
        answer.assert_error(400, "invalid_grant");
        answer.assert_fired(fault);
        assert_eq!(is_active(&fixture, &access).await, survives, "{fault}");
        flow::refresh(&fixture, &refresh)
            .await
            .assert_error(400, "invalid_grant");
        fixture.turn(1);
    }
}

#[tokio::test]
async fn a_code_has_expired_or_was_used() {
    let fixture = provider().await;
    for fault in ["expired-code", "used-code"] {
        add_code(&fixture, fault, |_| {}).await;
        let answer = post_asking(&fixture, fault, TOKEN, &redemption(fault)).await;
        answer.assert_error(400, "invalid_grant");
        answer.assert_fired(fault);
    }
}

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[tokio::test]
async fn a_device_is_told_to_slow_down_or_comes_too_late() {
    let fixture = provider().await;
    for (fault, error) in [
        ("slow-down", "slow_down"),
        ("expired-code", "expired_token"),
        ("used-code", "invalid_grant"),
    ] {
        let begun = fixture
            .post_as_client("/oauth2/device_authorization", &[("scope", "read")])
            .await;
        let code = begun.member("device_code");
        let form = [("grant_type", DEVICE), ("device_code", &code)];
        let answer = post_asking(&fixture, fault, TOKEN, &form).await;
        answer.assert_error(400, error);
        answer.assert_fired(fault);
    }
}

#[tokio::test]
async fn a_device_that_was_slowed_down_has_to_wait_longer() {
    let fixture = provider().await;
    let path = "/oauth2/device_authorization";
    let begun = fixture.post_as_client(path, &[("scope", "read")]).await;
    let (device, user) = (begun.member("device_code"), begun.member("user_code"));
    let form = [("grant_type", DEVICE), ("device_code", &device)];
    post_asking(&fixture, "slow-down", TOKEN, &form).await;
    let typed = UserCode::parse(&user).unwrap();
    let store = fixture.provider.store();
    let link = store
        .load::<UserCodeLink>(UserCodeLink::handle(typed.as_secret()))
        .await;
    let device = store
        .load::<DeviceGrant>(link.unwrap().unwrap().device)
        .await;
    assert_eq!(device.unwrap().unwrap().interval, 10);
}

#[tokio::test]
async fn the_keys_that_signed_are_withdrawn() {
    let fixture = provider().await;
    add_code(&fixture, "code", |code| code.scope = scope("openid")).await;
    let answer = post_asking(&fixture, "keys-rotated", TOKEN, &redemption("code")).await;
    answer.assert_ok();
    answer.assert_fired("keys-rotated");
    let kid = key_id(&answer.member("id_token"));
    let published = fixture.get("/oauth2/jwks").await;
    assert!(!published.text().contains(&kid), "{}", published.text());
    fixture.turn(1);
    let next = tokens(&fixture, "openid").await.member("id_token");
    assert!(published.text().contains(&key_id(&next)));
    assert_eq!(claims(&next)["sub"], crate::fixture::ALICE);
}

fn key_id(jwt: &str) -> String {
    let compact = tripod_oauth2::jose::compact::Compact::parse(jwt).unwrap();
    compact.header().key_id().unwrap().to_owned()
}

#[tokio::test]
async fn a_proof_was_seen_before() {
    let fixture = provider().await;
    let key = dpop_key();
    let proof = proof(&fixture, &key).encode(&key).unwrap();
    let mut request = post(TOKEN, &[("grant_type", "client_credentials")]);
    let headers = request.headers_mut();
    headers.insert("authorization", basic(CLIENT, SECRET).parse().unwrap());
    headers.insert("dpop", proof.expose().parse().unwrap());
    let answer = fixture.send(asking("nonce-used", request)).await;
    answer.assert_error(400, "invalid_dpop_proof");
    answer.assert_fired("nonce-used");
}

#[tokio::test]
async fn a_signed_request_was_seen_before() {
    let fixture = provider_of_both().await;
    let request = empty(http::Method::POST, oauth1::REQUEST_TOKEN);
    let signed = Signing::new().sign(&fixture, request, &[("oauth_callback", "oob")]);
    let answer = fixture.send(asking("nonce-used", signed)).await;
    assert_problem(&answer, 401, "nonce_used");
    let token = oauth1::token(&fixture).await;
    let answer = api(&fixture, &token, "nonce-used").await;
    assert_problem(&answer, 401, "nonce_used");
}

async fn api(fixture: &Fixture, token: &Credentials, fault: &str) -> Answer {
    let request = empty(http::Method::GET, "/api/me");
    let signed = Signing::with_token(token).sign(fixture, request, &[]);
    let answer = fixture.send(asking(fault, signed)).await;
    answer.assert_fired(fault.split('=').next().unwrap());
    answer
}

#[tokio::test]
async fn a_token_of_oauth_1_expires_is_revoked_or_is_good_for_less() {
    let fixture = provider_of_both().await;
    for (fault, status, problem) in [
        ("expired-token", 401, "token_expired"),
        ("revoked-token", 401, "token_rejected"),
        ("scope-cut=read", 403, "additional_authorization_required"),
    ] {
        let token = oauth1::token(&fixture).await;
        let answer = api(&fixture, &token, fault).await;
        assert_eq!(answer.status.as_u16(), status, "{fault}");
        assert!(answer.text().contains(problem), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_request_token_has_expired_or_was_used() {
    let fixture = provider_of_both().await;
    for (fault, problem) in [
        ("expired-code", "token_rejected"),
        ("used-code", "token_used"),
    ] {
        let temporary = oauth1::temporary(&fixture, oauth1::CALLBACK).await;
        let verifier = oauth1::approve(&fixture, &temporary).await;
        let request = empty(http::Method::POST, oauth1::ACCESS_TOKEN);
        let added = [("oauth_verifier", verifier.expose())];
        let signed = Signing::with_token(&temporary).sign(&fixture, request, &added);
        let answer = fixture.send(asking(fault, signed)).await;
        answer.assert_fired(fault);
        assert_problem(&answer, 401, problem);
    }
}
