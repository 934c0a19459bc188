//! `GET /device` and `POST /device`.

use tripod_core::secret::Secret;
use tripod_oauth2::scope::Scope;
use tripod_provider::artefact::{DeviceGrant, DeviceState, UserCodeLink};
use tripod_provider::handle::Handle;
use tripod_provider::store::Changes;

use super::{ALICE, Browser, CLIENT, audited, provider, provider_with};
use crate::fixture::Fixture;

const CODE: &str = "WDJB-MJHT";

/// Has a device begin to wait.
async fn wait(fixture: &Fixture) -> Handle {
    let device = Handle::of(&Secret::from("device code"));
    let expires = fixture.now().plus(std::time::Duration::from_secs(900));
    let scope = Scope::parse("read").unwrap();
    let grant = DeviceGrant::new(CLIENT, scope, "family", fixture.now(), expires, 5);
    let code = Secret::from(CODE.replace('-', ""));
    let link = UserCodeLink::new(device, CLIENT, expires);
    let changes = Changes::new()
        .insert(device, &grant)
        .insert(UserCodeLink::handle(&code), &link);
    fixture.apply(changes).await;
    device
}

async fn state(fixture: &Fixture, device: Handle) -> DeviceState {
    let loaded = fixture.provider.store().load::<DeviceGrant>(device).await;
    loaded.unwrap().unwrap().state.clone()
}

#[tokio::test]
async fn a_device_is_allowed_by_its_code() {
    let fixture = provider().await;
    let device = wait(&fixture).await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/device").await;
    let page = browser
        .submit(&page, "/device", &[("user_code", " wdjb mjht ")])
        .await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "alice").await;
    page.assert_asks_for_consent();
    assert!(page.text().contains(CODE) && page.text().contains("Read your things"));
    assert_eq!(state(&fixture, device).await, DeviceState::Pending);
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().contains("id=\"outcome\""));
    match state(&fixture, device).await {
        DeviceState::Approved(authentication) => assert_eq!(authentication.user, ALICE),
        state => panic!("{state:?}"),
    }
    assert_eq!(audited(&fixture).await, ["consent_granted"]);
}

#[tokio::test]
async fn a_device_is_denied_and_its_code_is_used_up() {
    let fixture = provider().await;
    let device = wait(&fixture).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open("/device").await;
    let asked = browser
        .submit(&page, "/device", &[("user_code", CODE)])
        .await;
    let denied = browser.decide(&asked, "deny").await;
    assert!(denied.text().contains("id=\"outcome\""));
    assert_eq!(state(&fixture, device).await, DeviceState::Denied);
    browser.decide(&asked, "allow").await.assert_fails_here(410);
    assert_eq!(state(&fixture, device).await, DeviceState::Denied);
    let again = browser
        .submit(&page, "/device", &[("user_code", CODE)])
        .await;
    assert_eq!(again.status(), 422);
}

/// RFC 8628 §3.3.1 and §5.4: the link that somebody sent allows nothing by itself.
#[tokio::test]
async fn device_phishing() {
    let fixture = provider().await;
    let device = wait(&fixture).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let link = format!("/device?user_code={CODE}");
    for _ in 0..2 {
        let page = browser.open(&link).await;
        assert!(
            page.text()
                .contains(&format!("name=\"user_code\" value=\"{CODE}\""))
        );
        let page = browser
            .submit(&page, "/device", &[("user_code", CODE)])
            .await;
        page.assert_asks_for_consent();
        assert!(
            page.text()
                .contains("Only go on if your device shows this code")
        );
        assert_eq!(state(&fixture, device).await, DeviceState::Pending);
    }
    // Not even for a client that is allowed everything already.
    super::change_client(&fixture, |client| client.skips_consent = true).await;
    let page = browser.open(&link).await;
    let page = browser
        .submit(&page, "/device", &[("user_code", CODE)])
        .await;
    page.assert_asks_for_consent();
}

#[tokio::test]
async fn a_code_that_is_wrong_or_too_old_is_refused() {
    let fixture = provider().await;
    wait(&fixture).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open("/device").await;
    for code in ["", "WDJB", "BBBB-BBBB", "WDJB-MJHTT", "\u{1f600}"] {
        let answer = browser
            .submit(&page, "/device", &[("user_code", code)])
            .await;
        assert_eq!(answer.status(), 422, "{code}");
        assert!(answer.title().starts_with("Error: "));
    }
    let asked = browser
        .submit(&page, "/device", &[("user_code", CODE)])
        .await;
    fixture.turn(900);
    browser.decide(&asked, "allow").await.assert_fails_here(410);
}

#[tokio::test]
async fn guessing_user_codes() {
    let fixture = provider_with(|config| {
        config.proxies = Some(tripod_provider::config::Proxies::default());
    })
    .await;
    wait(&fixture).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open("/device").await;
    let mut guess = async |code: &str| {
        let mut request = page.filled_in("/device", &[("user_code", code)]);
        let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
        request
            .extensions_mut()
            .insert(axum::extract::ConnectInfo(peer));
        browser.send(request).await
    };
    for _ in 0..10 {
        assert_eq!(guess("BBBB-BBBB").await.status(), 422);
    }
    let limited = guess(CODE).await;
    limited.assert_fails_here(429);
    assert!(!limited.answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn two_answers_at_once_are_one() {
    let fixture = provider().await;
    let device = wait(&fixture).await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open("/device").await;
    let asked = browser
        .submit(&page, "/device", &[("user_code", CODE)])
        .await;
    let allowed = browser.decide(&asked, "allow").await;
    assert_eq!(allowed.status(), 200);
    browser.decide(&asked, "deny").await.assert_fails_here(410);
    assert!(matches!(
        state(&fixture, device).await,
        DeviceState::Approved(_)
    ));
}
