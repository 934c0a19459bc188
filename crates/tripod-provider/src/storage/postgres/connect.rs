//! How the server is reached.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::storage::{Error, OpenError};

/// How many connections a node has at most. More would only queue at the server in place of here.
const CONNECTIONS: usize = 16;

/// How long it may take to get one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that went away without a word is noticed by then.
const SILENCE: Duration = Duration::from_secs(10);

/// What each connection begins with. A commit must be durable when it is answered, or what was
/// used once is good once more after a crash; and nothing may be held for ever.
const SETTINGS: &str = "
SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off';
SET statement_timeout = '10s';
SET idle_in_transaction_session_timeout = '10s';
SET default_transaction_isolation = 'read committed';
";

/// Makes a pool, which connects when it is asked to.
pub(super) fn pool(url: &str) -> Result<Pool, OpenError> {
    let mut config: Config = url.parse().map_err(malformed)?;
    config
        .application_name("tripod")
        .connect_timeout(PATIENCE)
        .keepalives_idle(SILENCE)
        .tcp_user_timeout(SILENCE);
    let manner = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = if wants_tls(&mut config) {
        Manager::from_config(config, tls()?, manner)
    } else {
        Manager::from_config(config, NoTls, manner)
    };
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .recycle_timeout(Some(PATIENCE))
        .runtime(Runtime::Tokio1)
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                let set = client.batch_execute(SETTINGS).await;
                set.map_err(HookError::Backend)
            })
        }))
        .build()
        .map_err(|error| Error::unavailable("make its pool", error).into())
}

/// Decides on TLS. What a URL leaves open is safe: beyond this host, only with TLS.
fn wants_tls(config: &mut Config) -> bool {
    let here = |host: &Host| match host {
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let hosts = config.get_hosts().iter().all(here);
    // An address beside the names is where the connection really goes.
    let addresses = config.get_hostaddrs().iter().all(|to| to.is_loopback());
    match config.get_ssl_mode() {
        SslMode::Disable => false,
        SslMode::Prefer if hosts && addresses => {
            config.ssl_mode(SslMode::Disable);
            false
        }
        _ => {
            config.ssl_mode(SslMode::Require);
            true
        }
    }
}

/// Trusts what the operating system trusts. Unlike libpq's `require`, the certificate is checked.
fn tls() -> Result<MakeRustlsConnect, OpenError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::unavailable("set up TLS", error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn malformed(error: tokio_postgres::Error) -> OpenError {
    OpenError::Malformed {
        source: Arc::new(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tls_is(wanted: bool, url: &str) {
        let mut config: Config = url.parse().unwrap();
        assert_eq!(wants_tls(&mut config), wanted, "{url}");
        let mode = config.get_ssl_mode();
        assert!(matches!(
            (wanted, mode),
            (true, SslMode::Require) | (false, SslMode::Disable)
        ));
    }

    #[test]
    fn beyond_this_host_there_is_tls_unless_it_is_refused_by_name() {
        tls_is(true, "postgres://u@db.example/d");
        tls_is(true, "postgres://u@10.0.0.7/d");
        tls_is(true, "postgres://u@db.example/d?sslmode=prefer");
        tls_is(true, "postgres://u@127.0.0.1/d?sslmode=require");
        tls_is(true, "postgres://u@localhost/d?hostaddr=10.0.0.7");
        tls_is(true, "postgres://u@127.0.0.1,db.example/d");
        tls_is(false, "postgres://u@db.example/d?sslmode=disable");
    }

    #[test]
    fn on_this_host_there_is_none_unless_it_is_asked_for() {
        tls_is(false, "postgres://u@127.0.0.1:5433/d");
        tls_is(false, "postgres://u@[::1]/d");
        tls_is(false, "postgres://u@localhost/d?sslmode=prefer");
        tls_is(false, "postgres://u@%2Fvar%2Frun%2Fpostgresql/d");
    }

    #[test]
    fn the_certificates_of_the_system_are_read() {
        assert!(tls().is_ok());
    }
}
