//! Bodies that break off.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;

/// A body that breaks off behind what there is of it.
struct BrokenOff {
    first: Option<Bytes>,
    has_waited: bool,
    error: Option<BoxError>,
}

/// Makes a body that breaks off behind the octets, for this reason.
///
/// Of an answer without any not even the head is sent: a server begins to write when it has to wait.
pub(crate) fn broken_off(octets: Bytes, error: impl Into<BoxError>) -> Body {
    Body::new(BrokenOff {
        has_waited: octets.is_empty(),
        first: (!octets.is_empty()).then_some(octets),
        error: Some(error.into()),
    })
}

impl http_body::Body for BrokenOff {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        if !self.has_waited {
            // What a server has buffered it sends while there is nothing else to do.
            self.has_waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.error.take().map(Err))
    }
}
