//! What was sent as the signature: which hash it is of, and how it is written.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use tripod_core::percent;

use super::Mistake;

/// The octets of a signature, with what is wrong about them.
pub(crate) struct Digest {
    pub(super) octets: Vec<u8>,
    pub(super) hash: Hash,
    pub(super) mistakes: Vec<Mistake>,
}

/// The hash of a MAC, or that it is no MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Rsa,
    Sha1,
    Sha256,
    Sha512,
}

const ENCODING: &str = "oauth1/signature/encoding";
const OTHER_HASH: &str = "oauth1/signature/other-hash";

impl Digest {
    /// Reads a signature however it is written.
    pub(crate) fn read(signature: &str, method: &str) -> Option<Self> {
        let (octets, form) = read(signature)?;
        let is_rsa = method.starts_with("RSA");
        let hash = match octets.len() {
            20 => Hash::Sha1,
            32 => Hash::Sha256,
            64 if !is_rsa => Hash::Sha512,
            64 | 128 | 256 | 384 | 512 | 1024 => Hash::Rsa,
            _ => return None,
        };
        let mut mistakes: Vec<_> = form
            .map(|words| Mistake::new(ENCODING, words))
            .into_iter()
            .collect();
        mistakes.extend(other_hash(hash, method));
        Some(Self {
            octets,
            hash,
            mistakes,
        })
    }
}

fn other_hash(hash: Hash, method: &str) -> Option<Mistake> {
    let found = match hash {
        Hash::Sha1 => "HMAC-SHA1",
        Hash::Sha256 => "HMAC-SHA256",
        Hash::Sha512 => "HMAC-SHA512",
        Hash::Rsa => "RSA",
    };
    let fits = match method {
        "HMAC-SHA1" | "HMAC-SHA256" | "HMAC-SHA512" => found == method,
        method if method.starts_with("RSA-") => hash == Hash::Rsa,
        // A method of one's own may be anything.
        _ => true,
    };
    let words = format!("{found}, though `oauth_signature_method` says {method}");
    (!fits).then(|| Mistake::new(OTHER_HASH, words))
}

/// Decodes the text in the ways in which it may have been written.
fn read(signature: &str) -> Option<(Vec<u8>, Option<&'static str>)> {
    let is_digest =
        |octets: &Vec<u8>| matches!(octets.len(), 20 | 32 | 64 | 128 | 256 | 384 | 512 | 1024);
    let standard = |text: &str| {
        engine(&alphabet::STANDARD)
            .decode(text)
            .ok()
            .filter(is_digest)
    };
    if let Some(octets) = standard(signature) {
        let padding = !signature.len().is_multiple_of(4);
        return Some((
            octets,
            padding.then_some("a digest in base64 without its padding"),
        ));
    }
    if let Some(octets) = hex(signature).filter(is_digest) {
        return Some((
            octets,
            Some("a digest in hexadecimal digits, not in base64"),
        ));
    }
    if let Some(octets) = engine(&alphabet::URL_SAFE)
        .decode(signature)
        .ok()
        .filter(is_digest)
    {
        return Some((octets, Some("a digest in the URL-safe alphabet of base64")));
    }
    if let Some(octets) = standard(&signature.replace(' ', "+")) {
        return Some((
            octets,
            Some("a signature whose `+` was not escaped, so that it arrives as a space"),
        ));
    }
    if let Some(octets) = standard(signature.trim()) {
        return Some((octets, Some("white space around the signature")));
    }
    let decoded = percent::decode(signature)
        .ok()
        .filter(|octets| octets.len() < signature.len());
    let decoded = decoded.and_then(|octets| String::from_utf8(octets.into_owned()).ok());
    if let Some(octets) = decoded.and_then(|text| standard(&text)) {
        return Some((octets, Some("a signature that was percent-encoded twice")));
    }
    let inner = engine(&alphabet::STANDARD).decode(signature).ok()?;
    let octets = hex(std::str::from_utf8(&inner).ok()?).filter(is_digest)?;
    Some((
        octets,
        Some("a digest in hexadecimal digits that were base64-encoded"),
    ))
}

const fn engine(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|pair| percent::escaped(pair)).collect()
}

/// A key whose inner and outer states are computed once.
pub(super) enum KeyedMac {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl KeyedMac {
    pub(super) fn new(hash: Hash, key: &[u8]) -> Option<Self> {
        Some(match hash {
            Hash::Sha1 => Self::Sha1(Hmac::new_from_slice(key).ok()?),
            Hash::Sha256 => Self::Sha256(Hmac::new_from_slice(key).ok()?),
            Hash::Sha512 => Self::Sha512(Hmac::new_from_slice(key).ok()?),
            Hash::Rsa => return None,
        })
    }

    pub(super) fn yields(&self, text: &str, octets: &[u8]) -> bool {
        match self {
            Self::Sha1(mac) => mac.clone().chain_update(text).verify_slice(octets).is_ok(),
            Self::Sha256(mac) => mac.clone().chain_update(text).verify_slice(octets).is_ok(),
            Self::Sha512(mac) => mac.clone().chain_update(text).verify_slice(octets).is_ok(),
        }
    }
}
