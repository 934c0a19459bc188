//! A database that does not always answer.

use std::sync::atomic::{AtomicBool, Ordering};

use tripod_core::timestamp::Timestamp;
use tripod_provider::handle::Handle;
use tripod_provider::storage::{
    Batch, Conflict, Error, EventQuery, Kind, Memory, Pending, Query, Record, Storage, StoredEvent,
};

/// A database that can be taken away, and brought back.
#[derive(Debug, Default)]
pub(crate) struct Flaky {
    memory: Memory,
    is_away: AtomicBool,
}

impl Flaky {
    /// Takes the database away, or brings it back.
    pub(crate) fn take_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    fn or_away<'a, T: Send + 'a>(&'a self, answer: Pending<'a, T>) -> Pending<'a, T> {
        if self.is_away.load(Ordering::SeqCst) {
            let error = Error::unavailable("answer", std::io::Error::other("away"));
            return Box::pin(std::future::ready(Err(error)));
        }
        answer
    }
}

impl Storage for Flaky {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        self.or_away(self.memory.load(kind, handle, now))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        self.or_away(self.memory.apply(batch, now))
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        self.or_away(self.memory.list(query, now))
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        self.or_away(self.memory.events(query))
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        self.or_away(self.memory.sweep(now, limit))
    }

    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize> {
        self.or_away(self.memory.prune(before, limit))
    }

    fn ping(&self) -> Pending<'_, ()> {
        self.or_away(self.memory.ping())
    }
}
