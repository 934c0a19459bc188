use std::ops::Not;

use serde::{Deserialize, Serialize};

use crate::authorization::Prompt;

/// What OpenID Connect adds to the metadata of a server ([OpenID Connect Discovery §3]).
///
/// [OpenID Connect Discovery §3]: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OpenIdMetadata {
    /// Where claims about the user are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// Where the user signs out (RP-Initiated Logout §2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session_endpoint: Option<String>,
    /// How well users can be authenticated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values_supported: Vec<String>,
    /// Whether clients see the same user by the same name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subject_types_supported: Vec<String>,
    /// How ID tokens are signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// Which claims can be had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims_supported: Vec<String>,
    /// Which pages can be asked for (Initiating User Registration §4).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub prompt_values_supported: Vec<Prompt>,
    /// Whether `claims` is understood.
    #[serde(skip_serializing_if = "Not::not")]
    pub claims_parameter_supported: bool,
    /// Whether `request` is understood.
    #[serde(skip_serializing_if = "Not::not")]
    pub request_parameter_supported: bool,
    /// Whether `request_uri` is understood; it is unless this says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri_parameter_supported: Option<bool>,
    /// Whether the addresses of request objects have to be registered.
    #[serde(skip_serializing_if = "Not::not")]
    pub require_request_uri_registration: bool,
    /// Whether clients hear of a logout from the server (Back-Channel Logout §2.1).
    #[serde(skip_serializing_if = "Not::not")]
    pub backchannel_logout_supported: bool,
    /// Whether they hear of which session.
    #[serde(skip_serializing_if = "Not::not")]
    pub backchannel_logout_session_supported: bool,
}
