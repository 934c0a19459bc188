//! What providers were attacked by, each by its name in the field.

use tripod_provider::artefact::TOKENS;
use tripod_provider::storage::Selector;
use tripod_provider::store::Changes;

use super::*;

async fn me(fixture: &Fixture, signing: &Signing) -> Answer {
    let request = signing.sign(fixture, empty(Method::GET, "/api/me"), &[]);
    fixture.send(request).await
}

/// CVE-2013-4346: the nonce was ignored, so that whoever saw a request could send it again.
#[tokio::test]
async fn python_oauth2_cve_2013_4346_nonce_replay() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let signing = Signing::with_token(&token).stamped(fixture.now(), "the-same-nonce");
    me(&fixture, &signing).await.assert_ok();
    assert_problem(&me(&fixture, &signing).await, 401, "nonce_used");
    // Remembered as long as the timestamp would be accepted, which then is refused for itself.
    fixture.turn(300);
    fixture.provider.store().sweep(1_000).await.unwrap();
    assert_problem(&me(&fixture, &signing).await, 401, "nonce_used");
    fixture.turn(1);
    assert_problem(&me(&fixture, &signing).await, 401, "timestamp_refused");

    let signing = Signing::new().stamped(fixture.now(), "the-same-nonce");
    request_token(&fixture, &signing, CALLBACK)
        .await
        .assert_ok();
    let replayed = request_token(&fixture, &signing, CALLBACK).await;
    assert_problem(&replayed, 401, "nonce_used");
}

/// The far end of the window: a nonce from the future is kept until its timestamp has passed.
#[tokio::test]
async fn a_nonce_from_the_future_is_not_forgotten_early() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let ahead = Timestamp::from_unix(fixture.now().as_unix() + 300);
    let signing = Signing::with_token(&token).stamped(ahead, "nonce");
    me(&fixture, &signing).await.assert_ok();
    fixture.turn(600);
    fixture.provider.store().sweep(1_000).await.unwrap();
    assert_problem(&me(&fixture, &signing).await, 401, "nonce_used");
}

/// CVE-2013-4347: what is drawn here could be predicted.
#[tokio::test]
async fn python_oauth2_cve_2013_4347_predictable_secrets() {
    let fixture = ready().await;
    let mut seen = std::collections::HashSet::new();
    for _ in 0..10 {
        let drawn = temporary(&fixture, CALLBACK).await;
        for text in [drawn.identifier.as_str(), drawn.secret.expose()] {
            // 256 bits in base64url.
            assert_eq!(text.len(), 43);
            assert!(seen.insert(text.to_owned()), "{text} came twice");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nonce_replay_in_parallel() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    for round in 0..20 {
        let signing = Signing::with_token(&token).stamped(fixture.now(), &format!("round-{round}"));
        let replays = (0..32).map(|_| {
            let (fixture, signing) = (fixture.clone(), signing.clone());
            tokio::spawn(async move { me(&fixture, &signing).await.status })
        });
        let mut accepted = 0;
        for replay in replays.collect::<Vec<_>>() {
            accepted += u32::from(replay.await.unwrap().is_success());
        }
        assert_eq!(accepted, 1, "round {round}");
    }
}

/// Unsigned traffic must not use up the nonces of others.
#[tokio::test]
async fn nonce_burning_without_a_signature() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let honest = Signing::with_token(&token).stamped(fixture.now(), "nonce");
    let mut burning = honest.clone();
    burning.client.secret = "a guess".into();
    assert_problem(&me(&fixture, &burning).await, 401, "signature_invalid");
    me(&fixture, &honest).await.assert_ok();
}

/// The same nonce belongs to client, token and timestamp together (RFC 5849 §3.3).
#[tokio::test]
async fn one_nonce_may_serve_others() {
    let fixture = ready().await;
    let (one, other) = (token(&fixture).await, token(&fixture).await);
    for token in [&one, &other] {
        let signing = Signing::with_token(token).stamped(fixture.now(), "nonce");
        me(&fixture, &signing).await.assert_ok();
    }
    fixture.turn(1);
    let later = Signing::with_token(&one).stamped(fixture.now(), "nonce");
    me(&fixture, &later).await.assert_ok();
}

#[tokio::test]
async fn request_token_reuse() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let verifier = approve(&fixture, &temporary).await;
    let first = redeem(&fixture, &temporary, verifier.expose()).await;
    let token = granted(&first).credentials;
    me(&fixture, &Signing::with_token(&token)).await.assert_ok();

    let again = redeem(&fixture, &temporary, verifier.expose()).await;
    assert_problem(&again, 401, "token_used");
    // One of the two was a thief, and nobody knows which.
    let revoked = me(&fixture, &Signing::with_token(&token)).await;
    assert_problem(&revoked, 401, "signature_invalid");
    let events = fixture
        .provider
        .store()
        .events(Default::default())
        .await
        .unwrap();
    assert!(events.iter().any(|it| it.event.name == "family_revoked"));
}

