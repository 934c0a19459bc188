//! Requests and answers as the doctor reads them, and as much of them as is kept.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderMap, Request, response};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::evidence::{self, Exchange, Header};

use crate::config::Config;
use crate::pages::moment;

/// So much of a body is kept: more than any message of the protocols has, but JWTs in plenty.
pub(super) const KEPT: usize = 8 * 1024;

/// Takes a request, addressed as its client addressed it.
pub(super) fn request(config: &Config, request: &Request<Bytes>) -> evidence::Request {
    let path = request.uri().path_and_query();
    let path = path.map_or("/", http::uri::PathAndQuery::as_str);
    let uri = format!("{}{path}", config.origin);
    let mut taken = evidence::Request::new(request.method().as_str(), uri);
    taken.headers = headers(request.headers());
    taken.body = text(request.body()).map(|body| without_seal(&body));
    taken
}

/// Hides what is sealed into the forms of our pages, which proves that they are ours.
fn without_seal(body: &Secret) -> Secret {
    let pieces = body.expose().split('&');
    let pieces = pieces.map(|piece| match piece.starts_with("flow=") {
        true => "flow=(hidden)",
        false => piece,
    });
    Secret::new(pieces.collect::<Vec<_>>().join("&"))
}

/// Takes an answer that is given at this time, as its `Date` is going to say.
pub(super) fn answer(
    parts: &response::Parts,
    octets: &Bytes,
    now: Timestamp,
) -> evidence::Response {
    let mut taken = evidence::Response::new(parts.status.as_u16());
    taken.headers = headers(&parts.headers);
    if !parts.headers.contains_key(DATE) {
        taken.headers.push(Header::new("date", moment(now)));
    }
    taken.body = if is_page(&parts.headers) {
        Some(Secret::new(gist(octets)))
    } else {
        text(octets)
    };
    taken
}

/// Cuts bodies to what is kept.
pub(super) fn shortened(mut exchange: Exchange) -> Exchange {
    let request = exchange.request.iter_mut().map(|it| &mut it.body);
    let response = exchange.response.iter_mut().map(|it| &mut it.body);
    for body in request.chain(response).flatten() {
        let length = body.expose().len();
        if length > KEPT {
            let is_end = |at: &usize| body.expose().is_char_boundary(*at);
            let end = (0..=KEPT).rev().find(is_end).unwrap_or_default();
            let kept = body.expose().get(..end).unwrap_or_default();
            *body = Secret::new(format!("{kept}\n[the first {end} of {length} octets]"));
        }
    }
    exchange
}

fn headers(headers: &HeaderMap) -> Vec<Header> {
    let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        Header::new(name.as_str(), value)
    };
    headers.iter().map(field).collect()
}

fn text(octets: &Bytes) -> Option<Secret> {
    (!octets.is_empty()).then(|| Secret::new(String::from_utf8_lossy(octets).into_owned()))
}

fn is_page(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE);
    media_type.is_some_and(|it| it.as_bytes().starts_with(b"text/html"))
}

/// Takes of a page what says most: why it refuses, or else its title. Forms carry what is sealed.
fn gist(page: &Bytes) -> String {
    let page = String::from_utf8_lossy(page);
    let between = |begin, end| {
        let (_, rest) = page.split_once(begin)?;
        rest.split_once(end).map(|(inner, _)| inner.trim())
    };
    let refusal = between("<main>", "</main>").filter(|main| main.contains("id=\"developer\""));
    let title = || between("<title>", "</title>").unwrap_or("A page");
    match refusal {
        Some(refusal) => refusal.to_owned(),
        None => format!("<title>{}</title>\n[the rest of the page]", title()),
    }
}
