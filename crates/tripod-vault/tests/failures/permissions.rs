//! Files that others may read, or that belong to others.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use super::*;

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn what_is_made_is_closed_to_others() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("share/tripod/default.vault");
    let vault = Vault::file(FileOptions::at(&path).key(KeySource::KeyFile));
    put(&vault, "a", "sentinel").unwrap();
    for (name, expected) in [
        ("share", 0o700),
        ("share/tripod", 0o700),
        ("share/tripod/default.vault", 0o600),
        ("share/tripod/default.vault.key", 0o600),
        ("share/tripod/default.vault.locks", 0o700),
        ("share/tripod/default.vault.locks/vault.lock", 0o600),
    ] {
        assert_eq!(mode(&directory.path().join(name)), expected, "{name}");
    }
}

#[test]
fn a_vault_or_key_that_others_may_read_is_refused() {
    let fixture = Fixture::new();
    for path in [fixture.path(), fixture.key_file()] {
        for open in [0o644, 0o640, 0o604, 0o620, 0o601, 0o666] {
            chmod(&path, open);
            fixture.refuses(|error| {
                error
                    .advice()
                    .contains(&format!("chmod 600 {}", path.display()))
                    && matches!(error, Error::Exposed { mode, .. } if *mode == open)
            });
        }
        chmod(&path, 0o600);
        fixture.still_holds("sentinel");
    }
    chmod(&fixture.path(), 0o400);
    fixture.still_holds("sentinel");
}

#[test]
fn a_directory_that_others_may_write_is_refused() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    for open in [0o777, 0o770, 0o722, 0o775] {
        chmod(directory, open);
        fixture.refuses(|error| {
            error.advice().contains("chmod go-w")
                && matches!(error, Error::Exposed { mode, .. } if *mode == open)
        });
    }
    for closed in [0o700, 0o755, 0o1777] {
        chmod(directory, closed);
        fixture.still_holds("sentinel");
    }
    chmod(&directory.join("default.vault.locks"), 0o777);
    let error = refused_update(&fixture.open());
    assert!(matches!(error, Error::Exposed { .. }), "{error:?}");
}

#[test]
fn a_file_of_another_user_is_refused() {
    let fixture = Fixture::new();
    let user = fs::metadata(fixture.path()).unwrap().uid();
    let other = user + 1;
    for path in [fixture.path(), fixture.key_file()] {
        if chown(&path, Some(other), None).is_err() {
            skip("files cannot be given to another user; root can");
            return;
        }
        fixture.refuses(|error| {
            error.advice().contains(&format!("chown {user} "))
                && matches!(error, Error::Foreign { owner, .. } if *owner == other)
        });
        chown(&path, Some(user), None).unwrap();
    }
    fixture.still_holds("sentinel");
}

#[expect(clippy::print_stdout, reason = "whoever reads the log should know")]
fn skip(reason: &str) {
    println!("SKIPPED: {reason}");
}
