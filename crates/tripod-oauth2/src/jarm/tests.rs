//! What must be accepted, and what must be refused.

use proptest::collection;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::jose::algorithm::Algorithm;
use crate::jose::tests::{Case, forge, signer, trust};

const NOW: Timestamp = Timestamp::from_unix(1_311_281_000);
const ISSUER: &str = "https://accounts.example.com";
const CLIENT: &str = "s6BhdRkqt3";

fn claims() -> Value {
    serde_json::from_str(&Case::named("jarm", "jarm-2.1").text("claims.json")).unwrap()
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

fn verify(header: &Value, claims: &Value) -> Result<Response, Refusal> {
    let key = signer(Algorithm::Es256);
    let response = forge(&key, header, claims).into();
    Response::verify(&response, &trust(&key), &Rules::new(ISSUER, CLIENT), NOW)
}

#[test]
fn the_response_of_the_specification_is_read_by_its_client() {
    for header in [
        json!({"alg": "ES256"}),
        json!({"alg": "ES256", "typ": "JWT"}),
    ] {
        let response = verify(&header, &claims()).unwrap();
        let expected = Parameters::new()
            .with("code", "PyyFaux2o7Q0YfXBU32jhw.5FXSQpvr8akv9CeRDSd0QA")
            .with("state", "S8NJ7uqk5fY4EjNvP_G_FtyJu6pUsvH9jsYni9dMAJw");
        assert_eq!(response.parameters, expected);
    }
}

#[test]
fn a_refusal_of_the_server_is_a_response_too() {
    let claims = json!({
        "iss": ISSUER, "aud": CLIENT, "exp": NOW.as_unix() + 1,
        "error": "access_denied", "error_description": "no", "expires_in": 3600,
    });
    let response = verify(&json!({"alg": "ES256"}), &claims).unwrap();
    assert_eq!(
        response.parameters.single("error"),
        Ok(Some("access_denied"))
    );
    assert_eq!(response.parameters.single("expires_in"), Ok(Some("3600")));
}

#[test]
fn what_jarm_does_not_allow_is_refused_by_name() {
    let missing = |claim| Refusal::from(Malformed::ClaimMissing { claim });
    let wrong = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    for (claims, expected) in [
        (without("iss"), missing("iss")),
        (without("aud"), missing("aud")),
        (without("exp"), missing("exp")),
        (
            with("iss", "https://evil.example"),
            Refusal::Mismatch(Mismatch::Issuer),
        ),
        (
            with("iss", "https://accounts.example.com/"),
            Refusal::Mismatch(Mismatch::Issuer),
        ),
        (with("aud", "other"), Refusal::Mismatch(Mismatch::Audience)),
        (
            with("aud", json!(["other"])),
            Refusal::Mismatch(Mismatch::Audience),
        ),
        (
            with("exp", NOW.as_unix() - 30),
            wrong(jose::Mismatch::Expired),
        ),
        (
            with("code", json!(null)),
            Refusal::from(Malformed::ParameterNull),
        ),
    ] {
        assert_eq!(
            verify(&json!({"alg": "ES256"}), &claims),
            Err(expected),
            "{claims}"
        );
    }
    assert_eq!(
        verify(&json!({"alg": "none"}), &claims()),
        Err(wrong(jose::Mismatch::Unsecured))
    );
    for media_type in ["at+jwt", "oauth-authz-req+jwt", "logout+jwt"] {
        let refused = verify(&json!({"alg": "ES256", "typ": media_type}), &claims());
        assert_eq!(refused, Err(wrong(jose::Mismatch::Type)), "{media_type}");
    }
}

#[test]
fn a_code_is_not_printed() {
    let response = verify(&json!({"alg": "ES256"}), &with("code", "sentinel")).unwrap();
    assert!(!format!("{response:?}").contains("sentinel"));
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(
        names in any::<[String; 2]>(), values in collection::btree_map(any::<String>(), any::<String>(), 0..6),
    ) {
        let [issuer, client_id] = names;
        let registered = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
        let pairs = values.iter().filter(|(name, _)| !registered.contains(&name.as_str()));
        let written = Response::new(issuer.as_str(), client_id.as_str(), pairs.collect(), NOW);
        let key = signer(Algorithm::EdDsa);
        let encoded = written.encode(&key).unwrap();
        let read = Response::verify(&encoded, &trust(&key), &Rules::new(&issuer, &client_id), NOW);
        prop_assert_eq!(read, Ok(written));
    }
}
