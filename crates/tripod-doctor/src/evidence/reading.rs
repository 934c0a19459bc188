//! Finds out what an input is.

use serde_json::Value;
use tripod_core::form;
use tripod_core::secret::Secret;

use super::{
    Evidence, Excerpt, Exchange, Header, Kind, MAX_EXCHANGES, MAX_OCTETS, Place, Request, Response,
    curl_command, curl_log, curl_trace, debug_log, found, har, http_message, log_record, logged,
    prepare, trace, transcript, words,
};
use crate::known::Known;

/// Words beyond this are not looked at; a log of a day stays below.
const MAX_TEXT: usize = 2 * 1024 * 1024;

pub(super) fn read(input: &[u8], known: Known) -> Evidence {
    let input = input.get(..MAX_OCTETS).unwrap_or(input);
    let input = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    let text = String::from_utf8_lossy(input);
    let text = prepare::without_colours(&text);
    let mut evidence = detect(&text);
    evidence.known = known;
    let dropped = evidence.exchanges.len().saturating_sub(MAX_EXCHANGES);
    evidence.exchanges.truncate(MAX_EXCHANGES);
    evidence.passed_over += dropped;
    complete(&mut evidence);
    evidence
}

fn detect(text: &str) -> Evidence {
    if text.trim().is_empty() {
        return Evidence::default();
    }
    if let Some(evidence) = from_json(text.trim()) {
        return evidence;
    }
    let prepared = prepare::prepare(text);
    let first = prepared
        .text
        .lines()
        .take_while(|line| line.trim().is_empty())
        .count();
    let mut evidence = detect_plain(prepared.text.trim());
    evidence.renumber(|line| prepared.original(line + first));
    if !prepared.exchanges.is_empty() {
        evidence.exchanges.extend(prepared.exchanges);
        evidence.exchanges.sort_by_key(line_of);
    }
    evidence
}

fn detect_plain(text: &str) -> Evidence {
    let one_line = !text.contains('\n');
    from_json(text)
        .or_else(|| from_commands(text))
        .or_else(|| from_curl_trace(text))
        .or_else(|| from_curl(text))
        .or_else(|| from_debug_log(text))
        .or_else(|| from_http(text))
        .or_else(|| one_line.then(|| from_line(text)).flatten())
        .unwrap_or_else(|| from_words(text))
}

fn of(kind: Kind, exchanges: Vec<Exchange>) -> Evidence {
    Evidence {
        kind,
        exchanges,
        ..Evidence::default()
    }
}

fn from_json(text: &str) -> Option<Evidence> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    if let Some(evidence) = from_record(&value) {
        return Some(evidence);
    }
    if log_record::record(&value).is_some() {
        return None;
    }
    if let Some((exchanges, passed_over)) = har::read(&value) {
        let evidence = of(Kind::Har, exchanges);
        return Some(Evidence {
            passed_over,
            ..evidence
        });
    }
    if let Some(exchanges) = trace::read(&value) {
        return Some(of(Kind::Trace, exchanges));
    }
    Some(answer(text, "application/json"))
}

/// Reads a record, or a list of records, of which one holds an exchange.
fn from_record(value: &Value) -> Option<Evidence> {
    const MOST: usize = 500;
    let records = match value {
        Value::Array(records) => records.as_slice(),
        record => std::slice::from_ref(record),
    };
    let place = Place::new("the record");
    let mut evidence = Evidence::default();
    let mut is_one = false;
    for record in records.iter().take(MOST) {
        let mut record = record.clone();
        let taken = logged::take(&mut record, &place);
        is_one |= taken.is_some();
        evidence
            .exchanges
            .extend(taken.filter(|exchange| !logged::is_mere_success(exchange)));
        let left = log_record::lines(&record);
        let lines = left.iter().filter(|line| !line.trim().is_empty());
        evidence
            .texts
            .extend(lines.map(|line| Excerpt::new(line.as_str(), place.clone())));
    }
    evidence.kind = Kind::Text;
    is_one.then_some(evidence)
}

