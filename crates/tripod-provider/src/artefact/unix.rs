//! Timestamps as seconds since the epoch, for serde.

use serde::{Deserialize as _, Deserializer, Serializer};
use tripod_core::timestamp::Timestamp;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(at.as_unix())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    i64::deserialize(deserializer).map(Timestamp::from_unix)
}

/// The same where there may be none; goes with `#[serde(default)]`.
pub(super) mod option {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
    use tripod_core::timestamp::Timestamp;

    #[expect(clippy::ref_option, reason = "serde asks for it")]
    pub(in crate::artefact) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(Timestamp::as_unix).serialize(serializer)
    }

    pub(in crate::artefact) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let seconds = Option::<i64>::deserialize(deserializer)?;
        Ok(seconds.map(Timestamp::from_unix))
    }
}
