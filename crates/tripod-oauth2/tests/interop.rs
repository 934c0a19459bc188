//! What Authlib and joserfc make is read, and what is made here is read by them.
//!
//! Needs a Python with both: the one that `TRIPOD_PYTHON` names, or `.venv/bin/python` at the root
//! of the workspace. Without one the tests say so and pass.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{self, AccessToken};
use tripod_oauth2::client_assertion::{self, Assertion};
use tripod_oauth2::confirmation::{Confirmation, Presented};
use tripod_oauth2::dpop::Proof;
use tripod_oauth2::dpop::nonce::Nonce;
use tripod_oauth2::dpop::received::{self, ExpectedNonce, Received, Request};
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::id_token::rules::{Companion, ExpectedNonce as IdNonce, Rules};
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::signing_key::SigningKey;
use tripod_oauth2::jose::verifying_key::VerifyingKey;
use tripod_oauth2::jwk::Jwk;
use tripod_oauth2::scope::Scope;

const ISSUER: &str = "https://as.example";
const API: &str = "https://api.example";
const ACCESS_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const NONCE: &str = "n-0S6_WzA2Mj";

#[test]
fn what_authlib_and_joserfc_make_is_read() {
    let Some(made) = made_by_peer() else { return };
    let now = now(&made);
    for item in made["made"].as_array().unwrap() {
        let (algorithm, jwk) = algorithm_and_key(item);
        let keys = KeySet::from(VerifyingKey::from_jwk(algorithm, &jwk).unwrap());
        let thumbprint = text(item, "thumbprint");
        assert_eq!(jwk.thumbprint(), thumbprint);
        read_assertion(item, &keys, now);
        read_access_token(item, &keys, now);
        read_id_token(item, &keys, now);
        if !algorithm.is_symmetric() {
            read_proof(item, now);
        }
    }
}

fn read_assertion(item: &Value, keys: &KeySet, now: Timestamp) {
    let received = client_assertion::Received::parse(text(item, "assertion")).unwrap();
    assert_eq!(received.claimed_subject(), "client");
    let rules = client_assertion::Rules::new([ISSUER, "https://as.example/oauth2/token"]);
    received.verify_client("client", keys, &rules, now).unwrap();
}

fn read_access_token(item: &Value, keys: &KeySet, now: Timestamp) {
    let (token, rules) = (
        secret(item, "access_token"),
        access_token::Rules::new(ISSUER, [API]),
    );
    let presented = Presented::with_key(text(item, "thumbprint"));
    let token = AccessToken::verify(&token, keys, &rules, &presented, now).unwrap();
    assert_eq!(
        (token.subject.as_str(), token.client_id.as_str()),
        ("alice", "client")
    );
    assert_eq!(token.authentication_class.as_deref(), Some("gold"));
    assert_eq!(token.scope.unwrap().to_string(), "read write");
}

fn read_id_token(item: &Value, keys: &KeySet, now: Timestamp) {
    let (access_token, code) = (Secret::from(ACCESS_TOKEN), Secret::from(CODE));
    let mut rules = Rules::new(ISSUER, "client");
    rules.nonce = IdNonce::Sent(NONCE);
    rules.access_token = Companion::FrontChannel(&access_token);
    rules.code = Companion::FrontChannel(&code);
    rules.authentication_classes = &["gold"];
    rules.max_age = Some(Duration::from_secs(60));
    let token = rules.verify(&secret(item, "id_token"), keys, now).unwrap();
    assert_eq!(token.others.text("name"), Ok("Alice"));
    assert_eq!(token.authentication_methods, ["pwd"]);
}

fn read_proof(item: &Value, now: Timestamp) {
    let (access_token, nonce) = (Secret::from(ACCESS_TOKEN), nonce());
    let mut request = Request::new("GET", "https://api.example/me?page=2");
    request.access_token = Some(&access_token);
    request.thumbprint = Some(text(item, "thumbprint"));
    request.nonce = ExpectedNonce::Exactly(&nonce);
    let received = Received::parse([text(item, "proof")]).unwrap();
    received
        .verify(&request, &received::Rules::default(), now)
        .unwrap();
}

