//! Keeping an access token fresh, whoever else uses the same refresh token.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::random::Random as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error as oauth2;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::{
    ClientCredentialsGrant, Grant, Reading, RefreshTokenGrant, TokenRequest,
};
use tripod_oauth2::token_set::TokenSet;
use tripod_vault::change::Change;
use tripod_vault::entry::{Entry, Revision};
use tripod_vault::error::UpdateError;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;
use tripod_vault::wait::Wait;

use crate::authorizer::Dpop;
use crate::client::Client;
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};

mod revocation;

/// Keeps the tokens of one login in a vault, and has them renewed; clones are the same one.
///
/// Renewing happens under the lock of the vault's entry: of all threads, processes and hosts that
/// find the token stale, one asks the provider, and the others find what it got.
#[derive(Clone, Debug)]
pub struct Keeper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    vault: Vault,
    key: Key,
    renewal: Renewal,
    wait: Duration,
    leeway: Duration,
    held: RwLock<Option<Arc<Held>>>,
    /// What came of an exchange and could not be written, as the revision that it was to replace.
    unwritten: Mutex<Option<Held>>,
    client: Client,
    dpop: Option<Dpop>,
}

/// Tokens, and which writing of the vault's entry they are.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Held {
    /// The tokens.
    pub tokens: Arc<TokenSet>,
    /// Which writing they are.
    pub revision: Revision,
}

/// How tokens are renewed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Renewal {
    /// The client asks for itself again (RFC 6749 §4.4.3: there is no refresh token).
    ClientCredentials(Box<TokenRequest>),
    /// By the refresh token.
    RefreshToken,
}

impl Renewal {
    /// Renews by asking for the client itself again.
    #[must_use]
    pub fn client_credentials(grant: ClientCredentialsGrant, resource: &[Resource]) -> Self {
        let mut request = TokenRequest::new(grant);
        request.resource = resource.to_vec();
        Self::ClientCredentials(Box::new(request))
    }
}

impl Keeper {
    /// How long somebody else's renewal is waited for.
    const WAIT: Duration = Duration::from_secs(60);

