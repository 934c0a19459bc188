//! Encryption under the server's key: what must be readable again, here and by nobody else.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tripod_core::random::Random;
use tripod_core::secret::Secret;

/// Seals and opens under keys that are derived from one server key, a key for each purpose.
///
/// AES-256-GCM-SIV, whose nonce may be random however much is sealed. During a change of the server
/// key the former one still opens.
#[derive(Clone)]
pub struct Sealer {
    current: Prk,
    former: Vec<Prk>,
}

/// What something is sealed for: nothing opens for another purpose than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// A browser's way through sign-in and consent, in a form.
    Flow,
    /// A refresh answer that may have to be given again.
    Retry,
    /// A shared secret at rest.
    Secret,
    /// Who is signed in, in a cookie.
    Session,
    /// A private key at rest.
    SigningKey,
}

impl Purpose {
    const fn info(self) -> &'static [u8] {
        match self {
            Self::Flow => b"tripod flow 1",
            Self::Retry => b"tripod retry 1",
            Self::Secret => b"tripod secret 1",
            Self::Session => b"tripod session 1",
            Self::SigningKey => b"tripod signing key 1",
        }
    }
}

/// Something sealed, in base64url: as good in a database as in a form or a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(String);

impl Sealed {
    /// Takes what came back from a form or a cookie; nothing of it is believed yet.
    pub fn received(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, to write into a form or a cookie.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is sealed does not open: made up, changed, for another purpose or under another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("what was sealed does not open")]
#[non_exhaustive]
pub struct Unsealable;

/// The server key has to be 32 random octets in base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a server key is 32 random octets in base64url without padding")]
#[non_exhaustive]
pub struct MalformedKey;

impl Sealer {
    /// Takes the server key, 32 octets in base64url.
    ///
    /// # Errors
    ///
    /// [`MalformedKey`] if it is not that.
    pub fn new(server_key: &Secret) -> Result<Self, MalformedKey> {
        Ok(Self {
            current: derive(server_key)?,
            former: Vec::new(),
        })
    }

    /// Adds a former server key, which opens what was sealed under it.
    ///
    /// # Errors
    ///
    /// [`MalformedKey`] if it is none.
    pub fn with_former(mut self, server_key: &Secret) -> Result<Self, MalformedKey> {
        self.former.push(derive(server_key)?);
        Ok(self)
    }

    /// Draws a server key.
    #[must_use]
    pub fn generate_key(random: &mut impl Random) -> Secret {
        let mut drawn = [0; 32];
        random.fill(&mut drawn);
        Secret::new(BASE64_URL_SAFE_NO_PAD.encode(drawn))
    }

    /// Derives a key for a use of its own, such as DPoP nonces, in base64url.
    #[must_use]
    pub fn derive_key(&self, info: &[u8]) -> Secret {
        Secret::new(BASE64_URL_SAFE_NO_PAD.encode(expand(&self.current, info)))
    }

    /// Seals a secret, bound to a context: what it is, and whose.
    #[must_use]
    pub fn seal(
        &self,
        purpose: Purpose,
        context: &str,
        secret: &Secret,
        random: &mut impl Random,
    ) -> Sealed {
        self.seal_octets(purpose, context, secret.expose().as_bytes(), random)
    }

    /// Opens a secret in the context that it was sealed in.
    ///
    /// # Errors
    ///
    /// [`Unsealable`] if anything of it differs.
    pub fn open(
        &self,
        purpose: Purpose,
        context: &str,
        sealed: &Sealed,
    ) -> Result<Secret, Unsealable> {
        let octets = self.open_octets(purpose, context, sealed)?;
        String::from_utf8(octets)
            .map(Secret::new)
            .map_err(|_| Unsealable)
    }

    /// Seals a value as JSON, bound to a context.
    #[must_use]
    pub fn seal_value<T: Serialize>(
        &self,
        purpose: Purpose,
        context: &str,
        value: &T,
        random: &mut impl Random,
    ) -> Sealed {
        let json = serde_json::to_vec(value).expect("what is sealed has text for keys");
        self.seal_octets(purpose, context, &json, random)
    }

    /// Opens a value in the context that it was sealed in.
    ///
    /// # Errors
    ///
    /// [`Unsealable`] if anything of it differs, or if it is of another type.
    pub fn open_value<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        context: &str,
        sealed: &Sealed,
    ) -> Result<T, Unsealable> {
        let octets = self.open_octets(purpose, context, sealed)?;
        serde_json::from_slice(&octets).map_err(|_| Unsealable)
    }

