//! Percent-encoding, exactly as [RFC 3986 §2.1] and [RFC 5849 §3.6] want it.
//!
//! [RFC 3986 §2.1]: https://www.rfc-editor.org/rfc/rfc3986#section-2.1
//! [RFC 5849 §3.6]: https://www.rfc-editor.org/rfc/rfc5849#section-3.6

use std::borrow::Cow;

/// Encodes every octet but the unreserved ones, with upper-case hexadecimal digits.
///
/// ```
/// use tripod_core::percent;
///
/// assert_eq!(percent::encode("Ladies + Gentlemen"), "Ladies%20%2B%20Gentlemen");
/// assert_eq!(percent::encode("☃"), "%E2%98%83");
/// assert_eq!(percent::encode([0xff]), "%FF");
/// ```
#[must_use]
pub fn encode(octets: impl AsRef<[u8]>) -> String {
    let octets = octets.as_ref();
    let mut encoded = Vec::with_capacity(encoded_length(octets));
    encode_to(octets, &mut encoded);
    String::from_utf8(encoded).expect("what is encoded is ASCII")
}

/// Appends what [`encode`] returns.
pub fn encode_to(octets: &[u8], encoded: &mut Vec<u8>) {
    let mut rest = octets;
    // Whole runs at once: most of what is encoded needs no escape.
    while let Some(run) = rest.iter().position(|&octet| !is_unreserved(octet)) {
        // RFC 5849 §3.6: unreserved characters MUST NOT be encoded, all others MUST be.
        encoded.extend_from_slice(&rest[..run]);
        encoded.extend_from_slice(&escape(rest[run]));
        rest = &rest[run + 1..];
    }
    encoded.extend_from_slice(rest);
}

/// Returns the length of what [`encode`] returns, in octets.
#[must_use]
pub fn encoded_length(octets: &[u8]) -> usize {
    let escapes = octets
        .iter()
        .filter(|&&octet| !is_unreserved(octet))
        .count();
    octets.len() + 2 * escapes
}

/// Decodes a text in which every `%` begins an escape.
///
/// # Errors
///
/// [`InvalidEscape`] where a `%` is not followed by two hexadecimal digits.
pub fn decode(text: &str) -> Result<Cow<'_, [u8]>, InvalidEscape> {
    let octets = text.as_bytes();
    let Some(first) = octets.iter().position(|&octet| octet == b'%') else {
        return Ok(Cow::Borrowed(octets));
    };
    let (plain, mut rest) = octets.split_at(first);
    let mut decoded = Vec::with_capacity(octets.len());
    decoded.extend_from_slice(plain);
    while let [octet, tail @ ..] = rest {
        rest = tail;
        if *octet == b'%' {
            let position = octets.len() - rest.len() - 1;
            decoded.push(escaped(rest).ok_or(InvalidEscape { position })?);
            rest = rest.get(2..).unwrap_or_default();
        } else {
            decoded.push(*octet);
        }
    }
    Ok(Cow::Owned(decoded))
}

/// Tells whether every `%` begins an escape, so that [`decode`] would succeed.
#[must_use]
pub fn is_sound(octets: &[u8]) -> bool {
    let begins_escape = |at| octets.get(at + 1..).and_then(escaped).is_some();
    octets
        .iter()
        .enumerate()
        .all(|(at, &octet)| octet != b'%' || begins_escape(at))
}

/// A `%` that is not followed by two hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the `%` at octet {position} is not followed by two hexadecimal digits")]
#[non_exhaustive]
pub struct InvalidEscape {
    /// Where the `%` stands, counted in octets from zero.
    pub position: usize,
}

/// Tells whether RFC 3986 §2.3 calls the octet unreserved: it is never encoded.
#[must_use]
pub const fn is_unreserved(octet: u8) -> bool {
    UNRESERVED[octet as usize]
}

/// Returns the three characters that stand for an octet: `%` and two upper-case digits.
#[must_use]
pub const fn escape(octet: u8) -> [u8; 3] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [
        b'%',
        DIGITS[(octet >> 4) as usize],
        DIGITS[(octet & 15) as usize],
    ]
}

/// Returns the octet whose two hexadecimal digits, in either case, begin `digits`.
#[must_use]
pub const fn escaped(digits: &[u8]) -> Option<u8> {
    let [high, low, ..] = digits else { return None };
    let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
        return None;
    };
    Some(high << 4 | low)
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    while let [character, tail @ ..] = rest {
        table[*character as usize] = true;
        rest = tail;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_unreserved_characters_stay_as_they_are() {
        let all: Vec<u8> = (0..=255).collect();
        let kept = encode(&all).replace('%', "");
        assert_eq!(kept.len(), 66 + 2 * (256 - 66));
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        assert_eq!(encode(unreserved), unreserved);
        assert_eq!(encode("!*'()"), "%21%2A%27%28%29");
    }

    #[test]
    fn hexadecimal_digits_are_read_in_both_cases_and_written_in_upper_case() {
        assert_eq!(decode("%c3%BC").unwrap().as_ref(), "ü".as_bytes());
        assert_eq!(encode("ü"), "%C3%BC");
    }

    #[test]
    fn a_plus_is_a_plus() {
        assert_eq!(decode("a+b").unwrap().as_ref(), b"a+b");
    }

    #[test]
    fn an_escape_that_is_none_is_refused_with_its_position() {
        for (text, position) in [("%", 0), ("ab%", 2), ("a%2", 1), ("%41%4g", 3), ("%%41", 0)] {
            assert_eq!(decode(text), Err(InvalidEscape { position }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(octets: Vec<u8>) {
            let encoded = encode(&octets);
            prop_assert_eq!(encoded.len(), encoded_length(&octets));
            prop_assert_eq!(decode(&encoded).unwrap().into_owned(), octets);
        }

        #[test]
        fn what_is_sound_is_decoded_and_nothing_else(text in "(%[0-9a-gA-G]{0,2}|.){0,8}") {
            prop_assert_eq!(is_sound(text.as_bytes()), decode(&text).is_ok());
        }
    }
}
