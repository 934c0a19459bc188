//! The page of a user: what was allowed to whom, and how to take it back.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;

use crate::artefact::{Client, Consent};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Form, SignedIn, Visit};
use crate::consent::{self, display_name};
use crate::pages::{Failure, Frame, Leads, Stop, day, redirect_here, show};
use crate::provider::Provider;
use crate::sign_in::Invitation;
use crate::storage::{self, Selector};
use crate::store::Stored;

pub(crate) fn routes() -> Router<Provider> {
    Router::new()
        .route("/", get(page))
        .route("/revoke", post(revoke))
}

async fn page(visit: Visit) -> Response {
    let page = match visit.browser.signed_in() {
        Some(signed_in) => grants(&visit, signed_in).await,
        None => {
            let flow = Flow::begin(&visit, Goal::Home);
            Ok(Invitation::default().show(&visit, &flow))
        }
    };
    visit.answer(page)
}

/// Goes on after signing in.
pub(crate) async fn resume(visit: &Visit, flow: &Flow) -> Result<Response, Stop> {
    match visit.browser.signed_in() {
        Some(_) => Ok(redirect_here(&visit.provider, "/")),
        None => Ok(Invitation::default().show(visit, flow)),
    }
}

async fn grants(visit: &Visit, signed_in: &SignedIn) -> Result<Response, Stop> {
    let provider = &visit.provider;
    let selector = Selector::User(signed_in.user.id.clone());
    let mut consents: Vec<Stored<Consent>> = provider.store().all(selector).await?;
    consents.sort_by_key(|consent| std::cmp::Reverse(consent.used));
    let mut grants = Vec::with_capacity(consents.len());
    for consent in &consents {
        grants.push(Grant::load(visit, consent).await?);
    }
    let page = Page {
        frame: Frame::new(provider),
        name: display_name(&signed_in.user),
        username: &signed_in.user.username,
        grants,
        sign_out: Form::SignOut.seal(visit, &()),
    };
    Ok(show(StatusCode::OK, &page, Leads::Here))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: Frame<'a>,
    name: &'a str,
    username: &'a str,
    grants: Vec<Grant>,
    sign_out: String,
}

/// What a user allowed a client, in words.
struct Grant {
    client: String,
    client_uri: Option<String>,
    items: Vec<consent::Item>,
    since: String,
    used: String,
    revocation: String,
}

impl Grant {
    async fn load(visit: &Visit, consent: &Consent) -> Result<Self, storage::Error> {
        let handle = Client::handle(&consent.client);
        let client: Option<Stored<Client>> = visit.provider.store().load(handle).await?;
        let name = client
            .as_ref()
            .map_or(consent.client.as_str(), |client| client.name());
        Ok(Self {
            client: name.to_owned(),
            client_uri: client
                .as_ref()
                .and_then(|client| client.metadata.client_uri.clone()),
            items: consent::items(visit.provider.config(), &consent.scope, None),
            since: day(consent.granted),
            used: day(consent.used),
            revocation: Form::Revocation.seal(visit, &consent.client),
        })
    }
}

async fn revoke(visit: Visit) -> Response {
    let page = revoked(&visit).await;
    visit.answer(page)
}

async fn revoked(visit: &Visit) -> Result<Response, Stop> {
    let client: String = Form::Revocation.receive(visit)?;
    let provider = &visit.provider;
    let Some(signed_in) = visit.browser.signed_in() else {
        return Ok(redirect_here(provider, "/"));
    };
    for _ in 0..TRIES {
        let consent = consent::load(provider, &signed_in.user.id, &client).await?;
        // Somebody has revoked it already: what was wanted is so.
        let Some(consent) = consent else {
            return Ok(redirect_here(provider, "/"));
        };
        let changes = consent::revoke(&consent, provider.now());
        if provider.store().apply(changes).await?.is_ok() {
            return Ok(redirect_here(provider, "/"));
        }
    }
    let page = Failure::new(StatusCode::CONFLICT, "Nothing was revoked")
        .saying("The app is being allowed again and again at this moment. Try once more.")
        .with_link("/", "Back to your account");
    Err(Stop::failed(provider, &page))
}

/// How often a change is tried that others may come before.
const TRIES: usize = 8;
