//! Request objects ([RFC 9101](https://www.rfc-editor.org/rfc/rfc9101)), brought by the browser or
//! pushed before.

use tripod_core::secret::Secret;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::one_use::OneUse;
use tripod_oauth2::request_object::{RequestObject, Rules};

use super::failure::{Failure, Refusal};
use crate::artefact::Client;
use crate::provider::Provider;

/// Verifies a request object; what it may be used once as is for the caller to claim.
///
/// It is signed by the algorithm that the client registered, or by any asymmetric one.
pub(super) async fn verify(
    provider: &Provider,
    client: &Client,
    request: &Secret,
) -> Result<(RequestObject, Option<OneUse>), Failure> {
    if request.expose().len() > provider.config().limits.jwt {
        return Err(refused("the request object is too long").into());
    }
    let algorithm = algorithm(client)?;
    let compact = Compact::parse(request.expose()).map_err(|error| refused(error.to_string()))?;
    let key_id = compact.header().key_id();
    let keys = provider.client_keys();
    let keys = keys.of(provider, client, algorithm, key_id).await;
    let keys = keys.map_err(|failure| match failure {
        Failure::Refused(refusal) => refused(refusal.description).into(),
        failure => failure,
    })?;
    let rules = Rules::new(provider.config().issuer.as_str());
    let verified = RequestObject::verify(request, &client.id, &keys, &rules, provider.now());
    verified.map_err(|refusal| refused(refusal.to_string()).into())
}

fn algorithm(client: &Client) -> Result<Option<Algorithm>, Refusal> {
    let registered = client.metadata.request_object_signing_alg.as_deref();
    match registered.map(Algorithm::parse) {
        None => Ok(None),
        Some(Some(algorithm)) if !algorithm.is_symmetric() => Ok(Some(algorithm)),
        Some(_) => Err(refused(
            "the client registered an algorithm that is not supported",
        )),
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequestObject, why)
}
