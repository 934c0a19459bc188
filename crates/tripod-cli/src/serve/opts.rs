use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use tripod_provider::fault::{self, Fault};

use super::clock::Clock;

/// Run the provider: an authorization server for OAuth 1.0a and OAuth 2.
///
/// With --dev it is ready at once, with clients and a user that everybody knows. Without, it has no
/// client and no user until `tripod provider client add` and `user add` make some.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod serve --dev
  tripod serve --dev --fault expired-token,every=2 --fault delay=300ms,endpoint=token
  tripod serve --issuer https://id.example --tls-cert cert.pem --tls-key key.pem \\
    --listen 0.0.0.0:443
  tripod serve --issuer https://id.example --behind-proxy --database postgres://db/tripod")]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub(crate) struct Opts {
    /// Be ready at once, for this machine alone: with known credentials and without limits
    #[arg(long)]
    pub(super) dev: bool,

    /// Where to listen; port 0 takes one that is free [default: 127.0.0.1:9090]
    #[arg(long, value_name = "ADDRESS:PORT", env = "TRIPOD_LISTEN")]
    pub(super) listen: Option<SocketAddr>,

    /// The address at which clients and browsers find the provider [default: where it listens]
    #[arg(long, value_name = "URL", env = "TRIPOD_ISSUER")]
    pub(super) issuer: Option<String>,

    /// A file of SQLite, or postgres://… [default: in the user's data; with --dev in memory]
    #[arg(
        long,
        value_name = "PATH|URL",
        env = "TRIPOD_DATABASE",
        hide_env_values = true
    )]
    pub(super) database: Option<String>,

    /// The file with the server key, made at the first start [default: beside the database]
    #[arg(long, value_name = "FILE", env = "TRIPOD_KEY_FILE")]
    pub(super) key_file: Option<PathBuf>,

    /// A file that says all of this and more, in TOML; what is typed counts more
    #[arg(long, value_name = "FILE", env = "TRIPOD_PROVIDER_CONFIG")]
    pub(super) config: Option<PathBuf>,

    /// With --dev, allow whatever anybody asks for in this user's name, without a page
    #[arg(long, value_name = "USER", requires = "dev")]
    pub(super) auto_approve: Option<String>,

    /// With --dev, fail on purpose: NAME[=VALUE][,every=N][,endpoint=NAME]…; `help` lists all
    #[arg(long, value_name = "FAULT", help_heading = "Faults")]
    pub(super) fault: Vec<Wanted>,

    /// With --dev, draw chance from this text, so that a run can be repeated
    #[arg(long, value_name = "TEXT", help_heading = "Faults")]
    pub(super) seed: Option<String>,

    /// With --dev, have time stand still then; `TIME,running` has it begin there and go on
    #[arg(long, value_name = "TIME", help_heading = "Faults")]
    pub(super) clock: Option<Clock>,

    /// How many days the audit trail goes back; what is older is removed [default: 400]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(super) audit_days: Option<u32>,

    /// The certificate, with those that lead to its root, in PEM; read again on SIGHUP
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        help_heading = "Transport"
    )]
    pub(super) tls_cert: Option<PathBuf>,

    /// The private key of the certificate, in PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_cert",
        help_heading = "Transport"
    )]
    pub(super) tls_key: Option<PathBuf>,

    /// With --dev, speak TLS with a certificate that is made up
    #[arg(
        long,
        requires = "dev",
        conflicts_with = "tls_cert",
        help_heading = "Transport"
    )]
    pub(super) tls_self_signed: bool,

    /// A proxy speaks TLS, and tells by X-Forwarded-For where requests come from
    #[arg(long, conflicts_with = "dev", help_heading = "Transport")]
    pub(super) behind_proxy: bool,

    /// Proxies by address or network; without, there is one, and nobody reaches past it
    #[arg(
        long,
        value_name = "NETWORK",
        requires = "behind_proxy",
        value_parser = network,
        value_delimiter = ',',
        help_heading = "Transport"
    )]
    pub(super) trusted_proxy: Vec<IpNet>,

    /// The header in which proxies tell where requests come from
    #[arg(
        long,
        value_name = "NAME",
        requires = "behind_proxy",
        help_heading = "Transport"
    )]
    pub(super) proxy_header: Option<Header>,

    /// How the log is written, on standard error
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Output"
    )]
    pub(super) log_format: LogFormat,

    /// What the log holds
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "info",
        help_heading = "Output"
    )]
    pub(super) log_level: LogLevel,

    /// Say where it listens in one line of JSON
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
}

/// What is typed behind `--fault`.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    Fault(Fault),
    Help,
}

impl std::str::FromStr for Wanted {
    type Err = fault::Unknown;

    fn from_str(text: &str) -> Result<Self, fault::Unknown> {
        match text {
            "help" => Ok(Self::Help),
            text => text.parse().map(Self::Fault),
        }
    }
}

impl Opts {
    /// Returns the faults that are wanted.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let faults = self.fault.iter().filter_map(|wanted| match wanted {
            Wanted::Fault(fault) => Some(fault.clone()),
            Wanted::Help => None,
        });
        faults.collect()
    }

    /// Tells whether the list of faults is wanted, and no server.
    pub(super) fn asks_for_help(&self) -> bool {
        self.fault
            .iter()
            .any(|wanted| matches!(wanted, Wanted::Help))
    }

    /// Returns what is for development alone and was typed without `--dev`.
    pub(super) fn stray(&self) -> Option<&'static str> {
        let options = [
            ("--fault", !self.fault.is_empty()),
            ("--seed", self.seed.is_some()),
            ("--clock", self.clock.is_some()),
        ];
        let mut typed = options.into_iter().filter(|(_, is_typed)| *is_typed);
        typed.next().filter(|_| !self.dev).map(|(name, _)| name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Json,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Header {
    Forwarded,
    XForwardedFor,
}

/// Reads a network, or an address, which is a network of one.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().ok();
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    network
        .or_else(address)
        .ok_or_else(|| "an address or a network, such as 10.0.0.0/8".to_owned())
}
