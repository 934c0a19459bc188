//! What ties exchanges together: values that one of them gave and another one brings.

use axum::body::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, header, response};
use serde_json::{Map, Value};
use tripod_core::{form, percent};

use crate::handle::Handle;

/// Names of values that belong to one flow.
const NAMES: [&str; 13] = [
    "access_token",
    "actor_token",
    "code",
    "device_code",
    "flow",
    "oauth_session_handle",
    "oauth_token",
    "refresh_token",
    "registration_access_token",
    "request_uri",
    "subject_token",
    "token",
    "user_code",
];

/// Finds what a request brings, as digests: nothing of it is kept.
pub(super) fn of_request(request: &Request<Bytes>) -> Vec<Handle> {
    let mut found = pairs(request.uri().query().unwrap_or_default().as_bytes());
    found.extend(body(request.headers(), request.body()));
    for field in request.headers().get_all(AUTHORIZATION) {
        found.extend(authorization(field.as_bytes()));
    }
    let path = request.uri().path();
    if path.contains("/.well-known/") || path.ends_with("/oauth2/jwks") {
        // What is public ties nobody to anybody; together it takes least room.
        found.push(handle("discovery"));
    }
    found
}

/// Finds what an answer gives.
pub(super) fn of_answer(parts: &response::Parts, octets: &Bytes) -> Vec<Handle> {
    let mut found = body(&parts.headers, octets);
    if let Some(location) = parts.headers.get(header::LOCATION) {
        let location = location.as_bytes();
        let query_at = location.iter().position(|it| b"?#".contains(it));
        let query = query_at.and_then(|at| location.get(at.saturating_add(1)..));
        found.extend(pairs(query.unwrap_or_default()));
    }
    found
}

fn body(headers: &HeaderMap, octets: &Bytes) -> Vec<Handle> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .map(header::HeaderValue::as_bytes);
    let media_type = media_type.unwrap_or_default();
    if media_type.starts_with(b"application/json") {
        let members: Map<String, Value> = serde_json::from_slice(octets).unwrap_or_default();
        let members = members.iter().filter(|(name, _)| is_named(name.as_bytes()));
        let values = members.filter_map(|(_, value)| value.as_str());
        return values.map(handle).collect();
    }
    if media_type.starts_with(b"text/html") {
        return hidden(&String::from_utf8_lossy(octets));
    }
    pairs(octets)
}

fn pairs(text: &[u8]) -> Vec<Handle> {
    let pairs = form::pairs(text).map(form::Pair::decode);
    let named = pairs.filter(|(name, _)| is_named(name));
    named
        .map(|(_, value)| handle(&String::from_utf8_lossy(&value)))
        .collect()
}

fn authorization(field: &[u8]) -> Option<Handle> {
    let field = str::from_utf8(field).ok()?;
    let (scheme, rest) = field.split_once(' ')?;
    if ["bearer", "dpop"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it))
    {
        return Some(handle(rest.trim()));
    }
    // What a client authenticates with is the same in all of its flows.
    let (_, token) = rest.split_once("oauth_token=\"")?;
    let (token, _) = token.split_once('"')?;
    let token = percent::decode(token).ok()?;
    Some(handle(&String::from_utf8_lossy(&token)))
}

/// Finds the sealed fields of the forms on a page of ours.
fn hidden(page: &str) -> Vec<Handle> {
    let fields = page.split("name=\"flow\" value=\"").skip(1);
    let values = fields.filter_map(|rest| rest.split_once('"'));
    values.map(|(value, _)| handle(value)).collect()
}

fn is_named(name: &[u8]) -> bool {
    NAMES.iter().any(|known| known.as_bytes() == name)
}

fn handle(value: &str) -> Handle {
    // A user may type `wdjb mjht` for `WDJB-MJHT`; all else is longer.
    let letters = value.bytes().filter(u8::is_ascii_alphanumeric);
    let code: String = letters
        .map(|it| char::from(it.to_ascii_uppercase()))
        .collect();
    let value = if code.len() == 8 { &code } else { value };
    Handle::of_names(["thread", value])
}
