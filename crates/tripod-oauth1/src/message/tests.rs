use std::sync::{Arc, Mutex};

use http::Request;
use proptest::prelude::*;
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

use super::*;
use crate::signature_method::{Signature, SignatureMethod, SigningFailed, SigningKey};
use crate::signed_request::SignedRequest;
use crate::signer::Signer;
use crate::stamp::Stamp;
use crate::verifier::Verifier;

const FORM: &str = "application/x-www-form-urlencoded";

/// Keeps the octets that it is given to sign.
#[derive(Debug, Default)]
struct Probe(Mutex<Vec<u8>>);

impl SigningKey for Probe {
    fn signature_method(&self) -> SignatureMethod {
        SignatureMethod::HmacSha1
    }

    fn sign(&self, message: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
        let mut streamed = self.0.lock().unwrap();
        streamed.clear();
        message.feed(&mut |chunk| streamed.extend_from_slice(chunk));
        Ok(Signature::from_octets(b"signature"))
    }
}

fn streamed(request: &Request<Vec<u8>>, placement: Placement) -> (String, Request<Vec<u8>>) {
    let probe = Arc::new(Probe::default());
    let signer = Signer::with_key(probe.clone(), "ck", None)
        .without_version()
        .placement(placement);
    let stamp = Stamp::with_nonce(Timestamp::from_unix(1), "n");
    let mut random = |octets: &mut [u8]| octets.fill(0);
    let mut signed = request.clone();
    let added = signer.sign(request, &stamp, &mut random).unwrap();
    added.apply(&mut signed);
    let octets = probe.0.lock().unwrap().clone();
    (String::from_utf8(octets).unwrap(), signed)
}

fn request(method: &str, uri: &[u8], content_type: Option<&str>, body: &[u8]) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(method).uri(uri);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    request.body(body.to_vec()).unwrap()
}

/// `*` in what is expected stands for the parameters of the protocol.
fn check(request: &Request<Vec<u8>>, expected: &str) {
    let protocol = "oauth_consumer_key%3Dck%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1\
                    %26oauth_timestamp%3D1";
    let (found, _) = streamed(request, Placement::Header);
    assert_eq!(found, expected.replace('*', protocol), "{request:?}");
}

fn check_get(uri: impl AsRef<[u8]>, expected: &str) {
    check(&request("GET", uri.as_ref(), None, b""), expected);
}

#[test]
fn the_host_is_in_lower_case_and_the_path_as_it_is() {
    let expected = "GET&http%3A%2F%2Fexample.com%2FPath&*";
    check_get("http://EXAMPLE.Com/Path", expected);
    check_get("HTTP://example.com/Path", expected);
    check_get("http://user:password@example.com/Path", expected);
}

#[test]
fn the_port_is_left_out_only_where_it_is_the_default_of_the_scheme() {
    let cases = [
        ("http://a.example:80/", "http%3A%2F%2Fa.example%2F"),
        ("https://a.example:443/", "https%3A%2F%2Fa.example%2F"),
        ("http://a.example:443/", "http%3A%2F%2Fa.example%3A443%2F"),
        ("https://a.example:80/", "https%3A%2F%2Fa.example%3A80%2F"),
        (
            "https://a.example:8443/",
            "https%3A%2F%2Fa.example%3A8443%2F",
        ),
        ("http://a.example:8080/", "http%3A%2F%2Fa.example%3A8080%2F"),
    ];
    for (uri, expected) in cases {
        check_get(uri, &format!("GET&{expected}&*"));
    }
}

#[test]
fn the_host_header_counts_and_not_the_uri() {
    let mut request = request("GET", b"http://127.0.0.1:9000/x", None, b"");
    let host = http::HeaderValue::from_static("API.example.com:80");
    request.headers_mut().insert("host", host);
    check(&request, "GET&http%3A%2F%2Fapi.example.com%2Fx&*");
}

