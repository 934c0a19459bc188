//! How a provider is set up: checked once, and handed down.

use std::time::Duration;

use tripod_oauth1::origin::Origin;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth2::jwk::JwkSet;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;

use crate::fault::Fault;

mod lifetimes;
mod limits;
mod metrics;
mod proxies;

pub use lifetimes::Lifetimes;
pub use limits::Limits;
pub use metrics::MetricsAccess;
pub use proxies::{Proxies, ProxyHeader};

/// How a provider is set up.
///
/// Who it is comes from here and never from a request: no `Host` header decides anything.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who issues the tokens, and where the endpoints are.
    pub issuer: Issuer,
    /// The same for OAuth 1: scheme and authority, which every signature covers.
    pub origin: Origin,
    /// What the pages call this provider.
    pub name: String,
    /// The scopes there are, with what the consent page says of them.
    pub scopes: Vec<ScopeDescription>,
    /// What a request gets that names no scope (RFC 6749 §3.3).
    pub default_scope: Scope,
    /// The resources that tokens can be meant for (RFC 8707), beside the provider itself.
    pub resources: Vec<ResourceServer>,
    /// The grants that are served; metadata and endpoints follow.
    pub grants: Vec<GrantType>,
    /// How OAuth 1 is served, if it is.
    pub oauth1: Option<OAuth1>,
    /// Whose assertions speak for users, beside those of clients (RFC 7523 §2.1).
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// Who may register clients (RFC 7591).
    pub registration: Registration,
    /// Whether DPoP proofs need a nonce of ours (RFC 9449 §8).
    pub dpop_nonce: DpopNonce,
    /// How long things are good.
    pub lifetimes: Lifetimes,
    /// How much is accepted.
    pub limits: Limits,
    /// The proxies that requests come through, if they do.
    pub proxies: Option<Proxies>,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
    /// What is laxer for developers, if anything.
    pub development: Option<Development>,
}

/// A scope, and what it means in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeDescription {
    /// The value on the wire.
    pub name: String,
    /// What the consent page says that it allows, as in "Read your photos".
    pub description: String,
}

impl ScopeDescription {
    /// Describes a scope.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: description.into(),
        }
    }
}

/// A resource that tokens can be meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceServer {
    /// Its address, which tokens name as their audience.
    pub resource: Resource,
    /// Which form its access tokens have.
    pub format: AccessTokenFormat,
}

impl ResourceServer {
    /// Adds a resource that asks the provider about its tokens.
    #[must_use]
    pub const fn new(resource: Resource) -> Self {
        Self {
            resource,
            format: AccessTokenFormat::Opaque,
        }
    }
}

/// Which form access tokens have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessTokenFormat {
    /// A JWT (RFC 9068): nobody need be asked, and it cannot be revoked.
    Jwt,
    /// Random: the resource asks the provider.
    Opaque,
}

/// How OAuth 1 is served.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OAuth1 {
    /// The signature methods that clients may be set up with.
    pub methods: Vec<SignatureMethod>,
    /// How far timestamps may be off, either way.
    pub tolerance: Duration,
}

impl Default for OAuth1 {
    fn default() -> Self {
        Self {
            methods: SignatureMethod::KNOWN.into(),
            tolerance: Duration::from_secs(300),
        }
    }
}

/// Somebody whose assertions speak for users.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrustedIssuer {
    /// What it calls itself in `iss`.
    pub issuer: String,
    /// The public keys that it signs with.
    pub keys: JwkSet,
}

impl TrustedIssuer {
    /// Trusts whoever has these keys to speak for any user.
    pub fn new(issuer: impl Into<String>, keys: JwkSet) -> Self {
        Self {
            issuer: issuer.into(),
            keys,
        }
    }
}

/// Who may register clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// Whoever has an initial access token.
    ByToken,
    /// Nobody: there is no such endpoint.
    Closed,
    /// Everybody: for development.
    Open,
}

/// Whether DPoP proofs need a nonce of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DpopNonce {
    /// It is checked if there is one.
    Optional,
    /// Proofs without are answered `use_dpop_nonce`.
    Required,
}

