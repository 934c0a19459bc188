//! The lock of an entry among the tasks and threads of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

use crate::key::Key;
use crate::wait::Contended;

/// One queue for each key that somebody uses: first come, first served.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<Key, Weak<tokio::sync::Mutex<()>>>>);

/// The turn of a task; dropping it lets the next one in.
pub(crate) type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits for the turn; dropping the future leaves the queue.
    pub(crate) async fn take(&self, key: &Key, contended: &Contended) -> Turn {
        let queue = self.queue(key);
        if let Ok(turn) = Arc::clone(&queue).try_lock_owned() {
            return turn;
        }
        contended.see();
        queue.lock_owned().await
    }

    /// Tells whether a task of this process holds the lock.
    pub(crate) fn is_taken(&self, key: &Key) -> bool {
        self.queue(key).try_lock().is_err()
    }

    fn queue(&self, key: &Key) -> Arc<tokio::sync::Mutex<()>> {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(key).and_then(Weak::upgrade) {
            return queue;
        }
        queues.retain(|_, queue| queue.strong_count() > 0);
        let queue = Arc::default();
        queues.insert(key.clone(), Arc::downgrade(&queue));
        queue
    }
}
