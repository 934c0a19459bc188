//! Authorizing a device without a browser of its own (RFC 8628).

use std::time::Duration;

use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

mod polling;
mod user_code;

pub use polling::{Polling, PollingLimit, PollingStep};
pub use user_code::UserCode;

use crate::answer::{Answer, Excerpt};
use crate::authorization_details::{self, AuthorizationDetail};
use crate::client_authentication;
use crate::error::{Error, Malformed};
use crate::fields::Fields;
use crate::json::Members;
use crate::resource::Resource;
use crate::scope::Scope;
use crate::token::{self, Quirks};

const RULE: &str = "RFC 8628 §3.2";

/// How long a client waits between two polls unless told otherwise, in seconds (RFC 8628 §3.2).
pub const DEFAULT_INTERVAL: u64 = 5;

/// What a device asks for ([RFC 8628 §3.1]), client authentication apart.
///
/// [RFC 8628 §3.1]: https://www.rfc-editor.org/rfc/rfc8628#section-3.1
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceAuthorizationRequest {
    /// What the token is to be good for.
    pub scope: Option<Scope>,
    /// Where it is to be used (RFC 8707 §2).
    pub resource: Vec<Resource>,
    /// What it is to be good for, in full (RFC 9396 §3).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

impl DeviceAuthorizationRequest {
    /// Asks for what the server gives by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the parameters of a request body; those that authenticate the client are left out.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one repeats that may not, or is malformed.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        // RFC 8628 §3.1: parameters MUST NOT be included more than once.
        let mut fields = Fields::new(parameters, "RFC 8628 §3.1");
        fields.skip(&client_authentication::PARAMETERS);
        Ok(Self {
            scope: fields.optional("scope")?.map(Scope::parse).transpose()?,
            resource: Resource::read_all(&mut fields)?,
            authorization_details: authorization_details::read(&mut fields)?,
            extra: fields.rest(),
        })
    }

    /// Writes the parameters of a request body.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new();
        if let Some(scope) = &self.scope {
            parameters.push("scope", scope.to_string());
        }
        for resource in &self.resource {
            parameters.push("resource", resource.as_str());
        }
        if let Some(details) = &self.authorization_details {
            parameters.push(
                "authorization_details",
                authorization_details::encode(details),
            );
        }
        for (name, value) in self.extra.iter() {
            parameters.push(name, value);
        }
        parameters
    }
}

/// What a device shows its user, and what it polls with ([RFC 8628 §3.2]).
///
/// [RFC 8628 §3.2]: https://www.rfc-editor.org/rfc/rfc8628#section-3.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceAuthorizationResponse {
    /// What the device redeems once the user has consented.
    pub device_code: Secret,
    /// What the user types.
    pub user_code: Secret,
    /// Where the user types it.
    pub verification_uri: String,
    /// The same with the code in it, to be scanned.
    pub verification_uri_complete: Option<Secret>,
    /// How long both codes live from now on, in seconds.
    pub expires_in: u64,
    /// How long to wait between two polls, in seconds.
    pub interval: Option<u64>,
    /// Members that no RFC we know names.
    pub extra: Members,
}

impl DeviceAuthorizationResponse {
    /// Takes what is required; what is optional stays empty.
    #[must_use]
    pub fn new(
        device_code: impl Into<Secret>,
        user_code: impl Into<Secret>,
        verification_uri: impl Into<String>,
        lifetime: Duration,
    ) -> Self {
        Self {
            device_code: device_code.into(),
            user_code: user_code.into(),
            verification_uri: verification_uri.into(),
            verification_uri_complete: None,
            expires_in: lifetime.as_secs(),
            interval: None,
            extra: Members::new(),
        }
    }

    /// Reads the answer of the endpoint as servers really write it.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with what the server said, or [`Error::Malformed`].
    pub fn read(answer: &Answer<'_>, quirks: &Quirks) -> Result<Self, Error> {
        let members = token::read_members(answer, quirks, RULE)?;
        Self::parse(members).map_err(|fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        })
    }

    /// Reads the members of the answer as the RFC has them.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one is missing or not what it has to be.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let missing = |name| move || Malformed::missing(name, RULE);
        let device_code = members.take_secret("device_code", RULE)?;
        let user_code = members.take_secret("user_code", RULE)?;
        let verification_uri = members.take_text("verification_uri", RULE)?;
        Ok(Self {
            device_code: device_code.ok_or_else(missing("device_code"))?,
            user_code: user_code.ok_or_else(missing("user_code"))?,
            verification_uri: verification_uri.ok_or_else(missing("verification_uri"))?,
            verification_uri_complete: members.take_secret("verification_uri_complete", RULE)?,
            expires_in: members
                .take_number("expires_in", RULE)?
                .ok_or_else(missing("expires_in"))?,
            interval: members.take_number("interval", RULE)?,
            extra: members,
        })
    }

    /// Writes the members of the answer, codes included.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("device_code", self.device_code.expose());
        members.put("user_code", self.user_code.expose());
        members.put("verification_uri", self.verification_uri.as_str());
        let complete = self.verification_uri_complete.as_ref();
        members.put_some("verification_uri_complete", complete.map(Secret::expose));
        members.put("expires_in", self.expires_in);
        members.put_some("interval", self.interval);
        members
    }
}

#[cfg(test)]
mod tests;
