//! Known answers, and what must be refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::jose::tests::Case;

fn parse(members: &Value) -> Result<Jwk, KeyError> {
    Jwk::parse(members.to_string().as_bytes())
}

fn members(topic: &str, case: &str) -> Value {
    serde_json::from_str(&Case::named(topic, case).text("jwk.json")).unwrap()
}

fn with(mut key: Value, member: &str, value: impl Into<Value>) -> Value {
    key[member] = value.into();
    key
}

fn without(mut key: Value, member: &str) -> Value {
    key.as_object_mut().unwrap().remove(member);
    key
}

#[test]
fn known_thumbprints_are_found() {
    for case in Case::all("thumbprint") {
        assert_eq!(
            case.jwk().thumbprint(),
            case.text("thumbprint"),
            "{}",
            case.name()
        );
    }
}

#[test]
fn a_thumbprint_does_not_depend_on_the_private_part_or_the_name() {
    for case in Case::all("key") {
        let key = case.jwk();
        let mut public = key.to_public().unwrap();
        public.id = Some("another".to_owned());
        assert_eq!(public.thumbprint(), key.thumbprint(), "{}", case.name());
        assert!(key.is_private() && !public.is_private());
    }
}

#[test]
fn known_sets_are_read_whole() {
    for (name, private) in [("rfc7517-a1", false), ("rfc7517-a2", true)] {
        let set = JwkSet::parse(Case::named("jwk-set", name).text("set.json").as_bytes()).unwrap();
        assert_eq!(set.skipped, []);
        let ids: Vec<_> = set.keys.iter().map(|key| key.id.as_deref()).collect();
        assert_eq!(ids, [Some("1"), Some("2011-04-29")]);
        assert_eq!(set.keys[0].public_key_use.as_deref(), Some("enc"));
        assert_eq!(set.keys[1].algorithm.as_deref(), Some("RS256"));
        assert!(
            set.keys.iter().all(|key| key.is_private() == private),
            "{name}"
        );
    }
}

#[test]
fn keys_survive_being_written() {
    for topic in ["jws", "key", "thumbprint"] {
        for case in Case::all(topic) {
            let mut key = case.jwk();
            key.id = Some("1".to_owned());
            key.operations = Some(vec!["sign".to_owned(), "tomorrow".to_owned()]);
            key.algorithm = Some("tomorrow".to_owned());
            key.others.insert("x5c".to_owned(), json!(["MII"]));
            let written = key.encode();
            assert_eq!(
                Jwk::parse(written.expose().as_bytes()),
                Ok(key),
                "{}",
                case.name()
            );
        }
    }
}

#[test]
fn nothing_private_is_published() {
    for case in Case::all("jws") {
        let key = case.jwk();
        let Some(Value::Object(public)) = key.to_public_json() else {
            assert_eq!(key.material.key_type(), "oct");
            assert_eq!(JwkSet::new(vec![key]).to_public_json(), json!({"keys": []}));
            continue;
        };
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(!public.contains_key(private), "{} {private}", case.name());
        }
        let published = JwkSet::new(vec![key]).to_public_json().to_string();
        let read = JwkSet::parse(published.as_bytes()).unwrap();
        assert!(!read.keys[0].is_private());
    }
}

#[test]
fn a_private_key_is_not_printed() {
    for case in Case::all("jws") {
        let shown = format!("{:?} {:#?}", case.jwk(), JwkSet::new(vec![case.jwk()]));
        let Value::Object(members) = members("jws", &case.name()) else {
            unreachable!()
        };
        for (name, value) in members
            .iter()
            .filter(|(name, _)| !["kty", "crv", "kid", "alg"].contains(&name.as_str()))
        {
            assert!(
                !shown.contains(value.as_str().unwrap()),
                "{} {name}",
                case.name()
            );
        }
    }
}

