use std::convert::Infallible;
use std::time::Duration;

use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::{RsaSigningKey, SignatureMethod};
use tripod_oauth1::token_credentials::TokenCredentialsResponse;
use tripod_vault::change::Change;
use tripod_vault::error::UpdateError;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

use crate::authorizer;
use crate::authorizer::session_handle::{Kept, Renewer};
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use crate::login::oauth1::{Consumer, to_json};
use crate::login::{OAuth1Login, Way};
use crate::preset::{self, Flow, Preset, Protocol, Realm, UnknownPreset};
use crate::session::Session;
use crate::tokens::leeway;
use crate::trace::Trace;

/// Begins with OAuth 1.0a: says as whom, with whom; and ends in a [`Session`].
///
/// ```
/// use tripod::OAuth1;
/// use tripod_oauth1::signature_method::SignatureMethod::HmacSha256;
///
/// let session = OAuth1::consumer("key", "secret")
///     .signature(HmacSha256)
///     .realm("1234567_SB1")
///     .token("token", "secret")
///     .session()?;
/// # Ok::<(), tripod::error::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OAuth1 {
    pub(crate) consumer: Consumer,
    preset: Option<Box<Preset>>,
    values: Vec<(String, String)>,
    pub(crate) token: Option<Credentials>,
    pub(crate) vault: Vault,
    key: Option<Key>,
    http: Option<Http>,
    trace: Option<Trace>,
    pub(crate) edge: Edge,
}

impl OAuth1 {
    /// Says which client this is, which OAuth 1 calls a consumer; it signs by HMAC-SHA1.
    pub fn consumer(key: impl Into<String>, secret: impl Into<Secret>) -> Self {
        let dialect = preset::OAuth1::new(SignatureMethod::HmacSha1);
        Self {
            consumer: Consumer::new(Credentials::new(key, secret), dialect),
            preset: None,
            values: Vec::new(),
            token: None,
            vault: Vault::memory(),
            key: None,
            http: None,
            trace: None,
            edge: Edge::system(),
        }
    }

    /// Takes a provider that is known by name, such as `trello`.
    ///
    /// # Errors
    ///
    /// [`UnknownPreset`] with the names that may have been meant.
    pub fn provider(self, name: &str) -> Result<Self, UnknownPreset> {
        Ok(self.preset(preset::find(name)?.clone()))
    }

    /// Takes what a preset knows; what was said of signatures before is forgotten.
    pub fn preset(mut self, preset: Preset) -> Self {
        if let Protocol::OAuth1(dialect) = &preset.protocol {
            self.consumer.dialect = dialect.as_ref().clone();
        }
        self.preset = Some(Box::new(preset));
        self
    }

    /// Takes a provider whose three addresses are given by hand.
    pub fn endpoints(mut self, flow: Flow) -> Self {
        self.consumer.dialect.flow = Some(flow);
        self
    }

    /// Fills in what differs from account to account, such as `site`.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// Signs by another method.
    pub fn signature(mut self, method: SignatureMethod) -> Self {
        self.consumer.dialect.signature_methods = vec![method];
        self
    }

    /// Signs by an RSA key instead of the consumer's secret.
    pub fn rsa(mut self, key: RsaSigningKey) -> Self {
        self.consumer.rsa = Some(key);
        self
    }

    /// Puts the signature elsewhere than into the header.
    pub const fn placement(mut self, placement: Placement) -> Self {
        self.consumer.dialect.placement = placement;
        self
    }

