use std::collections::BTreeMap;
use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::{Issuer, OpenIdMetadata, refuse_cleartext};
use crate::answer::{Answer, Excerpt};
use crate::authorization::{IssParameter, ResponseMode, ResponseType};
use crate::client_authentication::ClientAuthenticationMethod;
use crate::error::{Error, Malformed, Mismatch};
use crate::json::Members;
use crate::pkce::CodeChallengeMethod;
use crate::token::GrantType;

const RULE: &str = "RFC 8414 §2";

/// What an authorization server publishes about itself ([RFC 8414 §2]).
///
/// The names are those of the registry. A list that is empty is left out, as RFC 8414 §3.2 wants;
/// the methods know what its absence means.
///
/// [RFC 8414 §2]: https://www.rfc-editor.org/rfc/rfc8414#section-2
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerMetadata {
    /// Who the server says it is.
    pub issuer: String,
    /// Where the browser goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// Where tokens are got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// Where the server's public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where clients register (RFC 7591).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// Where tokens are revoked (RFC 7009).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    /// Where tokens are introspected (RFC 7662).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<String>,
    /// Where devices begin (RFC 8628).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_authorization_endpoint: Option<String>,
    /// Where requests are pushed (RFC 9126).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// The same endpoints for clients that show a certificate (RFC 8705 §5).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub mtls_endpoint_aliases: BTreeMap<String, String>,
    /// Scopes that can be asked for; there may be others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// What the authorization endpoint answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<ResponseType>,
    /// How it answers; see [`response_modes`](Self::response_modes).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_modes_supported: Vec<ResponseMode>,
    /// What the token endpoint takes; see [`grant_types`](Self::grant_types).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<GrantType>,
    /// How clients authenticate there; see
    /// [`token_endpoint_auth_methods`](Self::token_endpoint_auth_methods).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<ClientAuthenticationMethod>,
    /// How client assertions may be signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// How clients authenticate to revoke.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revocation_endpoint_auth_methods_supported: Vec<ClientAuthenticationMethod>,
    /// How client assertions may be signed there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// How clients authenticate to introspect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspection_endpoint_auth_methods_supported: Vec<ClientAuthenticationMethod>,
    /// How client assertions may be signed there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Which PKCE methods are known; none means no PKCE.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<CodeChallengeMethod>,
    /// How DPoP proofs may be signed; none means no DPoP (RFC 9449 §5.1).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// How signed responses are signed (JARM §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_signing_alg_values_supported: Vec<String>,
    /// How request objects may be signed (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub request_object_signing_alg_values_supported: Vec<String>,
    /// Which authorization details are known (RFC 9396 §10).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types_supported: Vec<String>,
    /// Resources whose tokens come from here (RFC 9728 §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_resources: Vec<String>,
    /// Whether responses name the issuer (RFC 9207 §3).
    #[serde(skip_serializing_if = "Not::not")]
    pub authorization_response_iss_parameter_supported: bool,
    /// Whether requests have to be pushed (RFC 9126 §5).
    #[serde(skip_serializing_if = "Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Whether requests have to be signed (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Not::not")]
    pub require_signed_request_object: bool,
    /// Whether tokens are bound to certificates (RFC 8705 §3.3).
    #[serde(skip_serializing_if = "Not::not")]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// A page for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
    /// Languages of the pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ui_locales_supported: Vec<String>,
    /// What clients may do with data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_policy_uri: Option<String>,
    /// The terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_tos_uri: Option<String>,
    /// All of it once more as a JWT (RFC 8414 §2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_metadata: Option<String>,
    /// What OpenID Connect adds.
    #[serde(flatten)]
    pub openid: OpenIdMetadata,
    /// Members that no RFC we know names.
    #[serde(flatten)]
    pub extra: Members,
}

