//! `GET /oauth2/authorize` and `POST /oauth2/authorize`.

use tripod_core::secret::Secret;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::json::Members;
use tripod_oauth2::jwk::Jwk;
use tripod_oauth2::request_object::RequestObject;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::{AuthorizationCode, PushedRequest};
use tripod_provider::handle::Handle;
use tripod_provider::store::Changes;

use super::{
    ALICE, Browser, CHALLENGE, CLIENT, Page, REDIRECT_URI, authorization, change_client, posted,
    provider, provider_with,
};
use crate::fixture::{Fixture, ISSUER, form};

async fn allowed(browser: &mut Browser<'_>, address: &str) -> Page {
    let page = browser.open(address).await;
    page.assert_asks_for_consent();
    browser.decide(&page, "allow").await
}

async fn code(fixture: &Fixture, page: &Page) -> AuthorizationCode {
    let code = Secret::new(page.answered_with("code"));
    let store = fixture.provider.store();
    let loaded = store.load::<AuthorizationCode>(Handle::of(&code)).await;
    loaded.unwrap().unwrap().into_value()
}

#[tokio::test]
async fn a_user_signs_in_allows_and_is_sent_back_with_a_code() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open(&authorization(&[("nonce", "n-0S6")])).await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "alice").await;
    page.assert_asks_for_consent();
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.answered_with("state"), "xyz");
    assert_eq!(page.answered_with("iss"), ISSUER);
    let code = code(&fixture, &page).await;
    assert_eq!(
        (code.client.as_str(), code.authentication.user.as_str()),
        (CLIENT, ALICE)
    );
    assert_eq!(code.redirect_uri.as_deref(), Some(REDIRECT_URI));
    assert_eq!(code.code_challenge.as_deref(), Some(CHALLENGE));
    assert_eq!(code.nonce.as_deref(), Some("n-0S6"));
    assert_eq!(code.authentication.amr, ["pwd"]);
    assert_eq!(code.authentication.at, fixture.now());
}

#[tokio::test]
async fn nothing_is_written_before_the_user_allows() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open(&authorization(&[])).await;
    let page = browser.sign_in(&page, "alice").await;
    assert_eq!(super::audited(&fixture).await, [""; 0]);
    browser.decide(&page, "allow").await;
    assert_eq!(super::audited(&fixture).await, ["consent_granted"]);
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_told_to_the_client() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    for (changes, error) in [
        (
            &[("response_type", "token")][..],
            "unsupported_response_type",
        ),
        (
            &[("response_type", "code token")],
            "unsupported_response_type",
        ),
        (&[("response_type", "")], "invalid_request"),
        (&[("scope", "read delete")], "invalid_scope"),
        (&[("scope", "read \"")], "invalid_scope"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("response_mode", "jwt")], "invalid_request"),
        (&[("response_mode", "web_message")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("max_age", "x")], "invalid_request"),
        (
            &[("resource", "https://unknown.example/")],
            "invalid_target",
        ),
        (&[("resource", "not a uri")], "invalid_target"),
        (&[("claims", "[]")], "invalid_request"),
        (&[("dpop_jkt", "short")], "invalid_request"),
        (&[("id_token_hint", "x.y.z")], "invalid_request"),
        (
            &[("authorization_details", "[{\"type\":\"x\"}]")],
            "invalid_authorization_details",
        ),
    ] {
        let page = browser.open(&authorization(changes)).await;
        assert_eq!(page.answered_with("error"), error, "{changes:?}");
        // RFC 6749 §4.1.2.1 and RFC 9207 §2: state and issuer come with errors, too.
        assert_eq!(page.answered_with("state"), "xyz", "{changes:?}");
        assert_eq!(page.answered_with("iss"), ISSUER, "{changes:?}");
        assert!(
            !page.answered_with("error_description").is_empty(),
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn a_client_asks_for_what_it_registered() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    change_client(&fixture, |client| {
        client.metadata.grant_types = vec![GrantType::ClientCredentials];
    })
    .await;
    let page = browser.open(&authorization(&[])).await;
    assert_eq!(page.answered_with("error"), "unauthorized_client");
    change_client(&fixture, |client| {
        client.metadata.grant_types = vec![];
        client.metadata.require_pushed_authorization_requests = true;
    })
    .await;
    let page = browser.open(&authorization(&[])).await;
    assert_eq!(page.answered_with("error"), "invalid_request");
    change_client(&fixture, |client| {
        client.metadata.require_pushed_authorization_requests = false;
        client.metadata.require_signed_request_object = true;
    })
    .await;
    let page = browser.open(&authorization(&[])).await;
    assert_eq!(page.answered_with("error"), "invalid_request");
}

#[tokio::test]
async fn prompt_none_shows_no_page() {
    let fixture = provider().await;
    let silent = authorization(&[("prompt", "none")]);
    let mut nobody = Browser::new(&fixture);
    let page = nobody.open(&silent).await;
    assert_eq!(page.answered_with("error"), "login_required");
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&silent).await;
    assert_eq!(page.answered_with("error"), "consent_required");
    allowed(&mut browser, &authorization(&[])).await;
    let page = browser.open(&silent).await;
    assert!(!page.answered_with("code").is_empty());
    let page = browser
        .open(&authorization(&[
            ("prompt", "none"),
            ("scope", "read write"),
        ]))
        .await;
    assert_eq!(page.answered_with("error"), "consent_required");
    fixture.turn(100);
    let page = browser
        .open(&authorization(&[("prompt", "none"), ("max_age", "99")]))
        .await;
    assert_eq!(page.answered_with("error"), "login_required");
}

