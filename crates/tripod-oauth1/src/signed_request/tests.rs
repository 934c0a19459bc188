use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

/// Complete, but for its signature, which nobody looks at here.
const COMPLETE: [(&str, &str); 5] = [
    (CONSUMER_KEY, "ck"),
    (METHOD, "HMAC-SHA1"),
    (NONCE, "n"),
    (SIGNATURE, "c2ln"),
    (TIMESTAMP, "137131200"),
];

/// Where a test puts the parameters, each as it is written there.
#[derive(Default)]
struct Written {
    headers: Vec<Vec<u8>>,
    query: String,
    form: Option<Vec<u8>>,
}

impl Written {
    fn header(header: impl Into<Vec<u8>>) -> Self {
        Self {
            headers: vec![header.into()],
            ..Self::default()
        }
    }

    fn query(query: impl Into<String>) -> Self {
        let query = query.into();
        Self {
            query,
            ..Self::default()
        }
    }

    fn form(form: impl Into<Vec<u8>>) -> Self {
        Self {
            form: Some(form.into()),
            ..Self::default()
        }
    }

    fn request(&self) -> Request<Vec<u8>> {
        let mut request = Request::post(format!("/x?{}", self.query));
        for header in &self.headers {
            request = request.header("authorization", header.as_slice());
        }
        if self.form.is_some() {
            request = request.header("content-type", FORM);
        }
        request.body(self.form.clone().unwrap_or_default()).unwrap()
    }

    fn refusal(&self) -> Refusal {
        SignedRequest::parse(&self.request())
            .map(|_| ())
            .unwrap_err()
    }
}

fn in_header(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}=\"{value}\""))
        .collect();
    format!("OAuth {}", parts.join(", "))
}

fn in_form(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    parts.join("&")
}

/// Complete, with one parameter taken out or written otherwise, or one more.
fn with(name: &'static str, value: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
    let mut pairs = COMPLETE.to_vec();
    pairs.retain(|(other, _)| *other != name);
    pairs.extend(value.map(|value| (name, value)));
    pairs
}

/// The same parameters in each of the three places.
fn everywhere(pairs: &[(&str, &str)]) -> [Written; 3] {
    [
        Written::header(in_header(pairs)),
        Written::query(in_form(pairs)),
        Written::form(in_form(pairs)),
    ]
}

fn duplicate(name: &str) -> Refusal {
    Refusal::Duplicate {
        name: name.to_owned(),
    }
}

fn invalid(name: &str) -> Refusal {
    Refusal::InvalidValue {
        name: name.to_owned(),
    }
}

fn too_large(name: &str) -> Refusal {
    Refusal::TooLarge {
        name: name.to_owned(),
    }
}

