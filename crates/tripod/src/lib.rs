#![doc = include_str!("../README.md")]

mod builder;

pub mod authorizer;
pub mod blocking;
pub mod client;
pub mod discovery;
pub mod edge;
pub mod error;
pub mod http;
pub mod login;
pub mod preset;
pub mod provider;
pub mod session;
pub mod tokens;
pub mod trace;

pub use builder::{OAuth1, OAuth2};
