//! `tripod providers`, run as a program.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;

use assert_cmd::Command;
use serde_json::Value;

fn providers(arguments: &[&str]) -> Command {
    let mut program = Command::cargo_bin("tripod").unwrap();
    program.env_clear().arg("providers").args(arguments);
    program
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(providers(arguments).arg("--json"))).unwrap()
}

/// Runs what must fail as usage does: one sentence, nothing on standard output.
fn refusal(command: &mut Command) -> String {
    let output = command.assert().code(2).get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text.strip_prefix("error: ").unwrap().trim_end().to_owned()
}

#[test]
fn all_are_listed_one_a_line_in_columns() {
    let list = stdout(&mut providers(&[]));
    let lines: Vec<_> = list.lines().collect();
    assert!(lines.len() > 80);
    let [heading, rest @ ..] = lines.as_slice() else {
        panic!("there is a heading");
    };
    let protocol = heading.find("PROTOCOL").unwrap();
    for line in rest {
        assert!(
            line.get(protocol..).unwrap().starts_with("OAuth "),
            "{line}"
        );
        assert_eq!(line.trim_end(), *line);
    }
    assert!(!list.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn a_search_narrows_the_list() {
    assert_eq!(
        stdout(&mut providers(&["jira"])),
        "NAME                     PROTOCOL    NEEDS  PROVIDER\n\
         atlassian                OAuth 2            Atlassian Cloud (Jira, Confluence)\n\
         jira-data-center         OAuth 1.0a  site   Jira Data Center\n\
         jira-data-center-oauth2  OAuth 2     site   Jira Data Center (OAuth 2)\n"
    );
    assert!(stdout(&mut providers(&["data", "center"])).contains("jira-data-center"));
}

#[test]
fn the_list_is_there_for_machines() {
    let list = json(&["oauth1"]);
    let list = list["providers"].as_array().unwrap();
    assert!(list.len() >= 20);
    for provider in list {
        assert_eq!(provider["protocol"], "oauth1");
    }
    let netsuite = list.iter().find(|one| one["name"] == "netsuite").unwrap();
    assert_eq!(netsuite["variables"], serde_json::json!(["account"]));
}

#[test]
fn each_fact_is_shown_with_its_source() {
    let shown = stdout(&mut providers(&["show", "GitHub"]));
    let line = shown
        .lines()
        .find(|line| line.contains("device_authorization_endpoint"));
    let line = line.unwrap();
    assert!(
        line.contains("https://github.com/login/device/code ["),
        "{line}"
    );
    assert!(shown.contains("Not tried on the live provider"));
    assert!(shown.contains("  [1]  "));
    let shown = stdout(&mut providers(&["show", "shopify"]));
    assert!(
        shown.contains("  shop  what stands before .myshopify.com; "),
        "{shown}"
    );
}

#[test]
fn every_provider_can_be_shown_with_no_fact_left_without_a_source() {
    for provider in json(&[])["providers"].as_array().unwrap() {
        let shown = json(&["show", provider["name"].as_str().unwrap()]);
        assert_eq!(shown["tried_live"], false);
        let sources = shown["sources"].as_array().unwrap().len();
        for fact in shown["facts"].as_array().unwrap() {
            let read = fact["sources"].as_array().unwrap();
            assert!(!read.is_empty(), "{fact}");
            assert!(read.iter().all(|at| at.as_u64().unwrap() < sources as u64));
        }
    }
}

#[test]
fn what_is_not_known_is_refused_with_the_nearest_names() {
    for (arguments, expected) in [
        (
            ["show", "githbu"].as_slice(),
            "no provider is called `githbu`; the nearest names are `github`, `gitlab`",
        ),
        (
            &["show", "qqqqqqqqqqq"],
            "no provider is called `qqqqqqqqqqq`",
        ),
        (
            &["gogle"],
            "no provider has `gogle` in its name; the nearest names are google",
        ),
        (
            &["qqqqqqqqqqq"],
            "no provider has `qqqqqqqqqqq` in its name; `tripod providers` lists all",
        ),
        (
            &["--presets", "/nonexistent"],
            "`/nonexistent` is no directory",
        ),
    ] {
        assert_eq!(refusal(&mut providers(arguments)), expected);
    }
    providers(&["show"]).assert().code(2);
    providers(&["--colour"]).assert().code(2);
}

#[test]
fn a_preset_of_ones_own_is_listed_and_shown() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    let own = "title = \"\\u001b[31mOwn\"\n[oauth2]\ntoken_endpoint = \"https://id.example/t\"\n";
    fs::write(directory.path().join("own.toml"), own).unwrap();
    let list = stdout(&mut providers(&["own", "--presets", path]));
    assert!(
        list.ends_with("\nown   OAuth 2          \\u001b[31mOwn\n"),
        "{list}"
    );
    let shown = stdout(providers(&["show", "own"]).env("TRIPOD_PRESETS", path));
    assert!(
        shown.contains("own.toml") && !shown.contains('\u{1b}'),
        "{shown}"
    );
    fs::write(
        directory.path().join("own.toml"),
        own.replace("token_", "tokn_"),
    )
    .unwrap();
    let refusal = refusal(&mut providers(&["--presets", path]));
    assert!(
        refusal.ends_with(
            "own.toml`: line 3: `tokn_endpoint` is not known here; did you mean `token_endpoint`?"
        ),
        "{refusal}"
    );
}

#[test]
fn the_help_has_examples() {
    for arguments in [["--help"].as_slice(), &["show", "--help"]] {
        let help = stdout(&mut providers(arguments));
        assert!(help.contains("Examples:\n  tripod providers"), "{help}");
    }
}
