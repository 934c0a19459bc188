#![no_main]
//! Any request can be taken apart or is refused, in header, query and body.

use libfuzzer_sys::fuzz_target;
use tripod_core::percent;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::temporary_credentials::TemporaryCredentialsRequest;
use tripod_oauth1::token_credentials::TokenCredentialsRequest;
use tripod_oauth1::refusal::Disclosure;
use tripod_oauth1::verifier::Verifier;

fuzz_target!(|octets: &[u8]| {
    let Some(request) = tripod_fuzz::request(octets) else {
        return;
    };
    let signed = match SignedRequest::parse(&request) {
        Ok(signed) => signed,
        Err(refusal) => {
            for disclosure in [Disclosure::Full, Disclosure::Guarded] {
                assert!(refusal.status(disclosure).is_client_error());
                let header = refusal.problem(disclosure).to_header("Photos");
                assert!(http::HeaderValue::from_str(&header).is_ok(), "{header}");
            }
            return;
        }
    };
    assert!(!signed.consumer_key().is_empty());
    assert!(signed.token().is_none_or(|token| !token.is_empty()));
    assert_eq!(signed.parameter("oauth_signature"), None);
    let _ = (
        signed.stamp(),
        signed.realm(),
        signed.placement(),
        signed.signature_method(),
    );
    let _ = TemporaryCredentialsRequest::parse(&signed);
    let _ = TokenCredentialsRequest::parse(&signed);

    let origin = "https://photos.example.net".parse().expect("an origin");
    let base_string = Verifier::new(origin).base_string(&signed);
    let sortable = |parameter: &tripod_oauth1::base_string::Parameter| {
        (parameter.name.clone(), parameter.value.clone())
    };
    assert!(base_string.parameters.is_sorted_by_key(sortable));
    for parameter in &base_string.parameters {
        assert_ne!(parameter.name, "oauth_signature");
        assert!(parameter.source.is_some());
        for text in [&parameter.name, &parameter.value] {
            let decoded = percent::decode(text).expect("sound escapes");
            assert_eq!(percent::encode(decoded), *text);
        }
    }
});
