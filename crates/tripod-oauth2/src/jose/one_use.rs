//! What makes a token count once.

use aws_lc_rs::digest;
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

use super::base64url;

/// The name of a token that may be used once, to be claimed before anything is done with it.
///
/// Whoever accepts the token claims `id` in one atomic step, and refuses the token if it is claimed
/// already. Nothing here knows what was claimed before, so a token is not accepted without it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OneUse {
    /// A digest of the kind of token, of who issued it and of its `jti`: 43 characters.
    pub id: String,
    /// When the token is refused anyway, and the claim may be forgotten.
    pub until: Timestamp,
}

impl OneUse {
    pub(crate) fn new(kind: &str, issuer: &str, jti: &str, until: Timestamp) -> Self {
        let mut hash = digest::Context::new(&digest::SHA256);
        // Lengths keep two issuers apart whose names run into their identifiers.
        for text in [kind, issuer, jti] {
            hash.update(&text.len().to_be_bytes());
            hash.update(text.as_bytes());
        }
        Self {
            id: base64url::encode(hash.finish()),
            until,
        }
    }
}

/// Draws a `jti`: 128 bits, so that nobody draws it twice.
pub(crate) fn fresh_id(random: &mut dyn Random) -> String {
    let mut drawn = [0; 16];
    random.fill(&mut drawn);
    base64url::encode(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_wherever_a_part_differs() {
        let id = |kind, issuer, jti| OneUse::new(kind, issuer, jti, Timestamp::from_unix(0)).id;
        let ids = [
            id("a", "b", "c"),
            id("ab", "", "c"),
            id("a", "bc", ""),
            id("", "ab", "c"),
            id("a", "b", "d"),
        ];
        for (at, first) in ids.iter().enumerate() {
            assert_eq!(first.len(), 43);
            assert!(ids.iter().skip(at + 1).all(|second| first != second));
        }
        assert_eq!(id("a", "b", "c"), ids[0]);
    }
}
