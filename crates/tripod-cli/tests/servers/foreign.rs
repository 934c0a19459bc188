//! A server that somebody else wrote, its user with a browser, and the program that logs in to it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::program::{get, succeeded, tripod_in};

pub(crate) struct Foreign {
    process: Child,
    language: Language,
    pub(crate) issuer: String,
    pub(crate) home: TempDir,
}

#[derive(Clone, Copy)]
enum Language {
    Node,
    Python,
}

/// What came of a login.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) said: String,
    pub(crate) report: String,
    /// What the browser showed last.
    pub(crate) page: String,
}

impl Foreign {
    /// Starts a server of the folder `interop`, or says why that is skipped.
    pub(crate) fn begin(script: &str) -> Option<Self> {
        let language = Language::of(script);
        if let Some(tool) = language.missing() {
            println!("SKIPPED: run {tool} first");
            return None;
        }
        let home = tempfile::tempdir().unwrap();
        let mut command = language.interpreter();
        let command = command.arg(scripts().join(script)).arg(home.path());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        let mut said = said.lines().map(Result::unwrap);
        let started = said.find_map(|line| serde_json::from_str::<Value>(&line).ok());
        let started = started.unwrap_or_else(|| panic!("{script} does not serve"));
        let issuer = started["issuer"].as_str().unwrap().to_owned();
        // What it says later is read, too: a server whose output nobody takes may end.
        std::thread::spawn(move || said.for_each(drop));
        Some(Self {
            process,
            language,
            issuer,
            home,
        })
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Writes a file, and returns its name.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    pub(crate) fn tripod(&self, arguments: &[&str]) -> Command {
        tripod_in(self.home.path(), arguments)
    }

    #[track_caller]
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        succeeded(&self.tripod(arguments).output().unwrap())
    }

    /// Returns what a profile keeps in the vault.
    #[track_caller]
    pub(crate) fn secrets(&self, profile: &str) -> Value {
        let shown = self.said(&["profile", "show", profile, "--show-secrets", "--json"]);
        let mut shown: Value = serde_json::from_str(&shown).unwrap();
        shown["secrets"]["tokens"].take()
    }

    /// Waits until a token of the client `short-lived` is to be renewed: it lives for three seconds.
    pub(crate) fn wait_until_stale() {
        std::thread::sleep(Duration::from_secs(2));
    }

    /// Logs in while the user allows everything.
    #[track_caller]
    pub(crate) fn log_in(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.try_log_in(arguments, &[]);
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {outcome:?}");
        outcome
    }

    /// Logs in while the user does what the program says, in a browser that is told more.
    #[track_caller]
    pub(crate) fn try_log_in(&self, arguments: &[&str], more: &[&str]) -> Outcome {
        let has = |words: &[&str]| arguments.iter().any(|word| words.contains(word));
        let is_pasted = has(&["--paste", "--oob"]);
        let mut command = self.tripod(&["login"]);
        let command = command.args(arguments).stdin(Stdio::piped());
        if !is_pasted && !has(&["--device", "--client-credentials"]) {
            command.arg("--no-browser");
        }
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let (mut said, mut page) = (String::new(), String::new());
        let mut line = String::new();
        while stderr.read_line(&mut line).unwrap() > 0 {
            said.push_str(&line);
            if let Some(task) = Task::read(&line) {
                page = self.visit(&task, more);
                break;
            }
            line.clear();
        }
        if is_pasted {
            writeln!(stdin, "{page}").unwrap();
        } else if page.starts_with("http") {
            page = get(&page);
        }
        drop(stdin);
        stderr.read_to_string(&mut said).unwrap();
        let output = child.wait_with_output().unwrap();
        Outcome {
            code: output.status.code(),
            said,
            report: String::from_utf8(output.stdout).unwrap(),
            page,
        }
    }

    /// Has the user do as they are told, and returns the address or the page where that ends.
    #[track_caller]
    fn visit(&self, task: &Task, more: &[&str]) -> String {
        let script = match self.language {
            Language::Node => "visit.mjs",
            Language::Python => "visit.py",
        };
        let mut command = self.language.interpreter();
        let command = command.arg(scripts().join(script));
        let command = command.args([&self.issuer, &task.uri]);
        let command = command.args(&task.user_code).args(more);
        let end = succeeded(&command.output().unwrap());
        end.trim().to_owned()
    }

    /// Posts a form, past the program; the head and the body that come back.
    pub(crate) fn post(&self, path: &str, form: &str) -> String {
        let host = self.issuer.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = form.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the program tells its user to do.
struct Task {
    uri: String,
    /// What is to be entered there.
    user_code: Option<String>,
}

impl Task {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        let (uri, user_code) = match line.strip_prefix("Open ") {
            Some(line) => {
                let (uri, code) = line.split_once(" on any device, and enter the code ")?;
                (uri, Some(code.to_owned()))
            }
            None => (line.starts_with("http").then_some(line)?, None),
        };
        let uri = uri.to_owned();
        Some(Self { uri, user_code })
    }
}

impl Language {
    fn of(script: &str) -> Self {
        match script.ends_with(".mjs") {
            true => Self::Node,
            false => Self::Python,
        }
    }

    /// Names the tool that installs what the scripts need, if it did not run since that changed.
    fn missing(self) -> Option<&'static str> {
        let (tool, wanted, installed) = match self {
            Self::Node => (
                "tools/node-env",
                scripts().join("package-lock.json"),
                scripts().join("node_modules/installed-package-lock.json"),
            ),
            Self::Python => (
                "tools/python-env",
                root().join("tools/python-requirements.txt"),
                root().join(".venv/installed-requirements.txt"),
            ),
        };
        let installed = fs::read_to_string(installed).ok();
        (installed != fs::read_to_string(wanted).ok()).then_some(tool)
    }

    fn interpreter(self) -> Command {
        match self {
            Self::Node => Command::new("node"),
            Self::Python => {
                let mut command = Command::new(root().join(".venv/bin/python"));
                command.env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}
