//! Storage by its address.

use std::sync::Arc;

use thiserror::Error as ThisError;

use super::{Error, Memory, Storage};

/// Opens the storage at an address, and makes it ready for use.
///
/// * `memory:` is forgotten with the process.
/// * `sqlite:PATH`, or a path alone, is a file of SQLite, made if it is not there.
/// * `postgres://…` is a database of PostgreSQL, with the parameters that libpq knows.
///
/// # Errors
///
/// [`OpenError`] says what is wrong with the address, or with what was found there.
pub async fn open(address: &str) -> Result<Arc<dyn Storage>, OpenError> {
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return open_postgres(address).await;
    }
    if address == "memory:" {
        return Ok(Arc::new(Memory::new()));
    }
    // A slip in the scheme must not make a file of that name; `sqlite:` allows any.
    match address.split_once(':') {
        Some(("sqlite", path)) => open_sqlite(path.strip_prefix("//").unwrap_or(path)),
        Some((scheme, _)) if is_scheme(scheme) => Err(OpenError::Scheme {
            scheme: scheme.to_owned(),
        }),
        _ => open_sqlite(address),
    }
}

fn is_scheme(text: &str) -> bool {
    // One letter is a drive, not a scheme.
    text.len() > 1 && text.bytes().all(|octet| octet.is_ascii_alphanumeric())
}

#[cfg(feature = "sqlite")]
fn open_sqlite(path: &str) -> Result<Arc<dyn Storage>, OpenError> {
    if path.is_empty() {
        return Err(OpenError::NoPath);
    }
    Ok(Arc::new(super::Sqlite::open(path)?))
}

#[cfg(not(feature = "sqlite"))]
fn open_sqlite(_: &str) -> Result<Arc<dyn Storage>, OpenError> {
    Err(OpenError::LeftOut { feature: "sqlite" })
}

#[cfg(feature = "postgres")]
async fn open_postgres(url: &str) -> Result<Arc<dyn Storage>, OpenError> {
    Ok(Arc::new(super::Postgres::open(url).await?))
}

#[cfg(not(feature = "postgres"))]
#[expect(clippy::unused_async, reason = "it is where the feature is on")]
async fn open_postgres(_: &str) -> Result<Arc<dyn Storage>, OpenError> {
    Err(OpenError::LeftOut {
        feature: "postgres",
    })
}

/// Storage could not be opened.
///
/// It never shows the address, which may hold a password.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum OpenError {
    /// What is there is a database, but of another program.
    #[error("the database belongs to another program")]
    Foreign,
    /// This build cannot open such storage.
    #[error("this build leaves out the feature `{feature}`")]
    LeftOut {
        /// The Cargo feature that it needs.
        feature: &'static str,
    },
    /// The address of a database server cannot be read.
    #[error("the address of the database is malformed")]
    Malformed {
        /// What is wrong with it.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// A newer Tripod wrote the database; this one would not understand it.
    #[error("the database has schema {found}, and this Tripod knows only {known}: use a newer one")]
    Newer {
        /// The schema of the database.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// There is no path behind `sqlite:`.
    #[error("the address of the database has no path")]
    NoPath,
    /// The address begins with a scheme that means nothing here.
    #[error("`{scheme}:` is no storage; there are memory:, sqlite:PATH and postgres://…")]
    Scheme {
        /// What it begins with.
        scheme: String,
    },
    /// The storage cannot be reached or written to.
    #[error(transparent)]
    Storage(#[from] Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scheme_that_nobody_knows_is_refused_by_name() {
        for address in [
            "mysql://localhost/x",
            "memroy:",
            "postgress://h/d",
            "file:x",
        ] {
            let refused = open(address).await.unwrap_err();
            assert!(matches!(refused, OpenError::Scheme { .. }), "{address}");
        }
    }

    #[tokio::test]
    async fn memory_is_opened_by_its_name() {
        assert!(open("memory:").await.is_ok());
    }

    #[cfg(feature = "sqlite")]
    #[tokio::test]
    async fn an_empty_path_is_refused() {
        for address in ["", "sqlite:", "sqlite://"] {
            let refused = open(address).await.unwrap_err();
            assert!(matches!(refused, OpenError::NoPath), "{address}");
        }
    }

    #[cfg(feature = "sqlite")]
    #[tokio::test]
    async fn a_path_is_a_file_with_or_without_its_scheme() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let path = path.to_str().unwrap();
        for address in [
            path.to_owned(),
            format!("sqlite:{path}"),
            format!("sqlite://{path}"),
        ] {
            open(&address).await.unwrap().ping().await.unwrap();
        }
        assert!(folder.path().join("a.db").exists());
    }

    #[cfg(feature = "postgres")]
    #[tokio::test]
    async fn a_malformed_address_is_not_repeated() {
        let refused = open("postgres://user:hunter2@host:no-port/db")
            .await
            .unwrap_err();
        assert!(matches!(refused, OpenError::Malformed { .. }));
        assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    }
}
