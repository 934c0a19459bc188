//! How often somebody may be wrong: about a password, a user code, a client secret.
//!
//! Two buckets leak for every attempt: that of the address it comes from, and that of the name it is
//! made for. A bucket holds [`Limits::attempts`](crate::config::Limits::attempts) failures, and is
//! empty again after [`Limits::attempt_window`](crate::config::Limits::attempt_window).

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use thiserror::Error;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error::{ErrorCode, ErrorResponse};

mod buckets;

use buckets::Buckets;

use crate::answer;
use crate::config::Limits;
use crate::metrics::Limited;

/// Counts failed attempts, in memory that does not grow without end.
///
/// Each node counts for itself, and forgets at its end: what is counted is how fast somebody guesses.
pub struct Attempts {
    /// `None` lifts the limit.
    table: Option<Mutex<Table>>,
    hasher: RandomState,
}

struct Table {
    buckets: Buckets,
    /// Which names succeeded lately from which addresses: these are not locked out by others.
    at_home: Buckets,
}

/// Who tries what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// What is tried.
    pub what: What,
    /// The address it comes from, if that is known: see [`peer::address`](crate::peer::address).
    pub address: Option<IpAddr>,
    /// The name it is made for, if it is made for one.
    pub name: Option<&'a str>,
}

/// What can be tried; each has buckets of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// A client's authentication.
    ClientAuthentication,
    /// An initial or a registration access token.
    Registration,
    /// A user's password.
    SignIn,
    /// The code that a device shows.
    UserCode,
}

impl What {
    /// Returns the word for it in logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientAuthentication => "client_authentication",
            Self::Registration => "registration",
            Self::SignIn => "sign_in",
            Self::UserCode => "user_code",
        }
    }
}

/// Too many attempts failed; another may be made after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("too many attempts failed; the next may be made in {} s", self.seconds())]
pub struct RetryAfter {
    what: What,
    wait: Duration,
}

/// How many buckets there are at most: some megabytes of them.
const CAPACITY: usize = 65_536;

/// How long a name is at home at an address where it succeeded.
const AT_HOME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl<'a> Attempt<'a> {
    /// Describes an attempt; what is not known about it is not counted.
    #[must_use]
    pub const fn new(what: What, address: Option<IpAddr>, name: Option<&'a str>) -> Self {
        Self {
            what,
            address,
            name,
        }
    }
}

impl Attempts {
    /// Begins with nobody having failed.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let table = limits.attempts.map(|limit| {
            Mutex::new(Table {
                buckets: Buckets::new(limit, limits.attempt_window, CAPACITY),
                at_home: Buckets::new(1, AT_HOME, CAPACITY),
            })
        });
        Self {
            table,
            hasher: RandomState::new(),
        }
    }

    /// Counts an attempt in advance, unless too many failed before.
    ///
    /// This is for what people type: of a thousand guesses at once no more than the limit get through.
    /// [`succeeded`](Self::succeeded) gives back what was taken; whoever failed has nothing more to do.
    ///
    /// # Errors
    ///
    /// [`RetryAfter`] says when to try again; nothing is counted then.
    pub fn take(&self, attempt: &Attempt<'_>, now: Timestamp) -> Result<(), RetryAfter> {
        self.with(attempt, |table, keys| {
            table.check(attempt.what, keys, now)?;
            table.fail(keys, now);
            Ok(())
        })
        .unwrap_or(Ok(()))
    }

    /// Looks whether too many attempts failed before, and counts nothing.
    ///
    /// This is for what machines send, which is too long to guess: who fails is to call
    /// [`failed`](Self::failed).
    ///
    /// # Errors
    ///
    /// [`RetryAfter`] says when to try again.
    pub fn check(&self, attempt: &Attempt<'_>, now: Timestamp) -> Result<(), RetryAfter> {
        self.with(attempt, |table, keys| table.check(attempt.what, keys, now))
            .unwrap_or(Ok(()))
    }

    /// Counts an attempt that failed; not for what [`take`](Self::take) has counted.
    pub fn failed(&self, attempt: &Attempt<'_>, now: Timestamp) {
        self.with(attempt, |table, keys| table.fail(keys, now));
    }

    /// Notes that an attempt succeeded: it makes up for one of its address and for all of its name.
    ///
    /// From then on nobody elsewhere can lock that name out at this address.
    pub fn succeeded(&self, attempt: &Attempt<'_>, now: Timestamp) {
        self.with(attempt, |table, keys| {
            if let Some(address) = keys.address {
                table.buckets.give_back(address);
            }
            if let Some(name) = keys.name {
                table.buckets.empty(name);
            }
            if let Some(pair) = keys.pair {
                table.at_home.fill(pair, now);
            }
        });
    }

    fn with<R>(
        &self,
        attempt: &Attempt<'_>,
        then: impl FnOnce(&mut Table, Keys) -> R,
    ) -> Option<R> {
        let table = self.table.as_ref()?;
        let keys = Keys::of(attempt, &self.hasher);
        // A panic in between would be ours, and leaves counts that are off by one.
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        Some(then(&mut table, keys))
    }
}

