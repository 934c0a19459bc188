//! Known answers, and what must be refused.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::nonce::Nonces;
use super::received::{
    Accepted, ExpectedNonce, MAX_LENGTH, Mismatch, Received, Refusal, Request, Rules,
};
use super::*;
use crate::jose::Malformed;
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::Compact;
use crate::jose::tests::{Case, forge, signer};
use crate::jwk::Jwk;

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const URI: &str = "https://as.example/token";

fn key() -> SigningKey {
    signer(Algorithm::Es256)
}

fn request() -> Request<'static> {
    Request::new("POST", URI)
}

fn header() -> Value {
    json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key().public_jwk().unwrap().to_public_json()})
}

fn claims() -> Value {
    json!({"jti": "1", "htm": "POST", "htu": URI, "iat": NOW.as_unix()})
}

fn with(mut object: Value, member: &str, value: impl Into<Value>) -> Value {
    object[member] = value.into();
    object
}

fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().unwrap().remove(member);
    object
}

fn verify(header: &Value, claims: &Value, request: &Request<'_>) -> Result<Accepted, Refusal> {
    let token = forge(&key(), header, claims);
    Received::parse([token.as_str()])?.verify(request, &Rules::default(), NOW)
}

fn malformed(malformed: Malformed) -> Refusal {
    Refusal::Token(malformed.into())
}

#[test]
fn the_proofs_of_the_rfc_are_accepted_at_their_time_and_place() {
    for case in Case::all("dpop") {
        let [proof, method, uri, thumbprint] =
            ["proof", "method", "uri", "thumbprint"].map(|file| case.text(file));
        let now = Timestamp::from_unix(case.text("now").parse().unwrap());
        let token = case
            .has("access-token")
            .then(|| Secret::new(case.text("access-token")));
        let request = Request {
            access_token: token.as_ref(),
            thumbprint: Some(&thumbprint),
            ..Request::new(&method, &uri)
        };
        let verify = |request: &Request<'_>, now| {
            Received::parse([proof.as_str()])
                .unwrap()
                .verify(request, &Rules::default(), now)
        };
        let accepted = verify(&request, now).unwrap();
        assert_eq!(accepted.thumbprint, thumbprint, "{}", case.name());
        assert_eq!(accepted.proof.issued_at, now);

        let other = Secret::from("other");
        for (request, refusal) in [
            (
                Request {
                    method: "PUT",
                    ..request
                },
                Refusal::Mismatch(Mismatch::Method),
            ),
            (
                Request {
                    uri: "https://example.com/",
                    ..request
                },
                Refusal::Mismatch(Mismatch::Uri),
            ),
            (
                Request {
                    access_token: Some(&other),
                    ..request
                },
                Refusal::Mismatch(Mismatch::AccessToken),
            ),
            (
                Request {
                    thumbprint: Some("x"),
                    ..request
                },
                Refusal::Mismatch(Mismatch::Binding),
            ),
        ] {
            assert_eq!(verify(&request, now), Err(refusal), "{}", case.name());
        }
        let late = now.plus(Duration::from_secs(91));
        assert_eq!(
            verify(&request, late),
            Err(Refusal::Mismatch(Mismatch::TooOld)),
            "{}",
            case.name()
        );
    }
}

#[test]
fn every_asymmetric_algorithm_makes_proofs_and_no_other() {
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    let token = Secret::from("token");
    let nonces = Nonces::new(
        &"0123456789abcdef0123456789abcdef".into(),
        Duration::from_secs(60),
    )
    .unwrap();
    let proof = Proof::new("POST", "https://AS.example:443/token?a=b", NOW, &mut random).unwrap();
    let proof = proof.for_token(&token).with_nonce(&nonces.current(NOW));
    assert_eq!(proof.uri, URI);
    for algorithm in Algorithm::ALL {
        let key = signer(algorithm).with_id("not shown");
        if algorithm.is_symmetric() {
            assert_eq!(proof.encode(&key).unwrap_err(), KeyError::Public);
            continue;
        }
        let encoded = proof.encode(&key).unwrap();
        let thumbprint = key.public_jwk().unwrap().thumbprint();
        let request = Request {
            access_token: Some(&token),
            thumbprint: Some(&thumbprint),
            nonce: ExpectedNonce::Recent(&nonces),
            ..request()
        };
        let received = Received::parse([encoded.expose()]).unwrap();
        assert_eq!(
            Compact::parse(encoded.expose()).unwrap().header().key_id(),
            None
        );
        let accepted = received.verify(&request, &Rules::default(), NOW).unwrap();
        assert_eq!(accepted.proof, proof, "{algorithm}");
        let rules = Rules {
            algorithms: vec![],
            ..Rules::default()
        };
        let refused = Received::parse([encoded.expose()])
            .unwrap()
            .verify(&request, &rules, NOW);
        assert_eq!(refused, Err(Refusal::Mismatch(Mismatch::Algorithm)));
    }
}

