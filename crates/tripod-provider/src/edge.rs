//! Where time, chance and the network come in. Nothing else in the crate asks the operating system
//! for them.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tripod_core::clock::Clock;
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

use crate::fetcher::{Fetcher, Reach, Transport};

mod seeded;

/// Time, chance and the network, as a provider is given them.
///
/// A test supplies a clock that it turns by hand, chance that repeats, and answers.
#[derive(Clone)]
pub struct Edge {
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: Arc<Chance>,
    transport: Option<Arc<dyn Transport>>,
    keeps_time: bool,
    is_seeded: bool,
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
            transport: None,
            keeps_time: false,
            is_seeded: false,
        }
    }

    /// Reads another clock, which is not that of the server: answers are dated by it.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self.keeps_time = true;
        self
    }

    /// Draws chance from a seed, so that a run can be repeated: for tests alone.
    ///
    /// Whoever knows the seed knows every token and every key.
    #[must_use]
    pub fn dangerous_with_seed(mut self, seed: &str) -> Self {
        self.chance = Arc::new(seeded::chance(seed));
        self.is_seeded = true;
        self
    }

    /// Tells whether time is other than that of the server.
    pub(crate) const fn keeps_time(&self) -> bool {
        self.keeps_time
    }

    /// Tells whether everything is to repeat, the keys included.
    pub(crate) const fn is_seeded(&self) -> bool {
        self.is_seeded
    }

    /// Has a transport carry what the provider fetches, in place of the network.
    #[must_use]
    pub fn with_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Returns what fetches within a reach.
    #[must_use]
    pub fn fetcher(&self, reach: Reach) -> Fetcher {
        match &self.transport {
            Some(transport) => Fetcher::over(reach, Arc::clone(transport)),
            None => Fetcher::new(reach),
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
