//! What becomes so in storage, so that the refusal is the provider's own.

use std::time::Duration;

use bytes::Bytes;
use http::Response;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::answers;
use super::layer::Scene;
use super::value::Value;
use crate::artefact::{
    AccessToken, Artefact, AuthorizationCode, CodeState, DeviceGrant, DeviceState, RefreshState,
    RefreshToken, TemporaryCredentials, TemporaryState, TokenCredentials,
};
use crate::handle::Handle;
use crate::keys::{ALGORITHMS, Restatement};
use crate::oauth2::is_jwt;
use crate::provider::Provider;
use crate::seal::Sealed;
use crate::storage::Error;
use crate::store::{Changes, Stored};

/// What becomes so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    DeadRefreshToken,
    ExpiredCode,
    ExpiredToken,
    KeysRotated,
    NonceUsed,
    ReusedRefreshToken,
    RevokedToken,
    ScopeCut,
    SlowDown,
    UsedCode,
    WrongAudience,
}

/// Brings it about before the request is answered; tells whether there was anything to act upon.
pub(super) async fn before(
    scene: &mut Scene<'_>,
    state: State,
    value: &Value,
) -> Result<bool, Error> {
    let provider = scene.provider;
    match state {
        State::ExpiredToken | State::RevokedToken | State::WrongAudience => {
            if scene.gives_tokens() {
                scene.restated.given.extend(restatement(state, value));
            }
            match scene.shown_token() {
                Some(token) => spoil_shown(scene, state, value, &token).await,
                None => Ok(false),
            }
        }
        State::ScopeCut => cut_before(scene, value).await,
        State::DeadRefreshToken | State::ReusedRefreshToken => {
            let token = scene.parameter("refresh_token");
            spoil_refresh_token(provider, state, token).await
        }
        State::ExpiredCode | State::UsedCode => spoil_code(scene, state).await,
        State::SlowDown => {
            change(provider, scene.parameter("device_code"), |device, now| {
                let device: &mut DeviceGrant = device;
                device.polled = Some(now);
            })
            .await
        }
        State::NonceUsed => {
            if scene.has_nonce() {
                scene.send_once().await;
                return Ok(true);
            }
            Ok(false)
        }
        State::KeysRotated => Ok(false),
    }
}

