//! Known answers, and what must be refused.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};
use tripod_core::secret::Secret;

use super::algorithm::Algorithm;
use super::claims::Claims;
use super::compact::{Compact, MAX_LENGTH};
use super::key_set::KeySet;
use super::signing_key::SigningKey;
use super::verifying_key::VerifyingKey;
use super::{Error, KeyError, Malformed, Mismatch, Part, base64url};
use crate::jwk::{Jwk, JwkSet};

/// A known answer: a folder below `vectors/oauth2/`.
pub(crate) struct Case(PathBuf);

impl Case {
    pub(crate) fn named(topic: &str, name: &str) -> Self {
        Self(folder(topic).join(name))
    }

    pub(crate) fn all(topic: &str) -> Vec<Self> {
        let entries = fs::read_dir(folder(topic)).unwrap();
        let mut cases: Vec<_> = entries.map(|entry| Self(entry.unwrap().path())).collect();
        cases.sort_by(|a, b| a.0.cmp(&b.0));
        assert!(!cases.is_empty());
        cases
    }

    pub(crate) fn name(&self) -> String {
        self.0.file_name().unwrap().to_string_lossy().into_owned()
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.0.join(file).exists()
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap()
    }

    pub(crate) fn jwk(&self) -> Jwk {
        Jwk::parse(self.text("jwk.json").as_bytes()).unwrap()
    }

    fn algorithm(&self) -> Algorithm {
        Algorithm::parse(&self.text("algorithm")).unwrap()
    }
}

fn folder(topic: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/oauth2")).join(topic)
}

/// A key for tests: that of the RFC, or of joserfc where the RFCs have none.
pub(crate) fn signer(algorithm: Algorithm) -> SigningKey {
    let cases = Case::all("jws");
    let case = cases.iter().find(|case| case.algorithm() == algorithm);
    SigningKey::from_jwk(algorithm, &case.unwrap().jwk()).unwrap()
}

/// What trusts a key for tests.
pub(crate) fn trust(key: &SigningKey) -> KeySet {
    KeySet::from(VerifyingKey::from_jwk(key.algorithm(), key.public_jwk().unwrap()).unwrap())
}

/// A token with a header of one's own, signed with a key for tests.
pub(crate) fn forge(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let signed = [header, claims].map(|part| base64url::encode(part.to_string()));
    let signed = signed.join(".");
    let signature = key.signature(signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64url::encode(signature))
}

#[test]
fn known_tokens_verify_under_their_key_and_no_other_algorithm() {
    for case in Case::all("jws") {
        let (token, key) = (case.text("token"), case.jwk());
        let compact = Compact::parse(&token).unwrap();
        for algorithm in Algorithm::ALL {
            let Ok(key) = VerifyingKey::from_jwk(algorithm, &key) else {
                assert_ne!(algorithm, case.algorithm(), "{}", case.name());
                continue;
            };
            let verified = compact.verify_payload(&key.into());
            if algorithm == case.algorithm() {
                assert_eq!(
                    verified,
                    Ok(case.text("payload").as_bytes()),
                    "{}",
                    case.name()
                );
            } else {
                assert_eq!(verified, Err(Mismatch::Algorithm.into()), "{}", case.name());
            }
        }
    }
}

#[test]
fn deterministic_signatures_are_those_of_the_known_tokens() {
    for case in Case::all("jws") {
        let key = SigningKey::from_jwk(case.algorithm(), &case.jwk()).unwrap();
        let token = case.text("token");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let ours = base64url::encode(key.signature(signed.as_bytes()).unwrap());
        let random = matches!(key.algorithm().as_str().get(..2), Some("ES" | "PS"));
        assert_eq!(ours == signature, !random, "{}", case.name());
    }
}

#[test]
fn every_algorithm_verifies_what_it_signs() {
    for algorithm in Algorithm::ALL {
        let key = signer(algorithm);
        let token = key
            .sign("at+jwt", &Claims::new().with("sub", "alice"))
            .unwrap();
        let compact = Compact::parse(token.expose()).unwrap();
        assert!(compact.expect_type(&["at+jwt"]).is_ok());
        assert_eq!(compact.header().algorithm(), algorithm.as_str());
        let jwk = Case::all("jws")
            .into_iter()
            .find(|case| case.algorithm() == algorithm);
        let trusted = VerifyingKey::from_jwk(algorithm, &jwk.unwrap().jwk()).unwrap();
        let claims = compact.verify(&trusted.into()).unwrap();
        assert_eq!(claims.text("sub"), Ok("alice"), "{algorithm}");
    }
}

