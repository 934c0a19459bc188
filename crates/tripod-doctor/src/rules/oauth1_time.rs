//! Timestamps and nonces of OAuth 1.

use super::{computed, time};
use crate::case::Case;
use crate::case::said::Said;
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;
use crate::wording::span;

/// What servers allow.
const WINDOW: i64 = 300;

/// Compares the timestamp with what the server says, and with its clock.
pub(super) fn timestamp(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (call, signed) in case.signed() {
        let Some(sent) = signed
            .first("oauth_timestamp")
            .and_then(|text| text.parse::<i64>().ok())
        else {
            continue;
        };
        if sent > 100_000_000_000 {
            continue;
        }
        let stated = case.said_of(call).any(|said| said.has("timestamp"));
        let Some(server) = time::of_call(call) else {
            continue;
        };
        let skew = sent.saturating_sub(server);
        if skew.abs() <= WINDOW {
            continue;
        }
        let side = if skew > 0 { "ahead of" } else { "behind" };
        let cause = format!(
            "The timestamp is {} {side} the clock of the server, as its `Date` header tells.",
            span(skew)
        );
        let fix = format!(
            "Set the clock by NTP; where that is not possible, add {} seconds to every timestamp.",
            -skew
        );
        let likelihood = match (stated, call.is_refused()) {
            (true, _) => Likelihood::Certain,
            (false, true) => Likelihood::Likely,
            (false, false) => Likelihood::Possible,
        };
        findings.push(
            computed("oauth1/timestamp/refused", likelihood)
                .because(cause)
                .mended_by(fix)
                .seen(format!("oauth_timestamp={sent}"), call.place()),
        );
    }
    findings.extend(case.said.iter().filter_map(|said| acceptable(case, said)));
    findings
}

/// Reads `oauth_acceptable_timestamps`, and “given X and now Y”.
fn acceptable(case: &Case<'_>, said: &Said) -> Option<Finding> {
    if !said.has("timestamp") {
        return None;
    }
    let numbers: Vec<i64> = said
        .text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 10)
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let sent = case
        .signed()
        .find_map(|(_, signed)| signed.first("oauth_timestamp")?.parse::<i64>().ok());
    let (given, now) = match (numbers.as_slice(), said.has("oauth_acceptable_timestamps")) {
        ([from, to, ..], true) => (sent?, (from + to) / 2),
        ([given, now, ..], false) => (*given, *now),
        _ => return None,
    };
    let skew = given.saturating_sub(now);
    let side = if skew > 0 { "ahead of" } else { "behind" };
    let cause = format!(
        "The server names the times: the timestamp is {} {side} its clock.",
        span(skew)
    );
    let fix = format!(
        "Set the clock by NTP; where that is not possible, add {} seconds to every timestamp.",
        -skew
    );
    let likelihood = if said.by_server {
        Likelihood::Certain
    } else {
        Likelihood::Likely
    };
    Some(
        computed("oauth1/timestamp/refused", likelihood)
            .because(cause)
            .mended_by(fix)
            .seen(said.text.clone(), &said.place),
    )
}

/// The same nonce in two requests.
pub(super) fn nonce(case: &Case<'_>) -> Vec<Finding> {
    let mut seen: Vec<(String, String, usize)> = Vec::new();
    let mut findings = Vec::new();
    for (call, signed) in case.signed() {
        let (Some(nonce), Some(timestamp)) =
            (signed.first("oauth_nonce"), signed.first("oauth_timestamp"))
        else {
            continue;
        };
        if has_gaps(&nonce) {
            continue;
        }
        if seen
            .iter()
            .any(|(known, at, _)| *known == nonce && *at == timestamp)
        {
            let stated = case
                .said_of(call)
                .any(|said| said.has("nonce") || said.has("replay"));
            let likelihood = match (stated, call.is_refused()) {
                (true, _) => Likelihood::Certain,
                (false, true) => Likelihood::Likely,
                (false, false) => Likelihood::Possible,
            };
            let cause = "Two requests carry the same nonce and timestamp: one was sent again without signing it anew, as on a retry or a redirect.";
            findings.push(
                computed("oauth1/nonce/used", likelihood)
                    .because(cause)
                    .seen(format!("oauth_nonce={nonce}"), call.place()),
            );
        }
        seen.push((nonce, timestamp, call.index));
    }
    findings
}
