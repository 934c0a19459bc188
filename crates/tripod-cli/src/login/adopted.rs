//! Tokens that were had elsewhere: made on the provider's page, or taken from another program.

use tripod_core::clock::Clock as _;
use tripod_core::secret::Secret;
use tripod_oauth2::scope::Scope;
use tripod_oauth2::token::{TokenResponse, TokenType};
use tripod_oauth2::token_set::TokenSet;

use super::Opts;
use crate::account::input;
use crate::edge::Edge;
use crate::failure::CallFailed;
use crate::secret_source::read_text;

/// Returns the OAuth 1 token that was given, with its secret.
pub(super) fn oauth1(opts: &Opts) -> Result<Option<(String, Secret)>, CallFailed> {
    if opts.access_token_file.is_some() {
        let text = "OAuth 1 has no access token file: give --token and --token-secret-file";
        return Err(input(text));
    }
    let (Some(token), Some(path)) = (&opts.token, &opts.token_secret_file) else {
        return Ok(None);
    };
    Ok(Some((token.clone(), read_text(path)?)))
}

/// Returns the OAuth 2 tokens that were given; nobody said when they expire.
pub(super) fn oauth2(opts: &Opts, scopes: &[String]) -> Result<Option<TokenSet>, CallFailed> {
    if opts.token.is_some() {
        let text = "--token is for OAuth 1: give --access-token-file, or - for standard input";
        return Err(input(text));
    }
    let Some(path) = &opts.access_token_file else {
        return Ok(None);
    };
    let mut response = TokenResponse::new(read_text(path)?, TokenType::Bearer);
    if let Some(path) = &opts.refresh_token_file {
        response.refresh_token = Some(read_text(path)?);
    }
    let scope = Scope::of(scopes).map_err(|fault| input(fault.to_string()))?;
    let scope = (!scopes.is_empty()).then_some(scope);
    Ok(Some(TokenSet::new(response, scope.as_ref(), Edge.now())))
}
