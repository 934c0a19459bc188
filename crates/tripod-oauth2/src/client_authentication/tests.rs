use http::HeaderValue;
use proptest::prelude::*;

use super::*;
use crate::error::Misuse;

fn headers(values: &[&str]) -> HeaderMap {
    let value = |value: &&str| (AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    values.iter().map(value).collect()
}

fn parse(authorization: &[&str], body: &str) -> Result<Option<ClientAuthentication>, Malformed> {
    let body = Parameters::parse(body.as_bytes()).unwrap();
    ClientAuthentication::parse(&headers(authorization), &body)
}

fn basic(joined: &str) -> String {
    use base64::Engine;
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(joined)
    )
}

#[test]
fn the_header_of_rfc_6749_is_read() {
    let read = parse(&["Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"], "")
        .unwrap()
        .unwrap();
    assert_eq!(read.verify_secret(&"7Fjfp0ZBr1KtDRbnfVdmIw".into()), Ok(()));
    let ClientAuthentication::Basic(read) = read else {
        panic!("{read:?}")
    };
    assert_eq!(read.decoded().unwrap().0, "s6BhdRkqt3");
}

#[test]
fn the_body_of_rfc_6749_is_read() {
    let body = "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&client_id=s6BhdRkqt3&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw";
    let read = parse(&[], body).unwrap().unwrap();
    assert_eq!(
        read,
        ClientAuthentication::post("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")
    );
}

#[test]
fn the_assertion_of_rfc_7523_is_read() {
    // RFC 7523 §2.2
    let body = "grant_type=authorization_code&code=n0esc3NRze7LTCu7iYzS6a5acc3f0ogp4&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJSUzI1NiIsImtpZCI6IjIyIn0.eyJpc3Mi.cC4hiUPo";
    let read = parse(&[], body).unwrap().unwrap();
    let jwt = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjIyIn0.eyJpc3Mi.cC4hiUPo";
    assert_eq!(
        read,
        ClientAuthentication::Assertion(ClientAssertion::jwt(jwt))
    );
}

#[test]
fn special_characters_are_encoded_as_appendix_b_says() {
    // RFC 6749 App. B: the characters ` %&+£€` become `+%25%26%2B%C2%A3%E2%82%AC`.
    let secret = Secret::from(" %&+£€");
    let encoded = BasicCredentials::new("a:b", &secret);
    assert_eq!(encoded.as_written().0, "a%3Ab");
    assert_eq!(encoded.as_written().1.expose(), "+%25%26%2B%C2%A3%E2%82%AC");
    assert_eq!(encoded.decoded().unwrap(), ("a:b".to_owned(), secret));
}

#[test]
fn a_secret_is_accepted_encoded_and_raw() {
    let issued = Secret::from("p+q%2F=r");
    let encoded = BasicCredentials::new("id", &issued);
    let raw = BasicCredentials::raw("id", &issued).unwrap();
    assert_ne!(encoded, raw);
    for credentials in [encoded, raw] {
        let read = parse(&[credentials.to_header().expose()], "")
            .unwrap()
            .unwrap();
        assert_eq!(read.verify_secret(&issued), Ok(()));
        for other in ["p q/=r", "p+q/=r", "", "p+q%2F=", "p+q%2F=rr"] {
            if other != "p q/=r"
                || matches!(&read, ClientAuthentication::Basic(b) if b.as_written().1 != &issued)
            {
                assert_eq!(
                    read.verify_secret(&other.into()),
                    Err(Mismatch::ClientSecret),
                    "{other}"
                );
            }
        }
    }
}

#[test]
fn what_cannot_be_sent_raw_is_refused() {
    let raw = |id, secret: &str| BasicCredentials::raw(id, &secret.into());
    assert_eq!(raw("a:b", "c"), Err(Misuse::ColonInClientId));
    assert_eq!(raw("a", "b\n"), Err(Misuse::IllegalCharacter));
    assert!(raw("a", "b:c").is_ok());
}

#[test]
fn a_malformed_header_is_refused() {
    let long = basic(&"a".repeat(10_000));
    for header in [
        "",
        "Basic",
        "Basic ",
        "Basic !",
        "Basic czZCaGRSa3F0Mw==",
        "Basic czZCaGRSa3F0Mw",
        "Bearer a",
        "Basic OmI=",
        "Basic /w==",
        "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW=",
        "BasicczZCaGRSa3F0MzpnWDFmQmF0M2JW",
        &basic("a\n:b"),
        &basic("a:b\0"),
        &long,
    ] {
        assert!(parse(&[header], "client_id=a").is_err(), "{header}");
    }
    assert!(parse(&["bAsIc YTpi"], "").is_ok());
}

