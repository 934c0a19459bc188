//! A vault as JSON: to move it, or to fill it from elsewhere.
//!
//! ```json
//! {
//!   "format": "tripod-vault-archive-1",
//!   "warning": "The documents are secrets in clear. Delete this file when it has served.",
//!   "entries": [
//!     { "key": "github", "written_at": 1700000000, "document": "…" }
//!   ]
//! }
//! ```
//!
//! For writing one by hand, `entries` with `key` and `document` suffice, and a document that is
//! JSON itself may stand there as such.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tripod_core::secret::Secret;

use crate::change::Change;
use crate::error::{Error, UpdateError};
use crate::key::Key;
use crate::vault::Vault;
use crate::wait::Wait;

const FORMAT: &str = "tripod-vault-archive-1";
const WARNING: &str = "The documents are secrets in clear. Delete this file when it has served.";

/// What to do with entries that are in the vault already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an entry is either kept or replaced"
)]
pub enum Existing {
    /// Leave them as they are.
    Keep,
    /// Put what the archive has in their place.
    Replace,
}

/// What an import did, in the order of the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// What was not in the vault before.
    pub added: Vec<Key>,
    /// What was, and was left as it is.
    pub kept: Vec<Key>,
    /// What was, and is now what the archive has.
    pub replaced: Vec<Key>,
}

#[derive(Serialize)]
struct Archive<'a> {
    format: &'static str,
    warning: &'static str,
    entries: Vec<ArchivedEntry<'a>>,
}

#[derive(Serialize)]
struct ArchivedEntry<'a> {
    key: &'a str,
    written_at: i64,
    document: &'a str,
}

#[derive(Deserialize)]
struct ForeignArchive<'a> {
    #[serde(borrow)]
    format: Option<Cow<'a, str>>,
    entries: Vec<ForeignEntry>,
}

#[derive(Deserialize)]
struct ForeignEntry {
    key: String,
    document: Value,
}

impl Vault {
    /// Writes every entry, its document in clear, as JSON.
    ///
    /// # Errors
    ///
    /// [`Error`] if the vault cannot be read.
    pub async fn export_secrets(&self) -> Result<Secret, Error> {
        let mut found = Vec::new();
        for key in self.list().await? {
            found.extend(self.read(&key).await?.map(|entry| (key, entry)));
        }
        let entries = found.iter().map(|(key, entry)| ArchivedEntry {
            key: key.as_str(),
            written_at: entry.written_at.as_unix(),
            document: entry.document.expose(),
        });
        let archive = Archive {
            format: FORMAT,
            warning: WARNING,
            entries: entries.collect(),
        };
        let json = serde_json::to_string_pretty(&archive);
        Ok(Secret::new(json.expect("texts and numbers can be JSON")))
    }

    /// Writes the entries of an archive into the vault, one after the other.
    ///
    /// Nothing is written if the archive is malformed. Entries get new revisions.
    ///
    /// # Errors
    ///
    /// [`Error::ArchiveMalformed`], or as [`update`](Self::update); what was written before stays.
    pub async fn import(
        &self,
        archive: &Secret,
        existing: Existing,
        wait: impl Into<Wait>,
    ) -> Result<Imported, Error> {
        let wait = wait.into();
        let mut imported = Imported::default();
        for (key, document) in parse(archive)? {
            let mut group = &mut imported.added;
            let written = self.update(&key, wait.clone(), async |entry| {
                Ok(match (entry, existing) {
                    (None, _) => Change::Replace(document),
                    (Some(_), Existing::Keep) => {
                        group = &mut imported.kept;
                        Change::Keep
                    }
                    (Some(_), Existing::Replace) => {
                        group = &mut imported.replaced;
                        Change::Replace(document)
                    }
                })
            });
            written.await.map_err(UpdateError::into_error)?;
            group.push(key);
        }
        Ok(imported)
    }
}

fn parse(archive: &Secret) -> Result<Vec<(Key, Secret)>, Error> {
    let malformed = |reason| Error::ArchiveMalformed { reason };
    // What the parser says could quote a document; where it stopped is enough.
    let foreign: ForeignArchive<'_> = serde_json::from_str(archive.expose()).map_err(|error| {
        malformed(format!(
            "line {}, column {} is not as expected",
            error.line(),
            error.column()
        ))
    })?;
    if let Some(format) = foreign.format.filter(|format| format != FORMAT) {
        return Err(malformed(format!(
            "its format is not {FORMAT}, but {format:?}"
        )));
    }
    let mut entries = Vec::new();
    for (number, entry) in foreign.entries.into_iter().enumerate() {
        let key = Key::parse(&entry.key)
            .map_err(|error| malformed(format!("entry {}: {error}", number + 1)))?;
        if entries.iter().any(|(other, _)| *other == key) {
            return Err(malformed(format!("{key} is there twice")));
        }
        let document = match entry.document {
            Value::String(text) => text,
            other => other.to_string(),
        };
        entries.push((key, Secret::new(document)));
    }
    Ok(entries)
}
