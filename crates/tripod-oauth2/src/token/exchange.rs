use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{Grant, read_scope, write_scope};
use crate::error::{Fault, Malformed};
use crate::fields::Fields;
use crate::registry::{Unregistered, wire_names};
use crate::scope::Scope;

/// Exchanges a token for another one ([RFC 8693 §2.1]).
///
/// The `resource` parameters stand in [`TokenRequest::resource`](super::TokenRequest::resource).
///
/// [RFC 8693 §2.1]: https://www.rfc-editor.org/rfc/rfc8693#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenExchangeGrant {
    /// The token of the party on whose behalf the request is made.
    pub subject_token: Secret,
    /// What kind of token it is.
    pub subject_token_type: TokenTypeIdentifier,
    /// The party that acts for the subject.
    pub actor: Option<Actor>,
    /// What kind of token is wanted.
    pub requested_token_type: Option<TokenTypeIdentifier>,
    /// The services at which it is to be used, by name.
    pub audience: Vec<String>,
    /// What it is to be good for.
    pub scope: Option<Scope>,
}

impl TokenExchangeGrant {
    /// Takes the token of the subject; what is optional stays empty.
    #[must_use]
    pub fn new(token: impl Into<Secret>, kind: TokenTypeIdentifier) -> Self {
        Self {
            subject_token: token.into(),
            subject_token_type: kind,
            actor: None,
            requested_token_type: None,
            audience: Vec::new(),
            scope: None,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        let requested = fields.optional("requested_token_type")?;
        Ok(Self {
            subject_token: fields.required("subject_token")?.into(),
            subject_token_type: fields.required("subject_token_type")?.into(),
            actor: Actor::read(fields)?,
            requested_token_type: requested.map(TokenTypeIdentifier::from),
            audience: fields.repeated("audience").map(str::to_owned).collect(),
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("subject_token", self.subject_token.expose());
        parameters.push("subject_token_type", self.subject_token_type.as_str());
        if let Some(actor) = &self.actor {
            parameters.push("actor_token", actor.token.expose());
            parameters.push("actor_token_type", actor.token_type.as_str());
        }
        if let Some(requested) = &self.requested_token_type {
            parameters.push("requested_token_type", requested.as_str());
        }
        for audience in &self.audience {
            parameters.push("audience", audience);
        }
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<TokenExchangeGrant> for Grant {
    fn from(grant: TokenExchangeGrant) -> Self {
        Self::TokenExchange(grant)
    }
}

/// The party that acts for the subject of an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// Its token.
    pub token: Secret,
    /// What kind of token it is.
    pub token_type: TokenTypeIdentifier,
}

impl Actor {
    /// Takes a token and its kind, which go together.
    #[must_use]
    pub fn new(token: impl Into<Secret>, token_type: TokenTypeIdentifier) -> Self {
        Self {
            token: token.into(),
            token_type,
        }
    }

    fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Malformed> {
        const RULE: &str = "RFC 8693 §2.1";
        let token = fields.optional("actor_token")?;
        let token_type = fields.optional("actor_token_type")?;
        match (token, token_type) {
            (Some(token), Some(kind)) => Ok(Some(Self::new(token, kind.into()))),
            (None, None) => Ok(None),
            // RFC 8693 §2.1: the type is REQUIRED with an actor token, MUST NOT be there otherwise.
            (Some(_), None) => Err(Malformed::missing("actor_token_type", RULE)),
            (None, Some(_)) => Err(Malformed::new("actor_token_type", Fault::Uncalled, RULE)),
        }
    }
}

/// What kind of token is meant, apart from how it is used ([RFC 8693 §3]).
///
/// [RFC 8693 §3]: https://www.rfc-editor.org/rfc/rfc8693#section-3
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenTypeIdentifier {
    /// An access token of the server asked.
    AccessToken,
    /// An ID token.
    IdToken,
    /// Any JWT.
    Jwt,
    /// A refresh token of the server asked.
    RefreshToken,
    /// A SAML 1.1 assertion.
    Saml1,
    /// A SAML 2.0 assertion.
    Saml2,
    /// Any other kind.
    Other(Unregistered),
}

wire_names!(TokenTypeIdentifier {
    AccessToken => "urn:ietf:params:oauth:token-type:access_token",
    IdToken => "urn:ietf:params:oauth:token-type:id_token",
    Jwt => "urn:ietf:params:oauth:token-type:jwt",
    RefreshToken => "urn:ietf:params:oauth:token-type:refresh_token",
    Saml1 => "urn:ietf:params:oauth:token-type:saml1",
    Saml2 => "urn:ietf:params:oauth:token-type:saml2",
});
