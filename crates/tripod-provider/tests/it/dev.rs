//! What developers see of their own requests.

use axum::body::Body;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use tripod_core::parameters::Parameters;
use tripod_provider::config::{Config, Development};

use crate::browser::{Browser, authorization, between, provider_with};
use crate::fixture::{Answer, CLIENT, Fixture, REDIRECT_URI, SECRET, basic, post};
use crate::oauth1::{KEY, Signing, consumer, empty};

mod pages;

/// RFC 7636 Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn develop(config: &mut Config) {
    config.development = Some(Development::default());
}

async fn ready() -> Fixture {
    provider_with(develop).await
}

/// Opens one of the pages, as a browser on this machine does.
async fn look(fixture: &Fixture, path: &str) -> Answer {
    let request = Request::get(path).header(HOST, "127.0.0.1:9090");
    fixture.send(request.body(Body::empty()).unwrap()).await
}

/// Returns the path of the page that explains an answer.
#[track_caller]
fn explained_at(address: &str) -> &str {
    address
        .strip_prefix("https://id.example")
        .unwrap_or_else(|| panic!("{address}"))
}

/// Gets a code at the browser.
async fn code(fixture: &Fixture) -> String {
    let mut browser = Browser::new(fixture);
    let page = browser.open(&authorization(&[])).await;
    let page = browser.sign_in(&page, "alice").await;
    let page = browser.decide(&page, "allow").await;
    page.answered_with("code")
}

async fn redeem(fixture: &Fixture, code: &str, verifier: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", verifier),
    ];
    fixture.post_as_client("/oauth2/token", &form).await
}

#[tokio::test]
async fn without_development_nothing_is_kept_and_nothing_is_explained() {
    let fixture = Fixture::new().await;
    let refused = fixture.post_as_client("/oauth2/token", &[]).await;
    assert_eq!(refused.member("tripod_explain"), "");
    for path in [
        "/dev/exchanges",
        "/dev/exchanges.json",
        "/dev/exchanges/1",
        "/dev/explain",
    ] {
        assert_eq!(look(&fixture, path).await.status, 404, "{path}");
    }
    let wrong = authorization(&[("redirect_uri", "https://attacker.example/")]);
    assert!(!fixture.get(&wrong).await.text().contains("doctor"));
}

#[tokio::test]
async fn an_error_of_oauth_2_says_what_went_wrong_and_where_more_is_told() {
    let fixture = ready().await;
    let code = code(&fixture).await;
    let challenge = crate::browser::CHALLENGE;
    let refused = redeem(&fixture, &code, challenge).await;
    refused.assert_error(400, "invalid_grant");
    let description = refused.member("error_description");
    // RFC 6749 §5.2: the characters that a description MUST stay within.
    let is_permitted = |c| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    assert!(description.chars().all(is_permitted), "{description}");
    assert!(
        description.contains("The challenge is the verifier itself"),
        "{description}"
    );
    let address = refused.member("tripod_explain");
    let page = look(&fixture, explained_at(&address)).await;
    page.assert_ok();
    assert!(page.text().contains("oauth2/pkce/"), "{}", page.text());
    let entry = between(page.text(), "href=\"/dev/explain/", "\"").unwrap();
    let entry = look(&fixture, &format!("/dev/explain/{entry}")).await;
    entry.assert_ok();
    assert!(entry.text().contains("What to do"));
    // The code is still good: explaining changes nothing.
    redeem(&fixture, &code, VERIFIER).await.assert_ok();
}

