#![no_main]
//! Decoding is the inverse of encoding, and never panics.

use libfuzzer_sys::fuzz_target;
use tripod_core::percent;

fuzz_target!(|octets: &[u8]| {
    let encoded = percent::encode(octets);
    assert_eq!(encoded.len(), percent::encoded_length(octets));
    assert_eq!(percent::decode(&encoded).as_deref(), Ok(octets));

    let Ok(text) = str::from_utf8(octets) else {
        return;
    };
    match percent::decode(text) {
        Ok(decoded) => assert_eq!(decoded.len() + 2 * text.matches('%').count(), text.len()),
        Err(error) => assert_eq!(octets[error.position], b'%'),
    }
});
