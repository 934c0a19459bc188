use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::{Grant, read_scope, write_scope};
use crate::error::Malformed;
use crate::fields::Fields;
use crate::scope::Scope;

/// Presents a signed assertion as a grant ([RFC 7523 §2.1]).
///
/// [RFC 7523 §2.1]: https://www.rfc-editor.org/rfc/rfc7523#section-2.1
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JwtBearerGrant {
    /// A single JWT.
    pub assertion: Secret,
    /// What the token is to be good for.
    pub scope: Option<Scope>,
}

impl JwtBearerGrant {
    /// Takes a JWT; what is optional stays empty.
    #[must_use]
    pub fn new(assertion: impl Into<Secret>) -> Self {
        Self {
            assertion: assertion.into(),
            scope: None,
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            assertion: fields.required("assertion")?.into(),
            scope: read_scope(fields)?,
        })
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("assertion", self.assertion.expose());
        write_scope(self.scope.as_ref(), parameters);
    }
}

impl From<JwtBearerGrant> for Grant {
    fn from(grant: JwtBearerGrant) -> Self {
        Self::JwtBearer(grant)
    }
}
