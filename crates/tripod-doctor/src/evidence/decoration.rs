//! What stands around a line of HTTP where a program shows it: a logger's prefix, an arrow, quotes with escapes.

use std::borrow::Cow;

use super::shape;

/// A line of HTTP, or several, without what stood around them.
pub(super) struct Plain<'a> {
    /// What was shown; nothing, where an empty text was.
    pub(super) lines: Vec<Cow<'a, str>>,
    /// Whether anything stood around it.
    pub(super) is_decorated: bool,
}

/// Takes off whatever stands around a line.
pub(super) fn plain(line: &str) -> Plain<'_> {
    let (rest, is_decorated) = peel(line);
    let has_escapes = rest.contains("\\r\\n") || rest.contains("[\\r]") || rest.contains("[\\n]");
    let may_be_quoted = is_decorated && rest.starts_with(['"', '\'', 'b']);
    if !(has_escapes || may_be_quoted) {
        return Plain {
            lines: vec![Cow::Borrowed(rest)],
            is_decorated,
        };
    }
    let lines = match quoted(rest) {
        Some(text) => text
            .lines()
            .map(|line| Cow::Owned(line.to_owned()))
            .collect(),
        None if has_escapes => unescaped(rest)
            .lines()
            .map(|line| Cow::Owned(line.to_owned()))
            .collect(),
        None => vec![Cow::Borrowed(rest)],
    };
    Plain {
        lines,
        is_decorated: true,
    }
}

/// Arrows and names with which programs mark what was sent and what came.
const MARKS: [&str; 38] = [
    "wire - ",
    "headers - ",
    "http-outgoing-%d >> ",
    "http-outgoing-%d << ",
    "http-outgoing-%d >>",
    "http-outgoing-%d <<",
    "-->",
    "<--",
    "->",
    "<-",
    "=>",
    "<=",
    ">>>",
    "<<<",
    ">>",
    "<<",
    "→",
    "←",
    "⇒",
    "⇐",
    "send: ",
    "reply: ",
    "header: ",
    "request: ",
    "response: ",
    "(request) ",
    "(response) ",
    "Request: ",
    "Response: ",
    "Request body: ",
    "Response body: ",
    "Response Body: ",
    "Request Body: ",
    "HTTP Request: ",
    "CURL ",
    "-- ",
    "- ",
    ": ",
];

/// Takes off what loggers write before a message; tells whether there was any.
fn peel(line: &str) -> (&str, bool) {
    const MOST: usize = 14;
    let mut rest = line.trim_start_matches([' ', '\t']);
    let mut is_decorated = false;
    for _ in 0..MOST {
        let Some(behind) = one(rest) else { break };
        rest = behind.trim_start_matches([' ', '\t']);
        is_decorated = true;
    }
    (rest, is_decorated)
}

fn one(rest: &str) -> Option<&str> {
    match rest.chars().next()? {
        '>' | '<' | '|' | '│' | '┃' | '*'
            if rest.chars().nth(1).is_none_or(|next| next == ' ') && !rest.starts_with("* ") =>
        {
            return rest
                .chars()
                .next()
                .and_then(|mark| rest.get(mark.len_utf8()..));
        }
        '[' => return bracket(rest),
        _ => {}
    }
    let mark = || {
        MARKS.iter().find_map(|mark| {
            shape::after(rest, mark).filter(|behind| {
                mark.ends_with([' ', '→'])
                    || behind.is_empty()
                    || behind.starts_with([' ', '"', '\''])
            })
        })
    };
    let level = || {
        shape::level(rest)
            .filter(|behind| behind.starts_with([':', ' ', '|', '[', '\t']) || behind.is_empty())
            .map(|behind| behind.strip_prefix(':').unwrap_or(behind))
    };
    mark()
        .or_else(|| shape::time(rest))
        .or_else(level)
        .or_else(|| klog(rest))
        .or_else(|| ruby(rest))
        .or_else(|| module(rest))
}

/// Takes `[main]`, `[12]`, `[2026-11-21 21:17:02]` off, but no list.
fn bracket(rest: &str) -> Option<&str> {
    const LONGEST: usize = 80;
    let end = rest.find(']').filter(|end| *end <= LONGEST)?;
    let inner = rest.get(1..end)?;
    let is_name = inner
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || " _.:/#@+-,=".contains(letter));
    let is_escape = matches!(inner, "\\r" | "\\n");
    (is_name && !is_escape && !inner.is_empty())
        .then(|| rest.get(end + 1..))
        .flatten()
}

