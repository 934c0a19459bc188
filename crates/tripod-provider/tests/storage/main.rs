//! What every storage promises, tried on each of them, and what each does when its world breaks.
//!
//! A program of its own, since a part of it starts it again to kill it. PostgreSQL takes part where
//! `TRIPOD_TEST_POSTGRES` holds the URL of a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod backend;
mod batches;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod crash;
mod events;
mod expiry;
mod reading;
mod records;
mod revocation;
mod single_use;

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

/// Runs each of these on a new storage of every kind.
macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::backend::on_memory(super::$test).await;
            })+
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::backend::on_sqlite(super::$test).await;
            })+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::backend::on_postgres(super::$test).await;
            })+
        }
    };
}
pub(crate) use on_every_backend;
