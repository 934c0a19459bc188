//! A provider that takes each refresh token once, and revokes the family of one that comes back.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub(crate) struct Provider {
    pub(crate) port: u16,
    family: Arc<Mutex<Family>>,
}

#[derive(Default)]
struct Family {
    issued: Vec<String>,
    is_revoked: bool,
    reuses: u32,
    started: u32,
}

impl Provider {
    /// Takes so long for each exchange.
    pub(crate) fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let family = Arc::<Mutex<Family>>::default();
        let shared = Arc::clone(&family);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let family = Arc::clone(&shared);
                thread::spawn(move || answer(&connection.unwrap(), &family, delay));
            }
        });
        Self { port, family }
    }

    /// Begins a new family and returns its first token in a document.
    pub(crate) fn first_document(&self) -> String {
        let mut family = self.family.lock().unwrap();
        let started = family.started + 1;
        let first = format!("{started}.0");
        *family = Family {
            issued: vec![first.clone()],
            started,
            ..Family::default()
        };
        document(0, &first)
    }

    /// Every token of the family, and how often one came back that had been used.
    pub(crate) fn issued_and_reuses(&self) -> (Vec<String>, u32) {
        let family = self.family.lock().unwrap();
        (family.issued.clone(), family.reuses)
    }
}

fn answer(connection: &TcpStream, family: &Mutex<Family>, delay: Duration) {
    let mut token = String::new();
    if BufReader::new(connection).read_line(&mut token).is_err() {
        return;
    }
    thread::sleep(delay);
    let answer = redeem(token.trim_end(), &mut family.lock().unwrap());
    let _ = writeln!(&*connection, "{answer}"); // whoever asked may have been killed
}

fn redeem(token: &str, family: &mut Family) -> String {
    if !token.starts_with(&format!("{}.", family.started)) {
        return "invalid_grant".to_owned(); // from a process that was killed in an earlier round
    }
    if family.is_revoked || family.issued.last().is_none_or(|last| last != token) {
        family.is_revoked = true;
        family.reuses += 1;
        return "invalid_grant".to_owned();
    }
    let next = format!("{}.{}", family.started, family.issued.len());
    family.issued.push(next.clone());
    next
}

/// Asks the provider for the next token.
pub(crate) fn refresh(port: u16, token: &str) -> Result<String, String> {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    writeln!(connection, "{token}").unwrap();
    let mut answer = String::new();
    BufReader::new(connection).read_line(&mut answer).unwrap();
    match answer.trim_end() {
        "invalid_grant" => Err("invalid_grant".to_owned()),
        token => Ok(token.to_owned()),
    }
}

/// A document that shows whether it is whole.
pub(crate) fn document(round: u32, token: &str) -> String {
    format!("{round} {token} {}", format!("{token},").repeat(700))
}

pub(crate) fn round_of(document: &str) -> Option<u32> {
    document.split(' ').next()?.parse().ok()
}

/// The token, if the document is whole.
pub(crate) fn token_of(text: &str) -> Option<String> {
    let token = text.split(' ').nth(1)?;
    (document(round_of(text)?, token) == text).then(|| token.to_owned())
}
