use http::{HeaderMap, HeaderValue, StatusCode, header};
use proptest::option;
use proptest::prelude::*;
use tripod_core::timestamp::Timestamp;

use super::*;
use crate::error::{ErrorCode, ErrorResponse, Fault, Refusal};

const ANSWER: &str = include_str!("../../../../vectors/oauth2/device/rfc8628-3.2/response.json");

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_000_000 + seconds)
}

fn refused(code: ErrorCode) -> Error {
    Error::Refused(Box::new(Refusal::new(ErrorResponse::new(code))))
}

fn troubled(status: u16, retry_after: Option<&'static str>) -> Error {
    troubled_with(status, retry_after, b"<html>")
}

fn troubled_with(status: u16, retry_after: Option<&'static str>, body: &[u8]) -> Error {
    let mut headers = HeaderMap::new();
    if let Some(value) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(value));
    }
    let status = StatusCode::from_u16(status).unwrap();
    token::read(&Answer::new(status, &headers, body), &Quirks::default()).unwrap_err()
}

fn response(interval: Option<u64>) -> DeviceAuthorizationResponse {
    let mut response =
        DeviceAuthorizationResponse::new("d", "u", "https://a/", Duration::from_secs(1800));
    response.interval = interval;
    response
}

fn wait(seconds: u64) -> PollingStep {
    PollingStep::Wait(Duration::from_secs(seconds))
}

#[test]
fn the_answer_of_rfc_8628_is_read() {
    let headers = HeaderMap::new();
    let answer = Answer::new(StatusCode::OK, &headers, ANSWER.as_bytes());
    let response = DeviceAuthorizationResponse::read(&answer, &Quirks::default()).unwrap();
    assert_eq!(
        response.device_code.expose(),
        "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"
    );
    assert_eq!(response.user_code.expose(), "WDJB-MJHT");
    assert_eq!(response.verification_uri, "https://example.com/device");
    assert_eq!((response.expires_in, response.interval), (1800, Some(5)));
}

#[test]
fn a_name_of_the_servers_own_is_read_only_where_a_quirk_says_so() {
    let headers = HeaderMap::new();
    let body = br#"{"device_code":"d","user_code":"u","verification_url":"https://www.google.com/device","expires_in":"1800"}"#;
    let answer = Answer::new(StatusCode::OK, &headers, body);
    assert!(DeviceAuthorizationResponse::read(&answer, &Quirks::default()).is_err());
    let renamed = vec![("verification_url".to_owned(), "verification_uri".to_owned())];
    let quirks = Quirks {
        renamed,
        ..Quirks::default()
    };
    assert_eq!(
        DeviceAuthorizationResponse::read(&answer, &quirks)
            .unwrap()
            .expires_in,
        1800
    );
}

#[test]
fn a_refusal_is_told() {
    let headers = HeaderMap::new();
    let answer = Answer::new(
        StatusCode::BAD_REQUEST,
        &headers,
        br#"{"error":"unauthorized_client"}"#,
    );
    let error = DeviceAuthorizationResponse::read(&answer, &Quirks::default()).unwrap_err();
    assert!(
        matches!(error, Error::Refused(refusal) if refusal.error.code == ErrorCode::UnauthorizedClient)
    );
}

#[test]
fn what_is_required_has_to_be_there() {
    for name in ["device_code", "user_code", "verification_uri", "expires_in"] {
        let mut members = Members::parse(ANSWER.as_bytes()).unwrap();
        members.take(name);
        assert_eq!(
            DeviceAuthorizationResponse::parse(members),
            Err(Malformed::missing(name, RULE))
        );
    }
}

