//! A run that is repeated.

use std::sync::Arc;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use tripod_core::timestamp::Timestamp;
use tripod_provider::config::Config;
use tripod_provider::edge::Edge;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::storage::Memory;

use super::develop;
use crate::fixture::config;

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
