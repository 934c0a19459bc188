//! `tripod sign`, run as a program.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;

/// The last request of RFC 5849 §1.2, whose signature is printed there.
const URL: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const SIGNATURE: &str = "MdpQcU8iPSUjWoN/UDMsK2sui9I=";

fn tripod() -> Command {
    let mut command = Command::cargo_bin("tripod").unwrap();
    command.env_clear().arg("sign");
    command
}

fn photos(arguments: &[&str]) -> Command {
    let mut command = tripod();
    command.args([
        "GET",
        URL,
        "--consumer-key",
        "dpf43f3p2l4k3l03",
        "--token",
        "nnch734d00sl2jdk",
    ]);
    command.env("TRIPOD_CONSUMER_SECRET", "kd94hf93k423kf44");
    command.env("TRIPOD_TOKEN_SECRET", "pfkkdhi9sl3r4s00");
    command
        .args([
            "--timestamp",
            "137131202",
            "--nonce",
            "chapoH",
            "--no-version",
        ])
        .args(arguments);
    command
}

fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what must fail as usage does: one sentence, nothing on standard output, exit code 2.
fn refusal(command: &mut Command) -> String {
    let output = command.assert().code(2).get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text.strip_prefix("error: ").unwrap().trim_end().to_owned()
}

fn key(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/oauth1/keys")
        .join(name)
}

#[test]
fn the_signature_of_the_rfc_is_printed() {
    assert_eq!(
        stdout(&mut photos(&["--show", "signature"])),
        format!("{SIGNATURE}\n")
    );
}

#[test]
fn the_header_is_shown_unless_something_else_is_asked_for() {
    let expected = "Authorization: OAuth realm=\"Photos\", \
                    oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", \
                    oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", \
                    oauth_nonce=\"chapoH\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\n";
    assert_eq!(stdout(&mut photos(&["--realm", "Photos"])), expected);
}

#[test]
fn several_things_are_shown_with_their_names() {
    let shown = stdout(&mut photos(&[
        "--show",
        "base-string,signature",
        "--show",
        "url",
    ]));
    let lines: Vec<_> = shown.lines().collect();
    assert!(lines[0].starts_with("base-string: GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file"));
    assert_eq!(lines[1], format!("signature: {SIGNATURE}"));
    assert_eq!(lines[2], format!("url: {URL}"));
}

#[test]
fn the_parts_of_the_base_string_say_where_they_come_from() {
    let shown = stdout(&mut photos(&["--show", "parts"]));
    assert!(
        shown.contains("parameter  file = vacation.jpg                    query\n"),
        "{shown}"
    );
    assert!(
        shown.contains("oauth_nonce = chapoH                   Authorization header\n"),
        "{shown}"
    );
}

#[test]
fn json_holds_all_of_it() {
    let shown: serde_json::Value = serde_json::from_str(&stdout(&mut photos(&["--json"]))).unwrap();
    assert_eq!(shown["signature"], SIGNATURE);
    assert_eq!(shown["nonce"], "chapoH");
    assert_eq!(shown["timestamp"], 137_131_202);
    assert_eq!(shown["parameters"][0]["name"], "file");
    assert_eq!(shown["parameters"][0]["source"], "query");
    assert_eq!(shown["base_string_uri"], "http://photos.example.net/photos");
    for name in [
        "authorization",
        "base_string",
        "body",
        "content_type",
        "method",
        "url",
    ] {
        assert!(shown.get(name).is_some(), "{name}");
    }
}

#[test]
fn the_other_placements_show_what_is_to_be_sent() {
    let url = stdout(&mut photos(&["--placement", "query"]));
    assert!(
        url.starts_with(&format!("{URL}&oauth_consumer_key=")),
        "{url}"
    );
    assert!(
        url.ends_with("&oauth_signature=MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\n"),
        "{url}"
    );
    let body = stdout(&mut photos(&[
        "--placement",
        "body",
        "-d",
        "a=1",
        "-d",
        "b=2",
    ]));
    assert!(
        body.starts_with("a=1&b=2&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token="),
        "{body}"
    );
}

