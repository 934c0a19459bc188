//! What users allowed clients.

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, unix};
use crate::handle::Handle;
use crate::storage::{Index, Kind};

/// A user's consent to a client: remembered until the user revokes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Consent {
    /// Who allowed.
    pub user: String,
    /// Whom.
    pub client: String,
    /// What, all in all.
    pub scope: Scope,
    /// Where (RFC 8707), all in all; empty is everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Since when.
    #[serde(with = "unix")]
    pub granted: Timestamp,
    /// When it was last used to authorize.
    #[serde(with = "unix")]
    pub used: Timestamp,
}

impl Consent {
    /// Notes what a user allows a client now.
    pub fn new(
        user: impl Into<String>,
        client: impl Into<String>,
        scope: Scope,
        now: Timestamp,
    ) -> Self {
        Self {
            user: user.into(),
            client: client.into(),
            scope,
            resources: Vec::new(),
            granted: now,
            used: now,
        }
    }

    /// Returns the handle of a user's consent to a client.
    #[must_use]
    pub fn handle(user: &str, client: &str) -> Handle {
        Handle::of_names(["consent", user, client])
    }
}

impl Artefact for Consent {
    const KIND: Kind = Kind::Consent;

    fn index(&self) -> Index {
        Index {
            client: Some(self.client.clone()),
            user: Some(self.user.clone()),
            family: None,
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        None
    }
}
