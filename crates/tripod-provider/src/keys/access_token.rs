//! Access tokens that are JWTs, signed and verified with the keys of the provider.

use std::time::Duration;

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::access_token::{AccessToken, Refusal, Rules};
use tripod_oauth2::confirmation::Presented;
use tripod_oauth2::jose::KeyError;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::scope::Scope;

use super::{KeyRing, Keys};
use crate::provider::Provider;
use crate::storage::Error;

/// What a JWT says otherwise than it should: a fault, see [`fault`](crate::fault).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Restatement {
    /// It is for this audience alone.
    Audience(String),
    /// It was given out so long ago that it has expired.
    Expired,
    /// It is not good for this.
    Without(Scope),
}

/// Which JWTs of a provider say otherwise than they should; usually none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restated {
    /// What those say that it gives.
    pub(crate) given: Vec<Restatement>,
    /// What those say that it is shown.
    ///
    /// They are signed anew where they are verified, and not in the request: a DPoP proof is of the
    /// token that it comes with (RFC 9449 §4.3), and would be refused first.
    pub(crate) shown: Vec<Restatement>,
}

/// How long ago a token expires that has: longer than resources are patient with clocks.
const LONG_AGO: Duration = Duration::from_secs(60 * 60);

impl Restated {
    pub(crate) const fn is_empty(&self) -> bool {
        self.given.is_empty() && self.shown.is_empty()
    }
}

impl Restatement {
    fn apply(&self, token: &mut AccessToken, now: Timestamp) {
        match self {
            Self::Audience(name) => token.audiences = vec![name.clone()],
            Self::Expired => {
                let by = token.expires_at.since(now.minus(LONG_AGO));
                token.expires_at = token.expires_at.minus(by);
                token.issued_at = token.issued_at.minus(by);
                token.not_before = token.not_before.map(|at| at.minus(by));
                token.authenticated_at = token.authenticated_at.map(|at| at.minus(by));
            }
            Self::Without(removed) => {
                let left = token.scope.as_ref().map(|it| it.difference(removed));
                token.scope = left.filter(|scope| !scope.is_empty());
            }
        }
    }
}

impl Keys {
    /// Has JWTs say otherwise than they should.
    pub(crate) fn restating(mut self, restated: Restated) -> Self {
        self.restated = restated;
        self
    }

    /// Signs an access token; `None` if there is no key to sign with.
    pub(crate) async fn sign_access_token(
        &self,
        provider: &Provider,
        mut token: AccessToken,
    ) -> Result<Option<Secret>, Error> {
        let ring = self.ring(provider).await?;
        for restatement in &self.restated.given {
            restatement.apply(&mut token, provider.now());
        }
        let signed = sign(&ring, &token).transpose();
        signed.map_err(|source| Error::unavailable("sign a token", source))
    }

    /// Verifies an access token that somebody shows or asks about (RFC 9068 §4).
    pub(crate) async fn verify_access_token(
        &self,
        provider: &Provider,
        text: &Secret,
        rules: &Rules,
        presented: &Presented<'_>,
    ) -> Result<Result<AccessToken, Refusal>, Error> {
        let ring = self.ring(provider).await?;
        let now = provider.now();
        let restated = self.restate(&ring, provider, text);
        let text = restated.as_ref().unwrap_or(text);
        let verified = AccessToken::verify(text, ring.key_set(), rules, presented, now);
        Ok(verified)
    }

    /// Returns what an access token says that is good now, wherever that is.
    pub(crate) async fn read_access_token(
        &self,
        provider: &Provider,
        text: &Secret,
    ) -> Result<Option<AccessToken>, Error> {
        let ring = self.ring(provider).await?;
        Ok(read(&ring, provider, text))
    }

    fn restate(&self, ring: &KeyRing, provider: &Provider, text: &Secret) -> Option<Secret> {
        if self.restated.shown.is_empty() {
            return None;
        }
        let mut token = read(ring, provider, text)?;
        for restatement in &self.restated.shown {
            restatement.apply(&mut token, provider.now());
        }
        sign(ring, &token)?.ok()
    }
}

/// RFC 9068 §2.1: RS256 is what every resource server has to know.
fn sign(ring: &KeyRing, token: &AccessToken) -> Option<Result<Secret, KeyError>> {
    let key = ring.current(Algorithm::Rs256)?;
    Some(token.encode(key))
}

fn read(ring: &KeyRing, provider: &Provider, text: &Secret) -> Option<AccessToken> {
    let compact = Compact::parse(text.expose()).ok()?;
    let claimed = compact.dangerous_claims_without_verification().ok()?;
    let rules = Rules::new(provider.config().issuer.as_str(), claimed.audiences().ok()?);
    let claimed_key = claimed_key(text)?;
    let presented = presented(claimed_key.as_deref());
    AccessToken::verify(text, ring.key_set(), &rules, &presented, provider.now()).ok()
}

/// Returns the key that a JWT says it is bound to; nothing at all if it is no JWT.
pub(crate) fn claimed_key(text: &Secret) -> Option<Option<String>> {
    let compact = Compact::parse(text.expose()).ok()?;
    let claims = compact.dangerous_claims_without_verification().ok()?;
    let key = claims.value("cnf").and_then(|cnf| cnf.get("jkt"));
    Some(key.and_then(Value::as_str).map(str::to_owned))
}

/// Presents a token with the key that it is bound to, where it is only told which one that is.
pub(crate) const fn presented(claimed_key: Option<&str>) -> Presented<'_> {
    match claimed_key {
        Some(thumbprint) => Presented::with_key(thumbprint),
        None => Presented::bearer(),
    }
}
