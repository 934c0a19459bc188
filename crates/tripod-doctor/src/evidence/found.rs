//! Answers that stand in the middle of words: an object that speaks of an error, and the status that is told around it.

use serde_json::{Map, Value};

use super::{Exchange, Header, Place, Request, Response, loose, status};

/// No more objects are tried in one text, and no more are taken.
const MAX_TRIED: usize = 200;
const MAX_TAKEN: usize = 12;

/// Objects that are not read are not looked into further than this.
const MAX_NESTED: usize = 8;

/// Finds answers in lines; each comes with its number. Lines that are spoken for are empty.
pub(super) fn exchanges(lines: &[(usize, &str)]) -> Vec<Exchange> {
    let mut found = Vec::new();
    let mut tried = 0;
    let (mut index, mut from) = (0, 0);
    let mut head: Option<(Option<u16>, Vec<Header>)> = None;
    while let Some((number, line)) = lines.get(index) {
        let Some(at) = line.get(from..).and_then(begin).map(|at| from + at) else {
            (index, from) = (index + 1, 0);
            continue;
        };
        tried += 1;
        if tried > MAX_TRIED || found.len() >= MAX_TAKEN {
            break;
        }
        let Some(object) = Object::read(lines, index, at) else {
            // What cannot be read may hold something that can.
            let before = line.get(..at).unwrap_or_default();
            let is_worn = before.matches(['{', '[']).count() > MAX_NESTED;
            (index, from) = match is_worn {
                true => (index + 1, 0),
                false => (index, at + 1),
            };
            continue;
        };
        let behind = line.get(object.end..).filter(|_| object.lines == 0);
        let told = told(lines, index, at).or_else(|| status::told(behind?));
        let before = found.len();
        let fields = header_fields(&object.value);
        if fields.is_empty() {
            let (status, headers) = head.take().unwrap_or_default();
            taken(
                &object.value,
                &object.raw,
                told.or(status),
                &Place::line(*number),
                &mut found,
            );
            if let Some(response) = found
                .get_mut(before)
                .and_then(|found| found.response.as_mut())
            {
                response.headers.extend(headers);
            }
        } else {
            // `401 { server: 'x' } {"error": …}`: Node prints the head before the body.
            head = Some((told, fields));
        }
        // What was read is not read again; what holds nothing may hold something within.
        let is_taken = found.len() > before || head.is_some() || object.lines > 4;
        (index, from) = match is_taken {
            true => (index + object.lines, object.end),
            false if object.lines == 0 => (index, object.end),
            false => (index + 1, 0),
        };
    }
    found
}

/// Reads an object that is the head of an answer.
fn header_fields(value: &Value) -> Vec<Header> {
    let is_head = [
        "date",
        "content-type",
        "content-length",
        "server",
        "Content-Type",
        "Date",
    ]
    .iter()
    .filter(|name| value.get(**name).is_some())
    .count()
        > 1;
    let is_request = value.get("host").is_some() || value.get("Host").is_some();
    if is_head && !is_request {
        fields(Some(value))
    } else {
        Vec::new()
    }
}

/// Finds where an object may begin.
fn begin(line: &str) -> Option<usize> {
    let opens = |at: &usize| {
        let behind = line.get(at + 1..).unwrap_or_default().trim_start();
        let before = line.get(..*at).unwrap_or_default();
        let is_list = line.get(*at..).is_some_and(|rest| rest.starts_with('['));
        let is_template = behind.starts_with('{') && !is_list || before.ends_with(['$', '#']);
        match is_list {
            true => behind.starts_with('{'),
            false => !is_template && !behind.starts_with(['%', '}']),
        }
    };
    line.match_indices(['{', '[']).map(|(at, _)| at).find(opens)
}

/// An object, and where it ends: so many lines further down, behind so many octets.
struct Object {
    value: Value,
    raw: String,
    lines: usize,
    end: usize,
}

