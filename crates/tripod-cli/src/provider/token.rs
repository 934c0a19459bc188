//! `tripod provider token`: what was given out, and its end.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tripod_core::timestamp::Timestamp;
use tripod_provider::artefact::{
    AccessToken, Artefact, Consent, RefreshState, RefreshToken, TOKENS, TokenCredentials,
};
use tripod_provider::handle::Handle;
use tripod_provider::provider::Provider;
use tripod_provider::storage::{Event, Kind, Selector};
use tripod_provider::store::{Changes, Stored};

use super::table::table;
use super::{ProviderFailed, Shown, apply, rfc3339, user};
use crate::secret_source;

/// List the tokens that were given out, or revoke some
#[derive(Subcommand)]
pub(super) enum Command {
    /// List tokens: OAuth 2 access and refresh tokens that are kept, and OAuth 1 tokens
    List(Whose),
    /// Revoke a token with all that descend from the same authorization, or all of somebody
    Revoke(Box<Revoke>),
}

#[derive(Args)]
pub(super) struct Whose {
    /// Those of this client
    #[arg(long, value_name = "ID")]
    client: Option<String>,

    /// Those that act for this user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// The token that `list` shows under this
    #[arg(conflicts_with_all = ["client", "user", "token_file"])]
    id: Option<String>,

    #[command(flatten)]
    whose: Whose,

    /// A file that holds the token itself (`-` is standard input)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client", "user"])]
    token_file: Option<PathBuf>,
}

pub(super) async fn run(command: &Command, provider: &Provider) -> Result<Shown, ProviderFailed> {
    match command {
        Command::List(whose) => list(whose, provider).await,
        Command::Revoke(revoke) => self::revoke(revoke, provider).await,
    }
}

impl Whose {
    async fn selector(&self, provider: &Provider) -> Result<Selector, ProviderFailed> {
        let user = match &self.user {
            Some(name) => Some(user::load(provider, name).await?.id.clone()),
            None => None,
        };
        Ok(match (user, self.client.clone()) {
            (Some(user), Some(client)) => Selector::Grant { user, client },
            (Some(user), None) => Selector::User(user),
            (None, Some(client)) => Selector::Client(client),
            (None, None) => Selector::All,
        })
    }
}

/// A token of any kind, as far as it is shown.
struct Token {
    id: Handle,
    kind: &'static str,
    client: String,
    user: Option<String>,
    family: Option<String>,
    scope: String,
    issued: Timestamp,
    expires: Option<Timestamp>,
}

async fn tokens(provider: &Provider, selector: &Selector) -> Result<Vec<Token>, ProviderFailed> {
    let store = provider.store();
    let access = store.all::<AccessToken>(selector.clone()).await?;
    let refresh = store.all::<RefreshToken>(selector.clone()).await?;
    let oauth1 = store.all::<TokenCredentials>(selector.clone()).await?;
    let live = |token: &&Stored<RefreshToken>| token.state == RefreshState::Live;
    let mut tokens: Vec<_> =
        access
            .iter()
            .map(|token| Token::new("access_token", token, token.scope.to_string(), token.issued))
            .chain(refresh.iter().filter(live).map(|token| {
                Token::new(
                    "refresh_token",
                    token,
                    token.scope.to_string(),
                    token.issued,
                )
            }))
            .chain(oauth1.iter().map(|token| {
                Token::new("oauth1_token", token, token.scope.to_string(), token.issued)
            }))
            .collect();
    tokens.sort_by_key(|token| (token.issued, token.id));
    Ok(tokens)
}

impl Token {
    fn new<T: Artefact>(
        kind: &'static str,
        stored: &Stored<T>,
        scope: String,
        issued: Timestamp,
    ) -> Self {
        let index = stored.index();
        Self {
            id: stored.handle(),
            kind,
            client: index.client.unwrap_or_default(),
            user: index.user,
            family: index.family,
            scope,
            issued,
            expires: stored.expires(),
        }
    }

