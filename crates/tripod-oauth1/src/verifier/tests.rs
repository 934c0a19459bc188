use http::{HeaderValue, Request};
use tripod_core::random::Random;

use super::*;
use crate::credentials::Credentials;
use crate::placement::Placement;
use crate::signature_method::{RsaPrivateKey, Signature, SigningFailed, SigningKey};
use crate::signer::Signer;
use crate::stamp::Stamp;

const NOW: Timestamp = Timestamp::from_unix(137_131_200);
const ORIGIN: &str = "https://example.com";
const FORM: &str = "application/x-www-form-urlencoded";

const HMACS: [SignatureMethod; 3] = [
    SignatureMethod::HmacSha1,
    SignatureMethod::HmacSha256,
    SignatureMethod::HmacSha512,
];

fn client() -> Credentials {
    Credentials::new("ck", "cs")
}

fn token() -> Credentials {
    Credentials::new("t", "ts")
}

fn random() -> impl Random {
    |octets: &mut [u8]| octets.fill(0)
}

fn verifier() -> Verifier {
    Verifier::new(ORIGIN.parse().unwrap())
}

fn get() -> Request<Vec<u8>> {
    Request::get("https://example.com/x?a=1")
        .body(Vec::new())
        .unwrap()
}

fn post(content_type: &str, body: &[u8]) -> Request<Vec<u8>> {
    Request::post("https://example.com/x")
        .header("content-type", content_type)
        .body(body.to_vec())
        .unwrap()
}

fn signer(method: &SignatureMethod) -> Signer {
    Signer::with_secrets(method, &client(), Some(&token())).unwrap()
}

fn sign_at(signer: &Signer, mut request: Request<Vec<u8>>, at: Timestamp) -> Request<Vec<u8>> {
    let stamp = Stamp::with_nonce(at, "n");
    let signed = signer.sign(&request, &stamp, &mut random()).unwrap();
    signed.apply(&mut request);
    request
}

fn signed(method: &SignatureMethod, request: Request<Vec<u8>>) -> Request<Vec<u8>> {
    sign_at(&signer(method), request, NOW)
}

/// Signs what a signer would not: the parameters stand in the header, `*` where the signature goes.
fn signed_by_hand(mut request: Request<Vec<u8>>, header: &str) -> Request<Vec<u8>> {
    let set = |request: &mut Request<Vec<u8>>, signature: &str| {
        let header = header.replace('*', &percent::encode(signature));
        let value = HeaderValue::try_from(header).unwrap();
        request.headers_mut().insert("authorization", value);
    };
    set(&mut request, "none");
    let unsigned = request.clone();
    let parsed = SignedRequest::parse(&unsigned).unwrap();
    let method = parsed.signature_method();
    let secret = parsed.token().map(|_| token().secret);
    let key = SharedSecretKey::for_method(method, &client().secret, secret.as_ref()).unwrap();
    let signature = verifier().with_message(&parsed, |message| {
        SigningKey::sign(&key, message, &mut random()).unwrap()
    });
    set(&mut request, signature.expose());
    request
}

fn verify_at(
    verifier: &Verifier,
    request: &Request<Vec<u8>>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let secret = client().secret;
    let client = Client::new(&SignatureMethod::KNOWN).with_secret(&secret);
    let parsed = SignedRequest::parse(request)?;
    let authentic = verifier.verify(&parsed, Some(&client), Some(&token().secret), now)?;
    authentic.accept(|_| Claimed::First).map(|_| ())
}

fn verify(request: &Request<Vec<u8>>) -> Result<(), Refusal> {
    verify_at(&verifier(), request, NOW)
}

/// Verifies with something else known of client and token.
fn verify_as(
    request: &Request<Vec<u8>>,
    client: Option<&Client<'_>>,
    token_secret: Option<&Secret>,
) -> Result<(), Refusal> {
    let parsed = SignedRequest::parse(request)?;
    let authentic = verifier().verify(&parsed, client, token_secret, NOW)?;
    authentic.accept(|_| Claimed::First).map(|_| ())
}

mod timestamps {
    use super::*;

    fn at_offset(offset: i64, tolerance: u64) -> Result<(), Refusal> {
        let request = signed(&SignatureMethod::HmacSha1, get());
        let now = Timestamp::from_unix(NOW.as_unix() + offset);
        let verifier = verifier().tolerance(Duration::from_secs(tolerance));
        verify_at(&verifier, &request, now)
    }

