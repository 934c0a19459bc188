//! `tripod token`: a fresh access token, and nothing else.

use clap::Args;
use serde_json::json;
use tripod::authorizer::Authorizer;
use tripod::trace::Trace;
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::scope::Scope;

use crate::account::{Account, input, wait_for};
use crate::edge::Edge;
use crate::failure::CallFailed;
use crate::output;
use crate::page;
use crate::profiles::Home;

/// Print a fresh access token; it is refreshed first, if need be.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tripod token work
  curl -H \"$(tripod token work --header)\" https://api.github.com/user
  tripod token work --json")]
pub(crate) struct Opts {
    /// The profile
    #[arg(value_name = "PROFILE")]
    name: String,

    #[command(flatten)]
    home: Home,

    /// Print the whole header `Authorization`
    #[arg(long, conflicts_with = "json")]
    header: bool,

    /// Print it with its type, its scope and when it expires, as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prints the token.
///
/// # Errors
///
/// [`CallFailed`] says what to do next.
pub(crate) fn run(opts: &Opts) -> Result<(), CallFailed> {
    let account = Account::find(&opts.home, &opts.name)?;
    if account.is_oauth1() {
        return Err(input(
            "an OAuth 1 token is of no use alone, each request is signed: take `tripod request`, \
             or `tripod profile show --show-secrets`",
        ));
    }
    let text = wait_for(async {
        let session = account.session(&Trace::new()).await?;
        let Authorizer::OAuth2(oauth2) = session.authorizer() else {
            return Err(input("this profile has no access token"));
        };
        let held = oauth2.keeper().current().await;
        let tokens = held.map_err(|error| account.failed(error))?.tokens;
        if opts.header {
            let token = tokens.access_token(Edge.now());
            let token = token.map_err(|error| input(error.to_string()))?;
            return Ok(format!("Authorization: {}", token.to_header().expose()));
        }
        if opts.json {
            return Ok(page::json(&json!({
                "access_token": tokens.access_token.expose(),
                "token_type": tokens.token_type.as_str(),
                "scope": tokens.scope.as_ref().map(Scope::to_string),
                "expires_at": tokens.expires_at.map(Timestamp::as_unix),
            })));
        }
        Ok(tokens.access_token.expose().to_owned())
    })?;
    output::result(text.as_bytes()).map_err(CallFailed::Output)
}
