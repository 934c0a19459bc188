//! `POST /oauth2/device_authorization`
//! ([RFC 8628 §3.1](https://www.rfc-editor.org/rfc/rfc8628#section-3.1)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use tripod_core::secret::Secret;
use tripod_oauth2::device::{DeviceAuthorizationRequest, DeviceAuthorizationResponse, UserCode};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::token::GrantType;

use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use super::{audience, client, scope};
use crate::answer;
use crate::artefact::{Client, DeviceGrant, UserCodeLink};
use crate::handle::PlainToken;
use crate::provider::Provider;
use crate::store::Changes;

/// How often another user code is drawn where the first is taken: of 20^8, some thousands may be.
const MOST_TRIES: usize = 8;

/// Gives a device a code to poll with, and one to show.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    match respond(&provider, request).await {
        Ok(response) => answer::json(StatusCode::OK, &response.encode()),
        Err(failure) => failure.into_response(),
    }
}

async fn respond(
    provider: &Provider,
    request: Request<Body>,
) -> Result<DeviceAuthorizationResponse, Failure> {
    let posted = Posted::read(provider, request).await?;
    let mut once = Once::default();
    let path = "/oauth2/device_authorization";
    let client = client::authenticate(provider, &posted, path, &mut once).await?;
    let outcome = begin(provider, &client, &posted, &once).await;
    once.claim_refused(provider, outcome).await
}

async fn begin(
    provider: &Provider,
    client: &Client,
    posted: &Posted,
    once: &Once,
) -> Result<DeviceAuthorizationResponse, Failure> {
    let device = decide(provider, client, posted)?;
    let device_code = PlainToken::generate(&mut provider.random());
    for _ in 0..MOST_TRIES {
        let user_code = UserCode::generate(&mut provider.random());
        let link = UserCodeLink::new(device_code.handle(), &client.id, device.expires);
        let changes = Changes::new()
            .insert(UserCodeLink::handle(user_code.as_secret()), &link)
            .insert(device_code.handle(), &device);
        if once.apply(provider, changes).await?.is_ok() {
            return Ok(describe(provider, device_code, &user_code));
        }
    }
    let description = "no user code is free; try again";
    Err(Refusal::new(ErrorCode::TemporarilyUnavailable, description).into())
}

fn decide(provider: &Provider, client: &Client, posted: &Posted) -> Result<DeviceGrant, Refusal> {
    let request = DeviceAuthorizationRequest::parse(&posted.form)?;
    if !client.metadata.grants().contains(&GrantType::DeviceCode) {
        let description = "the client did not register the device grant";
        return Err(Refusal::unauthorized_client(description));
    }
    if request.authorization_details.is_some() {
        let description = "no type of authorization details is known here";
        let code = ErrorCode::InvalidAuthorizationDetails;
        return Err(Refusal::new(code, description));
    }
    let config = provider.config();
    let scope = scope::of_user(config, client, request.scope.as_ref())?;
    let family = PlainToken::generate(&mut provider.random()).handle();
    let mut device = DeviceGrant::new(
        &client.id,
        scope,
        family.to_string(),
        posted.now,
        posted.now.plus(config.lifetimes.device_code),
        config.lifetimes.device_interval.as_secs(),
    );
    device.resources = audience::of_request(config, &request.resource)?;
    Ok(device)
}

fn describe(
    provider: &Provider,
    device_code: PlainToken,
    user_code: &UserCode,
) -> DeviceAuthorizationResponse {
    let config = provider.config();
    let shown = user_code.to_grouped();
    let page = config.address("/device");
    let complete = format!("{page}?user_code={}", shown.expose());
    let mut response = DeviceAuthorizationResponse::new(
        device_code.into_secret(),
        shown,
        page,
        config.lifetimes.device_code,
    );
    response.verification_uri_complete = Some(Secret::new(complete));
    response.interval = Some(config.lifetimes.device_interval.as_secs());
    response
}
