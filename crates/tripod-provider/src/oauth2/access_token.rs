//! Giving out access tokens.

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::AccessToken as JwtAccessToken;
use tripod_oauth2::confirmation::Confirmation;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{TokenResponse, TokenType};

use super::audience;
use super::failure::{Failure, Refusal};
use crate::artefact::{AccessToken, Authentication};
use crate::config::AccessTokenFormat;
use crate::handle::PlainToken;
use crate::provider::Provider;
use crate::store::Changes;

/// What an access token is to stand for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) client: String,
    pub(super) user: Option<String>,
    pub(super) scope: Scope,
    pub(super) audience: Vec<String>,
    pub(super) jkt: Option<String>,
    pub(super) family: Option<String>,
    pub(super) authentication: Option<Authentication>,
    pub(super) claims: Option<Value>,
    pub(super) actor: Option<Value>,
    /// It is good no longer than what it was got with.
    pub(super) not_after: Option<Timestamp>,
}

impl Grant {
    /// Begins with a bearer token with which a client acts for itself, everywhere.
    pub(super) fn to(client: &str, scope: Scope) -> Self {
        Self {
            client: client.to_owned(),
            user: None,
            scope,
            audience: Vec::new(),
            jkt: None,
            family: None,
            authentication: None,
            claims: None,
            actor: None,
            not_after: None,
        }
    }

    /// Makes it act for a user, who authenticated so.
    pub(super) fn for_user(mut self, authentication: &Authentication) -> Self {
        self.user = Some(authentication.user.clone());
        self.authentication = Some(authentication.clone());
        self
    }

    fn expires(&self, provider: &Provider) -> Timestamp {
        let expires = provider
            .now()
            .plus(provider.config().lifetimes.access_token);
        self.not_after.map_or(expires, |at| at.min(expires))
    }
}

/// An access token that counts once the changes are applied.
#[derive(Debug)]
pub(super) struct Minted {
    pub(super) response: TokenResponse,
    pub(super) changes: Changes,
}

/// Draws or signs a token, by what its audience takes.
pub(super) async fn mint(provider: &Provider, grant: &Grant) -> Result<Minted, Failure> {
    let expires = grant.expires(provider);
    let (token, changes) = match audience::format(provider.config(), &grant.audience)? {
        AccessTokenFormat::Jwt => (sign(provider, grant, expires).await?, Changes::new()),
        AccessTokenFormat::Opaque => draw(provider, grant, expires),
    };
    let token_type = match grant.jkt {
        // RFC 9449 §5: `token_type` MUST say that the token is bound.
        Some(_) => TokenType::Dpop,
        None => TokenType::Bearer,
    };
    let mut response = TokenResponse::new(token, token_type);
    response.expires_in = Some(expires.since(provider.now()).as_secs());
    // RFC 6749 §5.1: REQUIRED if it differs from what was asked for; never wrong otherwise.
    response.scope = Some(grant.scope.clone());
    Ok(Minted { response, changes })
}

fn draw(provider: &Provider, grant: &Grant, expires: Timestamp) -> (Secret, Changes) {
    let token = PlainToken::generate(&mut provider.random());
    let client = grant.client.as_str();
    let mut stored = AccessToken::new(client, grant.scope.clone(), provider.now(), expires);
    stored.user.clone_from(&grant.user);
    stored.resources.clone_from(&grant.audience);
    stored.jkt.clone_from(&grant.jkt);
    stored.family.clone_from(&grant.family);
    let authentication = grant.authentication.as_ref();
    stored.auth_time = authentication.map(|authentication| authentication.at);
    stored.acr = authentication.and_then(|authentication| authentication.acr.clone());
    stored.claims.clone_from(&grant.claims);
    stored.actor.clone_from(&grant.actor);
    let changes = Changes::new().insert(token.handle(), &stored);
    (token.into_secret(), changes)
}

async fn sign(provider: &Provider, grant: &Grant, expires: Timestamp) -> Result<Secret, Failure> {
    // RFC 9068 §2.2: `sub` is the client where there is no resource owner.
    let subject = grant.user.as_ref().unwrap_or(&grant.client);
    let mut random = provider.random();
    let mut token = JwtAccessToken::new(
        provider.config().issuer.as_str(),
        "",
        subject,
        &grant.client,
        provider.now(),
        expires.since(provider.now()),
        &mut random,
    );
    token.audiences.clone_from(&grant.audience);
    token.scope = Some(grant.scope.clone());
    token.confirmation = grant.jkt.as_ref().map(Confirmation::to_key);
    let authentication = grant.authentication.as_ref();
    token.authenticated_at = authentication.map(|authentication| authentication.at);
    token.authentication_class =
        authentication.and_then(|authentication| authentication.acr.clone());
    if let Some(actor) = &grant.actor {
        // RFC 8693 §4.1.
        token.others = Claims::new().with("act", actor.clone());
    }
    let signed = provider.keys().sign_access_token(provider, token).await?;
    signed.ok_or_else(|| no_key().into())
}

fn no_key() -> Refusal {
    let code = tripod_oauth2::error::ErrorCode::TemporarilyUnavailable;
    Refusal::new(code, "there is no key to sign with; try again")
}
