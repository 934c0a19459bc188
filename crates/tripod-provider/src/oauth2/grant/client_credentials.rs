//! Client credentials ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).

use tripod_oauth2::token::{ClientCredentialsGrant, TokenResponse};

use super::{Call, busy, give};
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::{access_token, audience, client, scope};

/// Gives a client a token with which it acts for itself.
///
/// RFC 6749 §4.4.3: a refresh token SHOULD NOT be included.
pub(in crate::oauth2) async fn redeem(
    call: &Call<'_>,
    grant: &ClientCredentialsGrant,
) -> Result<TokenResponse, Failure> {
    let access = decide(call, grant)?;
    let minted = access_token::mint(call.provider, &access).await?;
    give(call, minted).await?.ok_or_else(|| busy().into())
}

fn decide(call: &Call<'_>, grant: &ClientCredentialsGrant) -> Result<access_token::Grant, Refusal> {
    // RFC 6749 §4.4: it MUST only be used by confidential clients.
    if client::is_public(call.client) {
        return Err(Refusal::unauthorized_client(
            "a public client has no credentials",
        ));
    }
    let config = call.provider.config();
    let scope = scope::of_client(config, call.client, grant.scope.as_ref())?;
    let mut access = access_token::Grant::to(&call.client.id, scope);
    access.audience = audience::of_request(config, call.resource)?;
    access.jkt = call.jkt.map(str::to_owned);
    Ok(access)
}
