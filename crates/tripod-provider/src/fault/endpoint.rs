//! Where a fault may fire.

use std::fmt;
use std::str::FromStr;

use super::{Unknown, nearest};

/// An endpoint, or the few that are meant alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// OAuth 1: where temporary credentials are exchanged.
    AccessToken,
    /// The sample API.
    Api,
    /// Where browsers are sent, in both protocols.
    Authorize,
    /// Where devices begin.
    DeviceAuthorization,
    /// Where resources ask about tokens.
    Introspect,
    /// The public keys.
    Jwks,
    /// What is below `/.well-known`.
    Metadata,
    /// Where authorization requests are pushed.
    Par,
    /// Where clients register.
    Register,
    /// OAuth 1: where temporary credentials are given.
    RequestToken,
    /// Where tokens are revoked.
    Revoke,
    /// Where OAuth 2 gives tokens.
    Token,
    /// Who the user is.
    Userinfo,
}

impl Endpoint {
    /// All of them, with their names.
    pub(super) const NAMES: [(Self, &'static str); 13] = [
        (Self::AccessToken, "access_token"),
        (Self::Api, "api"),
        (Self::Authorize, "authorize"),
        (Self::DeviceAuthorization, "device_authorization"),
        (Self::Introspect, "introspect"),
        (Self::Jwks, "jwks"),
        (Self::Metadata, "metadata"),
        (Self::Par, "par"),
        (Self::Register, "register"),
        (Self::RequestToken, "request_token"),
        (Self::Revoke, "revoke"),
        (Self::Token, "token"),
        (Self::Userinfo, "userinfo"),
    ];

    /// Returns what is behind a path, that of the issuer taken away.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let mut segments = path.trim_start_matches('/').split('/');
        match (segments.next()?, segments.next()?) {
            (".well-known", _) => Some(Self::Metadata),
            ("api", _) => Some(Self::Api),
            ("oauth1" | "oauth2", name) => name.parse().ok(),
            _ => None,
        }
    }

    /// Tells whether programs in browsers call it, so that they may read what it answers.
    pub(super) const fn is_for_browsers(self) -> bool {
        matches!(
            self,
            Self::Api
                | Self::Jwks
                | Self::Metadata
                | Self::Register
                | Self::Revoke
                | Self::Token
                | Self::Userinfo
        )
    }

    /// Returns what it is called: the last part of its path.
    pub(super) fn name(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        names
            .find(|(it, _)| *it == self)
            .map_or("", |(_, name)| name)
    }
}

impl FromStr for Endpoint {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let named = Self::NAMES.iter().find(|(_, name)| *name == text);
        named
            .map(|(endpoint, _)| *endpoint)
            .ok_or_else(|| Unknown::Endpoint {
                name: text.to_owned(),
                nearest: nearest(text, Self::NAMES.iter().map(|(_, name)| *name)),
            })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_known_by_its_path() {
        for (path, endpoint) in [
            ("/oauth2/token", Some(Endpoint::Token)),
            ("/oauth1/access_token", Some(Endpoint::AccessToken)),
            ("/oauth1/authorize", Some(Endpoint::Authorize)),
            ("/oauth2/register/client", Some(Endpoint::Register)),
            ("/api/me", Some(Endpoint::Api)),
            (
                "/.well-known/openid-configuration",
                Some(Endpoint::Metadata),
            ),
            ("/", None),
            ("/metrics", None),
            ("/oauth2/", None),
            ("/sign-in/token", None),
        ] {
            assert_eq!(Endpoint::of_path(path), endpoint, "{path}");
        }
    }
}
