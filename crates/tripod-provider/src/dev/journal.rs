//! The last exchanges, in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_doctor::evidence::Exchange;

use super::explanation::Explained;
use crate::handle::Handle;

/// So many exchanges are kept. With all bodies as long as is kept, that is two megabytes.
const MOST: usize = 120;

/// So many exchanges of the same flow are evidence beside one that failed.
const CONTEXT: usize = 12;

/// The last exchanges, and who belongs together.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    numbers: AtomicU64,
    entries: Mutex<BTreeMap<u64, Entry>>,
}

/// An exchange that took place.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its number, which counts from one.
    pub(super) number: u64,
    /// The number of the exchange that its flow began with.
    pub(super) flow: u64,
    /// When it began.
    pub(super) at: Timestamp,
    /// How long the answer took.
    pub(super) took: Duration,
    /// The path, below the issuer.
    pub(super) path: String,
    /// What was sent and answered. It may hold secrets: no page shows it without a mask.
    pub(super) exchange: Exchange,
    /// Whether the answer came to its end.
    pub(super) is_whole: bool,
    /// Whether it was refused.
    pub(super) is_refused: bool,
    /// Why.
    pub(super) explained: Option<Explained>,
    /// What ties it to others.
    pub(super) threads: Vec<Handle>,
}

impl Journal {
    /// Gives the next exchange its number.
    pub(super) fn number(&self) -> u64 {
        self.numbers
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
    }

    /// Returns what went well in the flow that these threads belong to, in its order.
    pub(super) fn context(&self, threads: &[Handle]) -> Vec<(u64, Exchange)> {
        let entries = self.entries();
        let Some(flow) = flow_of(&entries, threads) else {
            return Vec::new();
        };
        let of_flow = entries.values().rev();
        let of_flow = of_flow.filter(|entry| entry.flow == flow && !entry.is_refused);
        let mut context: Vec<_> = of_flow
            .take(CONTEXT)
            .map(|entry| (entry.number, entry.exchange.clone()))
            .collect();
        context.reverse();
        context
    }

    /// Keeps an exchange, and forgets the oldest.
    pub(super) fn keep(&self, mut entry: Entry) {
        let mut entries = self.entries();
        entry.flow = flow_of(&entries, &entry.threads).unwrap_or(entry.number);
        entries.insert(entry.number, entry);
        while entries.len() > MOST {
            entries.pop_first();
        }
    }

    /// Returns the exchanges that are kept, the oldest first.
    pub(super) fn entries_kept(&self) -> Vec<Entry> {
        self.entries().values().cloned().collect()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<u64, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the flow that shares a thread with these, the latest of several.
fn flow_of(entries: &BTreeMap<u64, Entry>, threads: &[Handle]) -> Option<u64> {
    let shares = |entry: &&Entry| entry.threads.iter().any(|thread| threads.contains(thread));
    entries.values().rev().find(shares).map(|entry| entry.flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(journal: &Journal, threads: &[&str], is_refused: bool) -> u64 {
        let number = journal.number();
        journal.keep(Entry {
            number,
            flow: 0,
            at: Timestamp::from_unix(0),
            took: Duration::ZERO,
            path: "/".to_owned(),
            exchange: Exchange::default(),
            is_whole: true,
            is_refused,
            explained: None,
            threads: threads.iter().map(|it| Handle::of_names([it])).collect(),
        });
        number
    }

    #[test]
    fn what_shares_a_value_is_one_flow() {
        let journal = Journal::default();
        entry(&journal, &["form"], false);
        entry(&journal, &["other"], false);
        entry(&journal, &["form", "code"], false);
        entry(&journal, &["code", "token"], true);
        entry(&journal, &["token"], false);
        let flows: Vec<_> = journal.entries_kept().iter().map(|it| it.flow).collect();
        assert_eq!(flows, [1, 2, 1, 1, 1]);
        // What was refused is no evidence for what comes after it.
        let context = journal.context(&[Handle::of_names(["token"])]);
        let numbers: Vec<_> = context.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert!(journal.context(&[Handle::of_names(["unheard"])]).is_empty());
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let journal = Journal::default();
        for _ in 0..MOST + 30 {
            entry(&journal, &["a"], false);
        }
        let kept = journal.entries_kept();
        assert_eq!(kept.len(), MOST);
        assert_eq!(kept.first().map(|it| it.number), Some(31));
        assert_eq!(journal.context(&[Handle::of_names(["a"])]).len(), CONTEXT);
    }
}
