//! Refresh tokens ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).

use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::token::{RefreshTokenGrant, TokenResponse};

use super::{Authorized, Call, MOST_TRIES, busy, give};
use crate::artefact::{Client, RefreshPolicy, RefreshState, RefreshToken};
use crate::fate::Fate;
use crate::handle::Handle;
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::refresh_token::{self, Retry};
use crate::oauth2::{access_token, audience};
use crate::seal::Sealed;
use crate::store::{Changes, Stored};

/// Redeems a refresh token.
pub(in crate::oauth2) async fn redeem(
    call: &Call<'_>,
    grant: &RefreshTokenGrant,
) -> Result<TokenResponse, Failure> {
    let handle = Handle::of(&grant.refresh_token);
    let window = call.provider.config().lifetimes.refresh_retry;
    for _ in 0..MOST_TRIES {
        let token = call.provider.store().load::<RefreshToken>(handle).await?;
        let Some(token) = token else {
            let fate = Fate::of::<RefreshToken>(call.provider, handle).await?;
            return Err(Refusal::invalid_grant(fate.say("the refresh token", UNKNOWN)).into());
        };
        match decide(&token, call.client, call.jkt, window, call.now)? {
            Step::Refresh => {
                if let Some(response) = refresh(call, &token, grant).await? {
                    return Ok(response);
                }
            }
            Step::GiveAgain { answer, at } => {
                return give_again(call, &token, grant, answer, at).await;
            }
            Step::Revoke => return revoke(call, &token).await,
        }
    }
    Err(busy().into())
}

/// What is to be done with a refresh token that is presented by its client.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    /// It was used a moment ago: whoever has it may have lost the answer.
    GiveAgain { answer: &'a Sealed, at: Timestamp },
    /// It gives new tokens.
    Refresh,
    /// It was used before: somebody has stolen it, and nobody knows who.
    Revoke,
}

fn decide<'a>(
    token: &'a RefreshToken,
    client: &Client,
    jkt: Option<&str>,
    window: Duration,
    now: Timestamp,
) -> Result<Step<'a>, Refusal> {
    // RFC 6749 §6: the token MUST have been issued to the client that is here.
    if token.client != client.id || client.refresh == RefreshPolicy::Never {
        return Err(unknown());
    }
    // RFC 9449 §5: a public client MUST prove that it still has the key.
    if token.jkt.is_some() && token.jkt.as_deref() != jkt {
        let description = "the DPoP key is not the one that the refresh token is bound to";
        return Err(Refusal::invalid_grant(description));
    }
    match &token.state {
        RefreshState::Live => Ok(Step::Refresh),
        RefreshState::Rotated { at, answer } if now < at.plus(window) => {
            Ok(Step::GiveAgain { answer, at: *at })
        }
        RefreshState::Rotated { .. } => Ok(Step::Revoke),
    }
}

/// Gives new tokens; `None` if somebody else was first.
async fn refresh(
    call: &Call<'_>,
    token: &Stored<RefreshToken>,
    grant: &RefreshTokenGrant,
) -> Result<Option<TokenResponse>, Failure> {
    let provider = call.provider;
    // RFC 6749 §6: the scope MUST NOT include any that was not granted.
    let scope = grant.narrowed(&token.scope).map_err(|excess| {
        let description = format!("`{excess}` was not granted");
        Refusal::new(ErrorCode::InvalidScope, description)
    })?;
    let authentication = token.authentication.as_ref().ok_or_else(unknown)?;
    let user = call.user(&authentication.user).await?;
    let mut access =
        access_token::Grant::to(&call.client.id, scope.clone()).for_user(authentication);
    access.audience = audience::narrowed(provider.config(), &token.resources, call.resource)?;
    access.jkt = call.jkt.map(str::to_owned);
    access.family = Some(token.family.clone());
    access.claims.clone_from(&token.claims);
    let authorized = Authorized {
        access,
        user: &user,
        // OpenID Connect Core §12.2: a refreshed ID token SHOULD NOT have a nonce.
        nonce: None,
        code: None,
        refresh: None,
        grant_type: "refresh_token",
    };
    let mut minted = call.authorize(authorized).await?;
    let expires = call.now.plus(provider.config().lifetimes.refresh_token);
    let mut used = RefreshToken::clone(token);
    let mut changes = Changes::new();
    if refresh_token::policy(call.client, token) == RefreshPolicy::Keep {
        used.expires = expires;
        minted.response.refresh_token = Some(grant.refresh_token.clone());
    } else {
        let mut successor = RefreshToken::clone(token);
        // The successor has the scope of the one before, whatever was asked for (RFC 6749 §6).
        successor.issued = call.now;
        successor.expires = expires;
        let (text, drawn) = refresh_token::draw(provider, &successor);
        minted.response.refresh_token = Some(text);
        let retry = Retry {
            answer: minted.response.clone(),
            scope: grant.scope.clone(),
            resource: call.resource.to_vec(),
            jkt: call.jkt.map(str::to_owned),
        };
        used.state = RefreshState::Rotated {
            at: call.now,
            answer: retry.seal(provider, &grant.refresh_token),
        };
        changes = drawn;
    }
    let used = Changes::new().replace(token, &used);
    minted.changes = used.and(changes).and(minted.changes);
    give(call, minted).await
}

