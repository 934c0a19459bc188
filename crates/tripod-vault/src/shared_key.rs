//! The key that several hosts need to share a vault.

use std::path::Path;

use tripod_core::random::Random;
use tripod_core::secret::Secret;

use crate::error::Error;
use crate::file::key_file;
use crate::seal::{Header, Origin, RootKey, Salt, Seal};

/// A key for a vault outside of this host, such as a database.
///
/// Its text is a line for each key: the first seals, and all of them open. So a key is replaced by
/// giving every host the new one as a second line, then moving it to the first.
///
/// ```
/// use tripod_vault::shared_key::SharedKey;
///
/// let mut random = |octets: &mut [u8]| octets.fill(4); // from your random source, not this one
/// let key = SharedKey::generate(&mut random);
/// assert!(SharedKey::parse(&key.to_text()).is_some());
/// ```
#[derive(Debug)]
pub struct SharedKey {
    first: RootKey,
    others: Vec<RootKey>,
}

impl SharedKey {
    /// Draws a new key.
    #[must_use]
    pub fn generate(random: &mut impl Random) -> Self {
        Self {
            first: RootKey::generate(random),
            others: Vec::new(),
        }
    }

    /// Reads the text of a key; nothing if it is none.
    #[must_use]
    pub fn parse(text: &Secret) -> Option<Self> {
        Self::of(key_file::parse(text.expose())?)
    }

    /// Reads a key file, which only this user may read.
    ///
    /// # Errors
    ///
    /// [`Error`] if it is missing, open to others, or holds no key.
    pub fn read(path: &Path) -> Result<Self, Error> {
        Self::of(key_file::load(path)?).ok_or_else(|| Error::KeyMalformed {
            path: path.to_owned(),
        })
    }

    /// Reads a key file, and makes it if it is missing.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), or if it cannot be made.
    pub fn read_or_create(path: &Path) -> Result<Self, Error> {
        key_file::load_or_create(path)?;
        Self::read(path)
    }

    /// Writes the key as text, for a key file or another host.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        let mut text = String::new();
        for key in std::iter::once(&self.first).chain(&self.others) {
            text.push_str(key.to_text().expose());
            text.push('\n');
        }
        Secret::new(text)
    }

    /// What seals a new text.
    pub(crate) fn seal(&self, salt: Salt) -> Seal {
        Seal {
            origin: Origin::Given,
            salt,
            key: self.first.clone(),
        }
    }

    /// What opens a text with this header.
    pub(crate) fn find(&self, header: &Header) -> Option<Seal> {
        let keys = std::iter::once(&self.first).chain(&self.others);
        let mut seals = keys.map(|key| Seal {
            origin: Origin::Given,
            salt: header.salt,
            key: key.clone(),
        });
        seals.find(|seal| seal.matches(header))
    }

    fn of(keys: Vec<RootKey>) -> Option<Self> {
        let mut keys = keys.into_iter();
        Some(Self {
            first: keys.next()?,
            others: keys.collect(),
        })
    }
}
