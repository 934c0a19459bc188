//! `tripod provider client`: the programs that may ask for tokens, of both protocols.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};
use tripod_core::secret::Secret;
use tripod_oauth2::client_authentication::ClientAuthenticationMethod;
use tripod_provider::artefact::{Artefact as _, Client, Consent, Consumer, PushedRequest, TOKENS};
use tripod_provider::handle::PlainToken;
use tripod_provider::provider::Provider;
use tripod_provider::seal::Purpose;
use tripod_provider::storage::{Event, Kind, Selector};
use tripod_provider::store::{Changes, Stored};

use super::table::{rows, table};
use super::{ProviderFailed, Shown, apply, rfc3339};
use crate::edge::Edge;

mod add;
mod secrets;

use secrets::Secrets;

/// Add clients, list them, change their secrets or remove them
#[derive(Subcommand)]
pub(super) enum Command {
    Add(Box<add::Opts>),
    /// List the clients
    List,
    /// Remove a client with all its tokens
    Remove {
        /// The client's identifier
        id: String,
    },
    /// Give a client a new secret; it is shown this once
    RotateSecret {
        /// The client's identifier
        id: String,
        /// How long the former secret is good beside it, such as `1 day` (OAuth 2 only)
        #[arg(long, value_name = "SPAN", value_parser = humantime::parse_duration)]
        overlap: Option<Duration>,
    },
    /// Show all that is known of a client, but its secrets
    Show {
        /// The client's identifier
        id: String,
    },
}

pub(super) async fn run(command: &Command, provider: &Provider) -> Result<Shown, ProviderFailed> {
    match command {
        Command::Add(opts) => add::run(opts, provider).await,
        Command::List => list(provider).await,
        Command::Remove { id } => remove(id, provider).await,
        Command::RotateSecret { id, overlap } => rotate(id, *overlap, provider).await,
        Command::Show { id } => show(id, provider).await,
    }
}

async fn load(provider: &Provider, id: &str) -> Result<Stored<Client>, ProviderFailed> {
    let found = provider.store().load::<Client>(Client::handle(id)).await?;
    found.ok_or_else(|| ProviderFailed::NoSuch {
        what: "client",
        name: id.to_owned(),
    })
}

async fn list(provider: &Provider) -> Result<Shown, ProviderFailed> {
    let mut clients = provider.store().all::<Client>(Selector::All).await?;
    clients.sort_by(|a, b| a.id.cmp(&b.id));
    let cells: Vec<_> = clients
        .iter()
        .map(|client| {
            [
                client.id.clone(),
                client.name().to_owned(),
                protocols(client).to_owned(),
                authentication(client),
                rfc3339(client.created),
            ]
        })
        .collect();
    let json: Vec<_> = clients.iter().map(|client| to_json(client)).collect();
    let heads = ["id", "name", "protocol", "authentication", "created"];
    Ok(Shown::new(table(heads, &cells), json.into()))
}

async fn show(id: &str, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let client = load(provider, id).await?;
    let json = to_json(&client);
    Ok(Shown::new(crate::page::json(&json), json))
}

async fn remove(id: &str, provider: &Provider) -> Result<Shown, ProviderFailed> {
    /// What would let the next client of this name have what was allowed to this one.
    const LEFT: &[Kind] = &[Consent::KIND, PushedRequest::KIND];

    let client = load(provider, id).await?;
    let its = || Selector::Client(id.to_owned());
    let changes = Changes::new()
        .remove(&client)
        .remove_all(TOKENS, its())
        .remove_all(LEFT, its());
    apply(provider, changes, event(provider, "client_removed", id)).await?;
    let text = format!("{id} is removed, and its tokens are over.");
    Ok(Shown::new(text, json!({ "removed": id })))
}

