//! The promises, one by one.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::oneshot;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_vault::change::{Change, Since};
use tripod_vault::entry::Entry;
use tripod_vault::error::{Error, UpdateError};
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;
use tripod_vault::wait::Wait;

const SOON: Duration = Duration::from_secs(20);

/// How many vaults [`all`] asks for.
#[cfg(feature = "postgres")]
pub(crate) const NUMBER: usize = 14;

/// Each gets a vault of its own, which is empty.
pub(crate) async fn all(new: impl Fn() -> Vault) {
    an_entry_is_found_as_it_was_written(new()).await;
    any_text_survives(new()).await;
    a_revision_is_never_given_twice(new()).await;
    a_newer_entry_is_not_removed(new()).await;
    what_became_of_an_entry_is_told(new()).await;
    a_failed_exchange_leaves_the_entry(new()).await;
    one_task_of_many_refreshes(new()).await;
    other_keys_are_not_held_up(new()).await;
    a_cancelled_exchange_leaves_the_entry_and_the_lock(new()).await;
    a_panic_leaves_the_entry_and_the_lock(new()).await;
    waiting_ends_and_says_for_whom(new()).await;
    whoever_waits_is_told(new()).await;
    many_keys_at_once_lose_nothing(new()).await;
    a_thread_without_a_runtime_can_do_the_same(new()).await;
}

fn key(name: &str) -> Key {
    Key::parse(name).unwrap()
}

async fn put(vault: &Vault, key: &Key, document: &str) -> Entry {
    let change = |_| async move { Ok::<_, Infallible>(Change::Replace(Secret::from(document))) };
    vault.update(key, SOON, change).await.unwrap().unwrap()
}

async fn an_entry_is_found_as_it_was_written(vault: Vault) {
    let vault = vault.clock(|| Timestamp::from_unix(1_700_000_000));
    assert_eq!(vault.read(&key("a")).await.unwrap(), None);
    assert_eq!(vault.list().await.unwrap(), []);

    let written = put(&vault, &key("b"), "document").await;
    assert_eq!(written.document.expose(), "document");
    assert_eq!(written.written_at.as_unix(), 1_700_000_000);
    assert_eq!(vault.read(&key("b")).await.unwrap(), Some(written.clone()));
    assert_eq!(vault.read(&key("a")).await.unwrap(), None);

    put(&vault, &key("a"), "another").await;
    assert_eq!(vault.list().await.unwrap(), [key("a"), key("b")]);
    assert_eq!(vault.read(&key("b")).await.unwrap(), Some(written));
}

async fn any_text_survives(vault: Vault) {
    let long = "x".repeat(300_000);
    for (name, document) in [
        ("empty", ""),
        ("zero", "\0"),
        ("Ünïcode 名/..\\'\"%", "{\"é\":\"\u{10ffff}\r\n\"}"),
        ("long", &long),
    ] {
        put(&vault, &key(name), document).await;
        let entry = vault.read(&key(name)).await.unwrap().unwrap();
        assert_eq!(entry.document.expose(), document, "{name}");
    }
}

async fn a_revision_is_never_given_twice(vault: Vault) {
    let first = put(&vault, &key("a"), "1").await;
    let second = put(&vault, &key("a"), "1").await;
    assert!(second.revision > first.revision);
    let gone = vault.remove(&key("a"), second.revision, SOON).await;
    assert_eq!(gone.unwrap(), None);
    let third = put(&vault, &key("a"), "1").await;
    assert!(third.revision > second.revision);
    assert_ne!(put(&vault, &key("b"), "1").await.revision, third.revision);
}

async fn a_newer_entry_is_not_removed(vault: Vault) {
    let old = put(&vault, &key("a"), "old").await;
    let new = put(&vault, &key("a"), "new").await;
    let left = vault.remove(&key("a"), old.revision, SOON).await.unwrap();
    assert_eq!(left.as_ref(), Some(&new));
    assert_eq!(vault.read(&key("a")).await.unwrap(), Some(new.clone()));

    let left = vault.remove(&key("a"), new.revision, SOON).await.unwrap();
    assert_eq!(left, None);
    assert_eq!(vault.read(&key("a")).await.unwrap(), None);
    let left = vault.remove(&key("a"), new.revision, SOON).await.unwrap();
    assert_eq!(left, None);
}