impl Object {
    /// Reads an object from there on, over as many lines as it has.
    fn read(lines: &[(usize, &str)], index: usize, at: usize) -> Option<Self> {
        const MAX_LINES: usize = 400;
        let (_, line) = lines.get(index)?;
        let first = line.get(at..)?;
        if first.starts_with("{\\\"") || first.starts_with("[{\\\"") {
            let plain = first.replace("\\\"", "\"").replace("\\\\", "\\");
            let (value, length) = loose::read(&plain)?;
            let raw = plain.get(..length)?.to_owned();
            let written = raw.len() + raw.matches(['"', '\\']).count();
            return Some(Self {
                value,
                raw,
                lines: 0,
                end: line.len().min(at + written),
            });
        }
        if let Some((value, length)) = loose::read(first) {
            let raw = first.get(..length)?.to_owned();
            return Some(Self {
                value,
                raw,
                lines: 0,
                end: at + length,
            });
        }
        let mut text = first.to_owned();
        let mut open = opened(first);
        for (count, (_, line)) in lines.iter().skip(index + 1).take(MAX_LINES).enumerate() {
            let before = text.len() + 1;
            text.push('\n');
            text.push_str(line);
            open += opened(line);
            if open <= 0 || line.starts_with(['}', ']']) {
                let read = loose::read(&text);
                if let Some((value, length)) = read {
                    let raw = text.get(..length)?.to_owned();
                    return Some(Self {
                        value,
                        raw,
                        lines: count + 1,
                        end: length.saturating_sub(before),
                    });
                }
                if open <= 0 {
                    return None;
                }
            }
        }
        None
    }
}

/// Counts brackets that are open at the end, as near as one can without knowing what is text.
fn opened(line: &str) -> i64 {
    line.chars().fold(0, |open, letter| match letter {
        '{' | '[' => open + 1,
        '}' | ']' => open - 1,
        _ => open,
    })
}

/// Takes what an object holds: an exchange as HTTP clients attach it to errors, or an answer.
fn taken(value: &Value, raw: &str, told: Option<u16>, place: &Place, found: &mut Vec<Exchange>) {
    if let Some(exchange) = attached(value, place) {
        found.push(exchange);
        return;
    }
    if is_answer(value) || told.is_some_and(|status| status >= 400) && is_word_of_answer(value) {
        let body = match serde_json::from_str::<Value>(raw) {
            Ok(_) => raw.to_owned(),
            Err(_) => value.to_string(),
        };
        let response = Response {
            is_body_left_out: false,
            status: told.or_else(|| own_status(value)),
            headers: vec![Header::new("Content-Type", "application/json")],
            body: Some(body.into()),
            place: place.clone(),
        };
        found.push(Exchange::new(None, Some(response)));
        return;
    }
    let Some(members) = value.as_object() else {
        return;
    };
    for name in [
        "data", "body", "response", "error", "cause", "context", "result",
    ] {
        if let Some(inner) = members.get(name).and_then(within)
            && found.len() < MAX_TAKEN
        {
            let told = told.or_else(|| own_status(value));
            taken(&inner, &inner.to_string(), told, place, found);
            return;
        }
    }
}

/// Returns a member that is an object, or a text that holds one.
fn within(member: &Value) -> Option<Value> {
    match member {
        Value::Object(_) => Some(member.clone()),
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).ok()
        }
        _ => None,
    }
}

fn own_status(value: &Value) -> Option<u16> {
    [
        "status",
        "statusCode",
        "status_code",
        "Status",
        "code",
        "http_status",
    ]
    .iter()
    .find_map(|name| {
        let value = value.get(*name)?;
        let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
        u16::try_from(number)
            .ok()
            .filter(|number| (400..600).contains(number))
    })
}

