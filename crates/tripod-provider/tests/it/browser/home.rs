//! The user's own page: `GET /` and `POST /revoke`.

use tripod_core::secret::Secret;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{AccessToken, AuthorizationCode, Consent, TokenCredentials};
use tripod_provider::handle::Handle;
use tripod_provider::seal::{Purpose, Sealer};
use tripod_provider::store::Changes;

use super::{ALICE, Browser, CLIENT, audited, authorization, provider};
use crate::fixture::{Fixture, PUBLIC};

async fn token(fixture: &Fixture, name: &str, user: &str, client: &str) -> Handle {
    let handle = Handle::of(&Secret::from(name));
    let expires = fixture.now().plus(std::time::Duration::from_secs(3600));
    let mut token = AccessToken::new(client, Scope::new(), fixture.now(), expires);
    token.user = Some(user.to_owned());
    fixture.apply(Changes::new().insert(handle, &token)).await;
    handle
}

async fn lives(fixture: &Fixture, token: Handle) -> bool {
    let store = fixture.provider.store();
    let loaded = store.load::<AccessToken>(token).await;
    loaded.unwrap().is_some()
}

#[tokio::test]
async fn a_grant_is_shown_and_revoked_with_all_that_came_of_it() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[])).await;
    let code = browser.decide(&page, "allow").await.answered_with("code");
    let own = token(&fixture, "own", ALICE, CLIENT).await;
    let of_bob = token(&fixture, "of bob", "bob-id", CLIENT).await;
    let of_another = token(&fixture, "of another", ALICE, PUBLIC).await;
    let sealer: &Sealer = fixture.provider.sealer();
    let secret = sealer.seal(
        Purpose::Secret,
        "",
        &"s".into(),
        &mut fixture.provider.random(),
    );
    let first_protocol = Handle::of(&Secret::from("oauth1"));
    let credentials = TokenCredentials::new(CLIENT, ALICE, secret, "family", fixture.now());
    fixture
        .apply(Changes::new().insert(first_protocol, &credentials))
        .await;

    let home = browser.open("/").await;
    assert!(home.text().contains("Read your things"));
    assert!(home.text().contains("Allowed on 14 November 2023"));
    let page = browser.submit(&home, "/revoke", &[]).await;
    assert_eq!(page.location(), "/");

    let store = fixture.provider.store();
    let code = Handle::of(&Secret::new(code));
    assert!(
        store
            .load::<AuthorizationCode>(code)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .load::<TokenCredentials>(first_protocol)
            .await
            .unwrap()
            .is_none()
    );
    let consent = store.load::<Consent>(Consent::handle(ALICE, CLIENT)).await;
    assert!(consent.unwrap().is_none());
    assert!(!lives(&fixture, own).await);
    assert!(lives(&fixture, of_bob).await && lives(&fixture, of_another).await);
    assert_eq!(
        audited(&fixture).await,
        ["consent_granted", "consent_revoked"]
    );
    assert!(
        browser
            .open("/")
            .await
            .text()
            .contains("No app may use your account")
    );
    // Pressed twice, it has been done.
    let again = browser.submit(&home, "/revoke", &[]).await;
    assert_eq!(again.location(), "/");
    // And the client has to ask again.
    browser
        .open(&authorization(&[]))
        .await
        .assert_asks_for_consent();
}

#[tokio::test]
async fn nobody_revokes_for_somebody_else() {
    let fixture = provider().await;
    let mut alice = Browser::signed_in(&fixture).await;
    let page = alice.open(&authorization(&[])).await;
    alice.decide(&page, "allow").await;
    let home = alice.open("/").await;
    let mut bob = Browser::new(&fixture);
    let page = bob.open("/").await;
    bob.sign_in(&page, "bob").await;
    let request = home.filled_in("/revoke", &[]);
    bob.send(request).await.assert_fails_here(403);
    assert!(alice.open("/").await.text().contains("Read your things"));
    assert!(!bob.open("/").await.text().contains("Read your things"));
}

#[tokio::test]
async fn a_client_that_is_gone_can_still_be_revoked() {
    let fixture = provider().await;
    let consent = Consent::new(ALICE, "gone", Scope::new(), fixture.now());
    let handle = Consent::handle(ALICE, "gone");
    fixture.apply(Changes::new().insert(handle, &consent)).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let home = browser.open("/").await;
    assert!(home.text().contains("<h3>gone</h3>"));
    browser.submit(&home, "/revoke", &[]).await;
    assert!(!browser.open("/").await.text().contains("gone"));
}
