//! The program as a user runs it, and the browser that it sends them to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Prepares the program to run apart from the user's own data.
pub(crate) fn tripod_in(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("tripod"));
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .args(arguments)
        .stdin(Stdio::null());
    command
}

#[track_caller]
pub(crate) fn succeeded(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{:?}: {said}", output.status);
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Waits for the address that people are told to open.
pub(crate) fn shown_address(child: &mut Child) -> String {
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(
            stderr.read_line(&mut line).unwrap(),
            0,
            "no address: {said}"
        );
        if line.starts_with("http") {
            // The rest is read on, so that the program is not held up.
            std::thread::spawn(move || {
                let mut rest = String::new();
                let _ = stderr.read_to_string(&mut rest);
            });
            return line.trim().to_owned();
        }
        said.push_str(&line);
    }
}

/// Goes to an address, and on to wherever it leads; the last page is returned.
pub(crate) fn visit(address: &str) -> String {
    let mut address = address.to_owned();
    for _ in 0..5 {
        let answer = get(&address);
        let head = answer.split("\r\n\r\n").next().unwrap();
        let location = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.trim().to_owned())
        });
        match location {
            Some(location) if location.starts_with('/') => {
                let host = address.split('/').nth(2).unwrap();
                address = format!("http://{host}{location}");
            }
            Some(location) => address = location,
            None => return answer,
        }
    }
    panic!("it goes on and on");
}

pub(crate) fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let request = format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
