//! The tables, and how older ones become what they are now.

use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::storage::{Error, OpenError};

/// What turns each version into the next; the first begins with nothing. Never change one.
///
/// Records lie in the order in which they came: an insertion touches one random page, that of its
/// handle in the index, where a table ordered by handle would touch one of ten times as many.
const MIGRATIONS: [&str; 1] = ["
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    handle BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER,
    client TEXT,
    user TEXT,
    family TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX records_by_handle ON records (kind, handle);
CREATE INDEX records_by_client ON records (client) WHERE client IS NOT NULL;
CREATE INDEX records_by_user ON records (user) WHERE user IS NOT NULL;
CREATE INDEX records_by_family ON records (family) WHERE family IS NOT NULL;
CREATE INDEX records_by_expiry ON records (expires) WHERE expires IS NOT NULL;

CREATE TABLE claims (
    id BLOB PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_by_expiry ON claims (expires);

CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    client TEXT,
    user TEXT,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_client ON events (client) WHERE client IS NOT NULL;
CREATE INDEX events_by_user ON events (user) WHERE user IS NOT NULL;
"];

/// Says in the file whose it is: `TRPD`.
const APPLICATION_ID: i64 = 0x5452_5044;

#[expect(clippy::cast_possible_wrap, reason = "there are few migrations")]
const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Brings the tables up to date, while others may be about to do the same.
pub(super) fn migrate(connection: &Connection) -> Result<(), OpenError> {
    let refused = |error| Error::unavailable("make its tables", error);
    check(connection)?;
    if user_version(connection).map_err(refused)? == NEWEST {
        return Ok(());
    }
    switch_to_wal(connection).map_err(refused)?;
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
            .map_err(refused)?;
    look(&transaction)?;
    let version = user_version(&transaction).map_err(refused)?;
    let done = usize::try_from(version).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration).map_err(refused)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .map_err(refused)?;
    transaction
        .pragma_update(None, "user_version", NEWEST)
        .map_err(refused)?;
    Ok(transaction.commit().map_err(refused)?)
}

/// Refuses what another program made, or a newer Tripod.
pub(super) fn check(connection: &Connection) -> Result<(), OpenError> {
    let refused = |error| Error::unavailable("read its version", error);
    // As it is at one moment: tables that another one makes meanwhile would look like a foreign
    // program's to whoever had read the application's number before.
    let moment = rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Deferred)
        .map_err(refused)?;
    look(&moment)
}

fn look(connection: &Connection) -> Result<(), OpenError> {
    let refused = |error| Error::unavailable("read its version", error);
    let application: i64 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(refused)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(refused)?;
    if application != APPLICATION_ID && (application != 0 || tables != 0) {
        return Err(OpenError::Foreign);
    }
    let found = user_version(connection).map_err(refused)?;
    if found > NEWEST {
        return Err(OpenError::Newer {
            found,
            known: NEWEST,
        });
    }
    Ok(())
}

fn user_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Asks again where two begin at once: for this lock SQLite does not wait by itself.
fn switch_to_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if tries < 250 && error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) =>
            {
                tries += 1;
                thread::sleep(Duration::from_millis(20));
            }
            outcome => return outcome,
        }
    }
}
