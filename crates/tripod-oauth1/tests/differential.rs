//! Signs ten thousand random requests by Tripod and by oauthlib, which share no code.
//!
//! Both must make the same base string and the same signature, and what oauthlib would send must be
//! accepted. What oauthlib does otherwise than the RFC says is kept out in `domain.rs`, each thing
//! beside its reason. It is run by `.venv/bin/python`, which `tools/python-env` makes, or by the
//! interpreter that `TRIPOD_PYTHON` names; without one the test passes and says so.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use http::{HeaderValue, Request};
use serde_json::Value;
use tripod_core::percent;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::origin::Origin;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::refusal::Refusal;
use tripod_oauth1::signature_method::{RsaPrivateKey, SignatureMethod, VerifyingKey};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

use domain::{Case, Chance};

#[path = "differential/domain.rs"]
mod domain;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const RSA_KEY: &str = "vectors/oauth1/keys/rsa-2048.pem";

#[test]
fn tripod_signs_as_oauthlib_does_and_accepts_what_it_signs() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => return say(&format!("differential: skipped: {reason}")),
    };
    let mut chance = Chance(5849);
    let mut cases = Vec::new();
    for _ in 0..10_000 {
        let method = chance.pick(&["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"]);
        cases.push(Case::draw(&mut chance, SignatureMethod::parse(method)));
    }
    for method in ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"] {
        let method = SignatureMethod::parse(method);
        cases.extend((0..100).map(|_| Case::draw(&mut chance, method.clone())));
    }
    let keys = Keys::read();
    let answers = oauthlib(&python, &cases);
    assert_eq!(answers.len(), cases.len());
    for (number, (case, answer)) in cases.iter().zip(&answers).enumerate() {
        if let Err(difference) = compare(case, answer, &keys) {
            panic!("case {number}: {difference}\n{case:#?}\noauthlib: {answer:#}");
        }
    }
}

/// Says how the two differ, or that they do not.
fn compare(case: &Case, answer: &Value, keys: &Keys) -> Result<(), String> {
    let theirs = |name: &str| answer[name].as_str();
    if let Some(error) = theirs("error") {
        return Err(format!("oauthlib refused: {error}"));
    }
    let request = request(case)?;
    let signer = signer(case, keys)?;
    let stamp = Stamp::with_nonce(Timestamp::from_unix(case.timestamp), &*case.nonce);
    let added = [
        ("oauth_callback", &case.callback),
        ("oauth_verifier", &case.verifier),
    ];
    let added: Vec<_> = added
        .iter()
        .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
        .collect();

    if let Some(theirs) = theirs("base_string") {
        let ours = signer
            .base_string(&request, &stamp, &added)
            .map_err(|error| error.to_string())?;
        equal("base string", &ours.to_string(), theirs)?;
    }
    let mut random = |octets: &mut [u8]| octets.fill(7);
    let signed = signer.sign_with(&request, &stamp, &added, &mut random);
    let mut ours = request;
    signed.map_err(|error| error.to_string())?.apply(&mut ours);
    let signature = sent_signature(&ours, case.placement)?;
    equal(
        "signature",
        &signature,
        theirs("signature").unwrap_or_default(),
    )?;

    accept(case, &sent(case, answer)?, keys)
}

fn equal(what: &str, ours: &str, theirs: &str) -> Result<(), String> {
    if ours == theirs {
        return Ok(());
    }
    Err(format!("{what}\n  ours:   {ours}\n  theirs: {theirs}"))
}

fn request(case: &Case) -> Result<Request<Vec<u8>>, String> {
    let body = case.body.clone().unwrap_or_default().into_bytes();
    let mut request = Request::builder().method(&*case.method).uri(&case.uri);
    for (name, value) in &case.headers {
        request = request.header(*name, value);
    }
    request.body(body).map_err(|error| error.to_string())
}

fn signer(case: &Case, keys: &Keys) -> Result<Signer, String> {
    let method = &case.signature_method;
    let signer = match keys.private.with_method(method.clone()) {
        Ok(key) => {
            let token = case.token.as_ref().map(|token| token.identifier.as_str());
            Ok(Signer::with_rsa(key, &case.client.identifier, token))
        }
        Err(_) => Signer::with_secrets(method, &case.client, case.token.as_ref()),
    };
    let signer = match &case.realm {
        Some(realm) => signer.and_then(|signer| signer.realm(realm)),
        None => signer,
    };
    let signer = signer.map_err(|error| error.to_string())?;
    let signer = signer
        .placement(case.placement)
        .dangerous_exposed_plaintext();
    Ok(if case.body_hash {
        signer.with_body_hash()
    } else {
        signer
    })
}

/// Finds the signature as it is sent.
fn sent_signature(request: &Request<Vec<u8>>, placement: Placement) -> Result<String, String> {
    let place = match placement {
        Placement::Body => request.body(),
        Placement::Query => request.uri().query().unwrap_or_default().as_bytes(),
        _ => request.headers()["authorization"].as_bytes(),
    };
    let place = String::from_utf8_lossy(place);
    let (_, value) = place.split_once("oauth_signature=").ok_or("no signature")?;
    let value = value.trim_matches('"');
    let octets = percent::decode(value).map_err(|error| error.to_string())?;
    String::from_utf8(octets.into_owned()).map_err(|error| error.to_string())
}

/// Puts together the request that oauthlib would send.
fn sent(case: &Case, answer: &Value) -> Result<Request<Vec<u8>>, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut request = Request::builder()
        .method(&*case.method)
        .uri(text(&answer["uri"]));
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let value = HeaderValue::try_from(text(value).into_bytes());
        request = request.header(name, value.map_err(|error| error.to_string())?);
    }
    request
        .body(text(&answer["body"]).into_bytes())
        .map_err(|error| error.to_string())
}

