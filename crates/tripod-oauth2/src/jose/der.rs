//! Keys in PEM and DER.

use aws_lc_rs::rsa;
use aws_lc_rs::signature::RsaPublicKeyComponents;
use zeroize::Zeroizing;

use super::KeyError;
use crate::jwk::Jwk;

/// The labels under which private keys stand in PEM.
pub(super) const PRIVATE: &[&str] = &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// The labels under which public keys stand in PEM.
pub(super) const PUBLIC: &[&str] = &["PUBLIC KEY", "RSA PUBLIC KEY"];

/// No key is longer: RSA with 8192 bits takes 6.4 kB.
const MAX_LENGTH: usize = 16 * 1024;

/// Takes the one key out of a PEM text; parameters that OpenSSL writes before it are passed over.
pub(super) fn from_pem(text: &str, labels: &[&str]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if text.len() > MAX_LENGTH {
        return Err(KeyError::TooLong);
    }
    let mut found = pem::parse_many(text)
        .map_err(|_| KeyError::NotPem)?
        .into_iter()
        .filter(|block| block.tag() != "EC PARAMETERS")
        .map(|block| {
            (
                block.tag().to_owned(),
                Zeroizing::new(block.into_contents()),
            )
        });
    let (label, contents) = found.next().ok_or(KeyError::NotPem)?;
    if found.next().is_some() {
        return Err(KeyError::NotPem);
    }
    if !labels.contains(&label.as_str()) {
        return Err(KeyError::PemLabel);
    }
    Ok(contents)
}

/// Reads a `SubjectPublicKeyInfo`, or the PKCS #1 form of an RSA key.
pub(super) fn public_key(der: &[u8]) -> Result<Jwk, KeyError> {
    if der.len() > MAX_LENGTH {
        return Err(KeyError::TooLong);
    }
    for prefix in [P256, P384, P521] {
        if let Some(point) = der.strip_prefix(prefix) {
            return Jwk::from_point(point);
        }
    }
    if let Some(x) = der.strip_prefix(ED25519) {
        return Jwk::from_ed25519(x);
    }
    let key = rsa::PublicKey::from_der(der).map_err(|_| KeyError::Rejected)?;
    let RsaPublicKeyComponents { n, e } = (&key).into();
    Jwk::from_rsa(n, e)
}

// What stands before the point in DER, which has one way to write it (RFC 5480 §2, RFC 8410 §4):
// a sequence of the algorithm's identifiers, and the head of a bit string.
const P256: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
const P384: &[u8] = b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
const P521: &[u8] = b"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
    \x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00";
const ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";
