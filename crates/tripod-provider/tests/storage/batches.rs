//! Batches are written whole or not at all, and their conditions hold.

use tripod_provider::storage::{Conflict, Event, EventQuery, Kind, Op, Record, Selector};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{Does as _, NOW, claim, descendant, next, record, remove};

on_every_backend!(
    a_record_comes_back_as_it_was_written,
    an_empty_batch_does_nothing,
    batches_beside_one_that_conflicts_are_written,
    kinds_with_one_handle_are_apart,
    nothing_is_written_before_the_step_that_conflicts,
    steps_see_those_before_them,
    what_was_written_to_since_is_neither_replaced_nor_removed,
);

const KIND: Kind = Kind::AccessToken;

async fn a_record_comes_back_as_it_was_written(storage: Shared) {
    let every_octet: Vec<u8> = (0..=u8::MAX).cycle().take(65_536).collect();
    for (number, body) in [Vec::new(), b"{}".to_vec(), every_octet]
        .into_iter()
        .enumerate()
    {
        for (kind, name) in Kind::ALL
            .into_iter()
            .zip(["", "'; --", "%_\\", "ü☂𝄞"].iter().cycle())
        {
            let names = [*name, "user", "client"];
            let written = Record {
                body: body.clone(),
                expires: if number == 0 {
                    None
                } else {
                    Some(crate::records::at(1))
                },
                ..descendant(kind, &format!("{number} {name}"), names)
            };
            storage.does([Op::Insert(written.clone())]).await.unwrap();
            assert!(storage.holds(&written).await, "{written:?}");
        }
    }
    let absent = storage.load(KIND, record(KIND, "absent").handle, NOW);
    assert_eq!(absent.await.unwrap(), None);
}

async fn an_empty_batch_does_nothing(storage: Shared) {
    storage.does([]).await.unwrap();
    storage.ping().await.unwrap();
}

async fn kinds_with_one_handle_are_apart(storage: Shared) {
    for kind in Kind::ALL {
        storage
            .does([Op::Insert(record(kind, "one"))])
            .await
            .unwrap();
    }
    storage
        .does([remove(&record(Kind::User, "one"))])
        .await
        .unwrap();
    for kind in Kind::ALL {
        let there = storage.holds(&record(kind, "one")).await;
        assert_eq!(there, kind != Kind::User, "{kind:?}");
    }
}

async fn nothing_is_written_before_the_step_that_conflicts(storage: Shared) {
    let there = descendant(KIND, "there", ["f", "u", "c"]);
    let absent = record(KIND, "absent");
    let fresh = record(KIND, "fresh");
    storage
        .does([Op::Insert(there.clone()), claim("taken")])
        .await
        .unwrap();
    let twice = next(&next(&there));
    let failing = [
        claim("taken"),
        claim("free"),
        Op::Insert(fresh.clone()),
        Op::Insert(twice.clone()),
        Op::Replace(next(&absent)),
        Op::Replace(there.clone()),
        Op::Replace(next(&twice)),
        remove(&absent),
        remove(&there),
    ];
    for op in failing {
        let ops = [
            Op::Audit(Event::new(NOW, "tried")),
            Op::Insert(fresh.clone()),
            claim("free"),
            Op::RemoveAll {
                kinds: &Kind::ALL,
                selector: Selector::Family("f".to_owned()),
            },
            Op::Insert(next(&there)),
            op.clone(),
            Op::Audit(Event::new(NOW, "tried")),
        ];
        assert_eq!(storage.does(ops).await, Err(Conflict { step: 5 }), "{op:?}");
        assert!(storage.holds(&there).await, "{op:?}");
        assert!(!storage.holds(&fresh).await, "{op:?}");
    }
    let events = storage.events(EventQuery::default()).await.unwrap();
    assert_eq!(events, []);
    storage.does([claim("free")]).await.unwrap();
}

async fn steps_see_those_before_them(storage: Shared) {
    let one = descendant(KIND, "one", ["f", "u", "c"]);
    let all = || Op::RemoveAll {
        kinds: &[KIND],
        selector: Selector::Family("f".to_owned()),
    };
    let insert = || Op::Insert(one.clone());
    let step = |step| Err(Conflict { step });
    assert_eq!(storage.does([insert(), insert()]).await, step(1));
    assert_eq!(storage.does([claim("n"), claim("n")]).await, step(1));
    assert_eq!(storage.does([insert(), all(), remove(&one)]).await, step(2));
    assert!(!storage.holds(&one).await);
    storage.does([insert(), all()]).await.unwrap();
    assert!(!storage.holds(&one).await);
    storage.does([insert(), all(), insert()]).await.unwrap();
    let two = next(&one);
    storage
        .does([Op::Replace(two.clone()), remove(&two), insert()])
        .await
        .unwrap();
    assert!(storage.holds(&one).await);
    let many = (0..100).map(|n| Op::Insert(record(KIND, &n.to_string())));
    assert_eq!(storage.does(many.chain([insert()])).await, step(100));
}

async fn what_was_written_to_since_is_neither_replaced_nor_removed(storage: Shared) {
    let first = record(KIND, "one");
    let second = next(&first);
    let third = next(&second);
    let conflict = Err(Conflict { step: 0 });
    storage.does([Op::Insert(first.clone())]).await.unwrap();
    assert_eq!(storage.does([Op::Insert(first.clone())]).await, conflict);
    assert_eq!(storage.does([Op::Replace(first.clone())]).await, conflict);
    storage.does([Op::Replace(second.clone())]).await.unwrap();
    for stale in [Op::Replace(second.clone()), remove(&first), remove(&third)] {
        assert_eq!(storage.does([stale]).await, conflict);
    }
    assert!(storage.holds(&second).await);
    storage.does([Op::Replace(third.clone())]).await.unwrap();
    storage.does([remove(&third)]).await.unwrap();
    for gone in [
        Op::Replace(next(&third)),
        Op::Replace(first.clone()),
        remove(&third),
    ] {
        assert_eq!(storage.does([gone]).await, conflict);
    }
    let last = Record {
        version: u32::MAX,
        ..first
    };
    storage.does([Op::Insert(last.clone())]).await.unwrap();
    storage.does([remove(&last)]).await.unwrap();
}

async fn batches_beside_one_that_conflicts_are_written(storage: Shared) {
    let there = record(KIND, "there");
    storage.does([Op::Insert(there.clone())]).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..400 {
        let storage = Shared::clone(&storage);
        let own = record(KIND, &n.to_string());
        let mut ops = vec![Op::Insert(own), claim(&format!("nonce {n}"))];
        if n % 2 == 1 {
            ops.push(Op::Insert(there.clone()));
        }
        tasks.spawn(async move { (n, storage.does(ops).await) });
    }
    for (n, outcome) in tasks.join_all().await {
        let wanted = if n % 2 == 1 {
            Err(Conflict { step: 2 })
        } else {
            Ok(())
        };
        assert_eq!(outcome, wanted, "{n}");
        let there = storage.holds(&record(KIND, &n.to_string())).await;
        assert_eq!(there, n % 2 == 0, "{n}");
        let claimed = storage.does([claim(&format!("nonce {n}"))]).await.is_err();
        assert_eq!(claimed, n % 2 == 0, "{n}");
    }
}
