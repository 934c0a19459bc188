//! Signing requests by OAuth 1, by a clock that learns.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::signer::{SignError, Signed, Signer};
use tripod_oauth1::stamp::Stamp;

use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};

/// Signs every request afresh.
#[derive(Clone, Debug)]
pub struct OAuth1 {
    signer: Arc<Signer>,
    edge: Edge,
    /// How far the provider's clock is ahead of ours, in seconds.
    offset: Arc<AtomicI64>,
}

impl OAuth1 {
    /// Takes a signer.
    #[must_use]
    pub fn new(signer: Signer, edge: Edge) -> Self {
        Self {
            signer: Arc::new(signer),
            edge,
            offset: Arc::default(),
        }
    }

    /// Signs a request of the HTTP client's.
    ///
    /// Only a form is part of what is signed, or with a body hash any body, if it is in memory.
    ///
    /// Returns how far ahead of ours the clock was that it was signed by.
    pub(crate) fn authorize(&self, request: &mut reqwest::Request) -> Result<i64, Error> {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        if request.body().is_some() && body.is_none() && is_form(request.headers()) {
            return Err(Error::new(Stage::Request, Failure::StreamedForm));
        }
        let mut signable = http::Request::builder()
            .method(request.method())
            .uri(request.url().as_str())
            .body(body.unwrap_or_default())
            .map_err(|_| Error::new(Stage::Request, SignError::InvalidUri))?;
        if let Some(media_type) = request.headers().get(CONTENT_TYPE) {
            let media_type = media_type.clone();
            signable.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        let offset = self.offset.load(Ordering::Relaxed);
        let signed = self.sign_ahead(&signable, offset)?;
        apply(signed, request)?;
        Ok(offset)
    }

    /// Signs a request of any HTTP stack, and returns what to add to it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the request cannot be signed as it is.
    pub fn sign<B: AsRef<[u8]>>(&self, request: &http::Request<B>) -> Result<Signed, Error> {
        self.sign_ahead(request, self.offset.load(Ordering::Relaxed))
    }

    fn sign_ahead<B: AsRef<[u8]>>(
        &self,
        request: &http::Request<B>,
        offset: i64,
    ) -> Result<Signed, Error> {
        let mut random = self.edge.clone();
        let stamp = Stamp::new(self.now(offset), &mut random);
        self.signer
            .sign(request, &stamp, &mut random)
            .map_err(|error| Error::new(Stage::Request, error))
    }

    /// Learns what time it is at the provider.
    pub(crate) fn heard(&self, now_there: Timestamp) {
        let now = self.edge.now().as_unix();
        let offset = now_there.as_unix().saturating_sub(now);
        self.offset.store(offset, Ordering::Relaxed);
    }

    /// Closer than this, in seconds, a clock is not the reason for a refusal.
    pub(crate) const UNNOTICED: u64 = 30;

    /// Returns what time it is by a clock that is so far ahead.
    pub(crate) fn now(&self, offset: i64) -> Timestamp {
        let seconds = self.edge.now().as_unix();
        Timestamp::from_unix(seconds.saturating_add(offset))
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE);
    media_type
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .starts_with("application/x-www-form-urlencoded")
        })
}

fn apply(signed: Signed, request: &mut reqwest::Request) -> Result<(), Error> {
    let mut target = http::Request::new(Vec::new());
    std::mem::swap(target.headers_mut(), request.headers_mut());
    let is_body = matches!(signed, Signed::Body(_));
    let uri = match &signed {
        Signed::Uri(uri) => Some(uri.to_string()),
        _ => None,
    };
    signed.apply(&mut target);
    std::mem::swap(target.headers_mut(), request.headers_mut());
    if let Some(uri) = uri {
        *request.url_mut() = crate::http::parse(Stage::Request, &uri)?;
    }
    if is_body {
        *request.body_mut() = Some(target.into_body().into());
    }
    Ok(())
}
