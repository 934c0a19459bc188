//! What a server makes of a proof ([RFC 9449 §4.3]).
//!
//! [RFC 9449 §4.3]: https://www.rfc-editor.org/rfc/rfc9449#section-4.3

use std::time::Duration;

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use super::nonce::{Nonce, Nonces};
use super::{MEDIA_TYPE, Proof, hash, target};
use crate::jose::algorithm::Algorithm;
use crate::jose::compact::Compact;
use crate::jose::one_use::OneUse;
use crate::jose::verifying_key::VerifyingKey;
use crate::jose::{self, KeyError};
use crate::jwk::Jwk;

/// The request that a proof came with, and what the server knows of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The URI, as the client sees the server; its query and fragment do not matter.
    pub uri: &'a str,
    /// The access token that was sent beside it, at a resource server.
    pub access_token: Option<&'a Secret>,
    /// The thumbprint to which the token, the code or the refresh token is bound, if it is.
    pub thumbprint: Option<&'a str>,
    /// What the server asks of the nonce.
    pub nonce: ExpectedNonce<'a>,
}

impl<'a> Request<'a> {
    /// Begins a request to the token endpoint or the like: no access token, nothing bound.
    #[must_use]
    pub const fn new(method: &'a str, uri: &'a str) -> Self {
        Self {
            method,
            uri,
            access_token: None,
            thumbprint: None,
            nonce: ExpectedNonce::Any,
        }
    }
}

/// What a server asks of the nonce in a proof ([RFC 9449 §8]).
///
/// [RFC 9449 §8]: https://www.rfc-editor.org/rfc/rfc9449#section-8
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ExpectedNonce<'a> {
    /// The server gave none, so whatever stands there is not looked at.
    Any,
    /// The one that was given to this client.
    Exactly(&'a Nonce),
    /// One that was derived from the time not long ago.
    Recent(&'a Nonces),
}

impl ExpectedNonce<'_> {
    /// RFC 9449 §8 and §11.3: what does not match exactly MUST be rejected, and so MUST a proof
    /// without a nonce where one was given.
    fn check(self, nonce: Option<&str>, now: Timestamp) -> Result<(), Refusal> {
        let known = match (self, nonce) {
            (Self::Any, _) => return Ok(()),
            (_, None) => return Err(Mismatch::NonceMissing.into()),
            (Self::Exactly(given), Some(nonce)) => given.as_str() == nonce,
            (Self::Recent(nonces), Some(nonce)) => nonces.accepts(nonce, now),
        };
        if known {
            Ok(())
        } else {
            Err(Mismatch::Nonce.into())
        }
    }
}

/// What a server asks of the proofs it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// What may sign; every asymmetric algorithm unless told.
    pub algorithms: Vec<Algorithm>,
    /// How old a proof may be; a minute unless told.
    pub longest_age: Duration,
    /// How much two clocks may differ, in both directions; half a minute unless told.
    pub leeway: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            algorithms: Algorithm::ASYMMETRIC.into(),
            longest_age: Duration::from_secs(60),
            leeway: Duration::from_secs(30),
        }
    }
}

/// A proof that was accepted, under the condition that it is claimed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    /// The proof.
    pub proof: Proof,
    /// The thumbprint of its key, to which a token is bound as `jkt`.
    pub thumbprint: String,
    /// What to claim, in one atomic step, before anything is done.
    pub one_use: OneUse,
}

/// A proof that was read, of which nothing is known to be true yet.
#[derive(Debug)]
pub struct Received<'a> {
    compact: Compact<'a>,
}

impl<'a> Received<'a> {
    /// Reads the `DPoP` header fields of a request, of which there must be one.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if there is none, or another one, or it is no JWT.
    pub fn parse(fields: impl IntoIterator<Item = &'a str>) -> Result<Self, Refusal> {
        let mut fields = fields.into_iter();
        // RFC 9449 §4.3, 1: not more than one.
        let (proof, None) = (fields.next().ok_or(Refusal::Missing)?, fields.next()) else {
            return Err(Refusal::Repeated);
        };
        if proof.len() > MAX_LENGTH {
            let limit = MAX_LENGTH;
            return Err(jose::Error::from(jose::Malformed::TooLong { limit }).into());
        }
        let compact = Compact::parse(proof)?;
        Ok(Self { compact })
    }

    /// Checks it against the request ([RFC 9449 §4.3]).
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed.
    ///
    /// [RFC 9449 §4.3]: https://www.rfc-editor.org/rfc/rfc9449#section-4.3
    pub fn verify(
        self,
        request: &Request<'_>,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Accepted, Refusal> {
        // RFC 9449 §4.3, 4.
        self.compact
            .expect_type(&[MEDIA_TYPE])
            .map_err(|_| Mismatch::Type)?;
        let public = self.key()?;
        let key = self.verifying_key(&public, rules)?;
        // RFC 9449 §4.3, 3 and 6.
        let proof = Proof::from_claims(self.compact.verify_possession(&key)?)?;
        let thumbprint = public.thumbprint();
        proof.check(request, &thumbprint, rules, now)?;
        let until = proof.issued_at.plus(rules.longest_age).plus(rules.leeway);
        let context = format!(
            "{thumbprint} {}",
            target::normalize(request.uri).unwrap_or_default()
        );
        Ok(Accepted {
            one_use: OneUse::new("dpop", &context, &proof.id, until.plus(ONE_SECOND)),
            proof,
            thumbprint,
        })
    }

