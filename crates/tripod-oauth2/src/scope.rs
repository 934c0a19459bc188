//! Scopes: an ordered set, whatever separates its values.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::answer::Deviation;
use crate::error::{Fault, Malformed};

/// More values than this are refused; nobody was seen to use a tenth of it.
pub const MAX_VALUES: usize = 1024;

const RULE: &str = "RFC 6749 §3.3";

/// What a token is good for ([RFC 6749 §3.3]).
///
/// Values keep their order, none occurs twice, and two scopes are equal when they hold the same.
///
/// ```
/// use tripod_oauth2::scope::Scope;
///
/// let granted = Scope::parse("read write")?;
/// let wanted = Scope::parse("write delete read")?;
/// assert_eq!(wanted.difference(&granted).to_string(), "delete");
/// assert_eq!(granted, Scope::parse("write read")?);
/// # Ok::<(), tripod_oauth2::error::Malformed>(())
/// ```
///
/// [RFC 6749 §3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
#[derive(Clone, Debug, Default)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Begins an empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Reads values separated by spaces.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if a value has characters that RFC 6749 §3.3 forbids, or if there are too many.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        Self::parse_separated(text, Separator::Space)
    }

    /// Reads values separated as a server wants them.
    ///
    /// # Errors
    ///
    /// As [`Scope::parse`].
    pub fn parse_separated(text: &str, separator: Separator) -> Result<Self, Malformed> {
        let mut scope = Self::new();
        for value in text.split(separator.character()) {
            let value = value.trim_matches(' ');
            if !value.is_empty() {
                scope.insert(value)?;
            }
        }
        Ok(scope)
    }

    /// Reads values that are separate already.
    ///
    /// # Errors
    ///
    /// As [`Scope::parse`]; an empty value is refused, too.
    pub fn of<V: AsRef<str>>(values: impl IntoIterator<Item = V>) -> Result<Self, Malformed> {
        let mut scope = Self::new();
        for value in values {
            scope.insert(value.as_ref())?;
        }
        Ok(scope)
    }

    /// Adds a value at the end, unless it is there.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if RFC 6749 §3.3 forbids the value, or if there are too many.
    pub fn insert(&mut self, value: &str) -> Result<(), Malformed> {
        if value.is_empty() || !value.chars().all(is_scope_character) {
            return Err(Malformed::not(
                "scope",
                "made of printable ASCII without quotes",
                RULE,
            ));
        }
        if self.contains(value) {
            return Ok(());
        }
        if self.0.len() == MAX_VALUES {
            let limit = MAX_VALUES;
            return Err(Malformed::new("scope", Fault::TooLong { limit }, RULE));
        }
        self.0.push(value.to_owned());
        Ok(())
    }

    /// Tells whether a value is in the set; case counts.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.0.iter().any(|own| own == value)
    }

    /// Tells whether every value is also in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|value| other.contains(value))
    }

    /// Returns the values that are not in `other`, in order.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|value| !other.contains(value))
                .cloned()
                .collect(),
        )
    }

    /// Returns the values that are in `other`, too, in order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|value| other.contains(value))
                .cloned()
                .collect(),
        )
    }

    /// Returns the values in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Tells whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the values with a separator between them.
    #[must_use]
    pub fn to_separated(&self, separator: Separator) -> String {
        self.0.join(separator.character().to_string().as_str())
    }

    /// Reads what a server answers: text with spaces or commas, a list, or `null`.
    ///
    /// Without a separator given, commas separate where no space does.
    pub(crate) fn read(
        value: Value,
        separator: Option<Separator>,
        deviations: &mut Vec<Deviation>,
    ) -> Result<Option<Self>, Malformed> {
        match value {
            Value::Null => {
                deviations.push(Deviation::ScopeNull);
                Ok(None)
            }
            Value::String(text) => {
                let separator = separator.unwrap_or_else(|| Separator::guess(&text));
                if separator == Separator::Comma && text.contains(',') {
                    deviations.push(Deviation::ScopeWithCommas);
                }
                Self::parse_separated(&text, separator).map(Some)
            }
            Value::Array(values) => {
                deviations.push(Deviation::ScopeAsList);
                let due = || Malformed::not("scope", "text or a list of texts", RULE);
                let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
                Self::of(texts.ok_or_else(due)?).map(Some)
            }
            _ => Err(Malformed::not("scope", "text or a list of texts", RULE)),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.is_subset(other)
    }
}

