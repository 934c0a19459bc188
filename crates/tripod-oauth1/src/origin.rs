//! Scheme, host and port, as the base string URI wants them.

use std::fmt;

use http::Uri;
use http::uri::{Authority, Scheme};

/// Scheme, host and port of a request.
///
/// A provider takes it from its configuration, never from what a request says of itself: behind a
/// proxy that ends TLS only the configuration knows that the client said `https`.
///
/// ```
/// use tripod_oauth1::origin::Origin;
///
/// let origin: Origin = "https://API.example.com:443".parse()?;
/// assert_eq!(origin.to_string(), "https://api.example.com");
/// # Ok::<(), tripod_oauth1::origin::OriginError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    secure: bool,
    /// In lower case; an IPv6 address keeps its brackets.
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// Tells whether nobody can listen in: TLS, or a connection within this machine.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.borrowed().is_private()
    }

    pub(crate) fn borrowed(&self) -> OriginRef<'_> {
        OriginRef {
            secure: self.secure,
            host: &self.host,
            port: self.port,
        }
    }
}

impl std::str::FromStr for Origin {
    type Err = OriginError;

    /// Reads a URI and keeps scheme, host and port.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError::NotHttp)?;
        let origin = OriginRef::of(&uri, None)?;
        Ok(Self {
            secure: origin.secure,
            host: origin.host.to_ascii_lowercase(),
            port: origin.port,
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.borrowed().scheme(), self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Why scheme, host and port cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// The `Host` header is not `host` or `host:port`.
    #[error("the `Host` header is not a host with an optional port")]
    InvalidHost,
    /// The URI is not absolute, or of another scheme.
    #[error("the URI is not an absolute one that begins with `http://` or `https://`")]
    NotHttp,
}

/// What [`Origin`] holds, borrowed from a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OriginRef<'a> {
    secure: bool,
    /// In any case.
    host: &'a str,
    /// Only where it is not the default of the scheme.
    port: Option<u16>,
}

impl<'a> OriginRef<'a> {
    /// Reads it from an absolute URI, or for host and port from the `Host` header if there is one.
    pub(crate) fn of(uri: &'a Uri, host: Option<&'a [u8]>) -> Result<Self, OriginError> {
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(OriginError::NotHttp),
        };
        // RFC 5849 §3.4.1.2: host and port MUST match the content of the `Host` header.
        let (host, port) = match host {
            Some(host) => host_header(host).ok_or(OriginError::InvalidHost)?,
            None => {
                let authority = uri.authority().map_or("", Authority::as_str);
                host_and_port(without_userinfo(authority)).ok_or(OriginError::NotHttp)?
            }
        };
        // RFC 5849 §3.4.1.2: the port MUST be excluded if it is the default for the scheme.
        let port = port.filter(|&port| port != if secure { 443 } else { 80 });
        Ok(Self { secure, host, port })
    }

    pub(crate) const fn scheme(self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    pub(crate) const fn host(self) -> &'a str {
        self.host
    }

    pub(crate) const fn port(self) -> Option<u16> {
        self.port
    }

    pub(crate) fn is_private(self) -> bool {
        self.secure || is_loopback(self.host)
    }
}

fn without_userinfo(authority: &str) -> &str {
    let at = authority.bytes().rposition(|octet| octet == b'@');
    at.and_then(|at| authority.get(at + 1..))
        .unwrap_or(authority)
}

fn host_header(octets: &[u8]) -> Option<(&str, Option<u16>)> {
    let is_host = |octet: &u8| octet.is_ascii_graphic() && !b"/?#@\\".contains(octet);
    let text = octets
        .iter()
        .all(is_host)
        .then(|| str::from_utf8(octets).ok())?;
    host_and_port(text?)
}

/// Splits `host`, `host:port` or `[v6]:port`; an empty port is none (RFC 3986 §3.2.3).
fn host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let address = match text.as_bytes().first()? {
        b'[' => text.find(']')? + 1,
        _ => 0,
    };
    let colon = text
        .as_bytes()
        .get(address..)?
        .iter()
        .position(|octet| *octet == b':');
    let (host, port) = text.split_at(colon.map_or(text.len(), |colon| address + colon));
    let port = match port.get(1..).unwrap_or_default() {
        "" => None,
        port if port.bytes().all(|octet| octet.is_ascii_digit()) => Some(port.parse().ok()?),
        _ => return None,
    };
    is_whole(host).then_some((host, port))
}

