//! Asking whoever sits at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use tripod_core::secret::Secret;

use crate::output;

#[cfg(unix)]
mod terminal;

/// Tells whether somebody is there to be asked.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line.
pub(crate) fn line(question: &str) -> io::Result<String> {
    output::question(question);
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim().to_owned())
}

/// Asks for a secret, which is not shown.
pub(crate) fn secret(question: &str) -> io::Result<Secret> {
    let ask = || rpassword::prompt_password(format!("{question}: "));
    #[cfg(unix)]
    let typed = terminal::restored(ask);
    #[cfg(not(unix))]
    let typed = ask();
    typed.map(Secret::new)
}