#[test]
fn repeated_parameters_are_refused() {
    let parse = |form: &[u8]| DeviceAuthorizationRequest::parse(&Parameters::parse(form).unwrap());
    assert_eq!(
        parse(b"client_id=1406020730&scope=example_scope")
            .unwrap()
            .scope
            .unwrap()
            .to_string(),
        "example_scope"
    );
    assert_eq!(
        parse(b"scope=a&scope=b").unwrap_err().fault,
        Fault::Repeated
    );
    assert!(parse(b"scope=%22").is_err() && parse(b"resource=a").is_err());
}

#[test]
fn a_device_waits_five_seconds_unless_told_otherwise() {
    assert_eq!(Polling::new(&response(None), at(0)).step(at(0)), wait(5));
    let polling = Polling::new(&response(Some(7)), at(0));
    assert_eq!(polling.step(at(0)), wait(7));
    assert_eq!(polling.step(at(6)), wait(1));
    assert_eq!(polling.step(at(7)), PollingStep::Poll);
    assert_eq!(polling.step(at(1799)), PollingStep::Poll);
    assert_eq!(polling.step(at(1800)), PollingStep::Expired);
}

#[test]
fn pending_waits_one_interval_and_slow_down_lengthens_all_of_them() {
    let polling = Polling::new(&response(None), at(0));
    let polling = polling
        .after_error(refused(ErrorCode::AuthorizationPending), at(5))
        .unwrap();
    assert_eq!(polling.step(at(5)), wait(5));
    let polling = polling
        .after_error(refused(ErrorCode::SlowDown), at(10))
        .unwrap();
    assert_eq!(polling.step(at(10)), wait(10));
    let polling = polling
        .after_error(refused(ErrorCode::AuthorizationPending), at(20))
        .unwrap();
    assert_eq!(polling.step(at(20)), wait(10));
    let polling = polling
        .after_error(refused(ErrorCode::SlowDown), at(30))
        .unwrap();
    assert_eq!(polling.interval(), 15);
}

#[test]
fn any_other_error_ends_it() {
    for code in [
        "access_denied",
        "expired_token",
        "invalid_grant",
        "invalid_client",
        "x",
    ] {
        let error = refused(ErrorCode::from(code));
        let polling = Polling::new(&response(None), at(0));
        assert_eq!(polling.after_error(error.clone(), at(5)), Err(error));
    }
    let mismatch = Error::from(crate::error::Mismatch::Issuer);
    assert_eq!(
        Polling::new(&response(None), at(0)).after_error(mismatch.clone(), at(5)),
        Err(mismatch)
    );
    let headers = HeaderMap::new();
    let answer = Answer::new(
        StatusCode::BAD_GATEWAY,
        &headers,
        br#"{"error":"access_denied"}"#,
    );
    let denied = token::read(&answer, &Quirks::default()).unwrap_err();
    assert_eq!(
        Polling::new(&response(None), at(0)).after_error(denied.clone(), at(5)),
        Err(denied)
    );
    let page = troubled(404, None);
    assert_eq!(
        Polling::new(&response(None), at(0)).after_error(page.clone(), at(5)),
        Err(page)
    );
}

