//! Faults on demand, met by clients that others wrote; `tripod explain` names each from what they saw.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an unwrap that fails is a test that fails; programs are waited for in real time"
)]

use std::path::Path;

use tempfile::TempDir;

#[path = "serve/running.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod running;

use running::{Running, tripod};

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs `tripod serve`, which is to end by itself, and returns how, and what it said.
fn serve(home: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = tripod(home);
    let output = command.arg("serve").args(arguments).output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn what_is_for_tests_alone_is_refused_without_dev() {
    let home = home();
    for option in [
        ["--fault", "drop"],
        ["--seed", "a"],
        ["--clock", "1700000000"],
    ] {
        let (code, _, said) = serve(home.path(), &option);
        assert_eq!(code, 2, "{said}");
        let due = format!("error: {} makes a provider for tests", option[0]);
        assert!(
            said.starts_with(&due) && said.contains("give --dev"),
            "{said}"
        );
    }
}

#[test]
fn a_fault_that_nobody_knows_is_refused_with_what_comes_nearest() {
    let home = home();
    let (code, _, said) = serve(home.path(), &["--dev", "--fault", "expird-token"]);
    assert_eq!(code, 2, "{said}");
    let due = "there is no fault `expird-token`; did you mean `expired-token`";
    assert!(said.contains(due), "{said}");
    let (_, _, said) = serve(home.path(), &["--dev", "--fault", "status=99"]);
    assert!(
        said.contains("`status` takes a status from 400 to 599"),
        "{said}"
    );
}

#[test]
fn all_faults_are_listed() {
    let home = home();
    let (code, listed, _) = serve(home.path(), &["--fault", "help"]);
    assert_eq!(code, 0);
    for part in [
        "\n  used-code\n",
        "  clock-skew=SECONDS\n",
        "at: everywhere",
    ] {
        assert!(listed.contains(part), "{part} is not in {listed}");
    }
}

#[test]
fn a_fault_that_was_set_fires_and_is_logged() {
    let home = home();
    let faults = ["--dev", "--fault", "status=502,every=2,endpoint=jwks"];
    let running = Running::begin(home.path(), &faults);
    let heard = [(); 4].map(|()| running.get("/oauth2/jwks").status);
    assert_eq!(heard, [200, 502, 200, 502]);
    running.signal("TERM");
    let (_, log) = running.ended();
    let fired = "a fault fires fault=status=502,every=2,endpoint=jwks path=\"/oauth2/jwks\"";
    assert_eq!(log.matches(fired).count(), 2, "{log}");
}
