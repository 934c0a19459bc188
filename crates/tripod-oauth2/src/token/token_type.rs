use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::registry::Unregistered;

/// How a token is used ([RFC 6749 §7.1]); case does not count.
///
/// [RFC 6749 §7.1]: https://www.rfc-editor.org/rfc/rfc6749#section-7.1
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenType {
    /// Whoever holds it may use it (RFC 6750).
    Bearer,
    /// It needs a proof of possession (RFC 9449).
    Dpop,
    /// Not a token for requests (RFC 8693 §2.2.1).
    NotApplicable,
    /// Any other type.
    Other(Unregistered),
}

impl TokenType {
    /// Returns the type as it stands in messages and as the scheme of `Authorization`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
            Self::NotApplicable => "N_A",
            Self::Other(value) => value.as_str(),
        }
    }
}

impl From<&str> for TokenType {
    fn from(value: &str) -> Self {
        [Self::Bearer, Self::Dpop, Self::NotApplicable]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(value))
            .unwrap_or_else(|| Self::Other(Unregistered::new(value)))
    }
}

impl PartialEq for TokenType {
    fn eq(&self, other: &Self) -> bool {
        // RFC 6749 §5.1: the value is case insensitive.
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

impl Eq for TokenType {}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for TokenType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TokenType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = String::deserialize(deserializer)?;
        Ok(Self::from(value.as_str()))
    }
}
