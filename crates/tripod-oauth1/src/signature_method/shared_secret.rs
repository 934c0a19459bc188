use std::fmt;

use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use tripod_core::percent;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use zeroize::Zeroizing;

use super::{Signature, SignatureMethod, SigningFailed, SigningKey, VerifyingKey};
use crate::message::Message;

/// The key of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512 or PLAINTEXT: two shared secrets.
///
/// The keyed state of an HMAC is computed once, here, and copied for each message.
///
/// ```
/// use tripod_core::secret::Secret;
/// use tripod_oauth1::signature_method::SharedSecretKey;
///
/// let key = SharedSecretKey::hmac_sha256(&Secret::from("client secret"), None);
/// assert_eq!(format!("{key:?}"), "SharedSecretKey(HmacSha256)");
/// ```
#[derive(Clone)]
pub struct SharedSecretKey(Kind);

#[derive(Clone)]
enum Kind {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    Plaintext(Secret),
}

impl SharedSecretKey {
    /// Makes an HMAC-SHA1 key ([RFC 5849 §3.4.2]); without a token its secret is empty.
    ///
    /// [RFC 5849 §3.4.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2
    #[must_use]
    pub fn hmac_sha1(client_secret: &Secret, token_secret: Option<&Secret>) -> Self {
        Self(Kind::HmacSha1(keyed(client_secret, token_secret)))
    }

    /// Makes an HMAC-SHA256 key; without a token its secret is empty.
    #[must_use]
    pub fn hmac_sha256(client_secret: &Secret, token_secret: Option<&Secret>) -> Self {
        Self(Kind::HmacSha256(keyed(client_secret, token_secret)))
    }

    /// Makes an HMAC-SHA512 key; without a token its secret is empty.
    #[must_use]
    pub fn hmac_sha512(client_secret: &Secret, token_secret: Option<&Secret>) -> Self {
        Self(Kind::HmacSha512(keyed(client_secret, token_secret)))
    }

    /// Makes a PLAINTEXT "key" ([RFC 5849 §3.4.4]); without a token its secret is empty.
    ///
    /// [RFC 5849 §3.4.4]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.4
    #[must_use]
    pub fn plaintext(client_secret: &Secret, token_secret: Option<&Secret>) -> Self {
        let text = key_text(client_secret, token_secret);
        let text = str::from_utf8(&text).expect("what is encoded is ASCII");
        Self(Kind::Plaintext(Secret::from(text)))
    }

    /// Makes a key for a method by its name, or nothing if that method shares no secrets.
    #[must_use]
    pub fn for_method(
        method: &SignatureMethod,
        client_secret: &Secret,
        token_secret: Option<&Secret>,
    ) -> Option<Self> {
        let make = match method {
            SignatureMethod::HmacSha1 => Self::hmac_sha1,
            SignatureMethod::HmacSha256 => Self::hmac_sha256,
            SignatureMethod::HmacSha512 => Self::hmac_sha512,
            SignatureMethod::Plaintext => Self::plaintext,
            SignatureMethod::RsaSha1
            | SignatureMethod::RsaSha256
            | SignatureMethod::RsaSha512
            | SignatureMethod::Other(_) => return None,
        };
        Some(make(client_secret, token_secret))
    }

    fn signature(&self, message: &Message<'_>) -> Signature {
        match &self.0 {
            Kind::HmacSha1(keyed) => authenticate(keyed, message),
            Kind::HmacSha256(keyed) => authenticate(keyed, message),
            Kind::HmacSha512(keyed) => authenticate(keyed, message),
            Kind::Plaintext(text) => Signature::from_secret(text.clone()),
        }
    }
}

impl SigningKey for SharedSecretKey {
    fn signature_method(&self) -> SignatureMethod {
        match self.0 {
            Kind::HmacSha1(_) => SignatureMethod::HmacSha1,
            Kind::HmacSha256(_) => SignatureMethod::HmacSha256,
            Kind::HmacSha512(_) => SignatureMethod::HmacSha512,
            Kind::Plaintext(_) => SignatureMethod::Plaintext,
        }
    }

    fn sign(&self, message: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
        Ok(self.signature(message))
    }
}

impl VerifyingKey for SharedSecretKey {
    fn signature_method(&self) -> SignatureMethod {
        SigningKey::signature_method(self)
    }

    fn verify(&self, message: &Message<'_>, signature: &[u8]) -> bool {
        self.signature(message).as_bytes().ct_eq(signature).into()
    }
}

impl fmt::Debug for SharedSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SharedSecretKey({:?})",
            SigningKey::signature_method(self)
        )
    }
}

/// Writes the two secrets as they key an HMAC and as PLAINTEXT sends them.
///
/// [RFC 5849 §3.4.2]: each encoded, joined by an ampersand that is there even when one is empty.
///
/// [RFC 5849 §3.4.2]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.2
fn key_text(client_secret: &Secret, token_secret: Option<&Secret>) -> Zeroizing<Vec<u8>> {
    let client_secret = client_secret.expose().as_bytes();
    let token_secret = token_secret
        .map(Secret::expose)
        .unwrap_or_default()
        .as_bytes();
    // Room for all of it at once: a buffer that grows leaves its old self behind, unwiped.
    let length = percent::encoded_length(client_secret) + 1 + percent::encoded_length(token_secret);
    let mut text = Zeroizing::new(Vec::with_capacity(length));
    percent::encode_to(client_secret, &mut text);
    text.push(b'&');
    percent::encode_to(token_secret, &mut text);
    text
}

fn keyed<M: Mac + hmac::KeyInit>(client_secret: &Secret, token_secret: Option<&Secret>) -> M {
    let text = key_text(client_secret, token_secret);
    <M as hmac::KeyInit>::new_from_slice(&text).expect("an HMAC takes a key of any length")
}

fn authenticate<M: Mac + Clone>(keyed: &M, message: &Message<'_>) -> Signature {
    let mut mac = keyed.clone();
    message.feed(&mut |chunk| mac.update(chunk));
    Signature::from_octets(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(client: &str, token: Option<&str>) -> String {
        let text = key_text(&Secret::from(client), token.map(Secret::from).as_ref());
        String::from_utf8(text.to_vec()).unwrap()
    }

    #[test]
    fn the_ampersand_is_there_even_when_a_secret_is_empty() {
        assert_eq!(text("kd94hf93k423kf44", None), "kd94hf93k423kf44&");
        assert_eq!(text("", Some("")), "&");
        assert_eq!(text("", Some("t")), "&t");
    }

    #[test]
    fn secrets_are_encoded_before_they_are_joined() {
        assert_eq!(text("a&b", Some("ü +")), "a%26b&%C3%BC%20%2B");
    }
}
