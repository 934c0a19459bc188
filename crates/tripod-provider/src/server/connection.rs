//! One connection, from its handshake to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderValue, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time;
use tower::Service as _;

use super::deadline::Deadline;
use super::patience::Patience;
use super::tls::Tls;
use crate::config::Limits;

/// What every connection is served with.
#[derive(Debug)]
pub(super) struct Connections {
    router: Router,
    limits: Limits,
    tls: Option<Tls>,
}

/// How long an endpoint may take beyond what its client takes to send the request.
const ENDPOINT_TIME: Duration = Duration::from_secs(30);

/// hyper reads no less than this at once.
const SMALLEST_BUFFER: usize = 8 * 1024;

/// How many header fields a request may have; browsers send some twenty.
const HEADER_FIELDS: usize = 100;

impl Connections {
    pub(super) const fn new(router: Router, limits: Limits, tls: Option<Tls>) -> Self {
        Self {
            router,
            limits,
            tls,
        }
    }

    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, end: Watcher) {
        // An answer is one small write, which is not to wait for another.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let stream = Patience::new(stream, self.limits.request_time);
        let Some(tls) = &self.tls else {
            return self.speak(stream, peer, end).await;
        };
        let handshake = tls.acceptor().accept(stream);
        match time::timeout(self.limits.request_time, handshake).await {
            Ok(Ok(stream)) => self.speak(stream, peer, end).await,
            Ok(Err(error)) => {
                tracing::debug!(%peer, error = &error as &dyn std::error::Error, "no TLS");
            }
            Err(_) => tracing::debug!(%peer, "the TLS handshake took too long"),
        }
    }

    async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        peer: SocketAddr,
        end: Watcher,
    ) {
        let service = service_fn(|request| self.answer(request, peer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // It runs between requests, too: so an idle connection ends.
            .header_read_timeout(self.limits.request_time)
            .max_headers(HEADER_FIELDS)
            .max_header_size(self.limits.headers.saturating_add(self.limits.uri))
            .max_buf_size(self.buffer())
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = end.watch(connection).await {
            tracing::debug!(%peer, error = &error as &dyn std::error::Error, "broke off");
        }
    }

    fn buffer(&self) -> usize {
        let head = self.limits.headers.saturating_add(self.limits.uri);
        head.max(SMALLEST_BUFFER)
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Response, Infallible> {
        let length = request
            .uri()
            .path_and_query()
            .map_or(0, |uri| uri.as_str().len());
        if length > self.limits.uri {
            return Ok(last(StatusCode::URI_TOO_LONG));
        }
        let time = self.limits.request_time;
        let mut request = request.map(|body| Body::new(Deadline::new(body, time)));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answering = self.router.clone().call(request);
        let time = time.saturating_add(ENDPOINT_TIME);
        let answer = time::timeout(time, answering).await;
        Ok(answer.map_or_else(
            |_| {
                tracing::error!(%peer, "an endpoint took too long");
                let mut answer = last(StatusCode::SERVICE_UNAVAILABLE);
                let soon = HeaderValue::from_static("2");
                answer.headers_mut().insert(RETRY_AFTER, soon);
                answer
            },
            |Ok(answer)| answer,
        ))
    }
}

/// Answers, and closes the connection.
fn last(status: StatusCode) -> Response {
    let close = HeaderValue::from_static("close");
    (status, [(CONNECTION, close)]).into_response()
}
