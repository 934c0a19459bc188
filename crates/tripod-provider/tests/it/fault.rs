//! Faults on demand: what each brings about, and that nobody meets one who did not ask for it.

use axum::body::Body;
use http::Request;
use http::header::AUTHORIZATION;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tripod_provider::config::{Config, Development};
use tripod_provider::fault::Fault;

use crate::fixture::{Answer, CLIENT, Fixture, SECRET, basic, post};
use crate::oauth1;
use crate::oauth2::flow::TOKEN;

mod browsers;
mod jwt;
mod layer;
mod repeated;
mod setup;
mod state;
mod told;
mod wire;

/// Has a provider be one for development, where everything is allowed in alice's name.
fn develop(config: &mut Config) {
    let mut development = Development::default();
    development.auto_approve = Some("alice".to_owned());
    config.development = Some(development);
}

async fn provider() -> Fixture {
    Fixture::with(develop).await
}

/// The same with faults that concern every request.
async fn provider_with(faults: &[&str]) -> Fixture {
    let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
    Fixture::with(|config| {
        develop(config);
        config.development.as_mut().unwrap().faults = faults;
    })
    .await
}

/// A provider with a consumer of OAuth 1, too.
async fn provider_of_both() -> Fixture {
    let fixture = provider().await;
    let consumer = oauth1::consumer(&fixture.provider, oauth1::KEY);
    fixture.add_client(consumer).await;
    fixture
}

/// Has a request ask for a fault.
fn asking(fault: &str, mut request: Request<Body>) -> Request<Body> {
    let headers = request.headers_mut();
    headers.append("x-tripod-fault", fault.parse().unwrap());
    request
}

/// Posts a form as [`CLIENT`], and asks for a fault.
async fn post_asking(fixture: &Fixture, fault: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    let mut request = post(path, form);
    let authorization = basic(CLIENT, SECRET).parse().unwrap();
    request.headers_mut().insert(AUTHORIZATION, authorization);
    fixture.send(asking(fault, request)).await
}

/// Asks for a token of the client's own, and for a fault.
async fn token_asking(fixture: &Fixture, fault: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "read write"),
    ];
    post_asking(fixture, fault, TOKEN, &form).await
}

fn get(path: &str, token: &str) -> Request<Body> {
    Request::get(path)
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header("host", "id.example")
        .body(Body::empty())
        .unwrap()
}

/// Sends a request, and returns what came of the answer before it broke off.
async fn broken(fixture: &Fixture, request: Request<Body>) -> Vec<u8> {
    let answer = fixture.provider.router().oneshot(request).await.unwrap();
    let mut body = answer.into_body();
    let mut read = Vec::new();
    loop {
        match body.frame().await {
            Some(Ok(frame)) => read.extend_from_slice(frame.data_ref().unwrap()),
            Some(Err(_)) => return read,
            None => panic!("the answer is whole: {}", String::from_utf8_lossy(&read)),
        }
    }
}

impl Answer {
    /// Asserts which faults it owes itself to.
    #[track_caller]
    fn assert_fired(&self, faults: &str) {
        let fired = self.header("x-tripod-fault-fired");
        assert_eq!(fired, faults, "{} {}", self.status, self.text());
    }
}
