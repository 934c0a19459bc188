use std::collections::HashSet;

use tripod_provider::artefact::RefreshPolicy;
use tripod_provider::storage::EventQuery;

use super::flow::{
    TOKEN, add_code, dpop_key, is_active, other_key, post_with_proof, redemption, refresh, scope,
    tokens,
};
use crate::fixture::{Answer, Fixture, PUBLIC, SECRET, confidential, post};

async fn refresh_with(fixture: &Fixture, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    form.extend(more);
    fixture.post_as_client(TOKEN, &form).await
}

#[tokio::test]
async fn a_refresh_token_is_replaced_when_it_is_used() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read write").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    second.assert_ok();
    assert_ne!(
        first.member("refresh_token"),
        second.member("refresh_token")
    );
    assert_ne!(first.member("access_token"), second.member("access_token"));
    assert_eq!(second.member("scope"), "read write");
    assert!(is_active(&fixture, &second.member("access_token")).await);
    let third = refresh(&fixture, &second.member("refresh_token")).await;
    third.assert_ok();
}

#[tokio::test]
async fn a_lost_answer_is_given_again_for_some_seconds() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let lost = refresh(&fixture, &first.member("refresh_token")).await;
    fixture.turn(9);
    let again = refresh(&fixture, &first.member("refresh_token")).await;
    again.assert_ok();
    for name in ["access_token", "refresh_token", "scope", "token_type"] {
        assert_eq!(again.member(name), lost.member(name));
    }
    assert_eq!(again.json()["expires_in"], 3591);
    refresh(&fixture, &again.member("refresh_token"))
        .await
        .assert_ok();
}

#[tokio::test]
async fn later_than_that_a_used_token_ends_its_family() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    fixture.turn(10);
    let reused = refresh(&fixture, &first.member("refresh_token")).await;
    reused.assert_error(400, "invalid_grant");
    // RFC 9700 §4.14.2: nobody knows who is the thief.
    for answer in [&first, &second] {
        assert!(!is_active(&fixture, &answer.member("access_token")).await);
    }
    let refreshed = refresh(&fixture, &second.member("refresh_token")).await;
    refreshed.assert_error(400, "invalid_grant");
    let events = fixture.provider.store().events(EventQuery::default()).await;
    assert_eq!(events.unwrap()[0].event.name, "family_revoked");
}

#[tokio::test]
async fn the_answer_is_not_given_again_once_its_token_was_used() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    let third = refresh(&fixture, &second.member("refresh_token")).await;
    // Who has used the second has got the answer: this is somebody else, in time or not.
    let reused = refresh(&fixture, &first.member("refresh_token")).await;
    reused.assert_error(400, "invalid_grant");
    let refreshed = refresh(&fixture, &third.member("refresh_token")).await;
    refreshed.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn the_answer_is_not_given_again_to_another_request() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read write").await;
    let token = first.member("refresh_token");
    let second = refresh(&fixture, &token).await;
    let narrower = refresh_with(&fixture, &token, &[("scope", "read")]).await;
    narrower.assert_error(400, "invalid_grant");
    assert!(!is_active(&fixture, &second.member("access_token")).await);
}

#[tokio::test]
async fn the_answer_is_not_given_again_under_another_key() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    let token = first.member("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let bound = post_with_proof(&fixture, &form, &dpop_key()).await;
    bound.assert_ok();
    let again = post_with_proof(&fixture, &form, &dpop_key()).await;
    assert_eq!(again.member("access_token"), bound.member("access_token"));
    let stolen = post_with_proof(&fixture, &form, &other_key()).await;
    stolen.assert_error(400, "invalid_grant");
    assert!(!is_active(&fixture, &bound.member("access_token")).await);
}

#[tokio::test]
async fn scope_is_narrowed_for_the_access_token_alone() {
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read write").await;
    let token = first.member("refresh_token");
    for scope in ["delete", "read delete", "openid"] {
        let wider = refresh_with(&fixture, &token, &[("scope", scope)]).await;
        wider.assert_error(400, "invalid_scope");
    }
    let narrower = refresh_with(&fixture, &token, &[("scope", "read")]).await;
    assert_eq!(narrower.member("scope"), "read");
    // RFC 6749 §6: the new refresh token has the scope of the old one.
    let again = refresh(&fixture, &narrower.member("refresh_token")).await;
    assert_eq!(again.member("scope"), "read write");
}

