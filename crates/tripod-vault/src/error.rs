//! What can go wrong, and what to do about it.

use std::time::Duration;

use tripod_core::secret::Secret;

use crate::key::Key;
use crate::wait::Holder;

/// Why a vault could not be used. What is in it is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
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
    /// A blocking method was called by an asynchronous task.
    #[error("a blocking method of the vault was called inside an asynchronous runtime")]
    InsideRuntime,
    /// The operating system refused what a blocking method needs.
    #[error("an asynchronous runtime could not be started")]
    Runtime(#[source] std::io::Error),
}

impl Error {
    /// Says in a sentence or two what to do next.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Busy { holder, .. } => match holder {
                Some(holder) => format!(
                    "Wait for {holder} to finish and try again. If it hangs, end it: \
                     the lock goes with it, and the entry stays as it was."
                ),
                None => "Try again.".to_owned(),
            },
            Self::InsideRuntime => {
                "Await the asynchronous method of the same name, or call from a thread of its own."
                    .to_owned()
            }
            Self::Runtime(_) => {
                "Close other programs, or raise the limit of open files.".to_owned()
            }
        }
    }
}

fn held_by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!("; it is held by {holder}"))
}

/// Why [`Vault::update`](crate::vault::Vault::update) did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
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
