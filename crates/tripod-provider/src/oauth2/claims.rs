//! What is told of a user
//! ([OpenID Connect Core §5](https://openid.net/specs/openid-connect-core-1_0.html#Claims)).

use serde_json::Value;
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::scope::Scope;

use crate::artefact::User;

/// The claims that can be had, and the scopes that stand for them (OpenID Connect Core §5.4).
pub(super) const SUPPORTED: [(&str, &str); 4] = [
    ("name", "profile"),
    ("preferred_username", "profile"),
    ("email", "email"),
    ("email_verified", "email"),
];

/// Where claims are told: the member of the parameter `claims` that asks for them there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    IdToken,
    UserInfo,
}

impl Place {
    const fn as_str(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::UserInfo => "userinfo",
        }
    }
}

/// Tells what a scope stands for, and what was asked for by name.
///
/// What the user does not have is left out, whoever calls it essential (OpenID Connect Core §5.5.1).
pub(super) fn of(user: &User, scope: &Scope, asked: Option<&Value>, place: Place) -> Claims {
    let mut claims = Claims::new();
    for (name, of_scope) in SUPPORTED {
        if (scope.contains(of_scope) || is_asked(asked, place, name))
            && let Some(value) = value(user, name)
        {
            claims = claims.with(name, value);
        }
    }
    claims
}

/// Tells whether a claim was asked for by name, at a place.
pub(super) fn is_asked(asked: Option<&Value>, place: Place, name: &str) -> bool {
    let at_place = asked.and_then(|asked| asked.get(place.as_str()));
    at_place.and_then(|claims| claims.get(name)).is_some()
}

fn value(user: &User, name: &str) -> Option<Value> {
    match name {
        "name" => user.name.clone().map(Value::from),
        "preferred_username" => Some(Value::from(user.username.clone())),
        "email" => user.email.clone().map(Value::from),
        "email_verified" => user.email.as_ref().map(|_| user.email_verified.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tripod_core::timestamp::Timestamp;

    use super::*;

    fn alice() -> User {
        let mut user = User::new("id", "alice", Timestamp::from_unix(0));
        user.email = Some("alice@example.org".to_owned());
        user
    }

    fn told(scope: &str, asked: Option<&Value>, place: Place) -> Vec<String> {
        let claims = of(&alice(), &Scope::parse(scope).unwrap(), asked, place);
        claims.iter().map(|(name, _)| name.to_owned()).collect()
    }

    #[test]
    fn a_scope_stands_for_claims() {
        assert!(told("openid", None, Place::UserInfo).is_empty());
        // Alice has not said what people call her.
        assert_eq!(
            told("openid profile", None, Place::IdToken),
            ["preferred_username"]
        );
        let email = told("openid email", None, Place::UserInfo);
        assert_eq!(email, ["email", "email_verified"]);
    }

    #[test]
    fn claims_are_told_where_they_were_asked_for() {
        let asked = json!({"id_token": {"email": null}, "userinfo": {"name": {"essential": true}}});
        assert_eq!(told("openid", Some(&asked), Place::IdToken), ["email"]);
        assert!(told("openid", Some(&asked), Place::UserInfo).is_empty());
        for odd in [
            json!([]),
            json!({"id_token": "email"}),
            json!({"id_token": {"sub": 1}}),
        ] {
            assert!(told("openid", Some(&odd), Place::IdToken).is_empty());
        }
    }
}
