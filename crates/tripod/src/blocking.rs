//! Sessions for programs without a runtime.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use reqwest::{Body, IntoUrl, multipart};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, Failure, Stage};
use crate::session;

mod reader;

use reader::Chunks;

/// A [`session::Session`] whose methods wait for the answer; clones share connections and tokens.
///
/// It needs a thread that is not inside an asynchronous runtime.
///
/// ```no_run
/// use tripod::OAuth2;
/// use tripod::blocking::Session;
/// use tripod::login::Browser;
///
/// let login = OAuth2::provider("github")?.client_id("Iv1.0123456789abcdef");
/// let session = Session::begin(login.login(Browser::open()))?;
/// let me = session.get("https://api.github.com/user").send()?.text()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    session: session::Session,
    runtime: Arc<Runtime>,
}

impl Session {
    /// Waits for what a builder begins: a login, or the session of an earlier one.
    ///
    /// # Errors
    ///
    /// [`Failure::Runtime`] inside an asynchronous runtime, else as what is waited for.
    pub fn begin(
        session: impl Future<Output = Result<session::Session, Error>>,
    ) -> Result<Self, Error> {
        let fail = |source| Error::new(Stage::Request, Failure::Runtime { source });
        if Handle::try_current().is_ok() {
            let inside = "a blocking session was begun inside an asynchronous runtime";
            return Err(fail(std::io::Error::other(inside)));
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(fail)?;
        Ok(Self {
            session: runtime.block_on(session)?,
            runtime: Arc::new(runtime),
        })
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
        RequestBuilder {
            request: self.session.request(method, uri),
            session: self.clone(),
        }
    }

    /// Logs out; see [`session::Session::revoke`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn revoke(&self) -> Result<(), Error> {
        self.runtime.block_on(self.session.revoke())
    }
}

/// A request that is being written.
#[derive(Debug)]
#[must_use = "a request is sent by `send`"]
pub struct RequestBuilder {
    session: Session,
    request: session::RequestBuilder,
}

impl RequestBuilder {
    /// Adds a header.
    pub fn header<K, V>(self, name: K, value: V) -> Self
    where
        HeaderName: TryFrom<K>,
        <HeaderName as TryFrom<K>>::Error: Into<http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<http::Error>,
    {
        self.map(|request| request.header(name, value))
    }

    /// Adds headers.
    pub fn headers(self, headers: HeaderMap) -> Self {
        self.map(|request| request.headers(headers))
    }

    /// Adds parameters to the query.
    pub fn query<T: Serialize + ?Sized>(self, query: &T) -> Self {
        self.map(|request| request.query(query))
    }

    /// Sends a form. An OAuth 1 signature covers it.
    pub fn form<T: Serialize + ?Sized>(self, form: &T) -> Self {
        self.map(|request| request.form(form))
    }

    /// Sends JSON.
    pub fn json<T: Serialize + ?Sized>(self, json: &T) -> Self {
        self.map(|request| request.json(json))
    }

    /// Sends a form with files.
    pub fn multipart(self, form: multipart::Form) -> Self {
        self.map(|request| request.multipart(form))
    }

    /// Sends a body; one that is a stream cannot be sent a second time.
    pub fn body(self, body: impl Into<Body>) -> Self {
        self.map(|request| request.body(body))
    }

    /// Sends what a reader gives, such as a file, without having all of it in memory.
    pub fn reader(self, reader: impl Read + Send + 'static) -> Self {
        let chunks = Chunks::begin(&self.session.runtime, reader);
        self.body(Body::wrap(chunks))
    }

    /// Limits the time from sending to the end of the answer's body.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.map(|request| request.timeout(timeout))
    }

    /// Sends the request, and waits for the head of the answer.
    ///
    /// # Errors
    ///
    /// As [`session::Session::execute`].
    pub fn send(self) -> Result<Response, Error> {
        let answer = self.session.runtime.block_on(self.request.send())?;
        Ok(Response {
            answer,
            runtime: self.session.runtime,
        })
    }

    fn map(self, change: impl FnOnce(session::RequestBuilder) -> session::RequestBuilder) -> Self {
        Self {
            request: change(self.request),
            ..self
        }
    }
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Response {
    answer: reqwest::Response,
    runtime: Arc<Runtime>,
}

impl Response {
    /// Returns its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// Returns its headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// [`Failure::Transport`] if it breaks off.
    pub fn bytes(self) -> Result<Bytes, Error> {
        let octets = self.runtime.block_on(self.answer.bytes());
        octets.map_err(Error::broken_off)
    }

    /// Reads the body as text.
    ///
    /// # Errors
    ///
    /// [`Failure::Transport`] if it breaks off.
    pub fn text(self) -> Result<String, Error> {
        let text = self.runtime.block_on(self.answer.text());
        text.map_err(Error::broken_off)
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    ///
    /// [`Failure::Transport`] if it breaks off, or is something else.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let json = self.runtime.block_on(self.answer.json());
        json.map_err(Error::broken_off)
    }

    /// Writes the body somewhere as it comes, and returns how long it was.
    ///
    /// # Errors
    ///
    /// [`Failure::Transport`] if it breaks off, [`Failure::Output`] if it cannot be written.
    pub fn copy_to(mut self, target: &mut impl Write) -> Result<u64, Error> {
        let mut length = 0;
        loop {
            let chunk = self.runtime.block_on(self.answer.chunk());
            let Some(chunk) = chunk.map_err(Error::broken_off)? else {
                return Ok(length);
            };
            let fail = |source| Error::new(Stage::Request, Failure::Output { source });
            target.write_all(&chunk).map_err(fail)?;
            length += u64::try_from(chunk.len()).unwrap_or_default();
        }
    }
}
