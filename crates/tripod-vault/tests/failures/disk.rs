//! Disks that are full or read-only: real ones, small, mounted for one process.
//!
//! `unshare` gives a process mounts of its own, without being root where the system lets it.

use std::io::Write;
use std::process::Command;

use super::*;

/// Names the directory for the other half of a test, which runs where it can mount.
const DIRECTORY: &str = "TRIPOD_TEST_DISK";

/// Runs an ignored test of this program on a disk of 512 KiB.
fn on_a_small_disk(test: &str) {
    let directory = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size=512k,mode=700 none {0} && exec {1} --exact {test} --ignored --nocapture",
        directory.path().display(),
        std::env::current_exe().unwrap().display(),
    );
    let unshare = |more: &[&str]| {
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-c"])
            .args(more);
        command.env(DIRECTORY, directory.path());
        command.output()
    };
    let probe = format!("mount -t tmpfs none {}", directory.path().display());
    if !unshare(&[&probe]).is_ok_and(|output| output.status.success()) {
        skip("no file system can be mounted here; user namespaces or root are needed");
        return;
    }
    let output = unshare(&[&script]).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.contains("1 passed"), "{said}");
}

#[expect(clippy::print_stdout, reason = "whoever reads the log should know")]
fn skip(reason: &str) {
    println!("SKIPPED: {reason}");
}

/// The vault on the small disk; nothing if somebody runs the ignored tests by hand.
fn vault() -> Option<(PathBuf, Vault)> {
    let directory = PathBuf::from(std::env::var_os(DIRECTORY)?);
    let path = directory.join("default.vault");
    Some((
        directory,
        Vault::file(FileOptions::at(path).key(KeySource::KeyFile)),
    ))
}

fn fill(directory: &Path) {
    let mut file = fs::File::create(directory.join("filler")).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
}

fn make_room(directory: &Path) {
    fs::remove_file(directory.join("filler")).unwrap();
}

#[test]
fn a_full_disk_is_noticed_before_the_exchange() {
    on_a_small_disk("disk::on_a_full_disk");
}

#[test]
#[ignore = "a part of the test above, on a disk of its own"]
fn on_a_full_disk() {
    let Some((directory, vault)) = vault() else {
        return;
    };
    put(&vault, "a", "old").unwrap();
    fill(&directory);
    let error = refused_update(&vault);
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    check_message(&error);
    assert_eq!(document_of(&vault, "a").as_deref(), Some("old"));
    make_room(&directory);
    assert_eq!(leftovers(&directory), [] as [String; 0]);

    // A new vault needs room too, and what could not be made is not left half-made.
    let other = Vault::file(FileOptions::at(directory.join("other/b.vault")));
    fill(&directory);
    let error = refused_update(&other);
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    make_room(&directory);
    put(&other, "a", "b").unwrap();
}

#[test]
fn a_disk_that_fills_up_during_the_exchange_does_not_matter() {
    on_a_small_disk("disk::on_a_disk_that_fills_up");
}

#[test]
#[ignore = "a part of the test above, on a disk of its own"]
fn on_a_disk_that_fills_up() {
    let Some((directory, vault)) = vault() else {
        return;
    };
    put(&vault, "a", "old").unwrap();
    let update = |length| {
        let directory = directory.clone();
        let change = move |_| {
            fill(&directory);
            Ok::<_, Infallible>(Change::Replace(Secret::new("n".repeat(length))))
        };
        vault.update_blocking(&key("a"), SOON, change)
    };
    // The room was reserved.
    assert_eq!(update(5000).unwrap().unwrap().document.expose().len(), 5000);
    make_room(&directory);
    assert_eq!(document_of(&vault, "a").unwrap().len(), 5000);

    // Not so much, though: then the document is handed back.
    let unwritten = update(200_000);
    let Err(UpdateError::Unwritten { document, source }) = unwritten else {
        panic!("{unwritten:?}");
    };
    assert_eq!(document.unwrap().expose().len(), 200_000);
    assert!(matches!(source, Error::DiskFull { .. }), "{source:?}");
    assert_eq!(document_of(&vault, "a").unwrap().len(), 5000);
    make_room(&directory);
    assert_eq!(leftovers(&directory), [] as [String; 0]);
    put(&vault, "a", "new").unwrap();
}

#[test]
fn a_read_only_disk_can_be_read() {
    on_a_small_disk("disk::on_a_read_only_disk");
}

#[test]
#[ignore = "a part of the test above, on a disk of its own"]
fn on_a_read_only_disk() {
    let Some((directory, vault)) = vault() else {
        return;
    };
    put(&vault, "a", "old").unwrap();
    let remount = |mode: &str| {
        let remounted = Command::new("mount")
            .args(["-o", &format!("remount,{mode}")])
            .arg(&directory)
            .status();
        assert!(remounted.unwrap().success());
    };
    remount("ro");
    let error = refused_update(&vault);
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    check_message(&error);
    assert_eq!(document_of(&vault, "a").as_deref(), Some("old"));
    let nowhere = Vault::file(FileOptions::at(directory.join("other/b.vault")));
    let error = refused_update(&nowhere);
    assert!(matches!(error, Error::ReadOnly { .. }), "{error:?}");
    assert_eq!(nowhere.list_blocking().unwrap(), []);

    remount("rw");
    put(&vault, "a", "new").unwrap();
}
