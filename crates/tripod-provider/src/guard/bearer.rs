//! Access tokens at a resource ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).

use http::request::Parts;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::bearer::AccessToken;
use tripod_oauth2::confirmation::{Confirmation, Presented};
use tripod_oauth2::jose::one_use::OneUse;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::TokenType;

use super::caller::{Caller, Protocol};
use super::refused::{Refused, Why};
use super::{Authority, Guard, local, proof};
use crate::store::Changes;

/// What an authority says of a token that is good.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) user: Option<String>,
    pub(super) client: Option<String>,
    pub(super) scope: Scope,
    /// Where it is good; empty is everywhere.
    pub(super) audiences: Vec<String>,
    /// Which key its holder must prove.
    pub(super) confirmation: Confirmation,
    pub(super) expires: Option<Timestamp>,
    pub(super) auth_time: Option<Timestamp>,
    pub(super) acr: Option<String>,
}

/// Lets whoever shows a token through.
pub(super) async fn admit(
    guard: &Guard,
    request: &Parts,
    token: &AccessToken,
) -> Result<Caller, Refused> {
    let now = guard.now();
    let (protocol, proven) = match token.token_type() {
        TokenType::Dpop => {
            let proven = proof::verify(guard, request, token.token(), now)?;
            (Protocol::Dpop, Some(proven))
        }
        _ => (Protocol::Bearer, None),
    };
    let refuse = |why| Refused::Token { protocol, why };
    if token.token().expose().len() > guard.rules.limits.jwt {
        return Err(refuse(Why::Unknown));
    }
    let presented = match &proven {
        Some(proven) => Presented::with_key(&proven.thumbprint),
        None => Presented::bearer(),
    };
    let (rules, token) = (&guard.rules, token.token());
    let grant = match &guard.authority {
        Authority::Local(provider) => local::find(provider, rules, token, &presented).await?,
        Authority::Remote(remote) => remote.find(rules, token, &presented, now).await?,
    };
    let grant = grant.map_err(refuse)?;
    decide(&grant, &rules.audiences, &rules.scope, &presented).map_err(refuse)?;
    if let Some(proven) = &proven {
        claim(guard, &proven.one_use).await?;
    }
    Ok(Caller {
        user: grant.user,
        client: grant.client,
        scope: grant.scope,
        protocol,
        expires: grant.expires,
        realm: None,
        auth_time: grant.auth_time,
        acr: grant.acr,
    })
}

/// Checks what a token is good for against what is asked of it.
fn decide(
    grant: &Grant,
    audiences: &[String],
    scope: &Scope,
    presented: &Presented<'_>,
) -> Result<(), Why> {
    // RFC 8707 §2: a token for certain resources is good at no other.
    if !grant.audiences.is_empty() && !grant.audiences.iter().any(|it| audiences.contains(it)) {
        return Err(Why::Audience);
    }
    // RFC 9449 §7.1, §7.2: a bound token needs its proof, and a proof needs a bound token.
    grant
        .confirmation
        .check(presented)
        .map_err(|_| Why::Binding)?;
    if scope.is_subset(&grant.scope) {
        Ok(())
    } else {
        Err(Why::Scope)
    }
}

/// Claims the `jti` of a proof, last of all, so that nobody uses up those of others.
async fn claim(guard: &Guard, one_use: &OneUse) -> Result<(), Refused> {
    let claimed = match &guard.authority {
        Authority::Local(provider) => {
            let changes = Changes::new().claim(one_use);
            provider.store().apply(changes).await?
        }
        Authority::Remote(remote) => remote.claim(one_use).await?,
    };
    // RFC 9449 §11.1: a proof that was seen before is refused.
    claimed.map_err(|_| Refused::ProofUsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant() -> Grant {
        Grant {
            user: Some("alice".to_owned()),
            client: Some("client".to_owned()),
            scope: Scope::parse("read write").unwrap(),
            audiences: Vec::new(),
            confirmation: Confirmation::default(),
            expires: None,
            auth_time: None,
            acr: None,
        }
    }

    fn decided(grant: &Grant, scope: &str, presented: &Presented<'_>) -> Result<(), Why> {
        let audiences = ["https://api.example".to_owned()];
        let scope = Scope::parse(scope).unwrap();
        decide(grant, &audiences, &scope, presented)
    }

    #[test]
    fn a_token_must_have_every_scope() {
        let bearer = Presented::bearer();
        for scope in ["", "read", "write read"] {
            assert_eq!(decided(&grant(), scope, &bearer), Ok(()), "{scope}");
        }
        for scope in ["admin", "read admin", "READ"] {
            assert_eq!(
                decided(&grant(), scope, &bearer),
                Err(Why::Scope),
                "{scope}"
            );
        }
    }

    #[test]
    fn a_token_for_other_resources_is_refused() {
        let bearer = Presented::bearer();
        let with = |audiences: &[&str]| Grant {
            audiences: audiences.iter().map(|it| (*it).to_owned()).collect(),
            ..grant()
        };
        for audiences in [
            vec!["https://api.example"],
            vec!["https://other.example", "https://api.example"],
        ] {
            assert_eq!(decided(&with(&audiences), "read", &bearer), Ok(()));
        }
        for audience in [
            "https://other.example",
            "https://api.example/",
            "https://API.example",
        ] {
            let refused = decided(&with(&[audience]), "read", &bearer);
            assert_eq!(refused, Err(Why::Audience), "{audience}");
        }
    }

    #[test]
    fn a_bound_token_needs_its_proof_and_a_proof_a_bound_token() {
        let bound = Grant {
            confirmation: Confirmation::to_key("thumbprint"),
            ..grant()
        };
        let proven = Presented::with_key("thumbprint");
        assert_eq!(decided(&bound, "read", &proven), Ok(()));
        let other = Presented::with_key("other");
        for (grant, presented) in [
            (&bound, Presented::bearer()),
            (&bound, other),
            (&grant(), proven),
        ] {
            assert_eq!(decided(grant, "read", &presented), Err(Why::Binding));
        }
    }
}
