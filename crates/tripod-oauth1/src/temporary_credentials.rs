//! Temporary credentials ([RFC 5849 §2.1]), also known as the request token.
//!
//! [RFC 5849 §2.1]: https://www.rfc-editor.org/rfc/rfc5849#section-2.1

use http::Response;
use tripod_core::parameters::Parameters;

use crate::answer::{self, AnswerError};
use crate::credentials::Credentials;
use crate::refusal::Refusal;
use crate::signed_request::SignedRequest;

/// Where the provider is to send the user when they have decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Callback {
    /// Nowhere: the verification code reaches the client by hand (`oob`).
    OutOfBand,
    /// An absolute URI.
    Uri(String),
}

impl Callback {
    /// The value of `oauth_callback` for clients without a URI; it is case-sensitive.
    const OUT_OF_BAND: &str = "oob";

    /// Reads the value of `oauth_callback`; `None` if it is neither `oob` nor an absolute URI.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            Self::OUT_OF_BAND => Some(Self::OutOfBand),
            _ if is_absolute_uri(value) => Some(Self::Uri(value.to_owned())),
            _ => None,
        }
    }

    /// Returns the value of `oauth_callback`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::OutOfBand => Self::OUT_OF_BAND,
            Self::Uri(uri) => uri,
        }
    }
}

/// Tells whether a text begins with a scheme and holds only what a URI may (RFC 3986 §3).
fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let in_scheme = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    let needs_host = ["http", "https"]
        .iter()
        .any(|http| scheme.eq_ignore_ascii_case(http));
    let host = rest.strip_prefix("//").unwrap_or_default();
    scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && text
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&octet))
        && !rest.is_empty()
        && (!needs_host || !(host.is_empty() || host.starts_with(['/', '?', ':', '@'])))
}

/// Asks for temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemporaryCredentialsRequest {
    /// `oauth_callback`.
    pub callback: Callback,
}

impl TemporaryCredentialsRequest {
    /// Asks for temporary credentials that lead back to a callback.
    #[must_use]
    pub const fn new(callback: Callback) -> Self {
        Self { callback }
    }

    /// Reads the request on the provider's side.
    ///
    /// # Errors
    ///
    /// [`Refusal::Missing`] without a callback, [`Refusal::InvalidValue`] if the callback is neither
    /// `oob` nor an absolute URI, or if there is a token.
    pub fn parse(request: &SignedRequest<'_>) -> Result<Self, Refusal> {
        let invalid = |name: &str| Refusal::InvalidValue {
            name: name.to_owned(),
        };
        // RFC 5849 §2.1: the client authenticates using only the client credentials.
        if request.token().is_some() {
            return Err(invalid("oauth_token"));
        }
        let missing = || Refusal::Missing {
            names: vec![CALLBACK],
        };
        let callback = request.parameter(CALLBACK).ok_or_else(missing)?;
        Callback::parse(&callback)
            .map(Self::new)
            .ok_or_else(|| invalid(CALLBACK))
    }

    /// Returns what to sign the request with; see [`Signer::sign_with`](crate::signer::Signer).
    #[must_use]
    pub fn parameters(&self) -> [(&str, &str); 1] {
        [(CALLBACK, self.callback.as_str())]
    }
}

/// Grants temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemporaryCredentialsResponse {
    /// The credentials.
    pub credentials: Credentials,
    /// What the provider says beside them.
    pub additional: Parameters,
}

impl TemporaryCredentialsResponse {
    /// Grants credentials, with nothing beside them.
    #[must_use]
    pub const fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            additional: Parameters::new(),
        }
    }

    /// Reads the answer of a provider.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] says what the provider refused, or what is missing;
    /// [`AnswerError::CallbackNotConfirmed`] if it speaks OAuth 1.0, where anyone can have the user
    /// authorize somebody else's credentials.
    pub fn parse<B: AsRef<[u8]>>(answer: &Response<B>) -> Result<Self, AnswerError> {
        let (response, parameters) = Self::read(answer)?;
        // RFC 5849 §2.1: MUST be present and set to "true".
        match parameters.single(CONFIRMED)? {
            // Providers built with Authlib write `True`.
            Some("true" | "True") => Ok(response),
            _ => Err(AnswerError::CallbackNotConfirmed),
        }
    }

    /// Reads the answer of a provider that speaks OAuth 1.0, not 1.0a, or confirms nothing.
    ///
    /// Such a flow is open to session fixation (the advisory of 2009 that led to 1.0a).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse), but for the confirmation.
    pub fn dangerous_parse_unconfirmed<B: AsRef<[u8]>>(
        answer: &Response<B>,
    ) -> Result<Self, AnswerError> {
        Self::read(answer).map(|(response, _)| response)
    }

    /// Writes the body of the answer, of type `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn to_parameters(&self) -> Parameters {
        let mut parameters = answer::parameters(&self.credentials).with(CONFIRMED, "true");
        for (name, value) in self.additional.iter() {
            parameters.push(name, value);
        }
        parameters
    }

    fn read<B: AsRef<[u8]>>(answer: &Response<B>) -> Result<(Self, Parameters), AnswerError> {
        let (credentials, parameters) = answer::credentials(answer)?;
        let additional = answer::additional(&parameters, &[CONFIRMED]);
        Ok((
            Self {
                credentials,
                additional,
            },
            parameters,
        ))
    }
}

const CALLBACK: &str = "oauth_callback";
const CONFIRMED: &str = "oauth_callback_confirmed";

#[cfg(test)]
mod tests;
