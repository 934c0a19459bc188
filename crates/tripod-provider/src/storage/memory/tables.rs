//! Records with what they are found by, changed whole or not at all.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ops::Bound;

use tripod_core::timestamp::Timestamp;

use crate::handle::Handle;
use crate::storage::{
    Batch, Conflict, Event, EventQuery, Kind, Op, Query, Record, Selector, StoredEvent,
};

#[derive(Default)]
pub(super) struct Tables {
    records: BTreeMap<Key, Record>,
    by_client: Names,
    by_family: Names,
    by_user: Names,
    by_expiry: BTreeSet<(Timestamp, Key)>,
    claims: HashMap<Handle, Timestamp>,
    claims_by_expiry: BTreeSet<(Timestamp, Handle)>,
    events: VecDeque<Event>,
    /// How many events were pruned: those that are left have greater numbers.
    pruned: usize,
}

type Key = (Kind, Handle);

/// How to take a step back.
enum Undo {
    Claim(Handle, Option<Timestamp>),
    Event,
    Record(Key, Option<Record>),
}

impl Tables {
    /// Takes every step, and all of them back if the condition of one does not hold.
    pub(super) fn apply(&mut self, batch: Batch, now: Timestamp) -> Result<(), Conflict> {
        let mut undo = Vec::new();
        for (step, op) in batch.into_ops().into_iter().enumerate() {
            if self.step(op, now, &mut undo).is_none() {
                self.take_back(undo);
                return Err(Conflict { step });
            }
        }
        Ok(())
    }

    /// Removes at most `limit` records and claims whose time is over.
    pub(super) fn sweep(&mut self, now: Timestamp, limit: usize) -> usize {
        let over = self
            .by_expiry
            .iter()
            .take_while(|(expires, _)| *expires <= now);
        let keys: Vec<_> = over.take(limit).map(|(_, key)| *key).collect();
        for key in &keys {
            self.take(*key);
        }
        let over = self
            .claims_by_expiry
            .iter()
            .take_while(|(expires, _)| *expires <= now);
        let left = limit.saturating_sub(keys.len());
        let ids: Vec<_> = over.take(left).map(|(_, id)| *id).collect();
        for id in &ids {
            self.set_claim(*id, None);
        }
        keys.len().saturating_add(ids.len())
    }

    /// Removes events from before a time, of the `limit` oldest.
    pub(super) fn prune(&mut self, before: Timestamp, limit: usize) -> usize {
        let oldest = self.events.iter().take(limit);
        let old = oldest.take_while(|event| event.at < before).count();
        self.events.drain(..old);
        self.pruned = self.pruned.saturating_add(old);
        old
    }

    pub(super) fn current(&self, key: Key, now: Timestamp) -> Option<&Record> {
        self.records
            .get(&key)
            .filter(|record| is_current(record, now))
    }

    pub(super) fn page(&self, query: &Query, now: Timestamp) -> Vec<Record> {
        let candidates = self.candidates(query.kind, &query.selector, query.after);
        candidates
            .filter(|record| query.selector.matches(&record.index) && is_current(record, now))
            .take(query.limit)
            .cloned()
            .collect()
    }

    pub(super) fn events(&self, query: &EventQuery) -> Vec<StoredEvent> {
        let is = |own: &Option<String>, wanted: &Option<String>| wanted.is_none() || own == wanted;
        let number = |index: usize| {
            let number = self.pruned.saturating_add(index).saturating_add(1);
            i64::try_from(number).unwrap_or(i64::MAX)
        };
        let indexed = self.events.iter().enumerate().rev();
        indexed
            .map(|(index, event)| (number(index), event))
            .filter(|(number, _)| query.before.is_none_or(|before| *number < before))
            .filter(|(_, event)| is(&event.client, &query.client) && is(&event.user, &query.user))
            .take(query.page_size())
            .map(|(number, event)| StoredEvent {
                number,
                event: event.clone(),
            })
            .collect()
    }

    /// Takes a step, or returns `None` if its condition does not hold.
    fn step(&mut self, op: Op, now: Timestamp, undo: &mut Vec<Undo>) -> Option<()> {
        match op {
            Op::Audit(event) => {
                self.events.push_back(event);
                undo.push(Undo::Event);
            }
            Op::Claim { id, expires } => {
                if self.claims.get(&id).is_some_and(|until| *until > now) {
                    return None;
                }
                undo.push(Undo::Claim(id, self.set_claim(id, Some(expires))));
            }
            Op::Insert(record) => {
                let key = (record.kind, record.handle);
                if self.current(key, now).is_some() {
                    return None;
                }
                undo.push(Undo::Record(key, self.put(record)));
            }
            Op::Remove {
                kind,
                handle,
                version,
            } => {
                let key = (kind, handle);
                self.current(key, now)
                    .filter(|record| record.version == version)?;
                undo.push(Undo::Record(key, self.take(key)));
            }
            Op::RemoveAll { kinds, selector } => {
                for key in self.meant(kinds, &selector) {
                    undo.push(Undo::Record(key, self.take(key)));
                }
            }
            Op::Replace(record) => {
                let key = (record.kind, record.handle);
                self.current(key, now)
                    .filter(|before| before.version.checked_add(1) == Some(record.version))?;
                undo.push(Undo::Record(key, self.put(record)));
            }
        }
        Some(())
    }

