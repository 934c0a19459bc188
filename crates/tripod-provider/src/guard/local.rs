//! Tokens of the provider in the same process.

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{self, Mismatch, Refusal};
use tripod_oauth2::confirmation::{Confirmation, Presented};
use tripod_oauth2::jose::key_set::KeySet;

use super::Rules;
use super::bearer::Grant;
use super::refused::Why;
use crate::artefact::AccessToken;
use crate::fate::Fate;
use crate::handle::Handle;
use crate::oauth2::is_kept_out;
use crate::provider::Provider;
use crate::storage;
use crate::store::Stored;

/// Finds what a token is good for.
pub(super) async fn find(
    provider: &Provider,
    rules: &Rules,
    token: &Secret,
    presented: &Presented<'_>,
) -> Result<Result<Grant, Why>, storage::Error> {
    if is_jwt(token) {
        let issuer = provider.config().issuer.as_str();
        let expected = access_token::Rules::new(issuer, rules.audiences.iter().cloned());
        let keys = provider.keys();
        let verified = keys.verify_access_token(provider, token, &expected, presented);
        let grant = match verified.await? {
            Ok(token) => of_claims(token),
            Err(refusal) => return Ok(Err(why_here(provider, &refusal))),
        };
        // It cannot be taken back; where the database is at hand, it need not be honoured.
        let client = grant.client.as_deref().unwrap_or_default();
        let is_kept_out = is_kept_out(provider, client, grant.user.as_deref()).await?;
        return Ok(if is_kept_out {
            Err(Why::Unknown)
        } else {
            Ok(grant)
        });
    }
    let handle = Handle::of(token);
    let loaded: Option<Stored<AccessToken>> = provider.store().load(handle).await?;
    Ok(match loaded {
        Some(token) => Ok(of_record(token.into_value())),
        None => Err(Why::Gone(Fate::of::<AccessToken>(provider, handle).await?)),
    })
}

/// Tells whether a token has the three parts of a signed JWT; a random one has no period.
pub(super) fn is_jwt(token: &Secret) -> bool {
    token.expose().split('.').count() == 3
}

/// Verifies a JWT (RFC 9068 §4) and reads what it is good for.
pub(super) fn of_jwt(
    token: &Secret,
    keys: &KeySet,
    rules: &access_token::Rules,
    presented: &Presented<'_>,
    now: Timestamp,
) -> Result<Grant, Refusal> {
    access_token::AccessToken::verify(token, keys, rules, presented, now).map(of_claims)
}

fn of_claims(token: access_token::AccessToken) -> Grant {
    // RFC 9068 §2.2: where the client acts for itself, the subject is the client.
    let is_user = token.subject != token.client_id;
    Grant {
        user: is_user.then_some(token.subject),
        client: Some(token.client_id),
        scope: token.scope.unwrap_or_default(),
        audiences: token.audiences,
        confirmation: token.confirmation.unwrap_or_default(),
        expires: Some(token.expires_at),
        auth_time: token.authenticated_at,
        acr: token.authentication_class,
    }
}

/// Returns what the peer hears of a JWT that is refused.
pub(super) const fn why(refusal: &Refusal) -> Why {
    match refusal {
        Refusal::Mismatch(Mismatch::Audience) => Why::Audience,
        Refusal::Mismatch(Mismatch::Binding(_)) => Why::Binding,
        _ => Why::Unknown,
    }
}

/// Returns the same where developers are told what became of it.
fn why_here(provider: &Provider, refusal: &Refusal) -> Why {
    match why(refusal) {
        Why::Unknown => Why::Gone(Fate::of_jwt(provider, refusal)),
        why => why,
    }
}

fn of_record(token: AccessToken) -> Grant {
    let bound = token.jkt.map(Confirmation::to_key);
    Grant {
        user: token.user,
        client: Some(token.client),
        scope: token.scope,
        audiences: token.resources,
        confirmation: bound.unwrap_or_default(),
        expires: Some(token.expires),
        auth_time: token.auth_time,
        acr: token.acr,
    }
}
