use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::answer::Deviation;
use crate::error::{Error, ErrorCode, ErrorResponse, Mismatch};
use crate::token::TokenType;

fn parameters(form: &str) -> Parameters {
    Parameters::parse(form.as_bytes()).unwrap()
}

fn parse(form: &str) -> Result<AuthorizationRequest, Malformed> {
    AuthorizationRequest::parse(&parameters(form))
}

fn response(form: &str) -> AuthorizationResponse {
    AuthorizationResponse::parse(&parameters(form)).unwrap()
}

#[test]
fn the_request_of_rfc_6749_is_read() {
    let request = parse("response_type=code&client_id=s6BhdRkqt3&state=xyz&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb").unwrap();
    assert_eq!(request.response_type, ResponseType::code());
    assert_eq!(request.client_id, "s6BhdRkqt3");
    assert_eq!(request.state.as_ref().unwrap().expose(), "xyz");
    assert_eq!(
        request.redirect_uri.as_deref(),
        Some("https://client.example.com/cb")
    );
    assert_eq!(request.mode(), ResponseMode::Query);
}

#[test]
fn the_request_of_openid_connect_core_is_read() {
    // OpenID Connect Core §3.3.2.1
    let request = parse("response_type=code%20id_token&client_id=s6BhdRkqt3&redirect_uri=https%3A%2F%2Fclient.example.org%2Fcb&scope=openid%20profile%20email&nonce=n-0S6_WzA2Mj&state=af0ifjsldkj").unwrap();
    assert!(request.response_type.contains(&ResponseName::IdToken));
    assert_eq!(request.mode(), ResponseMode::Fragment);
    assert_eq!(request.nonce.unwrap().expose(), "n-0S6_WzA2Mj");
}

#[test]
fn malformed_requests_are_refused_by_parameter() {
    for (form, parameter, fault) in [
        ("client_id=a", "response_type", Fault::Missing),
        ("response_type=code", "client_id", Fault::Missing),
        (
            "response_type=&client_id=a",
            "response_type",
            Fault::Missing,
        ),
        (
            "response_type=code++token&client_id=a",
            "response_type",
            Fault::Not("a list of different names"),
        ),
        (
            "response_type=code+code&client_id=a",
            "response_type",
            Fault::Not("a list of different names"),
        ),
        (
            "response_type=c-de&client_id=a",
            "response_type",
            Fault::Not("a list of different names"),
        ),
        (
            "response_type=none+code&client_id=a",
            "response_type",
            Fault::Not("`none` alone"),
        ),
        (
            "response_type=code&client_id=%C3%A4",
            "client_id",
            Fault::Not("printable ASCII"),
        ),
        (
            "response_type=code&client_id=a&prompt=none+login",
            "prompt",
            Fault::Not("`none` alone"),
        ),
        (
            "response_type=code&client_id=a&max_age=-1",
            "max_age",
            Fault::Not("a number of seconds"),
        ),
        (
            "response_type=code&client_id=a&claims=[]",
            "claims",
            Fault::Not("a JSON object"),
        ),
        (
            "response_type=id_token&client_id=a",
            "nonce",
            Fault::Missing,
        ),
        (
            "response_type=token&client_id=a&response_mode=query",
            "response_mode",
            Fault::Beside("response_type"),
        ),
        (
            "response_type=code&client_id=a&request=b",
            "request",
            Fault::Uncalled,
        ),
        (
            "response_type=code&client_id=a&request_uri=b",
            "request_uri",
            Fault::Uncalled,
        ),
        (
            "response_type=code&client_id=a&code_challenge_method=S256",
            "code_challenge",
            Fault::Missing,
        ),
    ] {
        let error = parse(form).unwrap_err();
        assert_eq!(
            (&*error.parameter, error.fault),
            (parameter, fault),
            "{form}"
        );
    }
}

#[test]
fn every_parameter_that_may_not_repeat_is_refused_when_it_does() {
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "response_mode",
        "code_challenge",
        "code_challenge_method",
        "authorization_details",
        "dpop_jkt",
        "nonce",
        "prompt",
        "max_age",
        "acr_values",
        "ui_locales",
        "id_token_hint",
        "login_hint",
        "claims",
        "request",
        "request_uri",
    ] {
        let mut repeated = parameters("response_type=code&client_id=a");
        repeated.push(name, "");
        repeated.push(name, "");
        let error = AuthorizationRequest::parse(&repeated).unwrap_err();
        assert_eq!((&*error.parameter, error.fault), (name, Fault::Repeated));
    }
}

