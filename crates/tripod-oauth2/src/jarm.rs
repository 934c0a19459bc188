//! Authorization responses that are signed ([JARM]).
//!
//! [JARM]: https://openid.net/specs/oauth-v2-jarm-final.html

use std::time::Duration;

use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError, Malformed, parameter_claims};

#[cfg(test)]
mod tests;

/// The parameters of an authorization response, and who says them to whom ([JARM §2.1]).
///
/// It goes to the redirect URI as the one parameter `response`.
///
/// ```
/// use tripod_core::{parameters::Parameters, secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::jarm::{Response, Rules};
/// use tripod_oauth2::jose::{algorithm::Algorithm, key_set::KeySet};
/// use tripod_oauth2::jose::{signing_key::SigningKey, verifying_key::VerifyingKey};
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
///
/// // The server:
/// let parameters = Parameters::new().with("code", "PyyFaux2o7Q0YfXBU32jhw").with("state", "S8NJ7uqk5fY4");
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let response = Response::new("https://accounts.example.com", "s6BhdRkqt3", parameters, now).encode(&key)?;
///
/// // The client:
/// let keys = KeySet::from(VerifyingKey::from_secret(Algorithm::Hs256, &secret)?);
/// let rules = Rules::new("https://accounts.example.com", "s6BhdRkqt3");
/// let response = Response::verify(&response, &keys, &rules, now)?;
/// assert_eq!(response.parameters.single("state")?, Some("S8NJ7uqk5fY4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [JARM §2.1]: https://openid.net/specs/oauth-v2-jarm-final.html#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// `iss`: the authorization server.
    pub issuer: String,
    /// `aud`: the client.
    pub audiences: Vec<String>,
    /// `exp`.
    pub expires_at: Timestamp,
    /// The parameters, in the order of their names: `code` and `state`, or `error`, or what else.
    pub parameters: Parameters,
}

impl Response {
    /// Begins a response to a client: ten minutes long, which is what JARM allows at most.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        client_id: impl Into<String>,
        parameters: Parameters,
        now: Timestamp,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: vec![client_id.into()],
            expires_at: now.plus(LIFETIME),
            parameters,
        }
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        let claims = parameter_claims::write(&self.parameters)
            .with("iss", self.issuer.as_str())
            .with_audiences(&self.audiences)
            .with_time("exp", self.expires_at);
        key.sign("JWT", &claims)
    }

    /// Checks a response at the client ([JARM §2.4]).
    ///
    /// The client has looked up what it knows of the sign-in by its own session, not by the
    /// response, and checks `state` against it afterwards.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; nothing in the response may be used then.
    ///
    /// [JARM §2.4]: https://openid.net/specs/oauth-v2-jarm-final.html#section-2.4
    pub fn verify(
        response: &Secret,
        keys: &KeySet,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let compact = Compact::parse(response.expose())?;
        // RFC 8725 §3.11: JARM has no type of its own, but others have.
        if compact.header().media_type().is_some() {
            compact.expect_type(&["JWT"])?;
        }
        // JARM §2.4: signed by a key of the server; `none` MUST NOT be accepted.
        let claims = compact.verify(keys)?;
        claims.check_times(now, rules.leeway)?;
        let response = Self::from_claims(&claims)?;
        if response.issuer != rules.issuer {
            return Err(Mismatch::Issuer.into());
        }
        if !response
            .audiences
            .iter()
            .any(|audience| audience == rules.client_id)
        {
            return Err(Mismatch::Audience.into());
        }
        Ok(response)
    }

    fn from_claims(claims: &Claims) -> Result<Self, Refusal> {
        Ok(Self {
            issuer: claims.text("iss")?.to_owned(),
            audiences: claims.audiences()?.into_iter().map(str::to_owned).collect(),
            expires_at: claims.time("exp")?,
            parameters: parameter_claims::read(claims)?,
        })
    }
}

/// JARM §2.1: a maximum of ten minutes is recommended.
const LIFETIME: Duration = Duration::from_secs(600);

/// What a client asks of signed responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules<'a> {
    /// The authorization server to which the request went.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl<'a> Rules<'a> {
    /// Begins the rules of a client at a server.
    #[must_use]
    pub const fn new(issuer: &'a str, client_id: &'a str) -> Self {
        Self {
            issuer,
            client_id,
            leeway: Duration::from_secs(30),
        }
    }
}

/// Which check of a signed response failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name the client.
    #[error("the response is for another audience (JARM §2.4)")]
    Audience,
    /// `iss` is not the server to which the request went.
    #[error("the response is by another issuer (JARM §2.4)")]
    Issuer,
}

/// Why a signed response is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is malformed, expired, or not signed by a key of the server.
    #[error(transparent)]
    Token(#[from] jose::Error),
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::Token(malformed.into())
    }
}
