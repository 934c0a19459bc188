//! The pauses between two attempts to get a lock.

use std::time::Duration;

use tripod_core::random::Random;

use crate::edge::Edge;

/// Short enough that nobody notices, long enough that a hundred who wait do no harm.
const LONGEST: Duration = Duration::from_millis(32);

/// Pauses that grow, and differ from one who waits to the next.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            next: Duration::from_millis(2),
        }
    }
}

impl Backoff {
    pub(crate) async fn pause(&mut self) {
        tokio::time::sleep(self.next.mul_f32(jitter())).await;
        self.next = (self.next * 2).min(LONGEST);
    }
}

/// Between one half and three halves.
fn jitter() -> f32 {
    let mut octet = [0];
    Edge.fill(&mut octet);
    0.5 + f32::from(octet[0]) / 255.0
}
