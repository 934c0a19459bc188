//! Bodies that come out of a reader.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, spawn_blocking};

const CHUNK: usize = 64 * 1024;

/// A body that is read on a thread where that stops nobody, one chunk ahead of what is sent.
pub(super) struct Chunks<R> {
    next: Option<JoinHandle<io::Result<Read1<R>>>>,
}

/// What came of one reading: the chunk, and the reader for the next; at its end, nothing.
type Read1<R> = Option<(Bytes, R)>;

impl<R: Read + Send + 'static> Chunks<R> {
    pub(super) fn begin(runtime: &Runtime, reader: R) -> Self {
        Self {
            next: Some(runtime.spawn_blocking(|| read(reader))),
        }
    }
}

impl<R: Read + Send + 'static> Body for Chunks<R> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let Some(next) = &mut self.next else {
            return Poll::Ready(None);
        };
        let outcome = ready!(Pin::new(next).poll(context));
        self.next = None;
        // A reader that panics is an error of the request like any other.
        match outcome.map_err(io::Error::other).flatten() {
            Ok(None) => Poll::Ready(None),
            Ok(Some((chunk, reader))) => {
                self.next = Some(spawn_blocking(|| read(reader)));
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}

fn read<R: Read>(mut reader: R) -> io::Result<Read1<R>> {
    let mut chunk = Vec::new();
    let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
    let length = reader.by_ref().take(limit).read_to_end(&mut chunk)?;
    Ok((length > 0).then(|| (chunk.into(), reader)))
}
