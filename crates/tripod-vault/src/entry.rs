//! What is kept under a key.

use std::fmt;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

/// A document and when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// What the caller wrote; the vault does not look into it.
    pub document: Secret,
    /// Which writing this is.
    pub revision: Revision,
    /// When it was written, by the clock of whoever wrote it.
    pub written_at: Timestamp,
}

/// Tells one writing of an entry from every other.
///
/// A vault does not give the same revision twice, not even after an entry was removed: whoever
/// saw revision 7 can be sure that what now has revision 7 is what it saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// Takes the number of a revision, as printed before.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Returns the number; a later writing has a higher one.
    #[must_use]
    pub const fn as_number(self) -> u64 {
        self.0
    }

    /// The one after this and, in a vault that is new, after all of an earlier vault at its place.
    pub(crate) fn next(self, now: Timestamp) -> Self {
        let started = u64::try_from(now.as_unix()).unwrap_or_default();
        match self.0 {
            0 => Self(started.max(1)),
            last => Self(last.saturating_add(1)),
        }
    }

    /// What a vault has given before its first writing.
    pub(crate) const NONE: Self = Self(0);
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
