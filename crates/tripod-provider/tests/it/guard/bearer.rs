use super::*;

/// RFC 6750 §3: nothing shown, nothing said of what went wrong.
#[tokio::test]
async fn whoever_shows_nothing_hears_by_what_to_come() {
    let fixture = Fixture::new().await;
    for authorization in [None, Some("Basic YTpi"), Some("Negotiate")] {
        let mut request = Request::get("/api/me");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let answer = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("www-authenticate"),
            format!("OAuth realm=\"{ISSUER}\"")
        );
        let challenges = challenges(&answer);
        let schemes: Vec<_> = challenges.iter().map(|it| &it.scheme).collect();
        assert_eq!(schemes, [&Scheme::Bearer, &Scheme::Dpop]);
        for challenge in &challenges {
            assert_eq!(challenge.error, None);
            assert_eq!(challenge.scope.as_ref().unwrap().to_string(), "read");
        }
        assert!(challenges[1].algs.as_ref().unwrap().contains("ES256"));
    }
}

#[tokio::test]
async fn tokens_that_are_none_are_refused_alike() {
    let fixture = Fixture::new().await;
    let expired = issue(&fixture, |token| token.expires = Timestamp::from_unix(0)).await;
    let long = "a".repeat(20_000).into();
    for token in [
        expired,
        "unknown".into(),
        "a.b.c".into(),
        "eyJhbGciOiJub25lIn0.e30.".into(),
        long,
    ] {
        let answer = get_with(&fixture, "/api/me", &bearer(&token)).await;
        assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
        assert!(
            answer
                .text()
                .contains("the token is unknown, expired or revoked")
        );
    }
}

#[tokio::test]
async fn a_token_expires_to_the_second() {
    let fixture = Fixture::new().await;
    let token = issue(&fixture, |_| {}).await;
    fixture.turn(3599);
    get_with(&fixture, "/api/me", &bearer(&token))
        .await
        .assert_ok();
    fixture.turn(1);
    let answer = get_with(&fixture, "/api/me", &bearer(&token)).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
}

/// RFC 8707: a token for another resource is no token here.
#[tokio::test]
async fn a_token_is_good_where_it_was_meant_to_be() {
    let fixture = Fixture::new().await;
    let of = |resources: &[&str]| {
        let resources: Vec<_> = resources.iter().map(|it| (*it).to_owned()).collect();
        move |token: &mut AccessToken| token.resources = resources
    };
    for resources in [vec![ISSUER], vec!["https://other.example", ISSUER]] {
        let token = issue(&fixture, of(&resources)).await;
        get_with(&fixture, "/api/me", &bearer(&token))
            .await
            .assert_ok();
    }
    let elsewhere = issue(&fixture, of(&["https://other.example"])).await;
    let answer = get_with(&fixture, "/api/me", &bearer(&elsewhere)).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
}

/// RFC 6750 §2: one place; RFC 9700 §4.3.2: not the query, where tokens end up in logs.
#[tokio::test]
async fn credentials_stand_in_one_place() {
    let fixture = oauth1::ready().await;
    let token = issue(&fixture, |_| {}).await;
    let text = token.expose();
    for path in [
        format!("/api/me?access_token={text}"),
        format!("/api/me?access%5Ftoken={text}"),
    ] {
        for authorization in [bearer(&token), String::new()] {
            let answer = get_with(&fixture, &path, &authorization).await;
            assert_challenge(&answer, 400, &Scheme::Bearer, &ErrorCode::InvalidRequest);
        }
    }
    let mut twice = Request::get("/api/me").body(Body::empty()).unwrap();
    for _ in 0..2 {
        let value = bearer(&token).parse().unwrap();
        twice.headers_mut().append("authorization", value);
    }
    let answer = fixture.send(twice).await;
    assert_challenge(&answer, 400, &Scheme::Bearer, &ErrorCode::InvalidRequest);

    let path = "/api/me?oauth_signature=a&oauth_consumer_key=consumer";
    let answer = get_with(&fixture, path, &bearer(&token)).await;
    assert_challenge(&answer, 400, &Scheme::Bearer, &ErrorCode::InvalidRequest);

    // A form is not a place for tokens here.
    let request = form("/api/echo", &format!("access_token={text}")).map(Body::from);
    assert_eq!(fixture.send(request).await.status, 401);
}

