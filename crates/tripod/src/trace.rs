//! What went over the wire, for whoever has to find out why a call failed.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::{Frame, SizeHint};
use reqwest::{Body, Response, Url};
use tripod_core::secret::Secret;
use tripod_doctor::evidence::{self, Exchange, Header, Place};

use crate::http::{join, take_apart};

/// Keeps the last exchanges of a client; clones are the same one.
///
/// Give it to a builder, or to an [`Http`](crate::http::Http): then logins, refreshes and API calls
/// are kept as they were sent and answered, and where the browser went to and came back by. Where
/// there is none, nothing is kept and nothing costs. All of it is in `Secret`s, so `Debug` is safe;
/// [`Evidence::to_json`](evidence::Evidence::to_json) writes it with every secret masked.
///
/// ```
/// use tripod::{OAuth1, trace::Trace};
/// use tripod_core::timestamp::Timestamp;
/// use tripod_doctor::{diagnose::diagnose, evidence::Evidence, known::Known};
///
/// let trace = Trace::new();
/// let builder = OAuth1::consumer("key", "secret").trace(trace.clone());
/// # let session = builder.session()?;
/// // … then, once something failed:
/// let evidence = Evidence::of_exchanges(trace.exchanges(), Known::default());
/// for finding in diagnose(&evidence, Timestamp::from_unix(1_800_000_000)) {
///     println!("{}", finding.cause);
/// }
/// # Ok::<(), tripod::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trace {
    entries: Arc<Mutex<VecDeque<Entry>>>,
    limit: usize,
}

/// An exchange whose answer may still be read.
type Entry = Arc<Mutex<Exchange>>;

impl Trace {
    /// A login has a dozen exchanges at most.
    const LIMIT: usize = 32;

    /// Keeps the last 32 exchanges.
    #[must_use]
    pub fn new() -> Self {
        Self::of_last(Self::LIMIT)
    }

    /// Keeps so many exchanges; the oldest is forgotten first.
    #[must_use]
    pub fn of_last(limit: usize) -> Self {
        Self {
            entries: Arc::default(),
            limit,
        }
    }

    /// Returns what is kept, the oldest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        let entries = lock(&self.entries);
        entries.iter().map(|entry| lock(entry).clone()).collect()
    }

    /// Forgets what is kept.
    pub fn clear(&self) {
        lock(&self.entries).clear();
    }

    pub(crate) fn keep(&self, exchange: Exchange) -> Entry {
        let entry = Arc::new(Mutex::new(exchange));
        let mut entries = lock(&self.entries);
        entries.push_back(Arc::clone(&entry));
        while entries.len() > self.limit {
            entries.pop_front();
        }
        entry
    }

    /// Keeps an answer whose body is for somebody else: only what they read of it is noted.
    pub(crate) fn overhear(&self, request: evidence::Request, answer: Response) -> Response {
        let response = response(&request, answer.status(), answer.headers(), &[]);
        let entry = self.keep(Exchange::new(Some(request), Some(response)));
        let (uri, parts, body) = take_apart(answer);
        let room = Overheard::LONGEST;
        join(uri, parts, Body::wrap(Overheard { body, entry, room }))
    }
}

impl Default for Trace {
    fn default() -> Self {
        Self::new()
    }
}

/// The body of an answer to somebody else, whose beginning is noted as it is read.
struct Overheard {
    body: Body,
    entry: Entry,
    room: usize,
}

impl Overheard {
    /// An error that is longer says nothing more.
    const LONGEST: usize = 4 * 1024;

    fn note(&mut self, data: &[u8]) {
        let data = data.get(..self.room).unwrap_or(data);
        self.room = self.room.saturating_sub(data.len());
        let mut exchange = lock(&self.entry);
        if let Some(response) = &mut exchange.response {
            let before = response.body.as_ref().map_or("", Secret::expose);
            response.body = Some(Secret::new(before.to_owned() + text(data).expose()));
        }
    }
}

impl http_body::Body for Overheard {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
            && self.room > 0
        {
            self.note(data);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Copies a request as it is about to be sent; of its body what is in memory.
pub(crate) fn request(request: &reqwest::Request) -> evidence::Request {
    let mut copy = asked(request.method().as_str(), request.url().as_str());
    copy.headers = headers(request.headers());
    copy.body = request.body().and_then(Body::as_bytes).and_then(body);
    copy
}

/// Notes a request that the browser makes.
pub(crate) fn visit(uri: &str) -> Exchange {
    Exchange::new(Some(asked("GET", uri)), None)
}

/// Notes a request of which nothing is known but where it went.
pub(crate) fn unanswered(method: &http::Method, uri: &Url) -> Exchange {
    Exchange::new(Some(asked(method.as_str(), uri.as_str())), None)
}

/// Begins a request, which findings call by its method and its path.
fn asked(method: &str, uri: &str) -> evidence::Request {
    let mut request = evidence::Request::new(method, uri);
    if let Ok(uri) = Url::parse(uri) {
        request.place = Place::new(format!("{method} {}", uri.path()));
    }
    request
}

/// Copies the answer to a request.
pub(crate) fn response(
    request: &evidence::Request,
    status: StatusCode,
    fields: &HeaderMap,
    octets: &[u8],
) -> evidence::Response {
    let mut copy = evidence::Response::new(status.as_u16());
    copy.place = request.place.within("answer");
    copy.headers = headers(fields);
    copy.body = body(octets);
    copy
}

fn headers(fields: &HeaderMap) -> Vec<Header> {
    let fields = fields.iter();
    let copy = fields.map(|(name, value)| Header::new(name.as_str(), text(value.as_bytes())));
    copy.collect()
}

fn body(octets: &[u8]) -> Option<Secret> {
    /// What is longer is kept so far: a form, an error or a document of metadata is shorter.
    const LONGEST: usize = 64 * 1024;
    let octets = octets.get(..LONGEST).unwrap_or(octets);
    (!octets.is_empty()).then(|| text(octets))
}

fn text(octets: &[u8]) -> Secret {
    Secret::new(String::from_utf8_lossy(octets).into_owned())
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
