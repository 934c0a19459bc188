//! `POST /oauth2/introspect` ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use serde_json::Value;
use tripod_oauth2::confirmation::Confirmation;
use tripod_oauth2::introspection::{ActiveToken, IntrospectionRequest, IntrospectionResponse};
use tripod_oauth2::json::Members;
use tripod_oauth2::revocation::TokenTypeHint;
use tripod_oauth2::token::TokenType;

use super::client;
use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use super::presented::{self, Presented};
use crate::answer;
use crate::artefact::{Client, RefreshState, RefreshToken};
use crate::handle::Handle;
use crate::provider::Provider;

/// Tells whether a token is good, to whom it concerns.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    match respond(&provider, request).await {
        Ok(response) => answer::json(StatusCode::OK, &response.encode()),
        Err(failure) => failure.into_response(),
    }
}

async fn respond(
    provider: &Provider,
    request: Request<Body>,
) -> Result<IntrospectionResponse, Failure> {
    let posted = Posted::read(provider, request).await?;
    let mut once = Once::default();
    // RFC 7662 §2.1: first of all, or whoever guesses tokens could try them here.
    let client = client::authenticate(provider, &posted, "/oauth2/introspect", &mut once).await?;
    once.claim(provider).await?;
    if client::is_public(&client) {
        return Err(Refusal::invalid_client("a public client cannot ask about tokens").into());
    }
    let request = IntrospectionRequest::parse(&posted.form)?;
    let active = find(provider, &client, &request).await?;
    Ok(active.map_or(IntrospectionResponse::Inactive, |token| {
        IntrospectionResponse::Active(Box::new(token))
    }))
}

/// Returns what a client may know of a token; nothing of one that is not good.
async fn find(
    provider: &Provider,
    client: &Client,
    request: &IntrospectionRequest,
) -> Result<Option<ActiveToken>, Failure> {
    let is_refresh_likely = request.token_type_hint == Some(TokenTypeHint::RefreshToken);
    // RFC 7662 §2.1: where the hint does not help, the search MUST go on.
    if is_refresh_likely {
        let active = find_refresh_token(provider, client, request).await?;
        if active.is_some() {
            return Ok(active);
        }
    }
    if let Some(presented) = presented::find(provider, &request.token).await? {
        let may_know = client.introspects || presented.token().client == client.id;
        return Ok(may_know.then(|| describe(provider, &presented)));
    }
    if is_refresh_likely {
        return Ok(None);
    }
    find_refresh_token(provider, client, request).await
}

fn describe(provider: &Provider, presented: &Presented) -> ActiveToken {
    let token = presented.token();
    let mut active = ActiveToken::new();
    active.scope = Some(token.scope.clone());
    active.client_id = Some(token.client.clone());
    active.sub = Some(token.user.as_ref().unwrap_or(&token.client).clone());
    active.token_type = Some(match token.jkt {
        // RFC 9449 §6.2.
        Some(_) => TokenType::Dpop,
        None => TokenType::Bearer,
    });
    active.exp = Some(token.expires);
    active.iat = Some(token.issued);
    active.aud.clone_from(&token.resources);
    active.iss = Some(provider.config().issuer.as_str().to_owned());
    active.jti = presented.id().map(str::to_owned);
    active.cnf = token.jkt.as_ref().map(Confirmation::to_key);
    active.acr.clone_from(&token.acr);
    active.auth_time = token.auth_time;
    active.act = match &token.actor {
        Some(Value::Object(act)) => Some(Members::from(act.clone())),
        _ => None,
    };
    active
}

/// Refresh tokens concern their clients alone: a resource never sees one.
async fn find_refresh_token(
    provider: &Provider,
    client: &Client,
    request: &IntrospectionRequest,
) -> Result<Option<ActiveToken>, Failure> {
    let handle = Handle::of(&request.token);
    let token = provider.store().load::<RefreshToken>(handle).await?;
    let token =
        token.filter(|token| token.client == client.id && token.state == RefreshState::Live);
    Ok(token.map(|token| {
        let mut active = ActiveToken::new();
        active.scope = Some(token.scope.clone());
        active.client_id = Some(token.client.clone());
        active.sub = token.authentication.as_ref().map(|it| it.user.clone());
        active.exp = Some(token.expires);
        active.iat = Some(token.issued);
        active.aud.clone_from(&token.resources);
        active.iss = Some(provider.config().issuer.as_str().to_owned());
        active.cnf = token.jkt.as_ref().map(Confirmation::to_key);
        active
    }))
}
