//! The members of a JSON object, as messages are read from them and written to them.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::error::{Fault, Malformed};

/// Documents longer than this are refused before they are decoded: ten times the longest seen.
pub const MAX_OCTETS: usize = 1 << 20;

const RULE: &str = "RFC 8259 §4";

/// What a member is not whose type is another one.
const TYPE: &str = "of the type it has to be";

/// A JSON object; values may be secrets, so `Debug` shows the names alone.
///
/// ```
/// use tripod_oauth2::json::Members;
///
/// let members = Members::parse(br#"{"access_token":"2YotnFZFEjr1zCsicMWpAA"}"#)?;
/// assert_eq!(format!("{members:?}"), r#"Members("access_token")"#);
/// # Ok::<(), tripod_oauth2::error::Malformed>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Members(Map<String, Value>);

impl Members {
    /// Begins an empty object.
    #[must_use]
    pub fn new() -> Self {
        Self(Map::new())
    }

    /// Reads a JSON object in which no name occurs twice.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is something else, or longer than [`MAX_OCTETS`].
    pub fn parse(json: &[u8]) -> Result<Self, Malformed> {
        if json.len() > MAX_OCTETS {
            let limit = MAX_OCTETS;
            return Err(Malformed::new("JSON", Fault::TooLong { limit }, RULE));
        }
        let object: Object = serde_json::from_slice(json)
            .map_err(|_| Malformed::not("JSON", "a JSON object", RULE))?;
        match object.repeated {
            Some(name) => Err(Malformed::new(name, Fault::Repeated, RULE)),
            None => Ok(Self(object.members)),
        }
    }

    /// Adds a member, or replaces the one of that name.
    pub fn put(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Adds a member if there is a value.
    pub fn put_some(&mut self, name: impl Into<String>, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Returns the value of a member.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Returns all names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the object, secrets included.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// Reads a type that has a default for every member but the required ones.
    pub(crate) fn into_typed<T: DeserializeOwned>(
        mut self,
        required: &[&'static str],
        rule: &'static str,
    ) -> Result<T, Malformed> {
        self.0.retain(|_, value| !value.is_null());
        if let Some(missing) = required.iter().find(|name| self.value(name).is_none()) {
            return Err(Malformed::missing(missing, rule));
        }
        serde_json::from_value(Value::Object(self.0.clone()))
            .map_err(|_| Malformed::new(self.culprit::<T>(required), Fault::Not(TYPE), rule))
    }

    /// Finds the member on which reading fails: serde tells only what it is, not where.
    fn culprit<T: DeserializeOwned>(&self, required: &[&'static str]) -> String {
        let fails = |name: &str| {
            let alone = |own: &str| own == name || required.contains(&own);
            let members = self.0.iter().filter(|(own, _)| alone(own));
            let members: Map<_, _> = members
                .map(|(own, value)| (own.clone(), value.clone()))
                .collect();
            serde_json::from_value::<T>(Value::Object(members)).is_err()
        };
        let first = required
            .iter()
            .copied()
            .chain(self.0.keys().map(String::as_str))
            .find(|name| fails(name));
        first.unwrap_or("JSON").to_owned()
    }

    /// Writes a type that is written as an object.
    pub(crate) fn of_typed(value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(Value::Object(members)) => Self(members),
            _ => Self::new(),
        }
    }

    /// Takes a member out; `null` counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// Takes a member of a type; `due` says which, for the error.
    pub(crate) fn take_as<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        due: &'static str,
        rule: &'static str,
    ) -> Result<Option<T>, Malformed> {
        self.take(name)
            .map(|value| serde_json::from_value(value).map_err(|_| Malformed::not(name, due, rule)))
            .transpose()
    }

    /// Takes a text.
    pub(crate) fn take_text(
        &mut self,
        name: &'static str,
        rule: &'static str,
    ) -> Result<Option<String>, Malformed> {
        match self.take(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Malformed::not(name, "text", rule)),
            None => Ok(None),
        }
    }

    /// Takes a secret; empty text counts as absent.
    pub(crate) fn take_secret(
        &mut self,
        name: &'static str,
        rule: &'static str,
    ) -> Result<Option<Secret>, Malformed> {
        let text = self.take_text(name, rule)?;
        Ok(text.filter(|text| !text.is_empty()).map(Secret::new))
    }

    /// Takes a whole number of seconds or the like.
    pub(crate) fn take_number(
        &mut self,
        name: &'static str,
        rule: &'static str,
    ) -> Result<Option<u64>, Malformed> {
        self.take_as(name, "a whole number", rule)
    }

    /// Takes seconds since the epoch; fractions are cut off.
    pub(crate) fn take_time(
        &mut self,
        name: &'static str,
        rule: &'static str,
    ) -> Result<Option<Timestamp>, Malformed> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        numeric_date(&value)
            .map(|seconds| Some(Timestamp::from_unix(seconds)))
            .ok_or_else(|| Malformed::not(name, "a time in seconds", rule))
    }
}

/// Reads a `NumericDate` (RFC 7519 §2), which may have a fraction.
fn numeric_date(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: beyond it a double has no whole seconds
    if let Some(seconds) = value.as_i64() {
        return Some(seconds);
    }
    let seconds = value.as_f64()?.floor();
    if seconds.abs() > EXACT {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    Some(seconds as i64)
}

impl From<Map<String, Value>> for Members {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members.0)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self)
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = f.debug_tuple("Members");
        for name in self.0.keys() {
            names.field(name);
        }
        names.finish()
    }
}

/// An object as it is decoded: `serde_json` would keep the last of two equal names and say nothing.
#[derive(Default)]
struct Object {
    members: Map<String, Value>,
    repeated: Option<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object::default();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if object.members.insert(name.clone(), value).is_some() {
                        object.repeated = Some(name);
                    }
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_occurs_twice_is_refused() {
        let error = Members::parse(br#"{"iss":"a","x":1,"iss":"b"}"#).unwrap_err();
        assert_eq!(error, Malformed::new("iss", Fault::Repeated, RULE));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        for json in ["", "[]", "null", "\"a\"", "{", "{\"a\":1}x", "<html>"] {
            let error = Members::parse(json.as_bytes()).unwrap_err();
            assert_eq!(error.fault, Fault::Not("a JSON object"), "{json}");
        }
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let json = format!("{{\"a\":{}", "[".repeat(100_000));
        assert!(Members::parse(json.as_bytes()).is_err());
    }

    #[test]
    fn a_document_that_is_too_long_is_refused_before_it_is_decoded() {
        let json = vec![b' '; MAX_OCTETS + 1];
        let limit = MAX_OCTETS;
        assert_eq!(
            Members::parse(&json).unwrap_err().fault,
            Fault::TooLong { limit }
        );
    }

    #[test]
    fn times_may_have_a_fraction_but_not_any_size() {
        let mut members =
            Members::parse(br#"{"a":1300819380,"b":1300819380.9,"c":1e300,"d":"1"}"#).unwrap();
        let mut time = |name| {
            members
                .take_time(name, "")
                .map(|time| time.map(Timestamp::as_unix))
        };
        assert_eq!(time("a"), Ok(Some(1_300_819_380)));
        assert_eq!(time("b"), Ok(Some(1_300_819_380)));
        assert!(time("c").is_err() && time("d").is_err());
        assert_eq!(time("e"), Ok(None));
    }
}
