#![no_main]
//! A JWT, a key or a set of keys is read or refused; what is read is written as it was.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tripod_core::secret::Secret;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jose::verifying_key::VerifyingKey;
use tripod_oauth2::jwk::{Jwk, JwkSet};

static KEYS: LazyLock<KeySet> = LazyLock::new(|| {
    let secret = tripod_fuzz::unguessable();
    VerifyingKey::from_secret(Algorithm::Hs256, &secret)
        .expect("long enough")
        .into()
});

fuzz_target!(|octets: &[u8]| {
    if let Ok(key) = Jwk::parse(octets) {
        check(&key);
    }
    if let Ok(set) = JwkSet::parse(octets) {
        let keys = KeySet::new(&set, &Algorithm::ASYMMETRIC);
        assert!(keys.len() <= set.keys.len() * Algorithm::ASYMMETRIC.len());
        set.keys.iter().for_each(check);
    }
    let _ = Claims::parse(octets);
    let Ok(text) = str::from_utf8(octets) else {
        return;
    };
    let pem = Secret::from(text);
    for algorithm in Algorithm::ASYMMETRIC {
        let _ = VerifyingKey::from_pem(algorithm, text);
        if let Ok(key) = SigningKey::from_pem(algorithm, &pem) {
            sign_and_verify(&key, algorithm);
        }
    }
    if let Ok(compact) = Compact::parse(text) {
        assert!(compact.verify(&KEYS).is_err());
        assert!(compact.verify_payload(&KeySet::default()).is_err());
        let _ = compact.dangerous_claims_without_verification();
        let _ = (compact.header().key_id(), compact.header().media_type());
    }
});

fn check(key: &Jwk) {
    let written = key.encode();
    let again = Jwk::parse(written.expose().as_bytes()).expect("what was written can be read");
    assert_eq!(again.thumbprint(), key.thumbprint());
    assert_eq!(key.thumbprint().len(), 43);
    if let Some(public) = key.to_public() {
        assert!(!public.is_private());
        assert_eq!(public.thumbprint(), key.thumbprint());
    }
    for algorithm in Algorithm::ASYMMETRIC {
        let _ = VerifyingKey::from_jwk(algorithm, key);
        if let Ok(key) = SigningKey::from_jwk(algorithm, key) {
            sign_and_verify(&key, algorithm);
        }
    }
}

fn sign_and_verify(key: &SigningKey, algorithm: Algorithm) {
    let Ok(token) = key.sign("JWT", &Claims::new()) else {
        return;
    };
    let published = JwkSet::new(vec![key.public_jwk().expect("asymmetric").clone()]);
    let keys = KeySet::new(&published, &[algorithm]);
    let compact = Compact::parse(token.expose()).expect("what was signed can be read");
    compact
        .verify(&keys)
        .expect("the signature of the same key");
}
