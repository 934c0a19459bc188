use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tripod_core::percent;

use super::CodeChallengeMethod;

/// Which mistake makes a challenge of a verifier, if a known one does.
///
/// For the doctor, and for a provider in development; it decides nothing. The two are taken as they
/// arrived, however malformed.
///
/// ```
/// use tripod_oauth2::pkce::{ChallengeForm, CodeChallengeMethod, VerifierForm, explain};
///
/// let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// let padded = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=";
/// let explanation = explain(padded, &CodeChallengeMethod::S256, verifier).unwrap();
/// assert_eq!(explanation.challenge, ChallengeForm::Padded);
/// assert_eq!(explanation.verifier, VerifierForm::AsSent);
/// ```
#[must_use]
pub fn explain(
    challenge: &str,
    method: &CodeChallengeMethod,
    verifier: &str,
) -> Option<Explanation> {
    verifier_forms(verifier)
        .into_iter()
        .find_map(|(verifier, octets)| {
            challenge_forms(&octets)
                .into_iter()
                .find(|(_, candidate)| candidate.as_bytes().ct_eq(challenge.as_bytes()).into())
                .map(|(challenge, _)| Explanation {
                    is_as_due: verifier == VerifierForm::AsSent && challenge.is_due(method),
                    verifier,
                    challenge,
                })
        })
}

/// How a challenge was made of a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Whether that is how the method makes one: then nothing is wrong.
    pub is_as_due: bool,
    /// What was done to the verifier before.
    pub verifier: VerifierForm,
    /// What was done to make the challenge.
    pub challenge: ChallengeForm,
}

/// How the verifier that was hashed differs from the one that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifierForm {
    /// It does not.
    AsSent,
    /// The octets it encodes in base64url were hashed.
    Base64Decoded,
    /// Its hexadecimal digits were hashed as octets.
    HexDecoded,
    /// It was sent percent-encoded once too often.
    PercentDecoded,
    /// White space around it was sent but not hashed.
    Trimmed,
    /// A line break was hashed but not sent, as `echo` without `-n` does.
    WithNewline,
    /// Padding was hashed but not sent.
    WithPadding,
}

/// How the challenge was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChallengeForm {
    /// The digest in hexadecimal digits, and these in base64url.
    Base64OfHex,
    /// The digest in hexadecimal digits.
    Hex,
    /// The digest in base64url, but with padding.
    Padded,
    /// The verifier itself.
    Plain,
    /// The digest in base64url without padding, as `S256` wants it.
    S256,
    /// The digest in base64 with `+` and `/`.
    StandardAlphabet,
    /// The digest in base64 with `+` and `/` and padding.
    StandardAlphabetPadded,
    /// The digest in upper-case hexadecimal digits.
    UpperHex,
}

impl ChallengeForm {
    fn is_due(self, method: &CodeChallengeMethod) -> bool {
        match method {
            CodeChallengeMethod::S256 => self == Self::S256,
            CodeChallengeMethod::Plain => self == Self::Plain,
            CodeChallengeMethod::Other(_) => false,
        }
    }
}

fn verifier_forms(verifier: &str) -> Vec<(VerifierForm, Vec<u8>)> {
    let padding = "=".repeat((4 - verifier.len() % 4) % 4);
    let mut forms = vec![
        (VerifierForm::AsSent, verifier.into()),
        (VerifierForm::Trimmed, verifier.trim().into()),
        (VerifierForm::WithNewline, format!("{verifier}\n").into()),
        (VerifierForm::WithNewline, format!("{verifier}\r\n").into()),
        (
            VerifierForm::WithPadding,
            format!("{verifier}{padding}").into(),
        ),
    ];
    if let Ok(octets) = URL_SAFE_NO_PAD.decode(verifier.trim_end_matches('=')) {
        forms.push((VerifierForm::Base64Decoded, octets));
    }
    if let Some(octets) = decode_hex(verifier) {
        forms.push((VerifierForm::HexDecoded, octets));
    }
    if let Ok(octets) = percent::decode(verifier) {
        forms.push((VerifierForm::PercentDecoded, octets.into_owned()));
    }
    forms
}

