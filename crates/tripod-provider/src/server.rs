//! A server that runs a router: with limits, TLS and an orderly end.
//!
//! It speaks HTTP/1.1. Whoever embeds the router brings a server of its own and needs none of this.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time;

mod connection;
mod deadline;
mod patience;
mod places;
mod tls;

pub use tls::{Tls, TlsError};

use crate::config::Limits;
use crate::metrics::Metrics;
use connection::Connections;
use places::Places;

/// A server that listens, and serves once it is told what.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    limits: Limits,
    tls: Option<Tls>,
    metrics: Metrics,
    grace: Duration,
    share: usize,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Everything that had begun was finished.
    Finished,
    /// So many connections were cut off when the time for that was over.
    CutOff(usize),
}

/// How long requests that have begun may take once the server is to end.
const GRACE: Duration = Duration::from_secs(10);

/// How long it waits after the system had no socket to give, such as for want of descriptors.
const RECOVERY: Duration = Duration::from_millis(50);

impl Server {
    /// Begins to listen; a port of zero is any that is free.
    ///
    /// # Errors
    ///
    /// What the operating system says, such as that the address is in use.
    pub async fn bind(address: SocketAddr, limits: &Limits) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            limits: *limits,
            tls: None,
            metrics: Metrics::new(),
            grace: GRACE,
            share: limits.connections.div_euclid(4).max(1),
        })
    }

    /// Has it speak TLS, and nothing else.
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Has it count its connections there.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Sets how long requests that have begun may take once it is to end.
    #[must_use]
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Has it take every connection from a single address, which is that of a proxy.
    #[must_use]
    pub const fn behind_proxy(mut self) -> Self {
        self.share = usize::MAX;
        self
    }

    /// Returns where it listens.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until it is told to end, then finishes what has begun.
    pub async fn serve(self, router: Router, until: impl Future<Output = ()> + Send) -> Ended {
        let room = Arc::new(Semaphore::new(self.limits.connections));
        let places = Places::new(self.share);
        let graceful = GracefulShutdown::new();
        let connections = Arc::new(Connections::new(router, self.limits, self.tls));
        let mut running = JoinSet::new();
        let mut until = std::pin::pin!(until);
        loop {
            let next = async {
                let permit = Arc::clone(&room).acquire_owned().await;
                let permit = permit.expect("it is never closed");
                (permit, accept(&self.listener).await)
            };
            let (permit, (stream, peer)) = tokio::select! {
                next = next => next,
                () = &mut until => break,
            };
            while running.try_join_next().is_some() {}
            let Some(place) = places.take(peer.ip()) else {
                tracing::warn!(%peer, "an address has too many connections");
                continue;
            };
            let connected = self.metrics.connected();
            let serving = Arc::clone(&connections).serve(stream, peer, graceful.watcher());
            running.spawn(async move {
                serving.await;
                drop((permit, place, connected));
            });
        }
        drop(self.listener);
        end(graceful, running, self.grace).await
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // It concerns that one connection, or passes once others end.
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept");
                time::sleep(RECOVERY).await;
            }
        }
    }
}

async fn end(graceful: GracefulShutdown, mut running: JoinSet<()>, grace: Duration) -> Ended {
    let finished = time::timeout(grace, graceful.shutdown()).await;
    while running.try_join_next().is_some() {}
    if finished.is_ok() || running.is_empty() {
        return Ended::Finished;
    }
    let cut_off = running.len();
    running.shutdown().await;
    Ended::CutOff(cut_off)
}

#[cfg(test)]
mod tests;
