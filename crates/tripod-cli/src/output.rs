//! The only module that writes: results to standard output, words to standard error.

use std::error::Error;
use std::io::{self, Write as _};

use anstream::eprintln;

/// Writes a result, and nothing but that, with a newline behind it.
///
/// # Errors
///
/// If standard output cannot take it; a reader that went away (`| head`) is no error.
pub(crate) fn result(text: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text)
        .and_then(|()| stdout.write_all(b"\n"));
    ended(written.and_then(|()| stdout.flush()))
}

/// Gives out standard output itself, for what comes bit by bit.
pub(crate) fn raw() -> Box<dyn io::Write> {
    Box::new(io::stdout())
}

/// Writes a result for people; its colours reach terminals only.
///
/// # Errors
///
/// As [`result`].
pub(crate) fn styled(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.write_all(b"\n"));
    ended(written.and_then(|()| stdout.flush()))
}

/// Returns how many columns standard output has; 80, where it is no terminal.
pub(crate) fn width() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(80, |(width, _)| width.0.into())
}

/// Takes a reader that went away (`| head`) for no error.
fn ended(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes a warning.
pub(crate) fn warning(text: &str) {
    eprintln!("\x1b[1;33mwarning:\x1b[0m {text}");
}

/// Writes an error with its causes, on one line.
pub(crate) fn error(error: &dyn Error) {
    eprintln!("\x1b[1;31merror:\x1b[0m {}", chain(error));
}

/// Says an error with its causes, on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// Says what to do next.
pub(crate) fn hint(text: &str) {
    eprintln!("\x1b[1;36mhint:\x1b[0m {text}");
}

/// Tells people how it goes; standard output is for results.
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// Writes over the line that the cursor is in, on a terminal.
pub(crate) fn transient(text: &str) {
    anstream::eprint!("\r\x1b[K{text}");
}

/// Asks, and leaves the cursor behind the question.
pub(crate) fn question(text: &str) {
    anstream::eprint!("{text}: ");
}
