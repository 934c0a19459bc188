//! What removes records whose time is over, in the background.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::sleep;
use tripod_core::random::Random as _;

use crate::edge::Edge;
use crate::provider::Provider;
use crate::storage::Error;
use crate::store::Store;

/// Sweeps now and then, in small batches between which requests have their turn.
///
/// Several nodes may sweep one database; each begins at another moment.
#[derive(Debug)]
pub struct Sweeper {
    store: Store,
    chance: Edge,
    progress: Arc<Progress>,
    counted_by: Option<Provider>,
    /// How long audit events are kept; without, they are kept for ever.
    retention: Option<Duration>,
}

/// What a sweeper has done, for metrics.
#[derive(Debug, Default)]
pub struct Progress {
    removed: AtomicU64,
    failures: AtomicU64,
    behind: AtomicBool,
}

/// The mean time between two sweeps. What is over costs nothing but room until then.
const INTERVAL: Duration = Duration::from_secs(30);

/// How much is removed at once: some milliseconds of the thread that writes.
const BATCH: usize = 256;

/// How long requests have the storage to themselves between two batches. So tens of thousands of
/// records can be removed in a second, more than are ever added.
const PAUSE: Duration = Duration::from_millis(5);

impl Sweeper {
    /// Takes what is to be swept.
    #[must_use]
    pub fn new(store: Store, chance: Edge) -> Self {
        Self {
            store,
            chance,
            progress: Arc::default(),
            counted_by: None,
            retention: None,
        }
    }

    /// Sweeps what a provider keeps, and has its metrics count what was removed.
    #[must_use]
    pub fn of(provider: &Provider) -> Self {
        Self {
            counted_by: Some(provider.clone()),
            retention: Some(provider.config().lifetimes.audit),
            ..Self::new(provider.store().clone(), provider.random())
        }
    }

    /// Returns what will be done, to watch it.
    #[must_use]
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Sweeps until it is told to stop; a batch that has begun is finished.
    ///
    /// A storage that cannot answer is asked again next time.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let pause = self.pause();
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = sleep(pause) => self.sweep().await,
            }
        }
    }

    /// Removes a batch.
    async fn sweep(&self) {
        let swept = self.remove().await;
        if let Some(provider) = &self.counted_by {
            match &swept {
                Ok(removed) => provider.metrics().swept(*removed),
                Err(_) => provider.metrics().storage_failed(),
            }
        }
        match swept {
            Ok(removed) => self.progress.note(removed),
            Err(error) => self.progress.note_failure(&error),
        }
    }

    /// Removes records, and audit events in what they leave of the batch.
    async fn remove(&self) -> Result<usize, Error> {
        let swept = self.store.sweep(BATCH).await?;
        let pruned = match self.retention {
            Some(retention) => {
                let left = BATCH.saturating_sub(swept);
                self.store.prune(retention, left).await?
            }
            None => 0,
        };
        Ok(swept.saturating_add(pruned))
    }

    /// Returns how long to wait: a moment if there is more to remove.
    fn pause(&mut self) -> Duration {
        if self.progress.is_behind() {
            return PAUSE;
        }
        let mut drawn = [0];
        self.chance.fill(&mut drawn);
        // Half the interval to one and a half: nodes that start together drift apart.
        INTERVAL / 2 + INTERVAL * u32::from(drawn[0]) / u32::from(u8::MAX)
    }
}