#[test]
fn a_fault_in_the_rest_can_be_told_to_the_client() {
    let form =
        "client_id=a&redirect_uri=https://a/&state=x&response_type=token&response_mode=query";
    assert!(parse(form).is_err());
    let addressee = Addressee::parse(&parameters(form)).unwrap();
    assert_eq!(addressee.redirect_uri.as_deref(), Some("https://a/"));
    assert_eq!(addressee.state.unwrap().expose(), "x");
    assert_eq!(addressee.mode, ResponseMode::Fragment);
    let unclear =
        Addressee::parse(&parameters("client_id=a&state=x&state=y&response_mode=odd")).unwrap();
    assert_eq!((unclear.state, unclear.mode), (None, ResponseMode::Query));
}

#[test]
fn a_fault_in_client_or_redirect_uri_has_no_addressee() {
    for form in [
        "redirect_uri=https://a/",
        "client_id=a&client_id=b&redirect_uri=https://a/",
        "client_id=a&redirect_uri=https://a/&redirect_uri=https://b/",
        "client_id=%00&redirect_uri=https://a/",
    ] {
        assert!(Addressee::parse(&parameters(form)).is_err(), "{form}");
    }
}

#[test]
fn a_reference_is_an_https_uri_or_a_urn() {
    let presented = |uri| {
        let parameters = Parameters::new().with("client_id", "a");
        PresentedRequest::parse(&parameters.with("request_uri", uri))
    };
    for uri in ["https://a.example/r", "HTTPS://a.example", "urn:x:y"] {
        assert!(
            matches!(presented(uri), Ok(PresentedRequest::RequestUri { .. })),
            "{uri}"
        );
    }
    for uri in [
        "http://a.example",
        "file:///etc/passwd",
        "urn:",
        "https:a",
        "//a.example",
    ] {
        let refused = presented(uri).unwrap_err();
        assert_eq!(refused.fault, Fault::Not("an https URI or a URN"), "{uri}");
    }
}

#[test]
fn a_request_is_presented_in_one_way() {
    let presented = |form| PresentedRequest::parse(&parameters(form));
    let uri = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";
    // RFC 9126 §4
    let form = "client_id=s6BhdRkqt3&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c";
    let (client_id, request_uri) = ("s6BhdRkqt3".to_owned(), uri.into());
    assert_eq!(
        presented(form),
        Ok(PresentedRequest::RequestUri {
            client_id,
            request_uri
        })
    );
    assert!(matches!(
        presented("client_id=a&request=b"),
        Ok(PresentedRequest::RequestObject { .. })
    ));
    assert!(matches!(
        presented("client_id=a&response_type=code"),
        Ok(PresentedRequest::Parameters(_))
    ));
    let both = presented("client_id=a&request=b&request_uri=c").unwrap_err();
    assert_eq!(both.fault, Fault::Beside("request_uri"));
    assert_eq!(presented("request=b").unwrap_err().fault, Fault::Missing);
    assert_eq!(
        presented("client_id=a&request=b&request=b")
            .unwrap_err()
            .fault,
        Fault::Repeated
    );
}

#[test]
fn the_endpoint_keeps_its_query_and_is_never_in_clear() {
    let request = AuthorizationRequest::new(ResponseType::code(), "a");
    let uri = |endpoint| request.to_uri(endpoint);
    assert_eq!(
        uri("https://a/b?c=d").unwrap(),
        "https://a/b?c=d&response_type=code&client_id=a"
    );
    assert_eq!(
        uri("https://a/b?").unwrap(),
        "https://a/b?response_type=code&client_id=a"
    );
    assert!(uri("http://127.0.0.1:9090/b").is_ok());
    for endpoint in ["http://a/b", "ftp://a/", "https:///b"] {
        assert_eq!(uri(endpoint), Err(Misuse::InsecureTransport), "{endpoint}");
    }
    for endpoint in ["https://a/b#c", "a b", ""] {
        assert_eq!(uri(endpoint), Err(Misuse::IllegalCharacter), "{endpoint}");
    }
}

