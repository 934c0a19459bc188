//! `tripod provider registration-token`: who may register clients (RFC 7591 §3).

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};
use tripod_provider::artefact::InitialAccessToken;
use tripod_provider::handle::PlainToken;
use tripod_provider::provider::Provider;
use tripod_provider::storage::{Event, Selector};
use tripod_provider::store::{Changes, Stored};

use super::table::{rows, table};
use super::{ProviderFailed, Shown, apply, rfc3339};
use crate::edge::Edge;

/// Give out tokens with which others register clients, list them or take them back
#[derive(Subcommand)]
pub(super) enum Command {
    /// Give out a token; it is shown this once
    Add {
        /// Whom it is for, in your words
        label: String,
        /// How long it is good, such as `30 days` [default: for ever]
        #[arg(long, value_name = "SPAN", value_parser = humantime::parse_duration)]
        expires_in: Option<Duration>,
        /// How many clients it may register [default: any number]
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
        uses: Option<u32>,
    },
    /// List the tokens, by what they are known here
    List,
    /// Take a token back
    Remove {
        /// What `list` shows of it
        id: String,
    },
}

pub(super) async fn run(command: &Command, provider: &Provider) -> Result<Shown, ProviderFailed> {
    match command {
        Command::Add {
            label,
            expires_in,
            uses,
        } => add(label, *expires_in, *uses, provider).await,
        Command::List => list(provider).await,
        Command::Remove { id } => remove(id, provider).await,
    }
}

async fn add(
    label: &str,
    expires_in: Option<Duration>,
    uses: Option<u32>,
    provider: &Provider,
) -> Result<Shown, ProviderFailed> {
    let token = PlainToken::generate(&mut Edge);
    let id = token.handle().to_string();
    let mut kept = InitialAccessToken::new(label);
    kept.expires = expires_in.map(|span| provider.now().plus(span));
    kept.remaining = uses;
    let event = Event::new(provider.now(), "registration_token_added")
        .with_detail(json!({ "label": label, "id": id }));
    apply(
        provider,
        Changes::new().insert(token.handle(), &kept),
        event,
    )
    .await?;
    let token = token.into_secret();
    let text = rows(
        "The token is shown this once",
        &[
            ("token", token.expose().to_owned()),
            ("id", id.clone()),
            ("for", label.to_owned()),
        ],
    );
    let json = json!({ "token": token.expose(), "id": id, "label": label });
    Ok(Shown::new(text, json))
}

async fn all(provider: &Provider) -> Result<Vec<Stored<InitialAccessToken>>, ProviderFailed> {
    Ok(provider.store().all(Selector::All).await?)
}

async fn list(provider: &Provider) -> Result<Shown, ProviderFailed> {
    let tokens = all(provider).await?;
    let cells: Vec<_> = tokens
        .iter()
        .map(|token| {
            [
                token.handle().to_string(),
                token.label.clone(),
                token.expires.map(rfc3339).unwrap_or_default(),
                token
                    .remaining
                    .map(|uses| uses.to_string())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    let json: Vec<Value> = tokens
        .iter()
        .map(|token| {
            json!({
                "id": token.handle().to_string(),
                "label": token.label,
                "expires": token.expires.map(rfc3339),
                "remaining": token.remaining,
            })
        })
        .collect();
    let heads = ["id", "for", "expires", "uses left"];
    Ok(Shown::new(table(heads, &cells), json.into()))
}

async fn remove(id: &str, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let tokens = all(provider).await?;
    let mut found = tokens
        .iter()
        .filter(|token| token.handle().to_string() == id);
    let token = found.next().ok_or_else(|| ProviderFailed::NoSuch {
        what: "registration token",
        name: id.to_owned(),
    })?;
    let event = Event::new(provider.now(), "registration_token_removed")
        .with_detail(json!({ "label": token.label, "id": id }));
    apply(provider, Changes::new().remove(token), event).await?;
    Ok(Shown::new("Taken back.", json!({ "removed": id })))
}
