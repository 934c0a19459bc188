//! The signature detective: recomputes an OAuth 1 signature under every known mistake.
//!
//! A signature depends on five things that can each be done wrongly: which parameters are signed,
//! in which order, in which encoding, for which URL, for which method, and with which key. Each is
//! an axis of variants, of which the first is the right one. What is tried is the right thing, then
//! every single mistake, then every pair on two axes; the first that yields what was sent is named.
//! How the digest is written is not searched for: its length and its alphabet tell it.

use crate::case::oauth1::SignedCall;
use crate::case::uri::Uri;
use crate::evidence::Request;
use crate::known::Known;
use crate::mask::has_gaps;

mod base;
pub(crate) mod body_hash;
mod collection;
mod digest;
mod encoding;
mod key;
mod order;
mod plaintext;
mod search;
mod target;

pub(crate) use digest::Digest;

/// Something done wrongly on the way to a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The code in the catalogue.
    pub(crate) code: &'static str,
    /// What was done, as the end of “the signature was made with …”.
    pub(crate) words: String,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, words: impl Into<String>) -> Self {
        Self {
            code,
            words: words.into(),
        }
    }
}

/// What was found out about a signature.
pub(crate) enum Verdict {
    /// It is the signature of the request as it is shown.
    Fits,
    /// It cannot be a signature of the method that is named.
    Malformed(Mistake),
    /// It was made with these mistakes.
    Mistaken {
        mistakes: Vec<Mistake>,
        /// The base string that was signed.
        signed: String,
        /// The base string that is due.
        due: String,
    },
    /// No mistake that is known yields it.
    Unexplained { tried: usize, due: String },
    /// It cannot be recomputed without a secret or a key.
    Unknowable,
}

/// What is looked at.
pub(crate) struct Subject<'a> {
    pub(crate) request: &'a Request,
    pub(crate) uri: &'a Uri,
    pub(crate) call: &'a SignedCall,
    pub(crate) known: &'a Known,
}

impl Subject<'_> {
    /// Returns the signature method that the request names.
    pub(crate) fn method(&self) -> String {
        self.call
            .first("oauth_signature_method")
            .unwrap_or_default()
    }
}

/// Finds out how the signature of a request was made.
pub(crate) fn investigate(subject: &Subject<'_>) -> Verdict {
    let signature = subject.call.first("oauth_signature");
    let Some(signature) = signature.filter(|it| !has_gaps(it)) else {
        return Verdict::Unknowable;
    };
    let method = subject.method();
    if method == "PLAINTEXT" {
        return plaintext::investigate(subject, &signature);
    }
    let Some(digest) = Digest::read(&signature, &method) else {
        return Verdict::Malformed(Mistake::new(
            "oauth1/signature/encoding",
            format!(
                "{} characters that are no digest in base64",
                signature.chars().count()
            ),
        ));
    };
    search::search(subject, &digest)
}

/// Returns the base string that is due, for comparison with that of a server.
pub(crate) fn due_base_string(subject: &Subject<'_>) -> String {
    base::Bases::new(subject).due()
}
