//! OAuth 1 temporary credentials ([RFC 5849 §2.1](https://www.rfc-editor.org/rfc/rfc5849#section-2.1)).

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, Authentication, unix};
use crate::handle::Handle;
use crate::seal::Sealed;
use crate::storage::{Index, Kind};

/// What a request token stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TemporaryCredentials {
    /// The consumer that it was given to.
    pub client: String,
    /// The shared secret, sealed for [`Purpose::Secret`](crate::seal::Purpose::Secret) in the context
    /// [`TemporaryCredentials::context`].
    pub secret: Sealed,
    /// Where the user is sent afterwards: an absolute URI, or `oob`.
    pub callback: String,
    /// The realm that the consumer named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
    /// What it asks for.
    pub scope: Scope,
    /// The authorization that begins here.
    pub family: String,
    /// When it was given out.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when it is good.
    #[serde(with = "unix")]
    pub expires: Timestamp,
    /// How far it has come.
    pub state: TemporaryState,
}

/// How far temporary credentials have come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TemporaryState {
    /// The user allowed it, and the consumer needs the verifier to prove that it was the same user.
    Authorized {
        /// Who.
        authentication: Authentication,
        /// The digest of the verifier, which holds the token too: a short one cannot be found from it.
        verifier: Handle,
        /// How many wrong verifiers came so far.
        #[serde(default)]
        failures: u8,
    },
    /// The user refused.
    Denied,
    /// The user has not been asked, or has not answered.
    Pending,
    /// They were exchanged for token credentials: whoever presents them again has those revoked.
    Redeemed {
        /// Who had allowed it.
        user: String,
    },
}

impl TemporaryCredentials {
    /// Begins credentials that wait for the user.
    pub fn new(
        client: impl Into<String>,
        secret: Sealed,
        callback: impl Into<String>,
        family: impl Into<String>,
        issued: Timestamp,
        expires: Timestamp,
    ) -> Self {
        Self {
            client: client.into(),
            secret,
            callback: callback.into(),
            realm: None,
            scope: Scope::new(),
            family: family.into(),
            issued,
            expires,
            state: TemporaryState::Pending,
        }
    }

    /// Returns the context in which the secret of a token is sealed.
    #[must_use]
    pub fn context(token: Handle) -> String {
        format!("temporary {token}")
    }
}

impl Artefact for TemporaryCredentials {
    const KIND: Kind = Kind::TemporaryCredentials;

    fn index(&self) -> Index {
        let user = match &self.state {
            TemporaryState::Authorized { authentication, .. } => Some(authentication.user.clone()),
            TemporaryState::Redeemed { user } => Some(user.clone()),
            TemporaryState::Denied | TemporaryState::Pending => None,
        };
        Index {
            client: Some(self.client.clone()),
            user,
            family: Some(self.family.clone()),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
