//! The line with which a message begins, as many programs write it.

use super::{http_message, status};

/// How a message begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A request whose head follows.
    Request { first: String, is_whole: bool },
    /// An answer whose head may follow.
    Response { status: u16, is_whole: bool },
    /// A request and the status of its answer in one line, and what stands behind them.
    Told {
        method: String,
        uri: String,
        status: u16,
        rest: String,
    },
}

pub(super) const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

impl Start {
    /// Reads a line without its decoration.
    pub(super) fn read(line: &str, is_decorated: bool) -> Option<Self> {
        let line = line.trim_end();
        request(line, is_decorated)
            .or_else(|| response(line, is_decorated))
            .or_else(|| dot_net(line))
            .or_else(|| wget(line))
            .or_else(|| quoted_request(line))
            .or_else(|| path_and_status(line))
            .or_else(|| told(line))
    }
}

fn request(line: &str, is_decorated: bool) -> Option<Start> {
    let method = METHODS.iter().find(|method| {
        line.strip_prefix(**method)
            .is_some_and(|rest| rest.starts_with(' '))
    })?;
    let mut words = line.get(method.len()..)?.split_whitespace();
    let target = words.next()?;
    let version = words.next();
    let is_absolute = target.starts_with("http://") || target.starts_with("https://");
    let is_path = target.starts_with('/');
    let is_version = version.is_some_and(|word| {
        let word = word.to_ascii_lowercase();
        word.starts_with("http/") || matches!(word.as_str(), "h2" | "h2c" | "h3")
    });
    let is_note = version.is_some_and(|word| word.starts_with('('));
    let ends = words
        .next()
        .is_none_or(|word| is_version && word.starts_with('('));
    let is_request = match version {
        Some(_) => (is_absolute || is_path) && (is_version && ends || is_note && is_absolute),
        None => is_absolute || is_path && is_decorated && target.len() > 1,
    };
    is_request.then(|| Start::Request {
        first: format!("{method} {target}"),
        is_whole: is_version,
    })
}

fn response(line: &str, is_decorated: bool) -> Option<Start> {
    if http_message::begins_response(line) {
        let status = line.split(' ').nth(1)?.parse().ok()?;
        return Some(Start::Response {
            status,
            is_whole: true,
        });
    }
    let weak = |status| {
        Some(Start::Response {
            status,
            is_whole: false,
        })
    };
    if let Some(status) = status::phrase(line) {
        return weak(status);
    }
    // OkHttp: `401 Unauthorized https://… (12ms, 43-byte body)`.
    let (number, rest) = line.split_at_checked(3)?;
    if is_decorated
        && rest.contains("http")
        && rest.contains("://")
        && rest.trim_end().ends_with(')')
    {
        return weak(number.parse().ok()?);
    }
    let lower = line.to_ascii_lowercase();
    let names = [
        "response status code",
        "response status",
        "response code",
        "http status code",
        "http status",
        "status code",
        "statuscode",
        "status",
        "response",
        "http",
    ];
    let rest = names.iter().find_map(|name| lower.strip_prefix(name))?;
    let rest = rest
        .trim_start_matches([' ', ':', '=', '\'', '"'])
        .trim_end_matches(['\'', '"', ',']);
    let number = rest
        .get(..3)?
        .parse::<u16>()
        .ok()
        .filter(|number| (100..600).contains(number))?;
    let is_alone = rest.len() == 3 || status::phrase(rest).is_some();
    is_alone.then(|| weak(number)).flatten()
}

/// Reads how .NET writes its messages: `Method: POST, RequestUri: 'https://…', …` and `StatusCode: 401, …`.
fn dot_net(line: &str) -> Option<Start> {
    if let Some((_, rest)) = line.split_once("Method: ")
        && let Some((method, rest)) = rest.split_once(", RequestUri: ")
    {
        let uri = rest
            .trim_start_matches('\'')
            .split(['\'', ',', ' '])
            .next()?;
        return Some(Start::Request {
            first: format!("{method} {uri}"),
            is_whole: true,
        });
    }
    let (_, rest) = line
        .split_once("StatusCode: ")
        .filter(|_| line.contains("ReasonPhrase"))?;
    let status = rest.get(..3)?.parse().ok()?;
    Some(Start::Response {
        status,
        is_whole: true,
    })
}

