use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;

use super::Grant;
use crate::error::Malformed;
use crate::fields::Fields;

/// Asks whether the user has approved the device yet ([RFC 8628 §3.4]).
///
/// [RFC 8628 §3.4]: https://www.rfc-editor.org/rfc/rfc8628#section-3.4
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceCodeGrant {
    /// The device code.
    pub device_code: Secret,
}

impl DeviceCodeGrant {
    /// Takes a device code.
    #[must_use]
    pub fn new(device_code: impl Into<Secret>) -> Self {
        Self {
            device_code: device_code.into(),
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>) -> Result<Self, Malformed> {
        Ok(Self::new(fields.required("device_code")?))
    }

    pub(super) fn write(&self, parameters: &mut Parameters) {
        parameters.push("device_code", self.device_code.expose());
    }
}

impl From<DeviceCodeGrant> for Grant {
    fn from(grant: DeviceCodeGrant) -> Self {
        Self::DeviceCode(grant)
    }
}
