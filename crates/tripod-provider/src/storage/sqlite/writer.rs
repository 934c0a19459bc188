//! The one thread that writes.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::{Connection, TransactionBehavior};
use thiserror::Error as ThisError;
use tokio::sync::oneshot;
use tripod_core::timestamp::Timestamp;

use super::checkpoint::Checkpointer;
use super::link::Link;
use super::steps;
use crate::storage::{Batch, Conflict, Error};

/// The way to the thread that writes; it ends, with what it has begun, when this is dropped.
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Outcome, Error>>,
}

enum Work {
    Apply(Batch, Timestamp),
    Ping,
    Prune(Timestamp, usize),
    Sweep(Timestamp, usize),
    #[cfg(test)]
    Sql(String),
}

#[derive(Clone, Copy)]
enum Outcome {
    Applied(Result<(), Conflict>),
    Done,
    Swept(usize),
}

/// How many batches one transaction takes at most: more would delay the first of them, and this
/// many share one `fsync` already.
const GROUP: usize = 256;

#[derive(Debug, ThisError)]
#[error("the thread that writes has ended")]
struct Ended;

impl Writer {
    pub(super) fn start(link: Link) -> io::Result<Self> {
        let checkpointer = Checkpointer::start(&link)?;
        let (jobs, queue) = channel();
        let thread = Builder::new()
            .name("sqlite writer".to_owned())
            .spawn(move || run(link, &queue, &checkpointer))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub(super) async fn apply(
        &self,
        batch: Batch,
        now: Timestamp,
    ) -> Result<Result<(), Conflict>, Error> {
        match self.work("write", Work::Apply(batch, now)).await? {
            Outcome::Applied(outcome) => Ok(outcome),
            Outcome::Done | Outcome::Swept(_) => Ok(Ok(())),
        }
    }

    pub(super) async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Error> {
        self.clean("sweep", Work::Sweep(now, limit)).await
    }

    pub(super) async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, Error> {
        self.clean("prune its audit trail", Work::Prune(before, limit))
            .await
    }

    async fn clean(&self, doing: &'static str, work: Work) -> Result<usize, Error> {
        match self.work(doing, work).await? {
            Outcome::Swept(swept) => Ok(swept),
            Outcome::Applied(_) | Outcome::Done => Ok(0),
        }
    }

    pub(super) async fn ping(&self) -> Result<(), Error> {
        self.work("write", Work::Ping).await.map(drop)
    }

    /// Lets a test set something up on the connection that writes.
    #[cfg(test)]
    pub(super) async fn sql(&self, statements: &str) {
        let work = Work::Sql(statements.to_owned());
        self.work("be set up", work).await.map(drop).unwrap();
    }

    async fn work(&self, doing: &'static str, work: Work) -> Result<Outcome, Error> {
        let ended = || Error::unavailable(doing, Ended);
        let (answer, answered) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.send(Job { work, answer }).map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // Its panic was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// Works until nobody can ask any more.
fn run(mut link: Link, queue: &Receiver<Job>, checkpointer: &Checkpointer) {
    let mut group = Vec::new();
    while let Ok(first) = queue.recv() {
        group.push(first);
        group.extend(queue.try_iter().take(GROUP - 1));
        let outcomes = link.with("write", |connection| commit(connection, &group));
        for (place, job) in group.drain(..).enumerate() {
            let outcome = outcomes.as_ref().map(|outcomes| outcomes[place]);
            // Whoever asked may be gone; what is done is done.
            let _ = job.answer.send(outcome.map_err(Clone::clone));
        }
        checkpointer.after_commit(&mut link);
    }
}

/// Does a group of jobs in one transaction.
fn commit(connection: &Connection, group: &[Job]) -> rusqlite::Result<Vec<Outcome>> {
    #[cfg(test)]
    if let [
        Job {
            work: Work::Sql(statements),
            ..
        },
    ] = group
    {
        connection.execute_batch(statements)?;
        return Ok(vec![Outcome::Done]);
    }
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let outcomes = group
        .iter()
        .map(|job| job.work.run(&transaction))
        .collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(outcomes)
}

impl Work {
    fn run(&self, connection: &Connection) -> rusqlite::Result<Outcome> {
        Ok(match self {
            Self::Apply(batch, now) => Outcome::Applied(steps::apply(connection, batch, *now)?),
            Self::Ping => Outcome::Done,
            Self::Prune(before, limit) => {
                Outcome::Swept(steps::prune(connection, *before, *limit)?)
            }
            Self::Sweep(now, limit) => Outcome::Swept(steps::sweep(connection, *now, *limit)?),
            #[cfg(test)]
            Self::Sql(_) => Outcome::Done,
        })
    }
}
