//! What is counted, for Prometheus, and what the access log says of each request.
//!
//! Endpoints count nothing themselves: an answer carries a note of what it means, and
//! `observe` reads it where the answer leaves.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use prometheus_client::encoding::text;
use prometheus_client::encoding::{EncodeLabelSet, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;
use tripod_oauth2::token::GrantType;

use crate::attempts::What;
use crate::config::MetricsAccess;
use crate::peer;
use crate::provider::Provider;

/// What a provider counts; clones count together.
#[derive(Clone)]
pub struct Metrics {
    shared: Arc<Shared>,
}

struct Shared {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    tokens: Family<GrantLabels, Counter>,
    refusals: Family<RefusalLabels, Counter>,
    limited: Family<AttemptLabels, Counter>,
    storage_errors: Counter,
    swept: Counter,
    panics: Counter,
    connections: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: Route,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct GrantLabels {
    grant: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    route: Route,
    error: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptLabels {
    what: &'static str,
}

/// The route that served a request: its pattern, so that there are as many as there are routes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Route(Option<Arc<str>>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("none")
    }
}

impl prometheus_client::encoding::EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.as_str().encode(encoder)
    }
}

/// A note on an answer: tokens were issued by this grant.
#[derive(Clone, Debug)]
pub(crate) struct Issued(pub(crate) GrantType);

/// A note on an answer: it refuses, with this code.
#[derive(Clone, Debug)]
pub(crate) struct Refused(pub(crate) String);

/// A note on an answer: too many attempts at this failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited(pub(crate) What);

/// A note on an answer: storage could not answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StorageFailed;

/// A note on an answer: the endpoint panicked, which is a bug.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panicked;

/// Upper bounds in seconds: most answers take a millisecond, a password a hundred, a slow peer seconds.
const BUCKETS: [f64; 11] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0,
];

const OPENMETRICS: HeaderValue =
    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

impl Metrics {
    /// Begins with nothing counted.
    #[must_use]
    pub fn new() -> Self {
        let mut shared = Shared {
            registry: Registry::with_prefix("tripod"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            tokens: Family::default(),
            refusals: Family::default(),
            limited: Family::default(),
            storage_errors: Counter::default(),
            swept: Counter::default(),
            panics: Counter::default(),
            connections: Gauge::default(),
        };
        shared.register();
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Writes everything that was counted, in the text format of `OpenMetrics`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut written = String::new();
        text::encode(&mut written, &self.shared.registry).expect("text takes whatever is written");
        written
    }

    /// Counts what a sweep removed.
    pub fn swept(&self, records: usize) {
        let records = u64::try_from(records).unwrap_or(u64::MAX);
        self.shared.swept.inc_by(records);
    }

    /// Counts a failure of storage outside of any request.
    pub fn storage_failed(&self) {
        self.shared.storage_errors.inc();
    }

    #[cfg(feature = "server")]
    pub(crate) fn connected(&self) -> Connected {
        self.shared.connections.inc();
        Connected(self.shared.connections.clone())
    }

    fn count(&self, answer: &Response, labels: &RequestLabels, took: Duration) {
        let shared = &self.shared;
        let notes = answer.extensions();
        let route = labels.route.clone();
        if let Some(Issued(grant)) = notes.get() {
            let grant = grant.as_str().to_owned();
            shared.tokens.get_or_create(&GrantLabels { grant }).inc();
        }
        if let Some(Refused(code)) = notes.get() {
            let error = code.clone();
            let route = route.clone();
            let refusals = &shared.refusals;
            refusals
                .get_or_create(&RefusalLabels { route, error })
                .inc();
        }
        if let Some(Limited(what)) = notes.get() {
            let what = what.as_str();
            shared.limited.get_or_create(&AttemptLabels { what }).inc();
        }
        if notes.get::<StorageFailed>().is_some() {
            shared.storage_errors.inc();
        }
        if notes.get::<Panicked>().is_some() {
            shared.panics.inc();
        }
        let durations = &shared.durations;
        durations
            .get_or_create(&RouteLabels { route })
            .observe(took.as_secs_f64());
        shared.requests.get_or_create(labels).inc();
    }
}

impl Shared {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "requests",
            "Requests by method, route and status",
            self.requests.clone(),
        );
        registry.register(
            "request_duration_seconds",
            "From the head of a request to its answer",
            self.durations.clone(),
        );
        registry.register(
            "tokens_issued",
            "Access tokens issued, by grant",
            self.tokens.clone(),
        );
        registry.register(
            "refusals",
            "Refusals by route and OAuth error code",
            self.refusals.clone(),
        );
        registry.register(
            "attempts_limited",
            "Attempts refused since too many failed before",
            self.limited.clone(),
        );
        registry.register(
            "storage_errors",
            "Times that storage could not answer",
            self.storage_errors.clone(),
        );
        registry.register(
            "swept_records",
            "Records and claims removed after their time",
            self.swept.clone(),
        );
        registry.register(
            "panics",
            "Endpoints that panicked: each is a bug",
            self.panics.clone(),
        );
        registry.register(
            "connections",
            "Connections that are open",
            self.connections.clone(),
        );
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Counts a connection for as long as it is open.
#[cfg(feature = "server")]
#[derive(Debug)]
pub(crate) struct Connected(Gauge);

#[cfg(feature = "server")]
impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Serves what operators ask for: whether the provider lives, can answer, and how much it did.
pub(crate) fn routes() -> Router<Provider> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn ready(State(provider): State<Provider>) -> Response {
    match provider.store().ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => error.into_response(),
    }
}

async fn metrics(State(provider): State<Provider>, request: Request) -> Response {
    let is_open = match provider.config().metrics {
        MetricsAccess::Everybody => true,
        MetricsAccess::Local => provider.peer(&request).is_none_or(peer::is_local),
        MetricsAccess::Nobody => false,
    };
    if !is_open {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (CONTENT_TYPE, OPENMETRICS),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, provider.metrics().to_text()).into_response()
}

/// Counts a request and its answer, and writes them into the access log.
///
/// A query is in none of them: it may hold what is secret.
pub(crate) async fn observe(
    State(provider): State<Provider>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let peer = provider.peer(&request);
    let method = known(request.method());
    let path = request.uri().path().to_owned();
    let answer = next.run(request).await;
    let took = began.elapsed();
    let refused = answer.extensions().get().map(|Refused(code)| code.as_str());
    tracing::info!(
        target: "tripod_provider::access",
        method,
        path = shown(&path),
        status = answer.status().as_u16(),
        microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        peer = peer.map(tracing::field::display),
        error = refused,
        "answered",
    );
    let labels = RequestLabels {
        method,
        route: Route(route.map(|route| Arc::from(route.as_str()))),
        status: answer.status().as_u16(),
    };
    provider.metrics().count(&answer, &labels, took);
    answer
}

/// Returns a method that is worth counting: anybody can make up others.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Returns what the log shows of a path: no more than tells which it was.
fn shown(path: &str) -> &str {
    const LONGEST: usize = 128;
    let end = path.char_indices().nth(LONGEST).map(|(at, _)| at);
    path.get(..end.unwrap_or(path.len())).unwrap_or(path)
}

/// Answers for an endpoint that panicked: the log hears what it said, the peer nothing of it.
#[expect(clippy::needless_pass_by_value, reason = "the layer asks for it")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("nothing");
    tracing::error!(said, "an endpoint panicked: this is a bug");
    let mut answer = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    answer.extensions_mut().insert(Panicked);
    answer
}

#[cfg(test)]
mod tests;
