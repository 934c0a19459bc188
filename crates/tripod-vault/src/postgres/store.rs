//! Reading and changing the rows of the table.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config, Row};
use tripod_core::clock::Clock;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::backoff::Backoff;
use crate::edge::Edge;
use crate::entry::{Entry, Revision};
use crate::error::{Damage, Error};
use crate::file::KeySource;
use crate::key::Key;
use crate::postgres::{APPLICATION, PostgresOptions, connection, host_name};
use crate::seal::{Salt, Sealed};
use crate::shared_key::SharedKey;
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

/// The SQL that makes the table, once: two who run it at the same time would trip over each other.
pub(super) fn schema(table: &str) -> String {
    let (low, high) = halves(lock_number(table, "schema of the table"));
    // What an earlier table of this name gave is not given again.
    let start = Edge.now().as_unix().max(1);
    format!(
        "BEGIN;
SELECT pg_advisory_xact_lock({high}, {low});
CREATE TABLE IF NOT EXISTS {table} (
  key text PRIMARY KEY,
  revision bigint NOT NULL,
  written_at bigint NOT NULL,
  sealed bytea NOT NULL
);
CREATE SEQUENCE IF NOT EXISTS {table}_revision START WITH {start};
COMMIT"
    )
}

#[derive(Debug)]
pub(crate) struct Store {
    config: Config,
    table: String,
    key: SharedKey,
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
            key: options.key,
            turns: Turns::default(),
            is_prepared: OnceCell::new(),
            reader: Mutex::default(),
        }
    }

    pub(crate) async fn read(&self, key: &Key) -> Result<Option<Entry>, Error> {
        match self.select(&*self.reader().await?, key).await {
            // The server hung up on a connection that was idle for long.
            Err(Error::Database { source, .. }) if source.is_closed() => {
                self.select(&*self.reader().await?, key).await
            }
            read => read,
        }
    }

    pub(crate) async fn list(&self) -> Result<Vec<Key>, Error> {
        let client = self.reader().await?;
        let sql = format!("SELECT key FROM {}", self.table);
        let rows = match client.query_typed(&sql, &[]).await {
            Err(error) if is_missing(&error) => Vec::new(),
            rows => rows.map_err(reading)?,
        };
        let mut keys = rows
            .iter()
            .map(|row| {
                let name: String = row.try_get(0).map_err(reading)?;
                Key::parse(&name).map_err(|_| Error::Damaged {
                    place: format!("the table {}", self.table),
                    damage: Damage::Corrupted,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        keys.sort(); // by octets, whatever the collation of the server
        Ok(keys)
    }

    pub(crate) async fn lock(
        self: &Arc<Self>,
        key: &Key,
        contended: &Contended,
    ) -> Result<Held, Error> {
        let turn = self.turns.take(key, contended).await;
        let client = self.lock_row(key, contended).await?;
        Ok(Held {
            client,
            _turn: turn,
            store: Arc::clone(self),
            key: key.clone(),
            found: None,
        })
    }

    pub(crate) async fn holder(&self, key: &Key) -> Option<Holder> {
        let elsewhere = self.holder_elsewhere(key).await;
        elsewhere.or_else(|| self.turns.is_taken(key).then(Holder::this_process))
    }

    async fn holder_elsewhere(&self, key: &Key) -> Option<Holder> {
        let client = self.reader().await.ok()?;
        let (low, high) = halves(lock_number(&self.table, key.as_str()));
        let sql = "SELECT application_name, extract(epoch FROM xact_start)::bigint
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND objsubid = 2
              AND classid::bigint = $1 AND objid::bigint = $2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let (high, low) = (unsigned(high), unsigned(low));
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
            [(&high, Type::INT8), (&low, Type::INT8)];
        let row = client.query_typed_opt(sql, &parameters).await.ok()??;
        let name: String = row.try_get(0).ok()?;
        let mut holder = parse_holder(&name)?;
        holder.since = row.try_get(1).ok().map(Timestamp::from_unix);
        Some(holder)
    }

    /// Connects, and waits for the lock of the row in a transaction.
    async fn lock_row(&self, key: &Key, contended: &Contended) -> Result<Client, Error> {
        let client = connection::connect(&self.config).await?;
        self.prepare(&client).await?;
        client.batch_execute(BEGIN).await.map_err(locking)?;
        let (low, high) = halves(lock_number(&self.table, key.as_str()));
        let sql = format!("SELECT pg_try_advisory_xact_lock({high}, {low})");
        let mut backoff = Backoff::default();
        loop {
            let row = client.query_typed_one(&sql, &[]).await.map_err(locking)?;
            if row.try_get(0).map_err(locking)? {
                return Ok(client);
            }
            contended.see();
            backoff.pause().await;
        }
    }

    /// Makes the table if it is missing, and makes sure that it may be written.
    async fn prepare(&self, client: &Client) -> Result<(), Error> {
        let prepare = async || {
            let table = &self.table;
            let is_true = async |sql: &str| -> Result<bool, Error> {
                let row = client.query_typed_one(sql, &[]).await.map_err(reading)?;
                row.try_get(0).map_err(reading)
            };
            if is_true(&format!("SELECT to_regclass('{table}') IS NULL")).await? {
                let made = client.batch_execute(&schema(table)).await;
                made.map_err(|source| Error::Database {
                    doing: "cannot make the table",
                    source,
                })?;
            }
            let is_granted = format!(
                "SELECT bool_and(has_table_privilege('{table}', verb))
                   AND has_sequence_privilege('{table}_revision', 'USAGE')
                 FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS verb"
            );
            match is_true(&is_granted).await? {
                true => Ok(()),
                false => Err(Error::NotGranted {
                    table: table.clone(),
                }),
            }
        };
        self.is_prepared.get_or_try_init(prepare).await.copied()
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

    async fn select(&self, client: &Client, key: &Key) -> Result<Option<Entry>, Error> {
        let sql = format!(
            "SELECT revision, written_at, sealed FROM {} WHERE key = $1",
            self.table
        );
        let name = key.as_str();
        let row = match client.query_typed_opt(&sql, &[(&name, Type::TEXT)]).await {
            Err(error) if is_missing(&error) => None,
            row => row.map_err(reading)?,
        };
        row.map(|row| self.entry(key, &row)).transpose()
    }

    fn entry(&self, key: &Key, row: &Row) -> Result<Entry, Error> {
        let place = || format!("the row {key} of {}", self.table);
        let damaged = |damage| Error::Damaged {
            place: place(),
            damage,
        };
        let revision: i64 = row.try_get(0).map_err(reading)?;
        let written_at: i64 = row.try_get(1).map_err(reading)?;
        let octets: &[u8] = row.try_get(2).map_err(reading)?;

        let sealed = Sealed::parse(octets).map_err(damaged)?;
        let seal = self
            .key
            .find(&sealed.header)
            .ok_or_else(|| Error::WrongKey {
                place: place(),
                key: KeySource::KeyFile,
            })?;
        let context = context(key, revision, written_at);
        let plain = seal.open(&sealed, &context).map_err(damaged)?;
        let document = std::str::from_utf8(&plain).map_err(|_| damaged(Damage::Corrupted))?;
        Ok(Entry {
            document: Secret::from(document),
            revision: Revision::from_number(revision.unsigned_abs()),
            written_at: Timestamp::from_unix(written_at),
        })
    }

    async fn replace(
        &self,
        client: &Client,
        key: &Key,
        document: Secret,
        now: Timestamp,
    ) -> Result<Entry, tokio_postgres::Error> {
        let sql = format!("SELECT nextval('{}_revision')", self.table);
        let revision: i64 = client.query_typed_one(&sql, &[]).await?.try_get(0)?;
        let written_at = now.as_unix();
        let mut salt = Salt::default();
        Edge.fill(&mut salt);
        let sealed = self.key.seal(salt).close(
            document.expose().as_bytes(),
            &context(key, revision, written_at),
            &mut Edge,
        );
        let sql = format!(
            "INSERT INTO {} VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET revision = $2, written_at = $3, sealed = $4",
            self.table
        );
        let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 4] = [
            (&key.as_str(), Type::TEXT),
            (&revision, Type::INT8),
            (&written_at, Type::INT8),
            (&sealed, Type::BYTEA),
        ];
        client.execute_typed(&sql, &parameters).await?;
        Ok(Entry {
            document,
            revision: Revision::from_number(revision.unsigned_abs()),
            written_at: now,
        })
    }

    async fn delete(&self, client: &Client, key: &Key) -> Result<(), tokio_postgres::Error> {
        let sql = format!("DELETE FROM {} WHERE key = $1", self.table);
        let name = key.as_str();
        client.execute_typed(&sql, &[(&name, Type::TEXT)]).await?;
        Ok(())
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
        let entry = self.store.select(&self.client, &self.key).await?;
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
                let replaced = self.store.replace(&self.client, &self.key, document, now);
                Some(replaced.await?)
            }
            None => {
                self.store.delete(&self.client, &self.key).await?;
                None
            }
        };
        self.client.batch_execute("COMMIT").await?;
        Ok(entry)
    }

    async fn lock_again(&mut self) -> Result<Option<Entry>, Error> {
        let contended = Contended::default();
        let lock = self.store.lock_row(&self.key, &contended);
        self.client = tokio::time::timeout(AGAIN, lock)
            .await
            .map_err(|_| Error::Overtaken {
                key: self.key.clone(),
            })??;
        self.store.select(&self.client, &self.key).await
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Held").field(&self.key).finish()
    }
}

/// What a sealed document belongs to: it opens nowhere else.
fn context(key: &Key, revision: i64, written_at: i64) -> Vec<u8> {
    format!("row {revision} {written_at} {key}").into_bytes()
}

/// The number of the advisory lock; two that fall together wait for each other and do no harm.
fn lock_number(table: &str, name: &str) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(format!("{APPLICATION}\0{table}\0{name}")).into();
    *digest.first_chunk().expect("32 octets begin with 8")
}

/// The two numbers of a lock: the low and the high one.
fn halves(number: [u8; 8]) -> (i32, i32) {
    let [a, b, c, d, e, f, g, h] = number;
    (
        i32::from_be_bytes([e, f, g, h]),
        i32::from_be_bytes([a, b, c, d]),
    )
}

/// How `pg_locks` shows such a number.
fn unsigned(half: i32) -> i64 {
    i64::from(u32::from_be_bytes(half.to_be_bytes()))
}

fn parse_holder(application: &str) -> Option<Holder> {
    let (process, host) = application
        .strip_prefix(APPLICATION)?
        .trim_start()
        .split_once('@')?;
    Some(Holder {
        process: process.parse().ok()?,
        host: Some(host.to_owned()).filter(|host| !host.is_empty() && *host != host_name()),
        since: None,
    })
}

fn is_missing(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNDEFINED_TABLE)
}

fn is_broken(client: &Client, error: &tokio_postgres::Error) -> bool {
    client.is_closed() || error.is_closed() || error.as_db_error().is_none()
}

fn reading(source: tokio_postgres::Error) -> Error {
    Error::Database {
        doing: "cannot be read",
        source,
    }
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
