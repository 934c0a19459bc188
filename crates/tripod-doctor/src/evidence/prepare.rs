//! Takes off what was put around the evidence on its way: colours, and what carriers of logs put before each line.
//!
//! Each line that comes out knows from which line of the input it came.

use std::borrow::Cow;

use serde_json::Value;

use super::{Exchange, Place, log_record, logged, octets, shape};

/// Longer inputs are archives and dumps, which nobody's terminal has coloured.
const MAX_OCTETS: usize = 8 * 1024 * 1024;

/// A text without wrapping, and the number of the line from which each of its lines came.
pub(super) struct Prepared<'a> {
    pub(super) text: Cow<'a, str>,
    numbers: Vec<usize>,
    /// What records of the log held; it is no more in the text.
    pub(super) exchanges: Vec<Exchange>,
}

impl Prepared<'_> {
    /// Returns the number that the line had in the input; both count from one.
    pub(super) fn original(&self, line: usize) -> usize {
        let number = line
            .checked_sub(1)
            .and_then(|index| self.numbers.get(index));
        number.copied().unwrap_or(line)
    }
}

/// Unwraps a text.
pub(super) fn prepare(text: &str) -> Prepared<'_> {
    if text.len() > MAX_OCTETS {
        return Prepared {
            text: Cow::Borrowed(text),
            numbers: Vec::new(),
            exchanges: Vec::new(),
        };
    }
    let lines: Vec<&str> = text.lines().collect();
    let quoted = quoted_lines(&lines);
    let carriers = Carriers::of(&lines);
    let mut numbers = Vec::with_capacity(lines.len());
    let mut out = String::with_capacity(text.len());
    let mut exchanges = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let line = if quoted.get(index).copied().unwrap_or_default() {
            unquoted(line)
        } else {
            line
        };
        let line = carriers.strip(line);
        if let Some(rest) = boxed(line).filter(|_| is_wrapped(&out)) {
            // The console of newman breaks texts wherever its box ends.
            out.truncate(out.len() - 1);
            out.push_str(rest);
            out.push('\n');
            continue;
        }
        let line = octets::as_text(line);
        let line = without_exchange(line, index, &mut exchanges);
        let line = line.as_ref();
        if line.trim_start().starts_with("```") {
            // The fence of a code block parts like an empty line.
            push(&mut out, &mut numbers, "", index);
        } else if let Some(record) = log_record::unfold(line) {
            for line in record.lines() {
                push(&mut out, &mut numbers, line, index);
            }
        } else {
            push(&mut out, &mut numbers, line, index);
        }
    }
    Prepared {
        text: Cow::Owned(out),
        numbers,
        exchanges,
    }
}

/// Tells whether the last line is of a box and ends within a text.
fn is_wrapped(out: &str) -> bool {
    const LONGEST: usize = 8 * 1024;
    let line = out.strip_suffix('\n').unwrap_or(out).rsplit('\n').next();
    let line = line.unwrap_or_default();
    let is_open = |quote: char| line.matches(quote).count() % 2 == 1;
    boxed(line).is_some()
        && line.len() < LONGEST
        && (is_open('\'') || is_open('"') && !line.contains('\''))
}

/// Returns what stands in a box with a bar at its left alone.
fn boxed(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(' ');
    let inner = inner
        .strip_prefix(['|', '│', '┃'])
        .filter(|_| line.starts_with(' '))?;
    let inner = inner.strip_prefix(' ')?;
    (!inner.trim_end().ends_with(['|', '│', '┃'])).then_some(inner)
}

/// Takes the exchange out of a line that is a record, or ends with one.
fn without_exchange<'a>(
    line: Cow<'a, str>,
    index: usize,
    exchanges: &mut Vec<Exchange>,
) -> Cow<'a, str> {
    const MOST: usize = 256;
    let begin = line
        .find("{\"")
        .filter(|_| line.trim_end().ends_with('}') && exchanges.len() < MOST);
    let Some((before, record)) = begin.and_then(|at| line.split_at_checked(at)) else {
        return line;
    };
    let Ok(mut record) = serde_json::from_str::<Value>(record) else {
        return line;
    };
    let Some(exchange) = logged::take(&mut record, &Place::line(index + 1)) else {
        return line;
    };
    if !logged::is_mere_success(&exchange) {
        exchanges.push(exchange);
    }
    let is_empty = record.as_object().is_none_or(serde_json::Map::is_empty);
    Cow::Owned(match is_empty {
        true => before.to_owned(),
        false => format!("{before}{record}"),
    })
}

