//! The check-up against servers that say what a test wants.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::time::{Duration, UNIX_EPOCH};

use tripod::checkup::{Check, Options, Outcome, RedirectUriOrigin, Step};
use tripod::edge::Edge;
use tripod::preset::{Flow, Template};
use tripod::{OAuth1, OAuth2};
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::token::{TokenResponse, TokenType};
use tripod_oauth2::token_set::TokenSet;
use tripod_vault::change::Change;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

#[expect(dead_code, reason = "the tests of sessions use more of it")]
#[path = "session/server.rs"]
mod server;

use server::{Asked, Reply, Server};

const SECRET: &str = "sentinel/client+secret";

/// A clock that is an hour ahead.
fn hasty() -> Edge {
    let system = Edge::system();
    let ahead = move || Timestamp::from_unix(system.now().as_unix() + 3600);
    Edge::new(ahead, |octets| octets.fill(0xab))
}

fn date() -> String {
    let now = u64::try_from(Edge::system().now().as_unix()).unwrap();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now))
}

fn metadata(asked: &Asked) -> Reply {
    let host = asked.header("host").unwrap();
    Reply::new(
        200,
        format!(
            r#"{{"issuer":"http://{host}","token_endpoint":"http://{host}/token",
                "authorization_endpoint":"http://{host}/authorize"}}"#
        ),
    )
}

/// A provider whose token endpoint answers as a test wants.
async fn provider(token: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    Server::begin(move |asked| {
        let reply = match asked.target.split('?').next().unwrap() {
            "/.well-known/oauth-authorization-server" => metadata(asked),
            "/token" => token(asked),
            "/authorize" => Reply::new(200, "<h1>Sign in</h1>"),
            _ => Reply::new(404, ""),
        };
        reply.with("date", &date())
    })
    .await
}

fn client(server: &Server) -> OAuth2 {
    let builder = OAuth2::issuer(&server.uri).client_id("client");
    builder.client_secret(SECRET)
}

fn options(redirect_uri: &str) -> Options {
    let mut options = Options::default();
    options.redirect_uri = Some(redirect_uri.to_owned());
    options
}

const CALLBACK: &str = "http://127.0.0.1:5000/callback";

#[track_caller]
fn of(checks: &[Check], step: Step) -> &Check {
    checks.iter().find(|check| check.step == step).unwrap()
}

#[track_caller]
fn failed<'a>(checks: &'a [Check], step: Step, code: &str) -> &'a Check {
    let check = of(checks, step);
    let first = check
        .findings()
        .first()
        .unwrap_or_else(|| panic!("{check}"));
    assert_eq!(first.code, code, "{first:?}");
    check
}

fn refused(error: &str) -> Reply {
    Reply::new(400, format!(r#"{{"error":"{error}"}}"#)).with("content-type", "application/json")
}

#[tokio::test]
async fn every_step_is_told_in_order_and_once() {
    let server = provider(|_| refused("invalid_grant")).await;
    let mut told = Vec::new();
    let checks = client(&server)
        .check_up(&options(CALLBACK), |check| told.push(check.step))
        .await;
    assert_eq!(told, Step::ALL);
    assert_eq!(checks.len(), Step::ALL.len());
    let passed = of(&checks, Step::ClientAuthentication);
    assert!(matches!(passed.outcome, Outcome::Passed { .. }), "{passed}");
    // A page that says neither yes nor no is not taken for either.
    let skipped = of(&checks, Step::RedirectUri);
    assert!(
        matches!(skipped.outcome, Outcome::Skipped { .. }),
        "{skipped}"
    );
    failed(&checks, Step::Token, "setup/not-logged-in");
    let asked = server.asked("/token");
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0]
            .body
            .contains("grant_type=refresh_token&refresh_token=made-up-by-")
    );
}

#[tokio::test]
async fn a_clock_that_is_off_by_an_hour() {
    let server = provider(|_| refused("invalid_grant")).await;
    let builder = client(&server).edge(hasty());
    let checks = builder.check_up(&options(CALLBACK), |_| {}).await;
    let clock = failed(&checks, Step::Clock, "network/clock");
    assert!(clock.findings()[0].cause.contains("60 minutes ahead of"));
    // It is looked on all the same.
    assert!(
        of(&checks, Step::ClientAuthentication)
            .findings()
            .is_empty()
    );
}

