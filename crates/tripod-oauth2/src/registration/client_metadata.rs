use std::ops::Not;

use serde::{Deserialize, Serialize};

use crate::authorization::{ResponseName, ResponseType};
use crate::client_authentication::ClientAuthenticationMethod;
use crate::error::{ErrorCode, ErrorResponse, Fault, Malformed};
use crate::json::Members;
use crate::redirect_uri::RedirectUri;
use crate::scope::Scope;
use crate::token::GrantType;

const RULE: &str = "RFC 7591 §2";

/// What a client says of itself ([RFC 7591 §2], OpenID Connect Registration §2).
///
/// The names are those of the registry. What stands in several languages has the language in its
/// name, as in `client_name#fr`, and is found in [`extra`](Self::extra).
///
/// [RFC 7591 §2]: https://www.rfc-editor.org/rfc/rfc7591#section-2
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ClientMetadata {
    /// Where the browser may be sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// How the client authenticates; see [`auth_method`](Self::auth_method).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<ClientAuthenticationMethod>,
    /// How its assertions are signed (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// What it presents to the token endpoint; see [`grants`](Self::grants).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grant_types: Vec<GrantType>,
    /// What it asks the authorization endpoint for; see [`responses`](Self::responses).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub response_types: Vec<ResponseType>,
    /// Which scopes it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// A page about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_uri: Option<String>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Who is responsible for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
    /// Its terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tos_uri: Option<String>,
    /// What it does with data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Where its public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Its public keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Members>,
    /// Which software it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_id: Option<String>,
    /// Which version of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_version: Option<String>,
    /// What somebody else says of the software, as a JWT (RFC 7591 §2.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_statement: Option<String>,
    /// `web` or `native` (OpenID Connect Registration §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_type: Option<String>,
    /// How its ID tokens are to be signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// Where the browser may be sent after signing out (RP-Initiated Logout §3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it hears of a logout (Back-Channel Logout §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// The name in its certificate (RFC 8705 §2.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// The host in its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_dns: Option<String>,
    /// The URI in its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_uri: Option<String>,
    /// The IP address in its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_ip: Option<String>,
    /// The e-mail address in its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_san_email: Option<String>,
    /// Whether its tokens are bound to its certificate (RFC 8705 §3.4).
    #[serde(skip_serializing_if = "Not::not")]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Whether its tokens are bound to a DPoP key (RFC 9449 §5.2).
    #[serde(skip_serializing_if = "Not::not")]
    pub dpop_bound_access_tokens: bool,
    /// Whether it always pushes its requests (RFC 9126 §6).
    #[serde(skip_serializing_if = "Not::not")]
    pub require_pushed_authorization_requests: bool,
    /// Whether it always signs its requests (RFC 9101 §10.5).
    #[serde(skip_serializing_if = "Not::not")]
    pub require_signed_request_object: bool,
    /// How it signs its requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// How its responses are to be signed (JARM §3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_signed_response_alg: Option<String>,
    /// Which authorization details it asks for (RFC 9396 §10).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types: Vec<String>,
    /// Members that no RFC we know names.
    #[serde(flatten)]
    pub extra: Members,
}

impl ClientMetadata {
    /// Begins with nothing said.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the members.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if one is not what it has to be.
    pub fn parse(members: Members) -> Result<Self, Malformed> {
        members.into_typed(&[], RULE)
    }

    /// Writes the members.
    #[must_use]
    pub fn encode(&self) -> Members {
        Members::of_typed(self)
    }

    /// Checks whether a client can be registered so, and reads its redirect URIs.
    ///
    /// # Errors
    ///
    /// What to answer: `invalid_redirect_uri` or `invalid_client_metadata`, and why.
    pub fn check(&self) -> Result<Vec<RedirectUri>, ErrorResponse> {
        let answer = |code: ErrorCode| {
            move |fault: Malformed| ErrorResponse::new(code).with_description(fault.to_string())
        };
        let redirect_uris: Result<Vec<_>, _> = self
            .redirect_uris
            .iter()
            .map(|uri| RedirectUri::parse(uri))
            .collect();
        let redirect_uris = redirect_uris.map_err(answer(ErrorCode::InvalidRedirectUri))?;
        // RFC 7591 §2: clients using flows with redirection MUST register their redirection URIs.
        if redirect_uris.is_empty() && self.is_redirected() {
            return Err(answer(ErrorCode::InvalidRedirectUri)(Malformed::missing(
                "redirect_uris",
                RULE,
            )));
        }
        self.check_consistency()
            .map_err(answer(ErrorCode::InvalidClientMetadata))?;
        Ok(redirect_uris)
    }

    fn check_consistency(&self) -> Result<(), Malformed> {
        // RFC 7591 §2: the two MUST NOT both be present.
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return Err(Malformed::new("jwks", Fault::Beside("jwks_uri"), RULE));
        }
        // RFC 7591 §2.1: a grant implies its response type, and the other way round.
        for (grant, name) in [
            (GrantType::AuthorizationCode, ResponseName::Code),
            (GrantType::Implicit, ResponseName::Token),
        ] {
            let is_asked_for = self
                .responses()
                .iter()
                .any(|response| response.contains(&name));
            let is_implicit_id_token = grant == GrantType::Implicit
                && self
                    .responses()
                    .iter()
                    .any(|response| response.contains(&ResponseName::IdToken));
            let is_granted = self.grants().contains(&grant);
            if is_asked_for && !is_granted || is_granted && !is_asked_for && !is_implicit_id_token {
                let due = "consistent with `grant_types`";
                return Err(Malformed::not("response_types", due, "RFC 7591 §2.1"));
            }
        }
        self.check_certificate()
    }

    fn check_certificate(&self) -> Result<(), Malformed> {
        let names = [
            &self.tls_client_auth_subject_dn,
            &self.tls_client_auth_san_dns,
            &self.tls_client_auth_san_uri,
            &self.tls_client_auth_san_ip,
            &self.tls_client_auth_san_email,
        ];
        let given = names.iter().filter(|name| name.is_some()).count();
        // RFC 8705 §2.1.2: a client using this method MUST use exactly one.
        if self.auth_method() == ClientAuthenticationMethod::TlsClientAuth && given != 1 {
            let due = "one name in the certificate";
            return Err(Malformed::not("tls_client_auth", due, "RFC 8705 §2.1.2"));
        }
        Ok(())
    }

    fn is_redirected(&self) -> bool {
        let redirects = [GrantType::AuthorizationCode, GrantType::Implicit];
        self.grants().iter().any(|grant| redirects.contains(grant))
    }

    /// Returns what the client presents to the token endpoint, the default included.
    #[must_use]
    pub fn grants(&self) -> Vec<GrantType> {
        if self.grant_types.is_empty() {
            vec![GrantType::AuthorizationCode]
        } else {
            self.grant_types.clone()
        }
    }

    /// Returns what it asks the authorization endpoint for, the default included.
    ///
    /// A client that names grants but none that redirects asks it for nothing.
    #[must_use]
    pub fn responses(&self) -> Vec<ResponseType> {
        if self.response_types.is_empty() && self.grants().contains(&GrantType::AuthorizationCode) {
            vec![ResponseType::code()]
        } else {
            self.response_types.clone()
        }
    }

    /// Returns how it authenticates, the default included.
    #[must_use]
    pub fn auth_method(&self) -> ClientAuthenticationMethod {
        let default = ClientAuthenticationMethod::ClientSecretBasic;
        self.token_endpoint_auth_method.clone().unwrap_or(default)
    }
}
