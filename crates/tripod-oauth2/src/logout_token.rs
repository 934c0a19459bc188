//! Tokens by which a provider signs somebody out at a client ([OpenID Connect Back-Channel Logout]).
//!
//! [OpenID Connect Back-Channel Logout]: https://openid.net/specs/openid-connect-backchannel-1_0.html

use std::time::Duration;

use serde_json::{Value, json};
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::one_use::{OneUse, fresh_id};
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError};

#[cfg(test)]
mod tests;

/// The claims of a logout token ([Back-Channel Logout §2.4]).
///
/// [Back-Channel Logout §2.4]: https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LogoutToken {
    /// `iss`.
    pub issuer: String,
    /// `aud`: the client.
    pub audiences: Vec<String>,
    /// Who is signed out of what: `sub`, `sid` or both.
    pub scope: Scope,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `jti`.
    pub id: String,
    /// Every other claim.
    pub others: Claims,
}

/// What ends with a logout.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// One session (`sid`), whoever it is of.
    Session(String),
    /// Every session of somebody (`sub`).
    Subject(String),
    /// One session of somebody.
    SubjectAndSession {
        /// `sub`.
        subject: String,
        /// `sid`.
        session_id: String,
    },
}

impl Scope {
    fn new(subject: Option<&str>, session_id: Option<&str>) -> Option<Self> {
        let owned = str::to_owned;
        match (subject.map(owned), session_id.map(owned)) {
            (Some(subject), Some(session_id)) => Some(Self::SubjectAndSession {
                subject,
                session_id,
            }),
            (Some(subject), None) => Some(Self::Subject(subject)),
            (None, Some(session_id)) => Some(Self::Session(session_id)),
            (None, None) => None,
        }
    }

    /// Returns `sub`.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::Session(_) => None,
            Self::Subject(subject) | Self::SubjectAndSession { subject, .. } => Some(subject),
        }
    }

    /// Returns `sid`.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        match self {
            Self::Subject(_) => None,
            Self::Session(session_id) | Self::SubjectAndSession { session_id, .. } => {
                Some(session_id)
            }
        }
    }
}

/// Back-Channel Logout §2.4 recommends two minutes at most.
const LIFETIME: Duration = Duration::from_secs(120);

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl LogoutToken {
    /// Begins a token for a client: two minutes long, with a fresh `jti`.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        scope: Scope,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: vec![client_id.into()],
            scope,
            issued_at: now,
            expires_at: now.plus(LIFETIME),
            id: fresh_id(random),
            others: Claims::new(),
        }
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        let claims = self
            .others
            .clone()
            // Back-Channel Logout §2.4: `nonce` MUST NOT be there.
            .without(&["nonce"])
            .with("iss", self.issuer.as_str())
            .with_audiences(&self.audiences)
            .with_some("sub", self.scope.subject())
            .with_some("sid", self.scope.session_id())
            .with_time("iat", self.issued_at)
            .with_time("exp", self.expires_at)
            .with("jti", self.id.as_str())
            .with("events", json!({EVENT: {}}));
        key.sign(MEDIA_TYPE, &claims)
    }

    /// Checks a token at the client ([Back-Channel Logout §2.6]).
    ///
    /// The keys are those for [ID tokens](crate::id_token::keys). What is returned beside the token
    /// is claimed before anybody is signed out.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; the peer hears `invalid_request` of all of them.
    ///
    /// [Back-Channel Logout §2.6]: https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
    pub fn verify(
        token: &Secret,
        keys: &KeySet,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<(Self, OneUse), Refusal> {
        let compact = Compact::parse(token.expose())?;
        // §2.4: the type is recommended, not required.
        if compact.header().media_type().is_some() {
            compact.expect_type(&[MEDIA_TYPE, "JWT"])?;
        }
        // §2.6, 2: signed as ID tokens are; `none` MUST NOT be used.
        let claims = compact.verify(keys)?;
        // §2.6, 6: an ID token has a nonce, and must not sign anybody out.
        if claims.value("nonce").is_some() {
            return Err(Mismatch::Nonce.into());
        }
        // §2.6, 5.
        let event = claims.value("events").and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) {
            return Err(Mismatch::Event.into());
        }
        // §2.6, 3.
        claims.check_times(now, rules.leeway)?;
        let token = Self::from_claims(claims)?;
        if token.issuer != rules.issuer {
            return Err(Mismatch::Issuer.into());
        }
        if !token
            .audiences
            .iter()
            .any(|audience| audience == rules.client_id)
        {
            return Err(Mismatch::Audience.into());
        }
        // §2.6, 7.
        let until = token.expires_at.plus(rules.leeway);
        let one_use = OneUse::new("logout", &token.issuer, &token.id, until);
        Ok((token, one_use))
    }

    fn from_claims(claims: Claims) -> Result<Self, Refusal> {
        let subject = claims.optional_text("sub")?;
        let session_id = claims.optional_text("sid")?;
        Ok(Self {
            issuer: claims.text("iss")?.to_owned(),
            audiences: claims.audiences()?.into_iter().map(str::to_owned).collect(),
            // §2.6, 4.
            scope: Scope::new(subject, session_id).ok_or(Refusal::Scope)?,
            issued_at: claims.time("iat")?,
            // §2.4: REQUIRED since errata set 1.
            expires_at: claims.time("exp")?,
            id: claims.text("jti")?.to_owned(),
            others: claims.without(&["iss", "aud", "sub", "sid", "iat", "exp", "jti", "events"]),
        })
    }
}

const MEDIA_TYPE: &str = "logout+jwt";

/// What a client asks of logout tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl<'a> Rules<'a> {
    /// Begins the rules of a client at a provider.
    #[must_use]
    pub const fn new(issuer: &'a str, client_id: &'a str) -> Self {
        Self {
            issuer,
            client_id,
            leeway: Duration::from_secs(30),
        }
    }
}

/// Which check of a logout token failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name the client.
    #[error("the logout token is for another audience (Back-Channel Logout §2.6, 3)")]
    Audience,
    /// `events` does not say that this is a logout.
    #[error("the token is not about a logout (Back-Channel Logout §2.6, 5)")]
    Event,
    /// `iss` is not the provider.
    #[error("the logout token is by another issuer (Back-Channel Logout §2.6, 3)")]
    Issuer,
    /// There is a `nonce`, which an ID token has.
    #[error("the token has a `nonce`, so it is no logout token (Back-Channel Logout §2.6, 6)")]
    Nonce,
}

/// Why a logout token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// There is neither `sub` nor `sid`.
    #[error("the logout token says neither `sub` nor `sid` (Back-Channel Logout §2.6, 4)")]
    Scope,
    /// It is malformed, expired, or not signed by a key of the provider.
    #[error(transparent)]
    Token(#[from] jose::Error),
}
