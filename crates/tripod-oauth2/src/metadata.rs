//! What servers and resources publish about themselves (RFC 8414, RFC 9728, OpenID discovery).

use std::fmt;

mod openid;
mod protected_resource;
mod server;

pub use openid::OpenIdMetadata;
pub use protected_resource::{BearerMethod, ProtectedResourceMetadata, protected_resource_uri};
pub use server::ServerMetadata;

use crate::error::Malformed;
use crate::uri::Uri;

/// Who issues tokens: a URL without query and fragment ([RFC 8414 §2]).
///
/// Issuers are compared character for character; there is no other way to compare two.
///
/// ```
/// use tripod_oauth2::metadata::Issuer;
///
/// let issuer = Issuer::parse("https://example.com/issuer1")?;
/// assert_eq!(
///     issuer.metadata_uri("oauth-authorization-server"),
///     "https://example.com/.well-known/oauth-authorization-server/issuer1"
/// );
/// # Ok::<(), tripod_oauth2::error::Malformed>(())
/// ```
///
/// [RFC 8414 §2]: https://www.rfc-editor.org/rfc/rfc8414#section-2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// Reads an issuer that is https, or http on a loopback address.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it would travel in clear, or has a query, a fragment or user information.
    pub fn parse(uri: &str) -> Result<Self, Malformed> {
        let issuer = Self::dangerous_parse(uri)?;
        if Uri::parse(uri).is_some_and(|parts| parts.is_safe_transport()) {
            Ok(issuer)
        } else {
            Err(refuse("https, or http on a loopback address"))
        }
    }

    /// Reads an issuer whose metadata may travel in clear: who is in between can be anybody.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it has a query, a fragment or user information.
    pub fn dangerous_parse(uri: &str) -> Result<Self, Malformed> {
        // RFC 8414 §2: "https", and no query or fragment components.
        let parts = Uri::parse(uri).ok_or_else(|| refuse("a URL"))?;
        let has_userinfo = parts
            .authority
            .is_some_and(|authority| authority.userinfo.is_some());
        if parts.query.is_some() || parts.fragment.is_some() || has_userinfo {
            return Err(refuse("free of query, fragment and user information"));
        }
        if parts.host().is_none() || !(parts.has_scheme("https") || parts.has_scheme("http")) {
            return Err(refuse("a URL"));
        }
        Ok(Self(uri.to_owned()))
    }

    /// Returns the issuer as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes where metadata is by [RFC 8414 §3]: between host and path.
    ///
    /// [RFC 8414 §3]: https://www.rfc-editor.org/rfc/rfc8414#section-3
    #[must_use]
    pub fn metadata_uri(&self, suffix: &str) -> String {
        // RFC 8414 §3.1: any terminating "/" MUST be removed before inserting.
        insert_well_known(self.0.strip_suffix('/').unwrap_or(&self.0), suffix)
    }

    /// Writes where metadata is by OpenID Connect Discovery §4: after the path.
    #[must_use]
    pub fn openid_configuration_uri(&self) -> String {
        let base = self.0.strip_suffix('/').unwrap_or(&self.0);
        format!("{base}/.well-known/openid-configuration")
    }

    /// Lists all places where metadata may be, the one to try first in front.
    #[must_use]
    pub fn candidate_uris(&self) -> Vec<String> {
        let mut candidates = vec![
            self.metadata_uri("oauth-authorization-server"),
            self.openid_configuration_uri(),
        ];
        // RFC 8414 §5: with a path, the OpenID suffix may be inserted, too.
        let inserted = self.metadata_uri("openid-configuration");
        if !candidates.contains(&inserted) {
            candidates.push(inserted);
        }
        candidates
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Inserts `/.well-known/…` between the host of a URL and what follows it.
fn insert_well_known(url: &str, suffix: &str) -> String {
    let host = url.find("://").map_or(0, |at| at + 3);
    let (_, rest) = url.split_at(host);
    let end = host + rest.find(['/', '?']).unwrap_or(rest.len());
    let (origin, rest) = url.split_at(end);
    format!("{origin}/.well-known/{suffix}{rest}")
}

fn refuse(due: &'static str) -> Malformed {
    Malformed::not("issuer", due, "RFC 8414 §2")
}

/// Refuses an address to which nothing may be sent in clear.
fn refuse_cleartext(
    name: &'static str,
    uri: Option<&str>,
    rule: &'static str,
) -> Result<(), Malformed> {
    let is_safe = |uri| Uri::parse(uri).is_some_and(|parts| parts.is_safe_transport());
    if uri.is_none_or(is_safe) {
        Ok(())
    } else {
        Err(Malformed::not(
            name,
            "https, or http on a loopback address",
            rule,
        ))
    }
}

#[cfg(test)]
mod tests;
