//! When a key is made, signs and is retired.

use std::time::Duration;

use tripod_core::timestamp::Timestamp;

use crate::artefact::{SigningKey, SigningKeyState};
use crate::config::Lifetimes;

/// What is due in the life of the keys of one algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is no key at all: one is made that signs at once.
    CreateCurrent,
    /// A successor is made, and published.
    CreateNext,
    /// The successor signs from now on.
    Promote,
}

/// Tells what is due, if anything.
pub(super) fn step<'a>(
    keys: impl Iterator<Item = &'a SigningKey>,
    now: Timestamp,
    lifetimes: &Lifetimes,
) -> Option<Step> {
    let (mut current, mut next) = (None, None);
    for key in keys {
        match key.state {
            SigningKeyState::Current => current = Some(key),
            SigningKeyState::Next => next = Some(key),
            SigningKeyState::Retired => {}
        }
    }
    let age = |key: &SigningKey| now.since(key.since);
    match (current, next) {
        (None, None) => Some(Step::CreateCurrent),
        (None, Some(_)) => Some(Step::Promote),
        (Some(current), None) => {
            let successor_due = lifetimes.key_current.saturating_sub(lifetimes.key_next);
            (age(current) >= successor_due).then_some(Step::CreateNext)
        }
        (Some(current), Some(next)) => {
            let is_over = age(current) >= lifetimes.key_current;
            (is_over && age(next) >= lifetimes.key_next).then_some(Step::Promote)
        }
    }
}

/// Returns how long a key is published after it has ceased to sign.
///
/// As long as anything that it signed counts: tokens until they expire, and ID tokens as hints for
/// as long as the session that they tell of.
pub(super) fn published_for(lifetimes: &Lifetimes) -> Duration {
    lifetimes
        .access_token
        .max(lifetimes.id_token)
        .max(lifetimes.session)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::seal::Sealed;

    const DAY: u64 = 24 * 60 * 60;

    fn key(state: SigningKeyState, since: u64) -> SigningKey {
        let sealed = Sealed::received("");
        let at = Timestamp::from_unix(0).plus(Duration::from_secs(since));
        let mut key = SigningKey::new("kid", "RS256", 1, sealed, Value::Null, at);
        key.state = state;
        key
    }

    fn step_at(keys: &[SigningKey], now: u64) -> Option<Step> {
        let now = Timestamp::from_unix(0).plus(Duration::from_secs(now));
        step(keys.iter(), now, &Lifetimes::default())
    }

    #[test]
    fn without_a_key_one_is_made() {
        assert_eq!(step_at(&[], 0), Some(Step::CreateCurrent));
        let retired = key(SigningKeyState::Retired, 0);
        assert_eq!(step_at(&[retired], 0), Some(Step::CreateCurrent));
    }

    #[test]
    fn a_successor_is_published_a_day_before_it_signs() {
        let current = || key(SigningKeyState::Current, 0);
        assert_eq!(step_at(&[current()], 89 * DAY - 1), None);
        assert_eq!(step_at(&[current()], 89 * DAY), Some(Step::CreateNext));
        let both = [current(), key(SigningKeyState::Next, 89 * DAY)];
        assert_eq!(step_at(&both, 90 * DAY - 1), None);
        assert_eq!(step_at(&both, 90 * DAY), Some(Step::Promote));
    }

    #[test]
    fn a_successor_that_was_made_late_is_published_as_long() {
        let late = [
            key(SigningKeyState::Current, 0),
            key(SigningKeyState::Next, 200 * DAY),
        ];
        assert_eq!(step_at(&late, 201 * DAY - 1), None);
        assert_eq!(step_at(&late, 201 * DAY), Some(Step::Promote));
    }

    #[test]
    fn a_clock_that_was_set_back_changes_nothing() {
        let both = [
            key(SigningKeyState::Current, 10 * DAY),
            key(SigningKeyState::Next, 20 * DAY),
        ];
        assert_eq!(step_at(&both, 0), None);
    }

    #[test]
    fn a_retired_key_outlives_what_it_signed() {
        let lifetimes = Lifetimes::default();
        let published = published_for(&lifetimes);
        assert!(published >= lifetimes.access_token && published >= lifetimes.id_token);
        assert!(published >= lifetimes.session);
    }
}
