//! A new password: typed twice, in a file or on standard input, never on the command line.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::Args;
use tripod_core::secret::Secret;
use tripod_provider::password::{PasswordHash, UnusablePassword};

use super::ProviderFailed;
use crate::edge::Edge;
use crate::prompt;
use crate::secret_source;

#[derive(Args)]
pub(super) struct PasswordSource {
    /// A file that holds the password (`-` is standard input) [default: it is asked for]
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Why there is no password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("the two passwords differ")]
    Different,
    #[error("nobody can be asked for a password: give --password-file FILE, or `-` to pipe it in")]
    Nobody,
    #[error("cannot ask for the password")]
    Prompt(#[source] io::Error),
    #[error("a password has at least {LEAST} characters")]
    Short,
    #[error(transparent)]
    Unusable(#[from] UnusablePassword),
}

/// NIST SP 800-63B §5.1.1.1: memorised secrets have eight characters at least.
const LEAST: usize = 8;

impl PasswordSource {
    /// Reads the password and hashes it.
    pub(super) fn read(&self) -> Result<PasswordHash, ProviderFailed> {
        let password = match &self.password_file {
            Some(path) => secret_source::read_text(path)?,
            None => asked()?,
        };
        if password.expose().chars().count() < LEAST {
            return Err(PasswordError::Short.into());
        }
        Ok(PasswordHash::new(&password, &mut Edge).map_err(PasswordError::from)?)
    }
}

fn asked() -> Result<Secret, PasswordError> {
    if !io::stdin().is_terminal() {
        return Err(PasswordError::Nobody);
    }
    let ask = |question| prompt::secret(question).map_err(PasswordError::Prompt);
    let password = ask("Password")?;
    if ask("Again")? == password {
        Ok(password)
    } else {
        Err(PasswordError::Different)
    }
}
