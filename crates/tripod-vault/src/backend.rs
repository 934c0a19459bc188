//! The stores behind a vault, seen as one.

use std::sync::Arc;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::entry::Entry;
use crate::error::Error;
use crate::file::{self, KeySource};
use crate::key::Key;
use crate::memory::{self, Memory};
#[cfg(feature = "postgres")]
use crate::postgres;
use crate::wait::{Contended, Holder};

#[derive(Clone, Debug)]
pub(crate) enum Backend {
    File(Arc<file::Store>),
    Memory(Arc<Memory>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<postgres::Store>),
}

impl Backend {
    pub(crate) async fn read(&self, key: &Key) -> Result<Option<Entry>, Error> {
        match self {
            Self::File(file) => file.read(key).await,
            Self::Memory(memory) => Ok(memory.read(key)),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.read(key).await,
        }
    }

    pub(crate) async fn list(&self) -> Result<Vec<Key>, Error> {
        match self {
            Self::File(file) => file.list().await,
            Self::Memory(memory) => Ok(memory.list()),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.list().await,
        }
    }

    /// Waits for the lock, for ever if need be; dropping the future leaves no lock behind.
    pub(crate) async fn lock(&self, key: &Key, contended: &Contended) -> Result<Held, Error> {
        match self {
            Self::File(file) => Ok(Held::File(file.lock(key, contended).await?)),
            Self::Memory(memory) => Ok(Held::Memory(memory.lock(key, contended).await)),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => {
                let held = postgres.lock(key, contended).await?;
                Ok(Held::Postgres(held))
            }
        }
    }

    /// Who holds the lock, as far as that can be found out.
    pub(crate) async fn holder(&self, key: &Key) -> Option<Holder> {
        match self {
            Self::File(file) => file.holder(key).await,
            Self::Memory(memory) => memory.holder(key),
            #[cfg(feature = "postgres")]
            Self::Postgres(postgres) => postgres.holder(key).await,
        }
    }

    /// Encrypts everything with a new key.
    pub(crate) async fn rekey(&self, source: KeySource) -> Result<(), Error> {
        let Self::File(file) = self else {
            return Err(Error::Unsupported {
                what: "locking with a new key",
            });
        };
        file.rekey(source).await
    }
}

/// An entry that this task alone may change; dropping it lets go of the lock.
#[derive(Debug)]
pub(crate) enum Held {
    File(file::Held),
    Memory(memory::Held),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Held),
}

impl Held {
    /// Reads the entry again, and makes sure that a new one could be written.
    pub(crate) async fn read(self) -> Result<(Self, Option<Entry>), Error> {
        match self {
            Self::File(held) => {
                let (held, entry) = held.read().await?;
                Ok((Self::File(held), entry))
            }
            Self::Memory(held) => {
                let entry = held.read();
                Ok((Self::Memory(held), entry))
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(mut held) => {
                let entry = held.read().await?;
                Ok((Self::Postgres(held), entry))
            }
        }
    }

    /// Writes the document durably, or removes the entry, and lets go of the lock.
    pub(crate) async fn write(
        self,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        match self {
            Self::File(held) => held.write(document, now).await,
            Self::Memory(held) => Ok(held.write(document, now)),
            #[cfg(feature = "postgres")]
            Self::Postgres(held) => held.write(document, now).await,
        }
    }

    /// Lets go of the lock and changes nothing; by dropping it, that may take a moment longer.
    pub(crate) async fn release(self) {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(held) => held.release().await,
            held => drop(held),
        }
    }
}
