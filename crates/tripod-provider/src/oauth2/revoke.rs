//! `POST /oauth2/revoke` ([RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use tripod_core::secret::Secret;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::json::Members;
use tripod_oauth2::revocation::RevocationRequest;

use super::client;
use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use super::presented::{self, Presented};
use crate::answer;
use crate::artefact::{AccessToken, Client, RefreshToken, TOKENS};
use crate::handle::Handle;
use crate::provider::Provider;
use crate::storage::{Event, Selector};
use crate::store::{Changes, Stored};

/// Takes a token back.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    match respond(&provider, request).await {
        // RFC 7009 §2.2: 200, whether there was such a token or not.
        Ok(()) => answer::json(StatusCode::OK, &Members::new()),
        Err(failure) => failure.into_response(),
    }
}

async fn respond(provider: &Provider, request: Request<Body>) -> Result<(), Failure> {
    let posted = Posted::read(provider, request).await?;
    let mut once = Once::default();
    let client = client::authenticate(provider, &posted, "/oauth2/revoke", &mut once).await?;
    let outcome = revoke(provider, &client, &posted, &once).await;
    once.claim_refused(provider, outcome).await
}

async fn revoke(
    provider: &Provider,
    client: &Client,
    posted: &Posted,
    once: &Once,
) -> Result<(), Failure> {
    let request = RevocationRequest::parse(&posted.form)?;
    let changes = match find(provider, &request.token).await? {
        Some(Found::AccessToken(token)) => {
            check_owner(client, &token.client)?;
            let event = event(provider, client, token.user.as_deref());
            Changes::new().remove(&token).audit(event)
        }
        Some(Found::RefreshToken(token)) => {
            check_owner(client, &token.client)?;
            let user = token.authentication.as_ref().map(|it| it.user.as_str());
            // RFC 7009 §2.1: with a refresh token, all access tokens of the same grant go.
            Changes::new()
                .remove_all(TOKENS, Selector::Family(token.family.clone()))
                .audit(event(provider, client, user))
        }
        Some(Found::Jwt) => {
            let description = "a JWT speaks for itself until it expires";
            return Err(Refusal::new(ErrorCode::UnsupportedTokenType, description).into());
        }
        None => Changes::new(),
    };
    // A conflict means that the token is gone already.
    let _ = once.apply(provider, changes).await?;
    Ok(())
}

enum Found {
    AccessToken(Stored<AccessToken>),
    Jwt,
    RefreshToken(Stored<RefreshToken>),
}

/// Looks for a token of either kind: a hint is a hint (RFC 7009 §2.1), and both are one look-up.
async fn find(provider: &Provider, token: &Secret) -> Result<Option<Found>, Failure> {
    match presented::find(provider, token).await? {
        Some(Presented::Opaque(token)) => return Ok(Some(Found::AccessToken(token))),
        Some(Presented::Jwt { .. }) => return Ok(Some(Found::Jwt)),
        None => {}
    }
    let token = provider.store().load(Handle::of(token)).await?;
    Ok(token.map(Found::RefreshToken))
}

/// RFC 7009 §2.1: if the token was issued to another client, the request is refused.
fn check_owner(client: &Client, owner: &str) -> Result<(), Refusal> {
    if owner == client.id {
        Ok(())
    } else {
        Err(Refusal::invalid_grant(
            "the token was issued to another client",
        ))
    }
}

fn event(provider: &Provider, client: &Client, user: Option<&str>) -> Event {
    let event = Event::new(provider.now(), "token_revoked").with_client(&client.id);
    match user {
        Some(user) => event.with_user(user),
        None => event,
    }
}
