//! What the user knows beside the evidence.

use serde_json::{Map, Value};
use tripod_core::secret::Secret;

/// What the user knows; all of it is optional, and each makes answers surer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Known {
    /// The consumer's secret (OAuth 1).
    pub consumer_secret: Option<Secret>,
    /// The token's secret (OAuth 1).
    pub token_secret: Option<Secret>,
    /// The public half of the consumer's RSA key, in PEM (OAuth 1).
    pub rsa_public_key: Option<String>,
    /// The client's identifier (OAuth 2).
    pub client_id: Option<String>,
    /// The client's secret (OAuth 2).
    pub client_secret: Option<Secret>,
    /// The PKCE verifier.
    pub code_verifier: Option<Secret>,
    /// The `state` that was sent.
    pub state: Option<Secret>,
    /// The redirect URI that is registered.
    pub redirect_uri: Option<String>,
    /// The scopes that were asked for.
    pub scope: Option<String>,
    /// Whom a token must be for.
    pub audience: Option<String>,
    /// Who must have issued a token.
    pub issuer: Option<String>,
    /// The issuer's keys, a JWK set.
    pub jwks: Option<String>,
    /// The provider's name.
    pub provider: Option<String>,
    /// The URL of the request, where the evidence does not show it.
    pub url: Option<String>,
    /// The method of the request, where the evidence does not show it.
    pub method: Option<String>,
    /// The body of the request, where the evidence does not show it.
    pub body: Option<Secret>,
    /// The type of that body.
    pub content_type: Option<String>,
}

impl Known {
    /// Reads one JSON object with the fields as keys, in snake case.
    ///
    /// # Errors
    ///
    /// [`Malformed`] names the key that is unknown or holds something else than text.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let members: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| Malformed::NotObject)?;
        let mut known = Self::default();
        for (name, value) in members {
            if value.is_null() {
                continue;
            }
            let text = match value {
                Value::String(text) => text,
                Value::Array(values) if name == "scope" => {
                    let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
                    values.join(" ")
                }
                Value::Object(_) if name == "jwks" => value.to_string(),
                _ => return Err(Malformed::NotText { name }),
            };
            if !known.set(&name, text) {
                return Err(Malformed::Unknown { name });
            }
        }
        Ok(known)
    }

    /// Adds what somebody else knows, where this one knows nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            consumer_secret: self.consumer_secret.or(other.consumer_secret),
            token_secret: self.token_secret.or(other.token_secret),
            rsa_public_key: self.rsa_public_key.or(other.rsa_public_key),
            client_id: self.client_id.or(other.client_id),
            client_secret: self.client_secret.or(other.client_secret),
            code_verifier: self.code_verifier.or(other.code_verifier),
            state: self.state.or(other.state),
            redirect_uri: self.redirect_uri.or(other.redirect_uri),
            scope: self.scope.or(other.scope),
            audience: self.audience.or(other.audience),
            issuer: self.issuer.or(other.issuer),
            jwks: self.jwks.or(other.jwks),
            provider: self.provider.or(other.provider),
            url: self.url.or(other.url),
            method: self.method.or(other.method),
            body: self.body.or(other.body),
            content_type: self.content_type.or(other.content_type),
        }
    }

    /// Sets a field by its name; tells whether there is such a field.
    #[must_use]
    pub fn set(&mut self, name: &str, value: String) -> bool {
        let secret = match name {
            "consumer_secret" => Some(&mut self.consumer_secret),
            "token_secret" => Some(&mut self.token_secret),
            "client_secret" => Some(&mut self.client_secret),
            "code_verifier" => Some(&mut self.code_verifier),
            "state" => Some(&mut self.state),
            "body" => Some(&mut self.body),
            _ => None,
        };
        if let Some(secret) = secret {
            *secret = Some(Secret::new(value));
            return true;
        }
        let text = match name {
            "rsa_public_key" => &mut self.rsa_public_key,
            "client_id" => &mut self.client_id,
            "redirect_uri" => &mut self.redirect_uri,
            "scope" => &mut self.scope,
            "audience" => &mut self.audience,
            "issuer" => &mut self.issuer,
            "jwks" => &mut self.jwks,
            "provider" => &mut self.provider,
            "url" => &mut self.url,
            "method" => &mut self.method,
            "content_type" => &mut self.content_type,
            _ => return false,
        };
        *text = Some(value);
        true
    }
}

/// Why a text does not say what is known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// It is no JSON object.
    NotObject,
    /// A value is no text.
    NotText {
        /// The key.
        name: String,
    },
    /// There is no such key.
    Unknown {
        /// The key.
        name: String,
    },
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotObject => f.write_str("it is not one JSON object"),
            Self::NotText { name } => write!(f, "`{name}` is no text"),
            Self::Unknown { name } => write!(f, "`{name}` is no key that is known here"),
        }
    }
}

impl std::error::Error for Malformed {}
