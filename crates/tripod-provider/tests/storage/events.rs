//! The audit trail: complete, in order, and found by whom it concerns.

use serde_json::json;
use tripod_provider::storage::{Event, EventQuery, Op, StoredEvent};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{Does as _, NOW, at};

on_every_backend!(
    an_event_comes_back_as_it_was_noted,
    events_are_found_by_whom_they_concern,
    nothing_that_people_type_is_refused,
    old_events_are_pruned_in_batches,
    pages_go_back_in_time,
);

fn query(
    client: Option<&str>,
    user: Option<&str>,
    before: Option<i64>,
    limit: usize,
) -> EventQuery {
    let mut query = EventQuery::default();
    query.client = client.map(str::to_owned);
    query.user = user.map(str::to_owned);
    query.before = before;
    query.limit = limit;
    query
}

fn names(page: &[StoredEvent]) -> Vec<&str> {
    page.iter()
        .map(|stored| stored.event.name.as_str())
        .collect()
}

async fn an_event_comes_back_as_it_was_noted(storage: Shared) {
    let plain = Event::new(at(-5), "signed_in");
    let full = Event::new(NOW, "tokens_issued")
        .with_client("c")
        .with_user("u")
        .with_detail(json!({"scope": ["read"], "n": 1, "nul": "\0", "none": null}));
    storage
        .does([plain.clone(), full.clone()].map(Op::Audit))
        .await
        .unwrap();
    let page = storage.events(EventQuery::default()).await.unwrap();
    let events: Vec<_> = page.iter().map(|stored| &stored.event).collect();
    assert_eq!(events, [&full, &plain]);
    assert!(page[0].number > page[1].number);
}

async fn pages_go_back_in_time(storage: Shared) {
    for n in 0..250 {
        // The clock may be set back; what came later stays later.
        let event = Event::new(at(-n), n.to_string());
        storage.does([Op::Audit(event)]).await.unwrap();
    }
    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = storage.events(query(None, None, before, 0)).await.unwrap();
        assert!(page.len() <= 100);
        let Some(last) = page.last() else { break };
        before = Some(last.number);
        found.extend(page);
    }
    assert!(found.is_sorted_by(|later, earlier| later.number > earlier.number));
    let wanted: Vec<_> = (0..250).rev().map(|n| n.to_string()).collect();
    assert_eq!(names(&found), wanted);
    for before in [i64::MIN, -1, 0] {
        let page = storage.events(query(None, None, Some(before), 10)).await;
        assert_eq!(page.unwrap(), []);
    }
}

async fn events_are_found_by_whom_they_concern(storage: Shared) {
    for (name, client, user) in [
        ("1", "c", "u"),
        ("2", "c", "v"),
        ("3", "d", "u"),
        ("4", "d", "v"),
    ] {
        let event = Event::new(NOW, name).with_client(client).with_user(user);
        storage.does([Op::Audit(event)]).await.unwrap();
    }
    storage
        .does([Op::Audit(Event::new(NOW, "5"))])
        .await
        .unwrap();
    let cases: [(_, _, &[&str]); 6] = [
        (None, None, &["5", "4", "3", "2", "1"]),
        (Some("c"), None, &["2", "1"]),
        (None, Some("u"), &["3", "1"]),
        (Some("d"), Some("v"), &["4"]),
        (Some("e"), None, &[]),
        (Some("c"), Some("w"), &[]),
    ];
    for (client, user, wanted) in cases {
        let page = storage.events(query(client, user, None, 0)).await.unwrap();
        assert_eq!(names(&page), wanted, "{client:?} {user:?}");
        let page = storage.events(query(client, user, None, 1)).await.unwrap();
        assert_eq!(names(&page), &wanted[..wanted.len().min(1)]);
    }
}

async fn nothing_that_people_type_is_refused(storage: Shared) {
    for typed in [
        "",
        "\0",
        "a\0b",
        "\u{ffff}",
        "'; DROP TABLE records; --",
        "\u{202e}",
    ] {
        let event = Event::new(NOW, "sign_in_failed").with_user(typed);
        storage.does([Op::Audit(event)]).await.unwrap();
        let page = storage
            .events(query(None, Some(typed), None, 1))
            .await
            .unwrap();
        assert_eq!(names(&page), ["sign_in_failed"], "{typed:?}");
    }
}

async fn old_events_are_pruned_in_batches(storage: Shared) {
    for n in 0..10 {
        let event = Event::new(at(n), n.to_string()).with_client("c");
        storage.does([Op::Audit(event)]).await.unwrap();
    }
    let all = storage.events(EventQuery::default()).await.unwrap();
    assert_eq!(storage.prune(at(0), 100).await.unwrap(), 0);
    assert_eq!(storage.prune(at(7), 0).await.unwrap(), 0);
    assert_eq!(storage.prune(at(7), 4).await.unwrap(), 4);
    assert_eq!(storage.prune(at(7), 4).await.unwrap(), 3);
    assert_eq!(storage.prune(at(7), 4).await.unwrap(), 0);
    // What is left keeps its number, and later events get greater ones.
    let left = storage.events(query(Some("c"), None, None, 0)).await;
    assert_eq!(left.unwrap(), all[..3]);
    let before = query(None, None, Some(all[0].number), 0);
    assert_eq!(storage.events(before).await.unwrap(), all[1..3]);
    assert_eq!(storage.prune(at(100), 100).await.unwrap(), 3);
    assert_eq!(storage.events(EventQuery::default()).await.unwrap(), []);
    storage
        .does([Op::Audit(Event::new(NOW, "later"))])
        .await
        .unwrap();
    let later = storage.events(EventQuery::default()).await.unwrap();
    assert_eq!(names(&later), ["later"]);
    assert!(later[0].number > all[0].number);
}
