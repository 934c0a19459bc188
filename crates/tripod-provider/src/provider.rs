//! The provider: what every endpoint is given.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::middleware::map_request;
use axum::{Router, middleware};
use http::uri::PathAndQuery;
use http::{Request, Uri};
use tower_http::catch_panic::CatchPanicLayer;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::dpop::nonce::Nonces;

use crate::api;
use crate::attempts::Attempts;
use crate::config::Config;
use crate::dev::{self, Journal};
use crate::edge::Edge;
use crate::fault::{self, Faults};
use crate::fetcher::{Fetcher, Reach};
use crate::keys::Keys;
use crate::metrics::{self, Metrics};
use crate::oauth2::ClientKeys;
use crate::password::Passwords;
use crate::peer;
use crate::seal::Sealer;
use crate::storage::Storage;
use crate::store::Store;
use crate::{consent, device, home, oauth1, oauth2, sign_in};

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
    passwords: Passwords,
    keys: Keys,
    client_keys: ClientKeys,
    attempts: Attempts,
    metrics: Metrics,
    fetcher: Fetcher,
    /// In development, the last exchanges.
    journal: Option<Journal>,
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
        let passwords = Passwords::new(config.limits.concurrent_hashes);
        let attempts = Attempts::new(&config.limits);
        let reach = match config.development {
            Some(_) => Reach::Development,
            None => Reach::Public,
        };
        let fetcher = edge.fetcher(reach);
        let journal = config.development.as_ref().map(|_| Journal::default());
        let shared = Shared {
            config,
            edge,
            sealer,
            store,
            dpop_nonces,
            passwords,
            keys: Keys::default(),
            client_keys: ClientKeys::default(),
            attempts,
            metrics: Metrics::new(),
            fetcher,
            journal,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Returns the same provider set up otherwise: what it keeps and counts is shared.
    pub(crate) fn otherwise(
        &self,
        config: Config,
        storage: Arc<dyn Storage>,
        edge: Edge,
        keys: Keys,
    ) -> Self {
        let other = Self::new(config, storage, self.sealer().clone(), edge);
        let mut shared = other.shared;
        if let Some(shared) = Arc::get_mut(&mut shared) {
            shared.keys = keys;
            shared.metrics = self.metrics().clone();
        }
        Self { shared }
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

    /// Returns what checks people's passwords, so many at once.
    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.shared.passwords
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

    /// Returns what is counted.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
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
    ///
    /// Where the issuer has a path, they are below it, and what describes them is where the RFCs
    /// look for it: below `/.well-known`, at the root of the host.
    pub fn router(&self) -> Router {
        let endpoints = self.endpoints();
        let Some(development) = &self.config().development else {
            return endpoints;
        };
        let endpoints = Faults::new(self, &development.faults).around(endpoints);
        let pages = below(self.config().path(), dev::routes(self)).with_state(self.clone());
        // Around everything else, so that it sees what clients see.
        let record = middleware::from_fn_with_state(self.clone(), dev::record);
        let dated = middleware::from_fn_with_state(self.clone(), fault::dated);
        pages.merge(endpoints).layer(dated).layer(record)
    }

    /// Returns the same as it is where nobody develops: without faults, and nothing recorded.
    pub(crate) fn endpoints(&self) -> Router {
        let config = self.config();
        let mut endpoints = oauth2::routes(config)
            .merge(api::routes(self))
            .merge(consent::routes())
            .merge(device::routes())
            .merge(home::routes())
            .merge(oauth2::authorize::routes())
            .merge(oauth2::logout::routes())
            .merge(sign_in::routes());
        if config.oauth1.is_some() {
            endpoints = endpoints
                .merge(oauth1::routes())
                .merge(oauth1::authorize::routes());
        }
        let described = oauth2::well_known(config).merge(api::well_known(config));
        let observe = middleware::from_fn_with_state(self.clone(), metrics::observe);
        below(config.path(), endpoints)
            .merge(described)
            .merge(metrics::routes())
            .layer(CatchPanicLayer::custom(metrics::panicked))
            .layer(observe)
            .with_state(self.clone())
    }

    /// Returns where the last exchanges are kept: in development alone.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.shared.journal.as_ref()
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

/// Puts routes below a path, and gives their handlers the address that the client used.
///
/// Nesting takes the path away, without which no signature of a request verifies.
fn below(path: &str, routes: Router<Provider>) -> Router<Provider> {
    if path.is_empty() {
        return routes;
    }
    let prefix = path.to_owned();
    let restore = map_request(move |request: Request<Body>| {
        let restored = with_prefix(&prefix, request);
        async move { restored }
    });
    Router::new().nest(path, routes.layer(restore))
}

fn with_prefix(prefix: &str, mut request: Request<Body>) -> Request<Body> {
    let mut parts = request.uri().clone().into_parts();
    let rest = parts.path_and_query.as_ref();
    let whole = format!("{prefix}{}", rest.map_or("", PathAndQuery::as_str));
    parts.path_and_query = PathAndQuery::try_from(whole).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}