/// Takes a text for the body of an answer whose status is not known.
fn answer(text: &str, media_type: &str) -> Evidence {
    let response = Response {
        headers: vec![Header::new("Content-Type", media_type)],
        body: Some(text.into()),
        place: Place::new("the body"),
        ..Response::default()
    };
    of(Kind::ErrorBody, vec![Exchange::new(None, Some(response))])
}

/// Reads a terminal in which curl was typed more than once, each time with what it printed.
fn from_commands(text: &str) -> Option<Evidence> {
    let pieces = curl_command::pieces(text);
    if pieces.len() < 2 {
        return None;
    }
    let mut exchanges = Vec::new();
    for (piece, before) in pieces {
        for mut exchange in from_curl(piece)?.exchanges {
            exchange.move_down(before);
            exchanges.push(exchange);
        }
    }
    Some(of(Kind::CurlCommand, exchanges))
}

fn from_curl_trace(text: &str) -> Option<Evidence> {
    let exchanges = curl_trace::read(text);
    (!exchanges.is_empty()).then(|| of(Kind::CurlLog, exchanges))
}

fn from_curl(text: &str) -> Option<Evidence> {
    let command = curl_command::find(text).filter(|(_, line)| *line <= 5);
    let typed = command.and_then(|(command, line)| curl_command::read(&command, Place::line(line)));
    let is_log = curl_log::is_log(text);
    let mut exchanges = if is_log {
        curl_log::read(text)
    } else {
        Vec::new()
    };
    match (typed, exchanges.first_mut()) {
        (Some(typed), Some(first)) => {
            // The log has what was sent, but not the body.
            match &mut first.request {
                Some(request) => {
                    request.body = typed.body;
                    complete_uri(request, typed.uri);
                }
                None => first.request = Some(typed),
            }
            Some(of(Kind::CurlCommand, exchanges))
        }
        (Some(typed), None) => {
            let rest = after_command(text);
            let response = rest.and_then(|rest| detect_answer(&rest));
            // What was opened in a browser before stands above the command.
            let lines = (1..).zip(text.lines());
            let above: Vec<_> = lines
                .take_while(|(_, line)| !line.contains("curl "))
                .collect();
            let mut exchanges = words::exchanges(&above);
            exchanges.push(Exchange::new(Some(typed), response));
            Some(of(Kind::CurlCommand, exchanges))
        }
        (None, Some(_)) => Some(Evidence {
            texts: words::excerpts(text, |line| line.starts_with("curl: (")),
            ..of(Kind::CurlLog, exchanges)
        }),
        (None, None) => None,
    }
}

/// The URL that was typed knows the scheme.
fn complete_uri(request: &mut Request, typed: Option<Secret>) {
    let Some(typed) = typed else { return };
    let scheme = |uri: &str| {
        uri.split_once("://")
            .map(|(scheme, rest)| (scheme.to_owned(), rest.to_owned()))
    };
    if let (Some((scheme, _)), Some((_, rest))) = (scheme(typed.expose()), scheme(request.uri())) {
        request.uri = Some(format!("{scheme}://{rest}").into());
        request.is_scheme_guessed = false;
    }
}

/// Returns what stands below the command line.
fn after_command(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| !line.contains("curl "));
    let mut open = true;
    let rest: Vec<_> = lines
        .by_ref()
        .skip_while(|line| std::mem::replace(&mut open, line.ends_with('\\')))
        // What curl says of it itself, as with `--fail-with-body`, stands before the answer.
        .skip_while(|line| line.starts_with("curl: (") || curl_log::is_chatter(line))
        .collect();
    let rest = rest.join("\n");
    let rest = rest.trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn detect_answer(text: &str) -> Option<Response> {
    if let Some(exchange) = http_message::read(text).into_iter().next()
        && let Some(response) = exchange.response
    {
        return Some(response);
    }
    let media_type = if text.starts_with('{') {
        "application/json"
    } else {
        return None;
    };
    answer(text, media_type).exchanges.pop()?.response
}

