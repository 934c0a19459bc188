//! Clients, which OAuth 1 calls consumers.

use serde::{Deserialize, Serialize};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::registration::ClientMetadata;

use super::{Artefact, unix};
use crate::handle::Handle;
use crate::seal::Sealed;
use crate::storage::{Index, Kind};

/// A client, of either protocol or of both.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Client {
    /// Its identifier: `client_id`, and `oauth_consumer_key` where it is a consumer.
    pub id: String,
    /// What it registered: name, redirect URIs, grant types, scope, keys, how it authenticates.
    pub metadata: ClientMetadata,
    /// The secrets it may authenticate with: two while one is rotated. Public clients have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretHash>,
    /// The secret in readable form, for `client_secret_jwt` alone: sealed for
    /// [`Purpose::Secret`](crate::seal::Purpose::Secret) in the context [`Client::secret_context`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_secret: Option<Sealed>,
    /// What makes it a consumer of OAuth 1; without, it has no business at those endpoints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth1: Option<Consumer>,
    /// What becomes of a refresh token that is used.
    #[serde(default)]
    pub refresh: RefreshPolicy,
    /// Whether it may ask about tokens that are not its own (RFC 7662): a resource server.
    #[serde(default)]
    pub introspects: bool,
    /// Whether its users are asked; first-party clients can go without.
    #[serde(default)]
    pub skips_consent: bool,
    /// The token that manages its registration (RFC 7592).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_token: Option<Handle>,
    /// Since when it is known.
    #[serde(with = "unix")]
    pub created: Timestamp,
}

/// The SHA-256 of a client secret, which is random: see [`Handle`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SecretHash {
    /// The digest.
    pub hash: Handle,
    /// Until when it counts; `None` is for ever.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires: Option<Timestamp>,
}

impl SecretHash {
    /// Digests a secret that counts for ever.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        Self {
            hash: Handle::of(secret),
            expires: None,
        }
    }

    /// Compares in constant time, and regards the time that it counts.
    #[must_use]
    pub fn matches(&self, presented: &Secret, now: Timestamp) -> bool {
        // Both are looked at in any case, so that the time does not tell which was wrong.
        let is_same = Handle::of(presented).matches(&self.hash);
        let counts = self.expires.is_none_or(|expires| expires > now);
        is_same & counts
    }
}

/// What becomes of a refresh token that is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshPolicy {
    /// It goes on, as RFC 6749 §6 allows for clients that authenticate.
    Keep,
    /// None is given out.
    Never,
    /// It gives a successor and is good no more; used again, it ends its family (RFC 9700 §4.14.2).
    #[default]
    Rotate,
}

/// What makes a client a consumer of OAuth 1.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Consumer {
    /// The shared secret, sealed for [`Purpose::Secret`](crate::seal::Purpose::Secret) in the context
    /// [`Consumer::context`]: a MAC cannot be verified with a digest of it.
    pub secret: Sealed,
    /// The methods by which it may sign, by their names on the wire.
    pub methods: Vec<String>,
    /// Its RSA public key in PEM, if it signs by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rsa_key: Option<String>,
    /// The callbacks it may name: exact but for the port on a loopback address.
    #[serde(default)]
    pub callbacks: Vec<String>,
    /// Whether its users may type in a verifier instead.
    #[serde(default)]
    pub out_of_band: bool,
    /// Whether its token credentials expire and can be renewed (OAuth Session 1.0).
    #[serde(default)]
    pub sessions: bool,
}

impl Consumer {
    /// Begins a consumer that may do nothing yet: neither sign nor send users anywhere.
    #[must_use]
    pub const fn new(secret: Sealed) -> Self {
        Self {
            secret,
            methods: Vec::new(),
            rsa_key: None,
            callbacks: Vec::new(),
            out_of_band: false,
            sessions: false,
        }
    }

    /// Returns the context in which the secret of a consumer is sealed.
    #[must_use]
    pub fn context(client: &str) -> String {
        format!("consumer {client}")
    }
}

impl Client {
    /// Begins a client that has registered nothing but metadata.
    pub fn new(id: impl Into<String>, metadata: ClientMetadata, created: Timestamp) -> Self {
        Self {
            id: id.into(),
            metadata,
            secrets: Vec::new(),
            sealed_secret: None,
            oauth1: None,
            refresh: RefreshPolicy::default(),
            introspects: false,
            skips_consent: false,
            registration_token: None,
            created,
        }
    }

    /// Returns the handle of the client of this name.
    #[must_use]
    pub fn handle(id: &str) -> Handle {
        Handle::of_names(["client", id])
    }

    /// Returns the context in which the secret of a client is sealed.
    #[must_use]
    pub fn secret_context(id: &str) -> String {
        format!("client {id}")
    }

    /// Returns what people are told it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.metadata.client_name.as_deref().unwrap_or(&self.id)
    }
}

impl Artefact for Client {
    const KIND: Kind = Kind::Client;

    fn index(&self) -> Index {
        Index {
            client: Some(self.id.clone()),
            ..Index::default()
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        None
    }
}
