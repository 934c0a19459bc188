//! Keys that are the same in each run: for tests alone, since whoever knows the seed has them.

use std::convert::Infallible;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rand_core::{TryCryptoRng, TryRng};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use tripod_core::random::Random as _;
use tripod_core::secret::Secret;
use tripod_oauth2::jose::algorithm::Algorithm;

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
