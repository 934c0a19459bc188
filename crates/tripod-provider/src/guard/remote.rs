//! Tokens of a provider elsewhere.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::origin::Origin;
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::dpop::nonce::Nonces;
use tripod_oauth2::jose::one_use::OneUse;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::resource::Resource;

use super::Rules;
use super::bearer::Grant;
use super::introspection::Introspection;
use super::jwks::Jwks;
use super::refused::{Refused, Why};
use crate::config::Limits;
use crate::edge::Edge;
use crate::fetcher::{Fetcher, Reach};
use crate::storage::{self, Conflict, Memory, Storage};
use crate::store::{Changes, Store};

/// How a service that is guarded knows the provider elsewhere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RemoteOptions {
    /// Who issues the tokens.
    pub issuer: Issuer,
    /// Which resource is guarded; tokens that name audiences must name it.
    pub resource: Resource,
    /// At which scheme, host and port clients see it.
    pub origin: Origin,
    /// How tokens are verified.
    pub verification: Verification,
    /// How much of a request is read.
    pub limits: Limits,
    /// The nonces that DPoP proofs must carry, if they must.
    pub dpop_nonces: Option<Nonces>,
    /// Where it is kept which DPoP proofs were seen: several nodes need one that they share.
    pub storage: Arc<dyn Storage>,
    /// Time, chance and the network.
    pub edge: Edge,
}

/// How the tokens of a provider elsewhere are verified.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verification {
    /// It is asked about each (RFC 7662).
    Introspection {
        /// Where it is asked.
        endpoint: String,
        /// As whom.
        client_id: String,
        /// And with which secret.
        client_secret: Secret,
        /// How long an answer is taken for granted: so much later a revocation is heard of.
        cache: Duration,
    },
    /// They are JWTs (RFC 9068), signed by the keys that it publishes.
    Jwt {
        /// Where it publishes them.
        jwks_uri: String,
    },
}

impl Verification {
    /// Asks about each token, and believes an answer for ten seconds.
    pub fn introspection(
        endpoint: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> Self {
        Self::Introspection {
            endpoint: endpoint.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            cache: Duration::from_secs(10),
        }
    }

    /// Verifies JWTs by the keys that are published somewhere.
    pub fn jwt(jwks_uri: impl Into<String>) -> Self {
        Self::Jwt {
            jwks_uri: jwks_uri.into(),
        }
    }
}

impl RemoteOptions {
    /// Begins with the clock and the network of the system, and proofs remembered in memory.
    #[must_use]
    pub fn new(
        issuer: Issuer,
        resource: Resource,
        origin: Origin,
        verification: Verification,
    ) -> Self {
        Self {
            issuer,
            resource,
            origin,
            verification,
            limits: Limits::default(),
            dpop_nonces: None,
            storage: Arc::new(Memory::new()),
            edge: Edge::system(),
        }
    }
}

/// A provider elsewhere.
#[derive(Debug)]
pub(super) struct Remote {
    edge: Edge,
    /// Of the proofs that were seen.
    store: Store,
    swept: Mutex<Timestamp>,
    nonces: Option<Nonces>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Introspection(Introspection),
    Jwks(Jwks),
}

impl Remote {
    pub(super) fn new(options: RemoteOptions) -> Self {
        // Whoever runs the service has configured the addresses: they may lie in its own network.
        let fetcher: Fetcher = options.edge.fetcher(Reach::Configured);
        let issuer = options.issuer.as_str().to_owned();
        let source = match options.verification {
            Verification::Introspection {
                endpoint,
                client_id,
                client_secret,
                cache,
            } => Source::Introspection(Introspection::new(
                fetcher,
                issuer,
                endpoint,
                &client_id,
                &client_secret,
                cache,
            )),
            Verification::Jwt { jwks_uri } => Source::Jwks(Jwks::new(fetcher, issuer, jwks_uri)),
        };
        Self {
            store: Store::new(options.storage, options.edge.clone()),
            swept: Mutex::new(options.edge.now()),
            edge: options.edge,
            nonces: options.dpop_nonces,
            source,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.edge.now()
    }

    pub(super) const fn nonces(&self) -> Option<&Nonces> {
        self.nonces.as_ref()
    }

    /// Finds what a token is good for.
    pub(super) async fn find(
        &self,
        rules: &Rules,
        token: &Secret,
        presented: &Presented<'_>,
        now: Timestamp,
    ) -> Result<Result<Grant, Why>, Refused> {
        match &self.source {
            Source::Introspection(introspection) => introspection.find(token, now).await,
            Source::Jwks(jwks) => jwks.find(rules, token, presented, now).await,
        }
    }

    /// Claims what may be used once, and now and then forgets what may be forgotten.
    pub(super) async fn claim(
        &self,
        one_use: &OneUse,
    ) -> Result<Result<(), Conflict>, storage::Error> {
        if self.is_sweeping_due() {
            self.store.sweep(MOST_SWEPT).await?;
        }
        self.store.apply(Changes::new().claim(one_use)).await
    }

    fn is_sweeping_due(&self) -> bool {
        let now = self.edge.now();
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = *swept <= now.minus(BETWEEN_SWEEPS);
        if is_due {
            *swept = now;
        }
        is_due
    }
}

/// Proofs live for a minute and a half; so many minutes' worth of them lie around at most.
const BETWEEN_SWEEPS: Duration = Duration::from_secs(60);

/// More than come in a minute.
const MOST_SWEPT: usize = 1_000_000;