impl Progress {
    /// Returns how many records and claims were removed.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.removed.load(Ordering::Relaxed)
    }

    /// Returns how often the storage could not answer.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Tells whether there was more to remove than was removed at last.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    fn note(&self, removed: usize) {
        let counted = u64::try_from(removed).unwrap_or(u64::MAX);
        self.removed.fetch_add(counted, Ordering::Relaxed);
        self.behind.store(removed >= BATCH, Ordering::Relaxed);
    }

    fn note_failure(&self, error: &Error) {
        tracing::warn!(error = error as &dyn std::error::Error, "cannot sweep");
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.behind.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use tripod_core::timestamp::Timestamp;

    use super::*;
    use crate::handle::Handle;
    use crate::storage::{
        Batch, Conflict, Event, EventQuery, Index, Kind, Memory, Op, Pending, Query, Record,
        Storage, StoredEvent,
    };

    const NOW: i64 = 1_700_000_000;

    fn edge(at: i64) -> Edge {
        Edge::new(move || Timestamp::from_unix(at), |octets| octets.fill(128))
    }

    async fn full(records: u32) -> Arc<Memory> {
        let storage = Arc::new(Memory::new());
        let mut batch = Batch::new();
        for n in 0..records {
            batch.push(Op::Insert(Record {
                kind: Kind::AccessToken,
                handle: Handle::of_names([n.to_string().as_str()]),
                index: Index::default(),
                expires: Some(Timestamp::from_unix(NOW)),
                version: 0,
                body: Vec::new(),
            }));
        }
        let before = Timestamp::from_unix(NOW - 1);
        storage.apply(batch, before).await.unwrap().unwrap();
        storage
    }

    async fn run_for(storage: Arc<dyn Storage>, at: i64, time: Duration) -> Arc<Progress> {
        let sweeper = Sweeper::new(Store::new(storage, edge(at)), edge(at));
        let progress = sweeper.progress();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(sweeper.run(async { drop(stopped.await) }));
        sleep(time).await;
        drop(stop);
        task.await.unwrap();
        progress
    }

    #[tokio::test(start_paused = true)]
    async fn a_backlog_is_removed_in_one_go() {
        let progress = run_for(full(1000).await, NOW, INTERVAL * 2).await;
        assert_eq!(progress.removed(), 1000);
        assert!(!progress.is_behind());
        assert_eq!(progress.failures(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_backlog_shows_and_stopping_does_not_wait_for_it() {
        // The first batch comes after the interval with this chance, the next ones close behind.
        let time = INTERVAL / 2 + INTERVAL * 128 / 255 + PAUSE + PAUSE / 2;
        let progress = run_for(full(1000).await, NOW, time).await;
        assert_eq!(progress.removed(), 512);
        assert!(progress.is_behind());
    }

    #[tokio::test(start_paused = true)]
    async fn audit_events_are_kept_for_as_long_as_is_said() {
        let storage = full(0).await;
        let mut batch = Batch::new();
        for n in 0..600 {
            batch.push(Op::Audit(Event::new(Timestamp::from_unix(NOW + n), "seen")));
        }
        let now = Timestamp::from_unix(NOW + 700);
        storage.apply(batch, now).await.unwrap().unwrap();
        let edge = edge(NOW + 700);
        let store = Store::new(storage.clone(), edge.clone());
        let mut sweeper = Sweeper::new(store.clone(), edge.clone());
        sweeper.retention = Some(Duration::from_secs(200));
        let progress = sweeper.progress();
        let _ = tokio::time::timeout(INTERVAL * 2, sweeper.run(std::future::pending())).await;
        assert_eq!(progress.removed(), 500);
        let query = EventQuery {
            limit: 1000,
            ..EventQuery::default()
        };
        assert_eq!(store.events(query).await.unwrap().len(), 100);
        // Without, they are kept for ever.
        let sweeper = Sweeper::new(store.clone(), edge);
        let progress = sweeper.progress();
        let _ = tokio::time::timeout(INTERVAL * 2, sweeper.run(std::future::pending())).await;
        assert_eq!(progress.removed(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_over_stays() {
        let progress = run_for(full(10).await, NOW - 1, INTERVAL * 10).await;
        assert_eq!(progress.removed(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_storage_that_cannot_answer_is_asked_again() {
        let progress = run_for(Arc::new(Away), NOW, INTERVAL * 4).await;
        assert!((2..=6).contains(&progress.failures()));
        assert!(!progress.is_behind());
    }

    /// A storage that is away.
    #[derive(Debug)]
    struct Away;

    fn away<T: Send + 'static>() -> Pending<'static, T> {
        let error = Error::unavailable("answer", std::io::Error::other("away"));
        Box::pin(std::future::ready(Err(error)))
    }

    impl Storage for Away {
        fn load(&self, _: Kind, _: Handle, _: Timestamp) -> Pending<'_, Option<Record>> {
            away()
        }

        fn apply(&self, _: Batch, _: Timestamp) -> Pending<'_, Result<(), Conflict>> {
            away()
        }

        fn list(&self, _: Query, _: Timestamp) -> Pending<'_, Vec<Record>> {
            away()
        }

        fn events(&self, _: EventQuery) -> Pending<'_, Vec<StoredEvent>> {
            away()
        }

        fn sweep(&self, _: Timestamp, _: usize) -> Pending<'_, usize> {
            away()
        }

        fn prune(&self, _: Timestamp, _: usize) -> Pending<'_, usize> {
            away()
        }

        fn ping(&self) -> Pending<'_, ()> {
            away()
        }
    }
}
