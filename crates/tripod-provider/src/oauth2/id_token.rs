//! Giving out ID tokens
//! ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).

use serde_json::Value;
use tripod_core::secret::Secret;
use tripod_oauth2::id_token::IdToken;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::scope::Scope;

use super::claims::{self, Place};
use super::failure::{Failure, Refusal};
use crate::artefact::{Authentication, Client, User};
use crate::provider::Provider;
use crate::storage;

/// What an ID token is to tell, and of whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    pub(super) user: &'a User,
    pub(super) authentication: &'a Authentication,
    pub(super) scope: &'a Scope,
    pub(super) claims: Option<&'a Value>,
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: &'a Secret,
    pub(super) code: Option<&'a Secret>,
}

/// Tells whether an ID token is due: it is what `openid` asks for (OpenID Connect Core §3.1.2.1).
pub(super) fn is_due(scope: &Scope) -> bool {
    scope.contains("openid")
}

/// Signs an ID token for a client, under the algorithm that it registered.
pub(super) async fn sign(
    provider: &Provider,
    client: &Client,
    told: &Told<'_>,
) -> Result<Secret, Failure> {
    let ring = provider.keys().ring(provider).await?;
    let registered = client.metadata.id_token_signed_response_alg.as_deref();
    // OpenID Connect Registration §2: RS256 is the default.
    let algorithm = registered.map_or(Some(Algorithm::Rs256), Algorithm::parse);
    let key = algorithm.and_then(|algorithm| ring.current(algorithm));
    let key = key.ok_or_else(|| {
        Refusal::unauthorized_client(
            "the client registered an ID token algorithm that is not served",
        )
    })?;
    let config = provider.config();
    let authentication = told.authentication;
    let mut token = IdToken::new(
        config.issuer.as_str(),
        &authentication.user,
        &client.id,
        provider.now(),
        config.lifetimes.id_token,
    );
    token.authenticated_at = Some(authentication.at);
    token.nonce = told.nonce.map(str::to_owned);
    token.authentication_class.clone_from(&authentication.acr);
    token.authentication_methods.clone_from(&authentication.amr);
    token.authorized_party = Some(client.id.clone());
    token.session_id.clone_from(&authentication.session);
    token.others = claims::of(told.user, told.scope, told.claims, Place::IdToken);
    token = token.with_access_token(told.access_token, key);
    if let Some(code) = told.code {
        token = token.with_code(code, key);
    }
    let signed = token.encode(key);
    signed.map_err(|source| storage::Error::unavailable("sign a token", source).into())
}
