//! Tokens that allow to register clients ([RFC 7591 §3](https://www.rfc-editor.org/rfc/rfc7591#section-3)).

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;

use super::{Artefact, unix};
use crate::storage::{Index, Kind};

/// A token that an administrator gives to who may register clients.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InitialAccessToken {
    /// Whom it was given to, in the administrator's words.
    pub label: String,
    /// Until when it is good; `None` is for ever.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<Timestamp>,
    /// How many clients it may still register; `None` is any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<u32>,
}

impl InitialAccessToken {
    /// Allows any number of registrations, for ever.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            expires: None,
            remaining: None,
        }
    }
}

impl Artefact for InitialAccessToken {
    const KIND: Kind = Kind::InitialAccessToken;

    fn index(&self) -> Index {
        Index::default()
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires
    }
}
