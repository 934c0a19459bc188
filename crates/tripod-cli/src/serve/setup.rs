//! What was typed and what a file says, put together and checked: what it means.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::random::Random as _;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::scope::Scope;
use tripod_provider::config::{Config, Development, Limits, Proxies, ProxyHeader, Registration};
use tripod_provider::edge;
use tripod_provider::seed;

use super::clock::Clock;
use super::opts::{Header, Opts, network};
use crate::config::{ConfigError, ConfigFile};
use crate::database::{Database, DatabaseError};
use crate::edge::Edge;

/// How the provider is to be run.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) listen: SocketAddr,
    pub(super) database: Database,
    pub(super) certificate: Certificate,
    issuer: Option<Issuer>,
    proxies: Option<Proxies>,
    development: Option<Development>,
    file: ConfigFile,
    limits: Limits,
    /// How long audit events are kept, if that was typed.
    audit: Option<Duration>,
    seed: Option<String>,
    clock: Option<Clock>,
}

/// Where the certificate comes from.
#[derive(Debug)]
pub(super) enum Certificate {
    Files { certificate: PathBuf, key: PathBuf },
    None,
    SelfSigned,
}

/// What cannot be carried out, and what to type instead.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(
        "--dev has credentials that everybody knows, so it listens on this machine alone; \
         {listen} can be reached from others: use 127.0.0.1 or [::1]"
    )]
    DevInTheOpen { listen: SocketAddr },
    #[error("`{issuer}` cannot be the issuer: {why}")]
    Issuer { issuer: String, why: String },
    #[error("the issuer is http, but clients would reach it by https: write `https` into --issuer")]
    IssuerInClear,
    #[error(
        "{listen} can be reached from other machines without TLS: give --tls-cert and --tls-key, \
         or --behind-proxy if a proxy speaks TLS"
    )]
    NoTls { listen: SocketAddr },
    #[error(
        "{option} makes a provider for tests, which no client of yours is to meet by chance: give \
         --dev with it"
    )]
    NotInProduction { option: &'static str },
    #[error(
        "clients are to find the provider at an address of its own, not at {listen}: say which by \
         --issuer https://…"
    )]
    NoIssuer { listen: SocketAddr },
    #[error(
        "the issuer is https, but nobody speaks TLS: give --tls-cert and --tls-key, or \
         --behind-proxy if a proxy does"
    )]
    NoTlsForIssuer,
}

const PORT: u16 = 9090;

impl Setup {
    /// Puts together what was typed and what the file says.
    ///
    /// # Errors
    ///
    /// [`SetupError`] says what to type instead.
    pub(super) fn new(opts: &Opts) -> Result<Self, SetupError> {
        if let Some(option) = opts.stray() {
            return Err(SetupError::NotInProduction { option });
        }
        let file = ConfigFile::read(opts.config.as_deref())?;
        let listen = opts.listen.or(file.listen);
        let listen = listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, PORT).into());
        let issuer = opts.issuer.as_ref().or(file.issuer.as_ref());
        let setup = Self {
            listen,
            database: database(opts, &file)?,
            certificate: certificate(opts, &file),
            issuer: issuer.map(|issuer| parse(issuer)).transpose()?,
            proxies: proxies(opts, &file)?,
            development: opts.dev.then(|| {
                let mut development = Development::default();
                development.auto_approve.clone_from(&opts.auto_approve);
                development.faults = opts.faults();
                development
            }),
            limits: file.limits()?,
            audit: opts.audit_days.map(days),
            file,
            seed: opts.seed.clone(),
            clock: opts.clock,
        };
        setup.check()?;
        // So that what a file says is wrong is heard before anything is opened.
        setup.config(listen)?;
        Ok(setup)
    }

    /// Returns what the provider is to be, once it is known where it listens.
    pub(super) fn config(&self, address: SocketAddr) -> Result<Config, SetupError> {
        let issuer = match &self.issuer {
            Some(issuer) => issuer.clone(),
            None => parse(&format!("{}://{address}", self.scheme()))?,
        };
        let mut config = Config::new(issuer);
        if self.development.is_some() {
            develop(&mut config);
        }
        self.file.apply(&mut config)?;
        if let Some(audit) = self.audit {
            config.lifetimes.audit = audit;
        }
        config.development.clone_from(&self.development);
        config.proxies.clone_from(&self.proxies);
        if config.development.is_some() {
            config.limits.attempts = None;
        }
        Ok(config)
    }

    /// Returns where time and chance come from.
    pub(super) fn edge(&self) -> edge::Edge {
        let mut edge = edge::Edge::new(|| Edge.now(), |octets| Edge.fill(octets));
        if let Some(seed) = &self.seed {
            edge = edge.dangerous_with_seed(seed);
        }
        match self.clock {
            Some(clock) => clock.set(edge),
            None => edge,
        }
    }

    /// Returns how much is accepted.
    pub(super) const fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) const fn is_behind_proxy(&self) -> bool {
        self.proxies.is_some()
    }

    const fn has_tls(&self) -> bool {
        !matches!(self.certificate, Certificate::None)
    }

    const fn scheme(&self) -> &'static str {
        if self.has_tls() { "https" } else { "http" }
    }

    fn check(&self) -> Result<(), SetupError> {
        let listen = self.listen;
        let is_local = listen.ip().to_canonical().is_loopback();
        if self.development.is_some() && !is_local {
            return Err(SetupError::DevInTheOpen { listen });
        }
        if !is_local && !self.has_tls() && !self.is_behind_proxy() {
            return Err(SetupError::NoTls { listen });
        }
        let Some(issuer) = &self.issuer else {
            let is_found_there = is_local && !self.is_behind_proxy();
            return if is_found_there {
                Ok(())
            } else {
                Err(SetupError::NoIssuer { listen })
            };
        };
        let is_https = issuer.as_str().starts_with("https:");
        if is_https && !self.has_tls() && !self.is_behind_proxy() && self.development.is_none() {
            return Err(SetupError::NoTlsForIssuer);
        }
        if !is_https && self.has_tls() {
            return Err(SetupError::IssuerInClear);
        }
        Ok(())
    }
}

