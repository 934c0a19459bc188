//! Why a provider refuses a request, and what it may tell of that.

use http::StatusCode;
use tripod_core::timestamp::Timestamp;

use crate::authorization_header::Malformed;
use crate::placement::Placement;
use crate::problem::{Problem, ProblemCode};
use crate::signature_method::SignatureMethod;

/// Why a request was refused: the first check that failed.
///
/// `Display` is for the log. What the peer is told is in [`problem`](Self::problem).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// `oauth_body_hash` came with a body that is a form.
    #[error("`oauth_body_hash` came with a form, whose parameters are signed already")]
    BodyHashOfForm,
    /// The body is not the one that was hashed.
    #[error("the body does not hash to `oauth_body_hash`")]
    BodyHashMismatch,
    /// No client has that consumer key.
    #[error("the consumer key is not known")]
    ConsumerKeyUnknown,
    /// A parameter occurs more than once.
    #[error("`{name}` occurs more than once")]
    Duplicate {
        /// The parameter.
        name: String,
    },
    /// The header cannot be read.
    #[error("the Authorization header cannot be read: {0}")]
    Header(#[from] Malformed),
    /// A parameter has a value that it cannot have.
    #[error("the value of `{name}` is not one that it can have")]
    InvalidValue {
        /// The parameter.
        name: String,
    },
    /// Parameters are missing that the signature method demands.
    #[error("missing: {}", names.join(", "))]
    Missing {
        /// The parameters.
        names: Vec<&'static str>,
    },
    /// The same nonce came before with this timestamp, client and token.
    #[error("the nonce was used before")]
    NonceUsed,
    /// The request is not signed at all.
    #[error("the request holds no OAuth parameters")]
    NotSigned,
    /// PLAINTEXT came over a connection that everyone on the way can read.
    #[error("PLAINTEXT came over cleartext HTTP")]
    PlaintextInCleartext,
    /// Parameters stand in more than one place.
    #[error("OAuth parameters stand in the {one} and in the {other}")]
    SeveralPlaces {
        /// One of the places.
        one: Placement,
        /// Another.
        other: Placement,
    },
    /// The signature does not belong to the request.
    #[error("the signature is not that of the request")]
    SignatureInvalid,
    /// The client may not sign by that method, or has no key for it.
    #[error("the client does not sign by {method}")]
    SignatureMethodRejected {
        /// The method.
        method: SignatureMethod,
    },
    /// The timestamp is too far from now, in the past or in the future.
    #[error("the timestamp {timestamp} is not between {first} and {last}")]
    TimestampRefused {
        /// What was sent.
        timestamp: Timestamp,
        /// The first that would have done.
        first: Timestamp,
        /// The last that would have done.
        last: Timestamp,
    },
    /// No token of that name was issued.
    #[error("the token is not known")]
    TokenUnknown,
    /// There are more parameters, or longer ones, than anyone needs.
    #[error("there are too many parameters, or `{name}` is too long")]
    TooLarge {
        /// The parameter at which it was noticed.
        name: String,
    },
    /// `oauth_version` is not 1.0.
    #[error("`oauth_version` is not 1.0")]
    VersionRejected,
}

/// How much a refusal tells the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disclosure {
    /// All of it: for development, where the peer is a friend.
    Full,
    /// Not which of consumer key, token, secret and body was wrong.
    Guarded,
}

impl Refusal {
    /// Returns the status to answer with ([RFC 5849 §3.2]).
    ///
    /// [RFC 5849 §3.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.2
    #[must_use]
    pub fn status(&self, disclosure: Disclosure) -> StatusCode {
        if self.is_withheld(disclosure) {
            return StatusCode::UNAUTHORIZED;
        }
        match self {
            // Unsupported or missing parameters, methods, versions: SHOULD be 400.
            Self::BodyHashOfForm
            | Self::Duplicate { .. }
            | Self::Header(_)
            | Self::InvalidValue { .. }
            | Self::Missing { .. }
            | Self::PlaintextInCleartext
            | Self::SeveralPlaces { .. }
            | Self::SignatureMethodRejected { .. }
            | Self::TooLarge { .. }
            | Self::VersionRejected => StatusCode::BAD_REQUEST,
            // Invalid credentials, tokens, signatures and nonces: SHOULD be 401.
            Self::BodyHashMismatch
            | Self::ConsumerKeyUnknown
            | Self::NonceUsed
            | Self::NotSigned
            | Self::SignatureInvalid
            | Self::TimestampRefused { .. }
            | Self::TokenUnknown => StatusCode::UNAUTHORIZED,
        }
    }

    /// Returns what the peer may be told.
    #[must_use]
    pub fn problem(&self, disclosure: Disclosure) -> Problem {
        if self.is_withheld(disclosure) {
            return Problem::new(ProblemCode::SignatureInvalid);
        }
        let mut problem = Problem::new(self.code());
        match self {
            Self::Missing { names } => {
                problem.parameters_absent = names.iter().map(|&name| name.to_owned()).collect();
            }
            Self::Duplicate { name } | Self::InvalidValue { name } | Self::TooLarge { name } => {
                problem.parameters_rejected = vec![name.clone()];
            }
            Self::TimestampRefused { first, last, .. } => {
                problem.acceptable_timestamps = Some((*first, *last));
            }
            Self::VersionRejected => {
                problem.acceptable_versions = Some(("1.0".to_owned(), "1.0".to_owned()));
            }
            _ => {}
        }
        if disclosure == Disclosure::Full {
            problem.advice = Some(self.to_string());
        }
        problem
    }

    const fn code(&self) -> ProblemCode {
        match self {
            Self::BodyHashMismatch | Self::SignatureInvalid => ProblemCode::SignatureInvalid,
            Self::ConsumerKeyUnknown => ProblemCode::ConsumerKeyUnknown,
            Self::Missing { .. } | Self::NotSigned => ProblemCode::ParameterAbsent,
            Self::NonceUsed => ProblemCode::NonceUsed,
            Self::BodyHashOfForm
            | Self::Duplicate { .. }
            | Self::Header(_)
            | Self::InvalidValue { .. }
            | Self::SeveralPlaces { .. }
            | Self::TooLarge { .. } => ProblemCode::ParameterRejected,
            Self::PlaintextInCleartext | Self::SignatureMethodRejected { .. } => {
                ProblemCode::SignatureMethodRejected
            }
            Self::TimestampRefused { .. } => ProblemCode::TimestampRefused,
            Self::TokenUnknown => ProblemCode::TokenRejected,
            Self::VersionRejected => ProblemCode::VersionRejected,
        }
    }

    /// Tells whether a stranger would learn from it which credentials exist.
    fn is_withheld(&self, disclosure: Disclosure) -> bool {
        let tells_of_credentials = matches!(
            self,
            Self::BodyHashMismatch
                | Self::ConsumerKeyUnknown
                | Self::SignatureInvalid
                | Self::SignatureMethodRejected { .. }
                | Self::TokenUnknown
        );
        disclosure == Disclosure::Guarded && tells_of_credentials
    }
}

#[cfg(test)]
mod tests;
