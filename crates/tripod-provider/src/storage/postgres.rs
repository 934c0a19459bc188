//! Storage that several nodes share.

use std::fmt;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::timeout;
use tripod_core::timestamp::Timestamp;

use super::{
    Batch, Conflict, Error, EventQuery, Kind, OpenError, Pending, Query, Record, Storage,
    StoredEvent,
};
use crate::handle::Handle;

mod connect;
mod fault;
mod locks;
mod rows;
mod schema;
mod steps;

use fault::Fault;
use locks::Locks;
use steps::Step;

/// Records in a database of PostgreSQL.
///
/// When the server is away every verb says so, and works again once it is back.
pub struct Postgres {
    pool: Pool,
}

/// How long a verb may take, with waiting for a connection; then the peer had better try again.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a batch is tried again that crossed with another, each waiting for the other.
const TRIES: usize = 5;

impl Postgres {
    /// Connects to a server and brings its tables up to date, while other nodes may do the same.
    ///
    /// The URL has the form and the parameters that libpq knows. Towards another host TLS is used,
    /// with the certificates that the operating system trusts, unless it says `sslmode=disable`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if the URL is malformed, the server cannot be reached, or a newer Tripod made
    /// the tables.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let pool = connect::pool(url)?;
        let unreachable = |fault: Fault| Error::unavailable("connect", fault);
        let client = pool.get().await;
        let mut client = client.map_err(|fault| unreachable(fault.into()))?;
        schema::migrate(&mut client).await?;
        drop(client);
        Ok(Self { pool })
    }

    async fn apply_steps(
        &self,
        steps: &[Step],
        locks: &Locks,
    ) -> Result<Result<(), Conflict>, Fault> {
        let mut tried = 0;
        loop {
            match steps::apply(&self.pool, steps, locks).await {
                Err(fault) if fault.is_crossing() && tried < TRIES => tried += 1,
                outcome => return outcome,
            }
        }
    }
}

impl Storage for Postgres {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        within("read", rows::load(&self.pool, kind, handle, now))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        within("write", async move {
            let ops = batch.into_ops();
            let locks = Locks::of(&ops);
            let steps: Vec<_> = ops.into_iter().map(|op| Step::new(op, now)).collect();
            self.apply_steps(&steps, &locks).await
        })
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        within("list", rows::page(&self.pool, query, now))
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        within("list events", rows::events(&self.pool, query))
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        within("sweep", steps::sweep(&self.pool, now, limit))
    }

    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize> {
        within(
            "prune its audit trail",
            steps::prune(&self.pool, before, limit),
        )
    }

    fn ping(&self) -> Pending<'_, ()> {
        within("answer", async {
            self.pool.get().await?.simple_query("SELECT 1").await?;
            Ok(())
        })
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

fn within<'a, T: 'a>(
    doing: &'static str,
    work: impl Future<Output = Result<T, Fault>> + Send + 'a,
) -> Pending<'a, T> {
    Box::pin(async move {
        let outcome = timeout(PATIENCE, work).await.unwrap_or(Err(Fault::Slow));
        outcome.map_err(|fault| Error::unavailable(doing, fault))
    })
}
