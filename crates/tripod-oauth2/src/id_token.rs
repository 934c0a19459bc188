//! ID tokens ([OpenID Connect Core §2]).
//!
//! [OpenID Connect Core §2]: https://openid.net/specs/openid-connect-core-1_0.html#IDToken

use std::time::Duration;

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::algorithm::Algorithm;
use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::signing_key::SigningKey;
use crate::jose::verifying_key::VerifyingKey;
use crate::jose::{self, KeyError, Malformed, base64url};
use crate::jwk::JwkSet;

pub mod rules;
#[cfg(test)]
mod tests;

/// What a provider says of who signed in, and how ([OpenID Connect Core §2]).
///
/// [OpenID Connect Core §2]: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct IdToken {
    /// `iss`.
    pub issuer: String,
    /// `sub`: who signed in, by a name that is unique and never reassigned at the issuer.
    pub subject: String,
    /// `aud`: the client, and whoever else.
    pub audiences: Vec<String>,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `auth_time`: when they signed in.
    pub authenticated_at: Option<Timestamp>,
    /// `nonce`, as the authorization request had it.
    pub nonce: Option<String>,
    /// `acr`: how well they were authenticated.
    pub authentication_class: Option<String>,
    /// `amr`: by which methods.
    pub authentication_methods: Vec<String>,
    /// `azp`: the client for which it was issued.
    pub authorized_party: Option<String>,
    /// `at_hash`: of the access token that was issued with it.
    pub access_token_hash: Option<String>,
    /// `c_hash`: of the code that was issued with it.
    pub code_hash: Option<String>,
    /// `sid`: the session, by which it is signed out later.
    pub session_id: Option<String>,
    /// Every other claim, such as `name` and `email`.
    pub others: Claims,
}

impl IdToken {
    /// Begins a token for a client.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        subject: impl Into<String>,
        client_id: impl Into<String>,
        now: Timestamp,
        lifetime: Duration,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            subject: subject.into(),
            audiences: vec![client_id.into()],
            expires_at: now.plus(lifetime),
            issued_at: now,
            authenticated_at: None,
            nonce: None,
            authentication_class: None,
            authentication_methods: Vec::new(),
            authorized_party: None,
            access_token_hash: None,
            code_hash: None,
            session_id: None,
            others: Claims::new(),
        }
    }

    /// Puts in the hash of the access token, as the algorithm of the key wants it.
    #[must_use]
    pub fn with_access_token(mut self, access_token: &Secret, key: &SigningKey) -> Self {
        self.access_token_hash = Some(half_hash(key.algorithm(), access_token));
        self
    }

    /// Puts in the hash of the code, as the algorithm of the key wants it.
    #[must_use]
    pub fn with_code(mut self, code: &Secret, key: &SigningKey) -> Self {
        self.code_hash = Some(half_hash(key.algorithm(), code));
        self
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        let methods = &self.authentication_methods;
        let claims = self
            .others
            .clone()
            .with("iss", self.issuer.as_str())
            .with("sub", self.subject.as_str())
            .with_audiences(&self.audiences)
            .with_time("exp", self.expires_at)
            .with_time("iat", self.issued_at)
            .with_some("auth_time", self.authenticated_at.map(Timestamp::as_unix))
            .with_some("nonce", self.nonce.as_deref())
            .with_some("acr", self.authentication_class.as_deref())
            .with_some("amr", (!methods.is_empty()).then(|| methods.clone()))
            .with_some("azp", self.authorized_party.as_deref())
            .with_some("at_hash", self.access_token_hash.as_deref())
            .with_some("c_hash", self.code_hash.as_deref())
            .with_some("sid", self.session_id.as_deref());
        key.sign("JWT", &claims)
    }

    /// Reads an `id_token_hint` at the provider that issued it, whose keys these are.
    ///
    /// It says whom the client means and proves nothing, so it may have expired, and the caller
    /// checks whether it was issued for the client that shows it ([OpenID Connect Core §3.1.2.1]).
    ///
    /// # Errors
    ///
    /// [`Refusal`] if it is malformed, or the provider did not issue it.
    ///
    /// [OpenID Connect Core §3.1.2.1]: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
    pub fn verify_hint(token: &Secret, keys: &KeySet, issuer: &str) -> Result<Self, Refusal> {
        let compact = Compact::parse(token.expose())?;
        expect_id_token(&compact)?;
        let token = Self::from_claims(compact.verify(keys)?)?;
        if token.issuer != issuer {
            return Err(Mismatch::Issuer.into());
        }
        Ok(token)
    }

    fn from_claims(claims: Claims) -> Result<Self, jose::Error> {
        let text = |claim| claims.text(claim).map(str::to_owned);
        let optional =
            |claim| Ok::<_, jose::Error>(claims.optional_text(claim)?.map(str::to_owned));
        Ok(Self {
            issuer: text("iss")?,
            subject: subject(claims.text("sub")?)?,
            audiences: claims.audiences()?.into_iter().map(str::to_owned).collect(),
            expires_at: claims.time("exp")?,
            issued_at: claims.time("iat")?,
            authenticated_at: claims.optional_time("auth_time")?,
            nonce: optional("nonce")?,
            authentication_class: optional("acr")?,
            authentication_methods: authentication_methods(&claims)?,
            authorized_party: optional("azp")?,
            access_token_hash: optional("at_hash")?,
            code_hash: optional("c_hash")?,
            session_id: optional("sid")?,
            others: claims.without(&KNOWN),
        })
    }
}

