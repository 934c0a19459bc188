//! Where time and chance come in. Nothing else in the crate asks the operating system for them.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tripod_core::clock::Clock;
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

/// Time and chance, as a session is given them.
///
/// A test supplies a clock that it turns by hand, and chance that repeats.
#[derive(Clone)]
pub struct Edge {
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: Arc<Chance>,
}

type Chance = dyn Fn(&mut [u8]) + Send + Sync;

impl Edge {
    /// Takes a clock and a source of random octets, which must be cryptographically secure.
    pub fn new(
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        chance: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self {
            clock: Arc::new(clock),
            chance: Arc::new(chance),
        }
    }

    /// Takes both from the operating system.
    #[must_use]
    pub fn system() -> Self {
        Self::new(system_now, system_chance)
    }
}

impl Clock for Edge {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

impl Random for Edge {
    fn fill(&mut self, octets: &mut [u8]) {
        (self.chance)(octets);
    }
}

impl Random for &Edge {
    fn fill(&mut self, octets: &mut [u8]) {
        (self.chance)(octets);
    }
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge").finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the clock"
)]
fn system_now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix(since_epoch.as_secs().try_into().unwrap_or(i64::MAX))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that draws from chance"
)]
fn system_chance(octets: &mut [u8]) {
    getrandom::fill(octets).expect("the operating system has a random source");
}
