#![doc = include_str!("../README.md")]

pub mod artefact;
pub mod attempts;
pub mod config;
pub mod edge;
pub mod fetcher;
pub mod guard;
pub mod handle;
pub mod incoming;
pub mod keys;
pub mod oauth1;
pub mod peer;
pub mod provider;
pub mod seal;
pub mod storage;
pub mod store;

mod answer;
mod api;
mod oauth2;
