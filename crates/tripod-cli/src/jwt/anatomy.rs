//! A token taken apart as far as it goes, with everything that is not as it should be.
//!
//! What verifies refuses at the first fault; this reads on, so that all of them can be named.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};
use tripod_oauth2::jose::claims::Claims;
use tripod_oauth2::jose::compact::MAX_LENGTH;
use tripod_oauth2::jose::{Error, Malformed};

use super::problem::Problem;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// What could be read of a token; nobody may believe it.
#[derive(Default)]
pub(super) struct Anatomy {
    pub(super) header: Option<Map<String, Value>>,
    pub(super) claims: Option<Claims>,
    /// The octets of the signature, if there are three parts.
    pub(super) signature: Option<Vec<u8>>,
    pub(super) problems: Vec<Problem>,
}

impl Anatomy {
    /// Takes a token apart.
    pub(super) fn of(token: &str) -> Self {
        let mut anatomy = Self::default();
        if token.len() > MAX_LENGTH {
            let text =
                format!("it is longer than {MAX_LENGTH} octets, so nothing of it was decoded");
            anatomy.problems.push(Problem::new("too-long", text));
            return anatomy;
        }
        let parts: Vec<_> = token.split('.').collect();
        anatomy.count(parts.len(), token);
        anatomy.header = anatomy.object("header", parts.first().copied().unwrap_or_default());
        // Of an encrypted token only the header can be read.
        if parts.len() < 4 {
            if let Some(payload) = parts.get(1) {
                anatomy.claims = anatomy.object("payload", payload).map(Claims::from);
            }
            if let Some(signature) = parts.get(2) {
                anatomy.signature = anatomy.octets("signature", signature);
            }
        }
        anatomy
    }

    fn count(&mut self, parts: usize, token: &str) {
        let problem = match parts {
            3 => return,
            5 => Problem::new(
                "encrypted",
                "it is encrypted (RFC 7516): header, encrypted key, initialization vector, \
                 ciphertext, tag; only its key opens it",
            ),
            _ if token.starts_with('{') => Problem::new(
                "parts",
                "this is JSON, where a token has three parts with points between (RFC 7515 §7.1)",
            ),
            1 => Problem::new(
                "parts",
                "it has one part instead of three; an opaque token can be read by its server alone",
            ),
            _ => Problem::new("parts", format!("it has {parts} parts instead of three")),
        };
        self.problems.push(problem);
    }

    fn object(&mut self, part: &'static str, text: &str) -> Option<Map<String, Value>> {
        let octets = self.octets(part, text)?;
        let strictly = Claims::parse(&octets);
        if let Err(Error::Malformed(Malformed::RepeatedMember { .. })) = strictly {
            let text = format!(
                "the {part} names a member twice, and readers differ in which one they take"
            );
            self.problems.push(Problem::new("repeated-member", text));
        }
        let object = match strictly {
            Ok(claims) => Some(claims.into()),
            Err(_) => serde_json::from_slice(&octets).ok(),
        };
        if object.is_none() {
            let code = match part {
                "header" => "header-not-json",
                _ => "payload-not-json",
            };
            let text = format!("the {part} is not a JSON object");
            self.problems.push(Problem::new(code, text));
        }
        object
    }

    fn octets(&mut self, part: &'static str, text: &str) -> Option<Vec<u8>> {
        if let Ok(octets) = URL_SAFE_NO_PAD.decode(text) {
            return Some(octets);
        }
        let tidied: String = text
            .chars()
            .filter(|character| *character != '=' && !character.is_ascii_whitespace())
            .map(|character| match character {
                '+' => '-',
                '/' => '_',
                other => other,
            })
            .collect();
        let octets = LENIENT.decode(&tidied).ok();
        let faults = [
            (
                text.contains('='),
                "base64-padding",
                "is padded with `=`, which RFC 7515 §2 forbids",
            ),
            (
                text.contains(['+', '/']),
                "base64-alphabet",
                "is in standard base64 (`+`, `/`) instead of base64url (`-`, `_`)",
            ),
            (
                text.contains(|character: char| character.is_ascii_whitespace()),
                "base64-whitespace",
                "has white space in it",
            ),
            (
                octets.is_none(),
                "base64-invalid",
                "is not base64url: cut short, or not of its alphabet",
            ),
        ];
        let before = self.problems.len();
        for (_, code, what) in faults.into_iter().filter(|(is_so, ..)| *is_so) {
            self.problems
                .push(Problem::new(code, format!("the {part} {what}")));
        }
        if self.problems.len() == before {
            let text = format!("the last character of the {part} has bits that mean nothing");
            self.problems.push(Problem::new("base64-invalid", text));
        }
        octets
    }
}
