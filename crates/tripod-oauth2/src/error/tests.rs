use proptest::prelude::*;
use tripod_core::parameters::Parameters;

use super::*;
use crate::json::Members;
use crate::token::TokenRequest;

/// The error classes of oauthlib 3.4 that stand for a code on the wire.
const WIRE_CLASSES: [(&str, &str); 30] = [
    ("AccessDeniedError", "access_denied"),
    ("UnsupportedResponseTypeError", "unsupported_response_type"),
    ("InvalidScopeError", "invalid_scope"),
    ("ServerError", "server_error"),
    ("TemporarilyUnavailableError", "temporarily_unavailable"),
    ("InvalidClientError", "invalid_client"),
    ("InvalidGrantError", "invalid_grant"),
    ("UnauthorizedClientError", "unauthorized_client"),
    ("UnsupportedGrantTypeError", "unsupported_grant_type"),
    ("UnsupportedTokenTypeError", "unsupported_token_type"),
    ("InvalidRequestError", "invalid_request"),
    ("InvalidTokenError", "invalid_token"),
    ("InsufficientScopeError", "insufficient_scope"),
    ("ConsentRequired", "consent_required"),
    ("LoginRequired", "login_required"),
    ("rfc8628 AccessDenied", "access_denied"),
    ("AuthorizationPendingError", "authorization_pending"),
    ("SlowDownError", "slow_down"),
    ("ExpiredTokenError", "expired_token"),
    ("OIDC InvalidTokenError", "invalid_token"),
    ("OIDC InsufficientScopeError", "insufficient_scope"),
    ("OIDC ConsentRequired", "consent_required"),
    ("OIDC LoginRequired", "login_required"),
    ("InteractionRequired", "interaction_required"),
    ("AccountSelectionRequired", "account_selection_required"),
    ("InvalidRequestURI", "invalid_request_uri"),
    ("InvalidRequestObject", "invalid_request_object"),
    ("RequestNotSupported", "request_not_supported"),
    ("RequestURINotSupported", "request_uri_not_supported"),
    ("RegistrationNotSupported", "registration_not_supported"),
];

/// Its classes without a meaning of their own: bases of others.
const BASES: [&str; 4] = [
    "OAuth2Error",
    "FatalClientError",
    "OpenIDClientError",
    "FatalOpenIDClientError",
];

