//! The ways to log in that are not the browser, and those by which a client proves who it is.

use std::io::Read as _;

use super::*;

/// A user of a provider with one more client, and with these settings.
fn with_client(client: &[&str], settings: &str) -> User {
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("provider.db");
    let database = database.to_str().unwrap();
    let mut add = tripod_in(
        home.path(),
        &["provider", "client", "add", "--database", database],
    );
    succeeded(&add.args(client).output().unwrap());
    let config = home.path().join("provider.toml");
    fs::write(&config, settings).unwrap();
    let provider = Running::begin(
        home.path(),
        &[
            "--dev",
            "--auto-approve",
            "alice",
            "--database",
            database,
            "--config",
            config.to_str().unwrap(),
        ],
    );
    User { home, provider }
}

fn vector(path: &str) -> String {
    format!(
        "{}/../../vectors/oauth2/key/{path}",
        env!("CARGO_MANIFEST_DIR")
    )
}

/// Writes a file of the user's, and returns where it is.
fn file(user: &User, name: &str, text: &str) -> String {
    let path = user.home.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The public keys of a private one.
fn jwks(home: &TempDir, path: &str) -> String {
    let mut jwk: Value = serde_json::from_str(&fs::read_to_string(vector(path)).unwrap()).unwrap();
    let members = jwk.as_object_mut().unwrap();
    members.retain(|name, _| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
    let path = home.path().join("jwks.json");
    fs::write(&path, serde_json::json!({ "keys": [jwk] }).to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_client_proves_itself_by_a_key() {
    for (kind, keys) in [
        ("p256", ["private.pem", "jwk.json"]),
        ("rsa", ["private.pem", "jwk.json"]),
    ] {
        let home = tempfile::tempdir().unwrap();
        let jwks = jwks(&home, &format!("{kind}/jwk.json"));
        let user = with_client(
            &[
                "--id",
                "job",
                "--grant",
                "client_credentials",
                "--scope",
                "read",
                "--auth-method",
                "private_key_jwt",
                "--jwks",
                &jwks,
            ],
            "",
        );
        let issuer = user.at("");
        for key in keys {
            let key = vector(&format!("{kind}/{key}"));
            user.said(&[
                "login",
                "job",
                "--issuer",
                &issuer,
                "--client-id",
                "job",
                "--scope",
                "read",
                "--client-key",
                &key,
                "--client-credentials",
            ]);
            let me = user.at("/api/me");
            let answer = user.said(&["request", "GET", &me, "-p", "job", "--fail"]);
            assert!(answer.contains("\"job\""), "{answer}");
        }
    }
}

#[test]
fn a_client_proves_itself_by_a_signature_with_its_secret() {
    let home = tempfile::tempdir().unwrap();
    let secret = home.path().join("secret.txt");
    fs::write(&secret, "a-secret-of-at-least-thirty-two-octets").unwrap();
    let secret = secret.to_str().unwrap();
    let user = with_client(
        &[
            "--id",
            "job",
            "--grant",
            "client_credentials",
            "--scope",
            "read",
            "--auth-method",
            "client_secret_jwt",
            "--client-secret-file",
            secret,
        ],
        "",
    );
    let issuer = user.at("");
    let arguments = [
        "login",
        "job",
        "--issuer",
        &issuer,
        "--client-id",
        "job",
        "--scope",
        "read",
        "--client-authentication",
        "secret-jwt",
        "--client-credentials",
        "--client-secret-file",
    ];
    user.said(&[&arguments[..], &[secret]].concat());
    assert!(!user.said(&["token", "job"]).is_empty());
    // RFC 7518 §3.2: the key MUST be as long as the hash.
    let short = file(&user, "short.txt", "short");
    let output = user
        .tripod(&[&arguments[..], &[&short]].concat())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("256 bits"), "{said}");
}

#[test]
fn a_key_speaks_for_a_user() {
    let home = tempfile::tempdir().unwrap();
    let jwks = jwks(&home, "p256/jwk.json");
    let user = with_client(
        &[
            "--id",
            "speaker",
            "--grant",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "--scope",
            "read",
            "--auth-method",
            "private_key_jwt",
            "--jwks",
            &jwks,
        ],
        "",
    );
    let (issuer, key) = (user.at(""), vector("p256/private.pem"));
    let arguments = [
        "login",
        "speaker",
        "--issuer",
        &issuer,
        "--client-id",
        "speaker",
        "--scope",
        "read",
        "--client-key",
        &key,
        "--jwt-key",
        &key,
        "--jwt-subject",
    ];
    user.said(&[&arguments[..], &["alice"]].concat());
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "speaker", "--fail"]);
    assert!(answer.contains("\"alice\""), "{answer}");
    let nobody = user
        .tripod(&[&arguments[..], &["nobody"]].concat())
        .output()
        .unwrap();
    assert_eq!(nobody.status.code(), Some(3));
    let no_key = file(&user, "no.pem", "no key");
    for (name, key, due) in [
        ("RS256", key.as_str(), "another type"),
        ("HS256", &key, "there are"),
        ("ES256", &no_key, "is not PEM"),
    ] {
        let output = user.tripod(&[
            "login",
            "x",
            "--issuer",
            &issuer,
            "--client-id",
            "x",
            "--jwt-key",
            key,
            "--jwt-algorithm",
            name,
        ]);
        let mut output = output;
        let output = output.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(due), "{said}");
    }
}