#[test]
fn an_ipv6_address_keeps_brackets_and_port() {
    check_get(
        "http://[2001:DB8::1]:8080/x",
        "GET&http%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%3A8080%2Fx&*",
    );
    check_get("https://[::1]:443/", "GET&https%3A%2F%2F%5B%3A%3A1%5D%2F&*");
}

#[test]
fn an_empty_path_is_a_slash() {
    check_get("http://example.com", "GET&http%3A%2F%2Fexample.com%2F&*");
    check_get(
        "http://example.com?a=1",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D1%26*",
    );
}

#[test]
fn a_fragment_is_not_signed() {
    check_get(
        "http://example.com/#top",
        "GET&http%3A%2F%2Fexample.com%2F&*",
    );
    check_get(
        "http://example.com/?a=1#top?b=2",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D1%26*",
    );
}

#[test]
fn parameters_of_the_path_belong_to_the_path() {
    check_get(
        "http://example.com/a;p=1;q/b?c=2",
        "GET&http%3A%2F%2Fexample.com%2Fa%3Bp%3D1%3Bq%2Fb&c%3D2%26*",
    );
}

#[test]
fn the_path_is_encoded_once_more_whatever_it_holds() {
    check_get(
        "http://example.com/a%2fb/%C3%BC/~u/(x)!*'@:$,&=+",
        "GET&http%3A%2F%2Fexample.com%2Fa%252fb%2F%25C3%25BC%2F~u%2F%28x%29%21%2A%27%40%3A%24%2C\
         %26%3D%2B&*",
    );
}

#[test]
fn brackets_bars_and_quotes_are_signed_like_all_else() {
    check_get(
        "http://example.com/[1]|\"2\"",
        "GET&http%3A%2F%2Fexample.com%2F%5B1%5D%7C%222%22&*",
    );
    // A quote in a query comes encoded: `http::Uri` holds no other.
    check_get(
        "http://example.com/?c[]=d|e&f=%22g%22&h[%22]={^`}",
        "GET&http%3A%2F%2Fexample.com%2F&c%255B%255D%3Dd%257Ce%26f%3D%2522g%2522\
         %26h%255B%2522%255D%3D%257B%255E%2560%257D%26*",
    );
    check(
        &request(
            "POST",
            b"http://example.com/",
            Some(FORM),
            b"c[]=d|e&f=\"g\"",
        ),
        "POST&http%3A%2F%2Fexample.com%2F&c%255B%255D%3Dd%257Ce%26f%3D%2522g%2522%26*",
    );
}

#[test]
fn duplicates_are_kept_and_sorted_by_value() {
    check_get(
        "http://example.com/?a=2&b=&a=1&a=10&a=&a=2",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D%26a%3D1%26a%3D10%26a%3D2%26a%3D2%26b%3D%26*",
    );
}

#[test]
fn names_are_sorted_before_values_and_both_as_they_are_encoded() {
    // Joined by `=` first, `a-=1` would come before `a=2`.
    check_get(
        "http://example.com/?a-=1&a=2",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D2%26a-%3D1%26*",
    );
    // Not encoded, ` ` would still come before `-`, but `ü` behind `z`.
    check_get(
        "http://example.com/?a-b=&a%C3%BCb=&a+b=&azb=&aZb=&a0b=",
        "GET&http%3A%2F%2Fexample.com%2F&a%2520b%3D%26a%25C3%25BCb%3D%26a-b%3D%26a0b%3D%26aZb%3D\
         %26azb%3D%26*",
    );
    check_get(
        "http://example.com/?v=~&v=z&v=%C3%BC&v=%7B",
        "GET&http%3A%2F%2Fexample.com%2F&*%26v%3D%257B%26v%3D%25C3%25BC%26v%3Dz%26v%3D~",
    );
}

