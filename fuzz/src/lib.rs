//! What the fuzz targets share: HTTP messages and chance, made of the octets of the fuzzer.

use std::hash::{BuildHasher as _, RandomState};

use http::{HeaderName, HeaderValue, Request, Response};
use tripod_core::secret::Secret;
use tripod_oauth1::origin::Origin;

/// Reads `METHOD URI`, header lines, an empty line and the body; lines end in `\n`.
///
/// What follows the URI on its line is dropped, so the requests of `vectors/` are inputs too. Lines
/// that are no header are left out: the fuzzer gets further that way.
pub fn request(text: &[u8]) -> Option<Request<Vec<u8>>> {
    let (line, headers, body) = split(text);
    let mut words = line.split(|octet| *octet == b' ');
    let (method, uri) = (words.next()?, words.next()?);
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .body(body.to_vec())
        .ok()?;
    request.headers_mut().extend(headers);
    Some(request)
}

/// Reads a status, header lines, an empty line and the body; lines end in `\n`.
pub fn response(text: &[u8]) -> Option<Response<Vec<u8>>> {
    let (line, headers, body) = split(text);
    let mut response = Response::builder().status(line).body(body.to_vec()).ok()?;
    response.headers_mut().extend(headers);
    Some(response)
}

/// Returns the origin that a client says it asks; `None` if that is no origin.
pub fn origin<B>(request: &Request<B>) -> Option<Origin> {
    let uri = request.uri();
    let host = match request.headers().get("host") {
        Some(host) => host.to_str().ok()?,
        None => uri.authority()?.as_str(),
    };
    format!("{}://{host}", uri.scheme_str()?).parse().ok()
}

/// Draws a secret that no input can hold: another one in every process.
pub fn unguessable() -> Secret {
    let drawn = [(); 4].map(|()| format!("{:016x}", RandomState::new().hash_one(0)));
    Secret::new(drawn.concat())
}

type Header = (HeaderName, HeaderValue);

fn split(text: &[u8]) -> (&[u8], Vec<Header>, &[u8]) {
    let (line, mut rest) = cut(text, b"\n");
    let mut headers = Vec::new();
    while !rest.is_empty() {
        let (line, following) = cut(rest, b"\n");
        rest = following;
        if line.is_empty() {
            break;
        }
        let (name, value) = cut(line, b":");
        let (name, value) = (
            HeaderName::from_bytes(name),
            HeaderValue::from_bytes(value.trim_ascii()),
        );
        headers.extend(name.ok().zip(value.ok()));
    }
    (line, headers, rest)
}

/// Splits before and behind the first `separator`, or at the end.
pub fn cut<'a>(text: &'a [u8], separator: &[u8; 1]) -> (&'a [u8], &'a [u8]) {
    let at = text.iter().position(|octet| octet == &separator[0]);
    match at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[]),
    }
}
