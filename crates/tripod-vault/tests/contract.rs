//! What every backend promises, tried on each of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::vault::Vault;

#[path = "contract/promises.rs"]
mod promises;

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
