//! Proof of possession, and the nonces that servers want in it ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use tripod_core::clock::Clock as _;
use tripod_core::random::Random as _;
use tripod_core::secret::Secret;
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::jose::KeyError;
use tripod_oauth2::jose::algorithm::Algorithm;
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

    /// Makes a new key for ES256, which every server that knows DPoP takes, and how it is stored.
    ///
    /// # Errors
    ///
    /// [`Failure::Key`] if no key could be made.
    pub fn generate(edge: &Edge) -> Result<(Self, Secret), Error> {
        let mut scalar = [0; 32];
        let mut refusal = KeyError::Rejected;
        // A number that is no key comes once in 2^32.
        for _ in 0..4 {
            edge.clone().fill(&mut scalar);
            let stored = Secret::new(hexadecimal(&scalar));
            match Self::stored(&stored) {
                Ok(dpop) => return Ok((dpop, stored)),
                Err(error) => refusal = error,
            }
        }
        Err(Error::new(Stage::Authorization, refusal))
    }

    /// Takes a key as [`generate`](Self::generate) gave it to be stored.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if it is none.
    pub fn stored(stored: &Secret) -> Result<Self, KeyError> {
        let scalar = octets(stored.expose()).ok_or(KeyError::Rejected)?;
        // RFC 5915 §3: a private key on the curve P-256, without its public half.
        let mut der = vec![0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
        der.extend_from_slice(&scalar);
        der.extend_from_slice(&[0xa0, 0x0a, 0x06, 0x08]);
        der.extend_from_slice(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
        SigningKey::from_der(Algorithm::Es256, &der).map(Self::new)
    }

    /// Writes a proof for a request, marked as sensitive.
    pub(crate) fn proof(
        &self,
        stage: Stage,
        method: &str,
        uri: &str,
        access_token: Option<&Secret>,
        edge: &Edge,
    ) -> Result<(HeaderValue, Option<Nonce>), Error> {
        let not_http = |_| Error::new(stage, Failure::InvalidUri);
        let mut proof = Proof::new(method, uri, edge.now(), &mut edge.clone()).map_err(not_http)?;
        if let Some(access_token) = access_token {
            proof = proof.for_token(access_token);
        }
        let nonce = self.nonce(uri);
        if let Some(nonce) = &nonce {
            proof = proof.with_nonce(nonce);
        }
        let signed = proof
            .encode(&self.key)
            .map_err(|error| Error::new(stage, error))?;
        Ok((sensitive(&signed)?, nonce))
    }

    /// Keeps the nonce of an answer.
    pub(crate) fn heard(&self, uri: &str, headers: &HeaderMap) {
        let values = headers.get_all("dpop-nonce").iter();
        let fields = values.filter_map(|value| value.to_str().ok());
        // Most answers have none, and an address is not read for nothing.
        let Ok(Some(nonce)) = Nonce::parse(fields) else {
            return;
        };
        let Some(origin) = origin(uri) else { return };
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.len() >= Self::MOST_ORIGINS && !nonces.contains_key(&origin) {
            nonces.clear();
        }
        nonces.insert(origin, nonce);
    }

    /// Returns the last nonce of the server at an address.
    pub(crate) fn nonce(&self, uri: &str) -> Option<Nonce> {
        let nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.is_empty() {
            return None;
        }
        nonces.get(&origin(uri)?).cloned()
    }

    /// Returns the thumbprint of the key (RFC 7638), by which tokens are bound to it.
    #[must_use]
    pub fn thumbprint(&self) -> Option<String> {
        Some(self.key.public_jwk()?.thumbprint())
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<_>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let octets = digits?;
    let octet = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    let octets: Option<Vec<_>> = octets.chunks(2).map(octet).collect();
    octets.filter(|octets| octets.len() == 32)
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
