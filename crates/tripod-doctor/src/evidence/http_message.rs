//! HTTP messages as they stand on the wire, one after the other.

use super::{Excerpt, Exchange, Header, Place, Request, Response};

const METHODS: [&str; 8] = [
    "GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD ", "OPTIONS ", "TRACE ",
];

/// Tells whether a line begins a request: `POST /token HTTP/1.1`, or without the version.
pub(super) fn begins_request(line: &str) -> bool {
    METHODS.iter().any(|method| {
        line.strip_prefix(method).is_some_and(|rest| {
            let target = rest.trim();
            let mut words = target.split(' ');
            let uri = words.next().unwrap_or_default();
            let is_uri = uri.starts_with('/') || uri.contains("://") || uri == "*";
            is_uri && words.next().is_none_or(|word| word.starts_with("HTTP/"))
        })
    })
}

/// Tells whether a line begins an answer.
pub(super) fn begins_response(line: &str) -> bool {
    line.strip_prefix("HTTP/").is_some_and(|rest| {
        let mut words = rest.split(' ');
        let version = words.next().unwrap_or_default();
        let is_version = version.starts_with(|digit: char| digit.is_ascii_digit());
        let status = words.next().unwrap_or_default();
        is_version && status.len() == 3 && status.bytes().all(|octet| octet.is_ascii_digit())
    })
}

/// Reads requests and answers, and pairs each answer with the request before it.
pub(super) fn read(text: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for message in messages(text) {
        let place = Place::line(message.line);
        let (head, rest) = split(message.text);
        let mut lines = head.lines();
        let first = lines.next().unwrap_or_default();
        let headers = headers(lines);
        let body = rest.and_then(|rest| content(rest.get(..body_length(&headers, rest))?));
        if begins_response(first) {
            let response = Response {
                is_body_left_out: false,
                status: first.split(' ').nth(1).and_then(|word| word.parse().ok()),
                headers,
                body: body.map(Into::into),
                place,
            };
            match exchanges.last_mut() {
                Some(last) if last.response.is_none() => last.response = Some(response),
                _ => exchanges.push(Exchange::new(None, Some(response))),
            }
        } else {
            let request = request(first, headers, body, place);
            exchanges.push(Exchange::new(Some(request), None));
        }
    }
    exchanges
}

/// Takes the words that stand behind the messages, such as a traceback.
pub(super) fn words(text: &str) -> Vec<Excerpt> {
    let mut words = Vec::new();
    for message in messages(text) {
        let (head, Some(rest)) = split(message.text) else {
            continue;
        };
        let length = body_length(&headers(head.lines().skip(1)), rest);
        let Some(behind) = rest.get(length..) else {
            continue;
        };
        let at = message.text.len() - behind.len();
        let before = message
            .text
            .get(..at)
            .unwrap_or_default()
            .matches('\n')
            .count();
        let lines = behind.lines().enumerate();
        words.extend(
            lines
                .filter(|(_, line)| !line.trim().is_empty())
                .map(|(index, line)| {
                    let place = Place::line(message.line + before + index);
                    Excerpt::new(line.trim_end(), place)
                }),
        );
    }
    words
}

/// Tells how much of what stands below a head is its body.
///
/// `Content-Length` says so where it ends with a line: who edits a body leaves the header alone.
fn body_length(headers: &[Header], rest: &str) -> usize {
    let mut lines = headers.iter();
    let length = lines.find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| header.value.expose().parse::<usize>().ok());
    let ends_there = |length: &usize| {
        let behind = rest.get(*length..);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(['\r', '\n']))
    };
    let length = length.filter(ends_there).unwrap_or(rest.len());
    length.min(traceback(rest))
}

/// Finds where a traceback of Python begins, or an error of Node with its stack.
fn traceback(text: &str) -> usize {
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let is_stack =
            |line: &&str| line.trim_start().starts_with("at ") && line.starts_with("    ");
        let is_error = line.contains("Error") && lines.peek().is_some_and(is_stack);
        if line.starts_with("Traceback (most recent call last)") || is_error {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// An editor's newline at the end is no part of a body.
fn content(body: &str) -> Option<&str> {
    let body = body.trim_end_matches(['\r', '\n']);
    (!body.is_empty()).then_some(body)
}

/// Makes a request of its first line and what follows.
pub(super) fn request(
    first: &str,
    headers: Vec<Header>,
    body: Option<&str>,
    place: Place,
) -> Request {
    let mut words = first.split(' ');
    let method = words.next().unwrap_or_default();
    let target = words.next().unwrap_or_default();
    let host = headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("host"));
    let host = host.filter(|_| target.starts_with('/'));
    let uri = host.map_or_else(
        || target.to_owned(),
        |host| absolute(host.value.expose(), target),
    );
    Request {
        method: Some(method.to_owned()),
        uri: Some(uri.into()),
        is_scheme_guessed: host.is_some(),
        headers,
        body: body.map(Into::into),
        place,
        ..Request::default()
    }
}

/// Cleartext is for loopback and for ports that say so; all else is taken to have come over TLS.
pub(super) fn absolute(host: &str, target: &str) -> String {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_local = matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "0.0.0.0");
    let is_cleartext = is_local || host.ends_with(":80") || host.ends_with(":8080");
    let scheme = if is_cleartext { "http" } else { "https" };
    format!("{scheme}://{host}{target}")
}

