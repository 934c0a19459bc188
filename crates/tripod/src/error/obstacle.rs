//! Why a server could not be reached, read off what the HTTP client says.

use std::error::Error as _;
use std::io;

use reqwest::Url;
use tripod_doctor::evidence::{Observation, Obstacle};

/// Says what lies between this machine and a host.
pub(crate) fn observe(host: &str, error: &reqwest::Error) -> Observation {
    let said = innermost(error);
    Observation::Unreachable {
        host: host.to_owned(),
        obstacle: obstacle(error, &said.to_lowercase()),
        said,
    }
}

/// Returns the host of an address, with a port that is not the usual one.
pub(crate) fn host(uri: &Url) -> String {
    let host = uri.host_str().unwrap_or_default();
    match uri.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn obstacle(error: &reqwest::Error, said: &str) -> Obstacle {
    if let Some(kind) = io_kind(error) {
        match kind {
            io::ErrorKind::ConnectionRefused => return Obstacle::Refused,
            io::ErrorKind::TimedOut => return Obstacle::Timeout,
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset => return Obstacle::Closed,
            _ => {}
        }
    }
    if error.is_timeout() {
        return Obstacle::Timeout;
    }
    // rustls, the resolver and hyper have no public types for these in what reqwest gives out.
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    match () {
        () if says(&["unknownissuer", "self-signed", "untrusted issuer"]) => {
            Obstacle::CertificateUntrusted
        }
        () if says(&["not valid for name", "notvalidforname"]) => Obstacle::CertificateName,
        () if says(&["expired", "not valid yet", "notvalidyet"]) => Obstacle::CertificateExpired,
        () if says(&[
            "lookup address",
            "dns error",
            "name or service",
            "no such host",
        ]) =>
        {
            Obstacle::NameUnknown
        }
        () if says(&[
            "certificate",
            "corrupt message",
            "handshake",
            "tls",
            "alert",
        ]) =>
        {
            Obstacle::Tls
        }
        () if says(&["connection closed", "eof", "incomplete message", "reset"]) => {
            Obstacle::Closed
        }
        () => Obstacle::Other,
    }
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    let mut kind = None;
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<io::Error>() {
            kind = Some(error.kind());
        }
        cause = inner.source();
    }
    kind
}

/// The last of the causes says what happened; none of them holds the address.
fn innermost(error: &reqwest::Error) -> String {
    let mut said = String::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said = inner.to_string();
        cause = inner.source();
    }
    said
}
