use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Request, StatusCode};
use serde::Serialize;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

/// Who calls, and what for: what a guard tells the service behind it.
///
/// The service takes it as an argument, or from the extensions of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// The subject identifier of the user; `None` where the client acts for itself.
    pub user: Option<String>,
    /// The client; `None` only where a remote provider does not tell.
    pub client: Option<String>,
    /// What the token is good for, all of it.
    pub scope: Scope,
    /// How the caller proved that it may.
    pub protocol: Protocol,
    /// Until when the token is good, as far as that is known.
    pub expires: Option<Timestamp>,
    /// The realm for which OAuth 1 credentials were given.
    pub realm: Option<String>,
    /// When the user proved who it is (RFC 9470).
    pub auth_time: Option<Timestamp>,
    /// The class of that proof.
    pub acr: Option<String>,
}

/// How a caller proved that it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Protocol {
    /// By a token that whoever holds it may use (RFC 6750).
    Bearer,
    /// By a token with a proof of its key (RFC 9449).
    Dpop,
    /// By a signature (RFC 5849).
    OAuth1,
}

/// Tells whether the caller of a request has a key to prove.
pub(super) fn is_proven<B>(request: &Request<B>) -> bool {
    let caller = request.extensions().get::<Caller>();
    caller.is_some_and(|caller| caller.protocol == Protocol::Dpop)
}

/// Without a guard in front nobody was let through, and so nobody is.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let caller = parts.extensions.get::<Self>();
        caller.cloned().ok_or(StatusCode::UNAUTHORIZED)
    }
}
