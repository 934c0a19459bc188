//! How a token set is stored: in clear, so only whoever encrypts it may ask for it.

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use super::{Binding, TokenSet};
use crate::authorization_details;
use crate::client_authentication::CertificateThumbprint;
use crate::error::Malformed;
use crate::json::Members;
use crate::scope::Scope;
use crate::token::TokenType;

const RULE: &str = "stored token set, version 1";

/// Raised when a reader of today would misunderstand what a writer of tomorrow stores.
const VERSION: u64 = 1;

impl TokenSet {
    /// Writes the set as JSON, all secrets exposed: for a vault that encrypts it.
    #[must_use]
    pub fn to_json(&self) -> Secret {
        let mut members = Members::new();
        members.put("version", VERSION);
        members.put("access_token", self.access_token.expose());
        members.put("token_type", self.token_type.as_str());
        members.put_some(
            "refresh_token",
            self.refresh_token.as_ref().map(Secret::expose),
        );
        members.put_some("id_token", self.id_token.as_ref().map(Secret::expose));
        members.put_some("scope", self.scope.as_ref().map(Scope::to_string));
        let details = self.authorization_details.as_deref();
        members.put_some(
            "authorization_details",
            details.map(authorization_details::to_value),
        );
        members.put("issued_at", self.issued_at.as_unix());
        members.put_some("expires_at", self.expires_at.map(Timestamp::as_unix));
        members.put_some("issuer", self.issuer.as_deref());
        match &self.binding {
            Some(Binding::Certificate(thumbprint)) => {
                members.put("x5t#S256", thumbprint.to_string());
            }
            Some(Binding::Dpop { jkt }) => members.put("jkt", jkt.as_str()),
            None => {}
        }
        Secret::new(members.to_json())
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a member is missing or not what it has to be, or if a newer version wrote it.
    pub fn from_json(json: &Secret) -> Result<Self, Malformed> {
        let mut members = Members::parse(json.expose().as_bytes())?;
        let missing = |name| move || Malformed::missing(name, RULE);
        if members.take_number("version", RULE)? != Some(VERSION) {
            return Err(Malformed::not("version", "1", RULE));
        }
        let access_token = members.take_secret("access_token", RULE)?;
        let token_type = members.take_text("token_type", RULE)?;
        let issued_at = members.take_time("issued_at", RULE)?;
        let scope = members.take_text("scope", RULE)?;
        let details = members.take("authorization_details");
        Ok(Self {
            access_token: access_token.ok_or_else(missing("access_token"))?,
            token_type: token_type
                .map(|token_type| TokenType::from(token_type.as_str()))
                .ok_or_else(missing("token_type"))?,
            refresh_token: members.take_secret("refresh_token", RULE)?,
            id_token: members.take_secret("id_token", RULE)?,
            scope: scope.as_deref().map(Scope::parse).transpose()?,
            authorization_details: details.map(authorization_details::from_value).transpose()?,
            issued_at: issued_at.ok_or_else(missing("issued_at"))?,
            expires_at: members.take_time("expires_at", RULE)?,
            issuer: members.take_text("issuer", RULE)?,
            binding: read_binding(&mut members)?,
        })
    }
}

fn read_binding(members: &mut Members) -> Result<Option<Binding>, Malformed> {
    if let Some(jkt) = members.take_text("jkt", RULE)? {
        return Ok(Some(Binding::Dpop { jkt }));
    }
    let thumbprint = members.take_text("x5t#S256", RULE)?;
    let thumbprint = thumbprint
        .as_deref()
        .map(CertificateThumbprint::parse)
        .transpose()?;
    Ok(thumbprint.map(Binding::Certificate))
}
