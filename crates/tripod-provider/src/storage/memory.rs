//! Storage that is forgotten with the process: for tests and for `--dev`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, PoisonError};

use tripod_core::timestamp::Timestamp;

use super::{
    Batch, Conflict, Event, EventQuery, Kind, Op, Pending, Query, Record, Storage, StoredEvent,
};
use crate::handle::Handle;

/// Records in memory, under one lock.
#[derive(Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Clone, Default)]
struct Tables {
    records: BTreeMap<(Kind, Handle), Record>,
    claims: HashMap<Handle, Timestamp>,
    events: Vec<Event>,
}

impl Memory {
    /// Begins with nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn with<R>(&self, then: impl FnOnce(&mut Tables) -> R) -> R {
        // A panic in between would be ours, and leaves whole records: batches check before they write.
        then(&mut self.tables.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Storage for Memory {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        let record = self.with(|tables| tables.current(kind, handle, now).cloned());
        Box::pin(ready(Ok(record)))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        let outcome = self.with(|tables| {
            let mut changed = tables.clone();
            for (step, op) in batch.into_ops().into_iter().enumerate() {
                changed.apply(op, now).ok_or(Conflict { step })?;
            }
            *tables = changed;
            Ok(())
        });
        Box::pin(ready(Ok(outcome)))
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        let page = self.with(|tables| {
            tables
                .records
                .values()
                .filter(|record| record.kind == query.kind && is_current(record.expires, now))
                .filter(|record| query.selector.matches(&record.index))
                .filter(|record| query.after.is_none_or(|after| record.handle > after))
                .take(query.limit)
                .cloned()
                .collect()
        });
        Box::pin(ready(Ok(page)))
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        let limit = if query.limit == 0 { 100 } else { query.limit };
        let is = |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own == wanted;
        let page = self.with(|tables| {
            let last = i64::try_from(tables.events.len()).unwrap_or(i64::MAX);
            let numbered = (1..=last).rev().zip(tables.events.iter().rev());
            numbered
                .filter(|(number, _)| query.before.is_none_or(|before| *number < before))
                .filter(|(_, event)| is(&event.client, &query.client))
                .filter(|(_, event)| is(&event.user, &query.user))
                .take(limit)
                .map(|(number, event)| StoredEvent {
                    number,
                    event: event.clone(),
                })
                .collect()
        });
        Box::pin(ready(Ok(page)))
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        Box::pin(ready(Ok(self.with(|tables| tables.sweep(now, limit)))))
    }

    fn ping(&self) -> Pending<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

impl Tables {
    fn current(&self, kind: Kind, handle: Handle, now: Timestamp) -> Option<&Record> {
        self.records
            .get(&(kind, handle))
            .filter(|record| is_current(record.expires, now))
    }

    /// Takes a step, or returns `None` if its condition does not hold.
    fn apply(&mut self, op: Op, now: Timestamp) -> Option<()> {
        match op {
            Op::Audit(event) => self.events.push(event),
            Op::Claim { id, expires } => {
                if self.claims.get(&id).is_some_and(|until| *until > now) {
                    return None;
                }
                self.claims.insert(id, expires);
            }
            Op::Insert(record) => {
                if self.current(record.kind, record.handle, now).is_some() {
                    return None;
                }
                self.records.insert((record.kind, record.handle), record);
            }
            Op::Remove {
                kind,
                handle,
                version,
            } => {
                self.current(kind, handle, now)
                    .filter(|record| record.version == version)?;
                self.records.remove(&(kind, handle));
            }
            Op::RemoveAll { kinds, selector } => self.records.retain(|_, record| {
                !(kinds.contains(&record.kind) && selector.matches(&record.index))
            }),
            Op::Replace(record) => {
                self.current(record.kind, record.handle, now)
                    .filter(|before| before.version.checked_add(1) == Some(record.version))?;
                self.records.insert((record.kind, record.handle), record);
            }
        }
        Some(())
    }

    fn sweep(&mut self, now: Timestamp, limit: usize) -> usize {
        let over = |expires: Option<Timestamp>| !is_current(expires, now);
        let records = self.records.iter();
        let stale: Vec<_> = records
            .filter(|(_, record)| over(record.expires))
            .map(|(key, _)| *key)
            .take(limit)
            .collect();
        for key in &stale {
            self.records.remove(key);
        }
        let claims = self.claims.iter();
        let forgotten: Vec<_> = claims
            .filter(|(_, until)| over(Some(**until)))
            .map(|(id, _)| *id)
            .take(limit.saturating_sub(stale.len()))
            .collect();
        for id in &forgotten {
            self.claims.remove(id);
        }
        stale.len().saturating_add(forgotten.len())
    }
}

fn is_current(expires: Option<Timestamp>, now: Timestamp) -> bool {
    expires.is_none_or(|expires| expires > now)
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}
