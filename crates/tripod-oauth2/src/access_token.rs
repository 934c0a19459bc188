//! Access tokens that are JWTs ([RFC 9068]).
//!
//! [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068

use std::time::Duration;

use serde_json::Value;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::confirmation::{self, Confirmation, Presented};
use crate::error::Malformed;
use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::one_use::fresh_id;
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError};
use crate::scope::Scope;

#[cfg(test)]
mod tests;

/// The claims of an access token ([RFC 9068 §2.2]).
///
/// ```
/// use std::time::Duration;
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::access_token::{AccessToken, Rules};
/// use tripod_oauth2::confirmation::Presented;
/// use tripod_oauth2::jose::{algorithm::Algorithm, key_set::KeySet};
/// use tripod_oauth2::jose::{signing_key::SigningKey, verifying_key::VerifyingKey};
/// use tripod_oauth2::scope::Scope;
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let mut random = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
/// let (issuer, api) = ("https://as.example", "https://api.example");
///
/// // The authorization server:
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let mut token = AccessToken::new(issuer, api, "alice", "client", now, Duration::from_secs(600), &mut random);
/// token.scope = Some(Scope::parse("read write")?);
/// let token = token.encode(&key)?;
///
/// // The resource server:
/// let keys = KeySet::from(VerifyingKey::from_secret(Algorithm::Hs256, &secret)?);
/// let rules = Rules::new(issuer, [api]);
/// let token = AccessToken::verify(&token, &keys, &rules, &Presented::bearer(), now)?;
/// assert_eq!(token.subject, "alice");
/// assert!(token.scope.is_some_and(|scope| scope.contains("read")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9068 §2.2]: https://www.rfc-editor.org/rfc/rfc9068#section-2.2
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AccessToken {
    /// `iss`.
    pub issuer: String,
    /// `aud`: the resource servers.
    pub audiences: Vec<String>,
    /// `sub`: the resource owner, or the client where there is none.
    pub subject: String,
    /// `client_id`.
    pub client_id: String,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `jti`.
    pub id: String,
    /// `scope`.
    pub scope: Option<Scope>,
    /// `cnf`: what the token is bound to.
    pub confirmation: Option<Confirmation>,
    /// `auth_time`: when the resource owner signed in.
    pub authenticated_at: Option<Timestamp>,
    /// `acr`: how well.
    pub authentication_class: Option<String>,
    /// Every other claim.
    pub others: Claims,
}

