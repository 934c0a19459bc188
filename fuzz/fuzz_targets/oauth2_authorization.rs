#![no_main]
//! Requests and responses are written as they were read; nobody is sent where nobody registered.
//!
//! The first line is a redirect URI, the second one that is registered; a query follows.

use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::{
    Addressee, AuthorizationRequest, AuthorizationResponse, Expected, PresentedRequest,
    ResponseMode, ResponseType,
};
use tripod_oauth2::pushed::PushedRequest;
use tripod_oauth2::redirect_uri::{RedirectUri, VerifiedRedirect};

fuzz_target!(|text: &str| {
    let (presented, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (registered, query) = rest.split_once('\n').unwrap_or((rest, ""));
    let response = AuthorizationResponse::parse_uri(presented);
    if let Ok(response) = &response {
        let mut expected = Expected::new(ResponseType::code());
        expected.state = Some("a state that no input holds".into());
        assert!(expected.check(response.clone()).is_err());
    }
    redirect(presented, registered, response.ok());

    let Ok(parameters) = Parameters::parse(query.as_bytes()) else {
        return;
    };
    let _ = Addressee::parse(&parameters);
    if let Ok(request) = AuthorizationRequest::parse(&parameters) {
        assert_eq!(AuthorizationRequest::parse(&request.encode()), Ok(request));
    }
    if let Ok(request) = PresentedRequest::parse(&parameters) {
        assert_eq!(PresentedRequest::parse(&request.encode()), Ok(request));
    }
    if let Ok(request) = PushedRequest::parse(&parameters) {
        assert_eq!(PushedRequest::parse(&request.encode()), Ok(request));
    }
    if let Ok(response) = AuthorizationResponse::parse(&parameters) {
        // What RFC 6749 §4.1.2.1 forbids in an error is replaced once, and not again.
        let written = response.encode();
        let again = AuthorizationResponse::parse(&written).expect("what was written can be read");
        assert_eq!(again.encode(), written);
    }
});

fn redirect(presented: &str, registered: &str, response: Option<AuthorizationResponse>) {
    let Ok(registered) = RedirectUri::dangerous_parse(registered) else {
        return;
    };
    assert!(registered.matches(registered.as_str()));
    let Ok(verified) = VerifiedRedirect::verify(Some(presented), &[registered.clone()]) else {
        return;
    };
    assert!(registered.matches(presented));
    assert_eq!(verified.as_str(), presented);
    // RFC 8252 §7.3: nothing but the port of a loopback address may differ.
    if presented != registered.as_str() {
        assert!(presented.starts_with("http://"), "{presented}");
    }
    if let Some(response) = response {
        for mode in [
            ResponseMode::Query,
            ResponseMode::Fragment,
            ResponseMode::FormPost,
        ] {
            let _ = verified.redirect(&response, &mode);
        }
    }
}
