//! Connections that only read.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rusqlite::Connection;

use super::link::Link;
use crate::storage::Error;

/// A few connections, opened when they are needed first.
pub(super) struct Pool {
    links: [Mutex<Link>; SIZE],
    next: AtomicUsize,
}

/// Reads are short, so that few wait for each other; and each connection has its cache.
const SIZE: usize = 4;

impl Pool {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            links: std::array::from_fn(|_| Mutex::new(Link::reading(path))),
            next: AtomicUsize::new(0),
        }
    }

    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        then: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.link().with(doing, then)
    }

    /// Takes the first that is free, or waits for one of them.
    fn link(&self) -> MutexGuard<'_, Link> {
        for link in &self.links {
            match link.try_lock() {
                Ok(link) => return link,
                Err(TryLockError::Poisoned(link)) => return link.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % SIZE;
        self.links[turn]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
