#![doc = include_str!("../README.md")]

use std::error::Error;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use serde_json::json;

use crate::edge::Edge;
use crate::exit::Exit;
use crate::failure::CallFailed;

mod account;
mod completions;
mod config;
mod database;
mod demo;
mod doctor;
mod edge;
mod exit;
mod explain;
mod explained;
mod failure;
mod jwt;
mod key_file;
mod login;
mod output;
mod page;
mod profile;
mod profiles;
mod prompt;
mod provider;
mod providers;
mod request;
mod secret_source;
mod serve;
mod sign;
mod signing_key;
mod suggestion;
mod token;

/// OAuth 1.0a and OAuth 2: get authorised, stay authorised, see why not.
#[derive(Parser)]
#[command(name = "tripod", version, max_term_width = 100, after_help = Exit::HELP)]
struct Opts {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Demo(demo::Opts),
    Doctor(doctor::Opts),
    Explain(Box<explain::Opts>),
    Login(Box<login::Opts>),
    Request(Box<request::Opts>),
    Token(token::Opts),
    Profile(profile::Opts),
    #[command(hide = true)]
    Completions(completions::Completions),
    Jwt(jwt::Opts),
    #[command(hide = true)]
    Man(completions::Man),
    Provider(Box<provider::Opts>),
    Serve(Box<serve::Opts>),
    Providers(providers::Opts),
    Sign(Box<sign::Opts>),
}

fn main() -> ExitCode {
    let matches = command().get_matches(); // exits with 2 by itself
    let (opts, (_, own)) = match (Opts::from_arg_matches(&matches), matches.subcommand()) {
        (Ok(opts), Some(subcommand)) => (opts, subcommand),
        (Err(error), _) => error.exit(),
        (_, None) => Opts::command()
            .error(clap::error::ErrorKind::MissingSubcommand, "")
            .exit(),
    };
    match opts.command {
        Command::Doctor(opts) => match doctor::run(&opts) {
            Ok(exit) => exit.into(),
            Err(error) => called(Err(error), As::Text),
        },
        Command::Explain(opts) => match explain::run(&opts, own, &Edge) {
            Ok(exit) => exit.into(),
            Err(error) => ended(Err(error), explain::ExplainFailed::exit),
        },
        Command::Demo(opts) => called(demo::run(&opts), As::Text),
        Command::Login(opts) => called(login::run(&opts, own), As::of(opts.json)),
        Command::Request(opts) => called(request::run(&opts), As::Text),
        Command::Token(opts) => called(token::run(&opts), As::of(opts.json)),
        Command::Profile(opts) => called(profile::run(&opts), As::Text),
        Command::Completions(opts) => called(completions::completions(&opts, command()), As::Text),
        Command::Man(opts) => called(completions::man(&opts, command()), As::Text),
        Command::Jwt(opts) => ended(jwt::run(&opts, own, &Edge), jwt::JwtFailed::exit),
        Command::Provider(opts) => ended(provider::run(&opts), provider::ProviderFailed::exit),
        Command::Serve(opts) => ended(serve::run(&opts), serve::ServeFailed::exit),
        Command::Providers(opts) => ended(providers::run(&opts), providers::ProvidersFailed::exit),
        Command::Sign(opts) => ended(sign::run(&opts, own, &mut Edge), sign::SignFailed::exit),
    }
}

/// Returns the commands, with values that were drawn by lot taken as they are.
fn command() -> clap::Command {
    taking_what_is_random(Opts::command())
}

/// One identifier in 64 that is drawn from base64url begins with a hyphen, and is no flag.
fn taking_what_is_random(command: clap::Command) -> clap::Command {
    const RANDOM: [&str; 8] = [
        "CODE", "HANDLE", "ID", "KEY", "SECRET", "STATE", "TOKEN", "VERIFIER",
    ];
    let is_random = |arg: &clap::Arg| {
        let mut names = arg.get_value_names().unwrap_or_default().iter();
        names.any(|name| RANDOM.contains(&name.as_str()))
    };
    command
        .mut_args(|arg| match is_random(&arg) {
            true => arg.allow_hyphen_values(true),
            false => arg,
        })
        .mut_subcommands(taking_what_is_random)
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

/// For whom a failure is written.
#[derive(Clone, Copy)]
enum As {
    Json,
    Text,
}

impl As {
    const fn of(json: bool) -> Self {
        match json {
            true => Self::Json,
            false => Self::Text,
        }
    }
}

/// As [`ended`], with why it failed and what to do next.
fn called(outcome: Result<(), CallFailed>, form: As) -> ExitCode {
    let Err(error) = outcome else {
        return Exit::Ok.into();
    };
    let explained = error.explained();
    output::error(&error);
    match form {
        As::Json => {
            let report = json!({ "error": output::chain(&error), "findings": explained.to_json() });
            // What cannot be written to standard output stands on standard error.
            let _ = output::result(page::json(&report).as_bytes());
        }
        As::Text => explained.show(),
    }
    if let Some(hint) = error.hint().filter(|hint| !explained.says(hint)) {
        output::hint(&hint);
    }
    error.exit().into()
}
