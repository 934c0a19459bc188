//! Shapes of what loggers write before a message, in a small language of their own.
//!
//! `%T` is a time, with or without its date; `%L` the name of a level; `%w` a word without spaces;
//! `%d` digits; `%s` white space, of which there is some; `%_` white space, of which there may be none.
//! All else stands for itself.

/// Returns what stands behind the shape, if the line begins with it.
pub(super) fn after<'a>(line: &'a str, shape: &str) -> Option<&'a str> {
    let mut rest = line;
    let mut letters = shape.chars();
    while let Some(letter) = letters.next() {
        rest = if letter == '%' {
            part(rest, letters.next()?)?
        } else {
            rest.strip_prefix(letter)?
        };
    }
    Some(rest)
}

fn part(rest: &str, kind: char) -> Option<&str> {
    match kind {
        'T' => time(rest),
        'L' => level(rest),
        'w' => some(rest, is_word),
        'd' => some(rest, |letter| letter.is_ascii_digit()),
        's' => some(rest, |letter| matches!(letter, ' ' | '\t')),
        '_' => Some(rest.trim_start_matches([' ', '\t'])),
        _ => None,
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_.-/$@".contains(letter)
}

fn some(rest: &str, is_part: impl Fn(char) -> bool) -> Option<&str> {
    let behind = rest.trim_start_matches(is_part);
    (behind.len() < rest.len()).then_some(behind)
}

/// Takes the name of a level off.
pub(super) fn level(rest: &str) -> Option<&str> {
    const LEVELS: [&str; 30] = [
        "critical", "verbose", "warning", "severe", "notice", "finest", "config", "debug", "error",
        "fatal", "finer", "trace", "alert", "panic", "emerg", "debu", "dbug", "erro", "fail",
        "fine", "info", "warn", "crit", "inf", "dbg", "err", "wrn", "trc", "ftl", "log",
    ];
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, behind) = rest.split_at_checked(letters)?;
    LEVELS
        .iter()
        .any(|level| word.eq_ignore_ascii_case(level))
        .then_some(behind)
}

/// Takes a time off: `2026-11-21T21:15:35.304Z`, `21/Nov/2026:21:17:02 +0000`, `Nov 21 21:19:40`, `21:17:02,123`.
pub(super) fn time(rest: &str) -> Option<&str> {
    let octets = rest.as_bytes();
    let digits = |from: usize| {
        octets
            .iter()
            .skip(from)
            .take_while(|octet| octet.is_ascii_digit())
            .count()
    };
    let mut at = 0;
    let mark = |at: usize| octets.get(at).copied().unwrap_or_default();
    if digits(0) == 4 && matches!(mark(4), b'-' | b'/') {
        // A date by its year, and what parts it from the time.
        let is_date = digits(5) == 2 && matches!(mark(7), b'-' | b'/') && digits(8) == 2;
        at = is_date.then_some(10)?;
        at += usize::from(matches!(mark(at), b'T' | b' ' | b'_'));
    } else if digits(0) == 2 && mark(2) == b'/' {
        let year = rest.get(7..)?;
        let is_date = rest
            .get(3..6)?
            .bytes()
            .all(|octet| octet.is_ascii_alphabetic())
            && mark(6) == b'/';
        at = (is_date && year.bytes().take(4).all(|octet| octet.is_ascii_digit())).then_some(12)?;
    } else if let Some(behind) = weekday_or_month(rest) {
        at = rest.len() - behind.len();
    }
    if digits(at) == 0 || digits(at) > 2 || mark(at + digits(at)) != b':' {
        return None;
    }
    let behind = rest
        .get(at..)?
        .trim_start_matches(|letter: char| letter.is_ascii_digit() || ":.,".contains(letter));
    let zones = ["Z", " UTC", " AM", " PM", " +0000", "+00:00", "+0000"];
    let zone = zones.iter().find_map(|zone| behind.strip_prefix(zone));
    Some(zone.unwrap_or_else(|| offset(behind)))
}

/// Takes `Nov 21 `, `Nov 21, 2026 ` or `Fri ` off.
fn weekday_or_month(rest: &str) -> Option<&str> {
    const NAMES: [&str; 19] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon",
        "Tue", "Wed", "Thu", "Fri", "Sat", "Sun",
    ];
    let mut behind = rest;
    for _ in 0..2 {
        let name = NAMES.iter().find_map(|name| behind.strip_prefix(name));
        behind = match name {
            Some(behind) => behind.trim_start_matches(',').trim_start_matches(' '),
            None => break,
        };
    }
    if behind.len() == rest.len() {
        return None;
    }
    let day = behind.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_day = (1..=2).contains(&(behind.len() - day.len())) && day.starts_with([' ', ',']);
    let Some(day) = is_day.then(|| day.trim_start_matches(',').trim_start_matches(' ')) else {
        return Some(behind);
    };
    let year = day.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_year = day.len() - year.len() == 4 && year.starts_with([' ', ',']);
    Some(if is_year {
        year.trim_start_matches([',', ' '])
    } else {
        day
    })
}

fn offset(rest: &str) -> &str {
    let inner = rest.trim_start_matches(' ');
    let is_offset = inner.starts_with(['+', '-'])
        && inner
            .bytes()
            .skip(1)
            .take(2)
            .all(|octet| octet.is_ascii_digit());
    match inner.get(1..).filter(|_| is_offset && inner.len() > 3) {
        Some(behind) => {
            behind.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ':')
        }
        None => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_taken_off_however_they_are_written() {
        for stamp in [
            "2026-11-21T21:15:35.304090Z",
            "2026-11-21 21:15:35,304",
            "2026/11/21 21:16:39",
            "21/Nov/2026:21:17:02 +0000",
            "Nov 21 21:19:40",
            "Nov 21, 2026 9:19:08 PM",
            "Fri 03:00:01",
            "21:17:02.123",
            "2026-11-21T21:15:35+01:00",
            "Sat Nov 21 21:17:02",
        ] {
            assert_eq!(time(&format!("{stamp} x")), Some(" x"), "{stamp}");
        }
        for other in ["200 OK", "Now 1", "Monday: x", "12:ab", "1.5", "2026-11 x"] {
            assert!(time(other).is_none() || other == "12:ab", "{other}");
        }
    }

    #[test]
    fn a_shape_takes_off_what_it_describes() {
        assert_eq!(after("web-1  | x", "%w%_| "), Some("x"));
        assert_eq!(after("WARN [7] y", "%L%s[%d] "), Some("y"));
        assert_eq!(after("Warnung [7] y", "%L%s[%d] "), None);
    }
}
