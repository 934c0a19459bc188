//! A signed request as it arrives: taken apart, and checked as far as that goes without secrets.

use std::borrow::Cow;
use std::fmt;

use http::Request;
use tripod_core::timestamp::Timestamp;

use crate::authorization_header::unquote;
use crate::body_hash;
use crate::collected::Collected;
use crate::pair::{Pair, Piece};
use crate::placement::Placement;
use crate::refusal::Refusal;
use crate::signature_method::SignatureMethod;

/// A request that carries the parameters of the protocol in one place, each once.
///
/// Nothing of it is proven: [`Verifier`](crate::verifier::Verifier) does that. Until then it serves
/// to look up the client and the token that it names. `Debug` shows no body, and of other
/// parameters than those of RFC 5849 §3.1 the names alone.
#[derive(Clone)]
pub struct SignedRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) is_form: bool,
    /// Named `oauth_*`, without the signature, in order.
    pub(crate) protocol: Vec<Pair<'a>>,
    pub(crate) others: Vec<Pair<'a>>,
    placement: Placement,
    realm: Option<&'a [u8]>,
    known: Known<'a>,
}

/// What RFC 5849 §3.1 lists.
#[derive(Clone, Debug)]
struct Known<'a> {
    consumer_key: Cow<'a, str>,
    token: Option<Cow<'a, str>>,
    signature_method: SignatureMethod,
    signature: Piece<'a>,
    stamp: Option<(Timestamp, Cow<'a, str>)>,
}

impl<'a> SignedRequest<'a> {
    /// Takes a request apart.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if the parameters stand in several places or more than once, if one is missing,
    /// or if one has a value that it cannot have.
    pub fn parse<B: AsRef<[u8]>>(request: &'a Request<B>) -> Result<Self, Refusal> {
        let mut collected = Collected::from_request(request)?;
        let placement = collected.placement()?;
        collected.protocol.sort_unstable_by(Pair::cmp);
        collected.check_duplicates()?;
        let known = Known::among(&collected.protocol)?;
        collected.protocol.retain(|pair| !pair.name.is(SIGNATURE));
        Ok(Self {
            method: request.method().as_str(),
            path: request.uri().path(),
            body: request.body().as_ref(),
            is_form: collected.is_form,
            protocol: collected.protocol,
            others: collected.others,
            placement,
            realm: collected.realm,
            known,
        })
    }

    /// Returns the identifier of the client, as it claims.
    #[must_use]
    pub fn consumer_key(&self) -> &str {
        &self.known.consumer_key
    }

    /// Returns the identifier of the token; an empty one is none ([RFC 5849 §3.1]).
    ///
    /// [RFC 5849 §3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.1
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.known.token.as_deref()
    }

    /// Returns the method by which the request says it is signed.
    #[must_use]
    pub const fn signature_method(&self) -> &SignatureMethod {
        &self.known.signature_method
    }

    /// Returns timestamp and nonce; PLAINTEXT may come without them.
    #[must_use]
    pub fn stamp(&self) -> Option<(Timestamp, &str)> {
        self.known
            .stamp
            .as_ref()
            .map(|(timestamp, nonce)| (*timestamp, nonce.as_ref()))
    }

    /// Returns where the parameters stand.
    #[must_use]
    pub const fn placement(&self) -> Placement {
        self.placement
    }

    /// Returns the realm of the header.
    #[must_use]
    pub fn realm(&self) -> Option<Cow<'a, str>> {
        self.realm
            .and_then(|realm| str::from_utf8(realm).ok())
            .map(unquote)
    }

    /// Returns another parameter of the protocol, such as `oauth_verifier`, where it is text.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        let pair = self.protocol.iter().find(|pair| pair.name.is(name))?;
        text(pair.value)
    }

    /// Returns the signature, decoded once; that of PLAINTEXT consists of the secrets.
    #[must_use]
    pub fn signature(&self) -> Cow<'a, [u8]> {
        self.known.signature.decode()
    }

    pub(crate) fn body_hash(&self) -> Option<Cow<'a, [u8]>> {
        let pair = self
            .protocol
            .iter()
            .find(|pair| pair.name.is(body_hash::NAME))?;
        Some(pair.value.decode())
    }
}

impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("placement", &self.placement)
            .field("known", &self.known)
            .field("protocol", &self.protocol)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

