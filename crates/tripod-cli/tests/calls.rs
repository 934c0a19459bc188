//! `tripod login`, `request`, `token` and `profile`, against `tripod serve`, as programs.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an unwrap that fails is a test that fails; programs are waited for in real time"
)]

use std::fs;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

#[path = "calls/doctor.rs"]
mod doctor;
#[path = "calls/probe.rs"]
mod probe;
#[path = "calls/program.rs"]
mod program;
#[path = "calls/refusals.rs"]
mod refusals;
#[path = "calls/removal.rs"]
mod removal;
#[expect(dead_code, reason = "the tests of the server use more of it")]
#[path = "serve/running.rs"]
mod running;
#[cfg(target_os = "linux")]
#[path = "calls/terminal.rs"]
mod terminal;
#[path = "calls/ways.rs"]
mod ways;

use program::{get, shown_address, succeeded, tripod_in, visit};
use running::Running;

/// A user of a provider that allows everything.
struct User {
    home: TempDir,
    provider: Running,
}

impl User {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let provider = Running::begin(home.path(), &["--dev", "--auto-approve", "alice"]);
        Self { home, provider }
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.provider.address())
    }

    fn tripod(&self, arguments: &[&str]) -> Command {
        tripod_in(self.home.path(), arguments)
    }

    #[track_caller]
    fn said(&self, arguments: &[&str]) -> String {
        let output = self.tripod(arguments).output().unwrap();
        succeeded(&output)
    }

    /// Logs in, and has the address it shows visited as a browser would.
    #[track_caller]
    fn log_in(&self, arguments: &[&str]) -> Output {
        let mut child = self.tripod(arguments);
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let address = shown_address(&mut child);
        visit(&address);
        child.wait_with_output().unwrap()
    }

    fn by_issuer(&self, name: &str) -> Output {
        let issuer = self.at("");
        self.log_in(&[
            "login",
            name,
            "--issuer",
            &issuer,
            "--client-id",
            "dev-public",
            "--scope",
            "read write",
            "--scope",
            "offline_access",
            "--no-browser",
            "--json",
        ])
    }
}

#[test]
fn a_login_by_the_browser_leads_to_calls() {
    let user = User::new();
    let report: Value = serde_json::from_str(&succeeded(&user.by_issuer("work"))).unwrap();
    assert_eq!(report["profile"], "work");
    assert_eq!(report["refreshable"], true);
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "work"]);
    assert!(answer.contains("alice"), "{answer}");
    let token = user.said(&["token", "work"]);
    assert!(!token.trim().is_empty());
    let header = user.said(&["token", "work", "--header"]);
    assert_eq!(header, format!("Authorization: Bearer {token}"));
    let json: Value = serde_json::from_str(&user.said(&["token", "work", "--json"])).unwrap();
    assert_eq!(json["access_token"], token.trim());
    assert_eq!(json["token_type"], "Bearer");
    // The second login needs the name alone.
    succeeded(&user.log_in(&["login", "work", "--no-browser"]));
    assert_ne!(user.said(&["token", "work"]), token);
}

#[test]
fn an_id_token_is_checked_and_kept() {
    let user = User::new();
    let issuer = user.at("");
    let output = user.log_in(&[
        "login",
        "who",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "openid",
        "--no-browser",
    ]);
    succeeded(&output);
    let shown = user.said(&["profile", "show", "who", "--show-secrets", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let token = shown["secrets"]["tokens"]["id_token"].as_str().unwrap();
    assert_eq!(token.split('.').count(), 3);
}

#[test]
fn requests_are_pushed_and_tokens_bound_where_that_is_asked_for() {
    let user = User::new();
    let issuer = user.at("");
    let output = user.log_in(&[
        "login",
        "bound",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "read",
        "--dpop",
        "--push",
        "--no-browser",
    ]);
    succeeded(&output);
    let json: Value = serde_json::from_str(&user.said(&["token", "bound", "--json"])).unwrap();
    assert_eq!(json["token_type"], "DPoP");
    let me = user.at("/api/me");
    assert!(
        user.said(&["request", "GET", &me, "-p", "bound"])
            .contains("alice")
    );
}

#[test]
fn a_client_logs_in_for_itself() {
    let user = User::new();
    let issuer = user.at("");
    let secret = user.home.path().join("secret.txt");
    fs::write(&secret, "dev-client-secret\n").unwrap();
    let secret = secret.to_str().unwrap();
    user.said(&[
        "login",
        "robot",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-client",
        "--client-secret-file",
        secret,
        "--scope",
        "read",
        "--client-credentials",
    ]);
    assert!(!user.said(&["token", "robot"]).trim().is_empty());
}

/// The arguments of an OAuth 1 login, by hand.
fn oauth1(user: &User) -> Vec<String> {
    let addresses = [
        ("--request-token-endpoint", "/oauth1/request_token"),
        ("--authorization-endpoint", "/oauth1/authorize"),
        ("--token-endpoint", "/oauth1/access_token"),
    ];
    let mut arguments = vec!["login".to_owned(), "photos".to_owned()];
    for (flag, path) in addresses {
        arguments.extend([flag.to_owned(), user.at(path)]);
    }
    let secret = user.home.path().join("secret.txt");
    fs::write(&secret, "dev-consumer-secret\n").unwrap();
    let rest = ["--client-id", "dev-consumer", "--client-secret-file"];
    arguments.extend(rest.map(str::to_owned));
    arguments.push(secret.to_str().unwrap().to_owned());
    arguments
}

#[test]
fn oauth_1_goes_the_same_way() {
    let user = User::new();
    for method in ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"] {
        let mut arguments = oauth1(&user);
        arguments.extend(["--no-browser", "--signature-method", method].map(str::to_owned));
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        succeeded(&user.log_in(&arguments));
        let me = user.at("/api/me");
        let answer = user.said(&["request", "GET", &me, "-p", "photos"]);
        assert!(answer.contains("alice"), "{answer}");
        let echo = user.at("/api/echo?b=2&a=%20&c=x+y");
        user.said(&["request", "GET", &echo, "-p", "photos", "--fail"]);
    }
}

#[test]
fn tokens_that_were_had_elsewhere_are_kept() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let file = user.home.path().join("token.txt");
    fs::write(&file, user.said(&["token", "work"])).unwrap();
    let (issuer, me) = (user.at(""), user.at("/api/me"));
    let login = [
        "login",
        "taken",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
    ];
    let file = ["--access-token-file", file.to_str().unwrap()];
    user.said(&[&login[..], &file].concat());
    let answer = user.said(&["request", "GET", &me, "-p", "taken", "--fail"]);
    assert!(answer.contains("alice"), "{answer}");

    let foreign = ["--token", "t", "--token-secret-file", "-"];
    let refused = user
        .tripod(&[&login[..], &foreign].concat())
        .output()
        .unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("--access-token-file"), "{said}");
}

