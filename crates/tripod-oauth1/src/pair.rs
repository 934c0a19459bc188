//! Names and values as they are written somewhere, and their place in the normalized order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use smallvec::SmallVec;
use tripod_core::form::{self, Component};
use tripod_core::percent::{self, is_unreserved};

use crate::placement::Placement;

/// As many as fit without the heap: the protocol's and those of an ordinary request.
pub(crate) type Pairs<'a> = SmallVec<[Pair<'a>; 16]>;

/// A name with its value; `Debug` shows the name alone, since the value may be a secret.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) name: Piece<'a>,
    pub(crate) value: Piece<'a>,
    pub(crate) source: Placement,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(name: Piece<'a>, value: Piece<'a>, source: Placement) -> Self {
        Self {
            name,
            value,
            source,
        }
    }

    /// Tells whether it is a parameter of the protocol or of an extension to it.
    pub(crate) fn is_protocol(&self) -> bool {
        self.name.begins_with("oauth_")
    }

    /// Compares as [RFC 5849 §3.4.1.3.2] sorts: by encoded name, then by encoded value.
    ///
    /// [RFC 5849 §3.4.1.3.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2
    pub(crate) fn cmp(&self, other: &Self) -> Ordering {
        self.name
            .cmp(other.name)
            .then_with(|| self.value.cmp(other.value))
    }
}

impl fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair")
            .field("name", &String::from_utf8_lossy(&self.name.decode()))
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Splits a query or a form body into its pairs.
pub(crate) fn form_pairs(written: &[u8], source: Placement) -> impl Iterator<Item = Pair<'_>> {
    form::pairs(written)
        .map(move |pair| Pair::new(Piece::form(pair.name), Piece::form(pair.value), source))
}

/// A name or value as it is written, with what that means; `Debug` does not show it.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    written: &'a [u8],
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)] // as wide as its neighbours: pieces are copied by the dozen, and padding by the octet
enum Encoding {
    /// Unreserved characters alone: it is the same in every encoding.
    Unreserved,
    /// Not encoded.
    Plain,
    /// As in a query or a form: `+` is a space.
    Form,
    /// As in an `Authorization` header: `+` is a plus. Escapes were found sound.
    Percent,
}

impl<'a> Piece<'a> {
    /// Takes a name of the protocol, or digits.
    pub(crate) fn known(written: &'a [u8]) -> Self {
        debug_assert!(written.iter().all(|&octet| is_unreserved(octet)));
        Self {
            written,
            encoding: Encoding::Unreserved,
        }
    }

    /// Takes a text that is not encoded.
    pub(crate) fn plain(written: &'a [u8]) -> Self {
        Self::new(written, Encoding::Plain)
    }

    pub(crate) fn form(component: Component<'a>) -> Self {
        let written = component.as_written();
        let encoding = if component.is_unreserved() {
            Encoding::Unreserved
        } else {
            Encoding::Form
        };
        Self { written, encoding }
    }

    /// Takes a text whose every `%` begins an escape.
    pub(crate) fn percent(written: &'a [u8]) -> Self {
        Self::new(written, Encoding::Percent)
    }

    fn new(written: &'a [u8], encoding: Encoding) -> Self {
        if written.iter().all(|&octet| is_unreserved(octet)) {
            return Self {
                written,
                encoding: Encoding::Unreserved,
            };
        }
        Self { written, encoding }
    }

    /// Returns the characters themselves where all are unreserved.
    pub(crate) fn unreserved(self) -> Option<&'a [u8]> {
        (self.encoding == Encoding::Unreserved).then_some(self.written)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.written.is_empty()
    }

    pub(crate) fn written_length(self) -> usize {
        self.written.len()
    }

    pub(crate) fn written(self) -> &'a [u8] {
        self.written
    }

    /// Returns a length that its percent-encoding does not exceed.
    pub(crate) fn longest_encoding(self) -> usize {
        self.written.len() * if self.unreserved().is_some() { 1 } else { 3 }
    }

    pub(crate) fn decode(self) -> Cow<'a, [u8]> {
        match self.encoding {
            Encoding::Unreserved | Encoding::Plain => Cow::Borrowed(self.written),
            Encoding::Form => Component::new(self.written).decode(),
            Encoding::Percent => {
                let mut octets = Vec::with_capacity(self.written.len());
                octets.extend(self.octets());
                Cow::Owned(octets)
            }
        }
    }

    pub(crate) fn octets(self) -> impl Iterator<Item = u8> + use<'a> {
        let (escapes, plus) = match self.encoding {
            Encoding::Unreserved | Encoding::Plain => (false, b'+'),
            Encoding::Form => (true, b' '),
            Encoding::Percent => (true, b'+'),
        };
        let mut rest = self.written;
        std::iter::from_fn(move || {
            let (&octet, tail) = rest.split_first()?;
            rest = tail;
            match octet {
                b'+' => Some(plus),
                b'%' if escapes => match percent::escaped(tail) {
                    Some(octet) => {
                        rest = tail.get(2..).unwrap_or_default();
                        Some(octet)
                    }
                    None => Some(b'%'),
                },
                _ => Some(octet),
            }
        })
    }

    pub(crate) fn is(self, text: &str) -> bool {
        match self.unreserved() {
            Some(written) => written == text.as_bytes(),
            None => self.octets().eq(text.bytes()),
        }
    }

    pub(crate) fn begins_with(self, text: &str) -> bool {
        match self.unreserved() {
            Some(written) => written.starts_with(text.as_bytes()),
            None => self.octets().take(text.len()).eq(text.bytes()),
        }
    }

    pub(crate) fn cmp(self, other: Self) -> Ordering {
        match (self.unreserved(), other.unreserved()) {
            (Some(one), Some(two)) => one.cmp(two),
            _ => self.octets().map(rank).cmp(other.octets().map(rank)),
        }
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Piece(..)")
    }
}

/// Ranks an octet as what it is encoded to ranks among characters.
///
/// `%`, with which every escape begins, comes before each unreserved character; two escapes compare
/// as the octets that they stand for.
fn rank(octet: u8) -> u16 {
    u16::from(octet) + if is_unreserved(octet) { 256 } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_compare_as_their_encodings_do(one: Vec<u8>, two: Vec<u8>) {
            let expected = percent::encode(&one).cmp(&percent::encode(&two));
            prop_assert_eq!(Piece::plain(&one).cmp(Piece::plain(&two)), expected);
            let encoded = percent::encode(&one);
            let compared = Piece::form(Component::new(encoded.as_bytes())).cmp(Piece::plain(&two));
            prop_assert_eq!(compared, expected);
        }
    }

    #[test]
    fn an_escape_comes_before_every_unreserved_character() {
        assert_eq!(
            Piece::plain(b"a b").cmp(Piece::plain(b"a-")),
            Ordering::Less
        );
        assert_eq!(
            Piece::plain("a\u{fc}".as_bytes()).cmp(Piece::plain(b"a-")),
            Ordering::Less
        );
        assert_eq!(Piece::plain(b"a").cmp(Piece::plain(b"a b")), Ordering::Less);
    }

    #[test]
    fn a_plus_is_a_space_in_a_form_alone() {
        assert_eq!(
            Piece::form(Component::new(b"a+b%2B")).decode().as_ref(),
            b"a b+"
        );
        assert_eq!(Piece::percent(b"a+b%2B").decode().as_ref(), b"a+b+");
        assert_eq!(Piece::plain(b"a+b%2B").decode().as_ref(), b"a+b%2B");
    }
}