/// Reads `--2026-11-21 21:17:20--  https://…`.
fn wget(line: &str) -> Option<Start> {
    let (stamp, uri) = line.strip_prefix("--")?.split_once("--  ")?;
    super::shape::time(stamp)?;
    Some(Start::Request {
        first: format!("GET {}", uri.trim()),
        is_whole: false,
    })
}

/// Reads a request line in quotes: access logs, and urllib3 with its host before it.
fn quoted_request(line: &str) -> Option<Start> {
    let (before, rest) = line.split_once('"')?;
    let (inner, behind) = rest.split_once('"')?;
    let mut words = inner.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next());
    if !METHODS.contains(&method) || !target.starts_with('/') {
        // httpx: `POST https://… "HTTP/1.1 401 Unauthorized"`.
        let status = inner
            .strip_prefix("HTTP/")?
            .split(' ')
            .nth(1)?
            .parse()
            .ok()?;
        let mut words = before.split_whitespace().rev();
        let (uri, method) = (words.next()?, words.next()?);
        let is_request = METHODS.contains(&method) && uri.contains("://");
        return is_request.then(|| told_of(method, uri, status, behind));
    }
    let origin = before
        .split_whitespace()
        .next_back()
        .filter(|word| word.contains("://"))
        .unwrap_or_default();
    let status = behind
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok());
    let is_started = before.trim_end() == "Started" || before.trim_end().ends_with(method);
    let is_logged = version.is_some_and(|version| version.starts_with("HTTP/")) || is_started;
    (is_logged && (!origin.is_empty() || comes_back(target))).then(|| {
        told_of(
            method,
            &format!("{origin}{target}"),
            status.unwrap_or_default(),
            "",
        )
    })
}

/// Reads `GET /callback?error=x 302 1.2 ms`, as morgan and others log it.
fn path_and_status(line: &str) -> Option<Start> {
    let mut words = line.split_whitespace();
    let (method, target, status) = (words.next()?, words.next()?, words.next()?);
    let status = status
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))?;
    (METHODS.contains(&method) && target.starts_with('/') && comes_back(target))
        .then(|| told_of(method, target, status, ""))
}

/// Of what a server of one's own logs, only users who come back are of interest.
pub(super) fn comes_back(target: &str) -> bool {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let names = [
        "code=",
        "error=",
        "denied=",
        "oauth_verifier=",
        "oauth_problem=",
        "oauth_token=",
    ];
    query
        .split('&')
        .any(|pair| names.iter().any(|name| pair.starts_with(name)))
}

/// Reads a sentence that names a request and tells how it was answered.
fn told(line: &str) -> Option<Start> {
    let at = line.find("http://").or_else(|| line.find("https://"))?;
    let before = line
        .get(..at)?
        .trim_end_matches([' ', '"', '\'', '`', '(', '<']);
    let method = METHODS.iter().find(|method| {
        let name = before.to_ascii_uppercase();
        name.strip_suffix(**method)
            .is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
            && before.ends_with(|last: char| last.is_ascii_uppercase())
            || before.ends_with(&title(method))
    })?;
    let rest = line.get(at..)?;
    let end = rest
        .find(|letter: char| letter.is_whitespace() || "\"'<>`)]}|,".contains(letter))
        .unwrap_or(rest.len());
    let (uri, behind) = rest.split_at_checked(end)?;
    let lead = before.get(..before.len() - method.len())?;
    let words = behind.split(['{', '<']).next()?;
    let status = status::told(words)
        .or_else(|| status_word(words))
        .or_else(|| status::told(lead))
        .or_else(|| status::leading(lead))
        .or_else(|| status_word(lead))?;
    Some(told_of(
        method,
        uri.trim_end_matches([':', '.']),
        status,
        behind,
    ))
}

/// Go writes `Post "https://…"`.
fn title(method: &str) -> String {
    let (first, rest) = method.split_at(1);
    format!(" {first}{}", rest.to_ascii_lowercase())
}

