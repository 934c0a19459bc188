//! `oauth_body_hash`, recomputed in the ways in which it is made wrongly.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};
use tripod_oauth1::body_hash;
use tripod_oauth1::signature_method::SignatureMethod;

/// Says how a body hash was made; `Ok` if as it should be.
pub(crate) fn explain(sent: &str, method: &str, body: &str) -> Result<(), Option<String>> {
    let due = body_hash::compute(&SignatureMethod::parse(method), body.as_bytes());
    if sent == due {
        return Ok(());
    }
    let trimmed = body.trim();
    let with_newline = format!("{body}\n");
    let bodies = [
        ("the body", body),
        ("an empty body", ""),
        ("the body without the white space around it", trimmed),
        (
            "the body with a line break at its end",
            with_newline.as_str(),
        ),
        ("the text `{}`", "{}"),
        ("the text `null`", "null"),
    ];
    for (what, body) in bodies {
        for (name, digest) in [
            ("SHA-1", Sha1::digest(body).to_vec()),
            ("SHA-256", Sha256::digest(body).to_vec()),
            ("SHA-512", Sha512::digest(body).to_vec()),
        ] {
            for (form, text) in forms(&digest) {
                if text == sent {
                    return Err(Some(format!("it is {name} of {what}, {form}")));
                }
            }
        }
    }
    Err(None)
}

fn forms(digest: &[u8]) -> [(&'static str, String); 4] {
    let hex: String = digest.iter().map(|octet| format!("{octet:02x}")).collect();
    [
        ("in base64", STANDARD.encode(digest)),
        ("in base64 without padding", STANDARD_NO_PAD.encode(digest)),
        ("in URL-safe base64", URL_SAFE_NO_PAD.encode(digest)),
        ("in hexadecimal digits", hex),
    ]
}
