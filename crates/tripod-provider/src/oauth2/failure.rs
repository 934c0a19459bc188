//! Why an endpoint gives no answer of its own, and what the client hears of it.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use tripod_oauth2::error::{ErrorCode, ErrorResponse, Malformed};

use crate::answer;
use crate::attempts::RetryAfter;
use crate::incoming::Unreadable;
use crate::storage;

/// Why an endpoint gives no answer of its own.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The client failed too often.
    Limited(RetryAfter),
    /// The client may not have what it asks for.
    Refused(Refusal),
    /// The database cannot answer.
    Storage(storage::Error),
    /// The request is no request.
    Unreadable(Unreadable),
}

/// What a client is told that may not have what it asks for (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) description: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            description: description.into(),
        }
    }

    pub(crate) fn invalid_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidClient, description)
    }

    pub(crate) fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    pub(crate) fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(crate) fn unauthorized_client(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::UnauthorizedClient, description)
    }

    const fn status(&self) -> StatusCode {
        match self.code {
            // RFC 6749 §5.2: 401 tells which schemes are supported.
            ErrorCode::InvalidClient | ErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
            ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
            ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        tracing::debug!(
            error = self.code.as_str(),
            why = &*self.description,
            "refused"
        );
        let status = self.status();
        let is_client = self.code == ErrorCode::InvalidClient;
        let error = ErrorResponse::new(self.code).with_description(self.description);
        let mut answer = answer::error(status, &error);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            // Others were first again and again; that is over in a moment.
            let moment = HeaderValue::from_static("1");
            answer.headers_mut().insert(RETRY_AFTER, moment);
        }
        if is_client {
            let challenge = HeaderValue::from_static("Basic realm=\"clients\", charset=\"UTF-8\"");
            answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Limited(limited) => limited.into_response(),
            Self::Refused(refusal) => refusal.into_response(),
            Self::Storage(error) => error.into_response(),
            Self::Unreadable(unreadable) => unreadable.into_response(),
        }
    }
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::new(malformed.code(), malformed.to_string())
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        Self::Refused(malformed.into())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<RetryAfter> for Failure {
    fn from(limited: RetryAfter) -> Self {
        Self::Limited(limited)
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        Self::Storage(error)
    }
}

impl From<Unreadable> for Failure {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}
