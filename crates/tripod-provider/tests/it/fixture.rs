//! A provider in memory, with a clock that is turned by hand and chance that repeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::client_authentication::{BasicCredentials, ClientAuthenticationMethod};
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::registration::ClientMetadata;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;
use tripod_provider::artefact::{Client, SecretHash, User};
use tripod_provider::config::{Config, ScopeDescription};
use tripod_provider::edge::Edge;
use tripod_provider::fetcher::Transport;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Sealer;
use tripod_provider::storage::{Memory, Storage};
use tripod_provider::store::Changes;

/// Where the provider is.
pub(crate) const ISSUER: &str = "https://id.example";

/// The confidential client that [`Fixture::new`] registers, with [`SECRET`] by Basic.
pub(crate) const CLIENT: &str = "client";

/// The public client that [`Fixture::new`] registers.
pub(crate) const PUBLIC: &str = "public";

/// The secret of [`CLIENT`].
pub(crate) const SECRET: &str = "client-secret";

/// Where both clients are redirected to.
pub(crate) const REDIRECT_URI: &str = "https://client.example/cb";

/// The subject identifier of the user that [`Fixture::new`] registers, whose name is `alice`.
pub(crate) const ALICE: &str = "alice-id";

/// When the clock begins.
pub(crate) const START: i64 = 1_700_000_000;

/// A provider, and the clock that it reads.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) provider: Provider,
    pub(crate) clock: HandClock,
    pub(crate) storage: Arc<dyn Storage>,
}

/// A clock that is turned by hand.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(START)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn turn(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap();
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Fixture {
    /// A provider with two clients and a user.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, set up otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let fixture = Self::empty(Arc::new(Memory::new()), change);
        fixture.add_client(confidential(CLIENT)).await;
        fixture.add_client(public(PUBLIC)).await;
        fixture.add_user(user(ALICE, "alice")).await;
        fixture
    }

    /// A provider with nothing in its storage, which may be shared with another one.
    pub(crate) fn empty(storage: Arc<dyn Storage>, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config();
        change(&mut config);
        Self::node(config, storage, HandClock::new(), 0)
    }

    /// A provider with nothing in its storage, that fetches over this transport.
    pub(crate) fn fetching(transport: Arc<dyn Transport>) -> Self {
        let storage: Arc<dyn Storage> = Arc::new(Memory::new());
        let with = |edge: Edge| edge.with_transport(transport);
        Self::over(config(), storage, HandClock::new(), 0, with)
    }

    /// A node of a provider: chance differs from that of other seeds.
    pub(crate) fn node(
        config: Config,
        storage: Arc<dyn Storage>,
        clock: HandClock,
        seed: u64,
    ) -> Self {
        Self::over(config, storage, clock, seed, |edge| edge)
    }

    fn over(
        config: Config,
        storage: Arc<dyn Storage>,
        clock: HandClock,
        seed: u64,
        with: impl FnOnce(Edge) -> Edge,
    ) -> Self {
        let server_key = Sealer::generate_key(&mut |octets: &mut [u8]| octets.fill(7));
        let sealer = Sealer::new(&server_key).unwrap();
        let hand = clock.clone();
        let edge = with(Edge::new(move || hand.now(), chance(seed)));
        let provider = Provider::new(config, Arc::clone(&storage), sealer, edge);
        Self {
            provider,
            clock,
            storage,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn turn(&self, seconds: u64) {
        self.clock.turn(Duration::from_secs(seconds));
    }

    pub(crate) async fn apply(&self, changes: Changes) {
        self.provider.store().apply(changes).await.unwrap().unwrap();
    }

    pub(crate) async fn add_client(&self, client: Client) {
        let handle = Client::handle(&client.id);
        self.apply(Changes::new().insert(handle, &client)).await;
    }

    /// Removes a client, and leaves alone what it was given.
    pub(crate) async fn remove_client(&self, id: &str) {
        let client = self.provider.store().load::<Client>(Client::handle(id));
        let client = client.await.unwrap().unwrap();
        self.apply(Changes::new().remove(&client)).await;
    }

    pub(crate) async fn add_user(&self, user: User) {
        let handle = User::handle(&user.username);
        self.apply(Changes::new().insert(handle, &user)).await;
    }

    /// Keeps alice out, and leaves alone what was given for her.
    pub(crate) async fn keep_alice_out(&self) {
        let store = self.provider.store();
        let alice = store.load::<User>(User::handle("alice")).await;
        let alice = alice.unwrap().unwrap();
        let mut kept_out = User::clone(&alice);
        kept_out.disabled = true;
        self.apply(Changes::new().replace(&alice, &kept_out)).await;
    }

    /// Sends a request to the router.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.provider.router().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Posts a form without authentication of its own.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(post(path, form)).await
    }

    /// Posts a form as [`CLIENT`], by Basic.
    pub(crate) async fn post_as_client(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_as(CLIENT, SECRET, path, form).await
    }

    /// Posts a form as a client, by Basic.
    pub(crate) async fn post_as(
        &self,
        client: &str,
        secret: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let mut request = post(path, form);
        let authorization = basic(client, secret).parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, authorization);
        self.send(request).await
    }
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// Returns a member of a JSON answer that is text; empty where there is none.
    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that it is an OAuth 2 error with this status and code.
    #[track_caller]
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        let heard = (self.status.as_u16(), self.member("error"));
        assert_eq!(heard, (status, code.to_owned()), "{}", self.text());
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self) {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
    }
}

