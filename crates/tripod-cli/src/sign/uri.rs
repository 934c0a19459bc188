use http::Uri;
use tripod_core::percent;

/// Reads a URL as people type it.
///
/// What cannot stand in the first line of a request, such as a space or an umlaut, is
/// percent-encoded, as browsers and curl do; all else stays as it is, since a path is signed as it
/// is sent. `None` if it is no absolute `http` or `https` URL.
pub(super) fn parse(text: &str) -> Option<Uri> {
    let is_sent = |octet: u8| octet.is_ascii_graphic() && !b"<>\\^`".contains(&octet);
    let mut encoded = Vec::with_capacity(text.len());
    for octet in text.trim().bytes() {
        if is_sent(octet) {
            encoded.push(octet);
        } else {
            encoded.extend(percent::escape(octet));
        }
    }
    let uri = Uri::try_from(encoded).ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    (is_http && uri.host().is_some_and(|host| !host.is_empty())).then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<String> {
        parse(text).map(|uri| uri.to_string())
    }

    #[test]
    fn what_no_url_can_hold_is_encoded() {
        let expected = "https://example.com/%C3%BC%20b?c=%3Cd%3E";
        assert_eq!(
            parsed("https://example.com/\u{fc} b?c=<d>").as_deref(),
            Some(expected)
        );
    }

    #[test]
    fn what_can_be_sent_stays_as_it_is() {
        for url in [
            "https://a/b[1]|\"c\"?d[]=e|f%20g+h",
            "http://[::1]:8080/;p?q",
            "https://a/%7e",
        ] {
            assert_eq!(parsed(url).as_deref(), Some(url));
        }
    }

    #[test]
    fn what_is_no_absolute_http_url_is_refused() {
        for text in [
            "",
            "example.com",
            "/path",
            "ftp://a/",
            "https://",
            "https:///a",
            "a b",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
