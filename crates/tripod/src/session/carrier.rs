//! What carries a request that a session has authorised.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use reqwest::Response;

use super::outgoing::Outgoing;
use crate::error::{Error, Stage};
use crate::http::{Http, join, take_apart};
use crate::trace;

/// What carries requests: an HTTP client, or what a stack has behind a session.
pub(crate) trait Carrier {
    type Request: Outgoing + Send;
    type Answer: Incoming + Send;
    type Error: From<Error>;

    /// Copies a request, unless its body is a stream, which cannot be sent a second time.
    fn copy(request: &Self::Request) -> Option<Self::Request>;

    fn carry(
        &mut self,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Answer, Self::Error>> + Send;

    /// Reads a body whose length is known and not above the limit, and puts it back.
    fn peek(
        answer: Self::Answer,
        limit: u64,
    ) -> impl Future<Output = Result<(Self::Answer, Option<Bytes>), Self::Error>> + Send;
}

/// An answer as an HTTP stack has it.
pub(crate) trait Incoming {
    fn status(&self) -> StatusCode;
    fn headers(&self) -> &HeaderMap;
}

/// The session's own HTTP client.
pub(super) struct Direct<'a>(pub(super) &'a Http);

impl Carrier for Direct<'_> {
    type Request = reqwest::Request;
    type Answer = Response;
    type Error = Error;

    fn copy(request: &reqwest::Request) -> Option<reqwest::Request> {
        request.try_clone()
    }

    async fn carry(&mut self, request: reqwest::Request) -> Result<Response, Error> {
        let method = request.method().clone();
        self.0.execute(request).await.map_err(|source| {
            let exchange = source.url().map(|uri| trace::unanswered(&method, uri));
            Error::transport(Stage::Request, source).of(exchange.into_iter().collect())
        })
    }

    async fn peek(answer: Response, limit: u64) -> Result<(Response, Option<Bytes>), Error> {
        let peeked = peek(answer, limit).await;
        peeked.map_err(|source| Error::transport(Stage::Request, source))
    }
}

impl Incoming for Response {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }
}

pub(crate) async fn peek(
    answer: Response,
    limit: u64,
) -> reqwest::Result<(Response, Option<Bytes>)> {
    if answer.content_length().is_none_or(|length| length > limit) {
        return Ok((answer, None));
    }
    let (uri, parts, body) = take_apart(answer);
    let body = Response::from(http::Response::new(body)).bytes().await?;
    Ok((join(uri, parts, body.clone()), Some(body)))
}
