//! `POST /oauth2/par` ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Request;
use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::AuthorizationRequest;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::pushed::{self, PushedResponse};
use tripod_oauth2::redirect_uri::{RedirectUri, VerifiedRedirect};

use super::authorize::accepted;
use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use super::{DPOP, client, proof, request_object};
use crate::answer;
use crate::artefact::{Client, PushedRequest};
use crate::config::Config;
use crate::handle::Handle;
use crate::provider::Provider;
use crate::store::Changes;

const PATH: &str = "/oauth2/par";

/// Keeps an authorization request, for one use by the browser.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    let had_proof = request.headers().contains_key(DPOP);
    let mut answer = match respond(&provider, request).await {
        Ok(response) => answer::json(pushed::CREATED, &response.encode()),
        Err(failure) => failure.into_response(),
    };
    proof::offer_nonce(&provider, had_proof, &mut answer);
    answer
}

async fn respond(provider: &Provider, request: Request<Body>) -> Result<PushedResponse, Failure> {
    let posted = Posted::read(provider, request).await?;
    let mut once = Once::default();
    let client = client::authenticate(provider, &posted, PATH, &mut once).await?;
    let outcome = keep(provider, &client, &posted, &mut once).await;
    once.claim_refused(provider, outcome).await
}

async fn keep(
    provider: &Provider,
    client: &Client,
    posted: &Posted,
    once: &mut Once,
) -> Result<PushedResponse, Failure> {
    let jkt = proof::verify(provider, &posted.headers, PATH, posted.now, once)?;
    let parameters = without_authentication(&posted.form, client);
    let (parameters, form) = read(provider, client, &parameters, once).await?;
    let request = AuthorizationRequest::parse(&parameters)?;
    check(provider.config(), client, &request)?;
    check_key(&request, jkt.as_deref())?;
    let lifetime = provider.config().lifetimes.pushed_request;
    let response = PushedResponse::generate(&mut provider.random(), lifetime);
    let mut kept = PushedRequest::new(&client.id, &parameters, posted.now.plus(lifetime));
    kept.dpop_jkt = jkt;
    kept.is_signed = form == Form::Signed;
    let changes = Changes::new().insert(Handle::of(&response.request_uri), &kept);
    match once.apply(provider, changes).await? {
        Ok(()) => Ok(response),
        Err(_) => {
            let description = "the request could not be kept; try again";
            Err(Refusal::new(ErrorCode::TemporarilyUnavailable, description).into())
        }
    }
}

/// Leaves out what authenticated the client, and says who it is where it said so elsewhere.
fn without_authentication(form: &Parameters, client: &Client) -> Parameters {
    const AUTHENTICATION: [&str; 3] =
        ["client_assertion", "client_assertion_type", "client_secret"];
    let mut parameters: Parameters = form
        .iter()
        .filter(|(name, _)| !AUTHENTICATION.contains(name))
        .collect();
    if parameters.all("client_id").next().is_none() {
        parameters.push("client_id", &client.id);
    }
    parameters
}

/// Reads the parameters, out of a request object if they are in one (RFC 9126 §3).
async fn read(
    provider: &Provider,
    client: &Client,
    posted: &Parameters,
    once: &mut Once,
) -> Result<(Parameters, Form), Failure> {
    let pushed = pushed::PushedRequest::parse(posted)?;
    let pushed::PushedRequest::RequestObject { request, .. } = pushed else {
        return Ok((posted.clone(), Form::Plain));
    };
    let (object, one_use) = request_object::verify(provider, client, &request).await?;
    once.request_object(one_use);
    // RFC 9101 §6.3: the parameters in the object are used, and no other.
    Ok((
        object.parameters.with("client_id", &client.id),
        Form::Signed,
    ))
}

/// Whether a key of the client has signed a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Signed,
}

/// Holds a request to the rules of the authorization endpoint (RFC 9126 §2.1).
fn check(config: &Config, client: &Client, request: &AuthorizationRequest) -> Result<(), Refusal> {
    // RFC 9126 §2.1: whose request it is MUST be who authenticates.
    if request.client_id != client.id {
        return Err(Refusal::invalid_request("`client_id` is another client"));
    }
    let registered = client.metadata.redirect_uris.iter();
    let registered: Vec<_> = registered
        .filter_map(|uri| RedirectUri::dangerous_parse(uri).ok())
        .collect();
    VerifiedRedirect::verify(request.redirect_uri.as_deref(), &registered)
        .map_err(|_| Refusal::invalid_request("`redirect_uri` is not registered"))?;
    accepted::check(config, request, client).map(drop)
}

/// RFC 9449 §10.1: where both are there, they MUST say the same.
fn check_key(request: &AuthorizationRequest, jkt: Option<&str>) -> Result<(), Refusal> {
    match (request.dpop_jkt.as_deref(), jkt) {
        (Some(announced), Some(proven)) if announced != proven => {
            let description = "`dpop_jkt` is not the key of the DPoP proof";
            Err(Refusal::new(ErrorCode::InvalidDpopProof, description))
        }
        _ => Ok(()),
    }
}
