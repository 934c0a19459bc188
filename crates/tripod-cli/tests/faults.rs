//! Faults on demand, met by clients that others wrote; `tripod explain` names each from what they saw.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an unwrap that fails is a test that fails; programs are waited for in real time"
)]

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

#[path = "faults/expected.rs"]
mod expected;
#[path = "faults/repeated.rs"]
mod repeated;
#[path = "serve/running.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod running;

use expected::EXPECTED;
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

#[test]
fn curl_meets_what_was_set_for_the_whole_run() {
    let home = home();
    let faults = [
        "--fault",
        "expired-token,every=2",
        "--fault",
        "scope-cut=write",
    ];
    let running = Running::begin(home.path(), &[&["--dev"][..], &faults].concat());
    let set = ["expired-token,every=2", "scope-cut=write"];
    assert_eq!(running.said["dev"]["faults"], serde_json::json!(set));
    let issuer = running.said["issuer"].as_str().unwrap();
    let curl = |arguments: &[&str]| {
        let output = Command::new("curl").args(arguments).output().unwrap();
        String::from_utf8([output.stderr, output.stdout].concat()).unwrap()
    };
    let token = format!("{issuer}/oauth2/token");
    let form = "grant_type=client_credentials&scope=read write";
    let given = curl(&["-sSu", "dev-client:dev-client-secret", "-d", form, &token]);
    let given: Value = serde_json::from_str(&given).unwrap();
    assert_eq!(given["scope"], "read");
    let bearer = format!(
        "Authorization: Bearer {}",
        given["access_token"].as_str().unwrap()
    );
    let me = format!("{issuer}/api/me");
    let [first, second] = [(); 2].map(|()| curl(&["-sSv", "-H", &bearer, &me]));
    assert!(first.contains("HTTP/1.1 200"), "{first}");
    let found = explain(
        home.path(),
        &serde_json::json!({"evidence": second, "known": {}}),
    );
    assert_eq!(found[0], "oauth2/access-token/expired", "{second}");
}

#[test]
fn python_and_curl_meet_every_fault_and_explain_names_it() {
    let python = root().join(".venv/bin/python");
    assert!(python.exists(), "run tools/python-env first");
    meet(Command::new(python), "faults.py");
}

#[test]
fn clients_in_javascript_meet_faults_and_explain_names_them() {
    let modules = scripts().join("node_modules");
    assert!(modules.exists(), "run tools/node-env first");
    meet(Command::new("node"), "faults.mjs");
}

/// A fault that no client meets, or of which nothing is expected, would be one that nobody tried.
#[test]
fn every_fault_is_met() {
    let home = home();
    let (_, listed, _) = serve(home.path(), &["--fault", "help"]);
    let names = listed.lines().filter(|line| !line.starts_with("   "));
    let met: HashSet<&str> = EXPECTED.iter().map(|(fault, _, _)| name(fault)).collect();
    for line in names {
        let fault = line.trim().split(['[', '=', ' ']).next().unwrap();
        assert!(met.contains(fault), "nobody meets `{fault}`");
    }
}

/// What the fault is called, its value and options taken away.
fn name(fault: &str) -> &str {
    fault.split(['=', ',']).next().unwrap()
}

/// Whose access tokens are JWTs.
const RESOURCE: &str = "https://photos.example/";

/// Has clients meet faults, and `tripod explain` say what it was from what they saw.
fn meet(mut command: Command, script: &str) {
    let home = home();
    let config = home.path().join("serve.toml");
    let resource = format!("[[resources]]\nresource = \"{RESOURCE}\"\nformat = \"jwt\"\n");
    std::fs::write(&config, resource).unwrap();
    let dev = ["--dev", "--auto-approve", "alice", "--config"];
    let running = Running::begin(
        home.path(),
        &[&dev[..], &[config.to_str().unwrap()]].concat(),
    );
    let issuer = running.said["issuer"].as_str().unwrap();
    let output = command
        .arg(scripts().join(script))
        .env("TRIPOD_PROVIDER", issuer)
        .env("TRIPOD_RESOURCE", RESOURCE)
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {failed}");
    let told = String::from_utf8(output.stdout).unwrap();
    let mut wrong = Vec::new();
    let mut met = HashSet::new();
    for line in told.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| case[name].as_str().unwrap();
        let (fault, client) = (text("fault"), text("client"));
        let due = expected(fault, client);
        met.insert((fault.to_owned(), client.to_owned()));
        let found = explain(home.path(), &case);
        if found.first().map(String::as_str) != Some(due) {
            let evidence = text("evidence");
            wrong.push(format!(
                "{fault} ({client}): {found:?} and not {due}\n{evidence}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(met.len() > 20, "{script} met {met:?}");
}

#[track_caller]
fn expected(fault: &str, client: &str) -> &'static str {
    let mut rows = EXPECTED.iter();
    let row = rows.find(|row| row.0 == fault && (row.1 == client || row.1.is_empty()));
    row.unwrap_or_else(|| panic!("what is due of {fault} with {client}?"))
        .2
}

/// Returns the codes of what is found, the first first.
fn explain(home: &Path, case: &Value) -> Vec<String> {
    let known = home.join("known.json");
    std::fs::write(&known, case["known"].to_string()).unwrap();
    let mut child = tripod(home)
        .args(["explain", "-", "--json", "--known"])
        .arg(&known)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let evidence = case["evidence"].as_str().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(evidence.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap().iter();
    findings
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}
