//! What checking a JWT access token costs beside its signature.
//!
//! Each algorithm is a group of three over the same token: ours in full (RFC 9068 §4), the crate
//! `jsonwebtoken` with the checks it has, and the bare signature with a parsed key.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on panics")]

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use jsonwebtoken::DecodingKey;
use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{AccessToken, Rules};
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jose::verifying_key::VerifyingKey;

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
const ISSUER: &str = "https://as.example";
const API: &str = "https://api.example";

struct Pair {
    algorithm: Algorithm,
    private: &'static str,
    public: &'static str,
    decoding: fn(&[u8]) -> jsonwebtoken::errors::Result<DecodingKey>,
    parse: fn(&[u8]) -> ParsedPublicKey,
    name: jsonwebtoken::Algorithm,
}

const PAIRS: [Pair; 3] = [
    Pair {
        algorithm: Algorithm::Es256,
        private: include_str!("../../../vectors/oauth2/key/p256/private.pem"),
        public: include_str!("../../../vectors/oauth2/key/p256/public.pem"),
        decoding: DecodingKey::from_ec_pem,
        parse: |der| ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, der).unwrap(),
        name: jsonwebtoken::Algorithm::ES256,
    },
    Pair {
        algorithm: Algorithm::Rs256,
        private: include_str!("../../../vectors/oauth2/key/rsa/private.pem"),
        public: include_str!("../../../vectors/oauth2/key/rsa/public.pem"),
        decoding: DecodingKey::from_rsa_pem,
        parse: |der| ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap(),
        name: jsonwebtoken::Algorithm::RS256,
    },
    Pair {
        algorithm: Algorithm::EdDsa,
        private: include_str!("../../../vectors/oauth2/key/ed25519/private.pem"),
        public: include_str!("../../../vectors/oauth2/key/ed25519/public.pem"),
        decoding: DecodingKey::from_ed_pem,
        parse: |der| ParsedPublicKey::new(&ED25519, der).unwrap(),
        name: jsonwebtoken::Algorithm::EdDSA,
    },
];

fn verify(criterion: &mut Criterion) {
    for pair in PAIRS {
        let token = token(&pair);
        let mut group = criterion.benchmark_group(format!("verify {}", pair.algorithm));
        group.bench_function("tripod", |bencher| {
            let key = VerifyingKey::from_pem(pair.algorithm, pair.public).unwrap();
            let (keys, rules) = (KeySet::from(key), Rules::new(ISSUER, [API]));
            bencher.iter(|| {
                AccessToken::verify(black_box(&token), &keys, &rules, &Presented::bearer(), NOW)
                    .unwrap()
            });
        });
        group.bench_function("jsonwebtoken", |bencher| {
            let key = (pair.decoding)(pair.public.as_bytes()).unwrap();
            let mut validation = jsonwebtoken::Validation::new(pair.name);
            validation.set_issuer(&[ISSUER]);
            validation.set_audience(&[API]);
            let token = token.expose();
            bencher.iter(|| {
                jsonwebtoken::decode::<Value>(black_box(token), &key, &validation).unwrap()
            });
        });
        group.bench_function("bare signature", |bencher| {
            let der = pem::parse(pair.public).unwrap().into_contents();
            let key = (pair.parse)(&der);
            let (message, signature) = token.expose().rsplit_once('.').unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            bencher.iter(|| key.verify_sig(black_box(message.as_bytes()), &signature));
        });
        group.finish();
    }
}

fn sign(criterion: &mut Criterion) {
    for pair in PAIRS {
        let (key, token) = (signing_key(&pair), access_token());
        let mut group = criterion.benchmark_group(format!("sign {}", pair.algorithm));
        group.bench_function("tripod", |bencher| {
            bencher.iter(|| token.encode(&key).unwrap());
        });
        group.finish();
    }
}

fn token(pair: &Pair) -> Secret {
    access_token().encode(&signing_key(pair)).unwrap()
}

fn signing_key(pair: &Pair) -> SigningKey {
    SigningKey::from_pem(pair.algorithm, &pair.private.into()).unwrap()
}

fn access_token() -> AccessToken {
    let mut random = |bytes: &mut [u8]| bytes.fill(7);
    let mut token = AccessToken::new(ISSUER, API, "alice", "client", NOW, CENTURY, &mut random);
    token.scope = Some(tripod_oauth2::scope::Scope::parse("read write").expect("a scope"));
    token
}

criterion_group!(benches, verify, sign);
criterion_main!(benches);
