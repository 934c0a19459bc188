//! `tripod provider`: who and what a provider knows. It works beside a server that runs.

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;
use tripod_core::clock::Clock as _;
use tripod_core::random::Random as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::metadata::Issuer;
use tripod_provider::config::Config;
use tripod_provider::edge;
use tripod_provider::provider::Provider;
use tripod_provider::storage::{self, Event};
use tripod_provider::store::Changes;

use crate::config::{ConfigError, ConfigFile};
use crate::database::{Database, DatabaseError};
use crate::edge::Edge;
use crate::exit::Exit;
use crate::output;
use crate::secret_source::FileError;

mod audit;
mod client;
mod key;
mod password;
mod registration_token;
mod table;
mod token;
mod user;

/// Administer a provider: its clients, users, keys and tokens.
///
/// Everything works on the database, whether a server runs or not; a server sees it at once.
#[derive(Args)]
pub(crate) struct Opts {
    /// A file of SQLite, or postgres://… [default: in the user's data]
    #[arg(
        long,
        value_name = "PATH|URL",
        global = true,
        env = "TRIPOD_DATABASE",
        hide_env_values = true
    )]
    database: Option<String>,

    /// The file with the server key [default: beside the database]
    #[arg(long, value_name = "FILE", global = true, env = "TRIPOD_KEY_FILE")]
    key_file: Option<PathBuf>,

    /// The configuration file of the provider
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        env = "TRIPOD_PROVIDER_CONFIG"
    )]
    config: Option<PathBuf>,

    /// Answer in JSON
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Audit(audit::Opts),
    #[command(subcommand)]
    Client(client::Command),
    #[command(subcommand)]
    Key(key::Command),
    #[command(subcommand)]
    RegistrationToken(registration_token::Command),
    #[command(subcommand)]
    Token(token::Command),
    #[command(subcommand)]
    User(user::Command),
}

/// Does what was asked for, and shows what came of it.
///
/// # Errors
///
/// [`ProviderFailed`] says what to type instead.
pub(crate) fn run(opts: &Opts) -> Result<(), ProviderFailed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ProviderFailed::Runtime)?;
    let answer = runtime.block_on(carry_out(opts))?;
    let written = if opts.json {
        output::result(format!("{:#}", answer.json).as_bytes())
    } else {
        output::styled(answer.text.trim_end())
    };
    written.map_err(ProviderFailed::Output)
}

async fn carry_out(opts: &Opts) -> Result<Shown, ProviderFailed> {
    let provider = open(opts).await?;
    let provider = &provider;
    match &opts.command {
        Command::Audit(opts) => audit::run(opts, provider).await,
        Command::Client(command) => client::run(command, provider).await,
        Command::Key(command) => key::run(command, provider).await,
        Command::RegistrationToken(command) => registration_token::run(command, provider).await,
        Command::Token(command) => token::run(command, provider).await,
        Command::User(command) => user::run(command, provider).await,
    }
}

/// Opens the database as a provider would; nothing is served, so that its address is nobody's.
async fn open(opts: &Opts) -> Result<Provider, ProviderFailed> {
    let file = ConfigFile::read(opts.config.as_deref())?;
    let address = opts.database.as_ref().or(file.database.as_ref());
    let key_file = opts.key_file.as_ref().or(file.key_file.as_ref());
    let database = Database::new(address.map(String::as_str), key_file.map(PathBuf::as_path))?;
    let issuer = file
        .issuer
        .as_deref()
        .and_then(|issuer| Issuer::parse(issuer).ok());
    let nobody = || Issuer::parse("http://127.0.0.1").expect("it is an issuer");
    let mut config = Config::new(issuer.unwrap_or_else(nobody));
    file.apply(&mut config)?;
    let opened = database.open(&mut Edge).await?;
    let edge = edge::Edge::new(|| Edge.now(), |octets| Edge.fill(octets));
    Ok(Provider::new(config, opened.storage, opened.sealer, edge))
}

/// What a command shows, to people and to machines.
#[derive(Debug)]
struct Shown {
    text: String,
    json: Value,
}

impl Shown {
    fn new(text: impl Into<String>, json: Value) -> Self {
        Self {
            text: text.into(),
            json,
        }
    }
}

/// Writes changes with what the audit trail is to say of them.
async fn apply(provider: &Provider, changes: Changes, event: Event) -> Result<(), ProviderFailed> {
    let mut event = event;
    event.detail["by"] = "administrator".into();
    let applied = provider.store().apply(changes.audit(event)).await?;
    applied.map_err(|_| ProviderFailed::Changed)
}

/// Writes a time for people and for machines.
fn rfc3339(at: Timestamp) -> String {
    crate::jwt::rfc3339(at).unwrap_or_else(|| at.to_string())
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderFailed {
    #[error("somebody else changed it at the same time: look at it, and try again")]
    Changed,
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("there is a {what} `{name}` already")]
    Exists { what: &'static str, name: String },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the client cannot be so: {0}")]
    Metadata(String),
    #[error("there is no {what} `{name}`")]
    NoSuch { what: &'static str, name: String },
    #[error("cannot write the result")]
    Output(#[source] io::Error),
    #[error(transparent)]
    Password(#[from] password::PasswordError),
    #[error("the operating system does not let the command run")]
    Runtime(#[source] io::Error),
    #[error("the database does not answer")]
    Storage(#[from] storage::Error),
    #[error("{0}")]
    Usage(String),
    #[error("cannot rotate the keys")]
    Keys(#[source] storage::Error),
}

impl ProviderFailed {
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Database(error) => error.exit(),
            Self::Changed
            | Self::Keys(_)
            | Self::Output(_)
            | Self::Runtime(_)
            | Self::Storage(_) => Exit::Unexpected,
            _ => Exit::Usage,
        }
    }
}
