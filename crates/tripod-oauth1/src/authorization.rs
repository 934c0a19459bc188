//! Resource owner authorization ([RFC 5849 §2.2]): to the provider, and back.
//!
//! [RFC 5849 §2.2]: https://www.rfc-editor.org/rfc/rfc5849#section-2.2

use subtle::ConstantTimeEq as _;
use tripod_core::parameters::{self, Parameters};
use tripod_core::percent;
use tripod_core::secret::Secret;

use crate::answer::reported;
use crate::problem::{Problem, ProblemCode};

/// Sends the user to the provider to authorize temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationRequest {
    /// The identifier of the temporary credentials.
    pub token: String,
    /// What this provider wants beside it, such as a scope or a language.
    pub additional: Parameters,
}

impl AuthorizationRequest {
    /// Asks to authorize temporary credentials.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            additional: Parameters::new(),
        }
    }

    /// Returns the URI that the user opens.
    ///
    /// # Errors
    ///
    /// [`EndpointError`] if the endpoint holds parameters of the protocol already.
    pub fn to_uri(&self, endpoint: &str) -> Result<String, EndpointError> {
        let (base, query) = split_query(endpoint);
        // RFC 5849 §2: the query MUST NOT contain parameters that begin with "oauth_".
        if let Some(name) = protocol_parameter(query) {
            return Err(EndpointError { name });
        }
        let token = [(TOKEN, self.token.as_str())];
        Ok(with_query(
            base,
            query,
            token.into_iter().chain(self.additional.iter()),
        ))
    }

    /// Reads the query of the URI that the user opened.
    ///
    /// # Errors
    ///
    /// [`CallbackError::Missing`] or [`CallbackError::Unreadable`].
    pub fn parse(query: &str) -> Result<Self, CallbackError> {
        let parameters = Parameters::parse(query.as_bytes())?;
        let token = parameters.single(TOKEN)?.filter(|token| !token.is_empty());
        let token = token
            .ok_or(CallbackError::Missing { parameter: TOKEN })?
            .to_owned();
        let additional = parameters
            .iter()
            .filter(|(name, _)| *name != TOKEN)
            .collect();
        Ok(Self { token, additional })
    }
}

/// Sends the user back to the client when they have decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizationResponse {
    /// The user said no. The RFC is silent on it; `denied` and `oauth_problem` are what is sent.
    Denied {
        /// The identifier of the temporary credentials.
        token: String,
    },
    /// The user said yes.
    Granted {
        /// The identifier of the temporary credentials.
        token: String,
        /// The verification code, which proves that it was this user.
        verifier: Secret,
    },
}

impl AuthorizationResponse {
    /// Returns the URI that the provider redirects to: the callback, with the answer appended.
    #[must_use]
    pub fn to_uri(&self, callback: &str) -> String {
        let (base, query) = split_query(callback);
        // RFC 5849 §2.2: MUST append the parameters to the end of the existing query.
        match self {
            Self::Denied { token } => {
                let problem = ProblemCode::UserRefused;
                let answer = [
                    ("denied", token.as_str()),
                    ("oauth_problem", problem.as_str()),
                ];
                with_query(base, query, answer)
            }
            Self::Granted { token, verifier } => {
                let answer = [(TOKEN, token.as_str()), (VERIFIER, verifier.expose())];
                with_query(base, query, answer)
            }
        }
    }

    /// Reads the URI that the user came back by, or its query, and returns the verification code.
    ///
    /// `token` is the identifier of the temporary credentials that the user was sent off with.
    ///
    /// # Errors
    ///
    /// [`CallbackError`] says what is wrong; in particular [`CallbackError::OtherToken`] if the
    /// callback belongs to another authorization, whoever began that.
    pub fn parse(callback: &str, token: &str) -> Result<Secret, CallbackError> {
        let parameters = Parameters::parse(query(callback).as_bytes())?;
        let denied = parameters.single("denied")?;
        let problem = Problem::parse(&parameters).map(Box::new);
        let returned = parameters
            .single(TOKEN)?
            .or_else(|| denied.filter(|denied| !denied.is_empty()));
        let is_other = |returned: &str| !bool::from(returned.as_bytes().ct_eq(token.as_bytes()));
        if returned.is_some_and(is_other) {
            return Err(CallbackError::OtherToken);
        }
        // Authlib's servers deny as OAuth 2 has it (RFC 6749 §4.1.2.1), and name no token.
        let is_refused = parameters.single("error")? == Some("access_denied");
        if denied.is_some() || problem.is_some() || is_refused {
            return Err(CallbackError::Denied { problem });
        }
        if returned.is_none() {
            return Err(CallbackError::Missing { parameter: TOKEN });
        }
        let verifier = parameters
            .single(VERIFIER)?
            .filter(|verifier| !verifier.is_empty());
        verifier.map(Secret::from).ok_or(CallbackError::Missing {
            parameter: VERIFIER,
        })
    }
}

/// An endpoint whose query holds a parameter of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the authorization endpoint holds `{name}` already; take it out of the configuration")]
#[non_exhaustive]
pub struct EndpointError {
    /// The parameter.
    pub name: String,
}

/// Why a callback does not bring a verification code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The user said no, or the provider did.
    #[error("the authorization was denied{}", reported(problem.as_deref()))]
    Denied {
        /// What the provider reports.
        problem: Option<Box<Problem>>,
    },
    /// A parameter that must be there is not.
    #[error("the callback lacks `{parameter}`")]
    Missing {
        /// The parameter.
        parameter: &'static str,
    },
    /// The callback belongs to other temporary credentials.
    #[error("the callback belongs to another authorization: its `oauth_token` is not the one sent")]
    OtherToken,
    /// The query cannot be read.
    #[error("the callback cannot be read")]
    Unreadable(#[from] parameters::Error),
}

const TOKEN: &str = "oauth_token";
const VERIFIER: &str = "oauth_verifier";

/// Splits a URI before its query; a fragment, which is never sent, is dropped.
fn split_query(uri: &str) -> (&str, &str) {
    let uri = uri.split('#').next().unwrap_or_default();
    uri.split_once('?').unwrap_or((uri, ""))
}

/// Returns the query of a URI, or all of what is a query itself: that may hold question marks too.
fn query(callback: &str) -> &str {
    let callback = callback.split('#').next().unwrap_or_default();
    let in_scheme = |octet: u8| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet);
    let is_uri = |before: &str| {
        let scheme = before.split_once(':').map(|(scheme, _)| scheme);
        before.is_empty()
            || before.starts_with('/')
            || scheme.is_some_and(|scheme| scheme.bytes().all(in_scheme))
    };
    match callback.split_once('?') {
        Some((before, query)) if is_uri(before) => query,
        _ => callback,
    }
}

fn protocol_parameter(query: &str) -> Option<String> {
    tripod_core::form::pairs(query.as_bytes())
        .map(|pair| String::from_utf8_lossy(&pair.name.decode()).into_owned())
        .find(|name| name.starts_with("oauth_"))
}

fn with_query<'a>(
    base: &str,
    query: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut uri = format!("{base}?{query}");
    let mut is_separate = query.is_empty() || query.ends_with('&');
    for (name, value) in parameters {
        uri.push_str(if is_separate { "" } else { "&" });
        is_separate = false;
        uri.push_str(&format!(
            "{}={}",
            percent::encode(name),
            percent::encode(value)
        ));
    }
    uri
}

#[cfg(test)]
mod tests;
