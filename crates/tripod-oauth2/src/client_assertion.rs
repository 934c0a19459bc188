//! JWTs with which a client says who it is, or for whom it asks ([RFC 7523]).
//!
//! `client_secret_jwt` and `private_key_jwt` are one message under two kinds of key, and an
//! authorization grant of type `jwt-bearer` is the same one about somebody else.
//!
//! [RFC 7523]: https://www.rfc-editor.org/rfc/rfc7523

use std::time::Duration;

use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::one_use::{OneUse, fresh_id};
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError, Malformed};

#[cfg(test)]
mod tests;

/// The claims of an assertion ([RFC 7523 §3]).
///
/// ```
/// use std::time::Duration;
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::client_assertion::{Assertion, Received, Rules};
/// use tripod_oauth2::jose::{algorithm::Algorithm, key_set::KeySet};
/// use tripod_oauth2::jose::{signing_key::SigningKey, verifying_key::VerifyingKey};
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let mut random = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let issuer = "https://as.example";
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
///
/// // The client:
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let assertion = Assertion::for_client("client", issuer, now, &mut random).encode(&key)?;
///
/// // The server, which looks up the secret by the name the client gives itself:
/// let received = Received::parse(assertion.expose())?;
/// assert_eq!(received.claimed_subject(), "client");
/// let keys = KeySet::from(VerifyingKey::from_secret(Algorithm::Hs256, &secret)?);
/// let (assertion, one_use) = received.verify_client("client", &keys, &Rules::new([issuer]), now)?;
/// assert_eq!(assertion.subject, "client");
/// # assert!(one_use.until > now);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 7523 §3]: https://www.rfc-editor.org/rfc/rfc7523#section-3
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Assertion {
    /// `iss`: who says it.
    pub issuer: String,
    /// `sub`: of whom.
    pub subject: String,
    /// `aud`: to whom.
    pub audiences: Vec<String>,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `iat`.
    pub issued_at: Option<Timestamp>,
    /// `jti`.
    pub id: Option<String>,
    /// Every other claim.
    pub others: Claims,
}

impl Assertion {
    /// Begins one by which a client authenticates: a minute long, with a fresh `jti`.
    ///
    /// The audience should be the issuer of the authorization server: an endpoint can be named by
    /// another server too, which would get an assertion to use elsewhere.
    #[must_use]
    pub fn for_client(
        client_id: impl Into<String>,
        audience: impl Into<String>,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Self {
        let client_id = client_id.into();
        Self::for_grant(client_id.clone(), client_id, audience, now, random)
    }

    /// Begins one that is exchanged for a token: a minute long, with a fresh `jti`.
    #[must_use]
    pub fn for_grant(
        issuer: impl Into<String>,
        subject: impl Into<String>,
        audience: impl Into<String>,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            subject: subject.into(),
            audiences: vec![audience.into()],
            expires_at: now.plus(LIFETIME),
            not_before: None,
            issued_at: Some(now),
            id: Some(fresh_id(random)),
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
            .with("sub", self.subject.as_str())
            .with_audiences(&self.audiences)
            .with_time("exp", self.expires_at)
            .with_some("nbf", time(self.not_before))
            .with_some("iat", time(self.issued_at))
            .with_some("jti", self.id.as_deref());
        key.sign("JWT", &claims)
    }

    fn from_claims(claims: Claims) -> Result<Self, jose::Error> {
        Ok(Self {
            issuer: claims.text("iss")?.to_owned(),
            subject: claims.text("sub")?.to_owned(),
            audiences: claims.audiences()?.into_iter().map(str::to_owned).collect(),
            expires_at: claims.time("exp")?,
            not_before: claims.optional_time("nbf")?,
            issued_at: claims.optional_time("iat")?,
            id: claims.optional_text("jti")?.map(str::to_owned),
            others: claims.without(&["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]),
        })
    }

    fn one_use(&self, rules: &Rules) -> Option<OneUse> {
        let until = self.expires_at.plus(rules.leeway);
        let id = self.id.as_deref()?;
        Some(OneUse::new("assertion", &self.issuer, id, until))
    }
}

/// Long enough for a request on a slow line with clocks that differ, short for whoever steals it.
const LIFETIME: Duration = Duration::from_secs(60);

/// What a server asks of the assertions it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// What the server is called in `aud`: its issuer, and its token endpoint if it likes.
    pub audiences: Vec<String>,
    /// How far ahead `exp` may lie; an hour unless told.
    pub longest_lifetime: Duration,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl Rules {
    /// Begins the rules of a server with these names.
    pub fn new(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            audiences: audiences.into_iter().map(Into::into).collect(),
            longest_lifetime: Duration::from_secs(3600),
            leeway: Duration::from_secs(30),
        }
    }
}

/// An assertion that was read, of which nothing is known to be true yet.
#[derive(Debug)]
pub struct Received<'a> {
    compact: Compact<'a>,
    claimed: Assertion,
}

impl<'a> Received<'a> {
    /// Reads an assertion.
    ///
    /// # Errors
    ///
    /// [`Refusal::Token`] says what is not as the RFCs have it.
    pub fn parse(assertion: &'a str) -> Result<Self, Refusal> {
        let compact = Compact::parse(assertion)?;
        let claimed = Assertion::from_claims(compact.dangerous_claims_without_verification()?)?;
        Ok(Self { compact, claimed })
    }

