#![no_main]
//! An origin is written as it is read, and never panics.

use libfuzzer_sys::fuzz_target;
use tripod_oauth1::origin::Origin;

fuzz_target!(|text: &str| {
    let Ok(origin) = text.parse::<Origin>() else {
        return;
    };
    let written = origin.to_string();
    assert_eq!(written, written.to_ascii_lowercase());
    assert_eq!(written.parse().as_ref(), Ok(&origin));
    assert!(origin.is_private() || written.starts_with("http://"));
});
