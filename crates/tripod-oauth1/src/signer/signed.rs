use std::fmt;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http::uri::PathAndQuery;
use http::{HeaderValue, Request, Uri};
use tripod_core::percent;

use super::{SignError, Signer};
use crate::collected::FORM;
use crate::pair::{Pair, Piece};
use crate::placement::Placement;
use crate::signature_method::Signature;

/// What to add to a request to make it a signed one.
///
/// `Debug` shows only which.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signed {
    /// The whole form body, what was there before included.
    Body(Vec<u8>),
    /// The value of the `Authorization` header, marked as sensitive.
    Header(HeaderValue),
    /// The whole URI, what was there before included.
    Uri(Uri),
}

impl Signed {
    pub(super) fn new<B: AsRef<[u8]>>(
        signer: &Signer,
        request: &Request<B>,
        fresh: &[Pair<'_>],
        signature: &Signature,
    ) -> Result<Self, SignError> {
        if signer.realm.is_some() && signer.placement != Placement::Header {
            return Err(SignError::RealmOutsideHeader);
        }
        match signer.placement {
            Placement::Header => Ok(Self::Header(header(signer, fresh, signature))),
            // RFC 5849 §3.5.2, §3.5.3: the protocol parameters SHOULD follow the others.
            Placement::Body => {
                let mut body = request.body().as_ref().to_vec();
                let separator = if body.is_empty() { "" } else { "&" };
                body.extend_from_slice(separator.as_bytes());
                body.extend_from_slice(&form(signer, fresh, signature));
                Ok(Self::Body(body))
            }
            Placement::Query => {
                let form = String::from_utf8(form(signer, fresh, signature));
                let form = form.expect("what is encoded is ASCII");
                signed_uri(request.uri(), &form)
                    .map(Self::Uri)
                    .ok_or(SignError::InvalidUri)
            }
        }
    }

    /// Adds it to the request that was signed.
    ///
    /// A body gets its `Content-Type`, and its `Content-Length` where there was one.
    pub fn apply<B: From<Vec<u8>>>(self, request: &mut Request<B>) {
        match self {
            Self::Header(value) => {
                request.headers_mut().insert(AUTHORIZATION, value);
            }
            Self::Uri(uri) => *request.uri_mut() = uri,
            Self::Body(body) => {
                let headers = request.headers_mut();
                headers
                    .entry(CONTENT_TYPE)
                    .or_insert(HeaderValue::from_static(FORM));
                if let Some(length) = headers.get_mut(CONTENT_LENGTH) {
                    *length = body.len().into();
                }
                *request.body_mut() = body.into();
            }
        }
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Body(_) => "Signed::Body(..)",
            Self::Header(_) => "Signed::Header(..)",
            Self::Uri(_) => "Signed::Uri(..)",
        })
    }
}

/// RFC 5849 §3.5.1.
fn header(signer: &Signer, fresh: &[Pair<'_>], signature: &Signature) -> HeaderValue {
    let fixed = signer.fixed.header.as_bytes();
    let signature = signature.as_bytes();
    // To the octet where all is unreserved: what just fits its buffer need not be moved again.
    let part = |name: usize, value: usize| name + value + "=\"\", ".len();
    let longest =
        |pair: &Pair<'_>| part(pair.name.longest_encoding(), pair.value.longest_encoding());
    let last = part("oauth_signature".len(), percent::encoded_length(signature)) - ", ".len();
    let length = fixed.len() + fresh.iter().map(longest).sum::<usize>() + last;

    let mut text = Vec::with_capacity(length);
    text.extend_from_slice(fixed);
    for pair in fresh {
        encode(pair.name, &mut text);
        text.extend_from_slice(b"=\"");
        encode(pair.value, &mut text);
        text.extend_from_slice(b"\", ");
    }
    text.extend_from_slice(b"oauth_signature=\"");
    percent::encode_to(signature, &mut text);
    text.push(b'"');
    let mut value = HeaderValue::try_from(text).expect("encoded, and a realm without controls");
    value.set_sensitive(true);
    value
}

fn encode(piece: Piece<'_>, text: &mut Vec<u8>) {
    match piece.unreserved() {
        Some(unreserved) => text.extend_from_slice(unreserved),
        None => percent::encode_to(&piece.decode(), text),
    }
}

/// RFC 5849 §3.5.2 and §3.5.3.
fn form(signer: &Signer, fresh: &[Pair<'_>], signature: &Signature) -> Vec<u8> {
    let mut text = Vec::new();
    for pair in signer
        .fixed
        .pairs(signer.placement)
        .chain(fresh.iter().copied())
    {
        // Escapes alone, `%20` and not `+`: strict and lenient servers read that alike.
        encode(pair.name, &mut text);
        text.push(b'=');
        encode(pair.value, &mut text);
        text.push(b'&');
    }
    text.extend_from_slice(b"oauth_signature=");
    percent::encode_to(signature.as_bytes(), &mut text);
    text
}

fn signed_uri(uri: &Uri, form: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        None | Some("") => format!("{}?{form}", uri.path()),
        Some(query) => format!("{}?{query}&{form}", uri.path()),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query).ok()?);
    Uri::from_parts(parts).ok()
}