#[test]
fn no_answer_and_server_trouble_make_it_poll_less_often() {
    let polling = Polling::new(&response(None), at(0)).after_timeout(at(5));
    assert_eq!(polling.step(at(5)), wait(10));
    let polling = polling.after_error(troubled(502, None), at(15)).unwrap();
    assert_eq!(polling.step(at(15)), wait(20));
    let polling = polling
        .after_error(troubled(503, Some("90")), at(35))
        .unwrap();
    assert_eq!(polling.step(at(35)), wait(90));
    let polling = polling
        .after_timeout(at(125))
        .after_timeout(at(125))
        .after_timeout(at(125));
    assert_eq!(polling.interval(), 60);
    let busy = |status| troubled_with(status, None, br#"{"message":"busy"}"#);
    assert!(
        Polling::new(&response(None), at(0))
            .after_error(busy(429), at(5))
            .is_ok()
    );
    assert!(
        Polling::new(&response(None), at(0))
            .after_error(busy(404), at(5))
            .is_err()
    );
    let zero = Polling::new(&response(Some(0)), at(0)).after_timeout(at(0));
    assert_eq!(zero.step(at(0)), wait(2));
}

#[test]
fn waiting_never_goes_beyond_the_end() {
    let mut short = response(Some(60));
    short.expires_in = 10;
    assert_eq!(Polling::new(&short, at(0)).step(at(0)), wait(10));
    let mut endless = response(Some(u64::MAX));
    endless.expires_in = u64::MAX;
    let polling = Polling::new(&endless, at(0))
        .after_error(refused(ErrorCode::SlowDown), at(0))
        .unwrap();
    assert!(matches!(polling.step(at(0)), PollingStep::Wait(_)));
}

#[test]
fn a_provider_slows_down_who_polls_too_fast() {
    let limit = PollingLimit::new(5).poll(at(0)).unwrap();
    let limit = limit.poll(at(5)).unwrap();
    let limit = limit.poll(at(9)).expect("a second early is jitter");
    let slower = limit.poll(at(10)).unwrap_err();
    assert_eq!((slower.interval, slower.last), (10, Some(at(10))));
    assert_eq!(slower.poll(at(16)).unwrap_err().interval, 15);
}

#[test]
fn typed_codes_are_read_whatever_is_between_the_letters() {
    for typed in [
        "WDJB-MJHT",
        "wdjbmjht",
        " w d j b - m j h t ",
        "WDJB–MJHT",
        "WDJBaMJHT1",
    ] {
        assert_eq!(
            UserCode::parse(typed).unwrap().to_grouped().expose(),
            "WDJB-MJHT",
            "{typed}"
        );
    }
    for typed in ["", "WDJB-MJH", "WDJB-MJHTT", "AEIO-UAEI", "1234-5678"] {
        assert_eq!(UserCode::parse(typed), None, "{typed}");
    }
}

#[test]
fn octets_that_would_favour_some_letters_are_drawn_again() {
    let mut octets = (0..=255u8).rev();
    let code =
        UserCode::generate(&mut |octet: &mut [u8]| octet.fill_with(|| octets.next().unwrap()));
    assert_eq!(code.as_secret().expose(), "ZXWVTSRQ"); // from 239 down to 232
}

proptest! {
    #[test]
    fn generated_codes_are_read_back(seed: [u8; 8]) {
        let mut octets = seed.into_iter().map(|octet| octet % 240).cycle();
        let code = UserCode::generate(&mut |octet: &mut [u8]| octet.fill_with(|| octets.next().unwrap()));
        prop_assert_eq!(UserCode::parse(code.to_grouped().expose()), Some(code));
    }

    #[test]
    fn parsing_undoes_writing(
        (device, user) in ("[ -~]{1,9}", "[ -~]{1,9}"),
        (uri, complete) in (".{0,9}", option::of("[a-z]{1,9}")),
        (expires_in, interval) in (any::<u64>(), option::of(any::<u64>())),
        (scope, details) in ("[a-z]{1,5}", option::of(authorization_details::tests::details())),
        extra in "x_[a-z]{0,9}",
    ) {
        let mut response = DeviceAuthorizationResponse::new(device, user, uri, Duration::from_secs(expires_in));
        response.verification_uri_complete = complete.map(Secret::new);
        response.interval = interval;
        response.extra.put(extra.as_str(), 1);
        let json = response.encode().to_json();
        prop_assert_eq!(DeviceAuthorizationResponse::parse(Members::parse(json.as_bytes()).unwrap()), Ok(response));
        let mut request = DeviceAuthorizationRequest::new();
        request.scope = Some(Scope::parse(&scope).unwrap());
        request.resource.push(Resource::parse("https://a/").unwrap());
        request.authorization_details = details;
        request.extra.push(extra, "1");
        prop_assert_eq!(DeviceAuthorizationRequest::parse(&request.encode()), Ok(request));
    }
}
