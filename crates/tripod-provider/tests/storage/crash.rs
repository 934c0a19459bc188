//! A process that is killed loses nothing that it answered, and repeats nothing.
//!
//! The child is this program once more, and runs [`redeem_until_killed`].

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _, stdin, stdout};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tripod_provider::storage::{Kind, Op, Record};

use crate::records::{Does as _, claim, next, record};

const ROUNDS: u32 = 20;

/// Each round has its numbers.
const STRIDE: u32 = 1_000_000;

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn sqlite_keeps_what_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("a.db").display());
    kept_through_kills(&address).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn postgres_keeps_what_it_answered() {
    let Some(schema) = crate::backend::Schema::create().await else {
        return;
    };
    kept_through_kills(&schema.url).await;
    schema.remove().await;
}

async fn kept_through_kills(address: &str) {
    let mut answered = 0;
    for round in 0..ROUNDS {
        let lines = killed(address, round).await;
        answered += lines.len();
        // Opened anew each time, as the next process would.
        let storage = tripod_provider::storage::open(address).await.unwrap();
        let (issued, redeemed) = numbers(&lines);
        for n in &redeemed {
            assert!(storage.holds(&next(&code(*n))).await, "{n} is not redeemed");
            assert!(storage.holds(&token(*n)).await, "the token of {n} is lost");
            assert!(
                storage.does(redeem(*n)).await.is_err(),
                "{n} is redeemed twice"
            );
            assert!(storage.does([claim(&n.to_string())]).await.is_err());
        }
        for n in issued.difference(&redeemed) {
            // The process died before it answered: all of it is there, or nothing.
            let was_redeemed = storage.holds(&next(&code(*n))).await;
            assert!(
                was_redeemed || storage.holds(&code(*n)).await,
                "{n} is lost"
            );
            assert_eq!(storage.holds(&token(*n)).await, was_redeemed);
            assert_eq!(storage.does(redeem(*n)).await.is_ok(), !was_redeemed);
        }
    }
    assert!(
        answered > 100,
        "only {answered} batches were answered in all"
    );
}

/// Lets a process write for a moment, kills it, and returns what it said was done.
async fn killed(address: &str, round: u32) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::redeem_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{}\n{address}", round * STRIDE).unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("ready") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the child ended");
    }
    // However slow the machine is, it is killed in the midst of it.
    let mut said = String::new();
    for _ in 0..10 {
        assert_ne!(output.read_line(&mut said).unwrap(), 0, "the child ended");
    }
    // Read while it writes, or it would wait for the pipe.
    let rest = std::thread::spawn(move || {
        output.read_to_string(&mut said).unwrap();
        said
    });
    tokio::time::sleep(Duration::from_millis(20 + u64::from(round * 37 % 101))).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let rest = rest.join().unwrap();
    // A line that was cut off was not said.
    let whole = rest.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(str::to_owned).collect()
}

fn numbers(lines: &[String]) -> (HashSet<u32>, HashSet<u32>) {
    let with = |what: &str| {
        let numbers = lines.iter().filter_map(|line| line.strip_prefix(what));
        numbers.map(|n| n.parse().unwrap()).collect()
    };
    (with("issued "), with("redeemed "))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "runs in the process that is killed"]
async fn redeem_until_killed() {
    let mut lines = stdin().lines();
    let (Some(Ok(first)), Some(Ok(address))) = (lines.next(), lines.next()) else {
        // Somebody runs what is ignored, with nothing to say.
        return;
    };
    let storage = tripod_provider::storage::open(&address).await.unwrap();
    let numbers = Arc::new(AtomicU32::new(first.parse().unwrap()));
    say("\nready");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (storage, numbers) = (Arc::clone(&storage), Arc::clone(&numbers));
        tasks.spawn(async move {
            loop {
                let n = numbers.fetch_add(1, Ordering::Relaxed);
                storage.does([Op::Insert(code(n))]).await.unwrap();
                say(&format!("issued {n}"));
                storage.does(redeem(n)).await.unwrap();
                say(&format!("redeemed {n}"));
            }
        });
    }
    tasks.join_all().await;
}

fn say(line: &str) {
    let mut stdout = stdout().lock();
    writeln!(stdout, "{line}").unwrap();
    stdout.flush().unwrap();
}

fn redeem(n: u32) -> [Op; 3] {
    [
        Op::Replace(next(&code(n))),
        claim(&n.to_string()),
        Op::Insert(token(n)),
    ]
}

fn code(n: u32) -> Record {
    lasting(Kind::AuthorizationCode, n)
}

fn token(n: u32) -> Record {
    lasting(Kind::AccessToken, n)
}

fn lasting(kind: Kind, n: u32) -> Record {
    record(kind, &n.to_string())
}