#[test]
fn what_is_made_here_is_read_by_authlib_and_joserfc() {
    let Some(made) = made_by_peer() else { return };
    let now = now(&made);
    let items: Vec<_> = made["made"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| make(item, now))
        .collect();
    run("read", Value::from(items).to_string().as_bytes());
}

/// Makes one token of each kind with a key that joserfc made.
fn make(item: &Value, now: Timestamp) -> Value {
    let (algorithm, jwk) = algorithm_and_key(item);
    let key = SigningKey::from_jwk(algorithm, &jwk).unwrap();
    let (access_token, code) = (Secret::from(ACCESS_TOKEN), Secret::from(CODE));
    let minute = Duration::from_secs(60);
    let mut random = |bytes: &mut [u8]| bytes.fill(7);

    let assertion = Assertion::for_client("client", ISSUER, now, &mut random);
    let mut token = AccessToken::new(ISSUER, API, "alice", "client", now, minute, &mut random);
    token.scope = Some(Scope::parse("read write").unwrap());
    token.confirmation = Some(Confirmation::to_key(jwk.thumbprint()));
    let mut id_token = IdToken::new(ISSUER, "alice", "client", now, minute)
        .with_access_token(&access_token, &key)
        .with_code(&code, &key);
    id_token.nonce = Some(NONCE.to_owned());
    let proof = Proof::new("GET", "https://API.example:443/me?page=2", now, &mut random)
        .unwrap()
        .for_token(&access_token)
        .with_nonce(&nonce())
        .encode(&key);

    let shown = |secret: &Secret| secret.expose().to_owned();
    json!({
        "algorithm": algorithm.as_str(),
        "key": item["key"],
        "thumbprint": jwk.thumbprint(),
        "assertion": shown(&assertion.encode(&key).unwrap()),
        "access_token": shown(&token.encode(&key).unwrap()),
        "id_token": shown(&id_token.encode(&key).unwrap()),
        "proof": proof.ok().as_ref().map(shown),
    })
}

fn algorithm_and_key(item: &Value) -> (Algorithm, Jwk) {
    let algorithm = Algorithm::parse(text(item, "algorithm")).unwrap();
    (
        algorithm,
        Jwk::parse(item["key"].to_string().as_bytes()).unwrap(),
    )
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name].as_str().unwrap()
}

fn secret(item: &Value, name: &str) -> Secret {
    text(item, name).into()
}

fn nonce() -> Nonce {
    Nonce::parse([NONCE]).unwrap().unwrap()
}

fn now(made: &Value) -> Timestamp {
    Timestamp::from_unix(made["now"].as_i64().unwrap())
}

fn made_by_peer() -> Option<Value> {
    let made = run("make", b"")?;
    Some(serde_json::from_slice(&made).unwrap())
}

/// Runs the peer; nothing where there is no Python with both libraries.
fn run(verb: &str, input: &[u8]) -> Option<Vec<u8>> {
    let python = python()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/peer.py");
    let mut peer = Command::new(python)
        .arg(script)
        .arg(verb)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    peer.stdin.take().unwrap().write_all(input).unwrap();
    let output = peer.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{verb}: {errors}");
    Some(output.stdout)
}

fn python() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test says by it where its peer is"
    )]
    let named = std::env::var("TRIPOD_PYTHON").ok().map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let python = named.unwrap_or(root);
    let has_both = Command::new(&python)
        .args(["-c", "import authlib, joserfc"])
        .stderr(Stdio::null())
        .status();
    if has_both.is_ok_and(|status| status.success()) {
        return Some(python);
    }
    eprintln!(
        "SKIPPED: {} is no Python with Authlib and joserfc; name one in TRIPOD_PYTHON",
        python.display()
    );
    None
}
