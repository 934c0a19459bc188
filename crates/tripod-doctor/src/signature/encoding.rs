//! The third axis: how names and values are encoded, and then all of it.

use tripod_core::{form, percent};
use unicode_normalization::UnicodeNormalization as _;

use super::Mistake;

/// A way to encode.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// RFC 5849 §3.6.
    Due,
    /// As a form, with `+` for a space.
    Form,
    /// As a form, and `~` stays.
    FormWithTilde,
    /// In ISO 8859-1.
    Latin1,
    /// With lower-case digits.
    LowerCase,
    /// In Unicode's composed form.
    Nfc,
    /// In Unicode's decomposed form.
    Nfd,
    /// Names and values not at all.
    None,
    /// Nothing as a whole: `&` and `=` stay.
    NotAsAWhole,
    /// A `+` in the query stays one.
    PlusKept,
    /// As JavaScript's `encodeURIComponent`: `!*'()` stay.
    Script,
    /// `~` encoded too, as old libraries do.
    Tilde,
    /// Names and values twice.
    Twice,
    /// Values alone.
    ValuesAlone,
    /// As it is written in the request, not decoded first.
    Written,
}

/// All of them; the first is the right one.
pub(super) const ENCODINGS: [Encoding; 15] = [
    Encoding::Due,
    Encoding::Form,
    Encoding::Script,
    Encoding::None,
    Encoding::Twice,
    Encoding::LowerCase,
    Encoding::Written,
    Encoding::FormWithTilde,
    Encoding::Tilde,
    Encoding::PlusKept,
    Encoding::NotAsAWhole,
    Encoding::ValuesAlone,
    Encoding::Latin1,
    Encoding::Nfc,
    Encoding::Nfd,
];

impl Encoding {
    pub(super) fn mistake(self) -> Option<Mistake> {
        let (code, words) = match self {
            Self::Due => return None,
            Self::Form | Self::FormWithTilde => (
                "oauth1/signature/plus-for-space",
                "form encoding in place of percent-encoding: a space became `+`",
            ),
            Self::PlusKept => (
                "oauth1/signature/plus-for-space",
                "a `+` in the query or the form taken for a plus sign, though it stands for a space",
            ),
            Self::Latin1 => (
                "oauth1/signature/other-charset",
                "ISO 8859-1 in place of UTF-8",
            ),
            Self::Nfc => (
                "oauth1/signature/other-charset",
                "accented letters composed (NFC), though they were sent decomposed",
            ),
            Self::Nfd => (
                "oauth1/signature/other-charset",
                "accented letters decomposed (NFD), though they were sent composed",
            ),
            Self::LowerCase => (
                "oauth1/signature/lower-case-escapes",
                "lower-case digits in the escapes",
            ),
            Self::None => (
                "oauth1/signature/not-encoded",
                "names and values not encoded",
            ),
            Self::NotAsAWhole => (
                "oauth1/signature/not-encoded",
                "URL and parameters not encoded as a whole",
            ),
            Self::ValuesAlone => (
                "oauth1/signature/not-encoded",
                "the names of parameters not encoded",
            ),
            Self::Script => (
                "oauth1/signature/reserved-characters-raw",
                "`!`, `*`, `'`, `(` and `)` not encoded",
            ),
            Self::Tilde => (
                "oauth1/signature/reserved-characters-raw",
                "`~` encoded, which must not be",
            ),
            Self::Twice => (
                "oauth1/signature/encoded-twice",
                "names and values encoded twice",
            ),
            Self::Written => (
                "oauth1/signature/encoded-twice",
                "names and values encoded as they stand in the URL, not decoded first",
            ),
        };
        Some(Mistake::new(code, words))
    }

    /// Encodes a name or a value.
    pub(super) fn inner(self, octets: &[u8], written: &str, is_name: bool) -> String {
        match self {
            Self::Due | Self::NotAsAWhole => percent::encode(octets),
            Self::Form => form::encode(octets),
            Self::FormWithTilde => form::encode(octets).replace("%7E", "~"),
            Self::Latin1 => percent::encode(latin1(octets)),
            Self::LowerCase => lower_case(&percent::encode(octets)),
            Self::Nfc => percent::encode(text(octets).nfc().collect::<String>()),
            Self::Nfd => percent::encode(text(octets).nfd().collect::<String>()),
            Self::None => text(octets),
            Self::PlusKept if written.contains('+') => {
                percent::encode(percent::decode(written).unwrap_or_default())
            }
            Self::PlusKept => percent::encode(octets),
            Self::Script => script(&percent::encode(octets)),
            Self::Tilde => percent::encode(octets).replace('~', "%7E"),
            Self::Twice => percent::encode(percent::encode(octets)),
            Self::ValuesAlone if is_name => text(octets),
            Self::ValuesAlone => percent::encode(octets),
            Self::Written => percent::encode(written),
        }
    }

    /// Encodes the URL, and the parameters as a whole.
    pub(super) fn outer(self, text: &str) -> String {
        match self {
            Self::NotAsAWhole => text.to_owned(),
            Self::LowerCase => lower_case(&percent::encode(text)),
            Self::Script => script(&percent::encode(text)),
            Self::Form | Self::Tilde => percent::encode(text).replace('~', "%7E"),
            _ => percent::encode(text),
        }
    }
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn latin1(octets: &[u8]) -> Vec<u8> {
    let narrow = |letter: char| u8::try_from(u32::from(letter)).unwrap_or(b'?');
    text(octets).chars().map(narrow).collect()
}

fn script(encoded: &str) -> String {
    [
        ("%21", "!"),
        ("%2A", "*"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
    ]
    .iter()
    .fold(encoded.to_owned(), |text, (escape, raw)| {
        text.replace(escape, raw)
    })
}

fn lower_case(encoded: &str) -> String {
    let mut left = 0;
    encoded
        .chars()
        .map(|letter| {
            if letter == '%' {
                left = 2;
                letter
            } else if left > 0 {
                left -= 1;
                letter.to_ascii_lowercase()
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_does_what_its_name_says() {
        let encode =
            |encoding: Encoding| encoding.inner("a b~ü!*".as_bytes(), "a+b~%C3%BC!*", false);
        assert_eq!(encode(Encoding::Due), "a%20b~%C3%BC%21%2A");
        assert_eq!(encode(Encoding::Form), "a+b%7E%C3%BC%21*");
        assert_eq!(encode(Encoding::LowerCase), "a%20b~%c3%bc%21%2a");
        assert_eq!(encode(Encoding::Script), "a%20b~%C3%BC!*");
        assert_eq!(encode(Encoding::Latin1), "a%20b~%FC%21%2A");
        assert_eq!(encode(Encoding::Nfd), "a%20b~u%CC%88%21%2A");
        assert_eq!(encode(Encoding::PlusKept), "a%2Bb~%C3%BC%21%2A");
        assert_eq!(encode(Encoding::Twice), "a%2520b~%25C3%25BC%2521%252A");
    }
}
