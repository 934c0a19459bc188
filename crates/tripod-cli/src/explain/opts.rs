use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};
use tripod_core::secret::Secret;
use tripod_doctor::catalogue::{self, Entry};
use tripod_doctor::known::Known;

use super::ExplainFailed;
use crate::secret_source::{self, SecretSource, read_octets};

/// Say why an OAuth call failed, from whatever was captured of it; offline, but for `--probe`.
///
/// Evidence is raw HTTP, `curl -v` output, a curl command line, a HAR file, an `Authorization`
/// header, an authorization or callback URL, a JWT, an error body, a traceback or a log. Its kind is
/// found out. No secret is shown, and nothing is sent anywhere unless `--probe` is given.
#[derive(Args)]
#[command(after_help = "\
Examples:
  curl -v https://api.example/me 2>&1 | tripod explain
  tripod explain capture.har --redirect-uri https://app.example/callback
  tripod explain request.txt --consumer-secret-file consumer.secret --token-secret-file token.secret
  tripod explain 'https://app.example/cb?error=invalid_request&error_description=AADSTS50011'
  tripod explain oauth1/signature/body-parameters-left-out
  tripod explain token.jwt --probe
Exit code 3 says that a cause was found, 0 that nothing was.")]
pub(crate) struct Opts {
    /// A file, `-`, a code of the catalogue, or the evidence itself [default: standard input]
    #[arg(value_name = "FILE|-|CODE")]
    pub(super) evidence: Option<String>,

    /// List the catalogue of what is known to go wrong
    #[arg(long, conflicts_with = "evidence")]
    pub(super) list: bool,

    /// Print the findings as JSON
    #[arg(long)]
    pub(super) json: bool,

    /// Print a report without secrets, fit for a public issue
    #[arg(long, conflicts_with = "json")]
    pub(super) bundle: bool,

    /// Ask the servers that the evidence names: whether they are there, the time, the issuer's keys
    ///
    /// Nothing is used up, no secret is sent, and each address is named before it is asked.
    #[arg(long, conflicts_with = "list")]
    pub(super) probe: bool,

    /// Judge times as of then, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub(super) now: Option<i64>,

    /// All that is known as one JSON object, with these names in snake case
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    known: Option<PathBuf>,

    /// The secret of the consumer (OAuth 1); better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_CONSUMER_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "What you know")]
    consumer_secret: Option<Secret>,

    /// A file that holds the secret of the consumer
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    consumer_secret_file: Option<PathBuf>,

    /// The secret of the token (OAuth 1); better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_TOKEN_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "What you know")]
    token_secret: Option<Secret>,

    /// A file that holds the secret of the token
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    token_secret_file: Option<PathBuf>,

    /// The public half of the consumer's RSA key, in PEM
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    rsa_public_key: Option<PathBuf>,

    /// The client's identifier (OAuth 2)
    #[arg(long, value_name = "ID", help_heading = "What you know")]
    client_id: Option<String>,

    /// The secret of the client (OAuth 2); better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_CLIENT_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "What you know")]
    client_secret: Option<Secret>,

    /// A file that holds the secret of the client
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    client_secret_file: Option<PathBuf>,

    /// The PKCE verifier; better in a file or the variable
    #[arg(long, value_name = "VERIFIER", env = "TRIPOD_CODE_VERIFIER", hide_env_values = true, value_parser = secret_source::parse, help_heading = "What you know")]
    code_verifier: Option<Secret>,

    /// A file that holds the PKCE verifier
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    code_verifier_file: Option<PathBuf>,

    /// The state that was sent
    #[arg(long, value_name = "STATE", help_heading = "What you know")]
    state: Option<String>,

    /// The redirect URI that is registered
    #[arg(long, value_name = "URI", help_heading = "What you know")]
    redirect_uri: Option<String>,

    /// The scopes that were asked for
    #[arg(long, value_name = "SCOPES", help_heading = "What you know")]
    scope: Option<String>,

    /// Whom a token must be for
    #[arg(long, value_name = "AUDIENCE", help_heading = "What you know")]
    audience: Option<String>,