/// Its classes for failures that no server names, each with its place here.
fn client_classes() -> [(&'static str, Error); 15] {
    let missing = |parameter| Error::from(Malformed::missing(parameter, ""));
    let not = |parameter, due| Error::from(Malformed::not(parameter, due, ""));
    [
        ("InvalidRequestFatalError", missing("client_id")),
        ("InvalidClientIdError", not("client_id", "printable ASCII")),
        ("MissingClientIdError", missing("client_id")),
        (
            "InvalidRedirectURIError",
            not("redirect_uri", "an absolute URI"),
        ),
        ("MissingRedirectURIError", missing("redirect_uri")),
        ("MismatchingRedirectURIError", Mismatch::RedirectUri.into()),
        ("MissingResponseTypeError", missing("response_type")),
        ("MissingCodeChallengeError", missing("code_challenge")),
        ("MissingCodeVerifierError", missing("code_verifier")),
        (
            "UnsupportedCodeChallengeMethodError",
            Mismatch::CodeChallengeMethod.into(),
        ),
        ("MissingTokenError", missing("access_token")),
        ("MissingCodeError", missing("code")),
        ("MismatchingStateError", Mismatch::State.into()),
        ("InsecureTransportError", Misuse::InsecureTransport.into()),
        ("TokenExpiredError", Misuse::TokenExpired.into()),
    ]
}

#[test]
fn every_error_class_of_oauthlib_has_its_place() {
    for (class, name) in WIRE_CLASSES {
        let code = ErrorCode::from(name);
        assert!(!matches!(code, ErrorCode::Other(_)), "{class}");
        assert_eq!(code.as_str(), name, "{class}");
    }
    // A deviation rather than a failure: an answer without a type is read as `Bearer`.
    let deviations = [("MissingTokenTypeError", Deviation::TokenTypeMissing)];
    let any_other = [(
        "CustomOAuth2Error",
        ErrorCode::from("bad_verification_code"),
    )];
    assert!(matches!(any_other[0].1, ErrorCode::Other(_)));
    let ours = client_classes().len() + deviations.len() + any_other.len();
    assert_eq!(WIRE_CLASSES.len() + BASES.len() + ours, 51);
}

#[test]
fn every_group_says_one_fact() {
    let errors: [(Error, &str); 5] = [
        (
            Malformed::new("client_id", Fault::Repeated, "RFC 6749 §3.1").into(),
            "`client_id` occurs more than once (RFC 6749 §3.1)",
        ),
        (
            Malformed::new("a\nb", Fault::TooLong { limit: 7 }, "RFC 1 §1").into(),
            "`a\\nb` is longer than 7 (RFC 1 §1)",
        ),
        (
            Mismatch::State.into(),
            "the state is not the one that was sent",
        ),
        (
            Misuse::TokenExpired.into(),
            "the access token has expired: refresh the token set first",
        ),
        (
            Error::Refused(Box::new(Refusal::new(
                ErrorResponse::new(ErrorCode::InvalidGrant).with_description("a\u{1b}b"),
            ))),
            "the server refused: invalid_grant (a\\u{1b}b)",
        ),
    ];
    for (error, fact) in errors {
        assert_eq!(error.to_string(), fact);
    }
}

#[test]
fn each_fault_has_the_code_to_answer_it_with() {
    let code = |form: &str| {
        let form = format!("grant_type=client_credentials&{form}");
        let request = TokenRequest::parse(&Parameters::parse(form.as_bytes()).unwrap());
        request.unwrap_err().code()
    };
    assert_eq!(code("resource=a"), ErrorCode::InvalidTarget);
    assert_eq!(code("scope=%22"), ErrorCode::InvalidScope);
    assert_eq!(code("scope=a&scope=a"), ErrorCode::InvalidRequest);
    assert_eq!(code("grant_type=a"), ErrorCode::InvalidRequest);
    for details in ["{}", "[1]", "[{}]", r#"[{"type":"a","actions":1}]"#] {
        let form = format!("authorization_details={details}");
        assert_eq!(
            code(&form),
            ErrorCode::InvalidAuthorizationDetails,
            "{details}"
        );
    }
}

#[test]
fn characters_the_rfc_forbids_are_never_written() {
    let mut error =
        ErrorResponse::new(ErrorCode::from("in\"valid")).with_description("a \"b\" \\ \r\n é");
    error.uri = Some("https://example.com/a b".to_owned());
    let mut redirect = Parameters::new();
    error.encode_redirect(&mut redirect);
    assert_eq!(redirect.single("error"), Ok(Some("in'valid")));
    assert_eq!(
        redirect.single("error_description"),
        Ok(Some("a 'b' / ?? ?"))
    );
    assert_eq!(redirect.single("error_uri"), Ok(None));
    let json = error.encode();
    assert_eq!(json.value("error_description").unwrap(), "a 'b' / ?? ?");
    assert_eq!(json.value("error_uri"), None);
}

#[test]
fn an_error_without_a_code_is_none() {
    let members = Members::parse(br#"{"error_description":"x"}"#).unwrap();
    assert_eq!(
        ErrorResponse::parse(members),
        Err(Malformed::missing("error", "RFC 6749 §5.2"))
    );
    let redirect = Parameters::parse(b"error=&code=1").unwrap();
    assert_eq!(ErrorResponse::parse_redirect(&redirect), Ok(None));
}

#[test]
fn a_repeated_error_is_refused() {
    let redirect = Parameters::parse(b"error=access_denied&error=access_denied").unwrap();
    assert_eq!(
        ErrorResponse::parse_redirect(&redirect).unwrap_err().fault,
        Fault::Repeated
    );
}

proptest! {
    #[test]
    fn parsing_undoes_writing(
        code in "[ !#-\\[\\]-~]{1,20}",
        description in proptest::option::of("[ !#-\\[\\]-~]{1,40}"),
        uri in proptest::option::of("https://[a-z]{1,9}/[!#-\\[\\]-~]{0,9}"),
        extra in "x_[a-z]{1,5}",
    ) {
        let mut error = ErrorResponse::new(ErrorCode::from(code.as_str()));
        error.description = description;
        error.uri = uri;
        let mut redirect = Parameters::new();
        error.encode_redirect(&mut redirect);
        prop_assert_eq!(ErrorResponse::parse_redirect(&redirect), Ok(Some(error.clone())));
        error.extra.put(extra, true);
        prop_assert_eq!(ErrorResponse::parse(error.encode()), Ok(error));
    }
}

#[test]
fn what_is_wrong_with_a_token_has_its_place() {
    use crate::{access_token, confirmation, dpop, jose, logout_token, request_object};

    let bound = access_token::Mismatch::Binding(confirmation::Refusal::Key);
    for (error, said) in [
        (
            Error::from(access_token::Refusal::from(bound)),
            "the token is not bound to the key that was proven (RFC 9449 §7)",
        ),
        (
            jose::Error::from(jose::Mismatch::Expired).into(),
            "the token has expired (RFC 7519 §4.1.4)",
        ),
        (
            dpop::received::Refusal::from(dpop::received::Mismatch::Nonce).into(),
            "the proof's nonce is not a recent one of this server (RFC 9449 §4.3, 10)",
        ),
    ] {
        assert!(matches!(error, Error::Mismatch(_)), "{error:?}");
        assert_eq!(error.to_string(), said);
    }
    let missing = jose::Malformed::ClaimMissing { claim: "exp" };
    for (error, said) in [
        (
            Error::from(jose::Error::from(missing)),
            "`exp` is missing (RFC 7519 §4)",
        ),
        (
            dpop::received::Refusal::Repeated.into(),
            "`DPoP` occurs more than once (RFC 9449 §4.3, 1)",
        ),
        (
            logout_token::Refusal::Scope.into(),
            "`sub` is missing (Back-Channel Logout §2.6, 4)",
        ),
        (
            request_object::Refusal::Nested.into(),
            "`request` does not belong here (RFC 9101 §4)",
        ),
    ] {
        assert!(matches!(error, Error::Malformed { .. }), "{error:?}");
        assert_eq!(error.to_string(), said);
    }
}
