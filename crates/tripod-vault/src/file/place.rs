//! Which files a vault consists of.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::file::private;
use crate::key::Key;

/// The path of a vault, and of what stands beside it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    vault: PathBuf,
}

impl Place {
    /// Takes the path; where it is a symbolic link, the vault is what it leads to.
    pub(crate) fn new(path: &Path) -> Self {
        let vault = path
            .canonicalize()
            .or_else(|_| std::path::absolute(path))
            .unwrap_or_else(|_| path.to_owned());
        Self { vault }
    }

    pub(crate) fn vault(&self) -> &Path {
        &self.vault
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.beside("", ".key")
    }

    pub(crate) fn directory(&self) -> &Path {
        match self.vault.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        }
    }

    /// The lock of one entry.
    pub(crate) fn lock(&self, key: &Key) -> PathBuf {
        self.locks().join(format!("{}.lock", digest(key)))
    }

    /// The lock of the file as a whole, for the moment in which it is replaced.
    pub(crate) fn whole_lock(&self) -> PathBuf {
        self.locks().join("vault.lock")
    }

    /// The next vault while an entry's new document is awaited.
    pub(crate) fn next(&self, key: &Key) -> PathBuf {
        self.beside(".", &format!(".{}.new", digest(key)))
    }

    /// The next vault while it is replaced as a whole.
    pub(crate) fn whole_next(&self) -> PathBuf {
        self.beside(".", ".new")
    }

    /// Makes the directories that are missing, closed to others, and checks that they are.
    pub(crate) fn prepare(&self) -> Result<(), Error> {
        private::create_directory(self.directory())?;
        private::create_directory(&self.locks())
    }

    fn locks(&self) -> PathBuf {
        self.beside("", ".locks")
    }

    fn beside(&self, before: &str, after: &str) -> PathBuf {
        let mut name = std::ffi::OsString::from(before);
        name.push(self.vault.file_name().unwrap_or_default());
        name.push(after);
        self.directory().join(name)
    }
}

/// A key may hold what file names may not, and differ from another by case alone.
fn digest(key: &Key) -> String {
    let digest: [u8; 32] = Sha256::digest(key.as_str()).into();
    digest[..16]
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}
