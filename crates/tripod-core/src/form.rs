//! `application/x-www-form-urlencoded`, both ways, octet for octet.
//!
//! Reading never fails: a `%` that begins no escape stands for itself, as browsers and servers
//! read it. Nothing is assumed about the character encoding, so what is not UTF-8 survives.

use std::borrow::Cow;

use crate::percent;

/// Splits a form or a query into its pairs, in order, duplicates and empty values kept.
///
/// Empty pieces (`a&&b`) are no parameters, as in [HTML 4.01 §17.13.4] and the URL standard.
///
/// ```
/// use tripod_core::form;
///
/// let pairs: Vec<_> = form::pairs(b"c2&a3=2+q").map(|pair| pair.decode()).collect();
/// assert_eq!(pairs[0].0.as_ref(), b"c2");
/// assert_eq!(pairs[0].1.as_ref(), b"");
/// assert_eq!(pairs[1].1.as_ref(), b"2 q");
/// ```
///
/// [HTML 4.01 §17.13.4]: https://www.w3.org/TR/html401/interact/forms.html#h-17.13.4
#[must_use]
pub fn pairs(input: &[u8]) -> Pairs<'_> {
    Pairs {
        rest: input,
        ended: None,
    }
}

/// Encodes one name or value: a space becomes `+`, all but alphanumerics and `*-._` an escape.
///
/// ```
/// assert_eq!(tripod_core::form::encode(" %&+£€"), "+%25%26%2B%C2%A3%E2%82%AC"); // RFC 6749 App. B
/// ```
#[must_use]
pub fn encode(octets: impl AsRef<[u8]>) -> String {
    let mut encoded = String::with_capacity(octets.as_ref().len());
    for &octet in octets.as_ref() {
        match octet {
            b' ' => encoded.push('+'),
            b'*' | b'-' | b'.' | b'_' => encoded.push(char::from(octet)),
            _ if octet.is_ascii_alphanumeric() => encoded.push(char::from(octet)),
            _ => encoded.extend(percent::escape(octet).map(char::from)),
        }
    }
    encoded
}

/// A name and its value, still as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pair<'a> {
    /// What stands before the first `=`.
    pub name: Component<'a>,
    /// What stands after it; empty when there is none.
    pub value: Component<'a>,
}

impl<'a> Pair<'a> {
    /// Decodes name and value.
    #[must_use]
    pub fn decode(self) -> (Cow<'a, [u8]>, Cow<'a, [u8]>) {
        (self.name.decode(), self.value.decode())
    }
}

/// One name or value, still as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component<'a> {
    written: &'a [u8],
    unreserved: bool,
}

impl Default for Component<'_> {
    /// An empty one.
    fn default() -> Self {
        Self::new(&[])
    }
}

impl<'a> Component<'a> {
    /// Takes a name or value as it is written in a form.
    #[must_use]
    pub fn new(written: &'a [u8]) -> Self {
        let unreserved = written.iter().all(|&octet| percent::is_unreserved(octet));
        Self {
            written,
            unreserved,
        }
    }

    /// Tells whether all of it is unreserved, so that it is the same in every encoding.
    #[must_use]
    pub const fn is_unreserved(self) -> bool {
        self.unreserved
    }

    /// Decodes it; borrows where nothing was encoded.
    #[must_use]
    pub fn decode(self) -> Cow<'a, [u8]> {
        let is_encoded = |octet: &u8| matches!(octet, b'%' | b'+');
        if self.unreserved || !self.written.iter().any(is_encoded) {
            return Cow::Borrowed(self.written);
        }
        Cow::Owned(self.octets().collect())
    }

    /// Decodes it octet by octet, without allocating.
    #[must_use]
    pub const fn octets(self) -> Octets<'a> {
        Octets { rest: self.written }
    }

    /// Returns it as it was written.
    #[must_use]
    pub const fn as_written(self) -> &'a [u8] {
        self.written
    }
}

/// The pairs of a form; see [`pairs`].
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    rest: &'a [u8],
    /// The octet that ended the component before.
    ended: Option<u8>,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        while !self.rest.is_empty() {
            let name = self.component(|octet| matches!(octet, b'=' | b'&'));
            if self.ended == Some(b'=') {
                let value = self.component(|octet| octet == b'&');
                return Some(Pair { name, value });
            }
            if !name.written.is_empty() {
                return Some(Pair {
                    name,
                    value: Component::default(),
                });
            }
        }
        None
    }
}

impl<'a> Pairs<'a> {
    /// Takes what stands before an octet that ends it, looking at each octet once.
    fn component(&mut self, ends: impl Fn(u8) -> bool) -> Component<'a> {
        let mut unreserved = true;
        let end = self.rest.iter().position(|&octet| {
            let ends = ends(octet);
            unreserved &= ends || percent::is_unreserved(octet);
            ends
        });
        let (written, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.ended = rest.first().copied();
        self.rest = rest.get(1..).unwrap_or_default();
        Component {
            written,
            unreserved,
        }
    }
}

/// The decoded octets of a component; see [`Component::octets`].
#[derive(Clone, Debug)]
pub struct Octets<'a> {
    rest: &'a [u8],
}

impl Iterator for Octets<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (&octet, rest) = self.rest.split_first()?;
        self.rest = rest;
        match octet {
            b'+' => Some(b' '),
            b'%' => match percent::escaped(rest) {
                Some(octet) => {
                    self.rest = rest.get(2..).unwrap_or_default();
                    Some(octet)
                }
                None => Some(b'%'),
            },
            _ => Some(octet),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(input: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        pairs(input)
            .map(Pair::decode)
            .map(|(n, v)| (n.into_owned(), v.into_owned()))
            .collect()
    }

    fn pair(name: &str, value: &str) -> (Vec<u8>, Vec<u8>) {
        (name.into(), value.into())
    }

    #[test]
    fn the_parameters_of_rfc_5849_are_read_as_its_table_says() {
        let query = b"b5=%3D%253D&a3=a&c%40=&a2=r%20b";
        let expected = [("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b")];
        assert_eq!(decoded(query), expected.map(|(n, v)| pair(n, v)));
    }

    #[test]
    fn empty_pieces_are_no_parameters_but_empty_names_are() {
        assert_eq!(
            decoded(b"&&a&&=b&=&"),
            [pair("a", ""), pair("", "b"), pair("", "")]
        );
        assert_eq!(decoded(b""), []);
    }

    #[test]
    fn only_the_first_equals_sign_separates() {
        assert_eq!(decoded(b"a=b=c"), [pair("a", "b=c")]);
    }

    #[test]
    fn a_percent_sign_that_begins_no_escape_stands_for_itself() {
        let expected = [
            pair("a", "100%"),
            pair("b", "%zz"),
            pair("c", "%4"),
            pair("d", "%A"),
        ];
        assert_eq!(decoded(b"a=100%&b=%zz&c=%4&d=%%41"), expected);
    }

    #[test]
    fn octets_that_are_not_utf_8_survive() {
        assert_eq!(decoded(b"a=%FF\xFE"), [(b"a".to_vec(), vec![0xFF, 0xFE])]);
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(octets: Vec<u8>) {
            let encoded = encode(&octets);
            prop_assert_eq!(Component::new(encoded.as_bytes()).decode().into_owned(), octets);
        }

        #[test]
        fn percent_encoding_is_read_back_too(octets: Vec<u8>) {
            let encoded = percent::encode(&octets);
            prop_assert_eq!(Component::new(encoded.as_bytes()).decode().into_owned(), octets);
        }
    }
}
