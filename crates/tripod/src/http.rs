//! The HTTP client: one way to make one, and one way to ask an endpoint of the provider.

use std::time::Duration;

use http::header::ACCEPT;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Body, Client, ClientBuilder, Response, ResponseBuilderExt as _, Url, redirect};
use tripod_core::secret::Secret;
use tripod_doctor::evidence::{self, Exchange};
use tripod_oauth2::answer::Answer;
use tripod_oauth2::error::{self as oauth2, Misuse};

use crate::error::{Error, Failure, Stage};
use crate::trace::{self, Trace};

/// How requests are sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How long it may take to reach a server.
    pub connect_timeout: Duration,
    /// How long an endpoint of the provider may take to answer; API calls have no such limit.
    pub endpoint_timeout: Duration,
    /// What the client calls itself.
    pub user_agent: String,
    /// Certificates that are trusted beside those of the system, in PEM.
    pub roots: Vec<String>,
    /// Whether secrets may travel in clear to hosts that are not this one.
    pub dangerous_cleartext: Cleartext,
}

/// Whether secrets may travel in clear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cleartext {
    /// Anywhere: who is in between can read them.
    Anywhere,
    /// Only within this host.
    #[default]
    Loopback,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            endpoint_timeout: Duration::from_secs(30),
            user_agent: concat!("tripod/", env!("CARGO_PKG_VERSION")).to_owned(),
            roots: Vec::new(),
            dangerous_cleartext: Cleartext::default(),
        }
    }
}

/// An HTTP client that follows no redirect by itself; clones share its connections.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    /// For what goes to this machine in clear: a proxy that is set up must not hear of it.
    direct: Client,
    endpoint_timeout: Duration,
    cleartext: Cleartext,
    trace: Option<Trace>,
}

/// An answer of an endpoint, read whole.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    asked: evidence::Request,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn answer(&self) -> Answer<'_> {
        Answer::new(self.status, &self.headers, &self.body)
    }

    /// Copies request and answer, as they were.
    pub(crate) fn exchange(&self) -> Exchange {
        let answer = trace::response(&self.asked, self.status, &self.headers, &self.body);
        Exchange::new(Some(self.asked.clone()), Some(answer))
    }

    /// Notes in an error that it is about this answer.
    pub(crate) fn failed(&self, error: Error) -> Error {
        error.of(vec![self.exchange()])
    }

    /// Returns it as the OAuth 1 side reads answers.
    pub(crate) fn response(&self) -> http::Response<&[u8]> {
        let mut response = http::Response::new(self.body.as_slice());
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

impl Http {
    /// The longest answer of an endpoint, in octets: metadata with many keys has a tenth of it.
    const LONGEST: usize = 1 << 20;

    /// Makes a client.
    ///
    /// # Errors
    ///
    /// [`Failure::Transport`] if a certificate cannot be read or TLS cannot be set up.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let fail = |source| Error::transport(Stage::Request, source);
        let mut builder = begin(options);
        for pem in &options.roots {
            for root in reqwest::Certificate::from_pem_bundle(pem.as_bytes()).map_err(fail)? {
                builder = builder.add_root_certificate(root);
            }
        }
        Ok(Self {
            client: builder.build().map_err(fail)?,
            direct: begin(options)
                .no_proxy()
                .tls_certs_only([])
                .build()
                .map_err(fail)?,
            endpoint_timeout: options.endpoint_timeout,
            cleartext: options.dangerous_cleartext,
            trace: None,
        })
    }

    /// Takes what a builder was given, or else the default.
    pub(crate) fn given(http: Option<&Self>, trace: Option<&Trace>) -> Result<Self, Error> {
        let http = match http {
            Some(http) => http.clone(),
            None => Self::new(&Options::default())?,
        };
        Ok(match trace {
            Some(trace) => http.traced(trace.clone()),
            None => http,
        })
    }

    /// Has a trace keep what is sent and answered from here on.
    #[must_use]
    pub fn traced(mut self, trace: Trace) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Returns a client that is traced in any case, and its trace.
    pub(crate) fn watched(&self) -> (Self, Trace) {
        let trace = self.trace.clone().unwrap_or_default();
        (self.clone().traced(trace.clone()), trace)
    }

    /// Notes where the browser went, or came back by.
    pub(crate) fn visited(&self, uri: &str) {
        if let Some(trace) = &self.trace {
            trace.keep(trace::visit(uri));
        }
    }

    /// Returns the client that goes to an address, for requests that carry no secret.
    #[must_use]
    pub fn client(&self, uri: &Url) -> &Client {
        // RFC 8252 §8.3: what goes over the loopback interface does not leave the device.
        match uri.scheme() == "http" && is_loopback(uri) {
            true => &self.direct,
            false => &self.client,
        }
    }

    /// Returns the client by which requests are written, wherever they go.
    pub(crate) const fn writer(&self) -> &Client {
        &self.client
    }

    /// Refuses an address at which secrets would travel in clear ([RFC 6749 §3.2]).
    ///
    /// # Errors
    ///
    /// [`Failure::Cleartext`] if it is not https, and not on this host.
    ///
    /// [RFC 6749 §3.2]: https://www.rfc-editor.org/rfc/rfc6749#section-3.2
    pub(crate) fn check(&self, stage: Stage, uri: &Url) -> Result<(), Error> {
        // RFC 6749 §3.2, RFC 6750 §5.3: requests with secrets MUST go through TLS.
        if uri.scheme() == "https" || self.cleartext == Cleartext::Anywhere || is_loopback(uri) {
            return Ok(());
        }
        let mut uri = uri.clone();
        uri.set_query(None);
        let uri = uri.to_string();
        Err(Error::new(stage, Failure::Cleartext { uri }))
    }

    /// Gets a document of the provider, and reads it whole.
    pub(crate) async fn get(&self, stage: Stage, uri: &str) -> Result<Received, Error> {
        let mut request = http::Request::new(Vec::new());
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json);
        self.call(stage, Method::GET, uri, request).await
    }

    /// Posts what an endpoint of the provider takes, and reads its answer whole.
    pub(crate) async fn post(
        &self,
        stage: Stage,
        uri: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Received, Error> {
        let mut request = http::Request::new(body);
        *request.headers_mut() = headers;
        self.call(stage, Method::POST, uri, request).await
    }

    /// Sends a request that is complete, and reads the answer whole.
    pub(crate) async fn call(
        &self,
        stage: Stage,
        method: Method,
        uri: &str,
        request: http::Request<Vec<u8>>,
    ) -> Result<Received, Error> {
        let uri = parse(stage, uri)?;
        self.check(stage, &uri)?;
        let (parts, body) = request.into_parts();
        let request = self.writer().request(method, uri);
        let request = request.timeout(self.endpoint_timeout);
        let request = request.headers(parts.headers).body(body).build();
        let request = request.map_err(|source| Error::transport(stage, source))?;
        let asked = trace::request(&request);
        match self.ask(stage, request).await {
            Ok((status, headers, body)) => {
                let received = Received {
                    asked,
                    status,
                    headers,
                    body,
                };
                self.keep(|| received.exchange());
                Ok(received)
            }
            Err(error) => {
                let exchange = Exchange::new(Some(asked), None);
                self.keep(|| exchange.clone());
                Err(error.of(vec![exchange]))
            }
        }
    }

    async fn ask(
        &self,
        stage: Stage,
        request: reqwest::Request,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), Error> {
        let answer = self.client(request.url()).execute(request).await;
        read(
            stage,
            answer.map_err(|source| Error::transport(stage, source))?,
        )
        .await
    }

    /// Sends a request of a session; its answer's body is for who sent it.
    pub(crate) async fn execute(&self, request: reqwest::Request) -> reqwest::Result<Response> {
        let client = self.client(request.url());
        let Some(trace) = &self.trace else {
            return client.execute(request).await;
        };
        let asked = trace::request(&request);
        match client.execute(request).await {
            Ok(answer) => Ok(trace.overhear(asked, answer)),
            Err(error) => {
                trace.keep(Exchange::new(Some(asked), None));
                Err(error)
            }
        }
    }

    fn keep(&self, exchange: impl FnOnce() -> Exchange) {
        if let Some(trace) = &self.trace {
            trace.keep(exchange());
        }
    }
}

