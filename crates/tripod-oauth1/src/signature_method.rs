//! The signature methods: their names, and the keys that sign and verify by them.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smallvec::SmallVec;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

use crate::message::Message;

mod rsa;
mod shared_secret;

pub use rsa::{RsaKeyError, RsaPrivateKey, RsaPublicKey, RsaSigningKey, RsaVerifyingKey};
pub use shared_secret::SharedSecretKey;

/// A value of `oauth_signature_method` ([RFC 5849 §3.4]).
///
/// The RFC defines HMAC-SHA1, RSA-SHA1 and PLAINTEXT; the SHA-256 and SHA-512 variants are what
/// providers demand today under the obvious names. Names are case-sensitive.
///
/// [RFC 5849 §3.4]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureMethod {
    /// RFC 5849 §3.4.2.
    HmacSha1,
    /// As HMAC-SHA1, with SHA-256.
    HmacSha256,
    /// As HMAC-SHA1, with SHA-512.
    HmacSha512,
    /// RFC 5849 §3.4.4: the secrets themselves, for use over TLS alone.
    Plaintext,
    /// RFC 5849 §3.4.3.
    RsaSha1,
    /// As RSA-SHA1, with SHA-256.
    RsaSha256,
    /// As RSA-SHA1, with SHA-512.
    RsaSha512,
    /// A method of one's own.
    Other(Cow<'static, str>),
}

impl SignatureMethod {
    /// Every method that Tripod can sign and verify by itself.
    pub const KNOWN: [Self; 7] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::Plaintext,
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
    ];

    /// Reads the name; one that is not known is kept.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let known = Self::KNOWN
            .into_iter()
            .find(|method| method.as_str() == name);
        known.unwrap_or_else(|| Self::Other(Cow::Owned(name.to_owned())))
    }

    /// Returns the name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::Plaintext => "PLAINTEXT",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key that signs by one signature method.
///
/// The seven methods have theirs ([`SharedSecretKey`], [`RsaSigningKey`]); implement it for a
/// method of one's own.
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// Returns the method that this key signs by.
    fn signature_method(&self) -> SignatureMethod;

    /// Signs the signature base string.
    ///
    /// The random source is for blinding; it does not change the signature.
    ///
    /// # Errors
    ///
    /// [`SigningFailed`] if the key cannot sign at all.
    fn sign(
        &self,
        message: &Message<'_>,
        random: &mut dyn Random,
    ) -> Result<Signature, SigningFailed>;
}

/// A key that verifies signatures by one signature method.
pub trait VerifyingKey: fmt::Debug + Send + Sync {
    /// Returns the method that this key verifies by.
    fn signature_method(&self) -> SignatureMethod;

    /// Tells whether `signature`, as sent but decoded, belongs to the signature base string.
    ///
    /// What is compared with a secret must be compared in constant time.
    fn verify(&self, message: &Message<'_>, signature: &[u8]) -> bool;
}

/// The key could not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key cannot sign: it is too short for the hash, or damaged")]
#[non_exhaustive]
pub struct SigningFailed;

/// A value of `oauth_signature`, before it is percent-encoded.
///
/// `Debug` does not show it, since that of PLAINTEXT consists of the secrets.
#[derive(Clone)]
pub struct Signature(Text);

#[derive(Clone)]
enum Text {
    /// Longest of the MACs: 64 octets in base64.
    Base64(SmallVec<[u8; 88]>),
    Secrets(Secret),
}

impl Signature {
    /// Encodes octets in base64, as all methods but PLAINTEXT want it (RFC 2045 §6.8).
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Self {
        let length = octets.len().div_ceil(3) * 4;
        let mut text = match length {
            0..=88 => SmallVec::from_buf_and_len([0; 88], length),
            _ => SmallVec::from_vec(vec![0; length]),
        };
        let written = STANDARD.encode_slice(octets, &mut text);
        debug_assert_eq!(written, Ok(length), "4 characters for every 3 octets begun");
        Self(Text::Base64(text))
    }

    /// Takes the text as it is, and as secret.
    #[must_use]
    pub fn from_secret(text: Secret) -> Self {
        Self(Text::Secrets(text))
    }

    /// Returns the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        str::from_utf8(self.as_bytes()).expect("base64 is ASCII, and a secret is text")
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Base64(text) => text,
            Text::Secrets(text) => text.expose().as_bytes(),
        }
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for method in SignatureMethod::KNOWN {
            assert_eq!(SignatureMethod::parse(method.as_str()), method);
        }
        let other = SignatureMethod::parse("HMAC-SHA3-256");
        assert_eq!(other.as_str(), "HMAC-SHA3-256");
    }

    #[test]
    fn names_are_case_sensitive() {
        // RFC 5849 §3.1: names and values of parameters are case sensitive.
        assert_ne!(
            SignatureMethod::parse("hmac-sha1"),
            SignatureMethod::HmacSha1
        );
    }

    #[test]
    fn a_signature_is_not_printed() {
        let signature = Signature::from_secret(Secret::from("sentinel"));
        assert_eq!(format!("{signature:?}"), "Signature(..)");
    }

    #[test]
    fn octets_become_padded_base64() {
        for (octets, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
            assert_eq!(Signature::from_octets(octets.as_bytes()).expose(), text);
        }
    }
}
