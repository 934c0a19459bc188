//! The configuration file of the provider: what stands in it, and what it means.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer};
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth2::error::Malformed;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;
use tripod_provider::config::{
    AccessTokenFormat, Config, DpopNonce, MetricsAccess, Registration, ResourceServer,
    ScopeDescription,
};

mod amounts;

use crate::suggestion;
use amounts::{Lifetimes, Limits};

/// What a file says; what it does not say is as without one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConfigFile {
    pub(crate) issuer: Option<String>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) database: Option<String>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) proxy: Option<Proxy>,
    name: Option<String>,
    scopes: Option<BTreeMap<String, String>>,
    default_scope: Option<String>,
    resources: Option<Vec<ResourceEntry>>,
    grants: Option<Vec<String>>,
    registration: Option<RegistrationEntry>,
    dpop_nonce: Option<DpopNonceEntry>,
    metrics: Option<MetricsEntry>,
    oauth1: OAuth1Entry,
    lifetimes: Lifetimes,
    limits: Limits,
}

/// Certificate and key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

/// The proxies that requests come through.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Proxy {
    pub(crate) header: Option<String>,
    pub(crate) trusted: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceEntry {
    resource: String,
    format: Option<FormatEntry>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FormatEntry {
    Jwt,
    Opaque,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RegistrationEntry {
    ByToken,
    Closed,
    Open,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DpopNonceEntry {
    Optional,
    Required,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MetricsEntry {
    Everybody,
    Local,
    Nobody,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OAuth1Entry {
    enabled: Option<bool>,
    methods: Option<Vec<String>>,
    tolerance: Option<Span>,
}

/// A length of time as people write it: `10m`, `1h 30m`, `30 days`.
#[derive(Clone, Copy, Debug)]
struct Span(Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        humantime::parse_duration(&text)
            .map(Self)
            .map_err(|_| de::Error::custom("a length of time is written as \"90s\" or \"1h 30m\""))
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("`{}` is no configuration: {what}", path.display())]
    Malformed { path: PathBuf, what: String },
    #[error("cannot read `{}`", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the configuration is wrong: `{key}` {rule}")]
    Value { key: String, rule: String },
}

impl ConfigError {
    pub(crate) fn value(key: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Value {
            key: key.into(),
            rule: rule.into(),
        }
    }
}

impl ConfigFile {
    /// Reads a file, if there is one.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] says where what is wrong.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text).map_err(|what| ConfigError::Malformed {
            path: path.to_owned(),
            what,
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| suggestion::explain(&error, text))
    }

    /// Writes what the file says over what a provider is without.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Value`] names what cannot be so.
    pub(crate) fn apply(&self, config: &mut Config) -> Result<(), ConfigError> {
        if let Some(name) = &self.name {
            config.name.clone_from(name);
        }
        if let Some(scopes) = &self.scopes {
            config.scopes = described(scopes)?;
        }
        if let Some(scope) = &self.default_scope {
            config.default_scope = default_scope(scope, config)?;
        }
        if let Some(resources) = &self.resources {
            config.resources = resources.iter().map(resource).collect::<Result<_, _>>()?;
        }
        if let Some(grants) = &self.grants {
            config.grants = served(grants, &config.grants)?;
        }
        if let Some(registration) = self.registration {
            config.registration = match registration {
                RegistrationEntry::ByToken => Registration::ByToken,
                RegistrationEntry::Closed => Registration::Closed,
                RegistrationEntry::Open => Registration::Open,
            };
        }
        if let Some(nonce) = self.dpop_nonce {
            config.dpop_nonce = match nonce {
                DpopNonceEntry::Optional => DpopNonce::Optional,
                DpopNonceEntry::Required => DpopNonce::Required,
            };
        }
        if let Some(metrics) = self.metrics {
            config.metrics = match metrics {
                MetricsEntry::Everybody => MetricsAccess::Everybody,
                MetricsEntry::Local => MetricsAccess::Local,
                MetricsEntry::Nobody => MetricsAccess::Nobody,
            };
        }
        self.oauth1.apply(config)?;
        self.lifetimes.apply(&mut config.lifetimes)?;
        self.limits.apply(&mut config.limits)
    }

    /// Returns how much is accepted, which is to be known before the rest.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Value`] names what cannot be so.
    pub(crate) fn limits(&self) -> Result<tripod_provider::config::Limits, ConfigError> {
        let mut limits = tripod_provider::config::Limits::default();
        self.limits.apply(&mut limits)?;
        Ok(limits)
    }
}

impl OAuth1Entry {
    fn apply(&self, config: &mut Config) -> Result<(), ConfigError> {
        if self.enabled == Some(false) {
            config.oauth1 = None;
            return Ok(());
        }
        let mut oauth1 = config.oauth1.take().unwrap_or_default();
        if let Some(methods) = &self.methods {
            oauth1.methods = methods
                .iter()
                .map(|name| method(name))
                .collect::<Result<_, _>>()?;
            if oauth1.methods.is_empty() {
                return Err(ConfigError::value("oauth1.methods", "names no method"));
            }
        }
        if let Some(Span(tolerance)) = self.tolerance {
            // A nonce is kept for twice as long, and a clock that is off by more is broken.
            if tolerance.is_zero() || tolerance > Duration::from_secs(24 * 60 * 60) {
                return Err(ConfigError::value("oauth1.tolerance", "is 1s to 1 day"));
            }
            oauth1.tolerance = tolerance;
        }
        config.oauth1 = Some(oauth1);
        Ok(())
    }
}

fn default_scope(text: &str, config: &Config) -> Result<Scope, ConfigError> {
    let scope = Scope::parse(text)
        .map_err(|error: Malformed| ConfigError::value("default_scope", error.to_string()))?;
    let unknown = scope
        .iter()
        .find(|value| config.description(value).is_none());
    match unknown {
        Some(value) => Err(ConfigError::value(
            "default_scope",
            format!("names `{value}`, which is not among the scopes"),
        )),
        None => Ok(scope),
    }
}

/// Reads a signature method that is known here.
pub(crate) fn method(name: &str) -> Result<SignatureMethod, ConfigError> {
    let known = SignatureMethod::KNOWN.into_iter();
    let mut found = known.filter(|method| method.as_str() == name);
    found.next().ok_or_else(|| {
        let known = SignatureMethod::KNOWN.map(|method| method.as_str().to_owned());
        ConfigError::value(
            "oauth1.methods",
            format!("names `{name}`; there are {}", known.join(", ")),
        )
    })
}

fn described(scopes: &BTreeMap<String, String>) -> Result<Vec<ScopeDescription>, ConfigError> {
    let describe = |(name, description): (&String, &String)| {
        let scope = Scope::parse(name)
            .ok()
            .filter(|scope| scope.iter().count() == 1);
        if scope.is_none() {
            let rule = "is no scope (RFC 6749 §3.3)";
            return Err(ConfigError::value(format!("scopes.{name:?}"), rule));
        }
        if description.trim().is_empty() {
            let rule = "says nothing; the consent page shows it to people";
            return Err(ConfigError::value(format!("scopes.{name}"), rule));
        }
        Ok(ScopeDescription::new(name, description))
    };
    scopes.iter().map(describe).collect()
}

fn resource(entry: &ResourceEntry) -> Result<ResourceServer, ConfigError> {
    let resource = Resource::parse(&entry.resource)
        .map_err(|error| ConfigError::value("resources.resource", error.to_string()))?;
    let mut server = ResourceServer::new(resource);
    server.format = match entry.format {
        Some(FormatEntry::Jwt) => AccessTokenFormat::Jwt,
        Some(FormatEntry::Opaque) | None => AccessTokenFormat::Opaque,
    };
    Ok(server)
}

fn served(names: &[String], known: &[GrantType]) -> Result<Vec<GrantType>, ConfigError> {
    let find = |name: &String| {
        let mut found = known.iter().filter(|grant| grant.as_str() == name);
        found.next().cloned().ok_or_else(|| {
            let known: Vec<_> = known.iter().map(GrantType::as_str).collect();
            let rule = format!("names `{name}`; there are {}", known.join(", "));
            ConfigError::value("grants", rule)
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests;