fn expected() -> Expected {
    let mut expected = Expected::new(ResponseType::code());
    expected.state = Some("xyz".into());
    expected.issuer = Some("https://honest.as.example".to_owned());
    expected
}

#[test]
fn the_response_of_rfc_9207_is_accepted() {
    let mut expected = expected();
    expected.iss_parameter = IssParameter::Required;
    let form = "code=x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58&state=xyz&iss=https%3A%2F%2Fhonest.as.example";
    assert!(expected.check(response(form)).is_ok());
}

#[test]
fn a_response_to_another_request_is_refused() {
    for (form, mismatch) in [
        ("code=a", Mismatch::State),
        ("code=a&state=", Mismatch::State),
        ("code=a&state=XYZ", Mismatch::State),
        ("error=access_denied&state=abc", Mismatch::State),
        (
            "code=a&state=xyz&iss=https://evil.example",
            Mismatch::Issuer,
        ),
        (
            "code=a&state=xyz&iss=https://honest.as.example/",
            Mismatch::Issuer,
        ),
        (
            "error=access_denied&state=xyz&iss=https://evil.example",
            Mismatch::Issuer,
        ),
    ] {
        assert_eq!(
            expected().check(response(form)),
            Err(mismatch.into()),
            "{form}"
        );
    }
    let mut without_state = expected();
    without_state.state = None;
    assert_eq!(
        without_state.check(response("code=a&state=b")),
        Err(Mismatch::State.into())
    );
}

#[test]
fn a_response_without_issuer_is_refused_where_the_server_names_itself() {
    let mut expected = expected();
    assert!(expected.check(response("code=a&state=xyz")).is_ok());
    expected.iss_parameter = IssParameter::Required;
    for form in ["code=a&state=xyz", "error=access_denied&state=xyz"] {
        assert_eq!(expected.check(response(form)), Err(Mismatch::Issuer.into()));
    }
    expected.issuer = None;
    assert_eq!(
        expected.check(response("code=a&state=xyz&iss=b")),
        Err(Mismatch::Issuer.into())
    );
}

#[test]
fn a_refusal_is_told_even_if_the_state_got_lost() {
    let refusal = |form| match expected().check(response(form)) {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("{other:?}"),
    };
    let told = refusal("error=access_denied&error_description=no&state=xyz");
    assert_eq!(
        (told.error.code, told.deviations),
        (ErrorCode::AccessDenied, vec![])
    );
    assert_eq!(
        refusal("error=access_denied").deviations,
        [Deviation::StateMissing]
    );
}

#[test]
fn an_error_wins_over_a_code() {
    let check = expected().check(response("error=server_error&code=a&state=xyz"));
    assert!(matches!(check, Err(Error::Refused(_))));
}

#[test]
fn what_was_asked_for_has_to_be_there() {
    let check = |response_type, form| {
        let mut expected = Expected::new(ResponseType::parse(response_type).unwrap());
        expected.state = Some("x".into());
        expected.check(response(form))
    };
    for (response_type, form, name) in [
        ("code", "state=x", "code"),
        ("code", "code=&state=x", "code"),
        ("code id_token", "code=a&state=x", "id_token"),
        ("token", "code=a&state=x", "access_token"),
    ] {
        let missing = Malformed::missing(name, "RFC 6749 §4.1.2");
        assert_eq!(check(response_type, form), Err(missing.into()), "{form}");
    }
    assert!(check("none", "state=x").is_ok());
}

#[test]
fn repeated_parameters_of_a_response_are_refused() {
    for name in [
        "code",
        "state",
        "iss",
        "error",
        "access_token",
        "id_token",
        "error_description",
    ] {
        let mut repeated = parameters("code=a&error=b");
        repeated.push(name, "a");
        repeated.push(name, "a");
        let error = AuthorizationResponse::parse(&repeated).unwrap_err();
        assert_eq!(error.fault, Fault::Repeated, "{name}");
    }
}

