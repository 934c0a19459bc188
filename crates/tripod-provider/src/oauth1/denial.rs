//! What the endpoints of OAuth 1 say when they give nothing.

use axum::response::{IntoResponse as _, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use thiserror::Error;
use tripod_oauth1::problem::{Problem, ProblemCode};
use tripod_oauth1::refusal::{Disclosure, Refusal};

use crate::answer;
use crate::config::Config;
use crate::incoming::Unreadable;
use crate::metrics::Refused;
use crate::storage;

/// Why an endpoint gives nothing.
#[derive(Debug, Error)]
pub(super) enum Denial {
    /// The callback is none of those that the consumer registered.
    #[error("the callback is none that the consumer registered")]
    CallbackUnregistered,
    /// The user refused.
    #[error("the user refused")]
    PermissionDenied,
    /// The user has not decided yet.
    #[error("the user has not decided yet")]
    PermissionUnknown,
    /// The request itself is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The scope is malformed, unknown, or more than the consumer may ask for.
    #[error("the scope is not one that the consumer may ask for")]
    ScopeRejected,
    /// The session handle is not that of the token.
    #[error("the session handle is not that of the token")]
    SessionHandleInvalid,
    /// The database cannot answer.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// The token was exchanged before.
    #[error("the token was exchanged before")]
    TokenUsed,
    /// The request cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The verification code is another.
    #[error("the verification code is another")]
    VerifierInvalid,
}

/// Returns how much refusals tell: all of it to developers.
pub(crate) const fn disclosure(config: &Config) -> Disclosure {
    match config.development {
        Some(_) => Disclosure::Full,
        None => Disclosure::Guarded,
    }
}

impl Denial {
    /// Answers with the problem, in the body and in the header.
    pub(super) fn into_response(self, config: &Config) -> Response {
        if let Self::Storage(error) = self {
            return error.into_response();
        }
        tracing::debug!(error = &self as &dyn std::error::Error, "refused");
        let disclosure = disclosure(config);
        let problem = self.problem(disclosure);
        let form = problem.to_parameters().to_form();
        let mut response = answer::form(self.status(disclosure), form);
        let refused = Refused(problem.code.as_str().to_owned());
        response.extensions_mut().insert(refused);
        let challenge = HeaderValue::try_from(problem.to_header(config.issuer.as_str()));
        if let Ok(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// RFC 5849 §3.2: 400 for what is missing or not supported, 401 for what is not good (any more).
    fn status(&self, disclosure: Disclosure) -> StatusCode {
        match self {
            Self::CallbackUnregistered | Self::ScopeRejected => StatusCode::BAD_REQUEST,
            Self::PermissionDenied
            | Self::PermissionUnknown
            | Self::SessionHandleInvalid
            | Self::TokenUsed
            | Self::VerifierInvalid => StatusCode::UNAUTHORIZED,
            Self::Refused(refusal) => refusal.status(disclosure),
            Self::Storage(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unreadable(unreadable) => unreadable.status(),
        }
    }

    fn problem(&self, disclosure: Disclosure) -> Problem {
        let rejected = |name: &str| {
            let mut problem = Problem::new(ProblemCode::ParameterRejected);
            problem.parameters_rejected = vec![name.to_owned()];
            problem
        };
        let mut problem = match self {
            Self::CallbackUnregistered => rejected("oauth_callback"),
            Self::PermissionDenied => Problem::new(ProblemCode::PermissionDenied),
            Self::PermissionUnknown => Problem::new(ProblemCode::PermissionUnknown),
            Self::Refused(refusal) => return refusal.problem(disclosure),
            Self::ScopeRejected => rejected("scope"),
            Self::SessionHandleInvalid => rejected("oauth_session_handle"),
            Self::TokenUsed => Problem::new(ProblemCode::TokenUsed),
            Self::Storage(_) | Self::Unreadable(_) => Problem::new(ProblemCode::ParameterRejected),
            Self::VerifierInvalid => Problem::new(ProblemCode::VerifierInvalid),
        };
        if disclosure == Disclosure::Full {
            problem.advice = Some(self.to_string());
        }
        problem
    }
}
