//! Reading, and changing under a lock.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::{Client, Config};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::backoff::Backoff;
use crate::entry::{Entry, Revision};
use crate::error::Error;
use crate::key::Key;
use crate::postgres::advisory_lock::AdvisoryLock;
use crate::postgres::table::Table;
use crate::postgres::{PostgresOptions, connection};
use crate::turns::{Turn, Turns};
use crate::wait::{Contended, Holder};

/// How long the lock is waited for again, after the connection broke during the exchange.
const AGAIN: Duration = Duration::from_secs(10);

/// Begins a transaction that sees what others commit while it waits, however the server is set up;
/// that is not ended because the exchange takes long; whose end the server notices when this host
/// vanishes; and whose commit is on disk.
const BEGIN: &str = "\
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL tcp_keepalives_idle = 10;
SET LOCAL tcp_keepalives_interval = 5;
SET LOCAL tcp_keepalives_count = 3;
SELECT set_config('synchronous_commit', 'on', true)
  WHERE current_setting('synchronous_commit') = 'off'";

#[derive(Debug)]
pub(crate) struct Store {
    config: Config,
    table: Table,
    turns: Turns,
    is_prepared: OnceCell<()>,
    reader: Mutex<Option<Reader>>,
}

/// A connection for whoever only reads.
struct Reader(Arc<Client>);

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Store {
    pub(crate) fn new(options: PostgresOptions) -> Self {
        Self {
            config: options.config,
            table: options.table,
            turns: Turns::default(),
            is_prepared: OnceCell::new(),
            reader: Mutex::default(),
        }
    }

    pub(crate) async fn read(&self, key: &Key) -> Result<Option<Entry>, Error> {
        match self.table.read(&*self.reader().await?, key).await {
            // The server hung up on a connection that was idle for long.
            Err(Error::Database { source, .. }) if source.is_closed() => {
                self.table.read(&*self.reader().await?, key).await
            }
            read => read,
        }
    }

    pub(crate) async fn list(&self) -> Result<Vec<Key>, Error> {
        match self.table.list(&*self.reader().await?).await {
            Err(Error::Database { source, .. }) if source.is_closed() => {
                self.table.list(&*self.reader().await?).await
            }
            listed => listed,
        }
    }

    pub(crate) async fn lock(
        self: &Arc<Self>,
        key: &Key,
        contended: &Contended,
    ) -> Result<Held, Error> {
        let turn = self.turns.take(key, contended).await;
        Ok(Held {
            client: self.begin(key, contended).await?,
            _turn: turn,
            store: Arc::clone(self),
            key: key.clone(),
            found: None,
        })
    }

    pub(crate) async fn holder(&self, key: &Key) -> Option<Holder> {
        let elsewhere = match self.reader().await {
            Ok(client) => self.advisory_lock(key).holder(&client).await,
            Err(_) => None,
        };
        elsewhere.or_else(|| self.turns.is_taken(key).then(Holder::this_process))
    }

    /// Connects, begins a transaction, and waits for the lock of the entry in it.
    async fn begin(&self, key: &Key, contended: &Contended) -> Result<Client, Error> {
        let client = connection::connect(&self.config).await?;
        let prepare = || self.table.prepare(&client);
        self.is_prepared.get_or_try_init(prepare).await?;
        client.batch_execute(BEGIN).await.map_err(locking)?;
        let attempt = self.advisory_lock(key).attempt();
        let mut backoff = Backoff::default();
        loop {
            let row = client.query_typed_one(&attempt, &[]).await;
            if row.and_then(|row| row.try_get(0)).map_err(locking)? {
                return Ok(client);
            }
            contended.see();
            backoff.pause().await;
        }
    }

    /// The connection for reading, or a new one if it broke or its runtime ended.
    async fn reader(&self) -> Result<Arc<Client>, Error> {
        let mut reader = self.reader.lock().await;
        if let Some(Reader(client)) = reader.as_ref().filter(|reader| !reader.0.is_closed()) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(connection::connect(&self.config).await?);
        *reader = Some(Reader(Arc::clone(&client)));
        Ok(client)
    }

    fn advisory_lock(&self, key: &Key) -> AdvisoryLock {
        AdvisoryLock::new(&self.table.name, key.as_str())
    }
}

/// An entry that this task alone may change: a transaction with the lock of its row.
///
/// Dropping it ends the connection, and with it the transaction and the lock.
pub(crate) struct Held {
    client: Client,
    _turn: Turn,
    store: Arc<Store>,
    key: Key,
    found: Option<Revision>,
}

impl Held {
    pub(crate) async fn read(&mut self) -> Result<Option<Entry>, Error> {
        let entry = self.store.table.read(&self.client, &self.key).await?;
        self.found = entry.as_ref().map(|entry| entry.revision);
        Ok(entry)
    }

    /// Lets go of the lock at once, rather than when the server notices that we are gone.
    pub(crate) async fn release(self) {
        let _ = self.client.batch_execute("ROLLBACK").await;
    }

    /// Writes and commits.
    ///
    /// If the connection broke during the exchange, so did the lock. What came of the exchange is
    /// still the newest there is, unless somebody else wrote meanwhile.
    pub(crate) async fn write(
        mut self,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        match self.write_once(document.clone(), now).await {
            Err(error) if is_broken(&self.client, &error) => {
                let current = self.lock_again().await?;
                let revision = current.as_ref().map(|entry| entry.revision);
                if revision == self.found {
                    return self.write_once(document, now).await.map_err(writing);
                }
                // It broke when everything was done, and nobody told us.
                if current.as_ref().map(|entry| &entry.document) == document.as_ref() {
                    return Ok(current);
                }
                Err(Error::Overtaken { key: self.key })
            }
            written => written.map_err(writing),
        }
    }

    async fn write_once(
        &self,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Result<Option<Entry>, tokio_postgres::Error> {
        let entry = match document {
            Some(document) => {
                let replaced = self
                    .store
                    .table
                    .replace(&self.client, &self.key, document, now);
                Some(replaced.await?)
            }
            None => {
                self.store.table.remove(&self.client, &self.key).await?;
                None
            }
        };
        self.client.batch_execute("COMMIT").await?;
        Ok(entry)
    }

    async fn lock_again(&mut self) -> Result<Option<Entry>, Error> {
        let contended = Contended::default();
        let lock = self.store.begin(&self.key, &contended);
        self.client = tokio::time::timeout(AGAIN, lock)
            .await
            .map_err(|_| Error::Overtaken {
                key: self.key.clone(),
            })??;
        self.store.table.read(&self.client, &self.key).await
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Held").field(&self.key).finish()
    }
}

/// Whether the session is over: the server said so (class 57P), or nothing at all.
fn is_broken(client: &Client, error: &tokio_postgres::Error) -> bool {
    client.is_closed()
        || error
            .code()
            .is_none_or(|code| code.code().starts_with("57P"))
}

fn locking(source: tokio_postgres::Error) -> Error {
    Error::Database {
        doing: "cannot lock the entry",
        source,
    }
}

fn writing(source: tokio_postgres::Error) -> Error {
    Error::Database {
        doing: "cannot be written",
        source,
    }
}
