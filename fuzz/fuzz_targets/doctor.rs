#![no_main]
//! Whatever is pasted is read and explained, and nothing that is known stands in what is shown.

use libfuzzer_sys::fuzz_target;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

fuzz_target!(|octets: &[u8]| {
    let secret = tripod_fuzz::unguessable();
    // `@@` stands for the secret, so that the evidence may hold it, wherever the fuzzer puts it.
    let input = String::from_utf8_lossy(octets).replace("@@", secret.expose());
    let mut known = Known::default();
    known.consumer_secret = Some(secret.clone());
    known.token_secret = Some(secret.clone());
    known.client_secret = Some(secret.clone());
    known.code_verifier = Some(secret.clone());
    known.state = Some(secret.clone());
    let evidence = Evidence::read(input.as_bytes(), known);
    let findings = diagnose(&evidence, Timestamp::from_unix(1_795_262_400));
    let findings = findings.iter().map(|finding| finding.to_json().to_string());
    let shown: String = findings.chain([format!("{evidence:?}")]).collect();
    for part in secret.expose().as_bytes().windows(8) {
        let part = std::str::from_utf8(part).expect("it is hexadecimal");
        assert!(!shown.contains(part), "a part of a secret is shown");
    }
});
