//! How much is accepted.

use std::time::Duration;

/// How much is accepted, in octets where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// A request body.
    pub body: usize,
    /// How many parameters query and form have together.
    pub parameters: usize,
    /// All header fields together.
    pub headers: usize,
    /// The address of a request, with its query.
    pub uri: usize,
    /// A JWT that somebody presents.
    pub jwt: usize,
    /// How long a client may take to send a request.
    pub request_time: Duration,
    /// How many connections are open at once.
    pub connections: usize,
    /// How many passwords are hashed at once.
    pub concurrent_hashes: usize,
    /// How many failed attempts an address, and a name, has in [`attempt_window`](Self::attempt_window);
    /// `None` is any number.
    pub attempts: Option<u32>,
    /// How long failed attempts count.
    pub attempt_window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 64 * 1024,
            parameters: 256,
            headers: 32 * 1024,
            uri: 24 * 1024, // an authorization request may carry a JWT
            jwt: 16 * 1024,
            request_time: Duration::from_secs(30),
            connections: 512, // half the descriptors that a process usually has
            concurrent_hashes: 2,
            attempts: Some(10),
            attempt_window: Duration::from_secs(300),
        }
    }
}
