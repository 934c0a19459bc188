//! How time comes in: nobody below the edge reads a clock.

use crate::timestamp::Timestamp;

/// Tells the time.
///
/// The edge of a program supplies one that asks the operating system; a test supplies a closure.
///
/// ```
/// use tripod_core::{clock::Clock, timestamp::Timestamp};
///
/// let stopped = || Timestamp::from_unix(137_131_201);
/// assert_eq!(stopped.now(), stopped.now());
/// ```
pub trait Clock {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}
