//! OAuth 1 token credentials ([RFC 5849 §2.3](https://www.rfc-editor.org/rfc/rfc5849#section-2.3)).

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, unix};
use crate::handle::Handle;
use crate::seal::Sealed;
use crate::storage::{Index, Kind};

/// What an OAuth 1 access token stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TokenCredentials {
    /// The consumer that may use it.
    pub client: String,
    /// The user who allowed it.
    pub user: String,
    /// The shared secret, sealed for [`Purpose::Secret`](crate::seal::Purpose::Secret) in the context
    /// [`TokenCredentials::context`].
    pub secret: Sealed,
    /// What it is good for.
    pub scope: Scope,
    /// The realm that the consumer named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    /// The SHA-256 of the session handle that renews it, where it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_handle: Option<Handle>,
    /// What took its place, once it was renewed: nothing is signed with it any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed: Option<Renewed>,
    /// The authorization that it descends from.
    pub family: String,
    /// When it was given out.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when requests may be signed with it; `None` is until it is revoked.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub signs_until: Option<Timestamp>,
    /// Until when it is known at all: until it can be renewed no more.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<Timestamp>,
}

/// What took the place of token credentials.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Renewed {
    /// When.
    #[serde(with = "unix")]
    pub at: Timestamp,
    /// The answer that was given, sealed for [`Purpose::Retry`](crate::seal::Purpose::Retry) with the
    /// session handle as context, so that only who has that can be given it again.
    pub answer: Sealed,
}

impl TokenCredentials {
    /// Begins credentials that are good until they are revoked.
    pub fn new(
        client: impl Into<String>,
        user: impl Into<String>,
        secret: Sealed,
        family: impl Into<String>,
        issued: Timestamp,
    ) -> Self {
        Self {
            client: client.into(),
            user: user.into(),
            secret,
            scope: Scope::new(),
            realm: None,
            session_handle: None,
            renewed: None,
            family: family.into(),
            issued,
            signs_until: None,
            expires: None,
        }
    }

    /// Returns the context in which the secret of a token is sealed.
    #[must_use]
    pub fn context(token: Handle) -> String {
        format!("token {token}")
    }
}

impl Artefact for TokenCredentials {
    const KIND: Kind = Kind::TokenCredentials;

    fn index(&self) -> Index {
        Index {
            client: Some(self.client.clone()),
            user: Some(self.user.clone()),
            family: Some(self.family.clone()),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires
    }
}
