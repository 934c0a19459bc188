//! The key that verifies.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};
use tripod_core::secret::Secret;

use super::KeyError;
use super::algorithm::Algorithm;
use super::der;
use crate::jwk::{Curve, Jwk, Material, Operation};

/// A key, parsed, that verifies under one algorithm and no other ([RFC 8725 §3.1]).
///
/// [RFC 8725 §3.1]: https://www.rfc-editor.org/rfc/rfc8725#section-3.1
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    id: Option<String>,
    parsed: Parsed,
}

#[derive(Clone)]
enum Parsed {
    Hmac(Box<hmac::Key>),
    Public(ParsedPublicKey),
}

impl VerifyingKey {
    /// Takes a public key in PEM (`PUBLIC KEY` or `RSA PUBLIC KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        Self::from_der(algorithm, &der::from_pem(pem, der::PUBLIC)?)
    }

    /// Takes a public key in DER (`SubjectPublicKeyInfo`, or PKCS #1 for RSA).
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        Self::from_jwk(algorithm, &der::public_key(der)?)
    }

    /// Takes a JWK; of a private one, the public part.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it, or why it is not for this algorithm.
    pub fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Result<Self, KeyError> {
        jwk.check_purpose(algorithm, Operation::Verify)?;
        let parsed = match jwk.material() {
            Material::Ec { curve, .. } if algorithm == curve.algorithm() => {
                Parsed::Public(ParsedPublicKey::new(ecdsa(*curve), jwk.point()).map_err(rejected)?)
            }
            Material::Oct { k } if algorithm.is_symmetric() => Parsed::Hmac(hmac(algorithm, k)?),
            Material::Okp { x, .. } if algorithm == Algorithm::EdDsa => {
                Parsed::Public(ParsedPublicKey::new(&ED25519, x).map_err(rejected)?)
            }
            Material::Rsa { n, e, .. } => Parsed::Public(
                RsaPublicKeyComponents { n, e }
                    .to_parsed_public_key(rsa(algorithm).ok_or(KeyError::Rejected)?)
                    .map_err(rejected)?,
            ),
            _ => return Err(KeyError::Rejected),
        };
        let id = jwk.id.clone();
        Ok(Self {
            algorithm,
            id,
            parsed,
        })
    }

    /// Takes a shared secret, such as a client secret, for an HMAC.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] if it is shorter than the hash ([RFC 7518 §3.2]),
    /// [`KeyError::Rejected`] if the algorithm is no HMAC.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    pub fn from_secret(algorithm: Algorithm, secret: &Secret) -> Result<Self, KeyError> {
        Ok(Self {
            algorithm,
            id: None,
            parsed: Parsed::Hmac(hmac(algorithm, secret.expose().as_bytes())?),
        })
    }

    /// Names the key, as `kid` does.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Returns the one algorithm it is for.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns its name.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Tells whether this is the key's signature of the message; HMACs in constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.parsed {
            Parsed::Hmac(key) => hmac::verify(key, message, signature).is_ok(),
            Parsed::Public(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("alg", &self.algorithm)
            .field("kid", &self.id)
            .finish_non_exhaustive()
    }
}

/// Makes an HMAC key, whose keyed state is kept.
pub(super) fn hmac(algorithm: Algorithm, secret: &[u8]) -> Result<Box<hmac::Key>, KeyError> {
    let (function, bits) = match algorithm {
        Algorithm::Hs256 => (hmac::HMAC_SHA256, 256),
        Algorithm::Hs384 => (hmac::HMAC_SHA384, 384),
        Algorithm::Hs512 => (hmac::HMAC_SHA512, 512),
        _ => return Err(KeyError::Rejected),
    };
    // RFC 7518 §3.2: a key of the size of the hash or larger MUST be used.
    if secret.len() * 8 < bits {
        return Err(KeyError::TooShort { bits });
    }
    Ok(Box::new(hmac::Key::new(function, secret)))
}

fn ecdsa(curve: Curve) -> &'static dyn VerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED,
        Curve::P521 => &ECDSA_P521_SHA512_FIXED,
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static RsaParameters> {
    match algorithm {
        Algorithm::Ps256 => Some(&RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_2048_8192_SHA512),
        Algorithm::Rs256 => Some(&RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_2048_8192_SHA512),
        _ => None,
    }
}

fn rejected<E>(_: E) -> KeyError {
    KeyError::Rejected
}
