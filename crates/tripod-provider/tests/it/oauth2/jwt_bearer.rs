use std::time::Duration;

use serde_json::json;
use tripod_core::secret::Secret;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::json::Members;
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::token::GrantType;
use tripod_provider::config::TrustedIssuer;

use super::flow::{TOKEN, dpop_key, other_key};
use crate::fixture::{ALICE, Answer, CLIENT, Fixture, ISSUER, SECRET, confidential};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const PARTNER: &str = "https://partner.example";

/// A provider that trusts a partner, and a client with a key of its own.
async fn fixture() -> Fixture {
    let fixture = Fixture::with(|config| {
        let key = other_key().public_jwk().unwrap().clone();
        let trusted = TrustedIssuer::new(PARTNER, JwkSet::new(vec![key]));
        config.trusted_issuers = vec![trusted];
    })
    .await;
    let mut client = confidential("keys");
    let key = dpop_key().public_jwk().unwrap().to_public_json().unwrap();
    let jwks = json!({ "keys": [key] }).to_string();
    client.metadata.jwks = Some(Members::parse(jwks.as_bytes()).unwrap());
    fixture.add_client(client).await;
    fixture
}

fn assertion(fixture: &Fixture, issuer: &str) -> Assertion {
    let mut random = fixture.provider.random();
    Assertion::for_grant(issuer, ALICE, ISSUER, fixture.now(), &mut random)
}

async fn present(fixture: &Fixture, assertion: &Secret, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("grant_type", GRANT), ("assertion", assertion.expose())];
    form.extend(more);
    fixture.post_as("keys", SECRET, TOKEN, &form).await
}

async fn sign(fixture: &Fixture, assertion: &Assertion, key: &SigningKey) -> Answer {
    present(fixture, &assertion.encode(key).unwrap(), &[]).await
}

#[tokio::test]
async fn an_assertion_of_the_client_or_of_a_trusted_issuer_gives_a_token() {
    let fixture = fixture().await;
    for (issuer, key) in [("keys", dpop_key()), (PARTNER, other_key())] {
        let answer = sign(&fixture, &assertion(&fixture, issuer), &key).await;
        answer.assert_ok();
        assert!(answer.json()["refresh_token"].is_null());
        // RFC 7521 §4.1: not much longer than the assertion.
        assert_eq!(answer.json()["expires_in"], 120);
        let form = [("token", &*answer.member("access_token"))];
        let token = fixture
            .post_as("keys", SECRET, "/oauth2/introspect", &form)
            .await;
        assert_eq!(token.member("sub"), ALICE);
        // Nobody signed in.
        assert!(token.json()["auth_time"].is_null());
    }
}

#[tokio::test]
async fn an_assertion_that_nobody_trusted_signed_is_refused() {
    let fixture = fixture().await;
    let secret = SigningKey::from_secret(Algorithm::Hs256, &Secret::from("0".repeat(32).as_str()));
    let secret = secret.unwrap();
    for (issuer, key) in [
        ("keys", &other_key()),
        (PARTNER, &dpop_key()),
        ("keys", &secret),
        (CLIENT, &dpop_key()),
        ("https://evil.example", &dpop_key()),
        ("", &dpop_key()),
    ] {
        let answer = sign(&fixture, &assertion(&fixture, issuer), key).await;
        answer.assert_error(400, "invalid_grant");
    }
    for junk in ["a", "a.b.c", &"a".repeat(17 * 1024)] {
        let answer = present(&fixture, &Secret::from(junk), &[]).await;
        answer.assert_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn an_assertion_that_is_not_for_this_server_and_now_is_refused() {
    let fixture = fixture().await;
    type Change = fn(&mut Assertion);
    let changes: [Change; 6] = [
        |it| it.audiences = vec!["https://other.example".to_owned()],
        |it| it.subject = "nobody".to_owned(),
        // The name is what people type: a subject is never reassigned, a name may be.
        |it| it.subject = "alice".to_owned(),
        |it| it.expires_at = it.expires_at.minus(Duration::from_secs(91)),
        |it| it.expires_at = it.expires_at.plus(Duration::from_secs(2 * 3600)),
        |it| it.not_before = Some(it.expires_at),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut changed = assertion(&fixture, PARTNER);
        change(&mut changed);
        let answer = sign(&fixture, &changed, &other_key()).await;
        assert_eq!(answer.member("error"), "invalid_grant", "change {at}");
    }
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let fixture = fixture().await;
    let signed = assertion(&fixture, PARTNER).encode(&other_key()).unwrap();
    present(&fixture, &signed, &[]).await.assert_ok();
    let replayed = present(&fixture, &signed, &[]).await;
    replayed.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn who_was_not_registered_for_it_speaks_for_nobody() {
    let fixture = fixture().await;
    let mut web = confidential("web");
    web.metadata.grant_types = vec![GrantType::AuthorizationCode];
    fixture.add_client(web).await;
    let signed = assertion(&fixture, PARTNER).encode(&other_key()).unwrap();
    let form = [("grant_type", GRANT), ("assertion", signed.expose())];
    let answer = fixture.post_as("web", SECRET, TOKEN, &form).await;
    answer.assert_error(400, "unauthorized_client");
    let answer = present(&fixture, &signed, &[("scope", "delete")]).await;
    answer.assert_error(400, "invalid_scope");
}