    #[test]
    fn the_window_is_open_to_both_sides_and_its_edges_are_inside() {
        for offset in [-300, -1, 0, 1, 300] {
            assert_eq!(at_offset(offset, 300), Ok(()), "{offset}");
        }
        assert_eq!(at_offset(0, 0), Ok(()));
        assert_eq!(at_offset(i64::MAX / 2, u64::MAX), Ok(()));
    }

    #[test]
    fn a_second_past_either_edge_is_refused_with_what_would_do() {
        for (offset, tolerance) in [(301, 300), (-301, 300), (1, 0), (-1, 0), (1_000_000, 300)] {
            let now = Timestamp::from_unix(NOW.as_unix() + offset);
            let expected = Refusal::TimestampRefused {
                timestamp: NOW,
                first: now.minus(Duration::from_secs(tolerance)),
                last: now.plus(Duration::from_secs(tolerance)),
            };
            assert_eq!(at_offset(offset, tolerance), Err(expected));
        }
    }

    #[test]
    fn a_tolerance_of_300_seconds_is_what_there_is_unless_set() {
        let request = signed(&SignatureMethod::HmacSha1, get());
        let seconds = |seconds| NOW.plus(Duration::from_secs(seconds));
        assert_eq!(verify_at(&verifier(), &request, seconds(300)), Ok(()));
        assert!(verify_at(&verifier(), &request, seconds(301)).is_err());
    }

    #[test]
    fn plaintext_is_held_to_its_timestamp_if_it_brings_one() {
        let request = signed(&SignatureMethod::Plaintext, get());
        let late = NOW.plus(Duration::from_secs(301));
        let refused = verify_at(&verifier(), &request, late);
        assert!(matches!(refused, Err(Refusal::TimestampRefused { .. })));
    }
}

mod credentials {
    use super::*;

    #[test]
    fn an_unknown_client_is_refused_even_by_a_signature_of_the_dummy() {
        let dummy = Credentials::new("ck", DUMMY_SECRET.expose());
        let method = SignatureMethod::HmacSha1;
        let by_dummy = Signer::with_secrets(&method, &dummy, None).unwrap();
        let requests = [
            signed(&SignatureMethod::HmacSha1, get()),
            signed(&SignatureMethod::Plaintext, get()),
            sign_at(&by_dummy, get(), NOW),
        ];
        for request in requests {
            for token_secret in [None, Some(&token().secret)] {
                let refused = verify_as(&request, None, token_secret);
                assert_eq!(refused, Err(Refusal::ConsumerKeyUnknown));
            }
        }
    }

    #[test]
    fn an_unknown_token_is_refused_even_by_a_signature_of_the_dummy() {
        let dummy = Credentials::new("t", DUMMY_SECRET.expose());
        let method = SignatureMethod::HmacSha1;
        let by_dummy = Signer::with_secrets(&method, &client(), Some(&dummy)).unwrap();
        let secret = client().secret;
        let known = Client::new(&SignatureMethod::KNOWN).with_secret(&secret);
        for request in [signed(&method, get()), sign_at(&by_dummy, get(), NOW)] {
            let refused = verify_as(&request, Some(&known), None);
            assert_eq!(refused, Err(Refusal::TokenUnknown));
        }
    }

    #[test]
    fn a_wrong_secret_is_refused() {
        let (good, bad) = (client().secret, Secret::from("wrong"));
        for method in [SignatureMethod::Plaintext].into_iter().chain(HMACS) {
            let request = signed(&method, get());
            for (secret, token_secret) in [(&good, &bad), (&bad, &token().secret)] {
                let client = Client::new(&SignatureMethod::KNOWN).with_secret(secret);
                let refused = verify_as(&request, Some(&client), Some(token_secret));
                assert_eq!(refused, Err(Refusal::SignatureInvalid));
            }
        }
    }

    #[test]
    fn a_method_that_the_client_may_not_use_is_refused() {
        let secret = client().secret;
        for method in [SignatureMethod::Plaintext].into_iter().chain(HMACS) {
            let request = signed(&method, get());
            let mut others = SignatureMethod::KNOWN.to_vec();
            others.retain(|other| *other != method);
            let refused = Err(Refusal::SignatureMethodRejected { method });
            for client in [Client::new(&others), Client::new(&[])] {
                let client = client.with_secret(&secret);
                let found = verify_as(&request, Some(&client), Some(&token().secret));
                assert_eq!(found, refused);
            }
            // Allowed, but without a secret to verify by.
            let client = Client::new(&SignatureMethod::KNOWN);
            let found = verify_as(&request, Some(&client), Some(&token().secret));
            assert_eq!(found, refused);
        }
    }

