//! Private keys that are kept elsewhere: in a security module, at a key service, in another library.

use super::KeyError;
use super::algorithm::Algorithm;
use crate::jwk::Jwk;

/// Signs with a private key that is kept elsewhere.
///
/// [`SigningKey::from_signer`] makes a key of it for everything that is signed here: tokens, client
/// assertions, DPoP proofs, request objects.
///
/// ```
/// use tripod_oauth2::jose::algorithm::Algorithm;
/// use tripod_oauth2::jose::signing_key::SigningKey;
/// use tripod_oauth2::jose::{KeyError, signer::Signer};
/// use tripod_oauth2::jwk::Jwk;
///
/// # struct Service;
/// # impl Service {
/// #     fn sign(&self, _key: &str, _message: &[u8]) -> Result<Vec<u8>, ()> { Err(()) }
/// # }
/// struct InService {
///     service: Service,
///     public: Jwk,
/// }
///
/// impl Signer for InService {
///     fn algorithm(&self) -> Algorithm {
///         Algorithm::Es256
///     }
///
///     fn public_jwk(&self) -> Jwk {
///         self.public.clone()
///     }
///
///     fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
///         self.service.sign("key-1", message).map_err(|_| KeyError::Signing)
///     }
/// }
///
/// // The public key is the one of RFC 7517 A.1.
/// let public = Jwk::parse(br#"{"kty":"EC","crv":"P-256","kid":"1",
///     "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
///     "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#)?;
/// let key = SigningKey::from_signer(InService { service: Service, public })?;
/// assert_eq!(key.id(), Some("1"));
/// # Ok::<(), KeyError>(())
/// ```
///
/// [`SigningKey::from_signer`]: super::signing_key::SigningKey::from_signer
pub trait Signer: Send + Sync {
    /// Returns the algorithm that it signs under.
    fn algorithm(&self) -> Algorithm;

    /// Returns the public key, with its name if it has one.
    fn public_jwk(&self) -> Jwk;

    /// Signs octets, of which nothing is hashed yet.
    ///
    /// A signature is written as [RFC 7518 §3] has it: by ECDSA it is `r` and `s`, one behind the
    /// other and of the same length, where modules and services often give DER. Whoever signs waits for
    /// it: if that takes a request across the network, a thread of its own is the place.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if it cannot. Why that is only the signer can tell, and log.
    ///
    /// [RFC 7518 §3]: https://www.rfc-editor.org/rfc/rfc7518#section-3
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

#[cfg(test)]
mod tests {
    use tripod_core::secret::Secret;

    use super::*;
    use crate::jose::claims::Claims;
    use crate::jose::compact::Compact;
    use crate::jose::key_set::KeySet;
    use crate::jose::signing_key::SigningKey;
    use crate::jose::verifying_key::VerifyingKey;

    // RFC 7515 A.3.1.
    const EC: &str = r#"{"kty":"EC","crv":"P-256","kid":"ec",
        "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

    // RFC 8037 A.1.
    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519",
        "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    /// A module that has a key, and says of it what it is told to.
    struct Module {
        algorithm: Algorithm,
        public: Jwk,
        sign: fn(&[u8]) -> Result<Vec<u8>, KeyError>,
    }

    impl Signer for Module {
        fn algorithm(&self) -> Algorithm {
            self.algorithm
        }

        fn public_jwk(&self) -> Jwk {
            self.public.clone()
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
            (self.sign)(message)
        }
    }

    fn jwk(text: &str) -> Jwk {
        Jwk::parse(text.as_bytes()).unwrap()
    }

    fn by_ec(message: &[u8]) -> Result<Vec<u8>, KeyError> {
        SigningKey::from_jwk(Algorithm::Es256, &jwk(EC))?.signature(message)
    }

    fn by_ed(message: &[u8]) -> Result<Vec<u8>, KeyError> {
        SigningKey::from_jwk(Algorithm::EdDsa, &jwk(ED))?.signature(message)
    }

    fn module(
        algorithm: Algorithm,
        public: &str,
        sign: fn(&[u8]) -> Result<Vec<u8>, KeyError>,
    ) -> Result<SigningKey, KeyError> {
        SigningKey::from_signer(Module {
            algorithm,
            public: jwk(public),
            sign,
        })
    }

    fn signed(key: &SigningKey) -> Result<Secret, KeyError> {
        key.sign("JWT", &Claims::new().with("sub", "alice"))
    }

    #[test]
    fn a_token_verifies_that_was_signed_elsewhere() {
        for (algorithm, text, sign) in [
            (Algorithm::Es256, EC, by_ec as fn(&[u8]) -> _),
            (Algorithm::EdDsa, ED, by_ed),
        ] {
            let key = module(algorithm, text, sign).unwrap();
            let token = signed(&key).unwrap();
            let public = key.public_jwk().unwrap();
            assert_eq!(public.algorithm.as_deref(), Some(algorithm.as_str()));
            let verifying = VerifyingKey::from_jwk(algorithm, public).unwrap();
            let compact = Compact::parse(token.expose()).unwrap();
            assert_eq!(compact.header().key_id(), jwk(text).id.as_deref());
            let claims = compact.verify(&KeySet::from(verifying)).unwrap();
            assert_eq!(claims.text("sub").unwrap(), "alice");
        }
    }

    #[test]
    fn a_signer_that_shows_its_private_key_does_not_publish_it() {
        let key = module(Algorithm::Es256, EC, by_ec).unwrap();
        assert!(!key.public_jwk().unwrap().is_private());
    }

    #[test]
    fn a_key_of_another_type_is_refused() {
        let secret = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8"}"#;
        let for_encryption = EC.replace("{\"kty\"", "{\"use\":\"enc\",\"kty\"");
        for (algorithm, public) in [
            (Algorithm::Es384, EC),
            (Algorithm::Rs256, EC),
            (Algorithm::Es256, ED),
            (Algorithm::Hs256, EC),
            (Algorithm::Hs256, secret),
            (Algorithm::Es256, &for_encryption),
        ] {
            assert!(module(algorithm, public, by_ec).is_err(), "{algorithm}");
        }
    }

    #[test]
    fn a_signature_that_does_not_verify_is_never_given() {
        let der = |message: &[u8]| {
            let signature = by_ec(message)?;
            let (r, s) = signature.split_at(32);
            Ok([&[0x30, 68, 2, 32], r, &[2, 32], s].concat())
        };
        let of_something_else = |_: &[u8]| by_ec(b"something else");
        let nothing = |_: &[u8]| Ok(Vec::new());
        for sign in [der, of_something_else, nothing] {
            let key = module(Algorithm::Es256, EC, sign).unwrap();
            assert_eq!(signed(&key).unwrap_err(), KeyError::Signature);
        }
    }

    #[test]
    fn a_signer_that_cannot_is_heard() {
        let away = |_: &[u8]| Err(KeyError::Signing);
        let key = module(Algorithm::Es256, EC, away).unwrap();
        assert_eq!(signed(&key).unwrap_err(), KeyError::Signing);
    }
}
