//! The parts of a URI, found without changing a byte of it.
//!
//! Redirect URIs and issuers are compared as they were written, and native apps have schemes of
//! their own, so a parser that normalises or knows the web alone would not do.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An absolute URI in its parts (RFC 3986 §3), each as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uri<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) authority: Option<Authority<'a>>,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) fragment: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Authority<'a> {
    pub(crate) userinfo: Option<&'a str>,
    pub(crate) host: &'a str,
    pub(crate) port: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Splits a URI that has a scheme; `None` if RFC 3986 does not allow it.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if !is_made_of_uri_characters(text) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        let mut characters = scheme.bytes();
        let well_formed = characters.next()?.is_ascii_alphabetic()
            && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'));
        if !well_formed {
            return None;
        }
        let (rest, fragment) = split_off(rest, '#');
        let (rest, query) = split_off(rest, '?');
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at(end);
                (Some(Authority::parse(authority)?), path)
            }
            None => (None, rest),
        };
        let brackets = |text: &str| text.contains(['[', ']']);
        if brackets(path) || fragment.is_some_and(|fragment| fragment.contains('#')) {
            return None;
        }
        Some(Self {
            scheme,
            authority,
            path,
            query,
            fragment,
        })
    }

    /// Tells whether the scheme is this one, given in lower case.
    pub(crate) const fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// Returns the host, unless it is empty.
    pub(crate) fn host(&self) -> Option<&'a str> {
        let host = self.authority?.host;
        (!host.is_empty()).then_some(host)
    }

    /// Tells whether what goes there is protected: https, or http that does not leave the machine.
    pub(crate) fn is_safe_transport(&self) -> bool {
        let Some(host) = self.host() else {
            return false;
        };
        self.has_scheme("https") || (self.has_scheme("http") && is_loopback(host))
    }
}

impl<'a> Authority<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (userinfo, rest) = match text.rsplit_once('@') {
            Some((userinfo, rest)) => (Some(userinfo), rest),
            None => (None, text),
        };
        let (host, port) = match rest.strip_prefix('[') {
            Some(literal) => {
                let length = literal.find(']')? + 2;
                let (host, rest) = rest.split_at_checked(length)?;
                let address = host.strip_prefix('[')?.strip_suffix(']')?;
                address.parse::<Ipv6Addr>().ok()?;
                (
                    host,
                    if rest.is_empty() {
                        None
                    } else {
                        Some(rest.strip_prefix(':')?)
                    },
                )
            }
            None => split_off(rest, ':'),
        };
        let odd = |text: &str| text.contains(['[', ']', '@']);
        let is_port =
            |port: &str| port.is_empty() || (port.parse::<u16>().is_ok() && !port.starts_with('+'));
        if userinfo.is_some_and(odd)
            || (!host.starts_with('[') && odd(host))
            || !port.is_none_or(is_port)
        {
            return None;
        }
        Some(Self {
            userinfo,
            host,
            port,
        })
    }
}

/// Tells whether a host is this machine: a loopback address, or the name `localhost`.
fn is_loopback(host: &str) -> bool {
    let v6 = |host: &str| -> Option<Ipv6Addr> {
        host.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
    };
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse()
            .is_ok_and(|address: Ipv4Addr| address.is_loopback())
        || v6(host).is_some_and(|address| address.is_loopback())
}

/// RFC 3986 §2: unreserved, reserved, and `%` with two hexadecimal digits.
fn is_made_of_uri_characters(text: &str) -> bool {
    let octets = text.as_bytes();
    octets.iter().enumerate().all(|(at, octet)| match octet {
        b'%' => octets
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        octet => octet.is_ascii_graphic(),
    })
}

fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_of_the_example_in_rfc_3986_are_found() {
        let uri = Uri::parse("foo://example.com:8042/over/there?name=ferret#nose").unwrap();
        assert_eq!((uri.scheme, uri.path), ("foo", "/over/there"));
        assert_eq!(
            (uri.query, uri.fragment),
            (Some("name=ferret"), Some("nose"))
        );
        assert_eq!(uri.host(), Some("example.com"));
        assert_eq!(uri.authority.unwrap().port, Some("8042"));
        let urn = Uri::parse("urn:example:animal:ferret:nose").unwrap();
        assert_eq!(
            (urn.authority, urn.path),
            (None, "example:animal:ferret:nose")
        );
    }

    #[test]
    fn what_rfc_3986_does_not_allow_is_refused() {
        for text in [
            "",
            "/path",
            "//host/path",
            "1a://b",
            "a b://c",
            ":x",
            "https://a b",
            "https://a\\@b",
            "https://a/%zz",
            "https://a/%4",
            "https://ä/",
            "https://a:99999/",
            "https://a:b/",
            "https://[::1",
            "https://[::1]x/",
            "https://[g]/",
            "https://a]b/",
            "https://a:+1/",
            "https://a/#b#c",
            "https://a@b@c/",
            "https://a/\u{0}",
            "https://a/[b]",
            "javascript:alert(\"x\")",
        ] {
            assert_eq!(Uri::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_https_and_the_own_machine_are_safe() {
        let safe = |text| Uri::parse(text).unwrap().is_safe_transport();
        for text in [
            "https://a",
            "HTTPS://a/",
            "http://127.0.0.1:80/",
            "http://[::1]",
            "http://localhost/",
        ] {
            assert!(safe(text), "{text}");
        }
        for text in [
            "http://a",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
            "https:///path",
            "https:a",
            "ftp://127.0.0.1/",
            "http://[::2]/",
        ] {
            assert!(!safe(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn splitting_never_panics(text in "[a-z:/?#@\\[\\]%.0-9é]{0,40}") {
            let _ = Uri::parse(&text);
        }
    }
}
