use http::HeaderMap;
use http::header::ORIGIN;

use crate::config::Config;

/// Tells whether a form was posted by a page of another site.
///
/// The sealed field of the form decides in any case; this stops what it can before. Our pages have
/// `no-referrer`, with which browsers write `Origin: null`, so that one has to pass.
pub(super) fn is_foreign(headers: &HeaderMap, config: &Config) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text("sec-fetch-site") {
        // `none` is the user, who sends the form again by reloading.
        Some(site) => site != "same-origin" && site != "none",
        None => text(ORIGIN.as_str())
            .is_some_and(|origin| origin != "null" && origin != config.origin.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};
    use tripod_oauth2::metadata::Issuer;

    use super::*;

    fn foreign(fields: &[(&'static str, &'static str)]) -> bool {
        let config = Config::new(Issuer::parse("https://as.example").unwrap());
        let field = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        is_foreign(&fields.iter().map(field).collect(), &config)
    }

    #[test]
    fn other_sites_and_sibling_domains_are_foreign() {
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(foreign(&[("sec-fetch-site", site)]), "{site}");
        }
        for origin in [
            "https://evil.example",
            "https://as.example.evil.example",
            "http://as.example",
            "https://as.example:8443",
            "\u{e9}",
        ] {
            assert!(foreign(&[("origin", origin)]), "{origin}");
        }
        let both = [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://as.example"),
        ];
        assert!(foreign(&both));
    }

    #[test]
    fn our_own_pages_and_programs_without_a_browser_are_not() {
        assert!(!foreign(&[]));
        assert!(!foreign(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "null")
        ]));
        assert!(!foreign(&[("sec-fetch-site", "none")]));
        assert!(!foreign(&[("origin", "null")]));
        assert!(!foreign(&[("origin", "https://as.example")]));
    }
}