#[tokio::test]
async fn prompt_login_asks_who_is_signed_in_already_and_once() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[("prompt", "login")])).await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "alice").await;
    page.assert_asks_for_consent();
    let page = browser.decide(&page, "allow").await;
    assert!(!page.answered_with("code").is_empty());
}

#[tokio::test]
async fn a_sign_in_that_is_older_than_max_age_is_renewed() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    fixture.turn(60);
    let page = browser.open(&authorization(&[("max_age", "60")])).await;
    page.assert_asks_for_consent();
    fixture.turn(1);
    let page = browser.open(&authorization(&[("max_age", "60")])).await;
    page.assert_asks_to_sign_in();
    let page = browser.sign_in(&page, "alice").await;
    let page = browser.decide(&page, "allow").await;
    assert_eq!(code(&fixture, &page).await.authentication.at, fixture.now());
    // Zero seconds ago is now: asked, and answered by signing in.
    let page = browser
        .open(&authorization(&[("max_age", "0"), ("prompt", "login")]))
        .await;
    page.assert_asks_to_sign_in();
}

#[tokio::test]
async fn select_account_lets_the_user_stay_or_change() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser
        .open(&authorization(&[("prompt", "select_account")]))
        .await;
    page.assert_asks_to_sign_in();
    assert!(page.text().contains("Go on as alice Example"));
    let stays = browser
        .submit(&page, "/sign-in", &[("account", "current")])
        .await;
    stays.assert_asks_for_consent();
    let changes = browser.sign_in(&page, "bob").await;
    changes.assert_asks_for_consent();
    assert!(changes.text().contains("bob Example"));
}

/// OpenID Connect Core §3.1.2.1: after `max_age` the user MUST sign in anew; a choice is no proof.
#[tokio::test]
async fn choosing_an_account_is_not_signing_in() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser
        .open(&authorization(&[
            ("prompt", "select_account"),
            ("max_age", "60"),
        ]))
        .await;
    assert!(page.text().contains("Go on as alice Example"));
    fixture.turn(61);
    let stays = browser
        .submit(&page, "/sign-in", &[("account", "current")])
        .await;
    stays.assert_asks_to_sign_in();
    assert!(!stays.text().contains("Go on as"));
    let signed_in = browser.sign_in(&stays, "alice").await;
    signed_in.assert_asks_for_consent();
}