impl Eq for Scope {}

impl fmt::Display for Scope {
    /// Writes the values as messages want them, with spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_separated(Separator::Space))
    }
}

/// What stands between the values of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Separator {
    /// `,`, as GitHub, Slack and others write it.
    Comma,
    /// `+` in the decoded text, where a server encodes twice.
    Plus,
    /// A space, as RFC 6749 §3.3 wants it.
    #[default]
    Space,
}

impl Separator {
    /// Returns the character.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Plus => '+',
            Self::Space => ' ',
        }
    }

    /// A comma separates where no space does, or where each space follows one.
    ///
    /// RFC 6750 §3 shows a value with a comma inside; as there, such a value has an `=`.
    fn guess(text: &str) -> Self {
        let bare_space = text.trim_matches(' ').replace(", ", ",").contains(' ');
        if text.contains(',') && !bare_space && !text.contains('=') {
            Self::Comma
        } else {
            Self::Space
        }
    }
}

/// RFC 6749 §3.3: `%x21 / %x23-5B / %x5D-7E`.
const fn is_scope_character(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> (Result<Option<String>, Malformed>, Vec<Deviation>) {
        let mut deviations = Vec::new();
        let scope = Scope::read(value, None, &mut deviations);
        (
            scope.map(|scope| scope.map(|scope| scope.to_string())),
            deviations,
        )
    }

    #[test]
    fn values_keep_their_order_and_none_occurs_twice() {
        let scope = Scope::parse("b a  b c ").unwrap();
        assert_eq!(scope.iter().collect::<Vec<_>>(), ["b", "a", "c"]);
        assert_eq!(scope.to_separated(Separator::Comma), "b,a,c");
    }

    #[test]
    fn values_are_compared_with_their_case() {
        assert_ne!(Scope::parse("Read").unwrap(), Scope::parse("read").unwrap());
    }

    #[test]
    fn characters_the_rfc_forbids_are_refused() {
        for text in ["a\"b", "a\\b", "a\tb", "a\nb", "é", "a\u{7f}"] {
            assert!(Scope::parse(text).is_err(), "{text:?}");
        }
        assert!(Scope::of(["a b"]).is_err());
        assert!(Scope::of([""]).is_err());
    }

    #[test]
    fn too_many_values_are_refused() {
        let text: String = (0..=MAX_VALUES).map(|n| format!("{n} ")).collect();
        let limit = MAX_VALUES;
        assert_eq!(
            Scope::parse(&text).unwrap_err().fault,
            Fault::TooLong { limit }
        );
    }

    #[test]
    fn scopes_are_read_as_servers_answer_them() {
        let text = |scope: &str| Ok(Some(scope.to_owned()));
        assert_eq!(read(json!("a b")), (text("a b"), vec![]));
        assert_eq!(
            read(json!("a,b")),
            (text("a b"), vec![Deviation::ScopeWithCommas])
        );
        assert_eq!(
            read(json!("a, b")),
            (text("a b"), vec![Deviation::ScopeWithCommas])
        );
        assert_eq!(read(json!("a,b c")), (text("a,b c"), vec![]));
        assert_eq!(
            read(json!(["a", "b"])),
            (text("a b"), vec![Deviation::ScopeAsList])
        );
        assert_eq!(read(json!(null)), (Ok(None), vec![Deviation::ScopeNull]));
        let one = "urn:example:channel=HBO&urn:example:rating=G,PG-13";
        assert_eq!(read(json!(one)), (text(one), vec![]));
        assert_eq!(read(json!("")), (text(""), vec![]));
        assert!(read(json!(1)).0.is_err());
        assert!(read(json!(["a", 1])).0.is_err());
    }

    #[test]
    fn a_separator_that_was_named_is_not_guessed() {
        let read = |separator| Scope::read(json!("a+b,c"), Some(separator), &mut Vec::new());
        assert_eq!(read(Separator::Plus).unwrap().unwrap().to_string(), "a b,c");
        assert_eq!(
            read(Separator::Space).unwrap().unwrap().to_string(),
            "a+b,c"
        );
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(values in proptest::collection::vec("[!#-\\[\\]-~]{1,8}", 0..20)) {
            let scope = Scope::of(&values).unwrap();
            prop_assert_eq!(Scope::parse(&scope.to_string()).unwrap(), scope);
        }
    }
}
