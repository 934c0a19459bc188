//! Leaky buckets: how often something happened lately, in one number each.

use std::collections::HashMap;
use std::time::Duration;

use tripod_core::timestamp::Timestamp;

/// Buckets of one size, by their keys.
///
/// What is kept of a bucket is when it will be empty again (the generic cell rate algorithm), so that
/// nothing has to be counted down.
pub(super) struct Buckets {
    empty_at: HashMap<u64, Millis>,
    /// How long a full bucket takes to be empty.
    window: Millis,
    /// How long it takes for one to leak out.
    interval: Millis,
    capacity: usize,
}

/// Milliseconds since the epoch, or between two of them: ten in a second are still told apart.
type Millis = i64;

impl Buckets {
    /// Makes buckets that hold `limit`, and leak as many in `window`.
    pub(super) fn new(limit: u32, window: Duration, capacity: usize) -> Self {
        let window = Millis::try_from(window.as_millis())
            .unwrap_or(Millis::MAX)
            .max(1);
        Self {
            empty_at: HashMap::new(),
            window,
            interval: window
                .checked_div(Millis::from(limit))
                .map_or(window, |interval| interval.max(1)),
            capacity,
        }
    }

    /// Returns how long it takes until another fits in, if none does now.
    pub(super) fn wait(&self, key: u64, now: Timestamp) -> Option<Duration> {
        let empty_at = *self.empty_at.get(&key)?;
        let room_at = empty_at
            .saturating_sub(self.window)
            .saturating_add(self.interval);
        let wait = room_at.saturating_sub(millis(now));
        u64::try_from(wait)
            .ok()
            .filter(|wait| *wait > 0)
            .map(Duration::from_millis)
    }

    /// Puts one in; a full bucket stays as full as it is.
    pub(super) fn count(&mut self, key: u64, now: Timestamp) {
        self.make_room(now);
        let now = millis(now);
        let full = now.saturating_add(self.window);
        let empty_at = self.empty_at.entry(key).or_insert(now);
        *empty_at = (*empty_at)
            .max(now)
            .saturating_add(self.interval)
            .min(full.max(*empty_at));
    }

    /// Fills one up.
    pub(super) fn fill(&mut self, key: u64, now: Timestamp) {
        self.make_room(now);
        let full = millis(now).saturating_add(self.window);
        self.empty_at.insert(key, full);
    }

    /// Takes one out.
    pub(super) fn give_back(&mut self, key: u64) {
        if let Some(empty_at) = self.empty_at.get_mut(&key) {
            *empty_at = empty_at.saturating_sub(self.interval);
        }
    }

    /// Takes all out.
    pub(super) fn empty(&mut self, key: u64) {
        self.empty_at.remove(&key);
    }

    /// Forgets what is empty, and if that is not enough, the half that will be empty first.
    fn make_room(&mut self, now: Timestamp) {
        if self.empty_at.len() < self.capacity {
            return;
        }
        let now = millis(now);
        self.empty_at.retain(|_, empty_at| *empty_at > now);
        let half = self.capacity.div_euclid(2);
        if self.empty_at.len() <= half {
            return;
        }
        let mut times: Vec<_> = self.empty_at.values().copied().collect();
        let (_, median, _) = times.select_nth_unstable(half);
        let median = *median;
        self.empty_at.retain(|_, empty_at| *empty_at > median);
    }
}

fn millis(at: Timestamp) -> Millis {
    at.as_unix().saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_worst_are_remembered() {
        let mut buckets = Buckets::new(2, Duration::from_secs(60), 100);
        let now = Timestamp::from_unix(1_000);
        for _ in 0..2 {
            buckets.count(u64::MAX, now);
        }
        for key in 0..10_000 {
            buckets.count(key, now);
            assert!(buckets.empty_at.len() <= 100);
        }
        assert!(buckets.wait(u64::MAX, now).is_some());
    }

    #[test]
    fn what_is_empty_is_forgotten_first() {
        let mut buckets = Buckets::new(1, Duration::from_secs(60), 2);
        buckets.count(1, Timestamp::from_unix(0));
        buckets.count(2, Timestamp::from_unix(50));
        buckets.count(3, Timestamp::from_unix(70));
        assert!(!buckets.empty_at.contains_key(&1));
        assert!(buckets.wait(2, Timestamp::from_unix(70)).is_some());
    }

    #[test]
    fn extremes_neither_panic_nor_lock_anybody_out_for_ever() {
        for (limit, window) in [
            (0, Duration::ZERO),
            (u32::MAX, Duration::from_secs(1)),
            (1, Duration::MAX),
        ] {
            for at in [i64::MIN, 0, i64::MAX] {
                let mut buckets = Buckets::new(limit, window, 1);
                buckets.count(1, Timestamp::from_unix(at));
                buckets.count(2, Timestamp::from_unix(at));
                buckets.give_back(2);
                let _ = buckets.wait(2, Timestamp::from_unix(at));
            }
        }
    }
}
