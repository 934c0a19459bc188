//! The page on which users allow devices ([RFC 8628 §3.3](https://www.rfc-editor.org/rfc/rfc8628#section-3.3)).

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use tripod_core::secret::Secret;
use tripod_oauth2::device::UserCode;

use crate::artefact::{Client, DeviceGrant, DeviceState, UserCodeLink};
use crate::attempts::{Attempt, What};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Form, Manner, SignedIn, Visit};
use crate::consent::{self, Allowed, Decision, Question};
use crate::pages::{Failure, Frame, Leads, Outcome, Stop, show};
use crate::provider::Provider;
use crate::sign_in::{Invitation, too_many};
use crate::storage;
use crate::store::{Changes, Stored};

pub(crate) fn routes() -> Router<Provider> {
    Router::new().route("/device", get(page).post(submit))
}

#[derive(Template)]
#[template(path = "device.html")]
struct Page<'a> {
    frame: Frame<'a>,
    form: String,
    typed: &'a str,
    is_wrong: bool,
}

async fn page(visit: Visit) -> Response {
    let typed = visit.field("user_code").unwrap_or_default();
    let automatic = visit
        .browser
        .signed_in()
        .filter(|signed_in| signed_in.manner == Manner::Automatic && !typed.is_empty());
    let page = match automatic {
        Some(_) => look_up(&visit).await,
        // RFC 8628 §3.3.1: a code in the address is confirmed by the user all the same.
        None => Ok(typing(&visit, StatusCode::OK, typed)),
    };
    visit.answer(page)
}

fn typing(visit: &Visit, status: StatusCode, typed: &str) -> Response {
    let page = Page {
        frame: Frame::new(&visit.provider),
        form: Form::UserCode.seal(visit, &()),
        typed,
        is_wrong: status != StatusCode::OK,
    };
    show(status, &page, Leads::Here)
}

async fn submit(visit: Visit) -> Response {
    let page = match Form::UserCode.receive::<()>(&visit) {
        Ok(()) => look_up(&visit).await,
        Err(stop) => Err(stop),
    };
    visit.answer(page)
}

async fn look_up(visit: &Visit) -> Result<Response, Stop> {
    let provider = &visit.provider;
    let typed = visit.field("user_code").unwrap_or_default();
    // RFC 8628 §5.1: guessing codes is to be slow.
    let attempt = Attempt::new(What::UserCode, visit.address, None);
    provider
        .attempts()
        .take(&attempt, provider.now())
        .map_err(|wait| too_many(provider, wait))?;
    let waiting = match UserCode::parse(typed) {
        Some(code) => Waiting::load(provider, code.as_secret()).await?,
        None => None,
    };
    let Some(waiting) = waiting else {
        return Ok(typing(visit, StatusCode::UNPROCESSABLE_ENTITY, typed));
    };
    provider.attempts().succeeded(&attempt, provider.now());
    let code = waiting.code.expose().to_owned();
    let flow = Flow::begin(visit, Goal::Device(code));
    ask(visit, &flow, &waiting).await
}

/// A device that waits for its user.
struct Waiting {
    code: Secret,
    link: Stored<UserCodeLink>,
    device: Stored<DeviceGrant>,
    client: Client,
}

impl Waiting {
    async fn load(provider: &Provider, code: &Secret) -> Result<Option<Self>, storage::Error> {
        let store = provider.store();
        let link = store
            .load::<UserCodeLink>(UserCodeLink::handle(code))
            .await?;
        let Some(link) = link else {
            return Ok(None);
        };
        let device = store.load::<DeviceGrant>(link.device).await?;
        let client = store
            .load::<Client>(Client::handle(&link.client))
            .await?
            .map(Stored::into_value);
        Ok(device
            .zip(client)
            .filter(|(device, _)| device.state == DeviceState::Pending)
            .map(|(device, client)| Self {
                code: code.clone(),
                link,
                device,
                client,
            }))
    }

    fn allowed(&self) -> Allowed<'_> {
        Allowed {
            scope: &self.device.scope,
            resources: &self.device.resources,
            protocol: "device",
        }
    }

    /// What is written when the user has decided.
    fn decided(&self, state: DeviceState) -> Changes {
        let decided = DeviceGrant {
            state,
            ..DeviceGrant::clone(&self.device)
        };
        // The code has served: whoever types it again finds nothing.
        Changes::new()
            .replace(&self.device, &decided)
            .remove(&self.link)
    }
}