    /// Keeps the tokens that are, or will be, in a vault under a key.
    ///
    /// Where they are bound to a key, renewals are proven by it.
    #[must_use]
    pub fn new(
        client: Client,
        dpop: Option<Dpop>,
        vault: Vault,
        key: Key,
        renewal: Renewal,
    ) -> Self {
        let leeway = leeway(client.edge());
        let shared = Shared {
            vault,
            key,
            renewal,
            wait: Self::WAIT,
            leeway,
            held: RwLock::new(None),
            unwritten: Mutex::new(None),
            client,
            dpop,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Puts the tokens of a new login in, whatever was there before.
    ///
    /// # Errors
    ///
    /// [`Failure::Vault`] if they cannot be written.
    pub async fn put(&self, tokens: &TokenSet) -> Result<Held, Error> {
        let document = tokens.to_json();
        let update = self.shared.vault.update(
            &self.shared.key,
            Wait::at_most(self.shared.wait),
            async |_| Ok::<_, Error>(Change::Replace(document)),
        );
        let entry = update.await.map_err(failed)?;
        *self.unwritten() = None;
        self.hold(entry)
    }

    /// Returns tokens that are fresh: renewed ahead of their expiry, if need be.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if there are none, or they cannot be renewed; else what went wrong.
    pub async fn current(&self) -> Result<Held, Error> {
        let held = match self.held() {
            Some(held) => held.as_ref().clone(),
            None => self.first().await?,
        };
        if !self.is_stale(&held.tokens) {
            return Ok(held);
        }
        match self.renew(&held).await {
            // It was renewed ahead of time: what there is still does.
            Err(error) if !self.is_over(&held.tokens) && is_passing(&error) => Ok(held),
            outcome => outcome,
        }
    }

    /// Gets a token anew where that needs nobody, whatever the vault has.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if it needs the user; else what went wrong.
    pub async fn restart(&self) -> Result<Held, Error> {
        let update = self.shared.vault.update(
            &self.shared.key,
            Wait::at_most(self.shared.wait),
            async |_| self.begin().await,
        );
        let entry = update.await.map_err(failed)?;
        *self.unwritten() = None;
        self.hold(entry)
    }

    /// Returns the tokens that the vault has, stale or not.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if it has none.
    pub async fn stored(&self) -> Result<Held, Error> {
        let found = self.shared.vault.read(&self.shared.key).await;
        self.hold(found.map_err(|source| Error::new(Stage::Request, source))?)
    }

    /// Renews tokens that were refused, unless somebody did so since.
    ///
    /// # Errors
    ///
    /// As [`current`](Self::current).
    pub async fn renew(&self, refused: &Held) -> Result<Held, Error> {
        self.renew_in_task(Some(refused.tokens.clone())).await
    }

    async fn renew_in_task(&self, refused: Option<Arc<TokenSet>>) -> Result<Held, Error> {
        let keeper = self.clone();
        // In a task of its own: a rotated refresh token that came is written, whoever goes away.
        let renewal =
            tokio::spawn(async move { keeper.renew_under_lock(refused.as_deref()).await });
        match renewal.await {
            Ok(outcome) => outcome,
            Err(lost) => std::panic::resume_unwind(lost.into_panic()),
        }
    }

    async fn renew_under_lock(&self, refused: Option<&TokenSet>) -> Result<Held, Error> {
        let mut found = NOTHING;
        let update = self.shared.vault.update(
            &self.shared.key,
            Wait::at_most(self.shared.wait),
            async |entry| {
                found = entry.as_ref().map_or(found, |entry| entry.revision);
                self.exchange(entry, refused).await
            },
        );
        match update.await {
            Ok(entry) => self.hold(entry),
            // The provider has taken the old refresh token back: the new one must not be lost.
            Err(UpdateError::Unwritten {
                document: Some(document),
                source,
            }) => {
                let error: &dyn std::error::Error = &source;
                tracing::error!(error, "tokens are not stored");
                self.hold_unwritten(&document, found)
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn exchange(
        &self,
        entry: Option<Entry>,
        refused: Option<&TokenSet>,
    ) -> Result<Change, Error> {
        let Some((tokens, is_written)) = self.newest(entry.as_ref())? else {
            return self.begin().await;
        };
        let is_refused = refused.is_some_and(|refused| refused.access_token == tokens.access_token);
        // Somebody else was here: what they got is as good as what we would get.
        if !is_refused && !self.is_stale(&tokens) {
            return Ok(match is_written {
                true => Change::Keep,
                false => Change::Replace(tokens.to_json()),
            });
        }
        let request = match &self.shared.renewal {
            Renewal::ClientCredentials(_) => return self.begin().await,
            Renewal::RefreshToken => match &tokens.refresh_token {
                Some(token) => TokenRequest::new(RefreshTokenGrant::new(token.clone())),
                None => {
                    return Err(login_needed(
                        "the token is over, and there is no refresh token",
                    ));
                }
            },
        };
        let mut reading = self.ask(Stage::Refresh, &request).await?;
        // OpenID Connect Core §12.2: it would have to be checked; who the user is, is known.
        reading.response.id_token = None;
        let renewed = tokens.refreshed(reading.response, self.now());
        Ok(Change::Replace(renewed.to_json()))
    }

    /// Returns what an entry holds, or what should have been written in its place, and whether
    /// that is written.
    fn newest(&self, entry: Option<&Entry>) -> Result<Option<(TokenSet, bool)>, Error> {
        let revision = entry.map_or(NOTHING, |entry| entry.revision);
        match (self.unwritten().as_ref(), entry) {
            (Some(held), _) if held.revision == revision => {
                Ok(Some((held.tokens.as_ref().clone(), false)))
            }
            (_, Some(entry)) => Ok(Some((read_tokens(entry)?, true))),
            (_, None) => Ok(None),
        }
    }

    /// Goes on with tokens that could not be written, as long as this process lives.
    fn hold_unwritten(&self, document: &Secret, revision: Revision) -> Result<Held, Error> {
        let tokens = TokenSet::from_json(document).map_err(malformed)?;
        let held = Held {
            tokens: Arc::new(tokens),
            revision,
        };
        *self.unwritten() = Some(held.clone());
        self.remember(held.clone());
        Ok(held)
    }

    fn unwritten(&self) -> MutexGuard<'_, Option<Held>> {
        let unwritten = self.shared.unwritten.lock();
        unwritten.unwrap_or_else(PoisonError::into_inner)
    }

    /// Gets a first token where that needs nobody.
    async fn begin(&self) -> Result<Change, Error> {
        let Renewal::ClientCredentials(request) = &self.shared.renewal else {
            return Err(login_needed("the vault has no token"));
        };
        let reading = self.ask(Stage::Token, request).await?;
        let scope = match &request.grant {
            Grant::ClientCredentials(grant) => grant.scope.as_ref(),
            _ => None,
        };
        let tokens = TokenSet::new(reading.response, scope, self.now());
        Ok(Change::Replace(tokens.to_json()))
    }

    async fn ask(&self, stage: Stage, request: &TokenRequest) -> Result<Reading, Error> {
        let dpop = self.shared.dpop.as_ref();
        self.shared.client.ask(stage, request, dpop).await
    }

    /// Reads the tokens from the vault, or gets them where that needs nobody.
    async fn first(&self) -> Result<Held, Error> {
        let found = self.shared.vault.read(&self.shared.key).await;
        let found = found.map_err(|source| Error::new(Stage::Request, source))?;
        match (&found, &self.shared.renewal) {
            (None, Renewal::ClientCredentials(_)) => self.renew_in_task(None).await,
            _ => self.hold(found),
        }
    }

    /// Tells whether the vault can be read, and has none.
    pub(crate) async fn is_empty(&self) -> bool {
        let found = self.shared.vault.read(&self.shared.key).await;
        matches!(found, Ok(None))
    }

    /// Returns the vault in which they are kept.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    pub(crate) fn proves(&self) -> Option<&Dpop> {
        self.shared.dpop.as_ref()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.shared.client
    }

    fn hold(&self, entry: Option<Entry>) -> Result<Held, Error> {
        let entry = entry.ok_or_else(|| login_needed("the vault has no token"))?;
        let held = Held {
            tokens: Arc::new(read_tokens(&entry)?),
            revision: entry.revision,
        };
        self.remember(held.clone());
        Ok(held)
    }

    fn remember(&self, held: Held) {
        let known = self.shared.held.write();
        *known.unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(held));
    }

    fn forget(&self) {
        let known = self.shared.held.write();
        *known.unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn held(&self) -> Option<Arc<Held>> {
        let known = self.shared.held.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_stale(&self, tokens: &TokenSet) -> bool {
        tokens.is_stale(self.now(), self.shared.leeway)
    }

    fn is_over(&self, tokens: &TokenSet) -> bool {
        tokens.is_stale(self.now(), Duration::ZERO)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.shared.client.edge().now()
    }
}

/// The revision of an entry that is not there; the vault gives it to none.
const NOTHING: Revision = Revision::from_number(0);

fn failed(error: UpdateError<Error>) -> Error {
    failed_at(Stage::Refresh, error)
}

fn failed_at(stage: Stage, error: UpdateError<Error>) -> Error {
    match error {
        UpdateError::Change(error) => error,
        UpdateError::Unwritten { source, .. } | UpdateError::Vault(source) => {
            Error::new(stage, source)
        }
    }
}

/// How long ahead of its expiry a token is renewed: not by everybody at the same moment.
pub(crate) fn leeway(edge: &Edge) -> Duration {
    let mut drawn = [0];
    edge.clone().fill(&mut drawn);
    Duration::from_secs(30 + u64::from(drawn[0] % 32))
}

fn read_tokens(entry: &Entry) -> Result<TokenSet, Error> {
    TokenSet::from_json(&entry.document).map_err(malformed)
}

fn malformed(malformed: oauth2::Malformed) -> Error {
    Error::new(Stage::Request, oauth2::Error::from(malformed))
}

fn login_needed(reason: &'static str) -> Error {
    Error::new(Stage::Request, Failure::LoginNeeded { reason })
}

fn is_passing(error: &Error) -> bool {
    error.advice() == crate::error::Advice::Retry
}
