//! Clients that others wrote log in to `tripod serve` through its pages, and call its API.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn requests_oauthlib_logs_in_by_oauth_1() {
    Server::start().python("requests_oauthlib_oauth1.py");
}

#[test]
fn requests_oauthlib_logs_in_by_oauth_2() {
    Server::start().python("requests_oauthlib_oauth2.py");
}

#[test]
fn authlib_logs_in_by_oauth_1() {
    Server::start().python("authlib_oauth1.py");
}

#[test]
fn authlib_logs_in_by_oauth_2() {
    Server::start().python("authlib_oauth2.py");
}

#[test]
fn openid_client_logs_in() {
    Server::start().node("openid_client.mjs");
}

#[test]
fn oauth4webapi_logs_in() {
    Server::start().node("oauth4webapi.mjs");
}

/// A server for development on SQLite, with a client more for each way to authenticate.
struct Server {
    process: Child,
    issuer: String,
    folder: TempDir,
    post_secret: String,
    jwt_secret: String,
}

impl Server {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        make_keys(folder.path());
        let at = |name: &str| {
            folder
                .path()
                .join(name)
                .into_os_string()
                .into_string()
                .unwrap()
        };
        let (public, jwks) = (at("public.pem"), at("jwks.json"));
        let add = |arguments: &[&str]| add_client(folder.path(), arguments);
        add(&[
            "--id",
            "rsa-consumer",
            "--oauth1",
            "--rsa-key",
            &public,
            "--scope",
            "read write",
            "--callback",
            "http://127.0.0.1/callback",
            "--signature-method",
            "RSA-SHA1",
            "--signature-method",
            "RSA-SHA256",
            "--signature-method",
            "RSA-SHA512",
        ]);
        let machine = [
            "--grant",
            "client_credentials",
            "--scope",
            "read",
            "--auth-method",
        ];
        let machine = |id, method, more: &[&str]| {
            add(&[&["--id", id][..], &machine, &[method], more].concat())
        };
        let post = machine("post-client", "client_secret_post", &[]);
        let jwt = machine("jwt-client", "client_secret_jwt", &[]);
        machine("key-client", "private_key_jwt", &["--jwks", &jwks]);
        let secret = |client: Value| client["client_secret"].as_str().unwrap().to_owned();
        let (process, issuer) = serve(folder.path());
        Self {
            process,
            issuer,
            post_secret: secret(post),
            jwt_secret: secret(jwt),
            folder,
        }
    }

    fn python(&self, script: &str) {
        let python = root().join(".venv/bin/python");
        assert!(python.exists(), "run tools/python-env first");
        self.run(Command::new(python), script);
    }

    fn node(&self, script: &str) {
        let modules = scripts().join("node_modules");
        assert!(modules.exists(), "run tools/node-env first");
        self.run(Command::new("node"), script);
    }

    fn run(&self, mut command: Command, script: &str) {
        let output = command
            .arg(scripts().join(script))
            .env("TRIPOD_PROVIDER", &self.issuer)
            .env("TRIPOD_RSA_KEY", self.folder.path().join("private.pem"))
            .env("TRIPOD_POST_SECRET", &self.post_secret)
            .env("TRIPOD_JWT_SECRET", &self.jwt_secret)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}:\n{told}\n{failed}");
        assert!(
            told.lines().any(|line| line.starts_with("ok ")),
            "{script} tried nothing"
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// Makes an RSA key in the forms that the clients and the command line read.
fn make_keys(folder: &Path) {
    let python = root().join(".venv/bin/python");
    let script = scripts().join("keys.py");
    let made = Command::new(python)
        .arg(script)
        .arg(folder)
        .status()
        .unwrap();
    assert!(made.success(), "the keys could not be made");
}

fn add_client(folder: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(cargo_bin("tripod"))
        .args(["provider", "client", "add", "--json", "--database"])
        .arg(folder.join("provider.db"))
        .args(arguments)
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {failed}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn serve(folder: &Path) -> (Child, String) {
    let mut process = Command::new(cargo_bin("tripod"))
        .args([
            "serve",
            "--dev",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--database",
        ])
        .arg(folder.join("provider.db"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(process.stdout.take().unwrap());
    told.read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    (process, told["issuer"].as_str().unwrap().to_owned())
}