#[tokio::test]
async fn nobody_goes_on_as_somebody_where_that_was_not_offered() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = browser.open(&authorization(&[("prompt", "login")])).await;
    let page = browser
        .submit(&page, "/sign-in", &[("account", "current")])
        .await;
    page.assert_asks_to_sign_in();
    assert_eq!(page.status(), 422);
}

#[tokio::test]
async fn a_login_hint_is_filled_in() {
    let fixture = provider().await;
    let mut browser = Browser::new(&fixture);
    let page = browser.open(&authorization(&[("login_hint", "bob")])).await;
    assert!(page.text().contains("name=\"username\" value=\"bob\""));
}

#[tokio::test]
async fn an_essential_class_that_cannot_be_had_is_refused() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#;
    let page = browser.open(&authorization(&[("claims", claims)])).await;
    assert_eq!(
        page.answered_with("error"),
        "unmet_authentication_requirements"
    );
    let page = browser
        .open(&authorization(&[("acr_values", "gold silver")]))
        .await;
    page.assert_asks_for_consent();
}

#[tokio::test]
async fn without_a_scope_the_usual_one_is_asked_for() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = allowed(&mut browser, &authorization(&[("scope", "")])).await;
    assert_eq!(code(&fixture, &page).await.scope.to_string(), "read");
}

#[tokio::test]
async fn one_registered_redirect_uri_need_not_be_named() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = allowed(&mut browser, &authorization(&[("redirect_uri", "")])).await;
    assert_eq!(code(&fixture, &page).await.redirect_uri, None);
}

#[tokio::test]
async fn an_answer_can_be_posted_or_go_by_the_fragment() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let page = allowed(
        &mut browser,
        &authorization(&[("response_mode", "form_post")]),
    )
    .await;
    assert_eq!((page.status(), page.location()), (200, ""));
    assert!(page.text().contains(&format!("action=\"{REDIRECT_URI}\"")));
    for name in ["code", "state", "iss"] {
        assert!(page.text().contains(&format!("name=\"{name}\"")), "{name}");
    }
    let page = browser
        .open(&authorization(&[("response_mode", "fragment")]))
        .await;
    assert!(
        page.location()
            .starts_with(&format!("{REDIRECT_URI}#code="))
    );
}

#[tokio::test]
async fn a_posted_request_comes_back_as_a_query_so_that_cookies_come_with_it() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let (path, query) = authorization(&[])
        .split_once('?')
        .map(|(p, q)| (p.to_owned(), q.to_owned()))
        .unwrap();
    let page = browser.send(posted(&path, query.clone())).await;
    assert_eq!(page.location(), format!("{path}?{query}"));
    browser
        .open(page.location())
        .await
        .assert_asks_for_consent();
    // What is too long for a query is read where it is.
    let long = format!("{query}&x={}", "a".repeat(9_000));
    browser
        .send(posted(&path, long))
        .await
        .assert_asks_for_consent();
}

async fn push(fixture: &Fixture, changes: &[(&str, &str)]) -> String {
    let uri = format!("urn:ietf:params:oauth:request_uri:{}", "A".repeat(43));
    let query = authorization(changes);
    let query = query.split_once('?').unwrap().1;
    let parameters = super::Parameters::parse(query.as_bytes()).unwrap();
    let expires = fixture.now().plus(std::time::Duration::from_secs(90));
    let pushed = PushedRequest::new(CLIENT, &parameters, expires);
    let handle = Handle::of(&Secret::from(uri.as_str()));
    fixture.apply(Changes::new().insert(handle, &pushed)).await;
    format!(
        "/oauth2/authorize?{}",
        form(&[("client_id", CLIENT), ("request_uri", &uri)])
    )
}

