//! One round of steps: each is timed, judged, told and kept.

use reqwest::Url;
use tokio::time::Instant;
use tripod_core::clock::Clock as _;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange, Observation};
use tripod_doctor::finding::Likelihood;
use tripod_doctor::known::Known;

use super::{Check, Outcome, Step, clock};
use crate::edge::Edge;
use crate::error::{Error, obstacle};
use crate::http::Http;

/// What comes of a step: words and what the next ones need, or why there is nothing.
pub(super) type Made<T> = Result<(String, T), Stop>;

/// Why a step came to nothing.
pub(super) enum Stop {
    /// Something is wrong.
    Failed(Box<Evidence>),
    /// It could not be looked at.
    Skipped(String),
}

impl Stop {
    /// Something is wrong, as these exchanges show, or these observations.
    pub(super) fn failed(
        exchanges: Vec<Exchange>,
        seen: impl IntoIterator<Item = Observation>,
    ) -> Self {
        let evidence = Evidence::of_exchanges(exchanges, Known::default());
        Self::Failed(Box::new(evidence.observing(seen)))
    }

    pub(super) fn observed(seen: Observation) -> Self {
        Self::failed(Vec::new(), [seen])
    }

    pub(super) fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped(why.into())
    }

    pub(super) fn misconfigured(setting: &str, problem: &(impl ToString + ?Sized)) -> Self {
        Self::observed(Observation::Misconfigured {
            setting: setting.to_owned(),
            problem: problem.to_string(),
        })
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(Box::new(error.evidence()))
    }
}

/// A round of steps.
pub(super) struct Round<'a> {
    tell: &'a mut (dyn FnMut(&Check) + Send),
    checks: Vec<Check>,
    edge: Edge,
    /// What the findings may be made by, beside what each step sees.
    pub(super) known: Known,
}

impl<'a> Round<'a> {
    pub(super) fn new(tell: &'a mut (dyn FnMut(&Check) + Send), edge: Edge) -> Self {
        Self {
            tell,
            checks: Vec::new(),
            edge,
            known: Known::default(),
        }
    }

    /// Takes a step; `None` if it came to nothing.
    pub(super) async fn step<T>(
        &mut self,
        step: Step,
        taking: impl Future<Output = Made<T>>,
    ) -> Option<T> {
        let begun = Instant::now();
        let made = taking.await;
        let took = begun.elapsed();
        let (outcome, value) = match made {
            Ok((what, value)) => (Outcome::Passed { what }, Some(value)),
            Err(Stop::Skipped(why)) => (Outcome::Skipped { why }, None),
            Err(Stop::Failed(evidence)) => (self.judge(*evidence), None),
        };
        let check = Check {
            step,
            outcome,
            took,
        };
        (self.tell)(&check);
        self.checks.push(check);
        value
    }

    /// Leaves out the steps that have not been taken yet.
    pub(super) async fn skip(&mut self, steps: &[Step], why: &str) {
        for step in steps {
            let _: Option<()> = self.step(*step, async { Err(Stop::skipped(why)) }).await;
        }
    }

    pub(super) fn finish(self) -> Vec<Check> {
        self.checks
    }

    fn judge(&self, evidence: Evidence) -> Outcome {
        let mut evidence = evidence;
        evidence.known = evidence.known.or(self.known.clone());
        let now = self.edge.now();
        let mut findings = diagnose(&evidence, now);
        findings.retain(|finding| finding.likelihood != Likelihood::RuledOut);
        if findings.is_empty() {
            // The step knows that it failed, even where no rule knows why.
            let unexplained = evidence.observing([Observation::Unexplained]);
            findings = diagnose(&unexplained, now);
        }
        Outcome::Failed { findings }
    }

    /// Reaches each server, and hears from it what time it is.
    pub(super) async fn network(&mut self, http: &Http, places: &[Url]) -> Option<()> {
        let mut heard = Vec::new();
        let edge = self.edge.clone();
        let reached = self.step(Step::Network, reach_all(http, &edge, places, &mut heard));
        let reached = reached.await;
        self.step(Step::Clock, async { clock::compare(&heard) })
            .await;
        reached
    }
}

async fn reach_all(
    http: &Http,
    edge: &Edge,
    places: &[Url],
    heard: &mut Vec<clock::Heard>,
) -> Made<()> {
    let mut words = Vec::new();
    let mut failed = Vec::new();
    for place in places {
        match clock::ask(http, edge, place).await {
            Ok(answer) => {
                heard.extend(answer);
                let how = match place.scheme() {
                    "https" => "by TLS",
                    _ => "in clear",
                };
                words.push(format!("{} answers, {how}", obstacle::host(place)));
            }
            Err(seen) => failed.push(seen),
        }
    }
    match (failed.is_empty(), words.is_empty()) {
        (true, true) => Err(Stop::skipped("it is not known yet whom to ask")),
        (true, false) => Ok((words.join("; "), ())),
        (false, _) => Err(Stop::failed(Vec::new(), failed)),
    }
}
