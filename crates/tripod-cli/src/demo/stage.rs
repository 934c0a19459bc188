//! What a demonstration is played on: a provider in this process, a browser, a clock to turn.

use std::collections::HashMap;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::LOCATION;
use tokio::runtime::Handle;
use tripod::http::{Http, Options};
use tripod::login::Browser;
use tripod::preset::{Flow, Template};
use tripod::trace::Trace;
use tripod_core::clock::Clock as _;
use tripod_core::random::Random as _;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::evidence::{Exchange, Header, Response};
use tripod_oauth2::metadata::Issuer;
use tripod_provider::config::{Config, Development, Limits};
use tripod_provider::edge;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::seed;
use tripod_provider::server::Server;
use tripod_provider::storage::Memory;

use crate::edge::Edge;
use crate::failure::CallFailed;
use crate::serve::develop;

/// A provider that serves, and what a client needs to play with it.
#[derive(Debug)]
pub(super) struct Stage {
    address: SocketAddr,
    ahead: Arc<AtomicI64>,
    trace: Trace,
    pages: Pages,
    pub(super) http: Http,
}

/// What the provider answered to the browser, by where it went.
type Pages = Arc<Mutex<HashMap<String, Response>>>;

impl Stage {
    /// Starts a provider on a free port; it ends with the program.
    pub(super) async fn begin() -> Result<Self, CallFailed> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(any, &Limits::default()).await;
        let server = server.map_err(failed("listen on 127.0.0.1"))?;
        let address = server.address().map_err(failed("listen on 127.0.0.1"))?;
        let ahead = Arc::new(AtomicI64::new(0));
        let provider = provider(address, &ahead)?;
        let planted = seed::plant(&provider).await;
        planted.map_err(failed("add the user and the clients"))?;
        tokio::spawn(server.serve(provider.router(), std::future::pending()));
        let trace = Trace::new();
        Ok(Self {
            address,
            ahead,
            http: Http::new(&Options::default())?.traced(trace.clone()),
            trace,
            pages: Pages::default(),
        })
    }

    /// Writes an address of the provider.
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns where the provider takes the three steps of OAuth 1.
    pub(super) fn flow(&self) -> Result<Flow, CallFailed> {
        let at = |path| Template::parse(&self.at(path)).map_err(failed("find the provider"));
        Ok(Flow::new(
            at("/oauth1/request_token")?,
            at("/oauth1/authorize")?,
            at("/oauth1/access_token")?,
        ))
    }

    /// Returns a browser that goes where it is told, and where it is sent from there.
    pub(super) fn browser(&self) -> Browser {
        let (runtime, http) = (Handle::current(), self.http.clone());
        let pages = Arc::clone(&self.pages);
        Browser::with(move |uri| {
            let (http, pages, uri) = (http.clone(), Arc::clone(&pages), uri.to_owned());
            runtime.spawn(async move {
                let Some(answer) = get(&http, &uri).await else {
                    return;
                };
                let mut page = Response::new(answer.status().as_u16());
                let location = answer.headers().get(LOCATION);
                let location = location.and_then(|value| value.to_str().ok());
                if let Some(callback) = location {
                    page.headers.push(Header::new("Location", callback));
                    lock(&pages).insert(uri, page);
                    get(&http, callback).await;
                }
            });
            Ok(())
        })
        .patience(Duration::from_secs(30))
    }

    /// Turns the clock of the provider, and of nobody else.
    pub(super) fn turn_clock(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Returns what was said since the last time, with what the browser was answered.
    pub(super) fn played(&self) -> Vec<Exchange> {
        let mut exchanges = self.trace.exchanges();
        self.trace.clear();
        let pages = lock(&self.pages);
        for exchange in &mut exchanges {
            let uri = exchange
                .request
                .as_ref()
                .and_then(|request| request.uri.as_ref());
            let page = uri.and_then(|uri| pages.get(uri.expose()));
            if exchange.response.is_none() {
                exchange.response = page.cloned();
            }
        }
        exchanges
    }
}

/// Puts the provider together, in memory; alice allows everything without being asked.
fn provider(address: SocketAddr, ahead: &Arc<AtomicI64>) -> Result<Provider, CallFailed> {
    let issuer = Issuer::parse(&format!("http://{address}"));
    let mut config = Config::new(issuer.map_err(failed("name the provider"))?);
    develop(&mut config);
    config.limits.attempts = None;
    let mut development = Development::default();
    development.auto_approve = Some(seed::USER.to_owned());
    config.development = Some(development);
    let ahead = Arc::clone(ahead);
    let now = move || {
        let now = Edge.now().as_unix();
        Timestamp::from_unix(now.saturating_add(ahead.load(Ordering::Relaxed)))
    };
    let edge = edge::Edge::new(now, |octets| Edge.fill(octets));
    let key = Sealer::generate_key(&mut edge.clone());
    let sealer = Sealer::new(&key).map_err(failed("make a key"))?;
    Ok(Provider::new(config, Arc::new(Memory::new()), sealer, edge))
}

/// Goes somewhere as a browser would.
async fn get(http: &Http, uri: &str) -> Option<reqwest::Response> {
    let uri = uri.parse().ok()?;
    http.client(&uri).get(uri).send().await.ok()
}

fn failed<E: Error + Send + Sync + 'static>(doing: &'static str) -> impl Fn(E) -> CallFailed {
    move |source| CallFailed::Demo {
        doing,
        source: Box::new(source),
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