/// What is different in development, unless the file says otherwise.
pub(crate) fn develop(config: &mut Config) {
    config.scopes = seed::scopes();
    config.default_scope = Scope::parse("read").expect("it is a scope");
    config.registration = Registration::Open;
    config.name = "Tripod (development)".to_owned();
}

fn days(number: u32) -> Duration {
    Duration::from_secs(u64::from(number) * 24 * 60 * 60)
}

fn parse(issuer: &str) -> Result<Issuer, SetupError> {
    Issuer::parse(issuer).map_err(|error| SetupError::Issuer {
        issuer: issuer.to_owned(),
        why: error.to_string(),
    })
}

fn database(opts: &Opts, file: &ConfigFile) -> Result<Database, DatabaseError> {
    let address = opts.database.as_ref().or(file.database.as_ref());
    let key_file = opts.key_file.as_ref().or(file.key_file.as_ref());
    let key_file = key_file.map(PathBuf::as_path);
    match address {
        None if opts.dev => Ok(Database::memory(key_file)),
        address => Database::new(address.map(String::as_str), key_file),
    }
}

fn certificate(opts: &Opts, file: &ConfigFile) -> Certificate {
    if opts.tls_self_signed {
        return Certificate::SelfSigned;
    }
    if let (Some(certificate), Some(key)) = (&opts.tls_cert, &opts.tls_key) {
        let (certificate, key) = (certificate.clone(), key.clone());
        return Certificate::Files { certificate, key };
    }
    file.tls
        .as_ref()
        .map_or(Certificate::None, |tls| Certificate::Files {
            certificate: tls.cert.clone(),
            key: tls.key.clone(),
        })
}

fn proxies(opts: &Opts, file: &ConfigFile) -> Result<Option<Proxies>, ConfigError> {
    let mut proxies = Proxies::default();
    if let Some(proxy) = &file.proxy {
        proxies.header = match proxy.header.as_deref() {
            None | Some("x-forwarded-for") => ProxyHeader::XForwardedFor,
            Some("forwarded") => ProxyHeader::Forwarded,
            Some(_) => {
                let rule = "is `x-forwarded-for` or `forwarded`";
                return Err(ConfigError::value("proxy.header", rule));
            }
        };
        let trusted = proxy.trusted.iter().map(|text| network(text));
        let trusted: Result<_, _> = trusted.collect();
        proxies.trusted =
            trusted.map_err(|due| ConfigError::value("proxy.trusted", format!("is {due}")))?;
    }
    if let Some(header) = opts.proxy_header {
        proxies.header = match header {
            Header::Forwarded => ProxyHeader::Forwarded,
            Header::XForwardedFor => ProxyHeader::XForwardedFor,
        };
    }
    if !opts.trusted_proxy.is_empty() {
        proxies.trusted.clone_from(&opts.trusted_proxy);
    }
    let is_behind = (opts.behind_proxy || file.proxy.is_some()) && !opts.dev;
    Ok(is_behind.then_some(proxies))
}