#[test]
fn a_token_that_was_changed_anywhere_is_refused() {
    let key = signer(Algorithm::Es256);
    let trusted = trust(&key);
    let token = key
        .sign("JWT", &Claims::new().with("sub", "alice"))
        .unwrap();
    let (signed, signature) = token.expose().rsplit_once('.').unwrap();
    let other = key
        .sign("JWT", &Claims::new().with("sub", "mallory"))
        .unwrap();
    let (other, _) = other.expose().rsplit_once('.').unwrap();
    let zeros = base64url::encode([0; 64]);
    for (signed, signature) in [
        (other, signature),
        (signed, ""),
        (signed, zeros.as_str()),
        (signed, signature.get(..80).unwrap()),
    ] {
        let token = format!("{signed}.{signature}");
        let refused = Compact::parse(&token).unwrap().verify(&trusted);
        assert_eq!(refused, Err(Mismatch::Signature.into()), "{token}");
    }
}

#[test]
fn headers_that_lead_astray_are_refused() {
    let key = signer(Algorithm::Es256);
    let jwk = key.public_jwk().unwrap().to_public_json().unwrap();
    let foreign = |name| Mismatch::ForeignKey { name };
    for (header, expected) in [
        (json!({"alg": "none"}), Mismatch::Unsecured),
        (json!({"alg": "nOnE"}), Mismatch::Unsecured),
        (
            json!({"alg": "ES256", "crit": ["exp"], "exp": 1}),
            Mismatch::UnknownCritical,
        ),
        (
            json!({"alg": "ES256", "crit": ["b64"], "b64": false}),
            Mismatch::UnknownCritical,
        ),
        (
            json!({"alg": "ES256", "crit": []}),
            Mismatch::UnknownCritical,
        ),
        (
            json!({"alg": "ES256", "jku": "https://evil.example"}),
            foreign("jku"),
        ),
        (
            json!({"alg": "ES256", "x5u": "https://evil.example"}),
            foreign("x5u"),
        ),
        (json!({"alg": "ES256", "jwk": jwk}), foreign("jwk")),
        (json!({"alg": "ES256K"}), Mismatch::UnknownAlgorithm),
        (json!({"alg": "es256"}), Mismatch::UnknownAlgorithm),
        (json!({"alg": "ES384"}), Mismatch::Algorithm),
        (json!({"alg": "HS256"}), Mismatch::Algorithm),
    ] {
        let token = forge(&key, &header, &json!({}));
        let refused = Compact::parse(&token).unwrap().verify(&trust(&key));
        assert_eq!(refused, Err(expected.into()), "{header}");
    }
}

#[test]
fn an_unsecured_token_is_refused_with_an_empty_signature_too() {
    // RFC 7515 A.5.
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9\
                 leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    let refused = Compact::parse(token).unwrap().verify(&KeySet::default());
    assert_eq!(refused, Err(Mismatch::Unsecured.into()));
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let pem = Case::named("key", "rsa").text("public.pem");
    let forged = SigningKey::from_secret(Algorithm::Hs256, &pem.as_str().into()).unwrap();
    let token = forged.sign("JWT", &Claims::new()).unwrap();
    let trusted = VerifyingKey::from_pem(Algorithm::Rs256, &pem).unwrap();
    let refused = Compact::parse(token.expose())
        .unwrap()
        .verify(&trusted.into());
    assert_eq!(refused, Err(Mismatch::Algorithm.into()));
}

