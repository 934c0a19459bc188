//! The grammar of `WWW-Authenticate` (RFC 9110 §11.6.1), read generously and written strictly.

use super::repeated;
use crate::error::{Fault, Malformed};

/// A longer header is refused; HTTP servers allow about half of it for all headers together.
const MAX_OCTETS: usize = 16_384;

const NAME: &str = "WWW-Authenticate";
const RULE: &str = "RFC 9110 §11.6.1";

/// One challenge in its parts, quotations undone.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) scheme: String,
    pub(super) token68: Option<String>,
    pub(super) parameters: Vec<(String, String)>,
}

impl Written {
    /// Takes a parameter that may be there once.
    pub(super) fn take(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        let Some(at) = self.parameters.iter().position(|(own, _)| own == name) else {
            return Ok(None);
        };
        let (_, value) = self.parameters.remove(at);
        // RFC 6750 §3: MUST NOT appear more than once.
        if self.parameters.iter().any(|(own, _)| own == name) {
            return Err(repeated(name.to_owned()));
        }
        Ok(Some(value))
    }
}

/// Splits a header into its challenges.
///
/// A word is a parameter if `=` follows, and the scheme of the next challenge if not: the commas
/// between challenges look like those between parameters.
pub(super) fn split(header: &str) -> Result<Vec<Written>, Malformed> {
    if header.len() > MAX_OCTETS {
        let limit = MAX_OCTETS;
        return Err(Malformed::new(NAME, Fault::TooLong { limit }, RULE));
    }
    let mut challenges: Vec<Written> = Vec::new();
    let mut rest = skip(header);
    while !rest.is_empty() {
        let word;
        (word, rest) = split_word(rest);
        if word.is_empty() {
            return Err(Malformed::not(NAME, "a list of challenges", RULE));
        }
        match (rest.trim_start().strip_prefix('='), challenges.last_mut()) {
            (Some(after), Some(challenge)) => {
                let value;
                (value, rest) = split_value(after.trim_start())?;
                challenge
                    .parameters
                    .push((word.to_ascii_lowercase(), value));
            }
            (Some(_), None) => return Err(Malformed::not(NAME, "begun with a scheme", RULE)),
            (None, _) => {
                let token68;
                (token68, rest) = split_token68(rest);
                challenges.push(Written {
                    scheme: word.to_owned(),
                    token68,
                    parameters: Vec::new(),
                });
            }
        }
        rest = skip(rest);
    }
    Ok(challenges)
}

/// Quotes a value; what a header cannot hold is replaced.
pub(super) fn quote(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

fn skip(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', ','])
}

/// RFC 9110 §5.6.2: a token.
fn split_word(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}

/// Takes what stands in place of parameters: one word, up to a comma or the end.
fn split_token68(text: &str) -> (Option<String>, &str) {
    let Some(after) = text.strip_prefix(' ') else {
        return (None, text);
    };
    let after = after.trim_start_matches(' ');
    let is_token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    let length = after.find(|c| !is_token68(c)).unwrap_or(after.len());
    let padded = after
        .get(length..)
        .unwrap_or_default()
        .trim_start_matches('=');
    let (token68, rest) = after.split_at(after.len() - padded.len());
    let ends = rest.is_empty() || rest.trim_start().starts_with(',');
    // A word with nothing before the comma is a parameter only with a value: `a=` is neither.
    if length > 0 && ends && !token68.is_empty() {
        (Some(token68.to_owned()), rest)
    } else {
        (None, text)
    }
}

fn split_value(text: &str) -> Result<(String, &str), Malformed> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Ok((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((value, characters.as_str())),
            // RFC 9110 §5.6.4: a backslash stands for what follows it.
            '\\' => value.extend(characters.next()),
            _ => value.push(character),
        }
    }
    Err(Malformed::not(NAME, "quoted to the end", RULE))
}
