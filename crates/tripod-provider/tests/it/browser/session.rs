//! Signing in and out.

use tripod_provider::artefact::User;
use tripod_provider::store::Changes;

use super::{ALICE, Browser, provider};
use crate::fixture::Fixture;

async fn change_alice(fixture: &Fixture, change: impl FnOnce(&mut User)) {
    let store = fixture.provider.store();
    let loaded = store.load::<User>(User::handle("alice")).await.unwrap();
    let loaded = loaded.unwrap();
    let mut user = User::clone(&loaded);
    change(&mut user);
    fixture.apply(Changes::new().replace(&loaded, &user)).await;
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/").await;
    let page = browser.sign_in(&page, "alice").await;
    let cookie = page.answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-tripod-session="), "{cookie}");
    for attribute in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains(ALICE));
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    fixture.turn(14 * 86_400 - 1);
    assert!(browser.open("/").await.title().contains("Your account"));
    fixture.turn(1);
    browser.open("/").await.assert_asks_to_sign_in();
}

#[tokio::test]
async fn signing_out_ends_the_session_of_this_browser() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let home = browser.open("/").await;
    browser.submit(&home, "/sign-out", &[]).await;
    assert!(!browser.cookies.contains_key("__Host-tripod-session"));
    browser.open("/").await.assert_asks_to_sign_in();
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions() {
    let fixture = provider().await;
    let mut one = Browser::signed_in(&fixture).await;
    let mut other = Browser::signed_in(&fixture).await;
    let home = one.open("/").await;
    one.submit(&home, "/sign-out", &[("where", "everywhere")])
        .await;
    other.open("/").await.assert_asks_to_sign_in();
    let page = other.open("/").await;
    assert_eq!(other.sign_in(&page, "alice").await.location(), "/");
}

#[tokio::test]
async fn a_user_who_may_not_sign_in_any_more_is_signed_in_no_more() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    change_alice(&fixture, |user| user.disabled = true).await;
    let page = browser.open("/").await;
    page.assert_asks_to_sign_in();
    assert_eq!(browser.sign_in(&page, "alice").await.status(), 422);
}

#[tokio::test]
async fn a_name_that_somebody_else_has_now_is_not_the_same_user() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    change_alice(&fixture, |user| user.id = "another-id".to_owned()).await;
    browser.open("/").await.assert_asks_to_sign_in();
}

#[tokio::test]
async fn a_user_without_a_password_cannot_sign_in_by_one() {
    let fixture = provider().await;
    change_alice(&fixture, |user| user.password = None).await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/").await;
    for password in ["", "alice-password", "nobody"] {
        let typed = [("username", "alice"), ("password", password)];
        let answer = browser.submit(&page, "/sign-in", &typed).await;
        assert_eq!(answer.status(), 422, "{password}");
    }
}

#[tokio::test]
async fn who_is_signed_in_is_not_asked_to_sign_in() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    assert_eq!(browser.open("/sign-in").await.location(), "/");
}
