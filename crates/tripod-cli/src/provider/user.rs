//! `tripod provider user`: who can sign in.

use clap::Subcommand;
use serde_json::{Value, json};
use tripod_provider::artefact::{TOKENS, User};
use tripod_provider::handle::PlainToken;
use tripod_provider::provider::Provider;
use tripod_provider::storage::{Event, Selector};
use tripod_provider::store::{Changes, Stored};

use super::password::PasswordSource;
use super::table::{rows, table};
use super::{ProviderFailed, Shown, apply, rfc3339};
use crate::edge::Edge;

/// Add users, list them, change their passwords or keep them out
#[derive(Subcommand)]
pub(super) enum Command {
    /// Add a user
    Add {
        /// What the user types to sign in
        username: String,
        /// What people call the user
        #[arg(long)]
        name: Option<String>,
        /// The user's mail address
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// The user proved to own the mail address
        #[arg(long, requires = "email")]
        email_verified: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Keep a user out: no sign-in, no session, no token is good any more
    Disable {
        /// What the user types to sign in
        username: String,
    },
    /// Let a user in again who was kept out
    Enable {
        /// What the user types to sign in
        username: String,
    },
    /// List the users
    List,
    /// Change a password, and end all sessions of the user
    SetPassword {
        /// What the user types to sign in
        username: String,
        #[command(flatten)]
        password: PasswordSource,
    },
}

pub(super) async fn run(command: &Command, provider: &Provider) -> Result<Shown, ProviderFailed> {
    match command {
        Command::Add {
            username,
            name,
            email,
            email_verified,
            password,
        } => {
            let id = PlainToken::generate(&mut Edge).handle().to_string();
            let mut user = User::new(id, username, provider.now());
            user.name.clone_from(name);
            user.email.clone_from(email);
            user.email_verified = *email_verified;
            add(user, password, provider).await
        }
        Command::Disable { username } => disable(username, provider).await,
        Command::Enable { username } => enable(username, provider).await,
        Command::List => list(provider).await,
        Command::SetPassword { username, password } => {
            set_password(username, password, provider).await
        }
    }
}

/// Loads the user of a name.
pub(super) async fn load(
    provider: &Provider,
    username: &str,
) -> Result<Stored<User>, ProviderFailed> {
    let found = provider
        .store()
        .load::<User>(User::handle(username))
        .await?;
    found.ok_or_else(|| ProviderFailed::NoSuch {
        what: "user",
        name: username.to_owned(),
    })
}

async fn add(
    mut user: User,
    password: &PasswordSource,
    provider: &Provider,
) -> Result<Shown, ProviderFailed> {
    let username = user.username.clone();
    if username.trim() != username || username.is_empty() {
        let text = "a user's name neither is empty nor begins or ends with a space";
        return Err(ProviderFailed::Usage(text.to_owned()));
    }
    let exists = || ProviderFailed::Exists {
        what: "user",
        name: username.clone(),
    };
    if load(provider, &username).await.is_ok() {
        return Err(exists());
    }
    user.password = Some(password.read()?);
    let changes = Changes::new().insert(User::handle(&username), &user);
    let event = event(provider, "user_added", &user);
    match apply(provider, changes, event).await {
        Err(ProviderFailed::Changed) => return Err(exists()),
        applied => applied?,
    }
    let shown = [("username", username.clone()), ("id", user.id.clone())];
    Ok(Shown::new(rows("User added", &shown), to_json(&user)))
}

async fn disable(username: &str, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let stored = load(provider, username).await?;
    let mut user = stored.clone().into_value();
    user.disabled = true;
    user.session_epoch = user.session_epoch.saturating_add(1);
    let changes = Changes::new()
        .replace(&stored, &user)
        .remove_all(TOKENS, Selector::User(user.id.clone()));
    apply(provider, changes, event(provider, "user_disabled", &user)).await?;
    let text = format!("{username} is kept out: sessions and tokens are over.");
    Ok(Shown::new(text, to_json(&user)))
}

async fn enable(username: &str, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let stored = load(provider, username).await?;
    let mut user = stored.clone().into_value();
    user.disabled = false;
    let changes = Changes::new().replace(&stored, &user);
    apply(provider, changes, event(provider, "user_enabled", &user)).await?;
    let text = format!("{username} can sign in again.");
    Ok(Shown::new(text, to_json(&user)))
}

async fn set_password(
    username: &str,
    password: &PasswordSource,
    provider: &Provider,
) -> Result<Shown, ProviderFailed> {
    let stored = load(provider, username).await?;
    let mut user = stored.clone().into_value();
    user.password = Some(password.read()?);
    user.session_epoch = user.session_epoch.saturating_add(1);
    let changes = Changes::new().replace(&stored, &user);
    let event = event(provider, "user_password_set", &user);
    apply(provider, changes, event).await?;
    let text = format!("The password of {username} is changed, and all sessions are over.");
    Ok(Shown::new(text, to_json(&user)))
}

async fn list(provider: &Provider) -> Result<Shown, ProviderFailed> {
    let mut users = provider.store().all::<User>(Selector::All).await?;
    users.sort_by(|a, b| a.username.cmp(&b.username));
    let cells: Vec<_> = users
        .iter()
        .map(|user| {
            [
                user.username.clone(),
                user.name.clone().unwrap_or_default(),
                user.email.clone().unwrap_or_default(),
                state(user).to_owned(),
                rfc3339(user.created),
                user.id.clone(),
            ]
        })
        .collect();
    let json: Vec<_> = users.iter().map(|user| to_json(user)).collect();
    let heads = ["username", "name", "email", "state", "created", "id"];
    Ok(Shown::new(table(heads, &cells), json.into()))
}

const fn state(user: &User) -> &'static str {
    match (user.disabled, &user.password) {
        (true, _) => "disabled",
        (false, None) => "no password",
        (false, Some(_)) => "active",
    }
}