async fn what_became_of_an_entry_is_told(vault: Vault) {
    let old = put(&vault, &key("a"), "old").await.revision;
    let since = vault.changed_since(&key("a"), old).await.unwrap();
    assert_eq!(since, Since::Unchanged);
    let new = put(&vault, &key("a"), "new").await;
    let since = vault.changed_since(&key("a"), old).await.unwrap();
    assert_eq!(since, Since::Replaced(new.clone()));
    vault.remove(&key("a"), new.revision, SOON).await.unwrap();
    let since = vault.changed_since(&key("a"), old).await.unwrap();
    assert_eq!(since, Since::Removed);
}

async fn a_failed_exchange_leaves_the_entry(vault: Vault) {
    let entry = put(&vault, &key("a"), "old").await;
    let refused = vault
        .update(&key("a"), SOON, async |_| Err("invalid_grant"))
        .await;
    assert!(matches!(refused, Err(UpdateError::Change("invalid_grant"))));
    assert_eq!(vault.read(&key("a")).await.unwrap(), Some(entry.clone()));

    let kept = vault
        .update(&key("a"), SOON, async |_| Ok::<_, Infallible>(Change::Keep))
        .await;
    assert_eq!(kept.unwrap(), Some(entry));
}

async fn one_task_of_many_refreshes(vault: Vault) {
    put(&vault, &key("a"), "expired").await;
    let exchanges = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (vault, exchanges) = (vault.clone(), Arc::clone(&exchanges));
            tokio::spawn(async move {
                let refresh = async |entry: Option<Entry>| {
                    if entry.is_some_and(|entry| entry.document.expose() != "expired") {
                        return Ok::<_, Infallible>(Change::Keep);
                    }
                    let number = exchanges.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    Ok(Change::Replace(Secret::new(format!("fresh {number}"))))
                };
                let entry = vault.update(&key("a"), SOON, refresh).await;
                entry.unwrap().unwrap().document
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().expose(), "fresh 0");
    }
    assert_eq!(exchanges.load(Ordering::Relaxed), 1);
}

/// Takes the lock in a task of its own, and keeps it until the sender is dropped.
async fn hold(vault: &Vault, key: Key) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (release, released) = oneshot::channel();
    let (locked, is_locked) = oneshot::channel();
    let vault = vault.clone();
    let task = tokio::spawn(async move {
        let change = async move |_| {
            locked.send(()).unwrap();
            let _ = released.await;
            Ok::<_, Infallible>(Change::Replace(Secret::from("written by the holder")))
        };
        vault.update(&key, SOON, change).await.unwrap();
    });
    is_locked.await.unwrap();
    (release, task)
}

async fn other_keys_are_not_held_up(vault: Vault) {
    let (release, task) = hold(&vault, key("a")).await;
    put(&vault, &key("b"), "written meanwhile").await;
    assert_eq!(vault.read(&key("a")).await.unwrap(), None);
    drop(release);
    task.await.unwrap();
    assert_eq!(vault.list().await.unwrap(), [key("a"), key("b")]);
}

async fn a_cancelled_exchange_leaves_the_entry_and_the_lock(vault: Vault) {
    let entry = put(&vault, &key("a"), "old").await;
    let (_release, task) = hold(&vault, key("a")).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(vault.read(&key("a")).await.unwrap(), Some(entry));
    put(&vault, &key("a"), "new").await;

    // One that is cancelled while it waits does not take a turn.
    let (release, task) = hold(&vault, key("a")).await;
    let cancelled = tokio::time::timeout(Duration::from_millis(50), async {
        put(&vault, &key("a"), "late").await
    });
    assert!(cancelled.await.is_err());
    drop(release);
    task.await.unwrap();
    put(&vault, &key("a"), "after").await;
    let entry = vault.read(&key("a")).await.unwrap().unwrap();
    assert_eq!(entry.document.expose(), "after");
}

