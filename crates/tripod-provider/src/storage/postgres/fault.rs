//! What goes wrong with a server.

use deadpool_postgres::PoolError;
use thiserror::Error as ThisError;
use tokio_postgres::error::SqlState;

#[derive(Debug, ThisError)]
pub(super) enum Fault {
    #[error("it holds what was not put there")]
    Foreign,
    #[error("no connection can be had")]
    Pool(#[from] PoolError),
    #[error("PostgreSQL refuses")]
    Server(#[from] tokio_postgres::Error),
    #[error("it takes too long")]
    Slow,
}

impl Fault {
    /// Tells whether two transactions waited for each other, and this one was called off.
    pub(super) fn is_crossing(&self) -> bool {
        let Self::Server(error) = self else {
            return false;
        };
        error.code().is_some_and(|code| {
            *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE
        })
    }
}
