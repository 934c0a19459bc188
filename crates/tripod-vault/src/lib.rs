#![doc = include_str!("../README.md")]

pub mod archive;
pub mod change;
pub mod entry;
pub mod error;
pub mod file;
pub mod key;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "postgres")]
pub mod shared_key;
pub mod vault;
pub mod wait;

mod backend;
mod backoff;
mod edge;
mod memory;
mod seal;
mod turns;
