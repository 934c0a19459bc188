//! Statuses of HTTP, as people and programs tell them.

/// The phrases of RFC 9110 §15 that stand behind their numbers.
const PHRASES: [(u16, &str); 17] = [
    (200, "ok"),
    (201, "created"),
    (204, "no content"),
    (301, "moved permanently"),
    (302, "found"),
    (307, "temporary redirect"),
    (400, "bad request"),
    (401, "unauthorized"),
    (403, "forbidden"),
    (404, "not found"),
    (405, "method not allowed"),
    (415, "unsupported media type"),
    (429, "too many requests"),
    (500, "internal server error"),
    (502, "bad gateway"),
    (503, "service unavailable"),
    (504, "gateway time"),
];

/// What stands before a status where somebody tells it.
const MARKS: [&str; 33] = [
    "status of ",
    "status(",
    "http/1.1,",
    "http/1.0,",
    "response [",
    "status code was ",
    "status code of ",
    "status code: ",
    "status code ",
    "status_code: ",
    "status_code=",
    "statuscode: ",
    "statuscode=",
    "status: ",
    "status:",
    "status=",
    "status => ",
    "status ",
    "response code: ",
    "response code ",
    "http error ",
    "http status ",
    "http/1.1 ",
    "http/2 ",
    "http/1.0 ",
    "http ",
    "error code ",
    "code: ",
    "code=",
    "code ",
    "returned ",
    "received ",
    "got a ",
];

/// Finds a status that is told as one: `status code 403`, `401 Unauthorized`, `(400)`.
pub(super) fn told(line: &str) -> Option<u16> {
    const LONGEST: usize = 4096;
    let line = line.get(..line.len().min(LONGEST)).unwrap_or_default();
    if !line.bytes().any(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let lower = line.to_ascii_lowercase().replace(['"', '\''], "");
    let phrased = PHRASES.iter().find_map(|(number, phrase)| {
        let at = lower
            .find(&format!("{number} {phrase}"))
            .or_else(|| lower.find(&format!("{phrase} ({number})")))?;
        let before = lower.get(..at)?.chars().next_back();
        (!before.is_some_and(char::is_alphanumeric)).then_some(*number)
    });
    phrased
        .or_else(|| MARKS.iter().find_map(|mark| behind(&lower, mark)))
        .or_else(|| ["(", "["].iter().find_map(|open| bracketed(&lower, open)))
}

/// Reads a status with which a line begins, or that stands alone before a colon.
pub(super) fn leading(line: &str) -> Option<u16> {
    let line = line.trim();
    let end = line
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(line.len());
    let (digits, rest) = line.split_at_checked(end)?;
    let last = || {
        line.trim_end_matches([':', ' ', ',', '-', '>', '\'', '"', '|'])
            .rsplit([' ', '|'])
            .next()
    };
    match rest.starts_with([' ', ':', ',']) || rest.is_empty() {
        true if digits.len() == 3 => of(digits),
        _ => of(last()?).filter(|status| *status >= 400),
    }
}

fn of(digits: &str) -> Option<u16> {
    let number = digits.parse().ok().filter(|_| digits.len() == 3)?;
    (100..600).contains(&number).then_some(number)
}

fn behind(lower: &str, mark: &str) -> Option<u16> {
    lower.match_indices(mark).find_map(|(at, _)| {
        let before = lower.get(..at)?.chars().next_back();
        let rest = lower.get(at + mark.len()..)?;
        let is_whole = !before.is_some_and(char::is_alphabetic);
        number(rest).filter(|_| is_whole)
    })
}

fn bracketed(lower: &str, open: &str) -> Option<u16> {
    lower.match_indices(open).find_map(|(at, _)| {
        let rest = lower.get(at + 1..)?;
        let closes = rest.get(3..)?.starts_with([')', ']', ' ']);
        number(rest).filter(|status| closes && *status >= 400)
    })
}

fn number(rest: &str) -> Option<u16> {
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    of(rest.get(..end)?)
}

/// Reads a status with its phrase, where a text begins so and says nothing else: `401 Unauthorized`.
pub(super) fn phrase(text: &str) -> Option<u16> {
    let status = number(text)?;
    let rest = text.get(3..)?.trim().to_ascii_lowercase();
    let rest = rest.trim_end_matches([':', '.']);
    let known = PHRASES
        .iter()
        .any(|(number, phrase)| *number == status && rest == *phrase);
    known.then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_found_however_it_is_told() {
        for (line, status) in [
            ("Request failed with status code 403", 403),
            ("resulted in a `401 Unauthorized` response", 401),
            ("Unauthorized (401) it is", 401),
            ("http status: 429, code: -1", 429),
            ("{\"status\": 404}", 404),
            ("Response code 400", 400),
            ("the API said (HTTP 500)", 500),
            ("Error [502] upstream", 502),
            ("received 401 HTTP response", 401),
        ] {
            assert_eq!(told(line), Some(status), "{line}");
        }
        for line in [
            "took 403 ms",
            "line 401 column 2",
            "error 4010",
            "at a.js:401",
            "port 443",
            "code: 7",
        ] {
            assert_eq!(told(line), None, "{line}");
        }
        assert_eq!(leading("403 {"), Some(403));
        assert_eq!(leading("POST /x -> 401: "), Some(401));
        assert_eq!(phrase("401 Unauthorized"), Some(401));
        assert_eq!(phrase("401 apples"), None);
    }
}
