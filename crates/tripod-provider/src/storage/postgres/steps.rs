//! What is written, step by step.

use std::borrow::Cow;

use deadpool_postgres::{Object, Pool, Transaction};
use futures_util::future::{join, join_all};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;
use tripod_core::timestamp::Timestamp;

use super::fault::Fault;
use super::locks::{self, Locks};
use super::rows::{limit, meant, number, text};
use crate::handle::Handle;
use crate::storage::{Conflict, Event, Kind, Op, Record, Selector};

/// A step as a statement.
pub(super) struct Step {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    condition: Condition,
}

type Value = Box<dyn ToSql + Send + Sync>;

enum Condition {
    None,
    OneRow,
}

const AUDIT: &str =
    "INSERT INTO tripod_events (at, name, client, usr, detail) VALUES ($1, $2, $3, $4, $5)";

const CLAIM: &str = "
INSERT INTO tripod_claims AS claim (id, expires) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET expires = excluded.expires WHERE claim.expires <= $3";

const INSERT: &str = "
INSERT INTO tripod_records AS record (kind, handle, version, expires, client, usr, family, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (kind, handle) DO UPDATE SET version = excluded.version, expires = excluded.expires,
    client = excluded.client, usr = excluded.usr, family = excluded.family, body = excluded.body
WHERE record.expires <= $9";

const REMOVE: &str = "
DELETE FROM tripod_records WHERE kind = $1 AND handle = $2 AND version = $3
AND (expires IS NULL OR expires > $4)";

const REPLACE: &str = "
UPDATE tripod_records SET version = $3, expires = $4, client = $5, usr = $6, family = $7, body = $8
WHERE kind = $1 AND handle = $2 AND version + 1 = $3 AND (expires IS NULL OR expires > $9)";

impl Step {
    pub(super) fn new(op: Op, now: Timestamp) -> Self {
        match op {
            Op::Audit(event) => audit(event),
            Op::Claim { id, expires } => Self::conditional(
                CLAIM,
                vec![octets(id), Box::new(expires.as_unix()), at(now)],
            ),
            Op::Insert(record) => Self::conditional(INSERT, columns(record, now)),
            Op::Remove {
                kind,
                handle,
                version,
            } => Self::conditional(
                REMOVE,
                vec![
                    Box::new(number(kind)),
                    octets(handle),
                    Box::new(i64::from(version)),
                    at(now),
                ],
            ),
            Op::RemoveAll { kinds, selector } => remove_all(kinds, &selector),
            Op::Replace(record) => Self::conditional(REPLACE, columns(record, now)),
        }
    }

    fn conditional(sql: &'static str, values: Vec<Value>) -> Self {
        Self {
            sql: Cow::Borrowed(sql),
            values,
            condition: Condition::OneRow,
        }
    }

    fn values(&self) -> impl ExactSizeIterator<Item = &(dyn ToSql + Sync)> {
        self.values
            .iter()
            .map(|value| &**value as &(dyn ToSql + Sync))
    }

    fn holds(&self, rows: u64) -> bool {
        match self.condition {
            Condition::None => true,
            Condition::OneRow => rows == 1,
        }
    }
}

/// Takes every step in one transaction, or none.
pub(super) async fn apply(
    pool: &Pool,
    steps: &[Step],
    locks: &Locks,
) -> Result<Result<(), Conflict>, Fault> {
    let mut client = pool.get().await?;
    if let ([only], true) = (steps, locks.is_empty()) {
        return apply_alone(&client, only).await;
    }
    let mut statements = Vec::with_capacity(steps.len());
    for step in steps {
        statements.push(client.prepare_cached(&step.sql).await?);
    }
    let take_locks = client.prepare_cached(locks::TAKE).await?;
    let transaction = client.transaction().await?;
    let outcome = take_steps(&transaction, steps, &statements, (&take_locks, locks)).await?;
    match outcome {
        Ok(()) => transaction.commit().await?,
        Err(_) => transaction.rollback().await?,
    }
    Ok(outcome)
}

/// A step alone is a transaction by itself, which spares two trips to the server.
async fn apply_alone(client: &Object, step: &Step) -> Result<Result<(), Conflict>, Fault> {
    let statement = client.prepare_cached(&step.sql).await?;
    let rows = client.execute_raw(&statement, step.values()).await?;
    Ok(if step.holds(rows) {
        Ok(())
    } else {
        Err(Conflict { step: 0 })
    })
}

/// How many statements are under way at once: they go out together, and run in order.
const PIPELINE: usize = 16;

async fn take_steps(
    transaction: &Transaction<'_>,
    steps: &[Step],
    statements: &[Statement],
    (take_locks, locks): (&Statement, &Locks),
) -> Result<Result<(), Conflict>, Fault> {
    let (names, alone) = locks.parameters();
    let locked = transaction.execute_raw(take_locks, [&names as &(dyn ToSql + Sync), &alone]);
    let mut rows = Vec::with_capacity(steps.len());
    let mut locked = Some(locked);
    let pairs: Vec<_> = steps.iter().zip(statements).collect();
    for part in pairs.chunks(PIPELINE) {
        let part = join_all(
            part.iter()
                .map(|(step, statement)| transaction.execute_raw(*statement, step.values())),
        );
        // What is polled first is sent first.
        let part = match locked.take() {
            Some(locked) => {
                let (locked, part) = join(locked, part).await;
                locked?;
                part
            }
            None => part.await,
        };
        for outcome in part {
            rows.push(outcome?);
        }
    }
    let broken = steps
        .iter()
        .zip(rows)
        .position(|(step, rows)| !step.holds(rows));
    Ok(broken.map_or(Ok(()), |step| Err(Conflict { step })))
}

/// Removes at most `limit` records and claims whose time is over, beside others who do the same.
pub(super) async fn sweep(pool: &Pool, now: Timestamp, most: usize) -> Result<usize, Fault> {
    let client = pool.get().await?;
    let mut swept = 0_usize;
    for table in ["tripod_records", "tripod_claims"] {
        let left = limit(most.saturating_sub(swept));
        // The array is made once; a subquery might be run again, and exceed the limit.
        let statement = client
            .prepare_cached(&format!(
                "DELETE FROM {table} WHERE ctid = ANY (ARRAY(
                 SELECT ctid FROM {table} WHERE expires <= $1 ORDER BY expires LIMIT $2
                 FOR UPDATE SKIP LOCKED))"
            ))
            .await?;
        let rows = client.execute(&statement, &[&now.as_unix(), &left]).await?;
        swept = swept.saturating_add(usize::try_from(rows).unwrap_or(usize::MAX));
    }
    Ok(swept)
}

