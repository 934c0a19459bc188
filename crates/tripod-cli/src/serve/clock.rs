//! `--clock`: another time than it is.

use std::str::FromStr;
use std::time::UNIX_EPOCH;

use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_provider::edge;

use crate::edge::Edge;

/// When it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// It begins then, and goes on.
    From(Timestamp),
    /// It stands still.
    Still(Timestamp),
}

impl Clock {
    /// Sets the clock of a provider.
    pub(super) fn set(self, edge: edge::Edge) -> edge::Edge {
        match self {
            Self::From(start) => {
                let begun = Edge.now();
                edge.with_clock(move || start.plus(Edge.now().since(begun)))
            }
            Self::Still(now) => edge.with_clock(move || now),
        }
    }
}

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix(",running") {
            Some(start) => time(start).map(Self::From),
            None => time(text).map(Self::Still),
        }
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp::from_unix(seconds));
    }
    let time = humantime::parse_rfc3339_weak(text).ok();
    let since_epoch = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let seconds = since_epoch.and_then(|since| since.as_secs().try_into().ok());
    seconds
        .map(Timestamp::from_unix)
        .ok_or_else(|| "a time such as 2026-01-31T12:00:00Z, or seconds since 1970".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_stands_still_or_goes_on() {
        let time = Timestamp::from_unix(1_700_000_000);
        for text in ["2023-11-14T22:13:20Z", "2023-11-14 22:13:20", "1700000000"] {
            assert_eq!(text.parse(), Ok(Clock::Still(time)), "{text}");
            assert_eq!(format!("{text},running").parse(), Ok(Clock::From(time)));
        }
        for text in ["", "soon", ",running", "2023-11-14,walking"] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_clock_is_set() {
        let time = Timestamp::from_unix(1_700_000_000);
        let still = Clock::Still(time).set(edge::Edge::system());
        assert_eq!(still.now(), time);
        let running = Clock::From(time).set(edge::Edge::system());
        assert!(running.now().since(time).as_secs() < 60);
    }
}
