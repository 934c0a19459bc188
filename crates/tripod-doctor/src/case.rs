//! The evidence, understood: what each exchange is about, and what was said.

use serde_json::Value;
use tripod_core::timestamp::Timestamp;

use crate::evidence::{Evidence, Place, Request, Response};
use crate::known::Known;

pub(crate) mod dialect;
pub(crate) mod fields;
pub(crate) mod jwt;
pub(crate) mod oauth1;
pub(crate) mod said;
pub(crate) mod uri;

use fields::Fields;
use jwt::Jwt;
use oauth1::SignedCall;
use said::Said;
use uri::Uri;

/// What the rules look at.
pub(crate) struct Case<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) known: &'a Known,
    pub(crate) now: Timestamp,
    pub(crate) calls: Vec<Call<'a>>,
    pub(crate) said: Vec<Said>,
    /// Whether the texts are of a library for OAuth 1, and of none for OAuth 2.
    pub(crate) is_of_first: bool,
    /// Whether a token that was called with is what is refused (RFC 6750 §3.1).
    pub(crate) has_called_with_token: bool,
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) tokens: Vec<Jwt>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(evidence: &'a Evidence, now: Timestamp) -> Self {
        let calls: Vec<_> = evidence
            .exchanges
            .iter()
            .enumerate()
            .map(|(index, exchange)| Call::new(index, exchange))
            .collect();
        let said = said::collect(evidence, &calls);
        let callbacks = callbacks(&calls);
        let tokens = jwt::collect(evidence, &calls);
        Self {
            evidence,
            known: &evidence.known,
            now,
            calls,
            is_of_first: is_of_first(&said),
            has_called_with_token: said
                .iter()
                .any(|said| said.has("invalid_token") || said.has("invalidtokenerror")),
            said,
            callbacks,
            tokens,
        }
    }

    /// Returns the requests to a token endpoint.
    pub(crate) fn token_calls(&self) -> impl Iterator<Item = &Call<'a>> {
        self.calls.iter().filter(|call| call.role == Role::Token)
    }

    /// Returns the requests that send a user to be asked.
    pub(crate) fn authorizations(&self) -> impl Iterator<Item = &Call<'a>> {
        self.calls
            .iter()
            .filter(|call| call.role == Role::Authorization)
    }

    /// Returns the requests that are signed by OAuth 1.
    pub(crate) fn signed(&self) -> impl Iterator<Item = (&Call<'a>, &SignedCall)> {
        self.calls
            .iter()
            .filter_map(|call| Some((call, call.signed.as_ref()?)))
    }

    /// Returns what is said of a call.
    pub(crate) fn said_of(&self, call: &Call<'a>) -> impl Iterator<Item = &Said> + use<'_, 'a> {
        let index = call.index;
        self.said
            .iter()
            .filter(move |said| said.call == Some(index))
    }

    /// Tells whether the evidence speaks neither of a failure nor of a success.
    pub(crate) fn is_unclear(&self) -> bool {
        let succeeds = self.calls.iter().any(|call| {
            call.response
                .is_some_and(|response| response.status.is_some_and(|status| status < 400))
        });
        let comes_back = self
            .callbacks
            .iter()
            .any(|callback| callback.fields.first("code").is_some());
        let has_token = !self.tokens.is_empty()
            || self
                .calls
                .iter()
                .any(|call| call.answered("access_token").is_some());
        !(succeeds || comes_back || has_token) || self.has_failed()
    }

    /// Tells whether anything failed at all, as far as the evidence shows.
    pub(crate) fn has_failed(&self) -> bool {
        !self.said.is_empty()
    }
}

/// Tells it by the modules that a log or traceback names.
fn is_of_first(said: &[Said]) -> bool {
    let names = |words: &[&str]| {
        let texts = said.iter().filter(|said| said.call.is_none());
        texts
            .into_iter()
            .any(|said| words.iter().any(|word| said.has(word)))
    };
    names(&[
        "oauth1_session",
        "oauth1_auth",
        "oauth1_client",
        "oauth1_token",
        "oauth1/",
        "oauth1.",
    ]) && !names(&["oauth2_session", "oauth2_client", "oauth2/", "oauth2."])
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A user is sent to be asked.
    Authorization,
    /// A user comes back.
    Callback,
    /// A device asks for its codes.
    Device,
    /// Something else, or not known.
    Other,
    /// A call with a token.
    Resource,
    /// A request signed by OAuth 1.
    Signed,
    /// A request for a token.
    Token,
}

