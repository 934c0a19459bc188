//! The name under which an entry is kept.

use std::fmt;
use std::str::FromStr;

/// The longest name, in octets: it stands in messages, on command lines and in database columns.
const LONGEST: usize = 255;

/// The name of an entry: for Tripod's own programs, the name of a profile.
///
/// Any text of 1 to 255 octets without control characters that neither begins nor ends with white
/// space. It is no secret: it is shown in messages and lists.
///
/// ```
/// use tripod_vault::key::Key;
///
/// assert_eq!(Key::parse("work/github")?.as_str(), "work/github");
/// assert!(Key::parse("two\nlines").is_err());
/// # Ok::<(), tripod_vault::key::InvalidKey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Box<str>);

impl Key {
    /// Takes a name.
    ///
    /// # Errors
    ///
    /// [`InvalidKey`] says what is wrong with it.
    pub fn parse(name: &str) -> Result<Self, InvalidKey> {
        if name.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if name.len() > LONGEST {
            return Err(InvalidKey::TooLong);
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidKey::ControlCharacter);
        }
        if name.trim() != name {
            return Err(InvalidKey::SurroundingSpace);
        }
        Ok(Self(name.into()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = InvalidKey;

    fn from_str(name: &str) -> Result<Self, InvalidKey> {
        Self::parse(name)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKey {
    /// It holds a line break or another control character.
    #[error("a profile name holds no line breaks or other control characters")]
    ControlCharacter,
    /// It is empty.
    #[error("a profile name is not empty")]
    Empty,
    /// It begins or ends with white space.
    #[error("a profile name neither begins nor ends with white space")]
    SurroundingSpace,
    /// It is longer than 255 octets.
    #[error("a profile name has at most {LONGEST} octets")]
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_texts_that_fit_on_a_line() {
        for name in ["a", "work/github", "Ünïcode 名", &"x".repeat(LONGEST)] {
            assert_eq!(Key::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn other_texts_are_refused_by_name() {
        for (name, reason) in [
            ("", InvalidKey::Empty),
            (" a", InvalidKey::SurroundingSpace),
            ("a ", InvalidKey::SurroundingSpace),
            (" ", InvalidKey::SurroundingSpace),
            ("a\nb", InvalidKey::ControlCharacter),
            ("a\0", InvalidKey::ControlCharacter),
            ("a\u{85}b", InvalidKey::ControlCharacter),
            (&"x".repeat(LONGEST + 1), InvalidKey::TooLong),
        ] {
            assert_eq!(Key::parse(name), Err(reason), "{name:?}");
        }
    }
}
