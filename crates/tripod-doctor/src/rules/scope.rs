//! Scopes asked for and granted.

use std::collections::BTreeSet;

use super::{computed, list};
use crate::case::{Call, Case};
use crate::finding::{Finding, Likelihood};

fn set(text: &str) -> BTreeSet<String> {
    text.split([' ', ',', '+'])
        .filter(|value| !value.is_empty())
        .map(short)
        .collect()
}

/// Google answers the long names of what was asked for by short ones.
fn short(value: &str) -> String {
    match value {
        "https://www.googleapis.com/auth/userinfo.email" => "email".to_owned(),
        "https://www.googleapis.com/auth/userinfo.profile" => "profile".to_owned(),
        // Entra answers `https://graph.microsoft.com/User.Read` to `User.Read`.
        value => value
            .rsplit('/')
            .next()
            .unwrap_or(value)
            .to_ascii_lowercase(),
    }
}

fn asked(case: &Case<'_>, call: &Call<'_>) -> Option<String> {
    let own = call.parameter("scope").map(str::to_owned);
    let before = || {
        case.authorizations()
            .find_map(|call| call.parameter("scope"))
            .map(str::to_owned)
    };
    own.or_else(|| case.known.scope.clone()).or_else(before)
}

/// Compares the scopes of every token with those that were asked for.
pub(super) fn granted(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls()
        .filter(|call| call.answered("access_token").is_some())
        .filter_map(|call| {
            let missing = missing(&asked(case, call)?, call.answered("scope")?)?;
            let cause = format!("The token was granted without {}.", list(&missing.names));
            Some(
                computed("oauth2/scope/not-granted", missing.likelihood)
                    .because(cause)
                    .seen(format!("scope: {}", call.answered("scope")?), call.place()),
            )
        })
        .collect()
}

/// Scopes that were asked for and not granted.
pub(super) struct Missing {
    /// Their names, each as code.
    pub(super) names: Vec<String>,
    /// How likely it is that they are missing at all.
    pub(super) likelihood: Likelihood,
}

/// Compares what was asked for with what was granted; `None` if nothing is missing.
pub(super) fn missing(asked: &str, granted: &str) -> Option<Missing> {
    let (asked, granted) = (set(asked), set(granted));
    // OpenID Connect has these say what is answered, and some servers do not repeat them.
    let silent = ["openid", "offline_access"];
    let names: Vec<String> = asked
        .difference(&granted)
        .filter(|value| !silent.contains(&value.as_str()))
        .map(|value| format!("`{value}`"))
        .collect();
    // Names that were not asked for may be other names of what was.
    let likelihood = if granted.is_subset(&asked) {
        Likelihood::Certain
    } else {
        Likelihood::Likely
    };
    (!names.is_empty()).then_some(Missing { names, likelihood })
}

/// Asked for offline access, and got no refresh token.
pub(super) fn offline(case: &Case<'_>) -> Vec<Finding> {
    case.token_calls()
        .filter(|call| call.parameter("grant_type") == Some("authorization_code"))
        .filter(|call| call.answered("access_token").is_some() && call.answered("refresh_token").is_none())
        .filter_map(|call| {
            let scopes = set(&asked(case, call).unwrap_or_default());
            let wanted = ["offline_access", "offline.access", "offline", "refresh_token"].iter().find(|scope| scopes.contains(**scope));
            let request = case.authorizations().next();
            let is_google = call.uri.host.ends_with("googleapis.com");
            let cause = match (wanted, request) {
                (Some(wanted), _) => format!("`{wanted}` was asked for, and no refresh token came: the client may not have it, or the user consented before without it."),
                (None, Some(request)) if is_google && request.parameter("access_type") != Some("offline") => "The authorization request has no `access_type=offline`, without which Google gives no refresh token.".to_owned(),
                (None, Some(request)) if is_google && request.parameter("prompt") != Some("consent") => "Google gives a refresh token at the first consent alone, unless the request says `prompt=consent`.".to_owned(),
                _ => return None,
            };
            Some(computed("oauth2/refresh/none-issued", Likelihood::Likely).because(cause).seen(call.target(), call.place()))
        })
        .collect()
}
