//! What is written, step by step.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use tripod_core::timestamp::Timestamp;

use super::rows;
use crate::handle::Handle;
use crate::storage::{Batch, Conflict, Event, Kind, Op, Record, Selector};

/// Applies a batch within a transaction, and undoes this batch alone if a condition does not hold.
pub(super) fn apply(
    connection: &Connection,
    batch: &Batch,
    now: Timestamp,
) -> rusqlite::Result<Result<(), Conflict>> {
    // The first step writes nothing unless its condition holds.
    if let [only] = batch.ops() {
        let holds = step(connection, only, now)?;
        return Ok(if holds {
            Ok(())
        } else {
            Err(Conflict { step: 0 })
        });
    }
    run(connection, "SAVEPOINT batch")?;
    for (number, op) in batch.ops().iter().enumerate() {
        if !step(connection, op, now)? {
            run(connection, "ROLLBACK TO batch")?;
            run(connection, "RELEASE batch")?;
            return Ok(Err(Conflict { step: number }));
        }
    }
    run(connection, "RELEASE batch")?;
    Ok(Ok(()))
}

/// Removes at most `limit` records and claims whose time is over.
pub(super) fn sweep(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<usize> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let records = connection
        .prepare_cached(
            "DELETE FROM records WHERE id IN
             (SELECT id FROM records WHERE expires <= ?1 ORDER BY expires LIMIT ?2)",
        )?
        .execute(params![now.as_unix(), most])?;
    let left = i64::try_from(limit.saturating_sub(records)).unwrap_or(i64::MAX);
    let claims = connection
        .prepare_cached(
            "DELETE FROM claims WHERE id IN
             (SELECT id FROM claims WHERE expires <= ?1 ORDER BY expires LIMIT ?2)",
        )?
        .execute(params![now.as_unix(), left])?;
    Ok(records.saturating_add(claims))
}

/// Removes events from before a time, of the `limit` oldest.
///
/// Their numbers tell which these are, so that no index by time is needed.
pub(super) fn prune(
    connection: &Connection,
    before: Timestamp,
    limit: usize,
) -> rusqlite::Result<usize> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "DELETE FROM events WHERE at < ?1 AND number IN
             (SELECT number FROM events ORDER BY number LIMIT ?2)",
        )?
        .execute(params![before.as_unix(), most])
}

/// Runs a statement that is kept, since every transaction has it.
pub(super) fn run(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

/// Takes a step, and tells whether its condition held.
fn step(connection: &Connection, op: &Op, now: Timestamp) -> rusqlite::Result<bool> {
    let rows = match op {
        Op::Audit(event) => audit(connection, event)?,
        Op::Claim { id, expires } => claim(connection, *id, *expires, now)?,
        Op::Insert(record) => insert(connection, record, now)?,
        Op::Remove {
            kind,
            handle,
            version,
        } => connection
            .prepare_cached(
                "DELETE FROM records WHERE kind = ?1 AND handle = ?2 AND version = ?3
                 AND (expires IS NULL OR expires > ?4)",
            )?
            .execute(params![
                *kind as u8,
                handle.as_octets(),
                version,
                now.as_unix()
            ])?,
        Op::RemoveAll { kinds, selector } => {
            remove_all(connection, kinds, selector)?;
            1
        }
        Op::Replace(record) => replace(connection, record, now)?,
    };
    Ok(rows == 1)
}

fn audit(connection: &Connection, event: &Event) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "INSERT INTO events (at, name, client, user, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            event.at.as_unix(),
            event.name,
            event.client,
            event.user,
            event.detail.to_string()
        ])
}

fn claim(
    connection: &Connection,
    id: Handle,
    expires: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "INSERT INTO claims (id, expires) VALUES (?1, ?2)
             ON CONFLICT (id) DO UPDATE SET expires = excluded.expires WHERE expires <= ?3",
        )?
        .execute(params![id.as_octets(), expires.as_unix(), now.as_unix()])
}

fn insert(connection: &Connection, record: &Record, now: Timestamp) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "INSERT INTO records (kind, handle, version, expires, client, user, family, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (kind, handle) DO UPDATE SET version = excluded.version,
                 expires = excluded.expires, client = excluded.client, user = excluded.user,
                 family = excluded.family, body = excluded.body
             WHERE records.expires <= ?9",
        )?
        .execute(params![
            record.kind as u8,
            record.handle.as_octets(),
            record.version,
            record.expires.map(Timestamp::as_unix),
            record.index.client,
            record.index.user,
            record.index.family,
            record.body,
            now.as_unix()
        ])
}

fn replace(connection: &Connection, record: &Record, now: Timestamp) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "UPDATE records SET version = ?3, expires = ?4, client = ?5, user = ?6, family = ?7,
                 body = ?8
             WHERE kind = ?1 AND handle = ?2 AND version = ?3 - 1
             AND (expires IS NULL OR expires > ?9)",
        )?
        .execute(params![
            record.kind as u8,
            record.handle.as_octets(),
            record.version,
            record.expires.map(Timestamp::as_unix),
            record.index.client,
            record.index.user,
            record.index.family,
            record.body,
            now.as_unix()
        ])
}

fn remove_all(
    connection: &Connection,
    kinds: &[Kind],
    selector: &Selector,
) -> rusqlite::Result<()> {
    let (meant, names) = rows::meant(selector);
    // The plus keeps the index of handles out of it: a name has fewer records than a kind.
    let mut statement = connection.prepare_cached(&match selector {
        Selector::All => "DELETE FROM records WHERE kind = ?".to_owned(),
        _ => format!("DELETE FROM records WHERE +kind = ? AND {meant}"),
    })?;
    for kind in kinds {
        let kind = Value::Integer((*kind as u8).into());
        let names = names.iter().map(|name| Value::Text((*name).to_owned()));
        statement.execute(params_from_iter([kind].into_iter().chain(names)))?;
    }
    Ok(())
}
