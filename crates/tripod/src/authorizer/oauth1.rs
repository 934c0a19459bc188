//! Signing requests by OAuth 1, by a clock that learns.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::known::Known;
use tripod_oauth1::signer::{Signed, Signer};
use tripod_oauth1::stamp::Stamp;

use super::session_handle::{Kept, Renewer};
use crate::edge::Edge;
use crate::error::{Advice, Error, Failure, Stage};
use crate::session::outgoing::{Octets, Outgoing};

/// Signs every request afresh.
#[derive(Clone, Debug)]
pub struct OAuth1 {
    hand: Arc<Mutex<Hand>>,
    renewer: Option<Arc<Renewer>>,
    edge: Edge,
    /// How far the provider's clock is ahead of ours, in seconds.
    offset: Arc<AtomicI64>,
    /// What the signer was made of at first, for the doctor.
    known: Arc<Known>,
}

/// What signs at present.
#[derive(Clone, Debug)]
struct Hand {
    signer: Arc<Signer>,
    /// The token that it signs for, where that can be renewed.
    kept: Option<Arc<Kept>>,
}

/// By what a request was signed.
#[derive(Debug)]
pub(crate) struct Signing {
    /// How far ahead of ours the clock was.
    pub(crate) offset: i64,
    kept: Option<Arc<Kept>>,
}

impl OAuth1 {
    /// Takes a signer.
    #[must_use]
    pub fn new(signer: Signer, edge: Edge) -> Self {
        let hand = Hand {
            signer: Arc::new(signer),
            kept: None,
        };
        Self {
            hand: Arc::new(Mutex::new(hand)),
            renewer: None,
            edge,
            offset: Arc::default(),
            known: Arc::default(),
        }
    }

    /// Signs for a token of the vault, and has it renewed when it has expired.
    pub(crate) fn renewing(kept: Kept, renewer: Renewer) -> Result<Self, Error> {
        let signer = signer(&renewer, &kept)?;
        let edge = renewer.edge.clone();
        let known = renewer.consumer.known(None);
        let mut authorizer = Self::new(signer, edge).knowing(known);
        authorizer.renewer = Some(Arc::new(renewer));
        authorizer.hand().kept = Some(Arc::new(kept));
        Ok(authorizer)
    }

    /// Notes what the signer was made of, by which the doctor can sign again.
    pub(crate) fn knowing(mut self, known: Known) -> Self {
        self.known = Arc::new(known);
        self
    }

    pub(crate) fn known(&self) -> Known {
        let mut known = self.known.as_ref().clone();
        if let Some(kept) = &self.hand().kept {
            known.token_secret = Some(kept.token.credentials.secret.clone());
        }
        known
    }

    /// Signs a request.
    ///
    /// Only a form is part of what is signed, or with a body hash any body, if it is in memory.
    ///
    /// Returns by what it was signed.
    pub(crate) fn authorize(&self, request: &mut impl Outgoing) -> Result<Signing, Error> {
        let octets = request.octets();
        if matches!(octets, Octets::Unknown) && is_form(request.headers()) {
            return Err(Error::new(Stage::Request, Failure::StreamedForm));
        }
        let mut signable = http::Request::new(octets.known());
        *signable.method_mut() = request.method().clone();
        *signable.uri_mut() = request.uri()?;
        if let Some(media_type) = request.headers().get(CONTENT_TYPE) {
            let media_type = media_type.clone();
            signable.headers_mut().insert(CONTENT_TYPE, media_type);
        }
        let offset = self.offset.load(Ordering::Relaxed);
        let hand = self.hand().clone();
        let signed = self.sign_ahead(&hand.signer, &signable, offset)?;
        apply(signed, request)?;
        let kept = hand.kept;
        Ok(Signing { offset, kept })
    }

    /// Signs a request of any HTTP stack, and returns what to add to it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the request cannot be signed as it is.
    pub fn sign<B: AsRef<[u8]>>(&self, request: &http::Request<B>) -> Result<Signed, Error> {
        let signer = Arc::clone(&self.hand().signer);
        self.sign_ahead(&signer, request, self.offset.load(Ordering::Relaxed))
    }

    /// Renews a token ahead of its expiry, where the provider said when that is, and how.
    pub(crate) async fn freshen(&self) -> Result<(), Error> {
        let Some(renewer) = &self.renewer else {
            return Ok(());
        };
        let offset = self.offset.load(Ordering::Relaxed);
        let now = self.edge.now();
        let kept = self.hand().kept.clone();
        let is_stale = |kept: &Arc<Kept>| kept.is_renewable_and_over(now.plus(renewer.leeway));
        let Some(stale) = kept.filter(is_stale) else {
            return Ok(());
        };
        let is_over = stale.is_renewable_and_over(now);
        let kept = Some(stale);
        match self.renew(&Signing { offset, kept }).await {
            // It was to be renewed ahead of time: what there is still does.
            Err(error) if !is_over && error.advice() == Advice::Retry => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Renews a token that has expired, and tells whether there is another one now.
    pub(crate) async fn renew(&self, signing: &Signing) -> Result<bool, Error> {
        let (Some(renewer), Some(expired)) = (&self.renewer, &signing.kept) else {
            return Ok(false);
        };
        let now = self.now(self.offset.load(Ordering::Relaxed));
        let renewed = Arc::clone(renewer).renew(Arc::clone(expired), now).await?;
        let Some(kept) = renewed else {
            return Ok(false);
        };
        let signer = Arc::new(signer(renewer, &kept)?);
        *self.hand() = Hand {
            signer,
            kept: Some(Arc::new(kept)),
        };
        Ok(true)
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign_ahead<B: AsRef<[u8]>>(
        &self,
        signer: &Signer,
        request: &http::Request<B>,
        offset: i64,
    ) -> Result<Signed, Error> {
        let mut random = &self.edge;
        let stamp = Stamp::new(self.now(offset), &mut random);
        signer
            .sign(request, &stamp, &mut random)
            .map_err(|error| Error::new(Stage::Request, error))
    }

    pub(crate) const fn edge(&self) -> &Edge {
        &self.edge
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

fn signer(renewer: &Renewer, kept: &Kept) -> Result<Signer, Error> {
    let signer = renewer.consumer.signer(Some(&kept.token.credentials));
    signer.map_err(|error| Error::new(Stage::Request, error))
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

fn apply(signed: Signed, request: &mut impl Outgoing) -> Result<(), Error> {
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
        request.set_uri(&uri)?;
    }
    if is_body {
        request.set_octets(target.into_body());
    }
    Ok(())
}
