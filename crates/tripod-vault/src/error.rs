//! What can go wrong, and what to do about it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tripod_core::secret::Secret;

use crate::file::KeySource;
use crate::key::Key;
use crate::wait::Holder;

mod advice;

/// Why a vault could not be used. What is in it is as it was before.
///
/// [`advice`](Self::advice) says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What should be imported is not an archive.
    #[error("this is no archive of a vault: {reason}")]
    ArchiveMalformed {
        /// What is wrong with it, without what stands in it.
        reason: String,
    },
    /// Somebody else held the lock of the entry all the time.
    #[error("the lock of {key} was not free within {} s{}", waited.as_secs(), held_by(holder.as_ref()))]
    Busy {
        /// Whose lock.
        key: Key,
        /// How long it was waited for.
        waited: Duration,
        /// Who held it, if that could be found out.
        holder: Option<Holder>,
    },
    /// What is stored cannot be read. It is left alone.
    #[error("{place} {damage}")]
    Damaged {
        /// The file, or the row of a table.
        place: String,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The database refused, or could not be reached.
    #[cfg(feature = "postgres")]
    #[error("the database {doing}")]
    Database {
        /// What it cannot do.
        doing: &'static str,
        /// What it said.
        source: tokio_postgres::Error,
    },
    /// The URI of the database cannot be read.
    #[cfg(feature = "postgres")]
    #[error("the URI of the database is malformed")]
    DatabaseUri,
    /// The disk is full, or a quota or a limit of the size of files is reached.
    #[error("there is no room to write {}", path.display())]
    DiskFull {
        /// What was to be written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Others may read or replace what only the owner should.
    #[error("{} has mode {mode:04o}: others than its owner may {}", path.display(), exposure(*mode))]
    Exposed {
        /// The file or directory.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file belongs to another user than the one this process acts for.
    #[error("{} belongs to user {owner}, and this is user {user}", path.display())]
    Foreign {
        /// The file or directory.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who we are.
        user: u32,
    },
    /// A blocking method was called by an asynchronous task.
    #[error("a blocking method of the vault was called inside an asynchronous runtime")]
    InsideRuntime,
    /// The operating system refused something else.
    #[error("{} cannot be {doing}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file of the key holds no key.
    #[error("{} holds no key of a vault", path.display())]
    KeyMalformed {
        /// The key file.
        path: PathBuf,
    },
    /// The vault is there, and its key is not.
    #[error("the key of the vault is missing: {place}")]
    KeyMissing {
        /// Where it should be.
        place: String,
    },
    /// The keyring of the operating system cannot be used.
    #[error("the keyring of the operating system cannot be used: {reason}")]
    Keyring {
        /// What the keyring said.
        reason: String,
    },
    /// The file system has no locks, so nothing can be changed safely.
    #[error("the file system of {} has no locks", path.display())]
    LocksUnsupported {
        /// The lock file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is not known where this user keeps data.
    #[error("the home directory of this user is not known")]
    NoHome,
    /// The system trusts nobody, so no server can be verified.
    #[cfg(feature = "postgres")]
    #[error("the system has no root certificates")]
    NoRootCertificates,
    /// The role of the database may not do all that the vault needs.
    #[cfg(feature = "postgres")]
    #[error("the role of the database may not write to {table}")]
    NotGranted {
        /// The table.
        table: String,
    },
    /// The connection broke during the exchange, and somebody else wrote meanwhile.
    #[cfg(feature = "postgres")]
    #[error("the lock of {key} was lost, and somebody else changed the entry")]
    Overtaken {
        /// Whose lock.
        key: Key,
    },
    /// The vault is locked by a passphrase, and none was given.
    #[error("the vault {} needs its passphrase", path.display())]
    PassphraseNeeded {
        /// The vault.
        path: PathBuf,
    },
    /// The place may not be written to.
    #[error("{} may not be written", path.display())]
    ReadOnly {
        /// What was to be written.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The operating system refused what a blocking method needs.
    #[error("an asynchronous runtime could not be started")]
    Runtime(#[source] io::Error),
    /// Somebody else has been writing the file all the time.
    #[error("{} is being written by somebody else{}", path.display(), held_by(holder.as_ref()))]
    Stuck {
        /// The vault.
        path: PathBuf,
        /// Who writes it, if that could be found out.
        holder: Option<Holder>,
    },
    /// The document is longer than a vault takes.
    #[error("the document has {length} octets, and {most} are the most")]
    TooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
    /// The table of the database has a name that is not plain.
    #[cfg(feature = "postgres")]
    #[error("the name of the table is not plain")]
    TableName,
    /// What was asked for is not done by this kind of vault.
    #[error("{what} is not for this kind of vault")]
    Unsupported {
        /// What was asked for.
        what: &'static str,
    },
    /// The key or the passphrase is another one than the vault was locked with.
    #[error("{place} was locked with another {}", key_noun(*key))]
    WrongKey {
        /// The file, or the row of a table.
        place: String,
        /// Where the key that did not fit comes from.
        key: KeySource,
    },
}

impl Error {
    pub(crate) fn damaged(path: &Path, damage: Damage) -> Self {
        Self::Damaged {
            place: path.display().to_string(),
            damage,
        }
    }

    pub(crate) fn reading(path: &Path, source: io::Error) -> Self {
        Self::Io {
            doing: "read",
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn writing(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::DiskFull { path, source }
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Io {
                doing: "written",
                path,
                source,
            },
        }
    }
}

fn held_by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!("; it is held by {holder}"))
}

fn exposure(mode: u32) -> &'static str {
    match mode & 0o022 {
        0 => "read it",
        _ => "change it",
    }
}

fn key_noun(key: KeySource) -> &'static str {
    match key {
        KeySource::Passphrase => "passphrase",
        _ => "key",
    }
}

/// What is wrong with something stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// Its octets are not those that were written.
    #[error("is corrupted")]
    Corrupted,
    /// A later version of Tripod wrote it.
    #[error("was written by a newer version: its format is {version}")]
    Newer {
        /// Its format.
        version: u16,
    },
    /// It is something else, or its beginning is destroyed.
    #[error("is not a vault")]
    NotAVault,
    /// It ends too early.
    #[error("is cut off: it has {found} octets of {expected}")]
    Truncated {
        /// How long it was; at least, if its header is cut off.
        expected: u64,
        /// How long it is.
        found: u64,
    },
}

/// Why [`Vault::update`](crate::vault::Vault::update) did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an update is an exchange and a write, and either can fail"
)]
pub enum UpdateError<E> {
    /// The caller's own exchange failed. The entry is as it was.
    #[error(transparent)]
    Change(E),
    /// The exchange was made, and what came of it could not be written.
    ///
    /// The old entry is still there, but its refresh token may be used up: keep the document.
    #[error("the exchange was made, but its result could not be written")]
    Unwritten {
        /// What should have been written; nothing if the entry should have been removed.
        document: Option<Secret>,
        /// Why it could not be.
        source: Error,
    },
    /// The exchange was not begun. The entry is as it was.
    #[error(transparent)]
    Vault(#[from] Error),
}

impl UpdateError<std::convert::Infallible> {
    /// What went wrong, where the change itself cannot fail.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Change(never) => match never {},
            Self::Unwritten { source, .. } | Self::Vault(source) => source,
        }
    }
}
