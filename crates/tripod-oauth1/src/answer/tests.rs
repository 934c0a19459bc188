use super::*;
use crate::problem::ProblemCode;
use crate::temporary_credentials::TemporaryCredentialsResponse;
use crate::token_credentials::TokenCredentialsResponse;

const GRANTED: &str = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true";

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    Response::builder()
        .status(status)
        .body(body.into())
        .unwrap()
}

fn of_type(content_type: &str, body: &str) -> Response<Vec<u8>> {
    let mut answer = answer(200, body);
    let value = HeaderValue::try_from(content_type).unwrap();
    answer.headers_mut().insert(CONTENT_TYPE, value);
    answer
}

/// Both answers are read alike.
fn refusal(answer: &Response<Vec<u8>>) -> AnswerError {
    let temporary = TemporaryCredentialsResponse::parse(answer).unwrap_err();
    let token = TokenCredentialsResponse::parse(answer).unwrap_err();
    assert_eq!(temporary, token);
    temporary
}

fn missing(parameter: &'static str, content_type: Option<&str>) -> AnswerError {
    AnswerError::Missing {
        parameter,
        content_type: content_type.map(str::to_owned),
    }
}

fn refused(status: u16, problem: Option<ProblemCode>, excerpt: &str) -> AnswerError {
    AnswerError::Refused {
        status: StatusCode::from_u16(status).unwrap(),
        problem: problem.map(|code| Box::new(Problem::new(code))),
        excerpt: excerpt.to_owned(),
    }
}

#[test]
fn credentials_are_read_whatever_the_type_says() {
    for content_type in [
        "application/x-www-form-urlencoded",
        "text/html",
        "text/plain",
    ] {
        let answer = of_type(content_type, GRANTED);
        let response = TemporaryCredentialsResponse::parse(&answer).unwrap();
        assert_eq!(response.credentials, Credentials::new("t", "s"));
        assert!(response.additional.is_empty());
    }
    for status in [200, 201, 203] {
        assert!(TemporaryCredentialsResponse::parse(&answer(status, GRANTED)).is_ok());
    }
}

#[test]
fn credentials_are_decoded_once() {
    let body = "oauth_token=a%252B+b%2B&oauth_token_secret=%26%C3%BC";
    let response = TokenCredentialsResponse::parse(&answer(200, body)).unwrap();
    assert_eq!(response.credentials, Credentials::new("a%2B b+", "&\u{fc}"));
}

#[test]
fn a_page_json_or_nothing_lacks_the_token_and_says_what_it_is() {
    let pages = [
        (
            "text/html; charset=utf-8",
            "<!DOCTYPE html><a href=\"?a=1&b=2\">",
        ),
        (
            "application/json",
            r#"{"oauth_token":"t","oauth_token_secret":"s"}"#,
        ),
        ("application/json", "[]"),
        ("text/plain", ""),
    ];
    for (content_type, body) in pages {
        let found = refusal(&of_type(content_type, body));
        assert_eq!(found, missing(TOKEN, Some(content_type)));
        assert!(found.to_string().contains(content_type), "{found}");
    }
    assert_eq!(refusal(&answer(200, "")), missing(TOKEN, None));
    assert_eq!(refusal(&answer(204, "")), missing(TOKEN, None));
}

#[test]
fn half_of_the_credentials_are_none() {
    let only_token = answer(200, "oauth_token=t&oauth_callback_confirmed=true");
    assert_eq!(refusal(&only_token), missing(TOKEN_SECRET, None));
    let only_secret = answer(200, "oauth_token_secret=s&oauth_callback_confirmed=true");
    assert_eq!(refusal(&only_secret), missing(TOKEN, None));
}

#[test]
fn an_empty_token_is_none_but_an_empty_secret_is_one() {
    let no_token = "oauth_token=&oauth_token_secret=s&oauth_callback_confirmed=true";
    assert_eq!(refusal(&answer(200, no_token)), missing(TOKEN, None));
    let no_secret = "oauth_token=t&oauth_token_secret=&oauth_callback_confirmed=true";
    let response = TemporaryCredentialsResponse::parse(&answer(200, no_secret)).unwrap();
    assert!(response.credentials.secret.is_empty());
}

#[test]
fn credentials_twice_are_refused() {
    for name in [TOKEN, TOKEN_SECRET] {
        let refused = refusal(&answer(200, format!("{GRANTED}&{name}=t")));
        let name = name.to_owned();
        let expected = AnswerError::NotAForm(parameters::Error::Repeated { name });
        assert_eq!(refused, expected);
    }
}

#[test]
fn what_is_not_utf_8_is_refused_by_name() {
    let found = refusal(&answer(200, "oauth_token=t&oauth_token_secret=%FF"));
    let name = TOKEN_SECRET.to_owned();
    let expected = AnswerError::NotAForm(parameters::Error::NotUtf8 { name });
    assert_eq!(found, expected);
    let found = refusal(&answer(200, b"\xFF\xFE<html>".to_vec()));
    assert!(matches!(found, AnswerError::NotAForm(_)));
}