#[test]
fn a_token_is_exchanged_for_another() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let token = file(&user, "token.txt", &user.said(&["token", "work"]));
    let secret = file(&user, "secret.txt", "dev-client-secret\n");
    let issuer = user.at("");
    user.said(&[
        "login",
        "narrow",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-client",
        "--client-secret-file",
        &secret,
        "--exchange-file",
        &token,
        "--scope",
        "read",
    ]);
    let json = user.said(&["token", "narrow", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["scope"], "read");
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "narrow", "--fail"]);
    assert!(answer.contains("\"alice\""), "{answer}");
}

/// Answers one request with a token, and returns what was asked.
fn token_endpoint() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/token", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"client_id=c") {
            let mut chunk = [0; 1024];
            let count = stream.read(&mut chunk).unwrap();
            assert_ne!(count, 0, "{}", String::from_utf8_lossy(&asked));
            asked.extend_from_slice(&chunk[..count]);
        }
        let body = r#"{"access_token":"t","token_type":"Bearer"}"#;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .unwrap();
        String::from_utf8(asked).unwrap()
    });
    (address, asked)
}

#[test]
fn a_password_is_a_way_that_has_to_be_named() {
    let home = tempfile::tempdir().unwrap();
    let (endpoint, asked) = token_endpoint();
    let arguments = [
        "login",
        "old",
        "--token-endpoint",
        &endpoint,
        "--client-id",
        "c",
        "--legacy-password",
        "alice",
    ];
    let mut unasked = tripod_in(home.path(), &arguments);
    let unasked = unasked.output().unwrap();
    let said = String::from_utf8(unasked.stderr).unwrap();
    assert_eq!(unasked.status.code(), Some(2), "{said}");
    assert!(said.contains("--password-file FILE"), "{said}");
    let mut command = tripod_in(
        home.path(),
        &[&arguments[..], &["--password-file", "-"]].concat(),
    );
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"p&w\n").unwrap();
    succeeded(&child.wait_with_output().unwrap());
    let asked = asked.join().unwrap();
    assert!(
        asked.contains("grant_type=password&username=alice&password=p%26w"),
        "{asked}"
    );
}

#[test]
fn a_verifier_is_typed_in() {
    let user = User::new();
    let secret = file(&user, "secret.txt", "dev-consumer-secret");
    let mut arguments = vec![
        "login",
        "photos",
        "--oob",
        "--client-id",
        "dev-consumer",
        "--client-secret-file",
        &secret,
    ];
    let addresses = oauth1_addresses(&user);
    arguments.extend(addresses.iter().map(String::as_str));
    let mut command = user.tripod(&arguments);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let page = visit(&shown_address(&mut child));
    let (_, code) = page.split_once("<code id=\"code\">").unwrap();
    let code = code.split('<').next().unwrap();
    writeln!(child.stdin.take().unwrap(), " {code} ").unwrap();
    succeeded(&child.wait_with_output().unwrap());
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "photos", "--fail"]);
    assert!(answer.contains("alice"), "{answer}");
}

fn oauth1_addresses(user: &User) -> Vec<String> {
    let addresses = [
        ("--request-token-endpoint", "/oauth1/request_token"),
        ("--authorization-endpoint", "/oauth1/authorize"),
        ("--token-endpoint", "/oauth1/access_token"),
    ];
    let flags = addresses.map(|(flag, path)| [flag.to_owned(), user.at(path)]);
    flags.concat()
}

#[test]
fn an_api_says_whose_tokens_it_takes() {
    let user = User::new();
    let api = user.at("");
    succeeded(&user.log_in(&[
        "login",
        "by-api",
        "--api",
        &api,
        "--client-id",
        "dev-public",
        "--scope",
        "read",
        "--no-browser",
    ]));
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "by-api", "--fail"]);
    assert!(answer.contains("alice"), "{answer}");
}

#[test]
fn a_token_of_oauth_1_that_expired_is_renewed() {
    // Any text that is long enough.
    let secret = vector("p256/SOURCE");
    let user = with_client(
        &[
            "--id",
            "printer",
            "--scope",
            "read",
            "--oauth1",
            "--sessions",
            "--oob",
            "--callback",
            "http://127.0.0.1/callback",
            "--client-secret-file",
            &secret,
        ],
        "[lifetimes]\ntoken_credentials = \"1s\"\n",
    );
    let mut arguments = vec![
        "login",
        "printer",
        "--no-browser",
        "--client-id",
        "printer",
        "--client-secret-file",
        &secret,
    ];
    let addresses = oauth1_addresses(&user);
    arguments.extend(addresses.iter().map(String::as_str));
    succeeded(&user.log_in(&arguments));
    let stored = || {
        let shown = user.said(&["profile", "show", "printer", "--show-secrets", "--json"]);
        let shown: Value = serde_json::from_str(&shown).unwrap();
        shown["secrets"]["tokens"].clone()
    };
    let first = stored();
    assert!(first["session_handle"].is_string(), "{first}");
    let listed = user.said(&["profile", "list"]);
    assert!(listed.contains("refreshed as needed"), "{listed}");
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "printer", "--fail"]);
    assert!(answer.contains("alice"), "{answer}");
    let second = stored();
    assert_ne!(first["token"], second["token"]);
    assert_ne!(first["session_handle"], second["session_handle"]);
}
