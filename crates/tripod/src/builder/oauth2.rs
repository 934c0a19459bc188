use tripod_core::secret::Secret;
use tripod_doctor::known::Known;
use tripod_oauth2::error as oauth2;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::resource::Resource;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{ClientCredentialsGrant, Grant};
use tripod_oauth2::token_set::{Binding, TokenSet};
use tripod_vault::change::Change;
use tripod_vault::error::UpdateError;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

use crate::authorizer::{self, Dpop};
use crate::client::{Authentication, Client, Registration};
use crate::discovery;
use crate::edge::Edge;
use crate::error::{Error, Failure, Stage};
use crate::http::Http;
use crate::login::authorization_code::Options;
use crate::login::{OAuth2Login, Push, Way};
use crate::preset::{self, Access, Preset, Protocol, UnknownPreset};
use crate::provider::Provider;
use crate::session::Session;
use crate::tokens::{Keeper, Renewal};
use crate::trace::Trace;

/// Begins with OAuth 2: says with whom, as whom, for what; and ends in a [`Session`].
///
/// ```no_run
/// use tripod::OAuth2;
/// use tripod::login::Browser;
/// use tripod_vault::vault::Vault;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let session = OAuth2::provider("github")?
///     .client_id("Iv1.0123456789abcdef")
///     .scopes(["repo"])
///     .vault(Vault::user()?)
///     .login(Browser::open())
///     .await?;
/// let me = session.get("https://api.github.com/user").send().await?;
/// let me: serde_json::Value = me.json().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OAuth2 {
    pub(crate) source: Source,
    pub(crate) client_id: String,
    pub(crate) authentication: Authentication,
    scopes: Vec<String>,
    options: Options,
    pub(crate) push: Push,
    is_bound: bool,
    pub(crate) vault: Vault,
    key: Option<Key>,
    http: Option<Http>,
    trace: Option<Trace>,
    pub(crate) edge: Edge,
}

/// Who knows the provider.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Issuer(String),
    Known(Box<Provider>),
    Preset {
        preset: Box<Preset>,
        values: Vec<(String, String)>,
    },
    Resource(String),
}

/// All that a flow needs.
struct Prepared {
    client: Client,
    key: Key,
    options: Options,
}

impl OAuth2 {
    /// Takes a provider that is known by name, such as `github`.
    ///
    /// # Errors
    ///
    /// [`UnknownPreset`] with the names that may have been meant.
    pub fn provider(name: &str) -> Result<Self, UnknownPreset> {
        preset::find(name).cloned().map(Self::preset)
    }

    /// Takes what a preset knows.
    pub fn preset(preset: Preset) -> Self {
        Self::new(Source::Preset {
            preset: Box::new(preset),
            values: Vec::new(),
        })
    }

    /// Asks an issuer for its metadata, when it is needed.
    pub fn issuer(issuer: impl Into<String>) -> Self {
        Self::new(Source::Issuer(issuer.into()))
    }

    /// Asks a protected resource whose tokens it takes (RFC 9728), and for a token for it alone.
    pub fn protected_resource(resource: impl Into<String>) -> Self {
        Self::new(Source::Resource(resource.into()))
    }

