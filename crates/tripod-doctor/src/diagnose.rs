//! From evidence to ranked findings.

use tripod_core::timestamp::Timestamp;

use crate::case::Case;
use crate::catalogue;
use crate::evidence::Evidence;
use crate::finding::{Finding, Likelihood};
use crate::mask::Mask;
use crate::rules::{RULES, precedence};

/// Says what went wrong, the likeliest first, with every secret masked.
///
/// Nothing is found where nothing seems to be wrong; with too little evidence the one finding says
/// what to supply. `now` is for tokens that stand alone: in an exchange the server's own `Date`
/// counts.
#[must_use]
pub fn diagnose(evidence: &Evidence, now: Timestamp) -> Vec<Finding> {
    if evidence.is_empty() {
        let entry = catalogue::entry("doctor/nothing-to-read");
        return vec![Finding::new(entry, Likelihood::Possible)];
    }
    let case = Case::new(evidence, now);
    let found = RULES.iter().flat_map(|rule| rule(&case)).collect();
    let mut ranked = rank(precedence::settle(found));
    if ranked.is_empty() && case.is_unclear() {
        ranked.push(too_little(&case));
    }
    let mask = Mask::of(evidence);
    ranked
        .into_iter()
        .map(|finding| masked(finding, &mask))
        .collect()
}

/// Keeps the likeliest of each code, and puts the likeliest and weightiest first.
fn rank(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by_key(|finding| (finding.likelihood, std::cmp::Reverse(finding.weight)));
    let mut ranked: Vec<Finding> = Vec::new();
    for finding in found {
        match ranked.iter_mut().find(|known| known.code == finding.code) {
            Some(known) if known.evidence.len() < 6 => {
                for quote in finding.evidence {
                    if !known.evidence.contains(&quote) {
                        known.evidence.push(quote);
                    }
                }
            }
            Some(_) => {}
            None => ranked.push(finding),
        }
    }
    ranked
}

fn too_little(case: &Case<'_>) -> Finding {
    let finding = Finding::new(
        catalogue::entry("doctor/too-little-evidence"),
        Likelihood::Possible,
    );
    let has_answer = case.calls.iter().any(|call| call.response.is_some());
    let kind = case.evidence.kind.as_str();
    let finding = finding.because(format!(
        "This was read as {kind}, and nothing in it says what failed."
    ));
    if case.signed().next().is_some() && !has_answer {
        return finding.mended_by(
            "Give the consumer secret and the token secret (and --url, --method and --body where they are \
             not shown): then the signature is recomputed under every known mistake. Add the answer of the server.",
        );
    }
    finding
}

/// Every text passes the mask here, whichever rule wrote it.
fn masked(finding: Finding, mask: &Mask) -> Finding {
    let evidence = finding.evidence.into_iter().map(|mut quote| {
        quote.text = mask.text(&quote.text);
        quote.place = mask.text(&quote.place);
        quote
    });
    let correction = finding.correction.map(|mut correction| {
        correction.value = mask.text(&correction.value);
        correction
    });
    Finding {
        cause: mask.text(&finding.cause),
        fix: mask.text(&finding.fix),
        correction,
        evidence: evidence.collect(),
        ..finding
    }
}
