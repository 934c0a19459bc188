//! What is known of a provider that speaks OAuth 2.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use tripod_oauth2::scope::{Scope, Separator};
use tripod_oauth2::token::GrantType;
use tripod_oauth2::token::Quirks;

mod quirks;
mod request;

pub use request::{Access, RequestError, TokenCall};

use super::{Template, TokenPlacement};

/// How a provider speaks OAuth 2 (RFC 6749 and its family).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OAuth2 {
    /// Where the browser goes; without it, no user is ever asked.
    #[serde(default)]
    pub authorization_endpoint: Option<Template>,
    /// Where tokens are had.
    pub token_endpoint: Template,
    /// Where a device asks for its codes (RFC 8628 §3.1).
    #[serde(default)]
    pub device_authorization_endpoint: Option<Template>,
    /// Where tokens are revoked (RFC 7009).
    #[serde(default)]
    pub revocation_endpoint: Option<Template>,
    /// Where tokens are looked into (RFC 7662).
    #[serde(default)]
    pub introspection_endpoint: Option<Template>,
    /// Where the user's claims are had (OpenID Connect Core §5.3).
    #[serde(default)]
    pub userinfo_endpoint: Option<Template>,
    /// Whose metadata can be discovered (RFC 8414, OpenID Connect Discovery).
    #[serde(default)]
    pub issuer: Option<Template>,
    /// What entitles a client to a token here; empty where nobody has said.
    #[serde(default, deserialize_with = "grants")]
    pub grants: Vec<GrantType>,
    /// How a client may show who it is, best first; empty where nobody has said.
    #[serde(default)]
    pub client_authentication: Vec<ClientAuthenticationMethod>,
    /// Whether a code challenge is understood.
    #[serde(default)]
    pub pkce: Option<Pkce>,
    /// What separates scopes in requests.
    #[serde(default, deserialize_with = "separator")]
    pub scope_separator: Option<Separator>,
    /// What is asked for where the caller names nothing.
    #[serde(default)]
    pub default_scopes: Vec<String>,
    /// The page that lists the scopes.
    #[serde(default)]
    pub scopes_page: Option<String>,
    /// What redirect URIs are accepted, in words.
    #[serde(default)]
    pub redirect_uris: Option<String>,
    /// What has to be asked for to get a refresh token.
    #[serde(default)]
    pub offline: Offline,
    /// How tokens are refreshed.
    #[serde(default)]
    pub refresh: Refresh,
    /// What the authorization request carries beside what the RFCs name.
    #[serde(default)]
    pub authorization_parameters: BTreeMap<String, String>,
    /// What token requests carry beside what the RFCs name.
    #[serde(default)]
    pub token_parameters: BTreeMap<String, String>,
    /// The provider's own names for parameters of the RFCs, in requests.
    #[serde(default)]
    pub parameter_names: BTreeMap<String, String>,
    /// How the body of a token request is written.
    #[serde(default)]
    pub token_request_body: RequestBody,
    /// What access tokens are like.
    #[serde(default)]
    pub access_token: AccessTokenRules,
    /// How the token endpoint answers.
    #[serde(default, deserialize_with = "quirks::quirks")]
    pub quirks: Quirks,
    /// What error codes mean here, where it is not what the RFCs say.
    #[serde(default)]
    pub errors: BTreeMap<String, String>,
}

impl OAuth2 {
    /// Begins a provider of which only the token endpoint is known.
    #[must_use]
    pub fn new(token_endpoint: Template) -> Self {
        Self {
            authorization_endpoint: None,
            token_endpoint,
            device_authorization_endpoint: None,
            revocation_endpoint: None,
            introspection_endpoint: None,
            userinfo_endpoint: None,
            issuer: None,
            grants: Vec::new(),
            client_authentication: Vec::new(),
            pkce: None,
            scope_separator: None,
            default_scopes: Vec::new(),
            scopes_page: None,
            redirect_uris: None,
            offline: Offline::default(),
            refresh: Refresh::default(),
            authorization_parameters: BTreeMap::new(),
            token_parameters: BTreeMap::new(),
            parameter_names: BTreeMap::new(),
            token_request_body: RequestBody::default(),
            access_token: AccessTokenRules::default(),
            errors: BTreeMap::new(),
            quirks: Quirks::default(),
        }
    }

    /// The parameters that are none of a preset's business: they are drawn, checked or secret.
    const RESERVED: [&str; 16] = [
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "code",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "device_code",
        "grant_type",
        "nonce",
        "password",
        "redirect_uri",
        "refresh_token",
        "state",
        "username",
    ];

