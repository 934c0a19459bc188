//! The authorization endpoint of OAuth 1
//! ([RFC 5849 §2.2](https://www.rfc-editor.org/rfc/rfc5849#section-2.2)).

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::authorization::{Outcome as Decided, Undecidable, Undecided};
use crate::browser::flow::{Flow, Goal};
use crate::browser::{Manner, SignedIn, Visit};
use crate::consent::{self, Allowed, Decision, Question};
use crate::pages::{Advice, Failure, Outcome, Stop, redirect};
use crate::provider::Provider;
use crate::sign_in::Invitation;

pub(crate) fn routes() -> Router<Provider> {
    Router::new().route("/oauth1/authorize", get(authorize))
}

async fn authorize(visit: Visit) -> Response {
    let page = match visit.field("oauth_token").filter(|token| !token.is_empty()) {
        Some(token) => {
            let flow = Flow::begin(&visit, Goal::OAuth1(token.to_owned()));
            resume(&visit, &flow).await
        }
        None => Err(failed(
            &visit.provider,
            "parameter_absent",
            "The address has to have one parameter `oauth_token` (RFC 5849 §2.2).",
        )),
    };
    visit.answer(page)
}

/// Goes on after signing in.
pub(crate) async fn resume(visit: &Visit, flow: &Flow) -> Result<Response, Stop> {
    let undecided = undecided(visit, flow).await?;
    let client = undecided.client();
    let Some(signed_in) = visit.browser.signed_in() else {
        let invitation = Invitation {
            client: Some(client.name().to_owned()),
            leads_to: undecided.callback().map(str::to_owned),
            ..Invitation::default()
        };
        return Ok(invitation.show(visit, flow));
    };
    if client.skips_consent || signed_in.manner == Manner::Automatic {
        return allow(visit, flow, signed_in).await;
    }
    let consent = consent::load(&visit.provider, &signed_in.user.id, &client.id).await?;
    let question = Question {
        client,
        scope: undecided.scope(),
        returns_to: undecided.callback(),
        code: None,
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
        let undecided = undecided(visit, flow).await?;
        let (client, scope) = (undecided.client(), undecided.scope());
        let consent = consent::load(provider, user, &client.id).await?;
        let allowed = Allowed {
            scope,
            resources: &[],
            protocol: "oauth1",
        };
        let (changes, outcome) = undecided.approve(provider, signed_in.authentication(), scope);
        let now = provider.now();
        let remembered = consent::remember(consent.as_ref(), user, &client.id, &allowed, now);
        if provider
            .store()
            .apply(changes.and(remembered))
            .await?
            .is_ok()
        {
            return Ok(show(provider, client.name(), &outcome));
        }
    }
    Err(decided_already(provider))
}

async fn deny(visit: &Visit, flow: &Flow, signed_in: &SignedIn) -> Result<Response, Stop> {
    let provider = &visit.provider;
    let undecided = undecided(visit, flow).await?;
    let client = undecided.client();
    let (changes, outcome) = undecided.deny();
    let refused = consent::refused(&signed_in.user.id, &client.id, "oauth1", provider.now());
    match provider.store().apply(changes.and(refused)).await? {
        Ok(()) => Ok(show(provider, client.name(), &outcome)),
        Err(_) => Err(decided_already(provider)),
    }
}

fn show(provider: &Provider, client: &str, outcome: &Decided) -> Response {
    let outcome = match outcome {
        Decided::Redirect(uri) => return redirect(uri),
        Decided::Refused => Outcome {
            title: "Access denied",
            text: format!("{client} gets no access to your account. You can close this window."),
            code: None,
        },
        Decided::VerificationCode(code) => Outcome {
            title: "Almost done",
            text: format!("Go back to {client}, and enter this code there:"),
            code: Some(code.expose()),
        },
    };
    outcome.show(provider)
}

async fn undecided(visit: &Visit, flow: &Flow) -> Result<Undecided, Stop> {
    let provider = &visit.provider;
    let unknown = || {
        failed(
            provider,
            "token_rejected",
            "`oauth_token` is not the identifier of temporary credentials that are still good: get \
             new ones from `/oauth1/request_token`, and send the browser on at once.",
        )
    };
    // Where OAuth 1 is switched off, no token can be good.
    if provider.config().oauth1.is_none() {
        return Err(unknown());
    }
    let Goal::OAuth1(token) = &flow.goal else {
        return Err(unknown());
    };
    Undecided::load(provider, token)
        .await
        .map_err(|undecidable| match undecidable {
            Undecidable::Decided => decided_already(provider),
            Undecidable::Storage(error) => error.into(),
            Undecidable::Unknown => unknown(),
        })
}

fn decided_already(provider: &Provider) -> Stop {
    let page = Failure::new(StatusCode::CONFLICT, "This was decided already")
        .saying("Go back to the app that sent you here. If it does not go on, begin again there.")
        .with_link("/", "Go to your account");
    Stop::failed(provider, &page)
}

fn failed(provider: &Provider, problem: &str, description: &str) -> Stop {
    let page = Failure::new(StatusCode::BAD_REQUEST, "This link does not work")
        .saying(
            "The app that sent you here made a mistake, or you came too late. Begin again there.",
        )
        .advising(Advice {
            code: problem.to_owned(),
            description: description.to_owned(),
            client: None,
        });
    Stop::failed(provider, &page)
}
