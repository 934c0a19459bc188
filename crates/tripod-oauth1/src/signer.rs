//! Signs requests: the client's half of [RFC 5849 §3](https://www.rfc-editor.org/rfc/rfc5849#section-3).

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Request};
use smallvec::SmallVec;
use tripod_core::random::Random;

use crate::authorization_header::{parts, quote};
use crate::base_string::BaseString;
use crate::body_hash;
use crate::collected::is_form;
use crate::credentials::Credentials;
use crate::message::{Message, Protocol, Target, Template, split};
use crate::origin::OriginRef;
use crate::pair::{Pair, Pairs, Piece, form_pairs};
use crate::placement::Placement;
use crate::signature_method::{RsaSigningKey, SharedSecretKey, SignatureMethod, SigningKey};
use crate::stamp::Stamp;

mod error;
mod fixed;
mod signed;

pub use error::SignError;
use fixed::Fixed;
pub use signed::Signed;

/// Signs requests of one client for one token, or for none.
///
/// What does not change from request to request is encoded once, when it is made.
///
/// ```
/// use http::Request;
/// use tripod_core::timestamp::Timestamp;
/// use tripod_oauth1::credentials::Credentials;
/// use tripod_oauth1::signature_method::SignatureMethod::HmacSha1;
/// use tripod_oauth1::signer::Signer;
/// use tripod_oauth1::stamp::Stamp;
///
/// // The last request of RFC 5849 §1.2, whose signature is printed there.
/// let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
/// let token = Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00");
/// let signer = Signer::with_secrets(&HmacSha1, &client, Some(&token))?.without_version();
///
/// let uri = "http://photos.example.net/photos?file=vacation.jpg&size=original";
/// let mut request = Request::get(uri).body(Vec::new())?;
/// let stamp = Stamp::with_nonce(Timestamp::from_unix(137_131_202), "chapoH");
/// # let mut random = |octets: &mut [u8]| octets.fill(0);
/// signer.sign(&request, &stamp, &mut random)?.apply(&mut request);
///
/// let header = request.headers()["authorization"].to_str()?;
/// assert!(header.ends_with(r#"oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Signer {
    key: Arc<dyn SigningKey>,
    method: SignatureMethod,
    consumer_key: String,
    token: Option<String>,
    version: bool,
    realm: Option<String>,
    placement: Placement,
    body_hash: bool,
    exposing: bool,
    fixed: Fixed,
}

impl Signer {
    /// Signs by HMAC or PLAINTEXT, with the secrets of a client and of a token if there is one.
    ///
    /// # Errors
    ///
    /// [`SignError::NeedsKey`] if the method is another.
    pub fn with_secrets(
        method: &SignatureMethod,
        client: &Credentials,
        token: Option<&Credentials>,
    ) -> Result<Self, SignError> {
        let token_secret = token.map(|token| &token.secret);
        let key =
            SharedSecretKey::for_method(method, &client.secret, token_secret).ok_or_else(|| {
                SignError::NeedsKey {
                    method: method.clone(),
                }
            })?;
        let token = token.map(|token| token.identifier.as_str());
        Ok(Self::with_key(Arc::new(key), &client.identifier, token))
    }

    /// Signs by RSA; the secrets of client and token take no part.
    #[must_use]
    pub fn with_rsa(key: RsaSigningKey, consumer_key: &str, token: Option<&str>) -> Self {
        Self::with_key(Arc::new(key), consumer_key, token)
    }

    /// Signs by a key for any method.
    #[must_use]
    pub fn with_key(key: Arc<dyn SigningKey>, consumer_key: &str, token: Option<&str>) -> Self {
        let signer = Self {
            method: key.signature_method(),
            key,
            consumer_key: consumer_key.to_owned(),
            token: token.map(str::to_owned),
            version: true,
            realm: None,
            placement: Placement::Header,
            body_hash: false,
            exposing: false,
            fixed: Fixed::default(),
        };
        signer.prepared()
    }

    /// Puts the parameters elsewhere than in the `Authorization` header.
    #[must_use]
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Adds a realm to the `Authorization` header; NetSuite wants the account there.
    ///
    /// # Errors
    ///
    /// [`SignError::InvalidRealm`] if it holds control characters.
    pub fn realm(mut self, realm: &str) -> Result<Self, SignError> {
        self.realm = Some(quote(realm).ok_or(SignError::InvalidRealm)?.into_owned());
        Ok(self.prepared())
    }

