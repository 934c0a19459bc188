use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::{Issuer, insert_well_known, refuse_cleartext};
use crate::answer::{Answer, Excerpt};
use crate::error::{Error, Malformed, Mismatch, Misuse};
use crate::json::Members;
use crate::registry::{Unregistered, wire_names};
use crate::resource::Resource;
use crate::uri::Uri;

const RULE: &str = "RFC 9728 §2";

/// What a protected resource publishes about itself ([RFC 9728 §2]).
///
/// [RFC 9728 §2]: https://www.rfc-editor.org/rfc/rfc9728#section-2
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ProtectedResourceMetadata {
    /// Which resource it says it is.
    pub resource: String,
    /// Whose tokens it takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_servers: Vec<String>,
    /// Where its public keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Scopes that are good for something here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// Where a bearer token may stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bearer_methods_supported: Vec<BearerMethod>,
    /// How its answers are signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_signing_alg_values_supported: Vec<String>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
    /// A page for developers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_documentation: Option<String>,
    /// What clients may do with data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_policy_uri: Option<String>,
    /// The terms of service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_tos_uri: Option<String>,
    /// Which authorization details are known (RFC 9396).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authorization_details_types_supported: Vec<String>,
    /// How DPoP proofs may be signed (RFC 9449).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Whether tokens have to be bound to a DPoP key.
    #[serde(skip_serializing_if = "Not::not")]
    pub dpop_bound_access_tokens_required: bool,
    /// Whether tokens are bound to certificates (RFC 8705).
    #[serde(skip_serializing_if = "Not::not")]
    pub tls_client_certificate_bound_access_tokens: bool,
    /// All of it once more as a JWT (RFC 9728 §2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_metadata: Option<String>,
    /// Members that no RFC we know names.
    #[serde(flatten)]
    pub extra: Members,
}

impl ProtectedResourceMetadata {
    /// Begins with which resource it is; the rest stays empty.
    #[must_use]
    pub fn new(resource: &Resource) -> Self {
        Self {
            resource: resource.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// Reads what was found at the place of a resource, or where its challenge pointed.
    ///
    /// # Errors
    ///
    /// [`Mismatch::Resource`] if it is the metadata of another resource, [`Error::Malformed`] if it
    /// is none, or names an authorization server that cannot be one.
    pub fn read(answer: &Answer<'_>, resource: &Resource) -> Result<Self, Error> {
        let malformed = |fault| Error::Malformed {
            fault,
            answer: Some(Box::new(Excerpt::new(answer))),
        };
        if answer.status != http::StatusCode::OK {
            return Err(malformed(Malformed::not("status", "200", "RFC 9728 §3.2")));
        }
        let metadata = Members::parse(answer.body)
            .and_then(Self::parse)
            .map_err(malformed)?;
        // RFC 9728 §3.3: if the values are not identical, the data MUST NOT be used.
        if metadata.resource != resource.as_str() {
            return Err(Mismatch::Resource.into());
        }
        refuse_cleartext("jwks_uri", metadata.jwks_uri.as_deref(), RULE)?;
        for issuer in &metadata.authorization_servers {
            Issuer::parse(issuer)?;
        }
        Ok(metadata)
    }

    /// Reads the members of the document.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the resource is missing, or a member is not what it has to be.
    pub fn parse(members: Members) -> Result<Self, Malformed> {
        members.into_typed(&["resource"], RULE)
    }

    /// Writes the members of the document.
    #[must_use]
    pub fn encode(&self) -> Members {
        Members::of_typed(self)
    }
}

/// Writes where the metadata of a resource is ([RFC 9728 §3.1]): between host and path.
///
/// # Errors
///
/// [`Misuse::InsecureTransport`] unless the resource is https, or http on a loopback address.
///
/// [RFC 9728 §3.1]: https://www.rfc-editor.org/rfc/rfc9728#section-3.1
pub fn protected_resource_uri(resource: &Resource) -> Result<String, Misuse> {
    let uri = resource.as_str();
    let parts = Uri::parse(uri)
        .filter(Uri::is_safe_transport)
        .ok_or(Misuse::InsecureTransport)?;
    // RFC 9728 §3.1: a slash that follows the host alone MUST be removed.
    let bare = match (parts.path, parts.query) {
        ("/", None) => uri.strip_suffix('/').map(str::to_owned),
        ("/", Some(_)) => Some(uri.replacen("/?", "?", 1)),
        _ => None,
    };
    Ok(insert_well_known(
        bare.as_deref().unwrap_or(uri),
        "oauth-protected-resource",
    ))
}

/// Where a bearer token may stand ([RFC 9728 §2]).
///
/// [RFC 9728 §2]: https://www.rfc-editor.org/rfc/rfc9728#section-2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BearerMethod {
    /// In a form (RFC 6750 §2.2).
    Body,
    /// In the header (RFC 6750 §2.1).
    Header,
    /// In the query (RFC 6750 §2.3).
    Query,
    /// Anywhere else.
    Other(Unregistered),
}

wire_names!(BearerMethod {
    Body => "body",
    Header => "header",
    Query => "query",
});
