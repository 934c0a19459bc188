//! Authorization requests that are signed ([RFC 9101]).
//!
//! [RFC 9101]: https://www.rfc-editor.org/rfc/rfc9101

use std::time::Duration;

use tripod_core::parameters::Parameters;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::jose::claims::Claims;
use crate::jose::compact::Compact;
use crate::jose::key_set::KeySet;
use crate::jose::one_use::{OneUse, fresh_id};
use crate::jose::signing_key::SigningKey;
use crate::jose::{self, KeyError, Malformed, parameter_claims};

#[cfg(test)]
mod tests;

/// The parameters of an authorization request, and who says them to whom ([RFC 9101 §4]).
///
/// ```
/// use tripod_core::{parameters::Parameters, secret::Secret, timestamp::Timestamp};
/// use tripod_oauth2::jose::{algorithm::Algorithm, key_set::KeySet};
/// use tripod_oauth2::jose::{signing_key::SigningKey, verifying_key::VerifyingKey};
/// use tripod_oauth2::request_object::{RequestObject, Rules};
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let mut random = |bytes: &mut [u8]| bytes.fill(7); // for tests only
/// let secret = Secret::from("0123456789abcdef0123456789abcdef");
///
/// // The client:
/// let parameters = Parameters::new().with("response_type", "code").with("scope", "openid");
/// let key = SigningKey::from_secret(Algorithm::Hs256, &secret)?;
/// let object = RequestObject::new("client", "https://as.example", &parameters, now, &mut random);
/// let request = object.encode(&key)?;
///
/// // The server, which knows the keys by the `client_id` beside the object:
/// let keys = KeySet::from(VerifyingKey::from_secret(Algorithm::Hs256, &secret)?);
/// let rules = Rules::new("https://as.example");
/// let (object, _) = RequestObject::verify(&request, "client", &keys, &rules, now)?;
/// assert_eq!(object.parameters.single("scope")?, Some("openid"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [RFC 9101 §4]: https://www.rfc-editor.org/rfc/rfc9101#section-4
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RequestObject {
    /// `client_id`, and `iss` too.
    pub client_id: String,
    /// `aud`: the authorization server; nobody where the client left it out.
    pub audiences: Vec<String>,
    /// `iat`.
    pub issued_at: Option<Timestamp>,
    /// `nbf`.
    pub not_before: Option<Timestamp>,
    /// `exp`.
    pub expires_at: Option<Timestamp>,
    /// `jti`.
    pub id: Option<String>,
    /// The parameters, in the order of their names, without `client_id`.
    pub parameters: Parameters,
}

