//! The `Authorization` header of scheme `OAuth`, octet by octet ([RFC 5849 §3.5.1]).
//!
//! [RFC 5849 §3.5.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1

use std::borrow::Cow;

use tripod_core::percent;

use crate::pair::Piece;

/// The name of the one part that is no parameter: it is neither encoded nor signed.
pub(crate) const REALM: &str = "realm";

/// Writes a text as it stands between the quotes of a quoted string (RFC 2617 §1.2).
///
/// Nothing is percent-encoded. `None` if there are control characters, which no header can carry.
pub(crate) fn quote(text: &str) -> Option<Cow<'_, str>> {
    if text.chars().any(char::is_control) {
        return None;
    }
    if !text.contains(['"', '\\']) {
        return Some(Cow::Borrowed(text));
    }
    Some(Cow::Owned(text.replace('\\', r"\\").replace('"', r#"\""#)))
}

/// Takes the backslashes out of what stands between the quotes of a quoted string.
pub(crate) fn unquote(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut escaped = false;
    let kept = text.chars().filter(|&character| {
        escaped = character == '\\' && !escaped;
        !escaped
    });
    Cow::Owned(kept.collect())
}

/// Begins to read the parts of a header; `None` if it is of another scheme.
pub(crate) fn parts(header: &[u8]) -> Option<Parts<'_>> {
    let (scheme, rest) = header.split_at_checked(5)?;
    let ends = matches!(rest.first(), None | Some(b' ' | b'\t'));
    // RFC 5849 §3.5.1: the name of the scheme is case-insensitive.
    (scheme.eq_ignore_ascii_case(b"OAuth") && ends).then_some(Parts { rest })
}

/// One `name="value"`, still as it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) name: Piece<'a>,
    /// What stands between the quotes. That of `realm` is no percent-encoded text, see [`unquote`].
    pub(crate) value: Piece<'a>,
}

/// The parts of a header, in order. Nothing follows the first that is malformed.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        // An empty element of a list is none (RFC 9110 §5.6.1).
        let separates = |octet: &u8| matches!(octet, b',' | b' ' | b'\t');
        let begin = self.rest.iter().position(|octet| !separates(octet))?;
        let rest = std::mem::take(&mut self.rest).get(begin..)?;
        Some(part(rest).map(|(part, rest)| {
            self.rest = rest;
            part
        }))
    }
}

/// Reads a part, and returns what follows it too.
fn part(text: &[u8]) -> Result<(Part<'_>, &[u8]), Malformed> {
    let (name, rest) = Run::until(b'=', text).ok_or(Malformed::Name)?;
    let is_name = |octet: &u8| octet.is_ascii_graphic() && *octet != b'"';
    if name.octets.is_empty() || !(name.unreserved || name.octets.iter().all(is_name)) {
        return Err(Malformed::Name);
    }
    let named =
        |reason: fn(String) -> Malformed| reason(String::from_utf8_lossy(name.octets).into_owned());
    let rest = rest
        .strip_prefix(b"\"")
        .ok_or_else(|| named(Malformed::NotQuoted))?;
    let (value, rest) = Run::quoted(rest).ok_or_else(|| named(Malformed::Unterminated))?;
    if !matches!(rest.first(), None | Some(b',' | b' ' | b'\t')) {
        return Err(named(Malformed::Separator));
    }
    let unsound = || named(Malformed::Escape);
    let is_realm = name.octets == REALM.as_bytes();
    let value = if is_realm {
        Some(Piece::plain(value.octets))
    } else {
        value.piece()
    };
    let name = name.piece().ok_or_else(unsound)?;
    Ok((
        Part {
            name,
            value: value.ok_or_else(unsound)?,
        },
        rest,
    ))
}

/// Octets up to a character that ends them. Each is looked at once: this is where time goes.
#[derive(Clone, Copy)]
struct Run<'a> {
    octets: &'a [u8],
    unreserved: bool,
}

impl<'a> Run<'a> {
    /// Takes what stands before `end`, and returns what follows that.
    fn until(end: u8, text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut unreserved = true;
        let at = text.iter().position(|&octet| {
            let ends = octet == end;
            unreserved &= ends || percent::is_unreserved(octet);
            ends
        })?;
        Some((
            Self {
                octets: text.get(..at)?,
                unreserved,
            },
            text.get(at + 1..)?,
        ))
    }

    /// Takes what stands before the first quote that no backslash escapes.
    fn quoted(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (run, rest) = Self::until(b'"', text)?;
        if run.unreserved || !run.octets.contains(&b'\\') {
            return Some((run, rest));
        }
        let mut escaped = false;
        let at = text.iter().position(|octet| {
            let ends = *octet == b'"' && !escaped;
            escaped = *octet == b'\\' && !escaped;
            ends
        })?;
        Some((
            Self {
                octets: text.get(..at)?,
                unreserved: false,
            },
            text.get(at + 1..)?,
        ))
    }