#[tokio::test]
async fn a_pushed_request_is_granted_once() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let address = push(&fixture, &[("scope", "write")]).await;
    let (first, second) = (browser.open(&address).await, browser.open(&address).await);
    // The user takes longer than it lives.
    fixture.turn(600);
    let page = browser.decide(&first, "allow").await;
    assert_eq!(code(&fixture, &page).await.scope.to_string(), "write");
    browser
        .decide(&second, "allow")
        .await
        .assert_fails_here(409);
    browser.open(&address).await.assert_fails_here(400);
}

#[tokio::test]
async fn a_pushed_request_that_is_granted_at_once_is_granted_once() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    allowed(&mut browser, &authorization(&[])).await;
    let address = push(&fixture, &[]).await;
    let page = browser.open(&address).await;
    assert!(!page.answered_with("code").is_empty());
    browser.open(&address).await.assert_fails_here(400);
}

#[tokio::test]
async fn parameters_beside_a_request_uri_change_nothing() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let address = push(&fixture, &[]).await;
    let address =
        format!("{address}&scope=write&redirect_uri=https%3A%2F%2Fevil.example%2F&state=evil");
    let page = allowed(&mut browser, &address).await;
    assert_eq!(code(&fixture, &page).await.scope.to_string(), "read");
    assert_eq!(page.answered_with("state"), "xyz");
}

#[tokio::test]
async fn a_request_uri_that_is_not_ours_is_neither_fetched_nor_redirected() {
    let fixture = provider().await;
    let mut browser = Browser::signed_in(&fixture).await;
    push(&fixture, &[]).await;
    let ours = format!("urn:ietf:params:oauth:request_uri:{}", "A".repeat(43));
    for (client, uri) in [
        (CLIENT, "http://169.254.169.254/latest/meta-data/"),
        (CLIENT, "https://client.example/request.jwt"),
        (CLIENT, "urn:ietf:params:oauth:request_uri:unknown"),
        ("public", ours.as_str()),
        ("", ours.as_str()),
    ] {
        let query = form(&[("client_id", client), ("request_uri", uri)]);
        let page = browser.open(&format!("/oauth2/authorize?{query}")).await;
        page.assert_fails_here(400);
        assert!(page.text().contains("invalid_request_uri"), "{uri}");
    }
}

#[tokio::test]
async fn the_user_for_whom_everything_is_allowed_sees_no_page() {
    let fixture = provider_with(|config| {
        let mut development = tripod_provider::config::Development::default();
        development.auto_approve = Some("alice".to_owned());
        config.development = Some(development);
    })
    .await;
    let mut browser = Browser::new(&fixture);
    let page = browser
        .open(&authorization(&[("prompt", "login consent")]))
        .await;
    assert_eq!(code(&fixture, &page).await.authentication.user, ALICE);
}

/// The key of RFC 8037 Appendix A.1.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"1",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

async fn with_keys() -> Fixture {
    let fixture = provider().await;
    let public = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    change_client(&fixture, |client| {
        client.metadata.jwks = Some(Members::parse(public.as_bytes()).unwrap());
    })
    .await;
    fixture
}

fn signed(fixture: &Fixture, audience: &str, changes: &[(&str, &str)]) -> String {
    let key = Jwk::parse(ED25519.as_bytes()).unwrap();
    let key = SigningKey::from_jwk(Algorithm::EdDsa, &key).unwrap();
    let address = authorization(changes);
    let query = address.split_once('?').unwrap().1;
    let parameters = super::Parameters::parse(query.as_bytes()).unwrap();
    let mut random = fixture.provider.random();
    let object = RequestObject::new(CLIENT, audience, &parameters, fixture.now(), &mut random);
    let request = object.encode(&key).unwrap();
    form(&[("client_id", CLIENT), ("request", request.expose())])
}

