//! What to do next, for each thing that can go wrong.

use std::path::Path;

use crate::error::{Damage, Error};
use crate::file::KeySource;
use crate::wait::Holder;

impl Error {
    /// Says what to do next, in a sentence or two for people.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::ArchiveMalformed { .. } => {
                "Name a file that was exported, or see the documentation for its form.".to_owned()
            }
            Self::Busy { holder, .. } | Self::Stuck { holder, .. } => busy(holder.as_ref()),
            Self::Damaged { place, damage } => damaged(place, *damage),
            #[cfg(feature = "postgres")]
            Self::Database { source, .. } => database(source),
            #[cfg(feature = "postgres")]
            Self::DatabaseUri => {
                "Write it like postgres://user@host:5432/database?sslmode=require".to_owned()
            }
            Self::DiskFull { .. } => {
                "Make room on the disk, or raise the quota, and try again.".to_owned()
            }
            Self::Exposed { path, mode } => exposed(path, *mode),
            Self::Foreign { path, owner, user } => format!(
                "Run this as user {owner}, or take the file over: chown {user} {}",
                quoted(path)
            ),
            Self::InsideRuntime => {
                "Await the asynchronous method of the same name, or call from a thread of its own."
                    .to_owned()
            }
            Self::Io { path, .. } => format!("Look at the file: ls -ld {}", quoted(path)),
            Self::KeyMalformed { path } => format!(
                "Restore {} from a backup. Without it the vault cannot be opened: then move both \
                 away and log in again.",
                path.display()
            ),
            Self::KeyMissing { .. } => {
                "Restore the key from a backup. Without it the vault cannot be opened: then move \
                 it away and log in again."
                    .to_owned()
            }
            Self::Keyring { .. } => {
                "Unlock the keyring, or log in to the desktop it belongs to. A vault for hosts \
                 without a keyring has a key file or a passphrase."
                    .to_owned()
            }
            Self::LocksUnsupported { .. } => {
                "Put the vault on a local file system, or use PostgreSQL.".to_owned()
            }
            Self::NoHome => "Set HOME, or name the file of the vault.".to_owned(),
            #[cfg(feature = "postgres")]
            Self::NoRootCertificates => {
                "Install the package ca-certificates, or set SSL_CERT_FILE.".to_owned()
            }
            #[cfg(feature = "postgres")]
            Self::NotGranted { table } => format!(
                "Have the owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO …; \
                 GRANT USAGE ON SEQUENCE {table}_revision TO …"
            ),
            #[cfg(feature = "postgres")]
            Self::Overtaken { .. } => "Use the entry that is there now.".to_owned(),
            Self::PassphraseNeeded { .. } => {
                "Give the passphrase, or run this on a terminal that can ask for it.".to_owned()
            }
            Self::ReadOnly { path, .. } => read_only(path),
            Self::Runtime(_) => "Close other programs, or raise their limits.".to_owned(),
            #[cfg(feature = "postgres")]
            Self::TableName => {
                "Use lower-case letters, digits and underscores, and a schema before a dot."
                    .to_owned()
            }
            Self::TooLong { .. } => "Keep only tokens in the vault.".to_owned(),
            Self::Unsupported { .. } => "Use a vault in a file.".to_owned(),
            Self::WrongKey { place, key } => wrong_key(place, *key),
        }
    }
}

fn busy(holder: Option<&Holder>) -> String {
    match holder {
        Some(holder) => format!(
            "Wait for {holder} to finish and try again. If it hangs, end it: its lock goes with \
             it, and the entry stays as it was."
        ),
        None => "Try again.".to_owned(),
    }
}

fn damaged(place: &str, damage: Damage) -> String {
    match damage {
        Damage::Newer { .. } => {
            "Use the newer version of Tripod, or log in to another vault.".to_owned()
        }
        Damage::NotAVault => {
            format!("Name another file, or, if {place} was the vault, restore it from a backup.")
        }
        Damage::Corrupted | Damage::Truncated { .. } => {
            format!("Restore {place} from a backup, or move it away and log in again.")
        }
    }
}

#[cfg(feature = "postgres")]
fn database(error: &tokio_postgres::Error) -> String {
    use tokio_postgres::error::SqlState;

    let Some(code) = error.code() else {
        return "See whether the server runs and can be reached, and try again.".to_owned();
    };
    match *code {
        SqlState::DISK_FULL => "Make room on the disk of the server.",
        SqlState::INSUFFICIENT_PRIVILEGE => {
            "Have its owner make the table, or let the role create tables in the schema."
        }
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "Correct user and password in the URI."
        }
        SqlState::INVALID_CATALOG_NAME => "Create the database, or correct its name in the URI.",
        SqlState::READ_ONLY_SQL_TRANSACTION => {
            "Name the primary server: this one only follows another."
        }
        SqlState::TOO_MANY_CONNECTIONS => "Raise max_connections, or put a pooler before it.",
        _ => "Look into the log of the server.",
    }
    .to_owned()
}

fn exposed(path: &Path, mode: u32) -> String {
    match path.is_dir() {
        true => format!("Keep others from changing it: chmod go-w {}", quoted(path)),
        false if mode & 0o077 != 0 => format!(
            "Close it: chmod 600 {}. If others may have read it, log in again, and revoke the old \
             tokens.",
            quoted(path)
        ),
        false => format!("Close it: chmod 600 {}", quoted(path)),
    }
}

fn read_only(path: &Path) -> String {
    let directory = path.parent().unwrap_or(path);
    format!(
        "Make it possible to write in {}, or put the vault elsewhere. What is in it can still be \
         read.",
        directory.display()
    )
}

fn wrong_key(place: &str, key: KeySource) -> String {
    match key {
        KeySource::Passphrase => "Give the passphrase the vault was locked with.".to_owned(),
        _ => format!(
            "Restore the key that {place} was locked with, or move both away and log in again."
        ),
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    match path
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-+=:@".contains(c))
    {
        true => path,
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_into_a_command_as_one_word() {
        for (path, word) in [
            ("/home/a/default.vault", "/home/a/default.vault"),
            ("/home/a b/it's", r"'/home/a b/it'\''s'"),
            ("/home/$HOME", "'/home/$HOME'"),
        ] {
            assert_eq!(quoted(Path::new(path)), word);
        }
    }
}