#[test]
fn more_than_one_method_is_refused() {
    let header = basic("a:b");
    let assertion = "client_assertion_type=x&client_assertion=y";
    for (headers, body, parameter) in [
        (
            vec![header.as_str()],
            "client_id=a&client_secret=b".to_owned(),
            "client_secret",
        ),
        (vec![&header], "client_secret=b".to_owned(), "client_secret"),
        (vec![&header], assertion.to_owned(), "client_assertion"),
        (
            vec![],
            format!("client_id=a&client_secret=b&{assertion}"),
            "client_assertion",
        ),
        (vec![&header], "client_id=c".to_owned(), "client_id"),
    ] {
        let error = parse(&headers, &body).unwrap_err();
        assert!(matches!(error.fault, Fault::Beside(_)), "{body}");
        assert_eq!(error.parameter, parameter);
    }
    assert_eq!(
        parse(&[&header, &header], "").unwrap_err().fault,
        Fault::Repeated
    );
    assert!(parse(&[&header], "client_id=a").is_ok());
}

#[test]
fn half_a_method_is_refused() {
    for (body, missing) in [
        ("client_secret=a", "client_id"),
        ("client_assertion=a", "client_assertion_type"),
        ("client_assertion_type=a", "client_assertion"),
    ] {
        assert_eq!(
            parse(&[], body),
            Err(Malformed::missing(
                missing,
                match missing {
                    "client_id" => RULE,
                    _ => ASSERTION,
                }
            ))
        );
    }
}

#[test]
fn repeated_parameters_are_refused() {
    for name in PARAMETERS {
        let error = parse(&[], &format!("{name}=a&{name}=a")).unwrap_err();
        assert_eq!((&*error.parameter, error.fault), (name, Fault::Repeated));
    }
}

#[test]
fn a_secret_in_the_query_is_refused() {
    let refuse =
        |query: &[u8]| ClientAuthentication::refuse_in_query(&Parameters::parse(query).unwrap());
    assert_eq!(refuse(b"client_id=a"), Ok(()));
    assert_eq!(
        refuse(b"client_secret=a").unwrap_err().fault,
        Fault::Uncalled
    );
    assert_eq!(
        refuse(b"client_assertion=").unwrap_err().fault,
        Fault::Uncalled
    );
}

#[test]
fn nothing_shown_is_nothing_and_a_name_proves_nothing() {
    assert_eq!(parse(&[], "grant_type=a"), Ok(None));
    let id = parse(&[], "client_id=a").unwrap().unwrap();
    assert_eq!(id, ClientAuthentication::id("a"));
    assert_eq!(id.verify_secret(&"a".into()), Err(Mismatch::ClientSecret));
    let empty = parse(&[&basic("a:")], "").unwrap().unwrap();
    assert_eq!(empty.verify_secret(&"".into()), Err(Mismatch::ClientSecret));
}

#[test]
fn a_name_that_is_in_the_body_is_not_added_again() {
    let mut body = Parameters::new().with("client_id", "a");
    ClientAuthentication::post("a", "b")
        .encode()
        .add_to(&mut body);
    assert_eq!(body.to_form(), "client_id=a&client_secret=b");
    let mut body = Parameters::new();
    ClientAuthentication::id("a").encode().add_to(&mut body);
    assert_eq!(body.to_form(), "client_id=a");
}

#[test]
fn a_client_shows_itself_only_as_it_registered() {
    let shown = [
        (
            ClientAuthentication::id("a"),
            vec!["none", "self_signed_tls_client_auth", "tls_client_auth"],
        ),
        (
            ClientAuthentication::post("a", "b"),
            vec!["client_secret_post"],
        ),
        (
            BasicCredentials::new("a", &"b".into()).into(),
            vec!["client_secret_basic"],
        ),
        (
            ClientAuthentication::Assertion(ClientAssertion::jwt("a")),
            vec!["client_secret_jwt", "private_key_jwt"],
        ),
    ];
    let all: Vec<&str> = shown
        .iter()
        .flat_map(|(_, methods)| methods.clone())
        .chain(["x"])
        .collect();
    for (authentication, methods) in &shown {
        for method in &all {
            assert_eq!(
                authentication.is_by(&ClientAuthenticationMethod::from(*method)),
                methods.contains(method)
            );
        }
    }
}

