//! What is known of an OAuth 2 provider, whoever said it.

use tripod_oauth2::authorization::IssParameter;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod as Registered;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::metadata::ServerMetadata;
use tripod_oauth2::pkce::CodeChallengeMethod;

use crate::error::{Error, Failure, Stage};
use crate::preset::{ClientAuthenticationMethod, OAuth2, Pkce, Template};

/// An OAuth 2 provider: its endpoints, how it differs from the RFCs, and what it publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provider {
    /// What it is called, where a preset knows it.
    pub name: Option<String>,
    /// Its endpoints, and how it differs from the RFCs.
    pub dialect: OAuth2,
    /// What it publishes about itself, if it was asked.
    pub metadata: Option<Box<ServerMetadata>>,
}

impl Provider {
    /// Takes what a preset knows, its variables filled in.
    #[must_use]
    pub const fn new(dialect: OAuth2) -> Self {
        Self {
            name: None,
            dialect,
            metadata: None,
        }
    }

    /// Begins a provider by its token endpoint; for client credentials that is all there is.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidUri`] if it is no address to which a secret may go.
    pub fn at(token_endpoint: &str) -> Result<Self, Error> {
        Ok(Self::new(OAuth2::new(template(token_endpoint)?)))
    }

    /// Adds the page to which the browser goes.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at).
    pub fn with_authorization_endpoint(mut self, uri: &str) -> Result<Self, Error> {
        self.dialect.authorization_endpoint = Some(template(uri)?);
        Ok(self)
    }

    /// Takes what a provider publishes about itself.
    ///
    /// # Errors
    ///
    /// [`Failure::Unsupported`] if it has no token endpoint, [`Failure::InvalidUri`] if an endpoint is
    /// none.
    pub fn of_metadata(metadata: ServerMetadata) -> Result<Self, Error> {
        let endpoint = metadata.token_endpoint.as_deref();
        let what = "the provider publishes no token endpoint";
        let missing = || Error::new(Stage::Discovery, Failure::Unsupported { what });
        let endpoint = endpoint.ok_or_else(missing)?;
        let mut dialect = OAuth2::new(template(endpoint)?);
        let optional = |uri: &Option<String>| uri.as_deref().map(template).transpose();
        dialect.authorization_endpoint = optional(&metadata.authorization_endpoint)?;
        dialect.device_authorization_endpoint = optional(&metadata.device_authorization_endpoint)?;
        dialect.revocation_endpoint = optional(&metadata.revocation_endpoint)?;
        dialect.introspection_endpoint = optional(&metadata.introspection_endpoint)?;
        dialect.userinfo_endpoint = optional(&metadata.openid.userinfo_endpoint)?;
        dialect.issuer = Some(template(&metadata.issuer)?);
        dialect.grants = metadata.grant_types();
        let methods = metadata.token_endpoint_auth_methods();
        dialect.client_authentication = methods.iter().filter_map(method).collect();
        let methods = &metadata.code_challenge_methods_supported;
        dialect.pkce = methods
            .contains(&CodeChallengeMethod::S256)
            .then_some(Pkce::Supported);
        Ok(Self {
            name: None,
            dialect,
            metadata: Some(Box::new(metadata)),
        })
    }

    /// Returns who issues the tokens, if that is known.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        match &self.metadata {
            Some(metadata) => Some(&metadata.issuer),
            None => self.dialect.issuer.as_ref()?.uri().ok(),
        }
    }

    /// Returns where requests are pushed (RFC 9126), if they can be.
    #[must_use]
    pub fn push_endpoint(&self) -> Option<&str> {
        let metadata = self.metadata.as_ref()?;
        metadata.pushed_authorization_request_endpoint.as_deref()
    }

    pub(crate) fn iss_parameter(&self) -> IssParameter {
        let metadata = self.metadata.as_ref();
        metadata.map_or(IssParameter::Optional, |metadata| metadata.iss_parameter())
    }

    /// The algorithms by which ID tokens may be signed.
    pub(crate) fn id_token_algorithms(&self) -> Vec<Algorithm> {
        let metadata = self.metadata.as_ref();
        let names = metadata.map_or(&[][..], |metadata| {
            &metadata.openid.id_token_signing_alg_values_supported
        });
        let known: Vec<_> = names
            .iter()
            .filter_map(|name| Algorithm::parse(name))
            .collect();
        // OpenID Connect Core §3.1.3.7: RS256 unless another one was registered.
        if known.is_empty() {
            vec![Algorithm::Rs256]
        } else {
            known
        }
    }
}

fn method(registered: &Registered) -> Option<ClientAuthenticationMethod> {
    match registered {
        Registered::ClientSecretBasic => Some(ClientAuthenticationMethod::Basic),
        Registered::ClientSecretPost => Some(ClientAuthenticationMethod::Post),
        Registered::None => Some(ClientAuthenticationMethod::None),
        _ => None,
    }
}

fn template(uri: &str) -> Result<Template, Error> {
    Template::parse(uri).map_err(|_| Error::new(Stage::Discovery, Failure::InvalidUri))
}