#[test]
fn names_around_those_of_the_protocol_are_sorted_around_them() {
    check_get(
        "http://example.com/?oauth=1&oauth-a=2&oautha=3&oauti=4&oautg=5&OAUTH_X=6&p=7",
        "GET&http%3A%2F%2Fexample.com%2F&OAUTH_X%3D6%26oautg%3D5%26oauth%3D1%26oauth-a%3D2%26*\
         %26oautha%3D3%26oauti%3D4%26p%3D7",
    );
}

#[test]
fn a_name_alone_has_an_empty_value() {
    let expected = "GET&http%3A%2F%2Fexample.com%2F&a%3D%26*";
    check_get("http://example.com/?a", expected);
    check_get("http://example.com/?a=", expected);
    check_get("http://example.com/?&a&", expected);
    check_get(
        "http://example.com/?=v&a==",
        "GET&http%3A%2F%2Fexample.com%2F&%3Dv%26a%3D%253D%26*",
    );
}

#[test]
fn an_empty_query_has_no_parameters() {
    check_get("http://example.com/?", "GET&http%3A%2F%2Fexample.com%2F&*");
    check_get(
        "http://example.com/?&&",
        "GET&http%3A%2F%2Fexample.com%2F&*",
    );
}

#[test]
fn a_plus_is_a_space_in_queries_and_forms() {
    check_get(
        "http://example.com/?a=1+2&b=1%2B2&c=1%202",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D1%25202%26b%3D1%252B2%26c%3D1%25202%26*",
    );
    check(
        &request("POST", b"http://example.com/", Some(FORM), b"a+b=1+2%2B"),
        "POST&http%3A%2F%2Fexample.com%2F&a%2520b%3D1%25202%252B%26*",
    );
}

#[test]
fn octets_beyond_ascii_are_encoded_as_they_come() {
    let expected = "GET&http%3A%2F%2Fexample.com%2F&name%3D%25C3%25BC%26*";
    check_get("http://example.com/?name=%C3%BC", expected);
    check_get("http://example.com/?name=%c3%bc", expected);
    check_get("http://example.com/?name=\u{fc}", expected);
    // Neither composed nor decomposed: no normalization.
    check_get(
        "http://example.com/?name=u%CC%88",
        "GET&http%3A%2F%2Fexample.com%2F&name%3Du%25CC%2588%26*",
    );
    check_get(
        "http://example.com/?a=%E2%98%83%F0%9F%98%80",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D%25E2%2598%2583%25F0%259F%2598%2580%26*",
    );
}

#[test]
fn octets_that_are_not_utf_8_are_signed() {
    check_get(
        "http://example.com/?a=%FF%00&%FE=b",
        "GET&http%3A%2F%2Fexample.com%2F&%25FE%3Db%26a%3D%25FF%2500%26*",
    );
    check(
        &request("POST", b"http://example.com/", Some(FORM), b"a=\xFF\x80b"),
        "POST&http%3A%2F%2Fexample.com%2F&a%3D%25FF%2580b%26*",
    );
}

#[test]
fn a_percent_sign_that_begins_no_escape_is_signed_as_itself() {
    check_get(
        "http://example.com/?a=100%&b=%zz&c=%2541",
        "GET&http%3A%2F%2Fexample.com%2F&a%3D100%2525%26b%3D%2525zz%26c%3D%252541%26*",
    );
}

#[test]
fn a_form_is_signed_whatever_the_charset_and_the_method() {
    let content_types = [
        FORM,
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=\"utf-8\"",
        "APPLICATION/X-WWW-Form-URLencoded ; a=b",
    ];
    for content_type in content_types {
        for method in ["POST", "PUT", "PATCH", "DELETE", "GET"] {
            let request = request(
                method,
                b"http://example.com/?b=2",
                Some(content_type),
                b"c=3&a=1&b=1",
            );
            let expected =
                format!("{method}&http%3A%2F%2Fexample.com%2F&a%3D1%26b%3D1%26b%3D2%26c%3D3%26*");
            check(&request, &expected);
        }
    }
}

