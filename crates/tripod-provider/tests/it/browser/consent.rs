//! What is remembered of what users allowed.

use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::Consent;

use super::{
    ALICE, Browser, CLIENT, audited, authorization, change_client, provider, provider_with,
};
use crate::fixture::{Fixture, PUBLIC};
use tripod_oauth2::resource::Resource;
use tripod_provider::config::ResourceServer;
use tripod_provider::store::Stored;

async fn consent(fixture: &Fixture, client: &str) -> Option<Consent> {
    let store = fixture.provider.store();
    let loaded = store.load::<Consent>(Consent::handle(ALICE, client)).await;
    loaded.unwrap().map(Stored::into_value)
}

#[tokio::test]
async fn what_was_allowed_is_not_asked_again() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser
        .open(&authorization(&[("scope", "read write")]))
        .await;
    browser.decide(&page, "allow").await;
    for scope in ["read", "write", "write read"] {
        let page = browser.open(&authorization(&[("scope", scope)])).await;
        assert!(!page.answered_with("code").is_empty(), "{scope}");
    }
}

#[tokio::test]
async fn what_is_new_is_asked_and_shown_as_new() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    assert!(page.text().contains("Read your things"));
    assert!(!page.text().contains("You allowed this app before"));
    browser.decide(&page, "allow").await;
    fixture.turn(86_400);
    let page = browser
        .open(&authorization(&[("scope", "read write")]))
        .await;
    page.assert_asks_for_consent();
    assert!(
        page.text()
            .contains("You allowed this app before, on 14 November 2023")
    );
    assert!(
        page.text()
            .contains("Change your things <span class=\"new\">new</span>")
    );
    assert!(page.text().contains("<li>Read your things</li>"));
    browser.decide(&page, "allow").await;
    let consent = consent(&fixture, CLIENT).await.unwrap();
    assert_eq!(consent.scope, Scope::parse("read write").unwrap());
    assert_eq!(consent.granted, fixture.now());
}

#[tokio::test]
async fn a_denial_changes_nothing_but_the_audit_trail() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let page = browser.decide(&page, "deny").await;
    assert_eq!(page.answered_with("error"), "access_denied");
    assert!(consent(&fixture, CLIENT).await.is_none());
    assert_eq!(audited(&fixture).await, ["consent_denied"]);
    browser
        .open(&authorization(&[]))
        .await
        .assert_asks_for_consent();
}

#[tokio::test]
async fn a_consent_for_one_resource_is_none_for_another() {
    let fixture = provider_with(|config| {
        let server = |uri| ResourceServer::new(Resource::parse(uri).unwrap());
        config.resources = vec![server("https://a.example/"), server("https://b.example/")];
    })
    .await;
    let mut browser = Browser::signed_in(&fixture).await;
    let at = |uri| authorization(&[("resource", uri)]);
    let page = browser.open(&at("https://a.example/")).await;
    browser.decide(&page, "allow").await;
    let again = browser.open(&at("https://a.example/")).await;
    assert!(!again.answered_with("code").is_empty());
    browser
        .open(&at("https://b.example/"))
        .await
        .assert_asks_for_consent();
    browser
        .open(&authorization(&[]))
        .await
        .assert_asks_for_consent();
}

#[tokio::test]
async fn prompt_consent_asks_again() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    browser.decide(&page, "allow").await;
    let page = browser.open(&authorization(&[("prompt", "consent")])).await;
    page.assert_asks_for_consent();
    let page = browser.decide(&page, "allow").await;
    assert!(!page.answered_with("code").is_empty());
}

#[tokio::test]
async fn a_first_party_client_does_not_ask() {
    let fixture = provider().await;
    change_client(&fixture, |client| client.skips_consent = true).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    assert!(!page.answered_with("code").is_empty());
    // What it may do can be seen and taken back like everything else.
    assert!(consent(&fixture, CLIENT).await.is_some());
}

/// RFC 8252 §8.6: any program can listen on a loopback address and call itself by a public name.
#[tokio::test]
async fn a_public_client_on_the_device_asks_each_time() {
    let fixture = provider().await;
    let mut client = crate::fixture::public("native");
    client.metadata.redirect_uris = vec![
        "http://127.0.0.1/cb".to_owned(),
        "com.example.app:/cb".to_owned(),
    ];
    fixture.add_client(client).await;
    let mut browser = Browser::signed_in(&fixture).await;
    for uri in ["http://127.0.0.1:5000/cb", "com.example.app:/cb"] {
        for _ in 0..2 {
            let request = [("client_id", "native"), ("redirect_uri", uri)];
            let page = browser.open(&authorization(&request)).await;
            page.assert_asks_for_consent();
            let page = browser.decide(&page, "allow").await;
            assert!(page.location().starts_with(uri), "{}", page.location());
            let silent = [request[0], request[1], ("prompt", "none")];
            let page = browser.open(&authorization(&silent)).await;
            assert!(page.location().contains("error=consent_required"), "{uri}");
        }
    }
    // A web site has an address of its own, so that nobody else gets the answer.
    let page = browser.open(&authorization(&[("client_id", PUBLIC)])).await;
    browser.decide(&page, "allow").await;
    let page = browser.open(&authorization(&[("client_id", PUBLIC)])).await;
    assert!(!page.answered_with("code").is_empty());
}

#[tokio::test]
async fn somebody_else_can_sign_in_on_the_consent_page() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let page = browser
        .submit(&page, "/sign-in", &[("account", "other")])
        .await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "bob").await;
    page.assert_asks_for_consent();
    assert!(
        page.text()
            .contains("Signed in as <strong>bob Example</strong>")
    );
    browser.decide(&page, "allow").await;
    assert!(consent(&fixture, CLIENT).await.is_none());
}
