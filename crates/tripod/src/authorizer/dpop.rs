//! Proof of possession, and the nonces that servers want in it ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::jose::signing_key::SigningKey;

use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::sensitive;

/// The key that tokens are bound to, with the last nonce of each server.
#[derive(Clone)]
pub struct Dpop {
    key: Arc<SigningKey>,
    /// RFC 9449 §8.2: nonces of an authorization server and of resources are not mixed up.
    nonces: Arc<Mutex<HashMap<String, Nonce>>>,
}

impl Dpop {
    /// More origins than a session ever calls; beyond, nonces are forgotten and asked for anew.
    const MOST_ORIGINS: usize = 64;

    /// Takes a key, which must have a public half.
    #[must_use]
    pub fn new(key: SigningKey) -> Self {
        Self {
            key: Arc::new(key),
            nonces: Arc::default(),
        }
    }

    /// Writes a proof for a request, marked as sensitive.
    pub(crate) fn proof(
        &self,
        stage: Stage,
        method: &str,
        uri: &str,
        access_token: Option<&Secret>,
        edge: &Edge,
    ) -> Result<HeaderValue, Error> {
        let not_http = |_| Error::new(stage, Failure::InvalidUri);
        let mut proof = Proof::new(method, uri, edge.now(), &mut edge.clone()).map_err(not_http)?;
        if let Some(access_token) = access_token {
            proof = proof.for_token(access_token);
        }
        if let Some(nonce) = origin(uri).and_then(|origin| self.nonce(&origin)) {
            proof = proof.with_nonce(&nonce);
        }
        let signed = proof
            .encode(&self.key)
            .map_err(|error| Error::new(stage, error))?;
        sensitive(&signed)
    }

    /// Keeps the nonce of an answer, and tells whether it is a new one.
    pub(crate) fn heard(&self, uri: &str, headers: &HeaderMap) -> bool {
        let values = headers.get_all("dpop-nonce").iter();
        let fields = values.filter_map(|value| value.to_str().ok());
        let (Ok(Some(nonce)), Some(origin)) = (Nonce::parse(fields), origin(uri)) else {
            return false;
        };
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.len() >= Self::MOST_ORIGINS && !nonces.contains_key(&origin) {
            nonces.clear();
        }
        nonces.insert(origin, nonce.clone()) != Some(nonce)
    }

    fn nonce(&self, origin: &str) -> Option<Nonce> {
        let nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        nonces.get(origin).cloned()
    }
}

fn origin(uri: &str) -> Option<String> {
    let uri = Url::parse(uri).ok()?;
    Some(uri.origin().ascii_serialization())
}

impl fmt::Debug for Dpop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dpop").finish_non_exhaustive()
    }
}