/// Tells whether brackets stand around all of it, as around an IPv6 address, or nowhere in it.
fn is_whole(text: &str) -> bool {
    let address = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let host = address.unwrap_or(text);
    !host.is_empty() && !host.bytes().any(|octet| matches!(octet, b'[' | b']'))
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    address.eq_ignore_ascii_case("localhost")
        || address
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(uri: &str, host: Option<&str>) -> Result<(String, String, Option<u16>), OriginError> {
        let uri = uri.parse().unwrap();
        let origin = OriginRef::of(&uri, host.map(str::as_bytes))?;
        Ok((
            origin.scheme().to_owned(),
            origin.host().to_owned(),
            origin.port(),
        ))
    }

    fn expected(scheme: &str, host: &str, port: Option<u16>) -> (String, String, Option<u16>) {
        (scheme.to_owned(), host.to_owned(), port)
    }

    #[test]
    fn the_default_port_of_the_scheme_is_left_out_and_no_other() {
        let cases = [
            (
                "http://example.com:80/",
                expected("http", "example.com", None),
            ),
            (
                "https://example.com:443/",
                expected("https", "example.com", None),
            ),
            (
                "http://example.com:443/",
                expected("http", "example.com", Some(443)),
            ),
            (
                "https://example.com:80/",
                expected("https", "example.com", Some(80)),
            ),
            (
                "https://example.com:/",
                expected("https", "example.com", None),
            ),
            (
                "https://example.com:0443/",
                expected("https", "example.com", None),
            ),
        ];
        for (uri, expected) in cases {
            assert_eq!(origin(uri, None), Ok(expected), "{uri}");
        }
    }

    #[test]
    fn the_host_header_decides_over_the_uri() {
        let found = origin("https://127.0.0.1:8443/", Some("api.example.com:8443"));
        assert_eq!(found, Ok(expected("https", "api.example.com", Some(8443))));
        let found = origin("https://127.0.0.1:8443/", Some("api.example.com"));
        assert_eq!(found, Ok(expected("https", "api.example.com", None)));
    }

    #[test]
    fn user_information_is_no_part_of_it() {
        let found = origin("https://user:p%40ss@example.com/", None);
        assert_eq!(found, Ok(expected("https", "example.com", None)));
    }

    #[test]
    fn an_ipv6_address_keeps_its_brackets() {
        let found = origin("http://[2001:DB8::1]:8080/", None);
        assert_eq!(found, Ok(expected("http", "[2001:DB8::1]", Some(8080))));
        let found = origin("http://[::1]/", None);
        assert_eq!(found, Ok(expected("http", "[::1]", None)));
    }

    #[test]
    fn a_host_header_that_is_none_is_refused() {
        for host in [
            "", ":80", "a:b", "a:99999", "a:+1", "a/b", "a b", "u@a", "a:80:80", "\u{fc}",
        ] {
            assert_eq!(
                origin("http://a/", Some(host)),
                Err(OriginError::InvalidHost),
                "{host}"
            );
        }
    }

    #[test]
    fn brackets_stand_around_the_whole_host_or_nowhere() {
        for host in [
            "]",
            "[",
            "[]",
            "a]",
            "a[b]",
            "[::1]a",
            "[::1]a:80",
            "[[::1]]",
        ] {
            let found = origin("http://a/", Some(host));
            assert_eq!(found, Err(OriginError::InvalidHost), "{host}");
        }
        // What stands before the `@` is user information, brackets or not.
        let found = origin("http://[2:@]:8080/", None);
        assert_eq!(found, Err(OriginError::NotHttp));
    }

    #[test]
    fn what_is_not_http_is_refused() {
        for uri in ["/path", "ftp://example.com/", "example.com:443"] {
            assert_eq!(origin(uri, None), Err(OriginError::NotHttp), "{uri}");
        }
        assert_eq!("no uri at all".parse::<Origin>(), Err(OriginError::NotHttp));
    }

    #[test]
    fn a_connection_within_the_machine_is_private_and_cleartext_elsewhere_is_not() {
        let private = |uri: &str| uri.parse::<Origin>().unwrap().is_private();
        assert!(private("https://example.com"));
        assert!(private("http://localhost:9090"));
        assert!(private("http://127.0.0.1:9090"));
        assert!(private("http://[::1]:9090"));
        assert!(!private("http://example.com"));
        assert!(!private("http://localhost.example.com"));
        assert!(!private("http://127.0.0.1.example.com"));
    }
}
