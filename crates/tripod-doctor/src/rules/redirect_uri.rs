//! Redirect URIs, compared in words.

use super::{computed, list};
use crate::case::said::Said;
use crate::case::{Call, Case, Role};
use crate::finding::{Finding, Likelihood};
use crate::wording::uri_differences;

/// Tells whether what was said is about the redirect URI.
fn is_about(said: &Said) -> bool {
    said.has("redirect") || said.has("aadsts50011") || said.has("callback url")
}

/// Compares what was sent with what the user says is registered.
pub(super) fn registered(case: &Case<'_>) -> Vec<Finding> {
    let Some(registered) = case.known.redirect_uri.as_deref() else {
        return Vec::new();
    };
    let stated = case.said.iter().any(is_about);
    case.calls
        .iter()
        .filter(|call| matches!(call.role, Role::Authorization | Role::Token))
        .filter_map(|call| {
            let sent = call.parameter("redirect_uri")?;
            let differences = uri_differences(sent, registered);
            if differences.is_empty() {
                return None;
            }
            let cause = format!(
                "The redirect URI that was sent is not the registered one: {}.",
                list(&differences)
            );
            let fix =
                format!("Register `{sent}` exactly as it stands here, or send `{registered}`.");
            let likelihood = if stated {
                Likelihood::Certain
            } else {
                Likelihood::Likely
            };
            Some(
                computed("oauth2/redirect-uri/mismatch", likelihood)
                    .because(cause)
                    .mended_by(fix)
                    .seen(format!("redirect_uri={sent}"), call.place())
                    .seen(registered, "what is registered"),
            )
        })
        .collect()
}

/// Compares the authorization request with the token request.
pub(super) fn same(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = case
        .token_calls()
        .filter(|call| call.parameter("grant_type") == Some("authorization_code"))
        .filter_map(|call| {
            let asked = case.authorizations().find(|asked| {
                asked.parameter("redirect_uri").is_some() && asked.may_be_of_client_of(call)
            })?;
            compare(asked.parameter("redirect_uri")?, asked, call)
        })
        .collect();
    findings.extend(localhost(case));
    findings
}

fn compare(first: &str, asked: &Call<'_>, call: &Call<'_>) -> Option<Finding> {
    let likelihood = super::if_refused(call.is_refused());
    let code = "oauth2/redirect-uri/differs-in-token-request";
    let Some(second) = call.parameter("redirect_uri") else {
        // RFC 6749 §4.1.3: REQUIRED if it was in the authorization request. Many servers do without.
        let likelihood = if call.is_refused() {
            Likelihood::Likely
        } else {
            return None;
        };
        let cause = "The authorization request has a redirect URI, and the token request has none.";
        return Some(
            computed(code, likelihood)
                .because(cause)
                .seen(format!("redirect_uri={first}"), asked.place())
                .weighing(60),
        );
    };
    let differences = uri_differences(second, first);
    if differences.is_empty() {
        return None;
    }
    let cause = format!(
        "The redirect URI of the token request is not that of the authorization request: {}.",
        list(&differences)
    );
    Some(
        computed(code, likelihood)
            .because(cause)
            .seen(format!("redirect_uri={first}"), asked.place())
            .seen(format!("redirect_uri={second}"), call.place()),
    )
}

/// `localhost` by name, where the server has something against the redirect URI.
fn localhost(case: &Case<'_>) -> Vec<Finding> {
    let stated = case
        .said
        .iter()
        .any(|said| said.has("insecure redirect") || said.has("redirect uri is not secure"));
    if !stated {
        return Vec::new();
    }
    case.authorizations()
        .filter_map(|call| call.parameter("redirect_uri").map(|uri| (call, uri)))
        .filter(|(_, uri)| uri.contains("://localhost"))
        .map(|(call, uri)| {
            let numbered = uri.replace("://localhost", "://127.0.0.1");
            computed("oauth2/redirect-uri/localhost-refused", Likelihood::Certain)
                .mended_by(format!("Send and register `{numbered}`."))
                .seen(format!("redirect_uri={uri}"), call.place())
        })
        .collect()
}