/// What is laxer for developers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Development {
    /// The name of the user for whom everything is allowed without a page.
    pub auto_approve: Option<String>,
    /// What goes wrong on purpose, beside what a request asks for in `X-Tripod-Fault`.
    pub faults: Vec<Fault>,
}

impl Config {
    /// Begins with what suits most providers: everything that is safe is on.
    ///
    /// # Panics
    ///
    /// Never: an issuer has a scheme and a host, and so an origin.
    #[must_use]
    pub fn new(issuer: Issuer) -> Self {
        let origin = origin_of(&issuer);
        Self {
            issuer,
            origin,
            name: "Tripod".to_owned(),
            scopes: Vec::new(),
            default_scope: Scope::new(),
            resources: Vec::new(),
            grants: vec![
                GrantType::AuthorizationCode,
                GrantType::ClientCredentials,
                GrantType::DeviceCode,
                GrantType::JwtBearer,
                GrantType::RefreshToken,
                GrantType::TokenExchange,
            ],
            oauth1: Some(OAuth1::default()),
            trusted_issuers: Vec::new(),
            registration: Registration::ByToken,
            dpop_nonce: DpopNonce::Optional,
            lifetimes: Lifetimes::default(),
            limits: Limits::default(),
            proxies: None,
            metrics: MetricsAccess::default(),
            development: None,
        }
    }

    /// Tells whether browsers reach the provider through TLS, so that cookies can insist on it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.issuer.as_str().starts_with("https:")
    }

    /// Writes the address of a path, such as `/oauth2/token`.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.as_str().trim_end_matches('/'))
    }

    /// Returns the path of the issuer, below which the endpoints are; empty where it has none.
    #[must_use]
    pub fn path(&self) -> &str {
        let issuer = self.issuer.as_str().trim_end_matches('/');
        let authority = issuer.split_once("://").map_or("", |(_, rest)| rest);
        let path_at = authority.find('/').unwrap_or(authority.len());
        authority.get(path_at..).unwrap_or_default()
    }

    /// Returns what is said of a scope, if it is known.
    #[must_use]
    pub fn description(&self, scope: &str) -> Option<&str> {
        let described = self.scopes.iter().find(|known| known.name == scope);
        described.map(|known| known.description.as_str())
    }

    /// Tells whether a grant is served.
    #[must_use]
    pub fn serves(&self, grant: &GrantType) -> bool {
        self.grants.contains(grant)
    }
}

fn origin_of(issuer: &Issuer) -> Origin {
    let text = issuer.as_str();
    let authority_at = text.find("://").map_or(0, |at| at.saturating_add(3));
    let path_at = text
        .bytes()
        .skip(authority_at)
        .position(|octet| octet == b'/')
        .map_or(text.len(), |at| at.saturating_add(authority_at));
    text.get(..path_at)
        .and_then(|origin| origin.parse().ok())
        .expect("an issuer begins with a scheme and an authority")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_issuer() {
        for (issuer, address) in [
            (
                "http://127.0.0.1:9090",
                "http://127.0.0.1:9090/oauth2/token",
            ),
            ("https://id.example/", "https://id.example/oauth2/token"),
            ("https://id.example/a", "https://id.example/a/oauth2/token"),
            ("http://[::1]:9090", "http://[::1]:9090/oauth2/token"),
        ] {
            let config = Config::new(Issuer::parse(issuer).unwrap());
            assert_eq!(config.address("/oauth2/token"), address);
            assert!(issuer.starts_with(&config.origin.to_string()), "{issuer}");
        }
    }

    #[test]
    fn a_path_belongs_to_the_issuer() {
        for (issuer, path) in [
            ("https://id.example", ""),
            ("https://id.example/", ""),
            ("https://id.example/a", "/a"),
            ("https://id.example/a/b/", "/a/b"),
            ("http://[::1]:9090/a", "/a"),
        ] {
            let config = Config::new(Issuer::parse(issuer).unwrap());
            assert_eq!(config.path(), path);
        }
    }

    #[test]
    fn cookies_can_insist_on_tls_where_there_is_tls() {
        let config = |issuer| Config::new(Issuer::parse(issuer).unwrap());
        assert!(config("https://id.example").is_secure());
        assert!(!config("http://127.0.0.1:9090").is_secure());
    }
}
