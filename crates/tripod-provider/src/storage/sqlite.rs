//! Storage in one file: the default.
//!
//! One thread writes. It takes everything that has queued up while the disk was busy into one
//! transaction, so that many requests share one `fsync`, and answers each of them after the commit.
//! Readers stand beside it and never wait for it (WAL).

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::task::spawn_blocking;
use tripod_core::timestamp::Timestamp;

use super::{
    Batch, Conflict, Error, EventQuery, Kind, OpenError, Pending, Query, Record, Storage,
    StoredEvent,
};
use crate::handle::Handle;

mod checkpoint;
mod link;
mod pool;
mod rows;
mod schema;
mod steps;
#[cfg(test)]
mod tests;
mod writer;

use link::Link;
use pool::Pool;
use writer::Writer;

/// Records in a file of SQLite.
///
/// Several processes may use it at once, so that it can be administered while it serves. When the
/// file is locked, full, broken or away, every verb says so, and works again once it is mended.
pub struct Sqlite {
    readers: Arc<Pool>,
    writer: Writer,
}

impl Sqlite {
    /// Opens a file, and makes it if it is not there, readable by its owner alone.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if it cannot be written to, belongs to another program, or to a newer Tripod.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        create(path).map_err(|source| Error::unavailable("open its file", source))?;
        let link = Link::write(path)?;
        Ok(Self {
            readers: Arc::new(Pool::new(&link)),
            writer: Writer::start(link)
                .map_err(|source| Error::unavailable("start its thread", source))?,
        })
    }

    /// Reads on a thread where it may take its time.
    fn read_slowly<T: Send + 'static>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<'_, T> {
        let readers = Arc::clone(&self.readers);
        Box::pin(async move {
            spawn_blocking(move || readers.read(doing, read))
                .await
                .map_err(|source| Error::unavailable(doing, source))?
        })
    }
}

impl Storage for Sqlite {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        // A point read takes some microseconds, less than the way to another thread.
        let record = self.readers.read("read", |connection| {
            rows::load(connection, kind, handle, now)
        });
        Box::pin(std::future::ready(record))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        Box::pin(self.writer.apply(batch, now))
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        self.read_slowly("list", move |connection| {
            rows::page(connection, &query, now)
        })
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        self.read_slowly("list events", move |connection| {
            rows::events(connection, &query)
        })
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        Box::pin(self.writer.sweep(now, limit))
    }

    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize> {
        Box::pin(self.writer.prune(before, limit))
    }

    fn ping(&self) -> Pending<'_, ()> {
        Box::pin(self.writer.ping())
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

/// Makes the file before SQLite does: SQLite would let everybody read it.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
