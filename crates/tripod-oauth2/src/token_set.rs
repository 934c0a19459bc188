//! What a client keeps: tokens, what they are good for, and until when.

use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

mod stored;

use crate::authorization_details::AuthorizationDetail;
use crate::bearer::AccessToken;
use crate::client_authentication::CertificateThumbprint;
use crate::error::Misuse;
use crate::scope::Scope;
use crate::token::{TokenResponse, TokenType};

/// The tokens of one session, as they are stored and refreshed.
///
/// ```
/// use std::time::Duration;
/// use tripod_core::timestamp::Timestamp;
/// use tripod_oauth2::token::{TokenResponse, TokenType};
/// use tripod_oauth2::token_set::TokenSet;
///
/// let mut response = TokenResponse::new("2YotnFZFEjr1zCsicMWpAA", TokenType::Bearer);
/// response.expires_in = Some(3600);
/// let now = Timestamp::from_unix(1_700_000_000);
/// let tokens = TokenSet::new(response, None, now);
/// let minute = Duration::from_secs(60);
/// assert!(!tokens.is_stale(now, minute));
/// assert!(tokens.is_stale(now.plus(Duration::from_secs(3540)), minute));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenSet {
    /// What opens the resource.
    pub access_token: Secret,
    /// How it is used.
    pub token_type: TokenType,
    /// What gets the next one.
    pub refresh_token: Option<Secret>,
    /// Who the user is.
    pub id_token: Option<Secret>,
    /// What was granted, which may differ from what was asked for.
    pub scope: Option<Scope>,
    /// What was granted, in full (RFC 9396 §7).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// When the access token came.
    pub issued_at: Timestamp,
    /// When it expires, if anybody said so.
    pub expires_at: Option<Timestamp>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Which key has to be proven beside it.
    pub binding: Option<Binding>,
}

/// Which key has to be proven beside a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binding {
    /// The key of a client certificate (RFC 8705 §3).
    Certificate(CertificateThumbprint),
    /// A DPoP key, by its thumbprint (RFC 9449 §6).
    Dpop {
        /// The thumbprint (RFC 7638).
        jkt: String,
    },
}

impl TokenSet {
    /// Takes a response that arrives now; `requested` is the scope that was asked for.
    #[must_use]
    pub fn new(response: TokenResponse, requested: Option<&Scope>, now: Timestamp) -> Self {
        let expires_at = response.lifetime().map(|lifetime| now.plus(lifetime));
        Self {
            access_token: response.access_token,
            token_type: response.token_type,
            refresh_token: response.refresh_token,
            id_token: response.id_token,
            // RFC 6749 §5.1: left out if identical to the scope requested.
            scope: response.scope.or_else(|| requested.cloned()),
            authorization_details: response.authorization_details,
            issued_at: now,
            expires_at,
            issuer: None,
            binding: None,
        }
    }

    /// Takes the response to a refresh that arrives now.
    ///
    /// What it does not mention stays as it was: a refresh token that is not replaced is still
    /// good, and so are scope, details, issuer and binding.
    #[must_use]
    pub fn refreshed(self, response: TokenResponse, now: Timestamp) -> Self {
        let new = Self::new(response, None, now);
        Self {
            // RFC 6749 §6: a new refresh token replaces the old one, which MUST be discarded.
            refresh_token: new.refresh_token.or(self.refresh_token),
            id_token: new.id_token.or(self.id_token),
            scope: new.scope.or(self.scope),
            authorization_details: new.authorization_details.or(self.authorization_details),
            issuer: self.issuer,
            binding: self.binding,
            ..new
        }
    }

    /// Tells whether the access token should be refreshed before it is used.
    ///
    /// A leeway of more than half the lifetime counts as half of it: else a token that lives
    /// shorter than the leeway would be refreshed before every request.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp, leeway: Duration) -> bool {
        let Some(expires_at) = self.expires_at else {
            return false;
        };
        let leeway = leeway.min(expires_at.since(self.issued_at) / 2);
        now >= expires_at.minus(leeway)
    }

    /// Returns the access token as a request carries it.
    ///
    /// # Errors
    ///
    /// [`Misuse::TokenExpired`] if it has expired, [`Misuse::TokenType`] if it is neither a bearer
    /// nor a DPoP token, and [`Misuse::IllegalCharacter`] if no header can hold it.
    pub fn access_token(&self, now: Timestamp) -> Result<AccessToken, Misuse> {
        if self.expires_at.is_some_and(|expires_at| now >= expires_at) {
            return Err(Misuse::TokenExpired);
        }
        match self.token_type {
            TokenType::Bearer => AccessToken::bearer(self.access_token.clone()),
            TokenType::Dpop => AccessToken::dpop(self.access_token.clone()),
            // RFC 6749 §7.1: a token whose type is not understood MUST NOT be used.
            TokenType::NotApplicable | TokenType::Other(_) => Err(Misuse::TokenType),
        }
    }

    /// Returns what was wanted and not granted; everything counts as granted if nobody said what.
    #[must_use]
    pub fn missing(&self, wanted: &Scope) -> Scope {
        match &self.scope {
            Some(granted) => wanted.difference(granted),
            None => Scope::new(),
        }
    }
}

#[cfg(test)]
mod tests;
