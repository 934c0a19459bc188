//! Codes that are sent twice.

use super::computed;
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;

/// Finds token requests that carry the same code.
pub(super) fn used_twice(case: &Case<'_>) -> Vec<Finding> {
    let calls: Vec<&Call<'_>> = case.token_calls().collect();
    let mut findings = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        let Some(code) = call.parameter("code").filter(|it| !has_gaps(it)) else {
            continue;
        };
        let Some(first) = calls
            .iter()
            .take(index)
            .find(|first| first.parameter("code") == Some(code))
        else {
            continue;
        };
        let result = outcome(case, first);
        let methods = match (style(first), style(call)) {
            (one, two) if one != two => format!(
                " The first authenticated the client {one}, the second {two}: a library tried both."
            ),
            _ => String::new(),
        };
        let cause = format!("Two token requests carry the same code. The first {result}.{methods}");
        let likelihood = if call.is_refused() {
            Likelihood::Certain
        } else {
            Likelihood::Likely
        };
        findings.push(
            computed("oauth2/code/used-twice", likelihood)
                .because(cause)
                .seen(format!("code={code}"), first.place())
                .seen(format!("code={code}"), call.place()),
        );
    }
    findings
}

fn outcome(case: &Case<'_>, call: &Call<'_>) -> String {
    let error = case
        .said_of(call)
        .find_map(|said| said.error.clone())
        .filter(|error| !error.is_empty());
    match (error, call.response.and_then(|response| response.status)) {
        (Some(error), _) => format!("was refused with `{error}`, which is the real error"),
        (None, Some(status)) if status >= 400 => {
            format!("was refused with status {status}, which is the real error")
        }
        (None, Some(_)) => "succeeded".to_owned(),
        (None, None) => "has no answer here".to_owned(),
    }
}

fn style(call: &Call<'_>) -> &'static str {
    match (
        call.authorization("basic"),
        call.body.first("client_secret"),
        call.body.first("client_assertion"),
    ) {
        (Some(_), ..) => "in the header",
        (None, Some(_), _) => "in the body",
        (None, None, Some(_)) => "by an assertion",
        (None, None, None) => "not at all",
    }
}
