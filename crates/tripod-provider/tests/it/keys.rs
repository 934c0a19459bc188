use std::sync::Arc;
use std::time::Duration;

use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::compact::Compact;
use tripod_provider::keys::KeyRing;
use tripod_provider::storage::{EventQuery, Memory, Storage};

use crate::fixture::{Fixture, HandClock, config};

const DAY: u64 = 24 * 60 * 60;

async fn ring(node: &Fixture) -> Arc<KeyRing> {
    node.provider.keys().ring(&node.provider).await.unwrap()
}

fn id(ring: &KeyRing, algorithm: Algorithm) -> String {
    ring.current(algorithm).unwrap().id().unwrap().to_owned()
}

fn published(ring: &KeyRing) -> Vec<String> {
    let keys = ring.jwk_set().keys.iter();
    keys.map(|key| key.id.clone().unwrap()).collect()
}

#[tokio::test]
async fn there_is_a_key_for_each_algorithm_and_it_is_published() {
    let node = Fixture::empty(Arc::new(Memory::new()), |_| {});
    let ring = ring(&node).await;
    assert_eq!(ring.jwk_set().keys.len(), 2);
    for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
        let key = ring.current(algorithm).unwrap();
        let token = key.sign("JWT", &Claims::new().with("sub", "a")).unwrap();
        let compact = Compact::parse(token.expose()).unwrap();
        assert!(compact.verify(ring.key_set()).is_ok(), "{algorithm}");
    }
    assert!(ring.current(Algorithm::Hs256).is_none());
    let json = ring.jwk_set().to_public_json();
    for key in json["keys"].as_array().unwrap() {
        assert!(key["d"].is_null() && key["p"].is_null() && key["k"].is_null());
        assert_eq!(key["use"], "sig");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_agree_on_the_first_keys() {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let clock = HandClock::new();
    let nodes: Vec<_> = (0..4)
        .map(|seed| Fixture::node(config(), Arc::clone(&storage), clock.clone(), seed))
        .collect();
    let tasks = nodes.iter().cloned();
    let tasks: Vec<_> = tasks
        .map(|node| tokio::spawn(async move { ring(&node).await }))
        .collect();
    let mut rings = Vec::new();
    for task in tasks {
        rings.push(task.await.unwrap());
    }
    for ring in &rings {
        assert_eq!(published(ring), published(&rings[0]));
        assert_eq!(id(ring, Algorithm::Rs256), id(&rings[0], Algorithm::Rs256));
        assert_eq!(ring.jwk_set().keys.len(), 2);
    }
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after() {
    let node = Fixture::empty(Arc::new(Memory::new()), |_| {});
    let first = id(&*ring(&node).await, Algorithm::Es256);
    node.turn(89 * DAY);
    let before = ring(&node).await;
    assert_eq!(id(&before, Algorithm::Es256), first);
    assert_eq!(before.jwk_set().keys.len(), 4);
    node.turn(DAY);
    let rotated = ring(&node).await;
    let second = id(&rotated, Algorithm::Es256);
    assert_ne!(second, first);
    assert!(published(&before).contains(&second));
    assert!(published(&rotated).contains(&first));
    node.turn(14 * DAY);
    assert!(!published(&*ring(&node).await).contains(&first));
}

#[tokio::test]
async fn a_key_is_rotated_on_command() {
    let node = Fixture::empty(Arc::new(Memory::new()), |_| {});
    let first = ring(&node).await;
    let keys = node.provider.keys();
    keys.rotate(&node.provider, Algorithm::Rs256).await.unwrap();
    let second = ring(&node).await;
    assert_ne!(id(&first, Algorithm::Rs256), id(&second, Algorithm::Rs256));
    assert_eq!(id(&first, Algorithm::Es256), id(&second, Algorithm::Es256));
    assert!(published(&second).contains(&id(&first, Algorithm::Rs256)));
    let events = node.provider.store().events(EventQuery::default()).await;
    let events = events.unwrap();
    assert!(events.iter().all(|it| it.event.name == "key_rotated"));
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn another_node_learns_of_a_rotation_within_seconds() {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let clock = HandClock::new();
    let node = |seed| Fixture::node(config(), Arc::clone(&storage), clock.clone(), seed);
    let (one, other) = (node(1), node(2));
    let before = id(&*ring(&other).await, Algorithm::Es256);
    let keys = one.provider.keys();
    keys.rotate(&one.provider, Algorithm::Es256).await.unwrap();
    clock.turn(Duration::from_secs(10));
    let after = id(&*ring(&other).await, Algorithm::Es256);
    assert_ne!(before, after);
    assert_eq!(after, id(&*ring(&one).await, Algorithm::Es256));
}

#[tokio::test]
async fn keys_without_their_server_key_are_an_error_and_not_a_panic() {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let node = Fixture::empty(Arc::clone(&storage), |_| {});
    ring(&node).await;
    let mut config = config();
    config.name = "another".to_owned();
    let key = tripod_provider::seal::Sealer::generate_key(&mut |octets: &mut [u8]| octets.fill(8));
    let sealer = tripod_provider::seal::Sealer::new(&key).unwrap();
    let edge = tripod_provider::edge::Edge::system();
    let other = tripod_provider::provider::Provider::new(config, storage, sealer, edge);
    assert!(other.keys().ring(&other).await.is_err());
}
