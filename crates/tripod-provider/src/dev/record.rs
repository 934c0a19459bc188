//! The layer around the router: it sees what clients see, and explains what is refused.

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, Request, response};
use serde_json::Value;
use tokio::time::Instant;
use tripod_core::parameters::Parameters;
use tripod_doctor::evidence::Exchange;

use super::body::Held;
use super::explanation::Question;
use super::journal::Entry;
use super::{messages, thread};
use crate::metrics::Refused;
use crate::pages::Onward;
use crate::provider::Provider;

/// No answer of a provider is longer.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Keeps an exchange, and adds to its answer what explains it.
pub(crate) async fn record(
    State(provider): State<Provider>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let path = path(&provider, &request);
    let Some(journal) = provider.journal().filter(|_| is_of_interest(&path)) else {
        return next.run(request).await;
    };
    let (began, at) = (Instant::now(), provider.now());
    let (request, seen) = look_at(&provider, request).await;
    let answer = next.run(request).await;
    let took = began.elapsed();
    let number = journal.number();
    let (mut parts, body) = answer.into_parts();
    let mut held = Held::read(body, LONGEST_ANSWER).await;
    let mut threads = thread::of_request(&seen);
    let request = messages::request(provider.config(), &seen);
    let answered = |parts: &_, octets: &_| {
        let answer = messages::answer(parts, octets, at);
        Exchange::new(Some(request.clone()), Some(answer))
    };
    let is_refused = is_refused(&parts, &held.octets);
    let mut explained = None;
    if is_refused && held.is_whole() {
        // A form that sends an error on is to its client what a redirect with the same is.
        let redirect = parts.extensions.get::<Onward>().map(Onward::as_redirect);
        let question = Question {
            number,
            exchange: match redirect {
                Some(redirect) => answered(&redirect, &Bytes::new()),
                None => answered(&parts, &held.octets),
            },
            context: journal.context(&threads),
        };
        let found = question.ask(&provider, &seen).await;
        held.octets = found.tell(&provider, seen.method(), &mut parts, held.octets);
        explained = Some(found);
    }
    threads.extend(thread::of_answer(&parts, &held.octets));
    journal.keep(Entry {
        number,
        flow: number,
        at,
        took,
        path,
        exchange: messages::shortened(answered(&parts, &held.octets)),
        is_whole: held.is_whole(),
        is_refused,
        explained,
        threads,
    });
    Response::from_parts(parts, held.into_body())
}

/// Returns the path below the issuer.
fn path(provider: &Provider, request: &Request<Body>) -> String {
    let path = request.uri().path();
    let below = path.strip_prefix(provider.config().path());
    below.unwrap_or(path).to_owned()
}

/// Tells whether a request is one of a client or of a user: not of an operator, nor of these pages.
fn is_of_interest(path: &str) -> bool {
    let others = ["/favicon.ico", "/healthz", "/metrics", "/readyz"];
    !others.contains(&path) && !path.starts_with("/dev/")
}

/// Reads a request; returns it to be passed on, and as its client has sent it.
async fn look_at(provider: &Provider, request: Request<Body>) -> (Request<Body>, Request<Bytes>) {
    let (parts, body) = request.into_parts();
    let held = Held::read(body, provider.config().limits.body).await;
    let mut seen = Request::new(held.octets.clone());
    *seen.method_mut() = parts.method.clone();
    *seen.uri_mut() = match parts.extensions.get::<OriginalUri>() {
        Some(OriginalUri(uri)) => uri.clone(),
        None => parts.uri.clone(),
    };
    *seen.headers_mut() = parts.headers.clone();
    (Request::from_parts(parts, held.into_body()), seen)
}

/// Tells whether an answer refuses, also where it does not say so by its status.
fn is_refused(parts: &response::Parts, octets: &Bytes) -> bool {
    let status = parts.status;
    status.is_client_error()
        || status.is_server_error()
        || parts.extensions.get::<Refused>().is_some()
        || refusal_code(&parts.headers, octets).is_some()
}

/// Finds the code of an error, in a body or in an address to which it is sent.
pub(super) fn refusal_code(headers: &HeaderMap, octets: &[u8]) -> Option<String> {
    let in_json = || {
        let members: Value = serde_json::from_slice(octets).ok()?;
        members.get("error")?.as_str().map(str::to_owned)
    };
    let named = |text: &[u8], name| {
        let parameters = Parameters::parse(text).ok()?;
        parameters.all(name).next().map(str::to_owned)
    };
    let in_location = || {
        let location = headers.get(LOCATION)?.as_bytes();
        let query_at = location.iter().position(|it| b"?#".contains(it))?;
        named(location.get(query_at.saturating_add(1)..)?, "error")
    };
    let media_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    match media_type.unwrap_or_default() {
        media_type if media_type.starts_with(b"application/json") => in_json(),
        media_type if media_type.starts_with(b"text/") => None,
        _ => named(octets, "oauth_problem"),
    }
    .or_else(in_location)
}
