//! Making a key.
//!
//! AWS-LC draws keys, and what ECDSA needs for each signature, from its own generator, which no caller
//! can replace: this is the one kind of chance that does not come in through [`Edge`], unless that
//! repeats a run.
//!
//! [`Edge`]: crate::edge::Edge

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use tripod_core::secret::Secret;
use tripod_oauth2::jose;
use tripod_oauth2::jose::algorithm::Algorithm;

use crate::artefact::SigningKey;
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::storage::Error;

mod seeded;

/// Makes a key that is yet to sign, on a thread where it stops nobody: RSA takes its time.
pub(super) async fn key(
    provider: &Provider,
    algorithm: Algorithm,
    generation: u32,
) -> Result<SigningKey, Error> {
    let unavailable = |source| Error::unavailable("be given a new signing key", source);
    let edge = provider.random();
    let draw = move || match edge.is_seeded() {
        true => seeded::private_key(algorithm, edge),
        false => private_key(algorithm),
    };
    let private = tokio::task::spawn_blocking(draw)
        .await
        .map_err(|source| Error::unavailable("be given a new signing key", source))?
        .map_err(unavailable)?;
    let der = octets(&private).expect("what was just encoded can be decoded");
    let key = jose::signing_key::SigningKey::from_der(algorithm, &der)
        .map_err(|source| Error::unavailable("be given a new signing key", source))?;
    let public = key.public_jwk().expect("a key pair has a public key");
    let mut public = public.clone();
    // RFC 7638: a name that follows from the key, so that no two keys have the same.
    let id = public.thumbprint();
    public.id = Some(id.clone());
    let mut random = provider.random();
    let sealed = provider
        .sealer()
        .seal(Purpose::SigningKey, &id, &private, &mut random);
    let json = public
        .to_public_json()
        .expect("a public key may be published");
    let now = provider.now();
    Ok(SigningKey::new(
        id,
        algorithm.as_str(),
        generation,
        sealed,
        json,
        now,
    ))
}

/// Opens and parses a key.
pub(super) fn open(
    provider: &Provider,
    record: &SigningKey,
) -> Result<jose::signing_key::SigningKey, Error> {
    let doing = "open a signing key: is this the server key that it was sealed with?";
    let private = provider
        .sealer()
        .open(Purpose::SigningKey, &record.id, &record.private)
        .map_err(|source| Error::unavailable(doing, source))?;
    let key = Algorithm::parse(&record.algorithm)
        .zip(octets(&private))
        .map(|(algorithm, der)| match provider.random().is_seeded() {
            true => seeded::signing_key(algorithm, &der),
            false => jose::signing_key::SigningKey::from_der(algorithm, &der),
        });
    match key {
        Some(Ok(key)) => Ok(key.with_id(&record.id)),
        _ => Err(Error::unavailable("read a signing key", Unspecified)),
    }
}

fn encode(der: &[u8]) -> Secret {
    Secret::new(BASE64_URL_SAFE_NO_PAD.encode(der))
}

fn private_key(algorithm: Algorithm) -> Result<Secret, Unspecified> {
    if algorithm == Algorithm::Es256 {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        return Ok(encode(pair.to_pkcs8v1()?.as_ref()));
    }
    let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let der: Pkcs8V1Der<'_> = pair.as_der()?;
    Ok(encode(der.as_ref()))
}

fn octets(private: &Secret) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(private.expose()).ok()
}