/// How the parameters of a request were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Form,
    Json,
    Multipart,
    Nothing,
    Other,
    /// There was a body, and the evidence does not show it: `curl -v` never does.
    Unseen,
}

/// An exchange, understood.
pub(crate) struct Call<'a> {
    pub(crate) index: usize,
    pub(crate) request: Option<&'a Request>,
    pub(crate) response: Option<&'a Response>,
    pub(crate) uri: Uri,
    pub(crate) query: Fields,
    pub(crate) body: Fields,
    pub(crate) carrier: Carrier,
    pub(crate) role: Role,
    pub(crate) signed: Option<SignedCall>,
    /// The body of the answer, where it is JSON or a form.
    pub(crate) answer: Option<Value>,
}

impl<'a> Call<'a> {
    fn new(index: usize, exchange: &'a crate::evidence::Exchange) -> Self {
        let request = exchange.request.as_ref();
        let uri = Uri::parse(request.map_or("", Request::uri));
        let query = Fields::form(&uri.query);
        let (carrier, body) = request.map_or_else(|| (Carrier::Nothing, Fields::default()), body);
        let signed = request.and_then(|request| SignedCall::read(request, &uri));
        let role = role(request, &uri, &query, &body, signed.is_some());
        Self {
            index,
            request,
            response: exchange.response.as_ref(),
            uri,
            query,
            body,
            carrier,
            role,
            signed,
            answer: exchange.response.as_ref().and_then(answer),
        }
    }

    /// Returns a parameter of the body, or of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.body.first(name).or_else(|| self.query.first(name))
    }

    /// Returns a member of the answer that is text.
    pub(crate) fn answered(&self, name: &str) -> Option<&str> {
        self.answer.as_ref()?.get(name)?.as_str()
    }

    /// Returns where the request stands, or where the answer does.
    pub(crate) fn place(&self) -> Place {
        let request = self.request.map(|request| request.place.clone());
        let response = || self.response.map(|response| response.place.clone());
        request.or_else(response).unwrap_or_default()
    }

    /// Returns the value of the `Authorization` header with this scheme.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let (written, rest) = self.request?.header("authorization")?.split_once(' ')?;
        written.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }

    /// Tells whether the answer is a refusal, or holds one.
    pub(crate) fn is_refused(&self) -> bool {
        let is_stated = self.answer.as_ref().is_some_and(|answer| {
            let is_open = self
                .response
                .is_none_or(|response| response.status.is_none());
            dialect::code(answer).is_some() && (is_open || answer.get("error").is_some())
        });
        is_stated || self.response.is_some_and(Response::is_failure)
    }

    /// Tells whether two calls may be of one client: not if both name it, and differently.
    pub(crate) fn may_be_of_client_of(&self, other: &Self) -> bool {
        match (self.parameter("client_id"), other.parameter("client_id")) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        }
    }

    /// Says what was called: method, host and path.
    pub(crate) fn target(&self) -> String {
        let method = self.request.and_then(|request| request.method.as_deref());
        format!("{} {}", method.unwrap_or("?"), self.uri.without_query())
    }
}

/// A user who comes back to the client.
pub(crate) struct Callback {
    pub(crate) uri: Uri,
    pub(crate) fields: Fields,
    pub(crate) place: Place,
}

fn body(request: &Request) -> (Carrier, Fields) {
    let text = request.body();
    let media_type = request.media_type();
    if text.is_empty() {
        let carrier = match announces_body(request) {
            true => Carrier::Unseen,
            false => Carrier::Nothing,
        };
        return (carrier, Fields::default());
    }
    let looks_like_json = text.trim_start().starts_with('{');
    match media_type.as_str() {
        "application/x-www-form-urlencoded" if looks_like_json => {
            (Carrier::Other, Fields::json(text))
        }
        "application/x-www-form-urlencoded" => (Carrier::Form, Fields::form(text)),
        "multipart/form-data" => (Carrier::Multipart, Fields::multipart(text)),
        _ if looks_like_json => (Carrier::Json, Fields::json(text)),
        "" if text.contains('=') => (Carrier::Form, Fields::form(text)),
        "text/plain" if text.contains("grant_type=") => (Carrier::Other, Fields::form(text)),
        _ => (Carrier::Other, Fields::default()),
    }
}