#[test]
fn a_curl_command_survives_the_shell() {
    let arguments = ["--show", "curl", "-d", "quote='&tick=`id`&dollar=$HOME"];
    let command = stdout(&mut photos(&arguments));
    // The shell itself says what curl would be given.
    let script = format!("curl() {{ printf '%s\\n' \"$@\"; }}\n{command}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .assert()
        .success()
        .get_output()
        .clone();
    let given = String::from_utf8(output.stdout).unwrap();
    let given: Vec<_> = given.lines().collect();
    assert!(
        given.contains(&"quote='&tick=`id`&dollar=$HOME"),
        "{given:?}"
    );
    assert!(
        given.contains(&"Content-Type: application/x-www-form-urlencoded"),
        "{given:?}"
    );
    assert_eq!(given.last(), Some(&URL));
}

#[test]
fn a_curl_command_sends_what_was_signed_even_if_the_body_came_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let form = folder.path().join("form");
    fs::write(&form, b"a=\xFF").unwrap();
    let form = form.to_str().unwrap();
    let arguments = [
        "--data-file",
        form,
        "--content-type",
        "application/x-www-form-urlencoded",
    ];
    let mut command = photos(&arguments);
    command.args(["--placement", "body", "--show", "curl"]);
    let output = command.assert().success().get_output().stdout.clone();
    let sent = b"--data-raw 'a=\xFF&oauth_consumer_key=dpf43f3p2l4k3l03&";
    assert!(
        output.windows(sent.len()).any(|window| window == sent),
        "{output:?}"
    );
    let json = stdout(photos(&arguments).args(["--placement", "body", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        json["body"].is_null(),
        "octets that are no text are not passed off as some"
    );
}

#[test]
fn a_curl_command_does_not_wait_for_the_body_of_a_head_request() {
    let mut command = tripod();
    command.args(["HEAD", URL, "--consumer-key", "key", "--show", "curl"]);
    let shown = stdout(command.env("TRIPOD_CONSUMER_SECRET", "secret"));
    assert!(
        shown.starts_with("curl --globoff --path-as-is --head -H "),
        "{shown}"
    );
}

#[test]
fn secrets_come_from_files_without_their_last_newline() {
    let folder = tempfile::tempdir().unwrap();
    let (client, token) = (folder.path().join("client"), folder.path().join("token"));
    fs::write(&client, "kd94hf93k423kf44\n").unwrap();
    fs::write(&token, "pfkkdhi9sl3r4s00\r\n").unwrap();
    let mut command = photos(&["--show", "signature", "--consumer-secret-file"]);
    command.arg(client).arg("--token-secret-file").arg(token);
    command
        .env("TRIPOD_CONSUMER_SECRET", "of another")
        .env("TRIPOD_TOKEN_SECRET", "of another");
    assert_eq!(stdout(&mut command), format!("{SIGNATURE}\n"));
}

#[test]
fn a_secret_comes_from_standard_input() {
    let mut command = photos(&["--show", "signature", "--token-secret-file", "-"]);
    command
        .env_remove("TRIPOD_TOKEN_SECRET")
        .write_stdin("pfkkdhi9sl3r4s00");
    assert_eq!(stdout(&mut command), format!("{SIGNATURE}\n"));
}

#[test]
fn a_secret_on_the_command_line_works_with_a_warning() {
    let mut command = photos(&["--show", "signature", "--token-secret", "pfkkdhi9sl3r4s00"]);
    let output = command.assert().success().get_output().clone();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("{SIGNATURE}\n")
    );
    let warning = String::from_utf8(output.stderr).unwrap();
    assert!(warning.starts_with("warning: --token-secret shows the secret to every user"));
    assert!(!warning.contains("pfkkdhi9sl3r4s00") && !warning.contains("--consumer-secret"));
}

#[test]
fn every_method_signs_and_draws_a_fresh_nonce() {
    for method in [
        "HMAC-SHA1",
        "hmac-sha256",
        "HMAC-SHA512",
        "RSA-SHA1",
        "RSA-SHA256",
        "RSA-SHA512",
    ] {
        let sign = || {
            let mut command = tripod();
            command.args([
                "GET",
                "https://example.com/",
                "--consumer-key",
                "key",
                "--method",
                method,
            ]);
            if method.starts_with("RSA") {
                command.arg("--rsa-key").arg(key("rsa-2048.pem"));
            } else {
                command.env("TRIPOD_CONSUMER_SECRET", "secret");
            }
            stdout(&mut command)
        };
        let header = sign();
        let named = format!("oauth_signature_method=\"{}\"", method.to_uppercase());
        assert!(header.contains(&named), "{header}");
        assert_ne!(header, sign());
    }
}

#[test]
fn plaintext_is_kept_from_where_secrets_show() {
    let plaintext = ["--method", "PLAINTEXT"];
    let refused = refusal(&mut photos(&plaintext));
    assert_eq!(
        refused,
        "cannot sign this: PLAINTEXT sends the secrets themselves, and this URI is not https"
    );
    let shown =
        stdout(photos(&plaintext).args(["--dangerous-exposed-plaintext", "--show", "signature"]));
    assert_eq!(shown, "kd94hf93k423kf44&pfkkdhi9sl3r4s00\n");
}

#[test]
fn a_short_rsa_key_signs_only_by_its_dangerous_name() {
    let sign = |danger: &[&str]| {
        let mut command = tripod();
        command.args([
            "GET",
            "https://example.com/",
            "--consumer-key",
            "key",
            "--rsa-key",
        ]);
        command.arg(key("wiki-rsa-1024.pem")).args(danger);
        command
    };
    let refused = refusal(&mut sign(&[]));
    assert!(
        refused.contains("a key of 1024 bits is too short to sign with"),
        "{refused}"
    );
    stdout(&mut sign(&["--dangerous-short-rsa-key"]));
}

#[test]
fn a_file_is_a_body_of_the_type_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body.json");
    fs::write(&body, b"Hello World!").unwrap();
    let body = body.to_str().unwrap();
    let arguments = [
        "--data-file",
        body,
        "--content-type",
        "text/plain",
        "--body-hash",
    ];
    let header = stdout(&mut photos(&arguments));
    // The hash of the body hash extension's own example.
    assert!(
        header.contains("oauth_body_hash=\"Lve95gjOVATpfV8EL5X4nxwjKHE%3D\""),
        "{header}"
    );
    let curl = stdout(photos(&arguments).args(["--show", "curl"]));
    assert!(curl.contains(&format!("--data-binary '@{body}'")), "{curl}");
}

