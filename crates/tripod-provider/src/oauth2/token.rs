//! `POST /oauth2/token` ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{Request, StatusCode};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::token::{Grant, GrantType, TokenRequest, TokenResponse};

use super::failure::{Failure, Refusal};
use super::grant::{
    Call, authorization_code, client_credentials, device_code, jwt_bearer, refresh, token_exchange,
};
use super::once::Once;
use super::posted::Posted;
use super::{DPOP, client, proof};
use crate::answer;
use crate::artefact::Client;
use crate::config::Config;
use crate::metrics::Issued;
use crate::provider::Provider;

const PATH: &str = "/oauth2/token";

/// Gives out tokens.
pub(super) async fn post(State(provider): State<Provider>, request: Request<Body>) -> Response {
    let had_proof = request.headers().contains_key(DPOP);
    let mut answer = match respond(&provider, request).await {
        Ok((grant, response)) => {
            let mut answer = answer::json(StatusCode::OK, &response.encode());
            answer.extensions_mut().insert(Issued(grant));
            answer
        }
        Err(failure) => failure.into_response(),
    };
    proof::offer_nonce(&provider, had_proof, &mut answer);
    answer
}

async fn respond(
    provider: &Provider,
    request: Request<Body>,
) -> Result<(GrantType, TokenResponse), Failure> {
    let posted = Posted::read(provider, request).await?;
    let mut once = Once::default();
    let client = client::authenticate(provider, &posted, PATH, &mut once).await?;
    let outcome = grant(provider, &client, &posted, &mut once).await;
    once.claim_refused(provider, outcome).await
}

async fn grant(
    provider: &Provider,
    client: &Client,
    posted: &Posted,
    once: &mut Once,
) -> Result<(GrantType, TokenResponse), Failure> {
    let request = TokenRequest::parse(&posted.form)?;
    check(provider.config(), client, &request)?;
    let jkt = proof::verify(provider, &posted.headers, PATH, posted.now, once)?;
    // RFC 9449 §5.2: such a client MUST bring a proof.
    if client.metadata.dpop_bound_access_tokens && jkt.is_none() {
        let description = "the client registered that its tokens are bound to a DPoP key";
        return Err(Refusal::new(ErrorCode::InvalidDpopProof, description).into());
    }
    let mut call = Call {
        provider,
        client,
        jkt: jkt.as_deref(),
        resource: &request.resource,
        once,
        now: posted.now,
    };
    let redeemed = match &request.grant {
        Grant::AuthorizationCode(grant) => authorization_code::redeem(&call, grant).await,
        Grant::ClientCredentials(grant) => client_credentials::redeem(&call, grant).await,
        Grant::DeviceCode(grant) => device_code::redeem(&call, grant).await,
        Grant::JwtBearer(grant) => jwt_bearer::redeem(&mut call, grant).await,
        Grant::RefreshToken(grant) => refresh::redeem(&call, grant).await,
        Grant::TokenExchange(grant) => token_exchange::redeem(&call, grant).await,
        _ => Err(unsupported().into()),
    };
    redeemed.map(|response| (request.grant.grant_type(), response))
}

/// Checks what is the same for every grant.
fn check(config: &Config, client: &Client, request: &TokenRequest) -> Result<(), Refusal> {
    let grant_type = request.grant.grant_type();
    let is_known = !matches!(grant_type, GrantType::Password | GrantType::Other(_));
    if !is_known || !config.serves(&grant_type) {
        return Err(unsupported());
    }
    // RFC 6749 §5.2: `unauthorized_client` if the client may not use this grant.
    if !client.metadata.grants().contains(&grant_type) {
        let description = "the client did not register this grant type";
        return Err(Refusal::unauthorized_client(description));
    }
    if request.authorization_details.is_some() {
        let description = "no type of authorization details is known here";
        let code = ErrorCode::InvalidAuthorizationDetails;
        return Err(Refusal::new(code, description));
    }
    Ok(())
}

fn unsupported() -> Refusal {
    let description = "this grant type is not served";
    Refusal::new(ErrorCode::UnsupportedGrantType, description)
}
