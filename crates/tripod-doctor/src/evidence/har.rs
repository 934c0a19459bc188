//! HTTP archives, of whose hundreds of entries few are about OAuth.

use serde_json::Value;
use tripod_core::form;
use tripod_core::secret::Secret;

use super::{Exchange, Header, Place, Request, Response};

/// Reads the entries that may have to do with OAuth, and counts the others.
pub(super) fn read(archive: &Value) -> Option<(Vec<Exchange>, usize)> {
    let entries = archive.pointer("/log/entries")?.as_array()?;
    let is_sanitized = is_sanitized(entries);
    let all: Vec<(Exchange, bool)> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| exchange(entry, index + 1))
        .map(|mut exchange| {
            if let Some(request) = &mut exchange.request {
                request.is_authorization_left_out = is_sanitized;
            }
            let is_interesting = is_interesting(&exchange);
            (exchange, is_interesting)
        })
        .collect();
    let total = all.len();
    let kept: Vec<_> = all
        .into_iter()
        .filter_map(|(exchange, interesting)| interesting.then_some(exchange))
        .collect();
    let passed_over = total - kept.len();
    Some((kept, passed_over))
}

fn exchange(entry: &Value, number: usize) -> Option<Exchange> {
    let place = Place::new(format!("entry {number}"));
    let request = entry
        .get("request")
        .and_then(|value| request(value, &place))?;
    let response = entry
        .get("response")
        .and_then(|value| response(value, &place));
    Some(Exchange::new(Some(request), response))
}

fn request(value: &Value, place: &Place) -> Option<Request> {
    let url = value.get("url")?.as_str()?;
    let body = value.get("postData").and_then(body);
    let mut headers = headers(value);
    let media_type = value.pointer("/postData/mimeType").and_then(Value::as_str);
    let has_type = headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case("content-type"));
    if let (Some(media_type), false) = (media_type.filter(|text| !text.is_empty()), has_type) {
        headers.push(Header::new("Content-Type", media_type));
    }
    Some(Request {
        method: value
            .get("method")
            .and_then(Value::as_str)
            .map(str::to_owned),
        uri: Some(url.into()),
        is_body_left_out: may_have_body(value),
        headers,
        body,
        place: place.within("request"),
        ..Request::default()
    })
}

/// Browsers do not keep every body; what was sent is not shown then.
fn may_have_body(request: &Value) -> bool {
    let method = request.get("method").and_then(Value::as_str);
    let is_empty = request.get("bodySize").and_then(Value::as_i64) == Some(0);
    matches!(method, Some("POST" | "PUT" | "PATCH"))
        && request.get("postData").is_none()
        && !is_empty
}

/// Chromium leaves `Authorization` and `Cookie` out of what it exports, unless told otherwise.
fn is_sanitized(entries: &[Value]) -> bool {
    let requests = entries.iter().filter_map(|entry| entry.get("request"));
    let mut names = requests.flat_map(headers).map(|header| header.name);
    !names.any(|name| {
        ["authorization", "cookie"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
    })
}

/// Takes the text, or makes it of the parameters where an archive has these alone.
fn body(post_data: &Value) -> Option<Secret> {
    let text = post_data.get("text").and_then(Value::as_str);
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        return Some(text.into());
    }
    let parameters = post_data.get("params")?.as_array()?;
    let pairs: Vec<_> = parameters
        .iter()
        .filter_map(|parameter| {
            let name = parameter.get("name")?.as_str()?;
            let value = parameter.get("value").and_then(Value::as_str);
            Some(format!("{name}={}", value.unwrap_or_default()))
        })
        .collect();
    (!pairs.is_empty()).then(|| Secret::new(pairs.join("&")))
}

fn response(value: &Value, place: &Place) -> Option<Response> {
    let status = value.get("status").and_then(Value::as_u64)?;
    let content = value.get("content");
    let text = content
        .and_then(|content| content.get("text"))
        .and_then(Value::as_str);
    let encoding = content
        .and_then(|content| content.get("encoding"))
        .and_then(Value::as_str);
    let body = match (text, encoding) {
        (Some(text), Some("base64")) => decoded(text),
        (Some(text), _) => Some(Secret::from(text)),
        (None, _) => None,
    };
    Some(Response {
        is_body_left_out: false,
        status: u16::try_from(status).ok().filter(|status| *status > 0),
        headers: headers(value),
        body,
        place: place.within("response"),
    })
}