fn from_debug_log(text: &str) -> Option<Evidence> {
    if !debug_log::is_log(text) {
        return None;
    }
    let mut evidence = of(Kind::Text, debug_log::read(text));
    evidence.texts = words::excerpts(text, |line| {
        !line.starts_with("send: ") && !line.starts_with("header: ")
    });
    Some(evidence)
}

fn from_http(text: &str) -> Option<Evidence> {
    // Where the output goes to a file, curl draws its progress above it.
    let first = text
        .lines()
        .find(|line| !curl_log::is_chatter(line))?
        .trim_end();
    if !http_message::begins_request(first) && !http_message::begins_response(first) {
        return None;
    }
    let exchanges = http_message::read(text);
    if text.len() <= MAX_TEXT && shown(&transcript::read(text).exchanges) > shown(&exchanges) {
        return Some(from_words(text));
    }
    Some(Evidence {
        texts: http_message::words(text),
        ..of(Kind::Http, exchanges)
    })
}

/// Counts requests and answers, and the credentials that are read in them.
fn shown(exchanges: &[Exchange]) -> (usize, usize) {
    let requests = exchanges
        .iter()
        .filter_map(|exchange| exchange.request.as_ref());
    let answers = exchanges
        .iter()
        .filter(|exchange| exchange.response.is_some());
    let credentials = requests
        .clone()
        .filter(|request| request.header("authorization").is_some());
    (requests.count() + answers.count(), credentials.count())
}

fn from_line(text: &str) -> Option<Evidence> {
    let text = unquoted(text);
    if let Some(header) = authorization_header(text) {
        let request = Request {
            headers: vec![header],
            place: Place::new("the header"),
            ..Request::default()
        };
        return Some(of(
            Kind::AuthorizationHeader,
            vec![Exchange::new(Some(request), None)],
        ));
    }
    if is_url(text) {
        let request = Request {
            place: Place::new("the URL"),
            ..Request::new("GET", text)
        };
        return Some(of(Kind::Url, vec![Exchange::new(Some(request), None)]));
    }
    if words::is_jwt(text) {
        return Some(Evidence {
            kind: Kind::Jwt,
            tokens: vec![Excerpt::new(text, Place::new("the token"))],
            ..Evidence::default()
        });
    }
    is_form(text).then(|| answer(text, "application/x-www-form-urlencoded"))
}

fn unquoted(text: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|inner| inner.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text
}

/// Reads a header with or without its name.
fn authorization_header(text: &str) -> Option<Header> {
    let named = text.split_once(':').filter(|(name, _)| {
        ["authorization", "proxy-authorization", "dpop"]
            .iter()
            .any(|known| name.trim().eq_ignore_ascii_case(known))
    });
    if let Some((name, value)) = named {
        return Some(Header::new(name.trim(), value.trim()));
    }
    let (scheme, rest) = text.split_once(' ')?;
    let known = match scheme.to_ascii_lowercase().as_str() {
        // Prose may begin with the name of the protocol.
        "oauth" => rest.contains("oauth_") && rest.contains('='),
        "bearer" | "basic" | "dpop" => !rest.trim().contains(' '),
        _ => false,
    };
    known.then(|| Header::new("Authorization", text))
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
    is_scheme && !text.contains(char::is_whitespace) && rest.starts_with('/') && rest.len() > 2
}

/// Tells whether a line is a form: several pairs, or one whose name is known.
fn is_form(text: &str) -> bool {
    const NAMES: [&str; 7] = [
        "access_token",
        "error",
        "oauth_callback_confirmed",
        "oauth_error",
        "oauth_problem",
        "oauth_token",
        "error_description",
    ];
    !text.contains(char::is_whitespace)
        && form::pairs(text.as_bytes()).take(20).any(|pair| {
            NAMES
                .iter()
                .any(|name| pair.name.as_written() == name.as_bytes())
        })
}

