//! Devices that wait for their users ([RFC 8628](https://www.rfc-editor.org/rfc/rfc8628)).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use super::{Artefact, Authentication, unix};
use crate::handle::Handle;
use crate::storage::{Index, Kind};

/// What a device code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeviceGrant {
    /// The client that runs on the device.
    pub client: String,
    /// What it asks for, and after approval: what was allowed.
    pub scope: Scope,
    /// Where (RFC 8707); empty is everywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The authorization that begins here.
    pub family: String,
    /// When the codes were given out.
    #[serde(with = "unix")]
    pub issued: Timestamp,
    /// Until when they are good.
    #[serde(with = "unix")]
    pub expires: Timestamp,
    /// How long the device has to wait between polls, in seconds.
    pub interval: u64,
    /// When it polled last.
    #[serde(
        default,
        with = "unix::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub polled: Option<Timestamp>,
    /// What the user said.
    pub state: DeviceState,
}

/// What the user of a device said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeviceState {
    /// Yes.
    Approved(Authentication),
    /// No.
    Denied,
    /// Nothing yet.
    Pending,
    /// Yes, and the device has its tokens.
    Redeemed,
}

impl DeviceGrant {
    /// Begins to wait.
    pub fn new(
        client: impl Into<String>,
        scope: Scope,
        family: impl Into<String>,
        issued: Timestamp,
        expires: Timestamp,
        interval: u64,
    ) -> Self {
        Self {
            client: client.into(),
            scope,
            resources: Vec::new(),
            family: family.into(),
            issued,
            expires,
            interval,
            polled: None,
            state: DeviceState::Pending,
        }
    }
}

impl Artefact for DeviceGrant {
    const KIND: Kind = Kind::DeviceGrant;

    fn index(&self) -> Index {
        let user = match &self.state {
            DeviceState::Approved(authentication) => Some(authentication.user.clone()),
            _ => None,
        };
        Index {
            client: Some(self.client.clone()),
            user,
            family: Some(self.family.clone()),
        }
    }

    fn expires(&self) -> Option<Timestamp> {
        // RFC 8628 §3.5: a device that comes late is told that its code has expired.
        Some(self.expires.plus(REMEMBERED))
    }
}

/// For how long a code that has expired is still known to have been one.
const REMEMBERED: Duration = Duration::from_secs(300);

/// Where a user code leads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserCodeLink {
    /// The device code's handle.
    pub device: Handle,
    /// The client, for who removes it.
    pub client: String,
    /// Until when it is good.
    #[serde(with = "unix")]
    pub expires: Timestamp,
}

impl UserCodeLink {
    /// Leads to a device.
    pub fn new(device: Handle, client: impl Into<String>, expires: Timestamp) -> Self {
        Self {
            device,
            client: client.into(),
            expires,
        }
    }

    /// Returns the handle of a user code.
    ///
    /// A user code is short: a digest hides it from nobody who has the database. It lives for
    /// minutes, and is good for nothing without somebody who signs in.
    #[must_use]
    pub fn handle(user_code: &Secret) -> Handle {
        Handle::of_names(["user code", user_code.expose()])
    }
}

impl Artefact for UserCodeLink {
    const KIND: Kind = Kind::UserCode;

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