fn push(out: &mut String, numbers: &mut Vec<usize>, line: &str, index: usize) {
    out.push_str(line);
    out.push('\n');
    numbers.push(index + 1);
}

/// What may stand before each line by itself: nobody writes this but a carrier.
const CARRIERS: [&str; 12] = [
    // GitHub Actions, as the web shows it and as `gh run view` prints it; Azure Pipelines.
    "%T ",
    "%w\t%w\t%T ",
    // The runtime of containers.
    "%T stdout F ",
    "%T stderr F ",
    "%T stdout P ",
    "%T stderr P ",
    // journald and syslog.
    "%T %w %w[%d]: ",
    "<%d>%d %T %w %w %w - - ",
    // Heroku.
    "%T app[%w]: ",
    "%T heroku[%w]: ",
    // pm2.
    "%d|%w%_| %T: ",
    "%d|%w%_| ",
];

struct Carriers {
    /// Whether the name of a service stands before every line, as docker compose writes it.
    is_composed: bool,
    is_buildkit: bool,
    is_indented_by_actions: bool,
}

impl Carriers {
    fn of(lines: &[&str]) -> Self {
        let all = |shape: &str| {
            let mut lines = lines.iter().filter(|line| !line.trim().is_empty());
            let is_there = |line: &&str| {
                shape::after(line, shape).is_some()
                    || shape::after(line, shape.trim_end()) == Some("")
            };
            lines.clone().next().is_some() && lines.all(is_there)
        };
        Self {
            is_composed: all("%w%_| "),
            is_buildkit: all("#%d %w "),
            is_indented_by_actions: all("%T "),
        }
    }

    fn strip<'a>(&self, line: &'a str) -> &'a str {
        let mut line = line;
        // One carrier may carry for another.
        for _ in 0..2 {
            line = self.strip_one(line).unwrap_or(line);
        }
        line
    }

    fn strip_one<'a>(&self, line: &'a str) -> Option<&'a str> {
        if self.is_buildkit {
            return shape::after(line, "#%d %w ");
        }
        let composed = shape::after(line, "%w%_|");
        if let Some(rest) = composed
            && (self.is_composed || is_service(line))
        {
            return Some(rest.strip_prefix(' ').unwrap_or(rest));
        }
        let mut shapes = CARRIERS.iter().rev();
        shapes.find_map(|shape| {
            let rest = shape::after(line, shape)
                .or_else(|| shape::after(line, shape.trim_end()).filter(|rest| rest.is_empty()))?;
            // A time alone is a logger's, unless it is of a carrier's precision or before every line.
            (*shape != "%T " || self.is_indented_by_actions || is_of_actions(line)).then_some(rest)
        })
    }
}

/// Tells whether a line begins with the name of a container: `app-1  | `.
fn is_service(line: &str) -> bool {
    let Some((name, _)) = line.split_once('|') else {
        return false;
    };
    let name = name.trim_end();
    let number = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    number.len() < name.len() && number.ends_with(['-', '_']) && number.len() > 1
}

/// Actions write seven digits behind the second.
fn is_of_actions(line: &str) -> bool {
    const LENGTH: usize = "2026-11-21T21:19:56.1234567Z".len();
    line.get(..LENGTH)
        .is_some_and(|stamp| stamp.ends_with('Z') && stamp.as_bytes().get(19) == Some(&b'.'))
}

/// Finds lines that a mail or a post quotes: `> ` before each. What curl sends begins with a request.
fn quoted_lines(lines: &[&str]) -> Vec<bool> {
    let mut quoted = vec![false; lines.len()];
    let mut index = 0;
    while index < lines.len() {
        let block = lines
            .iter()
            .skip(index)
            .take_while(|line| line.starts_with('>'))
            .count();
        let inner = lines
            .iter()
            .skip(index)
            .take(block)
            .map(|line| unquoted(line));
        let first = inner
            .clone()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        let is_log = super::http_message::begins_request(first.trim_end()) || is_field(first);
        let nested = inner
            .clone()
            .any(|line| line.starts_with("> ") || line.starts_with("< HTTP/"));
        if block > 0 && (nested || (block > 1 && !is_log)) {
            quoted
                .iter_mut()
                .skip(index)
                .take(block)
                .for_each(|mark| *mark = true);
        }
        index += block.max(1);
    }
    quoted
}

fn is_field(line: &str) -> bool {
    let name = line.split_once(": ").map_or("", |(name, _)| name);
    !name.is_empty() && !name.contains(' ')
}

fn unquoted(line: &str) -> &str {
    let rest = line.strip_prefix('>').unwrap_or(line);
    rest.strip_prefix(' ').unwrap_or(rest)
}

