//! Lets programs in browsers call what needs no cookie
//! ([Fetch §3.3](https://fetch.spec.whatwg.org/#http-cors-protocol)).

use std::time::Duration;

use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use tower_http::cors::{Any, CorsLayer};

use crate::config::Config;
use crate::fault;
use crate::oauth2::{DPOP, DPOP_NONCE};

/// Lets programs in any browser call; in development they may ask for faults, too.
///
/// No credentials of the browser's own are let in: whoever calls has to have a token or a code.
pub(crate) fn layer(config: &Config) -> CorsLayer {
    let mut allowed = vec![AUTHORIZATION, CONTENT_TYPE, DPOP];
    let mut exposed = EXPOSED.to_vec();
    if config.development.is_some() {
        allowed.push(fault::ASKED);
        exposed.push(fault::FIRED);
    }
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(allowed)
        .expose_headers(exposed)
        .max_age(Duration::from_secs(3600))
}

const EXPOSED: [HeaderName; 4] = [DPOP_NONCE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE];

/// Tells whether a browser asks beforehand what a program may send.
pub(crate) fn is_preflight<B>(request: &Request<B>) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Lets programs in browsers read an answer of development that did not come by [`layer`].
pub(crate) fn share(headers: &mut HeaderMap) {
    if headers.contains_key(ACCESS_CONTROL_EXPOSE_HEADERS) {
        return;
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = EXPOSED.map(|name| name.to_string()).join(",");
    if let Ok(names) = HeaderValue::try_from(format!("{exposed},{}", fault::FIRED)) {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
}
