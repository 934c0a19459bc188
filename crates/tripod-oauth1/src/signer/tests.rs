use http::header::{AUTHORIZATION, CONTENT_LENGTH};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use super::*;
use crate::collected::FORM;
use crate::message::Message;
use crate::origin::OriginError;
use crate::signature_method::{Signature, SigningFailed};

const SECURE: &str = "https://example.com/x";
const OTHER_METHOD: SignatureMethod = SignatureMethod::Other(std::borrow::Cow::Borrowed("OTHER"));

fn stamp() -> Stamp {
    Stamp::with_nonce(Timestamp::from_unix(1), "n")
}

fn client() -> Credentials {
    Credentials::new("ck", "cs")
}

fn signer(method: &SignatureMethod) -> Signer {
    Signer::with_secrets(method, &client(), None)
        .unwrap()
        .without_version()
}

/// Its signatures can be read.
fn plaintext() -> Signer {
    signer(&SignatureMethod::Plaintext)
}

fn hmac() -> Signer {
    signer(&SignatureMethod::HmacSha1)
}

fn get(uri: &str) -> Request<Vec<u8>> {
    Request::get(uri).body(Vec::new()).unwrap()
}

fn post(content_type: &str, body: &[u8]) -> Request<Vec<u8>> {
    Request::post(SECURE)
        .header("content-type", content_type)
        .body(body.to_vec())
        .unwrap()
}

fn sign_with(
    signer: &Signer,
    request: &Request<Vec<u8>>,
    parameters: &[(&str, &str)],
) -> Result<Signed, SignError> {
    let mut random = |octets: &mut [u8]| octets.fill(0);
    signer.sign_with(request, &stamp(), parameters, &mut random)
}

fn sign(signer: &Signer, request: &Request<Vec<u8>>) -> Result<Signed, SignError> {
    sign_with(signer, request, &[])
}

