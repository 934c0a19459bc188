//! A session as middleware of the crate `reqwest-middleware`.

use bytes::Bytes;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};

use crate::error::Error;
use crate::session::Session;
use crate::session::carrier::{Carrier, peek};
use crate::session::send::send;

/// Authorises what passes, and mends once what the answer says can be mended.
///
/// The rules are those of [`Session::execute`], and what comes behind in the chain is what sends. Give
/// it a client that follows no redirect: the session does, and authorises each hop afresh. Of the
/// session's own HTTP client only the renewal of tokens makes use.
///
/// ```
/// use reqwest::{Client, redirect::Policy};
/// use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
/// use tripod::session::Session;
///
/// fn authorised(session: Session) -> reqwest::Result<ClientWithMiddleware> {
///     let client = Client::builder().redirect(Policy::none()).build()?;
///     Ok(ClientBuilder::new(client).with(session).build())
/// }
/// ```
#[async_trait::async_trait]
impl Middleware for Session {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let mut rest = Rest { next, extensions };
        send(self, &mut rest, request).await
    }
}

/// What comes behind the session.
struct Rest<'a> {
    next: Next<'a>,
    extensions: &'a mut Extensions,
}

impl Carrier for Rest<'_> {
    type Request = Request;
    type Answer = Response;
    type Error = reqwest_middleware::Error;

    fn copy(request: &Request) -> Option<Request> {
        request.try_clone()
    }

    async fn carry(&mut self, request: Request) -> reqwest_middleware::Result<Response> {
        self.next.clone().run(request, self.extensions).await
    }

    async fn peek(
        answer: Response,
        limit: u64,
    ) -> reqwest_middleware::Result<(Response, Option<Bytes>)> {
        Ok(peek(answer, limit).await?)
    }
}

impl From<Error> for reqwest_middleware::Error {
    fn from(error: Error) -> Self {
        Self::middleware(error)
    }
}
