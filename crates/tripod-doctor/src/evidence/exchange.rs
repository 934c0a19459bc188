use std::fmt;

use tripod_core::secret::Secret;

use super::Place;

/// A request and its answer, either of which may not be known.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Exchange {
    /// What was asked.
    pub request: Option<Request>,
    /// What was answered.
    pub response: Option<Response>,
}

impl Exchange {
    /// Joins a request and its answer.
    #[must_use]
    pub const fn new(request: Option<Request>, response: Option<Response>) -> Self {
        Self { request, response }
    }

    /// Counts the lines from the beginning of a text of which this was read from a part.
    pub(super) fn move_down(&mut self, lines: usize) {
        if let Some(request) = &mut self.request {
            request.place = request.place.moved_down(lines);
        }
        if let Some(response) = &mut self.response {
            response.place = response.place.moved_down(lines);
        }
    }
}

/// A request, as far as it is known.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Request {
    /// The method.
    pub method: Option<String>,
    /// The URI; absolute where the host is known.
    pub uri: Option<Secret>,
    /// Whether the scheme of the URI was not shown, but taken for the usual one of the host.
    pub is_scheme_guessed: bool,
    /// Whether there may have been a body that is not shown.
    pub is_body_left_out: bool,
    /// Whether there may have been credentials in the head that are not shown.
    pub is_authorization_left_out: bool,
    /// The header fields in order.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Option<Secret>,
    /// Where it stands in the input.
    pub place: Place,
}

impl Request {
    /// Begins with a method and a URI.
    #[must_use]
    pub fn new(method: impl Into<String>, uri: impl Into<Secret>) -> Self {
        Self {
            method: Some(method.into()),
            uri: Some(uri.into()),
            ..Self::default()
        }
    }

    /// Returns the URI, or nothing.
    pub(crate) fn uri(&self) -> &str {
        self.uri.as_ref().map_or("", Secret::expose)
    }

    /// Returns the body, or nothing.
    pub(crate) fn body(&self) -> &str {
        self.body.as_ref().map_or("", Secret::expose)
    }

    /// Returns the first header field of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Returns the media type of the body, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> String {
        media_type(self.header("content-type"))
    }
}

/// An answer, as far as it is known.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Response {
    /// The status.
    pub status: Option<u16>,
    /// The header fields in order.
    pub headers: Vec<Header>,
    /// Whether there may have been a body that is not shown.
    pub is_body_left_out: bool,
    /// The body.
    pub body: Option<Secret>,
    /// Where it stands in the input.
    pub place: Place,
}

impl Response {
    /// Begins with a status.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// Returns the body, or nothing.
    pub(crate) fn body(&self) -> &str {
        self.body.as_ref().map_or("", Secret::expose)
    }

    /// Returns the first header field of a name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// Returns the media type of the body, in lower case and without parameters.
    pub(crate) fn media_type(&self) -> String {
        media_type(self.header("content-type"))
    }

    /// Tells whether the status says that it went well.
    pub(crate) fn is_success(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Tells whether the status says that it did not go well.
    pub(crate) fn is_failure(&self) -> bool {
        self.status.is_some_and(|status| status >= 400)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method.as_deref().map(word))
            .field("uri", &self.uri)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("name", &word(&self.name))
            .field("value", &self.value)
            .finish()
    }
}

/// Shows what is a word: in a bent capture anything may stand where a name or a method should.
fn word(text: &str) -> &str {
    const LONGEST: usize = 40;
    let is_word = |octet: u8| octet.is_ascii_alphabetic() || octet == b'-';
    match text.len() <= LONGEST && text.bytes().all(is_word) {
        true => text,
        false => "…",
    }
}

/// A header field.
#[derive(Clone)]
#[non_exhaustive]
pub struct Header {
    /// The name, as it is written.
    pub name: String,
    /// The value.
    pub value: Secret,
}

impl Header {
    /// Takes a field.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}

fn first<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value.expose())
}

fn media_type(content_type: Option<&str>) -> String {
    let text = content_type.unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}
