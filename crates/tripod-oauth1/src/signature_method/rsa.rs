use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{self, Context, Digest};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{ParsedPublicKey, RsaEncoding, RsaParameters};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pem::Pem;
use rand_core::{TryCryptoRng, TryRng};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey as PortableKey, RsaPublicKey as PortablePublicKey};
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use zeroize::Zeroizing;

use super::{Signature, SignatureMethod, SigningFailed, SigningKey, VerifyingKey};
use crate::message::Message;

/// What NIST SP 800-131A asks for; a shorter key signs only by its `dangerous_` name.
const SOUND_BITS: u32 = 2048;
/// The shortest that old partners still use; one of 512 bits is factored in hours.
const SHORTEST_BITS: u32 = 1024;

/// An RSA private key, parsed once.
///
/// [`with_method`](Self::with_method) makes a signing key of it. `Debug` shows its size alone.
#[derive(Clone)]
pub struct RsaPrivateKey {
    portable: Arc<PortableKey>,
    /// Four times as fast, but signs neither with SHA-1 nor with less than 2048 bits.
    fast: Option<Arc<KeyPair>>,
}

impl RsaPrivateKey {
    /// Reads PEM, at least 2048 bits: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`RsaKeyError`] says what the text holds instead, or what is wrong with the key.
    pub fn from_pem(pem: &Secret) -> Result<Self, RsaKeyError> {
        Self::of_pem(pem, SOUND_BITS)
    }

    /// Reads DER, at least 2048 bits: PKCS#8 or PKCS#1.
    ///
    /// # Errors
    ///
    /// [`RsaKeyError`] says what is wrong with the key.
    pub fn from_der(der: &[u8]) -> Result<Self, RsaKeyError> {
        Self::of_der(der, SOUND_BITS)
    }

    /// Reads PEM like [`from_pem`](Self::from_pem), but from 1024 bits on.
    ///
    /// Such a key can be factored by those who want to badly enough. It is here for partners that
    /// cannot be moved to a longer one.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem).
    pub fn dangerous_short_from_pem(pem: &Secret) -> Result<Self, RsaKeyError> {
        Self::of_pem(pem, SHORTEST_BITS)
    }

    /// Reads DER like [`from_der`](Self::from_der), but from 1024 bits on.
    ///
    /// The warning of [`dangerous_short_from_pem`](Self::dangerous_short_from_pem) holds here too.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn dangerous_short_from_der(der: &[u8]) -> Result<Self, RsaKeyError> {
        Self::of_der(der, SHORTEST_BITS)
    }

    /// Makes a signing key of it.
    ///
    /// # Errors
    ///
    /// [`RsaKeyError::WrongMethod`] if the method does not use RSA.
    pub fn with_method(&self, method: SignatureMethod) -> Result<RsaSigningKey, RsaKeyError> {
        let hash = Hash::of(&method).ok_or(RsaKeyError::WrongMethod { method })?;
        Ok(RsaSigningKey {
            hash,
            key: self.clone(),
        })
    }

    /// Returns the public half, which the provider registers.
    #[must_use]
    pub fn public_key(&self) -> RsaPublicKey {
        RsaPublicKey(self.portable.to_public_key())
    }

    fn of_pem(pem: &Secret, least: u32) -> Result<Self, RsaKeyError> {
        let block = pem_block(pem.expose())?;
        match block.tag() {
            "PRIVATE KEY" | "RSA PRIVATE KEY" => {
                Self::of_der(&Zeroizing::new(block.into_contents()), least)
            }
            "ENCRYPTED PRIVATE KEY" => Err(RsaKeyError::Encrypted),
            label => Err(RsaKeyError::WrongLabel {
                label: label.to_owned(),
            }),
        }
    }

    fn of_der(der: &[u8], least: u32) -> Result<Self, RsaKeyError> {
        let portable = PortableKey::from_pkcs8_der(der)
            .or_else(|_| PortableKey::from_pkcs1_der(der).map_err(|_| RsaKeyError::Damaged))?;
        let bits = portable.n().bits();
        if bits < least {
            return Err(RsaKeyError::TooShort { bits, least });
        }
        let fast = KeyPair::from_pkcs8(der)
            .or_else(|_| KeyPair::from_der(der))
            .ok();
        Ok(Self {
            portable: Arc::new(portable),
            fast: fast.map(Arc::new),
        })
    }
}

