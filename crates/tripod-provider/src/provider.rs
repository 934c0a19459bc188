//! The provider: what every endpoint is given.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::Request;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::dpop::nonce::Nonces;

use crate::api;
use crate::attempts::Attempts;
use crate::config::Config;
use crate::edge::Edge;
use crate::fetcher::{Fetcher, Reach};
use crate::keys::Keys;
use crate::oauth1;
use crate::oauth2::{self, ClientKeys};
use crate::peer;
use crate::seal::Sealer;
use crate::storage::Storage;
use crate::store::Store;

/// An authorization server for OAuth 1.0a and OAuth 2; clones are the same one.
#[derive(Clone, Debug)]
pub struct Provider {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    edge: Edge,
    sealer: Sealer,
    store: Store,
    dpop_nonces: Nonces,
    keys: Keys,
    client_keys: ClientKeys,
    attempts: Attempts,
    fetcher: Fetcher,
}

/// For how long a DPoP nonce is given out; it is accepted for as long again.
const DPOP_NONCE_SPAN: Duration = Duration::from_secs(300);

impl Provider {
    /// Puts a provider together.
    ///
    /// # Panics
    ///
    /// Never: the key of the DPoP nonces is derived, and so as long as it has to be.
    #[must_use]
    pub fn new(config: Config, storage: Arc<dyn Storage>, sealer: Sealer, edge: Edge) -> Self {
        let store = Store::new(storage, edge.clone());
        let dpop_nonces = Nonces::new(&sealer.derive_key(b"tripod dpop nonce 1"), DPOP_NONCE_SPAN)
            .expect("a derived key is long enough");
        let attempts = Attempts::new(&config.limits);
        let reach = match config.development {
            Some(_) => Reach::Development,
            None => Reach::Public,
        };
        let fetcher = edge.fetcher(reach);
        let shared = Shared {
            config,
            edge,
            sealer,
            store,
            dpop_nonces,
            keys: Keys::default(),
            client_keys: ClientKeys::default(),
            attempts,
            fetcher,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Returns how it is set up.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Returns what it keeps.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Returns what it encrypts with.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.shared.sealer
    }

    /// Returns the nonces that DPoP proofs are to carry, the same on every node.
    #[must_use]
    pub fn dpop_nonces(&self) -> &Nonces {
        &self.shared.dpop_nonces
    }

    /// Returns the keys that sign tokens.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    /// Returns who failed too often.
    #[must_use]
    pub fn attempts(&self) -> &Attempts {
        &self.shared.attempts
    }

    /// Returns the address that a request comes from, as far as the server tells it.
    #[must_use]
    pub fn peer<B>(&self, request: &Request<B>) -> Option<IpAddr> {
        peer::address(request, self.config().proxies.as_ref())
    }

    /// Returns what fetches the documents that clients name.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.shared.fetcher
    }

    /// Returns the endpoints and the pages, to serve or to nest into another service.
    pub fn router(&self) -> Router {
        let config = self.config();
        let mut endpoints = oauth2::routes(config).merge(api::routes(self));
        if config.oauth1.is_some() {
            endpoints = endpoints.merge(oauth1::routes());
        }
        let endpoints = match config.path() {
            "" => endpoints,
            path => Router::new().nest(path, endpoints),
        };
        let router = endpoints
            .merge(api::well_known(config))
            .merge(oauth2::well_known(config));
        router.with_state(self.clone())
    }

    /// Returns the public keys of clients.
    pub(crate) fn client_keys(&self) -> &ClientKeys {
        &self.shared.client_keys
    }

    /// Returns the present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.edge.now()
    }

    /// Returns a source of random octets.
    #[must_use]
    pub fn random(&self) -> Edge {
        self.shared.edge.clone()
    }
}
