//! Token exchange ([RFC 8693](https://www.rfc-editor.org/rfc/rfc8693)).
//!
//! An access token of this provider becomes one for another audience, with no more scope and for no
//! longer. Which clients may do so is for whoever registers them to say.

use serde_json::{Map, Value};
use tripod_core::secret::Secret;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{TokenExchangeGrant, TokenResponse, TokenTypeIdentifier};

use super::{Call, busy, give};
use crate::artefact::{AccessToken, Client};
use crate::config::{AccessTokenFormat, Config};
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::presented::{self, Presented};
use crate::oauth2::{access_token, audience, scope};

/// Exchanges a token for another one.
pub(in crate::oauth2) async fn redeem(
    call: &Call<'_>,
    grant: &TokenExchangeGrant,
) -> Result<TokenResponse, Failure> {
    let subject = find(call, &grant.subject_token, &grant.subject_token_type).await?;
    let actor = match &grant.actor {
        Some(actor) => Some(find(call, &actor.token, &actor.token_type).await?),
        None => None,
    };
    let actor = actor.as_ref().map(Presented::token);
    let access = decide(call, grant, subject.token(), actor)?;
    if let Some(user) = &access.user {
        call.user(user).await?;
    }
    let issued = issued_type(call.provider.config(), grant, &access.audience)?;
    let mut minted = access_token::mint(call.provider, &access).await?;
    minted.response.issued_token_type = Some(issued);
    if access.user.is_some() {
        let event = call.issued(&access, "token_exchange");
        minted.changes = minted.changes.audit(event);
    }
    give(call, minted).await?.ok_or_else(|| busy().into())
}

async fn find(
    call: &Call<'_>,
    token: &Secret,
    kind: &TokenTypeIdentifier,
) -> Result<Presented, Failure> {
    // RFC 8693 §3: a JWT access token is both.
    let is_expected = match kind {
        TokenTypeIdentifier::AccessToken => true,
        TokenTypeIdentifier::Jwt => presented::is_jwt(token),
        _ => false,
    };
    if !is_expected {
        let description = "only access tokens of this server are exchanged";
        return Err(Refusal::invalid_request(description).into());
    }
    let found = presented::find(call.provider, token).await?;
    // RFC 8693 §2.2.2: `invalid_request` if a token is not valid.
    found.ok_or_else(|| {
        Refusal::invalid_request("a token is unknown, expired, or not of this server").into()
    })
}

fn decide(
    call: &Call<'_>,
    grant: &TokenExchangeGrant,
    subject: &AccessToken,
    actor: Option<&AccessToken>,
) -> Result<access_token::Grant, Refusal> {
    for token in [Some(subject), actor].into_iter().flatten() {
        check_key(token, call.jkt)?;
    }
    if actor.is_some_and(|actor| actor.client != call.client.id) {
        return Err(Refusal::invalid_request(
            "the actor token is another client's",
        ));
    }
    // Without a user a token speaks for its client: nobody else may speak so.
    if subject.user.is_none() && subject.client != call.client.id {
        let description = "the subject token speaks for another client, and for no user";
        return Err(Refusal::invalid_request(description));
    }
    let config = call.provider.config();
    let scope = narrowed(config, call.client, subject, grant.scope.as_ref())?;
    let mut access = access_token::Grant::to(&call.client.id, scope);
    access.user.clone_from(&subject.user);
    access.audience = audience_of(config, grant, call.resource, subject)?;
    access.jkt = call.jkt.map(str::to_owned);
    access.family.clone_from(&subject.family);
    access.actor = act(subject.actor.as_ref(), actor);
    access.not_after = Some(subject.expires);
    Ok(access)
}

/// A token that is bound to a key is of no use to whoever stole it: not for exchanging it either.
fn check_key(token: &AccessToken, jkt: Option<&str>) -> Result<(), Refusal> {
    if token.jkt.is_none() || token.jkt.as_deref() == jkt {
        Ok(())
    } else {
        let description = "a token is bound to a DPoP key that the request does not prove";
        Err(Refusal::invalid_request(description))
    }
}

