use tripod_core::parameters::Parameters;

use super::{Grant, read_scope, write_scope};
use crate::error::Malformed;
use crate::fields::Fields;
use crate::scope::Scope;

/// Asks for a token in the client's own name ([RFC 6749 §4.4.2]).
///
/// [RFC 6749 §4.4.2]: https://www.rfc-editor.org/rfc/rfc6749#section-4.4.2
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientCredentialsGrant {
    /// What the token is to be good for.
    pub scope: Option<Scope>,
}

impl ClientCredentialsGrant {
    /// Asks for the scope that the server gives by default.
    #[must_use]
    pub const fn new() -> Self {
        Self { scope: None }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<ClientCredentialsGrant> for Grant {
    fn from(grant: ClientCredentialsGrant) -> Self {
        Self::ClientCredentials(grant)
    }
}
