//! Token requests and their answers (RFC 6749 §4–§6 and its extensions).

use tripod_core::parameters::Parameters;

mod authorization_code;
mod client_credentials;
mod device_code;
mod exchange;
mod extension;
mod jwt_bearer;
mod password;
mod quirks;
mod reading;
mod refresh_token;
mod response;
mod token_type;

pub use authorization_code::AuthorizationCodeGrant;
pub use client_credentials::ClientCredentialsGrant;
pub use device_code::DeviceCodeGrant;
pub use exchange::{Actor, TokenExchangeGrant, TokenTypeIdentifier};
pub use extension::ExtensionGrant;
pub use jwt_bearer::JwtBearerGrant;
pub use password::LegacyPasswordGrant;
pub use quirks::{LifetimeUnit, Quirks};
pub(crate) use reading::read_members;
pub use reading::{Reading, read};
pub use refresh_token::RefreshTokenGrant;
pub use response::TokenResponse;
pub use token_type::TokenType;

use crate::authorization_details::{self, AuthorizationDetail};
use crate::client_authentication;
use crate::error::Malformed;
use crate::fields::Fields;
use crate::registry::{Unregistered, wire_names};
use crate::resource::Resource;
use crate::scope::Scope;

const RULE: &str = "RFC 6749 §3.2";

/// The headers without which no answer with a token or an error may go out (RFC 6749 §5.1).
pub const RESPONSE_HEADERS: [(&str, &str); 3] = [
    ("cache-control", "no-store"),
    ("content-type", "application/json"),
    ("pragma", "no-cache"),
];

/// What a client sends to the token endpoint ([RFC 6749 §4]), client authentication apart.
///
/// ```
/// use tripod_oauth2::token::{RefreshTokenGrant, TokenRequest};
///
/// let request = TokenRequest::new(RefreshTokenGrant::new("tGzv3JOkF0XG5Qx2TlKWIA"));
/// assert_eq!(
///     request.encode().to_form(),
///     "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
/// );
/// assert_eq!(TokenRequest::parse(&request.encode()), Ok(request));
/// ```
///
/// [RFC 6749 §4]: https://www.rfc-editor.org/rfc/rfc6749#section-4
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRequest {
    /// What entitles the client to a token.
    pub grant: Grant,
    /// Where the token is to be used (RFC 8707 §2).
    pub resource: Vec<Resource>,
    /// What it is to be good for, in full (RFC 9396 §6).
    pub authorization_details: Option<Vec<AuthorizationDetail>>,
    /// Parameters that no RFC we know names.
    pub extra: Parameters,
}

impl TokenRequest {
    /// Takes a grant; what is optional stays empty.
    #[must_use]
    pub fn new(grant: impl Into<Grant>) -> Self {
        Self {
            grant: grant.into(),
            resource: Vec::new(),
            authorization_details: None,
            extra: Parameters::new(),
        }
    }

    /// Reads the parameters of a request body; those that authenticate the client are left out.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the grant lacks a parameter, or if one repeats that may not.
    pub fn parse(parameters: &Parameters) -> Result<Self, Malformed> {
        let mut fields = Fields::new(parameters, RULE);
        fields.skip(&client_authentication::PARAMETERS);
        Ok(Self {
            grant: Grant::read(&mut fields)?,
            resource: Resource::read_all(&mut fields)?,
            authorization_details: authorization_details::read(&mut fields)?,
            extra: fields.rest(),
        })
    }

    /// Writes the parameters of a request body.
    #[must_use]
    pub fn encode(&self) -> Parameters {
        let mut parameters = Parameters::new().with("grant_type", self.grant.grant_type().as_str());
        self.grant.write(&mut parameters);
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

/// What entitles a client to a token: one variant a `grant_type`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant {
    /// A code that the user's browser brought (RFC 6749 §4.1.3).
    AuthorizationCode(AuthorizationCodeGrant),
    /// The client itself (RFC 6749 §4.4.2).
    ClientCredentials(ClientCredentialsGrant),
    /// A device that the user approves elsewhere (RFC 8628 §3.4).
    DeviceCode(DeviceCodeGrant),
    /// A grant that somebody else defined (RFC 6749 §4.5).
    Extension(ExtensionGrant),
    /// A signed assertion (RFC 7523 §2.1).
    JwtBearer(JwtBearerGrant),
    /// The user's own password, which OAuth 2.1 has done away with (RFC 6749 §4.3.2).
    LegacyPassword(LegacyPasswordGrant),
    /// A refresh token (RFC 6749 §6).
    RefreshToken(RefreshTokenGrant),
    /// Another token (RFC 8693 §2.1).
    TokenExchange(TokenExchangeGrant),
}

impl Grant {
    /// Returns the `grant_type`.
    #[must_use]
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
            Self::DeviceCode(_) => GrantType::DeviceCode,
            Self::Extension(grant) => grant.grant_type.clone(),
            Self::JwtBearer(_) => GrantType::JwtBearer,
            Self::LegacyPassword(_) => GrantType::Password,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::TokenExchange(_) => GrantType::TokenExchange,
        }
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(match GrantType::from(fields.required("grant_type")?) {
            GrantType::AuthorizationCode => AuthorizationCodeGrant::read(fields)?.into(),
            GrantType::ClientCredentials => ClientCredentialsGrant::read(fields)?.into(),
            GrantType::DeviceCode => DeviceCodeGrant::read(fields)?.into(),
            GrantType::JwtBearer => JwtBearerGrant::read(fields)?.into(),
            GrantType::Password => LegacyPasswordGrant::read(fields)?.into(),
            GrantType::RefreshToken => RefreshTokenGrant::read(fields)?.into(),
            GrantType::TokenExchange => TokenExchangeGrant::read(fields)?.into(),
            other => ExtensionGrant::read(other, fields)?.into(),
        })
    }

    fn write(&self, parameters: &mut Parameters) {
        match self {
            Self::AuthorizationCode(grant) => grant.write(parameters),
            Self::ClientCredentials(grant) => grant.write(parameters),
            Self::DeviceCode(grant) => grant.write(parameters),
            Self::Extension(grant) => grant.write(parameters),
            Self::JwtBearer(grant) => grant.write(parameters),
            Self::LegacyPassword(grant) => grant.write(parameters),
            Self::RefreshToken(grant) => grant.write(parameters),
            Self::TokenExchange(grant) => grant.write(parameters),
        }
    }
}

/// A value of `grant_type`, as requests, metadata and registrations name it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8628 §3.4.
    DeviceCode,
    /// RFC 6749 §4.2; stands in metadata alone, never in a token request.
    Implicit,
    /// RFC 7523 §2.1.
    JwtBearer,
    /// RFC 6749 §4.3.
    Password,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 7522 §2.1.
    Saml2Bearer,
    /// RFC 8693 §2.1.
    TokenExchange,
    /// Any other grant.
    Other(Unregistered),
}

wire_names!(GrantType {
    AuthorizationCode => "authorization_code",
    ClientCredentials => "client_credentials",
    DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
    Implicit => "implicit",
    JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
    Password => "password",
    RefreshToken => "refresh_token",
    Saml2Bearer => "urn:ietf:params:oauth:grant-type:saml2-bearer",
    TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
});

fn read_scope(fields: &mut Fields<'_>) -> Result<Option<Scope>, Malformed> {
    fields.optional("scope")?.map(Scope::parse).transpose()
}

fn write_scope(scope: Option<&Scope>, parameters: &mut Parameters) {
    if let Some(scope) = scope {
        parameters.push("scope", scope.to_string());
    }
}

#[cfg(test)]
mod tests;
