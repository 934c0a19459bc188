//! How long to wait for a lock, and for whom.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tripod_core::timestamp::Timestamp;

use crate::backend::{Backend, Held};
use crate::error::Error;
use crate::key::Key;

/// How often whoever waits is told so: soon enough to explain a pause, too seldom to flicker.
const NOTICE: Duration = Duration::from_secs(1);

/// How much longer than its limit a lock may take that nobody was seen to hold. A busy machine
/// needs a moment for the first attempt; a file system that hangs must not hang us.
const GRACE: Duration = Duration::from_secs(10);

/// How long to wait for the lock of an entry.
///
/// A [`Duration`] is one, for callers that have nobody to tell. The time that the exchange under
/// the lock takes does not count.
///
/// ```
/// use std::time::Duration;
/// use tripod_vault::wait::Wait;
///
/// let wait = Wait::at_most(Duration::from_secs(60)).notify(|waiting| eprintln!("{waiting}"));
/// ```
#[derive(Clone)]
pub struct Wait {
    limit: Duration,
    notify: Option<Notify>,
}

type Notify = Arc<dyn Fn(&Waiting) + Send + Sync>;

impl Wait {
    /// Waits so long and no longer; with zero, only an entry that is free is locked.
    #[must_use]
    pub fn at_most(limit: Duration) -> Self {
        Self {
            limit,
            notify: None,
        }
    }

    /// Calls this every second while waiting, the first time after one second.
    #[must_use]
    pub fn notify(self, notify: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        Self {
            notify: Some(Arc::new(notify)),
            ..self
        }
    }

    /// Awaits the lock, tells who holds it, and gives up when the time is over.
    pub(crate) async fn lock(&self, backend: &Backend, key: &Key) -> Result<Held, Error> {
        let contended = Contended::default();
        let mut lock = pin!(backend.lock(key, &contended));
        let mut waited = Duration::ZERO;
        loop {
            let limit = match contended.seen() {
                true => self.limit,
                false => self.limit.saturating_add(GRACE),
            };
            let pause = NOTICE.min(limit.saturating_sub(waited));
            if let Ok(locked) = tokio::time::timeout(pause, &mut lock).await {
                return locked;
            }
            waited = waited.saturating_add(pause);
            if waited >= limit || contended.seen() && waited >= self.limit {
                return Err(Error::Busy {
                    key: key.clone(),
                    waited,
                    holder: backend.holder(key).await,
                });
            }
            if let Some(notify) = &self.notify {
                notify(&Waiting {
                    key: key.clone(),
                    waited,
                    holder: backend.holder(key).await,
                });
            }
        }
    }
}

impl From<Duration> for Wait {
    fn from(limit: Duration) -> Self {
        Self::at_most(limit)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// What is told to whoever waits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// Whose lock is waited for.
    pub key: Key,
    /// How long so far.
    pub waited: Duration,
    /// Who holds it, if that can be found out.
    pub holder: Option<Holder>,
}

impl fmt::Display for Waiting {
    /// Writes a line such as “waiting for process 123, which holds the lock of github (3 s)”.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holder {
            Some(holder) => write!(f, "waiting for {holder}, which holds")?,
            None => f.write_str("waiting for")?,
        }
        write!(f, " the lock of {} ({} s)", self.key, self.waited.as_secs())
    }
}

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The number of the process.
    pub process: u32,
    /// The host it runs on, where another than this one is possible.
    pub host: Option<String>,
    /// Since when, by its clock.
    pub since: Option<Timestamp>,
}

impl Holder {
    /// This process itself, in another task or thread.
    pub(crate) fn this_process() -> Self {
        Self {
            process: std::process::id(),
            host: None,
            since: None,
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None if self.process == std::process::id() => {
                f.write_str("another task of this process")
            }
            Some(host) => write!(f, "process {} on {host}", self.process),
            None => write!(f, "process {}", self.process),
        }
    }
}

/// Whether somebody else was seen to hold the lock: from then on the limit counts.
#[derive(Debug, Default)]
pub(crate) struct Contended(AtomicBool);

impl Contended {
    pub(crate) fn see(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
