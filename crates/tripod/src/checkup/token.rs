//! A token that is stored: whose it is, and for how long.

use tripod_core::timestamp::Timestamp;
use tripod_doctor::evidence::Observation;
use tripod_oauth2::token_set::{Binding, TokenSet};

use super::round::Stop;
use crate::authorizer::Dpop;

/// Says how long the token is good for, if it is of use at all.
pub(super) fn look(
    tokens: &TokenSet,
    issuer: Option<&str>,
    dpop: Option<&Dpop>,
    now: Timestamp,
) -> Result<String, Stop> {
    if let (Some(token), Some(configured)) = (&tokens.issuer, issuer)
        && token != configured
    {
        return Err(Stop::observed(Observation::OtherIssuer {
            token: token.clone(),
            configured: configured.to_owned(),
        }));
    }
    if let Some(Binding::Dpop { jkt }) = &tokens.binding
        && dpop.and_then(Dpop::thumbprint).as_ref() != Some(jkt)
    {
        return Err(Stop::misconfigured(
            "DPoP key",
            "the token is bound to another key than the vault has",
        ));
    }
    let left = tokens.expires_at.map(|end| end.as_unix() - now.as_unix());
    if let Some(left) = left.filter(|left| *left <= 0)
        && tokens.refresh_token.is_none()
    {
        let since = left.saturating_neg();
        return Err(Stop::observed(Observation::TokenOver { since }));
    }
    let age = now.as_unix().saturating_sub(tokens.issued_at.as_unix());
    Ok(format!("{} old, {}", span(age), lifetime(tokens, now)))
}

/// Says how long a token is good for.
pub(super) fn lifetime(tokens: &TokenSet, now: Timestamp) -> String {
    let left = tokens.expires_at.map(|end| end.as_unix() - now.as_unix());
    match left {
        None => "of no known end".to_owned(),
        Some(left) if left > 0 => format!("good for {}", span(left)),
        Some(left) => format!(
            "expired {} ago; the next call refreshes it",
            span(left.saturating_neg())
        ),
    }
}

/// Says a span of seconds as short as it can be said.
pub(super) fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds @ 7200..=172_799 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