async fn rotate(
    id: &str,
    overlap: Option<Duration>,
    provider: &Provider,
) -> Result<Shown, ProviderFailed> {
    let stored = load(provider, id).await?;
    let mut client = stored.clone().into_value();
    if !has_secret(&client) && client.oauth1.is_none() {
        let text = format!("`{id}` has no secret: it is public, or proves itself by a key");
        return Err(ProviderFailed::Usage(text));
    }
    let secret = PlainToken::generate(&mut Edge).into_secret();
    let former = std::mem::take(&mut client.secrets);
    Secrets::new(provider, &secret).give(&mut client);
    if let Some(overlap) = overlap {
        let until = provider.now().plus(overlap);
        // Whatever was to end sooner still does.
        client.secrets.extend(former.into_iter().map(|mut hash| {
            hash.expires = Some(hash.expires.map_or(until, |expires| expires.min(until)));
            hash
        }));
    }
    let changes = Changes::new().replace(&stored, &client);
    let mut event = event(provider, "client_changed", id);
    event.detail = json!({ "changed": "secret" });
    apply(provider, changes, event).await?;
    Ok(with_secret(
        "The secret is shown this once",
        &client,
        Some(&secret),
    ))
}

/// Shows a client together with the secret that it was just given.
fn with_secret(title: &str, client: &Client, secret: Option<&Secret>) -> Shown {
    let mut json = to_json(client);
    let mut shown = vec![("client_id", client.id.clone())];
    if let Some(secret) = secret {
        json["client_secret"] = secret.expose().into();
        shown.push(("client_secret", secret.expose().to_owned()));
    }
    shown.push(("protocol", protocols(client).to_owned()));
    Shown::new(rows(title, &shown), json)
}

/// Tells whether it authenticates by a secret at the OAuth 2 endpoints.
fn has_secret(client: &Client) -> bool {
    use ClientAuthenticationMethod as Method;
    let by_secret = [
        Method::ClientSecretBasic,
        Method::ClientSecretJwt,
        Method::ClientSecretPost,
    ];
    is_oauth2(client) && by_secret.contains(&client.metadata.auth_method())
}

/// Tells whether it has any business at the OAuth 2 endpoints.
fn is_oauth2(client: &Client) -> bool {
    let metadata = &client.metadata;
    client.oauth1.is_none()
        || !metadata.redirect_uris.is_empty()
        || !metadata.grant_types.is_empty()
}

fn protocols(client: &Client) -> &'static str {
    match (client.oauth1.is_some(), is_oauth2(client)) {
        (true, true) => "OAuth 1 and 2",
        (true, false) => "OAuth 1",
        (false, _) => "OAuth 2",
    }
}

fn authentication(client: &Client) -> String {
    let oauth1 = client
        .oauth1
        .as_ref()
        .map(|consumer| consumer.methods.join(" "));
    let oauth2 = is_oauth2(client).then(|| client.metadata.auth_method().as_str().to_owned());
    let both: Vec<_> = oauth1.into_iter().chain(oauth2).collect();
    both.join(" ")
}

fn event(provider: &Provider, name: &str, id: &str) -> Event {
    Event::new(provider.now(), name)
        .with_client(id)
        .with_detail(json!({}))
}

fn to_json(client: &Client) -> Value {
    let consumer = |consumer: &Consumer| {
        json!({
            "signature_methods": consumer.methods,
            "callbacks": consumer.callbacks,
            "out_of_band": consumer.out_of_band,
            "sessions": consumer.sessions,
            "rsa_key": consumer.rsa_key,
        })
    };
    let expiries: Vec<_> = client
        .secrets
        .iter()
        .map(|hash| hash.expires.map(rfc3339))
        .collect();
    json!({
        "client_id": client.id,
        "created": rfc3339(client.created),
        "protocol": protocols(client),
        "metadata": client.metadata,
        "secrets_expire": expiries,
        "refresh": client.refresh,
        "introspects": client.introspects,
        "skips_consent": client.skips_consent,
        "oauth1": client.oauth1.as_ref().map(consumer),
    })
}

/// What a secret is sealed for, wherever it has to be readable again.
const SEALED_FOR: Purpose = Purpose::Secret;
