//! Proofs that whoever sends a request has a key ([RFC 9449]).
//!
//! [RFC 9449]: https://www.rfc-editor.org/rfc/rfc9449

use aws_lc_rs::digest;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use self::nonce::Nonce;
use crate::jose::claims::Claims;
use crate::jose::one_use::fresh_id;
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError, base64url};

pub mod nonce;
pub mod received;
mod target;
#[cfg(test)]
mod tests;

/// A proof for one request ([RFC 9449 §4.2]).
///
/// ```
/// use tripod_core::{secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::dpop::{Proof, received::{Received, Request, Rules}};
/// use tripod_oauth2::jose::{algorithm::Algorithm, signing_key::SigningKey};
/// use tripod_oauth2::jwk::Jwk;
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let mut random = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let key = Jwk::parse(br#"{"kty":"OKP","crv":"Ed25519",
///     "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?; // RFC 8037 A.1
/// let key = SigningKey::from_jwk(Algorithm::EdDsa, &key)?;
/// let access_token = Secret::from("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
///
/// // The client:
/// let proof = Proof::new("GET", "https://API.example:443/me?page=2", now, &mut random)?
///     .for_token(&access_token)
///     .encode(&key)?;
///
/// // The resource server, whose access token says `"cnf": {"jkt": …}`:
/// let mut request = Request::new("GET", "https://api.example/me");
/// request.access_token = Some(&access_token);
/// request.thumbprint = Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// let accepted = Received::parse([proof.expose()])?.verify(&request, &Rules::default(), now)?;
/// # assert_eq!(accepted.proof.method, "GET");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9449 §4.2]: https://www.rfc-editor.org/rfc/rfc9449#section-4.2
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Proof {
    /// `htm`.
    pub method: String,
    /// `htu`, without query and fragment.
    pub uri: String,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `jti`.
    pub id: String,
    /// `ath`.
    pub access_token_hash: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// Every other claim.
    pub others: Claims,
}

impl Proof {
    /// Begins the proof for a request, with a fresh `jti`.
    ///
    /// # Errors
    ///
    /// [`NotHttp`] if the URI is not an absolute one of HTTP.
    pub fn new(
        method: impl Into<String>,
        uri: &str,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Result<Self, NotHttp> {
        Ok(Self {
            method: method.into(),
            uri: target::normalize(uri).ok_or(NotHttp)?,
            issued_at: now,
            id: fresh_id(random),
            access_token_hash: None,
            nonce: None,
            others: Claims::new(),
        })
    }

    /// Binds it to the access token that is sent beside it, and to no other one.
    #[must_use]
    pub fn for_token(mut self, access_token: &Secret) -> Self {
        self.access_token_hash = Some(hash(access_token));
        self
    }

    /// Puts in the last nonce that the server gave.
    #[must_use]
    pub fn with_nonce(mut self, nonce: &Nonce) -> Self {
        self.nonce = Some(nonce.as_str().to_owned());
        self
    }

    /// Signs it and puts the public key beside it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Public`] if the key is a shared secret, [`KeyError::Signing`] if it cannot sign.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        // RFC 9449 §4.2: `alg` MUST NOT be a symmetric algorithm, `jwk` MUST NOT be private.
        let public = key.public_jwk().ok_or(KeyError::Public)?;
        let claims = self
            .others
            .clone()
            .with("htm", self.method.as_str())
            .with("htu", self.uri.as_str())
            .with_time("iat", self.issued_at)
            .with("jti", self.id.as_str())
            .with_some("ath", self.access_token_hash.as_deref())
            .with_some("nonce", self.nonce.as_deref());
        key.sign_with(MEDIA_TYPE, Some(public), &claims)
    }

    fn from_claims(claims: Claims) -> Result<Self, jose::Error> {
        let text = |claim| claims.text(claim).map(str::to_owned);
        let optional =
            |claim| Ok::<_, jose::Error>(claims.optional_text(claim)?.map(str::to_owned));
        Ok(Self {
            method: text("htm")?,
            uri: text("htu")?,
            issued_at: claims.time("iat")?,
            id: text("jti")?,
            access_token_hash: optional("ath")?,
            nonce: optional("nonce")?,
            others: claims.without(&["htm", "htu", "iat", "jti", "ath", "nonce"]),
        })
    }
}

const MEDIA_TYPE: &str = "dpop+jwt";

/// The URI is not an absolute one of HTTP, as a request has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the URI is not an absolute `http` or `https` URI")]
#[non_exhaustive]
pub struct NotHttp;

/// Returns `ath`: the SHA-256 of the access token, in base64url.
fn hash(access_token: &Secret) -> String {
    base64url::encode(digest::digest(
        &digest::SHA256,
        access_token.expose().as_bytes(),
    ))
}
