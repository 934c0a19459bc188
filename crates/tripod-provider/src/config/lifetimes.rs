//! How long things are good.

use std::time::Duration;

/// How long things are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifetimes {
    /// An access token.
    pub access_token: Duration,
    /// An authorization code; RFC 6749 §4.1.2 recommends ten minutes at most.
    pub authorization_code: Duration,
    /// An event in the audit trail; what is older is removed.
    pub audit: Duration,
    /// A browser's way through sign-in and consent.
    pub flow: Duration,
    /// A device code and its user code.
    pub device_code: Duration,
    /// How long a device waits between polls.
    pub device_interval: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// A pushed request.
    pub pushed_request: Duration,
    /// A refresh token, counted from its last use.
    pub refresh_token: Duration,
    /// How long a client that lost the answer to a refresh is given the same again.
    pub refresh_retry: Duration,
    /// A session at the browser.
    pub session: Duration,
    /// OAuth 1 temporary credentials.
    pub temporary_credentials: Duration,
    /// OAuth 1 token credentials of clients that can renew them.
    pub token_credentials: Duration,
    /// How long such token credentials can be renewed.
    pub session_handle: Duration,
    /// How long a key is published before it signs.
    pub key_next: Duration,
    /// How long a key signs.
    pub key_current: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        Self {
            access_token: Duration::from_secs(HOUR),
            authorization_code: Duration::from_secs(MINUTE),
            // A year, and a month to look at it.
            audit: Duration::from_secs(400 * DAY),
            flow: Duration::from_secs(30 * MINUTE),
            device_code: Duration::from_secs(15 * MINUTE),
            device_interval: Duration::from_secs(5),
            id_token: Duration::from_secs(HOUR),
            pushed_request: Duration::from_secs(90),
            refresh_token: Duration::from_secs(30 * DAY),
            refresh_retry: Duration::from_secs(10),
            session: Duration::from_secs(14 * DAY),
            temporary_credentials: Duration::from_secs(15 * MINUTE),
            token_credentials: Duration::from_secs(HOUR),
            session_handle: Duration::from_secs(90 * DAY),
            key_next: Duration::from_secs(DAY),
            key_current: Duration::from_secs(90 * DAY),
        }
    }
}