    #[test]
    fn a_method_that_nobody_knows_is_refused() {
        let header = "OAuth oauth_consumer_key=\"ck\", oauth_signature_method=\"OTHER\", \
                      oauth_nonce=\"n\", oauth_timestamp=\"137131200\", oauth_signature=\"x\"";
        let mut request = get();
        let value = HeaderValue::from_static(header);
        request.headers_mut().insert("authorization", value);
        let method = SignatureMethod::parse("OTHER");
        let refused = Err(Refusal::SignatureMethodRejected { method });
        assert_eq!(verify(&request), refused);
        let allowed = [SignatureMethod::parse("OTHER")];
        let (secret, allowed) = (client().secret, Client::new(&allowed));
        let client = allowed.with_secret(&secret);
        assert_eq!(verify_as(&request, Some(&client), None), refused);
        let unknown = verify_as(&request, None, None);
        assert_eq!(unknown, Err(Refusal::ConsumerKeyUnknown));
    }

    #[test]
    fn an_empty_token_is_none_and_has_no_secret() {
        let header = "OAuth oauth_consumer_key=\"ck\", oauth_token=\"\", \
                      oauth_signature_method=\"HMAC-SHA1\", oauth_nonce=\"n\", \
                      oauth_timestamp=\"137131200\", oauth_signature=\"*\"";
        let request = signed_by_hand(get(), header);
        let secret = client().secret;
        let client = Client::new(&HMACS).with_secret(&secret);
        // Whatever the caller looked up for the empty name takes no part.
        for token_secret in [None, Some(&token().secret)] {
            assert_eq!(verify_as(&request, Some(&client), token_secret), Ok(()));
        }
        let parsed = SignedRequest::parse(&request).unwrap();
        let base_string = verifier().base_string(&parsed).normalized_parameters();
        assert!(base_string.ends_with("&oauth_token="), "{base_string}");
    }

    #[test]
    fn a_token_with_an_empty_secret_is_known() {
        let empty = Credentials::new("t", "");
        let method = SignatureMethod::HmacSha1;
        let signer = Signer::with_secrets(&method, &client(), Some(&empty)).unwrap();
        let request = sign_at(&signer, get(), NOW);
        let secret = client().secret;
        let known = Client::new(&HMACS).with_secret(&secret);
        assert_eq!(
            verify_as(&request, Some(&known), Some(&empty.secret)),
            Ok(())
        );
        let refused = verify_as(&request, Some(&known), None);
        assert_eq!(refused, Err(Refusal::TokenUnknown));
    }
}

mod signatures {
    use super::*;

    const KEY: &str = include_str!("../../../../vectors/oauth1/keys/rsa-2048.pem");
    const RSA: [SignatureMethod; 3] = [
        SignatureMethod::RsaSha1,
        SignatureMethod::RsaSha256,
        SignatureMethod::RsaSha512,
    ];

    fn keys(methods: &[SignatureMethod]) -> Vec<Arc<dyn VerifyingKey>> {
        let public = RsaPrivateKey::from_pem(&Secret::from(KEY))
            .unwrap()
            .public_key();
        methods
            .iter()
            .map(|method| public.with_method(method.clone()).unwrap())
            .map(|key| Arc::new(key) as Arc<dyn VerifyingKey>)
            .collect()
    }

    fn with_signature(method: &SignatureMethod, signature: &str) -> Request<Vec<u8>> {
        let mut request = get();
        let header = format!(
            "OAuth oauth_consumer_key=\"ck\", oauth_signature_method=\"{method}\", \
             oauth_nonce=\"n\", oauth_timestamp=\"137131200\", oauth_signature=\"{signature}\""
        );
        let value = HeaderValue::try_from(header).unwrap();
        request.headers_mut().insert("authorization", value);
        request
    }

    const WRONG: [&str; 9] = [
        "x",
        "%25",
        "%00",
        "%FF%FE",
        "a%20b",
        "AAAA",
        "%3D%3D%3D%3D",
        "AA%3D",
        "AAA",
    ];

