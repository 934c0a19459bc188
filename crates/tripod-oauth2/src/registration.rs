//! Registering clients, and managing what was registered (RFC 7591, RFC 7592).

use http::StatusCode;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

mod client_metadata;

pub use client_metadata::ClientMetadata;

use crate::answer::{Answer, Excerpt};
use crate::error::{Error, Fault, Malformed, Mismatch};
use crate::json::Members;
use crate::token::{self, Quirks};

const RULE: &str = "RFC 7591 §3.2.1";

/// The status of an answer to a registration (RFC 7591 §3.2.1); an update is answered with 200.
pub const CREATED: StatusCode = StatusCode::CREATED;

/// What the server alone says about a client, never the client itself.
const ISSUED: [&str; 6] = [
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

/// Asks for a client to be registered ([RFC 7591 §3.1]).
///
/// [RFC 7591 §3.1]: https://www.rfc-editor.org/rfc/rfc7591#section-3.1
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationRequest {
    /// What the client says of itself.
    pub metadata: ClientMetadata,
}

impl RegistrationRequest {
    /// Takes what the client says of itself.
    #[must_use]
    pub const fn new(metadata: ClientMetadata) -> Self {
        Self { metadata }
    }

    /// Reads the members of a request; what only the server may say is ignored.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a member is not what it has to be; [`ClientMetadata::check`] says more.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        for name in ISSUED {
            members.take(name);
        }
        ClientMetadata::parse(members).map(Self::new)
    }

    /// Writes the members of a request.
    #[must_use]
    pub fn encode(&self) -> Members {
        self.metadata.encode()
    }
}

/// What was registered, and what manages it ([RFC 7591 §3.2.1], [RFC 7592 §3]).
///
/// [RFC 7591 §3.2.1]: https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
/// [RFC 7592 §3]: https://www.rfc-editor.org/rfc/rfc7592#section-3
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInformation {
    /// Who the client is from now on.
    pub client_id: String,
    /// When it became that.
    pub client_id_issued_at: Option<Timestamp>,
    /// Its password.
    pub client_secret: Option<Secret>,
    /// When the password expires, if it does; on the wire that is 0.
    pub client_secret_expires_at: Option<Timestamp>,
    /// What manages the registration.
    pub management: Option<Management>,
    /// What was registered, which may differ from what was asked for.
    pub metadata: ClientMetadata,
}

/// Where a registration is managed, and with which token (RFC 7592 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Management {
    /// Where it is read, updated and deleted.
    pub registration_client_uri: String,
    /// The bearer token to do so.
    pub registration_access_token: Secret,
}

impl Management {
    /// Takes an address and a token, which go together.
    #[must_use]
    pub fn new(uri: impl Into<String>, token: impl Into<Secret>) -> Self {
        Self {
            registration_client_uri: uri.into(),
            registration_access_token: token.into(),
        }
    }

    fn read(members: &mut Members) -> Result<Option<Self>, Malformed> {
        const RULE: &str = "RFC 7592 §3";
        let uri = members.take_text("registration_client_uri", RULE)?;
        let token = members.take_secret("registration_access_token", RULE)?;
        match (uri, token) {
            (Some(uri), Some(token)) => Ok(Some(Self::new(uri, token))),
            (None, None) => Ok(None),
            // RFC 7592 §3: both are REQUIRED.
            (Some(_), None) => Err(Malformed::missing("registration_access_token", RULE)),
            (None, Some(_)) => Err(Malformed::missing("registration_client_uri", RULE)),
        }
    }
}

impl ClientInformation {
    /// Takes a name and what was registered; what is optional stays empty.
    #[must_use]
    pub fn new(client_id: impl Into<String>, metadata: ClientMetadata) -> Self {
        Self {
            client_id: client_id.into(),
            client_id_issued_at: None,
            client_secret: None,
            client_secret_expires_at: None,
            management: None,
            metadata,
        }
    }

