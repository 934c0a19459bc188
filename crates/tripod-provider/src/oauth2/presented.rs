//! Access tokens that somebody presents or asks about.

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_oauth2::access_token::{AccessToken as JwtAccessToken, Refusal, Rules};
use tripod_oauth2::confirmation::Confirmation;

use crate::artefact::{AccessToken, Client};
use crate::fate::Fate;
use crate::handle::Handle;
use crate::keys;
use crate::provider::Provider;
use crate::storage::Error;
use crate::store::Stored;

/// An access token of this provider that is good now.
#[derive(Debug)]
pub(super) enum Presented {
    /// It speaks for itself, and cannot be taken back.
    Jwt { token: AccessToken, id: String },
    /// It is kept here.
    Opaque(Stored<AccessToken>),
}

impl Presented {
    /// Returns what it stands for.
    pub(super) fn token(&self) -> &AccessToken {
        match self {
            Self::Jwt { token, .. } => token,
            Self::Opaque(token) => token,
        }
    }

    /// Returns its `jti`, if it has one.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Jwt { id, .. } => Some(id),
            Self::Opaque(_) => None,
        }
    }
}

/// Finds out what a token stands for; `None` if it is none of ours that is good now.
pub(super) async fn find(provider: &Provider, text: &Secret) -> Result<Option<Presented>, Error> {
    if is_jwt(text) {
        return find_jwt(provider, text).await;
    }
    let stored = provider.store().load(Handle::of(text)).await?;
    Ok(stored.map(Presented::Opaque))
}

/// Tells whether a token has the form of a JWT; ours are base64url otherwise, without a period.
pub(crate) fn is_jwt(text: &Secret) -> bool {
    text.expose().contains('.')
}

async fn find_jwt(provider: &Provider, text: &Secret) -> Result<Option<Presented>, Error> {
    let Some(Ok(jwt)) = verify(provider, text).await? else {
        return Ok(None);
    };
    let token = read(&jwt);
    // It cannot be taken back, and yet whoever asks here need not be told that it is good.
    if is_kept_out(provider, &token.client, token.user.as_deref()).await? {
        return Ok(None);
    }
    Ok(Some(Presented::Jwt { token, id: jwt.id }))
}

/// Verifies a JWT; `None` if it is none.
async fn verify(
    provider: &Provider,
    text: &Secret,
) -> Result<Option<Result<JwtAccessToken, Refusal>>, Error> {
    let config = provider.config();
    if text.expose().len() > config.limits.jwt {
        return Ok(None);
    }
    let Some(claimed_key) = keys::claimed_key(text) else {
        return Ok(None);
    };
    let resources = config.resources.iter();
    let mut rules = Rules::new(
        config.issuer.as_str(),
        resources.map(|server| server.resource.as_str()),
    );
    // It was issued by this very clock, or by one that its nodes keep together.
    rules.leeway = std::time::Duration::ZERO;
    // Whoever uses the token has to prove the key; here it is only told which one it is.
    let key = keys::presented(claimed_key.as_deref());
    let keys = provider.keys();
    let verified = keys.verify_access_token(provider, text, &rules, &key);
    Ok(Some(verified.await?))
}

/// Finds out what became of a token that is not found.
pub(super) async fn fate(provider: &Provider, text: &Secret) -> Result<Fate, Error> {
    if !is_jwt(text) {
        return Fate::of::<AccessToken>(provider, Handle::of(text)).await;
    }
    Ok(match verify(provider, text).await? {
        Some(Err(refusal)) => Fate::of_jwt(provider, &refusal),
        _ => Fate::Untold,
    })
}

/// Tells whether nothing is to be done any more for whom a token that speaks for itself was given.
///
/// RFC 7592 §2.3: the tokens of a client that is removed are to be good no more. A user who is not
/// known may be one for whom a trusted issuer speaks.
pub(crate) async fn is_kept_out(
    provider: &Provider,
    client: &str,
    user: Option<&str>,
) -> Result<bool, Error> {
    let store = provider.store();
    if store
        .load::<Client>(Client::handle(client))
        .await?
        .is_none()
    {
        return Ok(true);
    }
    let user = match user {
        Some(id) => store.user(id).await?,
        None => None,
    };
    Ok(user.is_some_and(|user| user.disabled))
}

fn read(jwt: &JwtAccessToken) -> AccessToken {
    let scope = jwt.scope.clone().unwrap_or_default();
    let mut token = AccessToken::new(&jwt.client_id, scope, jwt.issued_at, jwt.expires_at);
    // RFC 9068 §2.2: without a resource owner, the subject is the client.
    token.user = Some(jwt.subject.clone()).filter(|subject| *subject != jwt.client_id);
    token.resources.clone_from(&jwt.audiences);
    let confirmation = jwt.confirmation.as_ref().map(Confirmation::encode);
    let key = confirmation.as_ref().and_then(|cnf| cnf.get("jkt"));
    token.jkt = key.and_then(Value::as_str).map(str::to_owned);
    token.auth_time = jwt.authenticated_at;
    token.acr.clone_from(&jwt.authentication_class);
    token.actor = jwt.others.value("act").cloned();
    token
}
