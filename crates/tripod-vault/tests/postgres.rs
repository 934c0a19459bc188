//! What goes wrong with a database, and what several hosts make of it.

#![cfg(feature = "postgres")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::convert::Infallible;
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_vault::change::{Change, Since};
use tripod_vault::entry::Entry;
use tripod_vault::error::{Damage, Error, UpdateError};
use tripod_vault::key::Key;
use tripod_vault::postgres::PostgresOptions;
use tripod_vault::shared_key::SharedKey;
use tripod_vault::vault::Vault;

#[path = "postgres/server.rs"]
mod server;

use server::{Server, Table};

const SOON: Duration = Duration::from_secs(20);

fn key(name: &str) -> Key {
    Key::parse(name).unwrap()
}

async fn put(vault: &Vault, document: &str) -> Entry {
    let change = |_| async move { Ok::<_, Infallible>(Change::Replace(Secret::from(document))) };
    let entry = vault.update(&key("a"), SOON, change).await;
    entry.unwrap().unwrap()
}

async fn document(vault: &Vault) -> String {
    let entry = vault.read(&key("a")).await.unwrap().unwrap();
    entry.document.expose().to_owned()
}

/// A table with an entry, and the vaults of two hosts.
async fn two_hosts() -> Option<(Table, Vault, Vault)> {
    let table = Server::find()?.table();
    let (one, other) = (table.open("one"), table.open("other"));
    put(&one, "sentinel").await;
    Some((table, one, other))
}

