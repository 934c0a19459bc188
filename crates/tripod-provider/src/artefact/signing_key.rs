//! The keys that sign tokens, and what becomes of them.

use serde::{Deserialize, Serialize};
use tripod_core::timestamp::Timestamp;

use super::{Artefact, unix};
use crate::handle::Handle;
use crate::seal::Sealed;
use crate::storage::{Index, Kind};

/// A key that signs JWTs, with its private half sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SigningKey {
    /// Its `kid`.
    pub id: String,
    /// Its algorithm, by its name in the JOSE registry.
    pub algorithm: String,
    /// Its place among the keys of its algorithm, from one on.
    ///
    /// It is under this place that a key lies. So of several nodes that make the next key at once,
    /// one succeeds, and the others take what it made.
    pub generation: u32,
    /// The private key in PKCS #8 and base64url, sealed for
    /// [`Purpose::SigningKey`](crate::seal::Purpose::SigningKey) with the `kid` as context.
    pub private: Sealed,
    /// What is published of it, as a JWK.
    pub public: serde_json::Value,
    /// Where it is in its life.
    pub state: SigningKeyState,
    /// When it was made.
    #[serde(with = "unix")]
    pub created: Timestamp,
    /// Since when it is in this state.
    #[serde(with = "unix")]
    pub since: Timestamp,
    /// From when on it is published no more, once it is retired.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<Timestamp>,
}

/// Where a signing key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SigningKeyState {
    /// It is published, so that everybody has it once it signs.
    Next,
    /// It signs.
    Current,
    /// It is still published, for what it signed.
    Retired,
}

impl SigningKey {
    /// Returns the handle of the key in this place among those of its algorithm.
    #[must_use]
    pub fn handle(algorithm: &str, generation: u32) -> Handle {
        Handle::of_names(["signing key", algorithm, &generation.to_string()])
    }

    /// Begins a key that is yet to sign.
    pub fn new(
        id: impl Into<String>,
        algorithm: impl Into<String>,
        generation: u32,
        private: Sealed,
        public: serde_json::Value,
        created: Timestamp,
    ) -> Self {
        Self {
            id: id.into(),
            algorithm: algorithm.into(),
            generation,
            private,
            public,
            state: SigningKeyState::Next,
            created,
            since: created,
            expires: None,
        }
    }
}

impl Artefact for SigningKey {
    const KIND: Kind = Kind::SigningKey;

    fn index(&self) -> Index {
        Index::default()
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires
    }
}
