//! Records that loggers write for programs: a JSON object a line, or `key="value"` pairs.

use serde_json::{Map, Value};

/// Deeper records are not unfolded.
const MAX_DEPTH: usize = 6;

/// Turns a record into lines that a person would have read; `None` if the line is none.
pub(super) fn unfold(line: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with('{') && line.ends_with('}') {
        let value: Value = serde_json::from_str(line).ok()?;
        return record(&value);
    }
    pairs(line)
}

/// Unfolds an object that is a record of a log.
pub(super) fn record(value: &Value) -> Option<String> {
    let members = value.as_object()?;
    if !is_record(members) {
        return None;
    }
    let mut lines = Vec::new();
    unfold_members(members, 0, &mut lines);
    Some(lines.join("\n"))
}

/// Unfolds an object that is known to be a record.
pub(super) fn lines(value: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(members) = value.as_object() {
        unfold_members(members, 0, &mut lines);
    }
    lines
}

/// Tells a record from an answer: it has a level, or a time beside its message.
fn is_record(members: &Map<String, Value>) -> bool {
    let has = |names: &[&str]| {
        members
            .keys()
            .any(|own| names.iter().any(|name| own.eq_ignore_ascii_case(name)))
    };
    let is_level = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| super::shape::level(text) == Some(""))
            || value.is_u64()
    };
    let levels = [
        "level",
        "severity",
        "lvl",
        "levelname",
        "level_name",
        "loglevel",
        "log.level",
        "@l",
    ];
    let has_level = levels
        .iter()
        .any(|name| members.get(*name).is_some_and(is_level));
    let has_time = has(&[
        "ts",
        "time",
        "timestamp",
        "@timestamp",
        "asctime",
        "@t",
        "datetime",
        "t",
    ]);
    let has_message = has(&[
        "msg",
        "message",
        "event",
        "@m",
        "@mt",
        "textpayload",
        "jsonpayload",
        "log",
        "short_message",
    ]);
    let has_source = has(&[
        "logger",
        "channel",
        "caller",
        "hostname",
        "pid",
        "logger_name",
        "thread",
        "application",
    ]);
    has_level && (has_message || has_time || has_source || has(&["context", "fields"]))
        || has_message && has_time
}

/// Returns the message and, behind it, the error of which it tells: programs join them so themselves.
fn sentence(members: &Map<String, Value>) -> Option<String> {
    let text = |names: &[&str]| {
        let texts = names.iter().filter_map(|name| members.get(*name)?.as_str());
        let mut plain = texts.filter(|text| !text.contains(['\n', '{', '<']));
        plain.next()
    };
    let message = text(&["msg", "message", "event"])?;
    let error = text(&["error", "err", "exception", "cause", "reason"])?;
    Some(format!("{message}: {error}"))
}

fn unfold_members(members: &Map<String, Value>, depth: usize, lines: &mut Vec<String>) {
    lines.extend(sentence(members));
    let text = |names: &[&str]| names.iter().find_map(|name| members.get(*name)?.as_str());
    let uri = text(&["url", "uri"]).filter(|uri| uri.contains("://"));
    if let (Some(method), Some(uri)) = (text(&["method"]), uri) {
        lines.push(format!("{} {uri}", method.to_ascii_uppercase()));
    }
    // A status has to stand before the body of which it is.
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| order(name));
    for (name, value) in sorted {
        if is_about_record(name) {
            continue;
        }
        unfold_member(name, value, depth, lines);
    }
}

/// Tells whether a member says how and when it was logged, and nothing of what happened.
fn is_about_record(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "level",
        "severity",
        "lvl",
        "levelname",
        "level_name",
        "ts",
        "time",
        "timestamp",
        "@timestamp",
        "datetime",
    ];
    NAMES.iter().any(|own| name.eq_ignore_ascii_case(own))
}

fn order(name: &str) -> u8 {
    match name.to_ascii_lowercase().as_str() {
        "msg" | "message" | "event" | "log" | "textpayload" => 0,
        "status" | "statuscode" | "status_code" | "http_status" | "code" => 1,
        _ => 2,
    }
}

fn unfold_member(name: &str, value: &Value, depth: usize, lines: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => lines.push(format!("{name}: {number}")),
        Value::String(text) => lines.push(leaf(name, text)),
        Value::Object(members) if depth < MAX_DEPTH && !super::found::is_answer(value) => {
            unfold_members(members, depth + 1, lines);
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            lines.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
        }
        value => lines.push(format!("{name}: {value}")),
    }
}

/// What is meant for people stands as it is; values stand in quotes, so that their end is known.
fn leaf(name: &str, text: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let is_prose = order(name) == 0 || text.contains(['\n', ' ', '{', '<', '=']);
    let is_header = matches!(
        lower.as_str(),
        "authorization" | "www-authenticate" | "location"
    );
    match () {
        () if order(name) == 0 => text.to_owned(),
        () if text.contains('\n') => format!("{name}:\n{text}"),
        () if is_prose || is_header => format!("{name}: {text}"),
        () => format!("{name}: {}", Value::from(text)),
    }
}

/// Unfolds `level=error msg="no token: {\"error\":…}" status=401`.
fn pairs(line: &str) -> Option<String> {
    let is_record = ["level=", "lvl=", "severity="]
        .iter()
        .any(|name| line.starts_with(name) || line.contains(&format!(" {name}")))
        && line.contains("=\"");
    if !is_record {
        return None;
    }
    let mut lines = Vec::new();
    let mut rest = line;
    while let Some((name, behind)) = rest.split_once('=') {
        let name = name.rsplit(' ').next().unwrap_or(name);
        let (value, behind) = match behind.strip_prefix('"') {
            Some(inner) => quoted(inner),
            None => {
                let end = behind.find(' ').unwrap_or(behind.len());
                let (value, behind) = behind.split_at(end);
                (value.to_owned(), behind)
            }
        };
        rest = behind;
        if !is_about_record(name) {
            lines.push((order(name), leaf(name, &value)));
        }
    }
    lines.sort_by_key(|(order, _)| *order);
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    Some(lines.join("\n"))
}

fn quoted(inner: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') | None => {}
                Some(other) => value.push(other),
            },
            letter => value.push(letter),
        }
    }
    (value, letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_a_person_would() {
        let line = r#"{"severity":"WARNING","message":"no orders","http":{"status_code":403,"body":"{\"fault\":\"x\"}"},"timestamp":"t"}"#;
        let lines = unfold(line).unwrap();
        assert_eq!(
            lines,
            "no orders\nstatus_code: 403\nbody: {\"fault\":\"x\"}"
        );
        let line = r#"time=2026 level=warn msg="refresh: {\"error\":\"y\"}" client=a"#;
        assert_eq!(
            unfold(line).unwrap(),
            "refresh: {\"error\":\"y\"}\nclient: \"a\""
        );
    }

    #[test]
    fn a_message_and_its_error_are_one_sentence() {
        let line = r#"{"level":"error","msg":"no renewal","error":"deadline exceeded","ts":1}"#;
        let lines = unfold(line).unwrap();
        assert_eq!(lines.lines().next(), Some("no renewal: deadline exceeded"));
    }

    #[test]
    fn an_answer_is_no_record() {
        for answer in [
            r#"{"error":"invalid_grant","error_description":"x"}"#,
            r#"{"message":"Invalid consumer."}"#,
            r#"{"status":401,"message":"no"}"#,
            r#"{"code":32,"level":"x"}"#,
            "level=1 of 2",
        ] {
            assert_eq!(unfold(answer), None, "{answer}");
        }
    }
}