#[test]
fn a_certificate_is_known_by_one_name() {
    let mut certificate = Certificate::new(CertificateThumbprint::of(b"der"));
    certificate.subjects = vec![
        CertificateSubject::Dn("CN=client,O=Example".to_owned()),
        CertificateSubject::SanDns("Client.example.com".to_owned()),
        CertificateSubject::SanIp("2001:db8::1".parse().unwrap()),
    ];
    let verify = |subject| certificate.verify_subject(&subject);
    assert_eq!(
        verify(CertificateSubject::SanDns("client.example.com".to_owned())),
        Ok(())
    );
    assert_eq!(
        verify(CertificateSubject::SanIp("2001:0db8:0::1".parse().unwrap())),
        Ok(())
    );
    assert_eq!(
        verify(CertificateSubject::Dn("CN=client,O=Example".to_owned())),
        Ok(())
    );
    for other in [
        CertificateSubject::SanUri("client.example.com".to_owned()),
        CertificateSubject::SanDns("example.com".to_owned()),
        CertificateSubject::SanDns("*.example.com".to_owned()),
        CertificateSubject::Dn("CN=client".to_owned()),
        CertificateSubject::SanEmail("Client.example.com".to_owned()),
        CertificateSubject::SanIp("2001:db8::2".parse().unwrap()),
    ] {
        assert_eq!(verify(other), Err(Mismatch::Certificate));
    }
}

#[test]
fn a_self_signed_certificate_is_known_by_its_thumbprint() {
    let certificate = Certificate::new(CertificateThumbprint::of(b"der"));
    let (own, other) = (
        CertificateThumbprint::of(b"der"),
        CertificateThumbprint::of(b"other"),
    );
    assert_eq!(certificate.verify_self_signed(&[other, own]), Ok(()));
    assert_eq!(
        certificate.verify_self_signed(&[other]),
        Err(Mismatch::Certificate)
    );
    assert_eq!(
        certificate.verify_self_signed(&[]),
        Err(Mismatch::Certificate)
    );
}

#[test]
fn a_thumbprint_is_read_as_rfc_8705_writes_it() {
    // RFC 8705 §3.1
    let text = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2";
    assert!(
        CertificateThumbprint::parse(text).is_err(),
        "its last bits are not zero"
    );
    // RFC 8705 App. A
    let text = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
    assert_eq!(
        CertificateThumbprint::parse(text).unwrap().to_string(),
        text
    );
    for text in [
        "",
        "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0=",
        "+4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0",
    ] {
        assert!(CertificateThumbprint::parse(text).is_err(), "{text}");
    }
}

#[test]
fn no_secret_is_printed() {
    let basic = ClientAuthentication::from(BasicCredentials::new("a", &"sentinel".into()));
    let post = ClientAuthentication::post("a", "sentinel");
    let assertion = ClientAuthentication::Assertion(ClientAssertion::jwt("sentinel"));
    for authentication in [basic, post, assertion] {
        assert!(!format!("{authentication:?} {:?}", authentication.encode()).contains("sentinel"));
    }
}

proptest! {
    #[test]
    fn parsing_undoes_writing(id in "[ -~]{1,20}", secret in "[ -~é€]{1,20}", kind in 0..5u8) {
        let authentication = match kind {
            0 => ClientAuthentication::id(id),
            1 => ClientAuthentication::post(id, secret.as_str()),
            2 => BasicCredentials::new(&id, &secret.into()).into(),
            3 => match BasicCredentials::raw(&id, &secret.into()) {
                Ok(raw) => raw.into(),
                Err(_) => return Ok(()),
            },
            _ => ClientAuthentication::Assertion(ClientAssertion { client_id: Some(id), ..ClientAssertion::jwt(secret) }),
        };
        let written = authentication.encode();
        let header: Vec<&str> = written.authorization.iter().map(Secret::expose).collect();
        prop_assert_eq!(parse(&header, &written.parameters.to_form()), Ok(Some(authentication)));
    }

    #[test]
    fn reading_never_panics(header in "[ -~]{0,60}", body in "[ -$&-~]{0,60}") {
        let _ = parse(&[&header, ""], &body);
        let _ = parse(&[&format!("Basic {header}")], &body);
    }
}
