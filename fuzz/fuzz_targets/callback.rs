#![no_main]
//! A callback that is accepted can stand in a `Location` header, with the answer appended.

use http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth1::authorization::AuthorizationResponse;
use tripod_oauth1::temporary_credentials::Callback;

fuzz_target!(|text: &str| {
    let Some(callback) = Callback::parse(text) else {
        return;
    };
    assert_eq!(callback.as_str(), text);
    let Callback::Uri(uri) = &callback else {
        assert_eq!(text, "oob");
        return;
    };
    let (token, verifier) = ("a token & more", Secret::from("a code & more"));
    let granted = AuthorizationResponse::Granted {
        token: token.into(),
        verifier: verifier.clone(),
    };
    let denied = AuthorizationResponse::Denied {
        token: token.into(),
    };
    let (granted, denied) = (granted.to_uri(uri), denied.to_uri(uri));
    for answer in [&granted, &denied] {
        assert!(answer.starts_with(uri), "{answer}");
        assert!(HeaderValue::from_str(answer).is_ok(), "{answer}");
    }
    // What the callback says of its own is the client's affair.
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let Ok(own) = Parameters::parse(query.as_bytes()) else {
        return;
    };
    if own
        .iter()
        .any(|(name, _)| name.starts_with("oauth_") || name == "denied")
    {
        return;
    }
    assert_eq!(AuthorizationResponse::parse(&granted, token), Ok(verifier));
    assert!(AuthorizationResponse::parse(&granted, "another").is_err());
    assert!(AuthorizationResponse::parse(&denied, token).is_err());
});
