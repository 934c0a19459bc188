//! Authorization codes ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)).

use tripod_core::secret::Secret;
use tripod_oauth2::pkce::CodeChallenge;
use tripod_oauth2::token::{AuthorizationCodeGrant, TokenResponse};

use super::{Authorized, Call, MOST_TRIES, Refreshable, busy, give};
use crate::artefact::{AuthorizationCode, Client, CodeState};
use crate::fate::Fate;
use crate::handle::Handle;
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::{access_token, audience, refresh_token};
use crate::store::{Changes, Stored};

/// Redeems a code, once.
pub(in crate::oauth2) async fn redeem(
    call: &Call<'_>,
    grant: &AuthorizationCodeGrant,
) -> Result<TokenResponse, Failure> {
    let handle = Handle::of(&grant.code);
    for _ in 0..MOST_TRIES {
        let code = call
            .provider
            .store()
            .load::<AuthorizationCode>(handle)
            .await?;
        let Some(code) = code else {
            let fate = Fate::of::<AuthorizationCode>(call.provider, handle).await?;
            return Err(Refusal::invalid_grant(fate.say("the code", UNKNOWN)).into());
        };
        match decide(&code, grant, call.client, call.jkt) {
            Ok(()) => {}
            Err(Denial::Refused(refusal)) => return Err(refusal.into()),
            Err(Denial::Reused) => {
                // RFC 6749 §4.1.2: all tokens that the code gave SHOULD be revoked.
                call.revoke_family(&code.family, "a code was used again")
                    .await?;
                return Err(used(call).into());
            }
        }
        if let Some(response) = exchange(call, &code, grant).await? {
            return Ok(response);
        }
    }
    Err(busy().into())
}

/// Exchanges a live code; `None` if somebody else was first.
async fn exchange(
    call: &Call<'_>,
    code: &Stored<AuthorizationCode>,
    grant: &AuthorizationCodeGrant,
) -> Result<Option<TokenResponse>, Failure> {
    let user = call.user(&code.authentication.user).await?;
    let config = call.provider.config();
    let mut access =
        access_token::Grant::to(&call.client.id, code.scope.clone()).for_user(&code.authentication);
    access.audience = audience::narrowed(config, &code.resources, call.resource)?;
    access.jkt = call.jkt.map(str::to_owned);
    access.family = Some(code.family.clone());
    access.claims.clone_from(&code.claims);
    let is_refreshable = refresh_token::is_due(call.provider, call.client);
    let authorized = Authorized {
        access,
        user: &user,
        nonce: code.nonce.as_deref(),
        code: Some(&grant.code),
        refresh: is_refreshable.then_some(Refreshable {
            scope: &code.scope,
            audience: &code.resources,
        }),
        grant_type: "authorization_code",
    };
    let mut minted = call.authorize(authorized).await?;
    let mut redeemed = AuthorizationCode::clone(code);
    redeemed.state = CodeState::Redeemed;
    // Its reuse is recognised for as long as there is something to revoke.
    let lifetimes = &config.lifetimes;
    redeemed.expires = call.now.plus(if is_refreshable {
        lifetimes.refresh_token.max(lifetimes.access_token)
    } else {
        lifetimes.access_token
    });
    minted.changes = Changes::new().replace(code, &redeemed).and(minted.changes);
    give(call, minted).await
}

/// Why a code is not redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Denial {
    Refused(Refusal),
    Reused,
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn decide(
    code: &AuthorizationCode,
    grant: &AuthorizationCodeGrant,
    client: &Client,
    jkt: Option<&str>,
) -> Result<(), Denial> {
    // RFC 6749 §4.1.3: the code MUST have been issued to the client that is here. Before all, so
    // that nobody learns of, or ends, what another client has.
    if code.client != client.id {
        return Err(unknown().into());
    }
    // RFC 6749 §4.1.2: a code that is used more than once MUST be denied.
    if code.state == CodeState::Redeemed {
        return Err(Denial::Reused);
    }
    check_redirect_uri(code, grant, client)?;
    check_verifier(code.code_challenge.as_deref(), grant.code_verifier.as_ref())?;
    // RFC 9449 §10: the key MUST be the one that the authorization request announced.
    if code.dpop_jkt.is_some() && code.dpop_jkt.as_deref() != jkt {
        let description = "the DPoP key is not the one of the authorization request";
        return Err(Refusal::invalid_grant(description).into());
    }
    Ok(())
}

fn check_redirect_uri(
    code: &AuthorizationCode,
    grant: &AuthorizationCodeGrant,
    client: &Client,
) -> Result<(), Refusal> {
    let is_right = match (&code.redirect_uri, &grant.redirect_uri) {
        // RFC 6749 §4.1.3: REQUIRED if the authorization request had one, and identical.
        (Some(requested), Some(repeated)) => requested == repeated,
        (Some(_), None) => false,
        // The code went to the only one there is; who repeats it all the same is not wrong.
        (None, Some(repeated)) => client.metadata.redirect_uris.contains(repeated),
        (None, None) => true,
    };
    if is_right {
        Ok(())
    } else {
        let description = "`redirect_uri` is not the one of the authorization request";
        Err(Refusal::invalid_grant(description))
    }
}

fn check_verifier(challenge: Option<&str>, verifier: Option<&Secret>) -> Result<(), Refusal> {
    let (challenge, verifier) = match (challenge, verifier) {
        (Some(challenge), Some(verifier)) => (challenge, verifier),
        (Some(_), None) => {
            return Err(Refusal::invalid_grant("`code_verifier` is missing"));
        }
        // RFC 9700 §2.1.1: a verifier without a challenge MUST be refused, or PKCE could be taken
        // out of the authorization request; and without either there is no PKCE at all.
        (None, _) => {
            let description = "the authorization request had no `code_challenge`";
            return Err(Refusal::invalid_grant(description));
        }
    };
    CodeChallenge::parse(challenge, Some("S256"))
        .map_err(|_| wrong_verifier())?
        .verify(verifier)
        .map_err(|_| wrong_verifier())
}

fn wrong_verifier() -> Refusal {
    Refusal::invalid_grant("`code_verifier` does not yield the `code_challenge` by S256")
}

const UNKNOWN: &str = "the code is unknown, expired, used, or another client's";

fn unknown() -> Refusal {
    Refusal::invalid_grant(UNKNOWN)
}

fn used(call: &Call<'_>) -> Refusal {
    match call.provider.config().development {
        Some(_) => Refusal::invalid_grant("the code has already been used"),
        None => unknown(),
    }
}

#[cfg(test)]
mod tests;