/// Reads the request and the answer that clients attach to their errors (axios, gaxios, got, superagent, needle …).
fn attached(value: &Value, place: &Place) -> Option<Exchange> {
    let members = value.as_object()?;
    let response = members
        .get("response")
        .or_else(|| members.get("res"))?
        .as_object()?;
    let body = ["data", "body", "text", "_data", "payload"]
        .iter()
        .find_map(|name| response.get(*name).filter(|body| !body.is_null()));
    let status = ["status", "statusCode", "status_code"]
        .iter()
        .find_map(|name| response.get(*name)?.as_u64());
    if status.is_none() || (body.is_none() && response.get("headers").is_none()) {
        return None;
    }
    let body = body.map(|body| {
        body.as_str()
            .map_or_else(|| body.to_string(), str::to_owned)
    });
    let answered = Response {
        is_body_left_out: false,
        status: status.and_then(|status| u16::try_from(status).ok()),
        headers: fields(response.get("headers")),
        body: body.map(Into::into),
        place: place.clone(),
    };
    let asked = ["config", "request", "options", "req"]
        .iter()
        .find_map(|name| members.get(*name)?.as_object());
    Some(Exchange::new(
        asked.and_then(|asked| request(asked, place)),
        Some(answered),
    ))
}

fn request(asked: &Map<String, Value>, place: &Place) -> Option<Request> {
    let text = |names: &[&str]| names.iter().find_map(|name| asked.get(*name)?.as_str());
    let uri = text(&["url", "uri", "href"]).filter(|uri| uri.contains("://"))?;
    let headers = fields(asked.get("headers"));
    let body = text(&["data", "body"]).map(str::to_owned);
    Some(Request {
        is_authorization_left_out: headers.is_empty() || asked.contains_key("auth"),
        is_body_left_out: body.is_none(),
        headers,
        body: body.map(Into::into),
        place: place.clone(),
        ..Request::new(text(&["method"]).unwrap_or("GET").to_ascii_uppercase(), uri)
    })
}

pub(super) fn fields(headers: Option<&Value>) -> Vec<Header> {
    let members = headers.and_then(Value::as_object);
    let pairs = members.into_iter().flatten();
    pairs
        .filter_map(|(name, value)| {
            Some(Header::new(
                name.as_str(),
                value.as_str().or_else(|| value.get(0)?.as_str())?,
            ))
        })
        .collect()
}

/// Tells whether an object is what a server answers when it refuses, whatever dialect it speaks.
pub(super) fn is_answer(value: &Value) -> bool {
    if let Some(items) = value.as_array() {
        return items.first().is_some_and(|first| {
            first.is_object() && (is_answer(first) || is_word_of_answer(first))
        });
    }
    let Some(members) = value.as_object() else {
        return false;
    };
    let get = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| members.get(*name))
            .filter(|value| !value.is_null())
    };
    let is_said =
        |value: &Value| value.as_str().is_some_and(|text| !text.is_empty()) || value.is_object();
    let speaks = get(&["error", "Error"]).is_some_and(is_said)
        || get(&["errors"]).is_some_and(|errors| {
            is_said(errors) || errors.as_array().is_some_and(|all| !all.is_empty())
        })
        || get(&[
            "error_description",
            "error_summary",
            "errorCode",
            "error_code",
            "errorMessage",
            "error_message",
            "fault",
            "Fault",
            "oauth_problem",
            "oauth_error",
            "o:errorDetails",
            "err_code",
        ])
        .is_some()
        || ["ok", "success"]
            .iter()
            .any(|name| members.get(*name) == Some(&Value::Bool(false)));
    let has_words = get(&[
        "message",
        "Message",
        "msg",
        "detail",
        "Detail",
        "description",
        "reason",
    ])
    .is_some_and(Value::is_string);
    let has_kind = get(&[
        "code",
        "Code",
        "status",
        "Status",
        "statusCode",
        "type",
        "Type",
        "title",
        "Title",
        "errorType",
        "__type",
        "name",
    ])
    .is_some_and(|kind| !is_errno(kind));
    let is_thrown = members.contains_key("stack")
        || members.contains_key("syscall")
        || members.contains_key("errno");
    !is_thrown && (speaks && !is_record_of_error(members) || has_words && has_kind)
}

/// A logger's record may have a member `error`, too; that is what the program says.
fn is_record_of_error(members: &Map<String, Value>) -> bool {
    ["level", "severity", "lvl", "logger", "caller"]
        .iter()
        .any(|name| members.contains_key(*name))
}

fn is_errno(kind: &Value) -> bool {
    kind.as_str().is_some_and(|code| {
        code.starts_with("ERR_")
            || code.len() > 4
                && code.starts_with('E')
                && code
                    .bytes()
                    .all(|octet| octet.is_ascii_uppercase() || octet == b'_')
    })
}

