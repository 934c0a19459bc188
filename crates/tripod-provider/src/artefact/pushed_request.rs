//! Pushed authorization requests ([RFC 9126](https://www.rfc-editor.org/rfc/rfc9126)).

use serde::{Deserialize, Serialize};
use tripod_core::parameters::Parameters;
use tripod_core::timestamp::Timestamp;

use super::{Artefact, unix};
use crate::storage::{Index, Kind};

/// What a `request_uri` of ours stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PushedRequest {
    /// The client that authenticated to push it.
    pub client: String,
    /// The authorization request, without client authentication.
    pub parameters: Vec<(String, String)>,
    /// The thumbprint of the DPoP key that pushed it (RFC 9449 §10.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpop_jkt: Option<String>,
    /// Whether a key of the client has signed it (RFC 9126 §3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_signed: bool,
    /// Until when it is good.
    #[serde(with = "unix")]
    pub expires: Timestamp,
}

impl PushedRequest {
    /// Keeps a request.
    pub fn new(client: impl Into<String>, request: &Parameters, expires: Timestamp) -> Self {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            client: client.into(),
            parameters: request.iter().map(owned).collect(),
            dpop_jkt: None,
            is_signed: false,
            expires,
        }
    }

    /// Gives the request back.
    #[must_use]
    pub fn to_parameters(&self) -> Parameters {
        self.parameters.iter().cloned().collect()
    }
}

impl Artefact for PushedRequest {
    const KIND: Kind = Kind::PushedRequest;

    fn index(&self) -> Index {
        Index {
            client: Some(self.client.clone()),
            ..Index::default()
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
