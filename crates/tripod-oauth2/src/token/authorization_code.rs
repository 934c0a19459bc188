use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::Grant;
use crate::error::Malformed;
use crate::fields::Fields;

/// Redeems an authorization code ([RFC 6749 §4.1.3]).
///
/// [RFC 6749 §4.1.3]: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationCodeGrant {
    /// The code.
    pub code: Secret,
    /// The redirect URI of the authorization request, if it had one.
    pub redirect_uri: Option<String>,
    /// The verifier, as it arrived: a malformed one is explained better than refused unseen.
    pub code_verifier: Option<Secret>,
}

impl AuthorizationCodeGrant {
    /// Takes a code; what is optional stays empty.
    #[must_use]
    pub fn new(code: impl Into<Secret>) -> Self {
        Self {
            code: code.into(),
            redirect_uri: None,
            code_verifier: None,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            code: fields.required("code")?.into(),
            redirect_uri: fields.optional("redirect_uri")?.map(str::to_owned),
            code_verifier: fields.optional("code_verifier")?.map(Secret::from),
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("code", self.code.expose());
        if let Some(redirect_uri) = &self.redirect_uri {
            parameters.push("redirect_uri", redirect_uri);
        }
        if let Some(code_verifier) = &self.code_verifier {
            parameters.push("code_verifier", code_verifier.expose());
        }
    }
}

impl From<AuthorizationCodeGrant> for Grant {
    fn from(grant: AuthorizationCodeGrant) -> Self {
        Self::AuthorizationCode(grant)
    }
}