/// Takes `I1121 21:17:02.156363   19204 file.go:12] ` off.
fn klog(rest: &str) -> Option<&str> {
    let behind = rest.strip_prefix(['I', 'W', 'E', 'F'])?;
    let (date, behind) = behind.split_once(' ')?;
    let is_date = date.len() == 4 && date.bytes().all(|octet| octet.is_ascii_digit());
    let (_, behind) = shape::time(behind).filter(|_| is_date)?.split_once("] ")?;
    Some(behind)
}

/// Takes off the letter with which Ruby's logger begins.
fn ruby(rest: &str) -> Option<&str> {
    let behind = rest.strip_prefix(['D', 'I', 'W', 'E', 'F', 'A'])?;
    behind
        .strip_prefix(", ")
        .filter(|behind| behind.starts_with('['))
}

/// Takes off the name of a module or logger: `hyper::client: `, `o.a.http.wire - `.
fn module(rest: &str) -> Option<&str> {
    let end = rest
        .find([' ', '"', '\'', '=', '/', '{', '(', '<'])
        .unwrap_or(rest.len());
    let name = rest.get(..end)?;
    let is_module = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && (name.trim_end_matches(':').contains("::") || name.contains('.'));
    let behind = rest.get(end..)?;
    if is_module
        && let Some(at) = name
            .rfind(':')
            .filter(|at| !name.ends_with("::") && *at > 0)
    {
        // `DEBUG:urllib3.connectionpool:POST …`
        return rest.get(at + 1..);
    }
    let behind = behind.trim_start();
    let is_followed = ["- ", "-- ", ": ", "| ", "> ", "["]
        .iter()
        .any(|mark| behind.starts_with(mark));
    (is_module && is_followed).then_some(behind)
}

/// Reads a text in quotes, of Python, Ruby, Java or Go.
fn quoted(rest: &str) -> Option<String> {
    let rest = rest.trim_end_matches([' ', ',', ')', ';']);
    let rest = rest
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['"', '\'']))
        .unwrap_or(rest);
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(unescaped(inner))
}

/// Resolves the escapes of a text.
pub(super) fn unescaped(inner: &str) -> String {
    let inner = inner.replace("[\\r]", "").replace("[\\n]", "\n");
    let mut octets = Vec::with_capacity(inner.len());
    let mut letters = inner.chars();
    let mut buffer = [0; 4];
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '\\' => match letters.next() {
                Some('r') | None => continue,
                Some('n') => '\n',
                Some('t') => '\t',
                Some('x') => {
                    let digits: String = letters.by_ref().take(2).collect();
                    octets.extend(u8::from_str_radix(&digits, 16));
                    continue;
                }
                Some('u') => {
                    let digits: String = letters.by_ref().take(4).collect();
                    u32::from_str_radix(&digits, 16)
                        .ok()
                        .and_then(char::from_u32)
                        .unwrap_or('?')
                }
                Some(other) => other,
            },
            letter => letter,
        };
        octets.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
    }
    String::from_utf8_lossy(&octets).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_around_a_line_is_taken_off() {
        for line in [
            "Host: a.example",
            "> Host: a.example",
            "    < Host: a.example",
            "-> \"Host: a.example\\r\\n\"",
            "2026-11-21 21:15:35,304 DEBUG org.apache.http.headers - http-outgoing-0 >> Host: a.example",
            "2026/11/21 22:28:05:869 UTC [DEBUG] wire - http-outgoing-0 >> \"Host: a.example[\\r][\\n]\"",
            "DEBUG o.a.h.wire [main] http-outgoing-12 << \"Host: a.example[\\r][\\n]\"",
            "I, [2026-11-21T21:17:02.156363 #19204]  INFO -- request: Host: a.example",
            "2026-11-21T21:19:56.123Z TRACE hyper::proto::h1::io: Host: a.example",
            "[2026-11-21 21:17:02] app.DEBUG: >>> Host: a.example",
            "I1121 21:17:02.156363   19204 round_trippers.go:463] Host: a.example",
            "header: Host: a.example",
            "  | Host: a.example",
        ] {
            let plain = plain(line);
            assert_eq!(plain.lines, ["Host: a.example"], "{line}");
        }
    }

    #[test]
    fn escapes_make_lines() {
        for line in [
            "send: b'GET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'",
            "<- \"GET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"",
            "GET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
        ] {
            assert_eq!(
                plain(line).lines,
                ["GET /x HTTP/1.1", "Host: a", ""],
                "{line}"
            );
        }
        assert!(plain("-> \"\"").lines.is_empty());
    }

    #[test]
    fn bodies_keep_their_brackets_and_names() {
        for line in [
            "[{\"a\":1}]",
            "[\"a\"]",
            "{\"error\":1}",
            "code=1&state=2",
            "<html>",
            "Content-Type: x",
            "Server: nginx",
            "date: x",
        ] {
            assert_eq!(plain(line).lines, [line]);
        }
    }
}
