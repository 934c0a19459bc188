//! A request on its way out, whatever HTTP stack it is of.

use std::borrow::Cow;

use http::{HeaderMap, Method, Request, Uri};
use reqwest::Url;

use crate::error::{Error, Failure, Stage};
use crate::http::parse;

/// A request that can be authorised, and led on by a redirect.
pub(crate) trait Outgoing {
    fn method(&self) -> &Method;
    fn set_method(&mut self, method: Method);

    fn uri(&self) -> Result<Uri, Error>;
    fn url(&self) -> Result<Cow<'_, Url>, Error>;
    fn set_uri(&mut self, uri: &str) -> Result<(), Error>;

    fn headers(&self) -> &HeaderMap;
    fn headers_mut(&mut self) -> &mut HeaderMap;

    fn octets(&self) -> Octets<'_>;
    /// Replaces the body; no octets are no body.
    fn set_octets(&mut self, octets: Vec<u8>);
}

/// What is known of a body before it is sent.
pub(crate) enum Octets<'a> {
    /// All of it.
    Known(&'a [u8]),
    /// Nothing: it is a stream.
    Unknown,
}

impl<'a> Octets<'a> {
    /// Returns those that are known.
    pub(crate) const fn known(&self) -> &'a [u8] {
        match self {
            Self::Known(octets) => octets,
            Self::Unknown => &[],
        }
    }
}

impl Outgoing for reqwest::Request {
    fn method(&self) -> &Method {
        self.method()
    }

    fn set_method(&mut self, method: Method) {
        *self.method_mut() = method;
    }

    fn uri(&self) -> Result<Uri, Error> {
        read(self.url().as_str())
    }

    fn url(&self) -> Result<Cow<'_, Url>, Error> {
        Ok(Cow::Borrowed(self.url()))
    }

    fn set_uri(&mut self, uri: &str) -> Result<(), Error> {
        *self.url_mut() = parse(Stage::Request, uri)?;
        Ok(())
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }

    fn octets(&self) -> Octets<'_> {
        match self.body().map(reqwest::Body::as_bytes) {
            None => Octets::Known(&[]),
            Some(Some(octets)) => Octets::Known(octets),
            Some(None) => Octets::Unknown,
        }
    }

    fn set_octets(&mut self, octets: Vec<u8>) {
        *self.body_mut() = (!octets.is_empty()).then(|| octets.into());
    }
}

/// The body of a request that is no client's.
pub(crate) trait Payload: From<Vec<u8>> {
    fn octets(&self) -> Octets<'_>;
}

impl<B: AsRef<[u8]> + From<Vec<u8>>> Payload for B {
    fn octets(&self) -> Octets<'_> {
        Octets::Known(self.as_ref())
    }
}

impl<B: Payload> Outgoing for Request<B> {
    fn method(&self) -> &Method {
        self.method()
    }

    fn set_method(&mut self, method: Method) {
        *self.method_mut() = method;
    }

    fn uri(&self) -> Result<Uri, Error> {
        Ok(self.uri().clone())
    }

    fn url(&self) -> Result<Cow<'_, Url>, Error> {
        parse(Stage::Request, &self.uri().to_string()).map(Cow::Owned)
    }

    fn set_uri(&mut self, uri: &str) -> Result<(), Error> {
        *self.uri_mut() = read(uri)?;
        Ok(())
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        self.headers_mut()
    }

    fn octets(&self) -> Octets<'_> {
        self.body().octets()
    }

    fn set_octets(&mut self, octets: Vec<u8>) {
        *self.body_mut() = octets.into();
    }
}

fn read(uri: &str) -> Result<Uri, Error> {
    uri.parse()
        .map_err(|_| Error::new(Stage::Request, Failure::InvalidUri))
}
