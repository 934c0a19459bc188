//! What goes wrong: one message each, what to do next, and the right exit code.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr};

use super::*;

/// Runs what must fail, with nothing on standard output.
#[track_caller]
fn refused(mut command: Command, code: i32, due: &[&str]) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{said}");
    for due in due {
        assert!(said.contains(due), "{due}: {said}");
    }
    let errors = said.lines().filter(|line| line.starts_with("error: "));
    assert_eq!(errors.count(), 1, "{said}");
    said
}

fn alone(arguments: &[&str]) -> (TempDir, Command) {
    let home = tempfile::tempdir().unwrap();
    let command = tripod_in(home.path(), arguments);
    (home, command)
}

#[test]
fn a_profile_that_is_not_there() {
    let (_home, command) = alone(&["token", "wrok"]);
    refused(
        command,
        2,
        &["no profile is called `wrok`", "tripod login wrok"],
    );
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    refused(
        user.tripod(&["token", "wrok"]),
        2,
        &["did you mean `work`?"],
    );
}

#[test]
fn a_provider_that_is_not_there() {
    let (_home, command) = alone(&["login", "x", "--provider", "githb", "--client-id", "c"]);
    refused(command, 2, &["no provider is called `githb`", "`github`"]);
}

#[test]
fn what_is_missing_is_named_with_its_flag() {
    for (arguments, due) in [
        (vec!["login", "x"], "--provider NAME"),
        (vec!["login", "x", "--provider", "github"], "--client-id ID"),
        (
            vec!["login", "x", "--provider", "shopify", "--client-id", "c"],
            "--set shop=VALUE",
        ),
        (
            vec!["login", "x", "--provider", "trello", "--client-id", "c"],
            "--client-secret-file FILE",
        ),
        (
            vec!["login", "a b", "--provider", "github", "--client-id", "c"],
            "name of a profile",
        ),
    ] {
        let (_home, command) = alone(&arguments);
        refused(command, 2, &[due]);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let home = tempfile::tempdir().unwrap();
    let profiles = home.path().join("profiles.toml");
    fs::write(&profiles, "profiles = 3").unwrap();
    let path = profiles.to_str().unwrap();
    let command = tripod_in(home.path(), &["profile", "list", "--profiles", path]);
    let said = refused(
        command,
        2,
        &["is no file of profiles: line 1: ", "hint: mend it"],
    );
    assert_eq!(said.lines().count(), 2, "{said}");
    let command = tripod_in(home.path(), &["profile", "list", "--profiles", "/"]);
    refused(command, 1, &["cannot read `/`", "--profiles"]);
    let command = tripod_in(home.path(), &["profile", "import", path]);
    refused(command, 2, &["was not exported by tripod"]);
}

#[test]
fn servers_that_are_not_there_or_not_safe() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let nobody = format!("http://{free}");
    for (issuer, code, due) in [
        (nobody.as_str(), 5, "the server cannot be reached"),
        ("http://id.example.com", 2, "https"),
        ("no address", 2, "issuer"),
    ] {
        let (_home, command) = alone(&["login", "x", "--issuer", issuer, "--client-id", "c"]);
        refused(command, code, &[due]);
    }
}

#[test]
fn a_secret_that_is_wrong() {
    let user = User::new();
    let issuer = user.at("");
    let secret = user.home.path().join("secret.txt");
    fs::write(&secret, "wrong").unwrap();
    let command = user.tripod(&[
        "login",
        "robot",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-client",
        "--client-secret-file",
        secret.to_str().unwrap(),
        "--client-credentials",
    ]);
    let said = refused(command, 3, &["invalid_client", "check --client-id"]);
    assert!(!said.contains("wrong\""));
    // What failed leaves nothing behind.
    assert!(
        !user
            .home
            .path()
            .join("config/tripod/profiles.toml")
            .exists()
    );
}

#[test]
fn whoever_is_not_logged_in() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    fs::remove_dir_all(user.home.path().join("data")).unwrap();
    let me = user.at("/api/me");
    let command = user.tripod(&["request", "GET", &me, "-p", "work"]);
    refused(command, 4, &["nobody is logged in", "tripod login work"]);
}

#[test]
fn a_port_that_is_taken() {
    let user = User::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let issuer = user.at("");
    let command = user.tripod(&[
        "login",
        "x",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--port",
        &port,
        "--no-browser",
    ]);
    refused(command, 5, &["cannot wait for the browser", "--port"]);
}

