use proptest::prelude::*;

use super::*;

fn granted(token: &str, verifier: &str) -> AuthorizationResponse {
    AuthorizationResponse::Granted {
        token: token.to_owned(),
        verifier: Secret::from(verifier),
    }
}

fn denied(token: &str) -> AuthorizationResponse {
    AuthorizationResponse::Denied {
        token: token.to_owned(),
    }
}

fn parse(callback: &str) -> Result<Secret, CallbackError> {
    AuthorizationResponse::parse(callback, "t")
}

fn missing(parameter: &'static str) -> CallbackError {
    CallbackError::Missing { parameter }
}

mod requests {
    use super::*;

    #[test]
    fn the_token_is_added_to_what_query_there_is() {
        let cases = [
            (
                "https://p.example/authorize",
                "https://p.example/authorize?oauth_token=t",
            ),
            ("https://p.example/a?", "https://p.example/a?oauth_token=t"),
            (
                "https://p.example/a?b=c",
                "https://p.example/a?b=c&oauth_token=t",
            ),
            (
                "https://p.example/a?b=c&",
                "https://p.example/a?b=c&oauth_token=t",
            ),
            (
                "https://p.example/a#f?g",
                "https://p.example/a?oauth_token=t",
            ),
            (
                "https://p.example/a?b#f",
                "https://p.example/a?b&oauth_token=t",
            ),
        ];
        for (endpoint, expected) in cases {
            let request = AuthorizationRequest::new("t");
            assert_eq!(request.to_uri(endpoint).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_is_added_is_encoded() {
        let mut request = AuthorizationRequest::new("a&b=c #\u{fc}");
        request.additional.push("scope", "x y");
        let uri = request.to_uri("https://p.example/").unwrap();
        let expected = "https://p.example/?oauth_token=a%26b%3Dc%20%23%C3%BC&scope=x%20y";
        assert_eq!(uri, expected);
    }

    #[test]
    fn an_endpoint_that_holds_parameters_of_the_protocol_is_refused() {
        // RFC 5849 §2.
        for query in [
            "oauth_token=x",
            "a=1&oauth_token",
            "oauth%5Ftoken=",
            "%6fauth_token",
        ] {
            let refused =
                AuthorizationRequest::new("t").to_uri(&format!("https://p.example/?{query}"));
            let name = "oauth_token".to_owned();
            assert_eq!(refused, Err(EndpointError { name }), "{query}");
        }
        let fragment = "https://p.example/#?oauth_token=x";
        assert!(AuthorizationRequest::new("t").to_uri(fragment).is_ok());
    }

    #[test]
    fn a_request_without_a_token_is_refused() {
        for query in ["", "oauth_token=", "token=t", "OAUTH_TOKEN=t"] {
            assert_eq!(AuthorizationRequest::parse(query), Err(missing(TOKEN)));
        }
        for query in ["oauth_token=t&oauth_token=t", "oauth_token=%FF"] {
            let refused = AuthorizationRequest::parse(query);
            assert!(matches!(refused, Err(CallbackError::Unreadable(_))));
        }
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(
            token in ".+",
            additional in prop::collection::vec(("[^o]{0,9}", ".*"), 0..4),
        ) {
            let mut request = AuthorizationRequest::new(token);
            request.additional = additional.into_iter().collect();
            let uri = request.to_uri("https://p.example/authorize").unwrap();
            let (_, query) = uri.split_once('?').unwrap();
            prop_assert_eq!(AuthorizationRequest::parse(query), Ok(request));
        }
    }
}

mod responses {
    use super::*;

    #[test]
    fn the_answer_is_appended_to_the_query_of_the_callback() {
        // RFC 5849 §2.2: MUST append to the existing query.
        let answer = "oauth_token=t&oauth_verifier=v";
        let cases = [
            ("https://c.example/cb", "https://c.example/cb?"),
            ("https://c.example/cb?", "https://c.example/cb?"),
            (
                "https://c.example/cb?state=x",
                "https://c.example/cb?state=x&",
            ),
            (
                "https://c.example/cb?state=x&",
                "https://c.example/cb?state=x&",
            ),
            ("com.example:/cb", "com.example:/cb?"),
        ];
        for (callback, expected) in cases {
            let uri = granted("t", "v").to_uri(callback);
            assert_eq!(uri, format!("{expected}{answer}"));
            assert_eq!(parse(&uri), Ok(Secret::from("v")));
        }
    }

    #[test]
    fn a_denial_is_told_in_both_ways_that_are_known() {
        let uri = denied("t").to_uri("https://c.example/?a=b");
        assert_eq!(
            uri,
            "https://c.example/?a=b&denied=t&oauth_problem=user_refused"
        );
    }

    #[test]
    fn a_denial_is_read_in_every_way_that_is_known() {
        let refused = |code: ProblemCode| {
            let problem = Some(Box::new(Problem::new(code)));
            Err(CallbackError::Denied { problem })
        };
        let silent = Err(CallbackError::Denied { problem: None });
        let user_refused = || refused(ProblemCode::UserRefused);
        assert_eq!(parse("https://c.example/?denied=t"), silent);
        assert_eq!(parse("denied="), silent);
        let as_oauth2 = "https://c.example/?error=access_denied&error_description=no";
        assert_eq!(parse(as_oauth2), silent);
        assert_eq!(parse("denied=t&oauth_token=t"), silent);
        assert_eq!(parse("oauth_problem=user_refused"), user_refused());
        assert_eq!(
            parse("oauth_token=t&oauth_problem=user_refused"),
            user_refused()
        );
        assert_eq!(
            parse(&denied("t").to_uri("https://c.example")),
            user_refused()
        );
        let denied_with_code = "oauth_token=t&oauth_verifier=v&oauth_problem=permission_denied";
        assert_eq!(
            parse(denied_with_code),
            refused(ProblemCode::PermissionDenied)
        );
        assert_eq!(parse("oauth_token=t&oauth_verifier=v&denied=t"), silent);
    }

    #[test]
    fn a_callback_that_belongs_to_another_token_is_refused() {
        for callback in [
            "oauth_token=u&oauth_verifier=v",
            "oauth_token=T&oauth_verifier=v",
            "oauth_token=&oauth_verifier=v",
            "oauth_token=tt&oauth_verifier=v",
            "oauth_token=u",
            "denied=u",
            "oauth_token=u&denied=t",
            "oauth_token=u&oauth_problem=user_refused",
        ] {
            assert_eq!(
                parse(callback),
                Err(CallbackError::OtherToken),
                "{callback}"
            );
        }
    }

    #[test]
    fn a_callback_without_token_or_code_is_refused() {
        for callback in [
            "",
            "https://c.example/",
            "https://c.example/?",
            "oauth_verifier=v",
        ] {
            assert_eq!(parse(callback), Err(missing(TOKEN)), "{callback}");
        }
        for callback in [
            "oauth_token=t",
            "oauth_token=t&oauth_verifier=",
            "oauth_token=t&code=v",
        ] {
            assert_eq!(parse(callback), Err(missing(VERIFIER)), "{callback}");
        }
        let in_fragment = "https://c.example/#oauth_token=t&oauth_verifier=v";
        assert_eq!(parse(in_fragment), Err(missing(TOKEN)));
        let cut = "https://c.example/?oauth_token=t#&oauth_verifier=v";
        assert_eq!(parse(cut), Err(missing(VERIFIER)));
    }

    #[test]
    fn a_parameter_twice_is_refused() {
        for name in ["oauth_token", "oauth_verifier", "denied"] {
            let callback = match name {
                "denied" => "oauth_token=t&denied=t&denied=t".to_owned(),
                _ => format!("oauth_token=t&oauth_verifier=v&{name}=t"),
            };
            let name = name.to_owned();
            let repeated = parameters::Error::Repeated { name };
            assert_eq!(parse(&callback), Err(CallbackError::Unreadable(repeated)));
        }
        assert!(matches!(
            parse("oauth_token=%FF"),
            Err(CallbackError::Unreadable(_))
        ));
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(token in ".+", verifier in ".+") {
            let uri = granted(&token, &verifier).to_uri("https://c.example/?a=b");
            let read = AuthorizationResponse::parse(&uri, &token);
            prop_assert_eq!(read, Ok(Secret::from(verifier)));
            let other = AuthorizationResponse::parse(&uri, &format!("{token}x"));
            prop_assert_eq!(other, Err(CallbackError::OtherToken));

            let uri = denied(&token).to_uri("https://c.example/?a=b");
            let read = AuthorizationResponse::parse(&uri, &token);
            let refused = matches!(read, Err(CallbackError::Denied { problem: Some(_) }));
            prop_assert!(refused);
            let other = AuthorizationResponse::parse(&uri, &format!("{token}x"));
            prop_assert_eq!(other, Err(CallbackError::OtherToken));
        }
    }
}
