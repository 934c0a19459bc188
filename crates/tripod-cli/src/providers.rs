//! `tripod providers`: what is known about providers. Nothing is fetched.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tripod::preset::{DirectoryError, Presets, UnknownPreset};

use crate::exit::Exit;

mod list;
mod show;

/// List the providers that are known, or show what is known about one.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  tripod providers
  tripod providers jira
  tripod providers oauth1 --json
  tripod providers show netsuite
A provider of one's own is a file NAME.toml in the directory of --presets."
)]
pub(crate) struct Opts {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    list: list::Selection,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Opts),
}

/// Where the user's own presets are.
#[derive(Args)]
struct Directory {
    /// Take presets from this directory, too, one file NAME.toml each
    #[arg(long, value_name = "DIR", env = "TRIPOD_PRESETS")]
    presets: Option<PathBuf>,
}

impl Directory {
    fn read(&self) -> Result<Presets, ProvidersFailed> {
        match &self.presets {
            None => Ok(Presets::built_in()),
            Some(path) if path.is_dir() => Ok(Presets::with_directory(path)?),
            Some(path) => Err(ProvidersFailed::NoDirectory { path: path.clone() }),
        }
    }
}

/// Does what was asked for.
///
/// # Errors
///
/// [`ProvidersFailed`] says what to type instead.
pub(crate) fn run(opts: &Opts) -> Result<(), ProvidersFailed> {
    match &opts.command {
        Some(Command::Show(opts)) => show::run(opts),
        None => list::run(&opts.list),
    }
}

/// Why no provider was shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProvidersFailed {
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    #[error("`{}` is no directory", path.display())]
    NoDirectory { path: PathBuf },
    #[error("no provider has `{search}` in its name{}", near(nearest))]
    NothingFound {
        search: String,
        nearest: Vec<String>,
    },
    #[error("cannot write the result")]
    Output(#[source] std::io::Error),
    #[error(transparent)]
    Unknown(#[from] UnknownPreset),
}

impl ProvidersFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Output(_) => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}

fn near(nearest: &[String]) -> String {
    if nearest.is_empty() {
        "; `tripod providers` lists all".to_owned()
    } else {
        format!("; the nearest names are {}", nearest.join(", "))
    }
}
