//! What an independent implementation writes is read as it was meant.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::{PresentedRequest, Prompt};
use tripod_oauth2::challenge::Challenge;
use tripod_oauth2::client_authentication::ClientAuthentication;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::introspection::IntrospectionRequest;
use tripod_oauth2::pkce::{CodeChallenge, CodeVerifier};
use tripod_oauth2::revocation::{RevocationRequest, TokenTypeHint};
use tripod_oauth2::token::{Grant, TokenRequest};

fn messages() -> Value {
    serde_json::from_str(include_str!(
        "../../../vectors/oauth2/interop/authlib-1.9.9/messages.json"
    ))
    .unwrap()
}

fn parameters(form: &Value) -> Parameters {
    Parameters::parse(form.as_str().unwrap().as_bytes()).unwrap()
}

fn authentication(request: &Value) -> ClientAuthentication {
    let mut headers = HeaderMap::new();
    if let Some(value) = request["authorization"].as_str() {
        headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    }
    ClientAuthentication::parse(&headers, &parameters(&request["body"]))
        .unwrap()
        .unwrap()
}

#[test]
fn an_authorization_uri_is_read() {
    let messages = messages();
    let (_, query) = messages["authorization_uri"]
        .as_str()
        .unwrap()
        .split_once('?')
        .unwrap();
    let presented = PresentedRequest::parse(&Parameters::parse(query.as_bytes()).unwrap()).unwrap();
    let PresentedRequest::Parameters(request) = presented else {
        panic!("{presented:?}")
    };
    assert_eq!(
        request.redirect_uri.as_deref(),
        Some("https://client.example.org/cb?x=1")
    );
    assert_eq!(request.scope.unwrap().to_string(), "openid read:all");
    assert_eq!(request.state.unwrap().expose(), "st&=ate +");
    assert_eq!(request.nonce.unwrap().expose(), "n-0S6");
    assert_eq!(request.prompt, [Prompt::Consent]);
    assert_eq!(request.resource[0].as_str(), "https://api.example.com/");
    assert_eq!(request.extra.iter().collect::<Vec<_>>(), [("tenant", "1")]);
    let token = TokenRequest::parse(&parameters(&messages["basic"]["body"])).unwrap();
    let Grant::AuthorizationCode(grant) = token.grant else {
        panic!("{token:?}")
    };
    assert_eq!(grant.code.expose(), "c+o/de=");
    assert_eq!(
        request
            .code_challenge
            .unwrap()
            .verify(&grant.code_verifier.unwrap()),
        Ok(())
    );
}

#[test]
fn token_requests_are_read_with_what_authenticates_the_client() {
    let messages = messages();
    for name in ["basic", "post"] {
        let client = authentication(&messages[name]);
        assert_eq!(
            client.verify_secret(&"p+q%2F=r &:".into()),
            Ok(()),
            "{name}"
        );
        assert!(
            client.verify_secret(&"p+q%2F=r &".into()).is_err(),
            "{name}"
        );
    }
    assert_eq!(
        authentication(&messages["none"]),
        ClientAuthentication::id("public")
    );
    let password = TokenRequest::parse(&parameters(&messages["post"]["body"])).unwrap();
    let Grant::LegacyPassword(grant) = &password.grant else {
        panic!("{password:?}")
    };
    assert_eq!(
        (grant.username.as_str(), grant.password.expose()),
        ("jöhn doe", "pä&ss")
    );
    assert!(password.extra.is_empty());
    let refresh = TokenRequest::parse(&parameters(&messages["none"]["body"])).unwrap();
    let Grant::RefreshToken(grant) = &refresh.grant else {
        panic!("{refresh:?}")
    };
    assert_eq!(grant.refresh_token.expose(), "r+/=");
}

#[test]
fn revocation_and_introspection_are_read() {
    let messages = messages();
    let revocation = RevocationRequest::parse(&parameters(&messages["revoke"]["body"])).unwrap();
    assert_eq!(revocation.token.expose(), "t+/=");
    assert_eq!(
        revocation.token_type_hint,
        Some(TokenTypeHint::RefreshToken)
    );
    let introspection =
        IntrospectionRequest::parse(&parameters(&messages["introspect"]["body"])).unwrap();
    assert_eq!(introspection.token.expose(), "t+/=");
    assert_eq!(
        authentication(&messages["introspect"]).verify_secret(&"secret".into()),
        Ok(())
    );
}

#[test]
fn challenges_of_verifiers_are_the_same() {
    for pair in messages()["pkce"].as_array().unwrap() {
        let (verifier, challenge) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        let made = CodeVerifier::new(verifier).unwrap().challenge();
        assert_eq!(
            CodeChallenge::parse(challenge, Some("S256")),
            Ok(made),
            "{verifier}"
        );
    }
}

#[test]
fn challenges_of_resources_are_read() {
    for header in messages()["challenges"].as_array().unwrap() {
        let challenges = Challenge::parse(header.as_str().unwrap()).unwrap();
        assert_eq!(challenges[0].error, Some(ErrorCode::InvalidToken));
        assert!(challenges[0].error_description.is_some());
    }
}
