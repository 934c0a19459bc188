//! What a provider keeps: one type for each noun, and what it can be found by.
//!
//! None of them holds a token in clear: tokens are under their [`Handle`](crate::handle::Handle), and
//! what must be readable again is [`Sealed`](crate::seal::Sealed).

use serde::Serialize;
use serde::de::DeserializeOwned;
use tripod_core::timestamp::Timestamp;

mod access_token;
mod authorization_code;
mod client;
mod consent;
mod device_grant;
mod initial_access_token;
mod pushed_request;
mod refresh_token;
mod signing_key;
mod temporary_credentials;
mod token_credentials;
mod unix;
mod user;

pub use access_token::AccessToken;
pub use authorization_code::{AuthorizationCode, CodeState};
pub use client::{Client, Consumer, RefreshPolicy, SecretHash};
pub use consent::Consent;
pub use device_grant::{DeviceGrant, DeviceState, UserCodeLink};
pub use initial_access_token::InitialAccessToken;
pub use pushed_request::PushedRequest;
pub use refresh_token::{RefreshState, RefreshToken};
pub use signing_key::{SigningKey, SigningKeyState};
pub use temporary_credentials::{TemporaryCredentials, TemporaryState};
pub use token_credentials::{Renewed, TokenCredentials};
pub use user::User;

use crate::storage::{Index, Kind};

/// Something that storage can keep.
pub trait Artefact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it is to storage.
    const KIND: Kind;

    /// Returns what it can be found by, beside its handle.
    fn index(&self) -> Index;

    /// Returns from when on it counts as absent; `None` is never.
    fn expires(&self) -> Option<Timestamp>;
}

/// What a user's grant consists of: what goes when it is revoked.
pub const TOKENS: &[Kind] = &[
    Kind::AccessToken,
    Kind::AuthorizationCode,
    Kind::DeviceGrant,
    Kind::RefreshToken,
    Kind::TemporaryCredentials,
    Kind::TokenCredentials,
];

/// Who signed in, when and how: what tokens and ID tokens tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Authentication {
    /// The user's subject identifier.
    pub user: String,
    /// When the user last proved who it is.
    #[serde(with = "unix")]
    pub at: Timestamp,
    /// The class of that proof (OpenID Connect Core §2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The means of that proof (RFC 8176), such as `pwd`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The session at the browser, for logout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Authentication {
    /// Notes that a user proved who it is.
    pub fn new(user: impl Into<String>, at: Timestamp) -> Self {
        Self {
            user: user.into(),
            at,
            acr: None,
            amr: Vec::new(),
            session: None,
        }
    }
}
