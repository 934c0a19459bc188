use axum::response::Response;
use http::StatusCode;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use super::accepted::Accepted;
use super::{Asked, denied};
use crate::artefact::{AuthorizationCode, CodeState, PushedRequest};
use crate::browser::{SignedIn, draw_id};
use crate::consent::{self, Allowed};
use crate::handle::{Handle, PlainToken};
use crate::oauth2::failure::Refusal;
use crate::pages::{Failure, Stop};
use crate::provider::Provider;
use crate::storage;
use crate::store::Changes;

/// How often a decision is written that others may come before.
const TRIES: usize = 8;

/// Grants what needed no page.
pub(super) async fn unasked(
    asked: &Asked<'_>,
    accepted: &Accepted,
    signed_in: &SignedIn,
) -> Result<Response, Stop> {
    let provider = &asked.visit.provider;
    let code = PlainToken::generate(&mut provider.random()).into_secret();
    let once: Vec<_> = asked.presented.once().collect();
    match write(asked, accepted, signed_in, &code, &once).await? {
        Written::Granted => Ok(asked.addressed.grant(provider, &asked.client, code)),
        Written::Replayed => Ok(asked.refuse(Refusal::invalid_request(
            "the request was used before (RFC 9126 section 7.3, RFC 9101 section 10.8)",
        ))),
    }
}

/// Grants what the user allowed on the page.
///
/// The page is good for one code. Whoever presses the button twice gets the same code twice, because
/// the browser follows the second answer alone: the code is derived from the identifier of the flow.
pub(super) async fn allowed(
    asked: &Asked<'_>,
    accepted: &Accepted,
    signed_in: &SignedIn,
) -> Result<Response, Stop> {
    let provider = &asked.visit.provider;
    let flow = asked.flow;
    let info = format!("tripod authorization code 1 {}", flow.id);
    let code = provider.sealer().derive_key(info.as_bytes());
    let name = format!("flow {}", flow.id);
    let mut once = vec![(name.as_str(), flow.ends(provider))];
    once.extend(asked.presented.once());
    if write(asked, accepted, signed_in, &code, &once).await? == Written::Granted
        || is_live(provider, &code).await?
    {
        Ok(asked.addressed.grant(provider, &asked.client, code))
    } else {
        Err(answered_already(provider))
    }
}

/// What became of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Granted,
    /// Something that counts once was there before.
    Replayed,
}

async fn write(
    asked: &Asked<'_>,
    accepted: &Accepted,
    signed_in: &SignedIn,
    code: &Secret,
    once: &[(&str, Timestamp)],
) -> Result<Written, Stop> {
    let provider = &asked.visit.provider;
    let (user, client) = (&signed_in.user.id, &asked.client.id);
    let allowed = Allowed {
        scope: &accepted.scope,
        resources: &accepted.resources,
        protocol: "oauth2",
    };
    for _ in 0..TRIES {
        let now = provider.now();
        let consent = consent::load(provider, user, client).await?;
        let claims = once.iter().fold(Changes::new(), |claims, (name, until)| {
            claims.claim_name(name, *until)
        });
        let changes = claims
            .and(remove_pushed(asked).await?)
            .and(consent::remember(
                consent.as_ref(),
                user,
                client,
                &allowed,
                now,
            ))
            .insert(Handle::of(code), &record(asked, accepted, signed_in, now));
        match provider.store().apply(changes).await? {
            Ok(()) => return Ok(Written::Granted),
            Err(conflict) if conflict.step < once.len() => return Ok(Written::Replayed),
            // Another request of this user to this client was first: the consent is another now.
            Err(_) => {}
        }
    }
    Ok(Written::Replayed)
}

/// RFC 9126 §7.3: a `request_uri` is good for one use, and that is the user's decision.
async fn remove_pushed(asked: &Asked<'_>) -> Result<Changes, storage::Error> {
    let store = asked.visit.provider.store();
    let pushed = match asked.presented.pushed {
        Some(handle) => store.load::<PushedRequest>(handle).await?,
        None => None,
    };
    let changes = Changes::new();
    Ok(match &pushed {
        Some(pushed) => changes.remove(pushed),
        None => changes,
    })
}

fn record(
    asked: &Asked<'_>,
    accepted: &Accepted,
    signed_in: &SignedIn,
    now: Timestamp,
) -> AuthorizationCode {
    let provider = &asked.visit.provider;
    let request = &accepted.request;
    let expires = now.plus(provider.config().lifetimes.authorization_code);
    let challenge = request.code_challenge.as_ref();
    let nonce = request.nonce.as_ref();
    AuthorizationCode {
        scope: accepted.scope.clone(),
        resources: accepted.resources.clone(),
        redirect_uri: request.redirect_uri.clone(),
        code_challenge: challenge.map(|it| it.challenge.expose().to_owned()),
        nonce: nonce.map(|nonce| nonce.expose().to_owned()),
        dpop_jkt: accepted.dpop_jkt.clone(),
        claims: request.claims.clone().map(serde_json::Value::from),
        ..AuthorizationCode::new(
            &asked.client.id,
            signed_in.authentication(),
            draw_id(&mut provider.random()),
            now,
            expires,
        )
    }
}

async fn is_live(provider: &Provider, code: &Secret) -> Result<bool, storage::Error> {
    let handle = Handle::of(code);
    let record = provider.store().load::<AuthorizationCode>(handle).await?;
    Ok(record.is_some_and(|record| record.state == CodeState::Live))
}

fn answered_already(provider: &Provider) -> Stop {
    let page = Failure::new(StatusCode::CONFLICT, "This was decided already")
        .saying("Go back to the app that sent you here. If it does not go on, begin again there.")
        .with_link("/", "Go to your account");
    Stop::failed(provider, &page)
}

/// Tells the client that the user refused.
pub(super) async fn deny(asked: &Asked<'_>, signed_in: &SignedIn) -> Result<Response, Stop> {
    let provider = &asked.visit.provider;
    let now = provider.now();
    let (user, client) = (&signed_in.user.id, &asked.client.id);
    let name = format!("flow {}", asked.flow.id);
    let changes = Changes::new()
        .claim_name(&name, asked.flow.ends(provider))
        .and(remove_pushed(asked).await?)
        .and(consent::refused(user, client, "oauth2", now));
    // A user who says no again after whatever was said before is told nothing new by it.
    let _ = provider.store().apply(changes).await?;
    Ok(asked.addressed.refuse(provider, &asked.client, denied()))
}
