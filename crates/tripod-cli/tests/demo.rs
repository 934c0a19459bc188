//! `tripod demo`, as a program.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn tripod(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tripod"));
    command
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

#[track_caller]
fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {said}", output.status);
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn played(arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut demo = tripod(home.path(), &["demo"]);
    succeeded(&demo.args(arguments).output().unwrap())
}

/// The titles of the messages, without their numbers.
fn messages(shown: &str) -> Vec<&str> {
    let messages = shown.lines().filter(|line| line.contains(['▶', '◀']));
    messages
        .map(|line| line.rsplit("  ").next().unwrap())
        .map(|title| title.split_once(' ').unwrap().1)
        .collect()
}

/// No secret, and nothing as long as a token but what is public.
#[track_caller]
fn has_no_secret(shown: &str) {
    for secret in ["dev-consumer-secret", "dev-client-secret", "alice-password"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    for line in shown
        .lines()
        .filter(|line| !line.contains("code_challenge"))
    {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        let longest = line.split(|letter| !is_part(letter)).map(str::len).max();
        assert!(longest.unwrap_or_default() < 40, "{line}");
    }
}

#[test]
fn every_message_is_shown_in_its_order() {
    let shown = played(&[]);
    assert_eq!(
        messages(&shown),
        [
            "POST /oauth1/request_token",
            "200 OK",
            "GET /oauth1/authorize",
            "303 See Other",
            "GET /callback",
            "POST /oauth1/access_token",
            "200 OK",
            "GET /api/me",
            "200 OK",
            "GET /.well-known/oauth-authorization-server",
            "200 OK",
            "GET /oauth2/authorize",
            "303 See Other",
            "GET /callback",
            "POST /oauth2/token",
            "200 OK",
            "GET /api/me",
            "200 OK",
            "GET /api/me",
            "401 Unauthorized",
            "POST /oauth2/token",
            "200 OK",
            "GET /api/me",
            "200 OK",
            "POST /oauth1/request_token",
            "401 Unauthorized",
        ]
    );
    assert!(shown.contains("The doctor is certain: "), "{shown}");
    assert!(
        shown.contains("a line break at the end of the\n"),
        "{shown}"
    );
    assert!(shown.contains("tripod serve --dev"), "{shown}");
    assert!(shown.contains("Authorization: Basic (hidden)"), "{shown}");
    assert!(!shown.contains("tripod_explain"), "{shown}");
}

#[test]
fn it_is_plain_where_no_terminal_is_and_fits_eighty_columns() {
    let shown = played(&[]);
    assert!(!shown.contains('\u{1b}'));
    for line in shown.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    // Each message has its section.
    let sections = shown.matches("RFC ").count();
    assert!(sections >= messages(&shown).len(), "{sections}");
}

#[test]
fn nothing_secret_is_shown() {
    has_no_secret(&played(&[]));
    has_no_secret(&played(&["--json"]));
}

#[test]
fn one_protocol_can_be_shown_alone() {
    let (one, two) = (played(&["--only", "oauth1"]), played(&["--only", "oauth2"]));
    assert!(one.contains("/oauth1/") && !one.contains("/oauth2/"));
    assert!(two.contains("/oauth2/") && !two.contains("/oauth1/"));
}

#[test]
fn what_is_printed_for_machines_is_evidence_for_the_doctor() {
    let shown = played(&["--json"]);
    let report: Value = serde_json::from_str(&shown).unwrap();
    let exchanges = report["exchanges"].as_array().unwrap();
    assert_eq!(exchanges.len(), 14);
    for exchange in exchanges {
        assert!(exchange["explanation"].as_str().unwrap().contains("RFC"));
        assert!(
            exchange["request"]["uri"]
                .as_str()
                .unwrap()
                .starts_with("http://127.0.0.1:")
        );
    }
    assert_eq!(
        report["findings"][0]["code"],
        "oauth1/signature/stray-characters-in-secret"
    );
    let home = tempfile::tempdir().unwrap();
    let mut explain = tripod(home.path(), &["explain", "--json"]);
    let explain = explain.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut explain = explain.spawn().unwrap();
    let mut stdin = explain.stdin.take().unwrap();
    stdin.write_all(shown.as_bytes()).unwrap();
    drop(stdin);
    let output = explain.wait_with_output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(3),
        "the last exchange was refused"
    );
}

#[test]
fn nobody_else_is_called_and_nothing_is_left_behind() {
    let home = tempfile::tempdir().unwrap();
    let mut demo = tripod(home.path(), &["demo"]);
    // A proxy that does not answer would be the end of whatever went through it.
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
        demo.env(variable, "http://127.0.0.1:1");
    }
    succeeded(&demo.output().unwrap());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}