    fn row(&self) -> [String; 7] {
        [
            self.id.to_string(),
            self.kind.to_owned(),
            self.client.clone(),
            self.user.clone().unwrap_or_default(),
            self.scope.clone(),
            rfc3339(self.issued),
            self.expires.map(rfc3339).unwrap_or_default(),
        ]
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "kind": self.kind,
            "client": self.client,
            "user": self.user,
            "family": self.family,
            "scope": self.scope,
            "issued": rfc3339(self.issued),
            "expires": self.expires.map(rfc3339),
        })
    }
}

async fn list(whose: &Whose, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let tokens = tokens(provider, &whose.selector(provider).await?).await?;
    let rows: Vec<_> = tokens.iter().map(Token::row).collect();
    let json: Vec<_> = tokens.iter().map(Token::to_json).collect();
    let heads = ["id", "kind", "client", "user", "scope", "issued", "expires"];
    Ok(Shown::new(table(heads, &rows), json.into()))
}

async fn revoke(revoke: &Revoke, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let all = tokens(provider, &revoke.whose.selector(provider).await?).await?;
    let id = match (&revoke.id, &revoke.token_file) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(file)) => Some(Handle::of(&secret_source::read_text(file)?).to_string()),
        (None, None) => None,
    };
    if id.is_none() && revoke.whose.client.is_none() && revoke.whose.user.is_none() {
        let text = "say which: the ID that `list` shows, --token-file, --client or --user";
        return Err(ProviderFailed::Usage(text.to_owned()));
    }
    match id {
        Some(id) => revoke_one(&id, &all, provider).await,
        None => revoke_all(&revoke.whose, &all, provider).await,
    }
}

/// Revokes a token with its family: what is left of that could bring it back.
async fn revoke_one(id: &str, all: &[Token], provider: &Provider) -> Result<Shown, ProviderFailed> {
    let mut found = all.iter().filter(|token| token.id.to_string() == id);
    let token = found.next().ok_or_else(|| ProviderFailed::NoSuch {
        what: "token",
        name: id.to_owned(),
    })?;
    let changes = match &token.family {
        Some(family) => Changes::new().remove_all(TOKENS, Selector::Family(family.clone())),
        None => alone(token, provider).await?,
    };
    let mut event = Event::new(provider.now(), "token_revoked")
        .with_client(&token.client)
        .with_detail(json!({ "id": id, "kind": token.kind }));
    event.user.clone_from(&token.user);
    apply(provider, changes, event).await?;
    Ok(Shown::new(
        "Revoked.",
        json!({ "revoked": token.to_json() }),
    ))
}

async fn alone(token: &Token, provider: &Provider) -> Result<Changes, ProviderFailed> {
    let loaded = provider.store().load::<AccessToken>(token.id).await?;
    Ok(loaded.map_or_else(Changes::new, |loaded| Changes::new().remove(&loaded)))
}

async fn revoke_all(
    whose: &Whose,
    all: &[Token],
    provider: &Provider,
) -> Result<Shown, ProviderFailed> {
    /// Without the consent, the user is asked again.
    const CONSENTS: &[Kind] = &[<Consent as Artefact>::KIND];

    let selector = whose.selector(provider).await?;
    let changes = Changes::new()
        .remove_all(TOKENS, selector.clone())
        .remove_all(CONSENTS, selector.clone());
    let mut event =
        Event::new(provider.now(), "token_revoked").with_detail(json!({ "count": all.len() }));
    event.client.clone_from(&whose.client);
    if let Selector::User(user) | Selector::Grant { user, .. } = selector {
        event.user = Some(user);
    }
    apply(provider, changes, event).await?;
    let count = all.len();
    let text = format!("Revoked {count} tokens, and the consents that they came from.");
    let revoked: Vec<_> = all.iter().map(Token::to_json).collect();
    Ok(Shown::new(text, json!({ "revoked": revoked })))
}
