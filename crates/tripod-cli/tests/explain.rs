//! `tripod explain`, run as a program.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value;

fn tripod() -> Command {
    let mut command = Command::cargo_bin("tripod").unwrap();
    command.env_clear().arg("explain");
    command
}

fn case(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/doctor")
        .join(name)
        .join("evidence")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap()
}

#[test]
fn a_signature_is_explained_by_the_secrets() {
    let output = tripod()
        .arg(case("oauth1-body-left-out"))
        .arg("--json")
        .env("TRIPOD_CONSUMER_SECRET", "kd94hf93k423kf44-cs")
        .env("TRIPOD_TOKEN_SECRET", "pfkkdhi9sl3r4s00-ts")
        .assert()
        .code(3)
        .get_output()
        .clone();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &answer["findings"][0];
    assert_eq!(first["code"], "oauth1/signature/body-parameters-left-out");
    assert_eq!(first["likelihood"], "certain");
    for name in ["title", "cause", "fix", "reference"] {
        assert!(first[name].is_string(), "{name}");
    }
    assert!(first["evidence"][0]["text"].is_string() && first["evidence"][0]["place"].is_string());
    assert!(!text(&output.stdout).contains("kd94hf93k423kf44"));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn secrets_come_from_files_and_from_one_object() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "kd94hf93k423kf44-cs\n").unwrap();
    let known = folder.path().join("known.json");
    fs::write(&known, r#"{"token_secret": "pfkkdhi9sl3r4s00-ts"}"#).unwrap();
    let mut command = tripod();
    command
        .arg(case("oauth1-key-newline"))
        .arg("--consumer-secret-file")
        .arg(&secret)
        .arg("--known")
        .arg(&known);
    let output = command.assert().code(3).get_output().clone();
    let shown = text(&output.stdout);
    assert!(
        shown.contains("oauth1/signature/stray-characters-in-secret"),
        "{shown}"
    );
    assert!(
        !shown.contains('\u{1b}'),
        "no colours where there is no terminal"
    );
}

#[test]
fn evidence_is_read_from_standard_input_and_from_the_command_line() {
    let url = "https://app.example/cb?error=access_denied&state=1";
    let output = tripod()
        .write_stdin(url)
        .assert()
        .code(3)
        .get_output()
        .clone();
    assert!(text(&output.stdout).contains("oauth2/authorization/access-denied"));
    let output = tripod().arg(url).assert().code(3).get_output().clone();
    assert!(text(&output.stdout).contains("oauth2/authorization/access-denied"));
    let output = tripod()
        .arg("-")
        .write_stdin(url)
        .assert()
        .code(3)
        .get_output()
        .clone();
    assert!(text(&output.stdout).contains("Read as a URL."));
}

#[test]
fn where_nothing_is_wrong_nothing_is_found() {
    let output = tripod()
        .arg(case("oauth2-right-code"))
        .assert()
        .code(0)
        .get_output()
        .clone();
    assert!(text(&output.stdout).contains("Nothing is wrong, as far as this shows."));
    tripod().write_stdin("it does not work").assert().code(0);
}

#[test]
fn the_catalogue_is_listed_and_each_code_has_a_page() {
    let output = tripod()
        .args(["--list", "--json"])
        .assert()
        .code(0)
        .get_output()
        .clone();
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes = list["codes"].as_array().unwrap();
    assert!(codes.len() > 150, "{}", codes.len());
    let output = tripod()
        .arg("oauth2/redirect-uri/mismatch")
        .assert()
        .code(0)
        .get_output()
        .clone();
    let page = text(&output.stdout);
    assert!(
        page.contains("What to do") && page.contains("redirect_uri_mismatch"),
        "{page}"
    );
}

#[test]
fn a_bundle_is_fit_for_a_public_issue() {
    let output = tripod()
        .arg(case("oauth2-secret-newline"))
        .args(["--bundle", "--client-id", "web-app"])
        .env("TRIPOD_CLIENT_SECRET", "s3cr3t-9fK2xPq7LmZt")
        .assert()
        .code(3)
        .get_output()
        .clone();
    let report = text(&output.stdout);
    assert!(
        report.starts_with("## OAuth diagnosis") && report.contains("stray-characters"),
        "{report}"
    );
    for secret in ["s3cr3t-9fK2xPq7LmZt", "SplxlOBeZQQYbYS6WxSbIA"] {
        assert!(!report.contains(secret), "{report}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    for (arguments, why) in [
        (
            vec!["no-such-file"],
            "is no file, and no code of the catalogue",
        ),
        (
            vec!["oauth1/no-such-code"],
            "is no file, and no code of the catalogue",
        ),
        (
            vec!["https://a.example/?x=1", "--known", "/nonexistent"],
            "cannot read `/nonexistent`",
        ),
    ] {
        let output = tripod()
            .args(arguments)
            .assert()
            .code(2)
            .get_output()
            .clone();
        assert!(
            text(&output.stderr).contains(why),
            "{}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "");
    }
}
