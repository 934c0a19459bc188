#![no_main]
//! Nothing that comes from without is accepted: the secrets are drawn when the process starts.

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::signature_method::{RsaPublicKey, SignatureMethod, VerifyingKey};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::refusal::Disclosure;
use tripod_oauth1::verifier::{Client, Verifier};

static SECRETS: LazyLock<[Secret; 2]> =
    LazyLock::new(|| [(); 2].map(|()| tripod_fuzz::unguessable()));

static KEYS: LazyLock<Vec<std::sync::Arc<dyn VerifyingKey>>> = LazyLock::new(|| {
    let pem = include_str!("../../vectors/oauth1/keys/rsa-2048.public.pem");
    let key = RsaPublicKey::from_pem(pem).expect("a key");
    let keys = SignatureMethod::KNOWN
        .into_iter()
        .filter_map(|method| key.with_method(method).ok());
    keys.map(|key| std::sync::Arc::new(key) as _).collect()
});

fuzz_target!(|octets: &[u8]| {
    let Some(request) = tripod_fuzz::request(octets) else {
        return;
    };
    let Ok(signed) = SignedRequest::parse(&request) else {
        return;
    };
    // Whatever the timestamp, it gets past that check; elsewhere the fuzzer would be stuck.
    let now = signed
        .stamp()
        .map_or(Timestamp::from_unix(137_131_200), |(timestamp, _)| {
            timestamp
        });
    let origin = "https://photos.example.net".parse().expect("an origin");
    let verifier = Verifier::new(origin);
    let [client_secret, token_secret] = &*SECRETS;
    let client = Client::new(&SignatureMethod::KNOWN)
        .with_secret(client_secret)
        .with_keys(&KEYS);
    for client in [None, Some(&client)] {
        for token_secret in [None, Some(token_secret)] {
            match verifier.verify(&signed, client, token_secret, now) {
                Ok(_) => panic!("accepted"),
                Err(refusal) => {
                    let _ = refusal.problem(Disclosure::Full).to_header("Photos");
                    assert!(refusal.status(Disclosure::Guarded).is_client_error());
                }
            }
        }
    }
});
