#![doc = include_str!("../README.md")]

pub mod change;
pub mod entry;
pub mod error;
pub mod file;
pub mod key;
pub mod vault;
pub mod wait;

mod backend;
mod backoff;
mod edge;
mod memory;
mod seal;
mod turns;
