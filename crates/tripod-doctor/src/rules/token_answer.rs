//! What came back when a token was asked for, and what metadata says.

use serde_json::Value;

use super::computed;
use crate::case::uri::Uri;
use crate::case::{Call, Case};
use crate::evidence::Response;
use crate::finding::{Finding, Likelihood};
use crate::wording::uri_differences;

/// Looks at the body of every answer of a token endpoint.
pub(super) fn body(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls()
        .filter_map(|call| of_call(case, call))
        .collect()
}

/// Tells whether a library complains in such words, and not the server.
fn is_quoted(case: &Case<'_>, words: &[&str]) -> bool {
    let mut libraries = case.said.iter().filter(|said| !said.by_server);
    libraries.any(|said| words.iter().any(|word| said.has(word)))
}

fn of_call(case: &Case<'_>, call: &Call<'_>) -> Option<Finding> {
    let response = call.response?;
    if response.is_body_left_out && response.is_success() {
        return None;
    }
    hidden_error(case, call, response)
        .or_else(|| odd_form(case, call, response))
        .or_else(|| by_status_and_body(call, response))
}

/// What a library says that looks for the token, and not for an error.
const MISSED: [&str; 5] = [
    "missing_token",
    "missing access token",
    "missing access_token",
    "missing field `access_token`",
    "\"access_token\" property",
];

/// An error that came with success.
fn hidden_error(case: &Case<'_>, call: &Call<'_>, response: &Response) -> Option<Finding> {
    let error = call.answer.as_ref().and_then(|answer| answer.get("error"));
    error.filter(|error| response.is_success() && !error.is_null())?;
    let finding = |likelihood| {
        let status = format!("status {}", response.status.unwrap_or_default());
        computed("oauth2/token-answer/error-with-status-200", likelihood)
            .seen(status, &response.place)
    };
    // Where the library tells of the error, that is what went wrong.
    Some(match is_quoted(case, &MISSED) {
        true => finding(Likelihood::Certain),
        false => finding(Likelihood::Likely).weighing(5),
    })
}

/// A token in a form that some clients do not read.
fn odd_form(case: &Case<'_>, call: &Call<'_>, response: &Response) -> Option<Finding> {
    let media_type = response.media_type();
    let expires_in = call.answer.as_ref().and_then(|it| it.get("expires_in"));
    if let (Some(Value::String(text)), "application/json") = (expires_in, media_type.as_str()) {
        let cause = format!("`expires_in` of the answer is the text `{text}`, and not a number.");
        // Most clients read it; one that does not is quoted, and weighs more.
        return Some(
            computed("oauth2/token-answer/expires-in-text", Likelihood::Possible)
                .because(cause)
                .seen(call.target(), &response.place)
                .weighing(20),
        );
    }
    let is_form = media_type == "application/x-www-form-urlencoded";
    let has_token = response.is_success() && call.answered("access_token").is_some();
    (is_form && has_token && is_quoted(case, &["json", "content-type"])).then(|| {
        computed("oauth2/token-answer/form-encoded", Likelihood::Certain)
            .seen(beginning(response.body().trim()), &response.place)
    })
}

fn by_status_and_body(call: &Call<'_>, response: &Response) -> Option<Finding> {
    let body = response.body().trim();
    let status = response.status;
    if matches!(status, Some(500..)) {
        let cause = format!(
            "The token endpoint answered with status {}: the server failed, or one before it.",
            status.unwrap_or_default()
        );
        return Some(
            computed("oauth2/server/unavailable", Likelihood::Likely)
                .because(cause)
                .seen(beginning(body), &response.place),
        );
    }
    // A GET is refused by the right URL too.
    let is_get = call.request.and_then(|request| request.method.as_deref()) == Some("GET");
    if matches!(status, Some(404 | 410)) || status == Some(405) && !is_get {
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
    if response.is_success() && body.is_empty() && !is_cut(response) {
        // A body that is not shown looks the same, but for its length.
        let likelihood = match response.header("content-length").map(str::trim) {
            Some("0") => Likelihood::Certain,
            _ => Likelihood::Likely,
        };
        return Some(
            computed("oauth2/token-answer/no-access-token", likelihood)
                .because("The token endpoint answered with success and an empty body.")
                .seen(call.target(), &response.place),
        );
    }
    None
}

/// A body was announced that is not there: it did not arrive, or was not copied.
fn is_cut(response: &Response) -> bool {
    let length = response.header("content-length");
    length.is_some_and(|length| length.parse::<u64>().is_ok_and(|length| length > 0))
}

fn beginning(body: &str) -> String {
    body.chars().take(120).collect()
}

/// Refusals of a token endpoint of which a text shows the status alone.
pub(super) fn in_text(case: &Case<'_>) -> Vec<Finding> {
    const NEAR: usize = 2;
    let texts: Vec<_> = case
        .said
        .iter()
        .filter(|said| said.call.is_none())
        .collect();
    let is_named = |said: &&crate::case::said::Said| {
        let lower = said.lower.as_str();
        let is_other = ["/.well-known/", "introspect", "revoke"];
        let ends = [
            "/token ",
            "/token:",
            "/token\"",
            "/access_token ",
            "/access_token\"",
            "/tokens/bearer",
        ];
        let is_end = ["/token", "/access_token"]
            .iter()
            .any(|end| lower.ends_with(end));
        !is_other.iter().any(|word| lower.contains(word))
            && lower.contains("http")
            && (is_end || ends.iter().any(|end| lower.contains(end)))
    };
    let mut findings = Vec::new();
    for (index, named) in texts.iter().enumerate().filter(|(_, said)| is_named(said)) {
        let around = index.saturating_sub(NEAR)..(index + NEAR + 1).min(texts.len());
        let Some(near) = texts.get(around) else {
            continue;
        };
        let status = near.iter().find_map(|said| status(&said.lower));
        let code = match status {
            Some(404 | 410) => "oauth2/token-answer/wrong-url",
            Some(401) => "oauth2/client-authentication/refused",
            _ => continue,
        };
        let entry = crate::catalogue::entry(code);
        findings
            .push(Finding::new(entry, Likelihood::Likely).seen(named.text.as_str(), &named.place));
    }
    findings
}

/// Finds a status that stands beside what it is called.
fn status(text: &str) -> Option<u16> {
    [(404, "not found"), (401, "unauthorized"), (410, "gone")]
        .into_iter()
        .find(|(status, name)| {
            [
                format!("{status} {name}"),
                format!("{status} from "),
                format!("status code {status}"),
                format!("status {status}"),
                format!("status: {status}"),
                format!("error {status}"),
                format!("{status} client error"),
                format!("{status} http"),
                format!("http {status}"),
            ]
            .iter()
            .any(|words| text.contains(words.as_str()))
        })
        .map(|(status, _)| status)
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