async fn a_panic_leaves_the_entry_and_the_lock(vault: Vault) {
    let entry = put(&vault, &key("a"), "old").await;
    let panicking = vault.clone();
    let task = tokio::spawn(async move {
        let change = async |_| -> Result<Change, Infallible> {
            std::panic::resume_unwind(Box::new("in the exchange"))
        };
        panicking.update(&key("a"), SOON, change).await
    });
    assert!(task.await.unwrap_err().is_panic());
    assert_eq!(vault.read(&key("a")).await.unwrap(), Some(entry));
    put(&vault, &key("a"), "new").await;
}

async fn waiting_ends_and_says_for_whom(vault: Vault) {
    let (release, task) = hold(&vault, key("a")).await;
    for limit in [Duration::ZERO, Duration::from_millis(50)] {
        let untouched = async |_| -> Result<Change, Infallible> { unreachable!("it is locked") };
        let refused = vault.update(&key("a"), limit, untouched).await;
        let Err(UpdateError::Vault(error)) = refused else {
            panic!("{refused:?}");
        };
        let Error::Busy {
            key: busy, holder, ..
        } = &error
        else {
            panic!("{error:?}");
        };
        assert_eq!(*busy, key("a"));
        assert_eq!(holder.as_ref().unwrap().process, std::process::id());
        assert!(!error.advice().is_empty());
    }
    drop(release);
    task.await.unwrap();

    // What is free is locked even by those who do not wait.
    let change = async |_| Ok::<_, Infallible>(Change::Remove);
    let removed = vault.update(&key("a"), Duration::ZERO, change).await;
    assert_eq!(removed.unwrap(), None);
}

async fn whoever_waits_is_told(vault: Vault) {
    let (release, task) = hold(&vault, key("a")).await;
    let release = Mutex::new(Some(release));
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    let wait = Wait::at_most(SOON).notify(move |waiting| {
        told.lock().unwrap().push(waiting.to_string());
        release.lock().unwrap().take();
    });
    let change = async |_| Ok::<_, Infallible>(Change::Keep);
    let entry = vault.update(&key("a"), wait, change).await.unwrap();
    assert_eq!(entry.unwrap().document.expose(), "written by the holder");
    task.await.unwrap();
    let lines = lines.lock().unwrap();
    assert!(lines[0].starts_with("waiting for "), "{lines:?}");
    assert!(lines[0].ends_with("the lock of a (1 s)"), "{lines:?}");
}

async fn many_keys_at_once_lose_nothing(vault: Vault) {
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let vault = vault.clone();
            tokio::spawn(async move {
                put(
                    &vault,
                    &key(&format!("key {number:02}")),
                    &number.to_string(),
                )
                .await
            })
        })
        .collect();
    let mut revisions = std::collections::BTreeSet::new();
    for task in tasks {
        assert!(revisions.insert(task.await.unwrap().revision));
    }
    assert_eq!(vault.list().await.unwrap().len(), 40);
    for number in 0..40 {
        let entry = vault.read(&key(&format!("key {number:02}"))).await.unwrap();
        assert_eq!(entry.unwrap().document.expose(), number.to_string());
    }
}

async fn a_thread_without_a_runtime_can_do_the_same(vault: Vault) {
    let inside = vault.read_blocking(&key("a"));
    assert!(matches!(inside, Err(Error::InsideRuntime)));

    let thread = std::thread::spawn(move || {
        let change = |_| Ok::<_, Infallible>(Change::Replace(Secret::from("blocking")));
        let entry = vault.update_blocking(&key("a"), SOON, change);
        let entry = entry.unwrap().unwrap();
        assert_eq!(vault.read_blocking(&key("a")).unwrap(), Some(entry.clone()));
        assert_eq!(vault.list_blocking().unwrap(), [key("a")]);
        let since = vault.changed_since_blocking(&key("a"), entry.revision);
        assert_eq!(since.unwrap(), Since::Unchanged);
        let left = vault.remove_blocking(&key("a"), entry.revision, SOON);
        assert_eq!(left.unwrap(), None);
    });
    tokio::task::spawn_blocking(|| thread.join().unwrap())
        .await
        .unwrap();
}
