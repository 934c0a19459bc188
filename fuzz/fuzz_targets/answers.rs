#![no_main]
//! Credentials that an answer grants survive being granted again.

use http::Response;
use libfuzzer_sys::fuzz_target;
use tripod_oauth1::temporary_credentials::TemporaryCredentialsResponse;
use tripod_oauth1::token_credentials::{PasswordRequest, TokenCredentialsResponse};

fuzz_target!(|octets: &[u8]| {
    if let Ok(form) = tripod_core::parameters::Parameters::parse(octets)
        && let Ok(request) = PasswordRequest::parse(&form)
    {
        assert_eq!(
            PasswordRequest::parse(&request.to_parameters()),
            Ok(request)
        );
    }
    let Some(answer) = tripod_fuzz::response(octets) else {
        return;
    };
    let again = |form: String| Response::new(form.into_bytes());
    let confirmed = TemporaryCredentialsResponse::parse(&answer);
    if let Ok(granted) = TemporaryCredentialsResponse::dangerous_parse_unconfirmed(&answer) {
        assert!(answer.status().is_success());
        assert!(confirmed.is_err() || confirmed.as_ref() == Ok(&granted));
        let written = again(granted.to_parameters().to_form());
        assert_eq!(TemporaryCredentialsResponse::parse(&written), Ok(granted));
    } else {
        assert!(confirmed.is_err());
    }
    if let Ok(granted) = TokenCredentialsResponse::parse(&answer) {
        let written = again(granted.to_parameters().to_form());
        assert_eq!(TokenCredentialsResponse::parse(&written), Ok(granted));
    }
});
