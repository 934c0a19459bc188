//! `tripod jwt`: what a token says, and whether it may be believed. Nothing is fetched.

use clap::{ArgMatches, Args, Subcommand};
use tripod_oauth2::jose;

use crate::edge::Edge;
use crate::exit::Exit;
use crate::secret_source::FileError;

pub(crate) use time::rfc3339;

mod anatomy;
mod decode;
mod keys;
mod kind;
mod problem;
mod time;
mod token_source;
mod verify;

/// Look into a JSON Web Token (RFC 7519), or verify it; offline.
#[derive(Args)]
pub(crate) struct Opts {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Decode(decode::Opts),
    Verify(Box<verify::Opts>),
}

/// Does what was asked for.
///
/// # Errors
///
/// [`JwtFailed`] says what to type instead, or that the token does not hold.
pub(crate) fn run(opts: &Opts, matches: &ArgMatches, edge: &Edge) -> Result<(), JwtFailed> {
    match (&opts.command, matches.subcommand()) {
        (Command::Verify(opts), Some((_, own))) => verify::run(opts, own, edge),
        (Command::Verify(_), None) => Err(JwtFailed::NoKey),
        (Command::Decode(opts), _) => decode::run(opts, edge),
    }
}

/// Why a token was not shown, or not found valid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JwtFailed {
    #[error("the token is empty")]
    Empty,
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the token does not hold: {check}: {why}")]
    Invalid { check: &'static str, why: String },
    #[error("`{path}` holds no usable key{}", for_algorithm(*algorithm))]
    Key {
        path: String,
        algorithm: Option<jose::algorithm::Algorithm>,
        source: jose::KeyError,
    },
    #[error(
        "no key to verify with: --jwks FILE, --key FILE, --secret-file FILE, or the variable \
         TRIPOD_JWT_SECRET"
    )]
    NoKey,
    #[error("no key in `{path}` can verify{}", for_algorithm(*algorithm))]
    NoKeyInSet {
        path: String,
        algorithm: Option<jose::algorithm::Algorithm>,
    },
    #[error("no token: give it as an argument, by --file FILE, or on standard input")]
    NoToken,
    #[error("this is no JWT: {0}")]
    NotJwt(String),
    #[error("the token is not text")]
    NotText,
    #[error("cannot write the result")]
    Output(#[source] std::io::Error),
    #[error("the secret is a PEM key; a public key is no secret, so give it by --key FILE")]
    PemAsSecret,
    #[error("the secret cannot be used{}", for_algorithm(*algorithm))]
    Secret {
        algorithm: Option<jose::algorithm::Algorithm>,
        source: jose::KeyError,
    },
    #[error("cannot read standard input")]
    StandardInput(#[source] std::io::Error),
    #[error("token and key cannot both come from standard input")]
    StandardInputTwice,
    #[error("give one of --jwks, --key, --secret-file and --secret, not several")]
    TwoKeys,
    #[error("{flag} takes a file, and nothing is fetched: save what the URL answers first")]
    Url { flag: &'static str },
}

impl JwtFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Invalid { .. } => Exit::Security,
            Self::Output(_) => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}

fn for_algorithm(algorithm: Option<jose::algorithm::Algorithm>) -> String {
    algorithm.map_or_else(String::new, |algorithm| format!(" for {algorithm}"))
}
