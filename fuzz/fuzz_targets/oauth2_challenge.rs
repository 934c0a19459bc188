#![no_main]
//! Challenges are written as they were read, and a token stands in one place.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::challenge::Challenge;
use tripod_oauth2::dpop::nonce::Nonce;

fuzz_target!(|octets: &[u8]| {
    if let Ok(value) = HeaderValue::from_bytes(octets) {
        let headers = HeaderMap::from_iter([(WWW_AUTHENTICATE, value)]);
        for challenge in Challenge::read(&headers).unwrap_or_default() {
            let written = challenge.encode();
            let again = Challenge::parse(&written).expect("what was written can be read");
            // What RFC 6750 §3 forbids in an error is replaced once, and not again.
            assert_eq!(again.len(), 1, "{written}");
            assert_eq!(again[0].encode(), written);
            assert!(challenge.status().is_client_error());
        }
    }
    if let Ok(text) = str::from_utf8(octets)
        && let Ok(Some(nonce)) = Nonce::parse([text])
    {
        assert!(HeaderValue::from_str(nonce.as_str()).is_ok());
    }
    let Some(request) = tripod_fuzz::request(octets) else {
        return;
    };
    let form = Parameters::parse(request.body()).ok();
    let query = request.uri().query().unwrap_or_default();
    let Ok(query) = Parameters::parse(query.as_bytes()) else {
        return;
    };
    let Ok(Some(token)) = AccessToken::dangerous_read(request.headers(), form.as_ref(), &query)
    else {
        return;
    };
    let header = token.to_header();
    let value = HeaderValue::from_str(header.expose()).expect("a header holds it");
    let headers = HeaderMap::from_iter([(http::header::AUTHORIZATION, value)]);
    let again = AccessToken::read(&headers, None, &Parameters::new());
    assert_eq!(again, Ok(Some(token)));
});
