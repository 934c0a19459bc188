//! Storage that is forgotten with the process: for tests and for `--dev`.

use std::fmt;
use std::future::ready;
use std::sync::{Mutex, PoisonError};

use tripod_core::timestamp::Timestamp;

use super::{Batch, Conflict, EventQuery, Kind, Pending, Query, Record, Storage, StoredEvent};
use crate::handle::Handle;

mod tables;

use tables::Tables;

/// Records in memory, under one lock.
#[derive(Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

impl Memory {
    /// Begins with nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, then: impl FnOnce(&mut Tables) -> R) -> R {
        // Nothing panics while tables change, so that what lies behind a poisoned lock is whole.
        then(&mut self.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for Memory {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        let record = self.with(|tables| tables.current((kind, handle), now).cloned());
        Box::pin(ready(Ok(record)))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        let outcome = self.with(|tables| tables.apply(batch, now));
        Box::pin(ready(Ok(outcome)))
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        let page = self.with(|tables| tables.page(&query, now));
        Box::pin(ready(Ok(page)))
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        let page = self.with(|tables| tables.events(&query));
        Box::pin(ready(Ok(page)))
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        let swept = self.with(|tables| tables.sweep(now, limit));
        Box::pin(ready(Ok(swept)))
    }

    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize> {
        let pruned = self.with(|tables| tables.prune(before, limit));
        Box::pin(ready(Ok(pruned)))
    }

    fn ping(&self) -> Pending<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