/// Says why the request is not accepted, or why it is where it should not be.
fn accept(case: &Case, request: &Request<Vec<u8>>, keys: &Keys) -> Result<(), String> {
    let refused = |refusal: Refusal| format!("refused what oauthlib signed: {refusal}");
    let signed = SignedRequest::parse(request).map_err(refused)?;
    let methods = [case.signature_method.clone()];
    let client = Client::new(&methods).with_keys(&keys.public);
    let token_secret = case.token.as_ref().map(|token| &token.secret);
    let verifier = Verifier::new(origin(request)?).dangerous_exposed_plaintext();
    let now = Timestamp::from_unix(case.timestamp);
    let verify = |secret| {
        verifier.verify(
            &signed,
            Some(&client.with_secret(secret)),
            token_secret,
            now,
        )
    };

    let authentic = verify(&case.client.secret).map_err(refused)?;
    let accepted = authentic.accept(|_| Claimed::First).map_err(refused)?;
    equal(
        "consumer key",
        accepted.consumer_key(),
        &case.client.identifier,
    )?;
    let token = case.token.as_ref().map(|token| token.identifier.as_str());
    equal(
        "token",
        accepted.token().unwrap_or_default(),
        token.unwrap_or_default(),
    )?;
    let read = |name| accepted.parameter(name).unwrap_or_default();
    equal(
        "callback",
        &read("oauth_callback"),
        case.callback.as_deref().unwrap_or_default(),
    )?;
    equal(
        "verifier",
        &read("oauth_verifier"),
        case.verifier.as_deref().unwrap_or_default(),
    )?;
    equal(
        "realm",
        &accepted.realm().unwrap_or_default(),
        case.realm.as_deref().unwrap_or_default(),
    )?;

    let another = Secret::new(format!("{}x", case.client.secret.expose()));
    match verify(&another) {
        Err(Refusal::SignatureInvalid) => Ok(()),
        Ok(_) if case.signature_method.as_str().starts_with("RSA") => Ok(()),
        other => Err(format!("with another secret: {other:?}")),
    }
}

/// A provider knows what it is called; here it is called what the client calls it.
fn origin(request: &Request<Vec<u8>>) -> Result<Origin, String> {
    let uri = request.uri();
    let host = match request.headers().get("host") {
        Some(host) => host.to_str().map_err(|error| error.to_string())?,
        None => uri.authority().map_or("", |authority| authority.as_str()),
    };
    let origin = format!("{}://{host}", uri.scheme_str().unwrap_or_default());
    origin.parse().map_err(|error| format!("{origin}: {error}"))
}

/// The two halves of one RSA key; shared secrets differ from case to case.
struct Keys {
    private: RsaPrivateKey,
    public: Vec<Arc<dyn VerifyingKey>>,
}

impl Keys {
    fn read() -> Self {
        let pem =
            std::fs::read_to_string(Path::new(ROOT).join(RSA_KEY)).expect("a key in vectors/");
        let private = RsaPrivateKey::from_pem(&Secret::new(pem)).expect("an RSA key");
        let public_key = private.public_key();
        let keys = SignatureMethod::KNOWN
            .into_iter()
            .filter_map(|method| public_key.with_method(method).ok());
        let public = keys
            .map(|key| Arc::new(key) as Arc<dyn VerifyingKey>)
            .collect();
        Self { private, public }
    }
}

/// Has one process of oauthlib sign all the requests.
fn oauthlib(python: &Path, cases: &[Case]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/sign.py");
    let mut command = Command::new(python);
    command
        .args([script, RSA_KEY])
        .current_dir(ROOT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = command.spawn().expect("an interpreter that ran before");
    let lines: String = cases
        .iter()
        .map(|case| format!("{}\n", case.to_json()))
        .collect();
    let mut requests = process.stdin.take().expect("a pipe");
    // A thread of its own: both pipes are shorter than what goes through them.
    let writer = std::thread::spawn(move || requests.write_all(lines.as_bytes()));
    let answers = process.stdout.take().map(read_answers).unwrap_or_default();
    finish(process);
    writer
        .join()
        .expect("no panic")
        .expect("oauthlib reads all requests");
    answers
}

fn read_answers(answers: ChildStdout) -> Vec<Value> {
    let lines = BufReader::new(answers).lines();
    lines
        .map(|line| serde_json::from_str(&line.expect("text")).expect("JSON"))
        .collect()
}

fn finish(mut process: Child) {
    let status = process.wait().expect("the process ends");
    assert!(status.success(), "sign.py ended with {status}");
}

/// Finds an interpreter that has oauthlib, or says why there is none.
#[expect(
    clippy::disallowed_methods,
    reason = "which interpreter is a matter of the machine"
)]
fn python() -> Result<PathBuf, String> {
    let named = std::env::var("TRIPOD_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|_| Path::new(ROOT).join(".venv/bin/python"));
    let mut command = Command::new(&python);
    // What RSA needs is imported late: by name here, so that it is missed before the first case.
    let probe = command
        .args(["-c", "import oauthlib, jwt, cryptography"])
        .output();
    let output = probe.map_err(|error| {
        format!(
            "cannot run {}: {error}; tools/python-env makes it",
            python.display()
        )
    })?;
    if output.status.success() {
        return Ok(python);
    }
    let error = String::from_utf8_lossy(&output.stderr);
    let error = error.trim().lines().last().unwrap_or_default();
    Err(format!(
        "{}: {error}; tools/python-env installs it",
        python.display()
    ))
}

/// Writes to the terminal itself: what a test prints is shown only if it fails.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
