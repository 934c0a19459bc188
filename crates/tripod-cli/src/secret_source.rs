//! Where a secret comes from: a file, the environment, or as a last resort the command line.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::ArgMatches;
use clap::parser::ValueSource;
use tripod_core::secret::Secret;

use crate::output;

/// One secret as it may be given: `--NAME`, its variable, or `--NAME-file`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecretSource<'a> {
    /// The flag, without dashes.
    pub(crate) flag: &'a str,
    /// The environment variable.
    pub(crate) variable: &'a str,
    /// What the flag or the variable holds.
    pub(crate) value: Option<&'a Secret>,
    /// What `--NAME-file` names.
    pub(crate) file: Option<&'a PathBuf>,
}

impl SecretSource<'_> {
    /// Reads the secret; warns if it stood on the command line.
    ///
    /// # Errors
    ///
    /// [`FileError`] if its file cannot be read.
    pub(crate) fn read(&self, matches: &ArgMatches) -> Result<Option<Secret>, FileError> {
        // The file first: a variable that is set for all commands yields to it.
        if let Some(file) = self.file {
            return read_text(file).map(Some);
        }
        let id = self.flag.replace('-', "_");
        if matches.value_source(&id) == Some(ValueSource::CommandLine) {
            let (flag, variable) = (self.flag, self.variable);
            output::warning(&format!(
                "--{flag} shows the secret to every user of this machine and to the shell's \
                 history; use --{flag}-file or the variable {variable}"
            ));
        }
        Ok(self.value.cloned())
    }
}

/// Takes a secret as it was typed, for `value_parser`.
pub(crate) fn parse(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::from(text))
}

/// Reads a secret from a file, without the newline that editors leave at its end.
///
/// # Errors
///
/// [`FileError`] if it cannot be read.
pub(crate) fn read_text(path: &Path) -> Result<Secret, FileError> {
    let read = if path == Path::new("-") {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(path)
    };
    let text = read.map_err(|source| FileError::new(path, source))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(Secret::from(line.strip_suffix('\r').unwrap_or(line)))
}

/// Reads the octets of a file, or of standard input for `-`.
///
/// # Errors
///
/// [`FileError`] if it cannot be read.
pub(crate) fn read_octets(path: &Path) -> Result<Vec<u8>, FileError> {
    let read = if path == Path::new("-") {
        let mut octets = Vec::new();
        io::Read::read_to_end(&mut io::stdin(), &mut octets).map(|_| octets)
    } else {
        fs::read(path)
    };
    read.map_err(|source| FileError::new(path, source))
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read `{}`", path.display())]
pub(crate) struct FileError {
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    /// Names the file that could not be read, and why.
    pub(crate) fn new(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        Self { path, source }
    }
}
