use std::time::{Duration, UNIX_EPOCH};

use tripod_core::timestamp::Timestamp;

/// Writes a time as HTTP does, as in `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
pub(crate) fn moment(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_unix()).unwrap_or_default();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds.min(END)))
}

/// Writes the day of a time, as in `6 November 1994`, in UTC.
pub(crate) fn day(at: Timestamp) -> String {
    let date = moment(at);
    let mut words = date.split(' ').skip(1);
    let mut word = || words.next().unwrap_or_default();
    let day = word().trim_start_matches('0');
    let month = word();
    let month = MONTHS.iter().find(|name| name.starts_with(month));
    format!("{day} {} {}", month.unwrap_or(&""), word())
}

/// The last second that such a date can be written for.
const END: u64 = 253_402_300_799;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_do() {
        for (seconds, written) in [
            (784_111_777, "6 November 1994"), // the example of RFC 9110 §5.6.7
            (0, "1 January 1970"),
            (-1, "1 January 1970"),
            (951_782_400, "29 February 2000"),
            (i64::MAX, "31 December 9999"),
        ] {
            assert_eq!(day(Timestamp::from_unix(seconds)), written);
        }
    }
}