    #[test]
    fn a_signature_that_is_none_is_refused() {
        for method in [SignatureMethod::Plaintext].into_iter().chain(HMACS) {
            for signature in WRONG {
                let refused = verify(&with_signature(&method, signature));
                assert_eq!(
                    refused,
                    Err(Refusal::SignatureInvalid),
                    "{method} {signature}"
                );
            }
        }
    }

    #[test]
    fn an_rsa_signature_that_is_no_base64_or_too_short_is_refused() {
        let keys = keys(&RSA);
        let client = Client::new(&RSA).with_keys(&keys);
        for method in RSA {
            for signature in WRONG {
                let request = with_signature(&method, signature);
                let refused = verify_as(&request, Some(&client), None);
                assert_eq!(
                    refused,
                    Err(Refusal::SignatureInvalid),
                    "{method} {signature}"
                );
            }
        }
    }

    #[test]
    fn an_rsa_client_without_a_key_for_the_method_is_refused() {
        for method in RSA {
            let request = with_signature(&method, "AAAA");
            let mut others = RSA.to_vec();
            others.retain(|other| *other != method);
            let (keys, secret) = (keys(&others), client().secret);
            let client = Client::new(&RSA).with_keys(&keys).with_secret(&secret);
            let refused = Err(Refusal::SignatureMethodRejected { method });
            assert_eq!(verify_as(&request, Some(&client), None), refused);
            let unknown = verify_as(&request, None, None);
            assert_eq!(unknown, Err(Refusal::ConsumerKeyUnknown));
        }
    }

    #[test]
    fn there_is_a_dummy_key_for_every_rsa_method() {
        for method in RSA {
            assert!(dummy_key(&method).is_some(), "{method}");
        }
    }

    #[test]
    fn a_signature_belongs_to_its_method() {
        // The HMAC of another method, under its name.
        for method in HMACS {
            for other in HMACS.into_iter().filter(|other| *other != method) {
                let mut request = signed(&method, get());
                let header = request.headers()["authorization"].to_str().unwrap();
                let header = header.replace(method.as_str(), other.as_str());
                let value = HeaderValue::try_from(header).unwrap();
                request.headers_mut().insert("authorization", value);
                assert_eq!(verify(&request), Err(Refusal::SignatureInvalid));
            }
        }
    }

    /// Signs and verifies by the length of the base string.
    #[derive(Debug)]
    struct Length;

    fn length(message: &Message<'_>) -> String {
        let mut length = 0;
        message.feed(&mut |chunk| length += chunk.len());
        length.to_string()
    }

    impl SigningKey for Length {
        fn signature_method(&self) -> SignatureMethod {
            SignatureMethod::parse("LENGTH")
        }

        fn sign(
            &self,
            message: &Message<'_>,
            _: &mut dyn Random,
        ) -> Result<Signature, SigningFailed> {
            Ok(Signature::from_secret(Secret::new(length(message))))
        }
    }

    impl VerifyingKey for Length {
        fn signature_method(&self) -> SignatureMethod {
            SigningKey::signature_method(self)
        }

        fn verify(&self, message: &Message<'_>, signature: &[u8]) -> bool {
            length(message).as_bytes() == signature
        }
    }

    #[test]
    fn a_method_of_ones_own_is_verified() {
        let signer = Signer::with_key(Arc::new(Length), "ck", None);
        let request = sign_at(&signer, get(), NOW);
        let keys: [Arc<dyn VerifyingKey>; 1] = [Arc::new(Length)];
        let methods = [SigningKey::signature_method(&Length)];
        let client = Client::new(&methods).with_keys(&keys);
        assert_eq!(verify_as(&request, Some(&client), None), Ok(()));
        let mut longer = request;
        *longer.uri_mut() = "https://example.com/xx?a=1".parse().unwrap();
        let refused = verify_as(&longer, Some(&client), None);
        assert_eq!(refused, Err(Refusal::SignatureInvalid));
    }
}

mod body_hashes {
    use super::*;

    fn hashed(method: &SignatureMethod, body: &[u8]) -> Request<Vec<u8>> {
        let signer = signer(method).with_body_hash();
        sign_at(&signer, post("text/plain", body), NOW)
    }