/// Finds a number among words that can be nothing but a status: `-> 401:`, ` 404 `.
fn status_word(words: &str) -> Option<u16> {
    let words = words.split_whitespace().take(12);
    let mut numbers = words.filter_map(|word| {
        let word = word.trim_matches(|letter: char| "[](),:;".contains(letter));
        word.parse::<u16>()
            .ok()
            .filter(|number| word.len() == 3 && (200..600).contains(number))
    });
    numbers.next()
}

fn told_of(method: &str, uri: &str, status: u16, rest: &str) -> Start {
    Start::Told {
        method: method.to_owned(),
        uri: uri.to_owned(),
        status,
        rest: rest.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_begin_in_many_ways() {
        for (line, is_decorated) in [
            ("POST https://as.example/t", false),
            ("POST https://as.example/t HTTP/2", false),
            ("POST https://as.example/t h2 (12-byte body)", true),
            ("POST https://as.example/t (12-byte body)", true),
            ("POST /t", true),
            (
                "Method: POST, RequestUri: 'https://as.example/t', Version: 1.1, Content: x, Headers:",
                true,
            ),
        ] {
            assert!(
                matches!(Start::read(line, is_decorated), Some(Start::Request { .. })),
                "{line}"
            );
        }
        for line in [
            "POST a letter",
            "POST /t",
            "GET https://a.example and you will see",
            "Get / it",
        ] {
            assert_eq!(Start::read(line, false), None, "{line}");
        }
    }

    #[test]
    fn answers_begin_in_many_ways() {
        for line in [
            "HTTP/1.1 401 Unauthorized",
            "HTTP/2 401",
            "401 Unauthorized",
            "Status: 401",
            "Response Code: 401",
            "HTTP status 401",
            "StatusCode: 401, ReasonPhrase: 'Unauthorized', Version: 1.1, Content: x, Headers:",
            "401 https://a.example/t (12ms)",
        ] {
            assert!(
                matches!(
                    Start::read(line, true),
                    Some(Start::Response { status: 401, .. })
                ),
                "{line}"
            );
        }
        for line in [
            "401 apples",
            "Status of 401 orders",
            "status: ok",
            "http 4011",
        ] {
            assert_eq!(Start::read(line, false), None, "{line}");
        }
    }

    #[test]
    fn a_line_may_tell_request_and_status() {
        for (line, method, uri, status) in [
            (
                "https://a.example:443 \"POST /t HTTP/1.1\" 400 66",
                "POST",
                "https://a.example:443/t",
                400,
            ),
            (
                "POST https://a.example/t \"HTTP/1.1 400 Bad Request\"",
                "POST",
                "https://a.example/t",
                400,
            ),
            (
                "Client error: `POST https://a.example/t` resulted in a `400 Bad Request` response:",
                "POST",
                "https://a.example/t",
                400,
            ),
            (
                "POST https://a.example/t x=1 -> 400: {\"a\":1}",
                "POST",
                "https://a.example/t",
                400,
            ),
            (
                "Error: 400 from POST https://a.example/t",
                "POST",
                "https://a.example/t",
                400,
            ),
            (
                "1.2.3.4 - - [x] \"GET /cb?denied=1 HTTP/1.1\" 302 5",
                "GET",
                "/cb?denied=1",
                302,
            ),
            ("GET /cb?error=x 302 1.2 ms - 5", "GET", "/cb?error=x", 302),
            (
                "failed with status code 400 (Bad Request): POST https://a.example/t",
                "POST",
                "https://a.example/t",
                400,
            ),
        ] {
            match Start::read(line, false) {
                Some(Start::Told {
                    method: own,
                    uri: to,
                    status: said,
                    ..
                }) => assert_eq!(
                    (own.as_str(), to.as_str(), said),
                    (method, uri, status),
                    "{line}"
                ),
                other => panic!("{line}: {other:?}"),
            }
        }
        for line in [
            "POST https://a.example/t failed",
            "see https://a.example/404",
            "\"GET /style.css HTTP/1.1\" 404",
        ] {
            assert!(
                !matches!(Start::read(line, false), Some(Start::Told { .. })),
                "{line}"
            );
        }
    }
}
