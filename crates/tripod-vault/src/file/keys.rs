//! Where the key of a vault file comes from.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tripod_core::random::Random;

use crate::edge::Edge;
use crate::error::Error;
use crate::file::key_file;
use crate::file::place::Place;
use crate::file::{AskPassphrase, Asking, FileOptions, KeySource};
use crate::seal::{Cost, Header, Origin, RootKey, Salt, Seal};

#[cfg_attr(feature = "keyring", path = "keys/keyring.rs")]
#[cfg_attr(not(feature = "keyring"), path = "keys/no_keyring.rs")]
mod keyring;

/// Finds and makes the key of one vault, and remembers it.
pub(crate) struct Keys {
    key_file: PathBuf,
    /// Whether other vaults may use the same key file.
    is_shared: bool,
    vault: PathBuf,
    passphrase: Option<AskPassphrase>,
    known: Mutex<Option<Arc<Seal>>>,
}

impl Keys {
    pub(crate) fn new(options: &FileOptions, place: &Place) -> Self {
        Self {
            key_file: options.key_file.clone().unwrap_or_else(|| place.key_file()),
            is_shared: options.key_file.is_some(),
            vault: place.vault().to_owned(),
            passphrase: options.passphrase.clone(),
            known: Mutex::default(),
        }
    }

    /// Finds the key that a vault was sealed with.
    pub(crate) fn find(&self, header: &Header) -> Result<Arc<Seal>, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seal) = known.as_ref().filter(|seal| seal.matches(header)) {
            return Ok(Arc::clone(seal));
        }
        let (candidates, key) = match header.origin {
            Origin::Given => (Vec::new(), KeySource::KeyFile),
            Origin::KeyFile => (key_file::load(&self.key_file)?, KeySource::KeyFile),
            Origin::Keyring => {
                let key = keyring::load(&self.account(&header.salt))?;
                (vec![key], KeySource::Keyring)
            }
            Origin::Passphrase(cost) => {
                let key = self.ask(Asking::ToOpen, &header.salt, cost)?;
                (vec![key], KeySource::Passphrase)
            }
        };
        let seals = candidates.into_iter().map(|key| Seal {
            origin: header.origin,
            salt: header.salt,
            key,
        });
        let mut seals = seals.filter(|seal| seal.matches(header));
        let seal = Arc::new(seals.next().ok_or_else(|| Error::WrongKey {
            place: self.vault.display().to_string(),
            key,
        })?);
        *known = Some(Arc::clone(&seal));
        Ok(seal)
    }

    /// Makes a key for a new vault, and keeps it where it can be found again.
    pub(crate) fn create(&self, source: KeySource) -> Result<Arc<Seal>, Error> {
        self.make(source, key_file::load_or_create)
    }

    /// Makes a new key for a vault that is there; the old one can still be found.
    pub(crate) fn renew(&self, source: KeySource) -> Result<Arc<Seal>, Error> {
        self.make(source, key_file::add)
    }

    /// Keeps in mind what a vault was just sealed with.
    pub(crate) fn remember(&self, seal: &Arc<Seal>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some(Arc::clone(seal));
    }

    /// Throws away what an earlier seal needed, once the vault has this one.
    ///
    /// A key that stays is a nuisance and no danger, so failures do not matter.
    pub(crate) fn forget(&self, old: &Seal, new: &Seal) {
        if old.origin == Origin::Keyring {
            keyring::remove(&self.account(&old.salt));
        }
        if self.is_shared || old.origin != Origin::KeyFile {
            return;
        }
        let _ = match new.origin {
            Origin::KeyFile => key_file::keep_only(&self.key_file, &new.key),
            _ => key_file::remove(&self.key_file),
        };
    }

    fn make(
        &self,
        source: KeySource,
        in_file: fn(&std::path::Path) -> Result<RootKey, Error>,
    ) -> Result<Arc<Seal>, Error> {
        let mut salt = Salt::default();
        Edge.fill(&mut salt);
        let (origin, key) = match source {
            KeySource::KeyFile => (Origin::KeyFile, in_file(&self.key_file)?),
            KeySource::Keyring => (Origin::Keyring, self.create_in_keyring(&salt)?),
            KeySource::Passphrase => {
                let cost = Cost::RECOMMENDED;
                let key = self.ask(Asking::ToCreate, &salt, cost)?;
                (Origin::Passphrase(cost), key)
            }
            KeySource::Automatic => match self.create_in_keyring(&salt) {
                Ok(key) => (Origin::Keyring, key),
                Err(_) => (Origin::KeyFile, in_file(&self.key_file)?),
            },
        };
        Ok(Arc::new(Seal { origin, salt, key }))
    }

    fn create_in_keyring(&self, salt: &Salt) -> Result<RootKey, Error> {
        let key = RootKey::generate(&mut Edge);
        keyring::store(&self.account(salt), &key)?;
        Ok(key)
    }

    fn ask(&self, asking: Asking, salt: &Salt, cost: Cost) -> Result<RootKey, Error> {
        let answer = self.passphrase.as_ref().and_then(|ask| ask(asking));
        let passphrase = answer.ok_or_else(|| Error::PassphraseNeeded {
            path: self.vault.clone(),
        })?;
        Ok(RootKey::derive(&passphrase, salt, cost))
    }

    /// The name of the key in the keyring: a vault that is made anew gets another.
    fn account(&self, salt: &Salt) -> String {
        let salt: String = salt.iter().map(|octet| format!("{octet:02x}")).collect();
        format!("{} {salt}", self.vault.display())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("key_file", &self.key_file)
            .field("vault", &self.vault)
            .finish_non_exhaustive()
    }
}