impl Table {
    fn check(&self, what: What, keys: Keys, now: Timestamp) -> Result<(), RetryAfter> {
        let is_at_home = keys
            .pair
            .is_some_and(|pair| self.at_home.wait(pair, now).is_some());
        let name = keys.name.filter(|_| !is_at_home);
        let waits = [keys.address, name].into_iter().flatten();
        let longest = waits.filter_map(|key| self.buckets.wait(key, now)).max();
        longest.map_or(Ok(()), |wait| Err(RetryAfter { what, wait }))
    }

    fn fail(&mut self, keys: Keys, now: Timestamp) {
        for key in [keys.address, keys.name].into_iter().flatten() {
            self.buckets.count(key, now);
        }
    }
}

/// The buckets of an attempt: digests, which nobody can choose to collide.
#[derive(Clone, Copy)]
struct Keys {
    address: Option<u64>,
    name: Option<u64>,
    pair: Option<u64>,
}

impl Keys {
    fn of(attempt: &Attempt<'_>, hasher: &RandomState) -> Self {
        let what = attempt.what;
        let address = attempt.address.map(network);
        Self {
            address: address.map(|address| hasher.hash_one((what, "address", address))),
            name: attempt
                .name
                .map(|name| hasher.hash_one((what, "name", name))),
            pair: address
                .zip(attempt.name)
                .map(|pair| hasher.hash_one((what, "pair", pair))),
        }
    }
}

/// Returns what one subscriber has: an IPv4 address, or the /64 that an IPv6 address is in.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let subscriber = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(subscriber))
        }
    }
}

impl RetryAfter {
    /// Returns how long to wait, in whole seconds and at least one.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        let whole = self.wait.as_millis().div_ceil(1000);
        if whole == 0 {
            1
        } else if whole > u64::MAX as u128 {
            u64::MAX
        } else {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it was compared with the greatest number there is"
            )]
            let seconds = whole as u64;
            seconds
        }
    }

    /// Writes the value of `Retry-After` (RFC 9110 §10.2.3).
    #[must_use]
    pub fn to_header(self) -> HeaderValue {
        HeaderValue::from(self.seconds())
    }
}

/// A client hears that it is to wait (RFC 6585 §4); a page for people says it in words.
impl IntoResponse for RetryAfter {
    fn into_response(self) -> Response {
        let refusal = ErrorResponse::new(ErrorCode::TemporarilyUnavailable)
            .with_description(self.to_string());
        let mut answer = answer::error(StatusCode::TOO_MANY_REQUESTS, &refusal);
        answer.headers_mut().insert(RETRY_AFTER, self.to_header());
        answer.extensions_mut().insert(Limited(self.what));
        answer
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
