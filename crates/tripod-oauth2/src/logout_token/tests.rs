//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::jose::Malformed;
use crate::jose::algorithm::Algorithm;
use crate::jose::tests::{Case, forge, signer, trust};

const NOW: Timestamp = Timestamp::from_unix(1_471_566_154);
const ISSUER: &str = "https://server.example.com";
const CLIENT: &str = "s6BhdRkqt3";

fn key() -> SigningKey {
    signer(Algorithm::Rs256)
}

/// The example of the specification, with the `exp` that its errata made REQUIRED.
fn claims() -> Value {
    let case = Case::named("logout-token", "backchannel-2.4");
    let mut claims: Value = serde_json::from_str(&case.text("claims.json")).unwrap();
    claims["exp"] = 1_471_566_274.into();
    claims
}

fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[member] = value.into();
    claims
}

fn without(members: &[&str]) -> Value {
    let mut claims = claims();
    for member in members {
        claims.as_object_mut().unwrap().remove(*member);
    }
    claims
}

fn verify(media_type: &str, claims: &Value) -> Result<(LogoutToken, OneUse), Refusal> {
    let token = forge(&key(), &json!({"alg": "RS256", "typ": media_type}), claims).into();
    LogoutToken::verify(&token, &trust(&key()), &Rules::new(ISSUER, CLIENT), NOW)
}

#[test]
fn the_token_of_the_specification_signs_out() {
    for media_type in ["logout+jwt", "application/logout+jwt", "JWT"] {
        let (token, one_use) = verify(media_type, &claims()).unwrap();
        assert_eq!(token.scope.subject(), Some("248289761001"));
        assert_eq!(
            token.scope.session_id(),
            Some("08a5019c-17e1-4977-8f42-65a12843ea02")
        );
        assert_eq!(
            one_use.until,
            token.expires_at.plus(Duration::from_secs(30))
        );
    }
    let untyped = forge(&key(), &json!({"alg": "RS256"}), &claims()).into();
    let rules = Rules::new(ISSUER, CLIENT);
    assert!(LogoutToken::verify(&untyped, &trust(&key()), &rules, NOW).is_ok());
}

#[test]
fn either_of_subject_and_session_suffices() {
    let scope = |claims: &Value| verify("logout+jwt", claims).map(|(token, _)| token.scope);
    let subject = Scope::Subject("248289761001".to_owned());
    assert_eq!(scope(&without(&["sid"])), Ok(subject));
    let session = Scope::Session("08a5019c-17e1-4977-8f42-65a12843ea02".to_owned());
    assert_eq!(scope(&without(&["sub"])), Ok(session));
    assert_eq!(scope(&without(&["sub", "sid"])), Err(Refusal::Scope));
}

#[test]
fn what_back_channel_logout_does_not_allow_is_refused_by_name() {
    let missing = |claim| Refusal::Token(Malformed::ClaimMissing { claim }.into());
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    let now = NOW.as_unix();
    for (claims, expected) in [
        (with("nonce", "n"), Refusal::Mismatch(Mismatch::Nonce)),
        (
            with("nonce", json!(null)),
            Refusal::Mismatch(Mismatch::Nonce),
        ),
        (without(&["events"]), Refusal::Mismatch(Mismatch::Event)),
        (
            with("events", json!({})),
            Refusal::Mismatch(Mismatch::Event),
        ),
        (
            with(
                "events",
                json!({"http://schemas.openid.net/event/other": {}}),
            ),
            Refusal::Mismatch(Mismatch::Event),
        ),
        (
            with("events", json!({EVENT: true})),
            Refusal::Mismatch(Mismatch::Event),
        ),
        (with("events", EVENT), Refusal::Mismatch(Mismatch::Event)),
        (without(&["iss"]), missing("iss")),
        (without(&["aud"]), missing("aud")),
        (without(&["iat"]), missing("iat")),
        (without(&["exp"]), missing("exp")),
        (without(&["jti"]), missing("jti")),
        (
            with("sub", 1),
            Refusal::Token(Malformed::ClaimType { claim: "sub" }.into()),
        ),
        (
            with("iss", "https://server.example.com/"),
            Refusal::Mismatch(Mismatch::Issuer),
        ),
        (with("aud", "other"), Refusal::Mismatch(Mismatch::Audience)),
        (with("exp", now - 30), wrong(jose::Mismatch::Expired)),
        (with("iat", now + 31), wrong(jose::Mismatch::IssuedInFuture)),
    ] {
        assert_eq!(verify("logout+jwt", &claims), Err(expected), "{claims}");
    }
    for media_type in ["at+jwt", "dpop+jwt"] {
        let refused = wrong(jose::Mismatch::Type);
        assert_eq!(verify(media_type, &claims()), Err(refused), "{media_type}");
    }
    let unsigned = forge(&key(), &json!({"alg": "none"}), &claims()).into();
    let refused = LogoutToken::verify(&unsigned, &trust(&key()), &Rules::new(ISSUER, CLIENT), NOW);
    assert_eq!(refused, Err(wrong(jose::Mismatch::Unsecured)));
}

#[test]
fn one_token_signs_out_once() {
    let id = |claims: &Value| verify("logout+jwt", claims).unwrap().1.id;
    assert_eq!(id(&claims()), id(&without(&["sid"])));
    assert_ne!(id(&claims()), id(&with("jti", "other")));
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(issuer: String, scope: [Option<String>; 2], other: String) {
        let mut random = |bytes: &mut [u8]| bytes.fill(7);
        let [subject, session_id] = scope;
        let scope = Scope::new(subject.as_deref(), session_id.as_deref());
        let scope = scope.unwrap_or(Scope::Session(String::new()));
        let mut written = LogoutToken::new(issuer.clone(), CLIENT, scope, NOW, &mut random);
        written.others = written.others.with("other", other);
        let key = signer(Algorithm::EdDsa);
        let encoded = written.encode(&key).unwrap();
        let (read, _) = LogoutToken::verify(&encoded, &trust(&key), &Rules::new(&issuer, CLIENT), NOW).unwrap();
        prop_assert_eq!(read, written);
    }
}