fn challenge_forms(verifier: &[u8]) -> [(ChallengeForm, String); 8] {
    let digest = Sha256::digest(verifier);
    let hex: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    [
        (ChallengeForm::S256, URL_SAFE_NO_PAD.encode(digest)),
        (
            ChallengeForm::Plain,
            String::from_utf8_lossy(verifier).into_owned(),
        ),
        (ChallengeForm::Padded, URL_SAFE.encode(digest)),
        (
            ChallengeForm::StandardAlphabet,
            STANDARD_NO_PAD.encode(digest),
        ),
        (
            ChallengeForm::StandardAlphabetPadded,
            STANDARD.encode(digest),
        ),
        (ChallengeForm::Base64OfHex, URL_SAFE_NO_PAD.encode(&hex)),
        (ChallengeForm::UpperHex, hex.to_uppercase()),
        (ChallengeForm::Hex, hex),
    ]
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let (digits, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    digits.iter().map(|pair| percent::escaped(pair)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn forms(challenge: &str, verifier: &str) -> (ChallengeForm, VerifierForm) {
        let explanation =
            explain(challenge, &CodeChallengeMethod::S256, verifier).expect("an explanation");
        assert!(!explanation.is_as_due);
        (explanation.challenge, explanation.verifier)
    }

    // Computed with coreutils and OpenSSL: `printf %s VERIFIER | openssl dgst -sha256 -binary | …`.
    #[test]
    fn every_mistake_with_the_challenge_is_named() {
        for (challenge, form) in [
            (
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
                ChallengeForm::Padded,
            ),
            (
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
                ChallengeForm::StandardAlphabet,
            ),
            (
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=",
                ChallengeForm::StandardAlphabetPadded,
            ),
            (
                "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3",
                ChallengeForm::Hex,
            ),
            (
                "13D31E961A1AD8EC2F16B10C4C982E0876A878AD6DF144566EE1894ACB70F9C3",
                ChallengeForm::UpperHex,
            ),
            (
                "MTNkMzFlOTYxYTFhZDhlYzJmMTZiMTBjNGM5ODJlMDg3NmE4NzhhZDZkZjE0NDU2NmVlMTg5NGFjYjcwZjljMw",
                ChallengeForm::Base64OfHex,
            ),
            (VERIFIER, ChallengeForm::Plain),
        ] {
            assert_eq!(
                forms(challenge, VERIFIER),
                (form, VerifierForm::AsSent),
                "{challenge}"
            );
        }
    }

    #[test]
    fn every_mistake_with_the_verifier_is_named() {
        const RIGHT: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let newline = format!("{VERIFIER}\n");
        assert_eq!(forms(RIGHT, &newline).1, VerifierForm::Trimmed);
        assert_eq!(
            forms("AzV44Od887h21WZgjhInEFjKMEPzzLOPAksJ5Pf1eoc", VERIFIER).1,
            VerifierForm::WithNewline
        );
        assert_eq!(
            forms("38v3YOi6zQgk1xkqk6Y5dvSDoBHqZrTh3mmWHxxWvyk", VERIFIER).1,
            VerifierForm::Base64Decoded
        );
    }

    #[test]
    fn a_match_is_one_and_the_method_decides() {
        let right = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(
            explain(right, &CodeChallengeMethod::S256, VERIFIER)
                .unwrap()
                .is_as_due
        );
        assert!(
            !explain(right, &CodeChallengeMethod::Plain, VERIFIER)
                .unwrap()
                .is_as_due
        );
        assert!(
            explain(VERIFIER, &CodeChallengeMethod::Plain, VERIFIER)
                .unwrap()
                .is_as_due
        );
    }

    #[test]
    fn what_belongs_to_another_attempt_is_not_explained() {
        assert_eq!(
            explain(&"a".repeat(43), &CodeChallengeMethod::S256, VERIFIER),
            None
        );
    }

    proptest! {
        #[test]
        fn explaining_never_panics(challenge in ".{0,60}", verifier in ".{0,60}") {
            let _ = explain(&challenge, &CodeChallengeMethod::S256, &verifier);
        }
    }
}