#[tokio::test]
async fn a_server_that_does_not_say_the_time() {
    let server = Server::begin(metadata).await;
    let checks = client(&server).check_up(&Options::default(), |_| {}).await;
    let clock = of(&checks, Step::Clock);
    assert!(matches!(clock.outcome, Outcome::Skipped { .. }), "{clock}");
}

/// Servers that take the secret in the body alone refuse it in the header.
#[tokio::test]
async fn another_way_to_show_the_same_secret_is_found() {
    let server = provider(|asked| match asked.body.contains("client_secret=") {
        true => refused("invalid_grant"),
        false => refused("invalid_client"),
    })
    .await;
    let checks = client(&server).check_up(&Options::default(), |_| {}).await;
    let code = "oauth2/client-authentication/wrong-method";
    let check = failed(&checks, Step::ClientAuthentication, code);
    let correction = check.findings()[0].correction.as_ref().unwrap();
    assert_eq!(correction.setting, "client_authentication");
    assert_eq!(correction.value, "client_secret_post");
    assert!(!format!("{checks:?}").contains(SECRET));
}

/// Half the world does not decode what RFC 6749 §2.3.1 has encoded.
#[tokio::test]
async fn a_server_that_does_not_decode_the_header_is_found_out() {
    // Of `client:sentinel/client+secret`, as it is.
    const RAW: &str = "Basic Y2xpZW50OnNlbnRpbmVsL2NsaWVudCtzZWNyZXQ=";
    let server = provider(|asked| match asked.header("authorization") {
        Some(RAW) => refused("invalid_grant"),
        _ => refused("invalid_client"),
    })
    .await;
    let checks = client(&server).check_up(&Options::default(), |_| {}).await;
    let code = "oauth2/client-authentication/basic-encoding";
    let check = failed(&checks, Step::ClientAuthentication, code);
    let correction = check.findings()[0].correction.as_ref().unwrap();
    assert_eq!(correction.value, "client_secret_basic_raw");
}

#[tokio::test]
async fn a_refusal_of_the_redirect_uri_in_a_page_is_read() {
    let server = Server::begin(|asked| {
        match asked.target.split('?').next().unwrap() {
            "/.well-known/oauth-authorization-server" => metadata(asked),
            "/authorize" => Reply::new(400, "<p>Error 400: redirect_uri_mismatch</p>"),
            _ => refused("invalid_grant"),
        }
        .with("date", &date())
    })
    .await;
    let checks = client(&server).check_up(&options(CALLBACK), |_| {}).await;
    let code = "oauth2/redirect-uri/mismatch";
    failed(&checks, Step::RedirectUri, code);
    assert!(
        of(&checks, Step::ClientAuthentication)
            .findings()
            .is_empty()
    );
}

/// Who is logged in came back somewhere, so a guess that is refused is no failure.
#[tokio::test]
async fn a_redirect_uri_that_is_only_a_guess_is_not_blamed_on_who_is_logged_in() {
    let server = Server::begin(|asked| {
        match asked.target.split('?').next().unwrap() {
            "/.well-known/oauth-authorization-server" => metadata(asked),
            "/authorize" => Reply::new(400, "<p>redirect_uri_mismatch</p>"),
            _ => refused("invalid_grant"),
        }
        .with("date", &date())
    })
    .await;
    let vault = Vault::memory();
    let key = Key::parse("work").unwrap();
    let mut guess = options(CALLBACK);
    guess.redirect_uri_origin = RedirectUriOrigin::Assumed;
    let builder = client(&server).vault(vault.clone()).key(key.clone());
    let checks = builder.check_up(&guess, |_| {}).await;
    failed(&checks, Step::RedirectUri, "oauth2/redirect-uri/mismatch");
    let now = Edge::system().now();
    let tokens = TokenSet::new(TokenResponse::new("token", TokenType::Bearer), None, now);
    let document = tokens.to_json();
    let change = async |_| Ok::<_, std::convert::Infallible>(Change::Replace(document));
    let wait = Duration::from_secs(9);
    vault.update(&key, wait, change).await.unwrap();
    let checks = builder.check_up(&guess, |_| {}).await;
    let check = of(&checks, Step::RedirectUri);
    assert!(matches!(check.outcome, Outcome::Skipped { .. }), "{check}");
    let checks = builder.check_up(&options(CALLBACK), |_| {}).await;
    failed(&checks, Step::RedirectUri, "oauth2/redirect-uri/mismatch");
}