#[test]
fn a_pasted_address_is_read() {
    let read = |uri| AuthorizationResponse::parse_uri(uri);
    let in_query = read(" https://a/cb?code=a&state=b#_=_\n").unwrap();
    assert_eq!(in_query.outcome, Outcome::Granted(Granted::code("a")));
    let in_fragment =
        read("com.example.app:/cb#access_token=a&token_type=bearer&expires_in=3600").unwrap();
    let mut token = ImplicitToken::new("a", TokenType::Bearer);
    token.expires_in = Some(3600);
    assert_eq!(
        in_fragment.outcome,
        Outcome::Granted(Granted {
            token: Some(token),
            ..Granted::default()
        })
    );
    for uri in [
        "",
        "code=a",
        "/cb?code=a",
        "https://a/?code=a&code=b",
        "https://a/#access_token=a",
    ] {
        assert!(read(uri).is_err(), "{uri}");
    }
}

#[test]
fn neither_code_nor_state_is_printed() {
    let response = response(
        "code=sentinel&state=sentinel&access_token=sentinel&token_type=a&id_token=sentinel&x=sentinel",
    );
    assert!(!format!("{response:?}").contains("sentinel"));
}

proptest! {
    #[test]
    fn parsing_undoes_writing_a_request(
        response_type in "(code|token|code token|none|x_[a-z]{1,5})",
        client_id in "[ -~]{1,20}",
        (redirect_uri, login_hint, jkt) in (option::of("https://[a-z]{1,9}/cb"), option::of(".{1,9}"), option::of("[a-z]{3}")),
        (state, nonce, hint) in (option::of("[ -~]{1,9}"), option::of("[ -~]{1,9}"), option::of("[a-z.]{1,9}")),
        mode in option::of("(form_post|fragment|x)"),
        challenge in option::of("[A-Za-z0-9_-]{43}"),
        (prompt, max_age) in (option::of("(none|login|consent|x)"), option::of(any::<u64>())),
        details in option::of(authorization_details::tests::details()),
        extra in "x_.{0,9}",
    ) {
        let mut request = AuthorizationRequest::new(ResponseType::parse(&response_type).unwrap(), client_id);
        request.redirect_uri = redirect_uri;
        request.login_hint = login_hint;
        request.dpop_jkt = jkt;
        request.state = state.map(Secret::new);
        request.nonce = nonce.map(Secret::new);
        request.id_token_hint = hint.map(Secret::new);
        request.response_mode = mode.map(|mode| ResponseMode::from(mode.as_str()));
        request.code_challenge = challenge.map(|text| CodeChallenge::parse(&text, Some("S256")).unwrap());
        request.prompt = prompt.iter().map(|prompt| Prompt::from(prompt.as_str())).collect();
        request.max_age = max_age;
        request.authorization_details = details;
        request.resource = vec![Resource::parse("https://a/").unwrap(), Resource::parse("https://b/").unwrap()];
        request.claims = Some(Members::parse(b"{\"userinfo\":{\"email\":null}}").unwrap());
        request.extra.push(extra, "1");
        let form = request.encode().to_form();
        prop_assert_eq!(parse(&form), Ok(request.clone()));
        let presented = PresentedRequest::Parameters(Box::new(request));
        prop_assert_eq!(PresentedRequest::parse(&presented.encode()), Ok(presented));
    }

    #[test]
    fn parsing_undoes_writing_a_response(
        (code, token, id_token) in (option::of("[ -~]{1,9}"), option::of("[ -~]{1,9}"), option::of("[ -~]{1,9}")),
        (state, iss) in (option::of("[ -~]{1,9}"), option::of("https://[a-z]{1,9}")),
        error in option::of("[a-z_]{1,9}"),
        extra in "x_.{0,9}",
    ) {
        let granted = Granted { code: code.map(Secret::new), token: token.map(|token| ImplicitToken::new(token, TokenType::Bearer)), id_token: id_token.map(Secret::new) };
        let mut response = match error {
            Some(code) => AuthorizationResponse::refused(ErrorResponse::new(ErrorCode::from(code.as_str()))),
            None => AuthorizationResponse::granted(granted),
        };
        response.state = state.map(Secret::new);
        response.iss = iss;
        response.extra.push(extra, "1");
        let form = response.encode().to_form();
        prop_assert_eq!(AuthorizationResponse::parse(&parameters(&form)), Ok(response));
    }

    #[test]
    fn reading_never_panics(form: Vec<u8>) {
        if let Ok(parameters) = Parameters::parse(&form) {
            let _ = PresentedRequest::parse(&parameters);
            let _ = AuthorizationResponse::parse(&parameters);
        }
    }
}
