//! What the exit code tells a script.

use std::process::ExitCode;

/// Why the program ended. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All went well.
    Ok = 0,
    /// Something that should not happen: a bug, or a machine out of order.
    Unexpected = 1,
    /// What was typed cannot be carried out.
    Usage = 2,
    /// The provider refused, or `explain` found why it did.
    Refused = 3,
    /// Nobody is logged in, or no longer.
    LoginNeeded = 4,
    /// The network: an address in use, or a server that does not answer.
    Network = 5,
    /// A security check failed: what was looked at must not be trusted.
    Security = 6,
    /// The API answered with a status of 400 or above, and `--fail` was given.
    Api = 7,
}

impl Exit {
    /// What `--help` says of it.
    pub(crate) const HELP: &str = "\
Exit codes: 0 done, 1 a bug or something unexpected, 2 what was typed cannot be carried out,
  3 the provider refused, or `explain` found why, 4 a login is needed, 5 the network,
  6 a security check failed, 7 the API answered 400 or above and --fail was given";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
