//! A service whose tokens a provider elsewhere gives: here another router plays that part.

use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::resource::Resource;
use tripod_provider::edge::Edge;
use tripod_provider::fetcher::{FetchError, Sending, Transport};
use tripod_provider::guard::{RemoteOptions, Verification};

use super::*;
use crate::fixture::HandClock;

const API: &str = "https://api.example";

/// Answers in place of the network, and counts.
#[derive(Debug, Default)]
struct Elsewhere {
    asked: AtomicUsize,
    bodies: Mutex<Vec<String>>,
    /// What is answered; `None` is nothing at all.
    answer: Mutex<Option<(u16, String)>>,
}

impl Elsewhere {
    fn answering(status: u16, body: impl Into<String>) -> Arc<Self> {
        let elsewhere = Self::default();
        elsewhere.answer(status, body);
        Arc::new(elsewhere)
    }

    fn answer(&self, status: u16, body: impl Into<String>) {
        *self.answer.lock().unwrap() = Some((status, body.into()));
    }

    fn go_away(&self) {
        *self.answer.lock().unwrap() = None;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Transport for Elsewhere {
    fn send(&self, request: Request<Bytes>, _: usize) -> Sending<'_> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        self.bodies.lock().unwrap().push(body);
        let answer = self.answer.lock().unwrap().clone();
        let answer = answer.ok_or_else(|| FetchError::unreachable(std::io::Error::other("away")));
        Box::pin(std::future::ready(answer.map(|(status, body)| {
            let answer = Response::builder().status(status);
            let answer = answer.header("content-type", "application/json");
            answer.body(Bytes::from(body)).unwrap()
        })))
    }
}

/// A service, and the clock that its guard reads.
struct Service {
    router: Router,
    clock: HandClock,
}

impl Service {
    fn new(elsewhere: &Arc<Elsewhere>, verification: Verification) -> Self {
        let clock = HandClock::new();
        let hand = clock.clone();
        let edge = Edge::new(move || hand.now(), |octets: &mut [u8]| octets.fill(7));
        let transport: Arc<dyn Transport> = Arc::clone(elsewhere) as _;
        let mut options = RemoteOptions::new(
            Issuer::parse(ISSUER).unwrap(),
            Resource::parse(API).unwrap(),
            API.parse().unwrap(),
            verification,
        );
        options.edge = edge.with_transport(transport);
        let guard = Guard::remote(options).scopes(["read"]).unwrap();
        let router = Router::new().route("/photos", photos().layer(guard));
        Self { router, clock }
    }

    fn introspecting(elsewhere: &Arc<Elsewhere>) -> Self {
        let endpoint = "https://id.example/oauth2/introspect";
        Self::new(
            elsewhere,
            Verification::introspection(endpoint, "api", "secret"),
        )
    }

    fn verifying(elsewhere: &Arc<Elsewhere>) -> Self {
        Self::new(
            elsewhere,
            Verification::jwt("https://id.example/oauth2/jwks"),
        )
    }

    async fn get(&self, token: &str) -> Answer {
        let request = Request::get("/photos").header("authorization", format!("Bearer {token}"));
        send_to(&self.router, request.body(Body::empty()).unwrap()).await
    }

