//! The steps from a request to a signature that is known to be good.

use axum::body::Body;
use axum::extract::OriginalUri;
use bytes::Bytes;
use http::Request;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::origin::Origin;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::verifier::Verifier;

use super::KnownConsumer;
use super::denial::Denial;
use crate::incoming;
use crate::provider::Provider;
use crate::storage::Conflict;
use crate::store::Changes;

/// A nonce that is still to be claimed, together with what its request writes.
#[derive(Debug)]
#[must_use = "a nonce that is not claimed can be used again"]
pub(crate) struct Claim(Option<(String, Timestamp)>);

impl Claim {
    /// Begins changes with the claim, so that they are written only if nobody claimed it before.
    pub(crate) fn changes(&self) -> Changes {
        match &self.0 {
            Some((name, expires)) => Changes::new().claim_name(name, *expires),
            None => Changes::new(),
        }
    }

    /// Tells whether a conflict is one about the claim: it stands first.
    pub(crate) const fn is_lost(&self, conflict: Conflict) -> bool {
        self.0.is_some() && conflict.step == 0
    }
}

/// Reads a request to one of the endpoints, as the client has addressed it.
pub(super) async fn read(
    provider: &Provider,
    request: Request<Body>,
) -> Result<Request<Bytes>, Denial> {
    let mut request = incoming::read(request, &provider.config().limits).await?;
    // The signature covers the whole path, also where this router is nested in another.
    if let Some(OriginalUri(uri)) = request.extensions_mut().remove() {
        *request.uri_mut() = uri;
    }
    Ok(request)
}

/// Checks timestamp, signature and body hash; the nonce is claimed with whatever is written.
///
/// `origin` is where the client sees what it asks; `secret` is that of the token that the request names, if that is known and belongs to the client.
pub(crate) fn verify(
    provider: &Provider,
    origin: &Origin,
    request: &SignedRequest<'_>,
    consumer: Option<&KnownConsumer>,
    secret: Option<&Secret>,
) -> Result<Claim, Refusal> {
    let config = provider.config();
    let tolerance = config.oauth1.as_ref().map(|oauth1| oauth1.tolerance);
    let verifier = Verifier::new(origin.clone()).tolerance(tolerance.unwrap_or_default());
    let client = consumer.map(KnownConsumer::as_verified);
    let authentic = verifier.verify(request, client.as_ref(), secret, provider.now())?;
    let claim = authentic.nonce_claim();
    Ok(Claim(claim.map(|claim| {
        (format!("oauth1 {}", claim.id()), claim.expires())
    })))
}
