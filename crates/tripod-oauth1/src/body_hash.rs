//! `oauth_body_hash`: the OAuth Request Body Hash extension.
//!
//! RFC 5849 leaves bodies that are not forms unsigned. The extension (draft 4, 2008; Mastercard and
//! LTI demand it) signs a hash of them: SHA-1 for the methods of that family and PLAINTEXT, and as
//! the same providers use it SHA-256 and SHA-512 for theirs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha512};

use crate::signature_method::SignatureMethod;

/// The name of the parameter.
pub const NAME: &str = "oauth_body_hash";

/// Hashes a body by the hash of a signature method, in base64.
///
/// A request without a body has the hash of an empty one. A method of one's own is taken for one of
/// the SHA-1 family unless its name ends in `SHA256` or `SHA512`.
///
/// ```
/// use tripod_oauth1::{body_hash, signature_method::SignatureMethod};
///
/// let hash = body_hash::compute(&SignatureMethod::HmacSha1, b"Hello World!");
/// assert_eq!(hash, "Lve95gjOVATpfV8EL5X4nxwjKHE=");
/// ```
#[must_use]
pub fn compute(method: &SignatureMethod, body: &[u8]) -> String {
    let name = method.as_str();
    if name.ends_with("SHA256") {
        STANDARD.encode(Sha256::digest(body))
    } else if name.ends_with("SHA512") {
        STANDARD.encode(Sha512::digest(body))
    } else {
        STANDARD.encode(Sha1::digest(body))
    }
}
