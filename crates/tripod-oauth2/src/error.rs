//! Failures, grouped by who must act, and the error codes of the RFCs as data.

use std::borrow::Cow;
use std::fmt;

use tripod_core::parameters;

mod code;
mod response;
mod signed;

pub use code::ErrorCode;
pub use response::{ErrorResponse, permitted};

use crate::answer::{Deviation, Excerpt};
use crate::{
    access_token, client_assertion, confirmation, dpop, id_token, jarm, jose, logout_token,
    request_object, userinfo,
};

/// Why a message could not be used.
///
/// ```
/// use tripod_oauth2::error::{Error, ErrorCode};
///
/// fn is_over(error: &Error) -> bool {
///     matches!(error, Error::Refused(refusal) if refusal.error.code == ErrorCode::InvalidGrant)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The peer broke the protocol.
    #[error("{fault}{}", with_status(answer.as_deref()))]
    Malformed {
        /// Which parameter breaks which rule.
        fault: Malformed,
        /// The answer in which it was found, if it was one.
        answer: Option<Box<Excerpt>>,
    },
    /// A security check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// Our caller has to change the code.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// The peer said no, correctly.
    #[error(transparent)]
    Refused(Box<Refusal>),
}

/// Tells the status of an answer that should have been a success and was not, which says most.
fn with_status(answer: Option<&Excerpt>) -> String {
    let failed = answer.filter(|answer| !answer.status.is_success());
    failed
        .map(|answer| format!(", in an answer with status {}", answer.status))
        .unwrap_or_default()
}

impl From<Malformed> for Error {
    fn from(fault: Malformed) -> Self {
        Self::Malformed {
            fault,
            answer: None,
        }
    }
}

/// What a server said when it refused, and how it said it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The error on the wire.
    pub error: ErrorResponse,
    /// Where the way it was said differs from the RFC.
    pub deviations: Vec<Deviation>,
    /// The answer that carried it; a redirect to the client is none.
    pub answer: Option<Excerpt>,
}

impl Refusal {
    /// Takes an error that came without an HTTP answer of its own.
    #[must_use]
    pub const fn new(error: ErrorResponse) -> Self {
        Self {
            error,
            deviations: Vec::new(),
            answer: None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server refused: {}", self.error)
    }
}

impl std::error::Error for Refusal {}

/// A rule of the protocol that a message breaks.
///
/// [`code`](Self::code) says with what a provider answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malformed {
    /// The parameter, member, header or part of the message.
    pub parameter: Cow<'static, str>,
    /// What is wrong with it.
    pub fault: Fault,
    /// The rule it breaks, as in `RFC 6749 §5.1`.
    pub rule: &'static str,
}

impl Malformed {
    pub(crate) fn new(
        parameter: impl Into<Cow<'static, str>>,
        fault: Fault,
        rule: &'static str,
    ) -> Self {
        Self {
            parameter: parameter.into(),
            fault,
            rule,
        }
    }

    /// Returns the code with which a provider answers the fault.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self.parameter.split('/').next() {
            // RFC 9396 §5: any fault in the details is answered so.
            Some("authorization_details") => ErrorCode::InvalidAuthorizationDetails,
            // RFC 8707 §2: what is invalid, missing, unknown or malformed.
            Some("resource") => ErrorCode::InvalidTarget,
            // RFC 6749 §5.2: a scope that repeats is a malformed request, not a malformed scope.
            Some("scope") if !matches!(self.fault, Fault::Repeated) => ErrorCode::InvalidScope,
            _ => ErrorCode::InvalidRequest,
        }
    }

    pub(crate) fn missing(parameter: &'static str, rule: &'static str) -> Self {
        Self::new(parameter, Fault::Missing, rule)
    }

    pub(crate) fn not(parameter: &'static str, due: &'static str, rule: &'static str) -> Self {
        Self::new(parameter, Fault::Not(due), rule)
    }

    pub(crate) fn parameters(error: parameters::Error, rule: &'static str) -> Self {
        match error {
            parameters::Error::Repeated { name } => Self::new(name, Fault::Repeated, rule),
            parameters::Error::NotUtf8 { name } => Self::new(name, Fault::Not("UTF-8"), rule),
            _ => Self::new("parameters", Fault::Not("a list of parameters"), rule),
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.parameter.escape_debug();
        match self.fault {
            Fault::Beside(other) => write!(f, "`{name}` stands beside `{other}`"),
            Fault::Missing => write!(f, "`{name}` is missing"),
            Fault::Not(due) => write!(f, "`{name}` is not {due}"),
            Fault::Repeated => write!(f, "`{name}` occurs more than once"),
            Fault::TooLong { limit } => write!(f, "`{name}` is longer than {limit}"),
            Fault::Uncalled => write!(f, "`{name}` does not belong here"),
        }?;
        write!(f, " ({})", self.rule)
    }
}