#[test]
fn an_oauth_1_token_that_was_had_elsewhere_is_kept() {
    let user = User::new();
    let login = oauth1(&user);
    let login: Vec<_> = login.iter().map(String::as_str).collect();
    succeeded(&user.log_in(&[&login[..], &["--no-browser"]].concat()));
    let shown = user.said(&["profile", "show", "photos", "--show-secrets", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let tokens = &shown["secrets"]["tokens"];
    let token = tokens["token"].as_str().unwrap();
    let file = user.home.path().join("token-secret.txt");
    fs::write(&file, tokens["token_secret"].as_str().unwrap()).unwrap();
    user.said(&["profile", "remove", "photos"]);

    let given = [
        "--token",
        token,
        "--token-secret-file",
        file.to_str().unwrap(),
    ];
    user.said(&[&login[..], &given].concat());
    let me = user.at("/api/me");
    let answer = user.said(&["request", "GET", &me, "-p", "photos", "--fail"]);
    assert!(answer.contains("alice"), "{answer}");
}

#[test]
fn logins_at_the_same_time_lose_no_profile() {
    let user = User::new();
    let file = user.home.path().join("token.txt");
    fs::write(&file, "token").unwrap();
    let (issuer, file) = (user.at(""), file.to_str().unwrap().to_owned());
    let names: Vec<_> = (0..12).map(|number| format!("n{number}")).collect();
    let logins: Vec<_> = names
        .iter()
        .map(|name| {
            let who = [
                "login",
                name,
                "--issuer",
                &issuer,
                "--client-id",
                "dev-public",
            ];
            let mut login = user.tripod(&[&who[..], &["--access-token-file", &file]].concat());
            login.stdout(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut login in logins {
        assert!(login.wait().unwrap().success());
    }
    let listed: Value = serde_json::from_str(&user.said(&["profile", "list", "--json"])).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), names.len());
}

#[test]
fn a_consumer_acts_for_itself_without_a_token() {
    let user = User::new();
    let login = oauth1(&user);
    let login: Vec<_> = login.iter().map(String::as_str).collect();
    user.said(&[&login[..], &["--client-credentials"]].concat());
    let echo = user.at("/api/echo?a=1");
    let output = user
        .tripod(&["request", "GET", &echo, "-p", "photos"])
        .output()
        .unwrap();
    // This consumer may not act for itself here, and hears that it showed no token.
    let answer = String::from_utf8(output.stdout).unwrap();
    assert!(
        answer.contains("oauth_parameters_absent=oauth_token"),
        "{answer}"
    );
}

#[test]
fn what_the_browser_ends_at_can_be_pasted() {
    let user = User::new();
    let issuer = user.at("");
    let mut command = user.tripod(&[
        "login",
        "pasted",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "read",
        "--paste",
        "--redirect-uri",
        "http://127.0.0.1:1/callback",
    ]);
    paste(&mut command);
    assert!(!user.said(&["token", "pasted"]).is_empty());
    // The profile knows how it was done.
    paste(&mut user.tripod(&["login", "pasted"]));
}

/// Visits the address that a login shows, and types in where that ends.
#[track_caller]
fn paste(command: &mut Command) {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let address = shown_address(&mut child);
    let answer = get(&address);
    let location = answer.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location")
            .then(|| value.trim().to_owned())
    });
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", location.unwrap()).unwrap();
    drop(stdin);
    succeeded(&child.wait_with_output().unwrap());
}

#[test]
fn the_next_login_comes_back_to_the_same_port() {
    let user = User::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let (issuer, client) = (user.at(""), "dev-public");
    let login = [
        "login",
        "work",
        "--issuer",
        &issuer,
        "--client-id",
        client,
        "--no-browser",
    ];
    succeeded(&user.log_in(&[&login[..], &["--port", &port]].concat()));
    let mut child = user.tripod(&["login", "work", "--no-browser"]);
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().unwrap();
    let address = shown_address(&mut child);
    assert!(
        address.contains(&format!("%3A{port}%2Fcallback")),
        "{address}"
    );
    visit(&address);
    assert!(child.wait().unwrap().success());
}

#[test]
fn requests_are_as_curl_has_them() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let echo = user.at("/api/echo");
    let answer = user.said(&[
        "request",
        "post",
        &echo,
        "-p",
        "work",
        "--json",
        "{\"a\":1}",
        "-H",
        "X-Mine: 7",
        "-i",
    ]);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let echoed: Value = serde_json::from_str(body).unwrap();
    assert_eq!(echoed["method"], "POST", "{body}");
    let file = user.home.path().join("answer.json");
    let path = file.to_str().unwrap();
    let said = user.said(&["request", "GET", &echo, "-p", "work", "-o", path]);
    assert_eq!(said, "");
    assert!(fs::read_to_string(&file).unwrap().contains("GET"));
    let output = user
        .tripod(&["request", "GET", &echo, "-p", "work", "-v"])
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let token = user.said(&["token", "work"]);
    assert!(told.contains("> authorization: Bearer [masked]"), "{told}");
    assert!(told.contains("< HTTP/1.1 200"), "{told}");
    assert!(!told.contains(token.trim()));
}