#[test]
fn a_body_that_is_no_form_is_not_signed() {
    let content_types = [
        None,
        Some("application/json"),
        Some("text/plain"),
        Some("multipart/form-data; boundary=x"),
        Some("application/x-www-form-urlencoded2"),
        Some("x-application/x-www-form-urlencoded"),
    ];
    for content_type in content_types {
        let request = request("POST", b"http://example.com/", content_type, b"a=1");
        check(&request, "POST&http%3A%2F%2Fexample.com%2F&*");
    }
}

#[test]
fn a_method_is_in_upper_case_and_encoded() {
    let with = |method| request(method, b"http://example.com/", None, b"");
    check(&with("get"), "GET&http%3A%2F%2Fexample.com%2F&*");
    check(&with("M-Search"), "M-SEARCH&http%3A%2F%2Fexample.com%2F&*");
    check(&with("a!b"), "A%21B&http%3A%2F%2Fexample.com%2F&*");
}

/// Encodes as RFC 5849 §3.6 says, and as simply as that.
fn encoded(octets: &[u8]) -> String {
    let encode = |&octet: &u8| match octet {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(octet).to_string()
        }
        _ => format!("%{octet:02X}"),
    };
    octets.iter().map(encode).collect()
}

/// Follows RFC 5849 §3.4.1 step by step.
fn reference(method: &str, uri: &str, parameters: &[(Vec<u8>, Vec<u8>)]) -> String {
    let protocol = [
        ("oauth_consumer_key", "ck"),
        ("oauth_nonce", "n"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1"),
    ];
    let protocol = protocol.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut all: Vec<_> = parameters
        .iter()
        .map(|(name, value)| (encoded(name), encoded(value)))
        .chain(protocol)
        .collect();
    all.sort();
    let joined: Vec<_> = all
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let joined = encoded(joined.join("&").as_bytes());
    format!("{method}&{}&{joined}", encoded(uri.as_bytes()))
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof!["[a-c]{0,2}", "oaut[g-i][^_]?", "[ -~\u{e4}-\u{fc}]{0,9}"];
    let octets = prop::collection::vec(any::<u8>(), 0..200);
    let name = prop_oneof![3 => text.prop_map(String::into_bytes), 1 => octets];
    name.prop_filter("of the protocol", |name| !name.starts_with(b"oauth_"))
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[a-c]{0,2}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn form(parameters: &[(Vec<u8>, Vec<u8>)]) -> String {
    let pairs: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

proptest! {
    #[test]
    fn what_is_streamed_is_what_the_rfc_says_step_by_step(
        query in prop::collection::vec((name(), value()), 0..12),
        body in prop::collection::vec((name(), value()), 0..12),
        placement in prop::sample::select(vec![Placement::Header, Placement::Body, Placement::Query]),
    ) {
        let uri = format!("https://example.com/p?{}", form(&query));
        let request = request("POST", uri.as_bytes(), Some(FORM), form(&body).as_bytes());
        let (template, signed) = streamed(&request, placement);

        let parameters = [query, body].concat();
        let expected = reference("POST", "https://example.com/p", &parameters);
        prop_assert_eq!(&template, &expected);

        // The verifier has no template: it lists and sorts.
        let verifier = Verifier::new("https://example.com".parse().unwrap());
        let parsed = SignedRequest::parse(&signed).unwrap();
        prop_assert_eq!(verifier.base_string(&parsed).to_string(), expected);
    }

    #[test]
    fn the_order_of_the_parameters_does_not_matter(
        (parameters, shuffled) in prop::collection::vec((name(), value()), 0..20)
            .prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
    ) {
        let request = |parameters: &[_]| {
            request("GET", format!("http://a.example/?{}", form(parameters)).as_bytes(), None, b"")
        };
        let (one, _) = streamed(&request(&parameters), Placement::Header);
        let (two, _) = streamed(&request(&shuffled), Placement::Header);
        prop_assert_eq!(one, two);
    }
}
