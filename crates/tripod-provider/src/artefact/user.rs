//! Resource owners who can sign in here.

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;

use super::{Artefact, unix};
use crate::handle::Handle;
use crate::password::PasswordHash;
use crate::storage::{Index, Kind};

/// A user.
///
/// A record under the name, which people type, and none under the subject identifier: that one is
/// looked up through [`Selector::User`](crate::storage::Selector::User).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The subject identifier: never given to anybody else (OpenID Connect Core §2).
    pub id: String,
    /// What the user types to sign in.
    pub username: String,
    /// What is kept of the password; `None` cannot sign in by password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordHash>,
    /// What people call the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The user's mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the user proved to own it.
    #[serde(default)]
    pub email_verified: bool,
    /// Whether the user may not sign in, nor anybody act for the user.
    #[serde(default)]
    pub disabled: bool,
    /// Sessions that were begun before are over: raised to sign out everywhere.
    #[serde(default)]
    pub session_epoch: u32,
    /// Since when the user is known.
    #[serde(with = "unix")]
    pub created: Timestamp,
}

impl User {
    /// Begins a user who cannot sign in yet.
    pub fn new(id: impl Into<String>, username: impl Into<String>, created: Timestamp) -> Self {
        Self {
            id: id.into(),
            username: username.into(),
            password: None,
            name: None,
            email: None,
            email_verified: false,
            disabled: false,
            session_epoch: 0,
            created,
        }
    }

    /// Returns the handle of the user of this name.
    #[must_use]
    pub fn handle(username: &str) -> Handle {
        Handle::of_names(["user", username])
    }
}

impl Artefact for User {
    const KIND: Kind = Kind::User;

    fn index(&self) -> Index {
        Index {
            user: Some(self.id.clone()),
            ..Index::default()
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        None
    }
}
