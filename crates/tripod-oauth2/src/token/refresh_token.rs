use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{Grant, read_scope, write_scope};
use crate::error::Malformed;
use crate::fields::Fields;
use crate::scope::Scope;

/// Redeems a refresh token ([RFC 6749 §6]).
///
/// [RFC 6749 §6]: https://www.rfc-editor.org/rfc/rfc6749#section-6
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshTokenGrant {
    /// The refresh token.
    pub refresh_token: Secret,
    /// A narrower scope for the new access token.
    pub scope: Option<Scope>,
}

impl RefreshTokenGrant {
    /// Takes a refresh token; the scope stays as it was granted.
    #[must_use]
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self {
            refresh_token: refresh_token.into(),
            scope: None,
        }
    }

    /// Returns the scope of the new access token, given what the user granted.
    ///
    /// # Errors
    ///
    /// The values that were never granted; a provider answers `invalid_scope`.
    pub fn narrowed<'a>(&'a self, granted: &'a Scope) -> Result<&'a Scope, Scope> {
        let Some(scope) = &self.scope else {
            return Ok(granted);
        };
        // RFC 6749 §6: the requested scope MUST NOT include any scope not originally granted.
        let excess = scope.difference(granted);
        if excess.is_empty() {
            Ok(scope)
        } else {
            Err(excess)
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            refresh_token: fields.required("refresh_token")?.into(),
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("refresh_token", self.refresh_token.expose());
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<RefreshTokenGrant> for Grant {
    fn from(grant: RefreshTokenGrant) -> Self {
        Self::RefreshToken(grant)
    }
}
