//! Entries that last as long as the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::entry::{Entry, Revision};
use crate::key::Key;
use crate::turns::{Turn, Turns};
use crate::wait::{Contended, Holder};

#[derive(Debug, Default)]
pub(crate) struct Memory {
    entries: Mutex<Entries>,
    turns: Turns,
}

#[derive(Debug)]
struct Entries {
    by_key: BTreeMap<Key, Entry>,
    last: Revision,
}

impl Default for Entries {
    fn default() -> Self {
        Self {
            by_key: BTreeMap::new(),
            last: Revision::NONE,
        }
    }
}

impl Memory {
    pub(crate) fn read(&self, key: &Key) -> Option<Entry> {
        self.entries().by_key.get(key).cloned()
    }

    pub(crate) fn list(&self) -> Vec<Key> {
        self.entries().by_key.keys().cloned().collect()
    }

    pub(crate) async fn lock(self: &Arc<Self>, key: &Key, contended: &Contended) -> Held {
        Held {
            _turn: self.turns.take(key, contended).await,
            memory: Arc::clone(self),
            key: key.clone(),
        }
    }

    pub(crate) fn holder(&self, key: &Key) -> Option<Holder> {
        self.turns.is_taken(key).then(Holder::this_process)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry that this task alone may change.
#[derive(Debug)]
pub(crate) struct Held {
    _turn: Turn,
    memory: Arc<Memory>,
    key: Key,
}

impl Held {
    pub(crate) fn read(&self) -> Option<Entry> {
        self.memory.read(&self.key)
    }

    pub(crate) fn write(self, document: Option<Secret>, now: Timestamp) -> Option<Entry> {
        let mut entries = self.memory.entries();
        let Some(document) = document else {
            entries.by_key.remove(&self.key);
            return None;
        };
        entries.last = entries.last.next(now);
        let entry = Entry {
            document,
            revision: entries.last,
            written_at: now,
        };
        entries.by_key.insert(self.key.clone(), entry.clone());
        Some(entry)
    }
}
