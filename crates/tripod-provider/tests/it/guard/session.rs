//! A session of the client, as a layer right in front of the guard: both halves in one process.

use tower::{Layer as _, Service as _};
use tripod::authorizer::{self, Dpop};
use tripod::client::{Client, Registration};
use tripod::edge::Edge;
use tripod::http::{Http, Options};
use tripod::session::Session;
use tripod::tokens::{Keeper, Renewal};
use tripod_oauth2::token::{TokenResponse, TokenType};
use tripod_oauth2::token_set::TokenSet;
use tripod_provider::config::DpopNonce;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

use super::*;

/// Time as the provider has it but for these seconds, and chance of its own.
fn edge(fixture: &Fixture, behind: i64) -> Edge {
    let clock = fixture.clock.clone();
    let now = move || Timestamp::from_unix(clock.now().as_unix() - behind);
    let drawn = AtomicUsize::new(1);
    Edge::new(now, move |octets| {
        let mut drawn = drawn.fetch_add(1, Ordering::SeqCst);
        octets.fill_with(|| {
            drawn = drawn
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            drawn.to_be_bytes()[0]
        });
    })
}

async fn oauth1(fixture: &Fixture, behind: i64) -> Session {
    let token = oauth1::token(fixture).await;
    let consumer = Signing::new().client;
    let builder = tripod::OAuth1::consumer(consumer.identifier, consumer.secret);
    let builder = builder.token(token.identifier, token.secret);
    builder.edge(edge(fixture, behind)).session().unwrap()
}

async fn oauth2(
    fixture: &Fixture,
    token: Secret,
    token_type: TokenType,
    dpop: Option<Dpop>,
) -> Session {
    let provider = tripod::provider::Provider::at("https://id.example/oauth2/token").unwrap();
    let http = Http::new(&Options::default()).unwrap();
    let client = Registration::new(CLIENT, provider);
    let client = Client::new(client, http.clone(), edge(fixture, 0));
    let (vault, key) = (Vault::memory(), Key::parse("profile").unwrap());
    let keeper = Keeper::new(client, dpop, vault, key, Renewal::RefreshToken);
    let response = TokenResponse::new(token, token_type);
    let tokens = TokenSet::new(response, None, fixture.now());
    keeper.put(&tokens).await.unwrap();
    Session::new(http, authorizer::OAuth2::new(keeper))
}

/// Calls the sample API, and counts how often it was asked.
async fn call(fixture: &Fixture, session: &Session, request: Request<Body>) -> (Answer, usize) {
    let (router, count) = (fixture.provider.router(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    let service = tower::service_fn(move |request| {
        counted.fetch_add(1, Ordering::SeqCst);
        router.clone().oneshot(request)
    });
    let answer = session.layer(service).call(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let answer = Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    };
    (answer, count.load(Ordering::SeqCst))
}

fn get_me() -> Request<Body> {
    let uri = format!("{ISSUER}/api/me?a=%20&b=%2B&a=1");
    Request::get(uri).body(Body::empty()).unwrap()
}

fn post_form() -> Request<Body> {
    Request::post(format!("{ISSUER}/api/echo"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("a=1&b=%20+&a="))
        .unwrap()
}

#[tokio::test]
async fn what_the_layer_signs_the_guard_accepts() {
    let fixture = oauth1::ready().await;
    let session = oauth1(&fixture, 0).await;
    for request in [get_me(), post_form()] {
        let (answer, count) = call(&fixture, &session, request).await;
        answer.assert_ok();
        assert_eq!(count, 1);
    }
}

#[tokio::test]
async fn a_clock_an_hour_off_is_mended_once() {
    let fixture = oauth1::ready().await;
    let session = oauth1(&fixture, 3600).await;
    let (answer, count) = call(&fixture, &session, post_form()).await;
    answer.assert_ok();
    assert_eq!(count, 2, "refused, and signed by the clock of the provider");
    let (answer, count) = call(&fixture, &session, get_me()).await;
    answer.assert_ok();
    assert_eq!(count, 1, "it stays learnt");
}

#[tokio::test]
async fn a_signature_that_is_refused_keeps_its_answer() {
    let fixture = oauth1::ready().await;
    let consumer = Signing::new().client;
    let builder = tripod::OAuth1::consumer(consumer.identifier, consumer.secret);
    let builder = builder.token("unknown", "secret").edge(edge(&fixture, 0));
    let session = builder.session().unwrap();
    let (answer, count) = call(&fixture, &session, get_me()).await;
    assert_eq!((answer.status.as_u16(), count), (401, 1));
    let told = String::from_utf8_lossy(&answer.body);
    assert!(told.contains("oauth_problem=signature_invalid"), "{told}");
}

#[tokio::test]
async fn a_bearer_token_is_shown_to_the_guard() {
    let fixture = Fixture::new().await;
    let token = issue(&fixture, |_| {}).await;
    let session = oauth2(&fixture, token, TokenType::Bearer, None).await;
    let (answer, count) = call(&fixture, &session, get_me()).await;
    answer.assert_ok();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_proof_is_given_again_with_the_nonce_that_the_guard_demands() {
    let fixture = Fixture::with(|config| config.dpop_nonce = DpopNonce::Required).await;
    let dpop = Dpop::generate(&edge(&fixture, 0)).unwrap().0;
    let thumbprint = dpop.thumbprint();
    let token = issue(&fixture, |token| token.jkt = thumbprint).await;
    let session = oauth2(&fixture, token, TokenType::Dpop, Some(dpop)).await;
    for due in [2, 1] {
        let (answer, count) = call(&fixture, &session, get_me()).await;
        answer.assert_ok();
        assert_eq!(count, due);
    }
}
