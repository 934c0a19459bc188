//! `tripod login`: from nothing to a profile that can call its API.

use std::io;
use std::time::Duration;

use clap::ArgMatches;
use serde_json::{Value, json};
use tripod::authorizer::Authorizer;
use tripod::login::{Browser, Device, Paste, Way};
use tripod::session::Session;
use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::client_assertion::Assertion;
use tripod_oauth2::device::DeviceAuthorizationResponse;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{
    Grant, JwtBearerGrant, LegacyPasswordGrant, TokenExchangeGrant, TokenTypeIdentifier,
};

mod adopted;
mod merge;
mod opts;

pub(crate) use opts::Opts;

use crate::account::{Account, Builder, input, wait_for};
use crate::edge::Edge;
use crate::failure::CallFailed;
use crate::output;
use crate::page;
use crate::profiles::{self, client_secret};
use crate::prompt;
use crate::secret_source::{SecretSource, read_text};
use crate::signing_key;

/// Logs in, and writes the profile once that went well.
///
/// # Errors
///
/// [`CallFailed`] says what to do next; neither profile nor vault have changed then.
pub(crate) fn run(opts: &Opts, matches: &ArgMatches) -> Result<(), CallFailed> {
    let known = opts.home.read()?.by_name.remove(&opts.name);
    let mut profile = merge::merge(opts, known.unwrap_or_default())?;
    merge::ask(&mut profile, &opts.home, opts)?;
    let account = Account::new(&opts.home, &opts.name, profile)?;
    let outcome = wait_for(async {
        let given = given_secret(opts, matches, &account).await?;
        let session = log_in(opts, &account, given.clone()).await?;
        if let Some(secret) = given {
            store(&account, secret).await?;
        }
        report(&account, &session).await
    })?;
    // A login takes minutes, in which others may have changed the file.
    opts.home.change(|profiles| {
        profiles.insert(opts.name.clone(), account.profile.clone());
        Ok::<_, CallFailed>(())
    })?;
    show(opts, &account, &outcome)
}

/// Finds the client secret: what is given, what an earlier login kept, or what is typed.
async fn given_secret(
    opts: &Opts,
    matches: &ArgMatches,
    account: &Account,
) -> Result<Option<Secret>, CallFailed> {
    let source = SecretSource {
        flag: "client-secret",
        variable: "TRIPOD_CLIENT_SECRET",
        value: opts.client_secret.as_ref(),
        file: opts.client_secret_file.as_ref(),
    };
    if let Some(secret) = source.read(matches)? {
        return Ok(Some(secret));
    }
    if let Some(secret) = client_secret(&account.vault, &account.keys).await? {
        return Ok(Some(secret));
    }
    let is_needed = match account.is_oauth1() {
        true => account.profile.rsa_key.is_none(),
        false => opts.client_credentials && account.profile.client_key.is_none(),
    };
    match (is_needed, prompt::is_possible()) {
        (false, _) => Ok(None),
        (true, true) => prompt::secret("Client secret").map(Some).map_err(unasked),
        (true, false) => Err(input(
            "the client secret is needed: give --client-secret-file FILE, or - for standard input",
        )),
    }
}

async fn log_in(
    opts: &Opts,
    account: &Account,
    secret: Option<Secret>,
) -> Result<Session, CallFailed> {
    let fail = |error| account.failed(error);
    match account.builder(secret)? {
        Builder::OAuth1(builder) if account.acts_alone() => builder.session().map_err(fail),
        Builder::OAuth1(builder) => match adopted::oauth1(opts)? {
            Some((token, secret)) => builder.token(token, secret).adopt().await.map_err(fail),
            None => builder.login(way(opts, account)?).await.map_err(fail),
        },
        Builder::OAuth2(builder) if account.profile.client_credentials => {
            let session = builder.client_credentials().await.map_err(fail)?;
            // Now rather than at the first request, so that what is wrong is said here.
            if let Authorizer::OAuth2(oauth2) = session.authorizer() {
                oauth2.keeper().restart().await.map_err(fail)?;
            }
            Ok(session)
        }
        Builder::OAuth2(builder) => {
            if let Some(tokens) = adopted::oauth2(opts, &account.profile.scopes)? {
                return builder.adopt(&tokens).await.map_err(fail);
            }
            match grant(opts, account)? {
                Some(grant) => builder.grant(grant).await.map_err(fail),
                None => builder.login(way(opts, account)?).await.map_err(fail),
            }
        }
    }
}

