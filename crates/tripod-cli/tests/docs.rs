//! What the documentation shows at a prompt is run, and what it shows as output is compared.
//!
//! Each page has a server, a home and a shell of its own. In expected output `…` stands for anything
//! within a line, and alone for any lines. A block that is not to be run is `sh`, not `console`.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an unwrap that fails is a test that fails"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

#[expect(dead_code, reason = "the tests of the server use more of it")]
#[path = "serve/running.rs"]
mod running;

use running::Running;

/// The address that the pages name.
const WRITTEN: &str = "127.0.0.1:9090";

/// What stands between the outputs of two commands.
const MARK: &str = "=== what follows belongs to the next command ===";

/// A command as it is shown, and the lines that are shown below it.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    line: usize,
    command: String,
    output: Vec<String>,
}

/// Takes the commands out of the `console` blocks of a page.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut is_console = false;
    for (index, text) in page.lines().enumerate() {
        if text.starts_with("```") {
            is_console = text == "```console";
        } else if let (true, Some(command)) = (is_console, text.strip_prefix("$ ")) {
            steps.push(Step {
                line: index + 1,
                command: command.to_owned(),
                output: Vec::new(),
            });
        } else if let (true, Some(step)) = (is_console, steps.last_mut()) {
            match step.command.strip_suffix('\\') {
                Some(begun) if step.output.is_empty() => {
                    step.command = format!("{begun}{}", text.trim_start());
                }
                _ => step.output.push(text.to_owned()),
            }
        }
    }
    // What builds and tests is run by whoever runs this.
    steps.retain(|step| !step.command.starts_with("cargo "));
    steps
}

/// Tells whether lines are as a page shows them.
fn are_as_shown(shown: &[String], said: &[&str]) -> bool {
    match (shown.split_first(), said.split_first()) {
        (None, None) => true,
        (Some((any, rest)), _) if any.trim() == "…" => {
            (0..=said.len()).any(|skipped| are_as_shown(rest, &said[skipped..]))
        }
        (Some((line, shown)), Some((one, said))) => {
            is_as_shown(line, one) && are_as_shown(shown, said)
        }
        _ => false,
    }
}

fn is_as_shown(shown: &str, said: &str) -> bool {
    let mut pieces = shown.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else {
        return false;
    };
    let mut is_last_anything = false;
    for piece in pieces {
        let Some((_, behind)) = rest.split_once(piece) else {
            return false;
        };
        is_last_anything = piece.is_empty();
        rest = behind;
    }
    rest.is_empty() || is_last_anything
}

/// Runs the commands in one shell, and returns what each printed and its status.
fn run(home: &Path, address: &str, steps: &[Step]) -> Vec<(String, i32)> {
    let tools = home.join("tools");
    fs::create_dir(&tools).unwrap();
    let tripod = assert_cmd::cargo::cargo_bin("tripod");
    std::os::unix::fs::symlink(tripod, tools.join("tripod")).unwrap();
    // The browser of somebody whom the server takes at his word.
    let browser = tools.join("xdg-open");
    fs::write(&browser, "#!/bin/sh\nexec curl -sL -o /dev/null \"$1\"\n").unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    let mut script = String::new();
    for step in steps {
        let command = step.command.replace(WRITTEN, address);
        write!(script, "{command}\nprintf '\\n%s %s\\n' '{MARK}' $?\n").unwrap();
    }
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("bash")
        .arg("-s")
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("PATH", format!("{}:{path}", tools.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    shell
        .stdin
        .take()
        .unwrap()
        .write_all(script.as_bytes())
        .unwrap();
    let output = shell.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let said = String::from_utf8(output.stdout).unwrap();
    let encoded = |address: &str| address.replace(':', "%3A");
    let said = said.replace(address, WRITTEN);
    let said = said.replace(&encoded(address), &encoded(WRITTEN));
    let mut pieces = said.split(MARK);
    let mut printed = pieces.next().unwrap_or_default();
    let mut outputs = Vec::new();
    for piece in pieces {
        let (status, next) = piece.split_once('\n').unwrap();
        outputs.push((printed.to_owned(), status.trim().parse().unwrap()));
        printed = next;
    }
    assert_eq!(outputs.len(), steps.len(), "it broke off: {complaints}");
    outputs
}

#[track_caller]
fn is_true(name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let steps = steps(&fs::read_to_string(page).unwrap());
    assert!(!steps.is_empty(), "{name} shows no command");
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("server");
    fs::create_dir(&data).unwrap();
    let server = Running::begin(&data, &["--dev", "--auto-approve", "alice"]);
    let outputs = run(home.path(), server.address(), &steps);
    for (step, (said, status)) in steps.iter().zip(outputs) {
        let Step {
            line,
            command,
            output,
        } = step;
        // `explain` says by 3 that it found the cause.
        let is_good = status == 0 || status == 3 && command.contains("tripod explain ");
        assert!(
            is_good,
            "{name}:{line}: `{command}` ended with {status}: {said}"
        );
        let lines: Vec<_> = said.trim_end().lines().collect();
        // Where nothing is shown, nothing is said of it.
        let is_as_shown = output.is_empty() || are_as_shown(output, &lines);
        assert!(is_as_shown, "{name}:{line}: `{command}` printed:\n{said}");
    }
}

#[test]
fn the_readme_is_true() {
    is_true("README.md");
}

#[test]
fn the_page_on_oauth_1_is_true() {
    is_true("docs/oauth1.md");
}

#[test]
fn the_page_on_oauth_2_is_true() {
    is_true("docs/oauth2.md");
}

#[test]
fn the_page_on_calling_an_api_is_true() {
    is_true("docs/calling.md");
}

#[test]
fn the_page_on_testing_is_true() {
    is_true("docs/testing.md");
}

#[test]
fn commands_are_found_with_what_is_shown_below_them() {
    let page = "```sh\n$ no\n```\ntext\n```console\n$ one \\\n    two\nsaid\n\n$ three\n```\n";
    let step = |line, command: &str, output: &[&str]| Step {
        line,
        command: command.to_owned(),
        output: output.iter().map(|&line| line.to_owned()).collect(),
    };
    let expected = [step(6, "one two", &["said", ""]), step(10, "three", &[])];
    assert_eq!(steps(page), expected);
}

#[test]
fn an_ellipsis_stands_for_anything() {
    assert!(is_as_shown("a…c…", "abcd"));
    assert!(is_as_shown("…d", "abcd"));
    assert!(!is_as_shown("a…c", "abcd"));
    assert!(!is_as_shown("b…", "abcd"));
    let shown = ["…".to_owned(), "end".to_owned()];
    assert!(are_as_shown(&shown, &["one", "two", "end"]));
    assert!(!are_as_shown(&shown, &["end", "one"]));
}
