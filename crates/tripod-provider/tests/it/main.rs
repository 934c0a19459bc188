//! The provider from outside: requests in, answers out, with no socket and a clock turned by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod browser;
mod dev;
mod end_to_end;
mod fault;
mod fixture;
mod flaky;
mod guard;
mod hostile;
mod keys;
mod oauth1;
mod oauth2;
mod webdriver;
