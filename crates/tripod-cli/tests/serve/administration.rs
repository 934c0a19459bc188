//! `tripod provider`, with and without a server that runs on the same database.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::home;
use crate::running::{Running, tripod};

/// Runs a command, with something on standard input, and returns its code and what it said.
fn run(home: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = tripod(home)
        .arg("provider")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8(text).unwrap());
    (status.code().unwrap(), stdout, stderr)
}

#[track_caller]
fn done(home: &Path, arguments: &[&str], input: &str) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    let (code, stdout, stderr) = run(home, &arguments, input);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&stdout).unwrap()
}

#[track_caller]
fn refused(home: &Path, arguments: &[&str], input: &str, due: &str) {
    let (code, stdout, stderr) = run(home, arguments, input);
    assert!(stderr.contains(due), "{arguments:?}: {stderr}");
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
}

fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    let pair = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    format!("Authorization: Basic {pair}\r\n")
}

const JOB: [&str; 9] = [
    "client",
    "add",
    "--id",
    "job",
    "--grant",
    "client_credentials",
    "--scope",
    "read",
    "--introspects",
];
const GRANT: &str = "grant_type=client_credentials";

fn config(home: &Path) -> String {
    let file = home.join("provider.toml");
    std::fs::write(
        &file,
        "default_scope = \"read\"\n[scopes]\nread = \"Read\"\n",
    )
    .unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_running_server_knows_a_new_client_at_once() {
    let home = home();
    let config = config(home.path());
    let running = Running::begin(home.path(), &["--config", &config]);
    let added = done(home.path(), &JOB, "");
    let first = added["client_secret"].as_str().unwrap();
    assert_eq!(first.len(), 43);
    let token = |secret: &str| running.post("/oauth2/token", &basic("job", secret), GRANT);
    let answer = token(first);
    assert_eq!(answer.status, 200, "{}", answer.body);

    // With an overlap both secrets are good, without it the new one alone.
    let rotate = ["client", "rotate-secret", "job"];
    let overlap = [&rotate[..], &["--overlap", "1h"]].concat();
    let second = done(home.path(), &overlap, "")["client_secret"].clone();
    let second = second.as_str().unwrap();
    assert_eq!((token(first).status, token(second).status), (200, 200));
    let third = done(home.path(), &rotate, "")["client_secret"].clone();
    let third = third.as_str().unwrap();
    assert_eq!(
        [first, second, third].map(|secret| token(secret).status),
        [401, 401, 200]
    );

    let tokens = done(home.path(), &["token", "list", "--client", "job"], "");
    assert!(tokens.as_array().unwrap().len() >= 4, "{tokens}");
    let access = token(third).json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let is_active = || {
        let form = format!("token={access}");
        running
            .post("/oauth2/introspect", &basic("job", third), &form)
            .json()["active"]
            == true
    };
    assert!(is_active());
    done(
        home.path(),
        &["token", "revoke", "--token-file", "-"],
        &access,
    );
    assert!(!is_active());

    done(home.path(), &["client", "remove", "job"], "");
    assert_eq!(token(third).status, 401);
    let left = done(home.path(), &["token", "list"], "");
    assert_eq!(left.as_array().unwrap().len(), 0, "{left}");
    let names: Vec<_> = done(home.path(), &["audit", "--client", "job"], "")
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "client_removed",
            "token_revoked",
            "client_changed",
            "client_changed",
            "client_registered"
        ]
    );
}

#[test]
fn no_secret_is_shown_twice() {
    let home = home();
    let added = done(home.path(), &JOB, "");
    let secret = added["client_secret"].as_str().unwrap();
    for arguments in [
        &["client", "list"][..],
        &["client", "show", "job"],
        &["audit"],
        &["key", "list"],
    ] {
        let shown = done(home.path(), arguments, "").to_string();
        assert!(!shown.contains(secret), "{shown}");
    }
    let database = std::fs::read(home.path().join("tripod/provider.db")).unwrap();
    let holds = |part: &str| {
        database
            .windows(part.len())
            .any(|octets| octets == part.as_bytes())
    };
    assert!(!holds(secret));
}

#[test]
fn clients_that_cannot_be_are_refused() {
    let home = home();
    done(home.path(), &JOB, "");
    refused(home.path(), &JOB, "", "there is a client `job` already");
    for (arguments, due) in [
        (&["--name", "a"][..], "redirect_uris"),
        (
            &["--redirect-uri", "http://client.example/a"],
            "the client cannot be so",
        ),
        (
            &["--redirect-uri", "javascript:alert(1)"],
            "the client cannot be so",
        ),
        (&["--grant", "implicit"], "there is no grant `implicit`"),
        (
            &["--id", "a b", "--grant", "client_credentials"],
            "no space",
        ),
        (&["--oauth1"], "--callback"),
        (&["--oauth1", "--callback", "here"], "absolute URI"),
        (
            &["--oauth1", "--oob", "--signature-method", "RSA-SHA1"],
            "--rsa-key",
        ),
        (
            &["--oauth1", "--oob", "--signature-method", "MD5"],
            "there are HMAC-SHA1",
        ),
        (&["--callback", "https://a.example/"], "--oauth1"),
        (
            &[
                "--auth-method",
                "private_key_jwt",
                "--grant",
                "client_credentials",
            ],
            "needs its public keys",
        ),
        (
            &["--scope", "\"", "--grant", "client_credentials"],
            "the client cannot be so",
        ),
    ] {
        let arguments = [&["client", "add"], arguments].concat();
        refused(home.path(), &arguments, "", due);
    }
    let short = [
        &JOB[..2],
        &["--grant", "client_credentials", "--client-secret-file", "-"],
    ];
    refused(
        home.path(),
        &short.concat(),
        "short\n",
        "at least 16 characters",
    );
    refused(home.path(), &["token", "revoke"], "", "say which");
    refused(
        home.path(),
        &["token", "revoke", "nothing"],
        "",
        "there is no token",
    );
    for command in ["show", "remove", "rotate-secret"] {
        let arguments = ["client", command, "nobody"];
        refused(home.path(), &arguments, "", "there is no client `nobody`");
    }
}

