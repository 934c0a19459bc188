//! Proofs of possession at the token endpoint
//! ([RFC 9449 §5](https://www.rfc-editor.org/rfc/rfc9449#section-5)).

use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::dpop::received::{Received, Refusal as ProofRefusal, Request, Rules};
use tripod_oauth2::error::ErrorCode;

use super::failure::Refusal;
use super::once::Once;
use super::{DPOP, DPOP_NONCE};
use crate::config::DpopNonce;
use crate::provider::Provider;

/// Verifies the proof of a request to an endpoint, if it has one, and returns its thumbprint.
///
/// The proof is added to `once`, which the endpoint has to claim.
pub(super) fn verify(
    provider: &Provider,
    headers: &HeaderMap,
    path: &str,
    now: Timestamp,
    once: &mut Once,
) -> Result<Option<String>, Refusal> {
    if !headers.contains_key(DPOP) {
        return Ok(None);
    }
    let fields = headers.get_all(DPOP).iter();
    // A field that is not text is a field all the same, and no proof.
    let fields = fields.map(|value| value.to_str().unwrap_or_default());
    // The address is the configured one: no header tells where this server is.
    let target = provider.config().address(path);
    let accepted = Received::parse(fields)
        .and_then(|proof| proof.verify(&Request::new("POST", &target), &Rules::default(), now))
        .map_err(|refusal| refuse(&refusal))?;
    check_nonce(provider, accepted.proof.nonce.as_deref(), now)?;
    once.proof(Some(accepted.one_use));
    Ok(Some(accepted.thumbprint))
}

fn check_nonce(provider: &Provider, nonce: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
    let is_required = provider.config().dpop_nonce == DpopNonce::Required;
    match nonce {
        None if !is_required => Ok(()),
        Some(nonce) if provider.dpop_nonces().accepts(nonce, now) => Ok(()),
        _ => {
            let description = "the DPoP proof needs the nonce that comes with this answer";
            Err(Refusal::new(ErrorCode::UseDpopNonce, description))
        }
    }
}

fn refuse(refusal: &ProofRefusal) -> Refusal {
    Refusal::new(ErrorCode::InvalidDpopProof, refusal.to_string())
}

/// Gives the client the nonce for its next proof (RFC 9449 §8.2).
pub(super) fn offer_nonce(provider: &Provider, had_proof: bool, answer: &mut Response) {
    if !had_proof && provider.config().dpop_nonce != DpopNonce::Required {
        return;
    }
    let nonce = provider.dpop_nonces().current(provider.now());
    let nonce = HeaderValue::from_str(nonce.as_str()).expect("a nonce is base64url");
    answer.headers_mut().insert(DPOP_NONCE, nonce);
}