#[tokio::test]
async fn a_redirect_back_says_that_it_is_registered() {
    let server = Server::begin(|asked| {
        match asked.target.split('?').next().unwrap() {
            "/.well-known/oauth-authorization-server" => metadata(asked),
            "/authorize" => {
                assert!(asked.target.contains("prompt=none"), "{}", asked.target);
                let back = format!("{CALLBACK}?error=login_required&state=x");
                Reply::new(302, "").with("location", &back)
            }
            _ => refused("invalid_grant"),
        }
        .with("date", &date())
    })
    .await;
    let checks = client(&server).check_up(&options(CALLBACK), |_| {}).await;
    let check = of(&checks, Step::RedirectUri);
    assert!(matches!(check.outcome, Outcome::Passed { .. }), "{check}");
}

#[tokio::test]
async fn a_token_endpoint_that_is_none_is_not_taken_for_a_refusal_of_the_client() {
    let server = provider(|_| Reply::new(404, "<h1>Not found</h1>")).await;
    let checks = client(&server).check_up(&Options::default(), |_| {}).await;
    let code = "oauth2/token-answer/wrong-url";
    failed(&checks, Step::ClientAuthentication, code);
}

#[tokio::test]
async fn a_provider_that_speaks_of_something_else_first_tells_nothing_of_the_client() {
    let server = provider(|_| refused("unsupported_grant_type")).await;
    let checks = client(&server).check_up(&Options::default(), |_| {}).await;
    let check = of(&checks, Step::ClientAuthentication);
    assert!(matches!(check.outcome, Outcome::Skipped { .. }), "{check}");
    let grants: Vec<_> = server
        .asked("/token")
        .into_iter()
        .map(|asked| asked.body)
        .collect();
    assert!(
        grants[1].contains("grant_type=authorization_code"),
        "{grants:?}"
    );
}

#[tokio::test]
async fn what_cannot_work_is_said_before_anybody_is_asked() {
    let server = provider(|_| refused("invalid_grant")).await;
    let nobody = OAuth2::issuer(&server.uri);
    let checks = nobody.check_up(&Options::default(), |_| {}).await;
    failed(&checks, Step::Configuration, "setup/invalid");
    let in_clear = OAuth2::issuer("http://id.example").client_id("client");
    let checks = in_clear.check_up(&Options::default(), |_| {}).await;
    failed(&checks, Step::Configuration, "setup/invalid");
    let fragment = client(&server);
    let checks = fragment
        .check_up(&options("https://app.example/cb#x"), |_| {})
        .await;
    failed(&checks, Step::Configuration, "setup/invalid");
    assert!(server.asked("/").is_empty());
    let rest = checks.iter().skip(1);
    assert!(
        rest.map(|check| &check.outcome)
            .all(|outcome| matches!(outcome, Outcome::Skipped { .. }))
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_or_speaks_no_tls() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        for _ in 0..2 {
            drop(listener.accept().unwrap());
        }
    });
    for (issuer, codes) in [
        (format!("http://{address}"), ["network/closed"; 2]),
        (
            format!("https://{address}"),
            ["network/closed", "network/tls"],
        ),
    ] {
        let builder = OAuth2::issuer(issuer).client_id("client");
        let checks = builder.check_up(&Options::default(), |_| {}).await;
        let first = &of(&checks, Step::Network).findings()[0];
        assert!(codes.contains(&first.code), "{first:?}");
    }
    thread.join().unwrap();
}

#[tokio::test]
async fn oauth_1_tells_the_time_and_the_signature_apart() {
    let server =
        Server::begin(|_| Reply::new(401, "oauth_problem=timestamp_refused").with("date", &date()))
            .await;
    let at = |path| Template::parse(&server.at(path)).unwrap();
    let flow = Flow::new(at("/begin"), at("/ask"), at("/token"));
    let builder = OAuth1::consumer("key", SECRET)
        .endpoints(flow)
        .edge(hasty());
    let checks = builder.check_up(&Options::default(), |_| {}).await;
    failed(&checks, Step::Clock, "network/clock");
    failed(
        &checks,
        Step::ClientAuthentication,
        "oauth1/timestamp/refused",
    );
    assert_eq!(server.asked("/begin").len(), 1);
    let slow = of(&checks, Step::Network).took;
    assert!(slow < Duration::from_secs(60));
}
