//! What people and machines see of a check-up.

use serde_json::{Value, json};
use tripod::checkup::{Check, Outcome, REFRESH_FORBIDDEN};

use super::{took, with_commands, word};
use crate::explain::page::finding;
use crate::page::one_line;
use crate::profiles::Profile;

/// More causes than this confuse; the others are in the JSON.
const MOST: usize = 3;

pub(super) fn heading(name: &str, profile: &Profile) -> String {
    let whom = crate::profile::of(profile);
    format!("\x1b[1m{}\x1b[0m at {}\n", one_line(name), one_line(whom))
}

/// Writes a step with its tick and its time.
pub(super) fn line(check: &Check) -> String {
    let step = format!("{:<21}", check.step.to_string());
    let time = format!("{:>8}", took(check.took));
    let (mark, text) = match &check.outcome {
        Outcome::Failed { findings } => {
            let title = findings.first().map_or("", |finding| finding.title);
            ("\x1b[1;31m✗\x1b[0m", format!("\x1b[1m{title}\x1b[0m"))
        }
        Outcome::Passed { what } => ("\x1b[32m✓\x1b[0m", one_line(what)),
        Outcome::Skipped { why } => (
            "\x1b[2m–\x1b[0m",
            format!("\x1b[2mskipped: {}{}\x1b[0m", one_line(why), allowing(why)),
        ),
        _ => (" ", String::new()),
    };
    format!("{mark} {step}\x1b[2m{time}\x1b[0m  {text}")
}

/// Names the option that allows what was not done.
fn allowing(why: &str) -> &'static str {
    match why == REFRESH_FORBIDDEN {
        true => ": --allow-consuming",
        false => "",
    }
}

/// Writes why a step failed, and what to type.
pub(super) fn explained(name: &str, profile: &Profile, check: &Check) -> String {
    let mut lines = Vec::new();
    let findings = with_commands(name, profile, check.findings());
    for (index, (found, commands)) in findings.iter().take(MOST).enumerate() {
        lines.push(String::new());
        lines.extend(finding(found, index == 0, commands));
    }
    lines.join("\n")
}

/// Writes everything for machines.
pub(super) fn json(name: &str, profile: &Profile, checks: &[Check]) -> Value {
    let steps = checks.iter().map(|check| {
        let mut step = json!({
            "step": check.step.as_str(),
            "outcome": word(&check.outcome),
            "milliseconds": u64::try_from(check.took.as_millis()).unwrap_or(u64::MAX),
        });
        match &check.outcome {
            Outcome::Passed { what } => step["what"] = json!(what),
            Outcome::Skipped { why } => step["why"] = json!(why),
            _ => step["findings"] = findings(name, profile, check),
        }
        step
    });
    let is_well = checks.iter().all(|check| check.findings().is_empty());
    json!({ "profile": name, "ok": is_well, "checks": steps.collect::<Vec<_>>() })
}

fn findings(name: &str, profile: &Profile, check: &Check) -> Value {
    let findings = with_commands(name, profile, check.findings());
    let findings = findings.into_iter().map(|(finding, commands)| {
        let mut finding = finding.to_json();
        finding["commands"] = json!(commands);
        finding
    });
    findings.collect()
}
