//! Redirect URIs: registering them, matching them, and what may be sent to them.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

mod form_post;

pub use form_post::FormPost;

use crate::authorization::{AuthorizationResponse, ResponseMode};
use crate::error::{Error, Malformed, Mismatch, Misuse};
use crate::uri::Uri;

const RULE: &str = "RFC 6749 §3.1.2";

/// The status of an answer that redirects: the browser fetches, it never posts a password again.
///
/// RFC 9700 §4.12: 307 MUST NOT be used, 303 is the one that is unambiguous.
pub const REDIRECT_STATUS: http::StatusCode = http::StatusCode::SEE_OTHER;

/// A redirect URI as a client registered it ([RFC 6749 §3.1.2.2]).
///
/// [RFC 6749 §3.1.2.2]: https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Takes a redirect URI that is https, http on a loopback address, or an app's own scheme.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is relative, has a fragment or user information, would travel in clear,
    /// runs a script, or has a scheme that is no domain name in reverse (RFC 8252 §7.1).
    pub fn parse(uri: &str) -> Result<Self, Malformed> {
        let redirect_uri = Self::dangerous_parse(uri)?;
        let parts = Uri::parse(uri).ok_or_else(not_absolute)?;
        let is_safe = if parts.has_scheme("http") || parts.has_scheme("https") {
            parts.is_safe_transport()
        } else {
            parts.scheme.contains('.')
        };
        if is_safe {
            Ok(redirect_uri)
        } else {
            let due = "https, http on a loopback address, or an app's scheme with a period";
            Err(Malformed::not("redirect_uri", due, "RFC 8252 §7"))
        }
    }

    /// Takes a redirect URI to which a code may travel in clear, or which any app may claim.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is relative, has a fragment or user information, or runs a script.
    pub fn dangerous_parse(uri: &str) -> Result<Self, Malformed> {
        const SCRIPTS: [&str; 6] = ["about", "blob", "data", "file", "javascript", "vbscript"];
        // RFC 6749 §3.1.2: it MUST be an absolute URI and MUST NOT include a fragment.
        let parts = Uri::parse(uri).ok_or_else(not_absolute)?;
        if parts.fragment.is_some() {
            return Err(Malformed::not("redirect_uri", "free of a fragment", RULE));
        }
        if parts
            .authority
            .is_some_and(|authority| authority.userinfo.is_some())
        {
            return Err(Malformed::not(
                "redirect_uri",
                "free of user information",
                "RFC 9700 §4.1",
            ));
        }
        let is_web = parts.has_scheme("http") || parts.has_scheme("https");
        if SCRIPTS.iter().any(|scheme| parts.has_scheme(scheme))
            || (is_web && parts.host().is_none())
        {
            return Err(Malformed::not(
                "redirect_uri",
                "a place to which a browser can go",
                RULE,
            ));
        }
        Ok(Self(uri.to_owned()))
    }

    /// Returns the URI as it was registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether a URI is this one, character for character.
    ///
    /// Of an http address on `127.0.0.1` or `[::1]` the port may be any: a native app cannot know
    /// which one it gets ([RFC 8252 §7.3]).
    ///
    /// [RFC 8252 §7.3]: https://www.rfc-editor.org/rfc/rfc8252#section-7.3
    #[must_use]
    pub fn matches(&self, presented: &str) -> bool {
        // RFC 6749 §3.1.2.3: simple string comparison.
        if self.0 == presented {
            return true;
        }
        match (without_port(&self.0), without_port(presented)) {
            (Some(registered), Some(presented)) => registered == presented,
            _ => false,
        }
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Splits an http address on a loopback literal into host and whatever follows the port.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let parts = Uri::parse(uri)?;
    let authority = parts.authority?;
    let literal = authority
        .host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_literal = match literal {
        Some(literal) => literal.parse() == Ok(Ipv6Addr::LOCALHOST),
        None => authority.host.parse() == Ok(Ipv4Addr::LOCALHOST),
    };
    if parts.scheme != "http"
        || authority.userinfo.is_some()
        || parts.fragment.is_some()
        || !is_literal
    {
        return None;
    }
    let rest = uri.strip_prefix("http://")?.strip_prefix(authority.host)?;
    let rest = match authority.port {
        Some(port) => rest.strip_prefix(':')?.strip_prefix(port)?,
        None => rest,
    };
    Some((authority.host, rest))
}

