//! Ordered lists of text parameters that keep their duplicates.

use std::fmt;

use crate::form;

/// Names and values in the order in which they were written or are to be.
///
/// Values may be secrets, so `Debug` shows the names alone.
///
/// ```
/// use tripod_core::parameters::Parameters;
///
/// let answer = Parameters::parse(b"oauth_token=ab3cd9j4ks73hf7g&oauth_token_secret=xyz")?;
/// assert_eq!(answer.single("oauth_token")?, Some("ab3cd9j4ks73hf7g"));
/// assert_eq!(format!("{answer:?}"), r#"Parameters("oauth_token", "oauth_token_secret")"#);
/// # Ok::<(), tripod_core::parameters::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Begins an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Reads a form or a query whose names and values are UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::NotUtf8`] names the parameter that is not.
    pub fn parse(form: &[u8]) -> Result<Self, Error> {
        form::pairs(form)
            .map(|pair| {
                let (name, value) = pair.decode();
                let name =
                    String::from_utf8(name.into_owned()).map_err(|error| Error::NotUtf8 {
                        name: String::from_utf8_lossy(error.as_bytes()).into_owned(),
                    })?;
                match String::from_utf8(value.into_owned()) {
                    Ok(value) => Ok((name, value)),
                    Err(_) => Err(Error::NotUtf8 { name }),
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Adds a parameter at the end, whether or not it is there already.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Returns the list with one more parameter at its end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.push(name, value);
        self
    }

    /// Returns the value of a parameter that may not repeat.
    ///
    /// # Errors
    ///
    /// [`Error::Repeated`] if it does, even with equal values.
    pub fn single(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut values = self.all(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(Error::Repeated {
                name: name.to_owned(),
            });
        }
        Ok(value)
    }

    /// Returns every value of a parameter that may repeat, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = move |pair: &&(String, String)| pair.0 == name;
        self.0.iter().filter(named).map(|pair| pair.1.as_str())
    }

    /// Returns all names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes them as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn to_form(&self) -> String {
        let mut written = String::new();
        for (name, value) in self.iter() {
            if !written.is_empty() {
                written.push('&');
            }
            written.push_str(&form::encode(name));
            written.push('=');
            written.push_str(&form::encode(value));
        }
        written
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = f.debug_tuple("Parameters");
        for (name, _) in self.iter() {
            names.field(&name);
        }
        names.finish()
    }
}

/// Why a list of parameters cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A name or a value is not UTF-8.
    #[error("parameter `{name}` is not UTF-8")]
    NotUtf8 {
        /// The parameter; what is not UTF-8 in the name itself is replaced by `U+FFFD`.
        name: String,
    },
    /// A parameter that may occur once occurs again.
    #[error("parameter `{name}` occurs more than once")]
    Repeated {
        /// The parameter.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_not_printed() {
        let parameters = Parameters::new()
            .with("code", "sentinel")
            .with("state", "sentinel");
        assert_eq!(format!("{parameters:?}"), r#"Parameters("code", "state")"#);
    }

    #[test]
    fn a_repeated_parameter_is_refused_where_it_must_be_single() {
        let parameters = Parameters::parse(b"a=1&b=2&a=1").unwrap();
        assert_eq!(parameters.single("b"), Ok(Some("2")));
        assert_eq!(parameters.single("c"), Ok(None));
        assert_eq!(
            parameters.single("a"),
            Err(Error::Repeated {
                name: "a".to_owned()
            })
        );
        assert_eq!(parameters.all("a").collect::<Vec<_>>(), ["1", "1"]);
    }

    #[test]
    fn what_is_not_utf_8_is_refused_by_name() {
        let refused = |name: &str| {
            Err(Error::NotUtf8 {
                name: name.to_owned(),
            })
        };
        assert_eq!(Parameters::parse(b"a=1&b=%FF"), refused("b"));
        assert_eq!(Parameters::parse(b"%FFa=1"), refused("\u{FFFD}a"));
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(pairs: Vec<(String, String)>) {
            let parameters: Parameters = pairs.into_iter().collect();
            prop_assert_eq!(Parameters::parse(parameters.to_form().as_bytes()), Ok(parameters));
        }
    }
}
