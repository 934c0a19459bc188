//! Two runs from the same seed and at the same time, seen by curl.

use std::collections::HashSet;
use std::process::Command;

use super::{home, scripts};
use crate::running::Running;

/// The issuer stands in what is signed, so that it has to be the same, whatever the port is.
const REPEATED: [&str; 7] = [
    "--dev",
    "--auto-approve",
    "alice",
    "--clock",
    "2026-11-21T12:00:00Z",
    "--issuer",
    "http://127.0.0.1:9090",
];

/// Sends the same requests to a provider, and returns all that curl got.
fn run(seed: &str) -> String {
    let home = home();
    let arguments = [&REPEATED[..], &["--seed", seed]].concat();
    let running = Running::begin(home.path(), &arguments);
    let output = Command::new("sh")
        .arg(scripts().join("repeated.sh"))
        .env("TRIPOD_PROVIDER", format!("http://{}", running.address()))
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{failed}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_same_seed_clock_and_requests_give_the_same_answers() {
    let first = run("a");
    assert_eq!(first, run("a"));
    let dates = first.lines().filter(|line| line.starts_with("date: "));
    let dates: HashSet<_> = dates.collect();
    let due = HashSet::from(["date: Sat, 21 Nov 2026 12:00:00 GMT"]);
    assert_eq!(dates, due, "{first}");
    for part in [
        "access_token",
        "refresh_token",
        "id_token",
        "oauth_token",
        "\"keys\"",
        // How a header of ES256 begins.
        "eyJhbGciOiJFUzI1NiIs",
        "\"active\":true",
        "\"username\":\"alice\"",
        "\"invalid_client\"",
    ] {
        assert!(first.contains(part), "{part} is not in {first}");
    }
    assert_ne!(first, run("b"));
}
