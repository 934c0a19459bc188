//! Fetches over HTTP what others name, without reaching where they may not.
//!
//! A client that registers `jwks_uri` has this server open a connection. So what may be fetched is
//! narrow: TLS, no redirects, no address that is special in the registries of IANA, little time and
//! few octets. The address is judged where the connection is made, after the name was resolved, so
//! that no name can stand for one address when it is judged and for another when it is used.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use reqwest::Url;
use thiserror::Error;

mod address;
mod network;

use self::address::is_loopback_host;
pub use self::network::Network;

/// How far a fetcher reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// Anywhere: for addresses that whoever runs this server has configured.
    Configured,
    /// To the public network and to this machine, by cleartext HTTP too: for development.
    Development,
    /// To the public network alone: for addresses that others name.
    Public,
}

/// What carries requests; a test puts answers in its place.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request and reads the answer, at most `limit` octets of body.
    fn send(&self, request: Request<Bytes>, limit: usize) -> Sending<'_>;
}

/// What comes back, sooner or later.
pub type Sending<'a> =
    Pin<Box<dyn Future<Output = Result<Response<Bytes>, FetchError>> + Send + 'a>>;

/// Fetches within its reach.
#[derive(Clone, Debug)]
pub struct Fetcher {
    reach: Reach,
    transport: Arc<dyn Transport>,
}

/// Why something was not fetched.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The name, or the address, leads where this fetcher does not go.
    #[error("the address is none that may be fetched from here")]
    Forbidden,
    /// The URI is not what may be fetched: no TLS, user information, or no URI at all.
    #[error("the URI is not an `https` one with nothing but host, port, path and query")]
    NotAllowed,
    /// The answer is not a success.
    #[error("the answer has status {}", status.as_u16())]
    Status {
        /// Its status.
        status: StatusCode,
    },
    /// The answer is longer than it may be.
    #[error("the answer is longer than {limit} octets")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// There was no answer, or not in time, or not a whole one.
    #[error("the server cannot be reached")]
    Unreachable {
        /// What went wrong.
        source: Arc<dyn StdError + Send + Sync>,
    },
}

impl FetchError {
    /// Notes what a transport said.
    pub fn unreachable(source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unreachable {
            source: Arc::new(source),
        }
    }
}

impl Fetcher {
    /// Fetches over the network.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self::over(reach, Arc::new(Network::new(reach)))
    }

    /// Fetches over a transport of one's own, which judges addresses for itself.
    #[must_use]
    pub fn over(reach: Reach, transport: Arc<dyn Transport>) -> Self {
        Self { reach, transport }
    }

    /// Fetches a document of at most `limit` octets.
    ///
    /// # Errors
    ///
    /// [`FetchError`] says why there is none.
    pub async fn get(&self, uri: &str, limit: usize) -> Result<Bytes, FetchError> {
        let uri = self.check(uri)?;
        let request = Request::get(uri.as_str()).body(Bytes::new());
        let request = request.map_err(|_| FetchError::NotAllowed)?;
        let answer = self.transport.send(request, limit).await?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status => Err(FetchError::Status { status }),
        }
    }

    /// Sends a request of any method; what the status means is for the caller to say.
    ///
    /// # Errors
    ///
    /// [`FetchError`] says why there is no answer.
    pub async fn send(
        &self,
        request: Request<Bytes>,
        limit: usize,
    ) -> Result<Response<Bytes>, FetchError> {
        self.check(&request.uri().to_string())?;
        self.transport.send(request, limit).await
    }

    /// Judges what can be judged of a URI before its name is resolved.
    fn check(&self, uri: &str) -> Result<Url, FetchError> {
        let uri = Url::parse(uri).map_err(|_| FetchError::NotAllowed)?;
        let host = uri.host_str().ok_or(FetchError::NotAllowed)?;
        let is_transport_safe = match uri.scheme() {
            "https" => true,
            "http" => self.reach != Reach::Public && is_loopback_host(host),
            _ => false,
        };
        let has_userinfo = !uri.username().is_empty() || uri.password().is_some();
        if !is_transport_safe || has_userinfo {
            return Err(FetchError::NotAllowed);
        }
        // A literal address is not resolved, so the resolver never sees it. `Url` has written it in
        // the one usual form, whatever octal or hexadecimal spelling it came in.
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) if !address::is_allowed(address, self.reach) => Err(FetchError::Forbidden),
            _ => Ok(uri),
        }
    }
}

#[cfg(test)]
mod tests;
