//! What stands in the database in place of a token: its SHA-256.

use std::fmt;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq as _;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

/// A token as its holder has it. It is given out once, and nothing here keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainToken(Secret);

impl PlainToken {
    /// Draws a token of 256 random bits.
    #[must_use]
    pub fn generate(random: &mut impl Random) -> Self {
        let mut drawn = [0; 32];
        random.fill(&mut drawn);
        Self(Secret::new(BASE64_URL_SAFE_NO_PAD.encode(drawn)))
    }

    /// Returns what the database may hold of it.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::of(&self.0)
    }

    /// Returns the token as a secret, to look at.
    #[must_use]
    pub const fn as_secret(&self) -> &Secret {
        &self.0
    }

    /// Turns it into a secret, to give out.
    #[must_use]
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

/// The SHA-256 of a token, a name or another identifier: the key of a record.
///
/// Machine secrets have 256 random bits, so that a plain digest of them tells nothing: no password
/// hash is needed, nor would one be quick enough.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle([u8; 32]);

impl Handle {
    /// Digests what somebody presented or was given.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        Self::of_octets(secret.expose().as_bytes())
    }

    /// Digests a name that is no secret, or several that are one only together.
    #[must_use]
    pub fn of_names<const N: usize>(names: [&str; N]) -> Self {
        let mut hash = digest::Context::new(&digest::SHA256);
        for name in names {
            // Lengths keep `ab`, `c` apart from `a`, `bc`.
            hash.update(&name.len().to_be_bytes());
            hash.update(name.as_bytes());
        }
        Self::from_digest(&hash.finish())
    }

    /// Takes the octets of a handle, as storage keeps them.
    #[must_use]
    pub const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// Returns the octets, for storage.
    #[must_use]
    pub const fn as_octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time: for secrets that are not looked up but compared.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    fn of_octets(octets: &[u8]) -> Self {
        Self::from_digest(&digest::digest(&digest::SHA256, octets))
    }

    fn from_digest(digest: &digest::Digest) -> Self {
        Self(digest.as_ref().try_into().expect("SHA-256 has 32 octets"))
    }
}

/// Writes base64url; a handle is no secret, since nothing can be presented in its place.
impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({self})")
    }
}

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let octets = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        octets
            .and_then(|octets| octets.try_into().ok())
            .map(Self)
            .ok_or_else(|| de::Error::custom("a handle is 32 octets in base64url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_the_sha_256_of_the_token() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hex: String = Handle::of(&Secret::from("abc"))
            .as_octets()
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(hex, abc);
    }

    #[test]
    fn names_do_not_run_into_each_other() {
        assert_ne!(Handle::of_names(["ab", "c"]), Handle::of_names(["a", "bc"]));
    }

    #[test]
    fn a_handle_survives_json() {
        let handle = Handle::of(&Secret::from("token"));
        let json = serde_json::to_string(&handle).unwrap();
        assert_eq!(serde_json::from_str::<Handle>(&json).unwrap(), handle);
        assert!(serde_json::from_str::<Handle>("\"AAAA\"").is_err());
    }

    #[test]
    fn a_token_shows_nowhere() {
        let token = PlainToken::generate(&mut |octets: &mut [u8]| octets.fill(7));
        assert_eq!(token.as_secret().expose().len(), 43);
        assert_eq!(format!("{token:?}"), "PlainToken(Secret(..))");
    }
}
