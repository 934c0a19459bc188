//! Times in words.

use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::claims::Claims;

/// The claims that are times, in the order in which they are shown.
pub(super) const CLAIMS: [&str; 4] = ["auth_time", "iat", "nbf", "exp"];

/// From here on (the year 5138) somebody counted milliseconds; so counted, this is March 1973.
const MILLISECONDS: i64 = 100_000_000_000;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 31_556_952; // of the Gregorian calendar, on average

/// A time that a token claims.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) claim: &'static str,
    pub(super) at: Timestamp,
}

impl Moment {
    /// Returns a claim, if it is there and a number.
    pub(super) fn of(claims: &Claims, claim: &'static str) -> Option<Self> {
        let at = claims.optional_time(claim).ok().flatten()?;
        Some(Self { claim, at })
    }

    /// Tells whether it was probably written in milliseconds.
    pub(super) const fn is_milliseconds(self) -> bool {
        self.at.as_unix() >= MILLISECONDS
    }

    /// Says how far it is away: `expired 3 days ago`.
    pub(super) fn relative(self, now: Timestamp) -> String {
        if self.is_milliseconds() {
            let meant = Timestamp::from_unix(self.at.as_unix() / 1000);
            return format!("in milliseconds this would be {}", utc(meant));
        }
        let (past, future) = match self.claim {
            "auth_time" => ("signed in", "signs in"),
            "exp" => ("expired", "expires"),
            "iat" => ("issued", "issued"),
            _ => ("became valid", "becomes valid"),
        };
        if self.at == now {
            format!("{past} just now")
        } else if self.at < now {
            format!("{past} {} ago", span(now.since(self.at)))
        } else {
            format!("{future} in {}", span(self.at.since(now)))
        }
    }
}

/// Writes a length of time in the largest unit of which there are at least two.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        1 => "1 second".to_owned(),
        _ if seconds < 2 * MINUTE => format!("{seconds} seconds"),
        _ if seconds < 2 * HOUR => format!("{} minutes", seconds / MINUTE),
        _ if seconds < 2 * DAY => format!("{} hours", seconds / HOUR),
        _ if seconds < 61 * DAY => format!("{} days", seconds / DAY),
        _ if seconds < 2 * YEAR => format!("{} months", seconds / (YEAR / 12)),
        _ => format!("{} years", seconds / YEAR),
    }
}

/// Writes date and time for people.
pub(super) fn utc(at: Timestamp) -> String {
    let (date, time) = date_and_time(at);
    format!("{date} {time} UTC")
}

/// Writes date and time for machines ([RFC 3339 §5.6], for the years it can hold).
///
/// [RFC 3339 §5.6]: https://www.rfc-editor.org/rfc/rfc3339#section-5.6
pub(crate) fn rfc3339(at: Timestamp) -> Option<String> {
    let (date, time) = date_and_time(at);
    (date.len() == "1970-01-01".len()).then(|| format!("{date}T{time}Z"))
}

fn date_and_time(at: Timestamp) -> (String, String) {
    const SECONDS: i64 = 24 * 60 * 60;
    let (year, month, day) = date(at.as_unix().div_euclid(SECONDS));
    let second = at.as_unix().rem_euclid(SECONDS);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let date = format!("{year:04}-{month:02}-{day:02}");
    (date, format!("{hour:02}:{minute:02}:{second:02}"))
}

/// Turns days since 1970 into year, month and day.
fn date(days: i64) -> (i64, usize, i64) {
    const FOUR_CENTURIES: i64 = 146_097; // after which the calendar repeats
    let mut year = 1970 + 400 * days.div_euclid(FOUR_CENTURIES);
    let mut day = days.rem_euclid(FOUR_CENTURIES);
    while day >= 365 + leap_day(year) {
        day -= 365 + leap_day(year);
        year += 1;
    }
    let february = 28 + leap_day(year);
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in months {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}

const fn leap_day(year: i64) -> i64 {
    if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) {
        1
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // Known answers of GNU `date --utc --date @N`.
        for (seconds, expected) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (-1, "1969-12-31 23:59:59 UTC"),
            (68_169_600, "1972-02-29 00:00:00 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_300_819_380, "2011-03-22 18:43:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
            (-2_203_891_200, "1900-03-01 00:00:00 UTC"),
            (253_402_300_799, "9999-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(utc(Timestamp::from_unix(seconds)), expected);
        }
        let late = Timestamp::from_unix(1_700_000_000_000);
        assert_eq!(utc(late), "55840-11-08 22:13:20 UTC");
        assert_eq!(rfc3339(late), None);
        let at = rfc3339(Timestamp::from_unix(1_300_819_380));
        assert_eq!(at.as_deref(), Some("2011-03-22T18:43:00Z"));
        for extreme in [i64::MIN, i64::MAX] {
            utc(Timestamp::from_unix(extreme));
        }
    }

    #[test]
    fn spans_are_told_in_the_unit_that_says_most() {
        for (seconds, expected) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (3600, "60 minutes"),
            (7200, "2 hours"),
            (172_799, "47 hours"),
            (3 * 86_400, "3 days"),
            (61 * 86_400, "2 months"),
            (365 * 86_400, "11 months"),
            (15 * 31_556_952, "15 years"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn a_moment_is_told_from_now() {
        let told = |claim, at| {
            let at = Timestamp::from_unix(at);
            Moment { claim, at }.relative(Timestamp::from_unix(1_700_000_000))
        };
        assert_eq!(told("exp", 1_699_740_800), "expired 3 days ago");
        assert_eq!(told("exp", 1_700_003_600), "expires in 60 minutes");
        assert_eq!(told("exp", 1_700_000_000), "expired just now");
        assert_eq!(told("iat", 1_699_999_999), "issued 1 second ago");
        assert_eq!(told("nbf", 1_700_000_005), "becomes valid in 5 seconds");
        assert_eq!(
            told("exp", 1_700_003_600_000),
            "in milliseconds this would be 2023-11-14 23:13:20 UTC"
        );
    }
}