    #[test]
    fn the_body_that_was_hashed_is_accepted_and_no_other() {
        for method in [SignatureMethod::Plaintext].into_iter().chain(HMACS) {
            for body in [b"".as_slice(), b"Hello World!", &[0xFF; 4_096]] {
                let mut request = hashed(&method, body);
                assert_eq!(verify(&request), Ok(()));
                request.body_mut().push(b' ');
                assert_eq!(verify(&request), Err(Refusal::BodyHashMismatch));
                request.body_mut().clear();
                let emptied = if body.is_empty() {
                    Ok(())
                } else {
                    Err(Refusal::BodyHashMismatch)
                };
                assert_eq!(verify(&request), emptied);
            }
        }
    }

    #[test]
    fn a_hash_that_was_changed_with_the_body_breaks_the_signature() {
        let mut request = hashed(&SignatureMethod::HmacSha1, b"one");
        let header = request.headers()["authorization"].to_str().unwrap();
        let hash = |body| percent::encode(body_hash::compute(&SignatureMethod::HmacSha1, body));
        let header = header.replace(&hash(b"one"), &hash(b"two"));
        let value = HeaderValue::try_from(header).unwrap();
        request.headers_mut().insert("authorization", value);
        *request.body_mut() = b"two".to_vec();
        assert_eq!(verify(&request), Err(Refusal::SignatureInvalid));
    }

    fn with_hash(request: Request<Vec<u8>>, method: &str, hash: &str) -> Request<Vec<u8>> {
        let hash = percent::encode(hash);
        let header = format!(
            "OAuth oauth_consumer_key=\"ck\", oauth_signature_method=\"{method}\", \
             oauth_nonce=\"n\", oauth_timestamp=\"137131200\", oauth_body_hash=\"{hash}\", \
             oauth_signature=\"*\""
        );
        signed_by_hand(request, &header)
    }

    #[test]
    fn the_hash_of_a_form_is_refused_even_if_it_is_right() {
        // The extension, §3.2.
        let hash = body_hash::compute(&SignatureMethod::HmacSha1, b"a=1");
        let request = with_hash(post(FORM, b"a=1"), "HMAC-SHA1", &hash);
        assert_eq!(verify(&request), Err(Refusal::BodyHashOfForm));
        let request = with_hash(post("text/plain", b"a=1"), "HMAC-SHA1", &hash);
        assert_eq!(verify(&request), Ok(()));
    }

    #[test]
    fn the_hash_of_another_method_or_none_at_all_is_refused() {
        let body = b"Hello World!";
        for method in HMACS {
            let mut wrong: Vec<_> = HMACS
                .iter()
                .filter(|other| **other != method)
                .map(|other| body_hash::compute(other, body))
                .collect();
            let right = body_hash::compute(&method, body);
            wrong.push(right.trim_end_matches('=').to_owned());
            wrong.push(String::new());
            for hash in wrong {
                let request = with_hash(post("text/plain", body), method.as_str(), &hash);
                assert_eq!(verify(&request), Err(Refusal::BodyHashMismatch), "{hash}");
            }
        }
    }
}

mod nonces {
    use std::cell::Cell;

    use super::*;

    /// The id of the nonce claim and when it may be forgotten.
    fn claim(request: &Request<Vec<u8>>) -> Option<(String, Timestamp)> {
        let parsed = SignedRequest::parse(request).unwrap();
        let claim = verifier().check_stamp(&parsed, NOW).unwrap();
        claim.map(|claim| (claim.id(), claim.expires()))
    }

    fn claim_of(client: &str, token: Option<&str>, at: Timestamp, nonce: &str) -> String {
        let (client, token) = (
            Credentials::new(client, ""),
            token.map(|token| Credentials::new(token, "")),
        );
        let method = SignatureMethod::HmacSha1;
        let signer = Signer::with_secrets(&method, &client, token.as_ref()).unwrap();
        let mut request = get();
        let stamp = Stamp::with_nonce(at, nonce);
        let signed = signer.sign(&request, &stamp, &mut random()).unwrap();
        signed.apply(&mut request);
        claim(&request).unwrap().0
    }

    #[test]
    fn a_claim_differs_by_client_token_timestamp_and_nonce() {
        let later = NOW.plus(Duration::from_secs(1));
        let ids = [
            claim_of("a", Some("b"), NOW, "c"),
            claim_of("x", Some("b"), NOW, "c"),
            claim_of("a", Some("x"), NOW, "c"),
            claim_of("a", Some("b"), later, "c"),
            claim_of("a", Some("b"), NOW, "x"),
            claim_of("a", None, NOW, "c"),
            claim_of("a", None, NOW, "b&c"),
            claim_of("a", Some("b&c"), NOW, "c"),
            claim_of("a&b", None, NOW, "c"),
            claim_of("a&b", Some("c"), NOW, "c"),
            claim_of("a%26b", None, NOW, "c"),
            claim_of("a", Some("%26b"), NOW, "c"),
            claim_of("a", Some("&b"), NOW, "c"),
        ];
        for (index, id) in ids.iter().enumerate() {
            assert!(!ids[..index].contains(id), "{id}");
        }
        assert_eq!(claim_of("a", Some("b"), NOW, "c"), ids[0]);
    }

