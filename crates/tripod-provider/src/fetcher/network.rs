//! The network itself.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use thiserror::Error;

use super::{FetchError, Reach, Sending, Transport, address};

/// Connections to other servers, by HTTP/1.1 over rustls.
#[derive(Debug)]
pub struct Network {
    reach: Reach,
    timeout: Duration,
    client: OnceLock<Result<reqwest::Client, FetchError>>,
}

/// A request waits for this; a peer that takes longer counts as away.
const TIMEOUT: Duration = Duration::from_secs(5);

impl Network {
    /// Connects within a reach.
    #[must_use]
    pub const fn new(reach: Reach) -> Self {
        Self {
            reach,
            timeout: TIMEOUT,
            client: OnceLock::new(),
        }
    }

    /// Waits for another while than five seconds.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the client when it is first needed: a machine without root certificates can do without.
    fn client(&self) -> Result<&reqwest::Client, FetchError> {
        let made = self.client.get_or_init(|| {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .timeout(self.timeout)
                .dns_resolver(Arc::new(Resolver { reach: self.reach }))
                .build()
                .map_err(FetchError::unreachable)
        });
        made.as_ref().map_err(Clone::clone)
    }

    async fn exchange(
        &self,
        request: Request<Bytes>,
        limit: usize,
    ) -> Result<Response<Bytes>, FetchError> {
        let request = reqwest::Request::try_from(request).map_err(|_| FetchError::NotAllowed)?;
        let mut answer = self.client()?.execute(request).await.map_err(read_error)?;
        let peer = answer.remote_addr();
        // The resolver has judged already; this is for whatever may come to bypass it.
        if peer.is_some_and(|peer| !address::is_allowed(peer.ip(), self.reach)) {
            return Err(FetchError::Forbidden);
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(read_error)? {
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(FetchError::TooLong { limit });
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(body.freeze());
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }
}

impl Transport for Network {
    fn send(&self, request: Request<Bytes>, limit: usize) -> Sending<'_> {
        Box::pin(self.exchange(request, limit))
    }
}

/// Resolves names to addresses within reach; a name with one that is not has none.
#[derive(Debug)]
struct Resolver {
    reach: Reach,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<_> = found.collect();
            if found
                .iter()
                .all(|found| address::is_allowed(found.ip(), reach))
            {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(OutOfReach.into())
            }
        })
    }
}

/// What the resolver says of a name that leads out of reach.
#[derive(Debug, Error)]
#[error("the name leads to an address out of reach")]
struct OutOfReach;

fn read_error(error: reqwest::Error) -> FetchError {
    let mut source: Option<&(dyn StdError + 'static)> = error.source();
    while let Some(cause) = source {
        if cause.is::<OutOfReach>() {
            return FetchError::Forbidden;
        }
        source = cause.source();
    }
    // The URI may hold a name that the log is not to repeat; who logs the error knows it.
    FetchError::unreachable(error.without_url())
}
