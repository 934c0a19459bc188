//! The steps of a login, without any socket; and the drivers where only they can go wrong.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use http::Response;
use tripod::client::Registration;
use tripod::edge::Edge;
use tripod::error::{Advice, Error, Failure};
use tripod::login::Browser;
use tripod::login::authorization_code::{Asking, Options};
use tripod::login::oauth1::{Beginning, Consumer};
use tripod::preset::{self, Flow, Template};
use tripod::provider::Provider;
use tripod::{OAuth1, OAuth2};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::authorization::CallbackError;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::temporary_credentials::Callback;
use tripod_oauth2::error::{self as oauth2, Mismatch};
use tripod_oauth2::metadata::{Issuer, ServerMetadata};
use tripod_oauth2::scope::Scope;

#[expect(dead_code, reason = "the tests of sessions use more of it")]
#[path = "session/server.rs"]
mod server;

use server::{Reply, Server};

const CALLBACK: &str = "http://127.0.0.1:5000/callback";
const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn edge() -> Edge {
    Edge::new(|| NOW, |octets| octets.fill(0xab))
}

/// What [`edge`] draws as state.
fn state() -> String {
    "ab".repeat(32)
}

fn provider() -> Provider {
    let mut metadata = ServerMetadata::new(&Issuer::parse("https://id.example").unwrap());
    metadata.authorization_endpoint = Some("https://id.example/authorize".to_owned());
    metadata.token_endpoint = Some("https://id.example/token".to_owned());
    metadata.authorization_response_iss_parameter_supported = true;
    Provider::of_metadata(metadata).unwrap()
}

fn asking(scope: &str) -> Asking {
    let registration = Registration::new("client", provider());
    let mut options = Options::default();
    options.scope = Some(Scope::parse(scope).unwrap());
    Asking::begin(&registration, CALLBACK, &options, &mut edge()).unwrap()
}

fn query(uri: &str) -> Parameters {
    Parameters::parse(uri.split_once('?').unwrap().1.as_bytes()).unwrap()
}

fn mismatch(error: &Error) -> &Mismatch {
    match error.failure() {
        Failure::OAuth2(oauth2::Error::Mismatch(mismatch)) => mismatch,
        other => panic!("{other}"),
    }
}

