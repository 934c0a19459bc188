//! The keys that sign ID tokens and JWT access tokens: made, published, rotated and retired.
//!
//! There is a key for each of [`ALGORITHMS`]. Its successor is made and published for some time
//! before it signs, so that whoever caches the key set has it by then; and it is published after it
//! has ceased to sign, as long as what it signed lives. All of that happens by itself when keys are
//! asked for, on whichever node is first.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::algorithm::Algorithm;

mod access_token;
mod generate;
mod ring;
mod schedule;

pub(crate) use access_token::{Restated, Restatement, claimed_key, presented};
pub use ring::KeyRing;

use crate::artefact::{SigningKey, SigningKeyState};
use crate::config::Lifetimes;
use crate::provider::Provider;
use crate::storage::{Error, Event, Selector};
use crate::store::{Changes, Stored};
use schedule::Step;

/// The algorithms that tokens are signed under; the first is what clients expect that say nothing.
///
/// OpenID Connect Core §15.1: RS256 MUST be supported; RFC 9068 §2.1 says the same.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Rs256, Algorithm::Es256];

/// How long keys are used before the database is asked whether another node has rotated them.
const REFRESH: Duration = Duration::from_secs(10);

/// The keys of a provider, parsed and kept.
#[derive(Debug, Default)]
pub struct Keys {
    cached: RwLock<Option<Cached>>,
    /// Of many requests that find the keys stale, one refreshes them.
    refreshing: tokio::sync::Mutex<()>,
    restated: Restated,
}

#[derive(Clone, Debug)]
struct Cached {
    at: Timestamp,
    ring: Arc<KeyRing>,
}

impl Keys {
    /// Returns the keys as they are now, and takes whatever step in their lives is due.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer, or if a key cannot be made or opened.
    pub async fn ring(&self, provider: &Provider) -> Result<Arc<KeyRing>, Error> {
        if let Some(ring) = self.fresh(provider.now()) {
            return Ok(ring);
        }
        let _turn = self.refreshing.lock().await;
        match self.fresh(provider.now()) {
            Some(ring) => Ok(ring),
            None => self.refresh(provider).await,
        }
    }

    /// Has the next key of an algorithm sign from now on, before its time.
    ///
    /// The former one stays published for what it signed.
    ///
    /// # Errors
    ///
    /// As [`ring`](Self::ring).
    pub async fn rotate(&self, provider: &Provider, algorithm: Algorithm) -> Result<(), Error> {
        let _turn = self.refreshing.lock().await;
        // Another node may do the same at once: whose step comes second finds its work done.
        let keys = load(provider, algorithm).await?;
        let step = if keys.iter().any(|key| key.state == SigningKeyState::Next) {
            Step::Promote
        } else {
            Step::CreateNext
        };
        take(provider, algorithm, &keys, step).await?;
        if step == Step::CreateNext {
            let keys = load(provider, algorithm).await?;
            take(provider, algorithm, &keys, Step::Promote).await?;
        }
        self.refresh(provider).await.map(drop)
    }

    /// Has another key sign from now on, and withdraws at once the one that did.
    ///
    /// What it signed verifies no more. That is a fault: see [`fault`](crate::fault).
    pub(crate) async fn replace(
        &self,
        provider: &Provider,
        algorithm: Algorithm,
    ) -> Result<(), Error> {
        self.rotate(provider, algorithm).await?;
        let _turn = self.refreshing.lock().await;
        let mut withdrawn = Changes::new();
        for key in load(provider, algorithm).await? {
            if key.state == SigningKeyState::Retired {
                withdrawn = withdrawn.remove(&key);
            }
        }
        let _ = provider.store().apply(withdrawn).await?;
        self.refresh(provider).await.map(drop)
    }