/// Decides on the scope: what the subject token has and the client registered, and never more.
fn narrowed(
    config: &Config,
    client: &Client,
    subject: &AccessToken,
    asked: Option<&Scope>,
) -> Result<Scope, Refusal> {
    let Some(asked) = asked else {
        let registered = client.metadata.scope.as_ref();
        let own = |registered| subject.scope.intersection(registered);
        return Ok(registered.map_or_else(|| subject.scope.clone(), own));
    };
    let excess = asked.difference(&subject.scope);
    if !excess.is_empty() {
        let description = format!("the subject token does not have `{excess}`");
        return Err(Refusal::new(ErrorCode::InvalidScope, description));
    }
    scope::of_user(config, client, Some(asked))
}

fn audience_of(
    config: &Config,
    grant: &TokenExchangeGrant,
    resource: &[Resource],
    subject: &AccessToken,
) -> Result<Vec<String>, Refusal> {
    let names = grant.audience.iter().map(String::as_str);
    let asked = names.chain(resource.iter().map(Resource::as_str));
    let audience = audience::of_names(config, asked)?;
    // A new audience is what an exchange is for; without one the old one stays.
    Ok(if audience.is_empty() {
        subject.resources.clone()
    } else {
        audience
    })
}

/// Writes who acts for the subject, those who acted before inside (RFC 8693 §4.1).
fn act(before: Option<&Value>, actor: Option<&AccessToken>) -> Option<Value> {
    let Some(actor) = actor else {
        return before.cloned();
    };
    let mut act = Map::new();
    let subject = actor.user.as_ref().unwrap_or(&actor.client);
    act.insert("sub".to_owned(), subject.as_str().into());
    act.insert("client_id".to_owned(), actor.client.as_str().into());
    if let Some(before) = before {
        act.insert("act".to_owned(), before.clone());
    }
    Some(act.into())
}

fn issued_type(
    config: &Config,
    grant: &TokenExchangeGrant,
    audience: &[String],
) -> Result<TokenTypeIdentifier, Refusal> {
    let is_jwt = audience::format(config, audience)? == AccessTokenFormat::Jwt;
    match &grant.requested_token_type {
        None | Some(TokenTypeIdentifier::AccessToken) => Ok(TokenTypeIdentifier::AccessToken),
        Some(TokenTypeIdentifier::Jwt) if is_jwt => Ok(TokenTypeIdentifier::Jwt),
        Some(_) => {
            let description = "the requested type of token is not issued for this audience";
            Err(Refusal::invalid_request(description))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_core::timestamp::Timestamp;

    use super::*;

    fn token(client: &str, user: Option<&str>) -> AccessToken {
        let now = Timestamp::from_unix(0);
        let mut token = AccessToken::new(client, Scope::new(), now, now);
        token.user = user.map(str::to_owned);
        token
    }

    #[test]
    fn who_acts_now_stands_outside_who_acted_before() {
        let first = act(None, Some(&token("a", Some("alice"))));
        assert_eq!(first, Some(json!({"sub": "alice", "client_id": "a"})));
        let second = act(first.as_ref(), Some(&token("b", None)));
        let nested = json!({
            "sub": "b", "client_id": "b",
            "act": {"sub": "alice", "client_id": "a"},
        });
        assert_eq!(second, Some(nested));
        assert_eq!(act(first.as_ref(), None), first);
        assert_eq!(act(None, None), None);
    }

    #[test]
    fn a_bound_token_is_exchanged_with_its_key_alone() {
        let mut bound = token("a", None);
        bound.jkt = Some("key".to_owned());
        assert!(check_key(&bound, Some("key")).is_ok());
        assert!(check_key(&bound, None).is_err());
        assert!(check_key(&bound, Some("other")).is_err());
        assert!(check_key(&token("a", None), Some("other")).is_ok());
    }
}
