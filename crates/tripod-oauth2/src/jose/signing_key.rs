//! The key that signs.

use std::fmt;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPairComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::Value;
use tripod_core::secret::Secret;

use super::algorithm::Algorithm;
use super::claims::Claims;
use super::signer::Signer;
use super::verifying_key::VerifyingKey;
use super::{KeyError, base64url, der, verifying_key};
use crate::jwk::{Curve, Jwk, Material, Operation, RsaPrivate};

/// A private key or a shared secret, parsed, that signs under one algorithm.
///
/// `Debug` shows its algorithm and its name; the key itself is wiped when it is dropped.
pub struct SigningKey {
    algorithm: Algorithm,
    parsed: Parsed,
    public: Option<Jwk>,
    id: Option<String>,
    certificate: Option<String>,
}

enum Parsed {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Elsewhere {
        signer: Box<dyn Signer>,
        verifying: VerifyingKey,
    },
    Hmac(Box<hmac::Key>),
    Rsa(RsaKeyPair),
}

impl SigningKey {
    /// Takes a private key in PEM (`PRIVATE KEY`, `RSA PRIVATE KEY` or `EC PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn from_pem(algorithm: Algorithm, pem: &Secret) -> Result<Self, KeyError> {
        Self::from_der(algorithm, &der::from_pem(pem.expose(), der::PRIVATE)?)
    }

    /// Takes a private key in DER: PKCS #8, PKCS #1 for RSA, or SEC 1 for ECDSA.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it.
    pub fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let parsed = match Curve::of(algorithm) {
            Some(curve) => EcdsaKeyPair::from_private_key_der(ecdsa(curve), der).map(Parsed::Ec),
            None if algorithm == Algorithm::EdDsa => {
                Ed25519KeyPair::from_pkcs8(der).map(Parsed::Ed)
            }
            None => RsaKeyPair::from_pkcs8(der)
                .or_else(|_| RsaKeyPair::from_der(der))
                .map(Parsed::Rsa),
        };
        Self::new(algorithm, parsed.map_err(|_| KeyError::Rejected)?)
    }

    /// Takes a private JWK, its name included.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says what is wrong with it, or why it is not for this algorithm.
    pub fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Result<Self, KeyError> {
        jwk.check_purpose(algorithm, Operation::Sign)?;
        let parsed = match jwk.material() {
            Material::Ec { curve, d, .. } if algorithm == curve.algorithm() => {
                let d = d.as_ref().ok_or(KeyError::Public)?;
                EcdsaKeyPair::from_private_key_and_public_key(ecdsa(*curve), d, &jwk.point())
                    .map(Parsed::Ec)
            }
            Material::Oct { k } if algorithm.is_symmetric() => {
                Ok(Parsed::Hmac(verifying_key::hmac(algorithm, k)?))
            }
            Material::Okp { x, d } if algorithm == Algorithm::EdDsa => {
                let d = d.as_ref().ok_or(KeyError::Public)?;
                Ed25519KeyPair::from_seed_and_public_key(d, x).map(Parsed::Ed)
            }
            Material::Rsa { n, e, private } => {
                let private = private.as_ref().ok_or(KeyError::Public)?;
                RsaKeyPair::from_components(&components(n, e, private)).map(Parsed::Rsa)
            }
            _ => return Err(KeyError::Rejected),
        };
        let mut key = Self::new(algorithm, parsed.map_err(|_| KeyError::Rejected)?)?;
        if let Some(id) = &jwk.id {
            key = key.with_id(id);
        }
        Ok(key)
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
        let key = verifying_key::hmac(algorithm, secret.expose().as_bytes())?;
        Self::new(algorithm, Parsed::Hmac(key))
    }

    /// Takes whatever signs with a private key that is kept elsewhere.
    ///
    /// Each signature is verified before it is given away, so that no token leaves that nobody accepts.
    ///
    /// # Errors
    ///
    /// [`KeyError`] says why its public key is not for its algorithm.
    pub fn from_signer(signer: impl Signer + 'static) -> Result<Self, KeyError> {
        let algorithm = signer.algorithm();
        // A shared secret has no public key.
        let public = signer.public_jwk().to_public().ok_or(KeyError::Rejected)?;
        let parsed = Parsed::Elsewhere {
            signer: Box::new(signer),
            verifying: VerifyingKey::from_jwk(algorithm, &public)?,
        };
        let key = Self::new(algorithm, parsed)?;
        Ok(match public.id {
            Some(id) => key.with_id(id),
            None => key,
        })
    }

    fn new(algorithm: Algorithm, parsed: Parsed) -> Result<Self, KeyError> {
        let public = match &parsed {
            Parsed::Ec(pair) => Jwk::from_point(pair.public_key().as_ref()).map(Some),
            Parsed::Ed(pair) => Jwk::from_ed25519(pair.public_key().as_ref()).map(Some),
            Parsed::Elsewhere { signer, .. } => Ok(signer.public_jwk().to_public()),
            Parsed::Hmac(_) => Ok(None),
            Parsed::Rsa(_) if rsa(algorithm).is_none() => Err(KeyError::Rejected),
            Parsed::Rsa(pair) => {
                let RsaPublicKeyComponents { n, e } = pair.public_key().into();
                Jwk::from_rsa(n, e).map(Some)
            }
        }?;
        Ok(Self {
            algorithm,
            parsed,
            public: public.map(|key| key.for_signatures(algorithm)),
            id: None,
            certificate: None,
        })
    }

    /// Names the key: the header will say so in `kid`.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        let id = id.into();
        if let Some(public) = &mut self.public {
            public.id = Some(id.clone());
        }
        self.id = Some(id);
        self
    }

    /// Names the certificate of the key by its SHA-256: the header will say so in `x5t#S256`.
    #[must_use]
    pub fn with_certificate_thumbprint(mut self, sha256: [u8; 32]) -> Self {
        self.certificate = Some(base64url::encode(sha256));
        self
    }

    /// Signs claims into a token of a media type, which is written without `application/`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the cryptographic library cannot.
    pub fn sign(&self, media_type: &str, claims: &Claims) -> Result<Secret, KeyError> {
        self.sign_with(media_type, None, claims)
    }

    /// Signs and puts the public key into the header, for whoever proves that it has the other.
    pub(crate) fn sign_with(
        &self,
        media_type: &str,
        embedded: Option<&Jwk>,
        claims: &Claims,
    ) -> Result<Secret, KeyError> {
        let header = Claims::new()
            .with("alg", self.algorithm.as_str())
            .with("typ", media_type)
            .with_some("kid", self.id.as_deref().filter(|_| embedded.is_none()))
            .with_some("x5t#S256", self.certificate.as_deref())
            .with_some(
                "jwk",
                embedded.map(|key| Value::from(key.thumbprint_members())),
            );
        let mut token = base64url::encode(header.encode());
        token.push('.');
        base64url::encode_to(claims.encode(), &mut token);
        let signature = self.signature(token.as_bytes())?;
        token.push('.');
        base64url::encode_to(signature, &mut token);
        Ok(Secret::new(token))
    }

    pub(super) fn signature(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let chance = SystemRandom::new();
        let signature = match &self.parsed {
            Parsed::Ec(pair) => pair.sign(&chance, message).map(|s| s.as_ref().to_vec()),
            Parsed::Ed(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Parsed::Elsewhere { signer, verifying } => {
                return signed_elsewhere(&**signer, verifying, message);
            }
            Parsed::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Parsed::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let encoding = rsa(self.algorithm).ok_or(KeyError::Rejected)?;
                pair.sign(encoding, &chance, message, &mut signature)
                    .map(|()| signature)
            }
        };
        signature.map_err(|_| KeyError::Signing)
    }

    /// Returns the algorithm it signs under.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Returns its name.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the public key for publishing, with name and algorithm; a shared secret has none.
    #[must_use]
    pub const fn public_jwk(&self) -> Option<&Jwk> {
        self.public.as_ref()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.algorithm)
            .field("kid", &self.id)
            .finish_non_exhaustive()
    }
}

