//! Values that registries name: what is known today, and what will be tomorrow.

use std::fmt;

/// A value that no registry knew when this was written; it survives a round trip.
///
/// It is only made by reading text, so a known value is never hidden in one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unregistered(String);

impl Unregistered {
    pub(crate) fn new(value: &str) -> Self {
        Self(value.to_owned())
    }

    /// Returns the value as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Unregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Gives an enum with a variant `Other(Unregistered)` the names its registry has for the others.
macro_rules! wire_names {
    ($type:ident { $($variant:ident => $name:literal,)+ }) => {
        impl $type {
            /// Returns the value as it stands in messages.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Other(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $type {
            fn from(value: &str) -> Self {
                match value {
                    $($name => Self::$variant,)+
                    _ => Self::Other($crate::registry::Unregistered::new(value)),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <String as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(value.as_str()))
            }
        }
    };
}

pub(crate) use wire_names;
