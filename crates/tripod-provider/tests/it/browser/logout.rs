//! `GET /oauth2/logout` ([OpenID Connect RP-Initiated Logout]).
//!
//! [OpenID Connect RP-Initiated Logout]: https://openid.net/specs/openid-connect-rpinitiated-1_0.html

use std::time::Duration;

use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::jose::algorithm::Algorithm;

use super::{ALICE, Browser, CLIENT, authorization, change_client, provider};
use crate::fixture::{Fixture, ISSUER, PUBLIC, form};

const BYE: &str = "https://client.example/bye";

async fn with_bye() -> Fixture {
    let fixture = provider().await;
    change_client(&fixture, |client| {
        client.metadata.post_logout_redirect_uris = vec![BYE.to_owned()];
    })
    .await;
    fixture
}

fn logout(parameters: &[(&str, &str)]) -> String {
    format!("/oauth2/logout?{}", form(parameters))
}

async fn id_token(fixture: &Fixture, client: &str, session: Option<&str>) -> String {
    let provider = &fixture.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    let key = ring.current(Algorithm::Rs256).unwrap();
    let span = Duration::from_secs(60);
    let mut token = IdToken::new(ISSUER, ALICE, client, fixture.now(), span);
    token.session_id = session.map(str::to_owned);
    token.encode(key).unwrap().expose().to_owned()
}

#[tokio::test]
async fn a_user_confirms_and_goes_back_to_the_client() {
    let fixture = with_bye().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let address = logout(&[
        ("client_id", CLIENT),
        ("post_logout_redirect_uri", BYE),
        ("state", "a&b"),
    ]);
    let page = browser.open(&address).await;
    assert!(page.title().contains("Sign out?"));
    let path = "/oauth2/logout/confirmation";
    let stays = browser.submit(&page, path, &[("decision", "deny")]).await;
    assert!(stays.text().contains("id=\"outcome\""));
    assert!(browser.open("/").await.title().contains("Your account"));
    let page = browser.submit(&page, path, &[("decision", "allow")]).await;
    assert_eq!(page.location(), format!("{BYE}?state=a%26b"));
    browser.open("/").await.assert_asks_to_sign_in();
}

#[tokio::test]
async fn open_redirect_by_logout() {
    let fixture = with_bye().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for uri in [
        "https://evil.example/",
        "https://client.example/bye/",
        "https://client.example/bye?x=1",
        "https://client.example/cb",
        "javascript:alert(1)",
        "//evil.example",
        "",
    ] {
        let page = browser
            .open(&logout(&[
                ("client_id", CLIENT),
                ("post_logout_redirect_uri", uri),
            ]))
            .await;
        page.assert_fails_here(400);
    }
    // Without knowing whose it is, nobody is redirected.
    browser
        .open(&logout(&[("post_logout_redirect_uri", BYE)]))
        .await
        .assert_fails_here(400);
    let unknown = logout(&[("client_id", "unknown"), ("post_logout_redirect_uri", BYE)]);
    browser.open(&unknown).await.assert_fails_here(400);
    let twice = logout(&[
        ("client_id", CLIENT),
        ("post_logout_redirect_uri", BYE),
        ("post_logout_redirect_uri", BYE),
    ]);
    browser.open(&twice).await.assert_fails_here(400);
}

#[tokio::test]
async fn nobody_is_signed_out_by_a_link() {
    let fixture = with_bye().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let of_nobody = id_token(&fixture, CLIENT, None).await;
    let of_another = id_token(&fixture, CLIENT, Some("another")).await;
    for hint in ["", of_nobody.as_str(), of_another.as_str()] {
        let parameters: Vec<_> = [("id_token_hint", hint)]
            .into_iter()
            .filter(|(_, hint)| !hint.is_empty())
            .collect();
        let page = browser.open(&logout(&parameters)).await;
        assert!(page.title().contains("Sign out?"), "{}", page.text());
    }
    assert!(browser.open("/").await.title().contains("Your account"));
}

#[tokio::test]
async fn an_id_token_of_this_very_session_is_enough() {
    let fixture = with_bye().await;
    let mut browser = Browser::signed_in(&fixture).await;
    // The session is in the code, from which the ID token gets it.
    let page = browser.open(&authorization(&[])).await;
    let code = browser.decide(&page, "allow").await.answered_with("code");
    let handle = tripod_provider::handle::Handle::of(&code.into());
    let store = fixture.provider.store();
    let code = store
        .load::<tripod_provider::artefact::AuthorizationCode>(handle)
        .await;
    let session = code
        .unwrap()
        .unwrap()
        .authentication
        .session
        .clone()
        .unwrap();
    let hint = id_token(&fixture, CLIENT, Some(&session)).await;
    fixture.turn(3600);
    let page = browser
        .open(&logout(&[
            ("id_token_hint", &hint),
            ("post_logout_redirect_uri", BYE),
        ]))
        .await;
    assert_eq!(page.location(), BYE);
    browser.open("/").await.assert_asks_to_sign_in();
}

#[tokio::test]
async fn a_hint_that_is_not_ours_or_of_another_client_is_refused() {
    let fixture = with_bye().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let of_public = id_token(&fixture, PUBLIC, None).await;
    for (hint, client) in [("x.y.z", CLIENT), (of_public.as_str(), CLIENT)] {
        let page = browser
            .open(&logout(&[("id_token_hint", hint), ("client_id", client)]))
            .await;
        page.assert_fails_here(400);
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_signed_out() {
    let fixture = with_bye().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open("/oauth2/logout").await;
    assert!(page.text().contains("id=\"outcome\""));
    let page = browser
        .open(&logout(&[
            ("client_id", CLIENT),
            ("post_logout_redirect_uri", BYE),
        ]))
        .await;
    assert_eq!(page.location(), BYE);
}
