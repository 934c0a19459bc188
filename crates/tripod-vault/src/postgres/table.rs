//! The rows of the table, and what is sealed in them.

use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use tripod_core::clock::Clock;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::edge::Edge;
use crate::entry::{Entry, Revision};
use crate::error::{Damage, Error};
use crate::file::KeySource;
use crate::key::Key;
use crate::postgres::advisory_lock::AdvisoryLock;
use crate::seal::{Salt, Sealed};
use crate::shared_key::SharedKey;

/// A table of entries, and the key of their documents.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) key: SharedKey,
}

impl Table {
    /// The SQL that makes the table, once: two who run it at the same time would trip over each
    /// other.
    pub(super) fn schema(&self) -> String {
        let table = &self.name;
        let lock = AdvisoryLock::new(table, "schema\n").wait(); // no key has a line break
        // What an earlier table of this name gave is not given again.
        let start = Edge.now().as_unix().max(1);
        format!(
            "BEGIN;
{lock};
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

    /// Makes the table if it is missing, and makes sure that it may be written.
    pub(super) async fn prepare(&self, client: &Client) -> Result<(), Error> {
        let table = &self.name;
        let is_true = async |sql: &str| -> Result<bool, Error> {
            let row = client.query_typed_one(sql, &[]).await.map_err(reading)?;
            row.try_get(0).map_err(reading)
        };
        if is_true(&format!("SELECT to_regclass('{table}') IS NULL")).await? {
            let made = client.batch_execute(&self.schema()).await;
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
    }

    /// Reads an entry; none if there is no table yet.
    pub(super) async fn read(&self, client: &Client, key: &Key) -> Result<Option<Entry>, Error> {
        let sql = format!(
            "SELECT revision, written_at, sealed FROM {} WHERE key = $1",
            self.name
        );
        let parameters = [(&key.as_str() as &(dyn ToSql + Sync), Type::TEXT)];
        let row = match client.query_typed_opt(&sql, &parameters).await {
            Err(error) if is_missing(&error) => None,
            row => row.map_err(reading)?,
        };
        row.map(|row| self.open(key, &row)).transpose()
    }

    pub(super) async fn list(&self, client: &Client) -> Result<Vec<Key>, Error> {
        let sql = format!("SELECT key FROM {}", self.name);
        let rows = match client.query_typed(&sql, &[]).await {
            Err(error) if is_missing(&error) => Vec::new(),
            rows => rows.map_err(reading)?,
        };
        let mut keys = rows
            .iter()
            .map(|row| {
                let name = row.try_get(0).map_err(reading)?;
                Key::parse(name).map_err(|_| Error::Damaged {
                    place: format!("the table {}", self.name),
                    damage: Damage::Corrupted,
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        keys.sort(); // by octets, whatever the collation of the server
        Ok(keys)
    }

    /// Writes a document, sealed for its row, under a revision that was never given.
    pub(super) async fn replace(
        &self,
        client: &Client,
        key: &Key,
        document: Secret,
        now: Timestamp,
    ) -> Result<Entry, tokio_postgres::Error> {
        let sql = format!("SELECT nextval('{}_revision')", self.name);
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
            "INSERT INTO {} (key, revision, written_at, sealed) VALUES ($1, $2, $3, $4)
             ON CONFLICT (key) DO UPDATE SET revision = $2, written_at = $3, sealed = $4",
            self.name
        );
        let parameters: [(&(dyn ToSql + Sync), Type); 4] = [
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

    pub(super) async fn remove(
        &self,
        client: &Client,
        key: &Key,
    ) -> Result<(), tokio_postgres::Error> {
        let sql = format!("DELETE FROM {} WHERE key = $1", self.name);
        let parameters = [(&key.as_str() as &(dyn ToSql + Sync), Type::TEXT)];
        client.execute_typed(&sql, &parameters).await?;
        Ok(())
    }

    fn open(&self, key: &Key, row: &Row) -> Result<Entry, Error> {
        let place = || format!("the row {key} of {}", self.name);
        let damaged = |damage| Error::Damaged {
            place: place(),
            damage,
        };
        let revision: i64 = row.try_get(0).map_err(reading)?;
        let written_at: i64 = row.try_get(1).map_err(reading)?;
        let sealed = Sealed::parse(row.try_get(2).map_err(reading)?).map_err(damaged)?;
        let seal = self.key.find(&sealed.header);
        let seal = seal.ok_or_else(|| Error::WrongKey {
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
}

/// What a sealed document belongs to: it opens nowhere else.
fn context(key: &Key, revision: i64, written_at: i64) -> Vec<u8> {
    format!("row {revision} {written_at} {key}").into_bytes()
}

fn is_missing(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNDEFINED_TABLE)
}

fn reading(source: tokio_postgres::Error) -> Error {
    Error::Database {
        doing: "cannot be read",
        source,
    }
}
