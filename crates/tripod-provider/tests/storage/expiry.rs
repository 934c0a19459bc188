//! What is over counts as absent, swept or not, and sweeping keeps what is left small.

use tripod_provider::storage::{Conflict, Kind, Op, Query, Record, Selector};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{
    Does as _, NOW, TTL, at, batch, claim, descendant, handle, next, record, remove,
};

on_every_backend!(
    a_claim_is_free_again_when_its_time_is_over,
    a_record_is_absent_when_its_time_is_over,
    sweeping_removes_what_is_over_and_nothing_else,
    sweeping_takes_no_more_than_it_was_told,
    tables_stay_small_while_traffic_runs,
);

const KIND: Kind = Kind::AccessToken;

async fn a_record_is_absent_when_its_time_is_over(storage: Shared) {
    let one = descendant(KIND, "one", ["f", "u", "c"]);
    storage.does([Op::Insert(one.clone())]).await.unwrap();
    let last = storage.load(KIND, one.handle, at(TTL - 1)).await.unwrap();
    assert_eq!(last.as_ref(), Some(&one));
    // A token is good before its end, and not at it.
    assert_eq!(storage.load(KIND, one.handle, at(TTL)).await.unwrap(), None);
    for selector in [
        Selector::All,
        Selector::Family("f".to_owned()),
        Selector::User("u".to_owned()),
    ] {
        let page = storage.list(Query::new(KIND, selector), at(TTL)).await;
        assert_eq!(page.unwrap(), []);
    }
    for op in [Op::Replace(next(&one)), remove(&one)] {
        let outcome = storage.apply(batch([op]), at(TTL)).await.unwrap();
        assert_eq!(outcome, Err(Conflict { step: 0 }));
    }
    let again = Record {
        expires: Some(at(2 * TTL)),
        body: b"again".to_vec(),
        ..record(KIND, "one")
    };
    let early = storage.apply(batch([Op::Insert(again.clone())]), at(TTL - 1));
    assert_eq!(early.await.unwrap(), Err(Conflict { step: 0 }));
    let outcome = storage.apply(batch([Op::Insert(again.clone())]), at(TTL));
    outcome.await.unwrap().unwrap();
    let found = storage.load(KIND, one.handle, at(TTL)).await.unwrap();
    assert_eq!(found, Some(again));
    // What it was found by before is forgotten, too.
    let query = Query::new(KIND, Selector::Family("f".to_owned()));
    assert_eq!(storage.list(query, at(TTL)).await.unwrap(), []);
}

async fn a_claim_is_free_again_when_its_time_is_over(storage: Shared) {
    let again = Op::Claim {
        id: handle("n"),
        expires: at(2 * TTL),
    };
    storage.does([claim("n")]).await.unwrap();
    for (now, free) in [
        (0, false),
        (TTL - 1, false),
        (TTL, true),
        (TTL, false),
        (2 * TTL, true),
    ] {
        let outcome = storage
            .apply(batch([again.clone()]), at(now))
            .await
            .unwrap();
        assert_eq!(outcome.is_ok(), free, "{now}");
    }
}

async fn sweeping_removes_what_is_over_and_nothing_else(storage: Shared) {
    let lasting = Record {
        expires: None,
        ..record(KIND, "lasting")
    };
    let later = Record {
        expires: Some(at(TTL + 1)),
        ..record(KIND, "later")
    };
    let ops = [record(KIND, "over"), lasting.clone(), later.clone()].map(Op::Insert);
    storage.does(ops).await.unwrap();
    storage.does([claim("n")]).await.unwrap();
    assert_eq!(storage.sweep(at(TTL - 1), 100).await.unwrap(), 0);
    assert_eq!(storage.sweep(at(TTL), 100).await.unwrap(), 2);
    assert_eq!(storage.sweep(at(TTL), 100).await.unwrap(), 0);
    // Seen from before, only what is swept is gone.
    assert!(!storage.holds(&record(KIND, "over")).await);
    assert!(storage.holds(&lasting).await && storage.holds(&later).await);
    storage.does([claim("n")]).await.unwrap();
}

async fn sweeping_takes_no_more_than_it_was_told(storage: Shared) {
    let ops = (0..250).map(|n| Op::Insert(record(KIND, &n.to_string())));
    storage.does(ops).await.unwrap();
    storage
        .does((0..50).map(|n| claim(&n.to_string())))
        .await
        .unwrap();
    let mut swept = Vec::new();
    while swept.last() != Some(&0) {
        swept.push(storage.sweep(at(TTL), 70).await.unwrap());
    }
    assert_eq!(swept, [70, 70, 70, 70, 20, 0]);
    assert_eq!(storage.sweep(at(TTL), 0).await.unwrap(), 0);
}

async fn tables_stay_small_while_traffic_runs(storage: Shared) {
    let mut traffic = tokio::task::JoinSet::new();
    for task in 0..4_i64 {
        let storage = Shared::clone(&storage);
        traffic.spawn(async move {
            for second in 0..100_i64 {
                // Each is good for ten seconds of a clock that runs fast.
                let one = Record {
                    expires: Some(at(second + 10)),
                    ..record(KIND, &format!("{task} {second}"))
                };
                let ops = [
                    Op::Insert(one),
                    Op::Claim {
                        id: handle(&format!("{task} {second}")),
                        expires: at(second + 10),
                    },
                ];
                storage
                    .apply(batch(ops), at(second))
                    .await
                    .unwrap()
                    .unwrap();
                storage.sweep(at(second), 20).await.unwrap();
            }
        });
    }
    traffic.join_all().await;
    // Seen from the beginning, whatever was not swept is there.
    let mut query = Query::new(KIND, Selector::All);
    query.limit = 1000;
    let left = storage.list(query, NOW).await.unwrap().len();
    assert!(left <= 4 * 20, "{left} of 400 are left");
}
