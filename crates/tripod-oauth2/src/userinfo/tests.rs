//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::jose::Part;
use crate::jose::algorithm::Algorithm;
use crate::jose::tests::{forge, signer, trust};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn claims() -> Value {
    json!({"iss": "https://op.example", "aud": "client", "sub": "alice", "name": "Alice"})
}

fn verify(header: &Value, claims: &Value) -> Result<UserInfo, Refusal> {
    let key = signer(Algorithm::Es256);
    let token = forge(&key, header, claims).into();
    let rules = Rules::new("https://op.example", "client", "alice");
    UserInfo::verify(&token, &trust(&key), &rules, NOW)
}

fn malformed(malformed: Malformed) -> Refusal {
    Refusal::Token(malformed.into())
}

#[test]
fn json_about_somebody_else_is_refused() {
    let part = Part::Payload;
    let limit = MAX_LENGTH;
    let long = vec![b' '; limit + 1];
    for (body, expected) in [
        (br#"{"sub":"Alice"}"#.as_slice(), Mismatch::Subject.into()),
        (br#"{"sub":"alice "}"#, Mismatch::Subject.into()),
        (b"{}", malformed(Malformed::ClaimMissing { claim: "sub" })),
        (
            br#"{"sub":1}"#,
            malformed(Malformed::ClaimType { claim: "sub" }),
        ),
        (
            br#"{"sub":"alice","sub":"alice"}"#,
            malformed(Malformed::RepeatedMember { part }),
        ),
        (b"<html>", malformed(Malformed::NotJsonObject { part })),
        (b"", malformed(Malformed::NotJsonObject { part })),
        (&long, malformed(Malformed::TooLong { limit })),
    ] {
        assert_eq!(UserInfo::parse(body, "alice"), Err(expected));
    }
}

#[test]
fn a_signed_response_is_by_the_provider_for_the_client_about_the_same() {
    let header = json!({"alg": "ES256"});
    let jane = verify(&header, &claims()).unwrap();
    assert_eq!(jane.claims.text("name"), Ok("Alice"));
    let with = |member: &str, value: Value| {
        let mut claims = claims();
        claims[member] = value;
        claims
    };
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    for (claims, expected) in [
        (
            with("iss", json!("https://other.example")),
            Mismatch::Issuer.into(),
        ),
        (with("aud", json!(["other"])), Mismatch::Audience.into()),
        (with("sub", json!("bob")), Mismatch::Subject.into()),
        (with("exp", json!(1)), wrong(jose::Mismatch::Expired)),
        (
            json!({"sub": "alice"}),
            malformed(Malformed::ClaimMissing { claim: "iss" }),
        ),
    ] {
        assert_eq!(verify(&header, &claims), Err(expected), "{claims}");
    }
    let typed = verify(&json!({"alg": "ES256", "typ": "at+jwt"}), &claims());
    assert_eq!(typed, Err(wrong(jose::Mismatch::Type)));
    let unsigned = verify(&json!({"alg": "none"}), &claims());
    assert_eq!(unsigned, Err(wrong(jose::Mismatch::Unsecured)));
}

proptest! {
    #[test]
    fn reading_undoes_writing(subject: String, name: String) {
        let written = UserInfo::new(subject.as_str(), Claims::new().with("name", name));
        prop_assert_eq!(UserInfo::parse(written.encode().as_bytes(), &subject), Ok(written.clone()));
        let key = signer(Algorithm::EdDsa);
        let signed = written.sign("i", "c", &key).unwrap();
        let read = UserInfo::verify(&signed, &trust(&key), &Rules::new("i", "c", &subject), NOW);
        let claims = written.claims.with("iss", "i").with("aud", "c");
        prop_assert_eq!(read, Ok(UserInfo::new(subject, claims)));
    }
}