/// Gives the same answer again, to the same request, as long as nobody has used what it gave.
async fn give_again(
    call: &Call<'_>,
    token: &RefreshToken,
    grant: &RefreshTokenGrant,
    answer: &Sealed,
    at: Timestamp,
) -> Result<TokenResponse, Failure> {
    let retry = Retry::open(call.provider, &grant.refresh_token, answer)
        .filter(|retry| retry.is_same(grant.scope.as_ref(), call.resource, call.jkt));
    let Some(retry) = retry else {
        return revoke(call, token).await;
    };
    let successor = retry.answer.refresh_token.as_ref().map(Handle::of);
    let successor = match successor {
        Some(handle) => call.provider.store().load::<RefreshToken>(handle).await?,
        None => None,
    };
    // Who has used the successor did get the answer: then this is somebody else.
    let is_unused = successor.is_some_and(|successor| successor.state == RefreshState::Live);
    if !is_unused {
        return revoke(call, token).await;
    }
    call.once.claim(call.provider).await?;
    Ok(retry.into_answer(at, call.now))
}

/// RFC 9700 §4.14.2: reuse MUST end the whole family, since nobody knows who is the thief.
async fn revoke(call: &Call<'_>, token: &RefreshToken) -> Result<TokenResponse, Failure> {
    call.revoke_family(&token.family, "a refresh token was used again")
        .await?;
    Err(used(call).into())
}

const UNKNOWN: &str = "the refresh token is unknown, expired, used, or another client's";

fn unknown() -> Refusal {
    Refusal::invalid_grant(UNKNOWN)
}

fn used(call: &Call<'_>) -> Refusal {
    match call.provider.config().development {
        Some(_) => Refusal::invalid_grant("the refresh token has been used before"),
        None => unknown(),
    }
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::registration::ClientMetadata;
    use tripod_oauth2::scope::Scope;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);
    const WINDOW: Duration = Duration::from_secs(10);

    fn token() -> RefreshToken {
        RefreshToken::new("client", Scope::new(), "family", NOW, NOW)
    }

    fn rotated() -> RefreshToken {
        let mut token = token();
        token.state = RefreshState::Rotated {
            at: NOW,
            answer: Sealed::received("answer"),
        };
        token
    }

    fn client(id: &str) -> Client {
        Client::new(id, ClientMetadata::new(), NOW)
    }

    fn decided(token: &RefreshToken, seconds: u64) -> Step<'_> {
        let now = NOW.plus(Duration::from_secs(seconds));
        decide(token, &client("client"), None, WINDOW, now).unwrap()
    }

    #[test]
    fn a_token_is_used_once() {
        assert_eq!(decided(&token(), 0), Step::Refresh);
        assert_eq!(decided(&rotated(), 10), Step::Revoke);
        assert_eq!(decided(&rotated(), 1_000), Step::Revoke);
    }

    #[test]
    fn within_the_window_the_answer_is_given_again() {
        for seconds in [0, 1, 9] {
            assert!(
                matches!(decided(&rotated(), seconds), Step::GiveAgain { at, .. } if at == NOW)
            );
        }
    }

    #[test]
    fn nobody_else_refreshes_or_ends_a_family() {
        for token in [token(), rotated()] {
            let refused = decide(&token, &client("other"), None, WINDOW, NOW).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidGrant);
        }
    }

    #[test]
    fn a_token_that_is_bound_to_a_key_wants_it() {
        for mut token in [token(), rotated()] {
            token.jkt = Some("key".to_owned());
            for jkt in [None, Some("other")] {
                assert!(decide(&token, &client("client"), jkt, WINDOW, NOW).is_err());
            }
            assert!(decide(&token, &client("client"), Some("key"), WINDOW, NOW).is_ok());
        }
    }

    #[test]
    fn a_client_whose_refresh_was_taken_away_has_none() {
        let mut client = client("client");
        client.refresh = RefreshPolicy::Never;
        assert!(decide(&token(), &client, None, WINDOW, NOW).is_err());
    }
}