#[test]
fn a_consumer_may_do_what_was_said() {
    let home = home();
    let arguments = [
        "client",
        "add",
        "--id",
        "printer",
        "--oauth1",
        "--callback",
        "https://printer.example/ready",
        "--sessions",
    ];
    let added = done(home.path(), &arguments, "");
    assert_eq!(added["protocol"], "OAuth 1");
    assert_eq!(added["oauth1"]["sessions"], true);
    assert_eq!(added["oauth1"]["out_of_band"], false);
    let methods = serde_json::json!(["HMAC-SHA1", "HMAC-SHA256"]);
    assert_eq!(added["oauth1"]["signature_methods"], methods);
    assert_eq!(added["client_secret"].as_str().unwrap().len(), 43);
}

#[test]
fn people_are_added_and_kept_out() {
    let home = home();
    let add = [
        "user",
        "add",
        "bob",
        "--name",
        "Bob",
        "--password-file",
        "-",
    ];
    let added = done(home.path(), &add, "bob's password\n");
    assert_eq!(added["state"], "active");
    refused(
        home.path(),
        &add,
        "bob's password\n",
        "there is a user `bob` already",
    );
    let short = ["user", "add", "eve", "--password-file", "-"];
    refused(home.path(), &short, "short\n", "at least 8 characters");
    refused(
        home.path(),
        &["user", "add", "eve"],
        "",
        "nobody can be asked",
    );
    refused(
        home.path(),
        &["user", "disable", "eve"],
        "",
        "there is no user `eve`",
    );
    let disabled = done(home.path(), &["user", "disable", "bob"], "");
    assert_eq!(disabled["state"], "disabled");
    assert_eq!(
        done(home.path(), &["user", "enable", "bob"], "")["state"],
        "active"
    );
    let set = ["user", "set-password", "bob", "--password-file", "-"];
    done(home.path(), &set, "another password");
    let listed = done(home.path(), &["user", "list"], "");
    assert_eq!(listed[0]["username"], "bob");
    assert!(!listed.to_string().contains("argon2"));
    let trail = done(home.path(), &["audit", "--user", "bob"], "");
    assert_eq!(trail[0]["event"], "user_password_set");
    assert_eq!(trail.as_array().unwrap().len(), 4);
}

#[test]
fn keys_rotate_and_stay_published() {
    let home = home();
    let running = Running::begin(home.path(), &[]);
    let before = done(home.path(), &["key", "list"], "");
    done(home.path(), &["key", "rotate", "--algorithm", "ES256"], "");
    let after = done(home.path(), &["key", "list"], "");
    let current = |keys: &Value, alg: &str| {
        let mut keys = keys.as_array().unwrap().iter();
        let key = keys.find(|key| key["alg"] == alg && key["state"] == "current");
        key.unwrap()["kid"].clone()
    };
    assert_ne!(current(&before, "ES256"), current(&after, "ES256"));
    assert_eq!(current(&before, "RS256"), current(&after, "RS256"));
    let published = running.get("/oauth2/jwks").body;
    assert!(published.contains(current(&before, "ES256").as_str().unwrap()));
    refused(
        home.path(),
        &["key", "rotate", "--algorithm", "none"],
        "",
        "RS256 and ES256",
    );
}

#[test]
fn registration_tokens_are_given_and_taken_back() {
    let home = home();
    let running = Running::begin(home.path(), &[]);
    let add = ["registration-token", "add", "the build", "--uses", "1"];
    let added = done(home.path(), &add, "");
    let token = added["token"].as_str().unwrap();
    let body = r#"{"redirect_uris":["https://client.example/callback"]}"#;
    let register = |token: &str| {
        let length = body.len();
        let request = format!(
            "POST /oauth2/register HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        running.send(&request).status
    };
    assert_eq!(register("nonsense"), 401);
    assert_eq!(register(token), 201);
    assert_eq!(register(token), 401);
    let another = done(home.path(), &["registration-token", "add", "b"], "");
    let id = another["id"].as_str().unwrap();
    done(home.path(), &["registration-token", "remove", id], "");
    assert_eq!(register(another["token"].as_str().unwrap()), 401);
}

/// One random identifier in 64 begins with a hyphen.
#[test]
fn an_identifier_may_begin_with_a_hyphen() {
    let home = home();
    let database = home.path().join("provider.db");
    for command in [
        &["registration-token", "remove"][..],
        &["client", "show"],
        &["client", "remove"],
        &["token", "revoke"],
    ] {
        let mut tripod = tripod(home.path());
        tripod.arg("provider").args(command).arg("-xj_QZi7etw");
        let output = tripod
            .arg("--json")
            .arg("--database")
            .arg(&database)
            .output();
        let said = String::from_utf8(output.unwrap().stderr).unwrap();
        assert!(!said.contains("unexpected argument"), "{command:?}: {said}");
    }
}