impl std::error::Error for Malformed {}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It may not stand beside another one.
    Beside(&'static str),
    /// It has to be there, with a value.
    Missing,
    /// It is not what it has to be.
    Not(&'static str),
    /// It may occur once.
    Repeated,
    /// It is longer than we read.
    TooLong {
        /// How long it may be, in octets or entries.
        limit: usize,
    },
    /// It may not occur in this message.
    Uncalled,
}

/// A security check that failed; the values are never kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// The access token is not for this resource (RFC 9068 §4).
    #[error(transparent)]
    AccessToken(#[from] access_token::Mismatch),
    /// The assertion is not by or not for whom it must be (RFC 7523 §3).
    #[error(transparent)]
    Assertion(#[from] client_assertion::Mismatch),
    /// What the token is bound to did not come with it (RFC 7800 §3.1).
    #[error(transparent)]
    Binding(#[from] confirmation::Refusal),
    /// The client certificate is not the registered one (RFC 8705 §2).
    #[error("the client certificate is not the one that was registered")]
    Certificate,
    /// The client is another one (RFC 7592 §2.2).
    #[error("the client identifier is not the one that was issued")]
    ClientId,
    /// The client secret is wrong (RFC 6749 §2.3.1).
    #[error("the client secret is not the one that was issued")]
    ClientSecret,
    /// The challenge was made by a method that is not accepted (RFC 7636 §4.4.1).
    #[error("the code challenge was made by a method that is not accepted")]
    CodeChallengeMethod,
    /// The verifier does not yield the challenge (RFC 7636 §4.6).
    #[error("the code verifier does not yield the code challenge")]
    CodeVerifier,
    /// The ID token is not the one that is due (OpenID Connect Core §3.1.3.7).
    #[error(transparent)]
    IdToken(#[from] id_token::Mismatch),
    /// The issuer is not the one that was asked (RFC 9207 §2.4, RFC 8414 §3.3).
    #[error("the issuer is not the one that was asked")]
    Issuer,
    /// The logout token is not the provider's or not one (Back-Channel Logout §2.6).
    #[error(transparent)]
    LogoutToken(#[from] logout_token::Mismatch),
    /// The proof of possession is not one for this request (RFC 9449 §4.3).
    #[error(transparent)]
    Proof(#[from] dpop::received::Mismatch),
    /// The redirect URI equals none that was registered (RFC 6749 §3.1.2.3).
    #[error("the redirect URI equals none that was registered")]
    RedirectUri,
    /// The request object is not the client's or not for this server (RFC 9101 §6).
    #[error(transparent)]
    RequestObject(#[from] request_object::Mismatch),
    /// The metadata is that of another resource (RFC 9728 §3.3).
    #[error("the metadata is that of another resource")]
    Resource,
    /// The signed response is not the server's or not for this client (JARM §2.4).
    #[error(transparent)]
    Response(#[from] jarm::Mismatch),
    /// The state is not the one that was sent (RFC 6749 §10.12).
    #[error("the state is not the one that was sent")]
    State,
    /// The signature, the key or the time of a JWT is wrong (RFC 7515, RFC 7519).
    #[error(transparent)]
    Token(#[from] jose::Mismatch),
    /// The userinfo response is not about the user (OpenID Connect Core §5.3.2).
    #[error(transparent)]
    Userinfo(#[from] userinfo::Mismatch),
}

/// What our caller has to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// A verifier was made of text that RFC 7636 §4.1 does not allow.
    #[error("a code verifier has 43 to 128 characters, all unreserved: let one be generated")]
    CodeVerifier,
    /// The client identifier does not fit the authentication method (RFC 7617 §2).
    #[error("a client identifier with a colon cannot be sent raw: use the encoded variant")]
    ColonInClientId,
    /// A secret or token would travel in clear.
    #[error("the address has to be https, or http on a loopback address")]
    InsecureTransport,
    /// A text that goes into a header or a parameter has characters the RFC forbids there.
    #[error("the value has characters that its place does not allow")]
    IllegalCharacter,
    /// A response mode that signs its answer needs the modules that sign (JARM §2.3).
    #[error("the response mode wants a JWT: sign the response first")]
    ResponseMode,
    /// The access token has expired; nothing was sent.
    #[error("the access token has expired: refresh the token set first")]
    TokenExpired,
    /// A token would travel in the query of a redirect (OAuth 2.0 Multiple Response Types §3).
    #[error("a token cannot be answered in a query: use `fragment` or `form_post`")]
    TokenInQuery,
    /// The token may not stand in that place, or one stands there already (RFC 6750 §2).
    #[error("this token belongs into the header `Authorization`, and nowhere else")]
    TokenPlace,
    /// The type of the token is not one that we know to use (RFC 6749 §7.1).
    #[error("the token is of a type that is not understood: name its type in the quirks")]
    TokenType,
}

#[cfg(test)]
mod tests;