const KNOWN: [&str; 13] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "sid",
];

/// RFC 8725 §3.11: access and logout tokens say in `typ` that they are no ID tokens.
fn expect_id_token(compact: &Compact<'_>) -> Result<(), jose::Error> {
    match compact.header().media_type() {
        Some(_) => compact.expect_type(&["JWT"]),
        None => Ok(()),
    }
}

/// OpenID Connect Core §2: `sub` MUST NOT exceed 255 ASCII characters.
fn subject(subject: &str) -> Result<String, Malformed> {
    if subject.is_empty() || subject.len() > 255 || !subject.is_ascii() {
        return Err(Malformed::ClaimType { claim: "sub" });
    }
    Ok(subject.to_owned())
}

/// Reads `amr`: an array of texts, or one text as some providers write it.
fn authentication_methods(claims: &Claims) -> Result<Vec<String>, Malformed> {
    let malformed = Malformed::ClaimType { claim: "amr" };
    match claims.value("amr") {
        None => Ok(Vec::new()),
        Some(Value::String(method)) => Ok(vec![method.clone()]),
        Some(Value::Array(methods)) => {
            let methods = methods.iter().map(|it| it.as_str().map(str::to_owned));
            methods.collect::<Option<_>>().ok_or(malformed)
        }
        Some(_) => Err(malformed),
    }
}

/// Hashes and keeps the left half (OpenID Connect Core §3.1.3.6, §3.3.2.11).
fn half_hash(algorithm: Algorithm, secret: &Secret) -> String {
    let hash = algorithm.hash(secret.expose().as_bytes());
    let (half, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    base64url::encode(half)
}

/// Takes the keys under which a provider signs what is for a client.
///
/// `registered` is the client's `id_token_signed_response_alg`, RS256 unless it said otherwise
/// ([OpenID Connect Core §3.1.3.7], 7). Under an HMAC the key is the client's secret (8), so only
/// a client that has one can be registered so; published shared secrets are never taken.
///
/// # Errors
///
/// [`KeyError::Public`] if an HMAC is registered and there is no secret, [`KeyError::TooShort`] if
/// the secret is too short for it.
///
/// [OpenID Connect Core §3.1.3.7]: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
pub fn keys(
    published: &JwkSet,
    registered: Option<Algorithm>,
    client_secret: Option<&Secret>,
) -> Result<KeySet, KeyError> {
    let algorithm = registered.unwrap_or(Algorithm::Rs256);
    if algorithm.is_symmetric() {
        let secret = client_secret.ok_or(KeyError::Public)?;
        return Ok(VerifyingKey::from_secret(algorithm, secret)?.into());
    }
    Ok(KeySet::new(published, &[algorithm]))
}

/// Why an ID token is refused; the numbers are those of [OpenID Connect Core §3.1.3.7].
///
/// [OpenID Connect Core §3.1.3.7]: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `at_hash` is missing though it must be there, or is not the hash of the access token.
    #[error("`at_hash` is not that of the access token (OpenID Connect Core §3.1.3.8)")]
    AccessTokenHash,
    /// `aud` does not name the client, or names somebody who is not trusted.
    #[error("the ID token is for another audience (OpenID Connect Core §3.1.3.7, 3)")]
    Audience,
    /// `acr` is none of those that were asked for.
    #[error("`acr` is none of those that were asked for (OpenID Connect Core §3.1.3.7, 12)")]
    AuthenticationClass,
    /// `auth_time` is missing though it was asked for.
    #[error("`auth_time` is missing (OpenID Connect Core §3.1.3.7, 13)")]
    AuthenticationTimeMissing,
    /// They signed in longer ago than was asked for.
    #[error("`auth_time` is too long ago (OpenID Connect Core §3.1.3.7, 13)")]
    AuthenticationTooOld,
    /// `azp` is not the client, or missing beside several audiences.
    #[error("`azp` is not the client (OpenID Connect Core §3.1.3.7, 4 and 5)")]
    AuthorizedParty,
    /// `c_hash` is missing though it must be there, or is not the hash of the code.
    #[error("`c_hash` is not that of the code (OpenID Connect Core §3.3.2.10)")]
    CodeHash,
    /// `iss` is not the provider.
    #[error("the ID token is by another issuer (OpenID Connect Core §3.1.3.7, 2)")]
    Issuer,
    /// `nonce` is not the one that was sent, or there is one and none was sent.
    #[error("`nonce` is not the one that was sent (OpenID Connect Core §3.1.3.7, 11)")]
    Nonce,
    /// A refreshed token is about somebody else.
    #[error("`sub` is not that of the first ID token (OpenID Connect Core §12.2)")]
    Subject,
    /// `iat` is too long ago.
    #[error("`iat` is too long ago (OpenID Connect Core §3.1.3.7, 10)")]
    TooOld,
}

/// Why an ID token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check of OpenID Connect failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// It is malformed, expired, or not signed by a key of the provider.
    #[error(transparent)]
    Token(#[from] jose::Error),
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::Token(malformed.into())
    }
}