#[tokio::test]
async fn the_signature_detective_names_the_mistake() {
    let fixture = ready().await;
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let request = empty(http::Method::POST, "/oauth1/request_token");
    let mut request = Signing::new().sign(&fixture, request, &[("oauth_callback", "oob")]);
    *request.uri_mut() = "/oauth1/request_token?scope=read".parse().unwrap();
    let refused = fixture.send(request).await;
    crate::oauth1::assert_problem(&refused, 401, "signature_invalid");
    let said = Parameters::parse(&refused.body).unwrap();
    let advice = said.single("oauth_problem_advice").unwrap().unwrap();
    assert!(
        advice.contains("parameters of the query left out"),
        "{advice}"
    );
    let address = said.single("tripod_explain").unwrap().unwrap();
    let page = look(&fixture, explained_at(address)).await;
    assert!(
        page.text()
            .contains("oauth1/signature/query-parameters-left-out"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn challenges_of_the_api_are_explained() {
    let fixture = ready().await;
    let bearing = |token: &str| {
        let request = Request::get("/api/me").header(AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    let refused = fixture.send(bearing("undefined")).await;
    refused.assert_error(401, "invalid_token");
    let why = "In place of the token stands `undefined`";
    assert!(refused.member("error_description").contains(why));
    let challenge = refused.header("www-authenticate");
    assert!(
        challenge.contains(why) && challenge.contains("tripod_explain="),
        "{challenge}"
    );
    // RFC 6750 §3.1: who shows nothing hears no error code.
    let refused = fixture.get("/api/me").await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.member("error"), "");
    assert!(
        refused
            .member("tripod_explain")
            .contains("/dev/exchanges/2")
    );
}

#[tokio::test]
async fn pages_and_redirects_are_explained() {
    let fixture = ready().await;
    let wrong = format!("{REDIRECT_URI}/");
    let page = fixture
        .get(&authorization(&[("redirect_uri", &wrong)]))
        .await;
    assert_eq!(page.status, 400);
    assert!(
        page.text()
            .contains("there is a slash at the end of the path"),
        "{}",
        page.text()
    );
    assert!(
        page.text()
            .contains("href=\"https://id.example/dev/exchanges/1\"")
    );

    let redirected = fixture.get(&authorization(&[("scope", "admin")])).await;
    let (_, query) = redirected.header("location").split_once('?').unwrap();
    let answer = Parameters::parse(query.as_bytes()).unwrap();
    assert_eq!(answer.single("state"), Ok(Some("xyz")));
    let address = answer.single("tripod_explain").unwrap().unwrap();
    assert_eq!(address, "https://id.example/dev/exchanges/2");
    let description = answer.single("error_description").unwrap().unwrap();
    assert!(description.contains(NO_SUCH_SCOPE), "{description}");
}

/// What the doctor says of a scope that no client may have, however the answer is sent.
const NO_SUCH_SCOPE: &str =
    " -- The server does not know a scope, or the client may not ask for it.";

#[tokio::test]
async fn errors_that_are_posted_are_explained_like_those_that_are_redirected() {
    let fixture = ready().await;
    let posted = [("scope", "admin"), ("response_mode", "form_post")];
    let page = fixture.get(&authorization(&posted)).await;
    assert_eq!(page.status, 200);
    let field = |name: &str| {
        let begin = format!("name=\"{name}\" value=\"");
        let (_, rest) = page.text().split_once(&begin).unwrap();
        rest.split('"').next().unwrap()
    };
    assert_eq!(field("error"), "invalid_scope");
    assert_eq!(field("state"), "xyz");
    assert_eq!(
        field("tripod_explain"),
        "https://id.example/dev/exchanges/1"
    );
    let description = field("error_description");
    assert!(description.contains(NO_SUCH_SCOPE), "{description}");
    assert_eq!(page.text().matches("name=\"error_description\"").count(), 1);
}

#[tokio::test]
async fn what_only_the_provider_knows_is_said() {
    let fixture = ready().await;
    let grant = [("grant_type", "client_credentials")];
    let unknown = fixture
        .post_as("nobody", SECRET, "/oauth2/token", &grant)
        .await;
    let description = unknown.member("error_description");
    assert!(
        description.contains("No client is registered as `nobody`."),
        "{description}"
    );
    let posted = [("client_id", CLIENT), ("client_secret", SECRET), grant[0]];
    let posted = fixture.post("/oauth2/token", &posted).await;
    let description = posted.member("error_description");
    assert!(
        description.contains("registered `client_secret_basic`"),
        "{description}"
    );
    // `Host` decides nothing, and whoever signs another one has to be told.
    fixture.add_client(consumer(&fixture.provider, KEY)).await;
    let request = empty(http::Method::POST, "/oauth1/request_token");
    let mut request = Signing::new().sign(&fixture, request, &[("oauth_callback", "x:y")]);
    request
        .headers_mut()
        .insert(HOST, "tunnel.example".parse().unwrap());
    let refused = fixture.send(request).await;
    assert!(
        refused.text().contains("went+to+%60tunnel.example%60"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn a_request_that_is_broken_is_answered_as_it_was() {
    let fixture = ready().await;
    let long = "a".repeat(fixture.provider.config().limits.body + 1);
    let mut request = post("/oauth2/token", &[("grant_type", &long)]);
    let authorization = basic(CLIENT, SECRET).parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, authorization);
    assert_eq!(fixture.send(request).await.status, 413);
    let head = Request::head("/api/me").body(Body::empty()).unwrap();
    let head = fixture.send(head).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (401, 0));
}
