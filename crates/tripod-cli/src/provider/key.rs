//! `tripod provider key`: the keys that sign tokens.

use clap::Subcommand;
use serde_json::json;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_provider::artefact::SigningKey;
use tripod_provider::keys::ALGORITHMS;
use tripod_provider::provider::Provider;
use tripod_provider::storage::{Event, Selector};
use tripod_provider::store::Changes;

use super::table::table;
use super::{ProviderFailed, Shown, apply, rfc3339};

/// List or rotate the keys that sign tokens
#[derive(Subcommand)]
pub(super) enum Command {
    /// List the keys: those that sign, those that will, and those that did
    List,
    /// Have new keys sign from now on; the former stay published for what they signed
    Rotate {
        /// Only the key of this algorithm
        #[arg(long, value_name = "ALG", value_parser = algorithm)]
        algorithm: Option<Algorithm>,
    },
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    let known = ALGORITHMS.map(|algorithm| algorithm.as_str());
    Algorithm::parse(name)
        .filter(|algorithm| ALGORITHMS.contains(algorithm))
        .ok_or_else(|| format!("there are {}", known.join(" and ")))
}

pub(super) async fn run(command: &Command, provider: &Provider) -> Result<Shown, ProviderFailed> {
    if let Command::Rotate { algorithm } = command {
        let algorithms = algorithm.map_or_else(|| ALGORITHMS.to_vec(), |one| vec![one]);
        for algorithm in algorithms {
            let rotated = provider.keys().rotate(provider, algorithm).await;
            rotated.map_err(ProviderFailed::Keys)?;
            let event = Event::new(provider.now(), "key_rotated")
                .with_detail(json!({ "algorithm": algorithm.as_str() }));
            apply(provider, Changes::new(), event).await?;
        }
    }
    list(provider).await
}

async fn list(provider: &Provider) -> Result<Shown, ProviderFailed> {
    let mut keys = provider.store().all::<SigningKey>(Selector::All).await?;
    keys.sort_by_key(|key| (key.algorithm.clone(), key.created));
    let state = |key: &SigningKey| format!("{:?}", key.state).to_lowercase();
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            [
                key.id.clone(),
                key.algorithm.clone(),
                state(key),
                rfc3339(key.created),
                key.expires.map(rfc3339).unwrap_or_default(),
            ]
        })
        .collect();
    let json: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kid": key.id,
                "alg": key.algorithm,
                "state": state(key),
                "created": rfc3339(key.created),
                "expires": key.expires.map(rfc3339),
            })
        })
        .collect();
    let heads = ["kid", "alg", "state", "created", "published until"];
    Ok(Shown::new(table(heads, &rows), json.into()))
}
