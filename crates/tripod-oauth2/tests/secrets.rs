//! No public type prints a secret that it holds.

use std::fmt::Debug;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::answer::{Answer, Excerpt};
use tripod_oauth2::authorization::{
    Addressee, AuthorizationRequest, AuthorizationResponse, Expected, Granted, ImplicitToken,
    PresentedRequest, ResponseMode, ResponseType,
};
use tripod_oauth2::authorization_details::AuthorizationDetail;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::challenge::{Challenge, Scheme};
use tripod_oauth2::client_authentication::{
    BasicCredentials, ClientAssertion, ClientAuthentication,
};
use tripod_oauth2::device::{
    DeviceAuthorizationRequest, DeviceAuthorizationResponse, Polling, UserCode,
};
use tripod_oauth2::error::{ErrorCode, ErrorResponse};
use tripod_oauth2::introspection::{ActiveToken, IntrospectionRequest, IntrospectionResponse};
use tripod_oauth2::json::Members;
use tripod_oauth2::pkce::CodeVerifier;
use tripod_oauth2::pushed::{PushedRequest, PushedResponse};
use tripod_oauth2::redirect_uri::{RedirectUri, VerifiedRedirect};
use tripod_oauth2::registration::{
    ClientInformation, ClientMetadata, ClientUpdate, Management, RegistrationRequest,
};
use tripod_oauth2::revocation::RevocationRequest;
use tripod_oauth2::token::{
    self, Actor, AuthorizationCodeGrant, DeviceCodeGrant, ExtensionGrant, Grant, GrantType,
    JwtBearerGrant, LegacyPasswordGrant, Quirks, RefreshTokenGrant, TokenExchangeGrant,
    TokenRequest, TokenResponse, TokenType, TokenTypeIdentifier,
};
use tripod_oauth2::token_set::TokenSet;

/// Looks like nothing that stands in a message, and is long enough for a verifier.
const SENTINEL: &str = "SENTINEL-SENTINEL-SENTINEL-SENTINEL-SENTINEL";

fn secret() -> Secret {
    SENTINEL.into()
}

fn members() -> Members {
    let mut members = Members::new();
    members.put("x", SENTINEL);
    members
}

fn parameters() -> Parameters {
    Parameters::new().with("x", SENTINEL)
}

#[track_caller]
fn assert_hidden(value: &impl Debug) {
    let printed = format!("{value:?} {value:#?}");
    assert!(!printed.contains("SENTINEL"), "{printed}");
    assert!(!printed.contains("U0VOVElORUw"), "in base64: {printed}");
}

#[test]
fn token_messages_hide_their_secrets() {
    let mut code = AuthorizationCodeGrant::new(secret());
    code.code_verifier = Some(secret());
    let mut exchange = TokenExchangeGrant::new(secret(), TokenTypeIdentifier::Jwt);
    exchange.actor = Some(Actor::new(secret(), TokenTypeIdentifier::Jwt));
    let grants: [Grant; 7] = [
        code.into(),
        exchange.into(),
        DeviceCodeGrant::new(secret()).into(),
        ExtensionGrant::new(GrantType::Saml2Bearer).into(),
        JwtBearerGrant::new(secret()).into(),
        LegacyPasswordGrant::new("johndoe", secret()).into(),
        RefreshTokenGrant::new(secret()).into(),
    ];
    for grant in grants {
        let mut request = TokenRequest::new(grant);
        request.extra = parameters();
        assert_hidden(&request);
        assert_hidden(&request.encode());
    }
    let mut response = TokenResponse::new(secret(), TokenType::Bearer);
    response.refresh_token = Some(secret());
    response.id_token = Some(secret());
    response.extra = members();
    assert_hidden(&response);
    assert_hidden(&response.encode());
    let tokens = TokenSet::new(response, None, Timestamp::from_unix(0));
    assert_hidden(&tokens);
    assert_hidden(&tokens.to_json());
    assert_hidden(&AccessToken::bearer(secret()).unwrap());
    assert_hidden(&AccessToken::dpop(secret()).unwrap().to_header());
}

