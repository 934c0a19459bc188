//! An HTTP answer as it arrived, and what of it an error keeps.

use std::fmt;

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName};
use tripod_core::secret::Secret;

/// How much of a body an error keeps, in octets: a JSON error or the head of a page fits.
pub const EXCERPT_OCTETS: usize = 512;

/// An HTTP answer, borrowed from whatever client fetched it.
///
/// The body may hold tokens, so `Debug` shows its length alone.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The status.
    pub status: StatusCode,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The body, decoded from any content coding.
    pub body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Takes an answer apart.
    #[must_use]
    pub const fn new(status: StatusCode, headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// Returns the media type without its parameters, in lower case.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let value = self.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media_type = value.split(';').next().unwrap_or_default().trim();
        Some(media_type.to_ascii_lowercase())
    }

    /// Tells whether the media type says JSON: `application/json` or any `+json`.
    #[must_use]
    pub fn says_json(&self) -> bool {
        self.media_type().is_some_and(|media_type| {
            media_type == "application/json" || media_type.ends_with("+json")
        })
    }
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("octets", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What an error keeps of an answer: the status, telling headers and the first octets.
///
/// Cookies, locations and other headers that may carry credentials are left out. The octets may
/// hold half a token where an answer was cut short, so they are a [`Secret`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excerpt {
    /// The status.
    pub status: StatusCode,
    /// The headers that help to find a cause.
    pub headers: HeaderMap,
    /// The first [`EXCERPT_OCTETS`] of the body; what is not UTF-8 is replaced.
    pub body: Secret,
    /// How long the whole body was.
    pub octets: usize,
}

impl Excerpt {
    /// Cuts out of an answer what an error may keep.
    #[must_use]
    pub fn new(answer: &Answer<'_>) -> Self {
        let telling = |(name, _): &(&HeaderName, _)| is_telling(name);
        let kept = &answer.body[..answer.body.len().min(EXCERPT_OCTETS)];
        Self {
            status: answer.status,
            headers: answer
                .headers
                .iter()
                .filter(telling)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            body: Secret::new(String::from_utf8_lossy(kept).into_owned()),
            octets: answer.body.len(),
        }
    }
}

fn is_telling(name: &HeaderName) -> bool {
    const TELLING: [HeaderName; 9] = [
        header::CONTENT_ENCODING,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::DATE,
        header::RETRY_AFTER,
        header::SERVER,
        header::VIA,
        header::WARNING,
        header::WWW_AUTHENTICATE,
    ];
    TELLING.contains(name) || name.as_str() == "dpop-nonce" || name.as_str().ends_with("request-id")
}

/// Where an answer differs from the RFC and is understood all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Deviation {
    /// The errors came as an array, as in `errors: [{errorType}]`.
    ErrorAsArray,
    /// `error` is an object, as in `{"error": {"message", "type", "code"}}`.
    ErrorAsObject,
    /// There is no `error`, but something that tells one, as `message` or `errcode` do.
    ErrorUnnamed,
    /// The error came with a status of success.
    ErrorWithSuccessStatus,
    /// `expires_in` has a fraction.
    ExpiresInFloat,
    /// `expires_in` counts milliseconds.
    ExpiresInMilliseconds,
    /// `expires_in` is text.
    ExpiresInText,
    /// The parameters came as a form.
    FormEncoded,
    /// The names of the members are in camel case.
    NamesInCamelCase,
    /// The token stands in an object of its own.
    NestedToken,
    /// `scope` is a list.
    ScopeAsList,
    /// `scope` is `null`.
    ScopeNull,
    /// The values of `scope` are separated by commas.
    ScopeWithCommas,
    /// An error came back without the state of the request.
    StateMissing,
    /// `token_type` is missing; `Bearer` was assumed.
    TokenTypeMissing,
    /// The body is JSON, the `Content-Type` says something else.
    WrongContentType,
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn an_excerpt_keeps_the_first_512_octets_and_the_telling_headers() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        headers.insert("x-ms-request-id", HeaderValue::from_static("17"));
        headers.insert(
            header::SET_COOKIE,
            HeaderValue::from_static("session=sentinel"),
        );
        headers.insert(
            header::LOCATION,
            HeaderValue::from_static("/?code=sentinel"),
        );
        let body = "ü".repeat(300);
        let excerpt = Excerpt::new(&Answer::new(
            StatusCode::BAD_GATEWAY,
            &headers,
            body.as_bytes(),
        ));
        assert_eq!(excerpt.body.expose(), "ü".repeat(256));
        assert_eq!(excerpt.octets, 600);
        assert_eq!(excerpt.headers.len(), 2);
    }

    #[test]
    fn a_body_is_not_printed() {
        let headers = HeaderMap::new();
        let answer = Answer::new(StatusCode::OK, &headers, b"{\"access_token\":\"sentinel");
        assert!(!format!("{answer:?} {:?}", Excerpt::new(&answer)).contains("sentinel"));
    }

    #[test]
    fn the_media_type_is_compared_without_case_and_parameters() {
        let says_json = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            Answer::new(StatusCode::OK, &headers, b"").says_json()
        };
        assert!(says_json("Application/JSON ; charset=UTF-8"));
        assert!(says_json("application/token-introspection+json"));
        assert!(!says_json("text/html"));
        assert!(!says_json("application/jsonp"));
    }
}
