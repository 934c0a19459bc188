//! What goes wrong: one message each, what to do next, and the right exit code.

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
    refused(command, 2, &["is no file of profiles"]);
    let command = tripod_in(home.path(), &["profile", "list", "--profiles", "/"]);
    refused(command, 1, &["cannot read `/`"]);
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
