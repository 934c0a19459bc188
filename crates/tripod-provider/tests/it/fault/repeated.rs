//! A run that is repeated.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::compact::Compact;
use tripod_provider::config::Config;
use tripod_provider::edge::Edge;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::storage::{Memory, Storage};

use super::develop;
use crate::fixture::{ALICE, CLIENT, Fixture, HandClock, confidential, config, user};
use crate::oauth2::flow;

fn provider(seed: &str) -> Provider {
    let edge = Edge::system()
        .dangerous_with_seed(seed)
        .with_clock(|| Timestamp::from_unix(1_700_000_000));
    let sealer = Sealer::new(&Sealer::generate_key(&mut edge.clone())).unwrap();
    let mut config: Config = config();
    develop(&mut config);
    Provider::new(config, Arc::new(Memory::new()), sealer, edge)
}

async fn keys(seed: &str) -> String {
    let request = Request::get("/oauth2/jwks").body(Body::empty()).unwrap();
    let answer = provider(seed).router().oneshot(request).await.unwrap();
    let date = answer.headers().get("date").unwrap();
    assert_eq!(date, "Tue, 14 Nov 2023 22:13:20 GMT");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn a_seed_draws_the_same_keys_again() {
    let (first, again, other) = tokio::join!(keys("a"), keys("a"), keys("b"));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_eq!(first.matches("\"kid\"").count(), 2);
}

/// A provider that repeats, with a client whose ID tokens are signed by ES256.
async fn fixture(seed: &str) -> Fixture {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let clock = HandClock::new();
    let hand = clock.clone();
    let edge = Edge::system()
        .dangerous_with_seed(seed)
        .with_clock(move || hand.now());
    let sealer = Sealer::new(&Sealer::generate_key(&mut edge.clone())).unwrap();
    let provider = Provider::new(config(), Arc::clone(&storage), sealer, edge);
    let fixture = Fixture {
        provider,
        clock,
        storage,
    };
    let mut client = confidential(CLIENT);
    client.metadata.id_token_signed_response_alg = Some("ES256".to_owned());
    fixture.add_client(client).await;
    fixture.add_user(user(ALICE, "alice")).await;
    fixture
}

async fn id_token(fixture: &Fixture) -> String {
    flow::tokens(fixture, "openid").await.member("id_token")
}

/// RFC 6979: such a signature is one like any other to whoever verifies it.
#[tokio::test]
async fn an_id_token_by_es256_is_signed_the_same_again() {
    let fixtures = tokio::join!(fixture("a"), fixture("a"), fixture("b"));
    let first = id_token(&fixtures.0).await;
    assert_eq!(first, id_token(&fixtures.1).await);
    assert_ne!(first, id_token(&fixtures.2).await);

    let provider = &fixtures.0.provider;
    let ring = provider.keys().ring(provider).await.unwrap();
    let compact = Compact::parse(&first).unwrap();
    assert_eq!(compact.header().algorithm(), "ES256");
    compact.verify(ring.key_set()).unwrap();
    let other = &fixtures.2.provider;
    let other = other.keys().ring(other).await.unwrap();
    compact.verify(other.key_set()).unwrap_err();
}

#[tokio::test]
async fn without_a_seed_no_signature_by_es256_comes_twice() {
    let provider = Fixture::new().await.provider;
    let ring = provider.keys().ring(&provider).await.unwrap();
    let key = ring.current(Algorithm::Es256).unwrap();
    let claims = Claims::new().with("sub", "alice");
    let [first, again] = [(); 2].map(|()| key.sign("JWT", &claims).unwrap());
    assert_ne!(first.expose(), again.expose());
}