fn begin(options: &Options) -> ClientBuilder {
    Client::builder()
        .connect_timeout(options.connect_timeout)
        .user_agent(&options.user_agent)
        // A redirect is authorised afresh, hop by hop; endpoints of the provider have none.
        .redirect(redirect::Policy::none())
        .referer(false)
}

/// Takes an answer apart, so that its body can be replaced.
pub(crate) fn take_apart(answer: Response) -> (Url, Parts, Body) {
    let uri = answer.url().clone();
    let (parts, body) = http::Response::from(answer).into_parts();
    (uri, parts, body)
}

/// Joins what [`take_apart`] took apart.
pub(crate) fn join(uri: Url, parts: Parts, body: impl Into<Body>) -> Response {
    let place = http::Response::builder().url(uri).body(());
    let (place, ()) = place.expect("a status is all it needs").into_parts();
    let mut answer = http::Response::from_parts(parts, body.into());
    answer.extensions_mut().extend(place.extensions);
    answer.into()
}

pub(crate) fn parse(stage: Stage, uri: &str) -> Result<Url, Error> {
    Url::parse(uri).map_err(|_| Error::new(stage, Failure::InvalidUri))
}

/// Makes a header value that nobody logs.
pub(crate) fn sensitive(secret: &Secret) -> Result<HeaderValue, Error> {
    let illegal = |_| {
        Error::new(
            Stage::Request,
            oauth2::Error::from(Misuse::IllegalCharacter),
        )
    };
    let mut value = HeaderValue::from_str(secret.expose()).map_err(illegal)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(
    stage: Stage,
    mut answer: Response,
) -> Result<(StatusCode, HeaderMap, Vec<u8>), Error> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = answer
        .chunk()
        .await
        .map_err(|source| Error::transport(stage, source))?
    {
        if body.len().saturating_add(chunk.len()) > Http::LONGEST {
            let limit = Http::LONGEST;
            return Err(Error::new(stage, Failure::TooLong { limit }));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, headers, body))
}

pub(crate) fn is_loopback(uri: &Url) -> bool {
    match uri.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}
