//! What becomes of an entry, and what became of one.

use tripod_core::secret::Secret;

use crate::entry::Entry;

/// What [`Vault::update`](crate::vault::Vault::update) does with the entry it holds locked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "there is nothing else to do with an entry"
)]
pub enum Change {
    /// Leave the entry as it is: what was found will do.
    Keep,
    /// Take the entry out.
    Remove,
    /// Write this document in its place, or as a new entry.
    Replace(Secret),
}

/// What became of an entry since its revision was seen.
///
/// The answer of [`Vault::changed_since`](crate::vault::Vault::changed_since).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an entry is the same, another one, or none"
)]
pub enum Since {
    /// It is gone: somebody logged out.
    Removed,
    /// Somebody wrote a newer one: this.
    Replaced(Entry),
    /// It is the same.
    Unchanged,
}
