//! What is known stands in nothing that is shown, whatever is pasted around it.
//!
//! The fuzz target `doctor` does the same for as long as one lets it.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use proptest::prelude::*;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

/// Nothing that is drawn holds it by chance.
const SENTINEL: &str = "kD94hF93k423kF44pfKkdHi9sL3r4S00-Qx7Zt2Lm8Nv5Bc1";

/// In what is drawn, this stands for the secret.
const MARK: &str = "@@";

/// Eight octets of it in a row are a leak.
fn leaks(output: &str) -> bool {
    let octets = SENTINEL.as_bytes();
    let mut parts = octets.windows(8);
    parts.any(|part| output.contains(std::str::from_utf8(part).unwrap()))
}

fn shown(text: &str) -> String {
    let input = text.replace(MARK, SENTINEL);
    let mut known = Known::default();
    known.consumer_secret = Some(SENTINEL.into());
    known.token_secret = Some(SENTINEL.into());
    known.client_secret = Some(SENTINEL.into());
    known.code_verifier = Some(SENTINEL.into());
    known.state = Some(SENTINEL.into());
    let evidence = Evidence::read(input.as_bytes(), known);
    let findings = diagnose(&evidence, NOW);
    let findings = findings.iter().map(|finding| finding.to_json().to_string());
    findings.chain([format!("{evidence:?}")]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_octets_bring_a_secret_out(octets: Vec<u8>) {
        let text = String::from_utf8_lossy(&octets).into_owned();
        let output = shown(&[MARK, &text, MARK].concat());
        prop_assert!(!leaks(&output), "{}", output);
    }

    #[test]
    fn no_message_brings_a_secret_out(
        text in "(@@|OAuth |Basic |Bearer |curl |GET https://a.example/|HTTP/1.1 401 x\n|> |< |https://|\\{|\\}|\"|'|=|&|%|:|,|\\.|\\\\|\n|\r|é|eyJ|oauth_[a-z]{0,5}|client_secret=|code=|error=|error_description=|invalid_grant|redirect_uri|Location: |[a-z0-9 ]{0,9}){0,60}",
    ) {
        let output = shown(&text);
        prop_assert!(!leaks(&output), "{}", output);
    }
}

/// A quotation is cut where it is long, be it in the middle of a secret.
#[test]
fn no_quotation_ends_in_a_secret() {
    for before in 0..500 {
        let filler = "x".repeat(before);
        for text in [
            format!(
                "HTTP/1.1 400 No\n\n{{\"error\":\"invalid_grant\",\"error_description\":\"{filler}@@ redirect_uri mismatch\"}}"
            ),
            format!("{filler} @@ AADSTS50011 {filler} @@"),
        ] {
            let output = shown(&text);
            assert!(!leaks(&output), "{before}: {output}");
        }
    }
}
