//! The public keys of clients, parsed once, and fetched where the client publishes them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::json::Members;
use tripod_oauth2::jwk::JwkSet;

use super::ALGORITHMS;
use crate::artefact::Client;
use crate::oauth2::failure::{Failure, Refusal};
use crate::provider::Provider;

/// The keys of the clients that were here lately.
#[derive(Debug, Default)]
pub(crate) struct ClientKeys {
    known: Mutex<HashMap<Of, Known>>,
}

/// A client, and the algorithm it registered for what is verified.
type Of = (String, Option<Algorithm>);

#[derive(Clone, Debug)]
struct Known {
    /// What they were parsed from, so that a client that registers others is not held to them.
    source: Source,
    ids: Vec<Option<String>>,
    /// That they cannot be had is remembered, too, for a shorter while.
    keys: Result<Arc<KeySet>, Refusal>,
    at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Registered(Members),
    Published(String),
}

/// How many keys of clients are remembered.
const CAPACITY: usize = 1024;

/// How long published keys are used before they are fetched again.
const FRESH: Duration = Duration::from_secs(300);

/// How soon an unknown `kid`, or a failure, has them fetched again: whoever sends rubbish fetches no
/// oftener.
const AGAIN: Duration = Duration::from_secs(10);

/// The longest key set that is fetched: dozens of keys with their certificates.
const LONGEST: usize = 64 * 1024;

impl ClientKeys {
    /// Returns the keys of a client for an algorithm; for any asymmetric one if it named none.
    pub(crate) async fn of(
        &self,
        provider: &Provider,
        client: &Client,
        algorithm: Option<Algorithm>,
        key_id: Option<&str>,
    ) -> Result<Arc<KeySet>, Failure> {
        let source = match (&client.metadata.jwks, &client.metadata.jwks_uri) {
            (Some(jwks), _) => Source::Registered(jwks.clone()),
            (None, Some(uri)) => Source::Published(uri.clone()),
            (None, None) => {
                return Err(Refusal::invalid_client("the client registered no keys").into());
            }
        };
        let now = provider.now();
        let of = (client.id.clone(), algorithm);
        if let Some(known) = self.known(&of, &source, key_id, now) {
            return Ok(known?);
        }
        let set = match &source {
            Source::Registered(jwks) => registered(jwks),
            Source::Published(uri) => published(provider, uri).await,
        };
        Ok(self.remember(of, source, set, now)?)
    }

    fn known(
        &self,
        of: &Of,
        source: &Source,
        key_id: Option<&str>,
        now: Timestamp,
    ) -> Option<Result<Arc<KeySet>, Refusal>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(of).filter(|known| known.source == *source)?;
        let age = now.since(known.at);
        let has_key = key_id.is_none() || known.ids.iter().any(|id| id.as_deref() == key_id);
        let is_fresh = match source {
            Source::Registered(_) => true,
            Source::Published(_) if known.keys.is_err() => age < AGAIN,
            Source::Published(_) => age < FRESH && (has_key || age < AGAIN),
        };
        is_fresh.then(|| known.keys.clone())
    }

    fn remember(
        &self,
        of: Of,
        source: Source,
        set: Result<JwkSet, Refusal>,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, Refusal> {
        let (_, algorithm) = &of;
        let expected = algorithm
            .as_ref()
            .map_or(&ALGORITHMS[..], std::slice::from_ref);
        // A public key is never taken for a shared secret.
        let expected: Vec<_> = expected
            .iter()
            .copied()
            .filter(|algorithm| !algorithm.is_symmetric())
            .collect();
        let ids = set.iter().flat_map(|set| &set.keys);
        let ids = ids.map(|key| key.id.clone()).collect();
        let keys = set.map(|set| Arc::new(KeySet::new(&set, &expected)));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            let oldest = known.iter().min_by_key(|(_, known)| known.at);
            if let Some(oldest) = oldest.map(|(of, _)| of.clone()) {
                known.remove(&oldest);
            }
        }
        let entry = Known {
            source,
            ids,
            keys: keys.clone(),
            at: now,
        };
        known.insert(of, entry);
        keys
    }
}

fn registered(jwks: &Members) -> Result<JwkSet, Refusal> {
    let Value::Object(members) = Value::from(jwks.clone()) else {
        return Err(Refusal::invalid_client(
            "the registered keys are no key set",
        ));
    };
    JwkSet::from_members(members)
        .map_err(|_| Refusal::invalid_client("the registered keys are no key set"))
}

async fn published(provider: &Provider, uri: &str) -> Result<JwkSet, Refusal> {
    let refused = |why: String| Refusal::invalid_client(format!("the client's jwks_uri: {why}"));
    let document = provider.fetcher().get(uri, LONGEST).await;
    let document = document.map_err(|error| refused(error.to_string()))?;
    JwkSet::parse(&document).map_err(|error| refused(error.to_string()))
}
