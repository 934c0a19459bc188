use http::Request;
use proptest::prelude::*;

use super::*;

fn answer(body: &str) -> Response<Vec<u8>> {
    Response::new(body.into())
}

fn parse(pairs: &str) -> Result<TokenCredentialsRequest, Refusal> {
    let query = "oauth_consumer_key=ck&oauth_signature_method=PLAINTEXT&oauth_signature=s%26";
    let request = Request::post(format!("/token?{query}&{pairs}"));
    let request = request.body(Vec::new()).unwrap();
    TokenCredentialsRequest::parse(&SignedRequest::parse(&request).unwrap())
}

fn missing(name: &'static str) -> Refusal {
    Refusal::Missing { names: vec![name] }
}

mod requests {
    use super::*;

    #[test]
    fn what_is_signed_with_is_read() {
        for text in ["hfdp7dh39dks9884", "a&b=c %+\u{fc}"] {
            for request in [
                TokenCredentialsRequest::Verifier(Secret::from(text)),
                TokenCredentialsRequest::SessionHandle(Secret::from(text)),
            ] {
                let [(name, value)] = request.parameters();
                let value = tripod_core::percent::encode(value);
                assert_eq!(parse(&format!("oauth_token=t&{name}={value}")), Ok(request));
            }
        }
    }

    #[test]
    fn a_token_is_demanded() {
        for token in ["", "oauth_token=&"] {
            let refused = parse(&format!("{token}oauth_verifier=v"));
            assert_eq!(refused, Err(missing("oauth_token")));
        }
    }

    #[test]
    fn a_verification_code_is_demanded() {
        // RFC 5849 §2.3: REQUIRED.
        for pairs in [
            "",
            "&oauth_verifier=",
            "&oauth_session_handle=",
            "&verifier=v",
        ] {
            let refused = parse(&format!("oauth_token=t{pairs}"));
            assert_eq!(refused, Err(missing(VERIFIER)), "{pairs}");
        }
    }

    #[test]
    fn code_and_session_handle_together_are_refused() {
        let refused = parse("oauth_token=t&oauth_verifier=v&oauth_session_handle=h");
        let name = SESSION_HANDLE.to_owned();
        assert_eq!(refused, Err(Refusal::InvalidValue { name }));
    }
}

mod passwords {
    use super::*;

    fn parse(form: &str) -> Result<PasswordRequest, Refusal> {
        PasswordRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn the_form_is_that_of_xauth() {
        let form = PasswordRequest::new("user@example.com", "p&w").to_parameters();
        let expected =
            "x_auth_mode=client_auth&x_auth_username=user%40example.com&x_auth_password=p%26w";
        assert_eq!(form.to_form(), expected);
    }

    #[test]
    fn each_part_is_demanded() {
        let all = [
            "x_auth_mode=client_auth",
            "x_auth_username=u",
            "x_auth_password=p",
        ];
        for (index, name) in [MODE, USERNAME, PASSWORD].into_iter().enumerate() {
            let mut rest = all.to_vec();
            rest.remove(index);
            assert_eq!(parse(&rest.join("&")), Err(missing(name)));
            let twice = format!("{}&{}", all.join("&"), all[index]);
            let name = name.to_owned();
            assert_eq!(parse(&twice), Err(Refusal::Duplicate { name }));
        }
    }

    #[test]
    fn another_mode_is_refused() {
        for mode in ["", "CLIENT_AUTH", "reverse_auth"] {
            let form = format!("x_auth_mode={mode}&x_auth_username=u&x_auth_password=p");
            let name = MODE.to_owned();
            assert_eq!(parse(&form), Err(Refusal::InvalidValue { name }));
        }
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(username: String, password: String) {
            let request = PasswordRequest::new(username, password);
            prop_assert_eq!(PasswordRequest::parse(&request.to_parameters()), Ok(request));
        }
    }
}

mod responses {
    use super::*;

    #[test]
    fn a_span_that_is_no_number_is_taken_as_not_given() {
        for text in ["", "soon", "-1", "1.5", "99999999999999999999"] {
            let body = format!("oauth_token=t&oauth_token_secret=s&oauth_expires_in={text}");
            let response = TokenCredentialsResponse::parse(&answer(&body)).unwrap();
            assert_eq!(response.expires_in, None, "{text}");
        }
    }

    #[test]
    fn what_may_not_repeat_is_refused_twice() {
        for name in [SESSION_HANDLE, EXPIRES_IN, AUTHORIZATION_EXPIRES_IN] {
            let body = format!("oauth_token=t&oauth_token_secret=s&{name}=1&{name}=1");
            let refused = TokenCredentialsResponse::parse(&answer(&body));
            let name = name.to_owned();
            let repeated = parameters::Error::Repeated { name };
            assert_eq!(refused, Err(AnswerError::NotAForm(repeated)));
        }
    }

    #[test]
    fn what_a_provider_adds_is_kept_in_order() {
        let body = "oauth_token=t&user_id=38895958&oauth_token_secret=s&screen_name=a&x=1&x=2";
        let response = TokenCredentialsResponse::parse(&answer(body)).unwrap();
        let expected = [
            ("user_id", "38895958"),
            ("screen_name", "a"),
            ("x", "1"),
            ("x", "2"),
        ];
        assert!(response.additional.iter().eq(expected));
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            (token, secret) in (".+", ".*"),
            session_handle: Option<String>,
            spans: (Option<u64>, Option<u64>),
            additional in prop::collection::vec(("[^o]{0,9}", ".*"), 0..4),
        ) {
            let response = TokenCredentialsResponse {
                session_handle: session_handle.map(Secret::from),
                expires_in: spans.0.map(Duration::from_secs),
                authorization_expires_in: spans.1.map(Duration::from_secs),
                additional: additional.into_iter().collect(),
                ..TokenCredentialsResponse::new(Credentials::new(token, secret))
            };
            let answer = answer(&response.to_parameters().to_form());
            prop_assert_eq!(TokenCredentialsResponse::parse(&answer), Ok(response));
        }
    }
}
