//! What every backend promises, tried on each of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::vault::Vault;

#[path = "contract/promises.rs"]
mod promises;
#[cfg(feature = "postgres")]
#[path = "postgres/server.rs"]
mod server;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_promises() {
    promises::all(Vault::memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_keeps_the_promises() {
    let directory = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    let new = || {
        number.set(number.get() + 1);
        let path = directory.path().join(format!("new/{}.vault", number.get()));
        Vault::file(FileOptions::at(path).key(KeySource::KeyFile))
    };
    promises::all(new).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_keeps_the_promises() {
    let Some(server) = server::Server::find() else {
        return;
    };
    let tables: Vec<_> = (0..promises::NUMBER).map(|_| server.table()).collect();
    let mut next = tables.iter();
    let next = std::cell::RefCell::new(&mut next);
    promises::all(|| next.borrow_mut().next().unwrap().open("here")).await;
    for table in &tables {
        table.drop_it().await;
    }
}
