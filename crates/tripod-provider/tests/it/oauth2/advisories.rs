//! Published advisories about other servers that take more than one endpoint to try.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tripod_provider::config::Registration;
use tripod_provider::fetcher::{Sending, Transport};
use tripod_provider::storage::Storage;

use super::flow::{TOKEN, add_code, introspect, redeem, redemption, refresh, tokens};
use crate::fixture::{ALICE, CLIENT, Fixture, confidential, form, post, user};
use crate::flaky::Flaky;

/// fosite answered that it had revoked what its database had not.
#[tokio::test]
async fn ghsa_7mqr_2v3q_v2wm_a_revocation_that_failed_is_not_said_to_be_done() {
    let flaky = Arc::new(Flaky::default());
    let fixture = Fixture::empty(Arc::clone(&flaky) as Arc<dyn Storage>, |_| {});
    fixture.add_client(confidential(CLIENT)).await;
    fixture.add_user(user(ALICE, "alice")).await;
    let tokens = tokens(&fixture, "read").await;
    flaky.take_away(true);
    for name in ["access_token", "refresh_token"] {
        let token = tokens.member(name);
        for path in ["/oauth2/revoke", "/oauth2/introspect"] {
            let answer = fixture.post_as_client(path, &[("token", &token)]).await;
            assert_eq!(answer.status, 503, "{path}");
            assert!(!answer.header("retry-after").is_empty());
        }
    }
    flaky.take_away(false);
    let token = tokens.member("access_token");
    assert_eq!(introspect(&fixture, &token).await.json()["active"], true);
    let form = [("token", &*token)];
    let answer = fixture.post_as_client("/oauth2/revoke", &form).await;
    answer.assert_ok();
    assert_eq!(introspect(&fixture, &token).await.json()["active"], false);
}

/// Counts what it is asked for, and gives nothing.
#[derive(Debug, Default)]
struct Counting(AtomicU32);

impl Transport for Counting {
    fn send(&self, _request: Request<bytes::Bytes>, _limit: usize) -> Sending<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let answer = http::Response::new("{}".into());
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// Keycloak called the host that a refresh request named; others fetch logos and `request_uri`s.
#[tokio::test]
async fn cve_2026_4874_no_parameter_has_a_host_called() {
    let counting = Arc::new(Counting::default());
    let fixture = Fixture::fetching(Arc::clone(&counting) as Arc<dyn Transport>);
    let mut client = confidential(CLIENT);
    client.metadata.logo_uri = Some("https://internal.example/logo".to_owned());
    client.metadata.client_uri = Some("https://internal.example/".to_owned());
    client.metadata.policy_uri = Some("https://internal.example/policy".to_owned());
    fixture.add_client(client).await;
    fixture.add_user(user(ALICE, "alice")).await;
    let token = tokens(&fixture, "read").await.member("refresh_token");
    let evil = "https://internal.example/";
    let mut refreshing = vec![("grant_type", "refresh_token"), ("refresh_token", &token)];
    for name in [
        "client_session_host",
        "issuer",
        "iss",
        "jwks_uri",
        "jku",
        "x5u",
        "request_uri",
        "sector_identifier_uri",
        "host",
    ] {
        refreshing.push((name, evil));
    }
    fixture.post_as_client(TOKEN, &refreshing).await.assert_ok();
    let mut addressed = post("/oauth2/par", &refreshing);
    let headers = addressed.headers_mut();
    headers.insert("host", "internal.example".parse().unwrap());
    headers.insert("x-forwarded-host", "internal.example".parse().unwrap());
    assert!(fixture.send(addressed).await.status.is_client_error());
    for asked in [
        &[("client_id", CLIENT), ("request_uri", evil)][..],
        &[("client_id", CLIENT), ("response_type", "code")],
        &[("client_id", evil), ("response_type", "code")],
    ] {
        let path = format!("/oauth2/authorize?{}", form(asked));
        fixture.get(&path).await;
    }
    // {"alg":"ES256","jku":"https://internal.example/","x5u":"https://internal.example/"}
    let pointing = "eyJhbGciOiJFUzI1NiIsImprdSI6Imh0dHBzOi8vaW50ZXJuYWwuZXhhbXBsZS8iLCJ4NXUiOiJodHRwczovL2ludGVybmFsLmV4YW1wbGUvIn0.e30.AA";
    assert_eq!(introspect(&fixture, pointing).await.json()["active"], false);
    let assertion = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", pointing),
    ];
    let answer = fixture.post_as_client(TOKEN, &assertion).await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
    assert_eq!(counting.0.load(Ordering::SeqCst), 0);
}

