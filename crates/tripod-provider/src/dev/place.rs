//! From where the pages may be looked at: they show what others send.

use axum::body::Body;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;
use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, Request, StatusCode};

use crate::config::Config;
use crate::pages::Failure;
use crate::provider::Provider;

/// Lets through whoever is on this machine and asks for this machine.
pub(super) async fn guard(
    State(provider): State<Provider>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let peer = provider.peer(&request);
    let is_here = peer.is_none_or(|address| address.is_loopback());
    if is_here && is_meant(provider.config(), &request) {
        return next.run(request).await;
    }
    Failure::new(StatusCode::MISDIRECTED_REQUEST, "Not at this address")
        .saying(
            "This page shows the requests of others, and so only to this machine, by its own name \
             or address.",
        )
        .show(&provider)
}

/// A page of another site can have its own name lead to this machine (DNS rebinding), and would then
/// be of one origin with what it asks for. The name it asks by is still its own.
fn is_meant(config: &Config, request: &Request<Body>) -> bool {
    let named = match request.uri().authority() {
        Some(authority) => Some(authority.clone()),
        None => named(request.headers()),
    };
    named.is_some_and(|named| {
        let own = config.origin.to_string();
        let is_own = own.split_once("://").is_some_and(|(_, own)| named == *own);
        is_own || is_this_machine(named.host())
    })
}

/// RFC 9112 §3.2: more than one `Host` is none.
fn named(headers: &HeaderMap) -> Option<Authority> {
    let mut fields = headers.get_all(HOST).into_iter();
    let field = fields.next().filter(|_| fields.next().is_none())?;
    field.to_str().ok()?.parse().ok()
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address = host.parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::metadata::Issuer;

    use super::*;

    #[test]
    fn only_this_machine_is_meant() {
        let config = Config::new(Issuer::parse("https://id.example").unwrap());
        let meant = |host: &str| {
            let request = Request::get("/dev/exchanges").header(HOST, host);
            is_meant(&config, &request.body(Body::empty()).unwrap())
        };
        for host in [
            "id.example",
            "localhost",
            "LOCALHOST:9090",
            "127.0.0.1:9090",
            "127.8.8.8",
            "[::1]:1",
        ] {
            assert!(meant(host), "{host}");
        }
        for host in [
            "evil.example",
            "id.example.evil.example",
            "id.example:1",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "192.0.2.1",
            "",
            "127.0.0.1, evil.example",
        ] {
            assert!(!meant(host), "{host}");
        }
        let twice = Request::get("/").header(HOST, "localhost");
        let twice = twice.header(HOST, "localhost").body(Body::empty()).unwrap();
        assert!(!is_meant(&config, &twice));
        assert!(!is_meant(
            &config,
            &Request::get("/").body(Body::empty()).unwrap()
        ));
    }
}
