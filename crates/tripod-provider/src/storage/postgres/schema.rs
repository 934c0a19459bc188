//! The tables, and how older ones become what they are now.

use deadpool_postgres::Object;

use super::fault::Fault;
use crate::storage::{Error, OpenError};

/// What turns each version into the next; the first begins with nothing. Never change one.
const MIGRATIONS: [&str; 1] = ["
CREATE TABLE tripod_records (
    kind smallint NOT NULL,
    handle bytea NOT NULL,
    version bigint NOT NULL,
    expires bigint,
    client text,
    usr text,
    family text,
    body bytea NOT NULL,
    PRIMARY KEY (kind, handle)
);
CREATE INDEX tripod_records_by_client ON tripod_records (client) WHERE client IS NOT NULL;
CREATE INDEX tripod_records_by_user ON tripod_records (usr) WHERE usr IS NOT NULL;
CREATE INDEX tripod_records_by_family ON tripod_records (family) WHERE family IS NOT NULL;
CREATE INDEX tripod_records_by_expiry ON tripod_records (expires) WHERE expires IS NOT NULL;

CREATE TABLE tripod_claims (
    id bytea PRIMARY KEY,
    expires bigint NOT NULL
);
CREATE INDEX tripod_claims_by_expiry ON tripod_claims (expires);

CREATE TABLE tripod_events (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    name text NOT NULL,
    client text,
    usr text,
    detail text NOT NULL
);
CREATE INDEX tripod_events_by_client ON tripod_events (client, number) WHERE client IS NOT NULL;
CREATE INDEX tripod_events_by_user ON tripod_events (usr, number) WHERE usr IS NOT NULL;
"];

/// The advisory lock of whoever changes tables: `tripodDB`.
const LOCK: i64 = i64::from_be_bytes(*b"tripodDB");

#[expect(clippy::cast_possible_wrap, reason = "there are few migrations")]
const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Brings the tables up to date, one node after the other.
pub(super) async fn migrate(client: &mut Object) -> Result<(), OpenError> {
    let found = try_migrate(client)
        .await
        .map_err(|fault| Error::unavailable("make its tables", fault))?;
    if found > NEWEST {
        return Err(OpenError::Newer {
            found,
            known: NEWEST,
        });
    }
    Ok(())
}

/// Returns the version that was found, and changes nothing if it is newer than what is known.
async fn try_migrate(client: &mut Object) -> Result<i64, Fault> {
    let transaction = client.transaction().await?;
    // Even `CREATE TABLE IF NOT EXISTS` fails where two nodes run it at once.
    transaction
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction
        .batch_execute("CREATE TABLE IF NOT EXISTS tripod_schema (version bigint NOT NULL)")
        .await?;
    let row = transaction
        .query_one("SELECT coalesce(max(version), 0) FROM tripod_schema", &[])
        .await?;
    let found: i64 = row.try_get(0)?;
    if found < NEWEST {
        let done = usize::try_from(found).unwrap_or(0);
        for migration in MIGRATIONS.iter().skip(done) {
            transaction.batch_execute(migration).await?;
        }
        transaction
            .execute("INSERT INTO tripod_schema VALUES ($1)", &[&NEWEST])
            .await?;
    }
    transaction.commit().await?;
    Ok(found)
}