/// Whoever recorded a redemption and sends it again must not be able to revoke what it gave.
#[tokio::test]
async fn a_recorded_redemption_revokes_nothing() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    let verifier = approve(&fixture, &temporary).await;
    let signing = Signing::with_token(&temporary).stamped(fixture.now(), "nonce");
    let send = async || {
        let request = empty(Method::POST, ACCESS_TOKEN);
        let added = [("oauth_verifier", verifier.expose())];
        fixture.send(signing.sign(&fixture, request, &added)).await
    };
    let token = granted(&send().await).credentials;
    assert_problem(&send().await, 401, "nonce_used");
    me(&fixture, &Signing::with_token(&token)).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn request_token_reuse_in_parallel() {
    for round in 0..20 {
        let fixture = ready().await;
        let temporary = temporary(&fixture, CALLBACK).await;
        let verifier = approve(&fixture, &temporary).await;
        let redemptions = (0..32).map(|_| {
            let (fixture, temporary, verifier) =
                (fixture.clone(), temporary.clone(), verifier.clone());
            tokio::spawn(async move { redeem(&fixture, &temporary, verifier.expose()).await })
        });
        let mut granted = 0;
        for redemption in redemptions.collect::<Vec<_>>() {
            granted += u32::from(redemption.await.unwrap().status.is_success());
        }
        assert_eq!(granted, 1, "round {round}");
    }
}

/// The advisory of 2009.1: the attacker begins, the victim allows, the attacker redeems. The
/// verification code goes to the registered callback with the victim, so the attacker lacks it.
#[tokio::test]
async fn session_fixation_needs_the_verifier() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    approve(&fixture, &temporary).await;
    for guess in ["guess", "00000000", "true"] {
        let answer = redeem(&fixture, &temporary, guess).await;
        assert_problem(&answer, 401, "verifier_invalid");
    }
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = Signing::with_token(&temporary).sign(&fixture, request, &[]);
    assert_problem(&fixture.send(request).await, 400, "parameter_absent");
}

/// Nor can the attacker have the code sent elsewhere.
#[tokio::test]
async fn session_fixation_with_a_callback_of_the_attacker() {
    let fixture = ready().await;
    let answer = request_token(&fixture, &Signing::new(), "https://attacker.example/").await;
    assert_problem(&answer, 400, "parameter_rejected");
}

/// A verification code is good for its own request token alone.
#[tokio::test]
async fn verifier_injection() {
    let fixture = ready().await;
    let (own, stolen) = (
        temporary(&fixture, CALLBACK).await,
        temporary(&fixture, CALLBACK).await,
    );
    approve(&fixture, &own).await;
    let verifier = approve(&fixture, &stolen).await;
    let answer = redeem(&fixture, &own, verifier.expose()).await;
    assert_problem(&answer, 401, "verifier_invalid");
}

/// Temporary credentials are not token credentials, nor the other way round.
#[tokio::test]
async fn token_substitution() {
    let fixture = ready().await;
    let temporary = temporary(&fixture, CALLBACK).await;
    approve(&fixture, &temporary).await;
    let answer = me(&fixture, &Signing::with_token(&temporary)).await;
    assert_problem(&answer, 401, "signature_invalid");
    let token = token(&fixture).await;
    let answer = redeem(&fixture, &token, "x").await;
    assert_problem(&answer, 401, "signature_invalid");
}

/// The identifier of a token without its secret is worth nothing, whatever takes its place.
#[tokio::test]
async fn a_token_without_its_secret() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    for secret in ["", "guess", token.identifier.as_str()] {
        let guessed = Credentials::new(token.identifier.as_str(), secret);
        for method in [SignatureMethod::HmacSha1, SignatureMethod::Plaintext] {
            let signing = Signing {
                method,
                ..Signing::with_token(&guessed)
            };
            assert_problem(&me(&fixture, &signing).await, 401, "signature_invalid");
        }
    }
}

/// A signature is for a method, a path, a query and a form.
#[tokio::test]
async fn a_signed_request_that_was_changed_on_its_way() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let sign = || {
        let request = empty(Method::GET, "/api/echo?a=b");
        Signing::with_token(&token).sign(&fixture, request, &[])
    };
    fixture.send(sign()).await.assert_ok();
    for uri in [
        "/api/me?a=b",
        "/api/echo?a=c",
        "/api/echo",
        "/api/echo?a=b&a=b",
    ] {
        let mut changed = sign();
        *changed.uri_mut() = uri.parse().unwrap();
        assert_problem(&fixture.send(changed).await, 401, "signature_invalid");
    }
    let mut changed = sign();
    *changed.method_mut() = Method::HEAD;
    assert_eq!(fixture.send(changed).await.status, 401);
}

/// Starlette CVE-2026-48710 and its kin: what the request says of its host decides nothing.
#[tokio::test]
async fn the_host_header_decides_nothing() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    for host in ["attacker.example", "id.example:8080", "", "@"] {
        let request = empty(Method::GET, "/api/me");
        let mut request = Signing::with_token(&token).sign(&fixture, request, &[]);
        let headers = request.headers_mut();
        headers.insert("host", host.parse().unwrap());
        headers.insert("x-forwarded-host", host.parse().unwrap());
        fixture.send(request).await.assert_ok();
    }
}

#[tokio::test]
async fn what_a_user_revoked_is_good_no_more() {
    let fixture = ready().await;
    let token = token(&fixture).await;
    let grant = Selector::Grant {
        user: ALICE.to_owned(),
        client: KEY.to_owned(),
    };
    fixture
        .apply(Changes::new().remove_all(TOKENS, grant))
        .await;
    let answer = me(&fixture, &Signing::with_token(&token)).await;
    assert_problem(&answer, 401, "signature_invalid");
}

/// PLAINTEXT over cleartext HTTP shows the secrets to everybody on the way (RFC 5849 §3.4.4).
#[tokio::test]
async fn plaintext_in_cleartext() {
    let fixture = Fixture::with(|config| {
        config.origin = "http://id.example".parse().unwrap();
    })
    .await;
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let signing = Signing {
        method: SignatureMethod::Plaintext,
        ..Signing::new()
    };
    let answer = request_token(&fixture, &signing, CALLBACK).await;
    assert_problem(&answer, 400, "signature_method_rejected");
}