fn not_absolute() -> Malformed {
    Malformed::not("redirect_uri", "an absolute URI", RULE)
}

/// A redirect URI that was found among those the client registered.
///
/// Nothing can be sent to a client without one, and only [`verify`](Self::verify) makes one: an
/// error found before cannot be redirected (RFC 6749 §4.1.2.1).
///
/// ```compile_fail
/// use tripod_oauth2::redirect_uri::VerifiedRedirect;
///
/// let redirect = VerifiedRedirect { uri: "https://attacker.example/".to_owned() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRedirect {
    uri: String,
}

impl VerifiedRedirect {
    /// Finds the redirect URI of a request among the registered ones of its client.
    ///
    /// # Errors
    ///
    /// [`Mismatch::RedirectUri`] if it is not there, and [`Malformed`] if the request names none
    /// while the client did not register exactly one. Neither may be redirected.
    pub fn verify(presented: Option<&str>, registered: &[RedirectUri]) -> Result<Self, Error> {
        let uri = match (presented, registered) {
            (Some(presented), registered) => registered
                .iter()
                .any(|own| own.matches(presented))
                .then_some(presented)
                .ok_or(Mismatch::RedirectUri)?,
            (None, [only]) => only.as_str(),
            // RFC 6749 §3.1.2.3: with several or none registered the request MUST include one.
            (None, _) => return Err(Malformed::missing("redirect_uri", "RFC 6749 §3.1.2.3").into()),
        };
        Ok(Self {
            uri: uri.to_owned(),
        })
    }

    /// Returns the URI, with the port that the request named.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.uri
    }

    /// Sends a response to the client.
    ///
    /// # Errors
    ///
    /// [`Misuse::TokenInQuery`] for a token in a query, and [`Misuse::ResponseMode`] for a mode
    /// that wants a JWT: [`carry`](Self::carry) takes that once it is made.
    pub fn redirect(
        &self,
        response: &AuthorizationResponse,
        mode: &ResponseMode,
    ) -> Result<Redirection, Misuse> {
        // OAuth 2.0 Multiple Response Types §5: the query encoding MUST NOT be used for tokens.
        if *mode == ResponseMode::Query && response.has_token() {
            return Err(Misuse::TokenInQuery);
        }
        self.carry(&response.encode(), mode)
    }

    /// Sends parameters to the client as they are.
    ///
    /// # Errors
    ///
    /// [`Misuse::ResponseMode`] for any mode but `query`, `fragment` and `form_post`.
    pub fn carry(
        &self,
        parameters: &Parameters,
        mode: &ResponseMode,
    ) -> Result<Redirection, Misuse> {
        match mode {
            ResponseMode::Query => {
                // RFC 6749 §3.1.2: a query the URI has MUST be retained.
                let separator = match self.uri.split_once('?') {
                    None => "?",
                    Some((_, "")) => "",
                    Some(_) => "&",
                };
                Ok(self.location(separator, parameters))
            }
            ResponseMode::Fragment => Ok(self.location("#", parameters)),
            ResponseMode::FormPost => Ok(Redirection::FormPost(FormPost {
                action: self.uri.clone(),
                fields: parameters.clone(),
            })),
            _ => Err(Misuse::ResponseMode),
        }
    }

    fn location(&self, separator: &str, parameters: &Parameters) -> Redirection {
        let form = parameters.to_form();
        Redirection::Location(Secret::new(format!("{}{separator}{form}", self.uri)))
    }
}

/// How a response gets to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redirection {
    /// A page with a form that the user submits.
    FormPost(FormPost),
    /// The value of `Location`, beside [`REDIRECT_STATUS`]; it holds the code.
    Location(Secret),
}

#[cfg(test)]
mod tests;
