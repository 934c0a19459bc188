#![no_main]
//! A base string that was read is written and read back the same, and compared with another.

use libfuzzer_sys::fuzz_target;
use tripod_oauth1::base_string::BaseString;

fuzz_target!(|text: &str| {
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let parsed = [first, second].map(|text| BaseString::parse(text).ok());
    for base_string in parsed.iter().flatten() {
        let written = base_string.to_string();
        assert_eq!(BaseString::parse(&written).as_ref(), Ok(base_string));
        assert_eq!(base_string.differences(base_string), []);
        let _ = base_string.listing().to_string();
    }
    let [Some(one), Some(two)] = parsed else {
        return;
    };
    let differences = one.differences(&two);
    assert_eq!(differences.is_empty(), one == two, "{differences:?}");
    assert_eq!(differences.len(), two.differences(&one).len());
});
