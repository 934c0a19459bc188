use tripod_core::parameters::Parameters;

use super::{Grant, GrantType, read_scope, write_scope};
use crate::error::Malformed;
use crate::fields::Fields;
use crate::scope::Scope;

/// A grant that somebody else defined ([RFC 6749 §4.5]).
///
/// Its own parameters stand in [`TokenRequest::extra`](super::TokenRequest::extra).
///
/// [RFC 6749 §4.5]: https://www.rfc-editor.org/rfc/rfc6749#section-4.5
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtensionGrant {
    /// The name of the grant, mostly a URI.
    pub grant_type: GrantType,
    /// What the token is to be good for.
    pub scope: Option<Scope>,
}

impl ExtensionGrant {
    /// Takes the name of a grant; what is optional stays empty.
    #[must_use]
    pub const fn new(grant_type: GrantType) -> Self {
        Self {
            grant_type,
            scope: None,
        }
    }

    pub(super) fn read(grant_type: GrantType, fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            grant_type,
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<ExtensionGrant> for Grant {
    fn from(grant: ExtensionGrant) -> Self {
        Self::Extension(grant)
    }
}
