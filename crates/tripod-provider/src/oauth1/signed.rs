//! The steps from a request to a signature that is known to be good.

use std::net::IpAddr;

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

use super::denial::Denial;
use super::redemption::Redemption;
use super::{KnownConsumer, load_token};
use crate::attempts::{Attempt, What};
use crate::incoming;
use crate::provider::Provider;
use crate::storage::{self, Conflict};
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

/// A request to one of the endpoints, as the client has addressed it.
pub(super) struct Received {
    pub(super) request: Request<Bytes>,
    address: Option<IpAddr>,
}

impl Received {
    /// Describes what is tried with it: to be a consumer.
    pub(super) fn attempt<'a>(&self, signed: &'a SignedRequest<'_>) -> Attempt<'a> {
        let name = Some(signed.consumer_key());
        Attempt::new(What::ClientAuthentication, self.address, name)
    }
}

/// Counts whether a request was signed as its consumer signs, and returns what became of it.
///
/// A token that is unknown is no guess: those of users who took too long are presented every day.
pub(super) fn counted<T>(
    provider: &Provider,
    attempt: &Attempt<'_>,
    outcome: Result<T, Denial>,
) -> Result<T, Denial> {
    match &outcome {
        Ok(_) => provider.attempts().succeeded(attempt, provider.now()),
        Err(Denial::Refused(
            Refusal::ConsumerKeyUnknown
            | Refusal::SignatureInvalid
            | Refusal::SignatureMethodRejected { .. },
        )) => provider.attempts().failed(attempt, provider.now()),
        Err(_) => {}
    }
    outcome
}

/// Reads a request to one of the endpoints.
pub(super) async fn read(provider: &Provider, request: Request<Body>) -> Result<Received, Denial> {
    let address = provider.peer(&request);
    let mut request = incoming::read(request, &provider.config().limits).await?;
    // The signature covers the whole path, also where this router is nested in another.
    if let Some(OriginalUri(uri)) = request.extensions_mut().remove() {
        *request.uri_mut() = uri;
    }
    Ok(Received { request, address })
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

/// The secrets that a request should have been signed with, as far as there are such.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    pub(crate) consumer: Option<Secret>,
    pub(crate) token: Option<Secret>,
    /// The public key, in PEM, of a consumer that signs by RSA.
    pub(crate) rsa_key: Option<String>,
}

/// Finds the secrets that a request should have been signed with: to explain why it was not.
pub(crate) async fn secrets_of(
    provider: &Provider,
    signed: &SignedRequest<'_>,
) -> Result<Secrets, storage::Error> {
    let method = signed.signature_method();
    let known = KnownConsumer::load(provider, signed.consumer_key(), method).await?;
    let Some(known) = known else {
        return Ok(Secrets::default());
    };
    let token = match signed.token() {
        Some(token) => load_token(provider, token, &known.client().id).await?,
        None => None,
    };
    let token = match token {
        Some((_, secret)) => Some(secret),
        None => Redemption::load(provider, signed, Some(&known))
            .await?
            .map(|found| found.secret().clone()),
    };
    Ok(Secrets {
        consumer: known.secret().cloned(),
        token,
        rsa_key: known.consumer().rsa_key.clone(),
    })
}
