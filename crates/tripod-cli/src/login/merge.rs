//! What was typed goes over what the profile knows, and what is missing is asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Opts;
use crate::account::input;
use crate::failure::CallFailed;
use crate::profiles::{Home, Profile, Way};
use crate::prompt;

/// Puts what was typed over what is known.
pub(super) fn merge(opts: &Opts, known: Profile) -> Result<Profile, CallFailed> {
    let names_provider = opts.provider.is_some()
        || opts.issuer.is_some()
        || opts.api.is_some()
        || opts.request_token_endpoint.is_some();
    // Another provider shares nothing with the one before.
    let mut profile = if names_provider {
        of_client(known)
    } else {
        known
    };
    let over = |known: &mut Option<String>, typed: &Option<String>| {
        if typed.is_some() {
            known.clone_from(typed);
        }
    };
    over(&mut profile.provider, &opts.provider);
    over(&mut profile.issuer, &opts.issuer);
    over(&mut profile.api, &opts.api);
    over(
        &mut profile.authorization_endpoint,
        &opts.authorization_endpoint,
    );
    over(&mut profile.token_endpoint, &opts.token_endpoint);
    over(
        &mut profile.device_authorization_endpoint,
        &opts.device_endpoint,
    );
    over(
        &mut profile.temporary_credentials_endpoint,
        &opts.request_token_endpoint,
    );
    over(&mut profile.signature_method, &opts.signature_method);
    over(&mut profile.realm, &opts.realm);
    over(&mut profile.client_id, &opts.client_id);
    let file = |known: &mut Option<PathBuf>, typed: &Option<PathBuf>| {
        if let Some(path) = typed {
            *known = Some(absolute(path));
        }
    };
    file(&mut profile.rsa_key, &opts.rsa_key);
    if opts.client_secret_file.is_some() {
        profile.client_key = None;
    }
    file(&mut profile.client_key, &opts.client_key);
    over(&mut profile.jwt_algorithm, &opts.jwt_algorithm);
    file(&mut profile.ca_file, &opts.ca_file);
    profile.client_authentication = opts.client_authentication.or(profile.client_authentication);
    if !opts.scopes.is_empty() {
        let scopes = opts
            .scopes
            .iter()
            .flat_map(|scopes| scopes.split_whitespace());
        profile.scopes = scopes.map(str::to_owned).collect();
    }
    if !opts.resources.is_empty() {
        profile.resources.clone_from(&opts.resources);
    }
    profile.dpop |= opts.dpop;
    profile.push |= opts.push;
    over(&mut profile.path, &opts.path);
    over(&mut profile.redirect_uri, &opts.redirect_uri);
    profile.port = opts.port.or(profile.port);
    profile.localhost |= opts.localhost;
    profile.way = way(opts, profile.way);
    profile.client_credentials =
        opts.client_credentials || profile.client_credentials && !asks(opts);
    pairs("--set", &opts.variables, &mut profile.variables)?;
    pairs("--param", &opts.parameters, &mut profile.parameters)?;
    Ok(profile)
}

/// Chooses how the user is asked: as was said, or else as the last time.
const fn way(opts: &Opts, known: Option<Way>) -> Option<Way> {
    if opts.device {
        return Some(Way::Device);
    }
    if opts.paste {
        return Some(Way::Paste);
    }
    if opts.oob {
        return Some(Way::OutOfBand);
    }
    let is_by_browser =
        opts.no_browser || opts.localhost || opts.port.is_some() || opts.path.is_some();
    if is_by_browser { None } else { known }
}

/// Tells whether another way than client credentials was asked for.
const fn asks(opts: &Opts) -> bool {
    opts.device
        || opts.paste
        || opts.oob
        || opts.no_browser
        || opts.jwt_key.is_some()
        || opts.exchange_file.is_some()
        || opts.legacy_password.is_some()
        || opts.access_token_file.is_some()
        || opts.token.is_some()
}

fn of_client(known: Profile) -> Profile {
    Profile {
        client_id: known.client_id,
        scopes: known.scopes,
        ..Profile::default()
    }
}

/// Files are found wherever the next command is typed.
fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn pairs(
    flag: &str,
    typed: &[String],
    known: &mut BTreeMap<String, String>,
) -> Result<(), CallFailed> {
    for pair in typed {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(input(format!("{flag} is NAME=VALUE, not `{pair}`")));
        };
        known.insert(name.to_owned(), value.to_owned());
    }
    Ok(())
}

/// Asks for what is missing, or says which flag to give.
pub(super) fn ask(profile: &mut Profile, home: &Home, opts: &Opts) -> Result<(), CallFailed> {
    let has_provider = profile.provider.is_some()
        || profile.issuer.is_some()
        || profile.api.is_some()
        || profile.token_endpoint.is_some();
    if !has_provider {
        let flags = "--provider NAME, --issuer URL or --token-endpoint URL";
        let answer = typed("Provider, by name or address", "which provider", flags)?;
        if answer.contains("://") {
            profile.issuer = Some(answer);
        } else {
            home.presets()?.find(&answer)?;
            profile.provider = Some(answer);
        }
    }
    if profile.client_id.is_none() {
        let id = typed("Client ID (consumer key)", "which client", "--client-id ID")?;
        profile.client_id = Some(id);
    }
    ask_variables(profile, home, &opts.name)
}

/// Asks for what a preset needs filled in.
fn ask_variables(profile: &mut Profile, home: &Home, name: &str) -> Result<(), CallFailed> {
    let Some(provider) = &profile.provider else {
        return Ok(());
    };
    let presets = home.presets()?;
    for (variable, about) in &presets.find(provider)?.variables {
        if about.default.is_some() || profile.variables.contains_key(variable) {
            continue;
        }
        let question = format!("{variable} ({})", about.description);
        let flag = format!("--set {variable}=VALUE ({})", about.description);
        let missing = format!("{provider} needs `{variable}` for {name}");
        let value = typed(&question, &missing, &flag)?;
        profile.variables.insert(variable.clone(), value);
    }
    Ok(())
}

fn typed(question: &str, missing: &str, flag: &str) -> Result<String, CallFailed> {
    if !prompt::is_possible() {
        return Err(input(format!("{missing}? give {flag}")));
    }
    let answer = prompt::line(question).map_err(super::unasked)?;
    match answer.is_empty() {
        true => Err(input(format!("{missing}? give {flag}"))),
        false => Ok(answer),
    }
}
