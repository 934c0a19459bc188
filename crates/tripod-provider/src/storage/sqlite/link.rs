//! A connection that is opened anew after whatever went wrong with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error as ThisError;

use super::schema;
use crate::storage::{Error, OpenError};

/// The way to the file. What fails drops the connection, and the next use opens another.
pub(super) struct Link {
    path: PathBuf,
    role: Role,
    log: Arc<AtomicI32>,
    file: FileId,
    seen: Option<Instant>,
    open: Option<Connection>,
}

/// How long who only reads trusts that the file is still in its place: it costs as much as a read.
const TRUST: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Checkpointing,
    Reading,
    Writing,
}

/// Why the file cannot be used.
#[derive(Debug, ThisError)]
enum Fault {
    #[error("its file is away")]
    Away(#[source] io::Error),
    #[error("another file was put in the place of its own: stop Tripod to exchange it")]
    Exchanged,
    #[error("SQLite refuses")]
    Sqlite(#[from] rusqlite::Error),
}

impl Link {
    /// Opens the one by which the file is written to.
    pub(super) fn write(path: &Path) -> Result<Self, OpenError> {
        let file = FileId::of(path).map_err(|source| away("open", source))?;
        let mut link = Self {
            path: path.to_owned(),
            role: Role::Writing,
            log: Arc::default(),
            file,
            seen: None,
            open: None,
        };
        link.open = Some(link.connect()?);
        Ok(link)
    }

    /// Makes another to the same file, which moves its log.
    pub(super) fn checkpointing(&self) -> Self {
        self.beside(Role::Checkpointing)
    }

    /// Makes another to the same file, which reads.
    pub(super) fn reading(&self) -> Self {
        self.beside(Role::Reading)
    }

    fn beside(&self, role: Role) -> Self {
        Self {
            path: self.path.clone(),
            role,
            log: Arc::default(),
            file: self.file,
            seen: None,
            open: None,
        }
    }

    /// Uses the connection, which is opened if there is none.
    pub(super) fn with<T>(
        &mut self,
        doing: &'static str,
        then: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.look(doing)?;
        let connection = match self.open.take() {
            Some(connection) => connection,
            None => self.connect().map_err(|error| match error {
                OpenError::Storage(error) => error,
                other => Error::unavailable(doing, other),
            })?,
        };
        let outcome = then(&connection);
        if outcome.as_ref().err().is_none_or(is_busy) {
            self.open = Some(connection);
        }
        outcome.map_err(|error| Error::unavailable(doing, Fault::Sqlite(error)))
    }

    /// Looks whether the file is still in its place.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a look is good for concerns nobody but this process"
    )]
    fn look(&mut self, doing: &'static str) -> Result<(), Error> {
        let now = Instant::now();
        let is_fresh = |seen| now.duration_since(seen) < TRUST;
        if self.role == Role::Reading && self.seen.is_some_and(is_fresh) {
            return Ok(());
        }
        self.seen = None;
        // What is written to a file that is gone is lost, and SQLite would apply the log of the one
        // to the other.
        let file = FileId::of(&self.path).map_err(|source| away(doing, source))?;
        if file != self.file {
            return Err(Error::unavailable(doing, Fault::Exchanged));
        }
        self.seen = Some(now);
        Ok(())
    }

    /// Returns how many pages the log has, as of the last commit by this connection.
    pub(super) fn log(&self) -> Arc<AtomicI32> {
        Arc::clone(&self.log)
    }

    fn connect(&self) -> Result<Connection, OpenError> {
        let refused = |error| Error::unavailable("open", Fault::Sqlite(error));
        // No `SQLITE_OPEN_CREATE`: a file that was moved away must not come back empty.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(&self.path, flags).map_err(refused)?;
        // Those who commit are waited for. Only another process can be the one.
        let patience = match self.role {
            Role::Writing => Duration::from_secs(5),
            Role::Checkpointing | Role::Reading => Duration::from_millis(250),
        };
        connection.busy_timeout(patience).map_err(refused)?;
        connection
            .execute_batch(self.role.settings())
            .map_err(refused)?;
        connection.set_prepared_statement_cache_capacity(64);
        if self.role == Role::Writing {
            schema::migrate(&connection)?;
            let log = self.log();
            // In place of SQLite's own hook, which would move the log within a commit.
            let note = move |_: &mut Wal, pages| {
                log.store(pages, Ordering::Relaxed);
                Ok(())
            };
            connection.wal_hook(Some(note)).map_err(refused)?;
        } else {
            schema::check(&connection)?;
        }
        Ok(connection)
    }
}

impl Role {
    /// Caches are small: the operating system has the file in its own, and memory is scarce.
    const fn settings(self) -> &'static str {
        match self {
            // FULL: in WAL mode less would lose the last commits with the power, and what was
            // answered must not come undone: a code would be good once more.
            Self::Checkpointing | Self::Writing => {
                "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY; \
                 PRAGMA trusted_schema = OFF"
            }
            Self::Reading => {
                "PRAGMA query_only = ON; PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; \
                 PRAGMA trusted_schema = OFF"
            }
        }
    }
}

/// What tells a file from another that was put in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileId(u64, u64);

impl FileId {
    #[cfg(unix)]
    fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).map(|file| Self(file.dev(), file.ino()))
    }

    #[cfg(not(unix))]
    fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|_| Self(0, 0))
    }
}

fn away(doing: &'static str, source: io::Error) -> Error {
    Error::unavailable(doing, Fault::Away(source))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}
