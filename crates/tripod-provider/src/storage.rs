//! What a provider keeps, and the few verbs by which it does.
//!
//! Storage knows records: octets under the SHA-256 of a token, with the few columns that something
//! is looked up by. What they mean is in [`artefact`](crate::artefact), and
//! [`Store`](crate::store::Store) translates. So a backend is small, and every backend has the same
//! guarantees, which one contract suite proves.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use thiserror::Error as ThisError;
use tripod_core::timestamp::Timestamp;

mod batch;
mod memory;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use batch::{Batch, Conflict, Op};
pub use memory::Memory;
pub use open::{OpenError, open};
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;

use crate::handle::Handle;

/// A backend.
///
/// Time is an argument everywhere: a record, or a claim, whose time is over counts as absent, swept
/// or not.
pub trait Storage: fmt::Debug + Send + Sync + 'static {
    /// Returns the record under a handle.
    fn load(&self, kind: Kind, handle: Handle, now: Timestamp) -> Pending<'_, Option<Record>>;

    /// Writes a batch whole, durably, or not at all.
    ///
    /// The inner error is the first step whose condition does not hold; nothing is written then. Of
    /// batches that exclude each other, however many come at once, one wins. The answer comes after
    /// the commit. See [`Op`] for the conditions.
    fn apply(&self, batch: Batch, now: Timestamp) -> Pending<'_, Result<(), Conflict>>;

    /// Returns records of one kind in the order of their handles, a page at a time.
    fn list(&self, query: Query, now: Timestamp) -> Pending<'_, Vec<Record>>;

    /// Returns audit events, the newest first, a page at a time.
    fn events(&self, query: EventQuery) -> Pending<'_, Vec<StoredEvent>>;

    /// Removes at most `limit` records and claims whose time is over, and tells how many.
    fn sweep(&self, now: Timestamp, limit: usize) -> Pending<'_, usize>;

    /// Removes at most `limit` audit events from before a time, the oldest, and tells how many.
    fn prune(&self, before: Timestamp, limit: usize) -> Pending<'_, usize>;

    /// Checks that the backend can answer, for `/readyz`.
    fn ping(&self) -> Pending<'_, ()>;
}

/// What a backend answers, sooner or later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// What a record is. The numbers stand in databases and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Kind {
    /// An OAuth 2 access token.
    AccessToken = 1,
    /// An authorization code.
    AuthorizationCode = 2,
    /// A client of either protocol.
    Client = 3,
    /// What a user allowed a client.
    Consent = 4,
    /// A device that waits for its user.
    DeviceGrant = 5,
    /// A token that allows to register clients.
    InitialAccessToken = 6,
    /// A pushed authorization request.
    PushedRequest = 7,
    /// A refresh token.
    RefreshToken = 8,
    /// A key that signs tokens.
    SigningKey = 9,
    /// OAuth 1 temporary credentials: the request token.
    TemporaryCredentials = 10,
    /// OAuth 1 token credentials: the access token.
    TokenCredentials = 11,
    /// A resource owner who can sign in here.
    User = 12,
    /// A user code, which leads to its device.
    UserCode = 13,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 13] = [
        Self::AccessToken,
        Self::AuthorizationCode,
        Self::Client,
        Self::Consent,
        Self::DeviceGrant,
        Self::InitialAccessToken,
        Self::PushedRequest,
        Self::RefreshToken,
        Self::SigningKey,
        Self::TemporaryCredentials,
        Self::TokenCredentials,
        Self::User,
        Self::UserCode,
    ];
}

/// A record as it lies in the database.
///
/// `Debug` shows no body: it may hold what is personal.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a backend outside this crate must be able to make one"
)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// Its key, together with the kind.
    pub handle: Handle,
    /// What else it can be found by.
    pub index: Index,
    /// From when on it counts as absent; `None` is never.
    pub expires: Option<Timestamp>,
    /// How often it was written before: the condition of the next write.
    pub version: u32,
    /// The artefact, as JSON.
    pub body: Vec<u8>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("kind", &self.kind)
            .field("handle", &self.handle)
            .field("version", &self.version)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What a record can be found by, beside its handle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a backend outside this crate must be able to make one"
)]
pub struct Index {
    /// The client that it belongs to.
    pub client: Option<String>,
    /// The user that it belongs to.
    pub user: Option<String>,
    /// The authorization that it descends from: what is revoked together.
    pub family: Option<String>,
}

