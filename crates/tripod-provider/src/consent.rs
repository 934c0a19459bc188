//! What users allow clients: the page on which they do, and what is kept of it.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use crate::artefact::{Client, Consent, TOKENS, User};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Form, Visit};
use crate::pages::{Failure, Frame, Leads, Stop, day, show};
use crate::provider::Provider;
use crate::sign_in::Invitation;
use crate::storage::{self, Event, Selector};
use crate::store::{Changes, Stored};
use crate::{device, oauth1, oauth2};

pub(crate) fn routes() -> Router<Provider> {
    Router::new().route("/consent", post(decide))
}

/// What a user said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

async fn decide(visit: Visit) -> Response {
    let page = decided(&visit).await;
    visit.answer(page)
}

async fn decided(visit: &Visit) -> Result<Response, Stop> {
    let flow: Flow = Form::Consent.receive(visit)?;
    let decision = match visit.field("decision") {
        Some("allow") => Decision::Allow,
        Some("deny") => Decision::Deny,
        _ => return Err(undecided(&visit.provider)),
    };
    match &flow.goal {
        Goal::Device(_) => device::decided(visit, &flow, decision).await,
        Goal::Home => Err(undecided(&visit.provider)),
        Goal::OAuth1(_) => oauth1::authorize::decided(visit, &flow, decision).await,
        Goal::OAuth2(_) => oauth2::authorize::decided(visit, &flow, decision).await,
    }
}

fn undecided(provider: &Provider) -> Stop {
    let page = Failure::new(StatusCode::BAD_REQUEST, "Nothing was decided")
        .saying("Your browser sent neither a yes nor a no. Go back, and choose one.");
    Stop::failed(provider, &page)
}

/// What a user is asked.
pub(crate) struct Question<'a> {
    pub(crate) client: &'a Client,
    pub(crate) scope: &'a Scope,
    /// Where the browser goes afterwards, if anywhere.
    pub(crate) returns_to: Option<&'a str>,
    /// The code that the device shows, to be compared.
    pub(crate) code: Option<&'a str>,
    /// What the user allowed before.
    pub(crate) remembered: Option<&'a Consent>,
}

impl Question<'_> {
    /// Shows the page on which the user decides.
    pub(crate) fn ask(&self, visit: &Visit, flow: &Flow) -> Response {
        let config = visit.provider.config();
        let signed_in = visit.browser.signed_in();
        let page = Page {
            frame: Frame::new(&visit.provider),
            consent: Form::Consent.seal(visit, flow),
            sign_in: Form::SignIn.seal(visit, &(flow, self.invitation())),
            client: self.client.name(),
            client_uri: self.client.metadata.client_uri.as_deref(),
            user: signed_in.map_or("", |signed_in| display_name(&signed_in.user)),
            items: items(config, self.scope, self.remembered),
            since: self.remembered.map(|consent| day(consent.granted)),
            returns_to: self.returns_to.map(Destination::of),
            code: self.code,
        };
        let leads = self.returns_to.map_or(Leads::Here, Leads::To);
        show(StatusCode::OK, &page, leads)
    }
}

impl Question<'_> {
    /// Invites somebody else to sign in and to decide.
    fn invitation(&self) -> Invitation {
        Invitation {
            client: Some(self.client.name().to_owned()),
            leads_to: self.returns_to.map(str::to_owned),
            ..Invitation::default()
        }
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Page<'a> {
    frame: Frame<'a>,
    consent: String,
    sign_in: String,
    client: &'a str,
    client_uri: Option<&'a str>,
    user: &'a str,
    items: Vec<Item>,
    since: Option<String>,
    returns_to: Option<Destination<'a>>,
    code: Option<&'a str>,
}

/// A scope in words.
pub(crate) struct Item {
    pub(crate) text: String,
    /// Whether the user has not allowed it before.
    pub(crate) is_new: bool,
}

/// Writes a scope in words.
pub(crate) fn items(
    config: &crate::config::Config,
    scope: &Scope,
    remembered: Option<&Consent>,
) -> Vec<Item> {
    let item = |name: &str| Item {
        text: config
            .description(name)
            .map_or_else(|| format!("Use “{name}”"), str::to_owned),
        is_new: remembered.is_some_and(|consent| !consent.scope.contains(name)),
    };
    scope.iter().map(item).collect()
}