/// Tells whether the head of a request says that a body follows (RFC 9110 §8.6, RFC 9112 §6).
fn announces_body(request: &Request) -> bool {
    if request.is_body_left_out {
        return true;
    }
    match request.header("content-length") {
        Some(length) => length.trim() != "0",
        None => {
            request.header("transfer-encoding").is_some()
                || request.body.is_none() && request.header("content-type").is_some()
        }
    }
}

fn role(request: Option<&Request>, uri: &Uri, query: &Fields, body: &Fields, signed: bool) -> Role {
    let Some(request) = request else {
        return Role::Other;
    };
    let has = |name| body.first(name).is_some() || query.first(name).is_some();
    let fragment = Fields::form(&uri.fragment);
    if signed {
        return Role::Signed;
    }
    if has("grant_type") {
        return Role::Token;
    }
    let is_authorization = query.first("response_type").is_some()
        || (query.first("client_id").is_some()
            && (query.first("redirect_uri").is_some() || query.first("request_uri").is_some()));
    if is_authorization {
        return Role::Authorization;
    }
    let path = uri.path.to_ascii_lowercase();
    if path.contains("device") && has("client_id") {
        return Role::Device;
    }
    let is_get = request.method.as_deref() == Some("GET");
    let comes_back = |fields: &Fields| {
        ["code", "error", "oauth_verifier", "oauth_problem", "denied"]
            .iter()
            .any(|name| fields.first(name).is_some())
            || fields.first("access_token").is_some() && fields.first("token_type").is_some()
    };
    if is_get
        && (comes_back(query) || comes_back(&fragment))
        && request.header("authorization").is_none()
    {
        return Role::Callback;
    }
    let scheme = request
        .header("authorization")
        .and_then(|header| header.split(' ').next());
    let bears = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("dpop")
    });
    // A header without a scheme, or with one that nobody knows.
    let shows_token = scheme.is_some_and(|scheme| {
        ["basic", "digest", "negotiate", "oauth"]
            .iter()
            .all(|known| !scheme.eq_ignore_ascii_case(known))
    });
    let is_token_path = path.ends_with("/token") || path.ends_with("/access_token");
    match () {
        () if bears || shows_token => Role::Resource,
        () if is_token_path && !is_get => Role::Token,
        () => Role::Other,
    }
}

fn answer(response: &Response) -> Option<Value> {
    let body = response.body().trim();
    if body.starts_with(['{', '[']) {
        return serde_json::from_str(body).ok();
    }
    if body.starts_with("[{") {
        // Some answer with a list of errors (Salesforce, Facebook's batches).
        let errors: Vec<Value> = serde_json::from_str(body).ok()?;
        return errors.into_iter().next();
    }
    let is_form = body.contains('=')
        && !body.contains(['<', '{', ' ', '\n'])
        && response.media_type() != "text/html"
        || response.media_type() == "application/x-www-form-urlencoded";
    is_form.then(|| Fields::form(body).to_json())
}

/// Finds users who come back: requests of the browser, and where it was sent.
fn callbacks(calls: &[Call<'_>]) -> Vec<Callback> {
    let mut callbacks: Vec<Callback> = Vec::new();
    let mut add = |text: &str, place: Place| {
        let uri = Uri::parse(text);
        let mut fields = Fields::form(&uri.query);
        fields.extend(Fields::form(&uri.fragment));
        let known = callbacks
            .iter()
            .any(|callback| callback.uri.path == uri.path && callback.fields == fields);
        if !known {
            callbacks.push(Callback { uri, fields, place });
        }
    };
    for call in calls {
        if call.role == Role::Callback
            && let Some(request) = call.request
        {
            add(request.uri(), request.place.clone());
        }
        let Some(response) = call.response else {
            continue;
        };
        let location = response.header("location").unwrap_or_default();
        let query = location
            .find(['?', '#'])
            .and_then(|at| location.get(at + 1..));
        let fields = Fields::form(query.unwrap_or_default());
        let comes_back = fields.first("response_type").is_none()
            && ["code", "error"]
                .iter()
                .any(|name| fields.first(name).is_some());
        if comes_back {
            add(location, response.place.within("header Location"));
        }
    }
    callbacks
}