/// Takes the colours of a terminal out, also where the escape itself was lost on the way.
pub(super) fn without_colours(text: &str) -> Cow<'_, str> {
    let is_bare = ["[0m", "[39m", "[22m", "[39;49;00m"]
        .iter()
        .any(|mark| text.contains(mark));
    if !is_bare
        && !text.contains(['\u{1b}', '\u{9b}'])
        && !text.contains("\\u001b[")
        && !text.contains("\\x1b[")
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\u{1b}', '\u{9b}', '[', '\\', '^']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(behind) = control(from).or_else(|| bare(from).filter(|_| is_bare)) {
            rest = behind;
        } else {
            let mut letters = from.chars();
            out.extend(letters.next());
            rest = letters.as_str();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Reads one control sequence (ECMA-48 §5.4), and returns what stands behind it.
fn control(text: &str) -> Option<&str> {
    for begin in [
        "\u{1b}[", "\u{9b}", "\\u001b[", "\\x1b[", "\\033[", "\\e[", "^[[",
    ] {
        if let Some(rest) = text.strip_prefix(begin) {
            let rest = rest.trim_start_matches(|letter: char| {
                letter.is_ascii_digit() || ";?:>=".contains(letter)
            });
            return rest.strip_prefix(|letter: char| letter.is_ascii_alphabetic());
        }
    }
    if let Some(rest) = text.strip_prefix("\u{1b}]") {
        // A title or a link, up to its terminator.
        let end = rest.find(['\u{7}', '\u{1b}'])?;
        let rest = rest.get(end..)?;
        return rest
            .strip_prefix("\u{1b}\\")
            .or_else(|| rest.strip_prefix('\u{7}'));
    }
    text.strip_prefix('\u{1b}')
}

/// Reads `[31m`, of which the escape is gone.
fn bare(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('[')?;
    let behind = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
    (behind.len() < rest.len())
        .then(|| behind.strip_prefix('m'))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        for coloured in [
            "\u{1b}[32mGET\u{1b}[39;49;00m /x",
            "[32mGET[0m /x",
            "\\u001b[1mGET\\u001b[0m /x",
            "\u{1b}]0;t\u{7}GET /x",
        ] {
            assert_eq!(without_colours(coloured), "GET /x");
        }
        assert_eq!(without_colours("a[0] = {b: [1]}"), "a[0] = {b: [1]}");
    }

    #[test]
    fn what_carriers_put_before_each_line_is_taken_off_and_lines_keep_their_numbers() {
        for wrapped in [
            "api-1  | first\napi-1  | \napi-1  | second",
            "2026-11-21T21:19:56.1234567Z first\n2026-11-21T21:19:56.1234567Z \n2026-11-21T21:19:56.1234567Z second",
            "Nov 21 21:19:40 web1 shop[2117]: first\nNov 21 21:19:40 web1 shop[2117]: \nNov 21 21:19:40 web1 shop[2117]: second",
            "0|api | first\n0|api | \n0|api | second",
            "#12 0.511 first\n#12 0.511 \n#12 0.512 second",
            "2026-11-21T21:20:07.482Z stderr F first\n2026-11-21T21:20:07.482Z stderr F \n2026-11-21T21:20:07.482Z stderr F second",
        ] {
            let prepared = prepare(wrapped);
            assert_eq!(prepared.text, "first\n\nsecond\n", "{wrapped}");
            assert_eq!(prepared.original(3), 3);
        }
    }

    #[test]
    fn tables_and_what_curl_sends_stay_as_they_are() {
        for text in [
            "a = b | c\nname | age\n",
            "> GET /x HTTP/1.1\n> Host: a\n",
            "21:17:02 one\ntwo\n",
        ] {
            assert_eq!(prepare(text).text, text);
        }
    }

    #[test]
    fn what_a_box_broke_is_one_line_again() {
        let text = "  | {\n  |   authorization: 'Bearer abc\n  | def',\n  | }\n";
        let prepared = prepare(text);
        let whole = "  | {\n  |   authorization: 'Bearer abcdef',\n  | }\n";
        assert_eq!(prepared.text, whole);
        assert_eq!(prepared.original(3), 4);
    }

    #[test]
    fn a_record_is_unfolded_and_what_follows_keeps_its_number() {
        let log = "{\"level\":\"error\",\"msg\":\"it failed\\nfor good\",\"ts\":1}\nnext";
        let prepared = prepare(log);
        let at = prepared
            .text
            .lines()
            .position(|line| line == "next")
            .unwrap()
            + 1;
        assert!(at > 2);
        assert_eq!(prepared.original(at), 2);
        assert_eq!(prepared.original(2), 1);
    }
}
