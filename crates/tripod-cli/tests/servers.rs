//! Servers that others wrote: Tripod logs in to them, calls them and refreshes.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that is skipped says so; an unwrap that fails is a test that fails"
)]

#[path = "servers/foreign.rs"]
mod foreign;
#[path = "servers/oauth1.rs"]
mod oauth1;
#[path = "servers/oauth2.rs"]
mod oauth2;
#[path = "servers/oddities.rs"]
mod oddities;
#[path = "servers/oidc_provider.rs"]
mod oidc_provider;
#[expect(dead_code, reason = "the tests of the commands use more of it")]
#[path = "calls/program.rs"]
mod program;
