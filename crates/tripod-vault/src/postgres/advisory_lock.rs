//! The lock of an entry: a number that one transaction of the database holds at a time.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};
use tripod_core::timestamp::Timestamp;

use crate::postgres::{APPLICATION, host_name};
use crate::wait::Holder;

/// The two halves of the number; locks that fall together wait for each other and do no harm.
#[derive(Clone, Copy, Debug)]
pub(super) struct AdvisoryLock {
    high: i32,
    low: i32,
}

impl AdvisoryLock {
    pub(super) fn new(table: &str, name: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(format!("{APPLICATION}\0{table}\0{name}")).into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self {
            high: i32::from_be_bytes([a, b, c, d]),
            low: i32::from_be_bytes([e, f, g, h]),
        }
    }

    /// The SQL that waits for the lock.
    pub(super) fn wait(self) -> String {
        format!("SELECT pg_advisory_xact_lock({}, {})", self.high, self.low)
    }

    /// The SQL that takes the lock if it is free, and says whether it was.
    pub(super) fn attempt(self) -> String {
        format!(
            "SELECT pg_try_advisory_xact_lock({}, {})",
            self.high, self.low
        )
    }

    /// Asks the server who holds the lock.
    pub(super) async fn holder(self, client: &Client) -> Option<Holder> {
        let sql = "SELECT application_name, extract(epoch FROM xact_start)::bigint
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND granted AND objsubid = 2
              AND classid::bigint = $1 AND objid::bigint = $2
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let (high, low) = (unsigned(self.high), unsigned(self.low));
        let parameters: [(&(dyn ToSql + Sync), Type); 2] =
            [(&high, Type::INT8), (&low, Type::INT8)];
        let row = client.query_typed_opt(sql, &parameters).await.ok()??;
        let mut holder = parse(row.try_get(0).ok()?)?;
        holder.since = row.try_get(1).ok().map(Timestamp::from_unix);
        Some(holder)
    }
}

/// How `pg_locks` shows half of a number.
fn unsigned(half: i32) -> i64 {
    i64::from(u32::from_be_bytes(half.to_be_bytes()))
}

/// Reads the name that a session of ours has given itself.
fn parse(application: &str) -> Option<Holder> {
    let name = application.strip_prefix(APPLICATION)?.trim_start();
    let (process, host) = name.split_once('@')?;
    Some(Holder {
        process: process.parse().ok()?,
        host: Some(host.to_owned()).filter(|host| !host.is_empty() && *host != host_name()),
        since: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_known_by_its_name() {
        let holder = parse("tripod-vault 7@elsewhere.example").unwrap();
        assert_eq!(holder.process, 7);
        assert_eq!(holder.host.as_deref(), Some("elsewhere.example"));
        let here = parse(&crate::postgres::application_name()).unwrap();
        assert_eq!((here.process, here.host), (std::process::id(), None));
        for name in [
            "",
            "psql",
            "tripod-vault",
            "tripod-vault x@y",
            "tripod-vault 7",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_number_is_shown_without_sign() {
        assert_eq!(unsigned(-1), 4_294_967_295);
        assert_eq!(unsigned(1), 1);
    }
}
