//! The same verbs for programs without a runtime.

use tripod_core::secret::Secret;

use crate::archive::{Existing, Imported};
use crate::change::{Change, Since};
use crate::entry::{Entry, Revision};
use crate::error::{Error, UpdateError};
use crate::file::KeySource;
use crate::key::Key;
use crate::vault::Vault;
use crate::wait::Wait;

/// Each needs a thread that is not inside an asynchronous runtime, and says
/// [`Error::InsideRuntime`] if it is.
impl Vault {
    /// [`update`](Self::update) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub fn update_blocking<E>(
        &self,
        key: &Key,
        wait: impl Into<Wait>,
        change: impl FnOnce(Option<Entry>) -> Result<Change, E>,
    ) -> Result<Option<Entry>, UpdateError<E>> {
        block_on(self.update(key, wait, async |entry| change(entry)))?
    }

    /// [`remove`](Self::remove) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`remove`](Self::remove).
    pub fn remove_blocking(
        &self,
        key: &Key,
        seen: Revision,
        wait: impl Into<Wait>,
    ) -> Result<Option<Entry>, Error> {
        block_on(self.remove(key, seen, wait))?
    }

    /// [`read`](Self::read) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_blocking(&self, key: &Key) -> Result<Option<Entry>, Error> {
        block_on(self.read(key))?
    }

    /// [`list`](Self::list) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub fn list_blocking(&self) -> Result<Vec<Key>, Error> {
        block_on(self.list())?
    }

    /// [`changed_since`](Self::changed_since) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`changed_since`](Self::changed_since).
    pub fn changed_since_blocking(&self, key: &Key, seen: Revision) -> Result<Since, Error> {
        block_on(self.changed_since(key, seen))?
    }

    /// [`export_secrets`](Self::export_secrets) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`export_secrets`](Self::export_secrets).
    pub fn export_secrets_blocking(&self) -> Result<Secret, Error> {
        block_on(self.export_secrets())?
    }

    /// [`import`](Self::import) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`import`](Self::import).
    pub fn import_blocking(
        &self,
        archive: &Secret,
        existing: Existing,
        wait: impl Into<Wait>,
    ) -> Result<Imported, Error> {
        block_on(self.import(archive, existing, wait))?
    }

    /// [`rekey`](Self::rekey) for programs without a runtime.
    ///
    /// # Errors
    ///
    /// As [`rekey`](Self::rekey).
    pub fn rekey_blocking(&self, source: KeySource) -> Result<(), Error> {
        block_on(self.rekey(source))?
    }
}

fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(Error::InsideRuntime);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    Ok(runtime.block_on(future))
}
