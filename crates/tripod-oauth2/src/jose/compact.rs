//! The compact serialisation ([RFC 7515 §3.1]).
//!
//! [RFC 7515 §3.1]: https://www.rfc-editor.org/rfc/rfc7515#section-3.1

use std::fmt;

use serde_json::{Map, Value};

use super::algorithm::Algorithm;
use super::claims::Claims;
use super::key_set::KeySet;
use super::verifying_key::VerifyingKey;
use super::{Error, Malformed, Mismatch, Part, base64url, json};

/// No token is longer: ID tokens with hundreds of groups stay below, headers and URIs far below.
pub const MAX_LENGTH: usize = 64 * 1024;

/// A token that was read, of which nothing is known to be true yet.
///
/// ```
/// use tripod_core::secret::Secret;
/// use tripod_oauth2::jose::{algorithm::Algorithm, compact::Compact, key_set::KeySet};
/// use tripod_oauth2::jose::{claims::Claims, signing_key::SigningKey, verifying_key::VerifyingKey};
///
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let token = key.sign("JWT", &Claims::new().with("sub", "alice"))?;
///
/// let trusted = KeySet::from(VerifyingKey::from_secret(Algorithm::Hs256, &secret)?);
/// let claims = Compact::parse(token.expose())?.verify(&trusted)?;
/// assert_eq!(claims.text("sub")?, "alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Compact<'a> {
    header: Header,
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Reads the three parts and the header, and believes none of it.
    ///
    /// # Errors
    ///
    /// [`Malformed`] says what is not as RFC 7515 has it.
    pub fn parse(token: &'a str) -> Result<Self, Error> {
        if token.len() > MAX_LENGTH {
            return Err(Malformed::TooLong { limit: MAX_LENGTH }.into());
        }
        let malformed = match token.bytes().filter(|&octet| octet == b'.').count() {
            2 => None,
            4 => Some(Malformed::Encrypted),
            _ => Some(Malformed::Parts),
        };
        let parts = token
            .rsplit_once('.')
            .and_then(|(signed, signature)| Some((signed, signed.split_once('.')?, signature)));
        let (None, Some((signed, (header, payload), signature))) = (&malformed, parts) else {
            return Err(malformed.unwrap_or(Malformed::Parts).into());
        };
        Ok(Self {
            header: Header::parse(&decode(header, Part::Header)?)?,
            signed,
            payload: decode(payload, Part::Payload)?,
            signature: decode(signature, Part::Signature)?,
        })
    }

    /// Verifies the signature and returns the claims, which are true from then on.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] says which check failed, [`Malformed`] if the payload is no JSON object.
    pub fn verify(&self, trusted: &KeySet) -> Result<Claims, Error> {
        Claims::parse(self.verify_payload(trusted)?)
    }

    /// Verifies the signature and returns the payload, whatever it is.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] says which check failed.
    pub fn verify_payload(&self, trusted: &KeySet) -> Result<&[u8], Error> {
        let algorithm = self.header.check()?;
        if let Some(name) = self.header.foreign_key() {
            return Err(Mismatch::ForeignKey { name }.into());
        }
        let key = trusted.find(algorithm, self.header.key_id())?;
        self.verify_with(key, algorithm)
    }

    /// Verifies under the key that the header itself carries: a proof of possession, no more.
    pub(crate) fn verify_possession(&self, key: &VerifyingKey) -> Result<Claims, Error> {
        let algorithm = self.header.check()?;
        Claims::parse(self.verify_with(key, algorithm)?)
    }

    fn verify_with(&self, key: &VerifyingKey, algorithm: Algorithm) -> Result<&[u8], Error> {
        // RFC 8725 §3.1: the key says which algorithm is used, the header may only agree.
        if key.algorithm() != algorithm {
            return Err(Mismatch::Algorithm.into());
        }
        if !key.verifies(self.signed.as_bytes(), &self.signature) {
            return Err(Mismatch::Signature.into());
        }
        Ok(&self.payload)
    }

    /// Refuses a token whose `typ` names none of the given media types.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Type`], also if there is no `typ`.
    pub fn expect_type(&self, media_types: &[&str]) -> Result<(), Error> {
        if media_types.iter().any(|name| self.header.is_type(name)) {
            return Ok(());
        }
        Err(Mismatch::Type.into())
    }

    /// Returns the header, which nobody may trust.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Returns claims that anybody may have written, for looking at them or for finding the keys.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the payload is no JSON object.
    pub fn dangerous_claims_without_verification(&self) -> Result<Claims, Error> {
        Claims::parse(&self.payload)
    }
}

impl fmt::Debug for Compact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compact")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// The header of a token ([RFC 7515 §4]).
///
/// [RFC 7515 §4]: https://www.rfc-editor.org/rfc/rfc7515#section-4
#[derive(Clone, PartialEq)]
pub struct Header {
    algorithm: String,
    key_id: Option<String>,
    media_type: Option<String>,
    members: Map<String, Value>,
}

impl Header {
    fn parse(octets: &[u8]) -> Result<Self, Error> {
        let part = Part::Header;
        let mut members = json::parse(octets).map_err(|error| match error {
            json::Error::NotObject => Malformed::NotJsonObject { part },
            json::Error::Repeated => Malformed::RepeatedMember { part },
        })?;
        let mut text = |name| match members.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Malformed::Header { name }),
        };
        Ok(Self {
            algorithm: text("alg")?.ok_or(Malformed::Header { name: "alg" })?,
            key_id: text("kid")?,
            media_type: text("typ")?,
            members,
        })
    }

    /// Returns `alg` as it is written.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// Returns `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns `typ` as it is written.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.media_type.as_deref()
    }

    /// Returns any other parameter.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// Tells whether `typ` is this media type, `application/` written or not ([RFC 7515 §4.1.9]).
    ///
    /// [RFC 7515 §4.1.9]: https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9
    #[must_use]
    pub fn is_type(&self, media_type: &str) -> bool {
        const PREFIX: &str = "application/";
        let written = self.media_type.as_deref().unwrap_or_default();
        let bare = match written.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
            _ => written,
        };
        bare.eq_ignore_ascii_case(media_type)
    }

    fn check(&self) -> Result<Algorithm, Mismatch> {
        // RFC 8725 §3.2, RFC 9068 §4 and others: `none` MUST NOT be accepted.
        if self.algorithm.eq_ignore_ascii_case("none") {
            return Err(Mismatch::Unsecured);
        }
        // RFC 7515 §4.1.11: what is critical and not understood makes the token invalid.
        if self.members.contains_key("crit") {
            return Err(Mismatch::UnknownCritical);
        }
        if let Some(name) = ["jku", "x5u"]
            .into_iter()
            .find(|name| self.value(name).is_some())
        {
            return Err(Mismatch::ForeignKey { name });
        }
        Algorithm::parse(&self.algorithm).ok_or(Mismatch::UnknownAlgorithm)
    }

    fn foreign_key(&self) -> Option<&'static str> {
        self.value("jwk").map(|_| "jwk")
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("alg", &self.algorithm)
            .field("kid", &self.key_id)
            .field("typ", &self.media_type)
            .field("others", &self.members.keys())
            .finish()
    }
}

fn decode(text: &str, part: Part) -> Result<Vec<u8>, Malformed> {
    base64url::decode(text).ok_or(Malformed::NotBase64Url { part })
}
