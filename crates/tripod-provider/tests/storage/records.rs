//! What the tests write: records and batches, in few words.

use tripod_core::timestamp::Timestamp;
use tripod_provider::handle::Handle;
use tripod_provider::storage::{Batch, Conflict, Index, Kind, Op, Record, Storage};

pub(crate) const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

/// The end of what is made here, in seconds from now.
pub(crate) const TTL: i64 = 600;

/// A time so many seconds from now.
pub(crate) const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_700_000_000 + seconds)
}

pub(crate) fn handle(name: &str) -> Handle {
    Handle::of_names([name])
}

pub(crate) fn record(kind: Kind, name: &str) -> Record {
    Record {
        kind,
        handle: handle(name),
        index: Index::default(),
        expires: Some(at(TTL)),
        version: 0,
        body: name.as_bytes().to_vec(),
    }
}

/// Of a family, a user and a client.
pub(crate) fn descendant(kind: Kind, name: &str, [family, user, client]: [&str; 3]) -> Record {
    let index = Index {
        client: Some(client.to_owned()),
        user: Some(user.to_owned()),
        family: Some(family.to_owned()),
    };
    Record {
        index,
        ..record(kind, name)
    }
}

/// The same, written to once more.
pub(crate) fn next(record: &Record) -> Record {
    Record {
        version: record.version + 1,
        ..record.clone()
    }
}

pub(crate) fn batch(ops: impl IntoIterator<Item = Op>) -> Batch {
    let mut batch = Batch::new();
    for op in ops {
        batch.push(op);
    }
    batch
}

pub(crate) fn claim(name: &str) -> Op {
    Op::Claim {
        id: handle(name),
        expires: at(TTL),
    }
}

pub(crate) fn remove(record: &Record) -> Op {
    Op::Remove {
        kind: record.kind,
        handle: record.handle,
        version: record.version,
    }
}

/// What most tests do most of the time, without the words for failing.
pub(crate) trait Does {
    async fn does(&self, ops: impl IntoIterator<Item = Op>) -> Result<(), Conflict>;
    async fn holds(&self, record: &Record) -> bool;
}

impl<S: Storage + ?Sized> Does for S {
    async fn does(&self, ops: impl IntoIterator<Item = Op>) -> Result<(), Conflict> {
        self.apply(batch(ops), NOW).await.unwrap()
    }

    /// Tells whether exactly this is there.
    async fn holds(&self, record: &Record) -> bool {
        let found = self.load(record.kind, record.handle, NOW).await.unwrap();
        found.as_ref() == Some(record)
    }
}