fn header(signer: &Signer, parameters: &[(&str, &str)]) -> String {
    match sign_with(signer, &get(SECURE), parameters) {
        Ok(Signed::Header(value)) => value.to_str().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// Signs, applies, and returns the URI.
fn signed_uri_of(uri: &str) -> String {
    let signer = plaintext()
        .placement(Placement::Query)
        .dangerous_exposed_plaintext();
    let mut request = get(uri);
    sign(&signer, &request).unwrap().apply(&mut request);
    request.uri().to_string()
}

const IN_FORM: &str = "oauth_consumer_key=ck&oauth_signature_method=PLAINTEXT&oauth_timestamp=1\
                       &oauth_nonce=n&oauth_signature=cs%26";

mod placements {
    use super::*;

    #[test]
    fn the_header_lists_all_parameters_encoded_and_quoted() {
        let token = Credentials::new("t o", "t&s");
        let signer = Signer::with_secrets(&SignatureMethod::Plaintext, &client(), Some(&token));
        let expected = "OAuth oauth_consumer_key=\"ck\", oauth_token=\"t%20o\", \
                        oauth_signature_method=\"PLAINTEXT\", oauth_version=\"1.0\", \
                        oauth_timestamp=\"1\", oauth_nonce=\"n\", \
                        oauth_verifier=\"%22%C3%BC%2B\", oauth_signature=\"cs%26t%2526s\"";
        let verifier = ("oauth_verifier", "\"\u{fc}+");
        assert_eq!(header(&signer.unwrap(), &[verifier]), expected);
    }

    #[test]
    fn the_header_is_sensitive() {
        let Ok(Signed::Header(value)) = sign(&plaintext(), &get(SECURE)) else {
            panic!("the header is where a signer puts the parameters by itself");
        };
        assert!(value.is_sensitive());
    }

    #[test]
    fn without_a_token_there_is_none_and_an_empty_one_is_sent_empty() {
        assert!(!header(&plaintext(), &[]).contains("oauth_token"));
        let empty = Credentials::new("", "");
        let method = SignatureMethod::Plaintext;
        let signer = Signer::with_secrets(&method, &client(), Some(&empty)).unwrap();
        let found = header(&signer, &[]);
        assert!(found.contains("oauth_token=\"\""), "{found}");
        assert!(found.ends_with("oauth_signature=\"cs%26\""), "{found}");
    }

    #[test]
    fn an_authorization_header_is_replaced() {
        for old in ["OAuth oauth_nonce=\"old\"", "Bearer old"] {
            let mut request = get(SECURE);
            request
                .headers_mut()
                .insert(AUTHORIZATION, HeaderValue::from_static(old));
            request
                .headers_mut()
                .append(AUTHORIZATION, HeaderValue::from_static("Basic b2xk"));
            sign(&plaintext(), &request).unwrap().apply(&mut request);
            let found: Vec<_> = request.headers().get_all(AUTHORIZATION).iter().collect();
            assert_eq!(found.len(), 1);
            assert!(!found[0].to_str().unwrap().contains("old"));
        }
    }

    #[test]
    fn a_query_is_appended_to() {
        let cases = [
            ("https://example.com", "https://example.com/?"),
            ("https://example.com/x", "https://example.com/x?"),
            ("https://example.com/x?", "https://example.com/x?"),
            ("https://example.com/x?a=1", "https://example.com/x?a=1&"),
            ("https://example.com?a=%2B+", "https://example.com/?a=%2B+&"),
            (
                "https://example.com/a;b/%2F?",
                "https://example.com/a;b/%2F?",
            ),
            ("https://example.com/x?a#top", "https://example.com/x?a&"),
            (
                "https://u:p@example.com:8443/",
                "https://u:p@example.com:8443/?",
            ),
        ];
        for (uri, expected) in cases {
            assert_eq!(signed_uri_of(uri), format!("{expected}{IN_FORM}"));
        }
    }

    #[test]
    fn a_form_is_appended_to_and_its_length_corrected() {
        let signer = plaintext().placement(Placement::Body);
        let mut request = post(
            "application/x-www-form-urlencoded;charset=utf-8",
            b"a=\xFF+",
        );
        request.headers_mut().insert(CONTENT_LENGTH, 4.into());
        sign(&signer, &request).unwrap().apply(&mut request);
        let expected = [b"a=\xFF+&", IN_FORM.as_bytes()].concat();
        assert_eq!(request.body(), &expected);
        let headers = request.headers();
        assert_eq!(headers[CONTENT_LENGTH], expected.len().to_string());
        let content_type = "application/x-www-form-urlencoded;charset=utf-8";
        assert_eq!(headers[CONTENT_TYPE], content_type);
        assert!(!headers.contains_key(AUTHORIZATION));
    }

    #[test]
    fn an_empty_body_becomes_a_form() {
        let signer = plaintext().placement(Placement::Body);
        let mut request = get(SECURE);
        sign(&signer, &request).unwrap().apply(&mut request);
        assert_eq!(request.body(), IN_FORM.as_bytes());
        assert_eq!(request.headers()[CONTENT_TYPE], FORM);
        assert!(!request.headers().contains_key(CONTENT_LENGTH));
    }

    #[test]
    fn a_header_leaves_uri_and_body_alone() {
        let mut request = post("application/json", b"{}");
        sign(&plaintext(), &request).unwrap().apply(&mut request);
        assert_eq!(request.body(), b"{}");
        assert_eq!(request.uri(), SECURE);
    }

    #[test]
    fn parameters_in_a_body_that_is_no_form_are_refused() {
        let signer = plaintext().placement(Placement::Body);
        let untyped = Request::post(SECURE).body(b"a=1".to_vec()).unwrap();
        let requests = [
            post("application/json", b"{}"),
            post("application/json", b""),
            post("multipart/form-data; boundary=x", b""),
            untyped,
        ];
        for request in requests {
            assert_eq!(sign(&signer, &request), Err(SignError::NotAForm));
        }
    }

    #[test]
    fn a_uri_that_grows_too_long_is_refused() {
        let signer = hmac().placement(Placement::Query);
        let longest = usize::from(u16::MAX) - 1;
        let uri = format!("{SECURE}?{}", "a".repeat(longest - SECURE.len() - 1));
        assert_eq!(sign(&signer, &get(&uri)), Err(SignError::InvalidUri));
        assert!(sign(&hmac(), &get(&uri)).is_ok());
    }
}

mod realm {
    use super::*;

    #[test]
    fn a_realm_is_quoted_but_neither_encoded_nor_signed() {
        let cases = [
            ("1234567_SB1", r#"realm="1234567_SB1""#),
            ("", r#"realm="""#),
            ("a \"b\" \\ c, d=100%", r#"realm="a \"b\" \\ c, d=100%""#),
            ("\u{fc}", "realm=\"\u{fc}\""),
        ];
        let signature = |header: &str| header.rsplit_once("oauth_signature").unwrap().1.to_owned();
        let without = header(&hmac(), &[]);
        for (realm, expected) in cases {
            let signed = sign(&hmac().realm(realm).unwrap(), &get(SECURE));
            let Ok(Signed::Header(value)) = signed else {
                panic!("{signed:?}");
            };
            let found = str::from_utf8(value.as_bytes()).unwrap();
            let expected = format!("OAuth {expected}, oauth_consumer_key=");
            assert!(found.starts_with(&expected), "{found}");
            assert_eq!(signature(found), signature(&without));
        }
    }

    #[test]
    fn a_realm_with_control_characters_is_refused() {
        for realm in ["\n", "a\rb", "a\tb", "\0", "\u{7f}", "\u{85}"] {
            let refused = hmac().realm(realm).map(|_| ());
            assert_eq!(refused, Err(SignError::InvalidRealm), "{realm:?}");
        }
    }

    #[test]
    fn a_realm_outside_the_header_is_refused() {
        for placement in [Placement::Query, Placement::Body] {
            let signer = hmac().realm("r").unwrap().placement(placement);
            let refused = sign(&signer, &get(SECURE));
            assert_eq!(refused, Err(SignError::RealmOutsideHeader));
        }
    }

    #[test]
    fn what_is_set_later_keeps_what_was_set_before() {
        let one = hmac().realm("r").unwrap().without_version();
        let other = signer(&SignatureMethod::HmacSha1).realm("q").unwrap();
        let other = other.realm("r").unwrap();
        assert_eq!(header(&one, &[]), header(&other, &[]));
        assert!(header(&one, &[]).starts_with("OAuth realm=\"r\", "));
        assert!(!header(&one, &[]).contains("oauth_version"));
    }
}

mod hash_of_the_body {
    use super::*;

    fn body_hash(signer: Signer, request: &Request<Vec<u8>>) -> Option<String> {
        let base_string = signer.with_body_hash().base_string(request, &stamp(), &[]);
        let mut parameters = base_string.unwrap().parameters.into_iter();
        parameters
            .find(|parameter| parameter.name == "oauth_body_hash")
            .map(|parameter| parameter.value)
    }

    #[test]
    fn the_hash_is_that_of_the_method() {
        let cases = [
            (SignatureMethod::HmacSha1, "Lve95gjOVATpfV8EL5X4nxwjKHE%3D"),
            (
                SignatureMethod::HmacSha256,
                "f4OxZX%2Fx%2FFO5LcGBSKHWXfwtSx%2Bj1ncoSt3SABJtkGk%3D",
            ),
            (
                SignatureMethod::HmacSha512,
                "hhhE1nBOhXP%2Bw02WfiC8%2FvPUJM9IvgTm3AjyvVjHKXQzcQFerYkcw88cnTS0kmS1EHUbH%2FnlN5N\
                 7xGtdb%2FTsyA%3D%3D",
            ),
            (SignatureMethod::Plaintext, "Lve95gjOVATpfV8EL5X4nxwjKHE%3D"),
        ];
        for (method, expected) in cases {
            let found = body_hash(signer(&method), &post("text/plain", b"Hello World!"));
            assert_eq!(found.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_request_without_a_body_has_the_hash_of_an_empty_one() {
        let found = body_hash(hmac(), &get(SECURE));
        assert_eq!(found.as_deref(), Some("2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D"));
    }

    #[test]
    fn a_form_has_none() {
        // The extension, §3.2: MUST NOT be included with a form.
        for content_type in [FORM, "application/x-www-form-urlencoded; charset=UTF-8"] {
            assert_eq!(body_hash(hmac(), &post(content_type, b"a=1")), None);
        }
    }

    #[test]
    fn a_body_that_becomes_a_form_has_none() {
        let signer = hmac().placement(Placement::Body);
        assert_eq!(body_hash(signer, &get(SECURE)), None);
    }

    #[test]
    fn there_is_none_unless_wanted() {
        let signed = sign(&plaintext(), &post("text/plain", b"Hello World!"));
        let Ok(Signed::Header(value)) = signed else {
            panic!("{signed:?}");
        };
        assert!(!value.to_str().unwrap().contains("oauth_body_hash"));
    }
}

mod parameters {
    use super::*;

    #[test]
    fn further_parameters_are_signed_and_sent() {
        let cases = [
            (
                "oauth_callback",
                "https://c.example/?a=b",
                "https%3A%2F%2Fc.example%2F%3Fa%3Db",
            ),
            ("oauth_callback", "oob", "oob"),
            ("oauth_verifier", "hfdp7dh39dks9884", "hfdp7dh39dks9884"),
            ("oauth_session_handle", "h&h", "h%26h"),
            ("oauth_problem_x", "", ""),
        ];
        for (name, value, encoded) in cases {
            let found = header(&hmac(), &[(name, value)]);
            assert!(
                found.contains(&format!(", {name}=\"{encoded}\", ")),
                "{found}"
            );
            let base_string = hmac().base_string(&get(SECURE), &stamp(), &[(name, value)]);
            let pair = format!("{name}={encoded}");
            let normalized = base_string.unwrap().normalized_parameters();
            assert!(
                normalized.split('&').any(|found| found == pair),
                "{normalized}"
            );
        }
    }

    #[test]
    fn what_the_signer_sets_is_refused_and_so_is_what_is_no_oauth_parameter() {
        let others = ["", "oauth", "OAUTH_TOKEN", "scope", "x_auth_mode", "realm"];
        for name in SET_BY_SIGNER.into_iter().chain(others) {
            let refused = sign_with(&hmac(), &get(SECURE), &[("oauth_a", ""), (name, "")]);
            let name = name.to_owned();
            assert_eq!(refused, Err(SignError::Reserved { name }));
        }
    }

    #[test]
    fn a_repeated_parameter_is_refused() {
        let repeated = [("oauth_a", "1"), ("oauth_b", "2"), ("oauth_a", "1")];
        let refused = sign_with(&hmac(), &get(SECURE), &repeated);
        let name = "oauth_a".to_owned();
        assert_eq!(refused, Err(SignError::Reserved { name }));
    }

    #[test]
    fn a_request_that_is_signed_already_is_refused() {
        let already = |name: &str, placement| {
            Err(SignError::AlreadySigned {
                name: name.to_owned(),
                placement,
            })
        };
        for name in ["oauth_consumer_key", "oauth_nonce", "oauth_signature"] {
            let in_query = get(&format!("{SECURE}?a=1&{name}=old"));
            assert_eq!(sign(&hmac(), &in_query), already(name, Placement::Query));
            let in_body = post(FORM, format!("{name}=old").as_bytes());
            assert_eq!(sign(&hmac(), &in_body), already(name, Placement::Body));
        }
        let encoded = get(&format!("{SECURE}?oauth%5Fnonce=old"));
        let expected = already("oauth_nonce", Placement::Query);
        assert_eq!(sign(&hmac(), &encoded), expected);
    }

    #[test]
    fn a_parameter_of_the_protocol_twice_is_refused_wherever_it_stands() {
        let already = |placement| {
            Err(SignError::AlreadySigned {
                name: "oauth_verifier".to_owned(),
                placement,
            })
        };
        let twice = get(&format!("{SECURE}?oauth_verifier=1&oauth_verifier=1"));
        assert_eq!(sign(&hmac(), &twice), already(Placement::Query));
        let once = get(&format!("{SECURE}?oauth_verifier=1"));
        let again = sign_with(&hmac(), &once, &[("oauth_verifier", "1")]);
        assert_eq!(again, already(Placement::Query));
    }

    #[test]
    fn a_parameter_of_the_protocol_in_the_request_itself_is_signed() {
        let request = post(FORM, b"p=1&oauth_verifier=v&a=1");
        let base_string = hmac().base_string(&request, &stamp(), &[]).unwrap();
        let expected = "a=1&oauth_consumer_key=ck&oauth_nonce=n&oauth_signature_method=HMAC-SHA1\
                        &oauth_timestamp=1&oauth_verifier=v&p=1";
        assert_eq!(base_string.normalized_parameters(), expected);
        assert_eq!(base_string.parameters[5].source, Some(Placement::Body));
        assert_eq!(base_string.parameters[1].source, Some(Placement::Header));
    }

    #[test]
    fn parameters_of_a_form_are_signed_but_of_json_are_not() {
        let text = |content_type| {
            let request = post(content_type, b"oauth_nonce=old");
            sign(&hmac(), &request).map(|_| ())
        };
        assert_eq!(text("application/json"), Ok(()));
        assert!(text(FORM).is_err());
    }
}

mod refusals {
    use super::*;

    #[test]
    fn methods_without_shared_secrets_need_a_key() {
        let methods = [
            SignatureMethod::RsaSha1,
            SignatureMethod::RsaSha256,
            SignatureMethod::RsaSha512,
            OTHER_METHOD,
        ];
        for method in methods {
            let refused = Signer::with_secrets(&method, &client(), None).map(|_| ());
            assert_eq!(refused, Err(SignError::NeedsKey { method }));
        }
    }

    #[test]
    fn a_timestamp_that_is_not_positive_is_refused() {
        let mut random = |octets: &mut [u8]| octets.fill(0);
        for seconds in [0, -1, i64::MIN] {
            let stamp = Stamp::with_nonce(Timestamp::from_unix(seconds), "n");
            let refused = hmac().sign(&get(SECURE), &stamp, &mut random);
            assert_eq!(refused, Err(SignError::TimestampNotPositive));
        }
    }

    #[test]
    fn an_empty_nonce_is_refused() {
        let mut random = |octets: &mut [u8]| octets.fill(0);
        let stamp = Stamp::with_nonce(Timestamp::from_unix(1), "");
        let refused = hmac().sign(&get(SECURE), &stamp, &mut random);
        assert_eq!(refused, Err(SignError::EmptyNonce));
    }

    #[test]
    fn a_uri_without_an_origin_is_refused() {
        for uri in ["/x", "ftp://example.com/", "example.com:80"] {
            let refused = sign(&hmac(), &get(uri));
            assert_eq!(
                refused,
                Err(SignError::Origin(OriginError::NotHttp)),
                "{uri}"
            );
        }
        let mut request = get(SECURE);
        let host = HeaderValue::from_static("example.com/x");
        request.headers_mut().insert(HOST, host);
        let refused = sign(&hmac(), &request);
        assert_eq!(refused, Err(SignError::Origin(OriginError::InvalidHost)));
    }

    #[test]
    fn plaintext_is_sent_only_where_nobody_listens() {
        let cleartext = "http://example.com/";
        let refused = sign(&plaintext(), &get(cleartext));
        assert_eq!(refused, Err(SignError::PlaintextInCleartext));
        let exposing = plaintext().dangerous_exposed_plaintext();
        assert!(sign(&exposing, &get(cleartext)).is_ok());
        for private in [
            "http://localhost:80/",
            "http://127.0.0.1/",
            "http://[::1]/",
            SECURE,
        ] {
            assert!(sign(&plaintext(), &get(private)).is_ok(), "{private}");
        }
        // The `Host` header says where it goes, as far as anyone can tell.
        let mut request = get("http://127.0.0.1/");
        let host = HeaderValue::from_static("example.com");
        request.headers_mut().insert(HOST, host);
        let refused = sign(&plaintext(), &request);
        assert_eq!(refused, Err(SignError::PlaintextInCleartext));
    }

    #[test]
    fn plaintext_is_not_written_into_a_uri() {
        let signer = plaintext().placement(Placement::Query);
        for uri in [SECURE, "http://localhost/"] {
            let refused = sign(&signer, &get(uri));
            assert_eq!(refused, Err(SignError::PlaintextInUri));
        }
        let exposing = signer.dangerous_exposed_plaintext();
        assert!(sign(&exposing, &get(SECURE)).is_ok());
    }

    #[test]
    fn the_other_methods_may_be_sent_in_cleartext_and_in_a_uri() {
        let signer = hmac().placement(Placement::Query);
        assert!(sign(&signer, &get("http://example.com/")).is_ok());
    }

    /// A key of one's own, for one's own method.
    #[derive(Debug)]
    struct Broken;

    impl SigningKey for Broken {
        fn signature_method(&self) -> SignatureMethod {
            OTHER_METHOD
        }

        fn sign(&self, _: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
            Err(SigningFailed)
        }
    }

    #[test]
    fn a_key_that_fails_is_reported() {
        let signer = Signer::with_key(Arc::new(Broken), "ck", None);
        let refused = sign(&signer, &get(SECURE));
        assert_eq!(refused, Err(SignError::SigningFailed(SigningFailed)));
    }
}

mod keys {
    use super::*;

    #[derive(Debug)]
    struct Own;

    impl SigningKey for Own {
        fn signature_method(&self) -> SignatureMethod {
            OTHER_METHOD
        }

        fn sign(&self, _: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
            Ok(Signature::from_secret(Secret::from("a b")))
        }
    }

    #[test]
    fn a_method_of_ones_own_signs() {
        let signer = Signer::with_key(Arc::new(Own), "ck", None);
        let found = header(&signer, &[]);
        assert!(
            found.contains("oauth_signature_method=\"OTHER\""),
            "{found}"
        );
        assert!(found.ends_with("oauth_signature=\"a%20b\""), "{found}");
    }

    #[test]
    fn each_shared_secret_counts() {
        let signed = |client: &str, token: Option<&str>| {
            let client = Credentials::new("ck", client);
            let token = token.map(|secret| Credentials::new("t", secret));
            let method = SignatureMethod::HmacSha256;
            let signer = Signer::with_secrets(&method, &client, token.as_ref()).unwrap();
            header(&signer, &[])
        };
        let base = signed("a", Some("b"));
        assert_eq!(base, signed("a", Some("b")));
        assert_ne!(base, signed("a", Some("")));
        assert_ne!(base, signed("", Some("b")));
        assert_ne!(base, signed("b", Some("a")));
        assert_ne!(base, signed("a&b", Some("")));
    }

    #[test]
    fn the_random_source_changes_nothing_but_what_it_draws() {
        let mut ones = |octets: &mut [u8]| octets.fill(1);
        let signed = hmac().sign(&get(SECURE), &stamp(), &mut ones);
        assert_eq!(signed, sign(&hmac(), &get(SECURE)));
    }
}
