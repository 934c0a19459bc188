//! Private keys by which a client proves who it is, or for whom it speaks: PEM or JWK, in a file.

use std::path::Path;

use tripod_oauth2::jose::KeyError;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jwk::Jwk;

use crate::account::input;
use crate::failure::CallFailed;
use crate::secret_source::read_text;

/// What each kind of key usually signs under.
const USUAL: [Algorithm; 5] = [
    Algorithm::Rs256,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

/// Reads a key; if no algorithm is named, it signs under what the file says or its kind suggests.
pub(crate) fn read(path: &Path, algorithm: Option<&str>) -> Result<SigningKey, CallFailed> {
    let unusable =
        |error: KeyError| input(format!("`{}` is no usable key: {error}", path.display()));
    let text = read_text(path)?;
    let jwk = match text.expose().trim_start().starts_with('{') {
        true => Some(Jwk::parse(text.expose().as_bytes()).map_err(unusable)?),
        false => None,
    };
    let own = jwk.as_ref().and_then(|jwk| jwk.algorithm.as_deref());
    let algorithms = match algorithm.or(own) {
        Some(name) => vec![named(name)?],
        None => USUAL.to_vec(),
    };
    let key = |algorithm| match &jwk {
        Some(jwk) => SigningKey::from_jwk(algorithm, jwk),
        None => SigningKey::from_pem(algorithm, &text),
    };
    let mut worst = KeyError::Rejected;
    for algorithm in algorithms {
        match key(algorithm) {
            Ok(key) => return Ok(key),
            // It may be a key of another kind; what else is wrong says more.
            Err(KeyError::Rejected) => {}
            Err(error) => worst = error,
        }
    }
    Err(unusable(worst))
}

fn named(name: &str) -> Result<Algorithm, CallFailed> {
    let known = Algorithm::parse(name).filter(|algorithm| !algorithm.is_symmetric());
    known.ok_or_else(|| {
        let names = Algorithm::ASYMMETRIC.map(Algorithm::as_str).join(", ");
        input(format!("no key signs under `{name}`; there are {names}"))
    })
}
