//! What entitles a client to a token: one module a grant.
//!
//! Each decides by a function of its arguments, and applies what follows in one step. Where somebody
//! else was first, it looks again and decides anew.

use tripod_core::timestamp::Timestamp;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::TokenResponse;

pub(super) mod authorization_code;
pub(super) mod client_credentials;
pub(super) mod device_code;
pub(super) mod jwt_bearer;
pub(super) mod refresh;
pub(super) mod token_exchange;

use super::access_token::{self, Minted};
use super::failure::{Failure, Refusal};
use super::id_token::{self, Told};
use super::once::Once;
use super::refresh_token;
use crate::artefact::{Client, TOKENS, User};
use crate::provider::Provider;
use crate::storage::{self, Event, Selector};
use crate::store::{Changes, Stored};

/// A token request, client authentication and proof settled.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) provider: &'a Provider,
    pub(super) client: &'a Client,
    /// The thumbprint of the key that the request proves.
    pub(super) jkt: Option<&'a str>,
    pub(super) resource: &'a [Resource],
    pub(super) once: &'a mut Once,
    pub(super) now: Timestamp,
}

/// How often a request looks again at most, each time because somebody else was first.
const MOST_TRIES: usize = 8;

/// What an authorization gives: an access token and what goes with it.
struct Authorized<'a> {
    access: access_token::Grant,
    user: &'a User,
    nonce: Option<&'a str>,
    code: Option<&'a tripod_core::secret::Secret>,
    /// What the refresh token is good for, if one is due.
    refresh: Option<Refreshable<'a>>,
    grant_type: &'static str,
}

/// What an authorization is good for in all.
struct Refreshable<'a> {
    scope: &'a tripod_oauth2::scope::Scope,
    audience: &'a [String],
}

impl Call<'_> {
    /// Gives out what a user authorized: access token, refresh token and ID token.
    async fn authorize(&self, authorized: Authorized<'_>) -> Result<Minted, Failure> {
        let access = &authorized.access;
        let mut minted = access_token::mint(self.provider, access).await?;
        let (Some(authentication), Some(family)) = (&access.authentication, &access.family) else {
            return Ok(minted);
        };
        if let Some(granted) = authorized.refresh {
            let (provider, client) = (self.provider, self.client);
            let mut token = refresh_token::first(
                provider,
                client,
                authentication,
                granted.scope,
                family,
                self.jkt,
            );
            token.resources = granted.audience.to_vec();
            token.claims.clone_from(&access.claims);
            let (text, changes) = refresh_token::draw(provider, &token);
            minted.response.refresh_token = Some(text);
            minted.changes = minted.changes.and(changes);
        }
        if id_token::is_due(&access.scope) {
            let told = Told {
                user: authorized.user,
                authentication,
                scope: &access.scope,
                claims: access.claims.as_ref(),
                nonce: authorized.nonce,
                access_token: &minted.response.access_token,
                code: authorized.code,
            };
            let token = id_token::sign(self.provider, self.client, &told).await?;
            minted.response.id_token = Some(token);
        }
        let event = self.issued(access, authorized.grant_type);
        minted.changes = minted.changes.audit(event);
        Ok(minted)
    }

    /// Notes for the audit trail that a user's client was given tokens.
    fn issued(&self, access: &access_token::Grant, grant_type: &str) -> Event {
        let detail = serde_json::json!({
            "grant_type": grant_type,
            "scope": access.scope.to_string(),
            "resources": access.audience,
        });
        let event = Event::new(self.now, "tokens_issued").with_client(&self.client.id);
        let user = access.user.as_deref().unwrap_or_default();
        event.with_user(user).with_detail(detail)
    }

    /// Revokes all that descends from an authorization: something of it was used twice.
    async fn revoke_family(&self, family: &str, why: &'static str) -> Result<(), Failure> {
        tracing::warn!(
            client = self.client.id,
            why,
            "a family of tokens is revoked"
        );
        let detail = serde_json::json!({ "family": family, "why": why });
        let event = Event::new(self.now, "family_revoked").with_client(&self.client.id);
        let changes = Changes::new()
            .remove_all(TOKENS, Selector::Family(family.to_owned()))
            .audit(event.with_detail(detail));
        self.provider
            .store()
            .apply(changes)
            .await?
            .map_err(|_| busy().into())
    }

    /// Returns the user for whom somebody may act; none who is disabled or gone.
    async fn user(&self, id: &str) -> Result<Stored<User>, Failure> {
        let user = user(self.provider, id).await?;
        user.filter(|user| !user.disabled).ok_or_else(|| {
            Refusal::invalid_grant("the user is not here any more, or may not act").into()
        })
    }
}

/// Returns the user with a subject identifier.
pub(super) async fn user(
    provider: &Provider,
    id: &str,
) -> Result<Option<Stored<User>>, storage::Error> {
    provider.store().user(id).await
}

/// Refuses what was tried as often as is sensible.
fn busy() -> Refusal {
    let code = tripod_oauth2::error::ErrorCode::TemporarilyUnavailable;
    Refusal::new(code, "others use the same grant at once; try again")
}

/// Answers what was given, once its changes are applied.
async fn give(call: &Call<'_>, minted: Minted) -> Result<Option<TokenResponse>, Failure> {
    let applied = call.once.apply(call.provider, minted.changes).await?;
    Ok(applied.is_ok().then_some(minted.response))
}