    /// Takes a provider whose endpoints are given by hand.
    pub fn endpoints(provider: Provider) -> Self {
        Self::new(Source::Known(Box::new(provider)))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            client_id: String::new(),
            authentication: Authentication::None,
            scopes: Vec::new(),
            options: Options::default(),
            push: Push::default(),
            is_bound: false,
            vault: Vault::memory(),
            key: None,
            http: None,
            trace: None,
            edge: Edge::system(),
        }
    }

    /// Fills in what differs from account to account, such as `shop`.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        if let Source::Preset { values, .. } = &mut self.source {
            values.push((name.into(), value.into()));
        }
        self
    }

    /// Says which client this is.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// Gives its secret; it is shown in the way that the provider likes best.
    pub fn client_secret(self, secret: impl Into<Secret>) -> Self {
        self.authentication(Authentication::Secret(secret.into()))
    }

    /// Says how the client proves who it is.
    pub fn authentication(mut self, authentication: Authentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// Says what the token is to be good for.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Says where the token is to be used (RFC 8707).
    pub fn resource(mut self, resource: Resource) -> Self {
        self.options.resource.push(resource);
        self
    }

    /// Says whether a refresh token is wanted, where that has to be asked for; it is, if not.
    pub const fn access(mut self, access: Access) -> Self {
        self.options.access = access;
        self
    }

    /// Adds a parameter to the authorization request that the provider knows.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.extra.push(name, value);
        self
    }

    /// Says whether the request is pushed (RFC 9126).
    pub const fn push(mut self, push: Push) -> Self {
        self.push = push;
        self
    }

    /// Has tokens bound to a key, which is made at login and kept in the vault (RFC 9449).
    pub const fn dpop(mut self) -> Self {
        self.is_bound = true;
        self
    }

    /// Keeps the tokens in this vault, rather than as long as the program runs.
    pub fn vault(mut self, vault: Vault) -> Self {
        self.vault = vault;
        self
    }

    /// Keeps them there by this name, rather than by that of the provider and the client.
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

    /// Asks the user, stores the tokens, and begins a session.
    ///
    /// # Errors
    ///
    /// [`Error`] with the stage at which it failed; the vault is then as it was.
    pub async fn login(self, way: impl Into<Way>) -> Result<Session, Error> {
        let mut prepared = self.prepare().await?;
        let dpop = self.new_dpop()?;
        let bound = dpop.as_ref().map(|(dpop, _)| dpop);
        prepared.options.dpop_jkt = bound.and_then(Dpop::thumbprint);
        let (watched, trace) = prepared.client.http().watched();
        let login = OAuth2Login {
            client: &prepared.client.at(watched),
            dpop: bound,
            options: &prepared.options,
            push: self.push,
        };
        let tokens = login.run(&way.into()).await;
        let tokens = tokens.map_err(|error| error.of(trace.exchanges()))?;
        self.keep(prepared, dpop, &tokens).await
    }

    /// Gets tokens where no user is asked, stores them, and begins a session.
    ///
    /// The grant is a [`JwtBearerGrant`](tripod_oauth2::token::JwtBearerGrant), a
    /// [`TokenExchangeGrant`](tripod_oauth2::token::TokenExchangeGrant), a
    /// [`LegacyPasswordGrant`](tripod_oauth2::token::LegacyPasswordGrant), or an extension.
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub async fn grant(self, grant: impl Into<Grant>) -> Result<Session, Error> {
        let prepared = self.prepare().await?;
        let dpop = self.new_dpop()?;
        let (watched, trace) = prepared.client.http().watched();
        let login = OAuth2Login {
            client: &prepared.client.at(watched),
            dpop: dpop.as_ref().map(|(dpop, _)| dpop),
            options: &prepared.options,
            push: self.push,
        };
        let tokens = login.by_grant(grant).await;
        let tokens = tokens.map_err(|error| error.of(trace.exchanges()))?;
        self.keep(prepared, dpop, &tokens).await
    }

    /// Stores tokens that were had elsewhere, and begins a session: a personal access token, or
    /// those of another program.
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login); [`Failure::Unsupported`] if they are bound to a key, which stayed
    /// where they were had.
    pub async fn adopt(self, tokens: &TokenSet) -> Result<Session, Error> {
        if self.is_bound || tokens.binding.is_some() {
            let what = "tokens that are bound to a key cannot be taken over: log in";
            return Err(Error::new(Stage::Token, Failure::Unsupported { what }));
        }
        let prepared = self.prepare().await?;
        self.keep(prepared, None, tokens).await
    }

    /// Begins a session of the client itself; it gets tokens when it needs them (RFC 6749 §4.4).
    ///
    /// # Errors
    ///
    /// [`Error`] if the provider cannot be asked for its metadata; nothing else is asked yet.
    pub async fn client_credentials(self) -> Result<Session, Error> {
        let prepared = self.prepare().await?;
        let mut grant = ClientCredentialsGrant::new();
        grant.scope.clone_from(&prepared.options.scope);
        let renewal = Renewal::client_credentials(grant, &prepared.options.resource);
        let dpop = match self.stored_dpop(&prepared.key).await? {
            None if self.is_bound => {
                let (dpop, stored) = Dpop::generate(&self.edge)?;
                self.store(&dpop_key(&prepared.key), stored).await?;
                Some(dpop)
            }
            stored => stored,
        };
        Ok(self.session_of(prepared, dpop, renewal))
    }

    /// Begins a session with the tokens of an earlier login, from the vault.
    ///
    /// # Errors
    ///
    /// [`Failure::LoginNeeded`] if there are none.
    pub async fn session(self) -> Result<Session, Error> {
        let prepared = self.prepare().await?;
        let dpop = self.stored_dpop(&prepared.key).await?;
        let session = self.session_of(prepared, dpop, Renewal::RefreshToken);
        if let authorizer::Authorizer::OAuth2(oauth2) = session.authorizer() {
            oauth2.keeper().stored().await?;
        }
        Ok(session)
    }

    async fn prepare(&self) -> Result<Prepared, Error> {
        let http = self.http_client()?;
        let mut options = self.login_options()?;
        let provider = self.find(&http, &mut options).await?;
        Ok(Prepared {
            client: self.client(http, provider),
            key: self.vault_key(),
            options,
        })
    }

    pub(crate) fn http_client(&self) -> Result<Http, Error> {
        Http::given(self.http.as_ref(), self.trace.as_ref())
    }

    pub(crate) fn login_options(&self) -> Result<Options, Error> {
        let mut options = self.options.clone();
        let fail = |fault| Error::new(Stage::Authorization, oauth2::Error::from(fault));
        if !self.scopes.is_empty() {
            options.scope = Some(Scope::of(&self.scopes).map_err(fail)?);
        }
        Ok(options)
    }

    pub(crate) fn client(&self, http: Http, provider: Provider) -> Client {
        let mut registration = Registration::new(&self.client_id, provider);
        registration.authentication = self.authentication.clone();
        Client::new(registration, http, self.edge.clone())
    }

    /// Makes the keeper of the tokens of an earlier login.
    pub(crate) async fn keeper(&self, client: Client, renewal: Renewal) -> Result<Keeper, Error> {
        let key = self.vault_key();
        let dpop = self.stored_dpop(&key).await?;
        Ok(Keeper::new(client, dpop, self.vault.clone(), key, renewal))
    }

    /// Tells whether an earlier login left tokens.
    pub(crate) async fn is_logged_in(&self) -> bool {
        matches!(self.vault.read(&self.vault_key()).await, Ok(Some(_)))
    }

    fn vault_key(&self) -> Key {
        self.key.clone().unwrap_or_else(|| self.default_key())
    }

    pub(crate) async fn find(&self, http: &Http, options: &mut Options) -> Result<Provider, Error> {
        let stage = Stage::Discovery;
        let fail = |fault| Error::new(stage, oauth2::Error::from(fault));
        match &self.source {
            Source::Known(provider) => Ok(provider.as_ref().clone()),
            Source::Issuer(issuer) => {
                let issuer = Issuer::parse(issuer).map_err(fail)?;
                let mut known = Known::default();
                known.issuer = Some(issuer.as_str().to_owned());
                let metadata = discovery::server(http, &issuer).await;
                Provider::of_metadata(metadata.map_err(|error| error.knowing(known))?)
            }
            Source::Resource(resource) => {
                let resource = Resource::parse(resource).map_err(fail)?;
                let metadata = discovery::server_of(http, &resource).await?;
                options.resource.push(resource);
                Provider::of_metadata(metadata)
            }
            Source::Preset { preset, values } => {
                let values = values.iter();
                let values = values.map(|(name, value)| (name.as_str(), value.as_str()));
                let filled = preset.fill(values);
                let what = "this provider speaks OAuth 1.0a: use `OAuth1`";
                match filled.map_err(|error| Error::new(stage, error))?.protocol {
                    Protocol::OAuth2(dialect) => {
                        let mut provider = Provider::new(*dialect);
                        provider.name = Some(preset.name.clone());
                        Ok(provider)
                    }
                    Protocol::OAuth1(_) => Err(Error::new(stage, Failure::Unsupported { what })),
                }
            }
        }
    }

    fn default_key(&self) -> Key {
        let name = match &self.source {
            Source::Issuer(uri) | Source::Resource(uri) => uri,
            Source::Known(provider) => provider.dialect.token_endpoint.as_str(),
            Source::Preset { preset, .. } => &preset.name,
        };
        let key = Key::parse(&format!("{name} {}", self.client_id));
        key.unwrap_or_else(|_| Key::parse("default").expect("it is a word"))
    }

    fn new_dpop(&self) -> Result<Option<(Dpop, Secret)>, Error> {
        self.is_bound
            .then(|| Dpop::generate(&self.edge))
            .transpose()
    }

    async fn stored_dpop(&self, key: &Key) -> Result<Option<Dpop>, Error> {
        let found = self.vault.read(&dpop_key(key)).await;
        let found = found.map_err(|source| Error::new(Stage::Request, source))?;
        let dpop = found.map(|entry| Dpop::stored(&entry.document)).transpose();
        dpop.map_err(|error| Error::new(Stage::Request, error))
    }

    /// Stores key and tokens. The key first: tokens without it are worth nothing.
    async fn keep(
        self,
        prepared: Prepared,
        dpop: Option<(Dpop, Secret)>,
        tokens: &TokenSet,
    ) -> Result<Session, Error> {
        let dpop = match dpop {
            Some((dpop, stored)) => {
                self.store(&dpop_key(&prepared.key), stored).await?;
                Some(dpop)
            }
            None => {
                // The key of an earlier login proves nothing about these tokens.
                self.change(&dpop_key(&prepared.key), Change::Remove)
                    .await?;
                None
            }
        };
        debug_assert!(matches!(tokens.binding, None | Some(Binding::Dpop { .. })));
        let session = self.session_of(prepared, dpop, Renewal::RefreshToken);
        if let authorizer::Authorizer::OAuth2(oauth2) = session.authorizer() {
            oauth2.keeper().put(tokens).await?;
        }
        Ok(session)
    }

    async fn store(&self, key: &Key, document: Secret) -> Result<(), Error> {
        self.change(key, Change::Replace(document)).await
    }

    async fn change(&self, key: &Key, change: Change) -> Result<(), Error> {
        let wait = std::time::Duration::from_secs(60);
        let change = async |_| Ok::<_, std::convert::Infallible>(change);
        let stored = self.vault.update(key, wait, change).await;
        stored.map(drop).map_err(|error| match error {
            UpdateError::Change(never) => match never {},
            UpdateError::Unwritten { source, .. } | UpdateError::Vault(source) => {
                Error::new(Stage::Authorization, source)
            }
        })
    }

    fn session_of(&self, prepared: Prepared, dpop: Option<Dpop>, renewal: Renewal) -> Session {
        let http = prepared.client.http().clone();
        let vault = self.vault.clone();
        let keeper = Keeper::new(prepared.client, dpop, vault, prepared.key, renewal);
        Session::new(http, authorizer::OAuth2::new(keeper))
    }
}

/// Where the key is, to which the tokens of a login are bound.
fn dpop_key(key: &Key) -> Key {
    let name = format!("{key} (DPoP key)");
    Key::parse(&name).unwrap_or_else(|_| key.clone())
}
