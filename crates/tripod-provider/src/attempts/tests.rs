use super::*;

fn limits(attempts: u32) -> Limits {
    Limits {
        attempts: Some(attempts),
        attempt_window: Duration::from_secs(300),
        ..Limits::default()
    }
}

fn sign_in<'a>(address: &str, name: &'a str) -> Attempt<'a> {
    Attempt::new(What::SignIn, Some(address.parse().unwrap()), Some(name))
}

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_000_000 + seconds)
}

#[test]
fn an_address_that_guesses_has_to_wait() {
    let attempts = Attempts::new(&limits(3));
    for name in ["a", "b", "c"] {
        assert_eq!(attempts.take(&sign_in("192.0.2.1", name), at(0)), Ok(()));
    }
    let refused = attempts.take(&sign_in("192.0.2.1", "d"), at(0));
    assert_eq!(refused.unwrap_err().seconds(), 100);
    assert_eq!(attempts.take(&sign_in("192.0.2.2", "d"), at(0)), Ok(()));
    assert!(attempts.take(&sign_in("192.0.2.1", "d"), at(99)).is_err());
    assert_eq!(attempts.take(&sign_in("192.0.2.1", "d"), at(100)), Ok(()));
    assert!(attempts.take(&sign_in("192.0.2.1", "d"), at(100)).is_err());
}

#[test]
fn a_name_is_not_guessed_at_from_many_addresses() {
    let attempts = Attempts::new(&limits(3));
    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        assert_eq!(attempts.take(&sign_in(address, "alice"), at(0)), Ok(()));
    }
    assert!(
        attempts
            .take(&sign_in("192.0.2.9", "alice"), at(0))
            .is_err()
    );
    assert_eq!(attempts.take(&sign_in("192.0.2.9", "bob"), at(0)), Ok(()));
}

#[test]
fn nobody_is_locked_out_at_home() {
    let attempts = Attempts::new(&limits(2));
    let home = sign_in("192.0.2.1", "alice");
    attempts.take(&home, at(0)).unwrap();
    attempts.succeeded(&home, at(0));
    for address in ["198.51.100.1", "198.51.100.2"] {
        attempts.take(&sign_in(address, "alice"), at(1)).unwrap();
    }
    assert!(
        attempts
            .take(&sign_in("198.51.100.3", "alice"), at(1))
            .is_err()
    );
    assert_eq!(attempts.take(&home, at(1)), Ok(()));
    // But guessing from there is counted as anywhere.
    assert_eq!(attempts.take(&home, at(1)), Ok(()));
    assert!(attempts.take(&home, at(1)).is_err());
}

#[test]
fn success_costs_nothing() {
    let attempts = Attempts::new(&limits(2));
    for user in 0..50 {
        let name = format!("user {user}");
        let attempt = sign_in("192.0.2.1", &name);
        assert_eq!(attempts.take(&attempt, at(0)), Ok(()));
        attempts.succeeded(&attempt, at(0));
    }
}

#[test]
fn an_own_account_does_not_clear_an_address() {
    let attempts = Attempts::new(&limits(4));
    let mut guesses = 0;
    for _ in 0..50 {
        let own = sign_in("192.0.2.1", "mallory");
        if attempts.take(&own, at(0)).is_ok() {
            attempts.succeeded(&own, at(0));
        }
        guesses += i32::from(attempts.take(&sign_in("192.0.2.1", "alice"), at(0)).is_ok());
    }
    assert_eq!(guesses, 4);
}

#[test]
fn a_subscriber_is_one_however_many_addresses_of_ipv6_there_are() {
    let attempts = Attempts::new(&limits(2));
    for host in 1..=2 {
        let address = format!("2001:db8:1:2::{host:x}");
        attempts.take(&sign_in(&address, "a"), at(0)).unwrap();
    }
    let same = sign_in("2001:db8:1:2:ffff::1", "b");
    assert!(attempts.take(&same, at(0)).is_err());
    let next = sign_in("2001:db8:1:3::1", "b");
    assert_eq!(attempts.take(&next, at(0)), Ok(()));
}

#[test]
fn an_ipv4_address_is_the_same_written_as_ipv6() {
    let attempts = Attempts::new(&limits(1));
    attempts
        .take(&sign_in("::ffff:192.0.2.1", "a"), at(0))
        .unwrap();
    assert!(attempts.take(&sign_in("192.0.2.1", "b"), at(0)).is_err());
    assert_eq!(
        attempts.take(&sign_in("::ffff:192.0.2.2", "b"), at(0)),
        Ok(())
    );
}

#[test]
fn what_is_tried_is_counted_apart() {
    let attempts = Attempts::new(&limits(1));
    let attempt = |what| Attempt::new(what, Some([192, 0, 2, 1].into()), Some("name"));
    attempts.take(&attempt(What::SignIn), at(0)).unwrap();
    assert!(attempts.take(&attempt(What::SignIn), at(0)).is_err());
    assert_eq!(attempts.take(&attempt(What::UserCode), at(0)), Ok(()));
}

#[test]
fn machines_are_counted_when_they_fail() {
    let attempts = Attempts::new(&limits(2));
    let client = Attempt::new(What::ClientAuthentication, None, Some("client"));
    for _ in 0..100 {
        assert_eq!(attempts.check(&client, at(0)), Ok(()));
    }
    attempts.failed(&client, at(0));
    assert_eq!(attempts.check(&client, at(0)), Ok(()));
    attempts.failed(&client, at(0));
    assert!(attempts.check(&client, at(0)).is_err());
    // However often it failed, the wait is no longer than that of a full bucket.
    for _ in 0..1_000 {
        attempts.failed(&client, at(0));
    }
    assert_eq!(attempts.check(&client, at(150)), Ok(()));
}

#[test]
fn of_many_guesses_at_once_no_more_get_through() {
    let attempts = Attempts::new(&limits(5));
    let through = std::sync::atomic::AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let guess = Attempt::new(What::UserCode, Some([192, 0, 2, 1].into()), None);
                    if attempts.take(&guess, at(0)).is_ok() {
                        through.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(through.into_inner(), 5);
}

#[test]
fn a_lifted_limit_counts_nothing() {
    let attempts = Attempts::new(&Limits {
        attempts: None,
        ..Limits::default()
    });
    for _ in 0..1_000 {
        assert_eq!(attempts.take(&sign_in("192.0.2.1", "a"), at(0)), Ok(()));
    }
}

#[test]
fn a_client_hears_when_to_come_again() {
    let attempts = Attempts::new(&limits(1));
    let attempt = sign_in("192.0.2.1", "alice");
    attempts.take(&attempt, at(0)).unwrap();
    let answer = attempts.take(&attempt, at(0)).unwrap_err().into_response();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()[RETRY_AFTER], "300");
}
