//! Signatures of JSON Web Tokens that the client itself made (RFC 7515).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::Hmac;
use serde_json::Value;
use sha2::{Sha256, Sha384, Sha512};

use crate::case::jwt::Jwt;
use crate::finding::Likelihood;

/// Says what is the matter with a signature that does not verify, and how sure that is.
///
/// Captures are made unreadable by hand, and signatures first: one of another length may be that.
pub(super) fn flaw(token: &Jwt) -> (String, Likelihood) {
    let octets = signature(token);
    let due = match algorithm(token) {
        "EdDSA" | "ES256" => Some(64),
        "ES384" => Some(96),
        "ES512" => Some(132),
        _ => None,
    };
    match due {
        // RFC 7518 §3.4: R and S, of fixed length, one behind the other.
        Some(_) if is_der(&octets) => {
            let cause = "The signature is written in DER, as OpenSSL writes it; a JWT has R and S one behind the other, each of fixed length.";
            (cause.to_owned(), Likelihood::Certain)
        }
        Some(due) if octets.len() != due => {
            let cause = format!(
                "The signature has {} octets, and one of {} has {due}.",
                octets.len(),
                algorithm(token)
            );
            (cause, Likelihood::Likely)
        }
        _ => {
            let cause =
                "The key did not sign this: it was signed by another one, or changed since.";
            (cause.to_owned(), Likelihood::Certain)
        }
    }
}

/// Returns `alg` as it is written.
pub(super) fn algorithm(token: &Jwt) -> &str {
    let written = token.header.get("alg").and_then(Value::as_str);
    written.unwrap_or_default()
}

/// How a secret has to be read so that it is what signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyed {
    /// As it is.
    AsItIs,
    /// Decoded from base64.
    Decoded,
    /// With a newline that belongs to the file.
    WithNewline,
    /// In no known way.
    Otherwise,
}

/// Finds out how a shared secret signed a token; `None` where the token is signed by no HMAC.
pub(super) fn keyed(token: &Jwt, secret: &str) -> Option<Keyed> {
    let mac = match algorithm(token) {
        "HS256" => mac::<Hmac<Sha256>>,
        "HS384" => mac::<Hmac<Sha384>>,
        "HS512" => mac::<Hmac<Sha512>>,
        _ => return None,
    };
    let (signed, _) = token.text.expose().rsplit_once('.')?;
    let signature = signature(token);
    let fits = |key: &[u8]| mac(key, signed.as_bytes(), &signature);
    let decoded = || {
        let standard = STANDARD.decode(secret);
        standard.or_else(|_| URL_SAFE_NO_PAD.decode(secret.trim_end_matches('=')))
    };
    Some(match () {
        () if fits(secret.as_bytes()) => Keyed::AsItIs,
        () if decoded().is_ok_and(|key| fits(&key)) => Keyed::Decoded,
        () if fits(format!("{secret}\n").as_bytes()) => Keyed::WithNewline,
        () => Keyed::Otherwise,
    })
}

fn mac<M: hmac::Mac + hmac::KeyInit>(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(mac) = <M as hmac::KeyInit>::new_from_slice(key) else {
        return false;
    };
    mac.chain_update(message).verify_slice(signature).is_ok()
}

fn signature(token: &Jwt) -> Vec<u8> {
    let text = token.text.expose();
    let last = text.rsplit('.').next().unwrap_or_default();
    URL_SAFE_NO_PAD.decode(last).unwrap_or_default()
}

/// A sequence of two integers.
fn is_der(octets: &[u8]) -> bool {
    let behind = match octets {
        [0x30, 0x81, length, rest @ ..] | [0x30, length, rest @ ..] => {
            (usize::from(*length) == rest.len()).then_some(rest)
        }
        _ => None,
    };
    behind.is_some_and(|rest| rest.first() == Some(&0x02))
}
