//! The user's decision about temporary credentials ([RFC 5849 §2.2]), whatever the pages look like.
//!
//! [RFC 5849 §2.2]: https://www.rfc-editor.org/rfc/rfc5849#section-2.2

use thiserror::Error;
use tripod_core::secret::Secret;
use tripod_oauth1::authorization::AuthorizationResponse;
use tripod_oauth1::temporary_credentials::Callback;
use tripod_oauth2::scope::Scope;

use super::verification_code;
use crate::artefact::{Authentication, Client, TemporaryCredentials, TemporaryState};
use crate::handle::Handle;
use crate::provider::Provider;
use crate::storage;
use crate::store::{Changes, Stored};

/// Temporary credentials about which the user has not decided yet.
#[derive(Clone, Debug)]
pub struct Undecided {
    token: String,
    credentials: Stored<TemporaryCredentials>,
    client: Client,
}

/// Why a user cannot decide about temporary credentials.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Undecidable {
    /// A user has decided already.
    #[error("somebody has decided about these temporary credentials already")]
    Decided,
    /// The database cannot answer.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// They were never given out, or too long ago, or their consumer is one no more.
    #[error("these temporary credentials are not known, or too old")]
    Unknown,
}

/// What the browser is shown when the user has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is sent back to the consumer by this address, which holds the verification code.
    Redirect(Secret),
    /// The user refused, and there is no address to go back to.
    Refused,
    /// The user types this verification code into the consumer.
    VerificationCode(Secret),
}

impl Undecided {
    /// Loads what stands behind the `oauth_token` that a browser brought.
    ///
    /// # Errors
    ///
    /// [`Undecidable`] if there is nothing to decide.
    pub async fn load(provider: &Provider, token: &str) -> Result<Self, Undecidable> {
        let store = provider.store();
        let handle = Handle::of(&Secret::from(token));
        let credentials: Stored<TemporaryCredentials> =
            store.load(handle).await?.ok_or(Undecidable::Unknown)?;
        if credentials.state != TemporaryState::Pending {
            return Err(Undecidable::Decided);
        }
        let client: Option<Stored<Client>> =
            store.load(Client::handle(&credentials.client)).await?;
        let client = client
            .map(Stored::into_value)
            .filter(|client| client.oauth1.is_some())
            .ok_or(Undecidable::Unknown)?;
        Ok(Self {
            token: token.to_owned(),
            credentials,
            client,
        })
    }

    /// Returns the consumer that asks.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Returns what it asks for.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.credentials.scope
    }

    /// Returns where the browser goes afterwards, unless the user types the verification code.
    #[must_use]
    pub fn callback(&self) -> Option<&str> {
        match self.credentials.callback.as_str() {
            uri if Callback::parse(uri) != Some(Callback::OutOfBand) => Some(uri),
            _ => None,
        }
    }

    /// Notes that a user allows this much, of what was asked for.
    ///
    /// A [`Conflict`](storage::Conflict) means that somebody has decided in the meantime: nothing of
    /// the outcome may be shown then.
    pub fn approve(
        &self,
        provider: &Provider,
        authentication: Authentication,
        scope: &Scope,
    ) -> (Changes, Outcome) {
        let callback = self.parsed_callback();
        let code = verification_code::draw(&callback, &mut provider.random());
        let approved = TemporaryCredentials {
            scope: self.scope().intersection(scope),
            state: TemporaryState::Authorized {
                authentication,
                verifier: verification_code::handle(&self.token, &callback, &code),
                failures: 0,
            },
            ..TemporaryCredentials::clone(&self.credentials)
        };
        let outcome = match &callback {
            Callback::Uri(uri) => redirect(
                uri,
                &AuthorizationResponse::Granted {
                    token: self.token.clone(),
                    verifier: code,
                },
            ),
            _ => Outcome::VerificationCode(code),
        };
        (
            Changes::new().replace(&self.credentials, &approved),
            outcome,
        )
    }

    /// Notes that a user refuses; a conflict means the same as for [`approve`](Self::approve).
    pub fn deny(&self) -> (Changes, Outcome) {
        let denied = TemporaryCredentials {
            state: TemporaryState::Denied,
            ..TemporaryCredentials::clone(&self.credentials)
        };
        let outcome = match &self.parsed_callback() {
            Callback::Uri(uri) => redirect(
                uri,
                &AuthorizationResponse::Denied {
                    token: self.token.clone(),
                },
            ),
            _ => Outcome::Refused,
        };
        (Changes::new().replace(&self.credentials, &denied), outcome)
    }

    fn parsed_callback(&self) -> Callback {
        // It was parsed before it was stored; whatever else stands there leads nowhere.
        Callback::parse(&self.credentials.callback).unwrap_or(Callback::OutOfBand)
    }
}

fn redirect(callback: &str, response: &AuthorizationResponse) -> Outcome {
    Outcome::Redirect(Secret::new(response.to_uri(callback)))
}
