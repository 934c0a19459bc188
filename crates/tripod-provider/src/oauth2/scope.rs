//! Which scope a client may have
//! ([RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).

use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::scope::Scope;

use super::failure::Refusal;
use crate::artefact::Client;
use crate::config::Config;

/// The scopes that mean nothing without a user (OpenID Connect Core §5.4, §11).
const OF_USERS: [&str; 6] = [
    "address",
    "email",
    "offline_access",
    "openid",
    "phone",
    "profile",
];

/// Decides what a client may ask a user for.
///
/// A client that registered no scope may ask for whatever there is, since the user decides.
pub(crate) fn of_user(
    config: &Config,
    client: &Client,
    asked: Option<&Scope>,
) -> Result<Scope, Refusal> {
    let registered = client.metadata.scope.as_ref();
    decide(config, registered, asked)
}

/// Decides what a client may have for itself: no more than it registered, or than is usual.
pub(super) fn of_client(
    config: &Config,
    client: &Client,
    asked: Option<&Scope>,
) -> Result<Scope, Refusal> {
    let registered = client.metadata.scope.as_ref();
    let registered = registered.unwrap_or(&config.default_scope);
    let scope = decide(config, Some(registered), asked)?;
    if asked.is_none() {
        let of_client = scope.iter().filter(|value| !OF_USERS.contains(value));
        return Ok(Scope::of(of_client).expect("the values of a scope make a scope"));
    }
    match OF_USERS.into_iter().find(|value| scope.contains(value)) {
        Some(value) => Err(refuse(format!(
            "`{value}` is about a user, and there is none"
        ))),
        None => Ok(scope),
    }
}

fn decide(
    config: &Config,
    registered: Option<&Scope>,
    asked: Option<&Scope>,
) -> Result<Scope, Refusal> {
    // RFC 6749 §3.3: without a scope, the server uses a default or fails.
    let Some(asked) = asked else {
        let default = &config.default_scope;
        return Ok(registered.map_or_else(|| default.clone(), |it| default.intersection(it)));
    };
    if let Some(unknown) = asked.iter().find(|it| config.description(it).is_none()) {
        return Err(refuse(format!("`{unknown}` is no scope of this server")));
    }
    let excess = registered.map(|registered| asked.difference(registered));
    match excess {
        Some(excess) if !excess.is_empty() => {
            Err(refuse(format!("the client did not register `{excess}`")))
        }
        _ => Ok(asked.clone()),
    }
}

fn refuse(description: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidScope, description)
}

#[cfg(test)]
mod tests {
    use tripod_core::timestamp::Timestamp;
    use tripod_oauth2::metadata::Issuer;
    use tripod_oauth2::registration::ClientMetadata;

    use super::*;
    use crate::config::ScopeDescription;

    fn config() -> Config {
        let mut config = Config::new(Issuer::parse("https://id.example").unwrap());
        config.scopes = ["read", "write", "openid"]
            .map(|name| ScopeDescription::new(name, name))
            .into();
        config.default_scope = scope("read openid");
        config
    }

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    fn client(registered: Option<&str>) -> Client {
        let mut client = Client::new("a", ClientMetadata::new(), Timestamp::from_unix(0));
        client.metadata.scope = registered.map(scope);
        client
    }

    #[test]
    fn a_user_is_asked_for_what_is_known_and_registered() {
        let ask = |registered, asked| {
            let asked = scope(asked);
            of_user(&config(), &client(registered), Some(&asked))
        };
        assert_eq!(ask(None, "read write").unwrap(), scope("read write"));
        assert_eq!(ask(Some("read write"), "write").unwrap(), scope("write"));
        for (registered, asked) in [
            (None, "delete"),
            (None, "read delete"),
            (None, "READ"),
            (Some("read"), "write"),
            (Some("read"), "read write"),
            (Some(""), "read"),
            (Some("delete"), "delete"),
        ] {
            let refused = ask(registered, asked).unwrap_err();
            assert_eq!(refused.code, ErrorCode::InvalidScope, "{asked}");
        }
    }

    #[test]
    fn who_asks_for_nothing_gets_what_is_usual() {
        let default = of_user(&config(), &client(None), None);
        assert_eq!(default.unwrap(), scope("read openid"));
        let registered = of_user(&config(), &client(Some("write read")), None);
        assert_eq!(registered.unwrap(), scope("read"));
    }

    #[test]
    fn a_client_for_itself_gets_nothing_of_users() {
        let usual = of_client(&config(), &client(None), None).unwrap();
        assert_eq!(usual, scope("read"));
        let all = client(Some("read write openid"));
        let asked = scope("write");
        assert_eq!(of_client(&config(), &all, Some(&asked)).unwrap(), asked);
        for asked in ["openid", "read openid", "delete"] {
            assert!(of_client(&config(), &all, Some(&scope(asked))).is_err());
        }
        // Nobody consented to more than is usual for a client that registered nothing.
        let write = scope("write");
        assert!(of_client(&config(), &client(None), Some(&write)).is_err());
    }
}