    /// Leaves `oauth_version` out, which [RFC 5849 §3.1] makes optional.
    ///
    /// [RFC 5849 §3.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.1
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.version = false;
        self.prepared()
    }

    /// Adds `oauth_body_hash` to every request whose body is not a form; see [`body_hash`].
    #[must_use]
    pub fn with_body_hash(mut self) -> Self {
        self.body_hash = true;
        self
    }

    /// Lets PLAINTEXT show its secrets: in cleartext HTTP, and in the query of a URI.
    ///
    /// [RFC 5849 §3.4.4] forbids the first; logs, proxies and histories keep the second.
    ///
    /// [RFC 5849 §3.4.4]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.4
    #[must_use]
    pub fn dangerous_exposed_plaintext(mut self) -> Self {
        self.exposing = true;
        self
    }

    /// Signs a request and returns what to add to it.
    ///
    /// The random source is for the blinding of RSA and does not change the signature.
    ///
    /// # Errors
    ///
    /// [`SignError`] says what to change in the request or in the signer.
    pub fn sign<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        stamp: &Stamp,
        random: &mut dyn Random,
    ) -> Result<Signed, SignError> {
        self.sign_with(request, stamp, &[], random)
    }

    /// Signs a request to which further `oauth_*` parameters are added, such as `oauth_verifier`.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign), and [`SignError::Reserved`] for a parameter that the signer sets.
    pub fn sign_with<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        stamp: &Stamp,
        parameters: &[(&str, &str)],
        random: &mut dyn Random,
    ) -> Result<Signed, SignError> {
        self.with_message(request, stamp, parameters, |message, fresh| {
            let signature = self.key.sign(message, random)?;
            Signed::new(self, request, fresh, &signature)
        })
    }

    /// Returns the base string that [`sign_with`](Self::sign_with) signs, for people.
    ///
    /// # Errors
    ///
    /// As [`sign_with`](Self::sign_with).
    pub fn base_string<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        stamp: &Stamp,
        parameters: &[(&str, &str)],
    ) -> Result<BaseString, SignError> {
        self.with_message(request, stamp, parameters, |message, _| {
            Ok(BaseString::from(message))
        })
    }

    /// Puts together what is signed, and hands it on with the pairs that this request alone has.
    fn with_message<B: AsRef<[u8]>, R>(
        &self,
        request: &Request<B>,
        stamp: &Stamp,
        parameters: &[(&str, &str)],
        then: impl FnOnce(&Message<'_>, &[Pair<'_>]) -> Result<R, SignError>,
    ) -> Result<R, SignError> {
        check_stamp(stamp)?;
        check_parameters(parameters)?;
        let (uri, headers) = (request.uri(), request.headers());
        let origin = OriginRef::of(uri, headers.get(HOST).map(HeaderValue::as_bytes))?;
        self.check_exposure(origin)?;
        self.check_header(headers)?;
        let is_form = is_form(headers);
        if self.placement == Placement::Body && !is_form && !may_become_form(request) {
            return Err(SignError::NotAForm);
        }
        let mut timestamp = itoa::Buffer::new();
        let timestamp = timestamp.format(stamp.timestamp().as_unix()).as_bytes();
        // The extension forbids the hash of a form, which an empty body may be on its way to become.
        let hashed = self.body_hash && !is_form && self.placement != Placement::Body;
        let body_hash = hashed.then(|| body_hash::compute(&self.method, request.body().as_ref()));
        let query = uri.query().unwrap_or_default().as_bytes();
        let mut others = Pairs::new();
        others.extend(form_pairs(query, Placement::Query));
        if is_form {
            others.extend(form_pairs(request.body().as_ref(), Placement::Body));
        }
        let fresh = self.fresh(timestamp, stamp, parameters, body_hash.as_deref());
        let target = Target {
            method: request.method().as_str(),
            origin,
            path: uri.path(),
        };
        let mut protocol = Pairs::new();
        if let [timestamp, nonce] = fresh.as_slice() {
            let parted = split(&mut others);
            if !parted.1.first().is_some_and(Pair::is_protocol) {
                let protocol = Protocol::Template(Template {
                    text: &self.fixed.template,
                    nonce: nonce.value,
                    timestamp: timestamp.value,
                    source: self.placement,
                });
                return then(&Message::new(target, protocol, parted), &fresh);
            }
        }
        protocol.extend(self.fixed.pairs(self.placement));
        protocol.extend_from_slice(&fresh);
        separate_protocol(&mut others, &mut protocol)?;
        protocol.sort_unstable_by(Pair::cmp);
        let parted = split(&mut others);
        then(
            &Message::new(target, Protocol::Listed(&protocol), parted),
            &fresh,
        )
    }

    fn fresh<'a>(
        &self,
        timestamp: &'a [u8],
        stamp: &'a Stamp,
        parameters: &'a [(&'a str, &'a str)],
        body_hash: Option<&'a str>,
    ) -> Fresh<'a> {
        let pair = |name, value| Pair::new(name, value, self.placement);
        let plain = |text: &'a str| Piece::plain(text.as_bytes());
        let nonce = Piece::plain(stamp.nonce_octets());
        let mut fresh = Fresh::new();
        fresh.push(pair(
            Piece::known(b"oauth_timestamp"),
            Piece::known(timestamp),
        ));
        fresh.push(pair(Piece::known(b"oauth_nonce"), nonce));
        fresh.extend(
            parameters
                .iter()
                .map(|(name, value)| pair(plain(name), plain(value))),
        );
        fresh.extend(body_hash.map(|hash| pair(plain(body_hash::NAME), plain(hash))));
        fresh
    }

    /// RFC 5849 §3.5: the parameters SHALL be in one place only. A new header replaces an old one.
    fn check_header(&self, headers: &HeaderMap) -> Result<(), SignError> {
        let is_signed = |header: &HeaderValue| parts(header.as_bytes()).is_some();
        let old = || headers.get_all(AUTHORIZATION).iter();
        if self.placement != Placement::Header && old().any(is_signed) {
            let name = "oauth_signature".to_owned();
            return Err(SignError::AlreadySigned {
                name,
                placement: Placement::Header,
            });
        }
        Ok(())
    }

    fn check_exposure(&self, origin: OriginRef<'_>) -> Result<(), SignError> {
        if self.method != SignatureMethod::Plaintext || self.exposing {
            return Ok(());
        }
        // RFC 5849 §3.4.4: PLAINTEXT MUST be used with TLS or an equivalent.
        if !origin.is_private() {
            return Err(SignError::PlaintextInCleartext);
        }
        if self.placement == Placement::Query {
            return Err(SignError::PlaintextInUri);
        }
        Ok(())
    }

    fn prepared(mut self) -> Self {
        self.fixed = Fixed::new(&self);
        self
    }
}

