//! Resource indicators: where a token is to be used (RFC 8707).

use std::fmt;

use crate::error::Malformed;
use crate::fields::Fields;
use crate::uri::Uri;

/// The address of a protected resource ([RFC 8707 §2]).
///
/// The parameter `resource` may repeat, in authorization requests and in token requests.
///
/// ```
/// use tripod_oauth2::resource::Resource;
///
/// assert!(Resource::parse("https://api.example.com/app?x=1").is_ok());
/// assert!(Resource::parse("https://api.example.com/app#part").is_err());
/// ```
///
/// [RFC 8707 §2]: https://www.rfc-editor.org/rfc/rfc8707#section-2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Resource(String);

impl Resource {
    /// Reads an absolute URI without a fragment.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is not one; a provider answers `invalid_target`.
    pub fn parse(uri: &str) -> Result<Self, Malformed> {
        let refuse = |due| Malformed::not("resource", due, "RFC 8707 §2");
        // RFC 8707 §2: its value MUST be an absolute URI; it MUST NOT include a fragment.
        match Uri::parse(uri) {
            Some(parts) if parts.fragment.is_some() => Err(refuse("free of a fragment")),
            Some(_) => Ok(Self(uri.to_owned())),
            None => Err(refuse("an absolute URI")),
        }
    }

    /// Returns the URI as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn read_all(fields: &mut Fields<'_>) -> Result<Vec<Self>, Malformed> {
        fields.repeated("resource").map(Self::parse).collect()
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use tripod_core::parameters::Parameters;

    use super::*;

    #[test]
    fn a_resource_is_an_absolute_uri() {
        for uri in [
            "https://a/",
            "https://a/b?c=d",
            "urn:example:a",
            "https://a",
        ] {
            assert_eq!(Resource::parse(uri).unwrap().as_str(), uri);
        }
        for uri in [
            "",
            "api",
            "/api",
            "//a/b",
            "a b",
            "https://a/#",
            "https://a/b?c#d",
            "https://a/\n",
        ] {
            assert!(Resource::parse(uri).is_err(), "{uri:?}");
        }
    }

    #[test]
    fn a_request_may_name_several() {
        let parameters = Parameters::parse(b"resource=https://a/&x=1&resource=https://b/").unwrap();
        let all = Resource::read_all(&mut Fields::new(&parameters, "")).unwrap();
        assert_eq!(
            all.iter().map(Resource::as_str).collect::<Vec<_>>(),
            ["https://a/", "https://b/"]
        );
    }

    #[test]
    fn one_that_is_none_spoils_all() {
        let parameters = Parameters::parse(b"resource=https://a/&resource=b").unwrap();
        assert!(Resource::read_all(&mut Fields::new(&parameters, "")).is_err());
    }
}