    #[test]
    fn an_empty_token_claims_as_none() {
        assert_eq!(
            claim_of("a", Some(""), NOW, "c"),
            claim_of("a", None, NOW, "c")
        );
    }

    #[test]
    fn a_claim_may_be_forgotten_when_the_timestamp_itself_is_refused_and_not_before() {
        let request = signed(&SignatureMethod::HmacSha1, get());
        let expires = claim(&request).unwrap().1;
        let last = expires.minus(Duration::from_secs(1));
        assert_eq!(verify_at(&verifier(), &request, last), Ok(()));
        let refused = verify_at(&verifier(), &request, expires);
        assert!(matches!(refused, Err(Refusal::TimestampRefused { .. })));
    }

    #[test]
    fn a_nonce_is_accepted_once() {
        let request = signed(&SignatureMethod::HmacSha1, get());
        let secret = client().secret;
        let client = Client::new(&HMACS).with_secret(&secret);
        let parsed = SignedRequest::parse(&request).unwrap();
        let claims = Cell::new(0);
        let accept = || {
            let token_secret = token().secret;
            let verifier = verifier();
            let authentic = verifier.verify(&parsed, Some(&client), Some(&token_secret), NOW)?;
            authentic.accept(|_| {
                claims.set(claims.get() + 1);
                match claims.get() {
                    1 => Claimed::First,
                    _ => Claimed::Before,
                }
            })
        };
        assert_eq!(accept().map(SignedRequest::consumer_key), Ok("ck"));
        assert_eq!(accept().map(|_| ()), Err(Refusal::NonceUsed));
        assert_eq!(claims.get(), 2);
    }

    #[test]
    fn nothing_is_claimed_when_anything_else_is_wrong() {
        let good = || signed(&SignatureMethod::HmacSha1, get());
        let mut other_uri = good();
        *other_uri.uri_mut() = "/y?a=1".parse().unwrap();
        let mut other_body = sign_at(
            &signer(&SignatureMethod::HmacSha1).with_body_hash(),
            post("text/plain", b"a"),
            NOW,
        );
        *other_body.body_mut() = b"b".to_vec();
        let late = sign_at(
            &signer(&SignatureMethod::HmacSha1),
            get(),
            NOW.minus(Duration::from_secs(301)),
        );
        let mut twice = good();
        *twice.uri_mut() = "/x?a=1&oauth_nonce=n".parse().unwrap();

        let (secret, token_secret) = (client().secret, token().secret);
        let known = Client::new(&HMACS).with_secret(&secret);
        let other = Client::new(&[]).with_secret(&secret);
        let cases = [
            (other_uri, Some(&known), Some(&token_secret)),
            (other_body, Some(&known), Some(&token_secret)),
            (late, Some(&known), Some(&token_secret)),
            (twice, Some(&known), Some(&token_secret)),
            (good(), None, Some(&token_secret)),
            (good(), Some(&known), None),
            (good(), Some(&other), Some(&token_secret)),
            (
                signed(&SignatureMethod::Plaintext, get()),
                Some(&known),
                Some(&secret),
            ),
        ];
        for (request, client, token_secret) in cases {
            let outcome = SignedRequest::parse(&request).and_then(|parsed| {
                let verifier = verifier();
                let authentic = verifier.verify(&parsed, client, token_secret, NOW)?;
                authentic
                    .accept(|claim| panic!("claimed {}", claim.id()))
                    .map(|_| ())
            });
            assert!(outcome.is_err());
        }
    }

    #[test]
    fn plaintext_without_a_stamp_has_nothing_to_claim() {
        let header = "OAuth oauth_consumer_key=\"ck\", oauth_token=\"t\", \
                      oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"*\"";
        let request = signed_by_hand(get(), header);
        assert_eq!(claim(&request), None);
        let secret = client().secret;
        let client = Client::new(&[SignatureMethod::Plaintext]).with_secret(&secret);
        let parsed = SignedRequest::parse(&request).unwrap();
        let verifier = verifier();
        let authentic = verifier.verify(&parsed, Some(&client), Some(&token().secret), NOW);
        let accepted = authentic.unwrap().accept(|_| Claimed::Before);
        assert!(accepted.is_ok());
    }
}

