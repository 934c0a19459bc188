//! Which credentials a request shows, and where.

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request};
use tripod_core::form;
use tripod_core::parameters::Parameters;
use tripod_oauth2::bearer::AccessToken;

use super::refused::Refused;
use crate::incoming::is_form;

/// What a request shows.
pub(super) enum Presented {
    /// Nothing that could be read here.
    Nothing,
    /// An OAuth 1 signature, in the header or in the query.
    Signature,
    /// A form, which may hold an OAuth 1 signature.
    SignedForm,
    /// An access token, in the header.
    Token(AccessToken),
}

/// Finds the credentials of a request, of which there may be one kind.
pub(super) fn read<B>(request: &Request<B>) -> Result<Presented, Refused> {
    let headers = request.headers();
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let in_query = |names: &[&str]| {
        form::pairs(query).any(|pair| {
            let name = pair.name.decode();
            names.iter().any(|wanted| wanted.as_bytes() == &*name)
        })
    };
    if in_query(&["access_token"]) {
        return Err(Refused::Malformed("a token in the query (RFC 9700 §4.3.2)"));
    }
    let token = AccessToken::read(headers, None, &Parameters::new())
        .map_err(|_| Refused::Malformed("an Authorization header that is not one token"))?;
    let signed = in_header(headers) || in_query(&["oauth_signature", "oauth_consumer_key"]);
    match (token, signed) {
        (Some(_), true) => Err(Refused::Malformed("a token beside a signature")),
        (Some(token), false) => Ok(Presented::Token(token)),
        (None, true) => Ok(Presented::Signature),
        (None, false) if !headers.contains_key(AUTHORIZATION) && is_form(headers) => {
            Ok(Presented::SignedForm)
        }
        (None, false) => Ok(Presented::Nothing),
    }
}

fn in_header(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| {
        let scheme = value.as_bytes().split(|octet| *octet == b' ').next();
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"OAuth"))
    })
}