/// Removes events from before a time, of the `limit` oldest, beside others who do the same.
pub(super) async fn prune(pool: &Pool, before: Timestamp, most: usize) -> Result<usize, Fault> {
    let client = pool.get().await?;
    // Their numbers tell which these are, so that no index by time is needed.
    let statement = client
        .prepare_cached(
            "DELETE FROM tripod_events WHERE at < $1 AND number = ANY (ARRAY(
             SELECT number FROM tripod_events ORDER BY number LIMIT $2
             FOR UPDATE SKIP LOCKED))",
        )
        .await?;
    let values: [&(dyn ToSql + Sync); 2] = [&before.as_unix(), &limit(most)];
    let rows = client.execute(&statement, &values).await?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}

fn audit(event: Event) -> Step {
    let values: Vec<Value> = vec![
        at(event.at),
        Box::new(text(&event.name).into_owned()),
        name(event.client),
        name(event.user),
        Box::new(event.detail.to_string()),
    ];
    Step::conditional(AUDIT, values)
}

fn remove_all(kinds: &[Kind], selector: &Selector) -> Step {
    let (meant, names) = meant(selector, 2);
    let kinds: Vec<i16> = kinds.iter().map(|kind| number(*kind)).collect();
    let mut values: Vec<Value> = vec![Box::new(kinds)];
    values.extend(names.into_iter().map(|name| Box::new(name) as Value));
    Step {
        sql: Cow::Owned(format!(
            "DELETE FROM tripod_records WHERE kind = ANY ($1) AND {meant}"
        )),
        values,
        condition: Condition::None,
    }
}

fn columns(record: Record, now: Timestamp) -> Vec<Value> {
    vec![
        Box::new(number(record.kind)),
        octets(record.handle),
        Box::new(i64::from(record.version)),
        Box::new(record.expires.map(Timestamp::as_unix)),
        name(record.index.client),
        name(record.index.user),
        name(record.index.family),
        Box::new(record.body),
        at(now),
    ]
}

fn octets(handle: Handle) -> Value {
    Box::new(handle.as_octets().to_vec())
}

fn name(name: Option<String>) -> Value {
    Box::new(name.map(|name| text(&name).into_owned()))
}

fn at(at: Timestamp) -> Value {
    Box::new(at.as_unix())
}