fn missing(names: &[&'static str]) -> Refusal {
    Refusal::Missing {
        names: names.to_vec(),
    }
}

mod places {
    use super::*;

    #[test]
    fn each_place_is_read() {
        let pairs = [
            COMPLETE.as_slice(),
            &[(TOKEN, "t%20o"), ("oauth_verifier", "v")],
        ]
        .concat();
        let places = [Placement::Header, Placement::Query, Placement::Body];
        for (written, placement) in everywhere(&pairs).iter().zip(places) {
            let request = written.request();
            let signed = SignedRequest::parse(&request).unwrap();
            assert_eq!(signed.placement(), placement);
            assert_eq!(signed.consumer_key(), "ck");
            assert_eq!(signed.token(), Some("t o"));
            assert_eq!(signed.signature_method(), &SignatureMethod::HmacSha1);
            assert_eq!(
                signed.stamp(),
                Some((Timestamp::from_unix(137_131_200), "n"))
            );
            assert_eq!(signed.signature().as_ref(), b"c2ln");
            assert_eq!(signed.parameter("oauth_verifier").as_deref(), Some("v"));
            assert_eq!(signed.parameter("oauth_callback"), None);
            assert_eq!(signed.parameter(SIGNATURE), None);
            assert_eq!(signed.realm(), None);
        }
    }

    #[test]
    fn parameters_in_two_places_are_refused() {
        // RFC 5849 §3.5: in one and only one of the locations.
        let (header, form) = (in_header(&COMPLETE), in_form(&COMPLETE));
        let several = |one, other| Refusal::SeveralPlaces { one, other };
        for extra in ["oauth_token=t", "oauth%5Fx=", "oauth_nonce=n"] {
            let mut written = Written::header(header.as_str());
            written.query = extra.to_owned();
            let expected = several(Placement::Header, Placement::Query);
            assert_eq!(written.refusal(), expected);

            let mut written = Written::header(header.as_str());
            written.form = Some(extra.into());
            let expected = several(Placement::Header, Placement::Body);
            assert_eq!(written.refusal(), expected);

            let mut written = Written::query(form.as_str());
            written.form = Some(extra.into());
            let expected = several(Placement::Query, Placement::Body);
            assert_eq!(written.refusal(), expected);
        }
    }

    #[test]
    fn a_body_that_is_no_form_is_not_read() {
        let mut request = Written::form(in_form(&COMPLETE)).request();
        let json = http::HeaderValue::from_static("application/json");
        request.headers_mut().insert("content-type", json);
        let refused = SignedRequest::parse(&request).map(|_| ());
        assert_eq!(refused, Err(Refusal::NotSigned));
    }

    #[test]
    fn other_schemes_of_authorization_are_ignored() {
        for other in ["Bearer x", "Basic eDp5", "OAuth2 x", "", "\u{ff}", "Bearer"] {
            let alone = Written::header(other);
            assert_eq!(alone.refusal(), Refusal::NotSigned, "{other}");
            let mut beside = Written::query(in_form(&COMPLETE));
            beside.headers.push(other.into());
            assert!(SignedRequest::parse(&beside.request()).is_ok(), "{other}");
            let mut before = Written::header(other);
            before.headers.push(in_header(&COMPLETE).into());
            assert!(SignedRequest::parse(&before.request()).is_ok(), "{other}");
        }
    }

    #[test]
    fn a_request_without_parameters_is_not_signed() {
        for written in [
            Written::default(),
            Written::query("a=1&OAUTH_nonce=n&oauth=1"),
            Written::header("OAuth"),
            Written::header("OAuth realm=\"r\""),
            Written::form("[]"),
            Written::query("[]"),
        ] {
            assert_eq!(written.refusal(), Refusal::NotSigned);
        }
    }

    #[test]
    fn a_realm_is_read_and_may_stand_anywhere_in_the_header() {
        let header = format!(r#"{}, realm="a \"b\", c""#, in_header(&COMPLETE));
        let request = Written::header(header).request();
        let signed = SignedRequest::parse(&request).unwrap();
        assert_eq!(signed.realm().as_deref(), Some(r#"a "b", c"#));
    }
}

mod duplicates {
    use super::*;

    #[test]
    fn a_parameter_twice_is_refused_even_with_the_same_value() {
        for (name, value) in COMPLETE {
            for other in [value, "other", ""] {
                let pairs = [COMPLETE.as_slice(), &[(name, other)]].concat();
                for written in everywhere(&pairs) {
                    assert_eq!(written.refusal(), duplicate(name));
                }
            }
        }
    }

    #[test]
    fn a_parameter_twice_is_refused_however_its_name_is_encoded() {
        let encoded = ["oauth%5Fnonce", "oauth%5fnonce", "%6Fauth_nonc%65"];
        for name in encoded {
            let pairs = [COMPLETE.as_slice(), &[(name, "n")]].concat();
            for written in everywhere(&pairs) {
                assert_eq!(written.refusal(), duplicate(NONCE));
            }
        }
    }

    #[test]
    fn a_parameter_that_nobody_knows_is_refused_twice_too() {
        let pairs = [COMPLETE.as_slice(), &[("oauth_x", "1"), ("oauth_x", "2")]].concat();
        for written in everywhere(&pairs) {
            assert_eq!(written.refusal(), duplicate("oauth_x"));
        }
    }

    #[test]
    fn a_parameter_in_two_headers_is_refused() {
        let mut written = Written::header(in_header(&COMPLETE));
        written.headers.push(in_header(&[(NONCE, "n")]).into());
        assert_eq!(written.refusal(), duplicate(NONCE));
    }

    #[test]
    fn a_realm_twice_is_refused() {
        let realm = |header: String| format!("{header}, realm=\"r\"");
        let written = Written::header(realm(realm(in_header(&COMPLETE))));
        assert_eq!(written.refusal(), duplicate("realm"));
        let mut written = Written::header(realm(in_header(&COMPLETE)));
        written.headers.push(b"OAuth realm=\"r\"".to_vec());
        assert_eq!(written.refusal(), duplicate("realm"));
    }

    #[test]
    fn other_parameters_may_repeat() {
        let mut written = Written::header(in_header(&COMPLETE));
        written.query = "a=1&a=1&a=2".to_owned();
        written.form = Some(b"a=1".to_vec());
        assert!(SignedRequest::parse(&written.request()).is_ok());
    }
}

mod missing {
    use super::*;

    #[test]
    fn each_parameter_is_missed_by_name() {
        for (name, _) in COMPLETE {
            for value in [None, Some("")] {
                for written in everywhere(&with(name, value)) {
                    assert_eq!(written.refusal(), missing(&[name]));
                }
            }
        }
    }

    #[test]
    fn all_that_is_missing_is_named() {
        let written = Written::query("oauth_token=t");
        let all = [CONSUMER_KEY, METHOD, SIGNATURE, TIMESTAMP, NONCE];
        assert_eq!(written.refusal(), missing(&all));
    }

    #[test]
    fn plaintext_may_come_without_timestamp_and_nonce() {
        let pairs = [
            (CONSUMER_KEY, "ck"),
            (METHOD, "PLAINTEXT"),
            (SIGNATURE, "cs%26"),
        ];
        for written in everywhere(&pairs) {
            let request = written.request();
            let signed = SignedRequest::parse(&request).unwrap();
            assert_eq!(signed.stamp(), None);
            assert_eq!(signed.signature().as_ref(), b"cs&");
        }
    }

    #[test]
    fn no_other_method_may_come_without_them() {
        let methods = [
            "plaintext",
            "PLAINTEXT ",
            "RSA-SHA1",
            "HMAC-SHA512",
            "OTHER",
        ];
        for method in methods {
            let pairs = [(CONSUMER_KEY, "ck"), (METHOD, method), (SIGNATURE, "cs")];
            let refused = Written::header(in_header(&pairs)).refusal();
            assert_eq!(refused, missing(&[TIMESTAMP, NONCE]), "{method}");
        }
    }

    #[test]
    fn an_empty_token_is_none() {
        for written in everywhere(&with(TOKEN, Some(""))) {
            let request = written.request();
            assert_eq!(SignedRequest::parse(&request).unwrap().token(), None);
        }
    }
}

mod values {
    use super::*;

    #[test]
    fn the_version_is_1_0_or_none() {
        for version in ["1.0", "1%2E0"] {
            let request = Written::header(in_header(&with("oauth_version", Some(version))));
            assert!(
                SignedRequest::parse(&request.request()).is_ok(),
                "{version}"
            );
        }
        for version in ["", "1", "1.0a", "2.0", "1.00", "01.0", " 1.0"] {
            let written = Written::header(in_header(&with("oauth_version", Some(version))));
            assert_eq!(written.refusal(), Refusal::VersionRejected, "{version}");
        }
    }

    #[test]
    fn a_timestamp_is_a_positive_integer() {
        let bad = [
            "0",
            "-1",
            "1.5",
            "1e9",
            "0x1",
            "+1",
            "%2B1",
            "1%20",
            "%201",
            "now",
            "%D9%A1",
            "00",
            "12345678901234567890",
            "9223372036854775808",
            "1,000",
        ];
        for text in bad {
            for written in everywhere(&with(TIMESTAMP, Some(text))) {
                assert_eq!(written.refusal(), invalid(TIMESTAMP), "{text}");
            }
        }
        let good = [
            ("1", 1),
            ("0001", 1),
            ("%31", 1),
            ("9223372036854775807", i64::MAX),
        ];
        for (text, seconds) in good {
            for written in everywhere(&with(TIMESTAMP, Some(text))) {
                let request = written.request();
                let stamp = SignedRequest::parse(&request).unwrap().stamp().unwrap().0;
                assert_eq!(stamp.as_unix(), seconds);
            }
        }
    }

    #[test]
    fn what_is_not_utf_8_is_refused_where_text_is_wanted() {
        for name in [CONSUMER_KEY, METHOD, NONCE, TIMESTAMP, TOKEN] {
            for value in ["%FF", "a%C3", "%ED%A0%80"] {
                for written in everywhere(&with(name, Some(value))) {
                    assert_eq!(written.refusal(), invalid(name), "{value}");
                }
            }
        }
    }

    #[test]
    fn values_are_decoded_once() {
        // A second time would make `a+b` or `a b` of it.
        for written in everywhere(&with(CONSUMER_KEY, Some("a%252Bb"))) {
            let request = written.request();
            let signed = SignedRequest::parse(&request).unwrap();
            assert_eq!(signed.consumer_key(), "a%2Bb");
        }
        for written in everywhere(&with("oauth_verifier", Some("%2525%26"))) {
            let request = written.request();
            let signed = SignedRequest::parse(&request).unwrap();
            let verifier = signed.parameter("oauth_verifier");
            assert_eq!(verifier.as_deref(), Some("%25&"));
        }
    }

    #[test]
    fn a_plus_is_a_space_outside_the_header() {
        let places = everywhere(&with(NONCE, Some("a+b")));
        for (written, expected) in places.iter().zip(["a+b", "a b", "a b"]) {
            let request = written.request();
            let signed = SignedRequest::parse(&request).unwrap();
            assert_eq!(signed.stamp().unwrap().1, expected);
        }
    }

    #[test]
    fn values_longer_than_any_are_refused() {
        let long = "x".repeat(4_097);
        let longest = "x".repeat(4_096);
        for name in [CONSUMER_KEY, NONCE, SIGNATURE, TOKEN, "oauth_x"] {
            let pairs = |value: &str| {
                let mut pairs = COMPLETE.to_vec();
                pairs.retain(|(other, _)| *other != name);
                everywhere(&[pairs.as_slice(), &[(name, value)]].concat())
            };
            for written in pairs(&long) {
                assert_eq!(written.refusal(), too_large(name));
            }
            for written in pairs(&longest) {
                assert!(SignedRequest::parse(&written.request()).is_ok());
            }
        }
    }

    #[test]
    fn the_signature_of_the_longest_rsa_key_is_not_too_long() {
        // 8192 bits, which are 1,368 characters of base64, with more `+` and `/` than by chance.
        let signature = "abcd%2Bf%2F".repeat(195) + "a%3D%3D";
        let pairs = [
            &COMPLETE[..3],
            &COMPLETE[4..],
            &[(SIGNATURE, signature.as_str())],
        ]
        .concat();
        for written in everywhere(&pairs) {
            let request = written.request();
            assert!(SignedRequest::parse(&request).is_ok());
        }
    }

    #[test]
    fn more_parameters_than_any_form_has_are_refused() {
        let form = |count: usize| {
            let mut written = Written::header(in_header(&COMPLETE));
            written.form = Some("a&".repeat(count - COMPLETE.len()).into());
            written
        };
        assert!(SignedRequest::parse(&form(2_000).request()).is_ok());
        assert_eq!(form(2_001).refusal(), too_large("a"));
        let header = format!("OAuth {}", "a=\"\",".repeat(2_001));
        assert_eq!(Written::header(header).refusal(), too_large("a"));
        assert_eq!(Written::query("a&".repeat(2_001)).refusal(), too_large("a"));
    }

    #[test]
    fn a_name_is_cut_before_it_is_repeated_to_anyone() {
        let name = format!("oauth_{}", "x".repeat(1_000));
        let written = Written::query(format!("{name}=1&{name}=1"));
        let Refusal::Duplicate { name } = written.refusal() else {
            panic!("{:?}", written.refusal());
        };
        assert_eq!(name.len(), 64);
    }
}

#[test]
fn a_header_that_breaks_the_rules_is_refused() {
    use crate::authorization_header::Malformed;

    let nonce = || NONCE.to_owned();
    let cases = [
        (r#"OAuth oauth_nonce="n"#, Malformed::Unterminated(nonce())),
        ("OAuth oauth_nonce=n", Malformed::NotQuoted(nonce())),
        (r#"OAuth oauth_nonce="%zz""#, Malformed::Escape(nonce())),
        (
            r#"OAuth oauth_nonce="n"x="1""#,
            Malformed::Separator(nonce()),
        ),
        ("OAuth oauth_nonce", Malformed::Name),
        ("OAuth ?", Malformed::Name),
    ];
    for (header, reason) in cases {
        let refused = Written::header(header).refusal();
        assert_eq!(refused, Refusal::Header(reason), "{header}");
    }
}

#[test]
fn a_percent_sign_that_begins_no_escape_is_read_as_itself_in_a_query() {
    let request = Written::query(in_form(&with(NONCE, Some("100%")))).request();
    let signed = SignedRequest::parse(&request).unwrap();
    assert_eq!(signed.stamp().unwrap().1, "100%");
}
