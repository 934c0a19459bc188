//! Sessions: an HTTP client that authorises what it sends.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use reqwest::{IntoUrl, Response, Url};

pub(crate) mod carrier;
pub(crate) mod outgoing;
mod redirect;
pub(crate) mod remedy;
mod request;
pub(crate) mod send;

pub use request::RequestBuilder;

use tripod_core::clock::Clock as _;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::{Evidence, Exchange};
use tripod_doctor::finding::Finding;
use tripod_doctor::known::Known;

use crate::authorizer::Authorizer;
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use carrier::Direct;
use outgoing::Outgoing;

/// An HTTP client that authorises what it sends; clones share connections and tokens.
///
/// It reads like `reqwest`'s, and answers with its `Response`.
///
/// ```no_run
/// # async fn call(session: tripod::session::Session) -> Result<(), Box<dyn std::error::Error>> {
/// let me = session.get("https://api.example.com/me").send().await?;
/// println!("{}", me.text().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    shared: Arc<Shared>,
}

/// One pointer, since every request has a clone of its session.
#[derive(Clone, Debug)]
struct Shared {
    http: Http,
    authorizer: Authorizer,
    options: Options,
}

/// How a session behaves.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How many redirects are followed; each is authorised afresh.
    pub redirects: usize,
    /// Origins that may be authorised when a redirect leads to them from another one.
    pub origins: Vec<Url>,
    /// The longest `Retry-After` that is waited for, where a request may be repeated.
    pub longest_wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            redirects: 10,
            origins: Vec::new(),
            longest_wait: Duration::from_secs(60),
        }
    }
}

impl Session {
    /// Begins a session.
    pub fn new(http: Http, authorizer: impl Into<Authorizer>) -> Self {
        let shared = Shared {
            http,
            authorizer: authorizer.into(),
            options: Options::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Has it behave otherwise.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        Arc::make_mut(&mut self.shared).options = options;
        self
    }

    /// Returns what authorises its requests.
    #[must_use]
    pub fn authorizer(&self) -> &Authorizer {
        &self.shared.authorizer
    }

    /// Begins a GET request.
    pub fn get(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::GET, uri)
    }

    /// Begins a POST request.
    pub fn post(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::POST, uri)
    }

    /// Begins a PUT request.
    pub fn put(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::PUT, uri)
    }

    /// Begins a PATCH request.
    pub fn patch(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::PATCH, uri)
    }

    /// Begins a DELETE request.
    pub fn delete(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::DELETE, uri)
    }

    /// Begins a HEAD request.
    pub fn head(&self, uri: impl IntoUrl) -> RequestBuilder {
        self.request(Method::HEAD, uri)
    }

    /// Begins a request by any method.
    pub fn request(&self, method: Method, uri: impl IntoUrl) -> RequestBuilder {
        RequestBuilder::new(self.clone(), self.shared.http.writer().request(method, uri))
    }

    /// Authorises a request, sends it, and mends once what the answer says can be mended.
    ///
    /// Any status is an answer; only what kept one from coming is an error.
    ///
    /// # Errors
    ///
    /// [`Error`] with the stage: the request itself, or the refresh that it needed.
    pub async fn execute(&self, request: reqwest::Request) -> Result<Response, Error> {
        let sent = send::send(self, &mut Direct(&self.shared.http), request).await;
        sent.map_err(|error| error.knowing(self.known()))
    }

    /// Refuses to authorise a request that would travel in clear.
    fn check(&self, request: &impl Outgoing) -> Result<(), Error> {
        let uri = request.url()?;
        self.shared.http.check(Stage::Request, &uri)
    }

    /// Says why the last of these exchanges were refused, the likeliest cause first.
    ///
    /// An answer of 401 or 403 is no error, so there is none to be
    /// [diagnosed](Error::diagnose): have a [`Trace`](crate::trace::Trace) keep what was sent, and
    /// give it here. Secrets of the session make it surer, and stand in no finding.
    #[must_use]
    pub fn diagnose(&self, exchanges: Vec<Exchange>) -> Vec<Finding> {
        let evidence = Evidence::of_exchanges(exchanges, self.known());
        diagnose(&evidence, Edge::system().now())
    }

    fn known(&self) -> Known {
        match &self.shared.authorizer {
            Authorizer::OAuth1(oauth1) => oauth1.known(),
            Authorizer::OAuth2(oauth2) => oauth2.keeper().client().known(),
        }
    }

    /// Logs out: gives the tokens back to the provider, and takes them out of the vault.
    ///
    /// # Errors
    ///
    /// As [`Keeper::revoke`](crate::tokens::Keeper::revoke), and [`Failure::Unsupported`] with OAuth 1,
    /// which has no such request: there the user takes the grant back at the provider.
    pub async fn revoke(&self) -> Result<(), Error> {
        match &self.shared.authorizer {
            Authorizer::OAuth1(_) => {
                let what = "OAuth 1 has no request by which a token is revoked";
                Err(Error::new(Stage::Revocation, Failure::Unsupported { what }))
            }
            Authorizer::OAuth2(oauth2) => oauth2.keeper().revoke().await,
        }
    }

    /// Authorises a request for any HTTP stack, and gives it back ready to be sent.
    ///
    /// What the answer says is then for the caller to see to: nothing is renewed because of it.
    ///
    /// # Errors
    ///
    /// [`Error`] if it would travel in clear, or cannot be authorised as it is.
    pub async fn sign<B>(&self, request: http::Request<B>) -> Result<http::Request<B>, Error>
    where
        B: AsRef<[u8]> + From<Vec<u8>>,
    {
        let mut request = request;
        self.check(&request)?;
        send::authorize(self, &mut request).await?;
        Ok(request)
    }
}
