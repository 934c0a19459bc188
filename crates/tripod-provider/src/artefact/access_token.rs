//! OAuth 2 access tokens, opaque ones.

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, unix};
use crate::storage::{Index, Kind};

/// An access token that resources ask the provider about; a JWT speaks for itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessToken {
    /// The client that may use it.
    pub client: String,
    /// The user who allowed it; `None` where the client acts for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What it is good for.
    pub scope: Scope,
    /// Where it is good (RFC 8707); empty is everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The thumbprint of the DPoP key that it is bound to (RFC 9449 §6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// The authorization that it descends from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Since when it is good.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when.
    #[serde(with = "unix")]
    pub expires: Timestamp,
    /// When the user proved who it is (RFC 9470 §6.2).
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub auth_time: Option<Timestamp>,
    /// The class of that proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The claims that the authorization asked the userinfo endpoint for by name, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<serde_json::Value>,
    /// Who acts for the user, where tokens were exchanged (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<serde_json::Value>,
}

impl AccessToken {
    /// Begins a bearer token with which a client acts for itself, everywhere.
    pub fn new(
        client: impl Into<String>,
        scope: Scope,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self {
            client: client.into(),
            user: None,
            scope,
            resources: Vec::new(),
            jkt: None,
            family: None,
            issued,
            expires,
            auth_time: None,
            acr: None,
            claims: None,
            actor: None,
        }
    }
}

impl Artefact for AccessToken {
    const KIND: Kind = Kind::AccessToken;

    fn index(&self) -> Index {
        Index {
            client: Some(self.client.clone()),
            user: self.user.clone(),
            family: self.family.clone(),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
