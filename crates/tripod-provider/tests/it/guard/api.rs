use super::*;

#[tokio::test]
async fn me_says_who_calls() {
    let fixture = Fixture::new().await;
    let token = issue(&fixture, |_| {}).await;
    let answer = get_with(&fixture, "/api/me", &bearer(&token)).await;
    answer.assert_ok();
    assert_eq!(
        answer.json(),
        serde_json::json!({
            "sub": ALICE,
            "username": "alice",
            "name": "alice Example",
            "client_id": CLIENT,
            "scope": "read",
            "protocol": "bearer",
        })
    );
    let own = issue(&fixture, |token| token.user = None).await;
    let answer = get_with(&fixture, "/api/me", &bearer(&own)).await;
    assert_eq!(answer.member("sub"), CLIENT);
    assert_eq!(answer.json()["username"], serde_json::Value::Null);
}

#[tokio::test]
async fn echo_returns_all_but_what_authorised_it() {
    let fixture = Fixture::new().await;
    let write = |token: &mut AccessToken| token.scope = Scope::parse("write").unwrap();
    let token = issue(&fixture, write).await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"] {
        let request = Request::builder()
            .method(method)
            .uri("/api/echo?a=b&a=%20")
            .header("authorization", bearer(&token))
            .header("cookie", "a=secret")
            .header("x-own", "1")
            .header("x-own", "2");
        let answer = fixture
            .send(request.body(Body::from("body")).unwrap())
            .await;
        answer.assert_ok();
        let expected = serde_json::json!({
            "method": method,
            "path": "/api/echo",
            "query": "a=b&a=%20",
            "headers": {"authorization": "***", "cookie": "***", "x-own": "1, 2"},
            "body": "body",
        });
        assert_eq!(answer.json(), expected);
    }
    let request = Request::post("/api/echo").header("authorization", bearer(&token));
    let octets = Body::from(vec![0xFF, 0]);
    let answer = fixture.send(request.body(octets).unwrap()).await;
    assert_eq!(answer.member("body_base64"), "/wA=");
}

#[tokio::test]
async fn reading_and_writing_need_different_scopes() {
    let fixture = Fixture::new().await;
    let read = issue(&fixture, |_| {}).await;
    let write = |token: &mut AccessToken| token.scope = Scope::parse("write").unwrap();
    let write = issue(&fixture, write).await;
    for (method, token, is_allowed) in [
        ("GET", &read, true),
        ("GET", &write, false),
        ("POST", &read, false),
        ("POST", &write, true),
        ("DELETE", &read, false),
    ] {
        let request = Request::builder().method(method).uri("/api/echo");
        let request = request.header("authorization", bearer(token));
        let answer = fixture.send(request.body(Body::empty()).unwrap()).await;
        if is_allowed {
            answer.assert_ok();
        } else {
            let code = ErrorCode::InsufficientScope;
            assert_challenge(&answer, 403, &Scheme::Bearer, &code);
            let demanded = challenges(&answer)[0].scope.clone().unwrap();
            assert!(["read", "write"].contains(&demanded.to_string().as_str()));
        }
    }
}

#[tokio::test]
async fn the_resource_describes_itself() {
    let fixture = Fixture::new().await;
    let answer = fixture.get("/.well-known/oauth-protected-resource").await;
    answer.assert_ok();
    assert_eq!(answer.member("resource"), ISSUER);
    let metadata = answer.json();
    assert_eq!(
        metadata["authorization_servers"],
        serde_json::json!([ISSUER])
    );
    assert_eq!(
        metadata["bearer_methods_supported"],
        serde_json::json!(["header"])
    );
    assert_eq!(metadata["scopes_supported"][0], "read");
    let other = fixture
        .get("/.well-known/oauth-protected-resource/other")
        .await;
    assert_eq!(other.status, 404);
}

/// RFC 9728 §3.1: the path of the resource follows the well-known part.
#[tokio::test]
async fn a_resource_with_a_path_describes_itself_behind_it() {
    let issuer = "https://id.example/tenant";
    let fixture = Fixture::with(|config| {
        config.issuer = tripod_oauth2::metadata::Issuer::parse(issuer).unwrap();
    })
    .await;
    let answer = fixture
        .get("/.well-known/oauth-protected-resource/tenant")
        .await;
    assert_eq!(answer.member("resource"), issuer);
    let other = fixture.get("/.well-known/oauth-protected-resource").await;
    assert_eq!(other.status, 404);
}
