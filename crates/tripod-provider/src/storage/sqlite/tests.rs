use std::sync::Arc;

use tripod_core::timestamp::Timestamp;

use super::*;
use crate::storage::{Index, Op};

const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

fn record(n: u32) -> Record {
    let name = n.to_string();
    Record {
        kind: Kind::AccessToken,
        handle: Handle::of_names([name.as_str()]),
        index: Index {
            client: Some("c".to_owned()),
            ..Index::default()
        },
        expires: Some(Timestamp::from_unix(1_700_000_600)),
        version: 0,
        body: vec![b'x'; 300],
    }
}

fn insertion(n: u32) -> Batch {
    let mut batch = Batch::new();
    batch.push(Op::Insert(record(n)));
    batch
}

fn database() -> (tempfile::TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Sqlite::open(folder.path().join("a.db")).unwrap();
    (folder, storage)
}

#[tokio::test]
async fn a_full_disk_is_told_and_over_once_there_is_room() {
    let (_folder, storage) = database();
    storage.apply(insertion(0), NOW).await.unwrap().unwrap();
    storage.writer.sql("PRAGMA max_page_count = 1").await;
    let mut written = vec![0];
    let mut refused = None;
    for n in 1..200 {
        // A failure opens the connection anew, without the limit, as though there were room again.
        match storage.apply(insertion(n), NOW).await {
            Ok(outcome) => {
                outcome.unwrap();
                written.push(n);
            }
            Err(error) => {
                refused = Some((n, error));
                break;
            }
        }
    }
    let (refused, error) = refused.unwrap();
    assert!(matches!(error, Error::Unavailable { .. }));
    let loaded = storage.load(Kind::AccessToken, record(refused).handle, NOW);
    assert_eq!(loaded.await.unwrap(), None, "what was refused was written");
    storage
        .apply(insertion(refused), NOW)
        .await
        .unwrap()
        .unwrap();
    for n in written {
        let loaded = storage.load(Kind::AccessToken, record(n).handle, NOW);
        assert_eq!(loaded.await.unwrap(), Some(record(n)));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_written_to_can_be_read() {
    let (_folder, storage) = database();
    storage.apply(insertion(0), NOW).await.unwrap().unwrap();
    storage.writer.sql("PRAGMA query_only = ON").await;
    let refused = storage.apply(insertion(1), NOW).await;
    assert!(matches!(refused, Err(Error::Unavailable { .. })));
    let loaded = storage.load(Kind::AccessToken, record(0).handle, NOW);
    assert_eq!(loaded.await.unwrap(), Some(record(0)));
    storage.apply(insertion(1), NOW).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_log_is_moved_while_batches_go_on() {
    let (folder, storage) = database();
    let storage = Arc::new(storage);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..16 {
        let storage = Arc::clone(&storage);
        tasks.spawn(async move {
            for n in 0..1500 {
                storage
                    .apply(insertion(task * 10_000 + n), NOW)
                    .await
                    .unwrap()
                    .unwrap();
            }
        });
    }
    tasks.join_all().await;
    let log = folder.path().join("a.db-wal").metadata().unwrap().len();
    assert!(log < 3 * 8192 * 4096, "the log has {log} octets");
    let database = folder.path().join("a.db").metadata().unwrap().len();
    assert!(
        database > 24_000 * 300,
        "the database has {database} octets"
    );
}
