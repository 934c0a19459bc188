//! The target URI of a request, in the one form in which two are compared.

use tripod_core::percent;

/// Normalises an absolute URI of HTTP and cuts off query and fragment.
///
/// RFC 9449 §4.3: syntax-based and scheme-based normalisation (RFC 3986 §6.2.2, §6.2.3): scheme
/// and host in lower case, no default port, escapes only where they are needed and in upper case,
/// no dot segments, and `/` for an empty path. Whatever is not such a URI gives nothing.
pub(super) fn normalize(uri: &str) -> Option<String> {
    let uri = uri.split(['?', '#']).next()?;
    let (scheme, rest) = uri.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let (host, port) = host_and_port(authority)?;
    let mut normal = format!("{scheme}://{}", host.to_ascii_lowercase());
    // RFC 3986 §6.2.3: an empty port is the default one.
    let port: u16 = if port.is_empty() {
        default_port
    } else {
        port.parse().ok()?
    };
    if port != default_port {
        normal.push(':');
        normal.push_str(&port.to_string());
    }
    normal.push_str(&without_dot_segments(&unescaped(path)?));
    Some(normal)
}

/// Splits an authority; RFC 9110 §4.2.4: there is no user information in it.
fn host_and_port(authority: &str) -> Option<(String, &str)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let named = |octet: u8| percent::is_unreserved(octet) || b"%!$&'()*+,;=".contains(&octet);
    let is_host = match host.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(address) => address
            .bytes()
            .all(|octet| octet.is_ascii_hexdigit() || b":.".contains(&octet)),
        None => host.bytes().all(named),
    };
    let is_port = port.bytes().all(|octet| octet.is_ascii_digit());
    (is_host && is_port && !host.is_empty()).then_some(())?;
    Some((unescaped(host)?, port))
}

/// Decodes what need not be escaped and writes the other escapes in upper case.
fn unescaped(text: &str) -> Option<String> {
    let mut normal = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [octet, tail @ ..] = rest {
        rest = tail;
        match octet {
            b'%' => {
                let octet = percent::escaped(rest)?;
                rest = rest.get(2..)?;
                if percent::is_unreserved(octet) {
                    normal.push(char::from(octet));
                } else {
                    normal.extend(percent::escape(octet).map(char::from));
                }
            }
            // RFC 3986 §2: nothing else stands in a URI unescaped; RFC 3986 §3.3 adds the slash.
            _ if percent::is_unreserved(*octet) || b"!$&'()*+,;=:@/[]".contains(octet) => {
                normal.push(char::from(*octet));
            }
            _ => return None,
        }
    }
    Some(normal)
}

/// RFC 3986 §5.2.4, for a path that is empty or begins with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut segments = Vec::new();
    let mut rest = path.split('/').skip(1).peekable();
    while let Some(segment) = rest.next() {
        let last = rest.peek().is_none();
        match segment {
            ".." => {
                segments.pop();
            }
            "." => {}
            _ => segments.push(segment),
        }
        if last && matches!(segment, "." | "..") {
            segments.push("");
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_one_target_has_one_form() {
        for uri in [
            "https://example.com/a/b",
            "HTTPS://EXAMPLE.com/a/b",
            "https://example.com:443/a/b",
            "https://example.com:0443/a/b",
            "https://example.com:/a/b",
            "https://example.com/a/b?c=d",
            "https://example.com/a/b#e",
            "https://example.com/a/b?c#d?e",
            "https://example.com/%61/%62",
            "https://example.com/x/../a/./b",
            "https://example.com/../a/b",
            "https://ex%61mple.com/a/b",
        ] {
            assert_eq!(
                normalize(uri).as_deref(),
                Some("https://example.com/a/b"),
                "{uri}"
            );
        }
        for (uri, normal) in [
            ("http://example.com", "http://example.com/"),
            ("http://example.com?a=b", "http://example.com/"),
            ("http://example.com:80", "http://example.com/"),
            ("http://example.com:443/", "http://example.com:443/"),
            ("http://example.com:0/", "http://example.com:0/"),
            ("http://[::1]:8080/a", "http://[::1]:8080/a"),
            ("http://[2001:DB8::1]/", "http://[2001:db8::1]/"),
            ("https://a/%c3%bc%2f", "https://a/%C3%BC%2F"),
            ("https://a/b/..", "https://a/"),
            ("https://a/b/.", "https://a/b/"),
            ("https://a/b/%2e%2E/c", "https://a/c"),
            ("https://a//b", "https://a//b"),
            ("https://a/b/", "https://a/b/"),
        ] {
            assert_eq!(normalize(uri).as_deref(), Some(normal), "{uri}");
        }
    }

    #[test]
    fn what_is_another_target_has_another_form() {
        let normal = normalize("https://example.com/a/b");
        for uri in [
            "http://example.com/a/b",
            "https://example.com:8443/a/b",
            "https://example.com/a/B",
            "https://example.com/a/b/",
            "https://example.com/a%2Fb",
            "https://example.com./a/b",
            "https://www.example.com/a/b",
        ] {
            assert!(normalize(uri).is_some(), "{uri}");
            assert_ne!(normalize(uri), normal, "{uri}");
        }
    }

    #[test]
    fn what_is_no_target_is_none() {
        for uri in [
            "",
            "/a",
            "example.com/a",
            "//example.com/a",
            "ftp://example.com/",
            "https:/example.com/",
            "https://",
            "https:///a",
            "https://user@example.com/",
            "https://user:pass@example.com/",
            "https://example.com:port/",
            "https://example.com:65536/",
            "https://example.com:+443/",
            "https://exam ple.com/",
            "https://example.com/ä",
            "https://example.com/a b",
            "https://example.com/%",
            "https://example.com/%zz",
            "https://[::1/",
            "https://[::g]/",
            "https://a\\b/",
            "https://example.com/\n",
        ] {
            assert_eq!(normalize(uri), None, "{uri:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(uri in "https?://[a-zA-Z.%0-9]{1,8}(:[0-9]{0,5})?(/[a-c.%0-9A-F]{0,5}){0,4}") {
            if let Some(normal) = normalize(&uri) {
                prop_assert_eq!(normalize(&normal), Some(normal));
            }
        }

        #[test]
        fn normalising_never_panics(uri: String, rest in "https://.*") {
            let _ = (normalize(&uri), normalize(&rest));
        }
    }
}
