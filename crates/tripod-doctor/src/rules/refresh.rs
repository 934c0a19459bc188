//! Refresh tokens over time.

use super::{computed, time};
use crate::case::{Call, Case};
use crate::catalogue;
use crate::finding::{Finding, Likelihood};
use crate::mask::has_gaps;

fn refreshes<'a, 'e>(case: &'a Case<'e>) -> impl Iterator<Item = &'a Call<'e>> {
    case.token_calls()
        .filter(|call| call.parameter("grant_type") == Some("refresh_token"))
}

/// A refresh token that was replaced and sent again.
pub(super) fn rotation(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for call in refreshes(case).filter(|call| call.is_refused()) {
        let sent = call.parameter("refresh_token");
        let Some(sent) = sent.filter(|it| !has_gaps(it)) else {
            continue;
        };
        let earlier = refreshes(case).find(|earlier| {
            earlier.index < call.index
                && earlier.parameter("refresh_token") == Some(sent)
                && !earlier.is_refused()
        });
        let Some(earlier) = earlier else { continue };
        let rotated = earlier
            .answered("refresh_token")
            .is_some_and(|new| new != sent);
        let (code, cause) = if rotated {
            (
                "oauth2/refresh/rotated-token-not-kept",
                "An earlier refresh with this token brought a new one, and the old one was sent again.",
            )
        } else {
            (
                "oauth2/refresh/reused",
                "The same refresh token was sent twice, and the second time it was refused.",
            )
        };
        let likelihood = if rotated {
            Likelihood::Certain
        } else {
            Likelihood::Likely
        };
        findings.push(
            computed(code, likelihood)
                .because(cause)
                .seen(format!("refresh_token={sent}"), earlier.place())
                .seen(format!("refresh_token={sent}"), call.place()),
        );
    }
    findings
}

/// Refreshes that are refused without a word.
pub(super) fn refused(case: &Case<'_>) -> Vec<Finding> {
    refreshes(case)
        .filter(|call| case.said_of(call).any(|said| said.is("invalid_grant")))
        .map(|call| {
            let entry = catalogue::entry("oauth2/refresh/refused");
            Finding::new(entry, Likelihood::Likely)
                .seen(call.target(), call.place())
                .weighing(30)
        })
        .collect()
}

/// Refreshes that lack what a provider wants beside the RFC.
pub(super) fn needs_more(case: &Case<'_>) -> Vec<Finding> {
    // The host, and the scope that has to be asked for again.
    const SCOPES: [(&str, &str); 1] = [("whoop.com", "offline")];
    refreshes(case)
        .filter(|call| call.is_refused() && call.parameter("scope").is_none())
        .filter_map(|call| {
            let (host, scope) = SCOPES
                .iter()
                .find(|(host, _)| call.uri.host.ends_with(host))?;
            let cause =
                format!("{host} wants `scope={scope}` in every refresh, and there is none.");
            let finding = computed("oauth2/refresh/needs-more", Likelihood::Likely);
            Some(finding.because(cause).seen(call.target(), call.place()))
        })
        .collect()
}

/// A log that says in one field what was done, and in another that the context ended.
pub(super) fn canceled(case: &Case<'_>) -> Vec<Finding> {
    const NEAR: usize = 4;
    let texts: Vec<_> = case
        .said
        .iter()
        .filter(|said| said.call.is_none())
        .collect();
    let is_refresh = |index: usize| {
        let from = index.saturating_sub(NEAR);
        let mut near = texts.iter().skip(from).take(2 * NEAR + 1);
        near.any(|said| said.has("refresh") && said.has("token"))
    };
    let ended = texts.iter().enumerate();
    ended
        .filter(|(index, said)| said.has("context canceled") && is_refresh(*index))
        .map(|(_, said)| {
            let entry = catalogue::entry("oauth2/refresh/context-canceled");
            Finding::new(entry, Likelihood::Likely).seen(said.text.as_str(), &said.place)
        })
        .collect()
}

/// A log in which a refresh fails and a browser is opened next.
pub(super) fn browser(case: &Case<'_>) -> Vec<Finding> {
    let texts = || case.said.iter().filter(|said| said.call.is_none());
    let failed = texts().position(|said| {
        said.has("refresh")
            && ["fail", "error", "invalid_grant"]
                .iter()
                .any(|word| said.has(word))
    });
    let Some(failed) = failed else {
        return Vec::new();
    };
    texts()
        .skip(failed)
        .filter(|said| said.has("opening browser") || said.has("opening your browser"))
        .map(|said| {
            let entry = catalogue::entry("oauth2/refresh/browser-opened-again");
            Finding::new(entry, Likelihood::Likely).seen(said.text.as_str(), &said.place)
        })
        .collect()
}

/// Google ends the tokens of apps in testing after seven days.
pub(super) fn seven_days(case: &Case<'_>) -> Vec<Finding> {
    const DAY: i64 = 86_400;
    let issued = case
        .token_calls()
        .find(|call| call.answered("refresh_token").is_some())
        .and_then(time::of_call);
    let named = |call: &Call<'_>| {
        call.uri.host.ends_with("googleapis.com")
            || call.uri.host.ends_with("google.com")
            || case
                .known
                .provider
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case("google"))
    };
    refreshes(case)
        .filter(|call| call.is_refused() && named(call))
        .filter_map(|call| {
            let age = time::of_call(call)?.checked_sub(issued?)?;
            // Refused at the first use after the seven days are over.
            (7 * DAY..9 * DAY).contains(&age).then(|| {
                let cause = format!("The refresh token was refused {} after it was issued; those of Google apps in testing live for seven days.", crate::wording::span(age));
                computed("oauth2/refresh/google-testing", Likelihood::Likely).because(cause).seen(call.target(), call.place())
            })
        })
        .collect()
}
