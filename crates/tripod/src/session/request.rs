//! Requests as callers write them.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Response, multipart};
use serde::Serialize;

use super::Session;
use crate::error::{Error, Stage};

/// A request that is being written.
#[must_use = "a request is sent by `send`"]
pub struct RequestBuilder {
    session: Session,
    request: reqwest::RequestBuilder,
}

impl RequestBuilder {
    pub(super) const fn new(session: Session, request: reqwest::RequestBuilder) -> Self {
        Self { session, request }
    }

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

    /// Limits the time from sending to the end of the answer's body.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.map(|request| request.timeout(timeout))
    }

    /// Finishes the request without sending it.
    ///
    /// # Errors
    ///
    /// [`Error`] if an address, a header or a body that was given cannot be one.
    pub fn build(self) -> Result<reqwest::Request, Error> {
        built(self.request)
    }

    /// Sends the request; see [`Session::execute`].
    ///
    /// # Errors
    ///
    /// As [`Session::execute`].
    pub async fn send(self) -> Result<Response, Error> {
        self.session.execute(built(self.request)?).await
    }

    fn map(self, change: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) -> Self {
        Self {
            request: change(self.request),
            ..self
        }
    }
}

fn built(request: reqwest::RequestBuilder) -> Result<reqwest::Request, Error> {
    let built = request.build();
    built.map_err(|source| Error::transport(Stage::Request, source))
}

impl fmt::Debug for RequestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBuilder").finish_non_exhaustive()
    }
}