fn signed_elsewhere(
    signer: &dyn Signer,
    verifying: &VerifyingKey,
    message: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let signature = signer.sign(message)?;
    if verifying.verifies(message, &signature) {
        Ok(signature)
    } else {
        Err(KeyError::Signature)
    }
}

fn components<'a>(
    n: &'a [u8],
    e: &'a [u8],
    private: &'a RsaPrivate,
) -> KeyPairComponents<&'a [u8]> {
    KeyPairComponents {
        public_key: RsaPublicKeyComponents { n, e },
        d: &private.d,
        p: &private.p,
        q: &private.q,
        dP: &private.dp,
        dQ: &private.dq,
        qInv: &private.qi,
    }
}

fn ecdsa(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
    }
}

fn rsa(algorithm: Algorithm) -> Option<&'static dyn RsaEncoding> {
    match algorithm {
        Algorithm::Ps256 => Some(&RSA_PSS_SHA256),
        Algorithm::Ps384 => Some(&RSA_PSS_SHA384),
        Algorithm::Ps512 => Some(&RSA_PSS_SHA512),
        Algorithm::Rs256 => Some(&RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Some(&RSA_PKCS1_SHA384),
        Algorithm::Rs512 => Some(&RSA_PKCS1_SHA512),
        _ => None,
    }
}