#[test]
fn what_is_no_key_is_refused_by_name() {
    let (ec, rsa) = (members("key", "p256"), members("key", "rsa"));
    let (ed, oct) = (members("key", "ed25519"), members("jws", "rfc7515-a1"));
    let member = |member| KeyError::Member { member };
    for (key, expected) in [
        (json!({}), member("kty")),
        (json!({"kty": 1}), member("kty")),
        (json!({"kty": "AKP"}), KeyError::UnknownType),
        (json!({"kty": "ec", "crv": "P-256"}), KeyError::UnknownType),
        (with(ec.clone(), "crv", "secp256k1"), KeyError::UnknownType),
        (with(ec.clone(), "crv", "P-384"), member("x")),
        (with(ec.clone(), "x", "AQAB"), member("x")),
        (without(ec.clone(), "y"), member("y")),
        (with(ec.clone(), "d", "AQAB"), member("d")),
        (with(ec.clone(), "d", 1), member("d")),
        (with(ec.clone(), "k", "AQAB"), member("k")),
        (with(ec.clone(), "kid", 1), member("kid")),
        (with(ec.clone(), "key_ops", "sign"), member("key_ops")),
        (with(ed.clone(), "crv", "Ed448"), KeyError::UnknownType),
        (with(ed.clone(), "crv", "X25519"), KeyError::UnknownType),
        (with(ed, "x", "AQAB="), member("x")),
        (with(rsa.clone(), "n", "AAAB"), member("n")),
        (with(rsa.clone(), "e", ""), member("e")),
        (
            with(rsa.clone(), "n", "AQAB"),
            KeyError::TooShort { bits: 2048 },
        ),
        (
            with(rsa.clone(), "n", "_".repeat(1366) + "8"),
            KeyError::TooLong,
        ),
        (without(rsa.clone(), "qi"), member("qi")),
        (without(rsa.clone(), "d"), member("p")),
        (with(rsa, "oth", json!([])), member("oth")),
        (without(oct, "k"), member("k")),
    ] {
        assert_eq!(parse(&key).unwrap_err(), expected, "{key}");
    }
    assert_eq!(Jwk::parse(b"[]"), Err(KeyError::NotJsonObject));
    assert_eq!(
        Jwk::parse(br#"{"kty":"oct","k":"AA","k":"AQ"}"#),
        Err(KeyError::NotJsonObject)
    );
    assert_eq!(
        Jwk::parse(&vec![b' '; MAX_LENGTH + 1]),
        Err(KeyError::TooLong)
    );
}

#[test]
fn a_set_that_is_none_or_too_large_is_refused() {
    let keys = KeyError::Member { member: "keys" };
    assert_eq!(JwkSet::parse(b"[]"), Err(KeyError::NotJsonObject));
    assert_eq!(JwkSet::parse(b"{}"), Err(keys.clone()));
    assert_eq!(JwkSet::parse(br#"{"keys":{}}"#), Err(keys));
    let many = json!({"keys": vec![json!({}); 257]}).to_string();
    assert_eq!(JwkSet::parse(many.as_bytes()), Err(KeyError::TooLong));
    let long = json!({"keys": [], "x": "x".repeat(1024 * 1024)}).to_string();
    assert_eq!(JwkSet::parse(long.as_bytes()), Err(KeyError::TooLong));
}

#[test]
fn what_a_set_holds_beside_usable_keys_is_passed_over() {
    let set =
        json!({"keys": [1, {"kty": "AKP"}, members("key", "p256"), {"kty": "EC"}], "more": 1});
    let set = JwkSet::parse(set.to_string().as_bytes()).unwrap();
    assert_eq!(set.keys.len(), 1);
    let crv = KeyError::Member { member: "crv" };
    assert_eq!(
        set.skipped,
        [KeyError::NotJsonObject, KeyError::UnknownType, crv]
    );
}

#[test]
fn a_key_that_is_for_something_else_is_not_used() {
    let key = members("key", "p256");
    for (key, wrong) in [
        (with(key.clone(), "alg", "ECDH-ES"), "alg"),
        (with(key.clone(), "alg", "ES384"), "alg"),
        (with(key.clone(), "use", "enc"), "use"),
        (
            with(key.clone(), "key_ops", json!(["deriveKey"])),
            "key_ops",
        ),
        (with(key.clone(), "key_ops", json!([])), "key_ops"),
    ] {
        let refused = parse(&key)
            .unwrap()
            .check_purpose(Algorithm::Es256, Operation::Verify);
        assert_eq!(refused, Err(KeyError::Purpose { member: wrong }), "{key}");
    }
    let verifying = parse(&with(key, "key_ops", json!(["verify"]))).unwrap();
    assert!(
        verifying
            .check_purpose(Algorithm::Es256, Operation::Verify)
            .is_ok()
    );
    assert!(
        verifying
            .check_purpose(Algorithm::Es256, Operation::Sign)
            .is_err()
    );
}

proptest! {
    #[test]
    fn reading_never_panics(kty in "EC|OKP|RSA|oct|x", crv in "P-256|P-521|Ed25519|x", x: Vec<u8>) {
        let x = base64url::encode(x);
        let key = json!({"kty": kty, "crv": crv, "x": x, "y": x, "d": x, "n": x, "e": x, "k": x});
        let _ = parse(&key);
    }
}
