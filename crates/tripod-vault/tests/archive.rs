//! Vaults that go through JSON.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::convert::Infallible;
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_vault::archive::Existing;
use tripod_vault::change::Change;
use tripod_vault::error::Error;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

const SOON: Duration = Duration::from_secs(20);

fn key(name: &str) -> Key {
    Key::parse(name).unwrap()
}

fn put(vault: &Vault, name: &str, document: &str) {
    let change = |_| Ok::<_, Infallible>(Change::Replace(Secret::from(document)));
    vault.update_blocking(&key(name), SOON, change).unwrap();
}

fn document(vault: &Vault, name: &str) -> Option<String> {
    let entry = vault.read_blocking(&key(name)).unwrap()?;
    Some(entry.document.expose().to_owned())
}

#[test]
fn an_archive_says_what_it_holds() {
    let vault = Vault::memory().clock(|| Timestamp::from_unix(1_700_000_000));
    put(&vault, "github", "{\"access_token\":\"a\"}");
    let archive = vault.export_secrets_blocking().unwrap();
    assert_eq!(
        archive.expose(),
        r#"{
  "format": "tripod-vault-archive-1",
  "warning": "The documents are secrets in clear. Delete this file when it has served.",
  "entries": [
    {
      "key": "github",
      "written_at": 1700000000,
      "document": "{\"access_token\":\"a\"}"
    }
  ]
}"#
    );
}

#[test]
fn an_archive_fills_another_vault() {
    let vault = Vault::memory();
    let odd = "any text: \"\\\0\u{7f}\u{2028}é名\r\n";
    put(&vault, "a", odd);
    put(&vault, "b/名", "");
    let archive = vault.export_secrets_blocking().unwrap();

    let other = Vault::memory();
    put(&other, "a", "mine");
    let kept = other
        .import_blocking(&archive, Existing::Keep, SOON)
        .unwrap();
    assert_eq!(
        (kept.added, kept.kept, kept.replaced),
        (vec![key("b/名")], vec![key("a")], vec![])
    );
    assert_eq!(document(&other, "a").as_deref(), Some("mine"));
    assert_eq!(document(&other, "b/名").as_deref(), Some(""));

    let replaced = other.import_blocking(&archive, Existing::Replace, SOON);
    assert_eq!(replaced.unwrap().replaced, [key("a"), key("b/名")]);
    assert_eq!(document(&other, "a").as_deref(), Some(odd));
}

#[test]
fn an_archive_may_be_written_by_hand() {
    let vault = Vault::memory();
    let archive = r#"{"entries": [{"key": "a", "document": {"access_token": "t", "n": [1]}}]}"#;
    vault
        .import_blocking(&Secret::from(archive), Existing::Keep, SOON)
        .unwrap();
    let document = document(&vault, "a").unwrap();
    assert_eq!(document, r#"{"access_token":"t","n":[1]}"#);
}

#[test]
fn what_is_no_archive_is_refused_as_a_whole() {
    let good = r#"{"key": "good", "document": "sentinel"}"#;
    for archive in [
        String::new(),
        "sentinel".to_owned(),
        "[]".to_owned(),
        r#"{"entries": "sentinel"}"#.to_owned(),
        format!(r#"{{"entries": [{good}]"#),
        format!(r#"{{"format": "other", "entries": [{good}]}}"#),
        format!(r#"{{"entries": [{good}, {good}]}}"#),
        format!(r#"{{"entries": [{good}, {{"key": " a", "document": ""}}]}}"#),
        format!(r#"{{"entries": [{good}, {{"key": "a"}}]}}"#),
        format!(r#"{{"entries": [{good}, {{"document": "sentinel"}}]}}"#),
        format!(r#"{{"entries": [{good}, {{"key": 1, "document": "sentinel"}}]}}"#),
    ] {
        let vault = Vault::memory();
        let error = vault.import_blocking(&Secret::from(archive.as_str()), Existing::Replace, SOON);
        let error = error.unwrap_err();
        assert!(matches!(error, Error::ArchiveMalformed { .. }), "{archive}");
        assert!(
            !format!("{error} {error:?}").contains("sentinel"),
            "{error}"
        );
        assert!(!error.advice().is_empty());
        assert_eq!(vault.list_blocking().unwrap(), []);
    }
}