/// What one request alone carries.
type Fresh<'a> = SmallVec<[Pair<'a>; 4]>;

fn check_stamp(stamp: &Stamp) -> Result<(), SignError> {
    // RFC 5849 §3.3: the timestamp MUST be a positive integer.
    if stamp.timestamp().as_unix() <= 0 {
        return Err(SignError::TimestampNotPositive);
    }
    if stamp.nonce().is_empty() {
        return Err(SignError::EmptyNonce);
    }
    Ok(())
}

fn check_parameters(parameters: &[(&str, &str)]) -> Result<(), SignError> {
    for (index, (name, _)) in parameters.iter().enumerate() {
        let repeated = parameters
            .iter()
            .take(index)
            .any(|(earlier, _)| earlier == name);
        if !name.starts_with("oauth_") || SET_BY_SIGNER.contains(name) || repeated {
            return Err(SignError::Reserved {
                name: (*name).to_owned(),
            });
        }
    }
    Ok(())
}

/// Moves what the request holds of the protocol by itself to where the signer put the rest.
fn separate_protocol<'a>(
    others: &mut Pairs<'a>,
    protocol: &mut Pairs<'a>,
) -> Result<(), SignError> {
    while let Some(found) = others.iter().position(Pair::is_protocol) {
        let pair = others.remove(found);
        // RFC 5849 §3.1: a parameter MUST NOT appear more than once per request.
        let repeated = protocol.iter().any(|set| set.name.cmp(pair.name).is_eq());
        // What the signer leaves out would be signed, but not by what it says.
        if repeated || SET_BY_SIGNER.iter().any(|name| pair.name.is(name)) {
            let name = String::from_utf8_lossy(&pair.name.decode()).into_owned();
            return Err(SignError::AlreadySigned {
                name,
                placement: pair.source,
            });
        }
        protocol.push(pair);
    }
    Ok(())
}

const SET_BY_SIGNER: [&str; 8] = [
    "oauth_body_hash",
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_version",
];

fn may_become_form<B: AsRef<[u8]>>(request: &Request<B>) -> bool {
    request.body().as_ref().is_empty() && !request.headers().contains_key(CONTENT_TYPE)
}

#[cfg(test)]
mod tests;
