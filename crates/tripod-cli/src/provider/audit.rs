//! `tripod provider audit`: who was granted what, and who changed what.

use clap::Args;
use serde_json::{Value, json};
use tripod_provider::provider::Provider;
use tripod_provider::storage::{EventQuery, StoredEvent};

use super::table::table;
use super::{ProviderFailed, Shown, rfc3339, user};

/// Show what happened, the latest first
#[derive(Args)]
pub(super) struct Opts {
    /// Only what concerns this client
    #[arg(long, value_name = "ID")]
    client: Option<String>,

    /// Only what concerns this user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Only what happened before this number: the last of the page before
    #[arg(long, value_name = "NUMBER")]
    before: Option<i64>,

    /// How many at most
    #[arg(long, value_name = "COUNT", default_value = "50")]
    limit: usize,
}

pub(super) async fn run(opts: &Opts, provider: &Provider) -> Result<Shown, ProviderFailed> {
    let mut query = EventQuery::default();
    query.client.clone_from(&opts.client);
    query.before = opts.before;
    query.limit = opts.limit.max(1);
    if let Some(name) = &opts.user {
        // Somebody who was removed is still in the trail, under the subject identifier.
        let found = user::load(provider, name).await;
        query.user = Some(found.map_or_else(|_| name.clone(), |user| user.id.clone()));
    }
    let events = provider.store().events(query).await?;
    let rows: Vec<_> = events.iter().map(row).collect();
    let heads = ["number", "time", "event", "client", "user", "detail"];
    Ok(Shown::new(
        table(heads, &rows),
        events.iter().map(to_json).collect::<Vec<_>>().into(),
    ))
}

fn row(stored: &StoredEvent) -> [String; 6] {
    let event = &stored.event;
    let detail = match &event.detail {
        Value::Null => String::new(),
        detail => detail.to_string(),
    };
    [
        stored.number.to_string(),
        rfc3339(event.at),
        event.name.clone(),
        event.client.clone().unwrap_or_default(),
        event.user.clone().unwrap_or_default(),
        detail,
    ]
}

fn to_json(stored: &StoredEvent) -> Value {
    let event = &stored.event;
    json!({
        "number": stored.number,
        "time": rfc3339(event.at),
        "event": event.name,
        "client": event.client,
        "user": event.user,
        "detail": event.detail,
    })
}