impl ServerMetadata {
    /// Begins with who the server is; the rest stays empty.
    #[must_use]
    pub fn new(issuer: &Issuer) -> Self {
        Self {
            issuer: issuer.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// Reads what was found at one of the places of an issuer.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Issuer`] if it is the metadata of another issuer, [`Error::Malformed`] if it is
    /// none, or if something would have to be sent in clear.
    pub fn read(answer: &Answer<'_>, issuer: &Issuer) -> Result<Self, Error> {
        let metadata = Self::dangerous_read(answer)?;
        // RFC 8414 §3.3: if the values are not identical, the data MUST NOT be used.
        if metadata.issuer != issuer.as_str() {
            return Err(Mismatch::Issuer.into());
        }
        metadata.refuse_cleartext()?;
        Ok(metadata)
    }

    /// Reads metadata whosever it is: whoever answers can send our secrets anywhere.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it is none.
    pub fn dangerous_read(answer: &Answer<'_>) -> Result<Self, Error> {
        let malformed = |fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        };
        // RFC 8414 §3.2: a successful response MUST use the 200 OK status code.
        if answer.status != http::StatusCode::OK {
            return Err(malformed(Malformed::not("status", "200", "RFC 8414 §3.2")));
        }
        Members::parse(answer.body)
            .and_then(Self::parse)
            .map_err(malformed)
    }

    /// Reads the members of the document.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the issuer is missing, or a member is not what it has to be.
    pub fn parse(members: Members) -> Result<Self, Malformed> {
        members.into_typed(&["issuer"], RULE)
    }

    /// Writes the members of the document.
    #[must_use]
    pub fn encode(&self) -> Members {
        Members::of_typed(self)
    }

    /// Checks what a server has to keep to before it publishes.
    ///
    /// # Errors
    ///
    /// [`Malformed`] names what RFC 8414 §2 forbids or misses.
    pub fn check(&self) -> Result<(), Malformed> {
        Issuer::parse(&self.issuer)?;
        self.refuse_cleartext()?;
        if self.response_types_supported.is_empty() {
            return Err(Malformed::missing("response_types_supported", RULE));
        }
        let lists = [
            (
                &self.token_endpoint_auth_methods_supported,
                &self.token_endpoint_auth_signing_alg_values_supported,
                "token_endpoint_auth_signing_alg_values_supported",
            ),
            (
                &self.revocation_endpoint_auth_methods_supported,
                &self.revocation_endpoint_auth_signing_alg_values_supported,
                "revocation_endpoint_auth_signing_alg_values_supported",
            ),
            (
                &self.introspection_endpoint_auth_methods_supported,
                &self.introspection_endpoint_auth_signing_alg_values_supported,
                "introspection_endpoint_auth_signing_alg_values_supported",
            ),
        ];
        for (methods, algorithms, name) in lists {
            // RFC 8414 §2: MUST be present with either of these methods; `none` MUST NOT be used.
            let signs = methods.contains(&ClientAuthenticationMethod::PrivateKeyJwt)
                || methods.contains(&ClientAuthenticationMethod::ClientSecretJwt);
            if signs && algorithms.is_empty() {
                return Err(Malformed::missing(name, RULE));
            }
            if algorithms.iter().any(|algorithm| algorithm == "none") {
                return Err(Malformed::not(name, "free of `none`", RULE));
            }
        }
        Ok(())
    }

    fn refuse_cleartext(&self) -> Result<(), Malformed> {
        for (name, uri) in [
            ("authorization_endpoint", &self.authorization_endpoint),
            ("token_endpoint", &self.token_endpoint),
            ("jwks_uri", &self.jwks_uri),
            ("registration_endpoint", &self.registration_endpoint),
            ("revocation_endpoint", &self.revocation_endpoint),
            ("introspection_endpoint", &self.introspection_endpoint),
            (
                "device_authorization_endpoint",
                &self.device_authorization_endpoint,
            ),
            (
                "pushed_authorization_request_endpoint",
                &self.pushed_authorization_request_endpoint,
            ),
            ("userinfo_endpoint", &self.openid.userinfo_endpoint),
            ("end_session_endpoint", &self.openid.end_session_endpoint),
        ] {
            refuse_cleartext(name, uri.as_deref(), RULE)?;
        }
        for uri in self.mtls_endpoint_aliases.values() {
            refuse_cleartext("mtls_endpoint_aliases", Some(uri), "RFC 8705 §5")?;
        }
        Ok(())
    }

    /// Returns what the token endpoint takes, the default included.
    #[must_use]
    pub fn grant_types(&self) -> Vec<GrantType> {
        // RFC 8414 §2: if omitted, the default value is this.
        or_default(
            &self.grant_types_supported,
            [GrantType::AuthorizationCode, GrantType::Implicit],
        )
    }

    /// Returns how the authorization endpoint answers, the default included.
    #[must_use]
    pub fn response_modes(&self) -> Vec<ResponseMode> {
        or_default(
            &self.response_modes_supported,
            [ResponseMode::Query, ResponseMode::Fragment],
        )
    }

    /// Returns how clients authenticate at the token endpoint, the default included.
    #[must_use]
    pub fn token_endpoint_auth_methods(&self) -> Vec<ClientAuthenticationMethod> {
        let default = [ClientAuthenticationMethod::ClientSecretBasic];
        or_default(&self.token_endpoint_auth_methods_supported, default)
    }

    /// Returns whether a response without `iss` has to be refused.
    #[must_use]
    pub const fn iss_parameter(&self) -> IssParameter {
        if self.authorization_response_iss_parameter_supported {
            IssParameter::Required
        } else {
            IssParameter::Optional
        }
    }
}

fn or_default<T: Clone, const N: usize>(listed: &[T], default: [T; N]) -> Vec<T> {
    if listed.is_empty() {
        default.into()
    } else {
        listed.to_vec()
    }
}
