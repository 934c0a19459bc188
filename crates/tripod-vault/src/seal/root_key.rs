//! The key from which all others are derived.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use zeroize::Zeroizing;

use super::header::Cost;

/// Drawn for each store, so that one key does not mean one cipher.
pub(crate) type Salt = [u8; 16];

/// Tells one key from another without telling it.
pub(crate) type Check = [u8; 16];

/// How the text of a key begins, so that nobody takes it for something else.
const PREFIX: &str = "tripod-vault-key-1.";

/// 256 bits that open a store.
#[derive(Clone)]
pub(crate) struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    pub(crate) fn generate(random: &mut (impl Random + ?Sized)) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(key.as_mut_slice());
        Self(key)
    }

    /// Derives a key from a passphrase by Argon2id (RFC 9106).
    ///
    /// The cost comes from a header that was checked, or is our own.
    pub(crate) fn derive(passphrase: &Secret, salt: &Salt, cost: Cost) -> Self {
        let params = Params::new(cost.memory_kib, cost.iterations, cost.lanes, Some(32))
            .expect("the cost lies within the limits of Argon2");
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), salt, key.as_mut_slice())
            .expect("salt and key have lengths that Argon2 allows");
        Self(key)
    }

    /// Reads the text of a key; nothing if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let encoded = text.trim().strip_prefix(PREFIX)?;
        let octets = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        Some(Self(Zeroizing::new(octets.as_slice().try_into().ok()?)))
    }

    /// Writes the key as a line of text, for a key file or a keyring.
    pub(crate) fn to_text(&self) -> Secret {
        let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0));
        Secret::new(format!("{PREFIX}{}", *encoded))
    }

    pub(crate) fn encryption_key(&self, salt: &Salt) -> [u8; 32] {
        self.hmac(b"encryption", salt)
    }

    pub(crate) fn check(&self, salt: &Salt) -> Check {
        let check = self.hmac(b"check", salt);
        *check.first_chunk().expect("32 octets begin with 16")
    }

    fn hmac(&self, purpose: &[u8], salt: &Salt) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes keys of any length");
        mac.update(b"tripod-vault ");
        mac.update(purpose);
        mac.update(b"\0");
        mac.update(salt);
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory_kib: 64,
        iterations: 1,
        lanes: 1,
    };

    #[test]
    fn the_text_of_a_key_is_read_again() {
        let key = RootKey::generate(&mut |octets: &mut [u8]| octets.fill(0xfb));
        let text = key.to_text();
        assert_eq!(
            text.expose(),
            "tripod-vault-key-1.-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"
        );
        let read = RootKey::parse(&format!(" {}\r\n", text.expose())).unwrap();
        assert_eq!(*read.0, *key.0);
        assert!(!format!("{key:?}").contains("251"));
    }

    #[test]
    fn other_texts_are_no_keys() {
        for text in [
            "",
            "tripod-vault-key-1.",
            "tripod-vault-key-1.-_v7",
            "tripod-vault-key-2.-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s",
            "-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s",
            "tripod-vault-key-1.-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7",
        ] {
            assert!(RootKey::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_key_differs_by_passphrase_salt_and_purpose() {
        let derive = |passphrase: &str, salt| RootKey::derive(&passphrase.into(), &salt, CHEAP);
        let key = derive("a", [1; 16]);
        assert_eq!(*key.0, *derive("a", [1; 16]).0);
        assert_ne!(*key.0, *derive("b", [1; 16]).0);
        assert_ne!(*key.0, *derive("a", [2; 16]).0);
        assert_ne!(key.check(&[1; 16]), key.check(&[2; 16]));
        assert_ne!(key.check(&[1; 16]), key.encryption_key(&[1; 16])[..16]);
    }
}