impl<'a> Known<'a> {
    fn among(pairs: &[Pair<'a>]) -> Result<Self, Refusal> {
        let present = Present::among(pairs)?;
        let method = present
            .signature_method
            .map(|method| read(METHOD, method))
            .transpose()?;
        let method = method.as_deref().map(SignatureMethod::parse);
        // RFC 5849 §3.1: both MAY be omitted when using PLAINTEXT.
        let has_stamp = present.timestamp.is_some() && present.nonce.is_some();
        let may_lack_stamp = method == Some(SignatureMethod::Plaintext);
        let (Some(consumer_key), Some(signature_method), Some(signature), true) = (
            present.consumer_key,
            method,
            present.signature,
            has_stamp || may_lack_stamp,
        ) else {
            return Err(Refusal::Missing {
                names: present.missing(may_lack_stamp),
            });
        };
        let stamp = match present.timestamp.zip(present.nonce) {
            Some((timestamp, nonce)) => Some((read_timestamp(timestamp)?, read(NONCE, nonce)?)),
            None => None,
        };
        Ok(Self {
            consumer_key: read(CONSUMER_KEY, consumer_key)?,
            token: present.token.map(|token| read(TOKEN, token)).transpose()?,
            signature_method,
            signature,
            stamp,
        })
    }
}

/// The values that are there and not empty, still as they are written.
struct Present<'a> {
    consumer_key: Option<Piece<'a>>,
    token: Option<Piece<'a>>,
    signature_method: Option<Piece<'a>>,
    signature: Option<Piece<'a>>,
    timestamp: Option<Piece<'a>>,
    nonce: Option<Piece<'a>>,
}

impl<'a> Present<'a> {
    fn among(pairs: &[Pair<'a>]) -> Result<Self, Refusal> {
        const KNOWN: [&str; 7] = [
            CONSUMER_KEY,
            TOKEN,
            METHOD,
            SIGNATURE,
            TIMESTAMP,
            NONCE,
            "oauth_version",
        ];
        let mut values = [None; 7];
        for pair in pairs {
            if let Some(known) = KNOWN.iter().position(|name| pair.name.is(name)) {
                values[known] = Some(pair.value);
            }
        }
        let [
            consumer_key,
            token,
            signature_method,
            signature,
            timestamp,
            nonce,
            version,
        ] = values.map(|value: Option<Piece<'_>>| value.filter(|value| !value.is_empty()));
        // RFC 5849 §3.1: oauth_version, if present, MUST be set to "1.0".
        if values[6].is_some() && !version.is_some_and(|version| version.is("1.0")) {
            return Err(Refusal::VersionRejected);
        }
        Ok(Self {
            consumer_key,
            token,
            signature_method,
            signature,
            timestamp,
            nonce,
        })
    }

    fn missing(&self, may_lack_stamp: bool) -> Vec<&'static str> {
        let demanded = [
            (CONSUMER_KEY, self.consumer_key),
            (METHOD, self.signature_method),
            (SIGNATURE, self.signature),
            (TIMESTAMP, self.timestamp),
            (NONCE, self.nonce),
        ];
        let demanded = demanded
            .into_iter()
            .take(if may_lack_stamp { 3 } else { 5 });
        demanded
            .filter_map(|(name, value)| value.is_none().then_some(name))
            .collect()
    }
}

const CONSUMER_KEY: &str = "oauth_consumer_key";
const METHOD: &str = "oauth_signature_method";
const NONCE: &str = "oauth_nonce";
const SIGNATURE: &str = "oauth_signature";
const TIMESTAMP: &str = "oauth_timestamp";
const TOKEN: &str = "oauth_token";

fn read_timestamp(value: Piece<'_>) -> Result<Timestamp, Refusal> {
    let text = read(TIMESTAMP, value)?;
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    // RFC 5849 §3.3: the timestamp value MUST be a positive integer.
    let seconds = text.parse().ok().filter(|&seconds| digits && seconds > 0);
    let invalid = || Refusal::InvalidValue {
        name: TIMESTAMP.to_owned(),
    };
    seconds.map(Timestamp::from_unix).ok_or_else(invalid)
}

fn read<'a>(name: &str, value: Piece<'a>) -> Result<Cow<'a, str>, Refusal> {
    text(value).ok_or_else(|| Refusal::InvalidValue {
        name: name.to_owned(),
    })
}

fn text(value: Piece<'_>) -> Option<Cow<'_, str>> {
    match value.decode() {
        Cow::Borrowed(octets) => str::from_utf8(octets).ok().map(Cow::Borrowed),
        Cow::Owned(octets) => String::from_utf8(octets).ok().map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests;
