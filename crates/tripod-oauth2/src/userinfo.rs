//! What the userinfo endpoint says of somebody ([OpenID Connect Core §5.3]).
//!
//! [OpenID Connect Core §5.3]: https://openid.net/specs/openid-connect-core-1_0.html#UserInfo

use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::claims::Claims;
use crate::jose::compact::{Compact, MAX_LENGTH};
use crate::jose::key_set::KeySet;
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError, Malformed};

#[cfg(test)]
mod tests;

/// The claims about somebody.
///
/// ```
/// use tripod_oauth2::userinfo::{Mismatch, Refusal, UserInfo};
///
/// let body = br#"{"sub":"248289761001","name":"Jane Doe"}"#;
/// let jane = UserInfo::parse(body, "248289761001")?;
/// assert_eq!(jane.claims.text("name")?, "Jane Doe");
/// assert_eq!(UserInfo::parse(body, "alice"), Err(Refusal::Mismatch(Mismatch::Subject)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserInfo {
    /// `sub`.
    pub subject: String,
    /// Everything else.
    pub claims: Claims,
}

impl UserInfo {
    /// Begins a response about somebody.
    #[must_use]
    pub fn new(subject: impl Into<String>, claims: Claims) -> Self {
        Self {
            subject: subject.into(),
            claims,
        }
    }

    /// Reads a response in JSON (`application/json`).
    ///
    /// # Errors
    ///
    /// [`Refusal`] if it is no JSON object, or about somebody else than the ID token.
    pub fn parse(body: &[u8], subject: &str) -> Result<Self, Refusal> {
        if body.len() > MAX_LENGTH {
            let limit = MAX_LENGTH;
            return Err(jose::Error::from(Malformed::TooLong { limit }).into());
        }
        Self::from_claims(Claims::parse(body)?, subject)
    }

    /// Reads a response that is signed (`application/jwt`).
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed.
    pub fn verify(
        token: &Secret,
        keys: &KeySet,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let compact = Compact::parse(token.expose())?;
        if compact.header().media_type().is_some() {
            compact.expect_type(&["JWT"])?;
        }
        let claims = compact.verify(keys)?;
        claims.check_times(now, rules.leeway)?;
        // OpenID Connect Core §5.3.2: signed, it has the provider as `iss` and the client in `aud`.
        if claims.text("iss")? != rules.issuer {
            return Err(Mismatch::Issuer.into());
        }
        if !claims.is_for(rules.client_id)? {
            return Err(Mismatch::Audience.into());
        }
        Self::from_claims(claims, rules.subject)
    }

    fn from_claims(claims: Claims, subject: &str) -> Result<Self, Refusal> {
        // OpenID Connect Core §5.3.2: `sub` MUST be the ID token's, or nothing MUST be used.
        if claims.text("sub")? != subject {
            return Err(Mismatch::Subject.into());
        }
        Ok(Self::new(subject, claims.without(&["sub"])))
    }

    /// Writes the response in JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        self.claims().encode()
    }

    /// Signs the response for a client.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn sign(
        &self,
        issuer: &str,
        client_id: &str,
        key: &SigningKey,
    ) -> Result<Secret, KeyError> {
        key.sign(
            "JWT",
            &self.claims().with("iss", issuer).with("aud", client_id),
        )
    }

    fn claims(&self) -> Claims {
        self.claims.clone().with("sub", self.subject.as_str())
    }
}

/// What a client asks of a signed response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// `sub` of the ID token.
    pub subject: &'a str,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl<'a> Rules<'a> {
    /// Begins the rules of a client that has an ID token of the provider.
    #[must_use]
    pub const fn new(issuer: &'a str, client_id: &'a str, subject: &'a str) -> Self {
        Self {
            issuer,
            client_id,
            subject,
            leeway: Duration::from_secs(30),
        }
    }
}

/// Which check of a userinfo response failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name the client.
    #[error("the userinfo response is for another audience (OpenID Connect Core §5.3.2)")]
    Audience,
    /// `iss` is not the provider.
    #[error("the userinfo response is by another issuer (OpenID Connect Core §5.3.2)")]
    Issuer,
    /// `sub` is not that of the ID token.
    #[error("the userinfo response is about somebody else (OpenID Connect Core §5.3.2)")]
    Subject,
}

/// Why a userinfo response is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is malformed, or not signed by a key of the provider.
    #[error(transparent)]
    Token(#[from] jose::Error),
}
