//! What is read.

use std::borrow::Cow;

use deadpool_postgres::Pool;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use tripod_core::timestamp::Timestamp;

use super::fault::Fault;
use crate::handle::Handle;
use crate::storage::{Event, EventQuery, Index, Kind, Query, Record, Selector, StoredEvent};

pub(super) async fn load(
    pool: &Pool,
    kind: Kind,
    handle: Handle,
    now: Timestamp,
) -> Result<Option<Record>, Fault> {
    let client = pool.get().await?;
    let statement = client
        .prepare_cached(
            "SELECT handle, version, expires, client, usr, family, body FROM tripod_records
             WHERE kind = $1 AND handle = $2 AND (expires IS NULL OR expires > $3)",
        )
        .await?;
    let octets = handle.as_octets().as_slice();
    let row = client
        .query_opt(&statement, &[&number(kind), &octets, &now.as_unix()])
        .await?;
    row.map(|row| record(kind, &row)).transpose()
}

pub(super) async fn page(pool: &Pool, query: Query, now: Timestamp) -> Result<Vec<Record>, Fault> {
    let client = pool.get().await?;
    let (meant, names) = meant(&query.selector, 5);
    let statement = client
        .prepare_cached(&format!(
            "SELECT handle, version, expires, client, usr, family, body FROM tripod_records
             WHERE kind = $1 AND handle > $2 AND (expires IS NULL OR expires > $3) AND {meant}
             ORDER BY handle LIMIT $4"
        ))
        .await?;
    // Every handle sorts behind no octets at all.
    let after = query
        .after
        .map_or(Vec::new(), |after| after.as_octets().to_vec());
    let (kind, now, limit) = (number(query.kind), now.as_unix(), limit(query.limit));
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&kind, &after, &now, &limit];
    values.extend(names.iter().map(|name| name as &(dyn ToSql + Sync)));
    let rows = client.query(&statement, &values).await?;
    rows.iter().map(|row| record(query.kind, row)).collect()
}

/// Returns the condition for what is meant, with parameters from this number on, and their values.
pub(super) fn meant(selector: &Selector, from: usize) -> (String, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| text(name).into_owned()).collect();
    match selector {
        Selector::All => ("TRUE".to_owned(), Vec::new()),
        Selector::Client(client) => (format!("client = ${from}"), owned(&[client])),
        Selector::Family(family) => (format!("family = ${from}"), owned(&[family])),
        Selector::Grant { user, client } => (
            format!("usr = ${from} AND client = ${}", from.saturating_add(1)),
            owned(&[user, client]),
        ),
        Selector::User(user) => (format!("usr = ${from}"), owned(&[user])),
    }
}

pub(super) async fn events(pool: &Pool, query: EventQuery) -> Result<Vec<StoredEvent>, Fault> {
    let client = pool.get().await?;
    let mut conditions = String::from("number < $1");
    if query.client.is_some() {
        conditions.push_str(" AND client = $3");
    }
    if query.user.is_some() {
        conditions.push_str(" AND usr = $4");
    }
    // What is not used must have a type all the same.
    let statement = client
        .prepare_cached(&format!(
            "SELECT number, at, name, client, usr, detail FROM tripod_events
             WHERE {conditions} AND ($3::text IS NULL OR TRUE) AND ($4::text IS NULL OR TRUE)
             ORDER BY number DESC LIMIT $2"
        ))
        .await?;
    let before = query.before.unwrap_or(i64::MAX);
    let limit = limit(query.page_size());
    let of_client = query.client.as_deref().map(text);
    let of_user = query.user.as_deref().map(text);
    let values: [&(dyn ToSql + Sync); 4] = [&before, &limit, &of_client, &of_user];
    let rows = client.query(&statement, &values).await?;
    rows.iter().map(event).collect()
}

/// Returns what PostgreSQL can hold: it has no NUL in text.
///
/// What people type ends up in the audit trail, and nothing of it may make a batch fail.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

pub(super) fn number(kind: Kind) -> i16 {
    i16::from(kind as u8)
}

pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn record(kind: Kind, row: &Row) -> Result<Record, Fault> {
    let handle: &[u8] = row.try_get(0)?;
    let version: i64 = row.try_get(1)?;
    let index = Index {
        client: row.try_get(3)?,
        user: row.try_get(4)?,
        family: row.try_get(5)?,
    };
    Ok(Record {
        kind,
        handle: Handle::from_octets(handle.try_into().map_err(|_| Fault::Foreign)?),
        index,
        expires: row.try_get::<_, Option<i64>>(2)?.map(Timestamp::from_unix),
        version: version.try_into().map_err(|_| Fault::Foreign)?,
        body: row.try_get(6)?,
    })
}

fn event(row: &Row) -> Result<StoredEvent, Fault> {
    let detail: &str = row.try_get(5)?;
    let event = Event {
        at: Timestamp::from_unix(row.try_get(1)?),
        name: row.try_get(2)?,
        client: row.try_get(3)?,
        user: row.try_get(4)?,
        detail: serde_json::from_str(detail).map_err(|_| Fault::Foreign)?,
    };
    Ok(StoredEvent {
        number: row.try_get(0)?,
        event,
    })
}