async fn refused(vault: &Vault) -> Error {
    let exchange = async |_| -> Result<Change, Infallible> { panic!("the exchange was begun") };
    match vault.update(&key("a"), SOON, exchange).await {
        Err(UpdateError::Vault(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn hosts_share_entries_and_the_server_does_not_see_them() {
    let Some((table, one, other)) = two_hosts().await else {
        return;
    };
    assert_eq!(document(&other).await, "sentinel");
    let seen = one.read(&key("a")).await.unwrap().unwrap();
    put(&other, "newer").await;
    let since = one.changed_since(&key("a"), seen.revision).await.unwrap();
    assert!(matches!(since, Since::Replaced(entry) if entry.document.expose() == "newer"));

    let client = table.client().await;
    let sql = format!(
        "SELECT position('newer'::bytea IN sealed) FROM {}",
        table.name
    );
    let row = client.query_one(&sql, &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 0);
    table.drop_it().await;
}

#[tokio::test]
async fn a_row_is_opened_only_where_it_was_written() {
    let Some((table, one, _)) = two_hosts().await else {
        return;
    };
    let name = &table.name;
    for change in [
        "revision = revision + 1",
        "written_at = 0",
        "sealed = set_byte(sealed, 120, get_byte(sealed, 120) # 1)",
        "sealed = substring(sealed FROM 1 FOR 120)",
        "sealed = ''",
    ] {
        put(&one, "sentinel").await;
        table.run(&format!("UPDATE {name} SET {change}")).await;
        let error = refused(&one).await;
        assert!(
            matches!(error, Error::Damaged { .. }),
            "{change}: {error:?}"
        );
        table.run(&format!("DELETE FROM {name}")).await;
    }
    put(&one, "sentinel").await;
    table.run(&format!("UPDATE {name} SET key = 'b'")).await;
    let error = one.read(&key("b")).await.unwrap_err();
    let Error::Damaged { damage, place } = error else {
        panic!("{error:?}");
    };
    assert_eq!(damage, Damage::Corrupted);
    assert!(place.contains(" b "), "{place}");
    table.drop_it().await;
}

#[tokio::test]
async fn a_key_is_replaced_host_by_host() {
    let Some((table, one, _)) = two_hosts().await else {
        return;
    };
    let open = |text: String| {
        let key = SharedKey::parse(&Secret::new(text)).unwrap();
        let options = PostgresOptions::new(&Secret::from(table.uri.as_str()), key).unwrap();
        Vault::postgres(options.table(&table.name).unwrap())
    };
    let old = SharedKey::read(&table.hosts.path().join("one/key"))
        .unwrap()
        .to_text();
    let new = SharedKey::generate(&mut |octets: &mut [u8]| octets.fill(7)).to_text();
    let stranger = open(new.expose().to_owned());
    let error = refused(&stranger).await;
    assert!(matches!(error, Error::WrongKey { .. }), "{error:?}");
    assert!(
        error.advice().contains("Restore the key"),
        "{}",
        error.advice()
    );

    let learnt = open(format!("{}{}", old.expose(), new.expose()));
    let moved = open(format!("{}{}", new.expose(), old.expose()));
    put(&learnt, "by the old key").await;
    assert_eq!(document(&one).await, "by the old key");
    put(&moved, "by the new key").await;
    assert_eq!(document(&learnt).await, "by the new key");
    assert_eq!(document(&stranger).await, "by the new key");
    assert!(matches!(refused(&one).await, Error::WrongKey { .. }));
    table.drop_it().await;
}

/// Ends every session of this process that holds a lock or reads, as a server does that restarts.
async fn hang_up(table: &Table) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name LIKE 'tripod-vault {}@%' AND query LIKE '%{}%'",
        std::process::id(),
        table.name,
    );
    table.run(&sql).await;
}

#[tokio::test]
async fn a_connection_that_breaks_during_the_exchange_is_made_again() {
    let Some((table, one, other)) = two_hosts().await else {
        return;
    };
    let exchange = async |_| {
        hang_up(&table).await;
        Ok::<_, Infallible>(Change::Replace(Secret::from("fresh")))
    };
    let entry = one.update(&key("a"), SOON, exchange).await.unwrap();
    assert_eq!(entry.unwrap().document.expose(), "fresh");
    assert_eq!(document(&other).await, "fresh");

    // Unless somebody else was faster: then nothing is overwritten, and the document handed back.
    let exchange = async |_| {
        hang_up(&table).await;
        put(&other, "theirs").await;
        Ok::<_, Infallible>(Change::Replace(Secret::from("mine")))
    };
    let error = one.update(&key("a"), SOON, exchange).await.unwrap_err();
    let UpdateError::Unwritten {
        document: unwritten,
        source,
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(unwritten, Some(Secret::from("mine")));
    assert!(matches!(source, Error::Overtaken { .. }), "{source:?}");
    assert_eq!(document(&one).await, "theirs");
    table.drop_it().await;
}

#[tokio::test]
async fn a_role_that_may_only_read_is_told_so() {
    let Some((table, ..)) = two_hosts().await else {
        return;
    };
    let role = format!("{}_reader", table.name);
    let name = &table.name;
    table
        .run(&format!(
            "CREATE ROLE {role} LOGIN; GRANT SELECT ON {name} TO {role}"
        ))
        .await;
    let (_, host) = table.uri.split_once('@').unwrap();
    let uri = format!("postgres://{role}@{host}");
    let shared = SharedKey::read(&table.hosts.path().join("one/key")).unwrap();
    let options = PostgresOptions::new(&Secret::new(uri), shared).unwrap();
    let reader = Vault::postgres(options.table(name).unwrap());
    assert_eq!(document(&reader).await, "sentinel");
    let error = refused(&reader).await;
    assert!(matches!(error, Error::NotGranted { .. }), "{error:?}");
    assert!(error.advice().contains("GRANT"), "{}", error.advice());
    table.drop_it().await;
    table.run(&format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_from_one_that_refuses() {
    let open = |uri: &str| {
        let key = SharedKey::generate(&mut |octets: &mut [u8]| octets.fill(7));
        Vault::postgres(PostgresOptions::new(&Secret::from(uri), key).unwrap())
    };
    let nobody = open("postgres://a:sentinel@127.0.0.1:1/a");
    let error = refused(&nobody).await;
    assert_eq!(error.to_string(), "the database cannot be reached");
    assert!(error.advice().contains("runs"), "{}", error.advice());
    assert!(!format!("{error:?} {nobody:?}").contains("sentinel"));

    let Some(table) = Server::find().map(|server| server.table()) else {
        return;
    };
    let (server, _) = table.uri.rsplit_once('/').unwrap();
    let error = refused(&open(&format!("{server}/there_is_no_such_database"))).await;
    assert!(
        error.advice().contains("Create the database"),
        "{}",
        error.advice()
    );
}

#[tokio::test]
async fn a_vault_that_was_never_written_is_empty_and_makes_nothing() {
    let Some(table) = Server::find().map(|server| server.table()) else {
        return;
    };
    let vault = table.open("one");
    assert_eq!(vault.read(&key("a")).await.unwrap(), None);
    assert_eq!(vault.list().await.unwrap(), []);
    let client = table.client().await;
    let sql = format!("SELECT to_regclass('{}') IS NULL", table.name);
    assert!(client.query_one(&sql, &[]).await.unwrap().get::<_, bool>(0));
}
