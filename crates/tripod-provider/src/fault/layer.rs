//! The layer around the endpoints that has faults fire.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::State as Extracted;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use tower::ServiceExt as _;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth2::bearer;
use tripod_oauth2::error::{ErrorCode, ErrorResponse};
use tripod_oauth2::scope::Scope;

use super::kind::Act;
use super::setup::{Other, Setup};
use super::state::{self};
use super::value::Value;
use super::wire::{self, Wire};
use super::{Endpoint, Fault, Unknown, answers};
use crate::answer;
use crate::cors;
use crate::incoming;
use crate::keys::Restated;
use crate::provider::Provider;
use crate::storage::Error;

/// Asks for faults of one request.
pub(crate) const ASKED: HeaderName = HeaderName::from_static("x-tripod-fault");

/// Tells which faults an answer owes itself to.
pub(crate) const FIRED: HeaderName = HeaderName::from_static("x-tripod-fault-fired");

/// The faults of a provider: those that were set, and those that requests ask for.
#[derive(Clone)]
pub(crate) struct Faults {
    provider: Provider,
    set: Arc<[Armed]>,
}

/// A fault that was set, and how many requests it has concerned.
struct Armed {
    fault: Fault,
    concerned: AtomicU64,
}

impl Armed {
    fn fires(&self) -> bool {
        let before = self.concerned.fetch_add(1, Ordering::Relaxed);
        before.wrapping_add(1).is_multiple_of(self.fault.every)
    }
}

impl Faults {
    pub(crate) fn new(provider: &Provider, set: &[Fault]) -> Self {
        let armed = set.iter().cloned().map(|fault| Armed {
            fault,
            concerned: AtomicU64::new(0),
        });
        Self {
            provider: provider.clone(),
            set: armed.collect(),
        }
    }

    /// Lays the faults around the endpoints.
    pub(crate) fn around(self, endpoints: Router) -> Router {
        endpoints.layer(from_fn_with_state(self, pass))
    }

    /// Returns which endpoint a request is for.
    fn endpoint<B>(&self, request: &Request<B>) -> Option<Endpoint> {
        let path = request.uri().path();
        let own = self.provider.config().path();
        Endpoint::of_path(path.strip_prefix(own).unwrap_or(path))
    }

    /// Returns the faults that are to fire at a request.
    fn due(&self, request: &Request<Body>) -> Result<Vec<Fault>, Unknown> {
        let mut due = Vec::new();
        let endpoint = self.endpoint(request);
        let concerning = self.set.iter().filter(|it| it.fault.concerns(endpoint));
        due.extend(
            concerning
                .filter(|it| it.fires())
                .map(|it| it.fault.clone()),
        );
        for header in request.headers().get_all(ASKED) {
            let text = String::from_utf8_lossy(header.as_bytes());
            for written in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
                let fault: Fault = written.parse()?;
                let is_meant = fault.endpoints.is_empty() || fault.concerns(endpoint);
                due.extend(is_meant.then_some(fault));
            }
        }
        Ok(due)
    }
}

async fn pass(
    Extracted(faults): Extracted<Faults>,
    request: Request<Body>,
    next: Next,
) -> Response {
    // A preflight tells what a program is about to send, and is none of what it sends.
    if cors::is_preflight(&request) {
        return next.run(request).await;
    }
    let endpoint = faults.endpoint(&request);
    let mut answer = respond(faults, request, next).await;
    if endpoint.is_some_and(Endpoint::is_for_browsers) {
        cors::share(answer.headers_mut());
    }
    answer
}

/// Dates whatever has no date yet.
pub(crate) async fn dated(
    Extracted(provider): Extracted<Provider>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let mut answer = next.run(request).await;
    if !answer.headers().contains_key(DATE) {
        date(&provider, answer.headers_mut());
    }
    answer
}

/// Dates an answer by the clock of the provider, where that is not the server's (RFC 9110 §6.6.1).
fn date(provider: &Provider, headers: &mut HeaderMap) {
    if !provider.random().keeps_time() {
        return;
    }
    let seconds = u64::try_from(provider.now().as_unix()).unwrap_or_default();
    let now = UNIX_EPOCH + Duration::from_secs(seconds);
    if let Ok(now) = HeaderValue::try_from(httpdate::fmt_http_date(now)) {
        headers.insert(DATE, now);
    }
}