#[test]
fn a_request_has_all_that_protects_it() {
    let uri = asking("read openid").uri(&provider()).unwrap();
    assert!(uri.starts_with("https://id.example/authorize?"));
    let query = query(&uri);
    let single = |name: &str| query.single(name).unwrap().map(str::to_owned);
    assert_eq!(single("state"), Some(state()));
    assert_eq!(single("nonce"), Some(state()));
    assert_eq!(single("redirect_uri").as_deref(), Some(CALLBACK));
    assert_eq!(single("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(single("code_challenge").unwrap().len(), 43);
    let plain = asking("read").uri(&provider()).unwrap();
    assert!(!plain.contains("nonce="));
}

#[test]
fn a_code_comes_with_its_state_and_its_issuer() {
    let good = format!(
        "{CALLBACK}?code=c&state={}&iss=https%3A%2F%2Fid.example",
        state()
    );
    assert!(asking("read").is_answer(&good));
    let (request, _) = asking("read").answered(&good).unwrap().into_request();
    let form = request.encode();
    assert_eq!(form.single("code").unwrap(), Some("c"));
    assert_eq!(form.single("redirect_uri").unwrap(), Some(CALLBACK));
    assert_eq!(form.single("code_verifier").unwrap().unwrap().len(), 43);
}

#[test]
fn what_belongs_to_another_login_is_no_answer() {
    for stray in [
        format!("{CALLBACK}?code=c&state=other&iss=https%3A%2F%2Fid.example"),
        format!("{CALLBACK}?code=c&iss=https%3A%2F%2Fid.example"),
        format!("{CALLBACK}?code=c&code=d&state={}", state()),
        format!("{CALLBACK}?state={}&iss=https%3A%2F%2Fid.example", state()),
        CALLBACK.to_owned(),
        "nonsense".to_owned(),
    ] {
        assert!(!asking("read").is_answer(&stray), "{stray}");
        assert!(asking("read").answered(&stray).is_err(), "{stray}");
    }
}

#[test]
fn another_issuer_ends_the_login() {
    for iss in ["&iss=https%3A%2F%2Fevil.example", ""] {
        let callback = format!("{CALLBACK}?code=c&state={}{iss}", state());
        assert!(asking("read").is_answer(&callback));
        let error = asking("read").answered(&callback).unwrap_err();
        assert_eq!(*mismatch(&error), Mismatch::Issuer);
        assert!(!error.to_string().contains("code=c"));
    }
}

#[test]
fn a_refusal_says_what_the_provider_says() {
    let callback = format!(
        "{CALLBACK}?error=access_denied&error_description=no&state={}&iss=https%3A%2F%2Fid.example",
        state()
    );
    assert!(asking("read").is_answer(&callback));
    let error = asking("read").answered(&callback).unwrap_err();
    assert_eq!(error.oauth_error().unwrap().code.as_str(), "access_denied");
    assert_eq!(error.advice(), Advice::LogIn);
}

fn consumer() -> Consumer {
    let template = |uri: &str| Template::parse(uri).unwrap();
    let mut dialect = preset::OAuth1::new(SignatureMethod::HmacSha256);
    dialect.flow = Some(Flow::new(
        template("https://photos.example/initiate"),
        template("https://photos.example/authorize"),
        template("https://photos.example/token"),
    ));
    Consumer::new(Credentials::new("key", "secret"), dialect)
}

fn temporary(body: &'static str, status: u16) -> Response<&'static [u8]> {
    let mut response = Response::new(body.as_bytes());
    *response.status_mut() = status.try_into().unwrap();
    response
}

const TEMPORARY: &str = "oauth_token=t&oauth_token_secret=ts&oauth_callback_confirmed=true";

fn beginning() -> Beginning {
    Beginning::new(consumer(), Callback::Uri(CALLBACK.to_owned()))
}

#[test]
fn the_three_steps_of_oauth_1_lead_to_a_token() {
    let request = beginning().request(NOW, &mut edge()).unwrap();
    let header = request.headers()["authorization"].to_str().unwrap();
    assert!(header.contains("oauth_callback="), "{header}");
    assert!(!header.contains("oauth_token="), "{header}");
    let asking = beginning().answered(&temporary(TEMPORARY, 200)).unwrap();
    assert_eq!(
        asking.uri().unwrap(),
        "https://photos.example/authorize?oauth_token=t"
    );
    let back = format!("{CALLBACK}?oauth_token=t&oauth_verifier=v");
    assert!(asking.is_answer(&back));
    let redeeming = asking.answered(&back).unwrap();
    let (request, awaiting) = redeeming.into_request(NOW, &mut edge()).unwrap();
    let header = request.headers()["authorization"].to_str().unwrap();
    assert!(header.contains("oauth_verifier=\"v\""), "{header}");
    let answer = temporary("oauth_token=access&oauth_token_secret=s", 200);
    let token = awaiting.answered(&answer).unwrap();
    assert_eq!(token.credentials.identifier, "access");
}

#[test]
fn oauth_1_is_refused_step_by_step() {
    let unconfirmed = temporary("oauth_token=t&oauth_token_secret=ts", 200);
    assert!(beginning().answered(&unconfirmed).is_err());
    let refused = temporary("oauth_problem=consumer_key_unknown", 401);
    let error = beginning().answered(&refused).unwrap_err();
    assert_eq!(
        error.oauth_problem().unwrap().code.as_str(),
        "consumer_key_unknown"
    );
    let asking = || beginning().answered(&temporary(TEMPORARY, 200)).unwrap();
    let stray = format!("{CALLBACK}?oauth_token=other&oauth_verifier=v");
    assert!(!asking().is_answer(&stray));
    let error = asking().answered(&stray).unwrap_err();
    assert!(matches!(
        error.failure(),
        Failure::Callback(CallbackError::OtherToken)
    ));
    let denied = format!("{CALLBACK}?denied=t");
    assert!(asking().is_answer(&denied));
    let error = asking().answered(&denied).unwrap_err();
    assert!(matches!(
        error.failure(),
        Failure::Callback(CallbackError::Denied { .. })
    ));
}

/// Brings a browser back by itself, to wherever a test says.
fn returning(change: impl Fn(&str, &str) -> String + Send + Sync + 'static) -> Browser {
    Browser::with(move |uri| {
        let query = query(uri);
        let redirect_uri = query.single("redirect_uri").unwrap().unwrap();
        let target = change(redirect_uri, query.single("state").unwrap().unwrap());
        std::thread::spawn(move || {
            let host = target.split('/').nth(2).unwrap().to_owned();
            let path = target.splitn(4, '/').nth(3).unwrap().to_owned();
            let mut stream = std::net::TcpStream::connect(&host).unwrap();
            let head = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
            std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
            let mut page = String::new();
            let _ = std::io::Read::read_to_string(&mut stream, &mut page);
        });
        Ok(())
    })
}

async fn token_endpoint(body: &'static str, status: u16) -> (Server, OAuth2) {
    let server = Server::begin(move |_| Reply::new(status, body)).await;
    let provider = Provider::at(&server.at("/token")).unwrap();
    let provider = provider.with_authorization_endpoint(&server.at("/authorize"));
    let builder = OAuth2::endpoints(provider.unwrap()).client_id("client");
    (server, builder)
}

#[tokio::test]
async fn a_code_is_sent_once_whatever_happens() {
    for (body, status) in [
        ("out of order", 500),
        (r#"{"error":"invalid_grant"}"#, 400),
        ("<html>", 200),
        ("", 503),
    ] {
        let (server, builder) = token_endpoint(body, status).await;
        let browser = returning(|uri, state| format!("{uri}?code=c&state={state}"));
        let error = builder.login(browser).await.unwrap_err();
        assert!(matches!(error.failure(), Failure::OAuth2(_)), "{error}");
        assert_eq!(server.asked("/token").len(), 1, "{body}");
    }
}

#[tokio::test]
async fn an_id_token_that_does_not_come_ends_the_login() {
    let body = r#"{"access_token":"t","token_type":"Bearer"}"#;
    let (_server, builder) = token_endpoint(body, 200).await;
    let browser = returning(|uri, state| format!("{uri}?code=c&state={state}"));
    let error = builder.scopes(["openid"]).login(browser).await.unwrap_err();
    assert!(error.to_string().contains("no ID token"), "{error}");
}

#[tokio::test]
async fn a_token_that_was_to_be_bound_and_is_not_is_refused() {
    let body = r#"{"access_token":"t","token_type":"Bearer"}"#;
    let (_server, builder) = token_endpoint(body, 200).await;
    let browser = returning(|uri, state| format!("{uri}?code=c&state={state}"));
    let error = builder.dpop().login(browser).await.unwrap_err();
    assert!(error.to_string().contains("did not bind"), "{error}");
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_was_said() {
    let (server, builder) = token_endpoint("", 500).await;
    let browser = returning(|uri, _| format!("{uri}?code=c&state=guessed"));
    let browser = browser.patience(std::time::Duration::from_millis(300));
    let error = builder.login(browser).await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Abandoned { .. }));
    assert_eq!(server.asked("/token").len(), 0);
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_believed() {
    let server = Server::begin(|_| {
        Reply::new(
            200,
            r#"{"issuer":"https://evil.example","token_endpoint":"https://evil.example/token"}"#,
        )
    })
    .await;
    let builder = OAuth2::issuer(&server.uri).client_id("client");
    let error = builder.client_credentials().await.unwrap_err();
    assert_eq!(*mismatch(&error), Mismatch::Issuer);
}

#[tokio::test]
async fn a_builder_says_what_is_wrong() {
    let unknown = OAuth2::provider("githb").unwrap_err();
    assert!(unknown.nearest.contains(&"github".to_owned()));
    let error = OAuth2::provider("shopify").unwrap().session().await;
    assert!(matches!(error.unwrap_err().failure(), Failure::Variable(_)));
    let error = OAuth2::provider("trello").unwrap().session().await;
    assert!(matches!(
        error.unwrap_err().failure(),
        Failure::Unsupported { .. }
    ));
    let error = OAuth2::provider("github").unwrap().session().await;
    assert_eq!(error.unwrap_err().advice(), Advice::LogIn);
    let builder = OAuth1::consumer("k", "s").realm("a\nb");
    assert!(matches!(
        builder.session().unwrap_err().failure(),
        Failure::Sign(_)
    ));
}