/// Brings it about for what an answer has just given; tells whether there was anything to act upon.
pub(super) async fn after(
    scene: &Scene<'_>,
    state: State,
    value: &Value,
    answer: &Response<Bytes>,
) -> Result<bool, Error> {
    let provider = scene.provider;
    match state {
        State::ExpiredToken | State::RevokedToken | State::WrongAudience => {
            match answers::given(answer, &["access_token", "oauth_token"]) {
                // It was signed so.
                Some(token) if is_jwt(&token) => {
                    Ok(scene.gives_tokens() && restatement(state, value).is_some())
                }
                Some(token) => spoil(provider, state, value, &token).await,
                None => Ok(false),
            }
        }
        State::DeadRefreshToken | State::ReusedRefreshToken => {
            let token = answers::given(answer, &["refresh_token"]);
            spoil_refresh_token(provider, state, token).await
        }
        State::KeysRotated if answers::given(answer, &["id_token"]).is_some() => {
            for algorithm in ALGORITHMS {
                provider.keys().replace(provider, algorithm).await?;
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Returns what a JWT says of which a fault is the consequence.
///
/// There is nothing that it says once it was revoked: it cannot be.
fn restatement(state: State, value: &Value) -> Option<Restatement> {
    match (state, value) {
        (State::ExpiredToken, _) => Some(Restatement::Expired),
        (State::WrongAudience, Value::Text(name)) => Some(Restatement::Audience(name.clone())),
        _ => None,
    }
}

/// Has the access token of the request be good no more, not here, or for less.
async fn spoil_shown(
    scene: &mut Scene<'_>,
    state: State,
    value: &Value,
    token: &Secret,
) -> Result<bool, Error> {
    let provider = scene.provider;
    let jwt = match is_jwt(token) {
        true => provider.keys().read_access_token(provider, token).await?,
        false => None,
    };
    let Some(jwt) = jwt else {
        return spoil(provider, state, value, token).await;
    };
    let restatement = match state {
        State::ScopeCut => jwt
            .scope
            .and_then(|scope| Some(scope.difference(&cut(&scope, value)?)))
            .map(Restatement::Without),
        _ => restatement(state, value),
    };
    let fires = restatement.is_some();
    scene.restated.shown.extend(restatement);
    Ok(fires)
}

/// Has an access token of either protocol be good no more, or not here.
async fn spoil(
    provider: &Provider,
    state: State,
    value: &Value,
    token: &Secret,
) -> Result<bool, Error> {
    let (store, past) = (provider.store(), past(provider));
    let handle = Handle::of(token);
    if let Some(stored) = store.load::<AccessToken>(handle).await? {
        let mut token = AccessToken::clone(&stored);
        match state {
            State::ExpiredToken => token.expires = past,
            State::RevokedToken => return apply(provider, Changes::new().remove(&stored)).await,
            State::ScopeCut => match cut(&token.scope, value) {
                Some(scope) => token.scope = scope,
                None => return Ok(false),
            },
            _ => {
                if let Value::Text(resource) = value {
                    token.resources = vec![resource.clone()];
                }
            }
        }
        return apply(provider, Changes::new().replace(&stored, &token)).await;
    }
    let Some(stored) = store.load::<TokenCredentials>(handle).await? else {
        return Ok(false);
    };
    let mut token = TokenCredentials::clone(&stored);
    match state {
        State::ExpiredToken => token.signs_until = Some(past),
        State::RevokedToken => return apply(provider, Changes::new().remove(&stored)).await,
        State::ScopeCut => match cut(&token.scope, value) {
            Some(scope) => token.scope = scope,
            None => return Ok(false),
        },
        // OAuth 1 has no audiences.
        _ => return Ok(false),
    }
    apply(provider, Changes::new().replace(&stored, &token)).await
}

async fn spoil_refresh_token(
    provider: &Provider,
    state: State,
    token: Option<Secret>,
) -> Result<bool, Error> {
    if state == State::DeadRefreshToken {
        return match load::<RefreshToken>(provider, token).await? {
            Some(stored) => apply(provider, Changes::new().remove(&stored)).await,
            None => Ok(false),
        };
    }
    // Longer ago than a client may repeat itself whose answer was lost.
    let window = provider.config().lifetimes.refresh_retry;
    let at = provider
        .now()
        .minus(window.saturating_add(Duration::from_secs(1)));
    change(provider, token, |token: &mut RefreshToken, _| {
        let answer = Sealed::received("");
        token.state = RefreshState::Rotated { at, answer };
    })
    .await
}

async fn spoil_code(scene: &Scene<'_>, state: State) -> Result<bool, Error> {
    let (provider, past) = (scene.provider, past(scene.provider));
    let is_expired = state == State::ExpiredCode;
    if let Some(token) = scene.signed_token() {
        return change(
            provider,
            Some(token),
            |credentials: &mut TemporaryCredentials, _| match &credentials.state {
                _ if is_expired => credentials.expires = past,
                TemporaryState::Authorized { authentication, .. } => {
                    let user = authentication.user.clone();
                    credentials.state = TemporaryState::Redeemed { user };
                }
                _ => {}
            },
        )
        .await;
    }
    if let Some(code) = scene.parameter("code") {
        return change(provider, Some(code), |code: &mut AuthorizationCode, _| {
            if is_expired {
                code.expires = past;
            } else {
                code.state = CodeState::Redeemed;
            }
        })
        .await;
    }
    change(
        provider,
        scene.parameter("device_code"),
        |device: &mut DeviceGrant, _| {
            if is_expired {
                device.expires = past;
            } else {
                device.state = DeviceState::Redeemed;
            }
        },
    )
    .await
}

/// Takes something away from what is asked for, or from what it is asked for with.
async fn cut_before(scene: &mut Scene<'_>, value: &Value) -> Result<bool, Error> {
    let provider = scene.provider;
    if let Some(token) = scene.shown_token() {
        return spoil_shown(scene, State::ScopeCut, value, &token).await;
    }
    let some_left = |scope: &Scope| cut(scope, value).filter(|scope| !scope.is_empty());
    if let Some(code) = scene.parameter("code") {
        return change(provider, Some(code), |code: &mut AuthorizationCode, _| {
            code.scope = some_left(&code.scope).unwrap_or_else(|| code.scope.clone());
        })
        .await;
    }
    if let Some(code) = scene.parameter("device_code") {
        return change(provider, Some(code), |device: &mut DeviceGrant, _| {
            device.scope = some_left(&device.scope).unwrap_or_else(|| device.scope.clone());
        })
        .await;
    }
    let granted = load::<RefreshToken>(provider, scene.parameter("refresh_token")).await?;
    let granted = granted.map(|token| token.scope.clone());
    let asked = scene.asked_scope().or(granted);
    Ok(match asked.as_ref().and_then(some_left) {
        Some(scope) => scene.ask_for(&scope),
        None => false,
    })
}

/// Takes a value away, or the last one; `None` if that changes nothing.
fn cut(scope: &Scope, value: &Value) -> Option<Scope> {
    let last = Scope::of(scope.iter().last()).ok()?;
    let removed = match value {
        Value::Scope(named) => named,
        _ => &last,
    };
    let left = scope.difference(removed);
    (left != *scope).then_some(left)
}

/// Changes the artefact that a secret stands for, if it stands for one.
async fn change<T: Artefact + Clone>(
    provider: &Provider,
    secret: Option<Secret>,
    change: impl FnOnce(&mut T, Timestamp),
) -> Result<bool, Error> {
    let Some(stored) = load::<T>(provider, secret).await? else {
        return Ok(false);
    };
    let mut changed = T::clone(&stored);
    change(&mut changed, provider.now());
    apply(provider, Changes::new().replace(&stored, &changed)).await
}

async fn load<T: Artefact>(
    provider: &Provider,
    secret: Option<Secret>,
) -> Result<Option<Stored<T>>, Error> {
    match secret {
        Some(secret) => provider.store().load(Handle::of(&secret)).await,
        None => Ok(None),
    }
}

async fn apply(provider: &Provider, changes: Changes) -> Result<bool, Error> {
    Ok(provider.store().apply(changes).await?.is_ok())
}

fn past(provider: &Provider) -> Timestamp {
    provider.now().minus(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_cut_by_what_is_named_or_by_its_end() {
        let scope = Scope::parse("read write").unwrap();
        let named = |text| Value::Scope(Scope::parse(text).unwrap());
        assert_eq!(cut(&scope, &named("read")).unwrap().to_string(), "write");
        assert_eq!(cut(&scope, &Value::None).unwrap().to_string(), "read");
        assert_eq!(cut(&scope, &named("other")), None);
        assert_eq!(cut(&Scope::new(), &Value::None), None);
    }
}