    /// Names the realm in the header.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.consumer.dialect.realm = Some(Realm::Text(realm.into()));
        self
    }

    /// Gives a token that was had elsewhere.
    pub fn token(mut self, token: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.token = Some(Credentials::new(token, secret));
        self
    }

    /// Keeps the token in this vault, rather than as long as the program runs.
    pub fn vault(mut self, vault: Vault) -> Self {
        self.vault = vault;
        self
    }

    /// Keeps it there by this name, rather than by that of the provider and the consumer.
    pub fn key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Sends by this HTTP client.
    pub fn http(mut self, http: Http) -> Self {
        self.http = Some(http);
        self
    }

    /// Keeps what is sent and answered, for the doctor.
    pub fn trace(mut self, trace: Trace) -> Self {
        self.trace = Some(trace);
        self
    }

    /// Takes time and chance from here, for tests.
    pub fn edge(mut self, edge: Edge) -> Self {
        self.edge = edge;
        self
    }

    /// Begins a session with the token that was given, or with none.
    ///
    /// # Errors
    ///
    /// [`Error`] if the provider wants another kind of key, or the realm cannot be one.
    pub fn session(self) -> Result<Session, Error> {
        let (consumer, http) = self.prepare()?;
        let signer = consumer.signer(self.token.as_ref());
        let signer = signer.map_err(|error| Error::new(Stage::Request, error))?;
        let authorizer = authorizer::OAuth1::new(signer, self.edge);
        let known = consumer.known(self.token.as_ref());
        Ok(Session::new(http, authorizer.knowing(known)))
    }

    /// Begins a session with the token of an earlier login, from the vault.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if there is none.
    pub async fn stored(self) -> Result<Session, Error> {
        let (consumer, http) = self.prepare()?;
        let found = self.vault.read(&self.vault_key()).await;
        let found = found.map_err(|source| Error::new(Stage::Request, source))?;
        self.renewing(consumer, http, Kept::read(found.as_ref())?)
    }

    /// Stores the token that was given, and begins a session with it.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if none was given; else as [`login`](Self::login).
    pub async fn adopt(self) -> Result<Session, Error> {
        let reason = "no token was given";
        let needed = || Error::new(Stage::Request, Failure::LoginNeeded { reason });
        let token = self.token.clone().ok_or_else(needed)?;
        let (consumer, http) = self.prepare()?;
        let kept = self.store(TokenCredentialsResponse::new(token)).await?;
        self.renewing(consumer, http, kept)
    }

    /// Asks the user, stores the token, and begins a session.
    ///
    /// # Errors
    ///
    /// [`Error`] with the stage at which it failed; the vault is then as it was.
    pub async fn login(self, way: impl Into<Way>) -> Result<Session, Error> {
        let (consumer, http) = self.prepare()?;
        let (watched, trace) = http.watched();
        let login = OAuth1Login {
            consumer: &consumer,
            http: &watched,
            edge: &self.edge,
        };
        let token = login.run(&way.into()).await;
        let token =
            token.map_err(|error| error.of(trace.exchanges()).knowing(consumer.known(None)))?;
        let kept = self.store(token).await?;
        self.renewing(consumer, http, kept)
    }

    pub(crate) fn prepare(&self) -> Result<(Consumer, Http), Error> {
        let stage = Stage::TemporaryCredentials;
        let mut consumer = self.consumer.clone();
        if let Some(preset) = &self.preset {
            let values = self.values.iter();
            let values = values.map(|(name, value)| (name.as_str(), value.as_str()));
            let filled = preset
                .fill(values)
                .map_err(|error| Error::new(stage, error))?;
            let what = "this provider speaks OAuth 2: use `OAuth2`";
            let Protocol::OAuth1(dialect) = filled.protocol else {
                return Err(Error::new(stage, Failure::Unsupported { what }));
            };
            consumer.dialect.flow = dialect.flow;
            if !matches!(consumer.dialect.realm, Some(Realm::Text(_))) {
                consumer.dialect.realm = dialect.realm;
            }
        }
        let http = Http::given(self.http.as_ref(), self.trace.as_ref())?;
        Ok((consumer, http))
    }

    fn renewing(&self, consumer: Consumer, http: Http, kept: Kept) -> Result<Session, Error> {
        let renewer = Renewer {
            consumer,
            http: http.clone(),
            vault: self.vault.clone(),
            key: self.vault_key(),
            edge: self.edge.clone(),
            leeway: leeway(&self.edge),
        };
        let authorizer = authorizer::OAuth1::renewing(kept, renewer)?;
        Ok(Session::new(http, authorizer))
    }

    async fn store(&self, token: TokenCredentialsResponse) -> Result<Kept, Error> {
        let document = to_json(&token, self.edge.now());
        let change = async |_| Ok::<_, Infallible>(Change::Replace(document));
        let wait = Duration::from_secs(60);
        let stored = self.vault.update(&self.vault_key(), wait, change).await;
        let entry = stored.map_err(|error| match error {
            UpdateError::Change(never) => match never {},
            UpdateError::Unwritten { source, .. } | UpdateError::Vault(source) => {
                Error::new(Stage::Token, source)
            }
        })?;
        Kept::read(entry.as_ref())
    }

    pub(crate) fn vault_key(&self) -> Key {
        if let Some(key) = &self.key {
            return key.clone();
        }
        let provider = self
            .preset
            .as_ref()
            .map_or("OAuth 1", |preset| &preset.name);
        let name = format!("{provider} {}", self.consumer.credentials.identifier);
        let key = Key::parse(&name);
        key.unwrap_or_else(|_| Key::parse("default").expect("it is a word"))
    }
}