impl fmt::Debug for RsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPrivateKey({} bits)", self.portable.n().bits())
    }
}

/// An RSA private key that signs by one of RSA-SHA1, RSA-SHA256 and RSA-SHA512.
///
/// RSASSA-PKCS1-v1_5 ([RFC 5849 §3.4.3]); the shared secrets take no part. RSA-SHA1 and short keys
/// sign by the `rsa` crate, blinded from the random source that is handed in; the rest by AWS-LC,
/// which blinds from a source of its own.
///
/// [RFC 5849 §3.4.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.3
#[derive(Clone, Debug)]
pub struct RsaSigningKey {
    hash: Hash,
    key: RsaPrivateKey,
}

impl SigningKey for RsaSigningKey {
    fn signature_method(&self) -> SignatureMethod {
        self.hash.method()
    }

    fn sign(
        &self,
        message: &Message<'_>,
        random: &mut dyn Random,
    ) -> Result<Signature, SigningFailed> {
        let digest = self.hash.digest(message);
        let octets = match (self.hash.encoding(), &self.key.fast) {
            (Some(encoding), Some(key)) => {
                let mut octets = vec![0; key.public_modulus_len()];
                key.sign_digest(encoding, &digest, &mut octets)
                    .map_err(|_| SigningFailed)?;
                octets
            }
            _ => self
                .key
                .portable
                .sign_with_rng(&mut Blinding(random), self.hash.padding(), digest.as_ref())
                .map_err(|_| SigningFailed)?,
        };
        Ok(Signature::from_octets(&octets))
    }
}

/// An RSA public key, from 1024 bits on, since old partners have no longer ones.
///
/// [`with_method`](Self::with_method) makes a verifying key of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RsaPublicKey(PortablePublicKey);

impl RsaPublicKey {
    /// Reads a key in PEM: `PUBLIC KEY` or `RSA PUBLIC KEY`.
    ///
    /// # Errors
    ///
    /// [`RsaKeyError`] says what the text holds instead, or what is wrong with the key.
    pub fn from_pem(pem: &str) -> Result<Self, RsaKeyError> {
        let block = pem_block(pem)?;
        match block.tag() {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Self::from_der(block.contents()),
            "CERTIFICATE" => Err(RsaKeyError::Certificate),
            label => Err(RsaKeyError::WrongLabel {
                label: label.to_owned(),
            }),
        }
    }

    /// Reads a key in DER: a `SubjectPublicKeyInfo` or PKCS#1.
    ///
    /// # Errors
    ///
    /// [`RsaKeyError::Damaged`] if it is neither, or has less than 1024 or more than 8192 bits.
    pub fn from_der(der: &[u8]) -> Result<Self, RsaKeyError> {
        PortablePublicKey::from_public_key_der(der)
            .or_else(|_| PortablePublicKey::from_pkcs1_der(der))
            .map(Self)
            .map_err(|_| RsaKeyError::Damaged)
    }

    /// Makes a verifying key of it, parsed once for all the signatures to come.
    ///
    /// # Errors
    ///
    /// [`RsaKeyError::WrongMethod`] if the method does not use RSA.
    pub fn with_method(&self, method: SignatureMethod) -> Result<RsaVerifyingKey, RsaKeyError> {
        let hash = Hash::of(&method).ok_or(RsaKeyError::WrongMethod { method })?;
        let der = self.0.to_pkcs1_der().map_err(|_| RsaKeyError::Damaged)?;
        let key = ParsedPublicKey::new(hash.verification(), der.as_bytes())
            .map_err(|_| RsaKeyError::Damaged)?;
        Ok(RsaVerifyingKey {
            hash,
            key: Arc::new(key),
        })
    }
}

impl fmt::Debug for RsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPublicKey({} bits)", self.0.n().bits())
    }
}

/// An RSA public key that verifies by one of RSA-SHA1, RSA-SHA256 and RSA-SHA512.
#[derive(Clone)]
pub struct RsaVerifyingKey {
    hash: Hash,
    key: Arc<ParsedPublicKey>,
}

impl VerifyingKey for RsaVerifyingKey {
    fn signature_method(&self) -> SignatureMethod {
        self.hash.method()
    }

