//! The table of all faults.

use super::Endpoint;
use super::setup::Setup;
use super::state::State;
use super::wire::Wire;

/// What is known of a fault.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// What it does, in a sentence.
    pub(super) what: &'static str,
    pub(super) takes: Takes,
    /// The value where none is written.
    pub(super) default: Option<&'static str>,
    /// Where it fires unless it is said where; empty is everywhere.
    pub(super) endpoints: &'static [Endpoint],
    pub(super) act: Act,
}

/// How a fault comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// The provider is another for this request: its clock, its keys, who it knows.
    Setup(Setup),
    /// What is stored becomes so.
    State(State),
    /// It happens to the answer on its way.
    Wire(Wire),
}

/// What stands behind the `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Algorithm,
    Duration,
    Issuer,
    Nothing,
    Origin,
    Scope,
    Seconds,
    /// A status from this one on.
    Status {
        from: u16,
    },
    Text,
}

impl Takes {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Algorithm => "`ES256` or `RS256`",
            Self::Duration => "a time such as `500ms` or `2s`",
            Self::Issuer => "the URL of an issuer",
            Self::Nothing => "no value",
            Self::Origin => "an origin such as `http://backend:8080`",
            Self::Scope => "a scope",
            Self::Seconds => "seconds such as `-600`",
            Self::Status { from: 400.. } => "a status from 400 to 599",
            Self::Status { .. } => "a status from 200 to 599",
            Self::Text => "a text",
        }
    }
}

impl Kind {
    const fn new(name: &'static str, act: Act, what: &'static str) -> Self {
        Self {
            name,
            what,
            takes: Takes::Nothing,
            default: None,
            endpoints: &[],
            act,
        }
    }

    const fn takes(mut self, takes: Takes, default: Option<&'static str>) -> Self {
        self.takes = takes;
        self.default = default;
        self
    }

    const fn at(mut self, endpoints: &'static [Endpoint]) -> Self {
        self.endpoints = endpoints;
        self
    }
}

const TOKEN: &[Endpoint] = &[Endpoint::Token];

/// Where access tokens are shown.
const RESOURCES: &[Endpoint] = &[Endpoint::Api, Endpoint::Introspect, Endpoint::Userinfo];

/// Where requests are signed in OAuth 1.
const SIGNED: &[Endpoint] = &[Endpoint::RequestToken, Endpoint::AccessToken, Endpoint::Api];

/// Where codes are redeemed, in either protocol.
const REDEMPTION: &[Endpoint] = &[Endpoint::Token, Endpoint::AccessToken];

/// Where clients say who they are.
const CLIENTS: &[Endpoint] = &[
    Endpoint::AccessToken,
    Endpoint::Api,
    Endpoint::Authorize,
    Endpoint::DeviceAuthorization,
    Endpoint::Introspect,
    Endpoint::Par,
    Endpoint::RequestToken,
    Endpoint::Revoke,
    Endpoint::Token,
];

