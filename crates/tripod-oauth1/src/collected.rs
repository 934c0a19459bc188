//! The parameters of a request, from wherever they stand ([RFC 5849 §3.4.1.3.1]).
//!
//! [RFC 5849 §3.4.1.3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request};

use crate::authorization_header::{self, REALM};
use crate::pair::{Pair, Piece, form_pairs};
use crate::placement::Placement;
use crate::refusal::Refusal;

/// Every parameter of a request, wherever it stands.
pub(crate) struct Collected<'a> {
    /// Named `oauth_*`.
    pub(crate) protocol: Vec<Pair<'a>>,
    pub(crate) others: Vec<Pair<'a>>,
    pub(crate) realm: Option<&'a [u8]>,
    pub(crate) is_form: bool,
}

impl<'a> Collected<'a> {
    /// What an ordinary request carries of the protocol.
    const USUAL: usize = 8;
    /// More parameters than any form has; they are sorted before the signature is known to be good.
    const MOST: usize = 2_000;
    /// A longer one of the protocol is none: that of RSA with 8192 bits, encoded, has 1,400 octets.
    const LONGEST: usize = 4_096;

    pub(crate) fn from_request<B: AsRef<[u8]>>(request: &'a Request<B>) -> Result<Self, Refusal> {
        let is_form = is_form(request.headers());
        let (protocol, others) = (Vec::with_capacity(Self::USUAL), Vec::new());
        let mut collected = Self {
            protocol,
            others,
            realm: None,
            is_form,
        };
        for header in request.headers().get_all(AUTHORIZATION) {
            collected.add_header(header.as_bytes())?;
        }
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let body = if is_form {
            request.body().as_ref()
        } else {
            &[]
        };
        for pair in form_pairs(query, Placement::Query).chain(form_pairs(body, Placement::Body)) {
            collected.add(pair)?;
        }
        Ok(collected)
    }

    fn add_header(&mut self, header: &'a [u8]) -> Result<(), Refusal> {
        for part in authorization_header::parts(header).into_iter().flatten() {
            let part = part?;
            // RFC 5849 §3.4.1.3.1: the realm is excluded.
            if part.name.is(REALM) {
                if self.realm.replace(part.value.written()).is_some() {
                    return Err(Refusal::Duplicate {
                        name: REALM.to_owned(),
                    });
                }
                continue;
            }
            self.add(Pair::new(part.name, part.value, Placement::Header))?;
        }
        Ok(())
    }

    fn add(&mut self, pair: Pair<'a>) -> Result<(), Refusal> {
        let is_protocol = pair.is_protocol();
        let is_long = is_protocol && pair.value.written_length() > Self::LONGEST;
        if is_long || self.protocol.len() + self.others.len() == Self::MOST {
            return Err(Refusal::TooLarge {
                name: readable(pair.name),
            });
        }
        let list = if is_protocol {
            &mut self.protocol
        } else {
            &mut self.others
        };
        list.push(pair);
        Ok(())
    }

    pub(crate) fn placement(&self) -> Result<Placement, Refusal> {
        let one = self.protocol.first().ok_or(Refusal::NotSigned)?.source;
        // RFC 5849 §3.5: they SHALL be included in one and only one of the locations.
        match self.protocol.iter().find(|pair| pair.source != one) {
            Some(pair) => Err(Refusal::SeveralPlaces {
                one,
                other: pair.source,
            }),
            None => Ok(one),
        }
    }

    /// Looks at neighbours alone: the list is in order.
    pub(crate) fn check_duplicates(&self) -> Result<(), Refusal> {
        // RFC 5849 §3.1: each parameter MUST NOT appear more than once per request.
        let equal =
            |pair: &&[Pair<'_>]| matches!(pair, [one, two] if one.name.cmp(two.name).is_eq());
        match self.protocol.windows(2).find(equal) {
            Some(pair) => Err(Refusal::Duplicate {
                name: readable(pair[0].name),
            }),
            None => Ok(()),
        }
    }
}

/// Tells whether the body is one of form parameters ([RFC 5849 §3.4.1.3.1]).
///
/// Parameters of the media type, such as a charset, do not matter, nor does the method.
///
/// [RFC 5849 §3.4.1.3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else {
        return false;
    };
    let media_type = content_type.as_bytes().split(|octet| *octet == b';').next();
    media_type.is_some_and(|text| text.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes()))
}

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

fn readable(name: Piece<'_>) -> String {
    const LONGEST: usize = 64;
    String::from_utf8_lossy(&name.decode())
        .chars()
        .take(LONGEST)
        .collect()
}
