//! What happens to a request and its answer on their way.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use serde_json::Value as Json;
use thiserror::Error;
use tripod_core::parameters::Parameters;

use super::answers;
use super::value::Value;
use crate::broken_off::broken_off;
use crate::config::Config;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Delay,
    Drop,
    ExpiresInText,
    FormAnswer,
    HalfAnswer,
    HtmlAnswer,
    LostAnswer,
    Redirect,
    Status,
    Status200,
}

/// What is heard of a provider that is not asked.
pub(super) fn instead(
    config: &Config,
    wire: Wire,
    value: &Value,
    request: &Request<Bytes>,
) -> Option<Response<Body>> {
    match (wire, value) {
        (Wire::Drop, _) => Some(Response::new(broken_off(Bytes::new(), OnPurpose))),
        (Wire::Status, Value::Status(status)) => Some(gateway(*status)),
        (Wire::Redirect, _) => redirect(config, value, request),
        _ => None,
    }
}

/// Changes an answer; tells whether there was anything to change.
pub(super) fn alter(wire: Wire, value: &Value, answer: &mut Response<Bytes>) -> bool {
    match (wire, value) {
        (Wire::ExpiresInText, _) => text_for_number(answer),
        (Wire::FormAnswer, _) => form_for_json(answer),
        (Wire::HtmlAnswer, Value::Status(status)) => {
            *answer.status_mut() = *status;
            answers::rewrite(answer, HTML, page(*status));
            true
        }
        (Wire::Status200, _) => {
            *answer.status_mut() = StatusCode::OK;
            true
        }
        (Wire::Delay | Wire::HalfAnswer | Wire::LostAnswer, _) => true,
        _ => false,
    }
}

/// Sends an answer off, whole or not.
pub(super) fn send(wires: &[Wire], answer: Response<Bytes>) -> Response<Body> {
    let (mut parts, body) = answer.into_parts();
    if wires.contains(&Wire::LostAnswer) {
        return Response::from_parts(parts, broken_off(Bytes::new(), OnPurpose));
    }
    if !wires.contains(&Wire::HalfAnswer) {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let half = body.slice(..body.len().div_euclid(2));
    Response::from_parts(parts, broken_off(half, OnPurpose))
}

/// An answer breaks off on purpose.
#[derive(Debug, Error)]
#[error("a fault breaks the connection")]
struct OnPurpose;

const HTML: &str = "text/html; charset=utf-8";

/// Answers as proxies do that reach nobody, or want nobody else.
fn gateway(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::from(page(status)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
    let is_temporary = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if is_temporary.contains(&status) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
    }
    answer
}

fn page(status: StatusCode) -> String {
    format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n")
}

/// RFC 6749 §5.1: `expires_in` is a number, which many a server writes as text.
fn text_for_number(answer: &mut Response<Bytes>) -> bool {
    let Some(mut members) = answers::json(answer) else {
        return false;
    };
    let Some(expires_in) = members.get_mut("expires_in").filter(|it| it.is_number()) else {
        return false;
    };
    *expires_in = Json::String(expires_in.to_string());
    let text = Json::Object(members).to_string();
    answers::rewrite(answer, "application/json", text);
    true
}

fn form_for_json(answer: &mut Response<Bytes>) -> bool {
    let Some(members) = answers::json(answer) else {
        return false;
    };
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let form: Parameters = members
        .iter()
        .map(|(name, value)| (name.as_str(), text(value)))
        .collect();
    answers::rewrite(answer, "application/x-www-form-urlencoded", form.to_form());
    true
}

/// Redirects to another origin, where clients do not take `Authorization` along.
///
/// A request that went that way already is let through.
fn redirect(config: &Config, value: &Value, request: &Request<Bytes>) -> Option<Response<Body>> {
    let origin = match value {
        Value::Origin(origin) => origin.to_string(),
        _ => other_name(&config.origin.to_string())?,
    };
    let authority = origin.split_once("://")?.1;
    let host = request.headers().get(HOST)?.as_bytes();
    if host.eq_ignore_ascii_case(authority.as_bytes()) {
        return None;
    }
    let place = request.uri().path_and_query()?;
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let location = HeaderValue::try_from(format!("{origin}{place}")).ok()?;
    answer.headers_mut().insert(LOCATION, location);
    Some(answer)
}

/// Writes the origin by the other name that this machine has for itself.
fn other_name(origin: &str) -> Option<String> {
    let names = [
        ("//127.0.0.1", "//localhost"),
        ("//[::1]", "//localhost"),
        ("//localhost", "//127.0.0.1"),
    ];
    let mut names = names.iter();
    let (own, other) = names.find(|(own, _)| origin.contains(own))?;
    Some(origin.replacen(own, other, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_another_name() {
        let other = |origin| other_name(origin);
        assert_eq!(
            other("http://127.0.0.1:9090").unwrap(),
            "http://localhost:9090"
        );
        assert_eq!(other("https://[::1]").unwrap(), "https://localhost");
        assert_eq!(other("http://localhost:1").unwrap(), "http://127.0.0.1:1");
        assert_eq!(other("https://id.example"), None);
    }
}