/// Says how the user is asked.
fn way(opts: &Opts, account: &Account) -> Result<Way, CallFailed> {
    let profile = &account.profile;
    match profile.way {
        Some(profiles::Way::Device) => return Ok(Device::new(show_codes).into()),
        Some(profiles::Way::OutOfBand) if !account.is_oauth1() => {
            return Err(input("OAuth 2 has no --oob: take --paste, or --device"));
        }
        Some(profiles::Way::OutOfBand) => return Ok(Paste::new(ask_for_address).into()),
        Some(profiles::Way::Paste) => {
            let paste = Paste::new(ask_for_address);
            return Ok(match &profile.redirect_uri {
                Some(uri) => paste.redirect_uri(uri).into(),
                None => paste.into(),
            });
        }
        None => {}
    }
    let opens = !opts.no_browser;
    let browser = Browser::with(move |uri| {
        output::note(&format!(
            "Open this address in a browser of this machine:\n{uri}"
        ));
        match opens.then(|| open::that_detached(uri)) {
            Some(Err(error)) => output::warning(&format!("no browser can be opened: {error}")),
            _ => output::note("Waiting for the browser to come back…"),
        }
        Ok(())
    });
    let browser = browser
        .port(profile.port.unwrap_or_default())
        .path(profile.path())
        .patience(Duration::from_secs(opts.timeout));
    Ok(match profile.localhost {
        true => browser.localhost().into(),
        false => browser.into(),
    })
}

fn show_codes(response: &DeviceAuthorizationResponse) {
    let address = page::one_line(&response.verification_uri);
    let code = page::one_line(response.user_code.expose());
    output::note(&format!(
        "Open {address} on any device, and enter the code {code}"
    ));
    output::note("Waiting for that to be done…");
}

fn ask_for_address(uri: &str) -> io::Result<String> {
    output::note(&format!("Open this address in any browser:\n{uri}"));
    prompt::line("Paste the address it ends at, or what the page shows")
}

/// Returns the grant of a flow that asks no user.
fn grant(opts: &Opts, account: &Account) -> Result<Option<Grant>, CallFailed> {
    let scopes = &account.profile.scopes;
    let scope = Scope::of(scopes).map_err(|fault| input(fault.to_string()))?;
    let scope = (!scopes.is_empty()).then_some(scope);
    if let Some(path) = &opts.jwt_key {
        let key = signing_key::read(path, opts.jwt_algorithm.as_deref())?;
        let unusable = |error| input(format!("`{}` cannot sign: {error}", path.display()));
        let client_id = account.profile.client_id.as_deref().unwrap_or_default();
        let subject = opts.jwt_subject.as_deref().unwrap_or(client_id);
        let audience = account.profile.issuer.as_deref();
        let audience = audience.or(account.profile.token_endpoint.as_deref());
        let missing = || input("--jwt-key needs --issuer or --token-endpoint: the JWT names it");
        let audience = audience.ok_or_else(missing)?;
        let assertion = Assertion::for_grant(client_id, subject, audience, Edge.now(), &mut Edge);
        let mut grant = JwtBearerGrant::new(assertion.encode(&key).map_err(unusable)?);
        grant.scope = scope;
        return Ok(Some(grant.into()));
    }
    if let Some(path) = &opts.exchange_file {
        let token = read_text(path)?;
        let mut grant = TokenExchangeGrant::new(token, TokenTypeIdentifier::AccessToken);
        grant.scope = scope;
        return Ok(Some(grant.into()));
    }
    let Some(username) = &opts.legacy_password else {
        return Ok(None);
    };
    let password = match &opts.password_file {
        Some(path) => read_text(path)?,
        None if prompt::is_possible() => prompt::secret("Password").map_err(unasked)?,
        None => return Err(input("the password is needed: give --password-file FILE")),
    };
    let mut grant = LegacyPasswordGrant::new(username, password);
    grant.scope = scope;
    Ok(Some(grant.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn unasked(error: io::Error) -> CallFailed {
    input(format!("nothing was typed: {error}"))
}

async fn store(account: &Account, secret: Secret) -> Result<(), CallFailed> {
    crate::profile::put(&account.vault, &account.keys.client_secret, secret).await
}

/// What came of it, without secrets.
async fn report(account: &Account, session: &Session) -> Result<Value, CallFailed> {
    let protocol = match account.is_oauth1() {
        true => "OAuth 1.0a",
        false => "OAuth 2",
    };
    let mut report = json!({ "profile": account.name, "protocol": protocol });
    if let Authorizer::OAuth2(oauth2) = session.authorizer() {
        let held = oauth2.keeper().stored().await;
        let tokens = held.map_err(|error| account.failed(error))?.tokens;
        report["scope"] = json!(tokens.scope.as_ref().map(Scope::to_string));
        report["expires_at"] = json!(tokens.expires_at.map(Timestamp::as_unix));
        report["refreshable"] = json!(tokens.refresh_token.is_some());
        let wanted = Scope::of(&account.profile.scopes);
        let missing = wanted.map(|wanted| tokens.missing(&wanted));
        if let Ok(missing) = missing
            && !missing.is_empty()
        {
            output::warning(&format!("not granted: {missing}"));
        }
    }
    Ok(report)
}

fn show(opts: &Opts, account: &Account, report: &Value) -> Result<(), CallFailed> {
    if opts.json {
        return output::result(page::json(report).as_bytes()).map_err(CallFailed::Output);
    }
    let name = &account.name;
    let text = format!("Logged in as {name}. Next: tripod request GET URL -p {name}");
    output::styled(&text).map_err(CallFailed::Output)
}