mod origins {
    use super::*;

    fn verify_for(origin: &str, request: &Request<Vec<u8>>) -> Result<(), Refusal> {
        verify_at(&Verifier::new(origin.parse().unwrap()), request, NOW)
    }

    #[test]
    fn plaintext_over_cleartext_is_refused() {
        // RFC 5849 §3.4.4: MUST be used with TLS or the like.
        let request = signed(&SignatureMethod::Plaintext, get());
        let refused = Err(Refusal::PlaintextInCleartext);
        for origin in [
            "http://example.com",
            "http://example.com:443",
            "http://10.0.0.1",
        ] {
            assert_eq!(verify_for(origin, &request), refused, "{origin}");
        }
        for origin in ["https://example.com", "http://localhost:80", "http://[::1]"] {
            assert_eq!(verify_for(origin, &request), Ok(()), "{origin}");
        }
        let cleartext = Verifier::new("http://example.com".parse().unwrap());
        let exposed = cleartext.dangerous_exposed_plaintext();
        assert_eq!(verify_at(&exposed, &request, NOW), Ok(()));
    }

    #[test]
    fn exposed_plaintext_is_still_verified() {
        let request = signed(&SignatureMethod::Plaintext, get());
        let parsed = SignedRequest::parse(&request).unwrap();
        let secret = Secret::from("wrong");
        let client = Client::new(&SignatureMethod::KNOWN).with_secret(&secret);
        let cleartext = Verifier::new("http://example.com".parse().unwrap());
        let exposed = cleartext.dangerous_exposed_plaintext();
        let refused = exposed.verify(&parsed, Some(&client), Some(&token().secret), NOW);
        assert_eq!(refused.map(|_| ()).unwrap_err(), Refusal::SignatureInvalid);
    }

    #[test]
    fn the_origin_is_that_of_the_configuration_whatever_the_request_says() {
        let mut request = signed(&SignatureMethod::HmacSha1, get());
        let uris = [
            "/x?a=1",
            "http://10.0.0.1:8080/x?a=1",
            "https://evil.example/x?a=1",
        ];
        for uri in uris {
            *request.uri_mut() = uri.parse().unwrap();
            for host in ["evil.example", "example.com:8443", "\u{ff}"] {
                let value = HeaderValue::try_from(host).unwrap();
                request.headers_mut().insert("host", value);
                assert_eq!(verify(&request), Ok(()), "{uri} {host}");
            }
        }
        let origins = [
            "http://example.com",
            "https://example.com:8443",
            "https://evil.example",
            "https://www.example.com",
        ];
        for origin in origins {
            let refused = verify_for(origin, &request);
            assert_eq!(refused, Err(Refusal::SignatureInvalid), "{origin}");
        }
        assert_eq!(verify_for("https://EXAMPLE.com:443/y?z", &request), Ok(()));
    }

    #[test]
    fn a_request_signed_for_another_host_is_refused_though_it_names_that_host() {
        let mut elsewhere = get();
        *elsewhere.uri_mut() = "https://evil.example/x?a=1".parse().unwrap();
        let mut request = signed(&SignatureMethod::HmacSha1, elsewhere);
        let host = HeaderValue::from_static("evil.example");
        request.headers_mut().insert("host", host);
        assert_eq!(verify(&request), Err(Refusal::SignatureInvalid));
    }
}

#[test]
fn a_realm_is_not_signed() {
    let signer = signer(&SignatureMethod::HmacSha1).realm("one").unwrap();
    let mut request = sign_at(&signer, get(), NOW);
    let header = request.headers()["authorization"].to_str().unwrap();
    let value = HeaderValue::try_from(header.replace("one", "two")).unwrap();
    request.headers_mut().insert("authorization", value);
    assert_eq!(verify(&request), Ok(()));
}

#[test]
fn every_placement_is_verified() {
    for placement in [Placement::Header, Placement::Body, Placement::Query] {
        for method in HMACS {
            let signer = signer(&method).placement(placement);
            let request = sign_at(&signer, post(FORM, b"b=1&a=+"), NOW);
            assert_eq!(verify(&request), Ok(()));
        }
    }
}
