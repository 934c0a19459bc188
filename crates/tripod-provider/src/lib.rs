#![doc = include_str!("../README.md")]

pub mod artefact;
pub mod config;
pub mod edge;
pub mod handle;
pub mod incoming;
pub mod provider;
pub mod seal;
pub mod storage;
pub mod store;
pub mod sweeper;

mod answer;
