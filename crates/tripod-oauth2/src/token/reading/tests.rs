use http::{HeaderMap, HeaderValue, StatusCode, header};
use proptest::prelude::*;

use super::*;
use crate::token::TokenType;

/// The example answer of RFC 6749 §5.1.
const GOOD: &str = r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","example_parameter":"example_value"}"#;

fn read_as(status: u16, media_type: &str, body: &str, quirks: &Quirks) -> Result<Reading, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_str(media_type).unwrap(),
    );
    let status = StatusCode::from_u16(status).unwrap();
    read(&Answer::new(status, &headers, body.as_bytes()), quirks)
}

fn read_json(body: &str) -> Result<Reading, Error> {
    read_as(
        200,
        "application/json;charset=UTF-8",
        body,
        &Quirks::default(),
    )
}

/// Reads a token response that has one more member than it needs.
fn with(member: &str) -> Result<Reading, Error> {
    read_json(&format!(
        r#"{{"access_token":"a","token_type":"Bearer",{member}}}"#
    ))
}

fn with_quirks(body: &str, change: impl FnOnce(&mut Quirks)) -> Reading {
    let mut quirks = Quirks::default();
    change(&mut quirks);
    read_as(200, "application/json", body, &quirks).unwrap()
}

fn refusal(result: Result<Reading, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn fault(result: Result<Reading, Error>) -> (Malformed, Excerpt) {
    match result {
        Err(Error::Malformed { fault, answer }) => (fault, *answer.expect("an excerpt")),
        other => panic!("not malformed: {other:?}"),
    }
}

#[test]
fn the_answer_of_rfc_6749_is_read_without_a_deviation() {
    let reading = read_json(GOOD).unwrap();
    assert_eq!(reading.deviations, []);
    let response = reading.response;
    assert_eq!(response.access_token.expose(), "2YotnFZFEjr1zCsicMWpAA");
    assert_eq!(response.token_type.as_str(), "example");
    assert_eq!(response.expires_in, Some(3600));
    assert_eq!(
        response.refresh_token.unwrap().expose(),
        "tGzv3JOkF0XG5Qx2TlKWIA"
    );
    assert_eq!(
        response.extra.value("example_parameter").unwrap(),
        "example_value"
    );
}

#[test]
fn an_error_with_status_200_is_an_error() {
    let body = r#"{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired.","error_uri":"https://docs.github.com/x"}"#;
    let refusal = refusal(read_json(body));
    assert_eq!(refusal.error.code.as_str(), "bad_verification_code");
    assert_eq!(
        refusal.error.uri.as_deref(),
        Some("https://docs.github.com/x")
    );
    assert_eq!(refusal.deviations, [Deviation::ErrorWithSuccessStatus]);
    assert_eq!(refusal.answer.unwrap().status, StatusCode::OK);
}

#[test]
fn an_error_wins_over_a_token() {
    let refusal = refusal(with(r#""error":"invalid_grant""#));
    assert_eq!(refusal.error.code, ErrorCode::InvalidGrant);
}

#[test]
fn an_error_that_is_empty_is_none() {
    for member in [
        r#""error":"""#,
        r#""error":null"#,
        r#""error":false"#,
        r#""errors":[]"#,
    ] {
        assert!(with(member).is_ok(), "{member}");
    }
}

#[test]
fn an_error_keeps_status_headers_and_the_first_octets() {
    let body = format!(
        r#"{{"error":"invalid_grant","pad":"{}"}}"#,
        "x".repeat(1000)
    );
    let refusal = refusal(read_as(400, "application/json", &body, &Quirks::default()));
    assert_eq!(refusal.deviations, []);
    let excerpt = refusal.answer.unwrap();
    assert_eq!(excerpt.status, StatusCode::BAD_REQUEST);
    assert_eq!(excerpt.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(excerpt.body.expose().len(), 512);
    assert_eq!(excerpt.octets, body.len());
}

#[test]
fn a_form_is_read() {
    let body = "access_token=a&scope=repo%2Cgist&token_type=bearer&expires_in=5183999";
    for media_type in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json",
    ] {
        let reading = read_as(200, media_type, body, &Quirks::default()).unwrap();
        assert_eq!(reading.response.expires_in, Some(5_183_999));
        assert_eq!(reading.response.scope.unwrap().to_string(), "repo gist");
        assert_eq!(
            reading.deviations,
            [Deviation::FormEncoded, Deviation::ScopeWithCommas]
        );
    }
}

#[test]
fn a_form_with_a_repeated_parameter_is_refused() {
    let (fault, _) = fault(read_as(
        200,
        "text/plain",
        "access_token=a&access_token=b",
        &Quirks::default(),
    ));
    assert_eq!(fault.fault, Fault::Repeated);
}

#[test]
fn json_with_the_wrong_content_type_is_read() {
    let reading = read_as(200, "text/html", GOOD, &Quirks::default()).unwrap();
    assert_eq!(reading.deviations, [Deviation::WrongContentType]);
}

#[test]
fn lifetimes_are_read_as_text_and_with_a_fraction() {
    let read =
        |member| with(member).map(|reading| (reading.response.expires_in, reading.deviations));
    assert_eq!(
        read(r#""expires_in":"3600""#),
        Ok((Some(3600), vec![Deviation::ExpiresInText]))
    );
    assert_eq!(
        read(r#""expires_in":3599.9"#),
        Ok((Some(3599), vec![Deviation::ExpiresInFloat]))
    );
    assert_eq!(
        read(r#""expires_in":"3600.0""#),
        Ok((Some(3600), vec![Deviation::ExpiresInText]))
    );
    assert_eq!(read(r#""expires_in":null"#), Ok((None, vec![])));
    assert_eq!(read(r#""expires_in":"""#), Ok((None, vec![])));
    assert_eq!(read(r#""expires_in":0"#), Ok((Some(0), vec![])));
}

#[test]
fn what_is_no_lifetime_is_refused() {
    for value in [
        "-1",
        "1e300",
        r#""never""#,
        r#""NaN""#,
        r#""inf""#,
        "[]",
        "true",
        r#""-5""#,
    ] {
        let (fault, _) = fault(with(&format!(r#""expires_in":{value}"#)));
        assert_eq!(fault.parameter, "expires_in", "{value}");
    }
}

#[test]
fn milliseconds_are_read_only_where_a_quirk_says_so() {
    let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600000}"#;
    assert_eq!(
        read_json(body).unwrap().response.expires_in,
        Some(3_600_000)
    );
    let reading = with_quirks(body, |quirks| {
        quirks.lifetime_unit = LifetimeUnit::Milliseconds;
    });
    assert_eq!(reading.response.expires_in, Some(3600));
    assert_eq!(reading.deviations, [Deviation::ExpiresInMilliseconds]);
}

#[test]
fn a_lifetime_of_zero_is_endless_only_where_a_quirk_says_so() {
    let body = r#"{"access_token":"a","token_type":"bearer","expires_in":0,"scope":null}"#;
    let reading = with_quirks(body, |quirks| quirks.zero_means_endless = true);
    assert_eq!(reading.response.expires_in, None);
    assert_eq!(reading.deviations, [Deviation::ScopeNull]);
}

#[test]
fn scopes_are_read_as_list_comma_list_and_null() {
    let read = |member| {
        let reading = with(member).unwrap();
        (
            reading.response.scope.map(|scope| scope.to_string()),
            reading.deviations,
        )
    };
    let both = Some("a b".to_owned());
    assert_eq!(
        read(r#""scope":["a","b"]"#),
        (both.clone(), vec![Deviation::ScopeAsList])
    );
    assert_eq!(
        read(r#""scope":"a,b""#),
        (both.clone(), vec![Deviation::ScopeWithCommas])
    );
    assert_eq!(read(r#""scope":null"#), (None, vec![Deviation::ScopeNull]));
    assert_eq!(read(r#""scope":"a b""#), (both, vec![]));
}

#[test]
fn the_token_type_is_read_in_any_case_or_not_at_all() {
    for (token_type, is_missing) in [
        (r#","token_type":"bearer""#, false),
        (r#","token_type":"BEARER""#, false),
        ("", true),
        (r#","token_type":null"#, true),
        (r#","token_type":"""#, true),
    ] {
        let reading = read_json(&format!(r#"{{"access_token":"a"{token_type}}}"#)).unwrap();
        assert_eq!(reading.response.token_type, TokenType::Bearer);
        assert_eq!(
            reading.deviations == [Deviation::TokenTypeMissing],
            is_missing
        );
    }
}

#[test]
fn a_token_type_of_the_servers_own_is_read_only_where_a_quirk_says_so() {
    let body = r#"{"access_token":"a","token_type":"User Access Token"}"#;
    assert_eq!(
        read_json(body).unwrap().response.token_type.as_str(),
        "User Access Token"
    );
    let reading = with_quirks(body, |quirks| quirks.token_type = Some(TokenType::Bearer));
    assert_eq!(reading.response.token_type, TokenType::Bearer);
}

#[test]
fn an_error_as_an_object_is_read() {
    let body = r#"{"error":{"message":"Error validating access token","type":"OAuthException","code":190,"fbtrace_id":"A"}}"#;
    let refusal = refusal(read_as(400, "application/json", body, &Quirks::default()));
    assert_eq!(refusal.error.code.as_str(), "OAuthException");
    assert_eq!(
        refusal.error.description.as_deref(),
        Some("Error validating access token")
    );
    assert_eq!(refusal.error.extra.value("code").unwrap(), 190);
    assert_eq!(refusal.deviations, [Deviation::ErrorAsObject]);
}

#[test]
fn an_error_as_an_array_is_read() {
    let body = r#"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid"}],"success":false}"#;
    let refusal = refusal(read_as(401, "application/json", body, &Quirks::default()));
    assert_eq!(refusal.error.code, ErrorCode::InvalidGrant);
    assert_eq!(
        refusal.error.description.as_deref(),
        Some("Refresh token invalid")
    );
    assert_eq!(refusal.deviations, [Deviation::ErrorAsArray]);
}

#[test]
fn an_error_as_a_flag_or_a_number_is_read() {
    let flag = refusal(read_json(r#"{"error":true,"message":"no such app"}"#));
    assert_eq!(flag.error.to_string(), "unknown (no such app)");
    let quirks = |quirks: &mut Quirks| quirks.renamed = vec![("errcode".into(), "error".into())];
    let mut named = Quirks::default();
    quirks(&mut named);
    let number = read_as(
        200,
        "text/plain",
        r#"{"errcode":40029,"errmsg":"invalid code"}"#,
        &named,
    );
    assert_eq!(refusal(number).error.to_string(), "40029 (invalid code)");
}

#[test]
fn an_error_without_a_name_is_read_where_there_is_no_token() {
    for (status, body, shown) in [
        (
            200,
            r#"{"errcode":40029,"errmsg":"invalid code"}"#,
            "40029 (invalid code)",
        ),
        (404, r#"{"message":"Not Found"}"#, "unknown (Not Found)"),
        (
            400,
            r#"{"error":null,"error_description":"nope"}"#,
            "unknown (nope)",
        ),
        (
            401,
            r#"{"code":"Unauthorized","access_token":"a","token_type":"b"}"#,
            "Unauthorized",
        ),
    ] {
        let refusal = refusal(read_as(
            status,
            "application/json",
            body,
            &Quirks::default(),
        ));
        assert_eq!(refusal.error.to_string(), shown);
        assert!(refusal.deviations.contains(&Deviation::ErrorUnnamed));
    }
    assert!(with(r#""code":1,"message":"welcome""#).is_ok());
}

#[test]
fn pages_empty_and_truncated_bodies_are_malformed_and_kept() {
    for (body, shown) in [
        (
            "<!DOCTYPE html><title>502</title>",
            "`body` is not JSON but a page (RFC 6749 §5.1)",
        ),
        ("", "`body` is missing (RFC 6749 §5.1)"),
        (" \r\n", "`body` is missing (RFC 6749 §5.1)"),
        (
            r#"{"access_token":"sentinel"#,
            "`JSON` is not a JSON object (RFC 8259 §4)",
        ),
        ("Not Found", "`body` is not JSON (RFC 6749 §5.1)"),
        (r#"["a"]"#, "`body` is not JSON (RFC 6749 §5.1)"),
        ("null", "`body` is not JSON (RFC 6749 §5.1)"),
    ] {
        for (status, behind) in [
            (200, ""),
            (502, ", in an answer with status 502 Bad Gateway"),
        ] {
            let result = read_as(status, "text/html", body, &Quirks::default());
            let error = result.clone().unwrap_err();
            assert_eq!(error.to_string(), format!("{shown}{behind}"));
            assert!(!format!("{error:?}").contains("sentinel"));
            let (_, excerpt) = fault(result);
            assert_eq!(
                (excerpt.status.as_u16(), excerpt.body.expose()),
                (status, body)
            );
        }
    }
}

#[test]
fn a_missing_token_is_named() {
    for body in [
        "{}",
        r#"{"token_type":"Bearer"}"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":null}"#,
    ] {
        let (fault, _) = fault(read_json(body));
        assert_eq!(
            fault,
            Malformed::missing("access_token", "RFC 6749 §5.1"),
            "{body}"
        );
    }
}

#[test]
fn a_status_that_is_no_success_yields_no_token() {
    for status in [302, 400, 500] {
        let (fault, _) = fault(read_as(
            status,
            "application/json",
            GOOD,
            &Quirks::default(),
        ));
        assert_eq!(fault, Malformed::missing("error", "RFC 6749 §5.2"));
    }
}

#[test]
fn camel_case_is_read_only_where_a_quirk_says_so() {
    let body = r#"{"accessToken":"a","tokenType":"Bearer","expiresIn":60,"refreshToken":"r"}"#;
    assert!(read_json(body).is_err());
    let reading = with_quirks(body, |quirks| quirks.camel_case = true);
    assert_eq!(reading.response.expires_in, Some(60));
    assert_eq!(reading.response.refresh_token.unwrap().expose(), "r");
    assert_eq!(reading.deviations, [Deviation::NamesInCamelCase]);
}

#[test]
fn a_nested_token_is_read_only_where_a_quirk_says_so() {
    let body = r#"{"ok":true,"app_id":"A","authed_user":{"id":"U","scope":"chat:write,users:read","access_token":"xoxp-1","token_type":"user"},"team":{"id":"T"}}"#;
    assert!(read_json(body).is_err());
    let reading = with_quirks(body, |quirks| {
        quirks.nested_token = Some("authed_user".to_owned());
        quirks.token_type = Some(TokenType::Bearer);
    });
    assert_eq!(reading.response.access_token.expose(), "xoxp-1");
    assert_eq!(reading.response.token_type, TokenType::Bearer);
    assert_eq!(
        reading.response.scope.unwrap().to_string(),
        "chat:write users:read"
    );
    assert_eq!(
        reading.deviations,
        [Deviation::NestedToken, Deviation::ScopeWithCommas]
    );
}

#[test]
fn other_names_are_read_only_where_a_quirk_says_so() {
    let body = "access_token=a&expires=5183999";
    let quirks = Quirks {
        renamed: vec![("expires".to_owned(), "expires_in".to_owned())],
        ..Quirks::default()
    };
    let read = |quirks: &Quirks| {
        read_as(200, "text/plain", body, quirks)
            .unwrap()
            .response
            .expires_in
    };
    assert_eq!(read(&quirks), Some(5_183_999));
    assert_eq!(read(&Quirks::default()), None);
}

#[test]
fn a_member_that_occurs_twice_is_refused() {
    let (fault, _) = fault(read_json(
        r#"{"access_token":"a","token_type":"Bearer","access_token":"b"}"#,
    ));
    assert_eq!(fault.fault, Fault::Repeated);
}

#[test]
fn a_member_of_the_wrong_type_is_refused() {
    for member in [
        r#""refresh_token":1"#,
        r#""id_token":{}"#,
        r#""scope":7"#,
        r#""authorization_details":{}"#,
    ] {
        fault(with(member));
    }
    fault(read_json(r#"{"access_token":["a"],"token_type":"Bearer"}"#));
    fault(read_json(r#"{"access_token":"a","token_type":1}"#));
}

proptest! {
    #[test]
    fn reading_never_panics(body in ".{0,200}", status in 100..600u16) {
        let _ = read_as(status, "application/json", &body, &Quirks::default());
        let _ = read_as(status, "text/plain", &format!("{{\"error\":{body}}}"), &Quirks::default());
    }
}
