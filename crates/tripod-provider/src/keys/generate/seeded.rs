//! Keys that are the same in each run: for tests alone, since whoever knows the seed has them.

use std::convert::Infallible;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey as P256};
use p256::pkcs8::DecodePrivateKey as _;
use rand_core::{TryCryptoRng, TryRng};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use tripod_core::random::Random as _;
use tripod_core::secret::Secret;
use tripod_oauth2::jose::KeyError;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signer::Signer;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::Jwk;

use super::encode;
use crate::edge::Edge;

const BITS: usize = 2048;

/// Draws a private key, in PKCS#8.
pub(super) fn private_key(algorithm: Algorithm, edge: Edge) -> Result<Secret, Unspecified> {
    if algorithm == Algorithm::Es256 {
        return elliptic(edge);
    }
    let key = RsaPrivateKey::new(&mut Drawn(edge), BITS).map_err(|_| Unspecified)?;
    let der = key.to_pkcs8_der().map_err(|_| Unspecified)?;
    Ok(encode(der.as_bytes()))
}

/// One number in 2^32 is none for a key of this curve: then the next is drawn.
fn elliptic(mut edge: Edge) -> Result<Secret, Unspecified> {
    let mut number = [0; 32];
    let private = loop {
        edge.fill(&mut number);
        if let Ok(private) = PrivateKey::from_private_key(&ECDH_P256, &number) {
            break private;
        }
    };
    let public = private.compute_public_key()?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        &number,
        public.as_ref(),
    );
    let pair = pair.map_err(|_| Unspecified)?;
    Ok(encode(pair.to_pkcs8v1()?.as_ref()))
}

/// Parses a private key, such as [`private_key`] draws, whose signatures repeat, too.
pub(super) fn signing_key(algorithm: Algorithm, der: &[u8]) -> Result<SigningKey, KeyError> {
    let key = SigningKey::from_der(algorithm, der)?;
    if algorithm != Algorithm::Es256 {
        return Ok(key);
    }
    SigningKey::from_signer(Repeating::new(&key, der)?)
}

/// A key that draws nothing for a signature, where AWS-LC does ([RFC 6979]).
///
/// [RFC 6979]: https://www.rfc-editor.org/rfc/rfc6979
struct Repeating {
    private: P256,
    public: Jwk,
}

impl Repeating {
    fn new(key: &SigningKey, der: &[u8]) -> Result<Self, KeyError> {
        let public = key.public_jwk().ok_or(KeyError::Rejected)?;
        Ok(Self {
            private: P256::from_pkcs8_der(der).map_err(|_| KeyError::Rejected)?,
            public: public.clone(),
        })
    }
}

impl Signer for Repeating {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature: Signature = self
            .private
            .try_sign(message)
            .map_err(|_| KeyError::Signing)?;
        Ok(signature.to_bytes().to_vec())
    }
}

/// The random source in the shape in which the `rsa` crate wants it.
struct Drawn(Edge);

impl TryRng for Drawn {
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

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    use tripod_oauth2::jose::claims::Claims;
    use tripod_oauth2::jose::compact::Compact;
    use tripod_oauth2::jose::key_set::KeySet;
    use tripod_oauth2::jose::verifying_key::VerifyingKey;

    use super::*;

    // RFC 6979 A.2.5.
    const X: &str = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    const UX: &str = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
    const UY: &str = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

    /// The signatures with SHA-256: message, `r` and `s`.
    const SIGNED: [(&str, &str, &str); 2] = [
        (
            "sample",
            "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            "test",
            "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ];

    fn octets(hex: &str) -> Vec<u8> {
        let digits: Vec<_> = hex.chars().map(|it| it.to_digit(16).unwrap()).collect();
        let pairs = digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]);
        pairs.map(|octet| u8::try_from(octet).unwrap()).collect()
    }

    /// The key of the RFC, written by AWS-LC.
    fn der() -> Vec<u8> {
        let point = [vec![4], octets(UX), octets(UY)].concat();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &octets(X), &point);
        pair.unwrap().to_pkcs8v1().unwrap().as_ref().to_vec()
    }

    #[test]
    fn a_signature_is_the_one_of_the_rfc() {
        let key = SigningKey::from_der(Algorithm::Es256, &der()).unwrap();
        let key = Repeating::new(&key, &der()).unwrap();
        for (message, r, s) in SIGNED {
            let due = [octets(r), octets(s)].concat();
            assert_eq!(key.sign(message.as_bytes()).unwrap(), due, "{message}");
        }
    }

    #[test]
    fn a_token_is_signed_the_same_again_and_verifies() {
        let claims = Claims::new().with("sub", "alice");
        let keys = [(); 2].map(|()| signing_key(Algorithm::Es256, &der()).unwrap());
        let [first, again] = keys.map(|key| key.sign("JWT", &claims).unwrap());
        assert_eq!(first.expose(), again.expose());
        let key = SigningKey::from_der(Algorithm::Es256, &der()).unwrap();
        let public = key.public_jwk().unwrap();
        let public = VerifyingKey::from_jwk(Algorithm::Es256, public).unwrap();
        let compact = Compact::parse(first.expose()).unwrap();
        assert_eq!(compact.verify(&KeySet::from(public)).unwrap(), claims);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
            assert!(signing_key(algorithm, b"no key").is_err());
        }
        assert!(signing_key(Algorithm::Rs256, &der()).is_err());
    }
}
