//! The provider from outside: requests in, answers out, with no socket and a clock turned by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod browser;
#[expect(
    dead_code,
    reason = "the endpoints that use the rest of it are to come"
)]
mod fixture;
mod hostile;
mod keys;
mod oauth1;
mod oauth2;