    fn verify(&self, message: &Message<'_>, signature: &[u8]) -> bool {
        let Ok(octets) = STANDARD.decode(signature) else {
            return false;
        };
        self.key
            .verify_digest_sig(&self.hash.digest(message), &octets)
            .is_ok()
    }
}

impl fmt::Debug for RsaVerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaVerifyingKey({})", self.hash.method())
    }
}

/// Why a text or some octets are no RSA key that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RsaKeyError {
    /// A certificate holds the public key, but is not one.
    #[error("this is a certificate; take its public key out with `openssl x509 -pubkey -noout`")]
    Certificate,
    /// Not the DER of an RSA key of 1024 to 8192 bits, or parts that do not fit together.
    #[error("not an RSA key of 1024 to 8192 bits in PKCS#1 or PKCS#8, or a damaged one")]
    Damaged,
    /// The key is protected by a passphrase.
    #[error("the key is protected by a passphrase; take that off with `openssl pkey`")]
    Encrypted,
    /// The text has no PEM block, or a broken one.
    #[error(
        "not PEM: no block from `-----BEGIN ...-----` to `-----END ...-----` with base64 inside"
    )]
    NotPem,
    /// The key is too short to sign with.
    #[error("a key of {bits} bits is too short to sign with; at least {least} are needed")]
    TooShort {
        /// The length of its modulus.
        bits: u32,
        /// What was demanded.
        least: u32,
    },
    /// The PEM block holds something else.
    #[error("the PEM block holds `{label}`, not the RSA key that is wanted here")]
    WrongLabel {
        /// What stands behind `BEGIN`.
        label: String,
    },
    /// The signature method has no use for an RSA key.
    #[error("signature method `{method}` does not use an RSA key")]
    WrongMethod {
        /// The method.
        method: SignatureMethod,
    },
}

#[derive(Clone, Copy, Debug)]
enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn of(method: &SignatureMethod) -> Option<Self> {
        match method {
            SignatureMethod::RsaSha1 => Some(Self::Sha1),
            SignatureMethod::RsaSha256 => Some(Self::Sha256),
            SignatureMethod::RsaSha512 => Some(Self::Sha512),
            _ => None,
        }
    }

    const fn method(self) -> SignatureMethod {
        match self {
            Self::Sha1 => SignatureMethod::RsaSha1,
            Self::Sha256 => SignatureMethod::RsaSha256,
            Self::Sha512 => SignatureMethod::RsaSha512,
        }
    }

    fn digest(self, message: &Message<'_>) -> Digest {
        let mut context = Context::new(match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha512 => &digest::SHA512,
        });
        message.feed(&mut |chunk| context.update(chunk));
        context.finish()
    }

    /// AWS-LC verifies with SHA-1 but does not sign with it.
    fn encoding(self) -> Option<&'static dyn RsaEncoding> {
        match self {
            Self::Sha1 => None,
            Self::Sha256 => Some(&aws_lc_rs::signature::RSA_PKCS1_SHA256),
            Self::Sha512 => Some(&aws_lc_rs::signature::RSA_PKCS1_SHA512),
        }
    }

    fn padding(self) -> Pkcs1v15Sign {
        match self {
            Self::Sha1 => Pkcs1v15Sign::new::<sha1::Sha1>(),
            Self::Sha256 => Pkcs1v15Sign::new::<sha2::Sha256>(),
            Self::Sha512 => Pkcs1v15Sign::new::<sha2::Sha512>(),
        }
    }

    const fn verification(self) -> &'static RsaParameters {
        match self {
            Self::Sha1 => &aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Self::Sha512 => &aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        }
    }
}

/// The random source in the shape in which the `rsa` crate wants it.
struct Blinding<'a>(&'a mut dyn Random);

impl TryRng for Blinding<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut octets = [0; 4];
        self.0.fill(&mut octets);
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut octets = [0; 8];
        self.0.fill(&mut octets);
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(octets);
        Ok(())
    }
}

impl TryCryptoRng for Blinding<'_> {}

fn pem_block(text: &str) -> Result<Pem, RsaKeyError> {
    let block = pem::parse(text).map_err(|_| RsaKeyError::NotPem)?;
    match block.headers().get("Proc-Type") {
        Some(kind) if kind.contains("ENCRYPTED") => Err(RsaKeyError::Encrypted),
        _ => Ok(block),
    }
}

#[cfg(test)]
mod tests;
