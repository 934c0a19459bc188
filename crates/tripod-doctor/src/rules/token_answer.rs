//! What came back when a token was asked for, and what metadata says.

use super::computed;
use crate::case::uri::Uri;
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};
use crate::wording::uri_differences;

/// Looks at the body of every answer of a token endpoint.
pub(super) fn body(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls().filter_map(of_call).collect()
}

fn of_call(call: &Call<'_>) -> Option<Finding> {
    let response = call.response?;
    let body = response.body().trim();
    let status = response.status;
    let error = call
        .answer
        .as_ref()
        .and_then(|answer| answer.get("error"))
        .filter(|error| !error.is_null());
    if response.is_success() && error.is_some() {
        return Some(
            computed(
                "oauth2/token-answer/error-with-status-200",
                Likelihood::Likely,
            )
            .seen(
                format!("status {}", status.unwrap_or_default()),
                &response.place,
            )
            .weighing(5),
        );
    }
    if matches!(status, Some(500..)) {
        let cause = format!(
            "The token endpoint answered with status {}: the server failed, or one before it.",
            status.unwrap_or_default()
        );
        return Some(
            computed("oauth2/server/unavailable", Likelihood::Likely)
                .because(cause)
                .seen(beginning(body), &response.place)
                .weighing(60),
        );
    }
    if matches!(status, Some(404 | 405 | 410)) {
        let cause = format!(
            "The URL answered with status {}: it is not the token endpoint.",
            status.unwrap_or_default()
        );
        return Some(
            computed("oauth2/token-answer/wrong-url", Likelihood::Likely)
                .because(cause)
                .seen(call.target(), call.place()),
        );
    }
    if matches!(status, Some(429)) {
        return Some(
            computed("oauth2/server/too-many-requests", Likelihood::Certain)
                .seen("status 429", &response.place),
        );
    }
    let is_page = body.starts_with('<') || response.media_type() == "text/html";
    if is_page {
        let cause = match status {
            Some(200) => "The token endpoint answered with a page of HTML and status 200: a login page, a proxy, or another URL than the token endpoint.".to_owned(),
            Some(300..400) => format!("The token endpoint redirects (status {}): the URL is not the final one.", status.unwrap_or_default()),
            _ => "The token endpoint answered with a page of HTML.".to_owned(),
        };
        let likelihood = if response.is_success() {
            Likelihood::Certain
        } else {
            Likelihood::Likely
        };
        return Some(
            computed("oauth2/token-answer/not-json", likelihood)
                .because(cause)
                .seen(beginning(body), &response.place),
        );
    }
    if matches!(status, Some(301 | 302 | 303 | 307 | 308)) {
        let cause = "The token endpoint redirects; clients do not follow that with a secret in the request, or turn the POST into a GET.";
        return Some(
            computed("oauth2/token-answer/wrong-url", Likelihood::Likely)
                .because(cause)
                .seen(call.target(), call.place()),
        );
    }
    if response.is_success() && body.is_empty() {
        return Some(
            computed("oauth2/token-answer/no-access-token", Likelihood::Certain)
                .because("The token endpoint answered with success and an empty body.")
                .seen(call.target(), &response.place),
        );
    }
    None
}

fn beginning(body: &str) -> String {
    body.chars().take(120).collect()
}

/// Compares the issuer in metadata with where they were fetched.
pub(super) fn issuer(case: &Case<'_>) -> Vec<Finding> {
    case.calls
        .iter()
        .filter(|call| call.uri.path.contains("/.well-known/"))
        .filter_map(|call| {
            let issuer = call.answered("issuer")?;
            if issuer.contains("{tenantid}") {
                return Some(
                    computed("oauth2/issuer/entra-template", Likelihood::Likely)
                        .seen(format!("issuer: {issuer}"), call.place()),
                );
            }
            let expected = case.known.issuer.clone().or_else(|| asked(call, issuer))?;
            let differences = uri_differences(issuer, &expected);
            if differences.is_empty() {
                return None;
            }
            // RFC 8414 §3.3: it MUST be identical to the one that was asked for.
            let cause = format!(
                "The metadata name another issuer than was asked for: {}.",
                super::list(&differences)
            );
            let finding = computed("oauth2/issuer/mismatch", Likelihood::Certain)
                .because(cause)
                .seen(format!("issuer: {issuer}"), call.place())
                .seen(expected.as_str(), "the issuer that was asked");
            // Whoever answers can name anybody: another host is for people to judge.
            let is_same_host = Uri::parse(issuer).host == Uri::parse(&expected).host;
            Some(match is_same_host {
                true => finding
                    .mended_by(format!(
                        "Configure the issuer as the provider spells it: `{issuer}`."
                    ))
                    .correcting("issuer", issuer),
                false => finding,
            })
        })
        .collect()
}

/// RFC 8414 §3.1 puts the well-known part before the path, OpenID discovery behind it.
///
/// The scheme is that of the issuer where the evidence does not show it.
fn asked(call: &Call<'_>, issuer: &str) -> Option<String> {
    let (before, rest) = call.uri.path.split_once("/.well-known/")?;
    let behind = rest
        .find('/')
        .and_then(|at| rest.get(at..))
        .unwrap_or_default();
    let mut uri = call.uri.clone();
    if call.request?.is_scheme_guessed {
        uri.scheme = issuer.split_once("://")?.0.to_owned();
    }
    Some(format!("{}{before}{behind}", uri.origin()))
}
