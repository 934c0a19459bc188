//! Storage in which records look otherwise than they are.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tripod_core::timestamp::Timestamp;

use crate::artefact::Artefact;
use crate::handle::Handle;
use crate::storage::{
    Batch, Conflict, EventQuery, Kind, Pending, Query, Record, Storage, StoredEvent,
};

/// A backend of which one kind of record is seen altered, or not at all.
pub(super) struct View {
    storage: Arc<dyn Storage>,
    kind: Kind,
    alter: Box<dyn Fn(Record) -> Option<Record> + Send + Sync>,
}

impl View {
    /// Hides all artefacts of a kind.
    pub(super) fn without<T: Artefact>(storage: Arc<dyn Storage>) -> Arc<dyn Storage> {
        Arc::new(Self {
            storage,
            kind: T::KIND,
            alter: Box::new(|_| None),
        })
    }

    /// Shows all artefacts of a kind otherwise.
    pub(super) fn of<T: Artefact>(
        storage: Arc<dyn Storage>,
        alter: impl Fn(&mut T) + Send + Sync + 'static,
    ) -> Arc<dyn Storage> {
        Arc::new(Self {
            storage,
            kind: T::KIND,
            alter: Box::new(move |record| Some(altered(record, &alter))),
        })
    }
}

/// Leaves a record alone that cannot be read: whoever asked for it hears of that.
fn altered<T: Serialize + DeserializeOwned>(mut record: Record, alter: impl Fn(&mut T)) -> Record {
    if let Ok(mut artefact) = serde_json::from_slice(&record.body) {
        alter(&mut artefact);
        record.body = serde_json::to_vec(&artefact).unwrap_or(record.body);
    }
    record
}

impl Storage for View {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        let loading = self.storage.load(kind, handle, now);
        Box::pin(async move {
            let record = loading.await?;
            Ok(match record {
                Some(record) if kind == self.kind => (self.alter)(record),
                record => record,
            })
        })
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        self.storage.apply(batch, now)
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        self.storage.list(query, now)
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        self.storage.events(query)
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        self.storage.sweep(now, limit)
    }

    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize> {
        self.storage.prune(before, limit)
    }

    fn ping(&self) -> Pending<'_, ()> {
        self.storage.ping()
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("storage", &self.storage)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