    /// Reads the answer to a registration, a reading or an update.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with what the server said, or [`Error::Malformed`].
    pub fn read(answer: &Answer<'_>) -> Result<Self, Error> {
        let members = token::read_members(answer, &Quirks::default(), RULE)?;
        Self::parse(members).map_err(|fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        })
    }

    /// Reads the members of the answer.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the name is missing, or a member is not what it has to be.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let client_id = members.take_text("client_id", RULE)?;
        let expires_at = members.take_time("client_secret_expires_at", RULE)?;
        Ok(Self {
            client_id: client_id.ok_or_else(|| Malformed::missing("client_id", RULE))?,
            client_id_issued_at: members.take_time("client_id_issued_at", RULE)?,
            client_secret: members.take_secret("client_secret", RULE)?,
            // RFC 7591 §3.2.1: 0 if it will not expire. Servers that leave it out mean the same.
            client_secret_expires_at: expires_at.filter(|time| time.as_unix() != 0),
            management: Management::read(&mut members)?,
            metadata: ClientMetadata::parse(members)?,
        })
    }

    /// Writes the members of the answer, secrets included.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.metadata.encode();
        members.put("client_id", self.client_id.as_str());
        members.put_some(
            "client_id_issued_at",
            self.client_id_issued_at.map(Timestamp::as_unix),
        );
        members.put_some(
            "client_secret",
            self.client_secret.as_ref().map(Secret::expose),
        );
        // RFC 7591 §3.2.1: REQUIRED if a secret is issued.
        let expires_at = self.client_secret_expires_at.map(Timestamp::as_unix);
        let due = self.client_secret.as_ref().map(|_| 0);
        members.put_some("client_secret_expires_at", expires_at.or(due));
        if let Some(management) = &self.management {
            members.put(
                "registration_client_uri",
                management.registration_client_uri.as_str(),
            );
            members.put(
                "registration_access_token",
                management.registration_access_token.expose(),
            );
        }
        members
    }
}

/// Replaces what was registered ([RFC 7592 §2.2]).
///
/// [RFC 7592 §2.2]: https://www.rfc-editor.org/rfc/rfc7592#section-2.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientUpdate {
    /// Who the client is.
    pub client_id: String,
    /// Its password, which cannot be changed so.
    pub client_secret: Option<Secret>,
    /// All that the client says of itself: what is left out is deleted.
    pub metadata: ClientMetadata,
}

impl ClientUpdate {
    /// Takes what was registered; change its `metadata` and send all of it.
    #[must_use]
    pub fn new(registered: &ClientInformation) -> Self {
        Self {
            client_id: registered.client_id.clone(),
            client_secret: registered.client_secret.clone(),
            metadata: registered.metadata.clone(),
        }
    }

    /// Reads the members of a request.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the name is missing, or something is there that only the server may say.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        const RULE: &str = "RFC 7592 §2.2";
        let client_id = members.take_text("client_id", RULE)?;
        let client_secret = members.take_secret("client_secret", RULE)?;
        // RFC 7592 §2.2: the request MUST NOT include these.
        for name in ISSUED {
            if members.value(name).is_some() {
                return Err(Malformed::new(name, Fault::Uncalled, RULE));
            }
        }
        Ok(Self {
            client_id: client_id.ok_or_else(|| Malformed::missing("client_id", RULE))?,
            client_secret,
            metadata: ClientMetadata::parse(members)?,
        })
    }

    /// Writes the members of a request, the secret included.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.metadata.encode();
        members.put("client_id", self.client_id.as_str());
        members.put_some(
            "client_secret",
            self.client_secret.as_ref().map(Secret::expose),
        );
        members
    }

    /// Checks that a request is about the client whose token it came with.
    ///
    /// # Errors
    ///
    /// [`Mismatch::ClientId`] or [`Mismatch::ClientSecret`] if it is not.
    pub fn verify(&self, registered: &ClientInformation) -> Result<(), Mismatch> {
        // RFC 7592 §2.2: the identifier MUST be the same, and so MUST a secret that is sent.
        if self.client_id != registered.client_id {
            return Err(Mismatch::ClientId);
        }
        match &self.client_secret {
            Some(_) if self.client_secret != registered.client_secret => {
                Err(Mismatch::ClientSecret)
            }
            _ => Ok(()),
        }
    }
}

/// Reads the answer to a deletion (RFC 7592 §2.3).
///
/// # Errors
///
/// [`Error::Refused`] with what the server said, or [`Error::Malformed`] if it only has a status.
pub fn read_deletion(answer: &Answer<'_>) -> Result<(), Error> {
    if answer.status.is_success() {
        return Ok(());
    }
    token::read_members(answer, &Quirks::default(), "RFC 7592 §2.3").map(drop)
}

#[cfg(test)]
mod tests;
