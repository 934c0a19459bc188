//! What PostgreSQL does with several nodes, and without its server.

use std::time::Duration;

use tripod_provider::storage::{Error, Kind, Op, OpenError, open};

use crate::backend::Schema;
use crate::records::{Does as _, NOW, batch, claim, record};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_nodes_start_at_once() {
    let Some(schema) = Schema::create().await else {
        return;
    };
    let mut nodes = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = schema.url.clone();
        nodes.spawn(async move {
            let storage = open(&url).await.unwrap();
            let mut won = 0;
            for n in 0..25 {
                won += usize::from(storage.does([claim(&n.to_string())]).await.is_ok());
            }
            won
        });
    }
    let won: usize = nodes.join_all().await.into_iter().sum();
    assert_eq!(won, 25);
    schema.remove().await;
}

#[tokio::test]
async fn tables_of_a_newer_tripod_are_refused() {
    let Some(schema) = Schema::create().await else {
        return;
    };
    drop(open(&schema.url).await.unwrap());
    schema.sql("INSERT INTO tripod_schema VALUES (99)").await;
    let refused = open(&schema.url).await.unwrap_err();
    assert!(
        matches!(refused, OpenError::Newer { found: 99, .. }),
        "{refused:?}"
    );
    schema.remove().await;
}

#[tokio::test]
async fn a_server_that_drops_connections_is_used_again() {
    let Some(schema) = Schema::create().await else {
        return;
    };
    let one = record(Kind::User, "one");
    let storage = open(&schema.url).await.unwrap();
    storage.does([Op::Insert(one.clone())]).await.unwrap();
    for round in 0..3 {
        schema.drop_connections().await;
        let mut answered = false;
        for _ in 0..10 {
            match storage.apply(batch([claim(&round.to_string())]), NOW).await {
                Ok(outcome) => {
                    outcome.unwrap();
                    answered = true;
                    break;
                }
                Err(Error::Unavailable { .. }) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(other) => panic!("{other}"),
            }
        }
        assert!(answered, "it never came back");
        assert!(storage.holds(&one).await);
    }
    schema.remove().await;
}

#[tokio::test]
async fn a_server_that_is_away_is_told() {
    // Nobody listens on port 1.
    let refused = open("postgres://nobody:hunter2@127.0.0.1:1/none")
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        OpenError::Storage(Error::Unavailable { .. })
    ));
    assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
}