/// oauthlib failed at a redirect URI with half an IPv6 address in it.
#[tokio::test]
async fn cve_2022_36087_half_an_ipv6_address_breaks_nothing() {
    let fixture = Fixture::with(|config| config.registration = Registration::Open).await;
    let long = format!("http://[{}]/", ":".repeat(5_000));
    add_code(&fixture, "code", |_| {}).await;
    for uri in [
        "http://[",
        "http://[::1",
        "http://::1]/",
        "http://[::1]:x/",
        "http://[::1]:99999/",
        "http://[]/",
        "http://[v1.a]/",
        "http://[::ffff:1.2.3.4.5]/",
        "http://[:::]/",
        "//[",
        "[::1]",
        &long,
    ] {
        let asked = [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", uri),
        ];
        let path = format!("/oauth2/authorize?{}", form(&asked));
        let answer = fixture.get(&path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (400, "")
        );
        let answer = fixture.post_as_client("/oauth2/par", &asked).await;
        assert_eq!(answer.status, 400, "{uri}");
        let mut form = redemption("code");
        form.retain(|(name, _)| *name != "redirect_uri");
        form.push(("redirect_uri", uri));
        let answer = fixture.post_as_client(TOKEN, &form).await;
        answer.assert_error(400, "invalid_grant");
        let answer = register(&fixture, &json!({ "redirect_uris": [uri] })).await;
        answer.assert_error(400, "invalid_redirect_uri");
        let path = crate::fixture::form(&[("post_logout_redirect_uri", uri)]);
        let answer = fixture.get(&format!("/oauth2/logout?{path}")).await;
        assert!(answer.status.as_u16() < 500 && answer.header("location") != uri);
    }
    add_code(&fixture, "another", |_| {}).await;
    redeem(&fixture, "another").await.assert_ok();
}

async fn register(fixture: &Fixture, metadata: &Value) -> crate::fixture::Answer {
    let request = Request::post("/oauth2/register").header("content-type", "application/json");
    let request = request.body(Body::from(metadata.to_string()));
    fixture.send(request.unwrap()).await
}

/// Doorkeeper's JSON had the secrets of clients in it.
#[tokio::test]
async fn cve_2020_10187_a_secret_is_shown_once() {
    let fixture = Fixture::with(|config| config.registration = Registration::Open).await;
    let metadata = json!({
        "redirect_uris": ["https://client.example.org/callback"],
        "grant_types": ["authorization_code", "client_credentials"],
        "scope": "read",
    });
    let registered = register(&fixture, &metadata).await;
    let (id, secret) = (
        registered.member("client_id"),
        registered.member("client_secret"),
    );
    assert!(secret.len() > 40);
    let management = registered.member("registration_client_uri");
    let path = management.strip_prefix(crate::fixture::ISSUER).unwrap();
    let token = registered.member("registration_access_token");
    let read = Request::get(path).header("authorization", format!("Bearer {token}"));
    let read = fixture.send(read.body(Body::empty()).unwrap()).await;
    read.assert_ok();
    assert_eq!(read.member("client_id"), id);
    let form = [("grant_type", "client_credentials")];
    let granted = fixture.post_as(&id, &secret, TOKEN, &form).await;
    let access_token = granted.member("access_token");
    let form = [("token", &*access_token)];
    let asked = fixture
        .post_as(&id, &secret, "/oauth2/introspect", &form)
        .await;
    assert_eq!(asked.json()["active"], true);
    for answer in [read, granted, asked] {
        assert!(!answer.text().contains(&secret), "{}", answer.text());
        assert!(!answer.text().contains("hash"), "{}", answer.text());
    }
}

/// Refresh tokens of others, codes and ID tokens: none is taken for what it is not.
#[tokio::test]
async fn no_kind_of_token_passes_for_another() {
    let fixture = Fixture::new().await;
    let tokens = tokens(&fixture, "openid read").await;
    add_code(&fixture, "code", |_| {}).await;
    for token in [
        "code",
        &tokens.member("access_token"),
        &tokens.member("id_token"),
    ] {
        let answer = refresh(&fixture, token).await;
        answer.assert_error(400, "invalid_grant");
    }
    for token in [
        &tokens.member("access_token"),
        &tokens.member("refresh_token"),
        &tokens.member("id_token"),
    ] {
        let answer = redeem(&fixture, token).await;
        answer.assert_error(400, "invalid_grant");
    }
    for token in [
        "code",
        &tokens.member("refresh_token"),
        &tokens.member("id_token"),
    ] {
        let shown = Request::get("/api/me").header("authorization", format!("Bearer {token}"));
        let answer = fixture.send(shown.body(Body::empty()).unwrap()).await;
        answer.assert_error(401, "invalid_token");
    }
}
