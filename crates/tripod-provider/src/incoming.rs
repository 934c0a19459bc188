//! Requests as they arrive: read whole, within the limits.

use std::error::Error as StdError;
use std::iter;

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use thiserror::Error;
use tripod_core::parameters::{self, Parameters};

use crate::config::Limits;

/// A request that is more than the limits allow, or cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The peer went away, or broke the framing of HTTP.
    #[error("the request body broke off")]
    BrokenOff {
        /// What went wrong.
        source: axum::Error,
    },
    /// The form is not what `application/x-www-form-urlencoded` is.
    #[error("the parameters cannot be read")]
    Form {
        /// What is wrong with them.
        #[from]
        source: parameters::Error,
    },
    /// The body has another media type than JSON.
    #[error("the request body is not `application/json`")]
    NoJson,
    /// The body has another media type than a form.
    #[error("the request body is no form")]
    NoForm,
    /// The peer took longer than [`Limits::request_time`] to send the body.
    #[error("the request body did not arrive in time")]
    TimedOut,
    /// The body is longer than [`Limits::body`].
    #[error("the request body is longer than {limit} octets")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// There are more parameters than [`Limits::parameters`].
    #[error("the request has more than {limit} parameters")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

/// Reads the body of a request.
///
/// # Errors
///
/// [`Unreadable`] if it is too long or breaks off.
pub async fn read(request: Request<Body>, limits: &Limits) -> Result<Request<Bytes>, Unreadable> {
    let (parts, body) = request.into_parts();
    let limit = limits.body;
    let collected = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            Unreadable::TooLong { limit }
        } else if is_late(&*error) {
            Unreadable::TimedOut
        } else {
            Unreadable::BrokenOff {
                source: axum::Error::new(error),
            }
        }
    })?;
    Ok(Request::from_parts(parts, collected.to_bytes()))
}

/// A server gave up waiting for the rest of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the body did not arrive in time")]
#[non_exhaustive]
pub struct Late;

fn is_late(error: &(dyn StdError + 'static)) -> bool {
    iter::successors(Some(error), |error| (*error).source()).any(<dyn StdError>::is::<Late>)
}

/// Reads the parameters of a form ([RFC 6749 appendix B]).
///
/// # Errors
///
/// [`Unreadable`] if it is no form, or has too many parameters.
///
/// [RFC 6749 appendix B]: https://www.rfc-editor.org/rfc/rfc6749#appendix-B
pub fn form(request: &Request<Bytes>, limits: &Limits) -> Result<Parameters, Unreadable> {
    if !request.body().is_empty() && !is_form(request.headers()) {
        return Err(Unreadable::NoForm);
    }
    parse(request.body(), limits)
}

/// Reads the parameters of the query.
///
/// # Errors
///
/// [`Unreadable`] if there are too many, or if they cannot be read.
pub fn query<B>(request: &Request<B>, limits: &Limits) -> Result<Parameters, Unreadable> {
    parse(request.uri().query().unwrap_or_default().as_bytes(), limits)
}

fn parse(form: &[u8], limits: &Limits) -> Result<Parameters, Unreadable> {
    let limit = limits.parameters;
    // Counted before anything is decoded: `&` separates, and is escaped where it is data.
    if form.split(|octet| *octet == b'&').count() > limit {
        return Err(Unreadable::TooMany { limit });
    }
    Ok(Parameters::parse(form)?)
}

/// Tells whether a body is a form, whose parameters OAuth 1 signs (RFC 5849 §3.4.1.3.1).
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next());
    media_type.is_some_and(|media_type| {
        media_type
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(body: &'static str, media_type: &str) -> Request<Bytes> {
        Request::post("/")
            .header(CONTENT_TYPE, media_type)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap()
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        let limits = Limits::default();
        let body = |length| Request::new(Body::from(vec![b'a'; length]));
        let read_whole = read(body(limits.body), &limits).await.unwrap();
        assert_eq!(read_whole.body().len(), limits.body);
        let refused = read(body(limits.body + 1), &limits).await.unwrap_err();
        assert!(matches!(refused, Unreadable::TooLong { limit } if limit == limits.body));
    }

    #[test]
    fn a_form_says_that_it_is_one() {
        let limits = Limits::default();
        let media_type = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
        let read = form(&posted("a=1&b=%20", media_type), &limits).unwrap();
        assert_eq!(read.single("b"), Ok(Some(" ")));
        for media_type in ["application/json", "text/plain", ""] {
            let refused = form(&posted("a=1", media_type), &limits);
            assert!(matches!(refused, Err(Unreadable::NoForm)), "{media_type}");
        }
        assert!(form(&posted("", "text/plain"), &limits).unwrap().is_empty());
    }

    #[test]
    fn parameters_are_counted_before_they_are_decoded() {
        let limits = Limits {
            parameters: 2,
            ..Limits::default()
        };
        let request = |query| Request::get(format!("/?{query}")).body(()).unwrap();
        assert!(query(&request("a=1&b=2"), &limits).is_ok());
        let refused = query(&request("a=1&b=2&c=3"), &limits);
        assert!(matches!(refused, Err(Unreadable::TooMany { limit: 2 })));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused() {
        let limits = Limits::default();
        for query_text in ["a=%FF", "%C3=1"] {
            let request = Request::get(format!("/?{query_text}")).body(()).unwrap();
            assert!(query(&request, &limits).is_err(), "{query_text}");
        }
    }
}
