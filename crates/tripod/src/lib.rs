#![doc = include_str!("../README.md")]

mod builder;

pub mod authorizer;
pub mod blocking;
pub mod checkup;
pub mod client;
pub mod discovery;
pub mod edge;
pub mod error;
pub mod http;
#[cfg(feature = "tower")]
pub mod layer;
pub mod login;
#[cfg(feature = "reqwest-middleware")]
mod middleware;
pub mod preset;
pub mod probe;
pub mod provider;
pub mod session;
pub mod tokens;
pub mod trace;

pub use builder::{OAuth1, OAuth2};

/// The examples of the repository's README and of its documentation, compiled and run.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../README.md")]
    struct Readme;

    #[doc = include_str!("../../../docs/calling.md")]
    struct Calling;

    #[doc = include_str!("../../../docs/oauth1.md")]
    struct OAuth1;

    #[doc = include_str!("../../../docs/oauth2.md")]
    struct OAuth2;
}