#[test]
fn a_refusal_without_a_problem_says_how_the_body_begins() {
    for status in [400, 401, 404, 500, 502, 301, 302, 304] {
        let found = refusal(&answer(status, "Failed to validate oauth signature"));
        let expected = refused(status, None, "Failed to validate oauth signature");
        assert_eq!(found, expected);
        let text = format!("the provider refused with status {status}");
        assert_eq!(found.to_string(), text);
    }
}

#[test]
fn a_refusal_in_the_names_of_oauth_2_is_one() {
    // As oauthlib 4.0.1 and Authlib 1.9.9 write it.
    let body = "error=unsupported_signature_method&error_description=";
    let code = ProblemCode::parse("unsupported_signature_method");
    assert_eq!(refusal(&answer(400, body)), refused(400, Some(code), ""));
    let body = "error=invalid_request&error_description=Invalid+%22oauth_verifier%22+%1B";
    let text = "the provider refused with status 400: \
                invalid_request (Invalid \\\"oauth_verifier\\\" \\u{1b})";
    assert_eq!(refusal(&answer(400, body)).to_string(), text);
    let granted = answer(200, format!("{GRANTED}&error=none"));
    assert!(TokenCredentialsResponse::parse(&granted).is_ok());
}

#[test]
fn credentials_with_the_status_of_a_refusal_are_none() {
    for status in [302, 400, 500] {
        assert_eq!(refusal(&answer(status, GRANTED)), refused(status, None, ""));
    }
}

#[test]
fn an_excerpt_has_512_octets_at_most() {
    let excerpt = |body: Vec<u8>| match refusal(&answer(500, body)) {
        AnswerError::Refused { excerpt, .. } => excerpt,
        other => panic!("{other:?}"),
    };
    assert_eq!(excerpt(vec![b'x'; 512]).len(), 512);
    assert_eq!(excerpt(vec![b'x'; 513]).len(), 512);
    assert_eq!(excerpt(vec![b'x'; 1_000_000]).len(), 512);
    assert_eq!(excerpt(Vec::new()), "");
    // What is cut in two is not kept by half.
    let cut = excerpt([vec![b'x'; 511], "\u{fc}".into()].concat());
    assert_eq!(cut, format!("{}\u{FFFD}", "x".repeat(511)));
    assert_eq!(excerpt(vec![0xFF; 512]).chars().count(), 512);
}

#[test]
fn a_problem_is_found_with_any_status() {
    for status in [200, 400, 401, 500] {
        let body = "oauth_problem=token_rejected&oauth_problem_advice=Try%20again";
        let AnswerError::Refused {
            status: found,
            problem: Some(problem),
            excerpt,
        } = refusal(&answer(status, body))
        else {
            panic!("status {status}");
        };
        assert_eq!(found.as_u16(), status);
        assert_eq!(problem.code, ProblemCode::TokenRejected);
        assert_eq!(problem.advice.as_deref(), Some("Try again"));
        assert_eq!(excerpt, "");
    }
}

#[test]
fn a_problem_comes_before_credentials_and_before_what_else_is_wrong() {
    let code = || Some(ProblemCode::TokenRevoked);
    for body in [GRANTED, "oauth_token=t&oauth_token=t", "oauth_token=t", ""] {
        let body = format!("oauth_problem=token_revoked&{body}");
        assert_eq!(refusal(&answer(200, body)), refused(200, code(), ""));
    }
}

#[test]
fn a_problem_is_found_in_the_header() {
    for body in ["", "<html>", GRANTED] {
        let mut answer = answer(401, body);
        for value in [
            "Basic realm=\"x\"",
            "OAuth realm=\"https://example.com\"",
            "OAuth realm=\"y\", oauth_problem=\"nonce_used\"",
        ] {
            let value = HeaderValue::from_static(value);
            answer.headers_mut().append(WWW_AUTHENTICATE, value);
        }
        let expected = refused(401, Some(ProblemCode::NonceUsed), "");
        assert_eq!(refusal(&answer), expected);
    }
}

#[test]
fn the_problem_of_the_body_comes_before_that_of_the_header() {
    let mut answer = answer(401, "oauth_problem=token_used");
    let value = HeaderValue::from_static("OAuth oauth_problem=\"nonce_used\"");
    answer.headers_mut().insert(WWW_AUTHENTICATE, value);
    let expected = refused(401, Some(ProblemCode::TokenUsed), "");
    assert_eq!(refusal(&answer), expected);
}

#[test]
fn a_header_that_reports_nothing_is_no_problem() {
    for value in [
        "OAuth",
        "OAuth realm=\"x\"",
        "Bearer error=\"x\"",
        "OAuth oauth_problem=x",
    ] {
        let mut answer = answer(401, "no");
        let value = HeaderValue::from_static(value);
        answer.headers_mut().insert(WWW_AUTHENTICATE, value);
        assert_eq!(refusal(&answer), refused(401, None, "no"));
    }
}

#[test]
fn the_problem_is_displayed_behind_the_status() {
    let body = "oauth_problem=timestamp_refused&oauth_problem_advice=now";
    let text = refusal(&answer(401, body)).to_string();
    let expected = "the provider refused with status 401: timestamp_refused (now)";
    assert_eq!(text, expected);
}
