use super::*;

#[tokio::test]
async fn temporary_credentials_confirm_the_callback_and_are_not_kept_by_caches() {
    let fixture = ready().await;
    for callback in [CALLBACK, "http://127.0.0.1:50123/back", "oob"] {
        let answer = request_token(&fixture, &Signing::new(), callback).await;
        answer.assert_ok();
        assert!(answer.text().contains("oauth_callback_confirmed=true"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let content_type = answer.header("content-type");
        assert_eq!(content_type, "application/x-www-form-urlencoded");
    }
}

#[tokio::test]
async fn old_clients_get() {
    let fixture = ready().await;
    let request = empty(Method::GET, REQUEST_TOKEN);
    let added = [("oauth_callback", CALLBACK)];
    let request = Signing::new().sign(&fixture, request, &added);
    fixture.send(request).await.assert_ok();
    let deleted = empty(Method::DELETE, REQUEST_TOKEN);
    let request = Signing::new().sign(&fixture, deleted, &added);
    assert_eq!(fixture.send(request).await.status, 405);
}

#[tokio::test]
async fn a_callback_is_one_that_the_consumer_registered() {
    let fixture = ready().await;
    let mut without = consumer(&fixture.provider, "no-oob");
    without.oauth1.as_mut().unwrap().out_of_band = false;
    fixture.add_client(without).await;
    for callback in [
        "https://attacker.example/",
        "https://client.example/back?a=b",
        "https://client.example/back/",
        "http://127.0.0.1:50123/other",
        "relative",
        "OOB",
        "javascript:alert(1)",
        "",
    ] {
        let answer = request_token(&fixture, &Signing::new(), callback).await;
        assert_problem(&answer, 400, "parameter_rejected");
        assert!(answer.text().contains("oauth_callback"), "{callback}");
    }
    let signing = Signing {
        client: Credentials::new("no-oob", SECRET),
        ..Signing::new()
    };
    let answer = request_token(&fixture, &signing, "oob").await;
    assert_problem(&answer, 400, "parameter_rejected");
}

/// RFC 5849 §2.1: `oauth_callback` is REQUIRED, and there is no token yet.
#[tokio::test]
async fn the_parameters_of_this_step_are_demanded() {
    let fixture = ready().await;
    let request = Signing::new().sign(&fixture, empty(Method::POST, REQUEST_TOKEN), &[]);
    let answer = fixture.send(request).await;
    assert_problem(&answer, 400, "parameter_absent");
    assert!(
        answer
            .text()
            .contains("oauth_parameters_absent=oauth_callback")
    );

    let with_token = Signing::with_token(&Credentials::new("token", "secret"));
    let answer = request_token(&fixture, &with_token, CALLBACK).await;
    assert_problem(&answer, 401, "signature_invalid");
}

#[tokio::test]
async fn a_scope_is_asked_for_by_the_name_that_providers_use() {
    let fixture = ready().await;
    let ask = async |request: Request<Vec<u8>>| {
        let added = [("oauth_callback", CALLBACK)];
        let request = Signing::new().sign(&fixture, request, &added);
        fixture.send(request).await
    };
    let asked = [
        empty(Method::POST, "/oauth1/request_token?scope=read+write"),
        form(REQUEST_TOKEN, "scope=read%20write"),
    ];
    for request in asked {
        let answer = http_answer(&ask(request).await);
        let temporary = TemporaryCredentialsResponse::parse(&answer)
            .unwrap()
            .credentials;
        let undecided = Undecided::load(&fixture.provider, &temporary.identifier).await;
        assert_eq!(undecided.unwrap().scope().to_string(), "read write");
    }
    for request in [
        form(REQUEST_TOKEN, "scope=openid"),
        form(REQUEST_TOKEN, "scope=unknown"),
        form(REQUEST_TOKEN, "scope=read&scope=write"),
        form("/oauth1/request_token?scope=read", "scope=write"),
    ] {
        assert_problem(&ask(request).await, 400, "parameter_rejected");
    }
}

#[tokio::test]
async fn whoever_is_no_consumer_has_no_business_here() {
    let fixture = ready().await;
    let mut by_hmac_alone = consumer(&fixture.provider, "hmac");
    by_hmac_alone.oauth1.as_mut().unwrap().methods = vec!["HMAC-SHA1".to_owned()];
    fixture.add_client(by_hmac_alone).await;
    let mut without_key = consumer(&fixture.provider, "no-key");
    without_key.oauth1.as_mut().unwrap().rsa_key = None;
    fixture.add_client(without_key).await;
    let mut with_a_broken_key = consumer(&fixture.provider, "broken-key");
    with_a_broken_key.oauth1.as_mut().unwrap().rsa_key = Some("broken".to_owned());
    fixture.add_client(with_a_broken_key).await;

    let wrong_secret = Credentials::new(KEY, "wrong");
    for (client, method) in [
        (wrong_secret, SignatureMethod::HmacSha256),
        (
            Credentials::new("unknown", SECRET),
            SignatureMethod::HmacSha256,
        ),
        (
            Credentials::new("unknown", SECRET),
            SignatureMethod::RsaSha256,
        ),
        (
            Credentials::new("client", SECRET),
            SignatureMethod::HmacSha256,
        ),
        (
            Credentials::new("hmac", SECRET),
            SignatureMethod::HmacSha256,
        ),
        (Credentials::new("hmac", SECRET), SignatureMethod::Plaintext),
        (Credentials::new("hmac", SECRET), SignatureMethod::RsaSha1),
        (Credentials::new("no-key", SECRET), SignatureMethod::RsaSha1),
        (
            Credentials::new("broken-key", SECRET),
            SignatureMethod::RsaSha1,
        ),
    ] {
        let signing = Signing {
            client,
            method,
            ..Signing::new()
        };
        let answer = request_token(&fixture, &signing, CALLBACK).await;
        // Nobody learns which of them was wrong.
        assert_problem(&answer, 401, "signature_invalid");
        assert_eq!(answer.text(), "oauth_problem=signature_invalid");
    }
}

#[tokio::test]
async fn development_says_what_is_wrong() {
    let fixture = Fixture::with(|config| {
        config.development = Some(tripod_provider::config::Development::default());
    })
    .await;
    let unknown = request_token(&fixture, &Signing::new(), CALLBACK).await;
    assert_problem(&unknown, 401, "consumer_key_unknown");
    assert!(unknown.text().contains("oauth_problem_advice="));
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let elsewhere = request_token(&fixture, &Signing::new(), "https://attacker.example/").await;
    assert!(
        elsewhere
            .text()
            .contains("oauth_problem_advice=the+callback")
    );
}

#[tokio::test]
async fn a_method_that_is_not_served_is_not_served_to_those_who_have_it() {
    let fixture = Fixture::with(|config| {
        config.oauth1.as_mut().unwrap().methods = vec![SignatureMethod::HmacSha256];
    })
    .await;
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let by = |method| Signing {
        method,
        ..Signing::new()
    };
    let answer = request_token(&fixture, &by(SignatureMethod::HmacSha256), CALLBACK).await;
    answer.assert_ok();
    let answer = request_token(&fixture, &by(SignatureMethod::HmacSha1), CALLBACK).await;
    assert_problem(&answer, 401, "signature_invalid");
}

#[tokio::test]
async fn without_oauth_1_there_are_no_such_endpoints() {
    let fixture = Fixture::with(|config| config.oauth1 = None).await;
    for path in [REQUEST_TOKEN, ACCESS_TOKEN] {
        assert_eq!(fixture.post(path, &[]).await.status, 404);
    }
    let answer = fixture.get("/api/me").await;
    let challenges = answer.headers.get_all("www-authenticate").iter();
    assert!(
        challenges
            .into_iter()
            .all(|it| !it.to_str().unwrap().starts_with("OAuth"))
    );
}

/// RFC 5849 §3.3, and beyond it: not from the future either.
#[tokio::test]
async fn timestamps_are_bounded_on_both_sides() {
    let fixture = ready().await;
    for (offset, is_accepted) in [
        (-301, false),
        (-300, true),
        (0, true),
        (300, true),
        (301, false),
        (100_000, false),
    ] {
        let at = Timestamp::from_unix(fixture.now().as_unix() + offset);
        let signing = Signing::new().stamped(at, "nonce");
        let answer = request_token(&fixture, &signing, CALLBACK).await;
        if is_accepted {
            answer.assert_ok();
        } else {
            assert_problem(&answer, 401, "timestamp_refused");
            let now = fixture.now().as_unix();
            let range = format!("oauth_acceptable_timestamps={}-{}", now - 300, now + 300);
            assert!(answer.text().contains(&range), "{}", answer.text());
        }
    }
}

/// RFC 5849 §3.5: one place; §3.1: each parameter once; version 1.0 or none.
#[tokio::test]
async fn parameters_stand_in_one_place_once() {
    let fixture = ready().await;
    let added = [("oauth_callback", CALLBACK)];
    let signed = || {
        let request = empty(Method::POST, REQUEST_TOKEN);
        Signing::new().sign(&fixture, request, &added)
    };
    let header = |request: &Request<Body>| {
        let header = request.headers()["authorization"].to_str().unwrap();
        header.to_owned()
    };

    let mut in_query_too = signed();
    let uri = "/oauth1/request_token?oauth_callback=https%3A%2F%2Fclient.example%2Fback";
    *in_query_too.uri_mut() = uri.parse().unwrap();
    assert_problem(&fixture.send(in_query_too).await, 400, "parameter_rejected");

    let mut in_form_too = signed();
    *in_form_too.body_mut() = Body::from("oauth_token=");
    let form = "application/x-www-form-urlencoded".parse().unwrap();
    in_form_too.headers_mut().insert("content-type", form);
    assert_problem(&fixture.send(in_form_too).await, 400, "parameter_rejected");

    let mut twice = signed();
    let again = format!("{}, oauth_nonce=\"x\"", header(&twice))
        .parse()
        .unwrap();
    twice.headers_mut().insert("authorization", again);
    assert_problem(&fixture.send(twice).await, 400, "parameter_rejected");

    let mut two_headers = signed();
    let again = header(&two_headers).parse().unwrap();
    two_headers.headers_mut().append("authorization", again);
    assert_problem(&fixture.send(two_headers).await, 400, "parameter_rejected");

    let mut other_version = signed();
    let header = header(&other_version);
    let other = header.replace("oauth_version=\"1.0\"", "oauth_version=\"2.0\"");
    assert_ne!(header, other);
    let headers = other_version.headers_mut();
    headers.insert("authorization", other.parse().unwrap());
    assert_problem(&fixture.send(other_version).await, 400, "version_rejected");
}

#[tokio::test]
async fn unsigned_and_unreadable_requests_are_refused() {
    let fixture = ready().await;
    let answer = fixture.post(REQUEST_TOKEN, &[]).await;
    assert_problem(&answer, 401, "parameter_absent");
    for header in [
        "OAuth",
        "OAuth ",
        "OAuth oauth_consumer_key",
        "OAuth oauth_consumer_key=\"",
        "OAuth oauth_consumer_key=\"%zz\"",
        "OAuth oauth_consumer_key=\"consumer\"",
        "Bearer token",
        "Basic Y29uc3VtZXI6c2VjcmV0",
        "\u{fffd}",
    ] {
        let mut request = empty(Method::POST, REQUEST_TOKEN).map(Body::from);
        let header = http::HeaderValue::from_bytes(header.as_bytes()).unwrap();
        request.headers_mut().insert("authorization", header);
        let answer = fixture.send(request).await;
        assert!(answer.status.is_client_error(), "{answer:?}");
    }
    let limit = fixture.provider.config().limits.body;
    let long = form(REQUEST_TOKEN, &"a".repeat(limit + 1)).map(Body::from);
    assert_eq!(fixture.send(long).await.status, 413);
}

#[tokio::test]
async fn a_body_that_was_hashed_is_the_one_that_arrives() {
    let fixture = ready().await;
    let signing = Signing {
        body_hash: true,
        ..Signing::new()
    };
    let sign = || {
        let request = Request::post(REQUEST_TOKEN).header("content-type", "application/json");
        let request = request.body(b"{}".to_vec()).unwrap();
        signing.sign(&fixture, request, &[("oauth_callback", CALLBACK)])
    };
    fixture.send(sign()).await.assert_ok();
    let mut changed = sign();
    *changed.body_mut() = Body::from("[]");
    assert_problem(&fixture.send(changed).await, 401, "signature_invalid");
}