    fn key(&self) -> Result<Jwk, Refusal> {
        let name = "jwk";
        let Some(Value::Object(members)) = self.compact.header().value(name) else {
            return Err(jose::Error::from(jose::Malformed::Header { name }).into());
        };
        let public = Jwk::from_members(members.clone()).map_err(Refusal::Key)?;
        // RFC 9449 §4.3, 7.
        if public.is_private() {
            return Err(Refusal::PrivateKey);
        }
        Ok(public)
    }

    /// RFC 9449 §4.3, 5: an asymmetric algorithm that is acceptable here and fits the key.
    fn verifying_key(&self, public: &Jwk, rules: &Rules) -> Result<VerifyingKey, Refusal> {
        let written = self.compact.header().algorithm();
        let acceptable = Algorithm::parse(written)
            .filter(|algorithm| !algorithm.is_symmetric() && rules.algorithms.contains(algorithm));
        let algorithm = acceptable.ok_or(Mismatch::Algorithm)?;
        VerifyingKey::from_jwk(algorithm, public).map_err(Refusal::Key)
    }
}

/// No proof is longer: one with an RSA key of 8192 bits takes 4 kB.
pub(super) const MAX_LENGTH: usize = 8 * 1024;

/// A proof is still accepted in the second in which it grows too old.
const ONE_SECOND: Duration = Duration::from_secs(1);

impl Proof {
    fn check(
        &self,
        request: &Request<'_>,
        thumbprint: &str,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        // RFC 9449 §4.3, 8; RFC 9110 §9.1: methods are case-sensitive.
        if self.method != request.method {
            return Err(Mismatch::Method.into());
        }
        // RFC 9449 §4.3, 9.
        let target = target::normalize(&self.uri).ok_or(Mismatch::Uri)?;
        if target::normalize(request.uri).as_ref() != Some(&target) {
            return Err(Mismatch::Uri.into());
        }
        // RFC 9449 §4.3, 10.
        request.nonce.check(self.nonce.as_deref(), now)?;
        // RFC 9449 §4.3, 11.
        if self.issued_at > now.plus(rules.leeway) {
            return Err(Mismatch::IssuedInFuture.into());
        }
        if self.issued_at.plus(rules.longest_age).plus(rules.leeway) < now {
            return Err(Mismatch::TooOld.into());
        }
        // RFC 9449 §4.3, 12; §7: nor is a proof for a token usable without it.
        match (request.access_token.map(hash), &self.access_token_hash) {
            (None, None) => {}
            (Some(sent), Some(proven)) if sent == *proven => {}
            _ => return Err(Mismatch::AccessToken.into()),
        }
        if request.thumbprint.is_some_and(|bound| bound != thumbprint) {
            return Err(Mismatch::Binding.into());
        }
        Ok(())
    }
}

/// Which check of a proof failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `ath` is not the hash of the access token, or one of the two is not there.
    #[error("the proof is not for the access token that was sent (RFC 9449 §4.3, 12)")]
    AccessToken,
    /// `alg` is symmetric, unknown, `none`, or not accepted here.
    #[error("the proof's algorithm is not an accepted asymmetric one (RFC 9449 §4.3, 5)")]
    Algorithm,
    /// The key is not the one to which the token or the code is bound.
    #[error("the proof's key is not the one that is bound (RFC 9449 §4.3, 12)")]
    Binding,
    /// `iat` lies too far ahead.
    #[error("the proof was made in the future (RFC 9449 §4.3, 11)")]
    IssuedInFuture,
    /// `htm` is not the method of the request.
    #[error("the proof is for another method (RFC 9449 §4.3, 8)")]
    Method,
    /// `nonce` is not one that the server gave, or gave too long ago.
    #[error("the proof's nonce is not a recent one of this server (RFC 9449 §4.3, 10)")]
    Nonce,
    /// There is no `nonce`, and the server wants one.
    #[error("the proof has no nonce (RFC 9449 §11.3)")]
    NonceMissing,
    /// `iat` lies too far back.
    #[error("the proof is too old (RFC 9449 §4.3, 11)")]
    TooOld,
    /// `typ` is not `dpop+jwt`.
    #[error("the token is no proof: its `typ` is not `dpop+jwt` (RFC 9449 §4.3, 4)")]
    Type,
    /// `htu` is not the URI of the request.
    #[error("the proof is for another URI (RFC 9449 §4.3, 9)")]
    Uri,
}

/// Why a proof is refused.
///
/// The peer hears `use_dpop_nonce` and a fresh nonce if [`wants_nonce`](Self::wants_nonce) says so,
/// and `invalid_dpop_proof` otherwise ([RFC 9449 §5, §8]).
///
/// [RFC 9449 §5, §8]: https://www.rfc-editor.org/rfc/rfc9449#section-5
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// `jwk` is not a key, or not one for the algorithm.
    #[error("the proof's key cannot be used")]
    Key(#[source] KeyError),
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// The request has no `DPoP` header field.
    #[error("there is no proof (RFC 9449 §4.3, 1)")]
    Missing,
    /// `jwk` is a private key, or a shared secret.
    #[error("the proof shows its private key (RFC 9449 §4.3, 7)")]
    PrivateKey,
    /// The request has more than one `DPoP` header field.
    #[error("there is more than one proof (RFC 9449 §4.3, 1)")]
    Repeated,
    /// It is malformed, or the key did not sign it.
    #[error(transparent)]
    Token(#[from] jose::Error),
}

impl Refusal {
    /// Tells whether the client can mend it with a nonce.
    #[must_use]
    pub const fn wants_nonce(&self) -> bool {
        matches!(
            self,
            Self::Mismatch(Mismatch::Nonce | Mismatch::NonceMissing)
        )
    }
}