fn from_words(text: &str) -> Evidence {
    let end = (0..=MAX_TEXT.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    let text = end.and_then(|end| text.get(..end)).unwrap_or_default();
    let read = transcript::read(text);
    let is_read = |index: usize| read.is_read.get(index).copied().unwrap_or_default();
    // Lines of messages are spoken for; they stay as empty ones, so that the others keep their numbers.
    let rest: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, if is_read(index) { "" } else { line }))
        .collect();
    let mut exchanges = read.exchanges;
    // A line that tells of a request is no second request.
    let known: Vec<String> = exchanges
        .iter()
        .filter_map(|exchange| exchange.request.as_ref())
        .filter(|request| request.uri().contains('?'))
        .map(|request| request.uri().to_owned())
        .collect();
    let is_new = |exchange: &Exchange| {
        let request = exchange.request.as_ref();
        request.is_none_or(|request| !known.iter().any(|known| known == request.uri()))
    };
    exchanges.extend(words::exchanges(&rest).into_iter().filter(is_new));
    exchanges.extend(found::exchanges(&rest));
    if exchanges.is_empty() {
        exchanges.extend(words::refused(&rest));
    }
    Evidence {
        kind: if read.is_http { Kind::Http } else { Kind::Text },
        exchanges: paired(exchanges),
        texts: words::lines(&rest),
        ..Evidence::default()
    }
}

/// Tells whether what was read alone may be the answer that is not shown with its request.
fn may_answer(answer: &Exchange, last: &Exchange) -> bool {
    let (None, Some(asked), Some(answer)) = (&answer.request, &last.request, &answer.response)
    else {
        return false;
    };
    match &last.response {
        None => !asked.headers.is_empty(),
        Some(told) => {
            let is_told = told.body.is_none() && told.headers.is_empty() && told.is_failure();
            is_told && (answer.status.is_none() || answer.status == told.status)
        }
    }
}

/// Tells where an exchange begins.
fn line_of(exchange: &Exchange) -> usize {
    let request = exchange.request.as_ref().map(|request| &request.place);
    let place = request.or_else(|| exchange.response.as_ref().map(|response| &response.place));
    place.and_then(Place::number).unwrap_or_default()
}

/// Joins what stands apart: a request with credentials, and the answer that is told further down.
fn paired(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    const FAR: usize = 40;
    exchanges.sort_by_key(line_of);
    let mut paired: Vec<Exchange> = Vec::with_capacity(exchanges.len());
    for exchange in exchanges {
        let at = line_of(&exchange);
        match paired.last_mut() {
            Some(last) if may_answer(&exchange, last) && at - line_of(last) <= FAR => {
                let told = last.response.take().and_then(|response| response.status);
                last.response = exchange.response.map(|response| Response {
                    status: told.or(response.status),
                    ..response
                });
            }
            _ => paired.push(exchange),
        }
    }
    paired
}

/// Adds to a request what only the user knows.
fn complete(evidence: &mut Evidence) {
    let known = &evidence.known;
    let Some(request) = evidence
        .exchanges
        .iter_mut()
        .filter_map(|exchange| exchange.request.as_mut())
        .find(|request| request.uri.is_none() || request.method.is_none() || known.url.is_some())
    else {
        return;
    };
    if let Some(url) = &known.url {
        request.uri = Some(url.as_str().into());
        request.is_scheme_guessed = false;
    }
    if let Some(method) = &known.method {
        request.method = Some(method.clone());
    }
    if let Some(body) = &known.body {
        request.body = Some(body.clone());
    }
    let media_type = known.content_type.as_deref().or_else(|| {
        let is_needed = known.body.is_some() && request.header("content-type").is_none();
        is_needed.then_some("application/x-www-form-urlencoded")
    });
    if let Some(media_type) = media_type {
        request
            .headers
            .retain(|header| !header.name.eq_ignore_ascii_case("content-type"));
        request
            .headers
            .push(Header::new("Content-Type", media_type));
    }
}
