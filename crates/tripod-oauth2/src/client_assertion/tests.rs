//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::jose::algorithm::Algorithm;
use crate::jose::base64url;
use crate::jose::tests::{Case, forge, signer, trust};
use crate::jose::verifying_key::VerifyingKey;

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const ISSUER: &str = "https://as.example";

fn key() -> SigningKey {
    signer(Algorithm::Es256)
}

fn rules() -> Rules {
    Rules::new([ISSUER, "https://as.example/oauth2/token"])
}

fn claims() -> Value {
    json!({
        "iss": "client", "sub": "client", "aud": ISSUER, "jti": "1",
        "iat": NOW.as_unix(), "exp": NOW.as_unix() + 60,
    })
}

fn verify(claims: &Value) -> Result<(Assertion, OneUse), Refusal> {
    let token = forge(&key(), &json!({"alg": "ES256"}), claims);
    Received::parse(&token)?.verify_client("client", &trust(&key()), &rules(), NOW)
}

fn with(member: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[member] = value.into();
    claims
}

fn without(member: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(member);
    claims
}

#[test]
fn the_grant_of_the_rfc_is_accepted_while_it_is_valid() {
    let case = Case::named("assertion", "rfc7523-4");
    let text = case.text("header.json");
    assert_eq!(base64url::encode(text), case.text("header"));
    let [header, claims] =
        ["header.json", "claims.json"].map(|file| serde_json::from_str(&case.text(file)).unwrap());
    let token = forge(&key(), &header, &claims);
    let keys = VerifyingKey::from_jwk(Algorithm::Es256, key().public_jwk().unwrap()).unwrap();
    let keys = KeySet::from(keys.with_id("16"));
    let issuer = "https://jwt-idp.example.com";
    let verify = |audience: &str, now| {
        let received = Received::parse(&token).unwrap();
        assert_eq!(received.claimed_issuer(), issuer);
        received.verify_grant(
            issuer,
            &keys,
            &Rules::new([audience]),
            Timestamp::from_unix(now),
        )
    };
    let audience = "https://jwt-rp.example.net";
    let (assertion, one_use) = verify(audience, 1_300_815_780).unwrap();
    assert_eq!(assertion.subject, "mailto:mike@example.com");
    let member = assertion.others.value("http://claims.example.com/member");
    assert_eq!(member, Some(&json!(true)));
    assert_eq!(one_use, None); // no `jti`
    let refused = |mismatch| Err(Refusal::Token(jose::Error::Mismatch(mismatch)));
    assert_eq!(
        verify(audience, 1_300_815_749),
        refused(jose::Mismatch::NotYetValid)
    );
    assert_eq!(
        verify(audience, 1_300_819_410),
        refused(jose::Mismatch::Expired)
    );
    assert_eq!(
        verify("https://authz.example.net/token.oauth2", 1_300_815_780),
        Err(Refusal::Mismatch(Mismatch::Audience))
    );
}

#[test]
fn every_algorithm_authenticates_a_client() {
    for algorithm in Algorithm::ALL {
        let key = signer(algorithm);
        let mut random = |bytes: &mut [u8]| bytes.fill(7);
        let assertion = Assertion::for_client("client", ISSUER, NOW, &mut random);
        let token = assertion.encode(&key).unwrap();
        let jwk = Case::all("jws")
            .into_iter()
            .find(|case| case.text("algorithm") == algorithm.as_str());
        let keys = VerifyingKey::from_jwk(algorithm, &jwk.unwrap().jwk())
            .unwrap()
            .into();
        let received = Received::parse(token.expose()).unwrap();
        let (read, one_use) = received
            .verify_client("client", &keys, &rules(), NOW)
            .unwrap();
        assert_eq!(read, assertion, "{algorithm}");
        assert_eq!(one_use.until, NOW.plus(Duration::from_secs(90)));
    }
}

#[test]
fn one_jti_is_one_use_for_one_client() {
    let id = |claims: &Value| verify(claims).unwrap().1.id;
    assert_eq!(id(&claims()), id(&with("exp", NOW.as_unix() + 30)));
    assert_ne!(id(&claims()), id(&with("jti", "2")));
    let one_use = |issuer| OneUse::new("assertion", issuer, "1", NOW).id;
    assert_eq!(id(&claims()), one_use("client"));
    assert_ne!(id(&claims()), one_use("other"));
}

#[test]
fn an_assertion_may_name_more_audiences_and_the_token_endpoint() {
    for audience in [
        json!(["x", ISSUER]),
        json!("https://as.example/oauth2/token"),
    ] {
        assert!(verify(&with("aud", audience)).is_ok());
    }
}