    fn turn(&self, seconds: u64) {
        self.clock.turn(Duration::from_secs(seconds));
    }
}

fn active(members: &str) -> String {
    format!(r#"{{"active":true,"scope":"read","sub":"alice","client_id":"c"{members}}}"#)
}

#[tokio::test]
async fn a_token_is_asked_about_once_in_ten_seconds() {
    let elsewhere = Elsewhere::answering(200, active(""));
    let service = Service::introspecting(&elsewhere);
    for _ in 0..3 {
        let answer = service.get("token").await;
        answer.assert_ok();
        assert_eq!(answer.text(), r#"Some("alice") Bearer"#);
    }
    assert_eq!(elsewhere.asked(), 1);
    assert_eq!(elsewhere.bodies.lock().unwrap()[0], "token=token");
    // What is revoked meanwhile is heard of when the time is over.
    elsewhere.answer(200, r#"{"active":false}"#);
    service.turn(9);
    service.get("token").await.assert_ok();
    service.turn(1);
    service
        .get("token")
        .await
        .assert_error(401, "invalid_token");
    service
        .get("token")
        .await
        .assert_error(401, "invalid_token");
    assert_eq!(elsewhere.asked(), 2);
}

#[tokio::test]
async fn an_answer_is_not_believed_for_longer_than_the_token_lives() {
    let now = HandClock::new().now().as_unix();
    let exp = format!(r#","exp":{}"#, now + 3);
    let elsewhere = Elsewhere::answering(200, active(&exp));
    let service = Service::introspecting(&elsewhere);
    service.get("token").await.assert_ok();
    service.turn(3);
    service
        .get("token")
        .await
        .assert_error(401, "invalid_token");
}

#[tokio::test]
async fn what_the_provider_says_is_checked() {
    for (said, status, code) in [
        (
            active(r#","aud":"https://other.example""#),
            401,
            "invalid_token",
        ),
        (
            active(r#","iss":"https://other.example""#),
            401,
            "invalid_token",
        ),
        (active(r#","nbf":9999999999"#), 401, "invalid_token"),
        (active(r#","cnf":{"jkt":"a"}"#), 401, "invalid_token"),
        (active(r#","cnf":{"unknown":"a"}"#), 401, "invalid_token"),
        (r#"{"active":true}"#.to_owned(), 403, "insufficient_scope"),
        (r#"{"active":false}"#.to_owned(), 401, "invalid_token"),
    ] {
        let service = Service::introspecting(&Elsewhere::answering(200, said.clone()));
        service.get("token").await.assert_error(status, code);
    }
    for said in [
        active(r#","aud":"https://api.example""#),
        active(r#","aud":["https://other.example","https://api.example"]"#),
        active(r#","iss":"https://id.example""#),
    ] {
        let service = Service::introspecting(&Elsewhere::answering(200, said));
        service.get("token").await.assert_ok();
    }
}

/// Whatever goes wrong over there is no fault of the token, and no 500 either.
#[tokio::test]
async fn a_provider_that_cannot_answer_is_waited_for() {
    let elsewhere = Elsewhere::answering(200, "no JSON");
    let service = Service::introspecting(&elsewhere);
    let answers = [
        (200, "no JSON"),
        (200, "{}"),
        (401, r#"{"error":"invalid_client"}"#),
        (500, ""),
        (302, ""),
    ];
    for (status, body) in answers {
        elsewhere.answer(status, body);
        let answer = service.get("token").await;
        answer.assert_error(503, "temporarily_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
    }
    elsewhere.go_away();
    assert_eq!(service.get("token").await.status, 503);
    elsewhere.answer(200, active(""));
    service.get("token").await.assert_ok();
}

#[tokio::test]
async fn made_up_tokens_by_the_thousand_are_asked_about_one_by_one() {
    let elsewhere = Elsewhere::answering(200, r#"{"active":false}"#);
    let service = Service::introspecting(&elsewhere);
    for number in 0..5_000 {
        assert_eq!(service.get(&format!("token-{number}")).await.status, 401);
    }
    assert_eq!(elsewhere.asked(), 5_000);
}

/// Another guard has no secrets to verify signatures with.
#[tokio::test]
async fn signatures_are_not_accepted_far_from_the_secrets() {
    let service = Service::introspecting(&Elsewhere::answering(200, active("")));
    let request = Request::get("/photos").header("authorization", "OAuth oauth_token=\"a\"");
    let answer = send_to(&service.router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 401);
    let schemes: Vec<_> = challenges(&answer)
        .into_iter()
        .map(|it| it.scheme)
        .collect();
    assert_eq!(schemes, [Scheme::Bearer, Scheme::Dpop]);
    assert_eq!(answer.headers.get_all("www-authenticate").iter().count(), 2);
    let metadata = "https://api.example/.well-known/oauth-protected-resource";
    assert!(answer.header("www-authenticate").contains(metadata));
}

#[tokio::test]
async fn a_proof_is_claimed_where_the_service_is() {
    let cnf = format!(r#","cnf":{{"jkt":"{THUMBPRINT}"}}"#);
    let service = Service::introspecting(&Elsewhere::answering(200, active(&cnf)));
    let fixture = Fixture::new().await;
    let token = Secret::from("token");
    let proof = proof(&fixture, "GET", "https://api.example/photos", &token);
    let first = send_to(&service.router, proven("/photos", &token, &proof)).await;
    assert_eq!(first.text(), r#"Some("alice") Dpop"#);
    let again = send_to(&service.router, proven("/photos", &token, &proof)).await;
    again.assert_error(401, "invalid_dpop_proof");
    service.turn(120);
    let again = send_to(&service.router, proven("/photos", &token, &proof)).await;
    again.assert_error(401, "invalid_dpop_proof");
}

/// A token of the provider's, signed by its present key.
async fn jwt(fixture: &Fixture, audience: &str) -> String {
    let provider = &fixture.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    let mut token = tripod_oauth2::access_token::AccessToken::new(
        ISSUER,
        audience,
        "alice",
        "c",
        fixture.now(),
        Duration::from_secs(1_000_000),
        &mut provider.random(),
    );
    token.scope = Some(Scope::parse("read").unwrap());
    let token = token
        .encode(ring.current(Algorithm::Es256).unwrap())
        .unwrap();
    token.expose().to_owned()
}

async fn published(fixture: &Fixture) -> String {
    let provider: &Provider = &fixture.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    ring.jwk_set().to_public_json().to_string()
}

#[tokio::test]
async fn keys_are_fetched_once_in_ten_minutes() {
    let fixture = Fixture::new().await;
    let elsewhere = Elsewhere::answering(200, published(&fixture).await);
    let service = Service::verifying(&elsewhere);
    let token = jwt(&fixture, API).await;
    for _ in 0..3 {
        service.get(&token).await.assert_ok();
    }
    assert_eq!(elsewhere.asked(), 1);
    service.turn(600);
    service.get(&token).await.assert_ok();
    assert_eq!(elsewhere.asked(), 2);
    for refused in [
        jwt(&fixture, "https://other.example").await,
        "opaque".into(),
    ] {
        service
            .get(&refused)
            .await
            .assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_when_it_first_signs() {
    let fixture = Fixture::new().await;
    let elsewhere = Elsewhere::answering(200, r#"{"keys":[]}"#);
    let service = Service::verifying(&elsewhere);
    let token = jwt(&fixture, API).await;
    service.get(&token).await.assert_error(401, "invalid_token");
    elsewhere.answer(200, published(&fixture).await);
    // Not at once: made-up tokens would have it fetched for each of them.
    for _ in 0..10 {
        service.get(&token).await.assert_error(401, "invalid_token");
    }
    assert_eq!(elsewhere.asked(), 1);
    service.turn(30);
    service.get(&token).await.assert_ok();
    assert_eq!(elsewhere.asked(), 2);
}

#[tokio::test]
async fn an_outage_is_survived_for_a_day() {
    let fixture = Fixture::new().await;
    let elsewhere = Elsewhere::answering(200, published(&fixture).await);
    let service = Service::verifying(&elsewhere);
    let token = jwt(&fixture, API).await;
    service.get(&token).await.assert_ok();
    elsewhere.go_away();
    for _ in 0..23 {
        service.turn(3600);
        service.get(&token).await.assert_ok();
    }
    service.turn(3600);
    let answer = service.get(&token).await;
    answer.assert_error(503, "temporarily_unavailable");
    let asked = elsewhere.asked();
    assert_eq!(service.get(&token).await.status, 503);
    assert_eq!(
        elsewhere.asked(),
        asked,
        "a server that is down is not stormed"
    );
    elsewhere.answer(200, published(&fixture).await);
    service.turn(30);
    service.get(&token).await.assert_ok();
}

#[tokio::test]
async fn without_any_keys_nobody_is_refused_but_put_off() {
    let fixture = Fixture::new().await;
    let token = jwt(&fixture, API).await;
    for (status, body) in [(500, ""), (404, ""), (200, "no JSON"), (200, "[]")] {
        let service = Service::verifying(&Elsewhere::answering(status, body));
        assert_eq!(
            service.get(&token).await.status,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}
