//! The one holder of tokens, codes, verifiers, keys and passwords.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that must not leak.
///
/// It is not printed, not serialised, wiped on drop and compared in constant time; only
/// [`expose`](Self::expose) reads it, so a reviewer can search for that word.
///
/// ```
/// use tripod_core::secret::Secret;
///
/// let secret = Secret::from("kd94hf93k423kf44");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.expose(), "kd94hf93k423kf44");
/// ```
///
/// There is no way to print one by accident:
///
/// ```compile_fail
/// let secret = tripod_core::secret::Secret::from("kd94hf93k423kf44");
/// println!("{secret}");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text, without a copy that would have to be wiped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Tells whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl PartialEq for Secret {
    /// Compares in a time that depends on the lengths alone.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::from("sentinel");
        assert!(!format!("{secret:?} {secret:#?}").contains("sentinel"));
        assert!(!format!("{:?}", Some(vec![secret])).contains("sentinel"));
    }

    #[test]
    fn secrets_are_compared_by_their_text() {
        assert_eq!(Secret::from("a"), Secret::new("a".to_owned()));
        assert_ne!(Secret::from("a"), Secret::from("b"));
        assert_ne!(Secret::from("a"), Secret::from("a\0"));
        assert_ne!(Secret::from("a"), Secret::from(""));
        assert!(Secret::from("").is_empty());
    }
}
