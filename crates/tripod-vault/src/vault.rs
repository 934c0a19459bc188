//! The vault itself.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use tripod_core::clock::Clock;
use tripod_core::secret::Secret;

use crate::backend::Backend;
use crate::change::{Change, Since};
use crate::edge::Edge;
use crate::entry::{Entry, Revision};
use crate::error::{Error, UpdateError};
use crate::file::{self, FileOptions, KeySource};
use crate::key::Key;
use crate::memory::Memory;
#[cfg(feature = "postgres")]
use crate::postgres::{self, PostgresOptions};
use crate::wait::Wait;

mod blocking;

/// Documents by name, of which each is changed by one at a time.
///
/// Cloning is cheap, and clones are the same vault.
#[derive(Clone)]
pub struct Vault {
    backend: Backend,
    clock: Arc<dyn Clock + Send + Sync>,
}

impl Vault {
    /// Opens the vault of this user: [`FileOptions::user`] says where it is.
    ///
    /// # Errors
    ///
    /// [`Error::NoHome`] if the user has no home directory.
    pub fn user() -> Result<Self, Error> {
        Ok(Self::file(FileOptions::user()?))
    }

    /// Opens a vault in an encrypted file.
    ///
    /// Nothing is read or made before it is used; the first update makes the file.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "options are made for one vault, as for the other backends"
    )]
    pub fn file(options: FileOptions) -> Self {
        Self::new(Backend::File(Arc::new(file::Store::new(&options))))
    }

    /// Opens a vault in PostgreSQL, for several hosts.
    ///
    /// Nothing is connected to before it is used.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn postgres(options: PostgresOptions) -> Self {
        Self::new(Backend::Postgres(Arc::new(postgres::Store::new(options))))
    }

    /// Makes a vault that forgets everything with the process.
    #[must_use]
    pub fn memory() -> Self {
        Self::new(Backend::Memory(Arc::new(Memory::default())))
    }

    /// Takes the time of writing from this clock rather than from the operating system.
    #[must_use]
    pub fn clock(self, clock: impl Clock + Send + Sync + 'static) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    fn new(backend: Backend) -> Self {
        Self {
            backend,
            clock: Arc::new(Edge),
        }
    }

    /// Changes an entry under its lock, which holds across threads, processes and hosts.
    ///
    /// The lock is taken, the entry is read again, `change` runs its exchange and says what becomes
    /// of the entry, that is written durably, and the lock is let go of. The answer is what the
    /// vault now holds. While `change` runs, everybody else who updates this key waits, so that one
    /// refresh token is redeemed once. Entries of other keys are not held up. Before `change` runs,
    /// a file vault reserves the room that writing will need.
    ///
    /// Dropping the future lets go of the lock and leaves the old entry, unless it was just being
    /// written; then it is the new one. An exchange that must not be cut off half-way is spawned as
    /// a task of its own. `change` must not update the same key again: it would wait for itself.
    ///
    /// # Errors
    ///
    /// See [`UpdateError`]; it hands back a document that could not be written.
    pub async fn update<F, Fut, E>(
        &self,
        key: &Key,
        wait: impl Into<Wait>,
        change: F,
    ) -> Result<Option<Entry>, UpdateError<E>>
    where
        F: FnOnce(Option<Entry>) -> Fut,
        Fut: Future<Output = Result<Change, E>>,
    {
        let held = wait.into().lock(&self.backend, key).await?;
        let (held, found) = held.read().await?;
        let document = match change(found.clone()).await {
            Ok(Change::Remove) if found.is_some() => None,
            Ok(Change::Replace(document)) => Some(document),
            Ok(Change::Keep | Change::Remove) => {
                held.release().await;
                return Ok(found);
            }
            Err(error) => {
                held.release().await;
                return Err(UpdateError::Change(error));
            }
        };
        let written = match too_long(document.as_ref()) {
            Some(error) => Err(error),
            None => held.write(document.clone(), self.clock.now()).await,
        };
        written.map_err(|source| UpdateError::Unwritten { document, source })
    }

    /// Removes an entry, if it is still the one that was seen.
    ///
    /// The answer is what the vault now holds under the key: nothing, or the newer entry that
    /// somebody wrote meanwhile, which is left alone.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub async fn remove(
        &self,
        key: &Key,
        seen: Revision,
        wait: impl Into<Wait>,
    ) -> Result<Option<Entry>, Error> {
        let removed = self.update(key, wait, async |entry| {
            Ok::<_, Infallible>(match entry {
                Some(entry) if entry.revision == seen => Change::Remove,
                _ => Change::Keep,
            })
        });
        removed.await.map_err(UpdateError::into_error)
    }

    /// Reads an entry, without waiting for anybody.
    ///
    /// While an update of it is under way this is the entry before it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the vault cannot be read.
    pub async fn read(&self, key: &Key) -> Result<Option<Entry>, Error> {
        self.backend.read(key).await
    }

    /// Lists the keys, in order.
    ///
    /// # Errors
    ///
    /// [`Error`] if the vault cannot be read.
    pub async fn list(&self) -> Result<Vec<Key>, Error> {
        self.backend.list().await
    }

    /// Encrypts a vault file with a new key, from this source.
    ///
    /// The old key opens it until the new file has taken the place of the old, and is thrown away
    /// then; in a key file that was named by the options and may be shared, the old key stays.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if the vault is not a file, else as [`update`](Self::update).
    pub async fn rekey(&self, source: KeySource) -> Result<(), Error> {
        self.backend.rekey(source).await
    }

    /// Tells what became of an entry since it was seen.
    ///
    /// To be asked before a provider's `invalid_grant` is believed: if somebody replaced the entry,
    /// the refresh token was refused because it had been redeemed, and the new one is good. Inside
    /// [`update`](Self::update) that cannot happen among those who use this vault; it can when the
    /// token was redeemed outside of it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the vault cannot be read.
    pub async fn changed_since(&self, key: &Key, seen: Revision) -> Result<Since, Error> {
        Ok(match self.read(key).await? {
            None => Since::Removed,
            Some(entry) if entry.revision == seen => Since::Unchanged,
            Some(entry) => Since::Replaced(entry),
        })
    }
}

/// The longest document, in octets: all of them are held in memory at once.
const LONGEST: usize = 16 << 20;

fn too_long(document: Option<&Secret>) -> Option<Error> {
    let length = document?.expose().len();
    (length > LONGEST).then_some(Error::TooLong {
        length,
        most: LONGEST,
    })
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vault").field(&self.backend).finish()
    }
}
