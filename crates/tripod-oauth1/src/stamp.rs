//! What makes a request unique: its timestamp and its nonce.

use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

/// A timestamp with a nonce ([RFC 5849 §3.3]); for one request alone, retries included.
///
/// [RFC 5849 §3.3]: https://www.rfc-editor.org/rfc/rfc5849#section-3.3
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    timestamp: Timestamp,
    nonce: Nonce,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Nonce {
    Drawn([u8; Stamp::NONCE_LENGTH]),
    Given(String),
}

impl Stamp {
    /// 120 bits of chance at 5 bits a character.
    ///
    /// Within the 20 to 30 alphanumerics that oauthlib's servers want, and NetSuite's 6 to 64.
    const NONCE_LENGTH: usize = 24;

    /// Takes the time and draws a nonce.
    ///
    /// The server sees neither the clock nor the source, so a wrong clock shows only in its refusal.
    #[must_use]
    pub fn new(now: Timestamp, random: &mut dyn Random) -> Self {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut nonce = [0; Self::NONCE_LENGTH];
        random.fill(&mut nonce);
        for octet in &mut nonce {
            *octet = ALPHABET[usize::from(*octet % 32)];
        }
        Self {
            timestamp: now,
            nonce: Nonce::Drawn(nonce),
        }
    }

    /// Takes a nonce of the caller's, to compare signatures or to repeat one that was.
    #[must_use]
    pub fn with_nonce(timestamp: Timestamp, nonce: impl Into<String>) -> Self {
        Self {
            timestamp,
            nonce: Nonce::Given(nonce.into()),
        }
    }

    /// Returns the timestamp.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Returns the nonce.
    #[must_use]
    pub fn nonce(&self) -> &str {
        str::from_utf8(self.nonce_octets()).expect("given as text, or drawn from ASCII")
    }

    pub(crate) fn nonce_octets(&self) -> &[u8] {
        match &self.nonce {
            Nonce::Drawn(nonce) => nonce,
            Nonce::Given(nonce) => nonce.as_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_24_alphanumeric_characters() {
        let mut octet = 0_u8;
        let mut counting = |octets: &mut [u8]| {
            octets.fill_with(|| {
                octet = octet.wrapping_add(37);
                octet
            });
        };
        for _ in 0..100 {
            let stamp = Stamp::new(Timestamp::from_unix(1), &mut counting);
            assert_eq!(stamp.nonce().len(), 24);
            assert!(
                stamp
                    .nonce()
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric())
            );
        }
    }

    #[test]
    fn every_random_bit_that_is_used_changes_the_nonce() {
        let nonce = |octets: [u8; 24]| {
            let mut source = |drawn: &mut [u8]| drawn.copy_from_slice(&octets);
            Stamp::new(Timestamp::from_unix(1), &mut source)
                .nonce()
                .to_owned()
        };
        for place in 0..24 {
            for bit in 0..5 {
                let mut octets = [0; 24];
                octets[place] = 1 << bit;
                assert_ne!(nonce(octets), nonce([0; 24]), "bit {bit} of octet {place}");
            }
        }
    }
}
