//! Whatever is pasted does no harm.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange, Header, Kind, Request, Response};
use tripod_doctor::finding::Finding;
use tripod_doctor::known::{Known, Malformed};

const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

fn explain(input: &[u8], known: &str) -> Vec<Finding> {
    let known = Known::parse(known).unwrap();
    diagnose(&Evidence::read(input, known), NOW)
}

const SECRETS: &str =
    r#"{"consumer_secret": "kd94hf93k423kf44", "token_secret": "pfkkdhi9sl3r4s00"}"#;

/// Some of the corpus, to be cut and bent.
fn samples() -> Vec<Vec<u8>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/doctor");
    let names = [
        "oauth1-body-left-out",
        "oauth1-flickr-behind-proxy",
        "oauth2-dpop-htu",
        "oauth2-pkce-padded",
        "oauth2-log-vendor-google-refresh",
        "oauth2-redirected",
    ];
    names
        .iter()
        .map(|name| fs::read(corpus.join(name).join("evidence")).unwrap())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_octets_do_no_harm(octets: Vec<u8>) {
        let _ = explain(&octets, SECRETS);
    }

    #[test]
    fn arbitrary_text_of_this_kind_does_no_harm(
        text in "(OAuth |Basic |Bearer |curl |GET /|HTTP/1.1 |> |< |https://|\\{|\\}|\"|'|=|&|%|:|,|\\.|\\\\|\n|\r|é|eyJ|oauth_[a-z]{0,5}|error|[a-z0-9]{0,4}){0,40}",
    ) {
        let _ = explain(text.as_bytes(), SECRETS);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn cut_and_bent_captures_do_no_harm(which in 0_usize..6, at in 0_usize..4000, octet: u8) {
        let samples = samples();
        let mut sample = samples.get(which).unwrap().clone();
        let index = at % sample.len();
        *sample.get_mut(index).unwrap() = octet;
        let _ = explain(&sample, SECRETS);
        sample.truncate(index);
        let _ = explain(&sample, SECRETS);
    }
}

#[test]
fn huge_inputs_are_bounded() {
    let long = "a=b&".repeat(500_000);
    let header = format!(
        "OAuth oauth_consumer_key=\"k\", oauth_signature=\"MdpQcU8iPSUjWoN/UDMsK2sui9I=\", oauth_nonce=\"{long}\""
    );
    let _ = explain(header.as_bytes(), SECRETS);
    let url = format!("https://api.example/x?{long}");
    let _ = explain(url.as_bytes(), SECRETS);
    let log = "ERROR invalid_grant at https://a.example/?code=1\n".repeat(40_000);
    assert!(!explain(log.as_bytes(), "{}").is_empty());
    let deep = "[".repeat(200_000);
    let _ = explain(deep.as_bytes(), "{}");
}

#[test]
fn each_kind_is_found_out() {
    for (input, kind) in [
        ("", Kind::Nothing),
        ("OAuth oauth_consumer_key=\"a\"", Kind::AuthorizationHeader),
        ("Authorization: Bearer abc", Kind::AuthorizationHeader),
        ("$ curl https://a.example", Kind::CurlCommand),
        (
            "* Trying\n> GET / HTTP/1.1\n> Host: a\n>\n< HTTP/1.1 200 OK\n<\n",
            Kind::CurlLog,
        ),
        ("{\"error\":\"invalid_grant\"}", Kind::ErrorBody),
        ("oauth_problem=nonce_used", Kind::ErrorBody),
        ("{\"log\":{\"entries\":[]}}", Kind::Har),
        ("HTTP/1.1 401 Unauthorized\n\n", Kind::Http),
        ("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.", Kind::Jwt),
        ("it does not work", Kind::Text),
        (
            "{\"exchanges\":[{\"response\":{\"status\":401}}]}",
            Kind::Trace,
        ),
        ("com.example.app:/cb?code=1", Kind::Url),
    ] {
        assert_eq!(
            Evidence::read(input.as_bytes(), Known::default()).kind,
            kind,
            "{input}"
        );
    }
}

#[test]
fn what_a_program_saw_itself_is_judged_alike() {
    let mut request = Request::new("GET", "https://api.example/me");
    request.headers.push(Header::new(
        "Authorization",
        "Bearer 2YotnFZFEjr1zCsicMWpAA",
    ));
    let mut response = Response::new(403);
    response.headers.push(Header::new(
        "WWW-Authenticate",
        "Bearer error=\"insufficient_scope\"",
    ));
    let evidence = Evidence::of_exchanges(
        vec![Exchange::new(Some(request), Some(response))],
        Known::default(),
    );
    let findings = diagnose(&evidence, NOW);
    assert_eq!(findings.first().unwrap().code, "oauth2/scope/insufficient");
}

#[test]
fn what_is_known_is_refused_by_name_where_it_is_not_understood() {
    assert_eq!(Known::parse("[]").unwrap_err(), Malformed::NotObject);
    let name = "client_secert".to_owned();
    assert_eq!(
        Known::parse(r#"{"client_secert": "x"}"#).unwrap_err(),
        Malformed::Unknown { name }
    );
    let name = "client_id".to_owned();
    assert_eq!(
        Known::parse(r#"{"client_id": 7}"#).unwrap_err(),
        Malformed::NotText { name }
    );
    assert_eq!(
        Known::parse(r#"{"scope": ["a", "b"]}"#)
            .unwrap()
            .scope
            .as_deref(),
        Some("a b")
    );
}

#[test]
fn evidence_is_not_printed_for_debugging() {
    let input = "POST /token HTTP/1.1\nHost: as.example\nAuthorization: Basic c2VudGluZWw6c2VudGluZWw=\n\ncode=sentinel&client_secret=sentinel";
    let known = Known::parse(
        r#"{"client_secret": "sentinel", "code_verifier": "sentinel", "state": "sentinel"}"#,
    )
    .unwrap();
    let printed = format!("{:?}", Evidence::read(input.as_bytes(), known));
    assert!(
        !printed.contains("sentinel") && !printed.contains("c2VudGluZWw"),
        "{printed}"
    );
}

/// What an hour's log holds: every reader has something to do in each line.
#[test]
fn long_logs_are_read_in_time() {
    let lines = [
        "2026-11-21T21:17:02Z DEBUG a::b: POST https://as.example/token {\"a\":\n",
        "{\"level\":\"info\",\"msg\":\"x {'a': [{\",\"ts\":1}\n",
        "  | 'never closed\n",
        "> > GET /x HTTP/1.1\n",
        "Authorization: Basic YTpi\n",
        "{ a: { b: { c: [ d\n",
        "[{(\"a\": {{{{{{{{{{\n",
        "\n",
    ];
    for line in lines {
        let log = line.repeat(256 * 1024 / line.len());
        let _ = Evidence::read(log.as_bytes(), Known::default());
    }
    let log = lines.concat().repeat(1500);
    let _ = Evidence::read(log.as_bytes(), Known::default());
}
