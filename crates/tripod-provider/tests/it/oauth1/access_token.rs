use super::*;

#[tokio::test]
async fn three_legs_lead_to_the_api_by_every_method_and_from_every_place() {
    let fixture = ready().await;
    for method in SignatureMethod::KNOWN {
        for placement in [Placement::Header, Placement::Query, Placement::Body] {
            // A signature that consists of the secrets is not for a query that lands in logs.
            if method == SignatureMethod::Plaintext && placement == Placement::Query {
                continue;
            }
            let signing = |token: Option<&Credentials>| Signing {
                method: method.clone(),
                placement,
                token: token.cloned(),
                ..Signing::new()
            };
            let leg = |path| match placement {
                Placement::Body => form(path, ""),
                _ => empty(Method::POST, path),
            };
            let added = [("oauth_callback", CALLBACK)];
            let request = signing(None).sign(&fixture, leg(REQUEST_TOKEN), &added);
            let answer = http_answer(&fixture.send(request).await);
            let temporary = TemporaryCredentialsResponse::parse(&answer).unwrap();
            let temporary = temporary.credentials;

            let verifier = approve(&fixture, &temporary).await;
            let added = [("oauth_verifier", verifier.expose())];
            let signed = signing(Some(&temporary));
            let request = signed.sign(&fixture, leg(ACCESS_TOKEN), &added);
            let token = granted(&fixture.send(request).await);
            assert_eq!(token.session_handle, None);
            assert_eq!(token.expires_in, None);

            let me = match placement {
                Placement::Body => continue,
                _ => empty(Method::GET, "/api/me"),
            };
            let request = signing(Some(&token.credentials)).sign(&fixture, me, &[]);
            let answer = fixture.send(request).await;
            answer.assert_ok();
            assert_eq!(answer.member("sub"), ALICE);
            assert_eq!(answer.member("username"), "alice");
            assert_eq!(answer.member("client_id"), KEY);
            assert_eq!(answer.member("protocol"), "oauth1");
            assert_eq!(answer.member("scope"), "read write");
        }
    }
}

#[tokio::test]
async fn a_verifier_that_people_type_has_eight_digits_in_any_grouping() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, "oob").await;
    let code = approve(&fixture, &temporary).await;
    assert_eq!(code.expose().len(), 8);
    let (left, right) = code.expose().split_at(4);
    let answer = redeem(&fixture, &temporary, &format!("{left} {right}")).await;
    granted(&answer);
}

#[tokio::test]
async fn five_wrong_verifiers_end_the_authorization() {
    let fixture = ready().await;
    for callback in ["oob", CALLBACK] {
        let temporary = temporary(&fixture, callback).await;
        let verifier = approve(&fixture, &temporary).await;
        for _ in 0..5 {
            let answer = redeem(&fixture, &temporary, "wrong").await;
            assert_problem(&answer, 401, "verifier_invalid");
        }
        let answer = redeem(&fixture, &temporary, verifier.expose()).await;
        assert_problem(&answer, 401, "signature_invalid");
    }
}

#[tokio::test]
async fn the_right_verifier_comes_even_after_four_wrong_ones() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, "oob").await;
    let verifier = approve(&fixture, &temporary).await;
    for _ in 0..4 {
        redeem(&fixture, &temporary, "wrong").await;
    }
    granted(&redeem(&fixture, &temporary, verifier.expose()).await);
}

/// So many at once are no more tries than so many one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_verifiers_are_counted_also_when_they_come_at_once() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, "oob").await;
    let verifier = approve(&fixture, &temporary).await;
    let tries = (0..32).map(|_| {
        let (fixture, temporary) = (fixture.clone(), temporary.clone());
        tokio::spawn(async move { redeem(&fixture, &temporary, "wrong").await })
    });
    for attempt in tries.collect::<Vec<_>>() {
        assert_eq!(attempt.await.unwrap().status, 401);
    }
    let answer = redeem(&fixture, &temporary, verifier.expose()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn nothing_is_given_before_the_user_has_decided_or_after_a_refusal() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let early = redeem(&fixture, &temporary, "early").await;
    assert_problem(&early, 401, "permission_unknown");
    let undecided = Undecided::load(&fixture.provider, &temporary.identifier).await;
    let (changes, outcome) = undecided.unwrap().deny();
    fixture.apply(changes).await;
    let Outcome::Redirect(uri) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(uri.expose().starts_with(&format!("{CALLBACK}?denied=")));
    let late = redeem(&fixture, &temporary, "late").await;
    assert_problem(&late, 401, "permission_denied");
}

