#![no_main]
//! What is signed is accepted, and shows the verifier the base string that was signed.
//!
//! The first line holds, a character each: method, placement, options. A realm follows them.

use http::Request;
use libfuzzer_sys::fuzz_target;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::{Signed, Signer};
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

const METHODS: [SignatureMethod; 4] = [
    SignatureMethod::HmacSha1,
    SignatureMethod::HmacSha256,
    SignatureMethod::HmacSha512,
    SignatureMethod::Plaintext,
];

fuzz_target!(|octets: &[u8]| {
    let (options, text) = tripod_fuzz::cut(octets, b"\n");
    let [method, placement, flags, realm @ ..] = options else {
        return;
    };
    let Some(mut request) = tripod_fuzz::request(text) else {
        return;
    };
    let Some(origin) = tripod_fuzz::origin(&request) else {
        return;
    };

    let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44 &\u{fc}");
    let token = Credentials::new("nnch734d00sl2jdk+%", "pfkkdhi9sl3r4s00");
    let token = (flags & 1 != 0).then_some(&token);
    let method = &METHODS[usize::from(method % 4)];
    let placements = [Placement::Header, Placement::Query, Placement::Body];
    let placement = placements[usize::from(placement % 3)];
    let mut signer = Signer::with_secrets(method, &client, token)
        .expect("a method of shared secrets")
        .placement(placement)
        .dangerous_exposed_plaintext();
    if flags & 2 != 0 {
        signer = signer.with_body_hash();
    }
    if flags & 4 != 0 {
        signer = signer.without_version();
    }
    let realm = str::from_utf8(realm).unwrap_or_default();
    let realm = (flags & 8 != 0 && placement == Placement::Header).then_some(realm);
    if let Some(realm) = realm {
        let Ok(with_realm) = signer.realm(realm) else {
            return;
        };
        signer = with_realm;
    }
    let parameters: &[_] = if flags & 16 != 0 {
        &[("oauth_callback", "https://a/?b=c d")]
    } else {
        &[]
    };

    let stamp = Stamp::with_nonce(Timestamp::from_unix(137_131_200), "wIjqoxSySbAl&+");
    let mut random = |octets: &mut [u8]| octets.fill(7);
    let Ok(signed) = signer.sign_with(&request, &stamp, parameters, &mut random) else {
        return;
    };
    let base_string = signer
        .base_string(&request, &stamp, parameters)
        .expect("it was signed");
    // Of what the header said before, nothing stays.
    if !matches!(signed, Signed::Header(_)) {
        request.headers_mut().remove("authorization");
    }
    signed.apply(&mut request);
    let accepted = accept(&request, &Verifier::new(origin), &client.secret, token);
    let Some(seen) = accepted else { return };
    assert_eq!(seen.base_string, base_string.to_string());
    assert_eq!(seen.realm.as_deref(), realm);
});

struct Seen {
    base_string: String,
    realm: Option<String>,
}

fn accept(
    request: &Request<Vec<u8>>,
    verifier: &Verifier,
    secret: &Secret,
    token: Option<&Credentials>,
) -> Option<Seen> {
    let signed = match SignedRequest::parse(request) {
        Ok(signed) => signed,
        // The request has parameters of the protocol of its own, or more than anyone needs.
        Err(Refusal::SeveralPlaces { .. } | Refusal::TooLarge { .. }) => return None,
        Err(refusal) => panic!("{refusal}: {request:?}"),
    };
    let client = Client::new(&METHODS).with_secret(secret);
    let verifier = verifier.clone().dangerous_exposed_plaintext();
    let now = Timestamp::from_unix(137_131_200);
    let authentic = verifier.verify(
        &signed,
        Some(&client),
        token.map(|token| &token.secret),
        now,
    );
    let authentic = authentic.unwrap_or_else(|refusal| panic!("{refusal}: {request:?}"));
    let accepted = authentic
        .accept(|_| Claimed::First)
        .expect("a nonce that is new");
    Some(Seen {
        base_string: verifier.base_string(accepted).to_string(),
        realm: accepted.realm().map(|realm| realm.into_owned()),
    })
}