impl RequestObject {
    /// Begins an object: five minutes long, with a fresh `jti`.
    ///
    /// What the object says by itself is taken out of the parameters.
    #[must_use]
    pub fn new(
        client_id: impl Into<String>,
        audience: impl Into<String>,
        parameters: &Parameters,
        now: Timestamp,
        random: &mut dyn Random,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            audiences: vec![audience.into()],
            issued_at: Some(now),
            not_before: Some(now),
            expires_at: Some(now.plus(LIFETIME)),
            id: Some(fresh_id(random)),
            parameters: without(parameters, &[CLIENT_ID]),
        }
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`] if the key cannot.
    pub fn encode(&self, key: &SigningKey) -> Result<Secret, KeyError> {
        let time = |time: Option<Timestamp>| time.map(Timestamp::as_unix);
        let audiences = &self.audiences;
        // RFC 9101 §4: `request` and `request_uri` MUST NOT be inside.
        let parameters = without(&self.parameters, &[REQUEST, REQUEST_URI]);
        let mut claims = parameter_claims::write(&parameters)
            .with("iss", self.client_id.as_str())
            .with(CLIENT_ID, self.client_id.as_str())
            .with_some("iat", time(self.issued_at))
            .with_some("nbf", time(self.not_before))
            .with_some("exp", time(self.expires_at))
            .with_some("jti", self.id.as_deref());
        if !audiences.is_empty() {
            claims = claims.with_audiences(audiences);
        }
        // RFC 9101 §10.8: typed, and without `sub`, it cannot pass for a client assertion.
        key.sign(MEDIA_TYPE, &claims)
    }

    /// Checks an object at the authorization server ([RFC 9101 §6]).
    ///
    /// [`PresentedRequest`](crate::authorization::PresentedRequest) finds object and `client_id` in
    /// an authorization request; the keys are those of that client. The
    /// server uses the parameters in the object alone, whatever else stands beside it, and claims
    /// what is returned with it if there is a `jti`.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the check that failed; the peer hears `invalid_request_object` of all.
    ///
    /// [RFC 9101 §6]: https://www.rfc-editor.org/rfc/rfc9101#section-6
    pub fn verify(
        request: &Secret,
        client_id: &str,
        keys: &KeySet,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<(Self, Option<OneUse>), Refusal> {
        let compact = Compact::parse(request.expose())?;
        rules.check_type(&compact)?;
        // RFC 9101 §6.2: signed by a key of the client; §10.5: `none` MUST be rejected.
        let claims = compact.verify(keys)?;
        claims.check_times(now, rules.leeway)?;
        // RFC 9101 §6.3: the two MUST be identical.
        if claims.text(CLIENT_ID)? != client_id {
            return Err(Mismatch::ClientId.into());
        }
        rules.check_parties(&claims, client_id)?;
        let object = Self::from_claims(&claims)?;
        let one_use = object.one_use(rules);
        Ok((object, one_use))
    }

    fn from_claims(claims: &Claims) -> Result<Self, Refusal> {
        let audiences = match claims.value("aud") {
            Some(_) => claims.audiences()?.into_iter().map(str::to_owned).collect(),
            None => Vec::new(),
        };
        let parameters = parameter_claims::read(claims)?;
        // RFC 9101 §4 and §10.7.
        if parameters
            .iter()
            .any(|(name, _)| name == REQUEST || name == REQUEST_URI)
        {
            return Err(Refusal::Nested);
        }
        Ok(Self {
            client_id: claims.text(CLIENT_ID)?.to_owned(),
            audiences,
            issued_at: claims.optional_time("iat")?,
            not_before: claims.optional_time("nbf")?,
            expires_at: claims.optional_time("exp")?,
            id: claims.optional_text("jti")?.map(str::to_owned),
            parameters: without(&parameters, &[CLIENT_ID]),
        })
    }

    fn one_use(&self, rules: &Rules<'_>) -> Option<OneUse> {
        let until = self.expires_at?.plus(rules.leeway);
        Some(OneUse::new(
            "request",
            &self.client_id,
            self.id.as_deref()?,
            until,
        ))
    }
}

const MEDIA_TYPE: &str = "oauth-authz-req+jwt";
const CLIENT_ID: &str = "client_id";
const REQUEST: &str = "request";
const REQUEST_URI: &str = "request_uri";

/// Long enough to be fetched and for somebody to look at a page, short for whoever copies it.
const LIFETIME: Duration = Duration::from_secs(300);

fn without(parameters: &Parameters, names: &[&str]) -> Parameters {
    let others = parameters.iter().filter(|(name, _)| !names.contains(name));
    others.collect()
}

/// What an authorization server asks of request objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules<'a> {
    /// What the server is called in `aud`: its issuer.
    pub audience: &'a str,
    /// Whether `typ`, `iss` and `aud` may be missing, as OpenID Connect had it; no unless told.
    ///
    /// Where one is there, it is checked in any case.
    pub accept_bare: bool,
    /// How much two clocks may differ; half a minute unless told.
    pub leeway: Duration,
}

impl<'a> Rules<'a> {
    /// Begins the rules of a server.
    #[must_use]
    pub const fn new(audience: &'a str) -> Self {
        Self {
            audience,
            accept_bare: false,
            leeway: Duration::from_secs(30),
        }
    }

    fn check_type(&self, compact: &Compact<'_>) -> Result<(), jose::Error> {
        match compact.header().media_type() {
            None if self.accept_bare => Ok(()),
            _ if self.accept_bare => compact.expect_type(&[MEDIA_TYPE, "JWT", "jwt"]),
            _ => compact.expect_type(&[MEDIA_TYPE]),
        }
    }

    fn check_parties(&self, claims: &Claims, client_id: &str) -> Result<(), Refusal> {
        let missing = |name| self.accept_bare && claims.value(name).is_none();
        if !missing("iss") && claims.text("iss")? != client_id {
            return Err(Mismatch::Issuer.into());
        }
        if !missing("aud") && !claims.is_for(self.audience)? {
            return Err(Mismatch::Audience.into());
        }
        Ok(())
    }
}

/// Which check of a request object failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// `aud` does not name this server.
    #[error("the request object is for another audience (RFC 9101 §4)")]
    Audience,
    /// `client_id` inside is not the one beside it.
    #[error("the request object is of another client (RFC 9101 §6.3)")]
    ClientId,
    /// `iss` is not the client.
    #[error("the request object is by another issuer (RFC 9101 §4)")]
    Issuer,
}

/// Why a request object is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A check failed.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
    /// `request` or `request_uri` stands inside.
    #[error("the request object holds another one (RFC 9101 §4)")]
    Nested,
    /// It is malformed, expired, or not signed by a key of the client.
    #[error(transparent)]
    Token(#[from] jose::Error),
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::Token(malformed.into())
    }
}
