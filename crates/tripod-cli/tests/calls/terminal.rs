//! What is asked and shown where somebody sits at a terminal; `script` plays one.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin};

use super::*;

const CTRL_C: u8 = 3;

/// The program at a terminal of its own.
struct Terminal {
    child: Child,
    keyboard: ChildStdin,
    screen: String,
}

impl Terminal {
    /// Runs a command line of a shell, in which `tripod` is the program.
    fn begin(home: &Path, line: &str) -> Self {
        let program = assert_cmd::cargo::cargo_bin("tripod");
        let line = line.replace("tripod", program.to_str().unwrap());
        let mut command = Command::new("script");
        let command = command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "xterm")
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            keyboard: child.stdin.take().unwrap(),
            child,
            screen: String::new(),
        }
    }

    /// Waits until something stands on the screen.
    #[track_caller]
    fn reads(&mut self, due: &str) -> &str {
        while !self.screen.contains(due) {
            let mut chunk = [0; 1024];
            let count = self
                .child
                .stdout
                .as_mut()
                .unwrap()
                .read(&mut chunk)
                .unwrap();
            assert_ne!(count, 0, "{due}: {}", self.screen);
            self.screen
                .push_str(&String::from_utf8_lossy(&chunk[..count]));
        }
        &self.screen
    }

    fn presses(&mut self, key: u8) {
        self.keyboard.write_all(&[key]).unwrap();
    }

    fn types(&mut self, text: &str) {
        writeln!(self.keyboard, "{text}").unwrap();
    }

    /// Waits for the end, and returns the exit code and all that stood on the screen.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_end(&mut rest)
            .unwrap();
        self.screen.push_str(&String::from_utf8_lossy(&rest));
        (self.child.wait().unwrap().code(), self.screen)
    }
}

#[test]
fn what_is_missing_is_asked_for() {
    let user = User::new();
    let mut terminal = Terminal::begin(user.home.path(), "tripod login asked --no-browser");
    terminal.reads("Provider, by name or address: ");
    terminal.types(&user.at(""));
    terminal.reads("Client ID (consumer key): ");
    terminal.types("dev-public");
    let screen = terminal.reads("Waiting for the browser").to_owned();
    let address = screen
        .lines()
        .find(|line| line.starts_with("http"))
        .unwrap();
    visit(address.trim());
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(screen.contains("Logged in as asked"), "{screen}");
}

#[test]
fn a_secret_that_is_typed_is_not_shown() {
    let user = User::new();
    let line = format!(
        "tripod login robot --issuer {} --client-id dev-client --scope read --client-credentials",
        user.at("")
    );
    let mut terminal = Terminal::begin(user.home.path(), &line);
    terminal.reads("Client secret: ");
    // The question stands there a moment before the terminal is told to show nothing.
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.types("dev-client-secret");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("dev-client-secret"), "{screen}");
    assert!(!user.said(&["token", "robot"]).is_empty());
}

/// Lists what a user has been left in the folders that are his.
fn files(home: &Path) -> Vec<PathBuf> {
    let mut folders = vec![home.join("config"), home.join("data")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

#[test]
fn interrupted_at_a_secret_the_terminal_shows_again_what_is_typed() {
    let user = User::new();
    let line = format!(
        "trap : INT; tripod login robot --issuer {} --client-id dev-client --client-credentials; \
         echo it ended with $?; stty -a",
        user.at("")
    );
    let mut terminal = Terminal::begin(user.home.path(), &line);
    terminal.reads("Client secret: ");
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.presses(CTRL_C);
    let (_, screen) = terminal.ended();
    assert!(screen.contains("it ended with 130"), "{screen}");
    for setting in ["echo", "isig", "icanon"] {
        assert!(
            screen.split_whitespace().any(|it| it == setting),
            "{screen}"
        );
    }
    assert_eq!(files(user.home.path()), Vec::<PathBuf>::new());
}

#[test]
fn a_login_that_is_interrupted_leaves_nothing_behind() {
    let user = User::new();
    let issuer = user.at("");
    let before = format!("tripod login half --issuer {issuer} --no-browser --client-id dev-public");
    let ways = [
        ("--port 0", "Waiting for the browser"),
        ("--device", "Waiting for that to be done"),
        ("--paste", "Paste the address"),
    ];
    for (way, due) in ways {
        let mut terminal = Terminal::begin(user.home.path(), &format!("{before} {way}"));
        let screen = terminal.reads(due).to_owned();
        terminal.presses(CTRL_C);
        let (code, ended) = terminal.ended();
        assert_eq!(code, Some(130), "{ended}");
        assert_eq!(files(user.home.path()), Vec::<PathBuf>::new(), "{way}");
        if let Some((_, port)) = screen.split_once("redirect_uri=http%3A%2F%2F127.0.0.1%3A")
            && let Some((port, _)) = port.split_once('%')
        {
            TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
        }
    }
}

#[test]
fn the_lesson_is_coloured_and_as_wide_as_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    for (variables, is_coloured) in [("", true), ("NO_COLOR=1 ", false)] {
        let line = format!("stty cols 100 rows 40; {variables}tripod demo --only oauth2");
        let (code, screen) = Terminal::begin(home.path(), &line).ended();
        assert_eq!(code, Some(0), "{screen}");
        assert_eq!(screen.contains("\u{1b}[1m"), is_coloured, "{screen}");
        let plain = anstream::adapter::strip_str(&screen).to_string();
        let longest = plain
            .lines()
            .map(|line| line.trim_end().chars().count())
            .max();
        assert!((81..=100).contains(&longest.unwrap()), "{longest:?}");
    }
}

/// Sends the same body in two halves, more than a second apart.
fn slow_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).unwrap();
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
            for _ in 0..2 {
                std::thread::sleep(std::time::Duration::from_millis(1100));
                stream.write_all(&[b'x'; 2000]).unwrap();
            }
        }
    });
    format!("http://{address}/")
}

#[test]
fn a_download_shows_how_far_it_is() {
    let user = User::new();
    succeeded(&user.by_issuer("work"));
    let (address, home) = (slow_server(), user.home.path());
    let line = format!(
        "cd {}; tripod request GET {address} -p work -o file",
        home.display()
    );
    let (code, screen) = Terminal::begin(home, &line).ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(
        screen.contains("\r\u{1b}[K 50 %  2.0 kB of 4.0 kB"),
        "{screen:?}"
    );
    assert!(screen.ends_with("\r\u{1b}[K"), "{screen:?}");
    assert_eq!(fs::read(home.join("file")).unwrap().len(), 4000);
    // Nobody looks at a log, or at what is piped.
    let file = home.join("file");
    let mut piped = user.tripod(&[
        "request",
        "GET",
        &address,
        "-p",
        "work",
        "-o",
        file.to_str().unwrap(),
    ]);
    let output = piped.output().unwrap();
    assert_eq!((succeeded(&output).as_str(), output.stderr.len()), ("", 0));
}
