//! Where an access token stands in a request to the API.

use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use http::{Method, Request, Uri};
use serde::Deserialize;
use tripod_core::form;
use tripod_core::secret::Secret;

use super::OAuth2;

/// A place for an access token (RFC 6750 §2), or one that a provider made up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenPlacement {
    /// A header of the provider's own, by its name; the token stands there alone.
    Field(String),
    /// A parameter of a form body, by its name.
    Form(String),
    /// The header `Authorization`, by its scheme.
    Header(String),
    /// A parameter of the query, by its name.
    ///
    /// Queries end up in logs and histories; RFC 9700 §4.3.2 says that tokens MUST NOT be passed so.
    Query(String),
}

impl OAuth2 {
    /// Puts an access token where this provider wants it, unless one stands there already.
    ///
    /// # Errors
    ///
    /// [`PlacementError`] if the request has no place for it, or the token cannot be written there.
    pub fn place_token(
        &self,
        token: &Secret,
        request: &mut Request<Vec<u8>>,
    ) -> Result<(), PlacementError> {
        let header = [TokenPlacement::Header("Bearer".to_owned())];
        let placements = match self.access_token.placements.as_slice() {
            [] => &header,
            placements => placements,
        };
        // RFC 6750 §2: clients MUST NOT use more than one method in each request.
        if placements.iter().any(|place| place.is_taken(request)) {
            return Ok(());
        }
        let fitting = placements.iter().find(|place| place.fits(request));
        fitting.ok_or(PlacementError::NoForm)?.place(token, request)
    }
}

impl TokenPlacement {
    /// Tells whether a request has such a place: a form is not made where there is another body.
    fn fits(&self, request: &Request<Vec<u8>>) -> bool {
        match self {
            Self::Field(_) | Self::Header(_) | Self::Query(_) => true,
            Self::Form(_) => {
                let has_body = ![Method::GET, Method::HEAD].contains(request.method());
                is_form(request.headers())
                    || (has_body
                        && request.body().is_empty()
                        && !request.headers().contains_key(CONTENT_TYPE))
            }
        }
    }

    fn is_taken(&self, request: &Request<Vec<u8>>) -> bool {
        let has = |form: &[u8], name: &str| {
            form::pairs(form).any(|pair| pair.name.decode().as_ref() == name.as_bytes())
        };
        match self {
            Self::Field(name) => request.headers().contains_key(name),
            Self::Form(name) => is_form(request.headers()) && has(request.body(), name),
            Self::Header(_) => request.headers().contains_key(AUTHORIZATION),
            Self::Query(name) => has(request.uri().query().unwrap_or_default().as_bytes(), name),
        }
    }

    fn place(&self, token: &Secret, request: &mut Request<Vec<u8>>) -> Result<(), PlacementError> {
        match self {
            Self::Field(name) => {
                let value = sensitive(token)?;
                request.headers_mut().insert(field(name)?, value);
            }
            Self::Form(name) => place_in_form(name, token, request),
            Self::Header(scheme) => {
                let text = Secret::new(format!("{scheme} {}", token.expose()));
                let value = sensitive(&text)?;
                request.headers_mut().insert(AUTHORIZATION, value);
            }
            Self::Query(name) => {
                let uri = with_query(request.uri(), &pair(name, token));
                *request.uri_mut() = uri.ok_or(PlacementError::IllegalCharacter)?;
            }
        }
        Ok(())
    }
}

/// Reads the name of a header.
pub(crate) fn field(name: &str) -> Result<HeaderName, PlacementError> {
    name.parse().map_err(|_| PlacementError::IllegalName {
        name: name.to_owned(),
    })
}

fn sensitive(text: &Secret) -> Result<HeaderValue, PlacementError> {
    let value = HeaderValue::from_str(text.expose());
    let mut value = value.map_err(|_| PlacementError::IllegalCharacter)?;
    value.set_sensitive(true);
    Ok(value)
}

fn place_in_form(name: &str, token: &Secret, request: &mut Request<Vec<u8>>) {
    if !request.body().is_empty() {
        request.body_mut().push(b'&');
    }
    let pair = pair(name, token);
    request
        .body_mut()
        .extend_from_slice(pair.expose().as_bytes());
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().entry(CONTENT_TYPE).or_insert(form);
    let length = HeaderValue::from(request.body().len());
    if let Some(told) = request.headers_mut().get_mut(CONTENT_LENGTH) {
        *told = length;
    }
}

fn pair(name: &str, token: &Secret) -> Secret {
    let (name, token) = (
        form::encode(name),
        Secret::new(form::encode(token.expose())),
    );
    Secret::new(format!("{name}={}", token.expose()))
}

fn with_query(uri: &Uri, pair: &Secret) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let separator = match uri.query() {
        None => "?",
        Some("") => "",
        Some(_) => "&",
    };
    let old = parts
        .path_and_query
        .as_ref()
        .map_or("/", |old| old.as_str());
    let new = Secret::new(format!("{old}{separator}{}", pair.expose()));
    parts.path_and_query = Some(new.expose().parse().ok()?);
    Uri::from_parts(parts).ok()
}

fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    media_type.is_some_and(|media_type| {
        media_type
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Why a token could not be put into a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlacementError {
    /// The token has characters that its place cannot hold.
    #[error("the access token has characters that its place cannot hold")]
    IllegalCharacter,
    /// The preset names a header that cannot be one.
    #[error("`{name}` is no name of a header")]
    IllegalName {
        /// The name.
        name: String,
    },
    /// The provider wants the token in a form, and the request has another body, or none.
    #[error("this provider wants the token in a form, and the request is none: send a form")]
    NoForm,
}
