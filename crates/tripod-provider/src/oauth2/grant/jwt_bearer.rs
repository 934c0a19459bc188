//! Assertions as grants ([RFC 7523 §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1)).
//!
//! Whoever signs one speaks for users who are not here. So it takes a client that was registered
//! for this grant by an administrator, or an issuer that is configured.

use std::sync::Arc;
use std::time::Duration;

use tripod_oauth2::client_assertion::{Assertion, Received, Refusal as AssertionRefusal, Rules};
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::compact::Compact;
use tripod_oauth2::jose::key_set::KeySet;
use tripod_oauth2::token::{JwtBearerGrant, TokenResponse};

use super::{Call, busy, give};
use crate::handle::PlainToken;
use crate::oauth2::client::audiences;
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::{access_token, audience, scope};

/// Exchanges an assertion for an access token; who wants another one signs another assertion.
pub(in crate::oauth2) async fn redeem(
    call: &mut Call<'_>,
    grant: &JwtBearerGrant,
) -> Result<TokenResponse, Failure> {
    let assertion = verify(call, grant).await?;
    let user = call.user(&assertion.subject).await?;
    let config = call.provider.config();
    let scope = scope::of_user(config, call.client, grant.scope.as_ref())?;
    let mut access = access_token::Grant::to(&call.client.id, scope);
    access.user = Some(user.id.clone());
    access.audience = audience::of_request(config, call.resource)?;
    access.jkt = call.jkt.map(str::to_owned);
    let family = PlainToken::generate(&mut call.provider.random());
    access.family = Some(family.handle().to_string());
    // RFC 7521 §4.1: it SHOULD NOT live longer than the assertion by a significant period.
    access.not_after = Some(assertion.expires_at.max(call.now).plus(LONGER));
    let mut minted = access_token::mint(call.provider, &access).await?;
    minted.changes = minted.changes.audit(call.issued(&access, "jwt_bearer"));
    give(call, minted).await?.ok_or_else(|| busy().into())
}

/// How much longer than its assertion a token lives: an assertion may be good for moments.
const LONGER: Duration = Duration::from_secs(60);

async fn verify(call: &mut Call<'_>, grant: &JwtBearerGrant) -> Result<Assertion, Failure> {
    let text = grant.assertion.expose();
    if text.len() > call.provider.config().limits.jwt {
        return Err(Refusal::invalid_grant("the assertion is too long").into());
    }
    let received = Received::parse(text).map_err(|refusal| refuse(&refusal))?;
    let issuer = received.claimed_issuer().to_owned();
    let key_id = Compact::parse(text).ok();
    let key_id = key_id.and_then(|compact| compact.header().key_id().map(str::to_owned));
    let keys = keys(call, &issuer, key_id.as_deref()).await?;
    let rules = Rules::new(audiences(call.provider, "/oauth2/token"));
    let (assertion, one_use) = received
        .verify_grant(&issuer, &keys, &rules, call.now)
        .map_err(|refusal| refuse(&refusal))?;
    call.once.assertion(one_use, ErrorCode::InvalidGrant);
    Ok(assertion)
}

/// Returns the keys of whoever may speak for users: the client itself, or a trusted issuer.
async fn keys(call: &Call<'_>, issuer: &str, key_id: Option<&str>) -> Result<Arc<KeySet>, Failure> {
    let provider = call.provider;
    if issuer == call.client.id {
        let registered = call
            .client
            .metadata
            .token_endpoint_auth_signing_alg
            .as_deref()
            .and_then(Algorithm::parse)
            .filter(|algorithm| !algorithm.is_symmetric());
        let keys = provider.client_keys();
        let keys = keys.of(provider, call.client, registered, key_id).await;
        // The client is who it is: it is the grant that is not valid.
        return keys.map_err(|failure| match failure {
            Failure::Refused(refusal) => Refusal::invalid_grant(refusal.description).into(),
            other => other,
        });
    }
    let mut trusted = provider.config().trusted_issuers.iter();
    match trusted.find(|trusted| trusted.issuer == issuer) {
        Some(trusted) => Ok(Arc::new(KeySet::new(&trusted.keys, &Algorithm::ASYMMETRIC))),
        None => Err(Refusal::invalid_grant("the issuer of the assertion is not trusted").into()),
    }
}

fn refuse(refusal: &AssertionRefusal) -> Refusal {
    Refusal::invalid_grant(refusal.to_string())
}
