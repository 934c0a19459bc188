//! Records of logs that hold a whole exchange, and schemes held against what the API asks for.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;

fn explain(input: &str) -> Vec<Finding> {
    let known = Known::parse("{}").unwrap();
    let evidence = Evidence::read(input.as_bytes(), known);
    diagnose(&evidence, Timestamp::from_unix(1_795_262_400))
}

fn has(input: &str, code: &str) -> bool {
    explain(input)
        .iter()
        .any(|it| it.code == code && it.likelihood <= Likelihood::Likely)
}

#[test]
fn credentials_in_a_record_are_looked_at_and_not_shown() {
    let encoded = "c2hvcDpwNHNzdzByZC1vZi1zaG9wCg==";
    let record = format!(
        r#"12:00:01 WARN client {{"method":"POST","url":"https://id.example/token","headers":{{"authorization":"Basic {encoded}"}},"data":"grant_type=client_credentials","statusCode":401,"responseBody":{{"error":"invalid_client"}}}}"#
    );
    assert!(has(
        &record,
        "oauth2/client-authentication/stray-characters"
    ));
    let shown: Vec<_> = explain(&record)
        .iter()
        .map(|it| it.to_json().to_string())
        .collect();
    assert!(!shown.concat().contains(encoded));
}

#[test]
fn records_in_order_show_a_code_that_is_used_twice() {
    let record = |status: u16| {
        format!(
            r#"{{"level":"info","msg":"token","request":{{"method":"POST","url":"https://id.example/token","body":{{"grant_type":"authorization_code","code":"SplxlOBeZQQYbYS6WxSbIA"}}}},"response":{{"status":{status}}}}}"#
        )
    };
    let both = format!("{}\n{}", record(200), record(400));
    assert!(has(&both, "oauth2/code/used-twice"));
    assert!(!has(&record(400), "oauth2/code/used-twice"));
}

#[test]
fn a_record_without_a_body_shows_no_empty_one() {
    let record = r#"{"level":30,"req":{"method":"POST","url":"https://id.example/token","body":"grant_type=client_credentials"},"res":{"statusCode":200},"msg":"done"}"#;
    assert!(!has(record, "oauth2/token-answer/no-access-token"));
}

fn answered(sent: &str, challenge: &str) -> String {
    format!(
        "GET /orders HTTP/1.1\nHost: api.example\nAuthorization: {sent}\n\n\
         HTTP/1.1 401 Unauthorized\nWWW-Authenticate: {challenge}\n\n"
    )
}

#[test]
fn a_scheme_is_held_against_the_challenge() {
    let (malformed, bound) = (
        "oauth2/resource/authorization-malformed",
        "oauth2/dpop/bearer-scheme",
    );
    assert!(has(
        &answered("Basic bWU6eW91", "Bearer realm=\"x\""),
        malformed
    ));
    assert!(!has(
        &answered("Basic bWU6eW91", "Bearer, Basic realm=\"x\""),
        malformed
    ));
    assert!(!has(
        &answered("Basic bWU6eW91", "Basic realm=\"x\""),
        malformed
    ));
    let token = "Bearer 2YotnFZFEjr1zCsicMWpAA";
    assert!(has(
        &answered(token, "DPoP algs=\"ES256\", error=\"invalid_token\""),
        bound
    ));
    assert!(!has(
        &answered(token, "Bearer error=\"invalid_token\", DPoP algs=\"ES256\""),
        bound
    ));
}