async fn respond(faults: Faults, request: Request<Body>, next: Next) -> Response {
    match faults.due(&request) {
        Ok(due) if due.is_empty() => next.run(request).await,
        Ok(due) => {
            let limits = &faults.provider.config().limits;
            let request = match incoming::read(request, limits).await {
                Ok(request) => request,
                Err(unreadable) => return unreadable.into_response(),
            };
            let endpoint = faults.endpoint(&request);
            let scene = Scene::new(&faults.provider, endpoint, request, next);
            let played = scene.play(&due).await;
            played.unwrap_or_else(Error::into_response)
        }
        Err(unknown) => {
            let error = ErrorResponse::new(ErrorCode::InvalidRequest)
                .with_description(format!("X-Tripod-Fault: {unknown}"));
            answer::error(StatusCode::BAD_REQUEST, &error)
        }
    }
}

/// A request that goes wrong on purpose.
pub(super) struct Scene<'a> {
    pub(super) provider: &'a Provider,
    /// What JWTs say otherwise than they should.
    pub(super) restated: Restated,
    endpoint: Option<Endpoint>,
    request: Request<Bytes>,
    form: Parameters,
    next: Next,
    fired: Vec<&'static str>,
}

impl<'a> Scene<'a> {
    fn new(
        provider: &'a Provider,
        endpoint: Option<Endpoint>,
        request: Request<Bytes>,
        next: Next,
    ) -> Self {
        let form = incoming::form(&request, &provider.config().limits);
        Self {
            provider,
            restated: Restated::default(),
            endpoint,
            form: form.unwrap_or_default(),
            request,
            next,
            fired: Vec::new(),
        }
    }

    async fn play(mut self, due: &[Fault]) -> Result<Response, Error> {
        for fault in due {
            if let Act::State(state) = fault.kind.act
                && state::before(&mut self, state, &fault.value).await?
            {
                self.fire(fault);
            }
            if let (Act::Wire(Wire::Delay), Value::Duration(span)) = (fault.kind.act, &fault.value)
            {
                tokio::time::sleep(*span).await;
            }
        }
        for fault in due {
            let Act::Wire(wire) = fault.kind.act else {
                continue;
            };
            let config = self.provider.config();
            if let Some(mut answer) = wire::instead(config, wire, &fault.value, &self.request) {
                self.fire(fault);
                self.sign_off(&mut answer);
                return Ok(answer);
            }
        }
        let mut answer = self.answer(due).await?;
        for fault in due {
            let has_fired = match fault.kind.act {
                Act::State(state) => state::after(&self, state, &fault.value, &answer).await?,
                Act::Wire(wire) => wire::alter(wire, &fault.value, &mut answer),
                Act::Setup(_) => false,
            };
            if has_fired {
                self.fire(fault);
            }
        }
        self.sign_off(&mut answer);
        let wires = due.iter().filter_map(|fault| match fault.kind.act {
            Act::Wire(wire) => Some(wire),
            _ => None,
        });
        Ok(wire::send(&wires.collect::<Vec<_>>(), answer))
    }

    /// Has the provider answer, set up as the faults want it.
    async fn answer(&mut self, due: &[Fault]) -> Result<http::Response<Bytes>, Error> {
        let mut other = Other::than(self.provider);
        other.restate(&self.restated);
        for fault in due {
            match fault.kind.act {
                Act::Setup(setup) => {
                    other.with(setup, &fault.value).await?;
                    if self.is_met(setup, &fault.value) {
                        self.fire(fault);
                    }
                }
                Act::Wire(Wire::Status200) => other.forget_everybody(),
                _ => {}
            }
        }
        let Some(other) = other.finish() else {
            return Ok(answers::whole(self.next.clone().run(self.again()).await).await);
        };
        let answer = match other.endpoints().oneshot(self.again()).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let mut answer = answers::whole(answer).await;
        date(&other, answer.headers_mut());
        let tells = |it: &&Fault| it.kind.act == Act::Setup(Setup::BaseString);
        if let Some(fault) = due.iter().find(tells)
            && answers::tell_base_string(other.config(), &self.request, &mut answer)
        {
            self.fire(fault);
        }
        Ok(answer)
    }

