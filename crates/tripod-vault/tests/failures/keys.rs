//! Keys that are missing, wrong or new.

use std::sync::{Arc, Mutex};

use tripod_vault::file::Asking;

use super::*;

#[test]
fn a_missing_key_is_not_made_anew() {
    let fixture = Fixture::new();
    let key_file = fs::read(fixture.key_file()).unwrap();
    fs::remove_file(fixture.key_file()).unwrap();
    fixture.refuses(|error| matches!(error, Error::KeyMissing { .. }));
    assert!(!fixture.key_file().exists());

    fs::write(fixture.key_file(), key_file).unwrap();
    close(&fixture.key_file());
    fixture.still_holds("sentinel");
}

#[test]
fn another_key_is_refused_by_name() {
    let (fixture, other) = (Fixture::new(), Fixture::new());
    fs::copy(other.key_file(), fixture.key_file()).unwrap();
    fixture.refuses(|error| {
        matches!(
            error,
            Error::WrongKey {
                key: KeySource::KeyFile,
                ..
            }
        )
    });
    fs::write(fixture.key_file(), "not a key\n").unwrap();
    fixture.refuses(|error| matches!(error, Error::KeyMalformed { .. }));
}

#[test]
fn a_key_without_its_vault_is_used_for_the_next() {
    let fixture = Fixture::new();
    let key_file = fs::read(fixture.key_file()).unwrap();
    fs::remove_file(fixture.path()).unwrap();
    put(&fixture.open(), "a", "again").unwrap();
    assert_eq!(fs::read(fixture.key_file()).unwrap(), key_file);
    fixture.still_holds("again");
}

#[test]
fn vaults_may_share_a_key_file() {
    let directory = tempfile::tempdir().unwrap();
    let shared = directory.path().join("keys/shared.key");
    let vault = |name| {
        let options = FileOptions::at(directory.path().join(name));
        Vault::file(options.key(KeySource::KeyFile).key_file(&shared))
    };
    put(&vault("one"), "a", "1").unwrap();
    put(&vault("two"), "a", "2").unwrap();
    vault("one").rekey_blocking(KeySource::KeyFile).unwrap();
    assert_eq!(document_of(&vault("one"), "a").as_deref(), Some("1"));
    assert_eq!(document_of(&vault("two"), "a").as_deref(), Some("2"));
}

/// A vault that is opened with this passphrase, and how often it was asked for.
fn with_passphrase(
    fixture: &Fixture,
    passphrase: &'static str,
) -> (Vault, Arc<Mutex<Vec<Asking>>>) {
    let asked = Arc::<Mutex<Vec<Asking>>>::default();
    let answered = Arc::clone(&asked);
    let options = fixture.options().key(KeySource::Passphrase);
    let vault = Vault::file(options.passphrase(move |asking| {
        answered.lock().unwrap().push(asking);
        (!passphrase.is_empty()).then(|| Secret::from(passphrase))
    }));
    (vault, asked)
}

#[test]
fn a_passphrase_opens_what_it_locked() {
    let fixture = Fixture::new();
    fs::remove_file(fixture.path()).unwrap();
    fs::remove_file(fixture.key_file()).unwrap();
    let refused = refused_update(&with_passphrase(&fixture, "").0);
    assert!(
        matches!(refused, Error::PassphraseNeeded { .. }),
        "{refused:?}"
    );
    assert!(!fixture.path().exists());

    let (vault, asked) = with_passphrase(&fixture, "correct horse");
    put(&vault, "a", "locked").unwrap();
    put(&vault, "a", "locked again").unwrap();
    assert_eq!(*asked.lock().unwrap(), [Asking::ToCreate]);
    assert!(!fixture.key_file().exists());

    let (vault, asked) = with_passphrase(&fixture, "correct horse");
    assert_eq!(document_of(&vault, "a").as_deref(), Some("locked again"));
    put(&vault, "a", "locked").unwrap();
    assert_eq!(*asked.lock().unwrap(), [Asking::ToOpen]);
}

