//! A revocation leaves nothing behind, whatever is rotated at the same time.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tripod_provider::storage::{Kind, Op, Query, Selector};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{Does as _, NOW, descendant, next};

on_every_backend!(
    a_revoked_client_has_nothing_left,
    a_revoked_family_has_nothing_left,
    a_revoked_grant_has_nothing_left,
    a_revoked_user_has_nothing_left,
    others_are_left_alone,
);

const KINDS: &[Kind] = &[Kind::AccessToken, Kind::RefreshToken];
const NAMES: [&str; 3] = ["family", "alice", "client"];
const ROUNDS: usize = 40;

async fn a_revoked_family_has_nothing_left(storage: Shared) {
    revoked_while_rotating(storage, Selector::Family("family".to_owned())).await;
}

async fn a_revoked_user_has_nothing_left(storage: Shared) {
    revoked_while_rotating(storage, Selector::User("alice".to_owned())).await;
}

async fn a_revoked_client_has_nothing_left(storage: Shared) {
    revoked_while_rotating(storage, Selector::Client("client".to_owned())).await;
}

async fn a_revoked_grant_has_nothing_left(storage: Shared) {
    let selector = Selector::Grant {
        user: "alice".to_owned(),
        client: "client".to_owned(),
    };
    revoked_while_rotating(storage, selector).await;
}

/// Four chains of refresh tokens go on until they are cut off.
async fn revoked_while_rotating(storage: Shared, selector: Selector) {
    for round in 0..ROUNDS {
        let start = Arc::new(Barrier::new(5));
        let mut tasks = JoinSet::new();
        for chain in 0..4 {
            let first = descendant(Kind::RefreshToken, &format!("{round} {chain} 0"), NAMES);
            storage.does([Op::Insert(first)]).await.unwrap();
            let (storage, start) = (Shared::clone(&storage), Arc::clone(&start));
            tasks.spawn(async move {
                start.wait().await;
                rotate(&storage, &format!("{round} {chain}")).await;
            });
        }
        start.wait().await;
        // At another instant in every round.
        for _ in 0..round * 7 {
            tokio::task::yield_now().await;
        }
        let all = Op::RemoveAll {
            kinds: KINDS,
            selector: selector.clone(),
        };
        storage.does([all]).await.unwrap();
        tasks.join_all().await;
        for kind in KINDS {
            let left = storage.list(Query::new(*kind, Selector::All), NOW).await;
            assert_eq!(left.unwrap(), [], "in round {round}");
        }
    }
}

/// Tells whether the record of a number is meant.
type Meant = fn(usize) -> bool;

/// Rotates until somebody was first.
async fn rotate(storage: &Shared, chain: &str) {
    for step in 0.. {
        let old = descendant(Kind::RefreshToken, &format!("{chain} {step}"), NAMES);
        let new = format!("{chain} {}", step + 1);
        let ops = [
            Op::Replace(next(&old)),
            Op::Insert(descendant(Kind::RefreshToken, &new, NAMES)),
            Op::Insert(descendant(Kind::AccessToken, &new, NAMES)),
        ];
        if storage.does(ops).await.is_err() {
            return;
        }
    }
}

async fn others_are_left_alone(storage: Shared) {
    let name = |n: usize| ["a", "b"][n & 1];
    let all: Vec<_> = (0..8)
        .map(|n| {
            let names = [name(n), name(n >> 1), name(n >> 2)];
            descendant(Kind::AccessToken, &n.to_string(), names)
        })
        .collect();
    let unnamed = crate::records::record(Kind::AccessToken, "unnamed");
    let of_another_kind = descendant(Kind::Consent, "consent", ["a", "a", "a"]);
    let a = || "a".to_owned();
    let selectors: [(Selector, Meant); 4] = [
        (Selector::Family(a()), |n| n & 1 == 0),
        (Selector::User(a()), |n| n & 2 == 0),
        (Selector::Client(a()), |n| n & 4 == 0),
        (
            Selector::Grant {
                user: a(),
                client: a(),
            },
            |n| n & 6 == 0,
        ),
    ];
    for (selector, meant) in selectors {
        let written = all.iter().chain([&unnamed, &of_another_kind]).cloned();
        storage.does(written.map(Op::Insert)).await.unwrap();
        let revoked = Op::RemoveAll {
            kinds: KINDS,
            selector: selector.clone(),
        };
        storage.does([revoked]).await.unwrap();
        for (n, record) in all.iter().enumerate() {
            assert_eq!(storage.holds(record).await, !meant(n), "{selector:?} {n}");
        }
        assert!(storage.holds(&unnamed).await && storage.holds(&of_another_kind).await);
        let everything = Op::RemoveAll {
            kinds: &Kind::ALL,
            selector: Selector::All,
        };
        storage.does([everything]).await.unwrap();
        assert!(!storage.holds(&unnamed).await && !storage.holds(&of_another_kind).await);
    }
}