#[test]
fn there_is_one_proof_in_a_request() {
    let proof = forge(&key(), &header(), &claims());
    assert_eq!(Received::parse([]).unwrap_err(), Refusal::Missing);
    assert_eq!(
        Received::parse([proof.as_str(), &proof]).unwrap_err(),
        Refusal::Repeated
    );
    let joined = format!("{proof},{proof}");
    assert_eq!(
        Received::parse([joined.as_str()]).unwrap_err(),
        malformed(Malformed::Encrypted)
    );
    assert_eq!(
        Received::parse(["proof"]).unwrap_err(),
        malformed(Malformed::Parts)
    );
    let long = "a".repeat(MAX_LENGTH + 1);
    let limit = MAX_LENGTH;
    assert_eq!(
        Received::parse([long.as_str()]).unwrap_err(),
        malformed(Malformed::TooLong { limit })
    );
}

#[test]
fn headers_that_rfc_9449_does_not_allow_are_refused_by_name() {
    let jwk = header()["jwk"].clone();
    let private: Value =
        serde_json::from_str(&Case::named("key", "p256").text("jwk.json")).unwrap();
    let mismatch = |mismatch: jose::Mismatch| Refusal::Token(mismatch.into());
    let member = |member| Refusal::Key(KeyError::Member { member });
    let shared = json!({"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"});
    let other = signer(Algorithm::EdDsa)
        .public_jwk()
        .unwrap()
        .to_public_json();
    for (header, expected) in [
        (without(header(), "typ"), Refusal::Mismatch(Mismatch::Type)),
        (
            with(header(), "typ", "JWT"),
            Refusal::Mismatch(Mismatch::Type),
        ),
        (
            with(header(), "typ", "at+jwt"),
            Refusal::Mismatch(Mismatch::Type),
        ),
        (
            with(header(), "alg", "none"),
            Refusal::Mismatch(Mismatch::Algorithm),
        ),
        (
            with(header(), "alg", "HS256"),
            Refusal::Mismatch(Mismatch::Algorithm),
        ),
        (
            with(header(), "alg", "ES256K"),
            Refusal::Mismatch(Mismatch::Algorithm),
        ),
        (
            with(header(), "alg", "ES384"),
            Refusal::Key(KeyError::Purpose { member: "alg" }),
        ),
        (
            with(header(), "jwk", without(jwk.clone(), "y")),
            member("y"),
        ),
        (
            with(header(), "jwk", with(jwk.clone(), "k", "AA")),
            member("k"),
        ),
        (with(header(), "jwk", json!({})), member("kty")),
        (with(header(), "jwk", private), Refusal::PrivateKey),
        (with(header(), "jwk", shared), Refusal::PrivateKey),
        (
            with(header(), "jwk", other),
            Refusal::Key(KeyError::Purpose { member: "alg" }),
        ),
        (
            with(header(), "jwk", "x"),
            malformed(Malformed::Header { name: "jwk" }),
        ),
        (
            without(header(), "jwk"),
            malformed(Malformed::Header { name: "jwk" }),
        ),
        (
            with(header(), "crit", json!(["x"])),
            mismatch(jose::Mismatch::UnknownCritical),
        ),
        (
            with(header(), "jku", "https://a"),
            mismatch(jose::Mismatch::ForeignKey { name: "jku" }),
        ),
    ] {
        assert_eq!(
            verify(&header, &claims(), &request()),
            Err(expected),
            "{header}"
        );
    }
}

