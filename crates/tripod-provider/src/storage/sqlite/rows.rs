//! What is read.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params, params_from_iter};
use tripod_core::timestamp::Timestamp;

use crate::handle::Handle;
use crate::storage::{Event, EventQuery, Index, Kind, Query, Record, Selector, StoredEvent};

pub(super) fn load(
    connection: &Connection,
    kind: Kind,
    handle: Handle,
    now: Timestamp,
) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(
        "SELECT handle, version, expires, client, user, family, body FROM records
         WHERE kind = ?1 AND handle = ?2 AND (expires IS NULL OR expires > ?3)",
    )?;
    let row = params![kind as u8, handle.as_octets(), now.as_unix()];
    statement.query_row(row, |row| record(kind, row)).optional()
}

pub(super) fn page(
    connection: &Connection,
    query: &Query,
    now: Timestamp,
) -> rusqlite::Result<Vec<Record>> {
    let (meant, names) = meant(&query.selector);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT handle, version, expires, client, user, family, body FROM records
         WHERE kind = ? AND handle > ? AND (expires IS NULL OR expires > ?) AND {meant}
         ORDER BY handle LIMIT ?"
    ))?;
    // A blob sorts behind an empty one, so that this is before all.
    let after = query
        .after
        .map_or(Vec::new(), |after| after.as_octets().to_vec());
    let mut values = vec![
        Value::Integer((query.kind as u8).into()),
        Value::Blob(after),
        Value::Integer(now.as_unix()),
    ];
    values.extend(names.into_iter().map(|name| Value::Text(name.to_owned())));
    values.push(Value::Integer(limit(query.limit)));
    statement
        .query_map(params_from_iter(values), |row| record(query.kind, row))?
        .collect()
}

/// Returns the condition for what is meant, and the names that go into it.
pub(super) fn meant(selector: &Selector) -> (&'static str, Vec<&str>) {
    match selector {
        Selector::All => ("TRUE", Vec::new()),
        Selector::Client(client) => ("client = ?", vec![client]),
        Selector::Family(family) => ("family = ?", vec![family]),
        // The plus keeps the index of clients out of it: a user has fewer records than a client.
        Selector::Grant { user, client } => ("user = ? AND +client = ?", vec![user, client]),
        Selector::User(user) => ("user = ?", vec![user]),
    }
}

pub(super) fn events(
    connection: &Connection,
    query: &EventQuery,
) -> rusqlite::Result<Vec<StoredEvent>> {
    let mut conditions = String::from("number < :before");
    if query.client.is_some() {
        conditions.push_str(" AND client = :client");
    }
    if query.user.is_some() {
        conditions.push_str(" AND user = :user");
    }
    // Unused ones must be parameters, too.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT number, at, name, client, user, detail FROM events
         WHERE {conditions} AND (:client IS NULL OR TRUE) AND (:user IS NULL OR TRUE)
         ORDER BY number DESC LIMIT :limit"
    ))?;
    let names = named_params! {
        ":before": query.before.unwrap_or(i64::MAX),
        ":client": query.client,
        ":user": query.user,
        ":limit": limit(query.page_size()),
    };
    statement.query_map(names, event)?.collect()
}

fn record(kind: Kind, row: &Row<'_>) -> rusqlite::Result<Record> {
    let index = Index {
        client: row.get(3)?,
        user: row.get(4)?,
        family: row.get(5)?,
    };
    Ok(Record {
        kind,
        handle: Handle::from_octets(row.get(0)?),
        version: row.get(1)?,
        expires: row.get::<_, Option<i64>>(2)?.map(Timestamp::from_unix),
        index,
        body: row.get(6)?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    let detail: String = row.get(5)?;
    let event = Event {
        at: Timestamp::from_unix(row.get(1)?),
        name: row.get(2)?,
        client: row.get(3)?,
        user: row.get(4)?,
        detail: serde_json::from_str(&detail).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, error.into())
        })?,
    };
    Ok(StoredEvent {
        number: row.get(0)?,
        event,
    })
}

fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
