//! What SQLite does when its file is not what it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use tripod_provider::storage::{Error, Kind, Op, OpenError, Sqlite, Storage as _};

use crate::records::{Does as _, NOW, batch, claim, record};

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    (folder, path)
}

async fn is_unavailable(storage: &Sqlite, name: &str) {
    let outcome = storage.apply(batch([claim(name)]), NOW).await;
    assert!(
        matches!(outcome, Err(Error::Unavailable { .. })),
        "{outcome:?}"
    );
    assert!(storage.ping().await.is_err());
}

fn sql(path: &Path, statements: &str) {
    Connection::open(path)
        .unwrap()
        .execute_batch(statements)
        .unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let (folder, path) = place();
    let storage = Sqlite::open(&path).unwrap();
    storage.does([claim("n")]).await.unwrap();
    let mut files = 0;
    for file in fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert_eq!(files, 3, "the database, its log, and the index of that");
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let (folder, path) = place();
    let one = record(Kind::User, "one");
    Sqlite::open(&path)
        .unwrap()
        .does([Op::Insert(one.clone())])
        .await
        .unwrap();
    // Closed in order, it is one file, which can be copied.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(Sqlite::open(&path).unwrap().holds(&one).await);
}

#[tokio::test]
async fn a_database_of_a_newer_tripod_is_refused() {
    let (_folder, path) = place();
    drop(Sqlite::open(&path).unwrap());
    sql(&path, "PRAGMA user_version = 99");
    let refused = Sqlite::open(&path).unwrap_err();
    assert!(
        matches!(refused, OpenError::Newer { found: 99, .. }),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let (_folder, path) = place();
    sql(&path, "CREATE TABLE records (x)");
    let before = fs::read(&path).unwrap();
    assert!(matches!(Sqlite::open(&path), Err(OpenError::Foreign)));
    assert_eq!(fs::read(&path).unwrap(), before);
    let (_folder, path) = place();
    sql(&path, "PRAGMA application_id = 7; CREATE TABLE x (x)");
    assert!(matches!(Sqlite::open(&path), Err(OpenError::Foreign)));
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let (folder, path) = place();
    fs::write(&path, "[profile]\nclient_id = 'x'\n".repeat(300)).unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(Sqlite::open(&path), Err(OpenError::Storage(_))));
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(Sqlite::open(folder.path()).is_err(), "a folder");
    assert!(Sqlite::open(folder.path().join("no/folder/a.db")).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_can_use_one_file_at_once() {
    let (_folder, path) = place();
    let opened: Vec<_> = (0..4).map(|_| path.clone()).collect();
    let opened = opened
        .into_iter()
        .map(|path| std::thread::spawn(|| Sqlite::open(path).unwrap()));
    // All at once, so that they meet at the first migration.
    let opened: Vec<_> = opened
        .collect::<Vec<_>>()
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    let mut tasks = tokio::task::JoinSet::new();
    for storage in opened {
        tasks.spawn(async move {
            let mut won = 0;
            for n in 0..50 {
                won += usize::from(storage.does([claim(&n.to_string())]).await.is_ok());
            }
            won
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().sum::<usize>(), 50);
}

#[tokio::test]
async fn a_lock_of_another_process_is_waited_for_and_then_told() {
    let (_folder, path) = place();
    let storage = Sqlite::open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (outcome, ()) = tokio::join!(storage.apply(batch([claim("a")]), NOW), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other.execute_batch("COMMIT").unwrap();
    });
    outcome.unwrap().unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let outcome = storage.apply(batch([claim("b")]), NOW).await;
    assert!(matches!(outcome, Err(Error::Unavailable { .. })));
    // Reading waits for nobody.
    assert!(!storage.holds(&record(Kind::User, "one")).await);
    other.execute_batch("COMMIT").unwrap();
    storage.does([claim("b")]).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_moved_away_does_not_come_back_empty() {
    let (folder, path) = place();
    let storage = Sqlite::open(&path).unwrap();
    let one = record(Kind::User, "one");
    storage.does([Op::Insert(one.clone())]).await.unwrap();
    let aside = folder.path().join("aside.db");
    fs::rename(&path, &aside).unwrap();
    is_unavailable(&storage, "a").await;
    assert!(storage.load(Kind::User, one.handle, NOW).await.is_err());
    assert!(!path.exists());
    fs::rename(&aside, &path).unwrap();
    assert!(storage.holds(&one).await);
    storage.does([claim("a")]).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_put_in_its_place_is_not_written_to() {
    let (folder, path) = place();
    let other = folder.path().join("other.db");
    drop(Sqlite::open(&other).unwrap());
    let before = fs::read(&other).unwrap();
    let storage = Sqlite::open(&path).unwrap();
    let one = record(Kind::User, "one");
    storage.does([Op::Insert(one.clone())]).await.unwrap();
    let aside = folder.path().join("aside.db");
    fs::rename(&path, &aside).unwrap();
    fs::rename(&other, &path).unwrap();
    is_unavailable(&storage, "a").await;
    assert!(storage.load(Kind::User, one.handle, NOW).await.is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::rename(&aside, &path).unwrap();
    assert!(storage.holds(&one).await);
    storage.does([claim("a")]).await.unwrap();
}

#[tokio::test]
async fn a_broken_file_is_told_and_used_again_once_it_is_mended() {
    let (_folder, path) = place();
    let storage = Sqlite::open(&path).unwrap();
    let one = record(Kind::User, "one");
    storage.does([Op::Insert(one.clone())]).await.unwrap();
    drop(storage);
    let whole = fs::read(&path).unwrap();
    let storage = Sqlite::open(&path).unwrap();
    fs::write(&path, vec![0x5a; whole.len()]).unwrap();
    is_unavailable(&storage, "a").await;
    assert!(storage.load(Kind::User, one.handle, NOW).await.is_err());
    fs::write(&path, &whole).unwrap();
    storage.does([claim("a")]).await.unwrap();
    assert!(storage.holds(&one).await);
}
