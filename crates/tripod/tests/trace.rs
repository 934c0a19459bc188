//! What a trace keeps, what an error brings along, and that neither shows a secret.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use tripod::error::{Error, Failure};
use tripod::http::{Http, Options};
use tripod::login::{Browser, Paste};
use tripod::preset::{Flow, Template};
use tripod::provider::Provider;
use tripod::session::Session;
use tripod::trace::Trace;
use tripod::{OAuth1, OAuth2};
use tripod_core::secret::Secret;
use tripod_doctor::evidence::{Evidence, Exchange, Kind};
use tripod_doctor::known::Known;

#[expect(dead_code, reason = "the tests of sessions use more of it")]
#[path = "session/server.rs"]
mod server;

use server::{Asked, Reply, Server};

const TOKEN: &str = "sentinel-access-token";
const REFRESH: &str = "sentinel-refresh-token";
const CODE: &str = "sentinel-authorization-code";

fn provider(asked: &Asked) -> Reply {
    match asked.target.split('?').next().unwrap() {
        "/token" if asked.body.contains("code=wrong") => {
            Reply::new(400, r#"{"error":"invalid_grant"}"#)
        }
        "/token" => Reply::new(
            200,
            format!(
                r#"{{"access_token":"{TOKEN}","token_type":"Bearer","refresh_token":"{REFRESH}"}}"#
            ),
        ),
        "/long" => Reply::new(200, "long ".repeat(4096)),
        "/moved" => Reply::new(302, "").with("location", "/api"),
        "/request_token" => Reply::new(
            200,
            "oauth_token=temporary&oauth_token_secret=sentinel-temporary&oauth_callback_confirmed=true",
        ),
        "/access_token" => Reply::new(401, "oauth_problem=verifier_invalid"),
        _ => Reply::new(200, "fine"),
    }
}

/// A login whose user pastes what they come back with.
fn returning(code: &'static str) -> Paste {
    Paste::new(move |uri| {
        let (_, state) = uri.split_once("state=").unwrap();
        let state = state.split('&').next().unwrap();
        Ok(format!(
            "http://127.0.0.1/callback?code={code}&state={state}"
        ))
    })
}

fn builder(server: &Server) -> OAuth2 {
    let provider = Provider::at(&server.at("/token")).unwrap();
    let provider = provider.with_authorization_endpoint(&server.at("/authorize"));
    let builder = OAuth2::endpoints(provider.unwrap()).client_id("client");
    builder.client_secret("sentinel-client-secret")
}

fn oauth1(server: &Server) -> OAuth1 {
    let at = |path| Template::parse(&server.at(path)).unwrap();
    let flow = Flow::new(at("/request_token"), at("/authorize"), at("/access_token"));
    OAuth1::consumer("key", "sentinel-consumer-secret").endpoints(flow)
}

/// Method, path and status of each.
fn outline(exchanges: &[Exchange]) -> Vec<String> {
    let line = |exchange: &Exchange| {
        let request = exchange.request.as_ref().unwrap();
        let uri = request.uri.as_ref().unwrap().expose();
        let path = uri.split('?').next().unwrap().rsplit('/').next().unwrap();
        let status = exchange.response.as_ref().and_then(|answer| answer.status);
        let status = status.map_or(String::new(), |status| format!(" {status}"));
        format!("{} {path}{status}", request.method.as_ref().unwrap())
    };
    exchanges.iter().map(line).collect()
}

fn body(exchange: &Exchange) -> &str {
    let answer = exchange.response.as_ref().unwrap();
    answer.body.as_ref().map_or("", Secret::expose)
}

#[tokio::test]
async fn a_login_and_its_calls_are_kept_as_they_were_sent() {
    let server = Server::begin(provider).await;
    let trace = Trace::new();
    let login = builder(&server).trace(trace.clone()).login(returning(CODE));
    let session = login.await.unwrap();
    let answer = session.get(server.at("/moved")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "fine");
    let exchanges = trace.exchanges();
    assert_eq!(
        outline(&exchanges),
        [
            "GET authorize",
            "GET callback",
            "POST token 200",
            "GET moved 302",
            "GET api 200"
        ]
    );
    let asked = exchanges[2].request.as_ref().unwrap();
    assert!(asked.body.as_ref().unwrap().expose().contains(CODE));
    let asked = exchanges[4].request.as_ref().unwrap();
    let mut headers = asked.headers.iter();
    let header = headers.find(|header| header.name == "authorization");
    assert_eq!(header.unwrap().value.expose(), format!("Bearer {TOKEN}"));
    assert_eq!(body(&exchanges[4]), "fine");
}

#[tokio::test]
async fn an_answer_is_not_read_ahead_of_its_reader_and_kept_in_part() {
    let server = Server::begin(provider).await;
    let trace = Trace::new();
    let http = Http::new(&Options::default()).unwrap();
    let authorizer = OAuth1::consumer("key", "secret").session().unwrap();
    let session = Session::new(http.traced(trace.clone()), authorizer.authorizer().clone());
    let answer = session.get(server.at("/long")).send().await.unwrap();
    assert_eq!(body(&trace.exchanges()[0]), "");
    assert_eq!(answer.content_length(), Some(5 * 4096));
    assert_eq!(answer.url().path(), "/long");
    assert_eq!(answer.text().await.unwrap().len(), 5 * 4096);
    let kept = trace.exchanges();
    assert_eq!(body(&kept[0]).len(), 4096);
    assert!(body(&kept[0]).starts_with("long long "));
}

#[tokio::test]
async fn the_oldest_is_forgotten_first() {
    let server = Server::begin(provider).await;
    let trace = Trace::of_last(2);
    let builder = OAuth1::consumer("key", "secret").trace(trace.clone());
    let session = builder.session().unwrap();
    for path in ["/a", "/b", "/c"] {
        session.get(server.at(path)).send().await.unwrap();
    }
    assert_eq!(outline(&trace.exchanges()), ["GET b 200", "GET c 200"]);
    trace.clear();
    assert!(trace.exchanges().is_empty());
}

#[tokio::test]
async fn an_error_brings_its_login_along() {
    let server = Server::begin(provider).await;
    let login = builder(&server).login(returning("wrong"));
    let error = login.await.unwrap_err();
    assert_eq!(
        outline(error.exchanges()),
        ["GET authorize", "GET callback", "POST token 400"]
    );
    // What findings quote is called by where it went.
    let answer = error.exchanges()[2].response.as_ref().unwrap();
    assert_eq!(answer.place.to_string(), "POST /token, answer");
    let typed = Paste::new(|_| Ok("sentinel-verifier".to_owned()));
    let error = oauth1(&server).login(typed).await.unwrap_err();
    assert_eq!(
        outline(error.exchanges()),
        [
            "POST request_token 200",
            "GET authorize",
            "POST access_token 401"
        ]
    );
    let closed = Browser::with(|_| Ok(())).patience(std::time::Duration::from_millis(10));
    let error = oauth1(&server).login(closed).await.unwrap_err();
    assert!(matches!(error.failure(), Failure::Abandoned { .. }));
    assert_eq!(
        outline(error.exchanges()),
        ["POST request_token 200", "GET authorize"]
    );
}

#[tokio::test]
async fn an_error_brings_the_call_along_that_failed() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/api?token=sentinel", nobody.local_addr().unwrap());
    drop(nobody);
    let session = OAuth1::consumer("key", "secret").session().unwrap();
    let error = session.get(&uri).send().await.unwrap_err();
    assert_eq!(outline(error.exchanges()), ["GET api"]);
    assert!(!format!("{error} {error:?}").contains("sentinel"));

    let builder = OAuth2::issuer(uri.split("/api").next().unwrap());
    let error = builder.client_id("c").client_credentials().await;
    let error: Error = error.unwrap_err();
    assert_eq!(
        outline(error.exchanges()),
        ["GET oauth-authorization-server"]
    );
}

#[tokio::test]
async fn no_secret_is_shown_and_the_doctor_reads_what_is() {
    let server = Server::begin(provider).await;
    let trace = Trace::new();
    let login = builder(&server).trace(trace.clone()).login(returning(CODE));
    let session = login.await.unwrap();
    session.get(server.at("/api")).send().await.unwrap();
    let login = oauth1(&server).trace(trace.clone());
    let typed = Paste::new(|_| Ok("sentinel-verifier".to_owned()));
    let error = login.login(typed).await.unwrap_err();
    let written = Evidence::of_exchanges(trace.exchanges(), Known::default());
    let written = written.to_json().to_string();
    for shown in [format!("{trace:?} {error:?} {error}"), written.clone()] {
        assert!(!shown.contains("sentinel-"), "{shown}");
    }
    let read = Evidence::read(written.as_bytes(), Known::default());
    assert_eq!(read.kind, Kind::Trace);
    assert_eq!(outline(&read.exchanges), outline(&trace.exchanges()));
}
