#![no_main]
//! Requests to the token endpoint and its neighbours are written as they were read.

use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_oauth2::device::{DeviceAuthorizationRequest, UserCode};
use tripod_oauth2::introspection::IntrospectionRequest;
use tripod_oauth2::logout::LogoutRequest;
use tripod_oauth2::pkce::{self, CodeChallenge, CodeChallengeMethod};
use tripod_oauth2::revocation::RevocationRequest;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::TokenRequest;
use tripod_oauth2::token_set::TokenSet;

macro_rules! written_as_read {
    ($parameters:expr; $($message:ty),+) => {
        $(if let Ok(message) = <$message>::parse($parameters) {
            assert_eq!(<$message>::parse(&message.encode()), Ok(message));
        })+
    };
}

fuzz_target!(|octets: &[u8]| {
    if let Ok(text) = str::from_utf8(octets) {
        texts(text);
    }
    let Ok(parameters) = Parameters::parse(octets) else {
        return;
    };
    written_as_read!(&parameters;
        DeviceAuthorizationRequest, IntrospectionRequest, LogoutRequest, RevocationRequest,
        TokenRequest
    );
});

fn texts(text: &str) {
    if let Ok(scope) = Scope::parse(text) {
        assert_eq!(Scope::parse(&scope.to_string()), Ok(scope));
    }
    if let Some(code) = UserCode::parse(text) {
        assert_eq!(
            UserCode::parse(code.to_grouped().expose()).as_ref(),
            Some(&code)
        );
    }
    if let Ok(tokens) = TokenSet::from_json(&text.into()) {
        assert_eq!(TokenSet::from_json(&tokens.to_json()), Ok(tokens));
    }
    let Some((challenge, verifier)) = text.split_once(' ') else {
        return;
    };
    for method in [CodeChallengeMethod::Plain, CodeChallengeMethod::S256] {
        let explained = pkce::explain(challenge, &method, verifier);
        let matches =
            CodeChallenge::parse(challenge, Some(method.as_str())).is_ok_and(|challenge| {
                challenge
                    .dangerous_verify_plain_too(&verifier.into())
                    .is_ok()
            });
        if matches {
            assert!(explained.is_some_and(|explanation| explanation.is_as_due));
        }
    }
}