#[test]
fn profiles_are_listed_shown_taken_elsewhere_and_removed() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let token = user.said(&["token", "work"]);
    for arguments in [
        vec!["profile", "list"],
        vec!["profile", "list", "--json"],
        vec!["profile", "show", "work"],
        vec!["profile", "show", "work", "--json"],
    ] {
        let said = user.said(&arguments);
        assert!(said.contains("logged in, refreshed as needed"), "{said}");
        assert!(!said.contains(token.trim()));
    }
    let config = fs::read_to_string(user.home.path().join("config/tripod/profiles.toml")).unwrap();
    assert!(config.contains("client_id = \"dev-public\""), "{config}");
    assert!(!config.contains(token.trim()));

    let exported = user.home.path().join("work.json");
    let path = exported.to_str().unwrap();
    user.said(&["profile", "export", "work", "-o", path]);
    let elsewhere = tempfile::tempdir().unwrap();
    let output = tripod_in(elsewhere.path(), &["profile", "import", path])
        .output()
        .unwrap();
    succeeded(&output);
    let output = tripod_in(elsewhere.path(), &["token", "work"])
        .output()
        .unwrap();
    assert_eq!(succeeded(&output), token);
    let again = tripod_in(elsewhere.path(), &["profile", "import", path])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2));

    let taken = ["profile", "import", path, "--replace", "--json"];
    let output = tripod_in(elsewhere.path(), &taken).output().unwrap();
    let taken: Value = serde_json::from_str(&succeeded(&output)).unwrap();
    assert_eq!(taken["imported"], serde_json::json!(["work"]));
    let removed = user.said(&["profile", "remove", "work", "--json"]);
    let removed: Value = serde_json::from_str(&removed).unwrap();
    assert_eq!(removed["removed"], "work");
    let output = user.tripod(&["token", "work"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn strays_do_not_end_a_login() {
    let user = User::new();
    let issuer = user.at("");
    let mut command = user.tripod(&[
        "login",
        "work",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--no-browser",
    ]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let address = shown_address(&mut child);
    let (_, callback) = address.split_once("redirect_uri=").unwrap();
    let callback = callback.split('&').next().unwrap();
    let callback = callback.replace("%3A", ":").replace("%2F", "/");
    let root = callback.strip_suffix("/callback").unwrap();
    let idle = TcpStream::connect(root.strip_prefix("http://").unwrap()).unwrap();
    assert!(get(&format!("{root}/favicon.ico")).starts_with("HTTP/1.1 404"));
    let stray = get(&format!("{callback}?code=stolen&state=guessed"));
    assert!(stray.starts_with("HTTP/1.1 400"), "{stray}");
    assert!(!stray.contains("stolen"));
    let page = visit(&address);
    assert!(
        page.contains("<h1 id=\"outcome\">You are logged in</h1>"),
        "{page}"
    );
    succeeded(&child.wait_with_output().unwrap());
    drop(idle);
}

#[test]
fn completions_and_man_pages_are_made() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = tripod_in(home.path(), &["completions", shell])
            .output()
            .unwrap();
        assert!(succeeded(&output).contains("tripod"));
    }
    let directory = home.path().join("man");
    let output = tripod_in(home.path(), &["man", directory.to_str().unwrap()]).output();
    succeeded(&output.unwrap());
    assert!(directory.join("tripod-login.1").exists());
}