#[test]
fn answers_and_errors_hide_what_was_answered() {
    let mut headers = HeaderMap::new();
    headers.insert(header::SET_COOKIE, HeaderValue::from_static(SENTINEL));
    headers.insert(header::LOCATION, HeaderValue::from_static(SENTINEL));
    for body in [
        format!(r#"{{"access_token":"{SENTINEL}","token_type":"Bearer","x":"{SENTINEL}"}}"#),
        format!(r#"{{"access_token":"{SENTINEL}"#),
        format!(r#"{{"refresh_token":"{SENTINEL}"}}"#),
        format!(r#"{{"error":"invalid_grant","access_token":"{SENTINEL}"}}"#),
        format!(r#"{{"error":{{"type":"a","token":"{SENTINEL}"}}}}"#),
        format!("access_token={SENTINEL}&token_type=a&scope=%22"),
        SENTINEL.to_owned(),
    ] {
        let answer = Answer::new(StatusCode::OK, &headers, body.as_bytes());
        assert_hidden(&answer);
        assert_hidden(&Excerpt::new(&answer));
        match token::read(&answer, &Quirks::default()) {
            Ok(reading) => assert_hidden(&reading),
            Err(error) => {
                assert_hidden(&error);
                assert!(!error.to_string().contains("SENTINEL"), "{error}");
            }
        }
    }
    let mut error = ErrorResponse::new(ErrorCode::InvalidGrant);
    error.extra = members();
    assert_hidden(&error);
}

#[test]
fn authorization_messages_hide_their_secrets() {
    let mut request = AuthorizationRequest::new(ResponseType::code(), "client");
    request.state = Some(secret());
    request.nonce = Some(secret());
    request.id_token_hint = Some(secret());
    request.code_challenge = Some(
        CodeVerifier::new(secret())
            .unwrap()
            .dangerous_plain_challenge(),
    );
    request.claims = Some(members());
    request.extra = parameters();
    assert_hidden(&request);
    assert_hidden(&Addressee::parse(&request.encode()).unwrap());
    assert_hidden(&PushedRequest::from(request.clone()));
    assert_hidden(&PresentedRequest::Parameters(Box::new(request)));
    let urn = format!("urn:{SENTINEL}");
    for (name, value) in [("request", SENTINEL), ("request_uri", &urn)] {
        let presented = Parameters::new()
            .with("client_id", "client")
            .with(name, value);
        assert_hidden(&PresentedRequest::parse(&presented).unwrap());
    }
    let mut granted = Granted::code(secret());
    granted.id_token = Some(secret());
    granted.token = Some(ImplicitToken::new(secret(), TokenType::Bearer));
    let mut response = AuthorizationResponse::granted(granted);
    response.state = Some(secret());
    response.extra = parameters();
    assert_hidden(&response);
    let registered = [RedirectUri::parse("https://client.example/cb").unwrap()];
    let redirect = VerifiedRedirect::verify(None, &registered).unwrap();
    for mode in [ResponseMode::Fragment, ResponseMode::FormPost] {
        assert_hidden(&redirect.redirect(&response, &mode).unwrap());
    }
    let mut expected = Expected::new(ResponseType::code());
    expected.state = Some(secret());
    assert_hidden(&expected);
    assert_hidden(&CodeVerifier::new(secret()).unwrap());
    let mut detail = AuthorizationDetail::new("payment");
    detail.extra = members();
    assert_hidden(&detail);
}

#[test]
fn what_authenticates_a_client_is_hidden() {
    let mut assertion = ClientAssertion::jwt(secret());
    assertion.client_id = Some("client".to_owned());
    for authentication in [
        ClientAuthentication::Assertion(assertion),
        ClientAuthentication::post("client", secret()),
        BasicCredentials::new("client", &secret()).into(),
        BasicCredentials::raw("client", &secret()).unwrap().into(),
    ] {
        assert_hidden(&authentication);
        assert_hidden(&authentication.encode());
    }
    let mut information = ClientInformation::new("client", ClientMetadata::new());
    information.client_secret = Some(secret());
    information.management = Some(Management::new("https://server.example/", secret()));
    information.metadata.extra = members();
    assert_hidden(&information);
    assert_hidden(&ClientUpdate::new(&information));
    assert_hidden(&RegistrationRequest::new(information.metadata));
}

#[test]
fn the_other_messages_hide_their_secrets() {
    let mut device =
        DeviceAuthorizationResponse::new(secret(), secret(), "https://a/", Duration::from_secs(60));
    device.verification_uri_complete = Some(secret());
    device.extra = members();
    assert_hidden(&device);
    assert_hidden(&Polling::new(&device, Timestamp::from_unix(0)));
    let mut request = DeviceAuthorizationRequest::new();
    request.extra = parameters();
    assert_hidden(&request);
    let user_code = format!("{:?}", UserCode::parse("WDJB-MJHT").unwrap());
    assert!(!user_code.contains("WDJB"));
    let mut introspection = IntrospectionRequest::new(secret());
    introspection.extra = parameters();
    assert_hidden(&introspection);
    let mut active = ActiveToken::new();
    active.extra = members();
    active.act = Some(members());
    assert_hidden(&IntrospectionResponse::Active(Box::new(active)));
    assert_hidden(&RevocationRequest::new(secret()));
    let pushed = Parameters::new()
        .with("client_id", "client")
        .with("request", SENTINEL);
    assert_hidden(&PushedRequest::parse(&pushed).unwrap());
    let mut answer = members();
    answer.put("request_uri", SENTINEL);
    answer.put("expires_in", 60);
    assert_hidden(&PushedResponse::parse(answer).unwrap());
    let mut challenge = Challenge::new(Scheme::Bearer);
    challenge.extra = parameters();
    assert_hidden(&challenge);
}