#[test]
fn what_cannot_be_carried_out_is_refused_in_one_sentence() {
    let cases: [(&[&str], &str); 9] = [
        (
            &["--callback", "nowhere"],
            "--callback is neither `oob` nor an absolute URI",
        ),
        (&["--parameter", "oauth_a"], "--parameter takes NAME=VALUE"),
        (
            &["--parameter", "scope=a"],
            "cannot sign this: `scope` cannot be added",
        ),
        (
            &["--parameter", "oauth_nonce=a"],
            "cannot sign this: `oauth_nonce` cannot be added",
        ),
        (&["--nonce", ""], "cannot sign this: the nonce is empty"),
        (
            &["--placement", "query", "--realm", "a"],
            "cannot sign this: a realm can stand in",
        ),
        (
            &["--placement", "query", "--show", "header"],
            "there is no header to show",
        ),
        (
            &["--method", "RSA-SHA256", "--rsa-key", "/nowhere"],
            "cannot read `/nowhere`: ",
        ),
        (
            &["--content-type", "a\nb", "-d", "c"],
            "--content-type or --host holds characters",
        ),
    ];
    for (arguments, beginning) in cases {
        let mut command = tripod();
        command
            .args(["GET", URL, "--consumer-key", "key"])
            .args(arguments);
        command.env("TRIPOD_CONSUMER_SECRET", "secret");
        let refused = refusal(&mut command);
        assert!(refused.starts_with(beginning), "{arguments:?}: {refused}");
    }
}

#[test]
fn missing_credentials_are_named_with_the_ways_to_give_them() {
    let refused = refusal(photos(&[]).env_remove("TRIPOD_CONSUMER_SECRET"));
    let expected = "the secret is missing: --consumer-secret-file FILE, the variable \
                    TRIPOD_CONSUMER_SECRET, or --consumer-secret";
    assert_eq!(refused, expected);
    let refused = refusal(photos(&[]).env_remove("TRIPOD_TOKEN_SECRET"));
    assert!(refused.contains("--token-secret-file"), "{refused}");
    let refused = refusal(photos(&["--method", "RSA-SHA1"]).env_remove("TRIPOD_CONSUMER_SECRET"));
    assert_eq!(refused, "RSA-SHA1 needs the private key: --rsa-key FILE");
    let mut command = tripod();
    command.args(["GET", URL, "--consumer-key", "key"]);
    command
        .env("TRIPOD_CONSUMER_SECRET", "secret")
        .env("TRIPOD_TOKEN_SECRET", "secret");
    assert_eq!(
        refusal(&mut command),
        "there is a token secret, but no --token that it belongs to"
    );
}

#[test]
fn a_url_or_a_method_that_is_none_is_refused() {
    let sign = |method: &str, url: &str| {
        let mut command = tripod();
        command
            .args([method, url, "--consumer-key", "key"])
            .env("TRIPOD_CONSUMER_SECRET", "secret");
        command
    };
    for url in ["", "example.com/path", "ftp://example.com/", "https://"] {
        let refused = refusal(&mut sign("GET", url));
        assert!(
            refused.starts_with("the URL is not an absolute one"),
            "{url}: {refused}"
        );
    }
    let refused = refusal(&mut sign("https://example.com/", "GET"));
    assert!(
        refused.contains("is no HTTP method; the method comes first"),
        "{refused}"
    );
}

#[test]
fn what_the_parser_refuses_ends_with_2_too() {
    for arguments in [
        &["--nonsense"][..],
        &["--method", "MD5"],
        &["--timestamp", "0"],
    ] {
        tripod()
            .args(["GET", URL, "--consumer-key", "key"])
            .args(arguments)
            .assert()
            .code(2);
    }
    tripod().args(["GET"]).assert().code(2);
    tripod().arg("--help").assert().success();
}

/// One random token in 64 begins with a hyphen.
#[test]
fn a_token_may_begin_with_a_hyphen() {
    let mut command = tripod();
    command.args([
        "GET",
        URL,
        "--consumer-key",
        "-k",
        "--token",
        "-t",
        "--verifier",
        "-v",
    ]);
    command.env("TRIPOD_CONSUMER_SECRET", "kd94hf93k423kf44");
    command.env("TRIPOD_TOKEN_SECRET", "pfkkdhi9sl3r4s00");
    let header = stdout(&mut command);
    for part in [
        "oauth_consumer_key=\"-k\"",
        "oauth_token=\"-t\"",
        "oauth_verifier=\"-v\"",
    ] {
        assert!(header.contains(part), "{header}");
    }
}
