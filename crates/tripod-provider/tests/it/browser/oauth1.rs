//! `GET /oauth1/authorize` ([RFC 5849 §2.2](https://www.rfc-editor.org/rfc/rfc5849#section-2.2)).

use tripod_core::secret::Secret;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{Consumer, TemporaryCredentials, TemporaryState};
use tripod_provider::handle::Handle;
use tripod_provider::seal::Purpose;
use tripod_provider::store::Changes;

use super::{ALICE, Browser, CLIENT, audited, between, change_client, provider};
use crate::fixture::Fixture;

const TOKEN: &str = "hh5s93j4hdidpola";
const ADDRESS: &str = "/oauth1/authorize?oauth_token=hh5s93j4hdidpola";
const CALLBACK: &str = "http://printer.example.com/ready";

async fn with_credentials(callback: &str) -> Fixture {
    let fixture = provider().await;
    let provider = &fixture.provider;
    let mut random = provider.random();
    let seal = |random: &mut _| {
        provider
            .sealer()
            .seal(Purpose::Secret, "", &"s".into(), random)
    };
    let consumer: Consumer = serde_json::from_value(serde_json::json!({
        "secret": seal(&mut random),
        "methods": ["HMAC-SHA1"],
    }))
    .unwrap();
    change_client(&fixture, |client| client.oauth1 = Some(consumer)).await;
    let expires = fixture.now().plus(std::time::Duration::from_secs(900));
    let mut credentials = TemporaryCredentials::new(
        CLIENT,
        seal(&mut random),
        callback,
        "family",
        fixture.now(),
        expires,
    );
    credentials.scope = Scope::parse("read").unwrap();
    let handle = Handle::of(&Secret::from(TOKEN));
    fixture
        .apply(Changes::new().insert(handle, &credentials))
        .await;
    fixture
}

async fn state(fixture: &Fixture) -> TemporaryState {
    let handle = Handle::of(&Secret::from(TOKEN));
    let store = fixture.provider.store();
    let loaded = store.load::<TemporaryCredentials>(handle).await;
    loaded.unwrap().unwrap().state.clone()
}

#[tokio::test]
async fn a_user_allows_and_is_sent_to_the_callback_with_a_verifier() {
    let fixture = with_credentials(CALLBACK).await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open(ADDRESS).await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "alice").await;
    page.assert_asks_for_consent();
    assert!(page.text().contains("Read your things"));
    assert!(page.text().contains("printer.example.com"));
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.status(), 303);
    let expected = format!("{CALLBACK}?oauth_token={TOKEN}&oauth_verifier=");
    assert!(
        page.location().starts_with(&expected),
        "{}",
        page.location()
    );
    match state(&fixture).await {
        TemporaryState::Authorized { authentication, .. } => {
            assert_eq!(authentication.user, ALICE);
        }
        state => panic!("{state:?}"),
    }
    assert_eq!(audited(&fixture).await, ["consent_granted"]);
    let home = browser.open("/").await;
    assert!(home.text().contains("Read your things"));
}

#[tokio::test]
async fn a_user_denies() {
    let fixture = with_credentials(CALLBACK).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(ADDRESS).await;
    let denied = browser.decide(&page, "deny").await;
    assert!(denied.location().starts_with(CALLBACK));
    assert!(denied.location().contains("oauth_problem=user_refused"));
    assert!(!denied.location().contains("oauth_verifier"));
    assert_eq!(state(&fixture).await, TemporaryState::Denied);
    browser.decide(&page, "allow").await.assert_fails_here(409);
    assert_eq!(state(&fixture).await, TemporaryState::Denied);
}

#[tokio::test]
async fn without_a_callback_the_user_is_shown_what_to_type() {
    let fixture = with_credentials("oob").await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(ADDRESS).await;
    let page = browser.decide(&page, "allow").await;
    assert_eq!((page.status(), page.location()), (200, ""));
    let outcome = between(page.text(), "id=\"outcome\"", "</div>").unwrap();
    let code = between(outcome, "<code id=\"code\">", "</code>").unwrap();
    assert!(
        code.len() >= 6 && code.bytes().all(|octet| octet.is_ascii_digit()),
        "{code}"
    );
    // The page is not a place to get another one.
    browser.open(ADDRESS).await.assert_fails_here(409);
}

#[tokio::test]
async fn a_user_denies_without_a_callback() {
    let fixture = with_credentials("oob").await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(ADDRESS).await;
    let page = browser.decide(&page, "deny").await;
    assert!(page.text().contains("id=\"outcome\""));
}

#[tokio::test]
async fn the_callback_is_that_of_the_credentials_and_no_other() {
    let fixture = with_credentials(CALLBACK).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let evil = "https%3A%2F%2Fevil.example%2F";
    let address = format!("{ADDRESS}&oauth_callback={evil}&callback={evil}");
    let page = browser.open(&address).await;
    let page = browser.decide(&page, "allow").await;
    assert!(page.location().starts_with(CALLBACK), "{}", page.location());
}

#[tokio::test]
async fn a_token_that_is_not_known_any_more_leads_nowhere() {
    let fixture = with_credentials(CALLBACK).await;
    let mut browser = Browser::signed_in(&fixture).await;
    for address in [
        "/oauth1/authorize",
        "/oauth1/authorize?oauth_token=",
        "/oauth1/authorize?oauth_token=unknown",
        "/oauth1/authorize?oauth_token=hh5s93j4hdidpola&oauth_token=hh5s93j4hdidpola",
    ] {
        browser.open(address).await.assert_fails_here(400);
    }
    let page = browser.open(ADDRESS).await;
    fixture.turn(900);
    browser.decide(&page, "allow").await.assert_fails_here(400);
}
