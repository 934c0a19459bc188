//! Tokens beside the peer crates: read, sent, checked and signed.
//!
//! Reading: `oauth2` deserialises the body that a server answered with; Tripod looks at status and
//! headers, too. Checking: ours in full (RFC 9068 §4), `jsonwebtoken` with the checks it has, and
//! the bare signature with a parsed key, all over the same token.

use std::hint::black_box;
use std::time::Duration;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use jsonwebtoken::DecodingKey;
use oauth2::TokenResponse as _;
use oauth2::basic::BasicTokenResponse;
use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{AccessToken, Rules};
use tripod_oauth2::answer::Answer;
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jose::verifying_key::VerifyingKey;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{self, Quirks};
use tripod_oauth2::token_set::TokenSet;

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
        private: include_str!("../../vectors/oauth2/key/p256/private.pem"),
        public: include_str!("../../vectors/oauth2/key/p256/public.pem"),
        decoding: DecodingKey::from_ec_pem,
        parse: |der| ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, der).unwrap(),
        name: jsonwebtoken::Algorithm::ES256,
    },
    Pair {
        algorithm: Algorithm::Rs256,
        private: include_str!("../../vectors/oauth2/key/rsa/private.pem"),
        public: include_str!("../../vectors/oauth2/key/rsa/public.pem"),
        decoding: DecodingKey::from_rsa_pem,
        parse: |der| ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).unwrap(),
        name: jsonwebtoken::Algorithm::RS256,
    },
    Pair {
        algorithm: Algorithm::EdDsa,
        private: include_str!("../../vectors/oauth2/key/ed25519/private.pem"),
        public: include_str!("../../vectors/oauth2/key/ed25519/public.pem"),
        decoding: DecodingKey::from_ed_pem,
        parse: |der| ParsedPublicKey::new(&ED25519, der).unwrap(),
        name: jsonwebtoken::Algorithm::EdDSA,
    },
];

const BODY: &[u8] = br#"{
  "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUifQ.dGhlIHNpZ25hdHVyZQ",
  "token_type": "Bearer",
  "expires_in": 3600,
  "refresh_token": "8xLOxBtZp8",
  "scope": "openid profile offline_access"
}"#;

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read a token response");
    let headers =
        HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let quirks = Quirks::default();
    group.bench_function("tripod", |bencher| {
        bencher.iter(|| {
            let answer = Answer::new(StatusCode::OK, &headers, black_box(BODY));
            token::read(&answer, &quirks).unwrap()
        });
    });
    group.bench_function("oauth2", |bencher| {
        bencher.iter(|| serde_json::from_slice::<BasicTokenResponse>(black_box(BODY)).unwrap());
    });
    group.finish();
}

fn authorize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prepare an authorised request");
    let headers = HeaderMap::new();
    let answer = Answer::new(StatusCode::OK, &headers, BODY);
    let response = token::read(&answer, &Quirks::default()).unwrap().response;
    let tokens = TokenSet::new(response, None, NOW);
    group.bench_function("tripod", |bencher| {
        bencher.iter(|| {
            let header = black_box(&tokens).access_token(NOW).unwrap().to_header();
            prepared(header.expose())
        });
    });
    let tokens: BasicTokenResponse = serde_json::from_slice(BODY).unwrap();
    group.bench_function("oauth2", |bencher| {
        bencher.iter(|| {
            let token = black_box(&tokens).access_token().secret();
            prepared(&format!("Bearer {token}"))
        });
    });
    group.finish();
}

fn prepared(authorization: &str) -> Request<()> {
    let mut header = HeaderValue::from_str(authorization).unwrap();
    header.set_sensitive(true);
    Request::get("https://api.example/me")
        .header(AUTHORIZATION, header)
        .body(())
        .unwrap()
}

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
    token.scope = Some(Scope::parse("read write").unwrap());
    token
}

criterion_group!(benches, read, authorize, verify, sign);
criterion_main!(benches);