impl AccessToken {
    /// Begins a token, with a fresh `jti`.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        audience: impl Into<String>,
        subject: impl Into<String>,
        client_id: impl Into<String>,
        now: Timestamp,
        lifetime: Duration,
        random: &mut dyn Random,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: vec![audience.into()],
            subject: subject.into(),
            client_id: client_id.into(),
            expires_at: now.plus(lifetime),
            issued_at: now,
            not_before: None,
            id: fresh_id(random),
            scope: None,
            confirmation: None,
            authenticated_at: None,
            authentication_class: None,
            others: Claims::new(),
        }
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        let time = |time: Option<Timestamp>| time.map(Timestamp::as_unix);
        let claims = self
            .others
            .clone()
            .with("iss", self.issuer.as_str())
            .with_audiences(&self.audiences)
            .with("sub", self.subject.as_str())
            .with("client_id", self.client_id.as_str())
            .with_time("exp", self.expires_at)
            .with_time("iat", self.issued_at)
            .with_some("nbf", time(self.not_before))
            .with("jti", self.id.as_str())
            .with_some("scope", self.scope.as_ref().map(Scope::to_string))
            .with_some("cnf", self.confirmation.as_ref().map(Confirmation::encode))
            .with_some("auth_time", time(self.authenticated_at))
            .with_some("acr", self.authentication_class.as_deref());
        // RFC 9068 §2.1: `typ` MUST say so, without `application/`.
        key.sign(MEDIA_TYPE, &claims)
    }

    /// Checks a token at a resource server ([RFC 9068 §4]).
    ///
    /// Whether its scopes suffice is decided by whoever knows the resource.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; the peer hears `invalid_token` of all of them.
    ///
    /// [RFC 9068 §4]: https://www.rfc-editor.org/rfc/rfc9068#section-4
    pub fn verify(
        token: &Secret,
        keys: &KeySet,
        rules: &Rules,
        presented: &Presented<'_>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let compact = Compact::parse(token.expose())?;
        // RFC 9068 §4: any other `typ` MUST be rejected, that of an ID token before all.
        compact.expect_type(&[MEDIA_TYPE])?;
        let claims = compact.verify(keys)?;
        // RFC 9068 §4: `exp` MUST lie ahead.
        claims.check_times(now, rules.leeway)?;
        let token = Self::from_claims(claims)?;
        // RFC 9068 §4: the issuer MUST match exactly.
        if token.issuer != rules.issuer {
            return Err(Mismatch::Issuer.into());
        }
        // RFC 9068 §4: what is not for this resource server MUST be rejected.
        if !token
            .audiences
            .iter()
            .any(|it| rules.audiences.contains(it))
        {
            return Err(Mismatch::Audience.into());
        }
        let unbound = Confirmation::default();
        token
            .confirmation
            .as_ref()
            .unwrap_or(&unbound)
            .check(presented)
            .map_err(Mismatch::from)?;
        Ok(token)
    }

    fn from_claims(claims: Claims) -> Result<Self, Refusal> {
        let text = |claim| claims.text(claim).map(str::to_owned);
        Ok(Self {
            issuer: text("iss")?,
            audiences: claims.audiences()?.into_iter().map(str::to_owned).collect(),
            subject: text("sub")?,
            client_id: text("client_id")?,
            expires_at: claims.time("exp")?,
            issued_at: claims.time("iat")?,
            not_before: claims.optional_time("nbf")?,
            id: text("jti")?,
            scope: scope(&claims)?,
            confirmation: claims.value("cnf").map(Confirmation::parse).transpose()?,
            authenticated_at: claims.optional_time("auth_time")?,
            authentication_class: claims.optional_text("acr")?.map(str::to_owned),
            others: claims.without(&KNOWN),
        })
    }
}

const MEDIA_TYPE: &str = "at+jwt";

const KNOWN: [&str; 12] = [
    "iss",
    "aud",
    "sub",
    "client_id",
    "exp",
    "iat",
    "nbf",
    "jti",
    "scope",
    "cnf",
    "auth_time",
    "acr",
];

/// Reads `scope`: a text, or a list of texts as some servers write it.
fn scope(claims: &Claims) -> Result<Option<Scope>, Refusal> {
    let claim = "scope";
    match claims.value(claim) {
        None => Ok(None),
        Some(Value::String(scope)) => Ok(Some(Scope::parse(scope)?)),
        Some(Value::Array(scopes)) => {
            let scopes: Option<Vec<_>> = scopes.iter().map(Value::as_str).collect();
            let scopes = scopes.ok_or(jose::Malformed::ClaimType { claim })?;
            Ok(Some(Scope::of(scopes)?))
        }
        Some(_) => Err(jose::Malformed::ClaimType { claim }.into()),
    }
}

/// What a resource server asks of the tokens it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// Who must have issued them.
    pub issuer: String,
    /// What the resource server is called in `aud`; one of them must be there.
    pub audiences: Vec<String>,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl Rules {
    /// Begins the rules of a resource server with these names.
    pub fn new(
        issuer: impl Into<String>,
        audiences: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            audiences: audiences.into_iter().map(Into::into).collect(),
            leeway: Duration::from_secs(30),
        }
    }
}

/// Which check of an access token failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name this resource server.
    #[error("the access token is for another audience (RFC 9068 §4)")]
    Audience,
    /// It is bound to a key or a certificate that was not shown.
    #[error(transparent)]
    Binding(#[from] confirmation::Refusal),
    /// `iss` is not the issuer that is trusted.
    #[error("the access token is by another issuer (RFC 9068 §4)")]
    Issuer,
}

/// Why an access token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// `cnf` or `scope` is not what it has to be.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is malformed, expired, or not signed by a key of the issuer.
    #[error(transparent)]
    Token(#[from] jose::Error),
}

impl From<jose::Malformed> for Refusal {
    fn from(malformed: jose::Malformed) -> Self {
        Self::Token(malformed.into())
    }
}
