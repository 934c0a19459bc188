//! Words: messages, logs, tracebacks and pages, and what of HTTP is to be found in them.

use tripod_core::secret::Secret;

use super::{Excerpt, Exchange, Header, Place, Request, Response};

/// More lines than this are not looked at.
const MAX_LINES: usize = 20_000;

/// No more pieces of HTTP are taken from one text.
const MAX_PIECES: usize = 16;

/// Takes the lines that are wanted, each with its place.
pub(super) fn excerpts(text: &str, wanted: impl Fn(&str) -> bool) -> Vec<Excerpt> {
    text.lines()
        .enumerate()
        .take(MAX_LINES)
        .filter(|(_, line)| !line.trim().is_empty() && wanted(line))
        .map(|(index, line)| Excerpt::new(line.trim_end(), Place::line(index + 1)))
        .collect()
}

/// Finds URLs, headers and bodies of answers.
pub(super) fn exchanges(text: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    let mut method = None;
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let place = Place::line(index + 1);
        method = prepared(line).or(method);
        let header = header(line);
        if let Some(header) = header {
            let uri = url(text_before(text, index)).map(Secret::from);
            found.push(Exchange::new(
                Some(Request {
                    method: method.take(),
                    uri,
                    headers: vec![header],
                    place,
                    ..Request::default()
                }),
                None,
            ));
        } else if let Some(url) = interesting_url(line) {
            let request = Request {
                place,
                ..Request::new("GET", url)
            };
            found.push(Exchange::new(Some(request), None));
        } else if let Some(body) = body(line) {
            let response = Response {
                status: status(line),
                headers: vec![Header::new("Content-Type", "application/json")],
                body: Some(body),
                place,
            };
            found.push(Exchange::new(None, Some(response)));
        }
        if found.len() == MAX_PIECES {
            break;
        }
    }
    found
}

/// Tells whether a text is a JWT, or one without its signature.
pub(super) fn is_jwt(text: &str) -> bool {
    let is_base64url = |part: &str| {
        part.bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || b"-_=".contains(&octet))
    };
    let parts: Vec<_> = text.split('.').collect();
    matches!(parts.len(), 3 | 5)
        && text.starts_with("ey")
        && parts.iter().all(|part| is_base64url(part))
        && parts.first().is_some_and(|header| header.len() > 8)
}

/// Finds the method where requests shows a request: `<PreparedRequest [POST]>`.
fn prepared(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("<PreparedRequest [")?;
    Some(rest.split_once(']')?.0.to_owned())
}

fn text_before(text: &str, index: usize) -> &str {
    text.lines()
        .nth(index.saturating_sub(1))
        .unwrap_or_default()
}

/// Finds `Authorization: OAuth …`, also as a dictionary writes it.
fn header(line: &str) -> Option<Header> {
    let lower = line.to_ascii_lowercase();
    let at = lower.find("authorization")? + "authorization".len();
    let rest = line.get(at..)?.trim_start_matches(['"', '\'', ' ']);
    let rest = rest.strip_prefix(':')?.trim_start_matches([' ', 'b']);
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = rest.strip_prefix(quote)?;
            inner.get(..inner.find(quote)?)?
        }
        // A program may print the line break as an escape, within quotes.
        _ => rest.split("\\r").next()?.split("\\n").next()?.trim_end(),
    };
    let (scheme, _) = value.split_once(' ')?;
    let known = ["oauth", "basic", "bearer", "dpop"];
    known
        .contains(&scheme.to_ascii_lowercase().as_str())
        .then(|| Header::new("Authorization", value))
}

/// Finds a URL that carries parameters of OAuth.
fn interesting_url(line: &str) -> Option<&str> {
    const NAMES: [&str; 7] = [
        "client_id=",
        "code=",
        "error=",
        "oauth_token=",
        "oauth_problem=",
        "oauth_signature=",
        "access_token=",
    ];
    let url = url(line)?;
    let query = url.find(['?', '#']).and_then(|at| url.get(at..))?;
    NAMES.iter().any(|name| query.contains(name)).then_some(url)
}

fn url(line: &str) -> Option<&str> {
    let at = line.find("https://").or_else(|| line.find("http://"))?;
    let rest = line.get(at..)?;
    let end =
        rest.find(|character: char| character.is_whitespace() || "\"'<>`)]},|".contains(character));
    rest.get(..end.unwrap_or(rest.len()))
}

/// Finds an object that speaks of an error, also as Python prints a dictionary.
fn body(line: &str) -> Option<Secret> {
    let begin = line.find('{')?;
    let end = line.rfind('}')?;
    let object = line.get(begin..=end)?;
    let json = if object.contains('"') {
        object.to_owned()
    } else {
        object
            .replace('\'', "\"")
            .replace("None", "null")
            .replace("True", "true")
            .replace("False", "false")
    };
    let is_error = json.contains("\"error\"") || json.contains("\"errors\"");
    let is_json = || serde_json::from_str::<serde_json::Value>(&json).is_ok();
    (is_error && is_json()).then(|| Secret::new(json))
}

/// Finds `status 400`, `code 401`, `HTTP 403`.
fn status(line: &str) -> Option<u16> {
    let lower = line.to_ascii_lowercase();
    [
        "status code ",
        "status ",
        "code ",
        "http ",
        "status=",
        "status: ",
    ]
    .iter()
    .filter_map(|mark| lower.split_once(mark))
    .find_map(|(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits
            .parse()
            .ok()
            .filter(|status| (100..600).contains(status))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_http_are_found_in_a_log() {
        let log = "INFO calling https://api.example/x\n\
                   DEBUG headers {'Authorization': b'OAuth oauth_nonce=\"1\"', 'Accept': '*/*'}\n\
                   ERROR status 400, body {'error': 'invalid_grant', 'x': None}\n\
                   redirected to https://app.example/cb?error=access_denied&state=1.\n";
        let found = exchanges(log);
        assert_eq!(found.len(), 3);
        let request = found[0].request.as_ref().unwrap();
        assert_eq!(request.uri(), "https://api.example/x");
        assert_eq!(
            request.header("authorization"),
            Some("OAuth oauth_nonce=\"1\"")
        );
        let response = found[1].response.as_ref().unwrap();
        assert_eq!(response.status, Some(400));
        assert_eq!(response.body(), r#"{"error": "invalid_grant", "x": null}"#);
    }
}
