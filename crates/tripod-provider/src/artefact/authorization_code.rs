//! Authorization codes ([RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)).

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, Authentication, unix};
use crate::storage::{Index, Kind};

/// What a code stands for, until it is redeemed and as long as its tokens might have to be revoked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthorizationCode {
    /// The client that it was given to.
    pub client: String,
    /// Who allowed it.
    pub authentication: Authentication,
    /// What was allowed.
    pub scope: Scope,
    /// Where (RFC 8707); empty is everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The redirect URI, if the request had one: then redemption must repeat it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The S256 code challenge (RFC 7636); `None` only for clients that may go without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    /// What the ID token has to repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The thumbprint of the DPoP key that must redeem it (RFC 9449 §10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// The claims asked for by name (OpenID Connect Core §5.5), as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<serde_json::Value>,
    /// The authorization that begins here.
    pub family: String,
    /// When it was given out.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when it can be redeemed; once it is, until when its reuse is recognised.
    #[serde(with = "unix")]
    pub expires: Timestamp,
    /// What became of it.
    pub state: CodeState,
}

/// What became of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CodeState {
    /// It can be redeemed.
    Live,
    /// It was redeemed: whoever presents it again has the tokens of its family revoked.
    Redeemed,
}

impl AuthorizationCode {
    /// Begins a live code that is bound to nothing but its client and its user.
    pub fn new(
        client: impl Into<String>,
        authentication: Authentication,
        family: impl Into<String>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self {
            client: client.into(),
            authentication,
            scope: Scope::new(),
            resources: Vec::new(),
            redirect_uri: None,
            code_challenge: None,
            nonce: None,
            dpop_jkt: None,
            claims: None,
            family: family.into(),
            issued,
            expires,
            state: CodeState::Live,
        }
    }
}

impl Artefact for AuthorizationCode {
    const KIND: Kind = Kind::AuthorizationCode;

    fn index(&self) -> Index {
        Index {
            client: Some(self.client.clone()),
            user: Some(self.authentication.user.clone()),
            family: Some(self.family.clone()),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