    /// Returns `iss`, for finding the keys of the issuer.
    #[must_use]
    pub fn claimed_issuer(&self) -> &str {
        &self.claimed.issuer
    }

    /// Returns `sub`, for finding the keys of the client.
    #[must_use]
    pub fn claimed_subject(&self) -> &str {
        &self.claimed.subject
    }

    /// Checks the authentication of a client under its keys ([RFC 7523 §3]).
    ///
    /// The caller has looked the client up by [`claimed_subject`](Self::claimed_subject), takes its
    /// keys for the algorithm that is registered, and claims what is returned beside the assertion.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; the peer hears `invalid_client` of all of them.
    ///
    /// [RFC 7523 §3]: https://www.rfc-editor.org/rfc/rfc7523#section-3
    pub fn verify_client(
        self,
        client_id: &str,
        keys: &KeySet,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<(Assertion, OneUse), Refusal> {
        // RFC 7523 §3, 2 B: the subject MUST be the client_id, and the client says so itself.
        if self.claimed.subject != client_id {
            return Err(Mismatch::Subject.into());
        }
        if self.claimed.issuer != client_id {
            return Err(Mismatch::Issuer.into());
        }
        let assertion = self.verify("client-authentication+jwt", keys, rules, now)?;
        // OpenID Connect Core §9: `jti` is REQUIRED.
        let claim = "jti";
        let one_use = assertion.one_use(rules);
        let one_use = one_use.ok_or(jose::Error::Malformed(Malformed::ClaimMissing { claim }))?;
        Ok((assertion, one_use))
    }

    /// Checks an authorization grant of an issuer under its keys ([RFC 7523 §3]).
    ///
    /// The caller has looked the issuer up by [`claimed_issuer`](Self::claimed_issuer), decides
    /// whether it may speak for the subject, and claims what is returned beside the assertion.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; the peer hears `invalid_grant` of all of them.
    ///
    /// [RFC 7523 §3]: https://www.rfc-editor.org/rfc/rfc7523#section-3
    pub fn verify_grant(
        self,
        issuer: &str,
        keys: &KeySet,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<(Assertion, Option<OneUse>), Refusal> {
        if self.claimed.issuer != issuer {
            return Err(Mismatch::Issuer.into());
        }
        let assertion = self.verify("authorization-grant+jwt", keys, rules, now)?;
        let one_use = assertion.one_use(rules);
        Ok((assertion, one_use))
    }

    fn verify(
        self,
        media_type: &str,
        keys: &KeySet,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Assertion, Refusal> {
        // RFC 8725 §3.11: another kind of token that says so is not taken for an assertion.
        if self.compact.header().media_type().is_some() {
            self.compact.expect_type(&["JWT", media_type])?;
        }
        let claims = self.compact.verify(keys)?;
        claims.check_times(now, rules.leeway)?;
        let assertion = self.claimed;
        // RFC 7523 §3, 3: what does not name this server MUST be rejected.
        if !assertion
            .audiences
            .iter()
            .any(|it| rules.audiences.contains(it))
        {
            return Err(Mismatch::Audience.into());
        }
        if assertion.expires_at > now.plus(rules.longest_lifetime).plus(rules.leeway) {
            return Err(Mismatch::Lifetime.into());
        }
        Ok(assertion)
    }
}

/// Which check of an assertion failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name this server.
    #[error("the assertion is for another audience (RFC 7523 §3, 3)")]
    Audience,
    /// `iss` is not who it must be.
    #[error("the assertion is by another issuer (RFC 7523 §3, 1)")]
    Issuer,
    /// `exp` lies too far ahead.
    #[error("the assertion lives for too long (RFC 7523 §3, 4)")]
    Lifetime,
    /// `sub` is not the client.
    #[error("the assertion is about another client (RFC 7523 §3, 2 B)")]
    Subject,
}

/// Why an assertion is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is malformed, expired, or not signed by the key it must be signed by.
    #[error(transparent)]
    Token(#[from] jose::Error),
}
