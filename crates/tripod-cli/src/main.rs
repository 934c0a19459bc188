#![doc = include_str!("../README.md")]

use std::error::Error;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use crate::edge::Edge;
use crate::exit::Exit;

mod config;
mod database;
mod edge;
mod exit;
mod jwt;
mod key_file;
mod output;
mod page;
mod provider;
mod providers;
mod secret_source;
mod serve;
mod sign;

/// OAuth 1.0a and OAuth 2: get authorised, stay authorised, see why not.
#[derive(Parser)]
#[command(name = "tripod", version, max_term_width = 100, after_help = Exit::HELP)]
struct Opts {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Jwt(jwt::Opts),
    Provider(Box<provider::Opts>),
    Serve(Box<serve::Opts>),
    Providers(providers::Opts),
    Sign(Box<sign::Opts>),
}

fn main() -> ExitCode {
    let matches = Opts::command().get_matches(); // exits with 2 by itself
    let (opts, (_, own)) = match (Opts::from_arg_matches(&matches), matches.subcommand()) {
        (Ok(opts), Some(subcommand)) => (opts, subcommand),
        (Err(error), _) => error.exit(),
        (_, None) => Opts::command()
            .error(clap::error::ErrorKind::MissingSubcommand, "")
            .exit(),
    };
    match opts.command {
        Command::Jwt(opts) => ended(jwt::run(&opts, own, &Edge), jwt::JwtFailed::exit),
        Command::Provider(opts) => ended(provider::run(&opts), provider::ProviderFailed::exit),
        Command::Serve(opts) => ended(serve::run(&opts), serve::ServeFailed::exit),
        Command::Providers(opts) => ended(providers::run(&opts), providers::ProvidersFailed::exit),
        Command::Sign(opts) => ended(sign::run(&opts, own, &mut Edge), sign::SignFailed::exit),
    }
}

/// Tells the user and the shell how it ended.
fn ended<E: Error>(outcome: Result<(), E>, exit: impl Fn(&E) -> Exit) -> ExitCode {
    match outcome {
        Ok(()) => Exit::Ok.into(),
        Err(error) => {
            output::error(&error);
            exit(&error).into()
        }
    }
}
