//! Many processes, one vault, and a provider that forgives nothing.
//!
//! The other processes are this test program itself, which is told on its standard input what to do.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_vault::change::Change;
use tripod_vault::error::{Error, UpdateError};
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

#[path = "processes/child.rs"]
mod child;
#[path = "processes/place.rs"]
mod place;
#[path = "processes/provider.rs"]
mod provider;
#[cfg(feature = "postgres")]
#[path = "postgres/server.rs"]
mod server;

use child::Child;
use place::Place;
use provider::Provider;

const PROCESSES: usize = 64;
const ROUNDS: u32 = 20;
const KILLS: u32 = 200;
const SOON: Duration = Duration::from_secs(30);

#[test]
#[ignore = "it is the other process in the tests of this file"]
fn child() {
    child::obey();
}

#[test]
fn of_64_processes_one_refreshes_through_a_file() {
    of_64_processes_one_refreshes(&Place::file());
}

#[test]
fn killed_processes_leave_a_file_whole() {
    killed_processes_leave_the_old_or_the_new(&Place::file());
}

#[test]
fn a_process_that_hangs_is_named_and_can_be_killed_with_a_file() {
    a_process_that_hangs_is_named_and_can_be_killed(&Place::file());
}

#[cfg(feature = "postgres")]
#[test]
fn of_64_processes_on_two_hosts_one_refreshes() {
    if let Some(place) = Place::postgres() {
        of_64_processes_one_refreshes(&place);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn processes_killed_on_two_hosts_leave_a_table_whole() {
    if let Some(place) = Place::postgres() {
        killed_processes_leave_the_old_or_the_new(&place);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn a_process_that_hangs_on_another_host_is_named_and_can_be_killed() {
    if let Some(place) = Place::postgres() {
        a_process_that_hangs_is_named_and_can_be_killed(&place);
    }
}

/// Every round, the token of all of them has expired.
fn of_64_processes_one_refreshes(place: &Place) {
    let provider = Provider::start(Duration::from_millis(5));
    put(&place.open(), &provider.first_document());
    let mut children: Vec<_> = (0..PROCESSES)
        .map(|number| Child::start(place, number, &format!("refresh {}", provider.port)))
        .collect();
    for child in &mut children {
        assert_eq!(child.hear(), "ready");
    }
    for round in 1..=ROUNDS {
        for child in &mut children {
            child.tell(&round.to_string());
        }
        let tokens: BTreeSet<_> = children.iter_mut().map(Child::hear).collect();
        assert_eq!(tokens.len(), 1, "round {round}: {tokens:?}");
        let (issued, reuses) = provider.issued_and_reuses();
        assert_eq!(issued.len(), 1 + round as usize, "round {round}");
        assert_eq!(reuses, 0, "round {round}");
        assert_eq!(tokens.first(), issued.last(), "round {round}");
    }
}

/// Two refresh one entry as fast as they can, a third another entry, until they are killed.
fn killed_processes_leave_the_old_or_the_new(place: &Place) {
    let (shared, other) = (
        Provider::start(Duration::ZERO),
        Provider::start(Duration::ZERO),
    );
    let (mut written, mut lost) = (0, 0);
    for round in 0..KILLS {
        let vault = place.open();
        put_at(&vault, "shared", &shared.first_document());
        put_at(&vault, "other", &other.first_document());
        let mut children: Vec<_> = [(&shared, "shared"), (&shared, "shared"), (&other, "other")]
            .iter()
            .enumerate()
            .map(|(number, (provider, key))| {
                Child::start(place, number, &format!("loop {} {key}", provider.port))
            })
            .collect();
        children
            .iter_mut()
            .for_each(|child| assert_eq!(child.hear(), "ready"));
        children.iter_mut().for_each(|child| child.tell("go"));
        // Anywhere in the first tens of exchanges; the steps differ from round to round.
        std::thread::sleep(Duration::from_micros(u64::from(round * 7919 % 60_000)));
        children.iter_mut().for_each(Child::kill);

        for (provider, key) in [(&shared, "shared"), (&other, "other")] {
            let vault = place.open();
            let seen = vault.read_blocking(&key_of(key)).unwrap().unwrap();
            provider::token_of(seen.document.expose()).expect("it is whole");
            // A commit that was on its way when the process died may still arrive: the lock waits.
            let mut settled = None;
            let free = vault.update_blocking(&key_of(key), place.patience(), |entry| {
                settled = entry;
                Ok::<_, Infallible>(Change::Keep)
            });
            assert!(free.is_ok(), "round {round}: {free:?}");
            let token =
                provider::token_of(settled.unwrap().document.expose()).expect("it is whole");
            // The one before, if the process was killed between the answer and the writing.
            let (issued, reuses) = provider.issued_and_reuses();
            let age = issued.iter().rev().position(|issued| *issued == token);
            assert!(matches!(age, Some(0 | 1)), "round {round}: {age:?}");
            written += issued.len() - 1;
            lost += age.unwrap();
            // A token that was cut off is redeemed again by whoever is killed a moment later.
            assert!(reuses == 0 || age == Some(1), "round {round}");
        }
    }
    report(&format!(
        "{KILLS} kills: {written} exchanges, {lost} cut off before they were written"
    ));
    assert!(
        written > KILLS as usize,
        "the processes were killed too early to prove anything"
    );
    place.check_tidy(2);
}

fn a_process_that_hangs_is_named_and_can_be_killed(place: &Place) {
    let vault = place.open();
    put(&vault, "old");
    let mut child = Child::start(place, 1, "hold");
    assert_eq!(child.hear(), "locked");

    let untouched = |_| -> Result<Change, Infallible> { unreachable!("it is locked") };
    let refused = vault.update_blocking(&key_of("shared"), Duration::from_millis(100), untouched);
    let Err(UpdateError::Vault(error @ Error::Busy { holder, .. })) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(holder.as_ref().unwrap().process, child.id());
    assert!(
        error.to_string().contains(&child.id().to_string()),
        "{error}"
    );
    assert!(error.advice().contains("end it"), "{}", error.advice());
    assert_eq!(
        vault
            .read_blocking(&key_of("shared"))
            .unwrap()
            .unwrap()
            .document
            .expose(),
        "old"
    );

    child.kill();
    put(&vault, "new");
}

#[expect(
    clippy::print_stdout,
    reason = "figures for those who run this with --nocapture"
)]
fn report(line: &str) {
    println!("{line}");
}

fn key_of(name: &str) -> Key {
    Key::parse(name).unwrap()
}

fn put(vault: &Vault, document: &str) {
    put_at(vault, "shared", document);
}

fn put_at(vault: &Vault, key: &str, document: &str) {
    let change = |_| Ok::<_, Infallible>(Change::Replace(Secret::from(document)));
    vault.update_blocking(&key_of(key), SOON, change).unwrap();
}