#[tokio::test]
async fn a_refresh_token_is_of_no_use_to_another_client() {
    let fixture = Fixture::new().await;
    fixture.add_client(confidential("other")).await;
    let first = tokens(&fixture, "read").await;
    let token = first.member("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let stolen = fixture.post_as("other", SECRET, TOKEN, &form).await;
    stolen.assert_error(400, "invalid_grant");
    refresh(&fixture, &token).await.assert_ok();
}

#[tokio::test]
async fn a_refresh_token_expires_from_its_last_use_on() {
    const DAY: u64 = 24 * 60 * 60;
    let fixture = Fixture::new().await;
    let first = tokens(&fixture, "read").await;
    fixture.turn(29 * DAY);
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    second.assert_ok();
    fixture.turn(30 * DAY);
    let late = refresh(&fixture, &second.member("refresh_token")).await;
    late.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn a_client_may_keep_its_refresh_token_if_it_authenticates() {
    let fixture = Fixture::new().await;
    let mut client = confidential("keeper");
    client.refresh = RefreshPolicy::Keep;
    fixture.add_client(client).await;
    add_code(&fixture, "code", |code| code.client = "keeper".to_owned()).await;
    let first = fixture
        .post_as("keeper", SECRET, TOKEN, &redemption("code"))
        .await;
    let token = first.member("refresh_token");
    for _ in 0..3 {
        fixture.turn(60);
        let form = [("grant_type", "refresh_token"), ("refresh_token", &token)];
        let answer = fixture.post_as("keeper", SECRET, TOKEN, &form).await;
        answer.assert_ok();
        assert_eq!(answer.member("refresh_token"), token);
    }
}

#[tokio::test]
async fn a_public_client_keeps_none_that_is_bound_to_no_key() {
    let fixture = Fixture::new().await;
    let mut client = crate::fixture::public("app");
    client.refresh = RefreshPolicy::Keep;
    fixture.add_client(client).await;
    add_code(&fixture, "code", |code| code.client = "app".to_owned()).await;
    let mut form = redemption("code");
    form.push(("client_id", "app"));
    let first = fixture.post(TOKEN, &form).await;
    let token = first.member("refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &token),
        ("client_id", "app"),
    ];
    let second = fixture.post(TOKEN, &form).await;
    // RFC 9700 §4.14.2: rotated, or bound to a key.
    assert_ne!(second.member("refresh_token"), token);
}

#[tokio::test]
async fn a_public_client_refreshes_with_the_key_it_began_with() {
    let fixture = Fixture::new().await;
    add_code(&fixture, "code", |code| code.client = PUBLIC.to_owned()).await;
    let send = |form: Vec<(&'static str, String)>, key| {
        let fixture = fixture.clone();
        async move {
            let form: Vec<_> = form
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let mut request = post(TOKEN, &form);
            if let Some(key) = key {
                let proof = super::flow::proof(&fixture, key).encode(key).unwrap();
                let proof = proof.expose().parse().unwrap();
                request.headers_mut().insert("dpop", proof);
            }
            fixture.send(request).await
        }
    };
    let mut form: Vec<_> = redemption("code")
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()))
        .collect();
    form.push(("client_id", PUBLIC.to_owned()));
    let (key, other) = (dpop_key(), other_key());
    let first = send(form, Some(&key)).await;
    assert_eq!(first.member("token_type"), "DPoP");
    let form = vec![
        ("grant_type", "refresh_token".to_owned()),
        ("refresh_token", first.member("refresh_token")),
        ("client_id", PUBLIC.to_owned()),
    ];
    // RFC 9449 §5: the refresh token of a public client is bound to the key.
    let refused = send(form.clone(), None).await;
    refused.assert_error(400, "invalid_grant");
    let refused = send(form.clone(), Some(&other)).await;
    refused.assert_error(400, "invalid_grant");
    send(form, Some(&key)).await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refreshes_gives_one_successor() {
    let fixture = Fixture::new().await;
    for round in 0..20 {
        let code = format!("code {round}");
        add_code(&fixture, &code, |code| code.scope = scope("read")).await;
        let first = super::flow::redeem(&fixture, &code).await;
        let token = first.member("refresh_token");
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (fixture, token) = (fixture.clone(), token.clone());
                tokio::spawn(async move { refresh(&fixture, &token).await })
            })
            .collect();
        let mut successors = HashSet::new();
        for task in tasks {
            let answer = task.await.unwrap();
            answer.assert_ok();
            successors.insert((
                answer.member("refresh_token"),
                answer.member("access_token"),
            ));
        }
        assert_eq!(successors.len(), 1);
        let (successor, _) = successors.into_iter().next().unwrap();
        refresh(&fixture, &successor).await.assert_ok();
    }
}

#[tokio::test]
async fn without_a_window_a_token_is_used_once_and_no_more() {
    let fixture = Fixture::with(|config| {
        config.lifetimes.refresh_retry = std::time::Duration::ZERO;
    })
    .await;
    let first = tokens(&fixture, "read").await;
    let second = refresh(&fixture, &first.member("refresh_token")).await;
    let reused = refresh(&fixture, &first.member("refresh_token")).await;
    reused.assert_error(400, "invalid_grant");
    assert!(!is_active(&fixture, &second.member("access_token")).await);
}
