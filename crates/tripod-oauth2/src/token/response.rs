use std::time::Duration;

use tripod_core::secret::Secret;

use super::{TokenType, TokenTypeIdentifier};
use crate::authorization_details::{self, AuthorizationDetail};
use crate::error::Malformed;
use crate::json::Members;
use crate::scope::Scope;

const RULE: &str = "RFC 6749 §5.1";

/// A token and what belongs to it ([RFC 6749 §5.1]).
///
/// [`read`](super::read) takes what servers really answer; `parse` takes what the RFC says.
///
/// [RFC 6749 §5.1]: https://www.rfc-editor.org/rfc/rfc6749#section-5.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenResponse {
    /// The token.
    pub access_token: Secret,
    /// How it is used.
    pub token_type: TokenType,
    /// How long it lives from now on, in seconds.
    pub expires_in: Option<u64>,
    /// What gets the next one.
    pub refresh_token: Option<Secret>,
    /// What it is good for; absent if it is what was asked for.
    pub scope: Option<Scope>,
    /// Who the user is (OpenID Connect Core §3.1.3.3).
    pub id_token: Option<Secret>,
    /// What kind of token an exchange gave (RFC 8693 §2.2.1).
    pub issued_token_type: Option<TokenTypeIdentifier>,
    /// What it is good for, in full (RFC 9396 §7).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// Members that no RFC we know names.
    pub extra: Members,
}

impl TokenResponse {
    /// Takes a token and its type; what is optional stays empty.
    #[must_use]
    pub fn new(access_token: impl Into<Secret>, token_type: TokenType) -> Self {
        Self {
            access_token: access_token.into(),
            token_type,
            expires_in: None,
            refresh_token: None,
            scope: None,
            id_token: None,
            issued_token_type: None,
            authorization_details: None,
            extra: Members::new(),
        }
    }

    /// Returns how long the token lives from now on.
    #[must_use]
    pub fn lifetime(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    /// Reads the members of the answer as the RFC has them.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if token or type is missing, or a member is not what it has to be.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        // RFC 6749 §5.1: `access_token` and `token_type` are REQUIRED.
        let missing = |name| move || Malformed::missing(name, RULE);
        let token_type = members.take_text("token_type", RULE)?;
        let scope = members.take_text("scope", RULE)?;
        let issued = members.take_text("issued_token_type", "RFC 8693 §2.2.1")?;
        let details = members.take("authorization_details");
        Ok(Self {
            access_token: members
                .take_secret("access_token", RULE)?
                .ok_or_else(missing("access_token"))?,
            token_type: token_type
                .filter(|token_type| !token_type.is_empty())
                .map(|token_type| TokenType::from(token_type.as_str()))
                .ok_or_else(missing("token_type"))?,
            expires_in: members.take_number("expires_in", RULE)?,
            refresh_token: members.take_secret("refresh_token", RULE)?,
            scope: scope.as_deref().map(Scope::parse).transpose()?,
            id_token: members.take_secret("id_token", "OpenID Connect Core §3.1.3.3")?,
            issued_token_type: issued.as_deref().map(TokenTypeIdentifier::from),
            authorization_details: details.map(authorization_details::from_value).transpose()?,
            extra: members,
        })
    }

    /// Writes the members of the answer, tokens included.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("access_token", self.access_token.expose());
        members.put("token_type", self.token_type.as_str());
        members.put_some("expires_in", self.expires_in);
        members.put_some(
            "refresh_token",
            self.refresh_token.as_ref().map(Secret::expose),
        );
        members.put_some("scope", self.scope.as_ref().map(Scope::to_string));
        members.put_some("id_token", self.id_token.as_ref().map(Secret::expose));
        let issued = self.issued_token_type.as_ref();
        members.put_some("issued_token_type", issued.map(TokenTypeIdentifier::as_str));
        let details = self.authorization_details.as_deref();
        members.put_some(
            "authorization_details",
            details.map(authorization_details::to_value),
        );
        members
    }
}
