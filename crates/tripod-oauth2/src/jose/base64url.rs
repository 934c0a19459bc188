//! base64url without padding, as strict as [RFC 7515 §2] wants it.
//!
//! [RFC 7515 §2]: https://www.rfc-editor.org/rfc/rfc7515#section-2

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Writes octets.
pub(crate) fn encode(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Appends octets to a text.
pub(crate) fn encode_to(octets: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(octets, text);
}

/// Reads octets; padding, white space, other alphabets and stray last bits are refused.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_one_way_to_write_it_is_refused() {
        assert_eq!(decode("AQAB"), Some(vec![1, 0, 1]));
        assert_eq!(decode("_-8"), Some(vec![0xff, 0xef]));
        assert_eq!(decode(""), Some(vec![]));
        for text in ["_-8=", "/+8", "AQ AB", "AQAB\n", "A", "AQAC_", "_-9", "ä"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
