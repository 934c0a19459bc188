//! JWK sets ([RFC 7517 §5]).
//!
//! [RFC 7517 §5]: https://www.rfc-editor.org/rfc/rfc7517#section-5

use serde_json::{Map, Value};

use super::Jwk;
use crate::jose::{KeyError, json};

/// No set is longer: a hundred keys with their certificates stay below.
const MAX_LENGTH: usize = 1024 * 1024;

/// Nobody publishes more keys; each costs work to parse.
const MAX_KEYS: usize = 256;

/// The keys that somebody publishes or keeps.
///
/// What cannot be used, such as a type of key that is not known yet, is passed over.
///
/// ```
/// use tripod_oauth2::jose::KeyError;
/// use tripod_oauth2::jwk::JwkSet;
///
/// let set = JwkSet::parse(br#"{"keys":[{"kty":"AKP","alg":"ML-DSA-65","pub":"AA"}]}"#)?;
/// assert_eq!(set.keys, []);
/// assert_eq!(set.skipped, [KeyError::UnknownType]);
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct JwkSet {
    /// The keys, in order; `kid` may repeat.
    pub keys: Vec<Jwk>,
    /// Why others were passed over.
    pub skipped: Vec<KeyError>,
}

impl JwkSet {
    /// Takes keys.
    #[must_use]
    pub const fn new(keys: Vec<Jwk>) -> Self {
        let skipped = Vec::new();
        Self { keys, skipped }
    }

    /// Reads a set.
    ///
    /// # Errors
    ///
    /// [`KeyError`] if it is no set at all, or larger than anybody's.
    pub fn parse(text: &[u8]) -> Result<Self, KeyError> {
        if text.len() > MAX_LENGTH {
            return Err(KeyError::TooLong);
        }
        Self::from_members(json::parse(text).map_err(|_| KeyError::NotJsonObject)?)
    }

    /// Reads a set that is a part of other JSON, such as client metadata.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn from_members(mut members: Map<String, Value>) -> Result<Self, KeyError> {
        let Some(Value::Array(keys)) = members.remove("keys") else {
            return Err(KeyError::Member { member: "keys" });
        };
        if keys.len() > MAX_KEYS {
            return Err(KeyError::TooLong);
        }
        let mut set = Self::default();
        for key in keys {
            let Value::Object(members) = key else {
                set.skipped.push(KeyError::NotJsonObject);
                continue;
            };
            // RFC 7517 §5: what is not understood or not complete is ignored.
            match Jwk::from_members(members) {
                Ok(key) => set.keys.push(key),
                Err(reason) => set.skipped.push(reason),
            }
        }
        Ok(set)
    }

    /// Returns what may be published, as JSON: no private part, no shared secret.
    #[must_use]
    pub fn to_public_json(&self) -> Value {
        let keys: Vec<_> = self.keys.iter().filter_map(Jwk::to_public_json).collect();
        Value::from(Map::from_iter([("keys".to_owned(), Value::from(keys))]))
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self::new(keys.into_iter().collect())
    }
}
