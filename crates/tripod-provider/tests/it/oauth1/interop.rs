//! Consumers that nobody here wrote, over a socket: requests-oauthlib and Authlib.
//!
//! They are run by `.venv/bin/python`, which `tools/python-env` makes, or by the interpreter that
//! `TRIPOD_PYTHON` names; without one the test passes and says so.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tripod_oauth2::metadata::Issuer;
use tripod_provider::edge::Edge;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::storage::Memory;
use tripod_provider::store::Changes;

use super::*;

const PEER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/oauth1/interop/peer.py"
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_oauthlib_and_authlib_walk_the_three_legs() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => {
            // To the terminal itself: what a test prints is shown only if it fails.
            let _ = writeln!(std::io::stderr(), "oauth1 interop: skipped: {reason}");
            return;
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let provider = provider(&base).await;
    let router = provider.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let mut peer = Command::new(python)
        .args([PEER, &base, RSA_KEY])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = peer.stdin.take().unwrap();
    let mut walked = None;
    for line in BufReader::new(peer.stdout.take().unwrap()).lines() {
        let said: Value = serde_json::from_str(&line.unwrap()).unwrap();
        walked = said["walked"].as_u64();
        if let Some(token) = said["authorize"].as_str() {
            let callback = decide(&provider, token).await;
            writeln!(answers, "{}", json!({ "callback": callback })).unwrap();
        }
    }
    assert!(peer.wait().unwrap().success());
    assert_eq!(walked, Some(27));
    server.abort();
}

/// A provider by the clock and the chance of the system, since its peers have those too.
async fn provider(base: &str) -> Provider {
    let mut config = crate::fixture::config();
    let issuer = Issuer::parse(base).unwrap();
    config.origin = tripod_provider::config::Config::new(issuer.clone()).origin;
    config.issuer = issuer;
    let edge = Edge::system();
    let sealer = Sealer::new(&Sealer::generate_key(&mut edge.clone())).unwrap();
    let provider = Provider::new(config, Arc::new(Memory::new()), sealer, edge);
    let client = consumer(&provider, KEY);
    let alice = crate::fixture::user(ALICE, "alice");
    let changes = Changes::new()
        .insert(Client::handle(KEY), &client)
        .insert(tripod_provider::artefact::User::handle("alice"), &alice);
    provider.store().apply(changes).await.unwrap().unwrap();
    provider
}

/// Has alice allow what is asked for, and returns where her browser is sent.
async fn decide(provider: &Provider, token: &str) -> String {
    let undecided = Undecided::load(provider, token).await.unwrap();
    let alice = Authentication::new(ALICE, provider.now());
    let (changes, outcome) = undecided.approve(provider, alice, undecided.scope());
    provider.store().apply(changes).await.unwrap().unwrap();
    match outcome {
        Outcome::Redirect(uri) => uri.expose().to_owned(),
        outcome => panic!("{outcome:?}"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the interpreter is, the environment says"
)]
fn python() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var("TRIPOD_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|_| root.join(".venv/bin/python"));
    let probe = Command::new(&python)
        .args(["-c", "import requests_oauthlib, authlib, jwt, cryptography"])
        .output();
    match probe {
        Ok(output) if output.status.success() => Ok(python),
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr);
            let error = error.trim().lines().last().unwrap_or_default().to_owned();
            Err(format!("{error}; tools/python-env installs it"))
        }
        Err(error) => Err(format!("{error}; tools/python-env makes .venv")),
    }
}
