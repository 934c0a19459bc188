//! The server the tests use, if there is one.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;
use tripod_core::secret::Secret;
use tripod_vault::postgres::PostgresOptions;
use tripod_vault::shared_key::SharedKey;
use tripod_vault::vault::Vault;

/// Where a test may make tables: `postgres://user@host/database`.
const VARIABLE: &str = "TRIPOD_TEST_POSTGRES";

pub(crate) struct Server {
    uri: String,
}

impl Server {
    /// Finds the server, or says that the test is skipped.
    #[expect(clippy::print_stdout, reason = "whoever reads the log should know")]
    pub(crate) fn find() -> Option<Self> {
        let Some(uri) = std::env::var_os(VARIABLE) else {
            println!("SKIPPED: {VARIABLE} names no server");
            return None;
        };
        Some(Self {
            uri: uri.into_string().unwrap(),
        })
    }

    /// Names a table that nobody uses.
    pub(crate) fn table(&self) -> Table {
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        Table {
            uri: self.uri.clone(),
            name: format!("tripod_vault_test_{process}_{number}"),
            hosts: tempfile::tempdir().unwrap(),
        }
    }
}

/// A table, and the directories of the hosts that share it.
pub(crate) struct Table {
    pub(crate) uri: String,
    pub(crate) name: String,
    pub(crate) hosts: TempDir,
}

impl Table {
    /// Opens the vault as a host does that has the key in a directory of its own.
    pub(crate) fn open(&self, host: &str) -> Vault {
        open(&self.describe(host))
    }

    /// One line, from which another process opens the same vault.
    pub(crate) fn describe(&self, host: &str) -> String {
        let key = SharedKey::read_or_create(&self.hosts.path().join("first/key")).unwrap();
        let path = self.hosts.path().join(host).join("key");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Processes of the host read it already: it is not written a second time.
        if !path.exists() {
            write_private(&path, key.to_text().expose());
        }
        format!("postgres {} {} {}", self.uri, self.name, path.display())
    }

    pub(crate) async fn client(&self) -> tokio_postgres::Client {
        let connect = tokio_postgres::connect(&self.uri, tokio_postgres::NoTls);
        let (client, connection) = connect.await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.client().await.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn drop_it(&self) {
        let name = &self.name;
        self.run(&format!(
            "DROP TABLE IF EXISTS {name}; DROP SEQUENCE IF EXISTS {name}_revision"
        ))
        .await;
    }
}

pub(crate) fn open(description: &str) -> Vault {
    let words: Vec<_> = description.split(' ').collect();
    let ["postgres", uri, table, key] = *words.as_slice() else {
        panic!("{description}");
    };
    let key = SharedKey::read(key.as_ref()).unwrap();
    let options = PostgresOptions::new(&Secret::from(uri), key).unwrap();
    Vault::postgres(options.table(table).unwrap())
}

fn write_private(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}
