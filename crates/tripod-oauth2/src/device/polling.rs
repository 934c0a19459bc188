use std::time::Duration;

use http::header::RETRY_AFTER;
use tripod_core::timestamp::Timestamp;

use super::{DEFAULT_INTERVAL, DeviceAuthorizationResponse};
use crate::answer::{Deviation, Excerpt};
use crate::error::{Error, ErrorCode};

/// By how much `slow_down` lengthens the interval, in seconds (RFC 8628 §3.5).
const SLOW_DOWN: u64 = 5;

/// Beyond this, in seconds, waiting twice as long only keeps the user waiting.
const LONGEST_BACK_OFF: u64 = 60;

/// When a device polls, and when it stops ([RFC 8628 §3.5]).
///
/// ```text
/// new ──► step ──► Wait ──► step ──► Poll ──► answer ──► a token: done
///           ▲                                   │
///           ├───────────── after_timeout ◄──────┤ no answer
///           ├───────────── after_error ◄────────┤ pending, slow_down, server trouble
///           └► Expired                          └► any other error: done
/// ```
///
/// [RFC 8628 §3.5]: https://www.rfc-editor.org/rfc/rfc8628#section-3.5
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    interval: u64,
    next: Timestamp,
    expires: Timestamp,
}

/// What a device does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PollingStep {
    /// Nothing more: the codes have expired, the user may begin again.
    Expired,
    /// Asks the token endpoint.
    Poll,
    /// Waits that long.
    Wait(Duration),
}

impl Polling {
    /// Begins when the codes arrive; the first poll is due after one interval.
    #[must_use]
    pub fn new(response: &DeviceAuthorizationResponse, now: Timestamp) -> Self {
        // RFC 8628 §3.2: if no value is provided, clients MUST use 5.
        let interval = response.interval.unwrap_or(DEFAULT_INTERVAL);
        Self {
            interval,
            next: now.plus(Duration::from_secs(interval)),
            expires: now.plus(Duration::from_secs(response.expires_in)),
        }
    }

    /// Tells what to do now.
    #[must_use]
    pub fn step(&self, now: Timestamp) -> PollingStep {
        if now >= self.expires {
            PollingStep::Expired
        } else if now >= self.next {
            PollingStep::Poll
        } else {
            PollingStep::Wait(self.next.min(self.expires).since(now))
        }
    }

    /// Goes on after an answer that says to, or that says nothing because the server has trouble.
    ///
    /// # Errors
    ///
    /// The error itself, if polling ends with it.
    pub fn after_error(mut self, error: Error, now: Timestamp) -> Result<Self, Error> {
        let server_waits = match &error {
            Error::Refused(refusal) => match refusal.error.code {
                ErrorCode::AuthorizationPending => None,
                // RFC 8628 §3.5: increased by 5 seconds for this and all subsequent requests.
                ErrorCode::SlowDown => {
                    self.interval = self.interval.saturating_add(SLOW_DOWN);
                    None
                }
                // These two say that the server is not well, and nothing about the code.
                ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable => {
                    Some(refusal.answer.as_ref().map(retry_after).unwrap_or_default())
                }
                // RFC 8628 §3.5: on any other error code it MUST stop polling; here is none.
                _ if refusal.deviations.contains(&Deviation::ErrorUnnamed) => match &refusal.answer
                {
                    Some(answer) if is_trouble(answer) => Some(retry_after(answer)),
                    _ => return Err(error),
                },
                _ => return Err(error),
            },
            Error::Malformed {
                answer: Some(answer),
                ..
            } if is_trouble(answer) => Some(retry_after(answer)),
            _ => return Err(error),
        };
        Ok(match server_waits {
            None => self.wait(now),
            Some(at_least) => {
                let mut polling = self.after_timeout(now);
                polling.next = polling.next.max(now.plus(at_least));
                polling
            }
        })
    }

    /// Goes on after no answer came at all: half as often.
    #[must_use]
    pub fn after_timeout(mut self, now: Timestamp) -> Self {
        // RFC 8628 §3.5: MUST reduce the frequency; doubling the interval is RECOMMENDED.
        let doubled = self.interval.max(1).saturating_mul(2);
        self.interval = doubled.min(LONGEST_BACK_OFF.max(self.interval));
        self.wait(now)
    }

    /// Returns the interval in force, in seconds.
    #[must_use]
    pub const fn interval(&self) -> u64 {
        self.interval
    }

    fn wait(mut self, now: Timestamp) -> Self {
        self.next = now.plus(Duration::from_secs(self.interval));
        self
    }
}

/// The server is there, but not well: that says nothing about the code.
fn is_trouble(answer: &Excerpt) -> bool {
    answer.status.is_server_error() || answer.status.as_u16() == 429
}

fn retry_after(answer: &Excerpt) -> Duration {
    let seconds = answer
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

/// How fast the provider lets a device poll ([RFC 8628 §3.5]).
///
/// [RFC 8628 §3.5]: https://www.rfc-editor.org/rfc/rfc8628#section-3.5
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollingLimit {
    /// How long the device has to wait, in seconds.
    pub interval: u64,
    /// When it polled last.
    pub last: Option<Timestamp>,
}

impl PollingLimit {
    /// A poll may come this much early, in seconds: the network does not deliver evenly.
    const JITTER: u64 = 1;

    /// Begins when the codes are given out.
    #[must_use]
    pub const fn new(interval: u64) -> Self {
        Self {
            interval,
            last: None,
        }
    }

    /// Notes a poll.
    ///
    /// # Errors
    ///
    /// The next state, with a longer interval, if it came too early; a provider answers
    /// `slow_down`.
    pub fn poll(self, now: Timestamp) -> Result<Self, Self> {
        let noted = Self {
            last: Some(now),
            ..self
        };
        match self.last {
            Some(last)
                if now.since(last).as_secs().saturating_add(Self::JITTER) < self.interval =>
            {
                Err(Self {
                    interval: self.interval.saturating_add(SLOW_DOWN),
                    ..noted
                })
            }
            _ => Ok(noted),
        }
    }
}
