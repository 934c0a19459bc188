//! Where the processes have their vault.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::vault::Vault;

pub(crate) enum Place {
    File(TempDir),
}

impl Place {
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// A vault as another process would open it.
    pub(crate) fn open(&self) -> Vault {
        open(&self.describe())
    }

    /// One line, from which a child opens the same vault.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::File(directory) => format!("file {}", directory.path().display()),
        }
    }

    /// How soon the lock of a process that was killed must be free.
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Self::File(_) => Duration::ZERO,
        }
    }

    /// What killed processes leave behind does not add up.
    pub(crate) fn check_tidy(&self, entries: usize) {
        match self {
            Self::File(directory) => {
                let names = std::fs::read_dir(directory.path()).unwrap();
                let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
                // The vault, its key, two lock places; and for each entry one that was cut off.
                assert!(names.len() <= 4 + entries, "{names:?}");
            }
        }
    }
}

pub(crate) fn open(description: &str) -> Vault {
    let words: Vec<_> = description.split(' ').collect();
    match *words.as_slice() {
        ["file", directory] => {
            let path = PathBuf::from(directory).join("default.vault");
            Vault::file(FileOptions::at(path).key(KeySource::KeyFile))
        }
        _ => panic!("{description}"),
    }
}