#[test]
fn nobody_comes_back() {
    let user = User::new();
    let issuer = user.at("");
    let command = user.tripod(&[
        "login",
        "x",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--timeout",
        "1",
        "--no-browser",
    ]);
    refused(command, 4, &["nobody came back within 1 s"]);
}

#[test]
fn an_answer_that_is_an_error_under_fail() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let missing = user.at("/no/such/thing");
    let output = user
        .tripod(&["request", "GET", &missing, "-p", "work"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let command = user.tripod(&[
        "request",
        "GET",
        &missing,
        "-p",
        "work",
        "--fail",
        "-o",
        "/dev/null",
    ]);
    refused(command, 7, &["the API answered 404"]);
    let command = user.tripod(&["request", "GET", "http://example.com/", "-p", "work"]);
    refused(command, 6, &["not https"]);
    let command = user.tripod(&["request", "GET", "nonsense", "-p", "work"]);
    refused(command, 2, &["begins with https://"]);
    let me = user.at("/api/me");
    let command = user.tripod(&[
        "request",
        "GET",
        &me,
        "-p",
        "work",
        "-H",
        "Authorization: x",
    ]);
    refused(command, 2, &["Authorization"]);
}

#[test]
fn an_api_that_is_not_there() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let nobody = format!("http://{}/", free.unwrap());
    let command = user.tripod(&["request", "GET", &nobody, "-p", "work"]);
    let said = refused(command, 5, &["cannot be reached", "curl -v URL"]);
    assert!(!said.contains(user.provider.address()), "{said}");
}

#[test]
fn a_user_who_says_no() {
    let user = User::new();
    let issuer = user.at("");
    let arguments = [
        "login",
        "x",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--no-browser",
    ];
    let login = Waiting::begin(user.tripod(&arguments));
    let parameter = |name: &str| {
        let (_, rest) = login.address.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let callback = parameter("redirect_uri");
    let callback = callback.replace("%3A", ":").replace("%2F", "/");
    let state = parameter("state");
    let page = get(&format!(
        "{callback}?error=access_denied&state={state}&iss={issuer}"
    ));
    assert!(page.contains("The login failed"), "{page}");
    let said = login.ended(3);
    assert!(said.contains("access_denied"), "{said}");
    assert!(said.contains("tripod login x"), "{said}");
}

/// A login that waits for its browser.
struct Waiting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: String,
}

impl Waiting {
    fn begin(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut address = String::new();
        while !address.starts_with("http") {
            address.clear();
            assert_ne!(stderr.read_line(&mut address).unwrap(), 0, "it ended");
        }
        Self {
            child,
            stderr,
            address: address.trim().to_owned(),
        }
    }

    /// Waits for the end, which has this code, and returns what it said.
    #[track_caller]
    fn ended(mut self, code: i32) -> String {
        let mut said = String::new();
        self.stderr.read_to_string(&mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(code), "{said}");
        said
    }
}

#[test]
fn a_vault_that_does_not_open() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let vault = user.home.path().join("data/tripod/default.vault");
    let key = user.home.path().join("data/tripod/default.vault.key");
    let token = || user.tripod(&["token", "work"]);

    let other = User::new();
    succeeded(&other.by_issuer("work"));
    let own = fs::read_to_string(&key).unwrap();
    let foreign = other.home.path().join("data/tripod/default.vault.key");
    fs::copy(foreign, &key).unwrap();
    refused(token(), 6, &["was locked with another key", "hint: "]);
    fs::write(&key, "no key").unwrap();
    refused(token(), 1, &["holds no key of a vault", "Restore"]);
    fs::remove_file(&key).unwrap();
    refused(token(), 1, &["the key of the vault is missing", "Restore"]);
    assert!(!key.exists(), "no new key is made for an old vault");

    fs::write(&key, own).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = |mode| fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        refused(
            token(),
            6,
            &["others than its owner may read it", "chmod 600"],
        );
        mode(0o600);
    }
    succeeded(&token().output().unwrap());
    fs::File::options()
        .write(true)
        .open(&vault)
        .unwrap()
        .set_len(100)
        .unwrap();
    refused(token(), 1, &["is cut off", "from a backup"]);
}

