//! Token credentials of OAuth 1 that expire, and the session handles that renew them.
//!
//! The extension (OAuth Session 1.0, a draft of 2008) never became an RFC; Yahoo and Xero made it
//! known.

use std::sync::Arc;
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_vault::change::Change;
use tripod_vault::entry::{Entry, Revision};
use tripod_vault::error::UpdateError;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;
use tripod_vault::wait::Wait;

use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use crate::login::oauth1::{Consumer, Stored, renewed, to_json};

/// Token credentials, and which writing of the vault's entry they are.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) token: TokenCredentialsResponse,
    pub(crate) revision: Revision,
    /// When the token is over, where the provider said so.
    expires: Option<Timestamp>,
}

impl Kept {
    /// Reads an entry of the vault.
    pub(crate) fn read(entry: Option<&Entry>) -> Result<Self, Error> {
        let needed = |reason| Error::new(Stage::Request, Failure::LoginNeeded { reason });
        let entry = entry.ok_or_else(|| needed("the vault has no token"))?;
        let stored = Stored::read(&entry.document);
        let stored = stored.ok_or_else(|| needed("what the vault has is no OAuth 1 token"))?;
        Ok(Self::new(stored, entry.revision))
    }

    fn new(stored: Stored, revision: Revision) -> Self {
        let lifetime = stored.token.expires_in;
        Self {
            expires: lifetime.map(|lifetime| stored.issued_at.plus(lifetime)),
            token: stored.token,
            revision,
        }
    }

    /// Tells whether it can be renewed, and is over by then.
    pub(crate) fn is_renewable_and_over(&self, then: Timestamp) -> bool {
        let is_over = self.expires.is_some_and(|expires| expires <= then);
        is_over && self.token.session_handle.is_some()
    }
}

/// Renews the token credentials of one login, whoever else uses the same session handle.
#[derive(Debug)]
pub(crate) struct Renewer {
    pub(crate) consumer: Consumer,
    pub(crate) http: Http,
    pub(crate) vault: Vault,
    pub(crate) key: Key,
    pub(crate) edge: Edge,
    /// How long ahead of its expiry a token is renewed.
    pub(crate) leeway: Duration,
}

impl Renewer {
    /// How long somebody else's renewal is waited for.
    const WAIT: Duration = Duration::from_secs(60);

    /// Renews token credentials that have expired, unless somebody did so since.
    ///
    /// Nothing comes of it where there is no session handle, and nobody has logged in again.
    pub(crate) async fn renew(
        self: Arc<Self>,
        expired: Arc<Kept>,
        now: Timestamp,
    ) -> Result<Option<Kept>, Error> {
        // In a task of its own: what replaces a handle that is spent is written, whoever goes away.
        let renewal = tokio::spawn(async move { self.renew_under_lock(&expired, now).await });
        match renewal.await {
            Ok(outcome) => outcome,
            Err(lost) => std::panic::resume_unwind(lost.into_panic()),
        }
    }

    async fn renew_under_lock(
        &self,
        expired: &Kept,
        now: Timestamp,
    ) -> Result<Option<Kept>, Error> {
        let wait = Wait::at_most(Self::WAIT);
        let update = self.vault.update(&self.key, wait, async |entry| {
            let is_same = |entry: &Entry| entry.revision == expired.revision;
            match entry.as_ref().is_some_and(is_same) {
                true => self.exchange(&expired.token, now).await,
                false => Ok(Change::Keep),
            }
        });
        match update.await {
            Ok(entry) => {
                let kept = Kept::read(entry.as_ref())?;
                Ok((kept.revision != expired.revision).then_some(kept))
            }
            // The provider has taken the old handle back: the new one must not be lost.
            Err(UpdateError::Unwritten {
                document: Some(document),
                source,
            }) => {
                let error: &dyn std::error::Error = &source;
                tracing::error!(error, "token credentials are not stored");
                let revision = expired.revision;
                let stored = Stored::read(&document);
                Ok(stored.map(|stored| Kept::new(stored, revision)))
            }
            Err(UpdateError::Change(error)) => Err(error),
            Err(UpdateError::Unwritten { source, .. } | UpdateError::Vault(source)) => {
                Err(Error::new(Stage::Refresh, source))
            }
        }
    }

    async fn exchange(
        &self,
        expired: &TokenCredentialsResponse,
        now: Timestamp,
    ) -> Result<Change, Error> {
        let Some(handle) = &expired.session_handle else {
            return Ok(Change::Keep);
        };
        let at = (now, &mut self.edge.clone());
        let request = self.consumer.renewal(&expired.credentials, handle, at)?;
        let (method, uri) = (request.method().clone(), request.uri().to_string());
        let call = self.http.call(Stage::Refresh, method, &uri, request);
        let received = call.await?;
        let token = renewed(expired, &received.response());
        let token = token.map_err(|error| received.failed(error))?;
        Ok(Change::Replace(to_json(&token, self.edge.now())))
    }
}
