//! The same provider, set up otherwise for a request.

use std::sync::Arc;

use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::metadata::Issuer;

use super::value::Value;
use super::view::View;
use crate::artefact::{AuthorizationCode, Client};
use crate::config::{Config, DpopNonce};
use crate::edge::Edge;
use crate::keys::{Keys, Restated};
use crate::provider::Provider;
use crate::storage::{Error, Memory, Storage};

/// What is other about the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setup {
    BaseString,
    ClockSkew,
    DpopNonce,
    RedirectMismatch,
    UnknownClient,
    WrongAlgorithm,
    WrongIssuer,
    WrongKeyId,
}

/// A provider that is being set up otherwise: storage, sealer and chance are shared with the real one.
pub(super) struct Other {
    provider: Provider,
    config: Config,
    storage: Arc<dyn Storage>,
    edge: Edge,
    keys: Keys,
    restated: Restated,
    is_other: bool,
}

impl Other {
    /// Begins with what is the same.
    pub(super) fn than(provider: &Provider) -> Self {
        Self {
            provider: provider.clone(),
            config: provider.config().clone(),
            storage: provider.store().storage(),
            edge: provider.random(),
            keys: Keys::default(),
            restated: Restated::default(),
            is_other: false,
        }
    }

    /// Has one thing be other.
    pub(super) async fn with(&mut self, setup: Setup, value: &Value) -> Result<(), Error> {
        self.is_other = true;
        match (setup, value) {
            (Setup::BaseString, Value::Origin(origin)) => self.config.origin = origin.clone(),
            (Setup::ClockSkew, Value::Seconds(by)) => self.skew(*by),
            (Setup::DpopNonce, _) => self.config.dpop_nonce = DpopNonce::Required,
            (Setup::RedirectMismatch, Value::Text(uri)) => self.redirect_to(uri),
            (Setup::UnknownClient, _) => self.see(View::without::<Client>),
            (Setup::WrongAlgorithm, Value::Algorithm(algorithm)) => self.sign_by(*algorithm),
            (Setup::WrongIssuer, Value::Issuer(issuer)) => self.call_itself(issuer),
            (Setup::WrongKeyId, Value::Text(id)) => {
                self.keys = Keys::misnamed(&self.provider, id).await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Has JWTs say otherwise than they should.
    pub(super) fn restate(&mut self, restated: &Restated) {
        self.is_other |= !restated.is_empty();
        self.restated = restated.clone();
    }

    /// Has nobody be known: no client, no token.
    pub(super) fn forget_everybody(&mut self) {
        self.is_other = true;
        self.storage = Arc::new(Memory::new());
    }

    /// Returns the provider, if anything about it is other.
    pub(super) fn finish(self) -> Option<Provider> {
        self.is_other.then(|| {
            let keys = self.keys.restating(self.restated);
            self.provider
                .otherwise(self.config, self.storage, self.edge, keys)
        })
    }

    fn see(&mut self, view: impl FnOnce(Arc<dyn Storage>) -> Arc<dyn Storage>) {
        self.storage = view(Arc::clone(&self.storage));
    }

    fn skew(&mut self, by: i64) {
        let edge = self.edge.clone();
        let clock = move || Timestamp::from_unix(edge.now().as_unix().saturating_add(by));
        self.edge = self.edge.clone().with_clock(clock);
    }

    fn sign_by(&mut self, algorithm: Algorithm) {
        self.see(|storage| {
            View::of::<Client>(storage, move |client| {
                let algorithm = Some(algorithm.as_str().to_owned());
                client.metadata.id_token_signed_response_alg = algorithm;
            })
        });
    }

    fn redirect_to(&mut self, uri: &str) {
        let registered = uri.to_owned();
        self.see(|storage| {
            View::of::<Client>(storage, move |client| {
                client.metadata.redirect_uris = vec![registered.clone()];
                if let Some(consumer) = &mut client.oauth1 {
                    consumer.callbacks = vec![registered.clone()];
                    consumer.out_of_band = false;
                }
            })
        });
        let asked = uri.to_owned();
        self.see(|storage| {
            View::of::<AuthorizationCode>(storage, move |code| {
                code.redirect_uri = Some(asked.clone());
            })
        });
    }

    /// Keeps the path of the issuer, below which the endpoints are.
    fn call_itself(&mut self, issuer: &Issuer) {
        let path = self.config.path().to_owned();
        self.config.issuer = issuer.clone();
        if self.config.path() != path
            && let Ok(issuer) = Issuer::parse(&self.config.address(&path))
        {
            self.config.issuer = issuer;
        }
    }
}
