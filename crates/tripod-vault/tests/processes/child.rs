//! The other process: what it is told, and what it does.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_vault::change::Change;
use tripod_vault::entry::Entry;
use tripod_vault::vault::Vault;

use crate::place::{self, Place};
use crate::provider;

/// Marks the lines that are for the parent, among those of the test harness.
const MARK: &str = "> ";

/// Another process, which is killed when it is dropped.
pub(crate) struct Child {
    process: std::process::Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Starts this program again; the number says on which host.
    pub(crate) fn start(place: &Place, number: usize, task: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut child = Self {
            process,
            input,
            output,
        };
        child.tell(&place.describe(number));
        child.tell(task);
        child
    }

    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    pub(crate) fn hear(&mut self) -> String {
        let mut lines = self.output.by_ref().map(Result::unwrap);
        let said = lines.find_map(|line| Some(line.split_once(MARK)?.1.to_owned()));
        said.expect("the child ended before it answered")
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Does what standard input says; nothing, if somebody runs the ignored tests by hand.
pub(crate) fn obey() {
    let mut input = std::io::stdin().lines().map(Result::unwrap);
    let (Some(place), Some(task)) = (input.next(), input.next()) else {
        return;
    };
    let vault = place::open(&place);
    let words: Vec<_> = task.split(' ').collect();
    match *words.as_slice() {
        ["refresh", port] => refresh_each_round(&vault, port.parse().unwrap(), input),
        ["loop", port, key] => refresh_for_ever(&vault, port.parse().unwrap(), key, input),
        ["hold"] => hold(&vault),
        _ => panic!("{task}"),
    }
}

#[expect(clippy::print_stdout, reason = "it is how the child answers")]
fn say(line: &str) {
    println!("\n{MARK}{line}");
}

/// Refreshes what is older than the round, as a client does with what has expired.
fn refresh_each_round(vault: &Vault, port: u16, rounds: impl Iterator<Item = String>) {
    say("ready");
    for round in rounds.map(|round| round.parse().unwrap()) {
        let change = |entry: Option<Entry>| {
            let entry = entry.unwrap();
            let document = entry.document.expose();
            if provider::round_of(document).unwrap() >= round {
                return Ok(Change::Keep);
            }
            let token = provider::refresh(port, &provider::token_of(document).unwrap())?;
            let document = provider::document(round, &token);
            Ok::<_, String>(Change::Replace(Secret::new(document)))
        };
        let entry = vault.update_blocking(&crate::key_of("shared"), crate::SOON, change);
        match entry {
            Ok(entry) => say(&provider::token_of(entry.unwrap().document.expose()).unwrap()),
            Err(error) => say(&error.to_string()),
        }
    }
}

fn refresh_for_ever(vault: &Vault, port: u16, key: &str, mut input: impl Iterator<Item = String>) {
    say("ready");
    input.next();
    loop {
        let change = |entry: Option<Entry>| {
            let token = provider::token_of(entry.unwrap().document.expose()).unwrap();
            let token = provider::refresh(port, &token)?;
            Ok::<_, String>(Change::Replace(Secret::new(provider::document(0, &token))))
        };
        vault
            .update_blocking(&crate::key_of(key), crate::SOON, change)
            .unwrap();
    }
}

fn hold(vault: &Vault) {
    let change = |_| {
        say("locked");
        std::thread::sleep(Duration::from_secs(3600));
        Ok::<_, Infallible>(Change::Keep)
    };
    let _ = vault.update_blocking(&crate::key_of("shared"), crate::SOON, change);
}
