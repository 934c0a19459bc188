//! Token credentials ([RFC 5849 §2.3]), also known as the access token.
//!
//! [RFC 5849 §2.3]: https://www.rfc-editor.org/rfc/rfc5849#section-2.3

use std::time::Duration;

use http::Response;
use tripod_core::parameters::{self, Parameters};
use tripod_core::secret::Secret;

use crate::answer::{self, AnswerError};
use crate::credentials::Credentials;
use crate::refusal::Refusal;
use crate::signed_request::SignedRequest;

/// Asks for token credentials, by a request that is signed for the credentials held so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenCredentialsRequest {
    /// Renews a token that expired, signed for that token (OAuth Session extension).
    SessionHandle(Secret),
    /// Exchanges temporary credentials that the user authorized: brings the verification code.
    Verifier(Secret),
}

impl TokenCredentialsRequest {
    /// Reads the request on the provider's side.
    ///
    /// # Errors
    ///
    /// [`Refusal::Missing`] if there is no token, or neither verification code nor session handle,
    /// [`Refusal::InvalidValue`] if there are both.
    pub fn parse(request: &SignedRequest<'_>) -> Result<Self, Refusal> {
        if request.token().is_none() {
            return Err(Refusal::Missing {
                names: vec!["oauth_token"],
            });
        }
        let secret = |name| request.parameter(name).filter(|value| !value.is_empty());
        match (secret(VERIFIER), secret(SESSION_HANDLE)) {
            (Some(verifier), None) => Ok(Self::Verifier(Secret::from(&*verifier))),
            (None, Some(handle)) => Ok(Self::SessionHandle(Secret::from(&*handle))),
            // RFC 5849 §2.3: the verification code is REQUIRED.
            (None, None) => Err(Refusal::Missing {
                names: vec![VERIFIER],
            }),
            (Some(_), Some(_)) => Err(Refusal::InvalidValue {
                name: SESSION_HANDLE.to_owned(),
            }),
        }
    }

    /// Returns what to sign the request with; see [`Signer::sign_with`](crate::signer::Signer).
    #[must_use]
    pub fn parameters(&self) -> [(&str, &str); 1] {
        match self {
            Self::SessionHandle(handle) => [(SESSION_HANDLE, handle.expose())],
            Self::Verifier(verifier) => [(VERIFIER, verifier.expose())],
        }
    }
}

/// Asks for token credentials with the password of the user (xAuth).
///
/// What Twitter introduced and Instapaper and others still use: the parameters stand in the form
/// body of a request that is signed without a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordRequest {
    /// `x_auth_username`.
    pub username: String,
    /// `x_auth_password`.
    pub password: Secret,
}

impl PasswordRequest {
    /// Asks with a name and a password.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }

    /// Reads the form body of the request.
    ///
    /// # Errors
    ///
    /// [`Refusal::Missing`] without a name or password, [`Refusal::InvalidValue`] for another mode.
    pub fn parse(form: &Parameters) -> Result<Self, Refusal> {
        let single = |name| {
            let value = form.single(name).map_err(|_| Refusal::Duplicate {
                name: String::from(name),
            });
            value?.ok_or_else(|| Refusal::Missing { names: vec![name] })
        };
        if single(MODE)? != CLIENT_AUTH {
            return Err(Refusal::InvalidValue {
                name: MODE.to_owned(),
            });
        }
        Ok(Self::new(single(USERNAME)?, single(PASSWORD)?))
    }

    /// Writes the form body of the request.
    #[must_use]
    pub fn to_parameters(&self) -> Parameters {
        Parameters::new()
            .with(MODE, CLIENT_AUTH)
            .with(USERNAME, self.username.as_str())
            .with(PASSWORD, self.password.expose())
    }
}

/// Grants token credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenCredentialsResponse {
    /// The credentials.
    pub credentials: Credentials,
    /// `oauth_session_handle`: what renews them when they expire.
    pub session_handle: Option<Secret>,
    /// `oauth_expires_in`: how long the token lasts, if it does not last until revoked.
    pub expires_in: Option<Duration>,
    /// `oauth_authorization_expires_in`: how long the session handle does.
    pub authorization_expires_in: Option<Duration>,
    /// What the provider says beside them, such as the name of the user.
    pub additional: Parameters,
}

impl TokenCredentialsResponse {
    /// Grants credentials that last until they are revoked.
    #[must_use]
    pub const fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            session_handle: None,
            expires_in: None,
            authorization_expires_in: None,
            additional: Parameters::new(),
        }
    }

    /// Reads the answer of a provider.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] says what the provider refused, or what is missing. A span of time that is no
    /// number is taken as not given.
    pub fn parse<B: AsRef<[u8]>>(answer: &Response<B>) -> Result<Self, AnswerError> {
        let (credentials, parameters) = answer::credentials(answer)?;
        let known = [SESSION_HANDLE, EXPIRES_IN, AUTHORIZATION_EXPIRES_IN];
        Ok(Self {
            credentials,
            session_handle: answer::secret(&parameters, SESSION_HANDLE)?,
            expires_in: seconds(&parameters, EXPIRES_IN)?,
            authorization_expires_in: seconds(&parameters, AUTHORIZATION_EXPIRES_IN)?,
            additional: answer::additional(&parameters, &known),
        })
    }

    /// Writes the body of the answer, of type `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn to_parameters(&self) -> Parameters {
        let mut parameters = answer::parameters(&self.credentials);
        if let Some(handle) = &self.session_handle {
            parameters.push(SESSION_HANDLE, handle.expose());
        }
        if let Some(span) = self.expires_in {
            parameters.push(EXPIRES_IN, span.as_secs().to_string());
        }
        if let Some(span) = self.authorization_expires_in {
            parameters.push(AUTHORIZATION_EXPIRES_IN, span.as_secs().to_string());
        }
        for (name, value) in self.additional.iter() {
            parameters.push(name, value);
        }
        parameters
    }
}

fn seconds(parameters: &Parameters, name: &str) -> Result<Option<Duration>, parameters::Error> {
    let seconds = parameters
        .single(name)?
        .and_then(|text| text.trim().parse().ok());
    Ok(seconds.map(Duration::from_secs))
}

const VERIFIER: &str = "oauth_verifier";
const SESSION_HANDLE: &str = "oauth_session_handle";
const EXPIRES_IN: &str = "oauth_expires_in";
const AUTHORIZATION_EXPIRES_IN: &str = "oauth_authorization_expires_in";
const MODE: &str = "x_auth_mode";
const CLIENT_AUTH: &str = "client_auth";
const USERNAME: &str = "x_auth_username";
const PASSWORD: &str = "x_auth_password";

#[cfg(test)]
mod tests;