/// Where the browser goes afterwards, in words.
enum Destination<'a> {
    /// To a program on this device.
    App,
    /// To a site of this name.
    Site(&'a str),
}

impl<'a> Destination<'a> {
    fn of(uri: &'a str) -> Self {
        let Some((scheme, rest)) = uri.split_once("://") else {
            return Self::App;
        };
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_here = ["127.0.0.1", "[::1]", "localhost"]
            .iter()
            .any(|host| authority.strip_prefix(host).is_some_and(is_port_or_nothing));
        if is_web && !is_here {
            Self::Site(authority)
        } else {
            Self::App
        }
    }
}

fn is_port_or_nothing(text: &str) -> bool {
    text.is_empty() || text.starts_with(':')
}

/// Returns what people call a user.
pub(crate) fn display_name(user: &User) -> &str {
    user.name.as_deref().unwrap_or(&user.username)
}

/// Loads what a user allowed a client before.
pub(crate) async fn load(
    provider: &Provider,
    user: &str,
    client: &str,
) -> Result<Option<Stored<Consent>>, storage::Error> {
    provider.store().load(Consent::handle(user, client)).await
}

/// Notes that a user allows a client something, beside what was allowed before.
pub(crate) fn remember(
    before: Option<&Stored<Consent>>,
    user: &str,
    client: &str,
    allowed: &Allowed<'_>,
    now: Timestamp,
) -> Changes {
    let detail = serde_json::json!({
        "scope": allowed.scope.to_string(),
        "resources": allowed.resources,
        "protocol": allowed.protocol,
    });
    let event = Event::new(now, "consent_granted")
        .with_client(client)
        .with_user(user)
        .with_detail(detail);
    let changes = match before {
        None => {
            let mut consent = Consent::new(user, client, allowed.scope.clone(), now);
            consent.resources = allowed.resources.to_vec();
            Changes::new().insert(Consent::handle(user, client), &consent)
        }
        Some(before) => Changes::new().replace(before, &widened(before, allowed, now)),
    };
    changes.audit(event)
}

/// What a user allows now.
pub(crate) struct Allowed<'a> {
    pub(crate) scope: &'a Scope,
    /// Where (RFC 8707); empty is everywhere.
    pub(crate) resources: &'a [String],
    pub(crate) protocol: &'static str,
}

impl Allowed<'_> {
    /// Tells whether a user allowed as much before.
    pub(crate) fn is_within(&self, consent: &Consent) -> bool {
        let is_there = |resource| consent.resources.contains(resource);
        let is_everywhere = consent.resources.is_empty();
        let resources_are_within =
            is_everywhere || (!self.resources.is_empty() && self.resources.iter().all(is_there));
        self.scope.is_subset(&consent.scope) && resources_are_within
    }
}

fn widened(before: &Consent, allowed: &Allowed<'_>, now: Timestamp) -> Consent {
    let mut consent = before.clone();
    consent.used = now;
    if allowed.is_within(before) {
        return consent;
    }
    consent.granted = now;
    let all = before.scope.iter().chain(allowed.scope.iter());
    // There are no more values than there can be: each was in a scope that was read.
    consent.scope = Scope::of(all).unwrap_or_else(|_| allowed.scope.clone());
    if allowed.resources.is_empty() {
        consent.resources.clear();
    } else if !consent.resources.is_empty() {
        let more = allowed.resources.iter().cloned();
        consent.resources.extend(more);
        consent.resources.sort_unstable();
        consent.resources.dedup();
    }
    consent
}

/// Notes that a user refused.
pub(crate) fn refused(user: &str, client: &str, protocol: &str, now: Timestamp) -> Changes {
    let event = Event::new(now, "consent_denied")
        .with_client(client)
        .with_user(user)
        .with_detail(serde_json::json!({ "protocol": protocol }));
    Changes::new().audit(event)
}

/// Takes back what a user allowed a client, and all that came of it.
pub(crate) fn revoke(consent: &Stored<Consent>, now: Timestamp) -> Changes {
    let selector = Selector::Grant {
        user: consent.user.clone(),
        client: consent.client.clone(),
    };
    let event = Event::new(now, "consent_revoked")
        .with_client(&consent.client)
        .with_user(&consent.user);
    Changes::new()
        .remove(consent)
        .remove_all(TOKENS, selector)
        .audit(event)
}

#[cfg(test)]
mod tests;
