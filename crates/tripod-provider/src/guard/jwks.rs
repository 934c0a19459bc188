//! Verifies JWTs by the keys that a provider elsewhere publishes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{self, Refusal};
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::{self, Mismatch};
use tripod_oauth2::jwk::JwkSet;

use super::Rules;
use super::bearer::Grant;
use super::local;
use super::refused::{Refused, Why};
use crate::fetcher::{FetchError, Fetcher};

/// The keys of a provider, fetched again when they are old, or when a token names one they lack.
#[derive(Debug)]
pub(super) struct Jwks {
    fetcher: Fetcher,
    issuer: String,
    uri: String,
    /// Of many requests that need keys, one fetches them, and the others wait.
    cached: Mutex<Cached>,
}

#[derive(Debug, Default)]
struct Cached {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    /// When they were last asked for, in vain or not, and what came of it if it was in vain.
    tried: Option<(Timestamp, Option<FetchError>)>,
}

/// Key sets of a hundred keys stay below.
const LONGEST: usize = 256 * 1024;

/// From then on newer ones are fetched.
const FRESH: Duration = Duration::from_secs(600);

/// For so long old ones do if there are no newer ones: an outage of a day is survived, and a key
/// that was withdrawn is not trusted for longer.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// A token with a made-up `kid`, or a provider that is down, causes one request in this time.
const BETWEEN_TRIES: Duration = Duration::from_secs(30);

impl Jwks {
    pub(super) fn new(fetcher: Fetcher, issuer: String, uri: String) -> Self {
        Self {
            fetcher,
            issuer,
            uri,
            cached: Mutex::default(),
        }
    }

    pub(super) async fn find(
        &self,
        rules: &Rules,
        token: &Secret,
        presented: &Presented<'_>,
        now: Timestamp,
    ) -> Result<Result<Grant, Why>, Refused> {
        if !local::is_jwt(token) {
            return Ok(Err(Why::Unknown));
        }
        let expected =
            access_token::Rules::new(self.issuer.as_str(), rules.audiences.iter().cloned());
        let verify = |keys: &KeySet| local::of_jwt(token, keys, &expected, presented, now);
        let found = match verify(&*self.keys(now, FRESH).await?) {
            // The provider may have begun to sign with a new key.
            Err(refusal) if names_unknown_key(&refusal) => {
                verify(&*self.keys(now, Duration::ZERO).await?)
            }
            found => found,
        };
        Ok(found.map_err(|refusal| local::why(&refusal)))
    }

    /// Returns keys that are at most so old, or older ones if none are to be had.
    async fn keys(&self, now: Timestamp, fresh: Duration) -> Result<Arc<KeySet>, FetchError> {
        let mut cached = self.cached.lock().await;
        if let Some((keys, fetched)) = &cached.keys
            && now < fetched.plus(fresh)
        {
            return Ok(Arc::clone(keys));
        }
        let may_try = cached
            .tried
            .as_ref()
            .is_none_or(|(tried, _)| *tried <= now.minus(BETWEEN_TRIES));
        if may_try {
            let fetched = self.fetch().await;
            cached.tried = Some((now, fetched.as_ref().err().cloned()));
            if let Ok(keys) = fetched {
                cached.keys = Some((Arc::new(keys), now));
            }
        }
        cached.usable(now)
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let document = self.fetcher.get(&self.uri, LONGEST).await?;
        let published = JwkSet::parse(&document).map_err(FetchError::unreachable)?;
        Ok(KeySet::new(&published, &Algorithm::ASYMMETRIC))
    }
}

impl Cached {
    fn usable(&self, now: Timestamp) -> Result<Arc<KeySet>, FetchError> {
        match (&self.keys, &self.tried) {
            (Some((keys, fetched)), _) if now < fetched.plus(STALE) => Ok(Arc::clone(keys)),
            (_, Some((_, Some(error)))) => Err(error.clone()),
            _ => Err(FetchError::Forbidden),
        }
    }
}

const fn names_unknown_key(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Token(jose::Error::Mismatch(Mismatch::KeyUnknown))
    )
}
