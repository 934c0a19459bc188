//! A session as a layer of `tower`, for any HTTP stack.
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt as _, Full};
//! use tower::{Layer as _, Service as _, service_fn};
//! use tripod::{OAuth1, layer::BoxError};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), BoxError> {
//! let session = OAuth1::consumer("key", "secret").token("token", "secret").session()?;
//! // Any client that takes `http::Request`; this one answers what it is asked.
//! let client = service_fn(async |request: Request<Full<Bytes>>| {
//!     let told = request.headers()["authorization"].to_str()?.to_owned();
//!     Ok::<_, BoxError>(Response::new(Full::from(told)))
//! });
//! let mut authorised = session.layer(client);
//! let request = Request::get("https://api.example.com/me").body(Full::default())?;
//! let answer = authorised.call(request).await?;
//! let told = answer.into_body().collect().await?.to_bytes();
//! assert!(told.starts_with(b"OAuth oauth_"));
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tower::{Layer, Service};

use crate::session::Session;
use crate::session::carrier::{Carrier, Incoming};
use crate::session::outgoing::{Octets, Payload};
use crate::session::send::send;

/// Why no answer came: an [`Error`](crate::error::Error) of the session, or that of the service behind.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<S> Layer<S> for Session {
    type Service = Authorised<S>;

    fn layer(&self, service: S) -> Authorised<S> {
        Authorised {
            session: self.clone(),
            service,
        }
    }
}

/// Authorises what passes, and mends once what the answer says can be mended.
///
/// The rules are those of [`Session::execute`](crate::session::Session::execute). Redirects are
/// followed, each authorised afresh; **what follows redirects must not stand in front of it**, since
/// whatever comes to it is authorised, wherever it goes. Of the session's own HTTP client only the
/// renewal of tokens makes use, and waiting needs a runtime of Tokio.
///
/// A body of a known length up to 1 MiB is read before it is sent, so that it can be signed and sent
/// a second time; any other goes as it comes, once.
#[derive(Clone, Debug)]
pub struct Authorised<S> {
    session: Session,
    service: S,
}

impl<S, B, R> Service<Request<B>> for Authorised<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + From<Bytes> + Send + 'static,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Response = Response<Body<R>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body<R>>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.service.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let session = self.session.clone();
        // It is this service that was made ready, and not its clone.
        let clone = self.service.clone();
        let service = std::mem::replace(&mut self.service, clone);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let request = Request::from_parts(parts, Content::of(body).await?);
            let mut behind = Behind {
                service,
                body: PhantomData,
            };
            send(&session, &mut behind, request).await
        })
    }
}

/// The body of a request.
enum Content<B> {
    Octets(Bytes),
    Stream(B),
}

impl<B> Content<B>
where
    B: http_body::Body<Error: Into<BoxError>>,
{
    /// What is longer is no form, and rarely worth its memory.
    const LONGEST: u64 = 1 << 20;

    async fn of(body: B) -> Result<Self, BoxError> {
        let length = body.size_hint().exact();
        if length.is_none_or(|length| length > Self::LONGEST) {
            return Ok(Self::Stream(body));
        }
        let read = body.collect().await.map_err(Into::into)?;
        Ok(Self::Octets(read.to_bytes()))
    }
}

impl<B> From<Vec<u8>> for Content<B> {
    fn from(octets: Vec<u8>) -> Self {
        Self::Octets(octets.into())
    }
}

impl<B> Payload for Content<B> {
    fn octets(&self) -> Octets<'_> {
        match self {
            Self::Octets(octets) => Octets::Known(octets),
            Self::Stream(_) => Octets::Unknown,
        }
    }
}

/// The service behind a session.
struct Behind<S, B> {
    service: S,
    body: PhantomData<fn(B)>,
}

impl<S, B, R> Carrier for Behind<S, B>
where
    S: Service<Request<B>, Response = Response<R>> + Send,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: From<Bytes> + Send,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin,
{
    type Request = Request<Content<B>>;
    type Answer = Response<Body<R>>;
    type Error = BoxError;

    fn copy(request: &Self::Request) -> Option<Self::Request> {
        let Content::Octets(octets) = request.body() else {
            return None;
        };
        let mut copy = Request::new(Content::Octets(octets.clone()));
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.version_mut() = request.version();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        Some(copy)
    }

    async fn carry(&mut self, request: Self::Request) -> Result<Self::Answer, BoxError> {
        let request = request.map(|content| match content {
            Content::Octets(octets) => octets.into(),
            Content::Stream(body) => body,
        });
        let ready = poll_fn(|context| self.service.poll_ready(context)).await;
        ready.map_err(Into::into)?;
        let answer = self.service.call(request).await;
        Ok(answer
            .map_err(Into::into)?
            .map(|body| Body(Kind::Stream(body))))
    }

    async fn peek(
        answer: Self::Answer,
        limit: u64,
    ) -> Result<(Self::Answer, Option<Bytes>), BoxError> {
        use http_body::Body as _;
        let length = answer.body().size_hint().exact();
        if length.is_none_or(|length| length > limit) {
            return Ok((answer, None));
        }
        let (parts, body) = answer.into_parts();
        let octets = body.collect().await.map_err(Into::into)?.to_bytes();
        let answer = Response::from_parts(parts, Body(Kind::Octets(octets.clone())));
        Ok((answer, Some(octets)))
    }
}

impl<R: Send> Incoming for Response<Body<R>> {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }
}

/// The body of an answer: that of the service behind, or what the session has read of it.
pub struct Body<R>(Kind<R>);

enum Kind<R> {
    Octets(Bytes),
    Stream(R),
}

impl<R: http_body::Body<Data = Bytes> + Unpin> http_body::Body for Body<R> {
    type Data = Bytes;
    type Error = R::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, R::Error>>> {
        match &mut self.0 {
            Kind::Octets(octets) if octets.is_empty() => Poll::Ready(None),
            Kind::Octets(octets) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(octets))))),
            Kind::Stream(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Octets(octets) => octets.is_empty(),
            Kind::Stream(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Octets(octets) => SizeHint::with_exact(octets.len() as u64),
            Kind::Stream(body) => body.size_hint(),
        }
    }
}

impl<R> fmt::Debug for Body<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