#[tokio::test]
async fn temporary_credentials_are_short_lived() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let verifier = approve(&fixture, &temporary).await;
    fixture.turn(15 * 60);
    let answer = redeem(&fixture, &temporary, verifier.expose()).await;
    assert_problem(&answer, 401, "signature_invalid");
    let late = Undecided::load(&fixture.provider, &temporary.identifier).await;
    assert!(late.is_err());
}

#[tokio::test]
async fn a_user_decides_once() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let load = || Undecided::load(&fixture.provider, &temporary.identifier);
    let (one, other) = (load().await.unwrap(), load().await.unwrap());
    let (changes, _) = one.deny();
    fixture.apply(changes).await;
    let alice = Authentication::new(ALICE, fixture.now());
    let (changes, _) = other.approve(&fixture.provider, alice, other.scope());
    assert!(
        fixture
            .provider
            .store()
            .apply(changes)
            .await
            .unwrap()
            .is_err()
    );
    assert!(load().await.is_err());
}

#[tokio::test]
async fn a_user_may_allow_less_than_was_asked_for_and_never_more() {
    let fixture = ready().await;
    for (allowed, granted_scope) in [("read", "read"), ("read write email", "read write")] {
        let request = form(REQUEST_TOKEN, "scope=read+write");
        let added = [("oauth_callback", "oob")];
        let request = Signing::new().sign(&fixture, request, &added);
        let answer = http_answer(&fixture.send(request).await);
        let temporary = TemporaryCredentialsResponse::parse(&answer)
            .unwrap()
            .credentials;
        let undecided = Undecided::load(&fixture.provider, &temporary.identifier).await;
        let alice = Authentication::new(ALICE, fixture.now());
        let allowed = Scope::parse(allowed).unwrap();
        let (changes, outcome) = undecided
            .unwrap()
            .approve(&fixture.provider, alice, &allowed);
        fixture.apply(changes).await;
        let Outcome::VerificationCode(code) = outcome else {
            panic!("{outcome:?}");
        };
        let token = granted(&redeem(&fixture, &temporary, code.expose()).await).credentials;
        let me = empty(Method::GET, "/api/me");
        let request = Signing::with_token(&token).sign(&fixture, me, &[]);
        let answer = fixture.send(request).await;
        assert_eq!(answer.member("scope"), granted_scope);
    }
}

#[tokio::test]
async fn the_endpoint_demands_a_token_and_a_verifier() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = Signing::with_token(&temporary).sign(&fixture, request, &[]);
    let answer = fixture.send(request).await;
    assert_problem(&answer, 400, "parameter_absent");
    assert!(answer.text().contains("oauth_verifier"));
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = Signing::new().sign(&fixture, request, &[("oauth_verifier", "x")]);
    assert_problem(&fixture.send(request).await, 400, "parameter_absent");
}

#[tokio::test]
async fn what_is_granted_is_in_the_audit_trail_and_no_secret_in_the_database() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let events = fixture
        .provider
        .store()
        .events(Default::default())
        .await
        .unwrap();
    let issued = events
        .iter()
        .find(|it| it.event.name == "tokens_issued")
        .unwrap();
    assert_eq!(issued.event.user.as_deref(), Some(ALICE));
    assert_eq!(issued.event.client.as_deref(), Some(KEY));

    for kind in tripod_provider::storage::Kind::ALL {
        let query =
            tripod_provider::storage::Query::new(kind, tripod_provider::storage::Selector::All);
        for record in fixture.storage.list(query, fixture.now()).await.unwrap() {
            let body = String::from_utf8(record.body).unwrap();
            for secret in [token.secret.expose(), token.identifier.as_str(), SECRET] {
                assert!(!body.contains(secret), "{kind:?}");
            }
        }
    }
}

#[tokio::test]
async fn credentials_of_another_consumer_are_unknown() {
    let fixture = ready().await;
    fixture
        .add_client(consumer(&fixture.provider, "other"))
        .await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let verifier = approve(&fixture, &temporary).await;
    let signing = Signing {
        client: Credentials::new("other", SECRET),
        ..Signing::with_token(&temporary)
    };
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = signing.sign(&fixture, request, &[("oauth_verifier", verifier.expose())]);
    assert_problem(&fixture.send(request).await, 401, "signature_invalid");
    // Nor did that do the owner any harm.
    granted(&redeem(&fixture, &temporary, verifier.expose()).await);
}
