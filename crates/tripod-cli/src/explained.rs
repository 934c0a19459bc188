//! Why a call failed, shown under what failed.

use serde_json::{Value, json};
use tripod_doctor::finding::{Finding, Likelihood};

use crate::doctor::command;
use crate::explain::page;
use crate::output;
use crate::profiles::Profile;

/// Findings with what to type for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explained(Vec<(Finding, Vec<String>)>);

impl Explained {
    /// Takes what was found, but for what was ruled out and what says nothing.
    pub(crate) fn new(name: &str, profile: &Profile, findings: Vec<Finding>) -> Self {
        let tells = |finding: &Finding| {
            finding.likelihood != Likelihood::RuledOut && !finding.code.starts_with("doctor/")
        };
        let findings = findings.into_iter().filter(tells);
        let findings = findings.map(|finding| {
            let commands = command::lines(&finding, name, profile);
            (finding, commands)
        });
        Self(findings.collect())
    }

    /// Writes the first of them to standard error.
    pub(crate) fn show(&self) {
        if let Some((finding, commands)) = self.0.first() {
            output::note(&page::finding(finding, true, commands).join("\n"));
        }
    }

    /// Tells whether what is shown says this already.
    pub(crate) fn says(&self, hint: &str) -> bool {
        let first = self.0.first();
        first.is_some_and(|(finding, commands)| {
            let mut commands = commands.iter();
            finding.fix == hint || commands.any(|command| hint.ends_with(command.as_str()))
        })
    }

    /// Writes all of them for machines.
    pub(crate) fn to_json(&self) -> Value {
        let findings = self.0.iter().map(|(finding, commands)| {
            let mut finding = finding.to_json();
            finding["commands"] = json!(commands);
            finding
        });
        findings.collect()
    }
}
