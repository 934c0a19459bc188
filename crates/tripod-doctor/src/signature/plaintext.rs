//! PLAINTEXT: the signature is the key itself.

use tripod_core::percent;

use super::key::keys;
use super::{Mistake, Subject, Verdict};

pub(super) fn investigate(subject: &Subject<'_>, signature: &str) -> Verdict {
    let Some(keys) = keys(subject) else {
        let code = "oauth1/signature/key-separator";
        return if signature.contains('&') {
            Verdict::Unknowable
        } else if signature.contains("%26") {
            Verdict::Malformed(Mistake::new(
                "oauth1/signature/encoding",
                "a PLAINTEXT signature that was percent-encoded twice",
            ))
        } else {
            Verdict::Malformed(Mistake::new(code, "a PLAINTEXT signature without `&`"))
        };
    };
    let decoded = percent::decode(signature).unwrap_or_default();
    for (sent, encoded) in [(signature.as_bytes(), false), (&decoded, true)] {
        let Some(key) = keys.iter().find(|key| key.octets.as_slice() == sent) else {
            continue;
        };
        let mut mistakes: Vec<Mistake> = key.mistake.clone().into_iter().collect();
        if encoded && key.mistake.is_none() {
            let words = "a PLAINTEXT signature that was percent-encoded twice";
            mistakes.push(Mistake::new("oauth1/signature/encoding", words));
        }
        if mistakes.is_empty() {
            return Verdict::Fits;
        }
        return Verdict::Mistaken {
            mistakes,
            signed: String::new(),
            due: String::new(),
        };
    }
    Verdict::Unexplained {
        tried: keys.len(),
        due: String::new(),
    }
}
