//! A storage for each test, which goes with it.

use std::sync::Arc;

use tripod_provider::storage::{Memory, Storage};

pub(crate) type Shared = Arc<dyn Storage>;

pub(crate) async fn on_memory<F: Future<Output = ()>>(test: impl FnOnce(Shared) -> F) {
    test(Arc::new(Memory::new())).await;
}

#[cfg(feature = "sqlite")]
pub(crate) async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(Shared) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let storage = tripod_provider::storage::Sqlite::open(folder.path().join("a.db")).unwrap();
    test(Arc::new(storage)).await;
}

#[cfg(feature = "postgres")]
pub(crate) async fn on_postgres<F>(test: impl FnOnce(Shared) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Some(schema) = Schema::create().await else {
        return;
    };
    let storage = tripod_provider::storage::open(&schema.url).await.unwrap();
    let outcome = tokio::spawn(test(storage)).await;
    schema.remove().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic.into_panic());
    }
}

/// A schema of PostgreSQL that no other test uses.
#[cfg(feature = "postgres")]
pub(crate) struct Schema {
    pub(crate) url: String,
    name: String,
    server: String,
}

#[cfg(feature = "postgres")]
impl Schema {
    /// Makes one, if there is a server.
    #[expect(
        clippy::disallowed_methods,
        clippy::print_stderr,
        reason = "whoever runs the tests says where the server is, and hears if there is none"
    )]
    pub(crate) async fn create() -> Option<Self> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let Ok(server) = std::env::var("TRIPOD_TEST_POSTGRES") else {
            eprintln!("skipped: TRIPOD_TEST_POSTGRES names no server");
            return None;
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("tripod_test_{}_{number}", std::process::id());
        let schema = Self {
            url: format!(
                "{server}{}options=-c%20search_path%3D{name}&application_name={name}",
                if server.contains('?') { '&' } else { '?' }
            ),
            name,
            server,
        };
        schema.sql(&format!("CREATE SCHEMA {}", schema.name)).await;
        Some(schema)
    }

    pub(crate) async fn remove(self) {
        self.sql(&format!("DROP SCHEMA {} CASCADE", self.name))
            .await;
    }

    /// Ends what is connected by this URL, as a restart of the server would.
    pub(crate) async fn drop_connections(&self) {
        let own = format!("application_name = '{}'", self.name);
        self.sql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"
        ))
        .await;
    }

    /// Runs statements on a connection of its own.
    pub(crate) async fn sql(&self, statements: &str) {
        let connected = tokio_postgres::connect(&self.server, tokio_postgres::NoTls).await;
        let (client, connection) = connected.unwrap();
        let connection = tokio::spawn(connection);
        let statements = format!("SET search_path = {}, public; {statements}", self.name);
        client.batch_execute(&statements).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    }
}