#[tokio::test]
async fn malformed_headers_are_refused() {
    let fixture = Fixture::new().await;
    for authorization in ["Bearer", "Bearer ", "Bearer a b", "DPoP"] {
        let answer = get_with(&fixture, "/api/me", authorization).await;
        assert_challenge(&answer, 400, &Scheme::Bearer, &ErrorCode::InvalidRequest);
    }
}

/// A JWT of the provider's own is verified by the keys that it publishes.
#[tokio::test]
async fn a_jwt_speaks_for_itself() {
    let fixture = Fixture::new().await;
    let provider = &fixture.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    let token = |issuer: &str, audience: &str, subject: &str| {
        let mut token = tripod_oauth2::access_token::AccessToken::new(
            issuer,
            audience,
            subject,
            CLIENT,
            fixture.now(),
            Duration::from_secs(60),
            &mut provider.random(),
        );
        token.scope = Some(Scope::parse("read").unwrap());
        token
            .encode(ring.current(Algorithm::Es256).unwrap())
            .unwrap()
    };
    let good = token(ISSUER, ISSUER, ALICE);
    let answer = get_with(&fixture, "/api/me", &bearer(&good)).await;
    answer.assert_ok();
    assert_eq!(answer.member("sub"), ALICE);
    assert_eq!(answer.member("username"), "alice");
    let own = get_with(&fixture, "/api/me", &bearer(&token(ISSUER, ISSUER, CLIENT))).await;
    assert_eq!(own.json()["username"], serde_json::Value::Null);

    for refused in [
        token("https://other.example", ISSUER, ALICE),
        token(ISSUER, "https://other.example", ALICE),
        Secret::new(format!("{}A", good.expose())),
    ] {
        let answer = get_with(&fixture, "/api/me", &bearer(&refused)).await;
        assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
    }
    // It cannot be taken back, but its client can be removed, and whom it is for kept out.
    fixture.add_client(crate::fixture::public("leaving")).await;
    let mut leaving = tripod_oauth2::access_token::AccessToken::new(
        ISSUER,
        ISSUER,
        ALICE,
        "leaving",
        fixture.now(),
        Duration::from_secs(60),
        &mut provider.random(),
    );
    leaving.scope = Some(Scope::parse("read").unwrap());
    let leaving = leaving.encode(ring.current(Algorithm::Es256).unwrap());
    let leaving = bearer(&leaving.unwrap());
    get_with(&fixture, "/api/me", &leaving).await.assert_ok();
    fixture.remove_client("leaving").await;
    let answer = get_with(&fixture, "/api/me", &leaving).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);

    let kept_out = token(ISSUER, ISSUER, "mallory-id");
    get_with(&fixture, "/api/me", &bearer(&kept_out))
        .await
        .assert_ok();
    let mut mallory = crate::fixture::user("mallory-id", "mallory");
    mallory.disabled = true;
    fixture.add_user(mallory).await;
    let answer = get_with(&fixture, "/api/me", &bearer(&kept_out)).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
    fixture.turn(60 + 31);
    let answer = get_with(&fixture, "/api/me", &bearer(&good)).await;
    assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
}

/// An ID token is no access token, whoever signed it.
#[tokio::test]
async fn a_token_of_another_type_is_refused() {
    let fixture = Fixture::new().await;
    let provider = &fixture.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    let now = fixture.now();
    let claims = tripod_oauth2::jose::claims::Claims::new()
        .with("iss", ISSUER)
        .with("aud", ISSUER)
        .with("sub", ALICE)
        .with("client_id", CLIENT)
        .with("jti", "1")
        .with("scope", "read")
        .with_time("iat", now)
        .with_time("exp", now.plus(Duration::from_secs(60)));
    let key = ring.current(Algorithm::Es256).unwrap();
    for media_type in ["JWT", "dpop+jwt", "logout+jwt"] {
        let token = key.sign(media_type, &claims).unwrap();
        let answer = get_with(&fixture, "/api/me", &bearer(&token)).await;
        assert_challenge(&answer, 401, &Scheme::Bearer, &ErrorCode::InvalidToken);
    }
    let token = key.sign("at+jwt", &claims).unwrap();
    get_with(&fixture, "/api/me", &bearer(&token))
        .await
        .assert_ok();
}