/// Which records are meant, of one kind or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Selector {
    /// All of them.
    All,
    /// Those of a client.
    Client(String),
    /// Those that descend from one authorization.
    Family(String),
    /// Those that a user allowed a client.
    Grant {
        /// The user.
        user: String,
        /// The client.
        client: String,
    },
    /// Those of a user.
    User(String),
}

impl Selector {
    /// Tells whether a record is meant.
    #[must_use]
    pub fn matches(&self, index: &Index) -> bool {
        let is = |own: &Option<String>, wanted: &String| own.as_ref() == Some(wanted);
        match self {
            Self::All => true,
            Self::Client(client) => is(&index.client, client),
            Self::Family(family) => is(&index.family, family),
            Self::Grant { user, client } => is(&index.user, user) && is(&index.client, client),
            Self::User(user) => is(&index.user, user),
        }
    }
}

/// A page of records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Of which kind.
    pub kind: Kind,
    /// Which of that kind.
    pub selector: Selector,
    /// The last handle of the page before.
    pub after: Option<Handle>,
    /// How many at most.
    pub limit: usize,
}

impl Query {
    /// Asks for the first page of 100.
    #[must_use]
    pub const fn new(kind: Kind, selector: Selector) -> Self {
        Self {
            kind,
            selector,
            after: None,
            limit: 100,
        }
    }
}

/// Something that happened, for the audit trail: who was granted what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What, as a word of the past: `consent_granted`, `token_revoked`.
    pub name: String,
    /// The client concerned.
    pub client: Option<String>,
    /// The user concerned.
    pub user: Option<String>,
    /// What else is to be known, as JSON; never a secret.
    pub detail: serde_json::Value,
}

impl Event {
    /// Begins an event that concerns nobody yet.
    pub fn new(at: Timestamp, name: impl Into<String>) -> Self {
        Self {
            at,
            name: name.into(),
            client: None,
            user: None,
            detail: serde_json::Value::Null,
        }
    }

    /// Names the client concerned.
    #[must_use]
    pub fn with_client(mut self, client: impl Into<String>) -> Self {
        self.client = Some(client.into());
        self
    }

    /// Names the user concerned.
    #[must_use]
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Adds what else is to be known; never a secret.
    #[must_use]
    pub fn with_detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// An event with its place in the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a backend outside this crate must be able to make one"
)]
pub struct StoredEvent {
    /// Its place: later events have greater numbers.
    pub number: i64,
    /// What happened.
    pub event: Event,
}

/// A page of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventQuery {
    /// Only those of this client.
    pub client: Option<String>,
    /// Only those of this user.
    pub user: Option<String>,
    /// Only those before this number: the last of the page before.
    pub before: Option<i64>,
    /// How many at most; zero means 100.
    pub limit: usize,
}

impl EventQuery {
    /// Returns how many are wanted at most.
    #[must_use]
    pub const fn page_size(&self) -> usize {
        if self.limit == 0 { 100 } else { self.limit }
    }
}

/// The backend cannot answer.
///
/// The peer hears 503, and may try again; the log gets the source.
#[derive(Clone, Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// What lies in the database is not what was put there.
    #[error("a record of kind {kind:?} cannot be read")]
    Corrupt {
        /// Of which kind.
        kind: Kind,
        /// What is wrong with it.
        source: Arc<serde_json::Error>,
    },
    /// The database is away, full or locked.
    #[error("the database cannot {doing}")]
    Unavailable {
        /// What it was asked for.
        doing: &'static str,
        /// What it said.
        source: Arc<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Notes what a backend said.
    pub fn unavailable(doing: &'static str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self::Unavailable {
            doing,
            source: Arc::new(source),
        }
    }
}
