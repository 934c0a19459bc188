//! `tripod doctor`: whether a profile can call its API, and if not, what to type.

use std::io;
use std::time::Duration;

use clap::Args;
use tripod::checkup::{self, Check, Outcome, RedirectUriOrigin, Refresh, Step};
use tripod_doctor::finding::Finding;

use crate::account::{Account, Builder, wait_for};
use crate::exit::Exit;
use crate::failure::CallFailed;
use crate::output;
use crate::page;
use crate::profiles::{Home, Profile, client_secret};

pub(crate) mod command;
mod installation;
mod show;

/// Check what a profile needs to call its API, step by step; what is wrong is explained.
///
/// Without a profile, what is installed here is looked at. Nothing is used up that can be used
/// once: who the client is, is asked with a token that was made up.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod doctor
  tripod doctor work
  tripod doctor work --url https://api.example.com/me
  tripod doctor work --redirect-uri http://127.0.0.1:8080/callback
  tripod doctor work --allow-consuming --json
The exit code tells what failed first: 2 the configuration, 3 the provider or the API refused, 4 a
login is needed, 5 the network, 6 the issuer is another one; 0 that nothing did.")]
pub(crate) struct Opts {
    /// The profile [default: what is installed]
    #[arg(value_name = "PROFILE")]
    name: Option<String>,

    #[command(flatten)]
    home: Home,

    /// Call this with the token [default: what the provider offers, if anything]
    #[arg(long, value_name = "URL", requires = "name")]
    url: Option<String>,

    /// Ask for this redirect URI [default: a port of this machine, as `login` does]
    #[arg(long, value_name = "URI", requires = "name")]
    redirect_uri: Option<String>,

    /// Refresh the token, which may use up the refresh token; the new one is kept
    #[arg(long, requires = "name")]
    allow_consuming: bool,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// Where `login` comes back to, but for the port, which it draws.
const REDIRECT_URI: &str = "http://127.0.0.1:49152/callback";

/// Looks at everything, and tells what is wrong.
///
/// # Errors
///
/// [`CallFailed`] if there is nothing to look at.
pub(crate) fn run(opts: &Opts) -> Result<Exit, CallFailed> {
    let Some(name) = &opts.name else {
        return installation::look(&opts.home, opts.json);
    };
    let profile = opts.home.read()?.find(name)?.clone();
    let mut told = Ok(());
    let mut tell = |check: &Check| {
        if !opts.json && told.is_ok() {
            told = output::styled(&show::line(check));
        }
    };
    if !opts.json {
        output::styled(&show::heading(name, &profile)).map_err(CallFailed::Output)?;
    }
    let checks = match Account::find(&opts.home, name) {
        Ok(account) => examine(opts, &account, &mut tell)?,
        Err(error) => vec![unusable(&error, &mut tell)],
    };
    told.map_err(CallFailed::Output)?;
    let report = match opts.json {
        true => output::result(page::json(&show::json(name, &profile, &checks)).as_bytes()),
        false => explain(name, &profile, &checks),
    };
    report.map_err(CallFailed::Output)?;
    Ok(checks.iter().find_map(exit).unwrap_or(Exit::Ok))
}

fn examine(
    opts: &Opts,
    account: &Account,
    tell: &mut (dyn FnMut(&Check) + Send),
) -> Result<Vec<Check>, CallFailed> {
    let profile = &account.profile;
    let mut options = checkup::Options::default();
    options.url = opts.url.clone().or_else(|| profile.api.clone());
    options.redirect_uri = opts.redirect_uri.clone().or_else(|| profile.redirect_uri());
    if options.redirect_uri.is_none() && !account.acts_alone() {
        options.redirect_uri = Some(REDIRECT_URI.to_owned());
        options.redirect_uri_origin = RedirectUriOrigin::Assumed;
    }
    if opts.allow_consuming {
        options.refresh = Refresh::Allowed;
    }
    wait_for(async {
        let secret = client_secret(&account.vault, &account.keys).await;
        let builder = secret.and_then(|secret| account.builder(secret));
        Ok(match builder {
            Ok(Builder::OAuth1(builder)) => builder.check_up(&options, tell).await,
            Ok(Builder::OAuth2(builder)) => builder.check_up(&options, tell).await,
            Err(error) => vec![unusable(&error, tell)],
        })
    })
}

/// What keeps the profile from being read at all is the first thing that is wrong.
fn unusable(error: &CallFailed, tell: &mut (dyn FnMut(&Check) + Send)) -> Check {
    let check = Check::misconfigured("profile", &output::chain(error));
    tell(&check);
    check
}

/// Explains the first failure in full.
fn explain(name: &str, profile: &Profile, checks: &[Check]) -> io::Result<()> {
    let Some(failed) = checks.iter().find(|check| !check.findings().is_empty()) else {
        return output::styled("\nNothing is wrong, as far as this shows.");
    };
    output::styled(&show::explained(name, profile, failed))
}

/// Says what a failed step means for a script.
fn exit(check: &Check) -> Option<Exit> {
    let first = check.findings().first()?.code;
    if first.starts_with("network/") && check.step != Step::Clock {
        return Some(Exit::Network);
    }
    Some(match check.step {
        Step::Configuration => Exit::Usage,
        Step::Discovery if first.starts_with("oauth2/issuer/mismatch") => Exit::Security,
        Step::Refresh | Step::Token => Exit::LoginNeeded,
        _ => Exit::Refused,
    })
}

/// How long a step took, as short as it can be said.
fn took(duration: Duration) -> String {
    match duration.as_millis() {
        millis @ 0..10_000 => format!("{millis} ms"),
        _ => format!("{} s", duration.as_secs()),
    }
}

/// Returns the findings with what to type for each.
fn with_commands<'a>(
    name: &str,
    profile: &Profile,
    findings: &'a [Finding],
) -> Vec<(&'a Finding, Vec<String>)> {
    let commands = |finding| (finding, command::lines(finding, name, profile));
    findings.iter().map(commands).collect()
}

/// Says in a word what came of a step.
const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Failed { .. } => "failed",
        Outcome::Passed { .. } => "passed",
        _ => "skipped",
    }
}