#[test]
fn what_is_no_compact_serialisation_is_refused_by_name() {
    let header = base64url::encode(r#"{"alg":"ES256"}"#);
    let encoding = |part| Malformed::NotBase64Url { part };
    let repeated = base64url::encode(r#"{"alg":"ES256","alg":"none"}"#);
    for (token, expected) in [
        (String::new(), Malformed::Parts),
        ("a".to_owned(), Malformed::Parts),
        ("a.b".to_owned(), Malformed::Parts),
        ("a.b.c.d".to_owned(), Malformed::Parts),
        ("a.b.c.d.e".to_owned(), Malformed::Encrypted),
        (format!("{header}=.e30.AA"), encoding(Part::Header)),
        (format!("{header}.e3 0.AA"), encoding(Part::Payload)),
        (format!("{header}.e30.AB"), encoding(Part::Signature)),
        (format!("{header}.e30.+/8"), encoding(Part::Signature)),
        (
            "W10.e30.AA".to_owned(),
            Malformed::NotJsonObject { part: Part::Header },
        ),
        (
            ".e30.AA".to_owned(),
            Malformed::NotJsonObject { part: Part::Header },
        ),
        (
            format!("{repeated}.e30.AA"),
            Malformed::RepeatedMember { part: Part::Header },
        ),
        ("e30.e30.AA".to_owned(), Malformed::Header { name: "alg" }),
        (
            format!("{}.e30.AA", base64url::encode(r#"{"alg":5}"#)),
            Malformed::Header { name: "alg" },
        ),
        (
            format!("{}.e30.AA", base64url::encode(r#"{"alg":"ES256","kid":1}"#)),
            Malformed::Header { name: "kid" },
        ),
        (
            "a".repeat(MAX_LENGTH + 1),
            Malformed::TooLong { limit: MAX_LENGTH },
        ),
    ] {
        assert_eq!(
            Compact::parse(&token).unwrap_err(),
            Error::Malformed(expected),
            "{token:.80}"
        );
    }
}

#[test]
fn the_claims_of_a_verified_token_are_still_read_strictly() {
    let key = signer(Algorithm::EdDsa);
    let head = base64url::encode(r#"{"alg":"EdDSA"}"#);
    let signed = format!("{head}.{}", base64url::encode(r#"{"sub":"a","sub":"b"}"#));
    let signature = base64url::encode(key.signature(signed.as_bytes()).unwrap());
    let token = format!("{signed}.{signature}");
    let refused = Compact::parse(&token).unwrap().verify(&trust(&key));
    let part = Part::Payload;
    assert_eq!(refused, Err(Malformed::RepeatedMember { part }.into()));
}

#[test]
fn a_media_type_is_compared_as_mime_has_it() {
    let key = signer(Algorithm::EdDsa);
    for (written, equal) in [
        (json!("at+jwt"), true),
        (json!("AT+JWT"), true),
        (json!("application/at+jwt"), true),
        (json!("Application/AT+jwt"), true),
        (json!("JWT"), false),
        (json!(""), false),
        (json!("application/"), false),
        (json!("text/at+jwt"), false),
        (json!("at+jwt "), false),
        (Value::Null, false),
    ] {
        let mut header = json!({"alg": "EdDSA"});
        if !written.is_null() {
            header["typ"] = written.clone();
        }
        let token = forge(&key, &header, &json!({}));
        let typed = Compact::parse(&token).unwrap().expect_type(&["at+jwt"]);
        let expected = if equal {
            Ok(())
        } else {
            Err(Mismatch::Type.into())
        };
        assert_eq!(typed, expected, "{written}");
    }
}

#[test]
fn a_key_is_found_by_its_name_and_algorithm() {
    let key = |algorithm, id: Option<&str>| {
        let jwk = signer(algorithm).public_jwk().unwrap().clone();
        let key = VerifyingKey::from_jwk(algorithm, &jwk).unwrap();
        match id {
            Some(id) => key.with_id(id),
            None => key,
        }
    };
    let (es, rs) = (Algorithm::Es256, Algorithm::Rs256);
    let set: KeySet = [
        key(es, Some("1")),
        key(es, Some("2")),
        key(rs, Some("2")),
        key(rs, None),
    ]
    .into_iter()
    .collect();
    let found = |algorithm, id| {
        set.find(algorithm, id)
            .map(|key| (key.algorithm(), key.id()))
    };
    assert_eq!(found(es, Some("1")), Ok((es, Some("1"))));
    assert_eq!(found(es, Some("2")), Ok((es, Some("2"))));
    assert_eq!(found(rs, Some("2")), Ok((rs, Some("2"))));
    assert_eq!(found(rs, Some("1")), Err(Mismatch::Algorithm));
    assert_eq!(found(es, Some("3")), Err(Mismatch::KeyUnknown));
    assert_eq!(found(es, Some("")), Err(Mismatch::KeyUnknown));
    assert_eq!(found(es, None), Err(Mismatch::KeyAmbiguous));
    assert_eq!(found(rs, None), Err(Mismatch::KeyAmbiguous));
    assert_eq!(found(Algorithm::EdDsa, None), Err(Mismatch::Algorithm));
    assert_eq!(
        KeySet::default().find(es, None).unwrap_err(),
        Mismatch::KeyUnknown
    );
    assert!(KeySet::from(key(es, None)).find(es, Some("any")).is_ok());
    assert!(KeySet::from(key(es, Some("1"))).find(es, None).is_ok());
}

#[test]
fn of_a_published_set_only_what_is_expected_is_trusted() {
    let jwk = |algorithm| signer(algorithm).public_jwk().unwrap().clone();
    let mut unnamed = jwk(Algorithm::Rs256);
    unnamed.algorithm = None;
    let mut encryption = jwk(Algorithm::Es256);
    encryption.public_key_use = Some("enc".to_owned());
    let mut deriving = jwk(Algorithm::Es384);
    deriving.operations = Some(vec!["deriveKey".to_owned()]);
    let secret = Case::named("jws", "rfc7515-a1").jwk();
    let set = JwkSet::new(vec![
        unnamed,
        encryption,
        deriving,
        secret,
        jwk(Algorithm::EdDsa),
    ]);
    let trusted = |expected: &[Algorithm]| KeySet::new(&set, expected).len();
    assert_eq!(trusted(&Algorithm::ASYMMETRIC), 7); // six for RSA, one for Ed25519
    assert_eq!(trusted(&[Algorithm::Rs256]), 1);
    assert_eq!(trusted(&[Algorithm::Es256, Algorithm::Es384]), 0);
    assert_eq!(trusted(&[]), 0);
}

#[test]
fn keys_are_read_from_pem_and_are_the_ones_of_the_jwk() {
    for case in Case::all("key") {
        let jwk = case.jwk();
        let algorithm = match case.name().as_str() {
            "ed25519" => Algorithm::EdDsa,
            "p256" => Algorithm::Es256,
            "p384" => Algorithm::Es384,
            "p521" => Algorithm::Es512,
            _ => Algorithm::Rs256,
        };
        let token = SigningKey::from_jwk(algorithm, &jwk)
            .unwrap()
            .sign("JWT", &Claims::new());
        let token = token.unwrap();
        for file in ["public.pem", "public-traditional.pem"] {
            if case.has(file) {
                let trusted = VerifyingKey::from_pem(algorithm, &case.text(file)).unwrap();
                let compact = Compact::parse(token.expose()).unwrap();
                assert!(
                    compact.verify(&trusted.into()).is_ok(),
                    "{} {file}",
                    case.name()
                );
            }
        }
        for file in ["private.pem", "private-traditional.pem"] {
            if case.has(file) {
                let key = SigningKey::from_pem(algorithm, &case.text(file).into()).unwrap();
                let public = key.public_jwk().unwrap();
                assert_eq!(
                    public.thumbprint(),
                    jwk.thumbprint(),
                    "{} {file}",
                    case.name()
                );
            }
        }
    }
}

#[test]
fn a_key_of_another_type_is_refused() {
    for case in Case::all("key") {
        let (private, public) = (case.text("private.pem"), case.text("public.pem"));
        let fitting = Algorithm::ALL.into_iter().filter(|&algorithm| {
            let signs = SigningKey::from_pem(algorithm, &private.as_str().into());
            let verifies = VerifyingKey::from_pem(algorithm, &public);
            let jwk_signs = SigningKey::from_jwk(algorithm, &case.jwk());
            assert_eq!(
                signs.is_ok(),
                verifies.is_ok(),
                "{} {algorithm}",
                case.name()
            );
            assert_eq!(
                signs.is_ok(),
                jwk_signs.is_ok(),
                "{} {algorithm}",
                case.name()
            );
            signs.is_ok()
        });
        let expected = if case.name() == "rsa" { 6 } else { 1 };
        assert_eq!(fitting.count(), expected, "{}", case.name());
    }
}

#[test]
fn what_is_no_pem_or_no_such_key_is_refused() {
    let case = Case::named("key", "rsa");
    let (private, public) = (case.text("private.pem"), case.text("public.pem"));
    let signing = |pem: &str| SigningKey::from_pem(Algorithm::Rs256, &pem.into()).unwrap_err();
    let verifying = |pem: &str| VerifyingKey::from_pem(Algorithm::Rs256, pem).unwrap_err();
    assert_eq!(signing(&public), KeyError::PemLabel);
    assert_eq!(verifying(&private), KeyError::PemLabel);
    assert_eq!(verifying(""), KeyError::NotPem);
    assert_eq!(verifying("-----BEGIN PUBLIC KEY-----"), KeyError::NotPem);
    assert_eq!(verifying(&public.repeat(2)), KeyError::NotPem);
    assert_eq!(verifying(&public.repeat(100)), KeyError::TooLong);
    assert_eq!(
        verifying("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
        KeyError::Rejected
    );
    let encrypted = private.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(signing(&encrypted), KeyError::PemLabel);
}

#[test]
fn parameters_before_a_key_are_passed_over() {
    let key = Case::named("key", "p256").text("private-traditional.pem");
    let pem = format!(
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{key}"
    );
    assert!(SigningKey::from_pem(Algorithm::Es256, &pem.into()).is_ok());
}

#[test]
fn a_point_that_is_on_no_curve_is_refused() {
    let mut der = pem::parse(Case::named("key", "p256").text("public.pem"))
        .unwrap()
        .into_contents();
    *der.last_mut().unwrap() ^= 1;
    let refused = VerifyingKey::from_der(Algorithm::Es256, &der).unwrap_err();
    assert_eq!(refused, KeyError::Rejected);
}

#[test]
fn a_shared_secret_is_at_least_as_long_as_the_hash() {
    for (algorithm, bits) in [
        (Algorithm::Hs256, 256),
        (Algorithm::Hs384, 384),
        (Algorithm::Hs512, 512),
    ] {
        let short = Secret::new("s".repeat(bits / 8 - 1));
        let refused = KeyError::TooShort { bits };
        assert_eq!(
            SigningKey::from_secret(algorithm, &short).unwrap_err(),
            refused
        );
        assert_eq!(
            VerifyingKey::from_secret(algorithm, &short).unwrap_err(),
            refused
        );
        assert!(SigningKey::from_secret(algorithm, &"s".repeat(bits / 8).into()).is_ok());
    }
    let secret = Secret::new("s".repeat(64));
    assert_eq!(
        SigningKey::from_secret(Algorithm::Rs256, &secret).unwrap_err(),
        KeyError::Rejected
    );
}

#[test]
fn what_a_header_says_of_the_key_is_what_the_key_was_told() {
    let key = signer(Algorithm::EdDsa)
        .with_id("2026-11")
        .with_certificate_thumbprint([1; 32]);
    assert_eq!(key.public_jwk().unwrap().id.as_deref(), Some("2026-11"));
    let token = key.sign("JWT", &Claims::new()).unwrap();
    let compact = Compact::parse(token.expose()).unwrap();
    assert_eq!(compact.header().key_id(), Some("2026-11"));
    assert_eq!(compact.header().media_type(), Some("JWT"));
    let thumbprint = Value::from(base64url::encode([1; 32]));
    assert_eq!(compact.header().value("x5t#S256"), Some(&thumbprint));
}

#[test]
fn keys_and_tokens_are_not_printed() {
    let secret = Secret::from("sentinel-sentinel-sentinel-sentinel");
    let signing = SigningKey::from_secret(Algorithm::Hs256, &secret).unwrap();
    let verifying = VerifyingKey::from_secret(Algorithm::Hs256, &secret).unwrap();
    let token = signing
        .sign("JWT", &Claims::new().with("sub", "sentinel"))
        .unwrap();
    let compact = Compact::parse(token.expose()).unwrap();
    let claims = compact.verify(&verifying.clone().into()).unwrap();
    let shown = format!("{signing:?} {verifying:?} {token:?} {compact:?} {claims:?}");
    assert!(!shown.contains("sentinel"), "{shown}");
    for part in token.expose().split('.').skip(1) {
        assert!(!shown.contains(part), "{shown}");
    }
}

proptest! {
    #[test]
    fn reading_never_panics(text: String) {
        let _ = Compact::parse(&text);
    }

    #[test]
    fn three_parts_of_anything_never_panic(parts: [Vec<u8>; 3]) {
        let token = parts.map(base64url::encode).join(".");
        if let Ok(compact) = Compact::parse(&token) {
            let _ = compact.verify(&KeySet::default());
            let _ = compact.dangerous_claims_without_verification();
        }
    }

    #[test]
    fn keys_of_anything_never_panic(der: Vec<u8>) {
        for algorithm in Algorithm::ALL {
            let _ = SigningKey::from_der(algorithm, &der);
            let _ = VerifyingKey::from_der(algorithm, &der);
        }
    }
}
