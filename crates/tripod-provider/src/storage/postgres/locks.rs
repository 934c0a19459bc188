//! What keeps those who revoke apart from those who add.

use std::collections::BTreeMap;

use crate::handle::Handle;
use crate::storage::{Op, Record, Selector};

/// Advisory locks that a batch takes before its first step.
///
/// A statement sees what was committed before it began. So a revocation would miss the tokens of a
/// rotation that commits just behind its `DELETE`, although it removed the token that was rotated.
/// Whoever adds to a family, to a user or to a client therefore holds its lock with others like
/// him, and whoever removes all of it holds it alone. All take them in the same order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Locks(BTreeMap<i64, Mode>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Shared,
    Alone,
}

/// Takes the locks of two arrays: which, and whether alone.
pub(super) const TAKE: &str = "
SELECT CASE WHEN alone THEN pg_advisory_xact_lock(name) ELSE pg_advisory_xact_lock_shared(name) END
FROM unnest($1::bigint[], $2::boolean[]) AS locks (name, alone)";

impl Locks {
    pub(super) fn of(ops: &[Op]) -> Self {
        let mut locks = Self::default();
        for op in ops {
            match op {
                // Alone, an insertion is behind any revocation that did not see it: nothing in it
                // depends on what was revoked.
                Op::Insert(_) if ops.len() == 1 => {}
                Op::Insert(record) | Op::Replace(record) => locks.add(record),
                Op::RemoveAll { selector, .. } => locks.revoke(selector),
                Op::Audit(_) | Op::Claim { .. } | Op::Remove { .. } => {}
            }
        }
        locks
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the parameters of [`TAKE`].
    pub(super) fn parameters(&self) -> (Vec<i64>, Vec<bool>) {
        let locks = self.0.iter();
        locks
            .map(|(name, mode)| (*name, *mode == Mode::Alone))
            .unzip()
    }

    fn add(&mut self, record: &Record) {
        let index = &record.index;
        let names = [
            (Of::Client, &index.client),
            (Of::Family, &index.family),
            (Of::User, &index.user),
        ];
        for (of, name) in names {
            if let Some(name) = name {
                self.take(of, name, Mode::Shared);
            }
        }
        self.take(Of::All, "", Mode::Shared);
    }

    fn revoke(&mut self, selector: &Selector) {
        match selector {
            Selector::All => self.take(Of::All, "", Mode::Alone),
            Selector::Client(client) => self.take(Of::Client, client, Mode::Alone),
            Selector::Family(family) => self.take(Of::Family, family, Mode::Alone),
            Selector::Grant { user, .. } | Selector::User(user) => {
                self.take(Of::User, user, Mode::Alone);
            }
        }
    }

    fn take(&mut self, of: Of, name: &str, mode: Mode) {
        let entry = self.0.entry(of.lock(name)).or_insert(mode);
        *entry = mode.max(*entry);
    }
}

#[derive(Clone, Copy)]
enum Of {
    All,
    Client,
    Family,
    User,
}

impl Of {
    /// Two names with one lock wait for each other, and that is all.
    fn lock(self, name: &str) -> i64 {
        let of = match self {
            Self::All => "all",
            Self::Client => "client",
            Self::Family => "family",
            Self::User => "user",
        };
        let handle = Handle::of_names(["tripod lock", of, name]);
        let [a, b, c, d, e, f, g, h, ..] = *handle.as_octets();
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}
