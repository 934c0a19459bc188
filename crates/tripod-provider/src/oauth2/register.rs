//! `/oauth2/register`: registering clients ([RFC 7591](https://www.rfc-editor.org/rfc/rfc7591)), and
//! managing what was registered ([RFC 7592](https://www.rfc-editor.org/rfc/rfc7592)).

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::error::{ErrorCode, Malformed};
use tripod_oauth2::json::Members;
use tripod_oauth2::registration::{
    self, ClientInformation, ClientUpdate, Management, RegistrationRequest,
};
use tripod_oauth2::token::TokenType;

mod credentials;
mod policy;

use super::failure::{Failure, Refusal};
use crate::answer;
use crate::artefact::{Client, InitialAccessToken, TOKENS};
use crate::attempts::{Attempt, What};
use crate::config::Registration;
use crate::handle::{Handle, PlainToken};
use crate::incoming::{self, Unreadable};
use crate::provider::Provider;
use crate::storage::{Event, Kind, Selector};
use crate::store::{Changes, Stored};
use credentials::Credentials;

/// Registers a client.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    answered(registration::CREATED, register(&provider, request).await)
}

/// Returns what was registered.
pub(super) async fn get(
    State(provider): State<Provider>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(StatusCode::OK, read(&provider, &id, request).await)
}

