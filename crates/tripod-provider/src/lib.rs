#![doc = include_str!("../README.md")]

pub mod artefact;
pub mod attempts;
pub mod config;
pub mod edge;
pub mod fault;
pub mod fetcher;
pub mod guard;
pub mod handle;
pub mod incoming;
pub mod keys;
pub mod metrics;
pub mod oauth1;
pub mod password;
pub mod peer;
pub mod provider;
pub mod seal;
pub mod seed;
#[cfg(feature = "server")]
pub mod server;
pub mod storage;
pub mod store;
pub mod sweeper;

mod answer;
mod api;
mod broken_off;
mod browser;
mod consent;
mod cors;
mod dev;
mod device;
mod fate;
mod home;
mod oauth2;
mod pages;
mod sign_in;
