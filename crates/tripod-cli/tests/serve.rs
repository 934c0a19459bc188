//! `tripod serve` and `tripod provider`, run as programs.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an unwrap that fails is a test that fails; programs are waited for in real time"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

#[path = "serve/administration.rs"]
mod administration;
#[path = "serve/running.rs"]
mod running;

use running::{Running, tripod};

const BASIC: &str = "Authorization: Basic ZGV2LWNsaWVudDpkZXYtY2xpZW50LXNlY3JldA==\r\n";
const GRANT: &str = "grant_type=client_credentials&scope=read";

fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs what must not start: one sentence on standard error, nothing on standard output.
fn refusal(home: &Path, arguments: &[&str]) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = tripod(home).arg("serve").args(arguments).output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(String::from_utf8_lossy(&stdout), "", "{said}");
    let said = said.strip_prefix("error: ").unwrap().trim_end().to_owned();
    (status.code().unwrap(), said)
}

#[track_caller]
fn refused(home: &Path, arguments: &[&str], code: i32, due: &str) {
    let (status, said) = refusal(home, arguments);
    assert!(said.contains(due), "{arguments:?}: {said}");
    assert_eq!(status, code, "{said}");
}

#[test]
fn a_newcomer_has_a_token_at_once() {
    let home = home();
    let running = Running::begin(home.path(), &["--dev"]);
    let said = &running.said;
    assert_eq!(said["issuer"], format!("http://{}", running.address()));
    assert_eq!(said["dev"]["client_id"], "dev-client");
    assert_eq!(said["dev"]["password"], "alice-password");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(running.get(path).status, 200);
    }
    let answer = running.post("/oauth2/token", BASIC, GRANT);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["scope"], "read");
    // Nothing is left behind of what is in memory.
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn people_are_shown_commands_that_work() {
    let home = home();
    let mut child = tripod(home.path())
        .args(["serve", "--dev", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut read = Vec::new();
    let mut stdout = child.stdout.take().unwrap();
    while !read.ends_with(b"ends it.\n") {
        let mut octet = [0];
        assert_eq!(stdout.read(&mut octet).unwrap(), 1);
        read.push(octet[0]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let text = String::from_utf8(read).unwrap();
    for part in [
        "alice / alice-password",
        "dev-consumer / dev-consumer-secret",
        "curl -u dev-client:dev-client-secret",
        "/oauth2/device_authorization",
        "tripod sign POST http://127.0.0.1:",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn what_everybody_knows_is_for_this_machine() {
    let home = home();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let arguments = ["--dev", "--listen", listen];
        refused(home.path(), &arguments, 2, "this machine alone");
    }
    let pair = ["--tls-cert", "a", "--tls-key", "b"];
    let arguments = [&["--dev", "--listen", "0.0.0.0:0"][..], &pair].concat();
    refused(home.path(), &arguments, 2, "this machine alone");
    for arguments in [
        &["--auto-approve", "alice"][..],
        &["--tls-self-signed"],
        &["--dev", "--behind-proxy"],
        &["--tls-cert", "a"],
    ] {
        let (status, _) = refusal(home.path(), arguments);
        assert_eq!(status, 2, "{arguments:?}");
    }
}

#[test]
fn nobody_is_served_in_clear_from_elsewhere() {
    let home = home();
    let open = ["--listen", "0.0.0.0:0"];
    let issuer = ["--issuer", "https://id.example"];
    refused(home.path(), &open, 2, "without TLS");
    let both = [&open[..], &issuer].concat();
    refused(home.path(), &both, 2, "without TLS");
    refused(home.path(), &issuer, 2, "nobody speaks TLS");
    let proxy = [&open[..], &["--behind-proxy"]].concat();
    refused(home.path(), &proxy, 2, "--issuer https://");
    let clear = ["--behind-proxy", "--issuer", "http://id.example"];
    refused(home.path(), &clear, 2, "cannot be the issuer");
    let query = ["--issuer", "https://id.example/?a=b", "--behind-proxy"];
    refused(home.path(), &query, 2, "cannot be the issuer");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn a_port_in_use_is_named() {
    let home = home();
    let running = Running::begin(home.path(), &["--dev"]);
    let arguments = ["--dev", "--listen", running.address()];
    refused(home.path(), &arguments, 5, "take another port");
}

#[test]
fn a_configuration_is_read_whole_or_not_at_all() {
    let home = home();
    let file = home.path().join("provider.toml");
    let arguments = ["--dev", "--config", file.to_str().unwrap()];
    refused(home.path(), &arguments, 2, "cannot read");
    fs::write(&file, "isuer = \"https://id.example\"").unwrap();
    refused(home.path(), &arguments, 2, "did you mean `issuer`?");
    fs::write(&file, "[lifetimes]\nauthorization_code = \"1h\"").unwrap();
    refused(home.path(), &arguments, 2, "is 1s to 10m");
    fs::write(&file, "[oauth1]\nenabled = false").unwrap();
    let running = Running::begin(home.path(), &arguments);
    assert_eq!(running.post("/oauth1/request_token", "", "").status, 404);
}

#[test]
fn certificates_that_cannot_be_used_are_named() {
    let home = home();
    let file = home.path().join("none.pem");
    let file = file.to_str().unwrap();
    let issuer = ["--issuer", "https://id.example"];
    let pair = ["--tls-cert", file, "--tls-key", file];
    let arguments = [&issuer[..], &pair, &["--listen", "127.0.0.1:0"]].concat();
    refused(home.path(), &arguments, 2, "none.pem");
    fs::write(file, "no certificate").unwrap();
    refused(home.path(), &arguments, 2, "holds no certificate in PEM");
    let clear = [&pair[..], &["--issuer", "http://127.0.0.1"]].concat();
    refused(home.path(), &clear, 2, "write `https`");
}

#[test]
fn a_certificate_is_made_up_for_development() {
    let home = home();
    let running = Running::begin(home.path(), &["--dev", "--tls-self-signed"]);
    let issuer = running.said["issuer"].as_str().unwrap();
    assert!(issuer.starts_with("https://127.0.0.1:"), "{issuer}");
    let certificate = running.said["certificate"].as_str().unwrap();
    let pem = fs::read_to_string(certificate).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(!pem.contains("PRIVATE KEY"));
    // In clear there is nothing to be heard.
    let mut stream = running.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[test]
fn production_begins_with_nobody() {
    let home = home();
    let running = Running::begin(home.path(), &[]);
    assert!(running.said.get("dev").is_none());
    assert_eq!(running.post("/oauth2/token", BASIC, GRANT).status, 401);
    let key = home.path().join("tripod/provider.key");
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let folder = fs::metadata(home.path().join("tripod")).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
}

#[test]
fn the_key_and_the_database_belong_together() {
    let home = home();
    let arguments = ["--listen", "127.0.0.1:0"];
    drop(Running::begin(home.path(), &[]));
    let key = home.path().join("tripod/provider.key");
    let kept = fs::read(&key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    refused(home.path(), &arguments, 6, "chmod 600");
    fs::remove_file(&key).unwrap();
    refused(home.path(), &arguments, 1, "restore it");
    assert!(!key.exists(), "no other key is made in its place");
    let other = home.path().join("other.key");
    let others = home.path().join("other.db");
    drop(Running::begin(
        home.path(),
        &["--database", others.to_str().unwrap()],
    ));
    let with_other = [&arguments[..], &["--key-file", other.to_str().unwrap()]].concat();
    refused(home.path(), &with_other, 6, "is not the one");
    fs::write(&key, "sentinel").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let (status, said) = refusal(home.path(), &arguments);
    assert_eq!(status, 1, "{said}");
    assert!(
        said.contains("no key file") && !said.contains("sentinel"),
        "{said}"
    );
    fs::write(&key, kept).unwrap();
    drop(Running::begin(home.path(), &[]));
}

#[test]
fn a_database_that_is_none_is_refused() {
    let home = home();
    let file = home.path().join("none.db");
    fs::write(&file, "this is no database, and was never one").unwrap();
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--database",
        file.to_str().unwrap(),
    ];
    refused(home.path(), &arguments, 1, "cannot open the database");
    let arguments = ["--listen", "127.0.0.1:0", "--database", "mysql://a/b"];
    refused(home.path(), &arguments, 2, "is no storage");
}

#[test]
fn it_ends_in_good_order() {
    for signal in ["TERM", "INT"] {
        let home = home();
        let running = Running::begin(home.path(), &["--dev"]);
        let mut idle = running.connect();
        assert_eq!(running.get("/healthz").status, 200);
        running.signal(signal);
        let (status, log) = running.ended();
        assert!(status.success(), "{signal}: {log}");
        let mut rest = String::new();
        idle.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[test]
fn what_was_answered_survives_a_kill() {
    let home = home();
    let database = home.path().join("dev.db");
    let arguments = ["--dev", "--database", database.to_str().unwrap()];
    let running = Running::begin(home.path(), &arguments);
    let answer = running.post("/oauth2/token", BASIC, GRANT);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    running.signal("KILL");
    running.ended();
    let running = Running::begin(home.path(), &arguments);
    let form = format!("token={token}");
    let answer = running.post("/oauth2/introspect", BASIC, &form);
    assert_eq!(answer.json()["active"], true, "{}", answer.body);
}

#[test]
fn the_log_holds_no_secret() {
    let home = home();
    let arguments = ["--dev", "--log-format", "json", "--log-level", "debug"];
    let running = Running::begin(home.path(), &arguments);
    let authorization = [
        "Authorization: Bearer sentinel\r\n",
        "Authorization: Basic c2VudGluZWw6c2VudGluZWw=\r\n",
        "Authorization: OAuth oauth_consumer_key=\"sentinel\", oauth_signature=\"sentinel\"\r\n",
        "Cookie: session=sentinel\r\n",
        "DPoP: sentinel.sentinel.sentinel\r\n",
    ];
    let form = "client_id=sentinel&client_secret=sentinel&code=sentinel&refresh_token=sentinel\
                &grant_type=authorization_code&code_verifier=sentinel&token=sentinel\
                &username=sentinel&password=sentinel&user_code=sentinel";
    for path in [
        "/oauth2/token",
        "/oauth2/authorize?code_challenge=sentinel&state=sentinel",
        "/oauth2/introspect",
        "/oauth2/revoke",
        "/oauth2/register",
        "/oauth2/userinfo?access_token=sentinel",
        "/oauth1/request_token?oauth_signature=sentinel",
        "/oauth1/authorize?oauth_token=sentinel",
        "/api/me?access_token=sentinel",
        "/device?user_code=sentinel",
        "/nowhere?sentinel",
    ] {
        for fields in authorization {
            assert!(running.post(path, fields, form).status < 500, "{path}");
        }
        assert!(running.get(path).status < 500, "{path}");
    }
    let metrics = running.get("/metrics").body;
    assert!(!metrics.contains("sentinel"), "{metrics}");
    running.signal("TERM");
    let (_, log) = running.ended();
    assert!(!log.contains("sentinel"), "{log}");
    assert!(!log.contains("c2VudGluZWw"), "{log}");
    let mut answered = 0;
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        answered += usize::from(event["message"] == "answered");
    }
    assert!(answered > 60, "{log}");
}

#[test]
fn what_is_done_is_counted() {
    let home = home();
    let running = Running::begin(home.path(), &["--dev"]);
    running.post("/oauth2/token", BASIC, GRANT);
    running.post("/oauth2/token", BASIC, "grant_type=nonsense");
    let answer = running.get("/metrics");
    assert!(
        answer.head.contains("application/openmetrics-text"),
        "{}",
        answer.head
    );
    for line in [
        r#"tripod_tokens_issued_total{grant="client_credentials"} 1"#,
        r#"tripod_refusals_total{route="/oauth2/token",error="unsupported_grant_type"} 1"#,
        r#"tripod_requests_total{method="POST",route="/oauth2/token",status="200"} 1"#,
        "tripod_connections ",
    ] {
        assert!(
            answer.body.contains(line),
            "{line} is not in {}",
            answer.body
        );
    }
}