/// Replaces what was registered.
pub(super) async fn put(
    State(provider): State<Provider>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response {
    answered(StatusCode::OK, update(&provider, &id, request).await)
}

/// Takes a registration back, with all that users allowed the client.
pub(super) async fn delete(
    State(provider): State<Provider>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Response {
    match remove(&provider, &id, request).await {
        // RFC 7592 §2.3.
        Ok(()) => {
            let mut answer = StatusCode::NO_CONTENT.into_response();
            answer::forbid_storing(&mut answer);
            answer
        }
        Err(failure) => refused(failure),
    }
}

fn answered(status: StatusCode, outcome: Result<ClientInformation, Failure>) -> Response {
    match outcome {
        Ok(information) => answer::json(status, &information.encode()),
        Err(failure) => refused(failure),
    }
}

/// RFC 7592 §2: a wrong token is answered as resources answer it (RFC 6750 §3).
fn refused(failure: Failure) -> Response {
    let is_token =
        matches!(&failure, Failure::Refused(refusal) if refusal.code == ErrorCode::InvalidToken);
    let mut answer = failure.into_response();
    if is_token {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

async fn register(
    provider: &Provider,
    request: Request<Body>,
) -> Result<ClientInformation, Failure> {
    let attempt = Attempt::new(What::Registration, provider.peer(&request), None);
    let request = incoming::read(request, &provider.config().limits).await?;
    let mut allowed = allow(provider, &attempt, request.headers()).await?;
    let asked =
        RegistrationRequest::parse(json(&request)?).map_err(|fault| metadata_refusal(&fault))?;
    let metadata = policy::apply(provider.config(), asked.metadata)?;
    let id = PlainToken::generate(&mut provider.random())
        .handle()
        .to_string();
    let mut client = Client::new(id, metadata, provider.now());
    let token = PlainToken::generate(&mut provider.random());
    client.registration_token = Some(token.handle());
    let credentials = Credentials::draw(provider, &client);
    credentials.store(&mut client);
    let event = Event::new(provider.now(), "client_registered").with_client(&client.id);
    for _ in 0..MOST_TRIES {
        let changes = allowed
            .insert(Client::handle(&client.id), &client)
            .audit(event.clone());
        if provider.store().apply(changes).await?.is_ok() {
            return Ok(describe(provider, &client, &credentials, token.as_secret()));
        }
        // Somebody else has registered by the same token, of which fewer uses are left.
        allowed = allow(provider, &attempt, request.headers()).await?;
    }
    Err(busy().into())
}

/// How often a registration is written that others by the same token may come before.
const MOST_TRIES: usize = 8;

/// Uses an initial access token (RFC 7591 §3), if one is needed.
async fn allow(
    provider: &Provider,
    attempt: &Attempt<'_>,
    headers: &HeaderMap,
) -> Result<Changes, Failure> {
    if provider.config().registration != Registration::ByToken {
        return Ok(Changes::new());
    }
    provider.attempts().check(attempt, provider.now())?;
    let shown = shown(headers)?;
    let handle = Handle::of(&shown);
    let token = provider.store().load::<InitialAccessToken>(handle).await?;
    let token = token.filter(|token| token.remaining != Some(0));
    let Some(token) = token else {
        provider.attempts().failed(attempt, provider.now());
        return Err(invalid_token().into());
    };
    Ok(spend(&token))
}

/// Counts a registration, where they are counted.
fn spend(token: &Stored<InitialAccessToken>) -> Changes {
    match token.remaining {
        None => Changes::new(),
        Some(0 | 1) => Changes::new().remove(token),
        Some(remaining) => {
            let mut spent = InitialAccessToken::clone(token);
            spent.remaining = Some(remaining.saturating_sub(1));
            Changes::new().replace(token, &spent)
        }
    }
}

async fn read(
    provider: &Provider,
    id: &str,
    request: Request<Body>,
) -> Result<ClientInformation, Failure> {
    let (client, token, _) = authenticate(provider, id, request).await?;
    Ok(describe(provider, &client, &Credentials::kept(), &token))
}

async fn update(
    provider: &Provider,
    id: &str,
    request: Request<Body>,
) -> Result<ClientInformation, Failure> {
    let (client, token, request) = authenticate(provider, id, request).await?;
    let asked = ClientUpdate::parse(json(&request)?).map_err(|fault| metadata_refusal(&fault))?;
    // RFC 7592 §2.2: both MUST be those that were issued.
    let is_same = asked.client_id == client.id
        && asked.client_secret.as_ref().is_none_or(|secret| {
            let mut secrets = client.secrets.iter();
            secrets.any(|issued| issued.matches(secret, provider.now()))
        });
    if !is_same {
        let description = "`client_id` or `client_secret` is not the one that was issued";
        return Err(Refusal::invalid_request(description).into());
    }
    let mut changed = Client::clone(&client);
    changed.metadata = policy::apply(provider.config(), asked.metadata)?;
    let credentials = Credentials::renew(provider, &client, &changed);
    credentials.store(&mut changed);
    let event = Event::new(provider.now(), "client_changed").with_client(&client.id);
    let changes = Changes::new().replace(&client, &changed).audit(event);
    apply(provider, changes).await?;
    Ok(describe(provider, &changed, &credentials, &token))
}

async fn remove(provider: &Provider, id: &str, request: Request<Body>) -> Result<(), Failure> {
    let (client, ..) = authenticate(provider, id, request).await?;
    let selector = || Selector::Client(client.id.clone());
    let event = Event::new(provider.now(), "client_removed").with_client(&client.id);
    // RFC 7592 §2.3: its tokens and grants SHOULD go with it.
    let changes = Changes::new()
        .remove(&client)
        .remove_all(TOKENS, selector())
        .remove_all(OTHERS, selector())
        .audit(event);
    apply(provider, changes).await
}

/// What a client has beside tokens.
const OTHERS: &[Kind] = &[Kind::Consent, Kind::PushedRequest, Kind::UserCode];

/// Finds the client whose registration a token manages.
async fn authenticate(
    provider: &Provider,
    id: &str,
    request: Request<Body>,
) -> Result<(Stored<Client>, Secret, Request<Bytes>), Failure> {
    let attempt = Attempt::new(What::Registration, provider.peer(&request), Some(id));
    let request = incoming::read(request, &provider.config().limits).await?;
    provider.attempts().check(&attempt, provider.now())?;
    let token = shown(request.headers())?;
    let handle = Handle::of(&token);
    let client = provider.store().load::<Client>(Client::handle(id)).await?;
    let client = client.filter(|client| {
        let issued = client.registration_token.as_ref();
        issued.is_some_and(|issued| issued.matches(&handle))
    });
    match client {
        Some(client) => Ok((client, token, request)),
        None => {
            provider.attempts().failed(&attempt, provider.now());
            Err(invalid_token().into())
        }
    }
}

fn shown(headers: &HeaderMap) -> Result<Secret, Refusal> {
    let shown = AccessToken::read(headers, None, &Parameters::new())?;
    let bearer = shown.filter(|shown| *shown.token_type() == TokenType::Bearer);
    bearer
        .map(|shown| shown.token().clone())
        .ok_or_else(invalid_token)
}

fn describe(
    provider: &Provider,
    client: &Client,
    credentials: &Credentials,
    token: &Secret,
) -> ClientInformation {
    let mut information = ClientInformation::new(&client.id, client.metadata.clone());
    information.client_id_issued_at = Some(client.created);
    information.client_secret = credentials.secret().cloned();
    let address = format!("/oauth2/register/{}", client.id);
    let management = Management::new(provider.config().address(&address), token.clone());
    information.management = Some(management);
    information
}

fn json(request: &Request<Bytes>) -> Result<Members, Failure> {
    let media_type = request.headers().get(CONTENT_TYPE);
    let is_json = media_type
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Unreadable::NoJson.into());
    }
    Members::parse(request.body()).map_err(|fault| metadata_refusal(&fault).into())
}

/// RFC 7591 §3.2.2: what is wrong with the metadata has a code of its own.
fn metadata_refusal(fault: &Malformed) -> Refusal {
    Refusal::new(ErrorCode::InvalidClientMetadata, fault.to_string())
}

async fn apply(provider: &Provider, changes: Changes) -> Result<(), Failure> {
    let applied = provider.store().apply(changes).await?;
    applied.map_err(|_| busy().into())
}

fn busy() -> Refusal {
    let description = "somebody else changed it at once; try again";
    Refusal::new(ErrorCode::TemporarilyUnavailable, description)
}

fn invalid_token() -> Refusal {
    let description = "the token is missing, unknown, or used up";
    Refusal::new(ErrorCode::InvalidToken, description)
}