    /// Tells whether a provider that is set up so is another to this request.
    fn is_met(&self, setup: Setup, value: &Value) -> bool {
        match setup {
            // It fires once there is a refusal to add to.
            Setup::BaseString => false,
            Setup::DpopNonce => self.request.headers().contains_key("dpop"),
            _ => *value != Value::None || setup == Setup::UnknownClient,
        }
    }

    fn fire(&mut self, fault: &Fault) {
        if !self.fired.contains(&fault.name()) {
            tracing::info!(%fault, path = self.request.uri().path(), "a fault fires");
            self.fired.push(fault.name());
        }
    }

    /// Tells people that it was on purpose.
    fn sign_off<B>(&self, answer: &mut http::Response<B>) {
        if let Ok(fired) = HeaderValue::try_from(self.fired.join(", "))
            && !fired.is_empty()
        {
            answer.headers_mut().insert(FIRED, fired);
        }
    }

    fn again(&self) -> Request<Body> {
        self.request.clone().map(Body::from)
    }

    /// Sends the request, and forgets what came of it.
    pub(super) async fn send_once(&self) {
        let _ = self.next.clone().run(self.again()).await;
    }

    /// Tells whether the answer is to give an access token of OAuth 2.
    pub(super) fn gives_tokens(&self) -> bool {
        self.endpoint == Some(Endpoint::Token)
    }

    /// Returns a parameter of the form.
    pub(super) fn parameter(&self, name: &str) -> Option<Secret> {
        self.form.single(name).ok().flatten().map(Secret::from)
    }

    /// Returns the token that a signature names.
    pub(super) fn signed_token(&self) -> Option<Secret> {
        let signed = SignedRequest::parse(&self.request).ok()?;
        signed.token().map(Secret::from)
    }

    /// Returns the access token that the request shows, or asks about.
    pub(super) fn shown_token(&self) -> Option<Secret> {
        let form = Some(&self.form);
        let shown = bearer::AccessToken::read(self.request.headers(), form, &Parameters::new());
        let shown = shown.ok().flatten().map(|shown| shown.token().clone());
        shown
            .or_else(|| self.parameter("token"))
            .or_else(|| self.signed_token())
    }

    /// Tells whether it carries something that counts once.
    pub(super) fn has_nonce(&self) -> bool {
        let signed = SignedRequest::parse(&self.request).ok();
        let is_stamped = signed.is_some_and(|signed| signed.stamp().is_some());
        is_stamped || self.request.headers().contains_key("dpop")
    }

    /// Returns the scope that the request asks for, in its form or in its query.
    pub(super) fn asked_scope(&self) -> Option<Scope> {
        let query = self.query();
        let of = |parameters: &Parameters| Some(parameters.single("scope").ok()??.to_owned());
        Scope::parse(&of(&self.form).or_else(|| of(&query))?).ok()
    }

    /// Has the request ask for another scope; tells whether it can.
    pub(super) fn ask_for(&mut self, scope: &Scope) -> bool {
        let scope = scope.to_string();
        if self.request.method() == http::Method::GET {
            let query = replaced(&self.query(), &scope);
            let path = self.request.uri().path();
            let Ok(uri) = format!("{path}?{}", query.to_form()).parse::<Uri>() else {
                return false;
            };
            *self.request.uri_mut() = uri;
            return true;
        }
        self.form = replaced(&self.form, &scope);
        let body = self.form.to_form();
        let headers = self.request.headers_mut();
        headers.insert(CONTENT_LENGTH, body.len().into());
        *self.request.body_mut() = body.into();
        true
    }

    fn query(&self) -> Parameters {
        let query = self.request.uri().query().unwrap_or_default();
        Parameters::parse(query.as_bytes()).unwrap_or_default()
    }
}

fn replaced(parameters: &Parameters, scope: &str) -> Parameters {
    let others = parameters.iter().filter(|(name, _)| *name != "scope");
    others.chain([("scope", scope)]).collect()
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: Vec<_> = self.set.iter().map(|it| it.fault.to_string()).collect();
        f.debug_struct("Faults")
            .field("set", &set)
            .finish_non_exhaustive()
    }
}
