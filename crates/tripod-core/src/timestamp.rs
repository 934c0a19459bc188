//! A point in time as the OAuth messages write it.

use std::fmt;
use std::time::Duration;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The unit of `oauth_timestamp` ([RFC 5849 §3.3]) and of the `NumericDate` of JWTs, which may lie
/// before 1970.
///
/// [RFC 5849 §3.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Takes seconds since the epoch.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Adds a span, to the second; far ends of time saturate.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(whole_seconds(span)))
    }

    /// Subtracts a span, to the second; far ends of time saturate.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(whole_seconds(span)))
    }

    /// Returns seconds since the epoch.
    #[must_use]
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// Returns how long ago `earlier` was, or zero when it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(
            u64::try_from(i128::from(self.0) - i128::from(earlier.0)).unwrap_or_default(),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn whole_seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn the_far_ends_of_time_saturate() {
        assert_eq!(
            Timestamp::from_unix(i64::MAX).plus(HOUR).as_unix(),
            i64::MAX
        );
        assert_eq!(
            Timestamp::from_unix(i64::MIN)
                .minus(Duration::MAX)
                .as_unix(),
            i64::MIN
        );
        let all_of_it = Timestamp::from_unix(i64::MAX).since(Timestamp::from_unix(i64::MIN));
        assert_eq!(all_of_it.as_secs(), u64::MAX);
    }

    #[test]
    fn what_lies_ahead_was_zero_seconds_ago() {
        let now = Timestamp::from_unix(1_000);
        assert_eq!(now.plus(HOUR).since(now), HOUR);
        assert_eq!(now.since(now.plus(HOUR)), Duration::ZERO);
        assert_eq!(now.plus(HOUR).minus(HOUR), now);
    }
}
