//! `tripod completions` and `tripod man`: for those who package the program.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::CallFailed;
use crate::output;
use crate::secret_source::FileError;

/// Print what completes commands in a shell.
#[derive(Args)]
#[command(after_help = "\
Example:
  tripod completions bash > ~/.local/share/bash-completion/completions/tripod")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Write the man pages into a directory.
#[derive(Args)]
#[command(after_help = "\
Example:
  tripod man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// The directory
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Prints the completions.
///
/// # Errors
///
/// [`CallFailed`] if they cannot be written.
pub(crate) fn completions(opts: &Completions, mut program: Command) -> Result<(), CallFailed> {
    let mut text = Vec::new();
    clap_complete::generate(opts.shell, &mut program, "tripod", &mut text);
    output::result(&text).map_err(CallFailed::Output)
}

/// Writes the man pages.
///
/// # Errors
///
/// [`CallFailed`] if they cannot be written.
pub(crate) fn man(opts: &Man, program: Command) -> Result<(), CallFailed> {
    let fail = |source| FileError::new(&opts.directory, source);
    std::fs::create_dir_all(&opts.directory).map_err(fail)?;
    clap_mangen::generate_to(program, &opts.directory).map_err(fail)?;
    Ok(())
}
