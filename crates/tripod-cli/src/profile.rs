//! `tripod profile`: what there is, and taking it elsewhere.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use tripod::error::Failure;
use tripod::trace::Trace;
use tripod_core::secret::Secret;
use tripod_vault::change::Change;
use tripod_vault::error::UpdateError;
use tripod_vault::key::Key;
use tripod_vault::vault::Vault;

use crate::account::{Account, input, wait_for};
use crate::failure::CallFailed;
use crate::output;
use crate::page::{self, Page, Tone};
use crate::profiles::{Home, Keys, Profile, replace};
use crate::secret_source::{FileError, read_text};

/// Two hosts may wait for each other's refresh, no longer.
const WAIT: Duration = Duration::from_secs(60);

/// List, show, remove, export and import profiles.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod profile list
  tripod profile show work
  tripod profile remove work --revoke
  tripod profile export work -o work.json
  tripod profile import work.json")]
pub(crate) struct Opts {
    #[command(flatten)]
    home: Home,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the profiles
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a profile and the state of its token
    Show {
        /// The profile
        #[arg(value_name = "PROFILE")]
        name: String,
        /// Show tokens and the client secret, too
        #[arg(long)]
        show_secrets: bool,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a profile with its secrets; tokens stay valid at the provider, unless it revokes them
    Remove {
        /// The profile
        #[arg(value_name = "PROFILE")]
        name: String,
        /// Have the provider revoke the tokens first; if it does not, nothing is removed
        #[arg(long)]
        revoke: bool,
        /// Print what was removed as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write profiles as JSON, all secrets exposed
    Export {
        /// The profiles; all, if none is named
        #[arg(value_name = "PROFILE")]
        names: Vec<String>,
        /// Write to this file, which only its owner may read
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take profiles that `export` wrote
    Import {
        /// The file; `-` is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Take the place of profiles of the same name
        #[arg(long)]
        replace: bool,
        /// Print what was taken as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does what was asked for.
///
/// # Errors
///
/// [`CallFailed`] says what to do next.
pub(crate) fn run(opts: &Opts) -> Result<(), CallFailed> {
    let home = &opts.home;
    match &opts.command {
        Command::List { json } => list(home, *json),
        Command::Show {
            name,
            show_secrets,
            json,
        } => show(home, name, *show_secrets, *json),
        Command::Remove { name, revoke, json } => {
            if *revoke {
                take_back(home, name).inspect_err(|_| {
                    output::warning(&format!(
                        "nothing was removed; `tripod profile remove {name}` forgets the tokens \
                         here, and they stay valid at the provider"
                    ));
                })?;
            }
            remove(home, name, *json)
        }
        Command::Export { names, output } => export(home, names, output.as_deref()),
        Command::Import {
            file,
            replace,
            json,
        } => import(home, file, *replace, *json),
    }
}

fn list(home: &Home, as_json: bool) -> Result<(), CallFailed> {
    let profiles = home.read()?;
    if profiles.by_name.is_empty() && !as_json {
        let text = "There is no profile yet. Next: tripod login PROFILE --provider NAME";
        return output::styled(text).map_err(CallFailed::Output);
    }
    let mut states = Vec::new();
    let vault = home.vault()?;
    wait_for(async {
        for name in profiles.by_name.keys() {
            let found = vault.read(&Keys::of(name)?.tokens).await?;
            states.push(state(found.map(|entry| entry.document).as_ref()));
        }
        Ok(())
    })?;
    let both = || profiles.by_name.iter().zip(&states);
    if as_json {
        let rows = both().map(|((name, profile), state)| {
            json!({ "name": name, "provider": of(profile), "state": state })
        });
        let rows = Value::from(rows.collect::<Vec<_>>());
        return output::result(page::json(&rows).as_bytes()).map_err(CallFailed::Output);
    }
    let mut page = Page::default();
    let rows = both().map(|((name, profile), state)| {
        let text = format!("{} ({state})", of(profile));
        (Tone::Plain, name.as_str(), text)
    });
    page.rows(&rows.collect::<Vec<_>>());
    output::styled(page.finish()).map_err(CallFailed::Output)
}

pub(crate) fn of(profile: &Profile) -> &str {
    let known = profile.provider.as_deref().or(profile.issuer.as_deref());
    let known = known.or(profile.api.as_deref());
    known.or(profile.token_endpoint.as_deref()).unwrap_or("?")
}

/// Says in words what a stored token is good for.
pub(crate) fn state(document: Option<&Secret>) -> &'static str {
    let parsed = document.map(|document| serde_json::from_str::<Value>(document.expose()));
    match parsed {
        None => "not logged in",
        Some(Ok(token)) => {
            // OAuth 2 has the first of each, OAuth 1 the second.
            let is_renewed = ["refresh_token", "session_handle"];
            let is_limited = ["expires_at", "expires_in"];
            match () {
                () if is_renewed.iter().any(|name| token[name].is_string()) => {
                    "logged in, refreshed as needed"
                }
                () if is_limited.iter().any(|name| token[name].is_number()) => {
                    "logged in until it expires"
                }
                () => "logged in",
            }
        }
        Some(Err(_)) => "unreadable",
    }
}

fn show(home: &Home, name: &str, exposes: bool, as_json: bool) -> Result<(), CallFailed> {
    let account = Account::find(home, name)?;
    let secrets = wait_for(secrets(&account.vault, &account.keys))?;
    let mut report = Map::new();
    report.insert("name".to_owned(), json!(name));
    let profile = serde_json::to_value(&account.profile).unwrap_or_default();
    report.extend(profile.as_object().cloned().unwrap_or_default());
    let document = secrets
        .get("tokens")
        .map(|token| Secret::new(token.to_string()));
    report.insert("state".to_owned(), json!(state(document.as_ref())));
    if let Some(Value::Object(token)) = secrets.get("tokens") {
        for fact in ["scope", "issued_at", "expires_at", "token_type"] {
            if let Some(value) = token.get(fact).filter(|value| !value.is_null()) {
                report.insert(fact.to_owned(), value.clone());
            }
        }
    }
    if exposes {
        report.insert("secrets".to_owned(), Value::Object(secrets));
    }
    if as_json {
        let text = page::json(&Value::Object(report));
        return output::result(text.as_bytes()).map_err(CallFailed::Output);
    }
    let mut page = Page::default();
    let rows = report.iter().map(|(name, value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (Tone::Plain, name.as_str(), text)
    });
    page.rows(&rows.collect::<Vec<_>>());
    output::styled(page.finish()).map_err(CallFailed::Output)
}

/// Everything secret that belongs to a profile.
async fn secrets(vault: &Vault, keys: &Keys) -> Result<Map<String, Value>, CallFailed> {
    let mut secrets = Map::new();
    if let Some(entry) = vault.read(&keys.tokens).await? {
        let tokens = serde_json::from_str(entry.document.expose());
        secrets.insert("tokens".to_owned(), tokens.unwrap_or_default());
    }
    for (name, key) in [
        ("client_secret", &keys.client_secret),
        ("dpop_key", &keys.dpop),
    ] {
        if let Some(entry) = vault.read(key).await? {
            secrets.insert(name.to_owned(), json!(entry.document.expose()));
        }
    }
    Ok(secrets)
}

/// Has the provider revoke the tokens of a profile.
fn take_back(home: &Home, name: &str) -> Result<(), CallFailed> {
    let account = Account::find(home, name)?;
    wait_for(async {
        let session = match account.session(&Trace::default()).await {
            Err(CallFailed::CallAs { source, .. })
                if matches!(source.failure(), Failure::LoginNeeded { .. }) =>
            {
                return Ok(());
            }
            session => session?,
        };
        let revoked = session.revoke().await;
        revoked.map_err(|error| account.failed(error))
    })
}

fn remove(home: &Home, name: &str, as_json: bool) -> Result<(), CallFailed> {
    home.read()?.find(name)?;
    let (vault, keys) = (home.vault()?, Keys::of(name)?);
    wait_for(async {
        for key in keys.all() {
            change(&vault, key, Change::Remove).await?;
        }
        Ok(())
    })?;
    home.change(|profiles| {
        profiles.remove(name);
        Ok::<_, CallFailed>(())
    })?;
    if as_json {
        let text = page::json(&json!({ "removed": name }));
        return output::result(text.as_bytes()).map_err(CallFailed::Output);
    }
    output::styled(&format!("Removed {name}.")).map_err(CallFailed::Output)
}

fn export(home: &Home, names: &[String], path: Option<&Path>) -> Result<(), CallFailed> {
    let profiles = home.read()?;
    for name in names {
        profiles.find(name)?;
    }
    let vault = home.vault()?;
    let mut exported = Map::new();
    wait_for(async {
        for (name, profile) in &profiles.by_name {
            if names.is_empty() || names.contains(name) {
                let secrets = secrets(&vault, &Keys::of(name)?).await?;
                let entry = json!({ "profile": profile, "secrets": secrets });
                exported.insert(name.clone(), entry);
            }
        }
        Ok(())
    })?;
    let text = page::json(&json!({ "version": 1, "profiles": exported }));
    match path {
        None => output::result(text.as_bytes()).map_err(CallFailed::Output),
        Some(path) => {
            let text = format!("{text}\n");
            replace(path, text.as_bytes()).map_err(|source| FileError::new(path, source).into())
        }
    }
}

fn import(home: &Home, path: &Path, replaces: bool, as_json: bool) -> Result<(), CallFailed> {
    let wrong = |why: &str| {
        input(format!(
            "`{}` was not exported by tripod: {why}",
            path.display()
        ))
    };
    let text = read_text(path)?;
    let document: Value =
        serde_json::from_str(text.expose()).map_err(|error| wrong(&error.to_string()))?;
    if document["version"] != 1 {
        return Err(wrong("its `version` is not 1"));
    }
    let entries = document["profiles"].as_object();
    let entries = entries.ok_or_else(|| wrong("it has no `profiles`"))?;
    let imported = entries.iter().map(|(name, entry)| {
        let profile: Profile = serde_json::from_value(entry["profile"].clone())
            .map_err(|error| wrong(&error.to_string()))?;
        Ok((name.clone(), profile, imported_secrets(name, entry)?))
    });
    let imported = imported.collect::<Result<Vec<_>, CallFailed>>()?;
    let vault = home.vault()?;
    home.change(|profiles| {
        let mut known = entries.keys().filter(|name| profiles.contains_key(*name));
        if let (false, Some(name)) = (replaces, known.next()) {
            return Err(input(format!(
                "there is a profile `{name}` already: give --replace to lose it"
            )));
        }
        for (name, profile, secrets) in imported {
            wait_for(async {
                for (key, secret) in secrets {
                    put(&vault, &key, secret).await?;
                }
                Ok(())
            })?;
            profiles.insert(name, profile);
        }
        Ok(())
    })?;
    let names: Vec<_> = entries.keys().map(String::as_str).collect();
    if as_json {
        let text = page::json(&json!({ "imported": names }));
        return output::result(text.as_bytes()).map_err(CallFailed::Output);
    }
    let text = format!("Imported {}.", names.join(", "));
    output::styled(&text).map_err(CallFailed::Output)
}

/// Returns what is secret of an exported profile, and where it belongs.
fn imported_secrets(name: &str, entry: &Value) -> Result<Vec<(Key, Secret)>, CallFailed> {
    let keys = Keys::of(name)?;
    let entry = &entry["secrets"];
    let mut secrets = Vec::new();
    if entry["tokens"].is_object() {
        secrets.push((keys.tokens, Secret::new(entry["tokens"].to_string())));
    }
    for (member, key) in [
        ("client_secret", keys.client_secret),
        ("dpop_key", keys.dpop),
    ] {
        if let Some(secret) = entry[member].as_str() {
            secrets.push((key, Secret::from(secret)));
        }
    }
    Ok(secrets)
}

/// Writes an entry, whatever was there.
pub(crate) async fn put(vault: &Vault, key: &Key, secret: Secret) -> Result<(), CallFailed> {
    change(vault, key, Change::Replace(secret)).await
}

async fn change(vault: &Vault, key: &Key, change: Change) -> Result<(), CallFailed> {
    let changed = vault.update(key, WAIT, async |_| Ok::<_, Infallible>(change));
    changed.await.map(drop).map_err(|error| match error {
        UpdateError::Change(never) => match never {},
        UpdateError::Unwritten { source, .. } | UpdateError::Vault(source) => source.into(),
    })
}
