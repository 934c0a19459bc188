//! The `Authorization` header of scheme `OAuth`, octet by octet ([RFC 5849 §3.5.1]).
//!
//! [RFC 5849 §3.5.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.5.1

use std::borrow::Cow;

use tripod_core::percent;

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
    let ends = rest
        .first()
        .is_none_or(|octet| matches!(octet, b' ' | b'\t'));
    // RFC 5849 §3.5.1: the name of the scheme is case-insensitive.
    (scheme.eq_ignore_ascii_case(b"OAuth") && ends).then(|| Parts {
        rest: str::from_utf8(rest).ok(),
    })
}

/// One `name="value"`, still as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Percent-encoded; its escapes are sound.
    pub(crate) name: &'a str,
    /// What stands between the quotes: percent-encoded with sound escapes, save for `realm`.
    pub(crate) value: &'a str,
}

/// The parts of a header, in order. Nothing follows the first that is malformed.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    /// `None` if it is no text.
    rest: Option<&'a str>,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Result<Part<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(rest) = self.rest.replace("") else {
            return Some(Err(Malformed::NotText));
        };
        // An empty element of a list is none (RFC 9110 §5.6.1).
        let rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return None;
        }
        Some(part(rest).map(|(part, rest)| {
            self.rest = Some(rest);
            part
        }))
    }
}

/// Reads a part, and returns what follows it too.
fn part(text: &str) -> Result<(Part<'_>, &str), Malformed> {
    let (name, rest) = text.split_once('=').ok_or(Malformed::Name)?;
    let is_name = |octet: u8| octet.is_ascii_graphic() && octet != b'"';
    if name.is_empty() || !name.bytes().all(is_name) {
        return Err(Malformed::Name);
    }
    let named = |reason: fn(String) -> Malformed| reason(name.to_owned());
    let rest = rest
        .strip_prefix('"')
        .ok_or_else(|| named(Malformed::NotQuoted))?;
    let end = closing_quote(rest).ok_or_else(|| named(Malformed::Unterminated))?;
    let (value, rest) = rest.split_at(end);
    let rest = rest.strip_prefix('"').unwrap_or_default();
    if !(rest.is_empty() || rest.starts_with([',', ' ', '\t'])) {
        return Err(named(Malformed::Separator));
    }
    if !percent::is_sound(name) || !(name == REALM || percent::is_sound(value)) {
        return Err(named(Malformed::Escape));
    }
    Ok((Part { name, value }, rest))
}

/// Finds the first quote that no backslash escapes.
fn closing_quote(text: &str) -> Option<usize> {
    text.match_indices('"').map(|(at, _)| at).find(|&at| {
        let before = text.as_bytes().iter().take(at).rev();
        before.take_while(|&&octet| octet == b'\\').count() % 2 == 0
    })
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
    /// Octets that are no UTF-8.
    #[error("the header is no text")]
    NotText,
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

    fn read(header: &str) -> Result<Vec<(&str, &str)>, Malformed> {
        let parts = parts(header.as_bytes()).expect("an OAuth header");
        parts
            .map(|part| part.map(|part| (part.name, part.value)))
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
    fn octets_that_are_no_text_are_refused() {
        let refused = parts(b"OAuth a=\"\xFF\"").unwrap().next().unwrap();
        assert_eq!(refused, Err(Malformed::NotText));
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
