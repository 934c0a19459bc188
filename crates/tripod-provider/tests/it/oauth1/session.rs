//! Token credentials that expire, and the session handles that renew them.

use std::time::Duration;

use tripod_oauth1::token_credentials::TokenCredentialsResponse as Granted;

use super::*;

/// A provider whose consumer has sessions.
async fn with_sessions() -> Fixture {
    let fixture = Fixture::new().await;
    let mut client = consumer(&fixture.provider, KEY);
    client.oauth1.as_mut().unwrap().sessions = true;
    fixture.add_client(client).await;
    fixture
}

async fn begin(fixture: &Fixture) -> Granted {
    let temporary = temporary(fixture, CALLBACK).await;
    let verifier = approve(fixture, &temporary).await;
    granted(&redeem(fixture, &temporary, verifier.expose()).await)
}

async fn renew(fixture: &Fixture, held: &Granted, handle: &str) -> Answer {
    let request = empty(Method::POST, ACCESS_TOKEN);
    let signing = Signing::with_token(&held.credentials);
    let request = signing.sign(fixture, request, &[("oauth_session_handle", handle)]);
    fixture.send(request).await
}

fn handle(held: &Granted) -> &str {
    held.session_handle.as_ref().unwrap().expose()
}

async fn me(fixture: &Fixture, held: &Granted) -> Answer {
    let signing = Signing::with_token(&held.credentials);
    let request = signing.sign(fixture, empty(Method::GET, "/api/me"), &[]);
    fixture.send(request).await
}

/// What is taken away when a user is kept out may have been given at the same moment.
#[tokio::test]
async fn nobody_acts_for_a_user_who_is_disabled() {
    let fixture = with_sessions().await;
    let held = begin(&fixture).await;
    let renewed = begin(&fixture).await;
    renew(&fixture, &renewed, handle(&renewed))
        .await
        .assert_ok();
    let temporary = temporary(&fixture, CALLBACK).await;
    let verifier = approve(&fixture, &temporary).await;
    fixture.keep_alice_out().await;
    for answer in [
        redeem(&fixture, &temporary, verifier.expose()).await,
        renew(&fixture, &held, handle(&held)).await,
        // Nor is the answer repeated that was lost.
        renew(&fixture, &renewed, handle(&renewed)).await,
    ] {
        assert_problem(&answer, 401, "permission_denied");
    }
}

#[tokio::test]
async fn credentials_expire_and_are_renewed_until_the_session_is_over() {
    let fixture = with_sessions().await;
    let mut held = begin(&fixture).await;
    assert_eq!(held.expires_in, Some(Duration::from_secs(3600)));
    let session = Duration::from_secs(90 * 24 * 3600);
    assert_eq!(held.authorization_expires_in, Some(session));
    for _ in 0..3 {
        me(&fixture, &held).await.assert_ok();
        fixture.turn(3600);
        assert_problem(&me(&fixture, &held).await, 401, "token_expired");
        held = granted(&renew(&fixture, &held, handle(&held)).await);
    }
    // The session ends when it was said to, however often it was renewed.
    let left = held.authorization_expires_in.unwrap();
    assert_eq!(left, session - Duration::from_secs(3 * 3600));
    fixture.turn(left.as_secs());
    let over = renew(&fixture, &held, handle(&held)).await;
    assert_problem(&over, 401, "signature_invalid");
}

#[tokio::test]
async fn what_was_renewed_signs_no_more() {
    let fixture = with_sessions().await;
    let held = begin(&fixture).await;
    let renewed = granted(&renew(&fixture, &held, handle(&held)).await);
    assert_problem(&me(&fixture, &held).await, 401, "token_expired");
    me(&fixture, &renewed).await.assert_ok();
    assert_ne!(held.credentials, renewed.credentials);
    assert_ne!(held.session_handle, renewed.session_handle);
}

/// A consumer that lost the answer is given the same again; whoever comes later has stolen it.
#[tokio::test]
async fn a_renewal_is_repeated_for_ten_seconds_and_a_theft_thereafter() {
    let fixture = with_sessions().await;
    let held = begin(&fixture).await;
    let first = renew(&fixture, &held, handle(&held)).await;
    fixture.turn(10);
    let again = renew(&fixture, &held, handle(&held)).await;
    assert_eq!(again.text(), first.text());
    me(&fixture, &granted(&first)).await.assert_ok();
    fixture.turn(1);
    let theft = renew(&fixture, &held, handle(&held)).await;
    assert_problem(&theft, 401, "token_used");
    assert_problem(
        &me(&fixture, &granted(&first)).await,
        401,
        "signature_invalid",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_renewals_at_once_give_one_successor() {
    let fixture = with_sessions().await;
    let held = begin(&fixture).await;
    let renewals = (0..32).map(|_| {
        let (fixture, held) = (fixture.clone(), held.clone());
        tokio::spawn(async move { renew(&fixture, &held, handle(&held)).await })
    });
    let mut answers = Vec::new();
    for renewal in renewals.collect::<Vec<_>>() {
        answers.push(renewal.await.unwrap());
    }
    for answer in &answers {
        assert_eq!(answer.text(), answers[0].text());
    }
    me(&fixture, &granted(&answers[0])).await.assert_ok();
}

#[tokio::test]
async fn a_session_handle_belongs_to_its_token() {
    let fixture = with_sessions().await;
    let (one, other) = (begin(&fixture).await, begin(&fixture).await);
    for wrong in [handle(&other), "made-up"] {
        let answer = renew(&fixture, &one, wrong).await;
        assert_problem(&answer, 401, "parameter_rejected");
    }
    renew(&fixture, &one, handle(&one)).await.assert_ok();
}

#[tokio::test]
async fn credentials_without_a_session_are_not_renewed() {
    let fixture = ready().await;
    let held = begin(&fixture).await;
    assert_eq!(held.session_handle, None);
    let answer = renew(&fixture, &held, "made-up").await;
    assert_problem(&answer, 401, "parameter_rejected");
    me(&fixture, &held).await.assert_ok();
}

#[tokio::test]
async fn a_verifier_and_a_session_handle_do_not_go_together() {
    let fixture = with_sessions().await;
    let held = begin(&fixture).await;
    let added = [
        ("oauth_session_handle", handle(&held)),
        ("oauth_verifier", "x"),
    ];
    let request = empty(Method::POST, ACCESS_TOKEN);
    let request = Signing::with_token(&held.credentials).sign(&fixture, request, &added);
    assert_problem(&fixture.send(request).await, 400, "parameter_rejected");
}
