//! What is written together.

use tripod_core::timestamp::Timestamp;

use super::{Event, Kind, Record, Selector};
use crate::handle::Handle;

/// Steps that are written whole or not at all.
///
/// Consuming what may be used once and writing what it turned into is one batch. So a process that
/// dies in between leaves both undone, and of many that redeem one code a single one wins.
#[derive(Clone, Debug, Default)]
#[must_use = "a batch does nothing until it is applied"]
pub struct Batch {
    ops: Vec<Op>,
}

/// A step, with the condition that must hold when it is its turn.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Op {
    /// Notes an event for the audit trail; no condition.
    Audit(Event),
    /// Claims a name that counts once: a nonce, a `jti`. Nobody may have claimed it before.
    Claim {
        /// What must be unique, digested.
        id: Handle,
        /// When it may be forgotten.
        expires: Timestamp,
    },
    /// Inserts a record. None may be there under this kind and handle.
    Insert(Record),
    /// Removes a record. It must still have this version.
    Remove {
        /// What it is.
        kind: Kind,
        /// Its key.
        handle: Handle,
        /// The version that was loaded.
        version: u32,
    },
    /// Removes every record that is meant, of these kinds; no condition.
    ///
    /// A batch that adds to a family while another revokes it either comes first, and is revoked
    /// with it, or comes second, and conflicts in its own condition.
    RemoveAll {
        /// Of which kinds.
        kinds: &'static [Kind],
        /// Which of them.
        selector: Selector,
    },
    /// Replaces a record, which must still have the version before this one.
    Replace(Record),
}

/// The condition of a step did not hold, and nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a backend outside this crate must be able to make one"
)]
pub struct Conflict {
    /// The place of the step in its batch, from zero.
    pub step: usize,
}

impl Batch {
    /// Begins with no step.
    pub const fn new() -> Self {
        Self { ops: Vec::new() }
    }

    /// Adds a step.
    pub fn push(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// Returns the steps in order.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Takes the steps out, for a backend that stores them.
    #[must_use]
    pub fn into_ops(self) -> Vec<Op> {
        self.ops
    }

    /// Tells whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }
}