fn event(provider: &Provider, name: &str, user: &User) -> Event {
    Event::new(provider.now(), name)
        .with_user(&user.id)
        .with_detail(json!({ "username": user.username }))
}

fn to_json(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "email_verified": user.email_verified,
        "state": state(user),
        "created": rfc3339(user.created),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tripod_core::clock::Clock as _;
    use tripod_core::random::Random as _;
    use tripod_oauth2::metadata::Issuer;
    use tripod_oauth2::scope::Scope;
    use tripod_provider::artefact::{
        AccessToken, Artefact, Authentication, AuthorizationCode, TokenCredentials,
    };
    use tripod_provider::config::Config;
    use tripod_provider::edge;
    use tripod_provider::handle::Handle;
    use tripod_provider::seal::{Purpose, Sealer};
    use tripod_provider::storage::Memory;

    use super::*;

    fn provider() -> Provider {
        let config = Config::new(Issuer::parse("https://id.example").unwrap());
        let sealer = Sealer::new(&Sealer::generate_key(&mut Edge)).unwrap();
        let edge = edge::Edge::new(|| Edge.now(), |octets| Edge.fill(octets));
        Provider::new(config, Arc::new(Memory::new()), sealer, edge)
    }

    async fn insert<T: Artefact>(provider: &Provider, name: &str, value: &T) {
        let changes = Changes::new().insert(Handle::of_names([name]), value);
        provider.store().apply(changes).await.unwrap().unwrap();
    }

    /// Gives a client everything that a user can.
    async fn give(provider: &Provider, user: &str) {
        let now = provider.now();
        let expires = now.plus(Duration::from_secs(60));
        let mut token = AccessToken::new("client", Scope::new(), now, expires);
        token.user = Some(user.to_owned());
        insert(provider, user, &token).await;
        let authentication = Authentication::new(user, now);
        let code = AuthorizationCode::new("client", authentication, "family", now, expires);
        insert(provider, user, &code).await;
        let sealer = provider.sealer();
        let sealed = sealer.seal(Purpose::Secret, user, &"secret".into(), &mut Edge);
        let credentials = TokenCredentials::new("client", user, sealed, "family", now);
        insert(provider, user, &credentials).await;
    }

    async fn left<T: Artefact>(provider: &Provider) -> usize {
        let found = provider.store().all::<T>(Selector::All).await;
        found.unwrap().len()
    }

    #[tokio::test]
    async fn who_is_kept_out_loses_all_that_was_given() {
        let provider = provider();
        for name in ["alice", "bob"] {
            let user = User::new(name, name, provider.now());
            let changes = Changes::new().insert(User::handle(name), &user);
            provider.store().apply(changes).await.unwrap().unwrap();
            give(&provider, name).await;
        }
        disable("bob", &provider).await.unwrap();
        let bob = load(&provider, "bob").await.unwrap();
        assert!(bob.disabled);
        assert_eq!(bob.session_epoch, 1);
        // What is left is alice's.
        assert_eq!(left::<AccessToken>(&provider).await, 1);
        assert_eq!(left::<AuthorizationCode>(&provider).await, 1);
        assert_eq!(left::<TokenCredentials>(&provider).await, 1);
        enable("bob", &provider).await.unwrap();
        // Whoever is let in again gets nothing back.
        assert_eq!(left::<AccessToken>(&provider).await, 1);
    }
}
