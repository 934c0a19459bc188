//! A vault in one encrypted file.
//!
//! | file | what it is |
//! |---|---|
//! | `default.vault` | every entry, sealed with XChaCha20-Poly1305; mode 0600 |
//! | `default.vault.key` | the key, where it is kept in a file; mode 0600 |
//! | `default.vault.locks/` | an empty file for each lock; they may stay |
//! | `.default.vault.….new` | the next vault while it is written; replaced atomically |
//!
//! The key comes from the keyring of the operating system (feature `keyring`), from a key file
//! beside the vault, or from a passphrase by Argon2id. A key file keeps the tokens from those who
//! get hold of the vault alone, such as a backup of it or a disk image; not from whoever can read
//! all files of the user.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tripod_core::secret::Secret;

use crate::edge;
use crate::error::Error;

mod contents;
pub(crate) mod key_file;
mod keys;
mod lock_file;
mod place;
mod private;
mod replacement;
mod store;

pub(crate) use store::{Held, Store};

/// Where a vault file is and how it is locked.
///
/// ```
/// use tripod_vault::file::{FileOptions, KeySource};
/// use tripod_vault::vault::Vault;
///
/// let options = FileOptions::at("/srv/app/tokens.vault").key(KeySource::KeyFile);
/// let vault = Vault::file(options);
/// ```
#[derive(Clone)]
pub struct FileOptions {
    pub(crate) path: PathBuf,
    pub(crate) key: KeySource,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) passphrase: Option<AskPassphrase>,
}

pub(crate) type AskPassphrase = Arc<dyn Fn(Asking) -> Option<Secret> + Send + Sync>;

impl FileOptions {
    /// Puts the vault into this file, which need not exist yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            key: KeySource::Automatic,
            key_file: None,
            passphrase: None,
        }
    }

    /// Puts the vault where this user's programs keep their data.
    ///
    /// That is `tripod/default.vault` in the XDG data directory: `~/.local/share`, or what
    /// `XDG_DATA_HOME` says; on Windows in the user's `AppData`.
    ///
    /// # Errors
    ///
    /// [`Error::NoHome`] if the user has none.
    pub fn user() -> Result<Self, Error> {
        let data = edge::user_data_directory().ok_or(Error::NoHome)?;
        Ok(Self::at(data.join("tripod").join("default.vault")))
    }

    /// Says where the key of a new vault comes from; an existing one knows.
    #[must_use]
    pub fn key(self, key: KeySource) -> Self {
        Self { key, ..self }
    }

    /// Names the key file, if it is not the file beside the vault that ends in `.key`.
    ///
    /// Several vaults may share one. It is made if it does not exist.
    #[must_use]
    pub fn key_file(self, path: impl Into<PathBuf>) -> Self {
        Self {
            key_file: Some(path.into()),
            ..self
        }
    }

    /// Asks this for the passphrase, once in a process, if the vault is locked with one.
    ///
    /// It is called on a thread that may block. Nothing means that there is nobody to ask.
    #[must_use]
    pub fn passphrase(
        self,
        ask: impl Fn(Asking) -> Option<Secret> + Send + Sync + 'static,
    ) -> Self {
        Self {
            passphrase: Some(Arc::new(ask)),
            ..self
        }
    }

    /// Returns the path of the vault.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for FileOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileOptions")
            .field("path", &self.path)
            .field("key", &self.key)
            .field("key_file", &self.key_file)
            .finish_non_exhaustive()
    }
}

/// Where the key of a vault comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeySource {
    /// The keyring where there is one that can be used, else a key file.
    Automatic,
    /// A file of mode 0600.
    KeyFile,
    /// The keyring of the operating system; needs the feature `keyring`.
    Keyring,
    /// A passphrase, by Argon2id.
    Passphrase,
}

/// What a passphrase is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asking {
    /// For a new vault: ask twice.
    ToCreate,
    /// For a vault that is there.
    ToOpen,
}