#[test]
fn a_private_key_is_refused_also_where_only_its_bare_members_are_shown() {
    let private = Case::named("key", "p256").jwk();
    let public = without(header(), "jwk");
    let bare = |members: &str| serde_json::from_str::<Value>(members).unwrap();
    let written = bare(private.encode().expose());
    let refused = verify(&with(public, "jwk", written), &claims(), &request());
    assert_eq!(refused, Err(Refusal::PrivateKey));
}

#[test]
fn claims_that_rfc_9449_does_not_allow_are_refused_by_name() {
    let now = NOW.as_unix();
    let missing = |claim| malformed(Malformed::ClaimMissing { claim });
    for (claims, expected) in [
        (without(claims(), "jti"), missing("jti")),
        (without(claims(), "htm"), missing("htm")),
        (without(claims(), "htu"), missing("htu")),
        (without(claims(), "iat"), missing("iat")),
        (
            with(claims(), "iat", "now"),
            malformed(Malformed::ClaimType { claim: "iat" }),
        ),
        (
            with(claims(), "nonce", 1),
            malformed(Malformed::ClaimType { claim: "nonce" }),
        ),
        (
            with(claims(), "htm", "post"),
            Refusal::Mismatch(Mismatch::Method),
        ),
        (
            with(claims(), "htm", "GET"),
            Refusal::Mismatch(Mismatch::Method),
        ),
        (
            with(claims(), "htu", "http://as.example/token"),
            Refusal::Mismatch(Mismatch::Uri),
        ),
        (
            with(claims(), "htu", "https://as.example/token/"),
            Refusal::Mismatch(Mismatch::Uri),
        ),
        (
            with(claims(), "htu", "/token"),
            Refusal::Mismatch(Mismatch::Uri),
        ),
        (with(claims(), "htu", ""), Refusal::Mismatch(Mismatch::Uri)),
        (
            with(claims(), "iat", now + 31),
            Refusal::Mismatch(Mismatch::IssuedInFuture),
        ),
        (
            with(claims(), "iat", now - 91),
            Refusal::Mismatch(Mismatch::TooOld),
        ),
        (
            with(claims(), "ath", "x"),
            Refusal::Mismatch(Mismatch::AccessToken),
        ),
    ] {
        assert_eq!(
            verify(&header(), &claims, &request()),
            Err(expected),
            "{claims}"
        );
    }
    for claims in [
        with(
            claims(),
            "htu",
            "HTTPS://AS.EXAMPLE:443/%74oken?query#fragment",
        ),
        with(claims(), "iat", now + 30),
        with(claims(), "iat", now - 90),
        with(claims(), "nonce", "of another server"),
        with(claims(), "more", "unknown"),
    ] {
        assert!(verify(&header(), &claims, &request()).is_ok(), "{claims}");
    }
}

#[test]
fn an_access_token_needs_its_hash_in_the_proof() {
    let token = Secret::from("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    let request = Request {
        access_token: Some(&token),
        ..request()
    };
    let hash = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"; // RFC 9449 §7.1
    assert!(verify(&header(), &with(claims(), "ath", hash), &request).is_ok());
    let refused = Err(Refusal::Mismatch(Mismatch::AccessToken));
    assert_eq!(verify(&header(), &claims(), &request), refused);
    assert_eq!(
        verify(&header(), &with(claims(), "ath", token.expose()), &request),
        refused
    );
}

