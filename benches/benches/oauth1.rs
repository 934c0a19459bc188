//! Signing and verifying beside the raw MAC and the peer crates.
//!
//! Each sample signs a request anew, with a fresh nonce and the current time, and writes the whole
//! `Authorization` header. `raw` is the MAC alone over a base string of the same length, keyed
//! ahead; `floor` is the same with a fresh nonce and timestamp.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use rand::Rng;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::{RsaPrivateKey, SignatureMethod, VerifyingKey};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

const CLIENT: (&str, &str) = (
    "xvz1evFS4wEEPTGEFPHBog",
    "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
);
const TOKEN: (&str, &str) = (
    "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
);
const URI: &str = "https://api.example.com/1.1/photos.json?file=vacation.jpg&size=original";

fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix(now.as_secs() as i64)
}

fn random(octets: &mut [u8]) {
    rand::rng().fill_bytes(octets);
}

fn signer(method: &SignatureMethod) -> Signer {
    let client = Credentials::new(CLIENT.0, CLIENT.1);
    let token = Credentials::new(TOKEN.0, TOKEN.1);
    Signer::with_secrets(method, &client, Some(&token)).unwrap()
}

fn sign(c: &mut Criterion) {
    let mut group = c.benchmark_group("sign GET with two parameters");
    let request = Request::get(URI).body(Vec::new()).unwrap();
    let hmac_sha1 = signer(&SignatureMethod::HmacSha1);
    let base_string = hmac_sha1
        .base_string(&request, &Stamp::new(now(), &mut random), &[])
        .unwrap();
    let base_string = base_string.to_string();
    let keyed =
        Hmac::<Sha1>::new_from_slice(format!("{}&{}", CLIENT.1, TOKEN.1).as_bytes()).unwrap();
    println!("base string: {} octets", base_string.len());

    group.bench_function("raw HMAC-SHA1", |b| {
        b.iter(|| {
            keyed
                .clone()
                .chain_update(black_box(&base_string))
                .finalize()
        });
    });
    group.bench_function("floor: HMAC-SHA1, nonce, timestamp", |b| {
        b.iter(|| {
            let stamp = Stamp::new(now(), &mut random);
            black_box(itoa::Buffer::new().format(stamp.timestamp().as_unix()));
            black_box(stamp.nonce());
            keyed
                .clone()
                .chain_update(black_box(&base_string))
                .finalize()
        });
    });
    group.bench_function("tripod HMAC-SHA1", |b| {
        b.iter(|| {
            let stamp = Stamp::new(now(), &mut random);
            hmac_sha1
                .sign(black_box(&request), &stamp, &mut random)
                .unwrap()
        });
    });
    group.bench_function("oauth1-request HMAC-SHA1", |b| {
        let token = oauth1_request::Token::from_parts(CLIENT.0, CLIENT.1, TOKEN.0, TOKEN.1);
        let parameters =
            oauth1_request::ParameterList::new([("file", "vacation.jpg"), ("size", "original")]);
        let uri = URI.split_once('?').unwrap().0;
        // With `oauth_version`, as ours: what is compared is of the same length.
        b.iter(|| {
            let mut builder =
                oauth1_request::Builder::with_token(token.as_ref(), oauth1_request::HMAC_SHA1);
            builder.version(true).get(black_box(uri), &parameters)
        });
    });
    group.bench_function("oauth-1a HMAC-SHA1", |b| {
        let key = oauth_1a::SigningKey::with_token(
            oauth_1a::ClientSecret(CLIENT.1.to_owned()),
            oauth_1a::TokenSecret(TOKEN.1.to_owned()),
        );
        let uri: http_types::Url = URI.split_once('?').unwrap().0.parse().unwrap();
        b.iter(|| {
            let data = oauth_1a::OAuthData {
                client_id: oauth_1a::ClientId(CLIENT.0.to_owned()),
                token: Some(oauth_1a::Token(TOKEN.0.to_owned())),
                signature_method: oauth_1a::SignatureMethod::HmacSha1,
                nonce: oauth_1a::Nonce::generate(),
            };
            let parameters = [("file", "vacation.jpg"), ("size", "original")];
            let parameters: BTreeMap<_, _> = parameters
                .into_iter()
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .collect();
            let request = oauth_1a::SignableRequest::new(
                http_types::Method::Get,
                black_box(&uri).clone(),
                parameters,
            );
            data.authorization(request, oauth_1a::AuthorizationType::Request, &key)
        });
    });
    group.finish();
}

