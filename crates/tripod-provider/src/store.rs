//! Typed access to storage: artefacts in, artefacts out.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::one_use::OneUse;

use crate::artefact::{Artefact, User};
use crate::edge::Edge;
use crate::handle::Handle;
use crate::storage::{
    Batch, Conflict, Error, Event, EventQuery, Kind, Op, Query, Record, Selector, Storage,
    StoredEvent,
};

/// A backend, seen through the types of its artefacts and at the present time.
#[derive(Clone, Debug)]
pub struct Store {
    storage: Arc<dyn Storage>,
    edge: Edge,
}

/// An artefact as it was loaded: the condition of whatever is done with it.
#[derive(Clone, Debug)]
pub struct Stored<T> {
    handle: Handle,
    version: u32,
    value: T,
}

/// What is to be written together; see [`Batch`].
#[derive(Clone, Debug, Default)]
#[must_use = "changes do nothing until they are applied"]
pub struct Changes(Batch);

impl Store {
    /// Takes a backend, and the clock by which its records expire.
    #[must_use]
    pub const fn new(storage: Arc<dyn Storage>, edge: Edge) -> Self {
        Self { storage, edge }
    }

    /// Returns the backend.
    pub(crate) fn storage(&self) -> Arc<dyn Storage> {
        Arc::clone(&self.storage)
    }

    /// Loads the artefact under a handle.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn load<T: Artefact>(&self, handle: Handle) -> Result<Option<Stored<T>>, Error> {
        let record = self.storage.load(T::KIND, handle, self.edge.now()).await?;
        record.as_ref().map(Stored::read).transpose()
    }

    /// Loads the artefact under a handle also if its time is over, as long as it is not swept.
    pub(crate) async fn load_expired<T: Artefact>(
        &self,
        handle: Handle,
    ) -> Result<Option<Stored<T>>, Error> {
        let before_all = Timestamp::from_unix(i64::MIN);
        let record = self.storage.load(T::KIND, handle, before_all).await?;
        record.as_ref().map(Stored::read).transpose()
    }

    /// Writes changes whole, durably, or not at all.
    ///
    /// # Errors
    ///
    /// The outer one if the backend cannot answer; the inner one if somebody else was first.
    pub async fn apply(&self, changes: Changes) -> Result<Result<(), Conflict>, Error> {
        self.storage.apply(changes.0, self.edge.now()).await
    }

    /// Returns a page of artefacts of one kind, in the order of their handles.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn page<T: Artefact>(
        &self,
        selector: Selector,
        after: Option<Handle>,
    ) -> Result<Vec<Stored<T>>, Error> {
        let query = Query {
            after,
            ..Query::new(T::KIND, selector)
        };
        let records = self.storage.list(query, self.edge.now()).await?;
        records.iter().map(Stored::read).collect()
    }

    /// Returns the user with a subject identifier.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn user(&self, id: &str) -> Result<Option<Stored<User>>, Error> {
        let mut found = self.page(Selector::User(id.to_owned()), None).await?;
        Ok(found.pop())
    }

    /// Returns all artefacts of one kind that are meant, page by page.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn all<T: Artefact>(&self, selector: Selector) -> Result<Vec<Stored<T>>, Error> {
        let mut all: Vec<Stored<T>> = Vec::new();
        loop {
            let after = all.last().map(Stored::handle);
            let page = self.page(selector.clone(), after).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// Returns a page of the audit trail, the newest event first.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn events(&self, query: EventQuery) -> Result<Vec<StoredEvent>, Error> {
        self.storage.events(query).await
    }

    /// Removes at most `limit` records whose time is over, and tells how many.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn sweep(&self, limit: usize) -> Result<usize, Error> {
        self.storage.sweep(self.edge.now(), limit).await
    }

    /// Removes at most `limit` audit events that are older than this, and tells how many.
    ///
    /// # Errors
    ///
    /// [`Error`] if the backend cannot answer.
    pub async fn prune(&self, retention: Duration, limit: usize) -> Result<usize, Error> {
        let before = self.edge.now().minus(retention);
        self.storage.prune(before, limit).await
    }

    /// Checks that the backend can answer.
    ///
    /// # Errors
    ///
    /// [`Error`] if it cannot.
    pub async fn ping(&self) -> Result<(), Error> {
        self.storage.ping().await
    }
}

impl<T: Artefact> Stored<T> {
    fn read(record: &Record) -> Result<Self, Error> {
        let value = serde_json::from_slice(&record.body).map_err(|source| Error::Corrupt {
            kind: record.kind,
            source: Arc::new(source),
        })?;
        Ok(Self {
            handle: record.handle,
            version: record.version,
            value,
        })
    }
}

impl<T> Stored<T> {
    /// Returns the handle that it lies under.
    #[must_use]
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// Takes the artefact out.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl Changes {
    /// Begins with none.
    pub const fn new() -> Self {
        Self(Batch::new())
    }

    /// Adds an artefact under a handle that must be free.
    pub fn insert<T: Artefact>(mut self, handle: Handle, value: &T) -> Self {
        self.0.push(Op::Insert(record(handle, 0, value)));
        self
    }

    /// Replaces an artefact, which nobody may have written to since it was loaded.
    ///
    /// So it is consumed, too: by the same with its state changed, which is kept to recognise
    /// whoever presents it again.
    pub fn replace<T: Artefact>(mut self, loaded: &Stored<T>, value: &T) -> Self {
        let version = loaded.version.saturating_add(1);
        self.0
            .push(Op::Replace(record(loaded.handle, version, value)));
        self
    }

    /// Removes an artefact, which nobody may have written to since it was loaded.
    pub fn remove<T: Artefact>(mut self, loaded: &Stored<T>) -> Self {
        self.0.push(Op::Remove {
            kind: T::KIND,
            handle: loaded.handle,
            version: loaded.version,
        });
        self
    }

    /// Removes all artefacts of these kinds that are meant.
    pub fn remove_all(mut self, kinds: &'static [Kind], selector: Selector) -> Self {
        self.0.push(Op::RemoveAll { kinds, selector });
        self
    }

    /// Claims what may be used once: a `jti`.
    pub fn claim(self, once: &OneUse) -> Self {
        self.claim_name(&once.id, once.until)
    }

    /// Claims a name that may be used once, such as an OAuth 1 nonce with what it belongs to.
    pub fn claim_name(mut self, name: &str, expires: Timestamp) -> Self {
        let id = Handle::of_names([name]);
        self.0.push(Op::Claim { id, expires });
        self
    }

    /// Notes an event for the audit trail.
    pub fn audit(mut self, event: Event) -> Self {
        self.0.push(Op::Audit(event));
        self
    }

    /// Adds the steps of others behind these.
    pub fn and(mut self, others: Self) -> Self {
        for op in others.0.into_ops() {
            self.0.push(op);
        }
        self
    }
}

fn record<T: Artefact>(handle: Handle, version: u32, value: &T) -> Record {
    Record {
        kind: T::KIND,
        handle,
        index: value.index(),
        expires: value.expires(),
        version,
        body: serde_json::to_vec(value).expect("artefacts have text for keys and can be written"),
    }
}
