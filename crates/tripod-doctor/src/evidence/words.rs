//! Words: messages, logs, tracebacks and pages, and what of HTTP is to be found in them.

use tripod_core::percent;
use tripod_core::secret::Secret;

use super::{Excerpt, Exchange, Header, Place, Request, Response, decoration, status};

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

/// Takes all lines that say anything.
pub(super) fn lines(lines: &[(usize, &str)]) -> Vec<Excerpt> {
    let lines = lines.iter().take(MAX_LINES);
    lines
        .filter(|(_, line)| !line.trim().is_empty() && !is_of_request(line))
        .map(|(number, line)| Excerpt::new(line.trim_end(), Place::line(*number)))
        .collect()
}

/// Tells whether a line shows what was sent, and says nothing of how it went.
pub(super) fn is_of_request(line: &str) -> bool {
    BaseString::find(line).is_some()
        || header(line).is_some_and(|header| header.value.expose().contains("oauth_"))
}

/// Finds URLs and headers of requests.
pub(super) fn exchanges(lines: &[(usize, &str)]) -> Vec<Exchange> {
    let mut found = Vec::new();
    let mut method = None;
    let mut before = "";
    let mut base: Option<BaseString> = None;
    for (number, line) in lines.iter().take(MAX_LINES) {
        let place = Place::line(*number);
        method = prepared(line).or(method);
        base = BaseString::find(line).or(base);
        if let Some(header) = header(line) {
            let is_agent = before.to_ascii_lowercase().contains("user-agent");
            let uri = url(before).filter(|_| !is_agent).map(Secret::from);
            let base = base.take().filter(|_| uri.is_none() && method.is_none());
            let (base_method, base_uri) = base.map(|base| (base.method, base.uri)).unzip();
            found.push(Exchange::new(
                Some(Request {
                    method: method.take().or(base_method),
                    uri: uri.or(base_uri),
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
        }
        if found.len() == MAX_PIECES {
            break;
        }
        before = line;
    }
    found
}

/// Finds the call that an exception names by its URL and status alone: `401 Unauthorized for url https://…`.
pub(super) fn refused(lines: &[(usize, &str)]) -> Option<Exchange> {
    lines.iter().take(MAX_LINES).find_map(|(number, line)| {
        let uri = url(line)?;
        let named = ["for url", "url=", "url:", "url ", "request to "];
        let lower = line.to_ascii_lowercase();
        let is_named = named.iter().any(|name| lower.contains(name));
        let before = line.replace(uri, "");
        let leading = || before.split(": ").find_map(status::leading);
        let status = status::told(&before).or_else(leading);
        let status = status.filter(|status| *status >= 400 && is_named)?;
        let place = Place::line(*number);
        let request = Request {
            uri: Some(uri.trim_end_matches([':', '.']).into()),
            is_authorization_left_out: true,
            is_body_left_out: true,
            place: place.clone(),
            ..Request::default()
        };
        let response = Response {
            place,
            ..Response::new(status)
        };
        Some(Exchange::new(Some(request), Some(response)))
    })
}

/// What a client shows of what it signs, where it shows no request (PECL, `WWW::OAuth`, python-oauth2).
struct BaseString {
    method: String,
    uri: Secret,
}

impl BaseString {
    fn find(line: &str) -> Option<Self> {
        // What a server says that it signed is not what was sent.
        let is_own = !line.contains("debug_sbs") && !line.contains("xpected");
        let at = [
            "GET&http",
            "POST&http",
            "PUT&http",
            "DELETE&http",
            "PATCH&http",
        ]
        .iter()
        .find_map(|begin| line.find(begin))
        .filter(|_| is_own)?;
        let mut parts = line.get(at..)?.split('&');
        let (method, uri, parameters) = (parts.next()?, parts.next()?, parts.next()?);
        let decode = |text: &str| {
            percent::decode(text)
                .map(|octets| String::from_utf8_lossy(&octets).into_owned())
                .ok()
        };
        let uri = decode(uri)?;
        let parameters = decode(parameters.split(['"', '\'', ' ']).next()?)?;
        let query: Vec<&str> = parameters
            .split('&')
            .filter(|pair| !pair.starts_with("oauth_"))
            .collect();
        let uri = match query.is_empty() {
            true => uri,
            false => format!("{uri}?{}", query.join("&")),
        };
        Some(Self {
            method: method.to_owned(),
            uri: uri.into(),
        })
    }
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

/// Finds `Authorization: OAuth …`, also as a dictionary writes it.
fn header(line: &str) -> Option<Header> {
    let plain;
    let line = match line.contains("\\\"") {
        true => {
            plain = decoration::unescaped(line);
            plain.as_str()
        }
        false => line,
    };
    let lower = line.to_ascii_lowercase();
    let at = lower.find("authorization")? + "authorization".len();
    let rest = line.get(at..)?.trim_start_matches(['"', '\'', ' ']);
    let rest = rest
        .strip_prefix([':', '='])
        .or_else(|| rest.strip_prefix("=>"))?;
    let rest = rest.trim_start_matches(['>', ' ']);
    let rest = rest
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['"', '\'']))
        .unwrap_or(rest);
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let inner = rest.strip_prefix(quote)?;
            // In a header of OAuth 1 there are quotes, too.
            let has_quotes = inner
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("oauth"))
                && quote == '"'
                && inner.contains("=\"");
            let end = if has_quotes {
                inner.rfind(quote)
            } else {
                inner.find(quote)
            };
            // What is put together in a program is no header yet.
            let behind = inner.get(end? + quote.len_utf8()..)?.trim_start();
            if behind.starts_with(['+', '.', '&', '%']) {
                return None;
            }
            inner.get(..end?)?
        }
        // A program may print the line break as an escape, within quotes.
        _ => rest
            .split("\\r")
            .next()?
            .split("\\n")
            .next()?
            .split('\n')
            .next()?
            .trim_end(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_http_are_found_in_a_log() {
        let log = "INFO calling https://api.example/x\n\
                   DEBUG headers {'Authorization': b'OAuth oauth_nonce=\"1\"', 'Accept': '*/*'}\n\
                   redirected to https://app.example/cb?error=access_denied&state=1.\n";
        let lines: Vec<_> = log.lines().enumerate().collect();
        let found = exchanges(&lines);
        assert_eq!(found.len(), 2);
        let request = found[0].request.as_ref().unwrap();
        assert_eq!(request.uri(), "https://api.example/x");
        assert_eq!(
            request.header("authorization"),
            Some("OAuth oauth_nonce=\"1\"")
        );
    }

    #[test]
    fn a_call_is_known_by_the_url_and_status_of_an_exception() {
        for line in [
            "HTTPStatusError: Client error '401 Unauthorized' for url 'https://api.example/me'",
            "x.ClientResponseError: 401, message='Unauthorized', url='https://api.example/me'",
            "reqwest::Error { kind: Status(401), url: \"https://api.example/me\" }",
            "HTTPError: 401 Client Error: Unauthorized for url: https://api.example/me",
        ] {
            let exchange = refused(&[(1, line)]).unwrap();
            let request = exchange.request.unwrap();
            assert_eq!(request.uri(), "https://api.example/me", "{line}");
            assert_eq!(exchange.response.unwrap().status, Some(401), "{line}");
        }
        assert!(refused(&[(1, "see https://api.example/401 for url")]).is_none());
    }

    #[test]
    fn a_header_is_found_however_it_is_quoted() {
        for line in [
            "authorization: bearer abc",
            "\"authorization\": \"bearer abc\",",
            "{:authorization=>\"bearer abc\"}",
            "<- \"Authorization: bearer abc\\r\\n\"",
            "Authorization => 'bearer abc'",
        ] {
            assert_eq!(header(line).unwrap().value.expose(), "bearer abc", "{line}");
        }
        let quoted = header("Authorization: \"OAuth a=\\\"b\\\", c=\\\"d\\\"\"").unwrap();
        assert_eq!(quoted.value.expose(), "OAuth a=\"b\", c=\"d\"");
        assert!(header("authorization failed for bearer abc").is_none());
    }

    #[test]
    fn a_base_string_names_the_request_whose_header_follows() {
        let log = "[sbs] => PUT&https%3A%2F%2Fapi.example%2Fa&b%3D1%26oauth_nonce%3D2\n\
                   [headers_sent] => Authorization: OAuth oauth_nonce=\"2\"";
        let lines: Vec<_> = log.lines().enumerate().collect();
        let [exchange] = exchanges(&lines).try_into().unwrap();
        let request = exchange.request.unwrap();
        assert_eq!(request.method.as_deref(), Some("PUT"));
        assert_eq!(request.uri(), "https://api.example/a?b=1");
    }
}