/// Tells whether an object that is known to be of a refusal says anything.
fn is_word_of_answer(value: &Value) -> bool {
    [
        "message",
        "Message",
        "msg",
        "detail",
        "Detail",
        "title",
        "reason",
        "description",
    ]
    .iter()
    .any(|name| value.get(*name).is_some_and(Value::is_string))
}

/// Finds the status that is told before an object, or on the lines above it.
fn told(lines: &[(usize, &str)], index: usize, at: usize) -> Option<u16> {
    let (_, line) = lines.get(index)?;
    let own = line.get(..at).unwrap_or_default();
    let above = || {
        let above = lines
            .get(index.saturating_sub(3)..index)
            .unwrap_or_default();
        above.iter().rev().find_map(|(_, line)| status::told(line))
    };
    status::told(own)
        .or_else(|| status::leading(own))
        .or_else(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Exchange> {
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .collect();
        exchanges(&lines)
    }

    fn answer(text: &str) -> (Option<u16>, String) {
        let [exchange] = found(text)
            .try_into()
            .unwrap_or_else(|all: Vec<_>| panic!("{text}: {}", all.len()));
        let response = exchange.response.unwrap();
        (response.status, response.body().to_owned())
    }

    #[test]
    fn answers_are_found_with_the_status_that_is_told() {
        for (text, status) in [
            (
                "GET /v1/me failed: 403 Forbidden {\"message\": \"no\", \"code\": 7}",
                Some(403),
            ),
            (
                "The server said (HTTP 401):\n\n{'Title': 'Unauthorized', 'Detail': 'gone'}",
                Some(401),
            ),
            (
                "status=429 body={\"fault\":{\"faultstring\":\"x\"}}",
                Some(429),
            ),
            ("it says { ok: false, error: 'not_authed' }", None),
            (
                "Response code 400\n[{\"message\":\"bad\",\"errorCode\":\"B\"}]",
                Some(400),
            ),
            (
                "{:ok, %X.Response{body: \"{\\\"error\\\":\\\"x\\\"}\", status_code: 400}}",
                Some(400),
            ),
            (
                "{ok,{{\"HTTP/1.1\",401,\"Unauthorized\"},[],\"{\\\"error\\\":\\\"x\\\"}\"}}",
                Some(401),
            ),
            ("msg=\"{\\\"error\\\":\\\"x\\\"}\"", None),
            ("{\n  \"errors\": [\n    {\"title\": \"x\"}\n  ]\n}", None),
            ("{:message=>\"no\", :statusCode=>403}", Some(403)),
            (
                "429 Headers {\n  server: 'x',\n  date: 'y'\n} {\"message\":\"slow\",\"code\":\"q\"}",
                Some(429),
            ),
        ] {
            assert_eq!(answer(text).0, status, "{text}");
        }
    }

    #[test]
    fn what_a_client_attaches_to_its_error_is_an_exchange() {
        let text = "HttpError: bad\n    at f (a.js:1:2) {\n  config: {\n    url: 'https://as.example/token',\n    method: 'post',\n    headers: { Accept: 'x' },\n    data: 'grant_type=refresh_token'\n  },\n  response: {\n    status: 400,\n    headers: { date: 'y' },\n    data: { error: 'invalid_grant' }\n  }\n}";
        let [exchange] = found(text).try_into().unwrap();
        assert_eq!(exchange.request.unwrap().body(), "grant_type=refresh_token");
        assert_eq!(
            exchange.response.unwrap().body(),
            "{\"error\":\"invalid_grant\"}"
        );
    }

    #[test]
    fn code_settings_and_errors_of_programs_are_no_answers() {
        for text in [
            "const a = { code: 'x' }",
            "if (x) { throw { message } }",
            "{ errno: -111, code: 'ECONNREFUSED', syscall: 'connect', message: 'x' }",
            "options = {'scope': 'a', 'code': 'b'}",
            "{\"data\": {\"name\": \"a\"}}",
            "Authorization: Bearer {{token}}",
            "{\"error\": null, \"errors\": []}",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
