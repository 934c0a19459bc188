//! Answers that several endpoints give.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use tripod_oauth2::error::{ErrorCode, ErrorResponse};
use tripod_oauth2::json::Members;

use crate::incoming::Unreadable;
use crate::metrics::{Refused, StorageFailed};
use crate::storage;

/// Answers with JSON that nobody may keep: it may hold tokens.
pub(crate) fn json(status: StatusCode, members: &Members) -> Response {
    let mut answer = with_type(status, "application/json", members.to_json());
    forbid_storing(&mut answer);
    answer
}

/// Answers with a form that nobody may keep, as OAuth 1 does.
pub(crate) fn form(status: StatusCode, form: String) -> Response {
    let mut answer = with_type(status, "application/x-www-form-urlencoded", form);
    forbid_storing(&mut answer);
    answer
}

/// Answers with JSON that is the same for everybody, and may be kept for minutes.
pub(crate) fn public_json(value: &serde_json::Value) -> Response {
    let mut answer = with_type(StatusCode::OK, "application/json", value.to_string());
    // Far shorter than a key is published before it signs.
    let cached = HeaderValue::from_static("public, max-age=300");
    answer.headers_mut().insert(CACHE_CONTROL, cached);
    answer
}

/// Answers with an OAuth 2 error ([RFC 6749 §5.2]).
///
/// [RFC 6749 §5.2]: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
pub(crate) fn error(status: StatusCode, error: &ErrorResponse) -> Response {
    let mut answer = json(status, &error.encode());
    answer
        .extensions_mut()
        .insert(Refused(error.code.as_str().to_owned()));
    answer
}

/// Has caches and histories forget an answer (RFC 6749 §5.1).
pub(crate) fn forbid_storing(answer: &mut Response) {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
}

fn with_type(status: StatusCode, media_type: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    let media_type = HeaderValue::from_static(media_type);
    answer.headers_mut().insert(CONTENT_TYPE, media_type);
    answer
}

/// The database cannot answer: the log hears why, the peer that it may try again.
impl IntoResponse for storage::Error {
    fn into_response(self) -> Response {
        tracing::error!(error = &self as &dyn std::error::Error, "storage failed");
        let description = "the server cannot answer now; try again";
        let refusal =
            ErrorResponse::new(ErrorCode::TemporarilyUnavailable).with_description(description);
        let mut answer = error(StatusCode::SERVICE_UNAVAILABLE, &refusal);
        answer
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("2"));
        answer.extensions_mut().insert(StorageFailed);
        answer
    }
}

impl Unreadable {
    /// Returns the status that says what is wrong.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::BrokenOff { .. } | Self::Form { .. } | Self::TooMany { .. } => {
                StatusCode::BAD_REQUEST
            }
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::NoForm | Self::NoJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }
}

/// What cannot be read is an invalid request (RFC 6749 §5.2).
impl IntoResponse for Unreadable {
    fn into_response(self) -> Response {
        let refusal =
            ErrorResponse::new(ErrorCode::InvalidRequest).with_description(self.to_string());
        error(self.status(), &refusal)
    }
}
