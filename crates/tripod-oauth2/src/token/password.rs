use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{Grant, read_scope, write_scope};
use crate::error::Malformed;
use crate::fields::Fields;
use crate::scope::Scope;

/// Hands the user's password to the server ([RFC 6749 §4.3.2]).
///
/// RFC 9700 §2.4 says that it MUST NOT be used; it is here for servers that know nothing else.
///
/// [RFC 6749 §4.3.2]: https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LegacyPasswordGrant {
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: Secret,
    /// What the token is to be good for.
    pub scope: Option<Scope>,
}

impl LegacyPasswordGrant {
    /// Takes name and password.
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            scope: None,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            username: fields.required("username")?.to_owned(),
            password: fields.required("password")?.into(),
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("username", &self.username);
        parameters.push("password", self.password.expose());
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<LegacyPasswordGrant> for Grant {
    fn from(grant: LegacyPasswordGrant) -> Self {
        Self::LegacyPassword(grant)
    }
}
