//! What goes wrong with files: each failure has its name, says what to do, and loses nothing.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tripod_core::secret::Secret;
use tripod_vault::change::Change;
use tripod_vault::entry::Entry;
use tripod_vault::error::{Damage, Error, UpdateError};
use tripod_vault::file::{FileOptions, KeySource};
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

#[path = "failures/damage.rs"]
mod damage;
#[path = "failures/disk.rs"]
mod disk;
#[path = "failures/keys.rs"]
mod keys;
#[cfg(unix)]
#[path = "failures/permissions.rs"]
mod permissions;

const SOON: Duration = Duration::from_secs(20);

/// A vault with the entry `a`, in a directory of its own.
struct Fixture {
    directory: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        put(&fixture.open(), "a", "sentinel").unwrap();
        fixture
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("default.vault")
    }

    fn key_file(&self) -> PathBuf {
        self.directory.path().join("default.vault.key")
    }

    fn options(&self) -> FileOptions {
        FileOptions::at(self.path()).key(KeySource::KeyFile)
    }

    /// Opens the vault as a program would that starts now.
    fn open(&self) -> Vault {
        Vault::file(self.options())
    }

    /// The vault is refused by every verb, the exchange is not begun, and the file stays.
    #[track_caller]
    fn refuses(&self, is_expected: impl Fn(&Error) -> bool) {
        let before = octets(&self.path());
        let vault = self.open();
        for error in [
            vault.read_blocking(&key("a")).unwrap_err(),
            vault.list_blocking().unwrap_err(),
            refused_update(&vault),
        ] {
            assert!(is_expected(&error), "{error:?}");
            check_message(&error);
        }
        assert_eq!(octets(&self.path()), before);
        assert_eq!(leftovers(self.directory.path()), [] as [String; 0]);
    }

    #[track_caller]
    fn still_holds(&self, document: &str) {
        assert_eq!(document_of(&self.open(), "a").as_deref(), Some(document));
    }
}

fn key(name: &str) -> Key {
    Key::parse(name).unwrap()
}

fn put(vault: &Vault, name: &str, document: &str) -> Result<Option<Entry>, Error> {
    let change = |_| Ok::<_, Infallible>(Change::Replace(Secret::from(document)));
    match vault.update_blocking(&key(name), SOON, change) {
        Ok(entry) => Ok(entry),
        Err(UpdateError::Unwritten { source, .. } | UpdateError::Vault(source)) => Err(source),
        Err(other) => panic!("{other:?}"),
    }
}

fn document_of(vault: &Vault, name: &str) -> Option<String> {
    let entry = vault.read_blocking(&key(name)).unwrap()?;
    Some(entry.document.expose().to_owned())
}

/// Tries to update, and makes sure that nothing was sent to anybody.
#[track_caller]
fn refused_update(vault: &Vault) -> Error {
    let exchange = |_| -> Result<Change, Infallible> { panic!("the exchange was begun") };
    match vault.update_blocking(&key("a"), SOON, exchange) {
        Err(UpdateError::Vault(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// A message is one fact that begins in lower case or with a path, and there is an advice.
#[track_caller]
fn check_message(error: &Error) {
    let (message, advice) = (error.to_string(), error.advice());
    assert!(
        !message.ends_with('.') && !message.contains('\n'),
        "{message}"
    );
    assert!(
        advice.ends_with(|c: char| c == '.' || c.is_alphanumeric()),
        "{advice}"
    );
    assert!(!message.contains("sentinel"), "{message}");
}

fn octets(path: &Path) -> Option<Vec<u8>> {
    fs::read(path).ok()
}

/// What is neither the vault nor a lock nor a key.
fn leftovers(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".new")).collect()
}

#[test]
fn a_vault_in_a_place_that_does_not_exist_is_empty_and_makes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("not/yet/default.vault");
    let vault = Vault::file(FileOptions::at(&path));
    assert_eq!(vault.read_blocking(&key("a")).unwrap(), None);
    assert_eq!(vault.list_blocking().unwrap(), []);
    assert!(!directory.path().join("not").exists());
}

#[test]
fn the_document_of_a_failed_writing_is_handed_back() {
    let fixture = Fixture::new();
    let long = "x".repeat((16 << 20) + 1);
    let change = |_| Ok::<_, Infallible>(Change::Replace(Secret::from(long.as_str())));
    let unwritten = fixture.open().update_blocking(&key("a"), SOON, change);
    let Err(UpdateError::Unwritten { document, source }) = unwritten else {
        panic!("{unwritten:?}");
    };
    assert_eq!(document, Some(Secret::new(long)));
    assert!(matches!(source, Error::TooLong { .. }), "{source:?}");
    check_message(&source);
    fixture.still_holds("sentinel");
}

#[test]
fn a_vault_that_is_damaged_during_the_exchange_is_left_alone() {
    let fixture = Fixture::new();
    let path = fixture.path();
    let change = |_| {
        fs::write(&path, b"something else").unwrap();
        Ok::<_, Infallible>(Change::Replace(Secret::from("new")))
    };
    let unwritten = fixture.open().update_blocking(&key("a"), SOON, change);
    let Err(UpdateError::Unwritten { document, source }) = unwritten else {
        panic!("{unwritten:?}");
    };
    assert_eq!(document, Some(Secret::from("new")));
    assert!(matches!(
        source,
        Error::Damaged {
            damage: Damage::NotAVault,
            ..
        }
    ));
    assert_eq!(fs::read(&path).unwrap(), b"something else");
}

#[test]
fn no_error_and_no_value_shows_a_secret() {
    let fixture = Fixture::new();
    let vault = fixture.open();
    let entry = vault.read_blocking(&key("a")).unwrap();
    let change = Change::Replace(Secret::from("sentinel"));
    let error: UpdateError<Infallible> = UpdateError::Unwritten {
        document: Some(Secret::from("sentinel")),
        source: Error::NoHome,
    };
    let options = fixture
        .options()
        .passphrase(|_| Some(Secret::from("sentinel")));
    let shown = format!("{vault:?} {entry:?} {change:?} {error:?} {error} {options:?}");
    assert!(!shown.contains("sentinel"), "{shown}");
    let key = fs::read_to_string(fixture.key_file()).unwrap();
    let key = key.lines().last().unwrap();
    assert!(!shown.contains(key.split_once('.').unwrap().1), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_vault_stays_a_link() {
    let fixture = Fixture::new();
    let link = fixture.directory.path().join("link");
    std::os::unix::fs::symlink(fixture.path(), &link).unwrap();
    let linked = Vault::file(FileOptions::at(&link));
    put(&linked, "a", "through the link").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    fixture.still_holds("through the link");
}