#[test]
fn a_certificate_that_nobody_vouches_for() {
    let home = tempfile::tempdir().unwrap();
    let provider = Running::begin(home.path(), &["--dev", "--tls-self-signed"]);
    let address = provider.address();
    let login = |issuer: &str| {
        tripod_in(
            home.path(),
            &[
                "login",
                "x",
                "--issuer",
                issuer,
                "--client-id",
                "dev-public",
                "--no-browser",
                "--timeout",
                "1",
            ],
        )
    };
    let said = refused(
        login(&format!("https://{address}")),
        5,
        &["UnknownIssuer", "tripod login x --ca-file FILE"],
    );
    // The layers of the HTTP client say nothing that people need.
    assert!(!said.contains("client error"), "{said}");
    refused(
        login(&format!("http://{address}")),
        5,
        &["the request could not be sent", "→"],
    );
    let mut trusting = login(&format!("https://{address}"));
    let certificate = home.path().join("tripod/dev-certificate.pem");
    trusting.arg("--ca-file").arg(certificate);
    refused(trusting, 4, &["nobody came back"]);
    let mut nothing = login(&format!("https://{address}"));
    nothing.args(["--ca-file", "/nonexistent"]);
    refused(nothing, 2, &["cannot read `/nonexistent`"]);
}

/// A provider whose clock is so far ahead of ours.
fn ahead(seconds: i64) -> User {
    let home = tempfile::tempdir().unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let there = i64::try_from(now.as_secs()).unwrap() + seconds;
    let clock = format!("{there},running");
    let provider = Running::begin(
        home.path(),
        &["--dev", "--auto-approve", "alice", "--clock", &clock],
    );
    User { home, provider }
}

#[test]
fn a_clock_that_is_off_by_an_hour() {
    for off in [3600, -3600] {
        let user = ahead(off);
        // OAuth 1 goes by the provider's clock, in the login and after.
        let arguments = oauth1(&user);
        let mut arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        arguments.push("--no-browser");
        succeeded(&user.log_in(&arguments));
        let me = user.at("/api/me");
        user.said(&["request", "GET", &me, "-p", "photos", "--fail"]);
    }
    let user = ahead(3600);
    let issuer = user.at("");
    let login = Waiting::begin(user.tripod(&[
        "login",
        "x",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-public",
        "--scope",
        "openid",
        "--no-browser",
    ]));
    visit(&login.address);
    let said = login.ended(6);
    for due in ["issued in the future", "clock"] {
        assert!(said.contains(due), "{said}");
    }
}

/// Under what failed stands why, how sure that is, and what to type.
#[test]
fn a_failure_is_explained_by_the_doctor() {
    let user = User::new();
    let secret = user.home.path().join("secret.txt");
    fs::write(&secret, "another-secret-altogether").unwrap();
    let issuer = user.at("");
    let mut login = vec![
        "login",
        "robot",
        "--issuer",
        &issuer,
        "--client-id",
        "dev-client",
        "--client-secret-file",
        secret.to_str().unwrap(),
        "--client-credentials",
    ];
    let said = refused(
        user.tripod(&login),
        3,
        &[
            "oauth2/client-authentication/",
            "→",
            "$ tripod login robot --client-secret-file FILE",
        ],
    );
    assert!(!said.contains("another-secret-altogether"));
    login.push("--json");
    let output = user.tripod(&login).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &report["findings"][0];
    assert!(
        first["code"]
            .as_str()
            .unwrap()
            .starts_with("oauth2/client-authentication/")
    );
    assert!(first["commands"][0].is_string() && report["error"].is_string());
    assert!(!report.to_string().contains("another-secret-altogether"));
}

/// An answer of the API is the answer, whatever the doctor says of it beside.
#[test]
fn a_refusal_of_the_api_is_explained_beside_its_answer() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let shown = user.said(&["profile", "show", "work", "--show-secrets", "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let tokens = &shown["secrets"]["tokens"];
    for token in ["access_token", "refresh_token"] {
        let form = format!(
            "client_id=dev-public&token={}",
            tokens[token].as_str().unwrap()
        );
        assert_eq!(user.provider.post("/oauth2/revoke", "", &form).status, 200);
    }
    let me = user.at("/api/me");
    let command = user.tripod(&["request", "GET", &me, "-p", "work"]);
    refused(command, 4, &["oauth2/refresh/", "$ tripod login work"]);
    let form = user.log_in(&["login", "work", "--no-browser", "--scope", "write"]);
    succeeded(&form);
    let output = user.tripod(&["request", "GET", &me, "-p", "work"]).output();
    let output = output.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("oauth2/scope/insufficient"), "{said}");
    assert!(said.contains("$ tripod login work --scope"), "{said}");
    let body = String::from_utf8(output.stdout).unwrap();
    assert!(!body.contains("oauth2/scope/insufficient"), "{body}");
}