    /// Takes it as percent-encoded; `None` if a `%` begins no escape.
    fn piece(self) -> Option<Piece<'a>> {
        if self.unreserved {
            return Some(Piece::known(self.octets));
        }
        percent::is_sound(self.octets).then(|| Piece::percent(self.octets))
    }
}

/// How an `Authorization` header breaks [RFC 5849 §3.5.1].
///
/// [RFC 5849 §3.5.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// A `%` that begins no escape.
    #[error("`{0}` holds a `%` that is not followed by two hexadecimal digits")]
    Escape(String),
    /// Something that is no name before a `=`.
    #[error("a part of the header is no name followed by `=`")]
    Name,
    /// A value without quotes.
    #[error("the value of `{0}` is not in double quotes")]
    NotQuoted(String),
    /// Something other than a comma behind a value.
    #[error("what follows the value of `{0}` is no comma")]
    Separator(String),
    /// A value whose closing quote is missing.
    #[error("the value of `{0}` does not end in a double quote")]
    Unterminated(String),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a>(header: &'a str) -> Result<Vec<(&'a str, &'a str)>, Malformed> {
        let parts = parts(header.as_bytes()).expect("an OAuth header");
        let written = |piece: Piece<'a>| str::from_utf8(piece.written()).unwrap();
        parts
            .map(|part| part.map(|part| (written(part.name), written(part.value))))
            .collect()
    }

    #[test]
    fn parts_are_read_in_order_whatever_the_white_space() {
        let expected = Ok(vec![
            ("realm", "Example"),
            ("oauth_token", ""),
            ("a%20b", "%2B+"),
        ]);
        assert_eq!(
            read(r#"OAuth realm="Example",oauth_token="",a%20b="%2B+""#),
            expected
        );
        assert_eq!(
            read("oauth \t realm=\"Example\" ,, oauth_token=\"\"\t,a%20b=\"%2B+\" , "),
            expected
        );
        assert_eq!(read("OAuth"), Ok(vec![]));
        assert_eq!(read("OAuth ,"), Ok(vec![]));
    }

    #[test]
    fn other_schemes_are_left_alone() {
        for header in [
            "",
            "OAut",
            "Bearer abc",
            "OAuth2 abc",
            "OAuthx",
            "Basic b2F1dGg=",
        ] {
            assert!(parts(header.as_bytes()).is_none(), "{header}");
        }
    }

    #[test]
    fn a_realm_is_a_quoted_string() {
        assert_eq!(quote(r#"a "b" \ c"#).unwrap(), r#"a \"b\" \\ c"#);
        let expected = Ok(vec![("realm", r#"a \"b\" \\ c"#), ("x", "y")]);
        assert_eq!(read(r#"OAuth realm="a \"b\" \\ c", x="y""#), expected);
        assert_eq!(unquote(r#"a \"b\" \\ c"#), r#"a "b" \ c"#);
        assert_eq!(read(r#"OAuth realm="100%""#), Ok(vec![("realm", "100%")]));
        assert_eq!(quote("two\r\nlines"), None);
    }

    #[test]
    fn what_breaks_the_rules_is_refused_by_name() {
        let a = || "a".to_owned();
        let cases = [
            ("OAuth a", Malformed::Name),
            ("OAuth =\"1\"", Malformed::Name),
            ("OAuth a b=\"1\"", Malformed::Name),
            ("OAuth a=1", Malformed::NotQuoted(a())),
            ("OAuth a='1'", Malformed::NotQuoted(a())),
            ("OAuth a=\"1", Malformed::Unterminated(a())),
            ("OAuth a=\"1\\\"", Malformed::Unterminated(a())),
            ("OAuth a=\"1\"b=\"2\"", Malformed::Separator(a())),
            ("OAuth a=\"1\"; b=\"2\"", Malformed::Separator(a())),
            ("OAuth a=\"100%\"", Malformed::Escape(a())),
            ("OAuth a=\"%zz\"", Malformed::Escape(a())),
        ];
        for (header, reason) in cases {
            assert_eq!(read(header), Err(reason), "{header}");
        }
    }

    #[test]
    fn octets_that_are_no_text_are_left_to_whoever_reads_the_value() {
        let part = parts(b"OAuth a=\"\xFF%FE\"")
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(part.value.decode().as_ref(), [0xFF, 0xFE]);
        let refused = parts(b"OAuth \xFF=\"\"").unwrap().next().unwrap();
        assert_eq!(refused.unwrap_err(), Malformed::Name);
    }

    proptest! {
        #[test]
        fn unquoting_undoes_quoting(text in "\\PC*") {
            let quoted = quote(&text).unwrap();
            prop_assert_eq!(unquote(&quoted), text.as_str());
            let header = format!("OAuth realm=\"{quoted}\"");
            prop_assert_eq!(read(&header), Ok(vec![("realm", quoted.as_ref())]));
        }
    }
}
