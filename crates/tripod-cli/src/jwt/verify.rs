//! `tripod jwt verify`: whether a token may be believed, check by check.

use clap::{ArgMatches, Args};
use tripod_core::clock::Clock as _;
use tripod_core::timestamp::Timestamp;

use super::JwtFailed;
use super::keys::Keys;
use super::token_source::TokenSource;
use crate::edge::Edge;
use crate::output;
use crate::page;

mod verdict;

use verdict::Verdict;

/// Verify a token with keys from files, and show what was checked.
///
/// Ends with 0 if everything holds, and with 6 if anything does not. The algorithm is that of the
/// key, and the token may only agree.
#[derive(Args)]
#[command(after_help = "\
Example:
  tripod jwt verify --file token.jwt --jwks keys.json \\
    --issuer https://issuer.example --audience my-api")]
pub(super) struct Opts {
    #[command(flatten)]
    token: TokenSource,

    #[command(flatten)]
    keys: Keys,

    /// Who must have issued it (`iss`)
    #[arg(long, value_name = "ISS", help_heading = "Checks")]
    issuer: Option<String>,

    /// Whom it must be for (one of `aud`)
    #[arg(long, value_name = "AUD", help_heading = "Checks")]
    audience: Option<String>,

    /// What its header must say it is (`typ`), such as `at+jwt`
    #[arg(long, value_name = "TYP", help_heading = "Checks")]
    typ: Option<String>,

    /// The nonce it must repeat (`nonce`)
    #[arg(long, help_heading = "Checks")]
    nonce: Option<String>,

    /// By how much clocks may differ
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        help_heading = "Checks"
    )]
    leeway: u32,

    /// Judge the times as of then, in seconds since 1970 [default: now]
    #[arg(
        long,
        value_name = "SECONDS",
        allow_negative_numbers = true,
        help_heading = "Checks"
    )]
    now: Option<i64>,

    /// Print all of it as JSON
    #[arg(long)]
    json: bool,
}

/// Verifies the token and shows how.
pub(super) fn run(opts: &Opts, matches: &ArgMatches, edge: &Edge) -> Result<(), JwtFailed> {
    if opts.token.is_standard_input() && opts.keys.is_standard_input() {
        return Err(JwtFailed::StandardInputTwice);
    }
    let keys = opts.keys.read(matches)?;
    let token = opts.token.read()?;
    let now = opts.now.map_or_else(|| edge.now(), Timestamp::from_unix);
    let verdict = Verdict::of(token.expose(), &keys, opts, now);
    let written = if opts.json {
        output::result(page::json(&verdict.json()).as_bytes())
    } else {
        output::styled(verdict.page().finish())
    };
    written.map_err(JwtFailed::Output)?;
    match verdict.first_failed() {
        None => Ok(()),
        Some(check) => Err(JwtFailed::Invalid {
            check: check.name,
            why: page::one_line(&check.text),
        }),
    }
}
