//! ID tokens are checked before anybody looks into them.

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error as oauth2;
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::id_token::rules::{Companion, ExpectedNonce, Rules};
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::jose::verifying_key::VerifyingKey;

use crate::client::{Authentication, Client};
use crate::discovery;
use crate::error::{Error, Stage};
use crate::provider::Provider;

/// An ID token that has not been checked, with what it has to fit.
#[derive(Debug)]
#[must_use]
pub struct Unchecked {
    pub(super) token: Secret,
    pub(super) nonce: Option<Secret>,
    pub(super) access_token: Secret,
}

impl Unchecked {
    /// Checks it: signature, issuer, audience, times, nonce and access token.
    ///
    /// # Errors
    ///
    /// [`Failure::OAuth2`](crate::error::Failure::OAuth2) names the check that failed.
    pub fn check(
        self,
        issuer: &str,
        client_id: &str,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<(Secret, IdToken), Error> {
        let mut rules = Rules::new(issuer, client_id);
        rules.nonce = match &self.nonce {
            Some(nonce) => ExpectedNonce::Sent(nonce.expose()),
            None => ExpectedNonce::NotSent,
        };
        rules.access_token = Companion::Direct(&self.access_token);
        let checked = rules.verify(&self.token, keys, now);
        let fail = |refusal| Error::new(Stage::Token, oauth2::Error::from(refusal));
        let claims = checked.map_err(fail)?;
        Ok((self.token, claims))
    }
}

/// Finds the keys by which a provider signs ID tokens; none if it does not say where they are.
pub(super) async fn keys(client: &Client, provider: &Provider) -> Result<Option<KeySet>, Error> {
    let algorithms = provider.id_token_algorithms();
    if algorithms.iter().all(|algorithm| algorithm.is_symmetric()) {
        let secret = match &client.registration().authentication {
            Authentication::Basic(secret)
            | Authentication::Post(secret)
            | Authentication::RawBasic(secret)
            | Authentication::Secret(secret) => secret,
            Authentication::None | Authentication::SignedJwt(_) => return Ok(None),
        };
        let keys = algorithms
            .into_iter()
            .filter_map(|algorithm| VerifyingKey::from_secret(algorithm, secret).ok());
        return Ok(Some(keys.collect()));
    }
    let metadata = provider.metadata.as_ref();
    let Some(jwks_uri) = metadata.and_then(|metadata| metadata.jwks_uri.as_deref()) else {
        return Ok(None);
    };
    let published = discovery::keys(client.http(), jwks_uri).await?;
    let is_public =
        |algorithm: &_| !tripod_oauth2::jose::algorithm::Algorithm::is_symmetric(*algorithm);
    let algorithms: Vec<_> = algorithms.into_iter().filter(is_public).collect();
    Ok(Some(KeySet::new(&published, &algorithms)))
}
