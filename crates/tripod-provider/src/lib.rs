#![doc = include_str!("../README.md")]

pub mod artefact;
pub mod attempts;
pub mod config;
pub mod edge;
pub mod handle;
pub mod incoming;
pub mod password;
pub mod keys;
pub mod peer;
pub mod oauth1;
pub mod provider;
pub mod seal;
pub mod storage;
pub mod store;

mod answer;