#[test]
fn a_nonce_that_was_asked_for_must_be_there_and_be_right() {
    let nonces = Nonces::new(
        &"0123456789abcdef0123456789abcdef".into(),
        Duration::from_secs(60),
    )
    .unwrap();
    let recent = Request {
        nonce: ExpectedNonce::Recent(&nonces),
        ..request()
    };
    let given = Nonce::parse(["eyJ7S_zG.eyJH0-Z.HX4w-7v"]).unwrap().unwrap();
    let exactly = Request {
        nonce: ExpectedNonce::Exactly(&given),
        ..request()
    };
    let current = nonces.current(NOW);
    for (request, nonce) in [(recent, &current), (exactly, &given)] {
        let nonce = nonce.as_str();
        assert!(verify(&header(), &with(claims(), "nonce", nonce), &request).is_ok());
        let missing = verify(&header(), &claims(), &request).unwrap_err();
        let wrong = verify(&header(), &with(claims(), "nonce", "x"), &request).unwrap_err();
        assert_eq!(
            (&missing, &wrong),
            (
                &Refusal::Mismatch(Mismatch::NonceMissing),
                &Refusal::Mismatch(Mismatch::Nonce)
            )
        );
        assert!(missing.wants_nonce() && wrong.wants_nonce());
    }
    assert!(!Refusal::Mismatch(Mismatch::TooOld).wants_nonce());
    let old = nonces.current(NOW.minus(Duration::from_secs(120)));
    let refused = verify(&header(), &with(claims(), "nonce", old.as_str()), &recent);
    assert_eq!(refused, Err(Refusal::Mismatch(Mismatch::Nonce)));
}

#[test]
fn a_proof_that_another_key_signed_is_refused() {
    let other = Jwk::parse(
        br#"{"kty":"EC","crv":"P-256","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",
        "y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA"}"#,
    )
    .unwrap();
    let header = with(header(), "jwk", other.to_public_json().unwrap());
    let refused = verify(&header, &claims(), &request());
    assert_eq!(
        refused,
        Err(Refusal::Token(jose::Mismatch::Signature.into()))
    );
}

#[test]
fn one_jti_is_one_use_for_one_key_and_target() {
    let accepted =
        |claims: &Value, request: &Request<'_>| verify(&header(), claims, request).unwrap();
    let first = accepted(&claims(), &request()).one_use;
    assert_eq!(first.until, NOW.plus(Duration::from_secs(91)));
    let again = with(claims(), "htu", "https://AS.example/token");
    assert_eq!(accepted(&again, &request()).one_use.id, first.id);
    let later = with(claims(), "iat", NOW.as_unix() + 1);
    assert_eq!(accepted(&later, &request()).one_use.id, first.id);
    let other = with(claims(), "jti", "2");
    assert_ne!(accepted(&other, &request()).one_use.id, first.id);
}

#[test]
fn a_proof_is_only_for_uris_of_http() {
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    for uri in [
        "/token",
        "as.example",
        "ftp://as.example/",
        "https://user@as.example/",
    ] {
        assert_eq!(
            Proof::new("POST", uri, NOW, &mut random),
            Err(NotHttp),
            "{uri}"
        );
    }
}

#[test]
fn tokens_are_not_printed() {
    let token = Secret::from("sentinel");
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    let proof = Proof::new("POST", URI, NOW, &mut random)
        .unwrap()
        .for_token(&token);
    let encoded = proof.encode(&key()).unwrap();
    let received = Received::parse([encoded.expose()]).unwrap();
    let request = Request {
        access_token: Some(&token),
        ..request()
    };
    let shown = format!("{proof:?} {encoded:?} {received:?} {request:?}");
    let (_, signature) = encoded.expose().rsplit_once('.').unwrap();
    assert!(
        !shown.contains("sentinel") && !shown.contains(signature),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn parsing_undoes_encoding(method: String, id: String, time: i32, texts: [Option<String>; 2], other: String) {
        let [access_token_hash, nonce] = texts;
        let proof = Proof {
            method,
            uri: URI.to_owned(),
            issued_at: Timestamp::from_unix(time.into()),
            id,
            access_token_hash,
            nonce,
            others: Claims::new().with("other", other),
        };
        let encoded = proof.encode(&signer(Algorithm::EdDsa)).unwrap();
        if let Ok(compact) = Compact::parse(encoded.expose()) {
            let claims = compact.dangerous_claims_without_verification().unwrap();
            prop_assert_eq!(Proof::from_claims(claims), Ok(proof));
        }
    }

    #[test]
    fn checking_never_panics(jwk: String, claims: String) {
        let token = forge(&key(), &with(header(), "jwk", jwk), &with(claims_of(claims), "jti", 1));
        if let Ok(received) = Received::parse([token.as_str()]) {
            let _ = received.verify(&request(), &Rules::default(), NOW);
        }
    }
}

fn claims_of(text: String) -> Value {
    with(claims(), "htu", text)
}
