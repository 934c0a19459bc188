use http::Request;
use proptest::prelude::*;

use super::*;

fn answer(body: &str) -> Response<Vec<u8>> {
    Response::new(body.into())
}

fn parse(pairs: &str) -> Result<TemporaryCredentialsRequest, Refusal> {
    let query = "oauth_consumer_key=ck&oauth_signature_method=PLAINTEXT&oauth_signature=s%26";
    let request = Request::post(format!("/initiate?{query}&{pairs}"));
    let request = request.body(Vec::new()).unwrap();
    TemporaryCredentialsRequest::parse(&SignedRequest::parse(&request).unwrap())
}

fn invalid(name: &str) -> Refusal {
    Refusal::InvalidValue {
        name: name.to_owned(),
    }
}

mod callbacks {
    use super::*;

    #[test]
    fn a_callback_is_oob_or_an_absolute_uri() {
        assert_eq!(Callback::parse("oob"), Some(Callback::OutOfBand));
        for uri in [
            "https://client.example/cb?a=%20&b",
            "HTTP://client.example",
            "http://[::1]:8080/",
            "com.example.app:/cb",
            "x-app://cb",
            "myapp://",
        ] {
            let callback = Callback::parse(uri);
            assert_eq!(callback, Some(Callback::Uri(uri.to_owned())));
            assert_eq!(callback.unwrap().as_str(), uri);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "OOB",
            "Oob",
            " oob",
            "/cb",
            "client.example/cb",
            "//client.example/cb",
            ":",
            "x:",
            "https:",
            "https:/",
            "https://",
            "https:///cb",
            "https://?a",
            "https://:80/",
            "https://@client.example/",
            "http:client.example",
            "1x://y",
            "a b://c",
            "https://client.example/ cb",
            "https://client.example/\r\nSet-Cookie:a",
            "https://client.example/\"",
            "https://client.example/<script>",
            "https://client.example/#fragment",
            "https://client.example\\@evil.example/",
            "https://client.example/\u{fc}",
            "j\u{e4}va:x",
        ] {
            assert_eq!(Callback::parse(text), None, "{text:?}");
        }
    }
}

mod requests {
    use super::*;

    #[test]
    fn what_is_signed_with_is_read() {
        for callback in [
            Callback::OutOfBand,
            Callback::Uri("https://c.example/?a=b&c=%26".to_owned()),
        ] {
            let request = TemporaryCredentialsRequest::new(callback);
            let [(name, value)] = request.parameters();
            let written = format!("{name}={}", tripod_core::percent::encode(value));
            assert_eq!(parse(&written), Ok(request));
        }
    }

    #[test]
    fn a_callback_is_demanded() {
        let names = vec![CALLBACK];
        assert_eq!(parse(""), Err(Refusal::Missing { names }));
    }

    #[test]
    fn a_callback_that_is_none_is_refused() {
        for value in ["", "OOB", "/cb", "https%3A%2F%2F", "a%20b"] {
            let refused = parse(&format!("oauth_callback={value}"));
            assert_eq!(refused, Err(invalid(CALLBACK)), "{value}");
        }
    }

    #[test]
    fn a_token_is_refused_but_an_empty_one_is_none() {
        let refused = parse("oauth_callback=oob&oauth_token=t");
        assert_eq!(refused, Err(invalid("oauth_token")));
        assert!(parse("oauth_callback=oob&oauth_token=").is_ok());
    }
}

mod responses {
    use super::*;

    #[test]
    fn a_callback_that_is_not_confirmed_is_refused() {
        let values = [
            "",
            "&oauth_callback_confirmed=false",
            "&oauth_callback_confirmed=",
        ];
        let others = [
            "&oauth_callback_confirmed=TRUE",
            "&oauth_callback_confirmed=1",
            "&oauth_callback_confirmed=true%20",
            "&callback_confirmed=true",
        ];
        for confirmed in values.into_iter().chain(others) {
            let answer = answer(&format!("oauth_token=t&oauth_token_secret=s{confirmed}"));
            let refused = TemporaryCredentialsResponse::parse(&answer);
            assert_eq!(
                refused,
                Err(AnswerError::CallbackNotConfirmed),
                "{confirmed}"
            );
            let read = TemporaryCredentialsResponse::dangerous_parse_unconfirmed(&answer);
            assert_eq!(read.unwrap().credentials, Credentials::new("t", "s"));
        }
    }

    #[test]
    fn a_confirmation_as_authlib_writes_it_is_one() {
        let body = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=True";
        assert!(TemporaryCredentialsResponse::parse(&answer(body)).is_ok());
    }

    #[test]
    fn a_confirmation_twice_is_refused() {
        let confirmed = "&oauth_callback_confirmed=true".repeat(2);
        let answer = answer(&format!("oauth_token=t&oauth_token_secret=s{confirmed}"));
        let refused = TemporaryCredentialsResponse::parse(&answer);
        assert!(matches!(refused, Err(AnswerError::NotAForm(_))));
    }

    #[test]
    fn the_dangerous_way_still_wants_credentials() {
        for body in ["", "oauth_token=t", "oauth_problem=nonce_used"] {
            let refused = TemporaryCredentialsResponse::dangerous_parse_unconfirmed(&answer(body));
            assert!(refused.is_err(), "{body}");
        }
    }

    #[test]
    fn the_answer_of_the_rfc_is_read() {
        let body = "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&\
                    oauth_callback_confirmed=true";
        let response = TemporaryCredentialsResponse::parse(&answer(body)).unwrap();
        let expected = Credentials::new("hh5s93j4hdidpola", "hdhd0244k9j7ao03");
        assert_eq!(response, TemporaryCredentialsResponse::new(expected));
        assert_eq!(response.to_parameters().to_form(), body);
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            (token, secret) in (".+", ".*"),
            additional in prop::collection::vec(("[^o]{0,9}", ".*"), 0..4),
        ) {
            let mut response = TemporaryCredentialsResponse::new(Credentials::new(token, secret));
            response.additional = additional.into_iter().collect();
            let answer = answer(&response.to_parameters().to_form());
            prop_assert_eq!(TemporaryCredentialsResponse::parse(&answer), Ok(response));
        }
    }
}
