//! Where a redirect leads, and what of a request goes there ([RFC 9110 §15.4](https://www.rfc-editor.org/rfc/rfc9110#section-15.4)).

use http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, LOCATION, PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, Method, StatusCode};
use reqwest::Url;

use super::Options;
use super::outgoing::Outgoing;
use crate::client::DPOP;
use crate::error::Error;

/// A redirect that is to be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hop {
    /// Where to.
    pub(super) uri: Url,
    /// By which method.
    pub(super) method: Method,
    /// Whether the request is authorised there.
    pub(super) trust: Trust,
}

/// Whether a request is authorised where a redirect leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It is the same origin, or one that was named.
    Authorised,
    /// It is somebody else's.
    Foreign,
}

/// Reads a redirect; `None` where the answer is none.
pub(super) fn hop(
    method: &Method,
    uri: &Url,
    status: StatusCode,
    headers: &HeaderMap,
    options: &Options,
) -> Option<Hop> {
    let method = match status {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => method.clone(),
        StatusCode::SEE_OTHER if *method != Method::HEAD => Method::GET,
        StatusCode::SEE_OTHER => Method::HEAD,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND if *method == Method::POST => Method::GET,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => method.clone(),
        _ => return None,
    };
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let mut target = uri.join(location).ok()?;
    drop_signature(&mut target);
    if !matches!(target.scheme(), "http" | "https") {
        return None;
    }
    let is_named = |origin: &Url| origin.origin() == target.origin();
    let trust = if is_named(uri) || options.origins.iter().any(is_named) {
        Trust::Authorised
    } else {
        Trust::Foreign
    };
    Some(Hop {
        uri: target,
        method,
        trust,
    })
}

/// Takes out what an earlier OAuth 1 signature in a query left: servers repeat the query.
fn drop_signature(target: &mut Url) {
    let is_protocol = |pair: &&str| pair.starts_with("oauth_");
    let Some(query) = target.query() else {
        return;
    };
    if query
        .split('&')
        .any(|pair| pair.starts_with("oauth_signature="))
    {
        let kept: Vec<_> = query.split('&').filter(|pair| !is_protocol(pair)).collect();
        let kept = kept.join("&");
        target.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
}

impl Hop {
    /// Turns a request to where the redirect leads.
    pub(super) fn apply(self, request: &mut impl Outgoing) -> Result<(), Error> {
        let moves = request.url()?.origin() != self.uri.origin();
        let headers = request.headers_mut();
        headers.remove(AUTHORIZATION);
        headers.remove(DPOP);
        if moves {
            headers.remove(HOST);
        }
        if self.trust == Trust::Foreign {
            headers.remove(COOKIE);
            headers.remove(PROXY_AUTHORIZATION);
        }
        if self.method != *request.method() {
            let headers = request.headers_mut();
            for name in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING] {
                headers.remove(name);
            }
            request.set_octets(Vec::new());
        }
        request.set_method(self.method);
        request.set_uri(self.uri.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn hop_to(location: &str, method: &Method, status: u16) -> Option<Hop> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        let status = StatusCode::from_u16(status).unwrap();
        let options = Options {
            origins: vec![url("https://cdn.example")],
            ..Options::default()
        };
        hop(
            method,
            &url("https://api.example/a?b"),
            status,
            &headers,
            &options,
        )
    }

    #[test]
    fn the_method_goes_by_the_status() {
        for (status, before, after) in [
            (301, Method::POST, Method::GET),
            (302, Method::POST, Method::GET),
            (302, Method::PUT, Method::PUT),
            (303, Method::PUT, Method::GET),
            (303, Method::HEAD, Method::HEAD),
            (307, Method::POST, Method::POST),
            (308, Method::POST, Method::POST),
        ] {
            assert_eq!(
                hop_to("/c", &before, status).unwrap().method,
                after,
                "{status}"
            );
        }
    }

    #[test]
    fn only_the_same_origin_is_trusted_and_those_that_were_named() {
        for (location, trust) in [
            ("/c", Trust::Authorised),
            ("https://API.example:443/c", Trust::Authorised),
            ("https://cdn.example/c", Trust::Authorised),
            ("https://evil.example/c", Trust::Foreign),
            ("https://api.example:8443/c", Trust::Foreign),
            ("http://api.example/c", Trust::Foreign),
            ("https://api.example@evil.example/", Trust::Foreign),
            ("//evil.example/c", Trust::Foreign),
        ] {
            let hop = hop_to(location, &Method::GET, 302).unwrap();
            assert_eq!(hop.trust, trust, "{location}");
        }
    }

    #[test]
    fn a_signature_in_the_query_is_not_carried_on() {
        let signed = "/c?a=1&oauth_nonce=n&oauth_signature=s&b=2";
        let hop = hop_to(signed, &Method::GET, 301).unwrap();
        assert_eq!(hop.uri.as_str(), "https://api.example/c?a=1&b=2");
        let other = hop_to("/c?oauth_problem=x", &Method::GET, 301).unwrap();
        assert_eq!(other.uri.query(), Some("oauth_problem=x"));
    }

    #[test]
    fn what_is_no_redirect_is_an_answer() {
        assert_eq!(hop_to("/c", &Method::GET, 200), None);
        assert_eq!(hop_to("/c", &Method::GET, 304), None);
        assert_eq!(hop_to("/c", &Method::GET, 300), None);
        assert_eq!(hop_to("file:///etc/passwd", &Method::GET, 302), None);
        assert_eq!(hop_to("javascript:alert(1)", &Method::GET, 302), None);
    }
}
