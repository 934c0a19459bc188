use std::path::PathBuf;

use clap::{ArgGroup, Args};
use tripod_core::secret::Secret;

use crate::profiles::{ClientAuthentication, Home};
use crate::secret_source;

/// Log in, and keep what comes of it as a profile.
///
/// The profile remembers all that is said here, so that the next login needs only its name.
#[derive(Args)]
#[command(
    group = ArgGroup::new("way").multiple(false),
    after_help = "\
Examples:
  tripod login work --provider github --client-id Iv1.0123 --scope repo
  tripod login erp --issuer https://id.example.com --client-id cli --device
  tripod login photos --provider flickr --client-id KEY --client-secret-file secret.txt
  tripod login robot --provider spotify --client-id ID --client-secret-file - --client-credentials
  tripod login job --issuer https://id.example.com --client-id job --client-key key.pem --client-credentials
  tripod login ns --provider netsuite --set account=1234567 --client-id KEY \\
    --client-secret-file consumer.txt --token TOKEN --token-secret-file token.txt
  tripod login local --issuer http://127.0.0.1:9090 --client-id dev-public --scope read
`tripod providers` lists the providers that are known by name. Next: tripod request GET URL -p PROFILE"
)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub(crate) struct Opts {
    /// What the profile is called
    #[arg(value_name = "PROFILE")]
    pub(super) name: String,

    #[command(flatten)]
    pub(super) home: Home,

    /// A provider that is known by name
    #[arg(long, value_name = "NAME", help_heading = "Provider", conflicts_with_all = ["issuer", "api"])]
    pub(super) provider: Option<String>,

    /// A provider that publishes what it can do, by its address
    #[arg(
        long,
        value_name = "URL",
        help_heading = "Provider",
        conflicts_with = "api"
    )]
    pub(super) issuer: Option<String>,

    /// An API that publishes whose tokens it takes, by its address
    #[arg(long, value_name = "URL", help_heading = "Provider")]
    pub(super) api: Option<String>,

    /// What differs from account to account, as `shop=my-shop`; may repeat
    #[arg(long = "set", value_name = "NAME=VALUE", help_heading = "Provider")]
    pub(super) variables: Vec<String>,

    /// Where the browser goes
    #[arg(long, value_name = "URL", help_heading = "Provider")]
    pub(super) authorization_endpoint: Option<String>,

    /// Where tokens are had
    #[arg(long, value_name = "URL", help_heading = "Provider")]
    pub(super) token_endpoint: Option<String>,

    /// Where a device begins
    #[arg(long, value_name = "URL", help_heading = "Provider")]
    pub(super) device_endpoint: Option<String>,

    /// Where OAuth 1 begins
    #[arg(long, value_name = "URL", help_heading = "Provider")]
    pub(super) request_token_endpoint: Option<String>,

    /// How OAuth 1 requests are signed, as HMAC-SHA256
    #[arg(long, value_name = "METHOD", help_heading = "Provider")]
    pub(super) signature_method: Option<String>,

    /// What OAuth 1 headers name as realm
    #[arg(long, value_name = "REALM", help_heading = "Provider")]
    pub(super) realm: Option<String>,

    /// Trust the certificates in this file, too, in PEM
    #[arg(long, value_name = "FILE", help_heading = "Provider")]
    pub(super) ca_file: Option<PathBuf>,

    /// The client ID, or the consumer key of OAuth 1
    #[arg(
        long,
        value_name = "ID",
        env = "TRIPOD_CLIENT_ID",
        help_heading = "Client"
    )]
    pub(super) client_id: Option<String>,

    /// The client secret, or the consumer secret of OAuth 1
    #[arg(long, value_name = "SECRET", env = "TRIPOD_CLIENT_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "Client")]
    pub(super) client_secret: Option<Secret>,

    /// A file with the client secret; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Client")]
    pub(super) client_secret_file: Option<PathBuf>,

    /// The private key by which the client proves who it is, in PEM or as a JWK (RFC 7523)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client_secret_file", "client_authentication"], help_heading = "Client")]
    pub(super) client_key: Option<PathBuf>,

    /// How the client secret is shown, where the provider wants it otherwise
    #[arg(long, value_name = "HOW", help_heading = "Client")]
    pub(super) client_authentication: Option<ClientAuthentication>,

    /// The RSA key by which OAuth 1 requests are signed, in PEM
    #[arg(long, value_name = "FILE", help_heading = "Client")]
    pub(super) rsa_key: Option<PathBuf>,

    /// What the token is to be good for; may repeat
    #[arg(long = "scope", value_name = "SCOPE", help_heading = "Token")]
    pub(super) scopes: Vec<String>,

    /// Where it is to be used (RFC 8707); may repeat
    #[arg(long = "resource", value_name = "URL", help_heading = "Token")]
    pub(super) resources: Vec<String>,

    /// A parameter that the provider knows, as `prompt=consent`; may repeat
    #[arg(long = "param", value_name = "NAME=VALUE", help_heading = "Token")]
    pub(super) parameters: Vec<String>,

    /// Bind the token to a key that is made for it (DPoP, RFC 9449)
    #[arg(long, help_heading = "Token")]
    pub(super) dpop: bool,

    /// Push the request to the provider before the browser goes there (PAR, RFC 9126)
    #[arg(long, help_heading = "Token")]
    pub(super) push: bool,

    /// Show the address instead of opening a browser; it has to be one of this machine
    #[arg(long, help_heading = "Way")]
    pub(super) no_browser: bool,

    /// Log in on another device, by a code
    #[arg(long, group = "way", help_heading = "Way")]
    pub(super) device: bool,

    /// Log in by any browser, and paste the address it ends at
    #[arg(long, group = "way", help_heading = "Way")]
    pub(super) paste: bool,

    /// With OAuth 1, type in the verifier that the provider shows
    #[arg(long, group = "way", help_heading = "Way")]
    pub(super) oob: bool,

    /// Act as the client itself; no user is asked. With OAuth 1, requests are signed without a token
    #[arg(long, group = "way", help_heading = "Way")]
    pub(super) client_credentials: bool,

    /// Keep the access token in this file, as one made on the provider's page; `-` is standard input
    #[arg(long, value_name = "FILE", group = "way", help_heading = "Way")]
    pub(super) access_token_file: Option<PathBuf>,

    /// Keep the refresh token in this file, too
    #[arg(
        long,
        value_name = "FILE",
        requires = "access_token_file",
        help_heading = "Way"
    )]
    pub(super) refresh_token_file: Option<PathBuf>,

    /// Keep this OAuth 1 token, as one made on the provider's page
    #[arg(
        long,
        value_name = "TOKEN",
        requires = "token_secret_file",
        group = "way",
        help_heading = "Way"
    )]
    pub(super) token: Option<String>,

    /// A file with the secret of that token; `-` is standard input
    #[arg(long, value_name = "FILE", requires = "token", help_heading = "Way")]
    pub(super) token_secret_file: Option<PathBuf>,

    /// Get a token for a JWT that is signed by this key, in PEM or as a JWK (RFC 7523)
    #[arg(long, value_name = "FILE", group = "way", help_heading = "Way")]
    pub(super) jwt_key: Option<PathBuf>,

    /// For whom the JWT speaks [default: the client]
    #[arg(long, value_name = "WHO", requires = "jwt_key", help_heading = "Way")]
    pub(super) jwt_subject: Option<String>,

    /// How that JWT, or that of --client-key, is signed [default: as is usual for the key]
    #[arg(long, value_name = "ALG", help_heading = "Way")]
    pub(super) jwt_algorithm: Option<String>,

    /// Get a token for the access token in this file; `-` is standard input (RFC 8693)
    #[arg(long, value_name = "FILE", group = "way", help_heading = "Way")]
    pub(super) exchange_file: Option<PathBuf>,

    /// Log in by this user's password, which RFC 9700 forbids; it is asked for, or in --password-file
    #[arg(long, value_name = "USER", group = "way", help_heading = "Way")]
    pub(super) legacy_password: Option<String>,

    /// A file with the user's password; `-` is standard input
    #[arg(
        long,
        value_name = "FILE",
        requires = "legacy_password",
        help_heading = "Way"
    )]
    pub(super) password_file: Option<PathBuf>,

    /// The port that the browser comes back to; any free one, if it is not given
    #[arg(long, value_name = "PORT", help_heading = "Way")]
    pub(super) port: Option<u16>,

    /// The path that it comes back to [default: /callback]
    #[arg(long, value_name = "PATH", help_heading = "Way")]
    pub(super) path: Option<String>,

    /// Have it come back to `localhost` instead of 127.0.0.1
    #[arg(long, help_heading = "Way")]
    pub(super) localhost: bool,

    /// The registered redirect URI, for --paste
    #[arg(long, value_name = "URL", help_heading = "Way")]
    pub(super) redirect_uri: Option<String>,

    /// How many seconds the browser may take
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 300,
        help_heading = "Way"
    )]
    pub(super) timeout: u64,

    /// Print the outcome as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