#[test]
fn a_wrong_passphrase_is_refused_by_name() {
    let fixture = Fixture::new();
    let (vault, asked) = with_passphrase(&fixture, "correct horse");
    vault.rekey_blocking(KeySource::Passphrase).unwrap();
    assert_eq!(*asked.lock().unwrap(), [Asking::ToCreate]);
    assert!(!fixture.key_file().exists());

    let error = refused_update(&with_passphrase(&fixture, "wrong horse").0);
    assert!(
        matches!(
            error,
            Error::WrongKey {
                key: KeySource::Passphrase,
                ..
            }
        ),
        "{error:?}"
    );
    check_message(&error);
    assert!(!error.to_string().contains("horse") && !error.advice().contains("horse"));
    fixture.refuses(|error| matches!(error, Error::PassphraseNeeded { .. }));

    vault.rekey_blocking(KeySource::KeyFile).unwrap();
    assert_eq!(*asked.lock().unwrap(), [Asking::ToCreate]);
    fixture.still_holds("sentinel");
}

#[test]
fn a_vault_is_locked_with_another_key() {
    let fixture = Fixture::new();
    let old_vault = fs::read(fixture.path()).unwrap();
    let old_key = fs::read_to_string(fixture.key_file()).unwrap();
    let running = fixture.open();
    assert_eq!(document_of(&running, "a").as_deref(), Some("sentinel"));

    fixture.open().rekey_blocking(KeySource::KeyFile).unwrap();
    fixture.still_holds("sentinel");
    let new_key = fs::read_to_string(fixture.key_file()).unwrap();
    assert_ne!(new_key.lines().last(), old_key.lines().last());
    assert_eq!(new_key.lines().count(), old_key.lines().count());
    // A program that runs finds the new key by itself.
    put(&running, "a", "after").unwrap();

    fs::write(fixture.path(), old_vault).unwrap();
    fixture.refuses(|error| matches!(error, Error::WrongKey { .. }));
}

#[test]
fn a_memory_has_no_key() {
    let error = Vault::memory()
        .rekey_blocking(KeySource::KeyFile)
        .unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
    check_message(&error);
}

#[cfg(not(feature = "keyring"))]
#[test]
fn a_keyring_that_was_not_built_in_is_refused_by_name() {
    let fixture = Fixture::new();
    fs::remove_file(fixture.path()).unwrap();
    let vault = Vault::file(fixture.options().key(KeySource::Keyring));
    let error = refused_update(&vault);
    assert!(matches!(error, Error::Keyring { .. }), "{error:?}");
    check_message(&error);
}

/// What holds with a keyring, tried on one that lives in this process.
#[cfg(feature = "keyring")]
#[test]
fn a_keyring_keeps_the_key() {
    keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap());
    let fixture = Fixture::new();
    fs::remove_file(fixture.path()).unwrap();
    fs::remove_file(fixture.key_file()).unwrap();
    put(
        &Vault::file(FileOptions::at(fixture.path())),
        "a",
        "in the keyring",
    )
    .unwrap();
    assert!(!fixture.key_file().exists());
    fixture.still_holds("in the keyring");

    fixture.open().rekey_blocking(KeySource::Keyring).unwrap();
    fixture.still_holds("in the keyring");
    fixture.open().rekey_blocking(KeySource::KeyFile).unwrap();
    fixture.still_holds("in the keyring");
    fixture.open().rekey_blocking(KeySource::Keyring).unwrap();
    assert!(!fixture.key_file().exists());

    keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap());
    fixture.refuses(|error| matches!(error, Error::KeyMissing { .. }));

    // Without a keyring, a vault that has its key there cannot be opened, and a new one gets a file.
    keyring_core::unset_default_store();
    let vault = tempfile::tempdir().unwrap();
    let path = vault.path().join("headless.vault");
    put(&Vault::file(FileOptions::at(&path)), "a", "headless").unwrap();
    assert!(vault.path().join("headless.vault.key").exists());
    fixture.refuses(|error| matches!(error, Error::Keyring { .. }));
}

fn close(path: &Path) {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}