/// Reads header fields until a line is none; a line that begins with white space continues one.
pub(super) fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            if let Some(last) = headers.last_mut() {
                let folded = format!("{} {}", last.value.expose(), line.trim());
                last.value = folded.into();
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            match headers.last_mut().filter(|last| goes_on(last, line)) {
                Some(last) => last.value = format!("{}\n{line}", last.value.expose()).into(),
                None => break,
            }
            continue;
        };
        headers.push(Header::new(name.trim(), value.trim()));
    }
    headers
}

/// Tells whether credentials were broken into lines, as `base64` breaks what it prints.
fn goes_on(last: &Header, line: &str) -> bool {
    let is_base64 = |octet: u8| octet.is_ascii_alphanumeric() || b"+/=-_".contains(&octet);
    last.name.eq_ignore_ascii_case("authorization")
        && !line.is_empty()
        && line.bytes().all(is_base64)
}

struct Message<'a> {
    text: &'a str,
    line: usize,
}

fn messages(text: &str) -> Vec<Message<'_>> {
    let mut begins = Vec::new();
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let content = line.trim_end();
        if begins_request(content) || begins_response(content) {
            begins.push((at, number + 1));
        }
        at += line.len();
    }
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    begins
        .iter()
        .zip(ends)
        .filter_map(|(&(begin, line), end)| {
            let text = text.get(begin..end)?;
            Some(Message { text, line })
        })
        .collect()
}

/// Parts head and body at the first empty line.
fn split(message: &str) -> (&str, Option<&str>) {
    let crlf = message.find("\r\n\r\n").map(|at| (at, 4));
    let lf = message.find("\n\n").map(|at| (at, 2));
    // Who prints status and body one after the other leaves the empty line out.
    let at_once = message
        .find("\n{")
        .into_iter()
        .chain(message.find("\n["))
        .min()
        .map(|at| (at, 1));
    let (head, body) = match crlf.into_iter().chain(lf).chain(at_once).min() {
        Some((at, length)) => (message.get(..at), message.get(at + length..)),
        None => (Some(message), None),
    };
    (head.unwrap_or_default(), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_and_its_answer_are_one_exchange() {
        let text = "POST /token HTTP/1.1\r\nHost: as.example\r\nContent-Type: text/plain\r\n\r\na=b\r\n\
                    HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{\"error\":\"x\"}\n";
        let [exchange] = read(text).try_into().unwrap();
        let request = exchange.request.unwrap();
        assert_eq!(request.uri(), "https://as.example/token");
        assert_eq!(request.body(), "a=b");
        assert_eq!(request.media_type(), "text/plain");
        let response = exchange.response.unwrap();
        assert_eq!(
            (response.status, response.body()),
            (Some(400), "{\"error\":\"x\"}")
        );
        assert_eq!(response.place.to_string(), "line 6");
    }

    #[test]
    fn what_stands_behind_a_body_is_words() {
        let traceback = "Traceback (most recent call last):\n  File \"a.py\"\nKeyError: 'b'";
        for head in ["Content-Length: 3\n", "Content-Length: 9\n", ""] {
            let text = format!("HTTP/1.1 200 OK\n{head}\na=b\n\n{traceback}");
            let [exchange] = read(&text).try_into().unwrap();
            assert_eq!(exchange.response.unwrap().body(), "a=b", "{head}");
            let words = words(&text);
            let last = words.last().unwrap();
            assert_eq!(last.text.expose(), "KeyError: 'b'");
            let line = text.lines().count();
            assert_eq!(last.place.to_string(), format!("line {line}"), "{head}");
        }
        let stack = "OperationProcessingError: x\n    at read (a.js:1:2)\n  code: 'Y'\n";
        let text = format!("HTTP/1.1 200 OK\n\n{{}}\n\n{stack}");
        assert_eq!(words(&text).len(), 3);
        let whole = "HTTP/1.1 200 OK\nContent-Length: 3\n\na=b\n";
        assert!(words(whole).is_empty());
        // A body that was made longer by hand is a body all the same.
        let edited = "HTTP/1.1 200 OK\nContent-Length: 3\n\na=bcd\n";
        let [exchange] = read(edited).try_into().unwrap();
        assert_eq!(exchange.response.unwrap().body(), "a=bcd");
    }

    #[test]
    fn credentials_that_were_broken_into_lines_are_read_so() {
        let head = ["Authorization: Basic YWJj", "ZGVm=", "Accept: x"];
        let [broken, accept] = headers(head.into_iter()).try_into().unwrap();
        assert_eq!(broken.value.expose(), "Basic YWJj\nZGVm=");
        assert_eq!(accept.name, "Accept");
        assert!(headers(["Accept: x", "ZGVm"].into_iter()).len() == 1);
    }

    #[test]
    fn what_looks_like_a_request_in_prose_is_none() {
        assert!(!begins_request("GET a coffee"));
        assert!(!begins_request("POST the letter"));
        assert!(!begins_response("HTTP/1.1 is a protocol"));
        assert!(begins_request("GET https://a.example/x"));
    }
}
