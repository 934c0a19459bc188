//! The nonces that a server gives to limit how long a proof lives ([RFC 9449 §8]).
//!
//! [RFC 9449 §8]: https://www.rfc-editor.org/rfc/rfc9449#section-8

use std::fmt;
use std::time::Duration;

use aws_lc_rs::hmac;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::{KeyError, base64url};

/// A nonce as it stands in the header field `DPoP-Nonce`.
///
/// The client keeps the last one of each server and sends it to no other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Reads the header fields of a response ([RFC 9449 §8.1]); without one there is no nonce.
    ///
    /// # Errors
    ///
    /// [`MalformedNonce`] if there is more than one, or it has characters it may not have.
    ///
    /// [RFC 9449 §8.1]: https://www.rfc-editor.org/rfc/rfc9449#section-8.1
    pub fn parse<'a>(
        fields: impl IntoIterator<Item = &'a str>,
    ) -> Result<Option<Self>, MalformedNonce> {
        let mut fields = fields.into_iter();
        // RFC 9449 §8: there MUST NOT be more than one.
        match (fields.next(), fields.next()) {
            (None, _) => Ok(None),
            (Some(nonce), None) if is_nonce(nonce) => Ok(Some(Self(nonce.to_owned()))),
            _ => Err(MalformedNonce),
        }
    }

    /// Returns it as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A response does not have one `DPoP-Nonce` of the characters it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the response does not have one `DPoP-Nonce` as it must be (RFC 9449 §8, §8.1)")]
#[non_exhaustive]
pub struct MalformedNonce;

/// It goes into every proof, so it must not grow without end.
const MAX_LENGTH: usize = 1024;

/// `NQCHAR` of RFC 6749 appendix A, at least one.
fn is_nonce(text: &str) -> bool {
    let allowed = |octet| matches!(octet, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    !text.is_empty() && text.len() <= MAX_LENGTH && text.bytes().all(allowed)
}

/// Nonces that nobody stores: each is derived from a key and a span of time.
///
/// All servers with the same key give and accept the same ones. A nonce is accepted in the span in
/// which it is given and in the next one.
///
/// ```
/// use std::time::Duration;
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::dpop::nonce::Nonces;
///
/// let key = Secret::from("0123456789abcdef0123456789abcdef");
/// let nonces = Nonces::new(&key, Duration::from_secs(60))?;
/// let nonce = nonces.current(Timestamp::from_unix(1_700_000_000));
/// assert!(nonces.accepts(nonce.as_str(), Timestamp::from_unix(1_700_000_060)));
/// assert!(!nonces.accepts(nonce.as_str(), Timestamp::from_unix(1_700_000_120)));
/// # Ok::<(), tripod_oauth2::jose::KeyError>(())
/// ```
#[derive(Clone)]
pub struct Nonces {
    key: hmac::Key,
    span: i64,
}

impl Nonces {
    /// Takes the key and how long a nonce is given; spans under a second count as one.
    ///
    /// # Errors
    ///
    /// [`KeyError::TooShort`] if the key has less than 32 octets.
    pub fn new(key: &Secret, span: Duration) -> Result<Self, KeyError> {
        let key = key.expose().as_bytes();
        if key.len() < 32 {
            return Err(KeyError::TooShort { bits: 256 });
        }
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
            span: i64::try_from(span.as_secs()).unwrap_or(i64::MAX).max(1),
        })
    }

    /// Returns the nonce to give now.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> Nonce {
        let tag = hmac::sign(&self.key, &message(self.number(now)));
        Nonce(base64url::encode(tag))
    }

    /// Tells in constant time whether the nonce is the current one or the one before.
    #[must_use]
    pub fn accepts(&self, nonce: &str, now: Timestamp) -> bool {
        let tag = base64url::decode(nonce).unwrap_or_default();
        let number = self.number(now);
        let given = |number| hmac::verify(&self.key, &message(number), &tag).is_ok();
        given(number) | given(number.wrapping_sub(1))
    }

    const fn number(&self, now: Timestamp) -> i64 {
        now.as_unix().div_euclid(self.span)
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nonces")
            .field("span", &self.span)
            .finish_non_exhaustive()
    }
}

/// Says what the MAC is for, in case the key is used for something else too.
fn message(number: i64) -> [u8; 18] {
    let mut message = *b"DPoP-Nonce\0\0\0\0\0\0\0\0";
    if let Some(end) = message.get_mut(10..) {
        end.copy_from_slice(&number.to_be_bytes());
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn nonces(key: &str) -> Nonces {
        Nonces::new(&key.into(), Duration::from_secs(60)).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    #[test]
    fn a_nonce_holds_for_its_span_and_the_next_and_not_before() {
        let nonces = nonces(KEY);
        let nonce = nonces.current(at(6_000));
        assert_eq!(nonce, nonces.current(at(6_059)));
        assert_ne!(nonce, nonces.current(at(6_060)));
        for (now, accepted) in [
            (5_999, false),
            (6_000, true),
            (6_059, true),
            (6_060, true),
            (6_119, true),
            (6_120, false),
            (-6_000, false),
            (i64::MIN, false),
            (i64::MAX, false),
        ] {
            assert_eq!(nonces.accepts(nonce.as_str(), at(now)), accepted, "{now}");
        }
    }

    #[test]
    fn a_nonce_of_somebody_else_is_refused() {
        let ours = nonces(KEY);
        let foreign = nonces("another key, which is long enough").current(at(0));
        for nonce in [foreign.as_str(), "", "AA", "!", "eyJ7S_zG.eyJH0-Z.HX4w-7v"] {
            assert!(!ours.accepts(nonce, at(0)), "{nonce}");
        }
        let nonce = ours.current(at(0));
        let cut = nonce.as_str().get(..40).unwrap();
        assert!(!ours.accepts(cut, at(0)));
    }

    #[test]
    fn a_nonce_can_be_sent_in_a_header_field() {
        let nonce = nonces(KEY).current(at(0));
        assert_eq!(Nonce::parse([nonce.as_str()]), Ok(Some(nonce)));
    }

    #[test]
    fn of_the_header_fields_there_is_one_with_the_characters_it_may_have() {
        let given = "eyJ7S_zG.eyJH0-Z.HX4w-7v"; // RFC 9449 §8
        assert_eq!(Nonce::parse([given]).unwrap().unwrap().as_str(), given);
        assert_eq!(Nonce::parse([]), Ok(None));
        assert_eq!(Nonce::parse([given, given]), Err(MalformedNonce));
        let long = "a".repeat(MAX_LENGTH + 1);
        for field in [
            "",
            " ",
            "a b",
            "a\"b",
            "a\\b",
            "ä",
            "a\n",
            "a\x7f",
            long.as_str(),
        ] {
            assert_eq!(Nonce::parse([field]), Err(MalformedNonce), "{field:?}");
        }
    }

    #[test]
    fn a_key_that_can_be_guessed_is_refused() {
        let refused = Nonces::new(&"short".into(), Duration::from_secs(60)).unwrap_err();
        assert_eq!(refused, KeyError::TooShort { bits: 256 });
        assert!(!format!("{:?}", nonces(KEY)).contains(KEY));
    }

    #[test]
    fn a_span_of_nothing_is_a_second() {
        let nonces = Nonces::new(&KEY.into(), Duration::ZERO).unwrap();
        assert!(nonces.accepts(nonces.current(at(7)).as_str(), at(8)));
        assert!(!nonces.accepts(nonces.current(at(7)).as_str(), at(9)));
    }
}
