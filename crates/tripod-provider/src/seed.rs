//! What `--dev` begins with: credentials that everybody knows.

use tripod_core::secret::Secret;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_oauth2::registration::ClientMetadata;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::GrantType;

use crate::artefact::{Client, Consumer, SecretHash, User};
use crate::config::ScopeDescription;
use crate::password::PasswordHash;
use crate::provider::Provider;
use crate::seal::Purpose;
use crate::storage::Error;
use crate::store::Changes;

/// The key of the OAuth 1 consumer.
pub const CONSUMER: &str = "dev-consumer";
/// The secret of the OAuth 1 consumer.
pub const CONSUMER_SECRET: &str = "dev-consumer-secret";
/// The identifier of the confidential client.
pub const CLIENT: &str = "dev-client";
/// The secret of the confidential client.
pub const CLIENT_SECRET: &str = "dev-client-secret";
/// The identifier of the public client.
pub const PUBLIC_CLIENT: &str = "dev-public";
/// The name of the user.
pub const USER: &str = "alice";
/// The password of the user.
pub const PASSWORD: &str = "alice-password";
/// Where all of them may send the browser, on any port (RFC 8252 §7.3).
pub const REDIRECT_URIS: [&str; 2] = ["http://127.0.0.1/callback", "http://[::1]/callback"];

/// What the clients may ask for.
const SCOPE: &str = "read write openid profile email offline_access";

/// Returns the scopes that there are in development.
#[must_use]
pub fn scopes() -> Vec<ScopeDescription> {
    vec![
        ScopeDescription::new("read", "Read your data"),
        ScopeDescription::new("write", "Change your data"),
        ScopeDescription::new("openid", "Know who you are"),
        ScopeDescription::new("profile", "See your name"),
        ScopeDescription::new("email", "See your mail address"),
        ScopeDescription::new("offline_access", "Keep access while you are away"),
    ]
}

/// Adds the credentials that are not there yet, and leaves alone what somebody changed.
///
/// Everybody knows them: they are for a provider that nobody but this machine can reach.
///
/// # Errors
///
/// [`Error`] if the backend cannot answer.
pub async fn plant(provider: &Provider) -> Result<(), Error> {
    for client in [consumer(provider), confidential(provider), public(provider)] {
        let handle = Client::handle(&client.id);
        if provider.store().load::<Client>(handle).await?.is_none() {
            // Whoever was first planted the same.
            let _ = plant_one(provider, Changes::new().insert(handle, &client)).await?;
        }
    }
    let handle = User::handle(USER);
    if provider.store().load::<User>(handle).await?.is_none() {
        let _ = plant_one(provider, Changes::new().insert(handle, &user(provider))).await?;
    }
    Ok(())
}

async fn plant_one(provider: &Provider, changes: Changes) -> Result<bool, Error> {
    Ok(provider.store().apply(changes).await?.is_ok())
}

fn consumer(provider: &Provider) -> Client {
    let mut metadata = ClientMetadata::new();
    metadata.client_name = Some("Dev Consumer".to_owned());
    metadata.scope = Scope::parse("read write").ok();
    let mut client = Client::new(CONSUMER, metadata, provider.now());
    client.oauth1 = Some(Consumer {
        secret: provider.sealer().seal(
            Purpose::Secret,
            &Consumer::context(CONSUMER),
            &Secret::from(CONSUMER_SECRET),
            &mut provider.random(),
        ),
        methods: SignatureMethod::KNOWN
            .iter()
            .filter(|method| !method.as_str().starts_with("RSA"))
            .map(|method| method.as_str().to_owned())
            .collect(),
        rsa_key: None,
        callbacks: REDIRECT_URIS.map(str::to_owned).into(),
        out_of_band: true,
        sessions: false,
    });
    client
}

fn confidential(provider: &Provider) -> Client {
    let secret = Secret::from(CLIENT_SECRET);
    let mut metadata = browser_client("Dev Client");
    metadata.grant_types.extend([
        GrantType::ClientCredentials,
        GrantType::JwtBearer,
        GrantType::TokenExchange,
    ]);
    let mut client = Client::new(CLIENT, metadata, provider.now());
    client.secrets = vec![SecretHash::of(&secret)];
    client.introspects = true;
    client
}

fn public(provider: &Provider) -> Client {
    let mut metadata = browser_client("Dev Public");
    metadata.token_endpoint_auth_method = Some(ClientAuthenticationMethod::None);
    Client::new(PUBLIC_CLIENT, metadata, provider.now())
}

fn browser_client(name: &str) -> ClientMetadata {
    let mut metadata = ClientMetadata::new();
    metadata.client_name = Some(name.to_owned());
    metadata.redirect_uris = REDIRECT_URIS.map(str::to_owned).into();
    metadata.post_logout_redirect_uris = REDIRECT_URIS.map(str::to_owned).into();
    metadata.scope = Scope::parse(SCOPE).ok();
    metadata.grant_types = vec![
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
        GrantType::DeviceCode,
    ];
    metadata
}

fn user(provider: &Provider) -> User {
    let mut user = User::new(USER, USER, provider.now());
    let password = Secret::from(PASSWORD);
    user.password = PasswordHash::new(&password, &mut provider.random()).ok();
    user.name = Some("Alice".to_owned());
    user.email = Some("alice@example.com".to_owned());
    user.email_verified = true;
    user
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tripod_oauth2::metadata::Issuer;

    use super::*;
    use crate::config::Config;
    use crate::edge::Edge;
    use crate::seal::Sealer;
    use crate::storage::{Memory, Selector};

    fn provider() -> Provider {
        let config = Config::new(Issuer::parse("http://127.0.0.1:9090").unwrap());
        let edge = Edge::system();
        let key = Sealer::generate_key(&mut edge.clone());
        let sealer = Sealer::new(&key).unwrap();
        Provider::new(config, Arc::new(Memory::new()), sealer, edge)
    }

    #[tokio::test]
    async fn what_is_planted_twice_is_there_once() {
        let provider = provider();
        for _ in 0..2 {
            plant(&provider).await.unwrap();
            let clients = provider.store().all::<Client>(Selector::All).await.unwrap();
            assert_eq!(clients.len(), 3);
        }
        let user = provider.store().load::<User>(User::handle(USER)).await;
        let user = user.unwrap().unwrap();
        let password = user.password.as_ref().unwrap();
        assert!(password.matches(&Secret::from(PASSWORD)));
    }

    #[tokio::test]
    async fn what_somebody_changed_is_left_alone() {
        let provider = provider();
        plant(&provider).await.unwrap();
        let stored = provider.store().load::<User>(User::handle(USER)).await;
        let stored = stored.unwrap().unwrap();
        let mut user = stored.clone().into_value();
        user.disabled = true;
        let changes = Changes::new().replace(&stored, &user);
        provider.store().apply(changes).await.unwrap().unwrap();
        plant(&provider).await.unwrap();
        let stored = provider.store().load::<User>(User::handle(USER)).await;
        assert!(stored.unwrap().unwrap().disabled);
    }

    #[test]
    fn the_clients_are_ones_that_could_be_registered() {
        let provider = provider();
        for client in [confidential(&provider), public(&provider)] {
            assert_eq!(client.metadata.check().unwrap().len(), 2, "{}", client.id);
        }
    }
}
