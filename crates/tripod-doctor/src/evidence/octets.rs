//! Texts that a program shows as a list of octets: `[123, 34, …]`, as Rust, Erlang and Elixir do.

use std::borrow::Cow;

/// Shorter lists are lists of numbers.
const SHORTEST: usize = 12;

/// More lists are not read in one line.
const MOST: usize = 8;

/// Writes lists of octets that are text as that text; it stays on its line.
pub(super) fn as_text(line: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = line;
    for _ in 0..MOST {
        let Some((at, length, text)) = next(rest) else {
            break;
        };
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(&text);
        rest = rest.get(at + length..).unwrap_or_default();
    }
    if out.is_empty() && rest.len() == line.len() {
        return Cow::Borrowed(line);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Finds the first list that is text: where it begins, how long it is, and what it says.
fn next(rest: &str) -> Option<(usize, usize, String)> {
    let opens = [("[", ']'), ("<<", '>')];
    opens
        .iter()
        .flat_map(|(open, close)| {
            rest.match_indices(open)
                .filter_map(move |(at, open)| one(rest, at, open, *close))
                .take(1)
        })
        .min_by_key(|(at, ..)| *at)
}

fn one(rest: &str, at: usize, open: &str, close: char) -> Option<(usize, usize, String)> {
    let inner = rest.get(at + open.len()..)?;
    let end = inner.find(|letter: char| !(letter.is_ascii_digit() || ", ".contains(letter)))?;
    let list = inner.get(..end).filter(|_| {
        inner
            .get(end..)
            .is_some_and(|behind| behind.starts_with(close))
    })?;
    let octets: Vec<u8> = list
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect::<Option<_>>()?;
    let text = String::from_utf8(octets).ok()?;
    let is_text = text.len() >= SHORTEST
        && !text
            .chars()
            .any(|letter| letter.is_control() && !letter.is_ascii_whitespace());
    let length = open.len() + end + open.len();
    is_text.then(|| (at, length, text.replace(['\r', '\n'], " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> String {
        let numbers: Vec<_> = text.bytes().map(|octet| octet.to_string()).collect();
        numbers.join(", ")
    }

    #[test]
    fn a_list_of_octets_is_text() {
        let body = "{\"error\":\"invalid_grant\"}";
        let line = format!("Err(Parse([{}]), 7)", listed(body));
        assert_eq!(as_text(&line), format!("Err(Parse({body}), 7)"));
        let line = format!("body: <<{}>>", listed(body).replace(' ', ""));
        assert_eq!(as_text(&line), format!("body: {body}"));
    }

    #[test]
    fn numbers_stay_numbers() {
        for line in [
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]",
            "[401, 402, 403]",
            "[]",
            "[[[[",
            "<<<<",
            "[123, 34",
            "[65, 66, 67]",
        ] {
            assert_eq!(as_text(line), line);
        }
    }
}