/// All faults: first what tokens, codes and clients are, then the provider, then the way between.
pub(super) const KINDS: &[Kind] = &[
    Kind::new(
        "expired-token",
        Act::State(State::ExpiredToken),
        "The access token of the request has expired; at `token` and `access_token`, the one just given.",
    )
    .at(RESOURCES),
    Kind::new(
        "revoked-token",
        Act::State(State::RevokedToken),
        "The access token of the request was revoked, which no JWT can be; at `token` and `access_token`, the one just given.",
    )
    .at(RESOURCES),
    Kind::new(
        "wrong-audience",
        Act::State(State::WrongAudience),
        "The access token of the request is for another resource; at `token`, the one just given.",
    )
    .takes(Takes::Text, Some("https://other-resource.example/"))
    .at(&[Endpoint::Api, Endpoint::Userinfo]),
    Kind::new(
        "scope-cut",
        Act::State(State::ScopeCut),
        "The scope is granted without the value, or without its last one; at `api`, the token loses it.",
    )
    .takes(Takes::Scope, None)
    .at(TOKEN),
    Kind::new(
        "dead-refresh-token",
        Act::State(State::DeadRefreshToken),
        "The refresh token of the request was revoked.",
    )
    .at(TOKEN),
    Kind::new(
        "reused-refresh-token",
        Act::State(State::ReusedRefreshToken),
        "The refresh token of the request was used before, so that its whole family is revoked.",
    )
    .at(TOKEN),
    Kind::new(
        "expired-code",
        Act::State(State::ExpiredCode),
        "The code has expired: authorization code, device code, or request token of OAuth 1.",
    )
    .at(REDEMPTION),
    Kind::new(
        "used-code",
        Act::State(State::UsedCode),
        "The code was redeemed before: authorization code, device code, or request token of OAuth 1.",
    )
    .at(REDEMPTION),
    Kind::new(
        "slow-down",
        Act::State(State::SlowDown),
        "The device has polled a moment ago, and is told `slow_down`.",
    )
    .at(TOKEN),
    Kind::new(
        "nonce-used",
        Act::State(State::NonceUsed),
        "The request arrives twice, so that its nonce, or its DPoP proof, was seen before.",
    )
    .at(SIGNED),
    Kind::new(
        "unknown-client",
        Act::Setup(Setup::UnknownClient),
        "The provider knows no such client, or consumer key.",
    )
    .at(CLIENTS),
    Kind::new(
        "redirect-mismatch",
        Act::Setup(Setup::RedirectMismatch),
        "The client registered another redirect URI, or callback; at `token`, its code was asked for with another.",
    )
    .takes(Takes::Text, Some("https://other-client.example/callback"))
    .at(&[Endpoint::Authorize, Endpoint::Par, Endpoint::RequestToken]),
    Kind::new(
        "base-string",
        Act::Setup(Setup::BaseString),
        "A signature that is refused is answered with the base string as `debug_sbs`; with a value, the provider verifies for that origin, and refuses.",
    )
    .takes(Takes::Origin, None)
    .at(SIGNED),
    Kind::new(
        "dpop-nonce",
        Act::Setup(Setup::DpopNonce),
        "A DPoP proof needs a nonce: without, the answer is `use_dpop_nonce`.",
    )
    .at(&[Endpoint::Token, Endpoint::Api, Endpoint::Userinfo]),
    Kind::new(
        "clock-skew",
        Act::Setup(Setup::ClockSkew),
        "The clock of the provider is off by so many seconds.",
    )
    .takes(Takes::Seconds, None),
    Kind::new(
        "keys-rotated",
        Act::State(State::KeysRotated),
        "The keys are replaced once the token is signed, and the former ones withdrawn.",
    )
    .at(TOKEN),
    Kind::new(
        "wrong-iss",
        Act::Setup(Setup::WrongIssuer),
        "The provider calls itself something else: in ID tokens; at `authorize` in `iss`; at `metadata` there.",
    )
    .takes(Takes::Issuer, Some("https://other-issuer.example"))
    .at(TOKEN),
    Kind::new(
        "wrong-kid",
        Act::Setup(Setup::WrongKeyId),
        "ID tokens and JWT access tokens name a key that is not published.",
    )
    .takes(Takes::Text, Some("no-such-key"))
    .at(TOKEN),
    Kind::new(
        "wrong-alg",
        Act::Setup(Setup::WrongAlgorithm),
        "ID tokens are signed by another algorithm than the client registered.",
    )
    .takes(Takes::Algorithm, Some("ES256"))
    .at(TOKEN),
    Kind::new(
        "lost-answer",
        Act::Wire(Wire::LostAnswer),
        "The request is carried out, and the connection breaks before the answer.",
    )
    .at(REDEMPTION),
    Kind::new(
        "drop",
        Act::Wire(Wire::Drop),
        "The connection breaks before the request is looked at.",
    ),
    Kind::new(
        "half-answer",
        Act::Wire(Wire::HalfAnswer),
        "The connection breaks in the middle of the answer.",
    ),
    Kind::new(
        "delay",
        Act::Wire(Wire::Delay),
        "The answer takes so much longer.",
    )
    .takes(Takes::Duration, Some("2s")),
    Kind::new(
        "status",
        Act::Wire(Wire::Status),
        "Something before the provider answers, with this status, such as 429, 500 or 502.",
    )
    .takes(Takes::Status { from: 400 }, Some("500")),
    Kind::new(
        "status-200",
        Act::Wire(Wire::Status200),
        "The request is refused, since nobody knows client or token, with status 200.",
    )
    .at(TOKEN),
    Kind::new(
        "form-answer",
        Act::Wire(Wire::FormAnswer),
        "The answer is form-encoded where JSON is due.",
    )
    .at(TOKEN),
    Kind::new(
        "html-answer",
        Act::Wire(Wire::HtmlAnswer),
        "A page of HTML comes in place of the answer, with this status.",
    )
    .takes(Takes::Status { from: 200 }, Some("200"))
    .at(TOKEN),
    Kind::new(
        "expires-in-text",
        Act::Wire(Wire::ExpiresInText),
        "`expires_in` is text, and no number.",
    )
    .at(TOKEN),
    Kind::new(
        "redirect",
        Act::Wire(Wire::Redirect),
        "The request is redirected to this origin, or to the other name of this machine, where clients do not take the header along.",
    )
    .takes(Takes::Origin, None)
    .at(&[Endpoint::Api]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for (place, kind) in KINDS.iter().enumerate() {
            let is_first = !KINDS
                .iter()
                .take(place)
                .any(|other| other.name == kind.name);
            assert!(is_first, "{} is there twice", kind.name);
            let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
            assert!(kind.name.chars().all(is_plain), "{}", kind.name);
            assert!(kind.what.ends_with('.'), "{}", kind.name);
            let written =
                kind.default.is_none() || kind.name.parse::<super::super::Fault>().is_ok();
            assert!(written, "{} does not take its own default", kind.name);
        }
    }
}
