//! A vault in PostgreSQL, for several hosts.
//!
//! The lock of an entry is an advisory lock of a transaction, so it holds through connection
//! poolers, and goes with the connection: when a process is killed at once, when its host vanishes
//! within half a minute. Documents are sealed before they leave this host, each for its row; the
//! server sees the names of the entries, their revisions, and when they were written.
//!
//! The table is made on first use. Where the role must not do that, its owner runs what
//! [`PostgresOptions::schema`] returns.

use std::path::Path;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tripod_core::secret::Secret;

use crate::edge;
use crate::error::Error;
use crate::shared_key::SharedKey;

mod connection;
mod store;

pub(crate) use store::{Held, Store};

/// How long to wait for a server that does not answer, unless the URI says.
const CONNECT: Duration = Duration::from_secs(10);

/// Which server, which table, and which key.
///
/// ```
/// # fn main() -> Result<(), tripod_vault::error::Error> {
/// use tripod_core::secret::Secret;
/// use tripod_vault::{postgres::PostgresOptions, shared_key::SharedKey, vault::Vault};
///
/// # let mut random = |octets: &mut [u8]| octets.fill(4);
/// # let key = SharedKey::generate(&mut random);
/// let uri = Secret::from("postgres://app:password@db.example/app");
/// let vault = Vault::postgres(PostgresOptions::new(&uri, key)?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PostgresOptions {
    config: Config,
    table: String,
    key: SharedKey,
}

impl PostgresOptions {
    /// Takes a connection URI or string as libpq does, and a key that every host has.
    ///
    /// Other hosts are spoken to by TLS, and their certificates verified against those the system
    /// trusts, or `SSL_CERT_FILE`; unless the URI says `sslmode=disable`.
    ///
    /// # Errors
    ///
    /// [`Error::DatabaseUri`] if the URI cannot be read.
    pub fn new(uri: &Secret, key: SharedKey) -> Result<Self, Error> {
        let mut config: Config = uri.expose().parse().map_err(|_| Error::DatabaseUri)?;
        if config.get_ssl_mode() == SslMode::Prefer {
            // What is only preferred can be prevented by whoever is in between.
            config.ssl_mode(match is_local(&config) {
                true => SslMode::Disable,
                false => SslMode::Require,
            });
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.application_name(application_name());
        Ok(Self {
            config,
            table: "tripod_vault".to_owned(),
            key,
        })
    }

    /// Names the table, which is `tripod_vault` otherwise; a schema may stand before it.
    ///
    /// # Errors
    ///
    /// [`Error::TableName`] if it is no plain name of lower-case letters, digits and `_`.
    pub fn table(self, name: &str) -> Result<Self, Error> {
        let is_plain = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && part.len() <= 48
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        match name.split('.').count() <= 2 && name.split('.').all(is_plain) {
            true => Ok(Self {
                table: name.to_owned(),
                ..self
            }),
            false => Err(Error::TableName),
        }
    }

    /// Returns the SQL that makes the table.
    #[must_use]
    pub fn schema(&self) -> String {
        store::schema(&self.table)
    }
}

/// Whether all hosts are this one: sockets, or addresses that do not leave it.
fn is_local(config: &Config) -> bool {
    let is_local_host = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(path) => path != Path::new(""),
    };
    config.get_hosts().iter().all(is_local_host)
        && config
            .get_hostaddrs()
            .iter()
            .all(std::net::IpAddr::is_loopback)
}

/// How a session names itself, for those who wait for it: at most 63 octets of ASCII.
fn application_name() -> String {
    format!("{APPLICATION} {}@{}", std::process::id(), host_name())
}

fn host_name() -> String {
    let host = edge::host_name().unwrap_or_default();
    host.chars()
        .filter(char::is_ascii_graphic)
        .take(40)
        .collect()
}

const APPLICATION: &str = "tripod-vault";

#[cfg(test)]
mod tests {
    use super::*;

    fn options(uri: &str) -> Result<PostgresOptions, Error> {
        let key = SharedKey::generate(&mut |octets: &mut [u8]| octets.fill(1));
        PostgresOptions::new(&Secret::from(uri), key)
    }

    #[test]
    fn other_hosts_are_spoken_to_by_tls() {
        for (uri, expected) in [
            ("postgres://a@127.0.0.1/a", SslMode::Disable),
            ("postgres://a@localhost:5433/a", SslMode::Disable),
            ("postgres://a@[::1]/a", SslMode::Disable),
            ("host=/var/run/postgresql user=a", SslMode::Disable),
            ("postgres://a@db.example/a", SslMode::Require),
            ("postgres://a@db.example/a?sslmode=prefer", SslMode::Require),
            (
                "postgres://a@db.example/a?sslmode=disable",
                SslMode::Disable,
            ),
            ("postgres://a@localhost,db.example/a", SslMode::Require),
            ("host=localhost hostaddr=10.0.0.1 user=a", SslMode::Require),
            ("postgres://a@localhost/a?sslmode=require", SslMode::Require),
        ] {
            assert_eq!(
                options(uri).unwrap().config.get_ssl_mode(),
                expected,
                "{uri}"
            );
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let shown = format!(
            "{:?}",
            options("postgres://a:sentinel@db.example/a").unwrap()
        );
        assert!(!shown.contains("sentinel"));
        let error = options("postgres://a:sentinel@db.example/a?sentinel=1");
        let error = error.unwrap_err();
        assert!(matches!(error, Error::DatabaseUri));
        assert!(!format!("{error:?} {error}").contains("sentinel"));
    }

    #[test]
    fn a_table_has_a_plain_name() {
        let table = |name: &str| options("host=localhost").unwrap().table(name);
        for name in ["tokens", "app.tokens_2", "_t"] {
            assert!(table(name).unwrap().schema().contains(name), "{name}");
        }
        for name in [
            "", "a b", "a;b", "\"a\"", "A", "a.b.c", ".a", "1a", "a'", "a--",
        ] {
            assert!(matches!(table(name), Err(Error::TableName)), "{name}");
        }
    }

    #[test]
    fn a_session_says_whose_it_is() {
        let name = application_name();
        assert!(
            name.starts_with(&format!("tripod-vault {}@", std::process::id())),
            "{name}"
        );
        assert!(name.len() <= 63, "{name}");
    }
}
