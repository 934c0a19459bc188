//! Lengths of time and limits, each within what makes sense.

use std::time::Duration;

use serde::Deserialize;
use tripod_provider::config;

use super::{ConfigError, Span};

/// How long things are good.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Lifetimes {
    access_token: Option<Span>,
    authorization_code: Option<Span>,
    audit: Option<Span>,
    flow: Option<Span>,
    device_code: Option<Span>,
    device_interval: Option<Span>,
    id_token: Option<Span>,
    pushed_request: Option<Span>,
    refresh_token: Option<Span>,
    refresh_retry: Option<Span>,
    session: Option<Span>,
    temporary_credentials: Option<Span>,
    token_credentials: Option<Span>,
    session_handle: Option<Span>,
    key_next: Option<Span>,
    key_current: Option<Span>,
}

/// How much is accepted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Limits {
    body: Option<usize>,
    parameters: Option<usize>,
    headers: Option<usize>,
    uri: Option<usize>,
    jwt: Option<usize>,
    request_time: Option<Span>,
    connections: Option<usize>,
    concurrent_hashes: Option<usize>,
    attempts: Option<u32>,
    attempt_window: Option<Span>,
}

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;
/// As long as `humantime` takes a year to be.
const YEAR: u64 = 31_557_600;

impl Lifetimes {
    pub(super) fn apply(&self, lifetimes: &mut config::Lifetimes) -> Result<(), ConfigError> {
        // RFC 6749 §4.1.2: ten minutes at most are RECOMMENDED.
        let code = (&mut lifetimes.authorization_code, 10 * MINUTE);
        for (key, given, (place, most)) in [
            (
                "access_token",
                self.access_token,
                (&mut lifetimes.access_token, YEAR),
            ),
            ("authorization_code", self.authorization_code, code),
            ("audit", self.audit, (&mut lifetimes.audit, 100 * YEAR)),
            ("flow", self.flow, (&mut lifetimes.flow, DAY)),
            (
                "device_code",
                self.device_code,
                (&mut lifetimes.device_code, DAY),
            ),
            (
                "device_interval",
                self.device_interval,
                (&mut lifetimes.device_interval, 5 * MINUTE),
            ),
            ("id_token", self.id_token, (&mut lifetimes.id_token, DAY)),
            (
                "pushed_request",
                self.pushed_request,
                (&mut lifetimes.pushed_request, 10 * MINUTE),
            ),
            (
                "refresh_token",
                self.refresh_token,
                (&mut lifetimes.refresh_token, 10 * YEAR),
            ),
            (
                "refresh_retry",
                self.refresh_retry,
                (&mut lifetimes.refresh_retry, MINUTE),
            ),
            ("session", self.session, (&mut lifetimes.session, YEAR)),
            (
                "temporary_credentials",
                self.temporary_credentials,
                (&mut lifetimes.temporary_credentials, DAY),
            ),
            (
                "token_credentials",
                self.token_credentials,
                (&mut lifetimes.token_credentials, YEAR),
            ),
            (
                "session_handle",
                self.session_handle,
                (&mut lifetimes.session_handle, 10 * YEAR),
            ),
            (
                "key_next",
                self.key_next,
                (&mut lifetimes.key_next, 30 * DAY),
            ),
            (
                "key_current",
                self.key_current,
                (&mut lifetimes.key_current, 10 * YEAR),
            ),
        ] {
            if let Some(Span(span)) = given {
                // Without a retry, a client that lost an answer has lost its token.
                let least = if key == "refresh_retry" { 0 } else { 1 };
                *place = within(&format!("lifetimes.{key}"), span, least, most)?;
            }
        }
        Ok(())
    }
}

impl Limits {
    pub(super) fn apply(&self, limits: &mut config::Limits) -> Result<(), ConfigError> {
        for (key, given, place, least, most) in [
            ("body", self.body, &mut limits.body, 1024, 16 << 20),
            (
                "parameters",
                self.parameters,
                &mut limits.parameters,
                16,
                10_000,
            ),
            ("headers", self.headers, &mut limits.headers, 8192, 1 << 20),
            ("uri", self.uri, &mut limits.uri, 1024, 60 * 1024),
            ("jwt", self.jwt, &mut limits.jwt, 1024, 1 << 20),
            (
                "connections",
                self.connections,
                &mut limits.connections,
                4,
                1_000_000,
            ),
            (
                "concurrent_hashes",
                self.concurrent_hashes,
                &mut limits.concurrent_hashes,
                1,
                256,
            ),
        ] {
            if let Some(given) = given {
                if !(least..=most).contains(&given) {
                    let rule = format!("is {least} to {most}");
                    return Err(ConfigError::value(format!("limits.{key}"), rule));
                }
                *place = given;
            }
        }
        if let Some(attempts) = self.attempts {
            // Zero lifts the limit, which only those may want who have another in front.
            limits.attempts = (attempts > 0).then_some(attempts);
        }
        if let Some(Span(span)) = self.attempt_window {
            limits.attempt_window = within("limits.attempt_window", span, 1, DAY)?;
        }
        if let Some(Span(span)) = self.request_time {
            limits.request_time = within("limits.request_time", span, 1, 10 * MINUTE)?;
        }
        Ok(())
    }
}

fn within(key: &str, span: Duration, least: u64, most: u64) -> Result<Duration, ConfigError> {
    let (least, most) = (Duration::from_secs(least), Duration::from_secs(most));
    if (least..=most).contains(&span) {
        return Ok(span);
    }
    let [least, most] = [least, most].map(humantime::format_duration);
    Err(ConfigError::value(key, format!("is {least} to {most}")))
}