    fn seal_octets(
        &self,
        purpose: Purpose,
        context: &str,
        plain: &[u8],
        random: &mut impl Random,
    ) -> Sealed {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        let mut sealed = plain.to_vec();
        key(&self.current, purpose)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .expect("what is sealed is far shorter than the limit of the cipher");
        Sealed(BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    fn open_octets(
        &self,
        purpose: Purpose,
        context: &str,
        sealed: &Sealed,
    ) -> Result<Vec<u8>, Unsealable> {
        let octets = BASE64_URL_SAFE_NO_PAD
            .decode(&sealed.0)
            .map_err(|_| Unsealable)?;
        let (nonce, encrypted) = octets.split_first_chunk::<NONCE_LEN>().ok_or(Unsealable)?;
        let keys = std::iter::once(&self.current).chain(&self.former);
        keys.map(|server_key| {
            let mut opened = encrypted.to_vec();
            let nonce = Nonce::assume_unique_for_key(*nonce);
            let length = key(server_key, purpose)
                .open_in_place(nonce, Aad::from(context.as_bytes()), &mut opened)
                .ok()?
                .len();
            opened.truncate(length);
            Some(opened)
        })
        .find_map(|opened| opened)
        .ok_or(Unsealable)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

fn derive(server_key: &Secret) -> Result<Prk, MalformedKey> {
    let octets = BASE64_URL_SAFE_NO_PAD
        .decode(server_key.expose())
        .map_err(|_| MalformedKey)?;
    if octets.len() != 32 {
        return Err(MalformedKey);
    }
    Ok(Salt::new(HKDF_SHA256, b"tripod server key").extract(&octets))
}

fn key(server_key: &Prk, purpose: Purpose) -> LessSafeKey {
    let unbound = UnboundKey::new(&AES_256_GCM_SIV, &expand(server_key, purpose.info()))
        .expect("AES-256 takes 32 octets");
    LessSafeKey::new(unbound)
}

fn expand(server_key: &Prk, info: &[u8]) -> [u8; 32] {
    let mut octets = [0; 32];
    server_key
        .expand(&[info], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut octets))
        .expect("HKDF-SHA256 gives 32 octets");
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chance() -> impl Random {
        let mut next = 0_u8;
        move |octets: &mut [u8]| {
            next = next.wrapping_add(1);
            octets.fill(next);
        }
    }

    fn sealer(fill: u8) -> (Sealer, Secret) {
        let key = Sealer::generate_key(&mut |octets: &mut [u8]| octets.fill(fill));
        (Sealer::new(&key).unwrap(), key)
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let (sealer, _) = sealer(1);
        let secret = Secret::from("kd94hf93k423kf44");
        let sealed = sealer.seal(Purpose::Secret, "client a", &secret, &mut chance());
        assert!(!sealed.as_str().contains("kd94"));
        let open = |purpose, context| sealer.open(purpose, context, &sealed);
        assert_eq!(open(Purpose::Secret, "client a"), Ok(secret));
        assert_eq!(open(Purpose::Secret, "client b"), Err(Unsealable));
        assert_eq!(open(Purpose::Session, "client a"), Err(Unsealable));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let (sealer, _) = sealer(1);
        let sealed = sealer.seal_value(Purpose::Flow, "", &["a", "b"], &mut chance());
        for at in 0..sealed.as_str().len() {
            let mut text = sealed.as_str().as_bytes().to_vec();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            let changed = Sealed::received(String::from_utf8(text).unwrap());
            let opened = sealer.open_value::<Vec<String>>(Purpose::Flow, "", &changed);
            assert_eq!(opened, Err(Unsealable), "character {at}");
        }
        for text in ["", "A", "AAAA", "not base64!"] {
            let opened = sealer.open(Purpose::Flow, "", &Sealed::received(text));
            assert_eq!(opened, Err(Unsealable));
        }
    }

    #[test]
    fn a_former_key_opens_and_a_foreign_one_does_not() {
        let (old, old_key) = sealer(1);
        let (new, _) = sealer(2);
        let sealed = old.seal(Purpose::Secret, "", &Secret::from("x"), &mut chance());
        assert!(new.open(Purpose::Secret, "", &sealed).is_err());
        let new = new.with_former(&old_key).unwrap();
        assert!(new.open(Purpose::Secret, "", &sealed).is_ok());
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for text in ["", "c2hvcnQ", "not base64!"] {
            assert_eq!(Sealer::new(&Secret::from(text)).err(), Some(MalformedKey));
        }
    }
}
