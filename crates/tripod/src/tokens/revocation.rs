//! Giving tokens back.

use tripod_core::secret::Secret;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::revocation::{self, RevocationRequest, TokenTypeHint};
use tripod_oauth2::token_set::TokenSet;
use tripod_vault::change::Change;
use tripod_vault::wait::Wait;

use super::{Keeper, failed_at};
use crate::error::{Error, Failure, Stage};
use crate::preset::RequestError;

const STAGE: Stage = Stage::Revocation;

impl Keeper {
    /// Gives the tokens back to the provider ([RFC 7009]) and takes them out of the vault.
    ///
    /// Nobody renews them meanwhile. Where there are none, nothing is left to do. After an error the
    /// vault has them still, so that it can be tried again: tokens that are gone already are no
    /// error (RFC 7009 §2.2).
    ///
    /// # Errors
    ///
    /// [`Failure::Unsupported`] if the provider revokes no tokens, as far as is known; else what it
    /// said.
    ///
    /// [RFC 7009]: https://www.rfc-editor.org/rfc/rfc7009
    pub async fn revoke(&self) -> Result<(), Error> {
        let update = self.shared.vault.update(
            &self.shared.key,
            Wait::at_most(self.shared.wait),
            async |entry| {
                if let Some((tokens, _)) = self.newest(entry.as_ref())? {
                    let revoked = self.give_back(&tokens).await;
                    revoked.map_err(|error| error.knowing(self.client().known()))?;
                }
                Ok(Change::Remove)
            },
        );
        update.await.map_err(|error| failed_at(STAGE, error))?;
        *self.unwritten() = None;
        self.forget();
        Ok(())
    }

    /// RFC 7009 §2.1: with the refresh token the access tokens SHOULD go as well, which is no MUST.
    async fn give_back(&self, tokens: &TokenSet) -> Result<(), Error> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return self
                .ask_to_revoke(&tokens.access_token, TokenTypeHint::AccessToken)
                .await;
        };
        self.ask_to_revoke(refresh_token, TokenTypeHint::RefreshToken)
            .await?;
        let access_token = &tokens.access_token;
        match self
            .ask_to_revoke(access_token, TokenTypeHint::AccessToken)
            .await
        {
            Err(error) if is_beside_the_point(&error) => Ok(()),
            outcome => outcome,
        }
    }

    async fn ask_to_revoke(&self, token: &Secret, hint: TokenTypeHint) -> Result<(), Error> {
        let endpoint = &self
            .client()
            .registration()
            .provider
            .dialect
            .revocation_endpoint;
        let what = "the provider has no revocation endpoint, as far as is known";
        let endpoint = endpoint
            .as_ref()
            .ok_or_else(|| Error::new(STAGE, Failure::Unsupported { what }))?;
        let unfilled = |error| Error::new(STAGE, RequestError::from(error));
        let endpoint = endpoint.uri().map_err(unfilled)?;
        let mut request = RevocationRequest::new(token.clone());
        request.token_type_hint = Some(hint);
        let received = self
            .client()
            .post(STAGE, endpoint, &request.encode())
            .await?;
        let read = revocation::read(&received.answer());
        read.map_err(|error| received.failed(Error::new(STAGE, error)))
    }
}

/// Tells whether an access token cannot be revoked by itself, or went with its refresh token.
///
/// RFC 7009 §2.2.1 has `unsupported_token_type` for the first; for the second some providers say
/// that the token is none, where §2.2 wants them to say 200.
fn is_beside_the_point(error: &Error) -> bool {
    let code = error.oauth_error().map(|refused| &refused.code);
    matches!(
        code,
        Some(ErrorCode::UnsupportedTokenType | ErrorCode::InvalidToken | ErrorCode::InvalidGrant)
    )
}
