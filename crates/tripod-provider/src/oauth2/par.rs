//! `POST /oauth2/par` ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Request;
use tripod_core::parameters::Parameters;
use tripod_oauth2::authorization::{AuthorizationRequest, ResponseType};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::pkce::CodeChallengeMethod;
use tripod_oauth2::pushed::{self, PushedResponse};
use tripod_oauth2::redirect_uri::{RedirectUri, VerifiedRedirect};
use tripod_oauth2::token::GrantType;

use super::failure::{Failure, Refusal};
use super::once::Once;
use super::posted::Posted;
use super::{DPOP, audience, client, proof, scope};
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
    let request = read(&parameters)?;
    check(provider.config(), client, &request)?;
    check_key(&request, jkt.as_deref())?;
    let lifetime = provider.config().lifetimes.pushed_request;
    let response = PushedResponse::generate(&mut provider.random(), lifetime);
    let mut kept = PushedRequest::new(&client.id, &parameters, posted.now.plus(lifetime));
    kept.dpop_jkt = jkt;
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

fn read(parameters: &Parameters) -> Result<AuthorizationRequest, Refusal> {
    match pushed::PushedRequest::parse(parameters)? {
        pushed::PushedRequest::Parameters(request) => Ok(*request),
        _ => {
            let description = "request objects are not supported";
            Err(Refusal::new(ErrorCode::RequestNotSupported, description))
        }
    }
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
    if !config.serves(&GrantType::AuthorizationCode)
        || !client
            .metadata
            .grants()
            .contains(&GrantType::AuthorizationCode)
    {
        let description = "the client did not register the authorization code grant";
        return Err(Refusal::unauthorized_client(description));
    }
    if request.response_type != ResponseType::code() {
        let description = "only `response_type=code` is served";
        return Err(Refusal::new(
            ErrorCode::UnsupportedResponseType,
            description,
        ));
    }
    // RFC 9700 §2.1.1: PKCE, and by S256 (RFC 7636 §4.2).
    let challenge = request.code_challenge.as_ref();
    if challenge.is_none_or(|it| it.method != CodeChallengeMethod::S256) {
        let description = "a `code_challenge` by S256 is required";
        return Err(Refusal::invalid_request(description));
    }
    if request.authorization_details.is_some() {
        let description = "no type of authorization details is known here";
        let code = ErrorCode::InvalidAuthorizationDetails;
        return Err(Refusal::new(code, description));
    }
    scope::of_user(config, client, request.scope.as_ref())?;
    audience::of_request(config, &request.resource).map(drop)
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
