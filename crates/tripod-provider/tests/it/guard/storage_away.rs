//! A database that does not answer.

use tripod_provider::handle::Handle;
use tripod_provider::storage::{
    Batch, Conflict, Error, EventQuery, Kind, Memory, Pending, Query, Record, Storage, StoredEvent,
};

use super::*;

/// A database that can be taken away, and brought back.
#[derive(Debug, Default)]
struct Flaky {
    memory: Memory,
    is_away: std::sync::atomic::AtomicBool,
}

impl Flaky {
    fn or_away<'a, T: Send + 'a>(&'a self, answer: Pending<'a, T>) -> Pending<'a, T> {
        if self.is_away.load(Ordering::SeqCst) {
            let error = Error::unavailable("answer", std::io::Error::other("away"));
            return Box::pin(std::future::ready(Err(error)));
        }
        answer
    }
}

impl Storage for Flaky {
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>> {
        self.or_away(self.memory.load(kind, handle, now))
    }

    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>> {
        self.or_away(self.memory.apply(batch, now))
    }

    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>> {
        self.or_away(self.memory.list(query, now))
    }

    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
        self.or_away(self.memory.events(query))
    }

    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize> {
        self.or_away(self.memory.sweep(now, limit))
    }

    fn ping(&self) -> Pending<'_, ()> {
        self.or_away(self.memory.ping())
    }
}

#[tokio::test]
async fn those_who_come_meanwhile_are_put_off_and_then_served() {
    let flaky = Arc::new(Flaky::default());
    let fixture = Fixture::empty(Arc::clone(&flaky) as Arc<dyn Storage>, |_| {});
    fixture
        .add_client(oauth1::consumer(&fixture.provider, oauth1::KEY))
        .await;
    let signed = oauth1::token(&fixture).await;
    let token = issue(&fixture, |_| {}).await;
    let send = async || {
        let me = empty(Method::GET, "/api/me");
        let by_signature = Signing::with_token(&signed).sign(&fixture, me, &[]);
        let request_token = empty(Method::POST, "/oauth1/request_token");
        let callback = [("oauth_callback", oauth1::CALLBACK)];
        let request_token = Signing::new().sign(&fixture, request_token, &callback);
        [
            fixture.send(by_signature).await,
            fixture.send(request_token).await,
            get_with(&fixture, "/api/me", &bearer(&token)).await,
        ]
    };
    flaky.is_away.store(true, Ordering::SeqCst);
    for answer in send().await {
        assert_eq!(answer.status, 503);
        assert!(!answer.header("retry-after").is_empty());
    }
    flaky.is_away.store(false, Ordering::SeqCst);
    for answer in send().await {
        answer.assert_ok();
    }
}
