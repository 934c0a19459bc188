//! What other libraries ran into, against what is found.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::finding::{Finding, Likelihood};
use tripod_doctor::known::Known;

struct Case {
    name: String,
    /// Whether it was made without a look at the rules.
    held_out: bool,
    expected: Vec<String>,
    /// What else may be called certain, though something else comes first.
    certain: Vec<String>,
    secrets: Vec<String>,
    healthy: bool,
    findings: Vec<Finding>,
    evidence: Evidence,
    now: Timestamp,
}

/// The sets that were made without a look at the rules.
const SETS: [&str; 5] = [
    "held-out",
    "held-out-languages",
    "held-out-sdks",
    "held-out-more",
    "held-out-last",
];

/// Read and diagnosed once for all tests.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(read)
}

fn read() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/doctor");
    let mut cases = folder_of(&folder, false);
    for set in SETS {
        cases.extend(folder_of(&folder.join(set), true));
    }
    cases
}

fn folder_of(folder: &Path, held_out: bool) -> Vec<Case> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.json").exists())
        .collect();
    folders.sort();
    folders
        .iter()
        .map(|folder| case(folder, held_out))
        .collect()
}

fn case(folder: &Path, held_out: bool) -> Case {
    let case: Value = serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
    let texts = |name: &str| -> Vec<String> {
        let values = case[name].as_array();
        values
            .into_iter()
            .flatten()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect()
    };
    let known = case
        .get("known")
        .map(|known| Known::parse(&known.to_string()).unwrap());
    let evidence = Evidence::read(
        &fs::read(folder.join("evidence")).unwrap(),
        known.unwrap_or_default(),
    );
    let now = Timestamp::from_unix(case["now"].as_i64().unwrap());
    Case {
        held_out,
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        expected: texts("expected"),
        certain: texts("certain"),
        secrets: texts("secrets"),
        healthy: case.get("healthy").is_some(),
        findings: diagnose(&evidence, now),
        evidence,
        now,
    }
}

impl Case {
    fn first(&self) -> &str {
        self.findings.first().map_or("none", |finding| finding.code)
    }

    fn is_right(&self) -> bool {
        let first = self.first();
        let is_nothing = first == "none" || first.starts_with("doctor/");
        self.expected
            .iter()
            .any(|expected| expected == first || (expected == "none" && is_nothing))
    }

    /// Everything that could be shown of it.
    fn output(&self) -> String {
        let findings = self
            .findings
            .iter()
            .map(|finding| finding.to_json().to_string());
        findings.collect::<Vec<_>>().join("\n")
    }
}

/// The aim is 95 of 100; what is missed is printed.
#[test]
fn the_first_finding_is_the_mistake_that_was_made() {
    let cases = cases();
    let mut table: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for case in cases {
        let kind = match case.name.split('-').next().unwrap() {
            _ if case.held_out && case.healthy => "held out: nothing wrong or knowable",
            _ if case.held_out => "held out: a mistake",
            _ if case.healthy => "nothing wrong or knowable",
            "oauth1" => "OAuth 1",
            _ => "OAuth 2",
        };
        let row = table.entry(kind).or_default();
        row.1 += 1;
        if case.is_right() {
            row.0 += 1;
        } else {
            missed.push(format!(
                "{}: {} and not {:?}",
                case.name,
                case.first(),
                case.expected
            ));
        }
    }
    let right = cases.len() - missed.len();
    for (kind, (right, all)) in table {
        println!("| {kind} | {all} | {right} | {} % |", right * 100 / all);
    }
    println!(
        "| all | {} | {right} | {} % |",
        cases.len(),
        right * 100 / cases.len()
    );
    println!("{}", missed.join("\n"));
    assert!(
        right * 100 >= cases.len() * 95,
        "{right} of {} are right",
        cases.len()
    );
}

#[test]
fn nothing_is_certain_where_nothing_is_wrong_or_knowable() {
    let healthy: Vec<_> = cases().iter().filter(|case| case.healthy).collect();
    for case in &healthy {
        for finding in &case.findings {
            assert_ne!(
                finding.likelihood,
                Likelihood::Certain,
                "{}: {finding:?}",
                case.name
            );
        }
    }
}

/// A certain finding has to be one that was expected: certainty is never a guess.
#[test]
fn a_certain_first_finding_is_never_wrong() {
    for case in cases() {
        let is_certain = case
            .findings
            .first()
            .is_some_and(|finding| finding.likelihood == Likelihood::Certain);
        assert!(
            !is_certain || case.is_right(),
            "{}: {} and not {:?}",
            case.name,
            case.first(),
            case.expected
        );
    }
}

/// Nor is one that stands behind: the held-out cases name all that is certain of them.
#[test]
fn nothing_is_certain_that_was_not_expected() {
    for case in cases().iter().filter(|case| case.held_out) {
        for finding in &case.findings {
            let mut expected = case.expected.iter().chain(&case.certain);
            let is_expected = expected.any(|code| code == finding.code);
            let is_certain = finding.likelihood == Likelihood::Certain;
            assert!(is_expected || !is_certain, "{}: {finding:?}", case.name);
        }
    }
}

/// What is taken away, and how.
type Way = (&'static str, fn(&mut Evidence));

/// With less to go by nothing becomes certain that was not found before.
#[test]
fn what_is_taken_away_makes_nothing_certain() {
    let without_bodies = |evidence: &mut Evidence| {
        for request in evidence
            .exchanges
            .iter_mut()
            .filter_map(|one| one.request.as_mut())
        {
            request.is_body_left_out |= request.body.take().is_some();
        }
    };
    let without_credentials = |evidence: &mut Evidence| {
        for request in evidence
            .exchanges
            .iter_mut()
            .filter_map(|one| one.request.as_mut())
        {
            let is_kept = |name: &str| !name.eq_ignore_ascii_case("authorization");
            request.headers.retain(|header| is_kept(&header.name));
            request.is_authorization_left_out = true;
        }
    };
    let without_answers = |evidence: &mut Evidence| {
        for response in evidence
            .exchanges
            .iter_mut()
            .filter_map(|one| one.response.as_mut())
        {
            response.body = None;
        }
    };
    let without_requests = |evidence: &mut Evidence| {
        for one in &mut evidence.exchanges {
            one.request = None;
        }
    };
    let ways: [Way; 4] = [
        ("bodies", without_bodies),
        ("credentials", without_credentials),
        ("answers", without_answers),
        ("requests", without_requests),
    ];
    let mut wrong = Vec::new();
    for case in cases() {
        for (what, take_away) in ways {
            let mut evidence = case.evidence.clone();
            evidence.texts.clear();
            take_away(&mut evidence);
            for finding in diagnose(&evidence, case.now) {
                let was_found = case.findings.iter().any(|known| known.code == finding.code);
                if finding.likelihood == Likelihood::Certain && !was_found {
                    wrong.push(format!(
                        "{} without {what}: {}: {}",
                        case.name, finding.code, finding.cause
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_secret_is_in_any_output() {
    for case in cases() {
        let output = case.output();
        for secret in &case.secrets {
            assert!(!secret.is_empty(), "{}", case.name);
            assert!(!output.contains(secret.as_str()), "{}: {output}", case.name);
            let encoded = tripod_core::percent::encode(secret);
            assert!(!output.contains(&encoded), "{}: {output}", case.name);
        }
    }
}
