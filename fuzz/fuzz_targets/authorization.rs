#![no_main]
//! A callback without the token that was sent brings no verification code.

use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_oauth1::authorization::{AuthorizationRequest, AuthorizationResponse};

fuzz_target!(|text: &str| {
    if let Ok(verifier) = AuthorizationResponse::parse(text, "hh5s93j4hdidpola") {
        // A URI with its query, or a query alone, which may hold `?` too.
        let text = text.split('#').next().unwrap_or_default();
        let readings = [text, text.split_once('?').map_or(text, |(_, query)| query)];
        let brings = |query: &str| {
            let parameters = Parameters::parse(query.as_bytes()).ok();
            parameters.is_some_and(|parameters| {
                parameters.single("oauth_token") == Ok(Some("hh5s93j4hdidpola"))
                    && parameters.single("oauth_verifier") == Ok(Some(verifier.expose()))
            })
        };
        assert!(readings.into_iter().any(brings));
        assert!(!verifier.is_empty());
    }
    if let Ok(request) = AuthorizationRequest::parse(text) {
        let uri = request
            .to_uri("https://photos.example.net/authorize")
            .expect("no query");
        let (_, query) = uri.split_once('?').expect("a query");
        assert_eq!(AuthorizationRequest::parse(query), Ok(request));
    }
    let _ = AuthorizationRequest::new("hh5s93j4hdidpola").to_uri(text);
});
