//! DPoP at a resource ([RFC 9449 §7](https://www.rfc-editor.org/rfc/rfc9449#section-7)).

use axum::extract::OriginalUri;
use axum::response::Response;
use http::HeaderValue;
use http::request::Parts;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::dpop::nonce::Nonces;
use tripod_oauth2::dpop::received::{self, Accepted, ExpectedNonce, Received, Refusal, Rules};

use super::{Authority, Guard};
use crate::config::DpopNonce;

/// Verifies the proof that came with a token; its `jti` is claimed when all else is good.
pub(super) fn verify(
    guard: &Guard,
    request: &Parts,
    token: &Secret,
    now: Timestamp,
) -> Result<Accepted, Refusal> {
    let fields = request.headers.get_all("dpop").iter();
    // A field that is no text is one that cannot be read, and counts as one.
    let fields = fields.map(|field| field.to_str().unwrap_or_default());
    let path = match request.extensions.get::<OriginalUri>() {
        Some(OriginalUri(uri)) => uri.path(),
        None => request.uri.path(),
    };
    // Scheme, host and port come from the configuration: `Host` says what the client likes.
    let uri = format!("{}{path}", guard.rules.origin);
    let mut expected = received::Request::new(request.method.as_str(), &uri);
    expected.access_token = Some(token);
    if let Some(nonces) = demanded(guard) {
        expected.nonce = ExpectedNonce::Recent(nonces);
    }
    Received::parse(fields)?.verify(&expected, &Rules::default(), now)
}

/// Returns the nonces that proofs must carry, if they must.
fn demanded(guard: &Guard) -> Option<&Nonces> {
    match &guard.authority {
        Authority::Local(provider) => match provider.config().dpop_nonce {
            DpopNonce::Required => Some(provider.dpop_nonces()),
            DpopNonce::Optional => None,
        },
        Authority::Remote(remote) => remote.nonces(),
    }
}

/// Has the client put a fresh nonce into its next proof (RFC 9449 §8.2), where nonces are demanded.
pub(super) fn give_nonce(guard: &Guard, response: &mut Response) {
    let nonce = demanded(guard).map(|nonces| nonces.current(guard.now()));
    let nonce = nonce.and_then(|nonce| HeaderValue::try_from(nonce.as_str()).ok());
    if let Some(nonce) = nonce {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
}
