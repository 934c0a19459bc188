//! What every backend promises, tried on each of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use tripod_vault::vault::Vault;

#[path = "contract/promises.rs"]
mod promises;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_keeps_the_promises() {
    promises::all(Vault::memory).await;
}
