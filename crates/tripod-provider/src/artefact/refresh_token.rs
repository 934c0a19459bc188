//! Refresh tokens ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, Authentication, unix};
use crate::seal::Sealed;
use crate::storage::{Index, Kind};

/// What a refresh token stands for, until it is used and as long as its reuse must be recognised.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefreshToken {
    /// The client that it was given to.
    pub client: String,
    /// Who allowed it; `None` where the client acts for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<Authentication>,
    /// What was allowed. An access token may have less, never more.
    pub scope: Scope,
    /// Where (RFC 8707); empty is everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The thumbprint of the DPoP key of a public client (RFC 9449 §5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jkt: Option<String>,
    /// The authorization that it descends from.
    pub family: String,
    /// The claims that the authorization asked for by name (OpenID Connect Core §5.5), as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<serde_json::Value>,
    /// When it was given out.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when it is good; once it was used, until when its reuse is recognised.
    #[serde(with = "unix")]
    pub expires: Timestamp,
    /// What became of it.
    pub state: RefreshState,
}

/// What became of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshState {
    /// It can be used.
    Live,
    /// It was used, and another took its place.
    Rotated {
        /// When.
        #[serde(with = "unix")]
        at: Timestamp,
        /// The answer that was given, sealed for [`Purpose::Retry`](crate::seal::Purpose::Retry) with
        /// the token itself as context, so that only who has the token can be given it again.
        answer: Sealed,
    },
}

impl RefreshToken {
    /// Begins a live token with which a client acts for itself.
    pub fn new(
        client: impl Into<String>,
        scope: Scope,
        family: impl Into<String>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self {
            client: client.into(),
            authentication: None,
            scope,
            resources: Vec::new(),
            jkt: None,
            family: family.into(),
            claims: None,
            issued,
            expires,
            state: RefreshState::Live,
        }
    }
}

impl Artefact for RefreshToken {
    const KIND: Kind = Kind::RefreshToken;

    fn index(&self) -> Index {
        let user = self.authentication.as_ref();
        Index {
            client: Some(self.client.clone()),
            user: user.map(|authentication| authentication.user.clone()),
            family: Some(self.family.clone()),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