    /// Returns the keys of a provider under a name that is not theirs: a fault, too.
    pub(crate) async fn misnamed(provider: &Provider, id: &str) -> Result<Self, Error> {
        let mut current = Vec::new();
        for algorithm in ALGORITHMS {
            current.extend(settle(provider, algorithm).await?);
        }
        let ring = Arc::new(KeyRing::misnamed(provider, &current, id)?);
        let at = provider.now();
        Ok(Self {
            cached: RwLock::new(Some(Cached { at, ring })),
            ..Self::default()
        })
    }

    async fn refresh(&self, provider: &Provider) -> Result<Arc<KeyRing>, Error> {
        let mut current = Vec::new();
        for algorithm in ALGORITHMS {
            current.extend(settle(provider, algorithm).await?);
        }
        let before = self.cached().map(|cached| cached.ring);
        let ring = KeyRing::open(provider, &current, before.as_deref())?;
        let ring = Arc::new(ring);
        let cached = Cached {
            at: provider.now(),
            ring: Arc::clone(&ring),
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(cached);
        Ok(ring)
    }

    fn cached(&self) -> Option<Cached> {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        cached.clone()
    }

    fn fresh(&self, now: Timestamp) -> Option<Arc<KeyRing>> {
        let cached = self.cached()?;
        let is_fresh = cached.at <= now && now < cached.at.plus(REFRESH);
        is_fresh.then_some(cached.ring)
    }
}

/// Takes steps until none is due, and returns the keys then.
async fn settle(
    provider: &Provider,
    algorithm: Algorithm,
) -> Result<Vec<Stored<SigningKey>>, Error> {
    let mut keys = load(provider, algorithm).await?;
    let lifetimes = &provider.config().lifetimes;
    for _ in 0..MOST_STEPS {
        let step = schedule::step(keys.iter().map(|key| &**key), provider.now(), lifetimes);
        let Some(step) = step else { break };
        take(provider, algorithm, &keys, step).await?;
        keys = load(provider, algorithm).await?;
    }
    Ok(keys)
}

/// A key is made, a successor is made, and the successor signs: lifetimes of nothing would go on.
const MOST_STEPS: usize = 3;

async fn load(provider: &Provider, algorithm: Algorithm) -> Result<Vec<Stored<SigningKey>>, Error> {
    let mut keys = provider.store().all::<SigningKey>(Selector::All).await?;
    keys.retain(|key| key.algorithm == algorithm.as_str());
    Ok(keys)
}

/// Takes a step. Where another node was first, nothing is left to do but to look again.
async fn take(
    provider: &Provider,
    algorithm: Algorithm,
    keys: &[Stored<SigningKey>],
    step: Step,
) -> Result<(), Error> {
    let changes = match step {
        Step::CreateCurrent | Step::CreateNext => {
            let generation = keys.iter().map(|key| key.generation).max().unwrap_or(0);
            let mut key = generate::key(provider, algorithm, generation.saturating_add(1)).await?;
            if step == Step::CreateCurrent {
                key.state = SigningKeyState::Current;
            }
            let handle = SigningKey::handle(&key.algorithm, key.generation);
            Changes::new().insert(handle, &key)
        }
        Step::Promote => promote(keys, provider.now(), &provider.config().lifetimes),
    };
    // A conflict is another node's success.
    let _ = provider.store().apply(changes).await?;
    Ok(())
}

fn promote(keys: &[Stored<SigningKey>], now: Timestamp, lifetimes: &Lifetimes) -> Changes {
    let mut changes = Changes::new();
    for key in keys {
        let mut changed = SigningKey::clone(key);
        changed.since = now;
        match key.state {
            SigningKeyState::Current => {
                changed.state = SigningKeyState::Retired;
                changed.expires = Some(now.plus(schedule::published_for(lifetimes)));
            }
            SigningKeyState::Next => changed.state = SigningKeyState::Current,
            SigningKeyState::Retired => continue,
        }
        let event = Event::new(now, "key_rotated").with_detail(serde_json::json!({
            "kid": key.id,
            "algorithm": key.algorithm,
            "state": changed.state,
        }));
        changes = changes.replace(key, &changed).audit(event);
    }
    changes
}