fn decoded(text: &str) -> Option<Secret> {
    use base64::Engine as _;
    let octets = base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()?;
    Some(Secret::new(String::from_utf8_lossy(&octets).into_owned()))
}

fn headers(message: &Value) -> Vec<Header> {
    let fields = message.get("headers").and_then(Value::as_array);
    fields
        .into_iter()
        .flatten()
        .filter_map(|field| {
            let name = field.get("name")?.as_str()?;
            let value = field.get("value")?.as_str()?;
            // HTTP/2 has the target among the fields.
            (!name.starts_with(':')).then(|| Header::new(name, value))
        })
        .collect()
}

/// Tells whether anything of an exchange is about OAuth.
fn is_interesting(exchange: &Exchange) -> bool {
    const PARAMETERS: [&str; 15] = [
        "client_id",
        "client_assertion",
        "code",
        "code_challenge",
        "code_verifier",
        "error",
        "grant_type",
        "oauth_callback",
        "oauth_consumer_key",
        "oauth_problem",
        "oauth_signature",
        "oauth_token",
        "oauth_verifier",
        "redirect_uri",
        "response_type",
    ];
    const PATHS: [&str; 9] = [
        "/.well-known/o",
        "/access_token",
        "/authorize",
        "/device_authorization",
        "/jwks",
        "/oauth",
        "/request_token",
        "/token",
        "/userinfo",
    ];
    let Some(request) = &exchange.request else {
        return true;
    };
    let has_parameter = |text: &str| {
        form::pairs(text.as_bytes()).take(200).any(|pair| {
            PARAMETERS
                .iter()
                .any(|name| pair.name.as_written() == name.as_bytes())
        })
    };
    let uri = request.uri();
    let (rest, fragment) = uri.split_once('#').unwrap_or((uri, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let is_script = [".js", ".css", ".png", ".svg", ".woff2", ".ico", ".map"]
        .iter()
        .any(|suffix| path.ends_with(suffix));
    if is_script {
        return false;
    }
    let authorized = ["authorization", "dpop"]
        .iter()
        .any(|name| request.header(name).is_some());
    let is_signed = request
        .header("authorization")
        .and_then(|header| header.get(..6))
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("oauth "));
    let refused = exchange.response.as_ref().is_some_and(|response| {
        response.status == Some(401) || response.header("www-authenticate").is_some()
    });
    let names_path = PATHS
        .iter()
        .any(|part| path.to_ascii_lowercase().contains(part));
    let is_form = request.media_type() == "application/x-www-form-urlencoded";
    is_signed
        || has_parameter(query)
        || has_parameter(fragment)
        || (is_form && has_parameter(request.body()))
        || (authorized && exchange.response.as_ref().is_none_or(Response::is_failure))
        || refused
        || names_path
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_about_something_else_are_passed_over() {
        let other = json!({"request": {"method": "GET", "url": "https://a.example/style.css", "headers": []},
                           "response": {"status": 200, "headers": []}});
        let token = json!({"request": {"method": "POST", "url": "https://as.example/t", "headers": [],
                "postData": {"mimeType": "application/x-www-form-urlencoded", "params":
                    [{"name": "grant_type", "value": "authorization_code"}]}},
            "response": {"status": 400, "headers": [], "content":
                {"text": "eyJhIjoxfQ==", "encoding": "base64"}}});
        let archive = json!({"log": {"entries": [other, token, other]}});
        let (kept, passed_over) = read(&archive).unwrap();
        assert_eq!((kept.len(), passed_over), (1, 2));
        let [exchange] = kept.try_into().unwrap();
        assert_eq!(
            exchange.request.unwrap().body(),
            "grant_type=authorization_code"
        );
        let response = exchange.response.unwrap();
        assert_eq!(response.body(), "{\"a\":1}");
        assert_eq!(response.place.to_string(), "entry 2, response");
    }
}