    /// Says what cannot be meant, if there is anything: the field, and why.
    pub(super) fn fault(&self) -> Option<(String, String)> {
        let tables = [
            &self.authorization_parameters,
            &self.token_parameters,
            &self.offline.parameters,
            &self.refresh.parameters,
        ];
        let names = tables.into_iter().flat_map(BTreeMap::keys);
        if let Some(name) = names
            .into_iter()
            .find(|name| Self::RESERVED.contains(&name.as_str()))
        {
            let why = "this parameter is set by the flow itself: take it out of the preset";
            return Some((name.clone(), why.to_owned()));
        }
        let scopes = self.default_scopes.iter().chain(&self.offline.scopes);
        if let Err(error) = Scope::of(scopes) {
            return Some(("scopes".to_owned(), error.to_string()));
        }
        let needs_browser = self.grants.contains(&GrantType::AuthorizationCode);
        if needs_browser && self.authorization_endpoint.is_none() {
            let why = "the grant `authorization_code` needs one: add it, or take the grant out";
            return Some(("authorization_endpoint".to_owned(), why.to_owned()));
        }
        None
    }

    pub(super) fn templates_mut(&mut self) -> Vec<(&'static str, &mut Template)> {
        let optional = [
            ("authorization_endpoint", &mut self.authorization_endpoint),
            (
                "device_authorization_endpoint",
                &mut self.device_authorization_endpoint,
            ),
            ("revocation_endpoint", &mut self.revocation_endpoint),
            ("introspection_endpoint", &mut self.introspection_endpoint),
            ("userinfo_endpoint", &mut self.userinfo_endpoint),
            ("issuer", &mut self.issuer),
            ("refresh.endpoint", &mut self.refresh.endpoint),
        ];
        let present = optional
            .into_iter()
            .filter_map(|(name, template)| Some((name, template.as_mut()?)));
        std::iter::once(("token_endpoint", &mut self.token_endpoint))
            .chain(present)
            .collect()
    }
}

/// How a client shows who it is at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthenticationMethod {
    /// A password in the header, encoded as RFC 6749 §2.3.1 says.
    Basic,
    /// A password in the header, joined as it is: the server does not decode it.
    BasicRaw,
    /// Nothing but its name: public clients.
    None,
    /// A password in the body.
    Post,
}

/// Whether a provider understands code challenges (RFC 7636), always by S256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pkce {
    /// It answers requests that have one with an error.
    Refused,
    /// It refuses requests without.
    Required,
    /// It checks one that is sent.
    Supported,
}

/// What has to be asked for to get a refresh token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Offline {
    /// Scopes that ask for it.
    pub scopes: Vec<String>,
    /// Parameters of the authorization request that ask for it.
    pub parameters: BTreeMap<String, String>,
}

/// How tokens are refreshed (RFC 6749 §6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Refresh {
    /// Where, if it is not the token endpoint.
    pub endpoint: Option<Template>,
    /// Each refresh gives another refresh token, and the old one is spent.
    pub rotates: Option<bool>,
    /// How long a refresh token lives, in seconds, used or not.
    pub lifetime: Option<u64>,
    /// How long it lives while it is not used, in seconds.
    pub idle_lifetime: Option<u64>,
    /// How long the old one still works after a refresh, in seconds.
    pub grace: Option<u64>,
    /// What the request carries beside what the RFCs name.
    pub parameters: BTreeMap<String, String>,
    /// Whatever else ends it, in words.
    pub rules: Option<String>,
}

/// What access tokens are like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessTokenRules {
    /// How long they live as documented, in seconds; the answer decides.
    pub lifetime: Option<u64>,
    /// How long to take them for good where the answer does not say, in seconds.
    pub assumed_lifetime: Option<u64>,
    /// They live until they are revoked.
    pub endless: bool,
    /// Where they stand in requests to the API, best first; in the header where nobody has said.
    pub placements: Vec<TokenPlacement>,
}

/// How the body of a token request is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestBody {
    /// `application/x-www-form-urlencoded`, as RFC 6749 §4.1.3 says.
    #[default]
    Form,
    /// A JSON object.
    Json,
}

pub(super) fn separator<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Separator>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "comma" => Ok(Some(Separator::Comma)),
        "plus" => Ok(Some(Separator::Plus)),
        "space" => Ok(Some(Separator::Space)),
        other => Err(de::Error::unknown_variant(
            other,
            &["comma", "plus", "space"],
        )),
    }
}

/// Reads grant types; those with long names have short ones here.
fn grants<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<GrantType>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let grant = |name: &String| match name.as_str() {
        "device_code" => GrantType::DeviceCode,
        "jwt_bearer" => GrantType::JwtBearer,
        "token_exchange" => GrantType::TokenExchange,
        other => GrantType::from(other),
    };
    Ok(names.iter().map(grant).collect())
}