#[test]
fn what_rfc_7523_does_not_allow_is_refused_by_name() {
    let now = NOW.as_unix();
    let missing = |claim| Refusal::Token(Malformed::ClaimMissing { claim }.into());
    let kind = |claim| Refusal::Token(Malformed::ClaimType { claim }.into());
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    for (claims, expected) in [
        (without("iss"), missing("iss")),
        (without("sub"), missing("sub")),
        (without("aud"), missing("aud")),
        (without("exp"), missing("exp")),
        (without("jti"), missing("jti")),
        (with("jti", 1), kind("jti")),
        (with("exp", "soon"), kind("exp")),
        (with("aud", json!([])), kind("aud")),
        (with("iss", "other"), Refusal::Mismatch(Mismatch::Issuer)),
        (with("sub", "other"), Refusal::Mismatch(Mismatch::Subject)),
        (with("sub", "CLIENT"), Refusal::Mismatch(Mismatch::Subject)),
        (
            with("aud", "https://as.example/"),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (
            with("aud", "https://AS.example"),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (
            with("aud", json!(["https://other.example"])),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (with("exp", now - 30), wrong(jose::Mismatch::Expired)),
        (
            with("exp", now + 3631),
            Refusal::Mismatch(Mismatch::Lifetime),
        ),
        (with("nbf", now + 31), wrong(jose::Mismatch::NotYetValid)),
        (with("iat", now + 31), wrong(jose::Mismatch::IssuedInFuture)),
    ] {
        assert_eq!(verify(&claims).unwrap_err(), expected, "{claims}");
    }
    assert!(verify(&with("exp", now - 29)).is_ok());
    assert!(verify(&with("exp", now + 3630)).is_ok());
    assert!(verify(&without("iat")).is_ok());
}

#[test]
fn other_kinds_of_tokens_are_no_assertions() {
    for media_type in [
        "at+jwt",
        "dpop+jwt",
        "logout+jwt",
        "oauth-authz-req+jwt",
        "authorization-grant+jwt",
    ] {
        let token = forge(
            &key(),
            &json!({"alg": "ES256", "typ": media_type}),
            &claims(),
        );
        let received = Received::parse(&token).unwrap();
        let refused = received
            .verify_client("client", &trust(&key()), &rules(), NOW)
            .unwrap_err();
        assert_eq!(
            refused,
            Refusal::Token(jose::Mismatch::Type.into()),
            "{media_type}"
        );
    }
    for media_type in ["JWT", "jwt", "client-authentication+jwt"] {
        let token = forge(
            &key(),
            &json!({"alg": "ES256", "typ": media_type}),
            &claims(),
        );
        let received = Received::parse(&token).unwrap();
        assert!(
            received
                .verify_client("client", &trust(&key()), &rules(), NOW)
                .is_ok(),
            "{media_type}"
        );
    }
}

#[test]
fn an_assertion_of_somebody_else_is_refused() {
    let token = forge(&key(), &json!({"alg": "ES256"}), &claims());
    let keys = trust(&signer(Algorithm::Es384));
    let refused = Received::parse(&token)
        .unwrap()
        .verify_client("client", &keys, &rules(), NOW);
    assert_eq!(
        refused,
        Err(Refusal::Token(jose::Mismatch::Algorithm.into()))
    );
    let issuer = Received::parse(&token)
        .unwrap()
        .verify_grant("other", &keys, &rules(), NOW);
    assert_eq!(issuer.unwrap_err(), Refusal::Mismatch(Mismatch::Issuer));
    let refused =
        Received::parse(&token)
            .unwrap()
            .verify_client("client", &KeySet::default(), &rules(), NOW);
    assert_eq!(
        refused,
        Err(Refusal::Token(jose::Mismatch::KeyUnknown.into()))
    );
}

#[test]
fn an_assertion_is_not_printed() {
    let token = forge(
        &key(),
        &json!({"alg": "ES256"}),
        &with("secret", "sentinel"),
    );
    let received = Received::parse(&token).unwrap();
    let shown = format!("{received:?}");
    let (_, signature) = token.rsplit_once('.').unwrap();
    assert!(
        !shown.contains("sentinel") && !shown.contains(signature),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(
        names: [String; 4], more: Vec<String>, times: [Option<i32>; 2], other: String,
    ) {
        let [issuer, subject, audience, id] = names;
        let mut random = |bytes: &mut [u8]| bytes.fill(7);
        let mut assertion = Assertion::for_grant(issuer, subject, audience, NOW, &mut random);
        assertion.audiences.extend(more);
        assertion.id = Some(id);
        [assertion.not_before, assertion.issued_at] =
            times.map(|time| time.map(|time| Timestamp::from_unix(time.into())));
        assertion.others = assertion.others.with("other", other);
        let token = assertion.encode(&signer(Algorithm::Hs256)).unwrap();
        prop_assert_eq!(Received::parse(token.expose()).unwrap().claimed, assertion);
    }

    #[test]
    fn reading_never_panics(payload: Vec<u8>) {
        let token = format!("{}.{}.AA", base64url::encode(r#"{"alg":"ES256"}"#), base64url::encode(payload));
        let _ = Received::parse(&token);
    }
}