#[tokio::test]
async fn a_signed_request_is_taken_for_what_is_signed() {
    let fixture = with_keys().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let query = signed(&fixture, ISSUER, &[("scope", "write")]);
    let beside = form(&[
        ("scope", "read"),
        ("redirect_uri", "https://evil.example/"),
        ("state", "evil"),
    ]);
    let address = format!("/oauth2/authorize?{query}&{beside}");
    let page = browser.open(&address).await;
    page.assert_asks_for_consent();
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.answered_with("state"), "xyz");
    assert_eq!(code(&fixture, &page).await.scope.to_string(), "write");
    // Its `jti` counts once, so that nobody else's browser gets a code by it.
    let page = browser.open(&address).await;
    assert_eq!(page.answered_with("error"), "invalid_request");
}

#[tokio::test]
async fn a_request_that_is_not_signed_by_its_client_is_not_redirected() {
    let fixture = with_keys().await;
    let mut browser = Browser::signed_in(&fixture).await;
    let good = signed(&fixture, ISSUER, &[]);
    let damaged = format!("{}A", good.trim_end_matches(char::is_alphanumeric));
    let unsigned = form(&[
        ("client_id", CLIENT),
        ("request", "eyJhbGciOiJub25lIn0.e30."),
    ]);
    for query in [
        signed(&fixture, "https://other.example", &[]),
        damaged,
        unsigned,
        good.replace("client_id=client", "client_id=public"),
        good.replace("client_id=client", ""),
        format!("{good}&request_uri=urn%3Ax"),
    ] {
        let page = browser.open(&format!("/oauth2/authorize?{query}")).await;
        page.assert_fails_here(400);
    }
    fixture.turn(331);
    browser
        .open(&format!("/oauth2/authorize?{good}"))
        .await
        .assert_fails_here(400);
}

/// RFC 9126 §3: a request object can be pushed, and is taken at the browser for what is signed.
#[tokio::test]
async fn a_signed_request_can_be_pushed() {
    let fixture = with_keys().await;
    change_client(&fixture, |client| {
        client.metadata.require_signed_request_object = true;
        client.metadata.require_pushed_authorization_requests = true;
    })
    .await;
    let mut browser = Browser::signed_in(&fixture).await;
    let query = signed(&fixture, ISSUER, &[("scope", "write")]);
    let pushed = super::Parameters::parse(query.as_bytes()).unwrap();
    let pushed: Vec<_> = pushed.iter().collect();
    let answer = fixture.post_as_client("/oauth2/par", &pushed).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let request_uri = answer.member("request_uri");
    let query = form(&[
        ("client_id", CLIENT),
        ("request_uri", &request_uri),
        ("scope", "read"),
    ]);
    let page = browser.open(&format!("/oauth2/authorize?{query}")).await;
    page.assert_asks_for_consent();
    let page = browser.decide(&page, "allow").await;
    assert_eq!(page.answered_with("state"), "xyz");
    let code = code(&fixture, &page).await;
    assert_eq!(code.scope.to_string(), "write");
    // The request is used up (RFC 9126 §7.3), and so is the object (RFC 9101 §10.8).
    let page = browser.open(&format!("/oauth2/authorize?{query}")).await;
    page.assert_fails_here(400);
    let answer = fixture.post_as_client("/oauth2/par", &pushed).await;
    answer.assert_error(400, "invalid_request_object");
    // What the client registered to sign by is held to here as it is at the browser.
    change_client(&fixture, |client| {
        client.metadata.request_object_signing_alg = Some("none".to_owned());
    })
    .await;
    let query = signed(&fixture, ISSUER, &[("state", "other")]);
    let pushed = super::Parameters::parse(query.as_bytes()).unwrap();
    let pushed: Vec<_> = pushed.iter().collect();
    let answer = fixture.post_as_client("/oauth2/par", &pushed).await;
    answer.assert_error(400, "invalid_request_object");
}
