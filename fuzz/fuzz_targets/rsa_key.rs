#![no_main]
//! What is read as an RSA key can be used as one: its public half accepts what it signs.

use std::sync::Arc;

use http::Request;
use libfuzzer_sys::fuzz_target;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::signature_method::SignatureMethod::{self, RsaSha1, RsaSha256};
use tripod_oauth1::signature_method::{RsaPrivateKey, RsaPublicKey, VerifyingKey};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::verifier::{Client, Verifier};

fuzz_target!(|octets: &[u8]| {
    let text = str::from_utf8(octets).ok();
    let sound = text.is_some_and(|pem| RsaPrivateKey::from_pem(&Secret::from(pem)).is_ok());
    let short = |pem| RsaPrivateKey::dangerous_short_from_pem(&Secret::from(pem)).ok();
    let private = text.and_then(short);
    assert!(private.is_some() || !sound);
    if let Some(key) = private.or_else(|| RsaPrivateKey::dangerous_short_from_der(octets).ok()) {
        for method in [RsaSha1, RsaSha256] {
            sign_and_verify(&key, method);
        }
    }
    let public = text.and_then(|pem| RsaPublicKey::from_pem(pem).ok());
    if let Some(key) = public.or_else(|| RsaPublicKey::from_der(octets).ok()) {
        // A modulus that is even, for one, shows only here.
        let _ = key.with_method(RsaSha256);
        let _ = format!("{key:?}");
    }
});

fn sign_and_verify(key: &RsaPrivateKey, method: SignatureMethod) {
    let mut request = Request::get("https://example.com/")
        .body(vec![])
        .expect("a request");
    let now = Timestamp::from_unix(137_131_200);
    let stamp = Stamp::with_nonce(now, "7d8f3e4a");
    let mut random = |octets: &mut [u8]| octets.fill(7);
    let signing = key.with_method(method.clone()).expect("a method of RSA");
    let signer = Signer::with_rsa(signing, "dpf43f3p2l4k3l03", None);
    let Ok(signed) = signer.sign(&request, &stamp, &mut random) else {
        return;
    };
    signed.apply(&mut request);

    let verifying = key
        .public_key()
        .with_method(method.clone())
        .expect("a public half");
    let keys = [Arc::new(verifying) as Arc<dyn VerifyingKey>];
    let signed = SignedRequest::parse(&request).expect("a signed request");
    let verifier = Verifier::new("https://example.com".parse().expect("an origin"));
    let methods = [method];
    let client = Client::new(&methods).with_keys(&keys);
    let verified = verifier.verify(&signed, Some(&client), None, now);
    verified.map(drop).expect("the signature of the same key");
}
