//! Where the processes have their vault.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::vault::Vault;

pub(crate) enum Place {
    File(TempDir),
    #[cfg(feature = "postgres")]
    Postgres(crate::server::Table),
}

#[cfg(feature = "postgres")]
impl Drop for Place {
    fn drop(&mut self) {
        let Self::Postgres(table) = self else {
            return;
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(table.drop_it());
    }
}

impl Place {
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn postgres() -> Option<Self> {
        Some(Self::Postgres(crate::server::Server::find()?.table()))
    }

    /// A vault as another process would open it.
    pub(crate) fn open(&self) -> Vault {
        match self {
            Self::File(_) => open(&self.describe(0)),
            #[cfg(feature = "postgres")]
            Self::Postgres(table) => table.open("one"),
        }
    }

    /// One line, from which a child opens the same vault; every second one is on another host.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, reason = "a file is on one host")
    )]
    pub(crate) fn describe(&self, child: usize) -> String {
        match self {
            Self::File(directory) => format!("file {}", directory.path().display()),
            #[cfg(feature = "postgres")]
            Self::Postgres(table) => table.describe(["one", "other"][child % 2]),
        }
    }

    /// How soon the lock of a process that was killed must be free.
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Self::File(_) => Duration::ZERO,
            // The server has to notice that the connection is gone.
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Duration::from_secs(5),
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
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {}
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
        #[cfg(feature = "postgres")]
        ["postgres", ..] => crate::server::open(description),
        _ => panic!("{description}"),
    }
}