/// Goes on after signing in.
pub(crate) async fn resume(visit: &Visit, flow: &Flow) -> Result<Response, Stop> {
    let waiting = waiting(visit, flow).await?;
    ask(visit, flow, &waiting).await
}

async fn waiting(visit: &Visit, flow: &Flow) -> Result<Waiting, Stop> {
    let Goal::Device(code) = &flow.goal else {
        return Err(gone(&visit.provider));
    };
    let code = Secret::from(code.as_str());
    let waiting = Waiting::load(&visit.provider, &code).await?;
    waiting.ok_or_else(|| gone(&visit.provider))
}

fn gone(provider: &Provider) -> Stop {
    let page = Failure::new(StatusCode::GONE, "This code is not valid any more")
        .saying("It was used already, or it is too old. Have your device show another one.")
        .with_link("/device", "Enter another code");
    Stop::failed(provider, &page)
}

async fn ask(visit: &Visit, flow: &Flow, waiting: &Waiting) -> Result<Response, Stop> {
    let Some(signed_in) = visit.browser.signed_in() else {
        let invitation = Invitation {
            client: Some(waiting.client.name().to_owned()),
            ..Invitation::default()
        };
        return Ok(invitation.show(visit, flow));
    };
    if signed_in.manner == Manner::Automatic {
        return allow(visit, flow, signed_in).await;
    }
    // RFC 8628 §5.4: whoever sent the user here may have begun this on a device of their own, so
    // that a device is allowed by nothing that was allowed before.
    let code = UserCode::parse(waiting.code.expose()).map(|code| code.to_grouped());
    let consent = consent::load(&visit.provider, &signed_in.user.id, &waiting.client.id).await?;
    let question = Question {
        client: &waiting.client,
        scope: &waiting.device.scope,
        returns_to: None,
        code: code.as_ref().map(Secret::expose),
        remembered: consent.as_deref(),
    };
    Ok(question.ask(visit, flow))
}

/// Does what the user said.
pub(crate) async fn decided(
    visit: &Visit,
    flow: &Flow,
    decision: Decision,
) -> Result<Response, Stop> {
    let Some(signed_in) = visit.browser.signed_in() else {
        return resume(visit, flow).await;
    };
    match decision {
        Decision::Allow => allow(visit, flow, signed_in).await,
        Decision::Deny => deny(visit, flow, signed_in).await,
    }
}

/// How often a decision is written that others may come before.
const TRIES: usize = 8;

async fn allow(visit: &Visit, flow: &Flow, signed_in: &SignedIn) -> Result<Response, Stop> {
    let provider = &visit.provider;
    let user = &signed_in.user.id;
    for _ in 0..TRIES {
        let waiting = waiting(visit, flow).await?;
        let client = &waiting.client;
        let consent = consent::load(provider, user, &client.id).await?;
        let now = provider.now();
        let allowed = waiting.allowed();
        let changes = waiting
            .decided(DeviceState::Approved(signed_in.authentication()))
            .and(consent::remember(
                consent.as_ref(),
                user,
                &client.id,
                &allowed,
                now,
            ));
        if provider.store().apply(changes).await?.is_ok() {
            let outcome = Outcome {
                title: "Device connected",
                text: format!(
                    "{} is connected to your account. You can close this window and go on there.",
                    client.name()
                ),
                code: None,
            };
            return Ok(outcome.show(provider));
        }
    }
    Err(gone(provider))
}

async fn deny(visit: &Visit, flow: &Flow, signed_in: &SignedIn) -> Result<Response, Stop> {
    let provider = &visit.provider;
    for _ in 0..TRIES {
        let waiting = waiting(visit, flow).await?;
        let (user, client) = (&signed_in.user.id, &waiting.client);
        let refused = consent::refused(user, &client.id, "device", provider.now());
        let changes = waiting.decided(DeviceState::Denied).and(refused);
        if provider.store().apply(changes).await?.is_ok() {
            let outcome = Outcome {
                title: "Access denied",
                text: format!(
                    "{} was not connected to your account. You can close this window.",
                    client.name()
                ),
                code: None,
            };
            return Ok(outcome.show(provider));
        }
    }
    Err(gone(provider))
}