/// How the fixtures are set up.
pub(crate) fn config() -> Config {
    let mut config = Config::new(Issuer::parse(ISSUER).unwrap());
    config.scopes = vec![
        ScopeDescription::new("read", "Read your things"),
        ScopeDescription::new("write", "Change your things"),
        ScopeDescription::new("openid", "Know who you are"),
        ScopeDescription::new("profile", "Know your name"),
        ScopeDescription::new("email", "Know your mail address"),
        ScopeDescription::new("offline_access", "Act while you are away"),
    ];
    config.default_scope = Scope::parse("read").unwrap();
    config
}

/// A client that authenticates by Basic with [`SECRET`] and may use every grant.
pub(crate) fn confidential(id: &str) -> Client {
    let mut client = Client::new(id, metadata(), Timestamp::from_unix(START));
    client.metadata.token_endpoint_auth_method =
        Some(ClientAuthenticationMethod::ClientSecretBasic);
    client.secrets = vec![SecretHash::of(&Secret::from(SECRET))];
    client
}

/// A client that has no secret.
pub(crate) fn public(id: &str) -> Client {
    let mut client = Client::new(id, metadata(), Timestamp::from_unix(START));
    client.metadata.token_endpoint_auth_method = Some(ClientAuthenticationMethod::None);
    client
}

fn metadata() -> ClientMetadata {
    let mut metadata = ClientMetadata::new();
    metadata.redirect_uris = vec![REDIRECT_URI.to_owned()];
    metadata.grant_types = vec![
        GrantType::AuthorizationCode,
        GrantType::ClientCredentials,
        GrantType::DeviceCode,
        GrantType::JwtBearer,
        GrantType::RefreshToken,
        GrantType::TokenExchange,
    ];
    metadata.scope = Some(Scope::parse("read write openid profile email offline_access").unwrap());
    metadata
}

/// A user without a password.
pub(crate) fn user(id: &str, username: &str) -> User {
    let mut user = User::new(id, username, Timestamp::from_unix(START));
    user.name = Some(format!("{username} Example"));
    user.email = Some(format!("{username}@example.org"));
    user.email_verified = true;
    user
}

/// Writes a form.
pub(crate) fn form(parameters: &[(&str, &str)]) -> String {
    let parameters: Parameters = parameters.iter().copied().collect();
    parameters.to_form()
}

/// Writes a request that posts a form.
pub(crate) fn post(path: &str, parameters: &[(&str, &str)]) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form(parameters)))
        .unwrap()
}

/// Writes the header by which a client authenticates.
pub(crate) fn basic(client: &str, secret: &str) -> String {
    let credentials = BasicCredentials::new(client, &Secret::from(secret));
    credentials.to_header().expose().to_owned()
}

/// Octets that repeat from run to run, and never within one.
fn chance(seed: u64) -> impl Fn(&mut [u8]) + Send + Sync + 'static {
    let drawn = AtomicU64::new(seed << 32);
    move |octets| {
        for chunk in octets.chunks_mut(8) {
            let mut mixed = drawn
                .fetch_add(1, Ordering::SeqCst)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let mixed = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&mixed[..chunk.len()]);
        }
    }
}
