//! What may be used once is used once, however many try at the same time.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tripod_provider::storage::{Event, Kind, Op};

use crate::backend::Shared;
use crate::on_every_backend;
use crate::records::{Does as _, NOW, claim, descendant, next, record, remove};

on_every_backend!(
    authorization_codes,
    device_codes,
    jtis,
    nonces,
    pushed_requests,
    refresh_tokens,
    request_tokens,
);

const TASKS: usize = 32;
const ROUNDS: usize = 100;

async fn authorization_codes(storage: Shared) {
    rotated_once(storage, Kind::AuthorizationCode).await;
}

async fn refresh_tokens(storage: Shared) {
    rotated_once(storage, Kind::RefreshToken).await;
}

/// The old one is kept, marked as used, and new ones are given out.
async fn rotated_once(storage: Shared, kind: Kind) {
    let names = ["family", "alice", "client"];
    used_once(storage, move |round| {
        let one = descendant(kind, &format!("one {round}"), names);
        let made = vec![Op::Insert(one.clone())];
        (made, move |task: usize| {
            let token = format!("token {round} {task}");
            vec![
                Op::Replace(next(&one)),
                Op::Insert(descendant(Kind::AccessToken, &token, names)),
                Op::Insert(descendant(Kind::RefreshToken, &token, names)),
                Op::Audit(Event::new(NOW, "tokens_issued").with_user("alice")),
            ]
        })
    })
    .await;
}

async fn device_codes(storage: Shared) {
    used_once(storage, |round| {
        let device = record(Kind::DeviceGrant, &round.to_string());
        let user_code = record(Kind::UserCode, &round.to_string());
        let made = vec![Op::Insert(device.clone()), Op::Insert(user_code.clone())];
        (made, move |task: usize| {
            let token = format!("token {round} {task}");
            vec![
                remove(&device),
                remove(&user_code),
                Op::Insert(record(Kind::AccessToken, &token)),
            ]
        })
    })
    .await;
}

async fn request_tokens(storage: Shared) {
    used_once(storage, |round| {
        let one = record(Kind::TemporaryCredentials, &round.to_string());
        (vec![Op::Insert(one.clone())], move |task: usize| {
            let token = format!("token {round} {task}");
            // The nonce of each request is another.
            vec![
                claim(&token),
                remove(&one),
                Op::Insert(record(Kind::TokenCredentials, &token)),
            ]
        })
    })
    .await;
}

async fn pushed_requests(storage: Shared) {
    used_once(storage, |round| {
        let one = record(Kind::PushedRequest, &round.to_string());
        (vec![Op::Insert(one.clone())], move |_: usize| {
            vec![remove(&one)]
        })
    })
    .await;
}

async fn nonces(storage: Shared) {
    used_once(storage, |round| {
        (Vec::new(), move |_: usize| {
            vec![claim(&format!("nonce {round}"))]
        })
    })
    .await;
}

async fn jtis(storage: Shared) {
    used_once(storage, |round| {
        (Vec::new(), move |task: usize| {
            let token = format!("token {round} {task}");
            vec![
                Op::Insert(record(Kind::AccessToken, &token)),
                claim(&format!("jti {round}")),
            ]
        })
    })
    .await;
}

/// Each round makes something, and has many use it at once.
async fn used_once<U>(storage: Shared, round: impl Fn(usize) -> (Vec<Op>, U))
where
    U: Fn(usize) -> Vec<Op>,
{
    for number in 0..ROUNDS {
        let (made, used) = round(number);
        storage.does(made).await.unwrap();
        let start = Arc::new(Barrier::new(TASKS));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (storage, start, ops) = (Shared::clone(&storage), Arc::clone(&start), used(task));
            tasks.spawn(async move {
                start.wait().await;
                (task, storage.does(ops).await.is_ok())
            });
        }
        let outcomes = tasks.join_all().await;
        let winners: Vec<_> = outcomes.iter().filter(|(_, won)| *won).collect();
        assert_eq!(winners.len(), 1, "in round {number}");
        // Of the losers nothing is left, and of the winner all.
        for (task, won) in outcomes {
            for op in used(task) {
                if let Op::Insert(inserted) = op {
                    assert_eq!(storage.holds(&inserted).await, won, "{number} {task}");
                }
            }
        }
    }
}
