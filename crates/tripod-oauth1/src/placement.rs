//! The three places of a request in which protocol parameters may stand.

use std::fmt;

/// Where parameters stand in a request ([RFC 5849 §3.5]), best first.
///
/// [RFC 5849 §3.5]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Placement {
    /// The `Authorization` header (§3.5.1).
    #[default]
    Header,
    /// A body of type `application/x-www-form-urlencoded` (§3.5.2).
    Body,
    /// The query of the URI (§3.5.3).
    Query,
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "Authorization header",
            Self::Body => "form body",
            Self::Query => "query",
        })
    }
}