fn sign_by_method(c: &mut Criterion) {
    let mut group = c.benchmark_group("sign by method");
    let request = Request::get(URI).body(Vec::new()).unwrap();
    let base_string = signer(&SignatureMethod::HmacSha256)
        .base_string(&request, &Stamp::new(now(), &mut random), &[])
        .unwrap()
        .to_string();
    let key = format!("{}&{}", CLIENT.1, TOKEN.1);
    let sha256 = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    group.bench_function("floor: HMAC-SHA256, nonce, timestamp", |b| {
        b.iter(|| {
            black_box(Stamp::new(now(), &mut random));
            sha256
                .clone()
                .chain_update(black_box(&base_string))
                .finalize()
        });
    });
    let sha512 = Hmac::<Sha512>::new_from_slice(key.as_bytes()).unwrap();
    group.bench_function("floor: HMAC-SHA512, nonce, timestamp", |b| {
        b.iter(|| {
            black_box(Stamp::new(now(), &mut random));
            sha512
                .clone()
                .chain_update(black_box(&base_string))
                .finalize()
        });
    });
    let secrets = [
        SignatureMethod::HmacSha256,
        SignatureMethod::HmacSha512,
        SignatureMethod::Plaintext,
    ];
    let rsa = [
        SignatureMethod::RsaSha1,
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha512,
    ];
    let rsa = rsa.map(|method| {
        Signer::with_rsa(
            rsa_key().with_method(method.clone()).unwrap(),
            CLIENT.0,
            Some(TOKEN.0),
        )
    });
    let names = secrets.iter().map(ToString::to_string);
    let names = names.chain(["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"].map(str::to_owned));
    for (name, signer) in names.zip(secrets.iter().map(signer).chain(rsa)) {
        group.bench_function(format!("tripod {name}"), |b| {
            b.iter(|| {
                let stamp = Stamp::new(now(), &mut random);
                signer
                    .sign(black_box(&request), &stamp, &mut random)
                    .unwrap()
            });
        });
    }
    group.finish();
}

fn verify(c: &mut Criterion) {
    let mut group = c.benchmark_group("verify GET with two parameters");
    let (secret, token_secret) = (Secret::from(CLIENT.1), Secret::from(TOKEN.1));
    let verifier = Verifier::new("https://api.example.com".parse().unwrap());
    for method in SignatureMethod::KNOWN {
        let rsa = rsa_key().with_method(method.clone()).ok();
        let public = rsa_key().public_key().with_method(method.clone()).ok();
        let signer = match rsa {
            Some(key) => Signer::with_rsa(key, CLIENT.0, Some(TOKEN.0)),
            None => signer(&method),
        };
        let mut request = Request::get(URI).body(Vec::new()).unwrap();
        let signed = signer.sign(&request, &Stamp::new(now(), &mut random), &mut random);
        signed.unwrap().apply(&mut request);
        let keys: Vec<_> = public
            .map(|key| Arc::new(key) as Arc<dyn VerifyingKey>)
            .into_iter()
            .collect();
        let methods = [method.clone()];
        let client = Client::new(&methods).with_secret(&secret).with_keys(&keys);
        group.bench_function(format!("tripod {method}"), |b| {
            b.iter(|| {
                let signed = SignedRequest::parse(black_box(&request)).unwrap();
                let authentic = verifier.verify(&signed, Some(&client), Some(&token_secret), now());
                authentic
                    .unwrap()
                    .accept(|_| Claimed::First)
                    .unwrap()
                    .token()
                    .is_some()
            });
        });
    }
    group.finish();
}

fn rsa_key() -> RsaPrivateKey {
    let pem = include_str!("../../vectors/oauth1/keys/rsa-2048.pem");
    RsaPrivateKey::from_pem(&Secret::from(pem)).unwrap()
}

criterion_group!(benches, sign, sign_by_method, verify);
criterion_main!(benches);
