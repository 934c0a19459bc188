//! What moves the log into the database, beside the thread that writes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use super::link::Link;

/// Empties the log without those who write having to wait for the disk.
///
/// SQLite begins the log anew only when nothing of it is left to move, which is never while others
/// write. So the thread moves nearly everything, and then the writer the little that came since.
pub(super) struct Checkpointer {
    log: Arc<AtomicI32>,
    wake: Option<Sender<()>>,
    state: Arc<AtomicU8>,
    thread: Option<JoinHandle<()>>,
}

const IDLE: u8 = 0;
const MOVING: u8 = 1;
const NEARLY_DONE: u8 = 2;

/// How many pages the log has before it is moved, 32 MiB: pages that change often are then moved
/// once for many changes, and reading is hardly slower.
const PAGES: i32 = 8192;

/// How few pages may be left for the writer, if some rounds suffice for that.
const REST: i64 = 256;
const ROUNDS: usize = 4;

impl Checkpointer {
    pub(super) fn start(writing: &Link) -> io::Result<Self> {
        let state = Arc::new(AtomicU8::new(IDLE));
        let (wake, woken) = channel();
        let mut link = Link::checkpointing(writing.path());
        let shared = Arc::clone(&state);
        let thread = Builder::new()
            .name("sqlite checkpoint".to_owned())
            .spawn(move || run(&mut link, &shared, &woken))?;
        Ok(Self {
            log: writing.log(),
            wake: Some(wake),
            state,
            thread: Some(thread),
        })
    }

    /// Sees to the log, on the thread that writes and between two transactions.
    pub(super) fn after_commit(&self, link: &mut Link) {
        let state = self.state.load(Ordering::Acquire);
        if state == NEARLY_DONE {
            // Failing is no harm: the log grows, and is tried again.
            let _ = link.with("checkpoint", checkpoint);
            self.state.store(IDLE, Ordering::Release);
        } else if state == IDLE && self.log.load(Ordering::Relaxed) >= PAGES {
            self.state.store(MOVING, Ordering::Release);
            if let Some(wake) = &self.wake {
                let _ = wake.send(());
            }
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take() {
            // Its panic was reported when it happened.
            let _ = thread.join();
        }
    }
}

fn run(link: &mut Link, state: &AtomicU8, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let mut moved = 0;
        for _ in 0..ROUNDS {
            let Ok(now) = link.with("checkpoint", checkpoint) else {
                break;
            };
            let fresh = now - moved;
            moved = now;
            if fresh <= REST {
                break;
            }
        }
        state.store(NEARLY_DONE, Ordering::Release);
    }
}

/// Moves what nobody reads any more, and tells how many pages of the log are moved by now.
fn checkpoint(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2))
}