    fn take_back(&mut self, undo: Vec<Undo>) {
        for undo in undo.into_iter().rev() {
            match undo {
                Undo::Claim(id, before) => {
                    self.set_claim(id, before);
                }
                Undo::Event => {
                    self.events.pop_back();
                }
                Undo::Record(key, None) => {
                    self.take(key);
                }
                Undo::Record(_, Some(before)) => {
                    self.put(before);
                }
            }
        }
    }

    fn put(&mut self, record: Record) -> Option<Record> {
        let key = (record.kind, record.handle);
        let before = self.take(key);
        self.by_client.add(record.index.client.as_deref(), key);
        self.by_family.add(record.index.family.as_deref(), key);
        self.by_user.add(record.index.user.as_deref(), key);
        if let Some(expires) = record.expires {
            self.by_expiry.insert((expires, key));
        }
        self.records.insert(key, record);
        before
    }

    fn take(&mut self, key: Key) -> Option<Record> {
        let record = self.records.remove(&key)?;
        self.by_client.remove(record.index.client.as_deref(), key);
        self.by_family.remove(record.index.family.as_deref(), key);
        self.by_user.remove(record.index.user.as_deref(), key);
        if let Some(expires) = record.expires {
            self.by_expiry.remove(&(expires, key));
        }
        Some(record)
    }

    fn set_claim(&mut self, id: Handle, expires: Option<Timestamp>) -> Option<Timestamp> {
        let before = match expires {
            Some(expires) => self.claims.insert(id, expires),
            None => self.claims.remove(&id),
        };
        if let Some(before) = before {
            self.claims_by_expiry.remove(&(before, id));
        }
        if let Some(expires) = expires {
            self.claims_by_expiry.insert((expires, id));
        }
        before
    }

    fn meant(&self, kinds: &[Kind], selector: &Selector) -> Vec<Key> {
        let of_kind = |kind: &Kind| self.candidates(*kind, selector, None);
        let candidates = kinds.iter().flat_map(of_kind);
        candidates
            .filter(|record| selector.matches(&record.index))
            .map(|record| (record.kind, record.handle))
            .collect()
    }

    /// Returns a superset of what is meant, as small as an index makes it.
    fn candidates<'a>(
        &'a self,
        kind: Kind,
        selector: &Selector,
        after: Option<Handle>,
    ) -> Box<dyn Iterator<Item = &'a Record> + 'a> {
        let from = after.map_or(Bound::Included((kind, LEAST)), |after| {
            Bound::Excluded((kind, after))
        });
        let range = (from, Bound::Included((kind, GREATEST)));
        let keys = match selector {
            Selector::All => return Box::new(self.records.range(range).map(|(_, record)| record)),
            Selector::Client(client) => self.by_client.under(client),
            Selector::Family(family) => self.by_family.under(family),
            Selector::Grant { user, .. } | Selector::User(user) => self.by_user.under(user),
        };
        let keys = keys.into_iter().flat_map(move |keys| keys.range(range));
        Box::new(keys.filter_map(|key| self.records.get(key)))
    }
}

const LEAST: Handle = Handle::from_octets([0; 32]);
const GREATEST: Handle = Handle::from_octets([u8::MAX; 32]);

/// Keys by a name that their records have.
#[derive(Default)]
struct Names(HashMap<String, BTreeSet<Key>>);

impl Names {
    fn add(&mut self, name: Option<&str>, key: Key) {
        let Some(name) = name else { return };
        if let Some(keys) = self.0.get_mut(name) {
            keys.insert(key);
        } else {
            self.0.insert(name.to_owned(), BTreeSet::from([key]));
        }
    }

    fn remove(&mut self, name: Option<&str>, key: Key) {
        let Some(name) = name else { return };
        if let Some(keys) = self.0.get_mut(name) {
            keys.remove(&key);
            if keys.is_empty() {
                self.0.remove(name);
            }
        }
    }

    fn under(&self, name: &str) -> Option<&BTreeSet<Key>> {
        self.0.get(name)
    }
}

fn is_current(record: &Record, now: Timestamp) -> bool {
    record.expires.is_none_or(|expires| expires > now)
}
