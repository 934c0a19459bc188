use http::{HeaderMap, StatusCode};
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::client_authentication::CertificateThumbprint;
use crate::error::Fault;

const ACTIVE: &str =
    include_str!("../../../../vectors/oauth2/introspection/rfc7662-2.2/response.json");

fn parse(json: &str) -> Result<IntrospectionResponse, Malformed> {
    IntrospectionResponse::parse(Members::parse(json.as_bytes()).unwrap())
}

fn active(json: &str) -> ActiveToken {
    match parse(json).unwrap() {
        IntrospectionResponse::Active(token) => *token,
        IntrospectionResponse::Inactive => panic!("inactive"),
    }
}

#[test]
fn the_answer_of_rfc_7662_is_read() {
    let token = active(ACTIVE);
    assert_eq!(token.client_id.as_deref(), Some("l238j323ds-23ij4"));
    assert_eq!(token.username.as_deref(), Some("jdoe"));
    assert_eq!(
        token.scope.as_ref().unwrap().to_string(),
        "read write dolphin"
    );
    assert_eq!(token.aud, ["https://protected.example.net/resource"]);
    assert_eq!(token.exp, Some(Timestamp::from_unix(1_419_356_238)));
    assert_eq!(
        token.extra.value("extension_field").unwrap(),
        "twenty-seven"
    );
    let again = IntrospectionResponse::Active(Box::new(token)).encode();
    assert_eq!(again, Members::parse(ACTIVE.as_bytes()).unwrap());
}

#[test]
fn an_inactive_token_says_nothing_else() {
    let inactive = parse(r#"{"active":false,"sub":"a"}"#).unwrap();
    assert_eq!(inactive, IntrospectionResponse::Inactive);
    assert_eq!(inactive.encode().to_json(), r#"{"active":false}"#);
}

#[test]
fn only_a_boolean_makes_a_token_active() {
    for active in [r#""true""#, "1", "[true]", "{}"] {
        let refused = parse(&format!(r#"{{"active":{active}}}"#)).unwrap_err();
        assert_eq!(refused.fault, Fault::Not("a boolean"), "{active}");
    }
    for json in ["{}", r#"{"active":null}"#, r#"{"sub":"a","scope":"read"}"#] {
        assert_eq!(parse(json).unwrap_err().fault, Fault::Missing, "{json}");
    }
    assert!(Members::parse(br#"{"active":false,"active":true}"#).is_err());
}

#[test]
fn members_of_the_wrong_type_are_refused() {
    for member in [
        r#""scope":["a"]"#,
        r#""exp":"1""#,
        r#""aud":{}"#,
        r#""aud":[1]"#,
        r#""cnf":"a""#,
        r#""sub":1"#,
        r#""cnf":{"x5t#S256":"short"}"#,
        r#""authorization_details":{}"#,
        r#""act":[]"#,
        r#""auth_time":true"#,
    ] {
        assert!(
            parse(&format!(r#"{{"active":true,{member}}}"#)).is_err(),
            "{member}"
        );
    }
}

#[test]
fn what_a_token_is_bound_to_is_read() {
    let token = active(
        r#"{"active":true,"cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I","x5t#S256":"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0","x":1}}"#,
    );
    let cnf = token.cnf.unwrap();
    assert_eq!(
        cnf.key_thumbprint.as_deref(),
        Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
    );
    assert_eq!(
        cnf.certificate_thumbprint.unwrap().to_string(),
        "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
    );
    assert_eq!(cnf.others.value("x").unwrap(), 1);
}

#[test]
fn an_answer_that_was_cached_expires() {
    let token = active(r#"{"active":true,"exp":100,"nbf":50}"#);
    let is_current = |now| token.is_current(Timestamp::from_unix(now));
    assert!(is_current(50) && is_current(99));
    assert!(!is_current(49) && !is_current(100));
    assert!(active(r#"{"active":true}"#).is_current(Timestamp::from_unix(0)));
}

#[test]
fn requests_name_one_token() {
    let parse =
        |form: &str| IntrospectionRequest::parse(&Parameters::parse(form.as_bytes()).unwrap());
    let request =
        parse("token=mF_9.B5f-4.1JqM&token_type_hint=access_token&client_secret=x").unwrap();
    assert_eq!(request.token_type_hint, Some(TokenTypeHint::AccessToken));
    assert!(request.extra.is_empty());
    assert_eq!(parse("token=").unwrap_err().fault, Fault::Missing);
    assert_eq!(parse("token=a&token=b").unwrap_err().fault, Fault::Repeated);
}

#[test]
fn an_error_of_the_server_is_told() {
    let headers = HeaderMap::new();
    let read = |status, body: &str| {
        IntrospectionResponse::read(&Answer::new(status, &headers, body.as_bytes()))
    };
    let refused = read(StatusCode::UNAUTHORIZED, r#"{"error":"invalid_client"}"#);
    assert!(matches!(refused, Err(Error::Refused(_))));
    for (status, body) in [
        (StatusCode::UNAUTHORIZED, ""),
        (StatusCode::OK, "<html>"),
        (StatusCode::FORBIDDEN, ACTIVE),
    ] {
        assert!(
            matches!(
                read(status, body),
                Err(Error::Malformed {
                    answer: Some(_),
                    ..
                })
            ),
            "{body}"
        );
    }
    assert!(read(StatusCode::OK, ACTIVE).is_ok());
}

proptest! {
    #[test]
    fn parsing_undoes_writing(
        (sub, iss, jti) in (option::of(".{0,9}"), option::of(".{0,9}"), option::of(".{0,9}")),
        (exp, iat) in (option::of(any::<i64>()), option::of(any::<i64>())),
        aud in proptest::collection::vec(".{0,9}", 0..3),
        scope in option::of("[a-z]{1,5}"),
        details in option::of(authorization_details::tests::details()),
        der in option::of(any::<[u8; 4]>()),
        (token, hint) in ("[ -~]{1,9}", option::of("[a-z_]{1,9}")),
        extra in "x_[a-z]{0,9}",
    ) {
        let mut active = ActiveToken::new();
        (active.sub, active.iss, active.jti, active.aud) = (sub, iss, jti, aud);
        active.exp = exp.map(Timestamp::from_unix);
        active.iat = iat.map(Timestamp::from_unix);
        active.scope = scope.map(|scope| Scope::parse(&scope).unwrap());
        active.authorization_details = details;
        active.cnf = der.map(|der| Confirmation::to_certificate(CertificateThumbprint::of(&der)));
        active.extra.put(extra.as_str(), 1);
        let response = IntrospectionResponse::Active(Box::new(active));
        prop_assert_eq!(parse(&response.encode().to_json()), Ok(response));
        let mut request = IntrospectionRequest::new(token);
        request.token_type_hint = hint.map(|hint| TokenTypeHint::from(hint.as_str()));
        request.extra.push(extra, "1");
        prop_assert_eq!(IntrospectionRequest::parse(&request.encode()), Ok(request));
    }
}
