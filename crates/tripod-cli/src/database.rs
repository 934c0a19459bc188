//! The database of the provider, and the key that goes with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tripod_core::clock::Clock as _;
use tripod_core::random::Random;
use tripod_provider::artefact::SigningKey;
use tripod_provider::edge;
use tripod_provider::seal::{Purpose, Sealer};
use tripod_provider::storage::{self, OpenError, Selector, Storage};
use tripod_provider::store::Store;

use crate::edge::Edge;
use crate::exit::Exit;
use crate::key_file::{self, KeyFileError};

/// Where the database is, and the key that goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// What [`storage::open`] takes.
    address: String,
    /// `None` is a key that is forgotten with the process, as the database is.
    key_file: Option<PathBuf>,
}

/// Storage that is open, and what opens what it holds sealed.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) sealer: Sealer,
}

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    #[error("cannot make the folder of the database `{}`", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("there is no home directory to put the database in: say where, by --database PATH")]
    Homeless,
    #[error(transparent)]
    Key(#[from] KeyFileError),
    #[error(
        "the database has secrets, and the key file `{}` that opens them is gone: restore it, or \
         say where it is by --key-file FILE",
        path.display()
    )]
    KeyGone { path: PathBuf },
    #[error("cannot open the database{}", hint(source))]
    Open { source: OpenError },
    #[error("the database does not answer")]
    Storage(#[from] storage::Error),
    #[error(
        "the key file `{}` is not the one that the database was written with: say which is, by \
         --key-file FILE",
        path.display()
    )]
    WrongKey { path: PathBuf },
}

impl DatabaseError {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Homeless => Exit::Usage,
            Self::Key(KeyFileError::Permissions { .. }) | Self::WrongKey { .. } => Exit::Security,
            Self::Open { source } => match source {
                OpenError::Storage(_) => Exit::Unexpected,
                _ => Exit::Usage,
            },
            Self::Folder { .. } | Self::Key(_) | Self::KeyGone { .. } | Self::Storage(_) => {
                Exit::Unexpected
            }
        }
    }
}

const fn hint(error: &OpenError) -> &'static str {
    match error {
        OpenError::Storage(_) => {
            "; see that its server runs, or that the file can be written and no other program \
             holds it"
        }
        _ => "",
    }
}

impl Database {
    /// Takes an address, or the place where the user's data are.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Homeless`] if there is no such place.
    pub(crate) fn new(
        address: Option<&str>,
        key_file: Option<&Path>,
    ) -> Result<Self, DatabaseError> {
        let address = match address {
            Some(address) => address.to_owned(),
            None => format!("sqlite:{}", data_folder()?.join("provider.db").display()),
        };
        let key_file = match (key_file, path_of(&address)) {
            (Some(file), _) => Some(file.to_owned()),
            (None, _) if address == "memory:" => None,
            (None, Some(path)) => Some(path.with_extension("key")),
            (None, None) => Some(data_folder()?.join("provider.key")),
        };
        Ok(Self { address, key_file })
    }

    /// Takes the one that is forgotten with the process.
    pub(crate) fn memory(key_file: Option<&Path>) -> Self {
        Self {
            address: "memory:".to_owned(),
            key_file: key_file.map(Path::to_owned),
        }
    }

    /// Tells whether it is forgotten with the process.
    pub(crate) fn is_memory(&self) -> bool {
        self.address == "memory:"
    }

    /// Returns where it is in words, without what the address of a server may hold.
    pub(crate) fn place(&self) -> String {
        match path_of(&self.address) {
            Some(path) => path.display().to_string(),
            None if self.is_memory() => "in memory".to_owned(),
            None => "PostgreSQL".to_owned(),
        }
    }

    /// Opens it with its key, which is drawn if there is nothing that it would have to open.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`] says what to do.
    pub(crate) async fn open(&self, random: &mut impl Random) -> Result<Opened, DatabaseError> {
        if let Some(folder) = path_of(&self.address).and_then(Path::parent)
            && !folder.as_os_str().is_empty()
        {
            key_file::make_folder(folder).map_err(|source| DatabaseError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let storage = storage::open(&self.address).await;
        let storage = storage.map_err(|source| DatabaseError::Open { source })?;
        let store = Store::new(Arc::clone(&storage), edge::Edge::new(|| Edge.now(), chance));
        let keys = store.all::<SigningKey>(Selector::All).await?;
        let sealer = self.sealer(!keys.is_empty(), random)?;
        for key in &keys {
            let opened = sealer.open(Purpose::SigningKey, &key.id, &key.private);
            if opened.is_err() {
                let path = self.key_file.clone().unwrap_or_default();
                return Err(DatabaseError::WrongKey { path });
            }
        }
        Ok(Opened { storage, sealer })
    }

    fn sealer(&self, has_secrets: bool, random: &mut impl Random) -> Result<Sealer, DatabaseError> {
        let Some(path) = &self.key_file else {
            let key = Sealer::generate_key(random);
            return Ok(Sealer::new(&key).expect("a key that was drawn is one"));
        };
        match key_file::read(path)? {
            Some(sealer) => Ok(sealer),
            None if has_secrets => Err(DatabaseError::KeyGone { path: path.clone() }),
            None => Ok(key_file::create(path, &mut Edge)?),
        }
    }
}

fn chance(octets: &mut [u8]) {
    Edge.fill(octets);
}

/// Returns where the user's data are: `$XDG_DATA_HOME/tripod`.
pub(crate) fn data_folder() -> Result<PathBuf, DatabaseError> {
    use etcetera::BaseStrategy as _;

    let strategy = etcetera::choose_base_strategy().map_err(|_| DatabaseError::Homeless)?;
    Ok(strategy.data_dir().join("tripod"))
}

/// Returns the file of an address that is one of SQLite.
fn path_of(address: &str) -> Option<&Path> {
    let path = address.strip_prefix("sqlite:").unwrap_or(address);
    let is_server = address.starts_with("postgres") && address.contains("://");
    (!is_server && address != "memory:").then(|| Path::new(path.strip_prefix("//").unwrap_or(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lies_beside_the_database() {
        for (address, key) in [
            ("/a/provider.db", "/a/provider.key"),
            ("sqlite:/a/provider.db", "/a/provider.key"),
            ("sqlite:///a/b", "/a/b.key"),
        ] {
            let database = Database::new(Some(address), None).unwrap();
            assert_eq!(database.key_file.unwrap(), Path::new(key), "{address}");
        }
        let given = Database::new(Some("/a/b"), Some(Path::new("/c"))).unwrap();
        assert_eq!(given.key_file.unwrap(), Path::new("/c"));
        assert!(
            Database::new(Some("memory:"), None)
                .unwrap()
                .key_file
                .is_none()
        );
    }

    #[test]
    fn the_place_of_a_server_is_not_shown() {
        let address = "postgres://user:sentinel@host/db";
        let database = Database::new(Some(address), Some(Path::new("/k"))).unwrap();
        assert_eq!(database.place(), "PostgreSQL");
    }
}