    /// Who must have issued a token
    #[arg(long, value_name = "ISSUER", help_heading = "What you know")]
    issuer: Option<String>,

    /// The keys of the issuer, a JWK set
    #[arg(long, value_name = "FILE", help_heading = "What you know")]
    jwks: Option<PathBuf>,

    /// The name of the provider
    #[arg(long, value_name = "NAME", help_heading = "What you know")]
    provider: Option<String>,

    /// The URL of the request, where the evidence does not show it
    #[arg(long, value_name = "URL", help_heading = "What you know")]
    url: Option<String>,

    /// The method of the request, where the evidence does not show it
    #[arg(long, value_name = "METHOD", help_heading = "What you know")]
    method: Option<String>,

    /// The body of the request, where the evidence does not show it
    #[arg(long, value_name = "BODY", help_heading = "What you know")]
    body: Option<String>,

    /// The type of that body
    #[arg(long, value_name = "TYPE", help_heading = "What you know")]
    content_type: Option<String>,
}

impl Opts {
    /// Returns the page that was asked for by its code.
    pub(super) fn entry(&self) -> Option<&'static Entry> {
        catalogue::find(self.evidence.as_deref()?)
    }

    /// Gathers what the user knows; what was typed comes before what is in a file.
    pub(super) fn known(&self, matches: &ArgMatches) -> Result<Known, ExplainFailed> {
        let mut known = match &self.known {
            Some(path) => {
                let text = text(path)?;
                Known::parse(&text).map_err(|source| ExplainFailed::Known {
                    path: path.display().to_string(),
                    source,
                })?
            }
            None => Known::default(),
        };
        for (slot, source) in [
            (
                &mut known.consumer_secret,
                self.source(
                    "consumer-secret",
                    "TRIPOD_CONSUMER_SECRET",
                    self.consumer_secret.as_ref(),
                    self.consumer_secret_file.as_ref(),
                ),
            ),
            (
                &mut known.token_secret,
                self.source(
                    "token-secret",
                    "TRIPOD_TOKEN_SECRET",
                    self.token_secret.as_ref(),
                    self.token_secret_file.as_ref(),
                ),
            ),
            (
                &mut known.client_secret,
                self.source(
                    "client-secret",
                    "TRIPOD_CLIENT_SECRET",
                    self.client_secret.as_ref(),
                    self.client_secret_file.as_ref(),
                ),
            ),
            (
                &mut known.code_verifier,
                self.source(
                    "code-verifier",
                    "TRIPOD_CODE_VERIFIER",
                    self.code_verifier.as_ref(),
                    self.code_verifier_file.as_ref(),
                ),
            ),
        ] {
            if let Some(secret) = source.read(matches)? {
                *slot = Some(secret);
            }
        }
        for (path, slot) in [
            (&self.rsa_public_key, &mut known.rsa_public_key),
            (&self.jwks, &mut known.jwks),
        ] {
            if let Some(path) = path {
                *slot = Some(text(path)?);
            }
        }
        for (name, value) in [
            ("client_id", &self.client_id),
            ("state", &self.state),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &self.scope),
            ("audience", &self.audience),
            ("issuer", &self.issuer),
            ("provider", &self.provider),
            ("url", &self.url),
            ("method", &self.method),
            ("body", &self.body),
            ("content_type", &self.content_type),
        ] {
            if let Some(value) = value {
                let is_known = known.set(name, value.clone());
                debug_assert!(is_known, "the names are those of the flags");
            }
        }
        Ok(known)
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one of the flags of these options"
    )]
    const fn source<'a>(
        &self,
        flag: &'static str,
        variable: &'static str,
        value: Option<&'a Secret>,
        file: Option<&'a PathBuf>,
    ) -> SecretSource<'a> {
        SecretSource {
            flag,
            variable,
            value,
            file,
        }
    }
}

fn text(path: &Path) -> Result<String, ExplainFailed> {
    let octets = read_octets(path)?;
    String::from_utf8(octets).map_err(|_| ExplainFailed::NotText(path.display().to_string()))
}
