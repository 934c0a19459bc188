use std::time::Duration;

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::authorization::Prompt;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::id_token::IdToken;

use super::accepted::Accepted;
use crate::artefact::{Client, Consent};
use crate::consent::Allowed;
use crate::oauth2::failure::Refusal;
use crate::provider::Provider;
use crate::storage;

/// What is done next about a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    AskForConsent,
    ChooseAccount,
    Grant,
    Refuse(Refusal),
    SignIn,
}

/// What is known when that is decided.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    pub(super) signed_in: Option<Seen<'a>>,
    pub(super) hint: &'a Hint,
    pub(super) consent: Option<&'a Consent>,
    /// Whether nobody but the client can get the answer.
    pub(super) redirect_is_assured: bool,
    pub(super) now: Timestamp,
}

/// Who is signed in, as far as it matters.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) user: &'a str,
    pub(super) at: Timestamp,
    /// Whether that was on the way here.
    pub(super) is_new: bool,
    /// Whether the user chose the account on the way here.
    pub(super) is_chosen: bool,
    pub(super) is_automatic: bool,
}

/// Whom an `id_token_hint` means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// It is none of ours, or not the client's.
    Invalid,
    None,
    User(String),
}

/// Reads an `id_token_hint`.
pub(super) async fn read_hint(
    provider: &Provider,
    token: &Secret,
    client: &Client,
) -> Result<Hint, storage::Error> {
    if token.expose().len() > provider.config().limits.jwt {
        return Ok(Hint::Invalid);
    }
    let ring = provider.keys().ring(provider).await?;
    let issuer = provider.config().issuer.as_str();
    let read = IdToken::verify_hint(token, ring.key_set(), issuer).ok();
    let own = read.filter(|token| token.audiences.contains(&client.id));
    Ok(own.map_or(Hint::Invalid, |token| Hint::User(token.subject)))
}

/// Decides what is done next about a request.
pub(super) fn decide(accepted: &Accepted, client: &Client, standing: &Standing<'_>) -> Step {
    if *standing.hint == Hint::Invalid {
        let description = "`id_token_hint` is no ID token that this client got here";
        return Step::Refuse(Refusal::invalid_request(description));
    }
    if let Some(refusal) = unmet(accepted) {
        return Step::Refuse(refusal);
    }
    let step = next(accepted, client, standing);
    // OpenID Connect Core §3.1.2.1: with `none` no page MUST be shown; what would need one is an error.
    if accepted.request.prompt.contains(&Prompt::None) {
        return without_pages(step);
    }
    step
}

fn next(accepted: &Accepted, client: &Client, standing: &Standing<'_>) -> Step {
    let prompts = |prompt| accepted.request.prompt.contains(&prompt);
    let Some(seen) = standing.signed_in else {
        return Step::SignIn;
    };
    if seen.is_automatic {
        return Step::Grant;
    }
    if !is_fresh(accepted, &seen, standing) {
        return Step::SignIn;
    }
    if prompts(Prompt::SelectAccount) && !seen.is_chosen {
        return Step::ChooseAccount;
    }
    if prompts(Prompt::Consent) || !is_allowed(accepted, client, standing) {
        return Step::AskForConsent;
    }
    Step::Grant
}

/// Tells whether who is signed in is who is meant, and signed in as lately as is asked for.
fn is_fresh(accepted: &Accepted, seen: &Seen<'_>, standing: &Standing<'_>) -> bool {
    let is_meant = match standing.hint {
        Hint::User(user) => user == seen.user,
        Hint::Invalid | Hint::None => true,
    };
    // OpenID Connect Core §3.1.2.1: after more than `max_age` seconds the user MUST sign in anew.
    let is_recent = match accepted.request.max_age {
        Some(max_age) => standing.now <= seen.at.plus(Duration::from_secs(max_age)),
        None => true,
    };
    let is_asked_anew = accepted.request.prompt.contains(&Prompt::Login);
    is_meant && (seen.is_new || (is_recent && !is_asked_anew))
}

fn is_allowed(accepted: &Accepted, client: &Client, standing: &Standing<'_>) -> bool {
    if client.skips_consent {
        return true;
    }
    let allowed = Allowed {
        scope: &accepted.scope,
        resources: &accepted.resources,
        protocol: "oauth2",
    };
    let remembered = standing.consent;
    standing.redirect_is_assured && remembered.is_some_and(|consent| allowed.is_within(consent))
}

fn without_pages(step: Step) -> Step {
    let (code, description) = match step {
        Step::Grant | Step::Refuse(_) => return step,
        Step::AskForConsent => (ErrorCode::ConsentRequired, "the user has to consent"),
        Step::ChooseAccount => (
            ErrorCode::AccountSelectionRequired,
            "the user has to choose an account",
        ),
        Step::SignIn => (ErrorCode::LoginRequired, "the user has to sign in"),
    };
    Step::Refuse(Refusal::new(code, description))
}

/// Refuses what is essential and cannot be had ([Unmet Authentication Requirements §2]).
///
/// There are no classes of authentication here, so that an essential `acr` cannot be met, while
/// `acr_values` says only what would be liked.
///
/// [Unmet Authentication Requirements §2]: https://openid.net/specs/openid-connect-unmet-authentication-requirements-1_0.html
fn unmet(accepted: &Accepted) -> Option<Refusal> {
    let claims = accepted.request.claims.as_ref()?;
    let acr = claims.value("id_token")?.get("acr")?;
    let is_essential = acr.get("essential").and_then(Value::as_bool) == Some(true);
    let names_some = acr.get("value").is_some() || acr.get("values").is_some();
    (is_essential && names_some).then(|| {
        Refusal::new(
            ErrorCode::UnmetAuthenticationRequirements,
            "the authentication class that is essential cannot be had here",
        )
    })
}

#[cfg(test)]
mod tests;
